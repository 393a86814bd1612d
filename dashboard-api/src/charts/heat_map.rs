//! Hours of the clock by days: when it is busy. Pure: the same map gives the same picture.

use std::fmt::Write as _;

use domain::{BucketWidth, Lang, TimeRange};
use jiff::{Timestamp, tz::TimeZone};
use plotters::style::text_anchor::{HPos, VPos};

use super::{
    axis::{decimals, round_step, time_ticks},
    draw::{Area, DrawError, Drawn, FINE, Words, label, picture},
    ink::{Ink, Theme},
};
use crate::pages::{numbers, texts::Texts};

/// Every hour of some local days.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// The days, oldest first.
    pub days: Vec<Day>,
    /// The first four classes end here; the fifth is open.
    pub limits: [f64; 4],
    range: TimeRange,
    zone: TimeZone,
}

/// One local day: 23, 24 or 25 hours.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// Its hours in order; in autumn one hour of the clock comes twice, in spring one is left out.
    pub hours: Vec<Hour>,
}

/// One hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hour {
    /// What the clock shows when it begins, 0 to 23.
    pub clock: u8,
    /// What is known of it.
    pub heat: Heat,
}

/// What is known of an hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Heat {
    /// Its value.
    Known(f64),
    /// There ought to be a value and is none: hatched.
    Missing,
    /// Lies ahead, or before the first value: left empty.
    Outside,
}

/// Width and height of the picture in its own units.
const SIZE: (u32, u32) = (720, 362);
const LEFT: i32 = 56;
const RIGHT: i32 = 14;
const TOP: i32 = 8;
const ROW: i32 = 11;
/// Narrower columns have no room for squares of different sizes; lightness alone tells their classes apart.
const ROOM_FOR_SQUARES: i32 = 8;

impl HeatMap {
    /// The local days that meet a range; `heat` knows an hour by its beginning.
    pub fn new(range: TimeRange, zone: &TimeZone, heat: impl Fn(Timestamp) -> Heat) -> Self {
        let hour = |hour: TimeRange| Hour {
            clock: u8::try_from(hour.from().to_zoned(zone.clone()).hour()).unwrap_or(0),
            heat: heat(hour.from()),
        };
        let day = |day| Day { hours: BucketWidth::Hour.buckets(day, zone).map(hour).collect() };
        let days: Vec<TimeRange> = BucketWidth::Day.buckets(range, zone).collect();
        let whole = days.first().zip(days.last());
        let range = whole.and_then(|(a, b)| TimeRange::new(a.from(), b.to()).ok()).unwrap_or(range);
        let days: Vec<Day> = days.into_iter().map(day).collect();
        let limits = limits(days.iter().flat_map(|day| &day.hours).filter_map(|hour| match hour.heat {
            Heat::Known(value) => Some(value),
            Heat::Missing | Heat::Outside => None,
        }));
        Self { days, limits, range, zone: zone.clone() }
    }

    /// Whether not a single hour is known.
    pub fn is_empty(&self) -> bool {
        !self.days.iter().flat_map(|day| &day.hours).any(|hour| matches!(hour.heat, Heat::Known(_)))
    }

    /// The class of a value, 0 to 4.
    pub fn class(&self, value: f64) -> usize {
        self.limits.iter().filter(|limit| value > **limit).count()
    }

    /// Words for each class: `bis 20`, …, `über 80`.
    pub fn classes(&self, lang: Lang) -> [String; 5] {
        let t = Texts(lang);
        let places = decimals(self.limits[0]);
        let limits = self.limits.map(|limit| numbers::number(limit, places, lang));
        let [first, second, third, last] = limits.each_ref().map(|limit| t.class_up_to(limit));
        [first, second, third, last, t.class_above(&limits[3])]
    }
}

/// Round limits of equal steps. The busiest of a hundred hours are in the open class, so that one feast does not make a whole
/// year pale.
fn limits(values: impl Iterator<Item = f64>) -> [f64; 4] {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let busy = values.get((values.len().saturating_sub(1)) * 99 / 100).copied().unwrap_or(0.0);
    let step = if busy > 0.0 { round_step(busy / 5.0) } else { 1.0 };
    [step, 2.0 * step, 3.0 * step, 4.0 * step]
}

