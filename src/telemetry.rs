//! Where log lines go.

use domain::Truncated;
use serde::{Deserialize, Serialize};
use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt, util::SubscriberInitExt};

use crate::config::ConfigError;

/// Settings of the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LogConfig {
    /// Lines for people or one JSON object a line.
    pub format: LogFormat,
    /// What is logged: `info`, or directives such as `info,ingest=debug`.
    pub filter: String,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".to_owned() }
    }
}

impl LogConfig {
    /// The filter, if it is one. `EnvFilter` takes any word for a part of the program, so that a misspelt level would
    /// silence all others; here a word alone is a level.
    pub(crate) fn checked_filter(&self) -> Result<EnvFilter, ConfigError> {
        let refused = |found: &str| ConfigError::Value {
            key: "log.filter",
            message: format!(
                "found `{}`, expected a level (error, warn, info, debug, trace, off), or directives such as \
                 info,ingest=debug",
                Truncated::new(found)
            ),
        };
        let is_level = |word: &str| !word.is_empty() && word.parse::<LevelFilter>().is_ok();
        let mut directives = self.filter.split(',');
        if let Some(word) = directives.find(|word| !word.contains(['=', '[', ']']) && !is_level(word)) {
            return Err(refused(word));
        }
        EnvFilter::try_new(&self.filter).map_err(|_| refused(&self.filter))
    }

    /// Starts logging to standard error. A second call changes nothing.
    pub(crate) fn start(&self) -> Result<(), ConfigError> {
        let lines = fmt().with_env_filter(self.checked_filter()?).with_writer(std::io::stderr);
        let _ = match self.format {
            LogFormat::Text => lines.with_target(false).finish().try_init(),
            LogFormat::Json => lines.json().finish().try_init(),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(filter: &str) -> bool {
        LogConfig { filter: filter.to_owned(), ..LogConfig::default() }.checked_filter().is_ok()
    }

    #[test]
    fn levels_and_directives_are_filters() {
        for filter in
            ["info", "warn,ingest=debug", "off", "info,store=trace", "info,[source{name=city}]=debug"]
        {
            assert!(is_taken(filter), "{filter}");
        }
    }

    #[test]
    fn a_misspelt_level_is_no_filter() {
        for filter in ["inof", "info,ingest=loud", "info,ingest", "", "info,", "info, store=trace"] {
            assert!(!is_taken(filter), "{filter}");
        }
    }
}
