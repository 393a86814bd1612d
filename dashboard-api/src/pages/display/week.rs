//! Seven local days as bars: six before and today.

use domain::{BucketWidth, Lang, TimeRange};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use maud::{Markup, html};
use store::Bucket;

use super::super::{numbers, texts::Texts};
use crate::counts::SiteCount;

/// One day of the week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Day {
    /// When.
    pub(super) range: TimeRange,
    pub(super) content: DayContent,
    /// Whether it is the present day: it may still grow.
    pub(super) is_today: bool,
}

/// What is known of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayContent {
    Counted {
        n: u64,
        /// Whether so much was not observed that the number is likely to be too small.
        is_lower_bound: bool,
    },
    /// Part of an amount that is known for several days only.
    InSumOnly,
    /// Nothing was received.
    NoData,
    /// There was no counter yet.
    NoCounter,
}

/// Share of the picture's height that the tallest bar takes; its number stands above the picture.
const TALLEST: f64 = 100.0;
/// Share of a day's width that its bar takes.
const BAR: f64 = 0.7;

impl Day {
    /// The days up to today. `buckets` are day buckets of each direction, today's with them.
    pub(super) fn week(
        buckets: &[Vec<Bucket>],
        zone: &TimeZone,
        first_at: Option<Timestamp>,
        now: Timestamp,
        heard_until: Timestamp,
    ) -> Vec<Self> {
        let today = BucketWidth::Day.bucket_of(now, zone);
        // Six days before, whatever clocks did in between.
        let begins = today.from() - SignedDuration::from_hours(6 * 24 - 2);
        let Ok(week) = TimeRange::new(begins, today.to()) else { return Vec::new() };
        BucketWidth::Day
            .buckets(week, zone)
            .map(|range| {
                let is_today = range == today;
                let until = if is_today { heard_until } else { range.to() };
                let total = SiteCount::of(buckets, range, until).total();
                let content = match total.n() {
                    Some(n) => DayContent::Counted { n, is_lower_bound: total.is_lower_bound() },
                    None if first_at.is_none_or(|first| range.to() <= first) => DayContent::NoCounter,
                    None if is_in_sum(buckets, range) => DayContent::InSumOnly,
                    None => DayContent::NoData,
                };
                Self { range, content, is_today }
            })
            .collect()
    }
}

fn is_in_sum(buckets: &[Vec<Bucket>], day: TimeRange) -> bool {
    let mut carried = buckets.iter().flatten().filter_map(|bucket| bucket.carried);
    carried.any(|amount| amount.range.overlap_seconds(day) > 0.0)
}

/// The picture, and the same in words.
pub(super) fn figure(days: &[Day], zone: &TimeZone, until: &str, lang: Lang) -> Markup {
    let t = Texts(lang);
    let counted = days.iter().filter_map(|day| match day.content {
        DayContent::Counted { n, .. } => Some(n),
        _ => None,
    });
    let top = counted.max().unwrap_or(0).max(1) as f64;
    html! {
        figure.board__week {
            figcaption { (t.last_seven_days()) }
            svg.week aria-hidden="true" {
                defs {
                    pattern #week-hatch width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                        path.week__hatch d="M0 0V9" {}
                    }
                }
                @for (i, day) in days.iter().enumerate() { (column(i, days.len(), *day, top, t)) }
                line.week__ground x1="0" x2="100%" y1="100%" y2="100%" {}
            }
            ul.week__days aria-hidden="true" {
                @for day in days {
                    li.week__day--today[day.is_today] {
                        @if day.is_today { (t.today()) } @else { (numbers::short_weekday(day.range.from(), zone, lang)) }
                    }
                }
            }
            ul.visually-hidden {
                @for day in days { li { (in_words(*day, zone, until, t)) } }
            }
        }
    }
}

fn column(i: usize, n_days: usize, day: Day, top: f64, t: Texts) -> Markup {
    let width = 100.0 / n_days as f64;
    let (left, center) = (width * (i as f64 + (1.0 - BAR) / 2.0), middle(i, n_days));
    match day.content {
        DayContent::Counted { n, is_lower_bound } => {
            let height = n as f64 / top * TALLEST;
            let kind = if day.is_today {
                "week__bar week__bar--today"
            } else if is_lower_bound {
                "week__bar week__bar--part"
            } else {
                "week__bar"
            };
            let y = percent(100.0 - height);
            html! {
                rect class=(kind) x=(percent(left)) y=(y) width=(percent(width * BAR)) height=(percent(height)) {}
                text.week__n x=(percent(center)) y=(y) dy="-0.35em" text-anchor="middle" {
                    (numbers::count(n, t.0))
                }
                @if is_lower_bound {
                    text.week__note x=(percent(center)) y=(y) dy="-1.75em" text-anchor="middle" { (t.at_least_short()) }
                }
            }
        }
        DayContent::InSumOnly | DayContent::NoData | DayContent::NoCounter => {
            // Words instead of a bar, upright so that they fit.
            let word = word(day.content, t);
            html! {
                svg x=(percent(center)) y="100%" overflow="visible" {
                    text.week__gap transform="rotate(-90)" x="0.7em" dy="0.35em" { (word) }
                }
            }
        }
    }
}