/// Draws the map as one `<svg>` element.
pub fn svg(map: &HeatMap, words: Words<'_>, theme: Theme) -> Result<String, DrawError> {
    let cells = cells(map);
    picture(SIZE, "chart chart--heat", &words, theme, &cells, |root| draw_words(map, words.lang, root))
}

/// One path for each class and one for what is missing: a year has 8760 hours.
fn cells(map: &HeatMap) -> String {
    let mut paths: [String; 5] = Default::default();
    let mut missing = String::new();
    let columns = i32::try_from(map.days.len()).unwrap_or(i32::MAX).max(1);
    let width = (SIZE.0.cast_signed() - LEFT - RIGHT) * FINE;
    let has_squares = width / columns >= ROOM_FOR_SQUARES * FINE;
    for (i, day) in (0_i32..).zip(&map.days) {
        let (from, to) = (LEFT * FINE + width * i / columns, LEFT * FINE + width * (i + 1) / columns);
        for run in runs(map, day, has_squares) {
            let Run { top, bottom, class } = run;
            let (path, inset) = match class {
                Some(class) => {
                    // The square grows with the class: a second cue beside lightness.
                    let share = [55, 42, 29, 16, 4].get(class).copied().unwrap_or(0);
                    let Some(path) = paths.get_mut(class) else { continue };
                    (path, if has_squares { share } else { 0 })
                }
                None => (&mut missing, 0),
            };
            let inset = |length: i32| length * inset / 200;
            let (dx, dy) = (inset(to - from), inset(bottom - top));
            let (across, down) = (to - from - 2 * dx, bottom - top - 2 * dy);
            let _ = write!(path, "M{} {}h{across}v{down}h-{across}z", from + dx, top + dy);
        }
    }
    let classes = paths.iter().zip(Ink::CLASSES).chain([(&missing, Ink::Missing)]);
    classes.filter(|(path, _)| !path.is_empty()).fold(String::new(), |mut svg, (path, ink)| {
        let _ = write!(svg, "<path fill=\"{}\" d=\"{path}\"/>", ink.marker_text());
        svg
    })
}

/// Hours of one class below each other, in units of the drawing; without a class they are missing.
struct Run {
    top: i32,
    bottom: i32,
    class: Option<usize>,
}

/// Runs from the top down; every hour alone where each has a square of its own.
fn runs(map: &HeatMap, day: &Day, each_alone: bool) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (i, hour) in day.hours.iter().enumerate() {
        let class = match hour.heat {
            Heat::Known(value) => Some(map.class(value)),
            Heat::Missing => None,
            Heat::Outside => continue,
        };
        // The two hours that the clock of an autumn night shows twice share one row.
        let is_twin = |j: usize| day.hours.get(j).is_some_and(|other| other.clock == hour.clock);
        let row = (TOP + i32::from(hour.clock) * ROW) * FINE;
        let half = ROW * FINE / 2;
        let (top, bottom) = if is_twin(i + 1) {
            (row, row + half)
        } else if i > 0 && is_twin(i - 1) {
            (row + half, row + ROW * FINE)
        } else {
            (row, row + ROW * FINE)
        };
        match runs.last_mut() {
            Some(run) if run.bottom == top && run.class == class && (class.is_none() || !each_alone) => {
                run.bottom = bottom;
            }
            _ => runs.push(Run { top, bottom, class }),
        }
    }
    runs
}

fn draw_words(map: &HeatMap, lang: Lang, root: &Area<'_>) -> Drawn {
    for hour in [0, 6, 12, 18] {
        let y = (TOP + hour * ROW) * FINE;
        let text = format!("{hour:02}:00");
        label(root, &text, ((LEFT - 8) * FINE, y), Ink::Text, (HPos::Right, VPos::Top))?;
    }
    let below = (TOP + 24 * ROW + 8) * FINE;
    let width = f64::from((SIZE.0.cast_signed() - LEFT - RIGHT) * FINE);
    for tick in time_ticks(map.range, &map.zone, lang) {
        let share = tick.at.duration_since(map.range.from()).as_secs_f64() / map.range.seconds();
        // Near the right edge a label would hang over it.
        if share < 0.95 {
            #[expect(clippy::cast_possible_truncation, reason = "inside the picture")]
            let x = LEFT * FINE + (share * width).round() as i32;
            label(root, &tick.label, (x, below), Ink::Text, (HPos::Left, VPos::Top))?;
        }
    }
    draw_key(map, lang, root)
}

