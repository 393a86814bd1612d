use jiff::civil::{Date, date};

use super::*;
use crate::{
    Resolution,
    testing::{assert_near, quarters_of},
};

const FIRST: Date = date(2025, 2, 3);
const LAST: Date = date(2025, 3, 16);

/// Six weeks of a street with 20 in each quarter-hour from 6 to 22 o'clock, 0 at night, times a factor of the day that spreads
/// by a quarter, as far as `change` leaves it.
fn street(change: impl Fn(Date, usize, f64) -> f64) -> Series {
    let intervals = Calendar::dates(FIRST, LAST).flat_map(|date| {
        let factor = [0.75, 1.0, 1.25, 1.0][date.day().unsigned_abs() as usize % 4];
        let usual = move |i: usize| if (24..88).contains(&i) { 20.0 * factor } else { 0.0 };
        quarters_of(date, |i| Some(change(date, i, usual(i))))
    });
    Series::new(Resolution::QuarterHour, intervals.collect::<Vec<_>>(), []).unwrap()
}

fn judged(series: &Series, closures: &[TimeRange]) -> Vec<ZeroRun> {
    let calendar = Calendar::lower_saxony();
    let period = TimeRange::new(calendar.day(FIRST).from(), calendar.day(LAST).to()).unwrap();
    zero_runs(series, period, &calendar, closures)
}

fn on(day: Date, runs: &[ZeroRun]) -> Vec<ZeroRun> {
    let day = Calendar::lower_saxony().day(day);
    runs.iter().filter(|run| day.contains(run.range.from())).copied().collect()
}

#[test]
fn nights_without_anybody_are_quiet() {
    let runs = judged(&street(|_, _, usual| usual), &[]);
    assert_eq!(runs.len(), 43, "a night before and after each of 42 days");
    assert!(runs.iter().all(|run| run.verdict == ZeroVerdict::Quiet), "{runs:?}");
    assert!(runs.iter().all(|run| run.expected < 1e-9), "nothing is expected at night");
}

#[test]
fn an_hour_of_zeros_amid_a_normal_day_is_an_outage() {
    let day = date(2025, 2, 26);
    let is_out = |date: Date, i: usize| date == day && (40..44).contains(&i);
    let runs = judged(&street(|date, i, usual| if is_out(date, i) { 0.0 } else { usual }), &[]);
    let run = on(day, &runs)[0];
    assert_eq!(run.verdict, ZeroVerdict::Fail, "{run:?}");
    assert_near(run.expected, 80.0, 1e-9);
    assert_near(run.range.seconds(), 3600.0, 1e-9);
}

#[test]
fn a_quarter_hour_of_zeros_is_suspect() {
    // 20 are expected; around it 44 quarter-hours counted 880 or so: effective (k + 880) ln(1 + 20 / (k + 880)), a little below 20.
    let day = date(2025, 2, 25);
    let is_out = |date: Date, i: usize| date == day && i == 50;
    let runs = judged(&street(|date, i, usual| if is_out(date, i) { 0.0 } else { usual }), &[]);
    let run = on(day, &runs)[0];
    assert_eq!(run.verdict, ZeroVerdict::Suspect, "{run:?}");
}

#[test]
fn a_storm_that_empties_the_street_explains_an_hour_without_anybody() {
    // All day one in two quarter-hours counts one bicycle, a fortieth of the usual, and from 11 to 12 o'clock there is none.
    let day = date(2025, 2, 26);
    let storm = |i: usize| if (44..48).contains(&i) || i.is_multiple_of(2) { 0.0 } else { 1.0 };
    let runs =
        judged(&street(|date, i, usual| if date == day && usual > 0.0 { storm(i) } else { usual }), &[]);
    let hour = on(day, &runs).into_iter().find(|run| run.range.seconds() >= 3600.0).unwrap();
    assert!(hour.expected > 60.0, "{hour:?}");
    assert_eq!(hour.verdict, ZeroVerdict::Quiet, "{hour:?}");
}

#[test]
fn days_of_zeros_are_an_outage_and_do_not_become_usual() {
    let from = date(2025, 2, 17);
    let runs = judged(&street(|date, _, usual| if date >= from { 0.0 } else { usual }), &[]);
    let run = runs.last().unwrap();
    assert_eq!(run.verdict, ZeroVerdict::Fail, "two of three days are zero");
    assert!(run.expected > 28.0 * 64.0 * 14.0, "{run:?}");
}

#[test]
fn a_known_closure_is_not_judged() {
    let day = date(2025, 2, 26);
    let calendar = Calendar::lower_saxony();
    let closed =
        TimeRange::new(calendar.day(date(2025, 2, 25)).from(), calendar.day(date(2025, 2, 27)).to()).unwrap();
    let series = street(|date, _, usual| if date == day { 0.0 } else { usual });
    let verdict =
        |closures: &[TimeRange]| on(date(2025, 2, 25), &judged(&series, closures)).pop().unwrap().verdict;
    assert_eq!(verdict(&[]), ZeroVerdict::Fail);
    assert_eq!(verdict(&[closed]), ZeroVerdict::Quiet);
}
