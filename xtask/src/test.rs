//! `cargo xtask test`: everything a change must pass, cheapest first.

use anyhow::Result;

use crate::{command::cargo, services};

/// Runs all checks; with a filter only the tests whose names contain it.
pub(crate) fn run(filter: Option<&str>) -> Result<()> {
    services::install()?;
    if let Some(filter) = filter {
        return services::with_postgres(|server| cargo(&["test", "--workspace", "--", filter], server));
    }
    cargo(&["fmt", "--all", "--check"], &[])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"], &[])?;
    cargo(
        &["doc", "--workspace", "--no-deps", "--document-private-items"],
        &[("RUSTDOCFLAGS", "--deny warnings")],
    )?;
    services::with_postgres(|server| cargo(&["test", "--workspace"], server))
}
