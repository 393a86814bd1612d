//! What the display of one site shows at one moment.

use std::num::NonZeroU64;

use domain::{Aggregation, BucketWidth, Lang, ObservedProperty, TimeRange};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use store::{Bucket, StoreError, StoreReader, Thing};

use super::{
    super::{channels, error_page::PageError, sun},
    Known,
    milestone::Milestone,
    past::{DayCount, Past},
    weather::Weather,
    week::Day,
};
use crate::{
    AppState, Co2Estimate, ThingState, amount,
    charts::data::{Content, Series},
    counts::{Comparison, CountingSite, SiteCount},
};

/// The whole display.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) key: String,
    pub(super) name: String,
    /// When this is the state.
    pub(super) now: Timestamp,
    /// Until when the number is that of today.
    pub(super) ends_at: Timestamp,
    pub(super) last_heard_at: Option<Timestamp>,
    pub(super) condition: Condition,
    /// Night: the display must not glare.
    pub(super) is_dark: bool,
    /// All directions together; `None` if nothing is known of today.
    pub(super) today: Option<u64>,
    /// Whether so much of today was not observed that the number is likely to be too small.
    pub(super) is_lower_bound: bool,
    pub(super) directions: Vec<DirectionToday>,
    pub(super) hours: Vec<Hour>,
    /// How much of the day is over, 0 to 1.
    pub(super) day_elapsed: f64,
    pub(super) comparison: Option<Comparison>,
    /// The last seven days, today the last.
    pub(super) week: Vec<Day>,
    pub(super) year: Option<Year>,
    /// The best day before today.
    pub(super) record: Option<DayCount>,
    pub(super) weather: Weather,
    /// How carbon dioxide is estimated, where the operator wants it.
    pub(super) co2: Option<Co2Estimate>,
    /// The last day with a number: its beginning and the number.
    pub(super) last_counted_day: Option<(Timestamp, u64)>,
}

/// What was counted this year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Year {
    /// All directions together, today's with them.
    pub(super) total: u64,
    /// 1 January, or the day of the first observation.
    pub(super) since: Timestamp,
    /// Whether so much was not observed that the number is likely to be too small.
    pub(super) is_lower_bound: bool,
    pub(super) milestone: Milestone,
    /// What the city wants to count this year.
    pub(super) goal: Option<NonZeroU64>,
}

/// One direction of the site.
#[derive(Debug)]
pub(super) struct DirectionToday {
    pub(super) name: String,
    pub(super) to_the_left: bool,
    pub(super) today: Option<u64>,
}

/// One hour of today over all directions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hour {
    /// Where it lies in the day, as shares of the day.
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) content: HourContent,
    /// Whether it is over: a bar that may still grow looks so.
    pub(super) is_over: bool,
}

/// What is known of an hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum HourContent {
    /// This many.
    Counted(f64),
    /// This many an hour on average: part of an amount counted over a longer time.
    Averaged(f64),
    /// Nothing was received.
    NoData,
    /// Lies ahead.
    NotYet,
}

/// The site's state as passers-by understand it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// Heard lately.
    Counting,
    /// Not heard for some intervals: the number stands and says of when it is.
    Delayed,
    /// Silent for long: no number as if it were current.
    OutOfService { since: Timestamp },
    /// Never heard.
    NeverStarted,
}

impl Condition {
    fn of(thing: &Thing, now: Timestamp) -> Self {
        let state = ThingState::of(thing.last_heard_at, thing.expected_interval, now);
        match (state, thing.last_heard_at) {
            (ThingState::Live, _) => Self::Counting,
            (ThingState::Stale, _) => Self::Delayed,
            (ThingState::Silent, Some(since)) => Self::OutOfService { since },
            (ThingState::Silent, None) | (ThingState::Never, _) => Self::NeverStarted,
        }
    }

    /// Whether today's numbers are shown as today's.
    pub(super) const fn shows_today(self) -> bool {
        matches!(self, Self::Counting | Self::Delayed)
    }

    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Counting => "is-counting",
            Self::Delayed => "is-delayed",
            Self::OutOfService { .. } | Self::NeverStarted => "is-out",
        }
    }
}

