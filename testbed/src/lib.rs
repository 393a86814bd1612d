//! The real servers that tests talk to, each started in a moment and gone with its value: a [`Database`] of its own for a test, a
//! whole [`Postgres`] for a drill that kills it, a [`Mosquitto`].

mod database;
mod mosquitto;
mod postgres;
mod programs;
mod wait;

pub use database::{Database, SERVER};
pub use mosquitto::Mosquitto;
pub use postgres::{Postgres, Stop};
pub use programs::{AXE_VERSION, axe_script, program, programs_folder};
pub use wait::{PATIENCE, free_port, wait_for};
