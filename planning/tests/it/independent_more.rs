//! Short periods, stations, extrapolations and comparisons against a computation in another language.

use std::{collections::HashMap, path::Path, process::Command};

use domain::TimeRange;
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, civil::date};
use planning::{
    Calendar, Counted, DayCount, DaySet, Resolution, Series,
    compare::{DayWeather, WeatherDay, compare},
    extrapolate::{Reference, extrapolate},
    series::ShortPeriod,
    statistics::mean,
    weather::{DayKind, RainAmount, TemperatureSpan, Wind, WindRose, heaviest_rain, tally, temperature_day},
};

use crate::muenster::gartenstrasse;

fn computed_by_python() -> HashMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("python3")
        .arg("-B")
        .arg(folder.join("tests/independent/short_and_weather.py"))
        .arg(folder.join("tests/muenster-gartenstrasse-2025.csv"))
        .arg(folder.join("data/school-holidays-lower-saxony.csv"))
        .output()
        .expect("python3 is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let pairs = lines.lines().filter_map(|line| line.split_once(' '));
    pairs.map(|(name, value)| (name.into(), value.into())).collect()
}

/// To the last digit: both languages print the shortest decimal that reads back as the same number.
#[track_caller]
fn same(python: &HashMap<String, String>, name: &str, found: f64) {
    assert_eq!(format!("{found:?}"), python[name], "{name}");
}

/// Where sums are taken in another order or equations solved in another way.
#[track_caller]
fn near(python: &HashMap<String, String>, name: &str, found: f64, precision: f64) {
    let expected: f64 = python[name].parse().unwrap();
    assert!((found - expected).abs() <= precision, "{name}: found {found}, expected {expected}");
}

const MONDAY: Date = Date::constant(2025, 5, 19);
const SUNDAY: Date = Date::constant(2025, 5, 25);

#[test]
fn a_week_with_gaps_has_the_mean_and_the_error_of_an_independent_computation() {
    let python = computed_by_python();
    let calendar = Calendar::lower_saxony();
    let (inbound, outbound) = gartenstrasse();
    let both = inbound.cross_section(&outbound).unwrap();
    let mut known = Vec::new();
    for (day, d) in Calendar::dates(MONDAY, SUNDAY).zip(0_usize..) {
        for ((start, counted), i) in both.slots(calendar.day(day)).zip(0_usize..) {
            let is_cut = (7 * i + 5 * d) % 31 == 0 || (d == 2 && (40..56).contains(&i));
            known.extend(counted.filter(|_| !is_cut).map(|counted| Counted { start, ..counted }));
        }
    }
    let series = Series::new(Resolution::QuarterHour, known, []).unwrap();
    assert!(series.days(&calendar, MONDAY, SUNDAY).iter().all(|day| day.amount().is_none()), "no strict day");
    let short = ShortPeriod::new(&series, &calendar, MONDAY, SUNDAY);
    let found = short.mean(DaySet::All, &calendar).unwrap().unwrap();
    same(&python, "short", found.value);
    assert_eq!(found.n_known.to_string(), python["short_known"]);
    near(&python, "short_error", short.error.unwrap(), 1e-12);
    near(&python, "short_estimated", found.estimated_share * found.value, 1e-9);
    // What was counted in the whole week lies within the interval.
    let truth = both.total(&calendar, MONDAY, SUNDAY).amount / 7.0;
    let (low, high) = found.interval_95.unwrap();
    assert!(low < truth && truth < high, "{low} to {high} without {truth}");
}

/// The made-up weather of the script: number of the quarter-hour, its range, temperature, rain, wind.
fn quarters() -> impl Iterator<Item = (i64, TimeRange, f64, f64, Wind)> {
    let first: Timestamp = "2025-06-01T00:00:00Z".parse().unwrap();
    let width = SignedDuration::from_mins(15);
    (0..60 * 96_i64).filter(|n| n % 997 >= 6).map(move |n| {
        let hour = n / 4 % 24;
        let whole = |n: i64| n as f64 / 10.0;
        let temperature = whole(210 + (n / 96 * 37) % 120 - (hour - 13).abs() * 9);
        let rain = if n % 53 < 7 { whole(n * n % 101) } else { 0.0 };
        let start = first + SignedDuration::from_mins(15 * n);
        let wind = Wind { direction: Some((n * 47 % 360) as f64), speed: whole(n * 29 % 131) };
        (n, TimeRange::new(start, start + width).unwrap(), temperature, rain, wind)
    })
}

