//! What every store must do, whichever database it is in.

mod buckets;
mod commit;
mod doubts;
mod gaps;
pub(crate) mod harness;
mod pacing;
mod provisioning;
mod quarantine;
mod reading;
mod rebuild;
mod redecode;
mod remembered;
mod retention;
mod two_stores;