/// What the classes mean.
fn draw_key(map: &HeatMap, lang: Lang, root: &Area<'_>) -> Drawn {
    let words = map.classes(lang);
    let last = Texts(lang).no_data().to_owned();
    let entries = words.iter().zip(Ink::CLASSES).chain([(&last, Ink::Missing)]);
    for (i, (words, ink)) in (0_i32..).zip(entries) {
        // Two rows of three: on a phone letters are larger beside the picture.
        let (x, y) = (LEFT + i % 3 * 215, SIZE.1.cast_signed() - 46 + i / 3 * 26);
        super::draw::square(root, (x * FINE, y * FINE), 14 * FINE, ink)?;
        label(root, words, ((x + 19) * FINE, (y + 7) * FINE), Ink::Text, (HPos::Left, VPos::Center))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn day(date: &str) -> TimeRange {
        BucketWidth::Day.bucket_of(format!("{date}T12:00:00Z").parse().unwrap(), &berlin())
    }

    fn clocks(date: &str) -> Vec<u8> {
        let map = HeatMap::new(day(date), &berlin(), |_| Heat::Missing);
        assert_eq!(map.days.len(), 1);
        map.days[0].hours.iter().map(|hour| hour.clock).collect()
    }

    #[test]
    fn a_spring_day_lacks_the_second_hour_and_an_autumn_day_has_it_twice() {
        assert_eq!(clocks("2026-03-29")[..4], [0, 1, 3, 4]);
        assert_eq!(clocks("2026-06-01").len(), 24);
        let autumn = clocks("2026-10-25");
        assert_eq!((autumn.len(), &autumn[..5]), (25, &[0, 1, 2, 2, 3][..]));
    }

    #[test]
    fn classes_have_round_limits_and_one_feast_does_not_shift_them() {
        // 99 of 100 hours have at most 100: fifths of that are 20, 40, 60, 80.
        let mut values: Vec<f64> = (0..100).map(f64::from).collect();
        values.push(5000.0);
        let words = |values: Vec<f64>| format!("{:?}", limits(values.into_iter()));
        assert_eq!(words(values), "[20.0, 40.0, 60.0, 80.0]");
        assert_eq!(words(Vec::new()), "[1.0, 2.0, 3.0, 4.0]");
    }

    #[test]
    fn a_class_ends_with_its_limit_and_the_last_is_open() {
        let map = HeatMap {
            limits: [20.0, 40.0, 60.0, 80.0],
            ..HeatMap::new(day("2026-06-01"), &berlin(), |_| Heat::Missing)
        };
        assert_eq!([0.0, 20.0, 20.5, 80.0, 81.0].map(|value| map.class(value)), [0, 0, 1, 3, 4]);
        assert_eq!(map.classes(Lang::De), ["bis 20", "bis 40", "bis 60", "bis 80", "über 80"]);
        assert_eq!(map.classes(Lang::En)[4], "over 80");
    }

    #[test]
    fn missing_hours_are_hatched_zeros_are_not_and_hours_ahead_are_left_empty() {
        let midnight = day("2026-06-01").from();
        let drawn =
            |heat: Heat| {
                let map = HeatMap::new(day("2026-06-01"), &berlin(), |at| {
                    if at == midnight { heat } else { Heat::Outside }
                });
                let words = Words { id: "h", title: "A", description: "B", lang: Lang::De };
                let svg = svg(&map, words, Theme::Page).unwrap();
                svg.lines().next().unwrap().matches("<path fill").count() * 10
                    + svg.matches("<path fill=\"url(#h-hatch)\"").count()
            };
        assert_eq!([Heat::Missing, Heat::Known(0.0), Heat::Outside].map(drawn), [11, 10, 0]);
    }

    #[test]
    fn a_year_is_drawn_in_few_words() {
        let year = BucketWidth::Year.bucket_of("2026-06-01T12:00:00Z".parse().unwrap(), &berlin());
        let map = HeatMap::new(year, &berlin(), |at| Heat::Known((at.as_second() / 3600 % 97) as f64));
        assert_eq!(map.days.len(), 365);
        let words = Words { id: "h", title: "A", description: "B", lang: Lang::De };
        assert!(svg(&map, words, Theme::Page).unwrap().len() < 250_000);
    }
}
