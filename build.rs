//! Tells the program when it was built: a clock that shows less is wrong.

use std::time::{SystemTime, UNIX_EPOCH};

/// A build that must come out the same on every machine sets it (<https://reproducible-builds.org/specs/source-date-epoch>).
const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

#[expect(clippy::disallowed_methods, reason = "no clock and no settings reach a build script")]
fn main() {
    let given = std::env::var(SOURCE_DATE_EPOCH).ok().and_then(|text| text.parse::<u64>().ok());
    let seconds = given
        .unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs()));
    println!("cargo::rustc-env=BUILT_AT_UNIX_SECONDS={seconds}");
    println!("cargo::rerun-if-env-changed={SOURCE_DATE_EPOCH}");
    // Not with every change: an earlier moment is as good a bound.
    println!("cargo::rerun-if-changed=build.rs");
}
