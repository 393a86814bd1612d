//! Where log lines go.

use serde::{Deserialize, Serialize};
use tracing_subscriber::{EnvFilter, fmt, util::SubscriberInitExt};

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
    /// Starts logging to standard error. A second call changes nothing.
    pub(crate) fn start(&self) -> Result<(), ConfigError> {
        let filter = EnvFilter::try_new(&self.filter)
            .map_err(|error| ConfigError::Value { key: "log.filter", message: error.to_string() })?;
        let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
        let _ = match self.format {
            LogFormat::Text => lines.with_target(false).finish().try_init(),
            LogFormat::Json => lines.json().finish().try_init(),
        };
        Ok(())
    }
}
