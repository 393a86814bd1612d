//! Buckets: what is kept of all observations of an interval.

use domain::TimeRange;

/// The observations of one Datastream in one interval.
///
/// Which member is the main value depends on the property's aggregation rule; see [`Bucket::value`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// The interval.
    pub range: TimeRange,
    /// Values that took part.
    pub n: u32,
    /// Sum of values; of increments for counters; of seconds "true" for a time share.
    pub sum: f64,
    /// Smallest value.
    pub min: Option<f64>,
    /// Largest value.
    pub max: Option<f64>,
    /// Newest value.
    pub last: Option<f64>,
    /// Sums of the unit vectors of a direction, weighted with the wind speed: east and north.
    pub vector: Option<(f64, f64)>,
    /// Seconds of the interval that were observed.
    pub covered_seconds: f64,
    /// Resets of a running total seen.
    pub n_resets: u32,
    /// An amount known only for a longer interval than this bucket.
    pub carried: Option<Carried>,
}

/// An amount counted over an interval longer than the bucket that carries it: the counter's increment
/// over a gap. It is known, but not how it was spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Carried {
    /// The interval it was counted over; reaches beyond the bucket.
    pub range: TimeRange,
    /// How much.
    pub sum: f64,
}
