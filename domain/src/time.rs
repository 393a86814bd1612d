//! Half-open stretches of time.

use jiff::Timestamp;

/// `[from, to)`: an instant belongs to it if `from <= instant < to`. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeRange {
    from: Timestamp,
    to: Timestamp,
}

/// An end that does not lie after its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time range must end after it begins: from {from} to {to}")]
pub struct EmptyRange {
    /// As given.
    pub from: Timestamp,
    /// As given.
    pub to: Timestamp,
}

impl TimeRange {
    /// Refuses an empty or reversed range.
    pub fn new(from: Timestamp, to: Timestamp) -> Result<Self, EmptyRange> {
        if from < to { Ok(Self { from, to }) } else { Err(EmptyRange { from, to }) }
    }

    /// The first instant inside.
    pub const fn from(self) -> Timestamp {
        self.from
    }

    /// The first instant after.
    pub const fn to(self) -> Timestamp {
        self.to
    }

    /// Whether an instant lies inside.
    pub fn contains(self, instant: Timestamp) -> bool {
        self.from <= instant && instant < self.to
    }

    /// Length in seconds.
    pub fn seconds(self) -> f64 {
        (self.to.as_millisecond() - self.from.as_millisecond()) as f64 / 1000.0
    }

    /// Seconds shared with another range; 0 where they do not meet.
    pub fn overlap_seconds(self, other: Self) -> f64 {
        Self::new(self.from.max(other.from), self.to.min(other.to)).map_or(0.0, Self::seconds)
    }
}
