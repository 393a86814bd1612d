//! The published counts of two sites of Stadt Münster, and the figures of a year against an independent computation.

use domain::TimeRange;
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
};
use planning::{Calendar, Counted, Resolution, Series};

const YEAR: &str = include_str!("../muenster-gartenstrasse-2025.csv");
const OUTAGE: &str = include_str!("../muenster-wolbecker-strasse-2025.csv");

/// Both directions of Gartenstraße in 2025: into town and out of town.
pub(crate) fn gartenstrasse() -> (Series, Series) {
    (direction(YEAR, 1), direction(YEAR, 2))
}

/// One direction of Wolbecker Straße, June to August 2025.
pub(crate) fn outbound_wolbecker_strasse() -> Series {
    direction(OUTAGE, 1)
}

/// The same counts, with zeros in a stretch of time.
pub(crate) fn with_zeros(series: &Series, range: TimeRange) -> Series {
    let calendar = Calendar::lower_saxony();
    let days = [Date::constant(2025, 1, 1), Date::constant(2025, 12, 31)].map(|date| calendar.day(date));
    let year = TimeRange::new(days[0].from(), days[1].to()).unwrap();
    let changed = series.slots(year).filter_map(|(start, counted)| {
        if range.contains(start) { Some(Counted::whole(start, 0.0)) } else { counted }
    });
    Series::new(Resolution::QuarterHour, changed.collect::<Vec<_>>(), []).unwrap()
}

/// Reads a column of a fixture. The hour that the clock shows twice is in it once: the first one, of summer time.
fn direction(file: &str, column: usize) -> Series {
    let calendar = Calendar::lower_saxony();
    let mut intervals = Vec::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(';').collect();
        let date: Date = fields[0].parse().unwrap();
        for (count, i) in fields[column].split(',').zip(0_i64..) {
            let Ok(count) = count.parse::<u32>() else { continue };
            let clock = date.to_datetime(Time::midnight()) + SignedDuration::from_mins(15 * i);
            let start: Timestamp = calendar.zone().to_ambiguous_timestamp(clock).earlier().unwrap();
            intervals.push(Counted::whole(start, f64::from(count)));
        }
    }
    Series::new(Resolution::QuarterHour, intervals, []).unwrap()
}
