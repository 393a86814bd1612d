//! How long data is kept, and what was removed.

use std::collections::BTreeMap;

use domain::{DatastreamId, ObservedProperty};
use jiff::{SignedDuration, Timestamp};

/// How long each level of data is kept; `None` is for ever.
#[derive(Clone, Debug, Default)]
pub struct Retention {
    /// Raw uplinks, since they were received.
    pub uplinks: Option<SignedDuration>,
    /// Single readings.
    pub readings: Option<SignedDuration>,
    /// Quarter-hours.
    pub buckets_15m: Option<SignedDuration>,
    /// Hours.
    pub buckets_1h: Option<SignedDuration>,
    /// Local days, and the weeks, months and years merged from them.
    pub buckets_1d: Option<SignedDuration>,
    /// The identities of messages, since they were received.
    pub ledger: Option<SignedDuration>,
    /// Messages in quarantine, since they were received.
    pub quarantine: Option<SignedDuration>,
    /// Who changed what.
    pub audit: Option<SignedDuration>,
    /// Single values that may say something about a person; their buckets stay. By property.
    pub values: BTreeMap<ObservedProperty, SignedDuration>,
    /// The same for single Datastreams; these win.
    pub values_of: BTreeMap<DatastreamId, Option<SignedDuration>>,
}

/// What is kept for a time of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Raw uplinks.
    Uplinks,
    /// Single values that may say something about a person, within readings that stay.
    Values,
    /// Readings.
    Readings,
    /// Quarter-hours.
    Buckets15m,
    /// Hours.
    Buckets1h,
    /// Days.
    Buckets1d,
    /// Identities of messages.
    Ledger,
    /// Messages that could not be stored.
    Quarantine,
    /// Who changed what.
    Audit,
}

/// Whether anything is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetentionMode {
    /// It is only counted.
    DryRun,
    /// It is removed.
    Remove,
}

/// What was removed of a level, or would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// What.
    pub level: Level,
    /// Everything older.
    pub before: Timestamp,
    /// Rows; of [`Level::Values`] single values.
    pub n: u64,
    /// About the oldest that is there now.
    pub oldest: Option<Timestamp>,
}

impl Level {
    /// All levels that are rows of a table, in the order in which they are removed: what others follow from goes last.
    pub(crate) const TABLES: [Self; 8] = [
        Self::Uplinks,
        Self::Readings,
        Self::Buckets15m,
        Self::Buckets1h,
        Self::Buckets1d,
        Self::Ledger,
        Self::Quarantine,
        Self::Audit,
    ];

    /// As in the settings.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Uplinks => "uplinks",
            Self::Values => "values",
            Self::Readings => "readings",
            Self::Buckets15m => "buckets_15m",
            Self::Buckets1h => "buckets_1h",
            Self::Buckets1d => "buckets_1d",
            Self::Ledger => "ledger",
            Self::Quarantine => "quarantine",
            Self::Audit => "audit",
        }
    }

    /// Whether buckets follow from it, so that nothing of it may go before they are computed.
    pub(crate) const fn feeds_buckets(self) -> bool {
        matches!(self, Self::Uplinks | Self::Values | Self::Readings | Self::Buckets15m | Self::Buckets1h)
    }
}

impl Retention {
    pub(crate) fn of(&self, level: Level) -> Option<SignedDuration> {
        match level {
            Level::Uplinks => self.uplinks,
            Level::Values => None,
            Level::Readings => self.readings,
            Level::Buckets15m => self.buckets_15m,
            Level::Buckets1h => self.buckets_1h,
            Level::Buckets1d => self.buckets_1d,
            Level::Ledger => self.ledger,
            Level::Quarantine => self.quarantine,
            Level::Audit => self.audit,
        }
    }

    /// How long the single values of a Datastream are kept.
    pub(crate) fn of_values(&self, id: DatastreamId, property: ObservedProperty) -> Option<SignedDuration> {
        self.values_of.get(&id).copied().unwrap_or_else(|| self.values.get(&property).copied())
    }
}
