//! The store against real SQLite files.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::float_cmp, reason = "whole numbers and their sums are exact")]

mod buckets;
mod commit;
mod harness;
mod opening;
mod pacing;
mod provisioning;
mod quarantine;
mod reading;
mod reading_alone;
mod remembered;
mod two_stores;
