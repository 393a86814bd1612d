//! When the pages are written as plain files.

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

/// Where the pages are written as plain files, for an emergency without network or server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ExportConfig {
    /// The folder; nothing is written without one.
    pub dir: Option<PathBuf>,
    /// Time between two exports: at least a minute.
    #[serde(with = "humantime_serde")]
    pub every: Duration,
}

impl Default for ExportConfig {
    fn default() -> Self {
        Self { dir: None, every: Duration::from_hours(1) }
    }
}

impl ExportConfig {
    /// The error is a key and a sentence.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        if self.dir.as_ref().is_some_and(|dir| dir.as_os_str().is_empty()) {
            return Err(("export.dir", "found nothing, expected the path of a folder".to_owned()));
        }
        let least = Duration::from_mins(1);
        if self.every < least {
            let found = humantime_serde::re::humantime::format_duration(self.every);
            return Err(("export.every", format!("found `{found}`, expected at least 1m")));
        }
        Ok(())
    }
}
