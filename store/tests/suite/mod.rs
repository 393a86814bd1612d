//! What every store must do, whichever database it is in.

mod buckets;
mod commit;
mod gaps;
pub(crate) mod harness;
mod pacing;
mod provisioning;
mod quarantine;
mod reading;
mod remembered;
mod two_stores;
