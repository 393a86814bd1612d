//! The figures of a year against a computation in another language: equal to the last digit.

use std::{collections::HashMap, path::Path, process::Command};

use jiff::civil::{Date, date};
use planning::{
    Calendar, DaySet,
    peak::{DurationCurve, PeakWindow, peak_hour},
    series::{is_provisional, months},
    volume::{dtv_aashto, mean_volume},
};

use crate::muenster::gartenstrasse;

/// What `volumes.py` prints: names and values. It needs `python3`, which `cargo xtask services` installs.
fn computed_by_python() -> HashMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("python3")
        .arg(folder.join("tests/independent/volumes.py"))
        .arg(folder.join("tests/muenster-gartenstrasse-2025.csv"))
        .arg(folder.join("data/school-holidays-lower-saxony.csv"))
        .output()
        .expect("python3 is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

#[test]
fn an_independent_computation_has_the_same_figures_to_the_last_digit() {
    let expected = computed_by_python();
    let mut found: HashMap<String, String> = HashMap::new();
    // Rust and Python both print the shortest decimal that reads back as the same number.
    let mut tell = |name: &str, value: f64| _ = found.insert(name.into(), format!("{value:?}"));
    let calendar = Calendar::lower_saxony();
    let (inbound, outbound) = gartenstrasse();
    let both = inbound.cross_section(&outbound).unwrap();
    let days = both.days(&calendar, date(2025, 1, 1), date(2025, 12, 31));
    let figure = |set| mean_volume(&days, set, &calendar).unwrap().unwrap();
    tell("dtv", figure(DaySet::All).value);
    tell("dtvw5", figure(DaySet::NormalMondayToFriday).value);
    tell("mon_fri", figure(DaySet::MondayToFriday).value);
    tell("tue_thu", figure(DaySet::TuesdayToThursday).value);
    tell("aashto", dtv_aashto(&days).unwrap().value);
    let peak_days = [date(2025, 5, 20), date(2025, 10, 26), date(2025, 3, 30)];
    let windows =
        [("day", PeakWindow::Day), ("morning", PeakWindow::Morning), ("afternoon", PeakWindow::Afternoon)];
    let peak = |day: Date, window| peak_hour(&both, &calendar, day, window);
    for (day, (name, window)) in peak_days.into_iter().flat_map(|day| windows.map(|window| (day, window))) {
        tell(&format!("peak_{day}_{name}"), peak(day, window).unwrap().amount);
    }
    let peaks = Calendar::dates_of_year(2025).filter_map(|day| Some(peak(day, PeakWindow::Day)?.amount));
    tell("peak_of_the_year", peaks.reduce(f64::max).unwrap());
    let curves = [("both", &both), ("outbound", &outbound)]
        .map(|(name, series)| (name, DurationCurve::of_year(series, &calendar, 2025)));
    for (name, curve) in &curves {
        tell(&format!("msv30_{name}"), curve.rank(30).unwrap().amount);
        tell(&format!("msv50_{name}"), curve.rank(50).unwrap().amount);
    }
    let mut tell_text = |name: &str, value: String| _ = found.insert(name.into(), value);
    tell_text("n_valid", figure(DaySet::All).n_valid.to_string());
    tell_text("dtvw5_valid", figure(DaySet::NormalMondayToFriday).n_valid.to_string());
    tell_text("dtvw5_expected", figure(DaySet::NormalMondayToFriday).n_expected.to_string());
    for (name, curve) in &curves {
        tell_text(&format!("hours_valid_{name}"), curve.hours.len().to_string());
    }
    for (day, (name, window)) in peak_days.into_iter().flat_map(|day| windows.map(|window| (day, window))) {
        let start = calendar.local(peak(day, window).unwrap().start);
        tell_text(&format!("peak_{day}_{name}_at"), start.strftime("%H:%M").to_string());
    }
    let mut names: Vec<_> = expected.keys().chain(found.keys()).collect();
    names.sort_unstable();
    for name in names {
        assert_eq!(found.get(name), expected.get(name), "{name}");
    }
}

#[test]
fn the_year_is_complete_enough_in_spite_of_the_missing_last_days_of_its_months() {
    let calendar = Calendar::lower_saxony();
    let (inbound, outbound) = gartenstrasse();
    let both = inbound.cross_section(&outbound).unwrap();
    let days = both.days(&calendar, date(2025, 1, 1), date(2025, 12, 31));
    // Counted in the file: twelve last days of months, and 27 February, 29 and 30 October with one direction only; 26 October lacks
    // one of its 25 hours and is completed.
    assert_eq!(days.iter().filter(|day| day.amount().is_none()).count(), 15);
    let dst = days.iter().find(|day| day.date == date(2025, 10, 26)).unwrap();
    assert_eq!((dst.n_valid, dst.n_expected), (96, 100));
    assert!(dst.estimated() > 0.0 && dst.estimated() < 0.02 * dst.amount().unwrap(), "{dst:?}");
    assert_eq!(months(&days).iter().filter(|month| month.is_valid()).count(), 12);
    assert!(!is_provisional(&days));
}
