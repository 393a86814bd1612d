//! What the decoders promise, checked from outside.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod fixtures;
mod kept_from_fuzzing;
mod lengths;
mod milesight_marks;
mod objects;
mod profile_files;
mod profiles;
mod properties;
mod site;
