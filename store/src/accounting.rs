//! What became of every message.

use std::sync::Arc;

use crate::QuarantineReason;

/// The one counted outcome of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Its readings are on disk.
    Stored,
    /// The same event id was already in the ledger: a second delivery.
    DuplicateDelivery,
    /// Another event id, but the same frame of the same session within ten minutes. Kept, not measured.
    DuplicateFrame,
    /// Kept raw for a look.
    Quarantined(QuarantineReason),
    /// Not an uplink.
    Ignored(&'static str),
}

/// Totals since the store was created.
#[derive(Clone, Debug, Default)]
pub struct Accounting {
    /// One row per source, outcome and reason.
    pub rows: Vec<AccountingRow>,
    /// Events in the ledger: distinct messages.
    pub n_events: u64,
}

/// How many messages of a source had an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountingRow {
    /// The configured name of the source.
    pub source: Arc<str>,
    /// `stored`, `duplicate`, `quarantined` or `ignored`.
    pub outcome: String,
    /// Which duplicate, quarantine reason or ignored kind; empty for `stored`.
    pub reason: String,
    /// How many.
    pub n: u64,
}

impl Outcome {
    /// `stored`, `duplicate`, `quarantined` or `ignored`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::DuplicateDelivery | Self::DuplicateFrame => "duplicate",
            Self::Quarantined(_) => "quarantined",
            Self::Ignored(_) => "ignored",
        }
    }

    /// The finer reason; empty for `stored`.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Stored => "",
            Self::DuplicateDelivery => "delivery",
            Self::DuplicateFrame => "frame",
            Self::Quarantined(reason) => reason.key(),
            Self::Ignored(kind) => kind,
        }
    }
}
