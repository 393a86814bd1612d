//! The embedded store: one SQLite file, one writer thread, a few reader threads.

mod array;
mod batch;
mod buckets;
mod connection;
mod datastreams;
mod devices;
mod dirty;
mod frames;
mod latest;
mod ledger;
mod measurement;
mod migrate;
mod missing;
mod quarantine;
mod queries;
mod reader;
mod readings;
mod rollup;
mod series;
mod things;
mod totals;
mod track;
mod writer;

pub use connection::try_writing;
pub(crate) use connection::{Access, path_with};
pub(crate) use reader::Readers;
pub(crate) use writer::WriterHandle;