impl Board {
    /// Reads the display of the Thing with this key.
    pub(super) async fn read(
        state: &AppState,
        known: &Known,
        key: &str,
        lang: Lang,
    ) -> Result<Self, PageError> {
        let AppState { store, zone, .. } = state;
        let thing = store.thing(key).await?.ok_or(PageError::NoSuchThing)?;
        let Some(site) = CountingSite::of_bicycles(&store.datastreams(Some(thing.id)).await?) else {
            return Err(PageError::NoBicycles(bicycle_sites(store).await?));
        };
        let now = state.clock.now();
        let condition = Condition::of(&thing, now);
        let today = BucketWidth::Day.bucket_of(now, zone);
        let heard_until = thing.last_heard_at.map_or(now, |heard| heard.min(now));
        // A site that is out of service misses what passes now.
        let known_until = if condition.shows_today() { heard_until } else { now };
        let days = site.buckets(store, BucketWidth::Day, today).await?;
        let count = SiteCount::of(&days, today, heard_until);
        let total = count.total();
        let around = amount::with_surroundings(today, Aggregation::Total);
        let hourly = site.buckets(store, BucketWidth::Hour, around).await?;
        let past = known.pasts.of(thing.id, &site, store, zone, now).await?;
        let comparison = match thing.last_heard_at {
            Some(at) if condition == Condition::Counting => site.compare(store, zone, at.min(now)).await?,
            _ => None,
        };
        let last_counted_day = match condition {
            Condition::OutOfService { since } => last_counted_day(&site, store, zone, since).await?,
            _ => None,
        };
        Ok(Self {
            directions: directions(&site, &count, lang),
            hours: hours(&hourly, today, zone, now),
            day_elapsed: share_of(today, now),
            is_dark: sun::is_dark(thing.position, now, zone),
            today: total.n(),
            is_lower_bound: total.is_lower_bound(),
            condition,
            comparison,
            week: week(&past, &days, zone, site.first_at(), (now, heard_until)),
            year: year(&past, &days, today, known_until, state.display.goal_of(key)),
            record: past.record,
            weather: known.outside.now(state, now).await?,
            co2: state.display.co2,
            last_counted_day,
            key: thing.key,
            name: thing.name,
            now,
            ends_at: today.to(),
            last_heard_at: thing.last_heard_at,
        })
    }

    /// Today's number if it may be shown as such.
    pub(super) fn shown_count(&self) -> Option<u64> {
        self.today.filter(|_| self.condition.shows_today())
    }

    /// Whether today's number is shown and likely to be too small.
    pub(super) fn is_partial(&self) -> bool {
        self.is_lower_bound && self.shown_count().is_some()
    }

    /// The round number of the year that was reached today.
    pub(super) fn reached_today(&self) -> Option<u64> {
        self.year.filter(|_| self.condition.shows_today()).and_then(|year| year.milestone.reached_today)
    }

    /// Whether today is already better than the best day before.
    pub(super) fn is_record(&self) -> bool {
        self.record.zip(self.shown_count()).is_some_and(|(record, n)| n > record.n)
    }
}

fn week(
    past: &Past,
    today: &[Vec<Bucket>],
    zone: &TimeZone,
    first_at: Option<Timestamp>,
    (now, heard_until): (Timestamp, Timestamp),
) -> Vec<Day> {
    let buckets: Vec<Vec<Bucket>> = today
        .iter()
        .enumerate()
        .map(|(i, today)| past.recent.get(i).into_iter().flatten().chain(today).copied().collect())
        .collect();
    Day::week(&buckets, zone, first_at, now, heard_until)
}

fn year(
    past: &Past,
    today: &[Vec<Bucket>],
    day: TimeRange,
    known_until: Timestamp,
    goal: Option<NonZeroU64>,
) -> Option<Year> {
    let amount = past.year_total(today, day, known_until);
    let (total, since) = amount.n().zip(past.year)?;
    let today = SiteCount::of(today, day, known_until).total().n();
    Some(Year {
        total,
        since,
        is_lower_bound: amount.is_lower_bound(),
        milestone: Milestone::of(total, today.unwrap_or(0)),
        goal,
    })
}

/// Key and name of every Thing that counts bicycles.
async fn bicycle_sites(store: &StoreReader) -> Result<Vec<(String, String)>, StoreError> {
    let datastreams = store.datastreams(None).await?;
    let counts = |thing: &Thing| {
        datastreams.iter().any(|stream| {
            let counted = [ObservedProperty::BicycleTotal, ObservedProperty::BicycleCount];
            stream.thing == thing.id && counted.contains(&stream.property)
        })
    };
    let things = store.things().await?.into_iter().filter(counts);
    let mut sites: Vec<_> = things.map(|thing| (thing.key, thing.name)).collect();
    sites.sort();
    Ok(sites)
}

