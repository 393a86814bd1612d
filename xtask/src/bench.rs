//! `cargo xtask bench`: measurements in a release build, ratios first.

use anyhow::{Result, bail};

use crate::{command::cargo, services};

/// Each measurement, its package, and what it is told.
const BENCHES: [(&str, &str, &[&str]); 8] = [
    ("way", "ingest", &[]),
    ("decode", "decoders", &[]),
    ("call", "codecs", &[]),
    ("commit", "store", &[]),
    ("commit", "store", &["timescale"]),
    ("insert", "store", &[]),
    ("insert", "store", &["timescale"]),
    ("program", "stadtfunk", &[]),
];

/// Runs one measurement or all.
pub(crate) fn run(name: Option<&str>) -> Result<()> {
    if let Some(name) = name
        && !BENCHES.iter().any(|bench| bench.0 == name)
    {
        let mut known: Vec<_> = BENCHES.iter().map(|bench| bench.0).collect();
        known.dedup();
        bail!("`{name}` is no measurement: expected one of {}", known.join(", "));
    }
    services::install()?;
    services::with_postgres(|server| {
        for (bench, package, words) in BENCHES.iter().filter(|bench| name.is_none_or(|name| name == bench.0))
        {
            cargo(&[&["bench", "--package", package, "--bench", bench, "--"], *words].concat(), server)?;
        }
        Ok(())
    })
}
