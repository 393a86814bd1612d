//! What a chart shows, before it is drawn: every interval of the range, known or not.

use domain::{Aggregation, BucketWidth, ObservedProperty, TimeRange};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use store::{Bucket, Carried};

/// A chart of one property: one series, or the two directions of a site.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What is shown.
    pub property: ObservedProperty,
    /// The whole time axis.
    pub range: TimeRange,
    /// Length of one interval.
    pub width: BucketWidth,
    /// The calendar of the axis.
    pub zone: TimeZone,
    /// Nothing is known after this instant.
    pub now: Timestamp,
    /// One series per channel.
    pub series: Vec<Series>,
}

/// The intervals of one Datastream.
#[derive(Clone, Debug)]
pub struct Series {
    /// The channel's name for people; empty for the only one.
    pub name: String,
    /// Every interval of the range, in order.
    pub cells: Vec<Cell>,
    /// Amounts known for a longer time only, each once.
    pub carried: Vec<Carried>,
    /// How long values may be apart before the line is broken.
    pub longest_step: SignedDuration,
}

/// One interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// When.
    pub range: TimeRange,
    /// What is known of it.
    pub content: Content,
}

/// What is known of an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Content {
    /// The main value by the property's aggregation rule, smallest and largest value where they differ.
    Known {
        /// The main value.
        value: f64,
        /// Smallest and largest single value of the interval.
        spread: Option<(f64, f64)>,
    },
    /// Part of an amount that is known for a longer time only.
    Carried,
    /// No value was received; where [`needs_an_event`], there may have been nothing to measure.
    NoData,
    /// Lies ahead.
    NotYet,
}

impl Content {
    /// The main value, if known.
    pub const fn value(self) -> Option<f64> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Carried | Self::NoData | Self::NotYet => None,
        }
    }
}

impl Series {
    /// Puts a Datastream's buckets into the calendar of the chart.
    pub fn new(
        name: String,
        property: ObservedProperty,
        buckets: &[Bucket],
        axis: (TimeRange, BucketWidth, &TimeZone),
        now: Timestamp,
        expected_interval: SignedDuration,
    ) -> Self {
        let (range, width, zone) = axis;
        let mut carried: Vec<Carried> = Vec::new();
        for amount in buckets.iter().filter_map(|bucket| bucket.carried) {
            if !carried.contains(&amount) {
                carried.push(amount);
            }
        }
        let mut buckets = buckets.iter().peekable();
        let cells = width
            .buckets(range, zone)
            .map(|cell| {
                while buckets.next_if(|bucket| bucket.range.from() < cell.from()).is_some() {}
                let bucket = buckets.next_if(|bucket| bucket.range.from() == cell.from());
                let content = match bucket.and_then(|bucket| known(property, bucket)) {
                    Some(known) => known,
                    None if carried.iter().any(|amount| amount.range.overlap_seconds(cell) > 0.0) => {
                        Content::Carried
                    }
                    None if cell.to() > now => Content::NotYet,
                    None => Content::NoData,
                };
                Cell { range: cell, content }
            })
            .collect();
        let width_for = SignedDuration::from_secs(match width {
            BucketWidth::QuarterHour => 900,
            BucketWidth::Hour => 3600,
            BucketWidth::Day | BucketWidth::Week | BucketWidth::Month | BucketWidth::Year => 90_000,
        });
        Self { name, cells, carried, longest_step: width_for.max(expected_interval) * 5 / 2 }
    }

    /// Sum of all known amounts inside the range, or `None` where nothing is known.
    pub fn sum(&self, range: TimeRange) -> Option<f64> {
        let known = self.cells.iter().filter_map(|cell| cell.content.value());
        let carried = self
            .carried
            .iter()
            .filter(|amount| range.from() <= amount.range.from() && amount.range.to() <= range.to())
            .map(|amount| amount.sum);
        known.chain(carried).fold(None, |sum, amount| Some(sum.unwrap_or(0.0) + amount))
    }
}

fn known(property: ObservedProperty, bucket: &Bucket) -> Option<Content> {
    let rule = property.aggregation();
    let value = bucket.value(rule)?;
    let spread = match rule {
        Aggregation::Mean => bucket.min.zip(bucket.max).filter(|(min, max)| min < max),
        _ => None,
    };
    Some(Content::Known { value, spread })
}

/// Whether there is a value only while something happens: somebody passes, lightning strikes, the wind
/// blows. An interval without one then need not lack data.
pub const fn needs_an_event(property: ObservedProperty) -> bool {
    use ObservedProperty as P;
    matches!(
        property,
        P::BicycleSpeed
            | P::CarSpeed
            | P::LorrySpeed
            | P::PersonSpeed
            | P::ObjectSpeed
            | P::LightningDistance
            | P::WindDirection
    )
}
