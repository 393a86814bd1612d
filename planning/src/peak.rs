//! Peak hours: the busiest hour of a day, and the 30th busiest of a year.

use domain::TimeRange;
use jiff::{Timestamp, civil::Date};

use crate::{Calendar, Resolution, Series, series::Hour};

/// How a peak hour was found; print it with the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeakMethod {
    /// The largest sum of four consecutive quarter-hours.
    GlidingQuarterHours,
    /// The largest clock hour, where only hours are known: never larger than the gliding one.
    ClockHours,
}

/// The part of the day in which a peak is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeakWindow {
    /// The whole day.
    Day,
    /// 6 to 10 o'clock.
    Morning,
    /// 15 to 19 o'clock.
    Afternoon,
}

/// The busiest hour of a day or of a part of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeakHour {
    /// Its first instant; the earliest of several equal ones.
    pub start: Timestamp,
    /// Vehicles in the hour.
    pub amount: f64,
    /// How it was found.
    pub method: PeakMethod,
    /// Whether every interval of the window was observed; otherwise a busier hour may lie in a gap.
    pub is_complete: bool,
}

impl PeakWindow {
    const fn hours(self) -> (i8, i8) {
        match self {
            Self::Day => (0, 24),
            Self::Morning => (6, 10),
            Self::Afternoon => (15, 19),
        }
    }
}

/// The peak hour (`Spitzenstunde`) of a day, wholly inside the window and from whole intervals only. `None` if no hour was observed.
///
/// Hours are real hours: on the day the clock is set back the hour from 2 to 3 can glide into itself.
pub fn peak_hour(series: &Series, calendar: &Calendar, date: Date, window: PeakWindow) -> Option<PeakHour> {
    let (from, to) = window.hours();
    let slots: Vec<(Timestamp, Option<f64>)> = series
        .slots(calendar.part_of_day(date, from, to)?)
        .map(|(start, _)| (start, series.whole(start)))
        .collect();
    let (method, width) = match series.resolution() {
        Resolution::QuarterHour => (PeakMethod::GlidingQuarterHours, 4),
        Resolution::Hour => (PeakMethod::ClockHours, 1),
    };
    let is_complete = slots.iter().all(|(_, amount)| amount.is_some());
    let sums = slots.windows(width).filter_map(|hour| {
        let amount = hour.iter().map(|(_, amount)| *amount).sum::<Option<f64>>()?;
        Some(PeakHour { start: hour[0].0, amount, method, is_complete })
    });
    sums.reduce(|best, next| if next.amount > best.amount { next } else { best })
}

/// The hours of a period from the busiest down (`Dauerlinie`).
#[derive(Clone, Debug, PartialEq)]
pub struct DurationCurve {
    /// Valid clock hours, busiest first; of equal ones the earlier first.
    pub hours: Vec<Hour>,
    /// Hours of the period: 8,760 in a year of 365 days, in spite of the days of 23 and 25 hours.
    pub n_expected: u32,
}

/// A design hour such as MSV30.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankedHour {
    /// Vehicles per hour.
    pub amount: f64,
    /// When it was.
    pub start: Timestamp,
    /// Which of the busiest hours, from 1 on.
    pub rank: u32,
    /// Valid hours.
    pub n_valid: u32,
    /// Hours of the period. With gaps the figure is a lower bound: a busier hour may lie in one.
    pub n_expected: u32,
    /// How many of the hours up to this one were scaled up from three quarter-hours.
    pub n_scaled: u32,
}

impl DurationCurve {
    /// The duration curve of a period of whole days.
    pub fn new(series: &Series, period: TimeRange) -> Self {
        let (mut hours, mut n_expected) = (Vec::new(), 0);
        for hour in series.hours(period) {
            n_expected += 1;
            hours.extend(hour);
        }
        hours.sort_by(|one, other| other.amount.total_cmp(&one.amount));
        Self { hours, n_expected }
    }

    /// The duration curve of a calendar year.
    pub fn of_year(series: &Series, calendar: &Calendar, year: i16) -> Self {
        let (first, last) = (Date::constant(year, 1, 1), Date::constant(year, 12, 31));
        let year = TimeRange::new(calendar.day(first).from(), calendar.day(last).to());
        Self::new(series, year.expect("a year ends after it begins"))
    }

