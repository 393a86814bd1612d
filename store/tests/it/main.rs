//! The store against real SQLite files.

mod buckets;
mod commit;
mod harness;
mod opening;
mod provisioning;
mod quarantine;
mod reading;
