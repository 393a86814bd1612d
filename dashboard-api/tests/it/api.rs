//! The machine-readable interface.

mod buckets;
mod hostile_names;
mod live;
mod openapi;
mod operation;
mod problems;
mod series;
mod server;
mod things;
