//! What computing all buckets again found.

use domain::{BucketWidth, Channel, DatastreamId, ObservedProperty};
use jiff::Timestamp;

use crate::Bucket;

/// Differences told one by one; the rest is only counted.
const TOLD: usize = 20;

/// What is done with a bucket that does not follow from the readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RebuildMode {
    /// It is reported.
    Check,
    /// It is reported and corrected.
    Correct,
}

/// All stored buckets compared with what the readings say.
#[derive(Clone, Debug, Default)]
pub struct RebuildReport {
    /// Quarter-hours.
    pub quarter_hours: Compared,
    /// Hours.
    pub hours: Compared,
    /// Local days.
    pub days: Compared,
    /// The first differences.
    pub first: Vec<Difference>,
}

/// Buckets of one width, one for each Datastream and interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Stored, or to be stored by the readings.
    pub n_compared: u64,
    /// Of these, not the same.
    pub n_different: u64,
}

/// A bucket that does not follow from the readings.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Name of the Thing.
    pub thing: String,
    /// The Datastream; `None` for a slot that belongs to none.
    pub datastream: Option<(DatastreamId, ObservedProperty, Channel)>,
    /// Quarter-hour, hour or day.
    pub width: BucketWidth,
    /// Its begin.
    pub start: Timestamp,
    /// As it was found; `None` if there was none.
    pub stored: Option<Bucket>,
    /// As it follows from the readings; `None` if there should be none.
    pub computed: Option<Bucket>,
}

impl RebuildReport {
    /// How many buckets differ.
    pub const fn n_different(&self) -> u64 {
        self.quarter_hours.n_different + self.hours.n_different + self.days.n_different
    }

    /// Counts a bucket that is as it should be.
    pub(crate) fn same(&mut self, width: BucketWidth) {
        self.of(width).n_compared += 1;
    }

    /// Counts a bucket that is not.
    pub(crate) fn differs(&mut self, difference: Difference) {
        let compared = self.of(difference.width);
        compared.n_compared += 1;
        compared.n_different += 1;
        if self.first.len() < TOLD {
            self.first.push(difference);
        }
    }

    const fn of(&mut self, width: BucketWidth) -> &mut Compared {
        match width {
            BucketWidth::QuarterHour => &mut self.quarter_hours,
            BucketWidth::Hour => &mut self.hours,
            _ => &mut self.days,
        }
    }
}
