//! Small series for tests.

use jiff::civil::Date;

use crate::{Calendar, Counted, Resolution};

/// The quarter-hours of a day for which `amount` has one, by their number from midnight on.
pub(crate) fn quarters_of(date: Date, amount: impl Fn(usize) -> Option<f64>) -> Vec<Counted> {
    let day = Calendar::lower_saxony().day(date);
    let width = Resolution::QuarterHour.width();
    std::iter::successors(Some(day.from()), |start| Some(*start + width))
        .take_while(|start| *start < day.to())
        .enumerate()
        .filter_map(|(i, start)| Some(Counted::whole(start, amount(i)?)))
        .collect()
}

/// Fails unless two numbers agree to the given precision.
#[track_caller]
pub(crate) fn assert_near(found: f64, expected: f64, precision: f64) {
    assert!((found - expected).abs() <= precision, "found {found}, expected {expected}");
}
