//! The counts of one class at a site, from buckets to series.

use std::collections::HashSet;

use domain::{Aggregation, BucketWidth, Lang, ObservedProperty, TimeRange};
use futures::future::try_join_all;
use jiff::{SignedDuration, civil::Date};
use planning::{Calendar, Counted, Resolution, Series, SumOverGap, series::SeriesError};
use store::{Bucket, Carried, Datastream, StoreError, StoreReader};

use crate::{amount, counts::CountingSite, pages::channels};

/// The buckets of one class, by direction.
#[derive(Clone, Debug)]
pub struct Raw {
    resolution: Resolution,
    directions: Vec<RawDirection>,
}

#[derive(Clone, Debug)]
struct RawDirection {
    key: String,
    name: String,
    /// The Datastreams of the direction: one, or one for each class the device tells apart.
    parts: Vec<Vec<Bucket>>,
}

/// The counts of one class.
#[derive(Clone, Debug)]
pub struct Counts {
    /// By channel; at least one.
    pub directions: Vec<DirectionCounts>,
    /// All directions together, as far as all were observed.
    pub cross_section: Series,
}

/// The counts of one direction.
#[derive(Clone, Debug)]
pub struct DirectionCounts {
    /// Stable name, as served: `ltr`; empty where directions are not told apart.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// Its counts.
    pub series: Series,
    /// What was counted over gaps inside the period, known as sums only.
    pub over_gaps: f64,
}

/// Reads the buckets of a class that meet a period, by quarter-hours where the devices report so often and `finest` allows it; `None` where the class is
/// not counted.
pub async fn read(
    store: &StoreReader,
    datastreams: &[Datastream],
    class: ObservedProperty,
    period: TimeRange,
    finest: Resolution,
    lang: Lang,
) -> Result<Option<Raw>, StoreError> {
    let Some(site) = CountingSite::of(datastreams, class) else { return Ok(None) };
    let of_site = |stream: &&Datastream| site.directions.iter().any(|d| d.datastream == stream.id);
    let streams: Vec<&Datastream> = datastreams.iter().filter(of_site).collect();
    let longest = streams.iter().map(|stream| stream.expected_interval).max().unwrap_or_default();
    let reports_often = longest <= SignedDuration::from_mins(15);
    let (resolution, width) = if reports_often && finest == Resolution::QuarterHour {
        (Resolution::QuarterHour, BucketWidth::QuarterHour)
    } else {
        (Resolution::Hour, BucketWidth::Hour)
    };
    let range = amount::with_surroundings(period, Aggregation::Total);
    let mut directions: Vec<RawDirection> = Vec::new();
    let reads = streams.iter().map(|stream| store.buckets(stream.id, width, range));
    for (stream, buckets) in streams.iter().zip(try_join_all(reads).await?) {
        // A class of a direction, such as `class3.ltr`, is a part of it.
        let channel = stream.channel.as_str();
        let key = channel.rsplit_once('.').map_or(channel, |(_, direction)| direction);
        if let Some(direction) = directions.iter_mut().find(|direction| direction.key == key) {
            direction.parts.push(buckets);
        } else {
            let name = if key == channel { channels::name(stream, lang) } else { key.to_owned() };
            directions.push(RawDirection { key: key.to_owned(), name, parts: vec![buckets] });
        }
    }
    directions.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(Some(Raw { resolution, directions }))
}

impl Counts {
    /// Makes series of buckets, without those of days that are left out.
    pub fn new(
        raw: &Raw,
        period: TimeRange,
        left_out: &HashSet<Date>,
        calendar: &Calendar,
    ) -> Result<Self, SeriesError> {
        let left_out: Vec<TimeRange> = left_out.iter().map(|date| calendar.day(*date)).collect();
        let mut directions = Vec::with_capacity(raw.directions.len());
        for direction in &raw.directions {
            let parts = direction.parts.iter().map(|buckets| series(raw.resolution, buckets, &left_out));
            directions.push(DirectionCounts {
                key: direction.key.clone(),
                name: direction.name.clone(),
                series: together(parts)?,
                over_gaps: direction.parts.iter().map(|buckets| over_gaps(buckets, period, &left_out)).sum(),
            });
        }
        let all = directions.iter().map(|direction| Ok(direction.series.clone()));
        let cross_section = together(all)?;
        Ok(Self { directions, cross_section })
    }

    /// The width of the intervals.
    pub fn resolution(&self) -> Resolution {
        self.cross_section.resolution()
    }
}

/// Series added up as far as all of them were observed.
pub fn together(parts: impl Iterator<Item = Result<Series, SeriesError>>) -> Result<Series, SeriesError> {
    let mut whole: Option<Series> = None;
    for part in parts {
        let part = part?;
        whole = Some(match whole {
            None => part,
            Some(sum) => sum.cross_section(&part).unwrap_or(sum),
        });
    }
    whole.map_or_else(|| Series::new(Resolution::QuarterHour, [], []), Ok)
}

fn series(resolution: Resolution, buckets: &[Bucket], left_out: &[TimeRange]) -> Result<Series, SeriesError> {
    let stays = |bucket: &&Bucket| !meets(left_out, bucket.range);
    let counted = buckets.iter().filter(stays).map(|bucket| Counted {
        start: bucket.range.from(),
        amount: bucket.value(Aggregation::Total).filter(|amount| amount.is_finite() && *amount >= 0.0),
        covered: bucket.completeness(),
    });
    let over_gaps = carried(buckets, left_out).into_iter();
    let over_gaps = over_gaps.map(|amount| SumOverGap { range: amount.range, amount: amount.sum });
    Series::new(resolution, counted, over_gaps)
}

/// Amounts known for a longer time only, each once, without those of days that are left out.
fn carried(buckets: &[Bucket], left_out: &[TimeRange]) -> Vec<Carried> {
    let mut carried: Vec<Carried> = Vec::new();
    for amount in buckets.iter().filter_map(|bucket| bucket.carried) {
        let is_good = amount.sum.is_finite() && amount.sum >= 0.0 && !meets(left_out, amount.range);
        if is_good && !carried.contains(&amount) {
            carried.push(amount);
        }
    }
    carried
}

fn over_gaps(buckets: &[Bucket], period: TimeRange, left_out: &[TimeRange]) -> f64 {
    let inside = |range: TimeRange| period.from() <= range.from() && range.to() <= period.to();
    carried(buckets, left_out).iter().filter(|amount| inside(amount.range)).map(|amount| amount.sum).sum()
}

fn meets(days: &[TimeRange], range: TimeRange) -> bool {
    days.iter().any(|day| day.overlap_seconds(range) > 0.0)
}