fn word(content: DayContent, t: Texts) -> &'static str {
    match content {
        DayContent::InSumOnly => t.in_sum_only(),
        DayContent::NoCounter => t.no_counter_yet(),
        DayContent::NoData | DayContent::Counted { .. } => t.no_data(),
    }
}

fn in_words(day: Day, zone: &TimeZone, until: &str, t: Texts) -> String {
    let name = numbers::day(day.range.from(), zone, t.0);
    let name = if day.is_today { format!("{name}, {until}") } else { name };
    match day.content {
        DayContent::Counted { n, is_lower_bound } => {
            let number = numbers::count(n, t.0);
            let number = if is_lower_bound { t.at_least(&number) } else { number };
            format!("{name}: {number} {}", t.counted(domain::ObservedProperty::BicycleCount, Some(n)))
        }
        other => format!("{name}: {}", word(other, t)),
    }
}

fn middle(i: usize, n_days: usize) -> f64 {
    100.0 / n_days as f64 * (i as f64 + 0.5)
}

fn percent(share: f64) -> String {
    format!("{share:.2}%")
}

#[cfg(test)]
mod tests {
    use store::Carried;

    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn instant(s: &str) -> Timestamp {
        s.parse().unwrap()
    }

    fn week(buckets: &[Bucket], first_at: &str, now: &str) -> Vec<Day> {
        let now = instant(now);
        Day::week(&[buckets.to_vec()], &berlin(), Some(instant(first_at)), now, now)
    }

    fn contents(days: &[Day]) -> Vec<DayContent> {
        days.iter().map(|day| day.content).collect()
    }

    fn day(noon: &str) -> TimeRange {
        BucketWidth::Day.bucket_of(instant(noon), &berlin())
    }

    fn observed(range: TimeRange, n: f64) -> Bucket {
        Bucket { n: 1, sum: n, covered_seconds: range.seconds(), ..Bucket::empty(range) }
    }

    const fn counted(n: u64, is_lower_bound: bool) -> DayContent {
        DayContent::Counted { n, is_lower_bound }
    }

    #[test]
    fn a_day_without_data_is_no_zero_and_a_day_before_the_counter_neither() {
        use DayContent::{NoCounter, NoData};
        // The counter came on the 20th, the 22nd was silent, on the 23rd nobody came by; today is the 24th, at noon.
        let half = Bucket { covered_seconds: 12.0 * 3600.0, ..observed(day("2026-11-24T11:00:00Z"), 30.0) };
        let buckets = [
            observed(day("2026-11-20T11:00:00Z"), 80.0),
            Bucket { covered_seconds: 36_000.0, ..observed(day("2026-11-21T11:00:00Z"), 20.0) },
            observed(day("2026-11-23T11:00:00Z"), 0.0),
            half,
        ];
        let days = week(&buckets, "2026-11-19T23:00:00Z", "2026-11-24T11:00:00Z");
        let expected = [
            NoCounter,
            NoCounter,
            counted(80, false),
            counted(20, true),
            NoData,
            counted(0, false),
            counted(30, false),
        ];
        assert_eq!(contents(&days), expected);
        assert!(days[6].is_today && !days[5].is_today);
    }

    #[test]
    fn days_inside_a_counters_silence_are_known_as_a_sum_only() {
        let gap = TimeRange::new(instant("2026-11-20T11:00:00Z"), instant("2026-11-23T11:00:00Z")).unwrap();
        let silent = day("2026-11-22T11:00:00Z");
        let carrying = Bucket { carried: Some(Carried { range: gap, sum: 900.0 }), ..Bucket::empty(silent) };
        let days = week(&[carrying], "2026-11-01T00:00:00Z", "2026-11-24T11:00:00Z");
        let sum = DayContent::InSumOnly;
        let none = DayContent::NoData;
        assert_eq!(contents(&days), [none, none, sum, sum, sum, sum, none]);
    }

    #[test]
    fn a_week_has_seven_days_across_both_changes_of_clocks() {
        for now in
            ["2026-03-30T10:00:00Z", "2026-10-26T10:00:00Z", "2026-03-29T22:30:00Z", "2026-10-25T23:30:00Z"]
        {
            assert_eq!(week(&[], "2026-01-01T00:00:00Z", now).len(), 7, "{now}");
        }
    }

    #[test]
    fn the_picture_and_the_words_say_the_same() {
        let buckets = [observed(day("2026-11-23T11:00:00Z"), 1_234.0)];
        let days = week(&buckets, "2026-11-21T23:00:00Z", "2026-11-24T11:00:00Z");
        let html = figure(&days, &berlin(), "bis 12:00\u{a0}Uhr", Lang::De).into_string();
        assert!(
            html.contains(">1.234</text>") && html.contains("Montag, 23.\u{a0}November: 1.234 Fahrräder")
        );
        assert!(html.contains("Dienstag, 24.\u{a0}November, bis 12:00\u{a0}Uhr: keine Daten"), "{html}");
        assert!(html.contains("Samstag, 21.\u{a0}November: noch kein Zähler"));
        assert!(!html.contains(">0<"));
    }
}
