//! The store in a PostgreSQL server: plain tables, and time series of TimescaleDB where the extension is there.

mod ahead;
mod buckets;
mod connection;
mod database;
mod error;
mod facts;
mod latest;
mod migrate;
mod missing;
mod pending;
mod provisioning;
mod qualities;
mod quarantine;
mod queries;
mod raw;
mod reader;
mod readings;
mod reception;
mod retention;
mod row;
mod rows;
mod schema;
mod series;
mod sessions;
mod streams;
mod tail;
mod things;
mod time;
mod totals;
mod tx;
mod uplinks;

#[cfg(test)]
mod tests;

pub use connection::{Target, TargetError};
pub(crate) use database::PgDatabase;
pub use facts::{ServerFacts, Writing};
pub(crate) use migrate::migrate;
pub(crate) use reader::PgReaders;
