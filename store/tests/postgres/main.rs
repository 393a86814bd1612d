//! The store in PostgreSQL without an extension.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::float_cmp, reason = "whole numbers and their sums are exact")]

/// Which store is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(dead_code, reason = "each test program builds one of them")]
pub(crate) enum Kind {
    Sqlite,
    Timescale,
    Postgres,
}

pub(crate) const STORE: Kind = Kind::Postgres;

#[path = "../suite/mod.rs"]
mod suite;
