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
//! * [`Publisher`] brings messages to a broker and waits until they are acknowledged; [`run_live`] does so as
//!   time goes by
//! * [`record`] writes messages as JSON lines and reads them back; [`replay`] turns real counts into uplinks

mod device;
mod live;
mod message;
mod network_server;
mod publish;
mod radio;
pub mod record;
pub mod replay;
mod rng;
mod scenario;
mod schedule;
mod simulator;
#[cfg(test)]
mod testing;
mod world;

pub use live::run_live;
pub use message::{Message, Observed, Truth};
pub use network_server::NetworkServer;
pub use publish::{PublishError, Publisher, PublisherOptions};
pub use radio::RadioConditions;
pub use scenario::{Scenario, SimDevice};
pub use simulator::{Messages, Simulator};
