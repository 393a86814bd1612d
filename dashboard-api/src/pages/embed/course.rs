//! The small chart of a widget: seven days as bars, or a day as a line. Gaps stay gaps.

use std::fmt::Write as _;

use domain::{BucketWidth, ObservedProperty, TimeRange};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use maud::{Markup, html};
use store::{Datastream, StoreError, StoreReader};

use super::super::{numbers, texts::Texts};
use crate::{
    amount::Amount,
    counts::{CountingSite, SiteCount},
};

/// How something went of late.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Course {
    property: ObservedProperty,
    kind: Kind,
    points: Vec<Point>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Sums of local days, the last of which is today.
    Days,
    /// Means of hours.
    Hours,
}

/// A day or hour and what is known of it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    from: Timestamp,
    value: Option<f64>,
    /// Part of it was not observed.
    at_least: bool,
}

/// The colours of a chart: variables inside a page, real ones in a file.
#[derive(Clone, Debug)]
pub(super) struct Colours {
    /// Bars and line.
    pub(super) mark: String,
    /// What is missing, and the ground line.
    pub(super) quiet: String,
    /// Words.
    pub(super) text: String,
}

/// Size of the picture, with room for words above and below.
pub(super) const WIDTH: f64 = 300.0;
/// Its height.
pub(super) const HEIGHT: f64 = 96.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 76.0;

impl Course {
    /// The last seven days of what a site counts, or the last 24 hours of a value.
    pub(super) async fn read(
        property: ObservedProperty,
        datastreams: &[Datastream],
        store: &StoreReader,
        zone: &TimeZone,
        now: Timestamp,
        heard_until: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        if let Some(site) =
            CountingSite::of(datastreams, property).filter(|_| property.aggregation().adds_up())
        {
            let today = BucketWidth::Day.bucket_of(now, zone);
            // Six days before, whatever clocks did in between.
            let Ok(week) = TimeRange::new(today.from() - SignedDuration::from_hours(6 * 24 - 2), today.to())
            else {
                return Ok(None);
            };
            let buckets = site.buckets(store, BucketWidth::Day, week).await?;
            let day = |range: TimeRange| {
                let until = if range == today { heard_until } else { range.to() };
                let total: Amount = SiteCount::of(&buckets, range, until).total();
                Point { from: range.from(), value: total.sum, at_least: total.is_lower_bound() }
            };
            let points = BucketWidth::Day.buckets(week, zone).map(day).collect();
            return Ok(Some(Self { property, kind: Kind::Days, points }));
        }
        let Some(stream) = datastreams.iter().find(|stream| stream.property == property) else {
            return Ok(None);
        };
        let to = BucketWidth::Hour.bucket_of(now, zone).to();
        let Ok(day) = TimeRange::new(to - SignedDuration::from_hours(24), to) else { return Ok(None) };
        let buckets = store.buckets(stream.id, BucketWidth::Hour, day).await?;
        let hour = |range: TimeRange| {
            let bucket = buckets.iter().find(|bucket| bucket.range == range);
            let value = bucket.and_then(|bucket| bucket.value(property.aggregation()));
            Point { from: range.from(), value, at_least: false }
        };
        let points = BucketWidth::Hour.buckets(day, zone).map(hour).collect();
        Ok(Some(Self { property, kind: Kind::Hours, points }).filter(Self::is_known))
    }

    fn is_known(&self) -> bool {
        self.points.iter().any(|point| point.value.is_some())
    }