fn directions(site: &CountingSite, count: &SiteCount, lang: Lang) -> Vec<DirectionToday> {
    site.directions
        .iter()
        .zip(&count.directions)
        .map(|(direction, count)| DirectionToday {
            name: direction.name.clone().unwrap_or_else(|| channels::of_key(direction.channel, &[], lang)),
            to_the_left: direction.channel.as_str().ends_with("rtl"),
            today: count.n(),
        })
        .collect()
}

/// The last local day up to `until` with a known number, within a week.
async fn last_counted_day(
    site: &CountingSite,
    store: &StoreReader,
    zone: &TimeZone,
    until: Timestamp,
) -> Result<Option<(Timestamp, u64)>, StoreError> {
    let last_day = BucketWidth::Day.bucket_of(until, zone);
    let Ok(week) = TimeRange::new(last_day.from() - SignedDuration::from_hours(24 * 7), last_day.to()) else {
        return Ok(None);
    };
    let buckets = site.buckets(store, BucketWidth::Day, week).await?;
    let mut days: Vec<_> = BucketWidth::Day.buckets(week, zone).collect();
    days.reverse();
    Ok(days.into_iter().find_map(|day| {
        let amount = SiteCount::of(&buckets, day, day.to()).total().n()?;
        Some((day.from(), amount))
    }))
}

/// Today's hours over all directions. An hour is known as soon as one direction is.
fn hours(buckets: &[Vec<Bucket>], today: TimeRange, zone: &TimeZone, now: Timestamp) -> Vec<Hour> {
    let axis = (today, BucketWidth::Hour, zone);
    let property = ObservedProperty::BicycleCount;
    let series: Vec<_> = buckets
        .iter()
        .map(|buckets| Series::new(String::new(), property, buckets, axis, now, SignedDuration::ZERO))
        .collect();
    BucketWidth::Hour
        .buckets(today, zone)
        .enumerate()
        .map(|(i, range)| {
            let contents: Vec<_> = series
                .iter()
                .filter_map(|series| Some(content(series, series.cells.get(i)?.content, range, zone)))
                .collect();
            Hour {
                from: share_of(today, range.from()),
                to: share_of(today, range.to()),
                content: together(&contents),
                is_over: range.to() <= now,
            }
        })
        .collect()
}

fn content(series: &Series, content: Content, range: TimeRange, zone: &TimeZone) -> HourContent {
    match content {
        Content::Known { value, .. } => HourContent::Counted(value),
        Content::NoData | Content::NothingToMeasure | Content::Unusable(_) => HourContent::NoData,
        Content::NotYet | Content::NoSensor => HourContent::NotYet,
        Content::Carried => {
            let amount = series.carried.iter().find(|amount| amount.range.overlap_seconds(range) > 0.0);
            amount.map_or(HourContent::NoData, |amount| {
                let n = BucketWidth::Hour.buckets(amount.range, zone).count().max(1);
                HourContent::Averaged(amount.sum / n as f64)
            })
        }
    }
}

/// Adds up what the directions know; an average anywhere makes the sum one.
fn together(contents: &[HourContent]) -> HourContent {
    contents.iter().copied().fold(HourContent::NotYet, |sum, one| match (sum, one) {
        (HourContent::Counted(a), HourContent::Counted(b)) => HourContent::Counted(a + b),
        (
            HourContent::Averaged(a) | HourContent::Counted(a),
            HourContent::Averaged(b) | HourContent::Counted(b),
        ) => HourContent::Averaged(a + b),
        (known @ (HourContent::Counted(_) | HourContent::Averaged(_)), _)
        | (_, known @ (HourContent::Counted(_) | HourContent::Averaged(_))) => known,
        (HourContent::NoData, _) | (_, HourContent::NoData) => HourContent::NoData,
        (HourContent::NotYet, HourContent::NotYet) => HourContent::NotYet,
    })
}

/// How far into a range an instant lies, 0 to 1.
fn share_of(range: TimeRange, at: Timestamp) -> f64 {
    (at.duration_since(range.from()).as_secs_f64() / range.seconds()).clamp(0.0, 1.0)
}
