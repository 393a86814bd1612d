//! How many observations become one bucket.

/// The one aggregation rule of an observed property.
///
/// The rule belongs to the quantity, not to the dashboard: rain is added up, temperature is averaged,
/// whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aggregation {
    /// Arithmetic mean: temperature, humidity, pressure, wind speed.
    Mean,
    /// Smallest value: lull, minimum temperature of an interval.
    Minimum,
    /// Largest value: gust, maximum temperature of an interval.
    Maximum,
    /// Sum of interval counts: each value counts what happened since the value before.
    Sum,
    /// Difference of a running total, which may wrap or be reset: counters since power-on, meters.
    Total,
    /// Mean of a direction in degrees, weighted with the wind speed of the same reading.
    VectorMean,
    /// Share of time in which a state (0 or 1) was 1: occupancy, open contact.
    TimeShare,
}

impl Aggregation {
    /// Stable name, as stored and as served.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::Sum => "sum",
            Self::Total => "total",
            Self::VectorMean => "vector_mean",
            Self::TimeShare => "time_share",
        }
    }

    /// Whether a bucket's main value is an amount that adds up over adjoining buckets.
    pub const fn adds_up(self) -> bool {
        matches!(self, Self::Sum | Self::Total)
    }
}
