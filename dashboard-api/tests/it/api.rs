//! The machine-readable interface.

mod buckets;
mod hostile_names;
mod live;
mod openapi;
mod operation;
mod problems;
mod quality;
pub(crate) mod reception;
mod series;
mod server;
mod things;