    /// The n-th busiest hour, from 1 on; MSV30 is the 30th of a year (HBS 2015 takes the 50th). `None` with fewer hours.
    pub fn rank(&self, rank: u32) -> Option<RankedHour> {
        let busiest = self.hours.get(..rank as usize)?;
        let hour = busiest.last()?;
        let n_scaled = busiest.iter().filter(|hour| hour.scaled).count();
        Some(RankedHour {
            amount: hour.amount,
            start: hour.start,
            rank,
            n_valid: u32::try_from(self.hours.len()).unwrap_or(u32::MAX),
            n_expected: self.n_expected,
            n_scaled: u32::try_from(n_scaled).unwrap_or(u32::MAX),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        Counted,
        testing::{assert_near, quarters_of},
    };

    fn series(intervals: Vec<Counted>) -> Series {
        Series::new(Resolution::QuarterHour, intervals, []).unwrap()
    }

    fn peak(series: &Series, date: Date, window: PeakWindow) -> (String, f64, bool) {
        let calendar = Calendar::lower_saxony();
        let peak = peak_hour(series, &calendar, date, window).unwrap();
        (calendar.local(peak.start).time().strftime("%H:%M").to_string(), peak.amount, peak.is_complete)
    }

    #[test]
    fn the_peak_glides_over_quarter_hours() {
        // 7:30, 7:45, 8:00, 8:15 count 10, 20, 30, 15; the clock hours have 30 + 2 and 45 + 2.
        let day = date(2025, 6, 3);
        let counts = |i| match i {
            30 => 10.0,
            31 => 20.0,
            32 => 30.0,
            33 => 15.0,
            _ => 1.0,
        };
        let series = series(quarters_of(day, |i| Some(counts(i))));
        assert_eq!(peak(&series, day, PeakWindow::Day), ("07:30".into(), 75.0, true));
        assert_eq!(peak(&series, day, PeakWindow::Afternoon), ("15:00".into(), 4.0, true));
    }

    #[test]
    fn the_morning_ends_at_ten() {
        let day = date(2025, 6, 3);
        // 9:45 counts 10 and 10:00 counts 50: the hour from 9:00 on is the last one of the morning.
        let counts = |i| match i {
            39 => 10.0,
            40 => 50.0,
            _ => 0.0,
        };
        let series = series(quarters_of(day, |i| Some(counts(i))));
        assert_eq!(peak(&series, day, PeakWindow::Morning), ("09:00".into(), 10.0, true));
    }

    #[test]
    fn no_hour_is_made_across_a_gap() {
        let day = date(2025, 6, 3);
        let series = series(quarters_of(day, |i| (i != 33).then_some(if i > 31 { 5.0 } else { 1.0 })));
        let (_, amount, is_complete) = peak(&series, day, PeakWindow::Morning);
        assert_near(amount, 20.0, 1e-9);
        assert!(!is_complete);
    }

    #[test]
    fn hours_alone_give_the_clock_hour() {
        let day = date(2025, 6, 3);
        let hours = quarters_of(day, |i| (i % 4 == 0).then_some(i as f64));
        let series = Series::new(Resolution::Hour, hours, []).unwrap();
        let peak = peak_hour(&series, &Calendar::lower_saxony(), day, PeakWindow::Day).unwrap();
        assert_eq!((peak.method, peak.is_complete), (PeakMethod::ClockHours, true));
        assert_near(peak.amount, 92.0, 1e-9);
    }

    #[test]
    fn a_year_has_8760_hours_in_spite_of_summer_time() {
        let none = series(vec![]);
        let calendar = Calendar::lower_saxony();
        assert_eq!(DurationCurve::of_year(&none, &calendar, 2025).n_expected, 8760);
        assert_eq!(DurationCurve::of_year(&none, &calendar, 2024).n_expected, 8784);
        assert_eq!(DurationCurve::of_year(&none, &calendar, 2025).rank(30), None);
    }

    #[test]
    fn the_thirtieth_hour_is_found_among_those_observed() {
        // Two days of 24 hours that count 4 * 0 to 4 * 47: the 30th busiest is number 18 from below.
        let (first, second) = (date(2025, 6, 3), date(2025, 6, 4));
        let mut intervals = quarters_of(first, |i| Some((i / 4) as f64));
        intervals.extend(quarters_of(second, |i| (i != 95).then_some((24 + i / 4) as f64)));
        let curve = DurationCurve::of_year(&series(intervals), &Calendar::lower_saxony(), 2025);
        let msv30 = curve.rank(30).unwrap();
        assert_near(msv30.amount, 72.0, 1e-9);
        assert_eq!((msv30.n_valid, msv30.n_expected, msv30.n_scaled), (48, 8760, 1));
    }

    #[test]
    fn both_hours_from_two_to_three_count_when_the_clock_is_set_back() {
        let sunday = date(2025, 10, 26);
        let series = series(quarters_of(sunday, |_| Some(1.0)));
        let curve = DurationCurve::new(&series, Calendar::lower_saxony().day(sunday));
        assert_eq!((curve.hours.len(), curve.n_expected), (25, 25));
    }
}
