//! The embedded store: one SQLite file, one writer thread, a few reader threads.

mod array;
mod backup;
mod buckets;
mod connection;
mod database;
mod datastreams;
mod dirty;
mod latest;
mod ledger;
mod migrate;
mod missing;
mod provisioning;
mod qualities;
mod quarantine;
mod queries;
mod reader;
mod readings;
mod reception;
mod retention;
mod series;
mod sessions;
mod things;
mod totals;
mod uplinks;

pub use backup::{BackupContent, Manifest, backup, restore};
pub use connection::try_writing;
pub(crate) use connection::{Access, path_with};
pub(crate) use database::SqliteDatabase;
pub(crate) use reader::Readers;
