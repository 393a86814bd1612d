//! A real outage that looks like zeros, and real nights that do not.

use domain::TimeRange;
use jiff::civil::{Date, date};
use planning::{
    Calendar,
    zero_run::{ZeroRun, ZeroVerdict, zero_runs},
};

use crate::muenster::{gartenstrasse, outbound_wolbecker_strasse, with_zeros};

fn judged(series: &planning::Series, first: Date, last: Date) -> Vec<ZeroRun> {
    let calendar = Calendar::lower_saxony();
    let period = TimeRange::new(calendar.day(first).from(), calendar.day(last).to()).unwrap();
    zero_runs(series, period, &calendar, &[])
}

#[test]
fn the_lane_that_went_silent_on_6_august_is_an_outage_from_that_evening_on() {
    let runs = judged(&outbound_wolbecker_strasse(), date(2025, 6, 1), date(2025, 8, 19));
    let outages: Vec<&ZeroRun> = runs.iter().filter(|run| run.verdict == ZeroVerdict::Fail).collect();
    // 20:45 UTC is 22:45 in Münster, the first of the zeros that go on until the end of the year.
    assert_eq!(outages.len(), 1, "{outages:?}");
    assert_eq!(outages[0].range.from().to_string(), "2025-08-06T20:45:00Z");
    assert_eq!(outages[0].range.to(), Calendar::lower_saxony().day(date(2025, 8, 19)).to());
    // 13 days of a lane that counted about 5,400 bicycles a day in July.
    assert!((40_000.0..90_000.0).contains(&outages[0].expected), "{:?}", outages[0]);
}

#[test]
fn before_that_its_quiet_nights_are_quiet() {
    let runs = judged(&outbound_wolbecker_strasse(), date(2025, 6, 1), date(2025, 8, 5));
    assert!(runs.len() > 50, "{} nights have zeros", runs.len());
    let doubtful: Vec<_> = runs.iter().filter(|run| run.verdict != ZeroVerdict::Quiet).collect();
    assert!(doubtful.is_empty(), "{doubtful:?}");
}

#[test]
fn in_a_year_only_special_days_are_doubtful() {
    let (inbound, outbound) = gartenstrasse();
    let mut doubtful = Vec::new();
    for direction in [&inbound, &outbound] {
        let runs = judged(direction, date(2025, 1, 1), date(2025, 12, 31));
        assert!(runs.len() > 300, "{} runs", runs.len());
        doubtful.extend(runs.into_iter().filter(|run| run.verdict != ZeroVerdict::Quiet));
    }
    let days = |verdict| {
        let of_verdict = doubtful.iter().filter(|run| run.verdict == verdict);
        let mut days: Vec<Date> =
            of_verdict.map(|run| Calendar::lower_saxony().local(run.range.from()).date()).collect();
        days.sort_unstable();
        days.dedup();
        days
    };
    // On 4 April the direction out of town counted 0 to 5 in quarter-hours of usually 20, while the other was as ever.
    assert_eq!(days(ZeroVerdict::Fail), [date(2025, 4, 4)]);
    // Corpus Christi, no holiday in this calendar but one in Münster, and the evenings of Christmas; one evening in March.
    assert_eq!(
        days(ZeroVerdict::Suspect),
        [(3, 5), (4, 4), (6, 19), (12, 24), (12, 27)].map(|(month, day)| date(2025, month, day))
    );
}

#[test]
fn two_hours_of_a_normal_afternoon_set_to_zero_are_an_outage() {
    // Tuesday from 16 to 18 o'clock (14 to 16 UTC).
    let from: jiff::Timestamp = "2025-05-20T14:00:00Z".parse().unwrap();
    let hours = TimeRange::new(from, from + jiff::SignedDuration::from_hours(2)).unwrap();
    let runs = judged(&with_zeros(&gartenstrasse().1, hours), date(2025, 1, 1), date(2025, 12, 31));
    let run = runs.iter().find(|run| run.range == hours).unwrap();
    assert_eq!(run.verdict, ZeroVerdict::Fail);
}
