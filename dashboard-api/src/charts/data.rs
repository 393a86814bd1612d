//! What a chart shows, before it is drawn: every interval of the range, known or not.

use std::{
    collections::HashMap,
    fmt::Debug,
    hash::{DefaultHasher, Hasher},
};

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
    /// What they are compared with.
    pub compared: Option<Compared>,
}

/// Another period or another site, interval by interval beside a chart's own.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Which, for people: `September 2026`, `Damm`.
    pub name: String,
    /// In the order of [`Chart::series`]; a series that has none there is compared with nothing.
    pub series: Vec<Option<Counterpart>>,
}

/// What a series is compared with.
#[derive(Clone, Debug)]
pub struct Counterpart {
    /// Beside each interval of the series what is known there; `None` where the other calendar has no such interval.
    pub contents: Vec<Option<Content>>,
    /// How far apart values may be before the line is broken.
    pub longest_step: SignedDuration,
}

/// A series and its counterpart where both have a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Of the series: its sum where amounts add up, else its mean.
    pub own: f64,
    /// Of its counterpart.
    pub other: f64,
    /// Intervals in which both have a value.
    pub n: usize,
    /// Intervals in which the series could have one.
    pub n_possible: usize,
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
    /// A text that changes whenever what the chart shows does, for an address that may be kept for good.
    /// `site` is the name that stands in its title.
    pub fn revision(&self, site: &str) -> String {
        revision(&(site, self.property, self.range, self.width, &self.series, &self.compared))
    }

    /// The counterpart of a series, with its content beside an interval.
    pub fn counterpart(&self, series: usize) -> Option<&Counterpart> {
        self.compared.as_ref()?.series.get(series)?.as_ref()
    }

    /// The values of an interval and of its counterpart, if both are known. An interval that is not over yet is compared with
    /// nothing: part of a day is always less than a day.
    pub fn pair(&self, series: &Series, counterpart: &Counterpart, i: usize) -> Option<(f64, f64)> {
        let cell = series.cells.get(i).filter(|cell| cell.range.to() <= self.now)?;
        cell.content.value().zip(counterpart.contents.get(i).copied().flatten().and_then(Content::value))
    }

    /// What all series and their counterparts come to where both have a value; `None` where that is nowhere.
    pub fn difference(&self) -> Option<Difference> {
        let rule = self.property.aggregation();
        let n_cells = self.series.iter().map(|series| series.cells.len()).max().unwrap_or(0);
        let compared =
            || (0..self.series.len()).filter_map(|i| Some((self.series.get(i)?, self.counterpart(i)?)));
        let n_compared = compared().count() as f64;
        let (mut own, mut other, mut n, mut n_possible) = (0.0, 0.0, 0, 0);
        for i in 0..n_cells {
            let contents = || compared().filter_map(|(series, _)| Some(series.cells.get(i)?.content));
            n_possible += usize::from(contents().any(Content::was_possible));
            // All directions or none: a sum over fewer would not be the same sum.
            let pairs = compared().map(|(series, counterpart)| self.pair(series, counterpart, i));
            let Some(pairs) = pairs.collect::<Option<Vec<_>>>().filter(|pairs| !pairs.is_empty()) else {
                continue;
            };
            n += 1;
            own += pairs.iter().map(|(own, _)| own).sum::<f64>();
            other += pairs.iter().map(|(_, other)| other).sum::<f64>();
        }
        let divisor = if rule.adds_up() { 1.0 } else { n as f64 * n_compared };
        (n > 0).then(|| Difference { own: own / divisor, other: other / divisor, n, n_possible })
    }

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

    /// All of them as one: an interval is known where all know it. `None` of none.
    pub fn together(parts: Vec<Self>, name: String) -> Option<Self> {
        let whole = parts.into_iter().reduce(|mut sum, part| {
            for (cell, other) in sum.cells.iter_mut().zip(&part.cells) {
                cell.content = match (cell.content, other.content) {
                    (Content::Known { value, .. }, Content::Known { value: more, .. }) => {
                        Content::Known { value: value + more, spread: None }
                    }
                    (Content::Known { .. }, unknown) | (unknown, _) => unknown,
                };
            }
            sum.carried.extend(part.carried);
            sum.longest_step = sum.longest_step.max(part.longest_step);
            sum
        })?;
        Some(Self { name, ..whole })
    }

    /// This series as what another one is compared with: `there` says which instant of this one lies beside an interval of the other.
    /// Its own interval that is not over at `now` is none to compare with.
    pub fn beside(
        &self,
        intervals: &[Cell],
        now: Timestamp,
        there: impl Fn(Timestamp) -> Option<Timestamp>,
    ) -> Counterpart {
        // The space between smallest and largest value is not shown of what others are compared with.
        let plain = |content| match content {
            Content::Known { value, .. } => Content::Known { value, spread: None },
            other => other,
        };
        let over = self.cells.iter().filter(|cell| cell.range.to() <= now || cell.content.value().is_none());
        let own: HashMap<Timestamp, Content> =
            over.map(|cell| (cell.range.from(), plain(cell.content))).collect();
        let beside = |cell: &Cell| own.get(&there(cell.range.from())?).copied();
        Counterpart { contents: intervals.iter().map(beside).collect(), longest_step: self.longest_step }
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

/// A short text for what a picture is drawn from, by the program's version: another version may draw it differently.
pub fn revision(data: &impl Debug) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(format!("{} {data:?}", env!("CARGO_PKG_VERSION")).as_bytes());
    format!("{:016x}", hasher.finish())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(values: &[Option<f64>]) -> Series {
        let midnight: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
        let cells = (0_i64..).zip(values).map(|(hour, value)| {
            let from = midnight + SignedDuration::from_hours(hour);
            let content = value.map_or(Content::NoData, |value| Content::Known { value, spread: None });
            Cell { range: TimeRange::new(from, from + SignedDuration::from_hours(1)).unwrap(), content }
        });
        Series {
            name: String::new(),
            cells: cells.collect(),
            carried: Vec::new(),
            longest_step: SignedDuration::from_hours(2),
        }
    }

    fn chart(own: &[Option<f64>], other: &[Option<f64>], property: ObservedProperty) -> Chart {
        let (series, other) = (hours(own), hours(other));
        let range =
            TimeRange::new(series.cells[0].range.from(), series.cells.last().unwrap().range.to()).unwrap();
        let counterpart = other.beside(&series.cells, range.to(), Some);
        Chart {
            property,
            range,
            width: BucketWidth::Hour,
            zone: TimeZone::UTC,
            now: range.to(),
            series: vec![series],
            compared: Some(Compared { name: "other".to_owned(), series: vec![Some(counterpart)] }),
        }
    }

    #[test]
    fn what_is_not_over_is_compared_with_nothing() {
        let values = [Some(10.0), Some(20.0)];
        let whole = chart(&values, &values, ObservedProperty::BicycleCount);
        let now = whole.range.to() - SignedDuration::from_mins(30);
        let running = Chart { now, ..whole.clone() };
        assert_eq!(running.difference().unwrap(), Difference { own: 10.0, other: 10.0, n: 1, n_possible: 2 });
        let counterpart = hours(&values).beside(&whole.series[0].cells, now, Some);
        assert_eq!(counterpart.contents[1], None, "nor is the counterpart's running interval one");
    }

    #[test]
    fn only_intervals_that_both_know_are_compared() {
        let own = [Some(10.0), Some(20.0), None, Some(40.0)];
        let other = [Some(1.0), None, Some(3.0), Some(5.0)];
        let counts = chart(&own, &other, ObservedProperty::BicycleCount).difference().unwrap();
        assert_eq!(counts, Difference { own: 50.0, other: 6.0, n: 2, n_possible: 4 });
        let means = chart(&own, &other, ObservedProperty::AirTemperature).difference().unwrap();
        assert_eq!(means, Difference { own: 25.0, other: 3.0, n: 2, n_possible: 4 });
        assert_eq!(chart(&own, &[None; 4], ObservedProperty::BicycleCount).difference(), None);
    }

    #[test]
    fn two_directions_together_know_what_both_know() {
        let whole = Series::together(
            vec![hours(&[Some(1.0), Some(2.0), None]), hours(&[Some(10.0), None, None])],
            "both".to_owned(),
        );
        let values: Vec<_> = whole.unwrap().cells.iter().map(|cell| cell.content.value()).collect();
        assert_eq!(values, [Some(11.0), None, None]);
    }

    #[test]
    fn the_revision_of_a_chart_changes_with_its_values_and_not_with_the_time_of_day() {
        let chart_of = |value| chart(&[Some(value)], &[None], ObservedProperty::BicycleCount);
        let later = Chart { now: "2026-12-01T00:00:00Z".parse().unwrap(), ..chart_of(1.0) };
        assert_eq!(chart_of(1.0).revision("Damm"), later.revision("Damm"));
        assert_ne!(chart_of(1.0).revision("Damm"), chart_of(2.0).revision("Damm"));
        assert_ne!(
            chart_of(1.0).revision("Damm"),
            chart_of(1.0).revision("Stau"),
            "its name is in the picture"
        );
    }
}
