//! `stadtfunk config`: the settings without starting anything.

use std::path::Path;

use super::say;
use crate::{cli::ConfigCommand, config};

/// Checks or prints the settings in force.
pub(crate) fn run(file: Option<&Path>, action: &ConfigCommand) -> anyhow::Result<()> {
    match action {
        ConfigCommand::Check => {
            config::load_to_serve(file, None)?;
            say(format!("the settings are valid{}", config::origin(file)))
        }
        ConfigCommand::Print => say(config::load(file, None)?.to_toml()?.trim_end()),
    }
}