    /// What it shows, in words.
    pub(super) fn title(&self, t: Texts) -> &'static str {
        match self.kind {
            Kind::Days => t.widget_week(),
            Kind::Hours => t.widget_day(),
        }
    }

    /// All of it in a sentence, for whoever does not see it.
    pub(super) fn sentence(&self, zone: &TimeZone, t: Texts) -> String {
        let known = || self.points.iter().filter_map(|point| Some((point, point.value?)));
        let value = |value| numbers::value_with_unit(self.property, value, t.0);
        let words: Vec<_> = match self.kind {
            Kind::Days => self
                .points
                .iter()
                .enumerate()
                .map(|(i, point)| {
                    let number = match point.value {
                        None => t.widget_unknown().to_owned(),
                        Some(sum) if point.at_least => t.at_least(&value(sum)),
                        Some(sum) => value(sum),
                    };
                    format!("{} {number}", self.day(i, point.from, zone, t))
                })
                .collect(),
            Kind::Hours => {
                let low = known().map(|(_, value)| value).reduce(f64::min);
                let high = known().map(|(_, value)| value).reduce(f64::max);
                low.zip(high)
                    .map(|(low, high)| t.between_values(&value(low), &value(high)))
                    .into_iter()
                    .collect()
            }
        };
        format!("{}: {}", self.title(t), words.join(", "))
    }

    fn day(&self, i: usize, from: Timestamp, zone: &TimeZone, t: Texts) -> &'static str {
        let is_today = i + 1 == self.points.len();
        if is_today { t.widget_today() } else { numbers::short_weekday(from, zone, t.0) }
    }

    /// The marks, in a box of [`WIDTH`] by [`HEIGHT`].
    pub(super) fn marks(&self, zone: &TimeZone, t: Texts, colours: &Colours) -> Markup {
        match self.kind {
            Kind::Days => self.bars(zone, t, colours),
            Kind::Hours => self.line(zone, t, colours),
        }
    }

    fn bars(&self, zone: &TimeZone, t: Texts, colours: &Colours) -> Markup {
        let most = self.points.iter().filter_map(|point| point.value).fold(1.0, f64::max);
        let step = WIDTH / self.points.len().max(1) as f64;
        html! {
            @for (i, point) in self.points.iter().enumerate() {
                @let (x, width) = (step * (i as f64 + 0.14), step * 0.72);
                @let middle = format!("{:.1}", x + width / 2.0);
                @match point.value {
                    Some(value) => {
                        @let height = value / most * (BOTTOM - TOP);
                        rect x=(format!("{x:.1}")) y=(format!("{:.1}", BOTTOM - height)) width=(format!("{width:.1}"))
                            height=(format!("{height:.1}")) fill=(colours.mark) fill-opacity=[point.at_least.then_some("0.55")]
                            stroke=(colours.mark) stroke-width="1.5" stroke-dasharray=[point.at_least.then_some("3 2")] {}
                        text x=(middle) y=(format!("{:.1}", BOTTOM - height - 4.0)) font-size="11" text-anchor="middle"
                            fill=(colours.text) { (numbers::value(self.property, value, t.0)) }
                    }
                    // Unknown is a dash, not a bar of no height.
                    None => text x=(middle) y=(BOTTOM - 5.0) font-size="14" text-anchor="middle" fill=(colours.text) { "–" },
                }
                text x=(middle) y=(HEIGHT - 6.0) font-size="11" text-anchor="middle" fill=(colours.text)
                    font-weight=[(i + 1 == self.points.len()).then_some("600")] { (self.day(i, point.from, zone, t)) }
            }
            path d=(format!("M0 {BOTTOM}H{WIDTH}")) stroke=(colours.quiet) stroke-width="1" fill="none" {}
        }
    }

    fn line(&self, zone: &TimeZone, t: Texts, colours: &Colours) -> Markup {
        let values = || self.points.iter().filter_map(|point| point.value);
        let (low, high) =
            (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let span = if high > low { high - low } else { 1.0 };
        let step = WIDTH / self.points.len().max(1) as f64;
        let place =
            |i: usize, value: f64| (step * (i as f64 + 0.5), BOTTOM - (value - low) / span * (BOTTOM - TOP));
        // A missing hour ends a line.
        let mut path = String::new();
        let mut is_open = false;
        for (i, point) in self.points.iter().enumerate() {
            let Some(value) = point.value else {
                is_open = false;
                continue;
            };
            let (x, y) = place(i, value);
            let _ = write!(path, "{}{x:.1} {y:.1}", if is_open { "L" } else { "M" });
            if !is_open {
                // An hour alone is a dot.
                path.push_str("h0.1");
            }
            is_open = true;
        }
        let label = |value| numbers::value_with_unit(self.property, value, t.0);
        let clock = |i: usize| self.points.get(i).map(|point| numbers::clock_time(point.from, zone, t.0));
        html! {
            path d=(format!("M0 {BOTTOM}H{WIDTH}")) stroke=(colours.quiet) stroke-width="1" fill="none" {}
            path d=(path) fill="none" stroke=(colours.mark) stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" {}
            text x="0" y=(TOP - 6.0) font-size="11" fill=(colours.text) { (label(high)) }
            text x=(WIDTH) y=(BOTTOM - 4.0) font-size="11" text-anchor="end" fill=(colours.text) { (label(low)) }
            text x="0" y=(HEIGHT - 6.0) font-size="11" fill=(colours.text) { (clock(0).unwrap_or_default()) }
            text x=(WIDTH) y=(HEIGHT - 6.0) font-size="11" text-anchor="end" fill=(colours.text) {
                (clock(self.points.len().saturating_sub(1)).unwrap_or_default())
            }
        }
    }
}
