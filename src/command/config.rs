//! `stadtfunk config`: the settings without starting anything.

use std::path::Path;

use super::say;
use crate::{cli::ConfigCommand, config};

/// Checks or prints the settings in force.
pub(crate) fn run(file: Option<&Path>, action: &ConfigCommand) -> anyhow::Result<()> {
    let config = config::load(file, None)?;
    match action {
        ConfigCommand::Check => say(format!("the settings are valid{}", config::origin(file))),
        ConfigCommand::Print => say(config.to_toml()?.trim_end()),
    }
}
