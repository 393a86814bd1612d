//! A simulated city: sensors that encode their payloads byte by byte from the data sheets, the weather and
//! traffic they sense, the radio their frames travel by, and the network server that publishes them.
//!
//! Everything is a pure function of the seed and of time. Asking a [`Simulator`] for a year at once, for the
//! same year day by day, or for yesterday after tomorrow gives the same bytes; history and live operation join
//! without a seam.
//!
//! The crate knows the vocabulary of `domain` and nothing of the decoders, so that each finds the other's
//! mistakes: every [`Message`] carries as [`Truth`] what its payload was made from.
//!
//! * [`Scenario`]: which devices stand where; [`Scenario::oldenburg`] is the default, [`Scenario::fleet`] for load
//! * [`Simulator::messages`]: the MQTT messages of a stretch of time, lazily and in publish order

mod device;
mod message;
mod network_server;
mod radio;
mod rng;
mod scenario;
mod schedule;
mod simulator;
#[cfg(test)]
mod testing;
mod world;

pub use message::{Message, Observed, Truth};
pub use network_server::NetworkServer;
pub use radio::RadioConditions;
pub use scenario::{Scenario, SimDevice};
pub use simulator::{Messages, Simulator};
