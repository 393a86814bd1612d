//! What the next days to be computed will ask for, read for many of them at once: a server far away is asked five times
//! for a hundred days, not five times for each.

use std::collections::{HashMap, VecDeque};

use domain::{BucketWidth, ThingId};
use jiff::{Timestamp, tz::TimeZone};
use sqlx::PgConnection;

use super::{provisioning, readings};
use crate::{
    coverage::{QUARTER_MS, longest_step},
    writer::tables::{BucketRow, Feed, ReadingRow},
};

/// Marks read at once.
const PAGE: usize = 256;

/// A stretch of one Thing, `[from_ms, to_ms)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) thing: ThingId,
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
}

/// One local day of one Thing that has marks.
#[derive(Debug)]
struct Day {
    whole: Span,
    marks: Vec<i64>,
    /// Where readings were looked for, and what was found.
    read: Span,
    readings: Vec<ReadingRow>,
    quarter_hours: Option<Vec<BucketRow>>,
}

/// The days read ahead, in order.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    days: VecDeque<Day>,
    feeds: HashMap<ThingId, Vec<Feed>>,
}

impl Ahead {
    /// Reads the days with the first marks behind a position.
    pub(super) async fn read(
        db: &mut PgConnection,
        after: (ThingId, i64),
        zone: &TimeZone,
    ) -> sqlx::Result<Self> {
        let marks = readings::marks(db, after, PAGE).await?;
        let is_cut = marks.len() == PAGE;
        let mut days: Vec<Day> = Vec::new();
        for (thing, quarter_ms) in marks {
            let is_same = |day: &&mut Day| {
                let Span { thing: of, to_ms, .. } = day.whole;
                of == thing && quarter_ms < to_ms
            };
            match days.last_mut().filter(is_same) {
                Some(day) => day.marks.push(quarter_ms),
                None => days.push(Day::new(thing, quarter_ms, zone)),
            }
        }
        if is_cut && days.len() > 1 {
            // Its other marks are on the next page.
            days.pop();
        }
        let things: Vec<ThingId> = days.iter().map(|day| day.whole.thing).collect();
        let feeds = provisioning::feeds_of(db, &things).await?;
        for day in &mut days {
            let of_thing = feeds.get(&day.whole.thing).into_iter().flatten();
            let reach = of_thing.map(|feed| longest_step(feed.interval_ms)).max().unwrap_or(0);
            let (first, last) = (day.marks.first().copied(), day.marks.last().copied());
            day.read.from_ms = first.unwrap_or_default() - reach;
            day.read.to_ms = last.unwrap_or_default() + QUARTER_MS + reach + 1;
        }
        let spans: Vec<Span> = days.iter().map(|day| day.read).collect();
        let found = readings::of_spans(db, &spans).await?;
        for (day, readings) in days.iter_mut().zip(found) {
            day.readings = readings;
        }
        let spans: Vec<Span> = days.iter().map(|day| day.whole).collect();
        let found = readings::quarter_hours_of(db, &spans).await?;
        for (day, quarter_hours) in days.iter_mut().zip(found) {
            day.quarter_hours = Some(quarter_hours);
        }
        Ok(Self { days: days.into(), feeds })
    }

    /// The first mark behind a position, if it was read ahead.
    pub(super) fn next_mark(&mut self, after: (ThingId, i64)) -> Option<(ThingId, i64)> {
        while self.days.front().is_some_and(|day| (day.whole.thing, day.whole.to_ms - 1) <= after) {
            self.days.pop_front();
        }
        let day = self.days.front()?;
        let mark = day.marks.iter().find(|&&quarter_ms| (day.whole.thing, quarter_ms) > after)?;
        Some((day.whole.thing, *mark))
    }

    /// The marks of a day, which are taken.
    pub(super) fn take_marks(&mut self, span: Span) -> Option<Vec<i64>> {
        let day = self.days.iter_mut().find(|day| day.whole == span)?;
        Some(std::mem::take(&mut day.marks))
    }

    /// The devices that feed a Thing.
    pub(super) fn feeds(&self, thing: ThingId) -> Option<Vec<Feed>> {
        self.feeds.get(&thing).cloned()
    }

    /// The readings of a stretch.
    pub(super) fn readings(&self, span: Span) -> Option<Vec<ReadingRow>> {
        let holds =
            |read: Span| read.thing == span.thing && read.from_ms <= span.from_ms && span.to_ms <= read.to_ms;
        let day = self.days.iter().find(|day| holds(day.read))?;
        let lies_in = |row: &&ReadingRow| (span.from_ms..span.to_ms).contains(&row.time_ms);
        Some(day.readings.iter().filter(lies_in).cloned().collect())
    }

    /// The stored quarter-hours of a day, once.
    pub(super) fn quarter_hours(&mut self, span: Span) -> Option<Vec<BucketRow>> {
        let day = self.days.iter_mut().find(|day| day.whole == span)?;
        day.quarter_hours.take()
    }
}

impl Day {
    fn new(thing: ThingId, quarter_ms: i64, zone: &TimeZone) -> Self {
        let instant = Timestamp::from_millisecond(quarter_ms).unwrap_or_default();
        let day = BucketWidth::Day.bucket_of(instant, zone);
        let whole = Span { thing, from_ms: day.from().as_millisecond(), to_ms: day.to().as_millisecond() };
        Self { whole, marks: vec![quarter_ms], read: whole, readings: Vec::new(), quarter_hours: None }
    }
}
