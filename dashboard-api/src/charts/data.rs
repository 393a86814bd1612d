//! What a chart shows, before it is drawn: every interval of the range, known or not.

use domain::{Aggregation, BucketWidth, Missing, ObservedProperty, Quality, TimeRange};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use store::{Bucket, Carried};

use crate::amount::COMPLETE_ENOUGH;

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
    /// The sensor said that there was nothing to measure: no vehicle had a speed. Nothing is lost.
    NothingToMeasure,
    /// The sensor said that it could not measure, or what it sent cannot be true.
    Unusable(Quality),
    /// Nothing was received.
    NoData,
    /// Lies ahead.
    NotYet,
    /// Lies before the first value: there was no sensor.
    NoSensor,
}

impl Content {
    /// The main value, if known.
    pub const fn value(self) -> Option<f64> {
        match self {
            Self::Known { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Whether there could have been a value.
    pub const fn was_possible(self) -> bool {
        !matches!(self, Self::NotYet | Self::NoSensor)
    }

    /// Whether a value ought to be here and is not.
    pub const fn is_gap(self) -> bool {
        matches!(self, Self::NoData | Self::Unusable(_))
    }
}

impl Chart {
    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        let is_known = |cell: &Cell| cell.content.value().is_some();
        self.series.iter().all(|series| series.carried.is_empty() && !series.cells.iter().any(is_known))
    }

    /// Sum of all series where their values are amounts, or `None` where they are not or nothing is known.
    pub fn sum(&self) -> Option<f64> {
        let sums = self.series.iter().filter_map(|series| series.sum(self.range));
        sums.reduce(|a, b| a + b).filter(|_| self.property.aggregation().adds_up())
    }
}

impl Series {
    /// Whether so much is missing that the sum is likely to be too small.
    pub fn is_lower_bound(&self) -> bool {
        let possible = self.cells.iter().filter(|cell| cell.content.was_possible()).count();
        let missing = self.cells.iter().filter(|cell| cell.content.is_gap()).count();
        missing as f64 > possible as f64 * (1.0 - COMPLETE_ENOUGH)
    }

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
            if !carried.contains(&amount) && amount.range.overlap_seconds(range) > 0.0 {
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

    /// Takes into account that there was no sensor before its first observation.
    pub fn begin(&mut self, first_at: Option<Timestamp>) {
        let no_data = self.cells.iter_mut().filter(|cell| cell.content == Content::NoData);
        for cell in no_data.filter(|cell| first_at.is_none_or(|first| cell.range.to() <= first)) {
            cell.content = Content::NoSensor;
        }
    }

    /// The intervals of which nothing was received, as far as is known by now.
    pub fn without_data(&self) -> Vec<TimeRange> {
        let no_data = self.cells.iter().filter(|cell| cell.content == Content::NoData);
        no_data.map(|cell| cell.range).collect()
    }

    /// Takes what the sensor itself said about the intervals of [`Series::without_data`], in their order.
    pub fn explain(&mut self, reasons: Vec<Option<Quality>>) {
        let no_data = self.cells.iter_mut().filter(|cell| cell.content == Content::NoData);
        for (cell, reason) in no_data.zip(reasons) {
            cell.content = match reason {
                Some(Quality::Missing(Missing::NothingToMeasure)) => Content::NothingToMeasure,
                Some(quality) => Content::Unusable(quality),
                None => Content::NoData,
            };
        }
    }

    /// The stretches in which values ought to be and are not. Values that come now and then leave an
    /// interval empty; that is no gap of a line, while an interval of an amount has one of its own.
    pub fn gaps(&self, chart: &Chart) -> Vec<TimeRange> {
        let longest =
            if chart.property.aggregation().adds_up() { 0.0 } else { self.longest_step.as_secs_f64() };
        stretches(&self.cells)
            .into_iter()
            .filter(|gap| {
                // The line joins the middles of intervals, so it has half an interval more on either side.
                let interval = chart.width.bucket_of(gap.from(), &chart.zone).seconds();
                gap.seconds() + interval > longest
            })
            .collect()
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

/// Adjoining intervals without data, joined.
fn stretches(cells: &[Cell]) -> Vec<TimeRange> {
    cells
        .chunk_by(|a, b| a.content.is_gap() == b.content.is_gap())
        .filter_map(|run| {
            let (first, last) = (run.first()?, run.last()?);
            let missing = first.content.is_gap();
            missing.then(|| TimeRange::new(first.range.from(), last.range.to()).ok()).flatten()
        })
        .collect()
}
