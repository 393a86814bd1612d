//! `cargo xtask bench`: measurements in a release build, ratios first.

use anyhow::{Result, bail};

use crate::{command::cargo, services};

/// Package and benchmark of each measurement.
const BENCHES: [(&str, &str, &str); 3] =
    [("city", "stadtfunk", "city"), ("decode", "decoders", "decode"), ("store", "store", "insert")];

/// Runs one measurement or all.
pub(crate) fn run(name: Option<&str>) -> Result<()> {
    if let Some(name) = name
        && !BENCHES.iter().any(|bench| bench.0 == name)
    {
        bail!("`{name}` is no measurement: expected city, decode or store");
    }
    services::install()?;
    for (_, package, bench) in BENCHES.iter().filter(|bench| name.is_none_or(|name| name == bench.0)) {
        cargo(&["bench", "--package", package, "--bench", bench], &[])?;
    }
    Ok(())
}
