//! What every handler may use.

use std::sync::Arc;

use domain::Clock;
use jiff::{Timestamp, tz::TimeZone};
use store::StoreReader;
use tokio_util::sync::CancellationToken;

use crate::{Config, DisplayConfig, Receptions};

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The database.
    pub store: StoreReader,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// The city's calendar.
    pub zone: TimeZone,
    /// Settings.
    pub config: Arc<Config>,
    /// Settings of the public displays.
    pub display: Arc<DisplayConfig>,
    /// What of all devices arrived, kept for a minute.
    pub reception: Receptions,
    /// Metrics of the whole program.
    pub metrics: prometheus::Registry,
    /// The states of the ingest sources; empty where this process does not ingest.
    pub sources: Arc<dyn Fn() -> Vec<SourceStatus> + Send + Sync>,
    /// Cancelled when the program ends: open live streams end with it.
    pub shutdown: CancellationToken,
}

/// How one ingest source is doing.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SourceStatus {
    /// The configured name.
    pub name: String,
    /// `connecting`, `connected`, `subscribed`, `waiting` (between two tries, see `last_error`) or `stopped`.
    pub state: String,
    /// Since when.
    pub since: Timestamp,
    /// When the last message came.
    pub last_message_at: Option<Timestamp>,
    /// The last error, as one sentence.
    pub last_error: Option<String>,
    /// Messages received since the start of the process.
    pub n_received: u64,
    /// Messages with an outcome since the start of the process.
    pub n_settled: u64,
    /// Messages received and not yet settled.
    pub n_in_flight: u64,
    /// Messages that are lost: sent without acknowledgement (QoS 0) while there was no room for them.
    pub n_lost: u64,
    /// Messages given up without acknowledgement; they are delivered and counted again.
    pub n_superseded: u64,
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppState").field("config", &self.config).finish_non_exhaustive()
    }
}