#[test]
fn rain_sums_roses_and_kinds_of_days_are_those_of_an_independent_computation() {
    let python = computed_by_python();
    let first: Timestamp = "2025-06-01T00:00:00Z".parse().unwrap();
    let rain: Vec<RainAmount> = quarters().map(|(_, range, _, mm, _)| RainAmount { range, mm }).collect();
    for hours in [1, 6, 24] {
        let (until, sum) = heaviest_rain(&rain, hours).unwrap();
        same(&python, &format!("heaviest_{hours}"), sum.mm);
        let n = until.duration_since(first).as_secs() / 900;
        assert_eq!(n.to_string(), python[&format!("heaviest_{hours}_end")]);
    }
    let rose = WindRose::new(quarters().map(|(.., wind)| wind));
    assert_eq!(rose.n_calm.to_string(), python["calms"]);
    let sector = |forces: &[u32; 13]| forces.map(|n| n.to_string()).join(",");
    assert_eq!(rose.counts.each_ref().map(sector).join("/"), python["rose"]);
    let spans: Vec<TemperatureSpan> =
        quarters().map(|(_, range, t, ..)| TemperatureSpan { range, min: t, max: t }).collect();
    let calendar = Calendar::lower_saxony();
    let days: Vec<_> = (0..57)
        .map(|i| temperature_day(&spans, &calendar, date(2025, 6, 2).saturating_add(i.days())))
        .collect();
    assert_eq!(tally(&days, DayKind::Summer).n.to_string(), python["summer"]);
    let hot = tally(&days, DayKind::Hot);
    assert_eq!(
        (hot.n.to_string(), hot.n_open.to_string()),
        (python["hot"].clone(), python["hot_open"].clone())
    );
    assert!(hot.n > 0 && hot.n_open > 0, "{hot:?}");
}

#[test]
fn an_extrapolation_is_that_of_an_independent_computation() {
    let python = computed_by_python();
    let calendar = Calendar::lower_saxony();
    let (inbound, outbound) = gartenstrasse();
    let both = inbound.cross_section(&outbound).unwrap();
    let counted = |series: &Series, first: Date, last: Date| -> Vec<Option<f64>> {
        let days = series.days(&calendar, first, last);
        days.iter()
            .map(|day| match day.count {
                DayCount::Counted(amount) => Some(amount),
                _ => None,
            })
            .collect()
    };
    let reference = |series: &Series, shift: i32| {
        let year: Vec<f64> =
            counted(series, date(2025, 1, 1), date(2025, 12, 31)).into_iter().flatten().collect();
        let later = |day: Date| day.saturating_add(shift.days());
        Reference { dtv: mean(&year).unwrap(), amounts: counted(series, later(MONDAY), later(SUNDAY)) }
    };
    let references = [reference(&inbound, 0), reference(&both, 0), reference(&both, 7)];
    let short: Vec<f64> = counted(&outbound, MONDAY, SUNDAY).into_iter().map(Option::unwrap).collect();
    let found = extrapolate(&short, &references).unwrap();
    same(&python, "extrapolated", found.dtv);
    let error = found.error.unwrap();
    same(&python, "extrapolated_median", error.median);
    same(&python, "extrapolated_p90", error.p90);
}

#[test]
fn a_comparison_is_that_of_an_independent_computation_by_other_equations() {
    let python = computed_by_python();
    let period = |first: Date, period: i32| -> Vec<WeatherDay> {
        (0..120)
            .map(|i| {
                let n = i + 500 * period;
                let whole = |n: i32| f64::from(n) / 10.0;
                let rain = if n % 3 == 0 { whole(n * 7919 % 60) } else { 0.0 };
                let (temperature, wind) = (whole(n * 37 % 200), whole(n * 53 % 80));
                let amount = 1000.0 + f64::from(n * 97 % 211) - 40.0 * rain
                    + 10.0 * temperature
                    + 110.0 * f64::from(period);
                let weather =
                    DayWeather { rain_mm: Some(rain), temperature: Some(temperature), wind: Some(wind) };
                WeatherDay { date: first.saturating_add(i.days()), amount, weather }
            })
            .collect()
    };
    let (before, after) = (period(date(2024, 3, 4), 0), period(date(2025, 3, 3), 1));
    let found = compare(&before, &after, &Calendar::lower_saxony()).unwrap();
    // Orthogonalisation here, normal equations there.
    near(&python, "change", found.effect_percent, 1e-8);
    // The factor of the interval is off by less than 0.001 here, and has three decimals there.
    near(&python, "change_low", found.interval_95.0, 5e-3);
    near(&python, "change_high", found.interval_95.1, 5e-3);
    assert_eq!(found.n_weeks.to_string(), python["change_weeks"]);
}
