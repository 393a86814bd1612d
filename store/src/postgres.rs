//! The store in a PostgreSQL server: plain tables, and time series of TimescaleDB where the extension is there.

mod buckets;
mod connection;
mod error;
mod missing;
mod quarantine;
mod queries;
mod reader;
mod row;
mod schema;
mod series;
mod tail;
mod things;
mod time;
mod totals;

#[cfg(test)]
mod tests;

pub(crate) use connection::{Target, TargetError};
pub(crate) use error::{ErrorKind, kind, unavailable};
pub(crate) use reader::PgReaders;
pub(crate) use schema::VERSION;
pub(crate) use time::Ms;
