//! The store in PostgreSQL with TimescaleDB.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::float_cmp, reason = "whole numbers and their sums are exact")]

mod cut;
mod dump;
mod server;

/// Which store is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(dead_code, reason = "each test program builds one of them")]
pub(crate) enum Kind {
    Sqlite,
    Timescale,
    Postgres,
}

pub(crate) const STORE: Kind = Kind::Timescale;

#[path = "../suite/mod.rs"]
mod suite;
