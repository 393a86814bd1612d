//! Days: counted, completed or incomplete.

use std::collections::BTreeMap;

use domain::TimeRange;
use jiff::{Timestamp, civil::Date};

use super::{Series, WHOLE};
use crate::{Calendar, DayType};

/// Least share of a day's intervals that must be known for the rest to be completed.
const COMPLETABLE: f64 = 0.95;

/// The count of a local day and how much of it was observed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// Intervals that were known, alone or within an amount over a gap.
    pub n_valid: u32,
    /// Intervals of that day: 92, 96 or 100 quarter-hours, or 23, 24 or 25 hours.
    pub n_expected: u32,
    /// What was counted.
    pub count: DayCount,
}

/// What is known of a day's amount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DayCount {
    /// Every interval was known.
    Counted(f64),
    /// At least 95 % of the intervals were known; the rest follows from the site's mean curve of such days.
    Completed {
        /// The whole day.
        amount: f64,
        /// Part of it that was not counted.
        estimated: f64,
    },
    /// Too little is known.
    Incomplete,
}

impl Day {
    /// The amount of a valid day, vehicles per day.
    pub const fn amount(&self) -> Option<f64> {
        match self.count {
            DayCount::Counted(amount) | DayCount::Completed { amount, .. } => Some(amount),
            DayCount::Incomplete => None,
        }
    }

    /// The part of the amount that was not counted but estimated.
    pub const fn estimated(&self) -> f64 {
        match self.count {
            DayCount::Completed { estimated, .. } => estimated,
            DayCount::Counted(_) | DayCount::Incomplete => 0.0,
        }
    }
}

/// What was counted in a week, a month or any other stretch of time, without completing anything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Total {
    /// The sum of all that was counted, amounts over gaps included: a lower bound unless every interval is known.
    pub amount: f64,
    /// Intervals that were known, alone or within an amount over a gap.
    pub n_valid: u32,
    /// Intervals of that time.
    pub n_expected: u32,
}

/// What was observed of a stretch of time: known intervals, and by clock time how far each was.
pub(super) struct Observed {
    pub(super) n_valid: u32,
    pub(super) amount: f64,
    /// (time of the clock as index of the day's curve, known share 0 to 1)
    pub(super) known: Vec<(usize, f64)>,
}

/// Sums of whole days by kind of day and time of the clock.
#[derive(Default)]
struct Curves(BTreeMap<DayType, BTreeMap<usize, (f64, u32)>>);

impl Series {
    /// The days from the first to the last, both included.
    ///
    /// A day that lacks at most 5 % of its intervals is completed: its known amount is divided by the share that the known intervals have in
    /// the mean curve of the wholly counted days of the same kind in this series. Without any such day it stays incomplete.
    pub fn days(&self, calendar: &Calendar, first: Date, last: Date) -> Vec<Day> {
        let observed: Vec<(Date, Observed)> = Calendar::dates(first, last)
            .map(|date| (date, self.observe(calendar, calendar.day(date))))
            .collect();
        let mut curves = Curves::default();
        for (date, day) in &observed {
            if day.known.iter().all(|(_, share)| *share >= WHOLE) {
                curves.add(self, calendar, *date);
            }
        }
        observed
            .into_iter()
            .map(|(date, day)| Day {
                date,
                n_valid: day.n_valid,
                n_expected: u32::try_from(day.known.len()).unwrap_or(u32::MAX),
                count: day.count(|curve_index| curves.mean(DayType::of(date, calendar), curve_index)),
            })
            .collect()
    }

    /// What was counted from the first to the last day, both included. An amount over a gap of days that no day has belongs to a total whose
    /// time contains it.
    pub fn total(&self, calendar: &Calendar, first: Date, last: Date) -> Total {
        let range = TimeRange::new(calendar.day(first).from(), calendar.day(last).to());
        let observed = range.map(|range| self.observe(calendar, range));
        observed.map_or(Total { amount: 0.0, n_valid: 0, n_expected: 0 }, |observed| Total {
            amount: observed.amount,
            n_valid: observed.n_valid,
            n_expected: u32::try_from(observed.known.len()).unwrap_or(u32::MAX),
        })
    }

    pub(super) fn observe(&self, calendar: &Calendar, period: TimeRange) -> Observed {
        let inside = |range: TimeRange| period.from() <= range.from() && range.to() <= period.to();
        let gaps: Vec<_> = self.over_gaps.iter().filter(|gap| inside(gap.range)).collect();
        let mut observed = Observed { n_valid: 0, amount: 0.0, known: Vec::with_capacity(100) };
        for (start, counted) in self.slots(period) {
            let slot = TimeRange::new(start, start + self.resolution.width());
            let in_gaps = slot.map_or(0.0, |slot| {
                gaps.iter().map(|gap| gap.range.overlap_seconds(slot)).sum::<f64>() / slot.seconds()
            });
            let counted = counted.and_then(|counted| Some((counted.amount?, counted.covered)));
            observed.amount += counted.map_or(0.0, |(amount, _)| amount);
            let share = (in_gaps + counted.map_or(0.0, |(_, covered)| covered)).min(1.0);
            observed.n_valid += u32::from(share >= WHOLE);
            observed.known.push((self.curve_index(calendar, start), share));
        }
        observed.amount += gaps.iter().map(|gap| gap.amount).sum::<f64>();
        observed
    }

    /// The place of an interval in a curve of the day by the clock: the hour the clock shows twice has one place.
    pub(super) fn curve_index(&self, calendar: &Calendar, start: Timestamp) -> usize {
        let time = calendar.local(start).time();
        let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60;
        usize::try_from(seconds / self.resolution.seconds()).unwrap_or(0)
    }
}

impl Observed {
    fn count(&self, curve: impl Fn(usize) -> Option<f64>) -> DayCount {
        let n_expected = self.known.len();
        if self.n_valid as usize == n_expected {
            return DayCount::Counted(self.amount);
        }
        if f64::from(self.n_valid) < COMPLETABLE * n_expected as f64 {
            return DayCount::Incomplete;
        }
        let Some((whole, known)) = self.in_curve(curve) else { return DayCount::Incomplete };
        let amount = self.amount * whole / known;
        DayCount::Completed { amount, estimated: amount - self.amount }
    }

    /// The share of a day's traffic that the known intervals have in its curve, 0 to 1.
    pub(super) fn share_of(&self, curve: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        self.in_curve(curve).map(|(whole, known)| known / whole)
    }

    /// The curve's sum over the day, and over what is known of it; `None` where the curve has no value, or none in what is known.
    fn in_curve(&self, curve: impl Fn(usize) -> Option<f64>) -> Option<(f64, f64)> {
        let (mut whole, mut known) = (0.0, 0.0);
        for (curve_index, share) in &self.known {
            let mean = curve(*curve_index)?;
            whole += mean;
            known += mean * share;
        }
        (known > 0.0).then_some((whole, known))
    }
}

impl Curves {
    fn add(&mut self, series: &Series, calendar: &Calendar, date: Date) {
        let curve = self.0.entry(DayType::of(date, calendar)).or_default();
        for (start, counted) in series.slots(calendar.day(date)) {
            // Within an amount over a gap nothing is known about the single interval.
            if let Some(amount) = counted.and_then(|counted| counted.amount) {
                let (sum, n) = curve.entry(series.curve_index(calendar, start)).or_default();
                *sum += amount;
                *n += 1;
            }
        }
    }

    fn mean(&self, day_type: DayType, curve_index: usize) -> Option<f64> {
        let (sum, n) = self.0.get(&day_type)?.get(&curve_index)?;
        Some(sum / f64::from(*n))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{Counted, Resolution, SumOverGap, testing::quarters_of};

    fn one_day(day: Date, intervals: Vec<Counted>, over_gaps: Vec<SumOverGap>) -> Day {
        let series = Series::new(Resolution::QuarterHour, intervals, over_gaps).unwrap();
        series.days(&Calendar::lower_saxony(), day, day)[0]
    }

    #[test]
    fn days_of_92_and_100_quarter_hours_are_complete() {
        for (day, n) in [(date(2025, 3, 30), 92), (date(2025, 10, 26), 100)] {
            let counted = one_day(day, quarters_of(day, |_| Some(2.0)), vec![]);
            assert_eq!((counted.n_valid, counted.n_expected), (n, n));
            assert_eq!(counted.count, DayCount::Counted(2.0 * f64::from(n)));
        }
    }

    #[test]
    fn a_day_without_curve_to_complete_it_stays_incomplete() {
        let day = date(2025, 6, 3);
        let counted = one_day(day, quarters_of(day, |i| (i != 40).then_some(2.0)), vec![]);
        assert_eq!((counted.n_valid, counted.n_expected, counted.count), (95, 96, DayCount::Incomplete));
    }

    #[test]
    fn a_day_that_lacks_little_is_completed_from_days_of_its_kind() {
        // Tuesday counts 10 in quarter-hour 40 and 1 in the other 95: 105 in all. Wednesday counts double, but lacks quarter-hour 40: 190
        // of 95/105 of the curve makes 190 * 105 / 95 = 210.
        let (tuesday, wednesday) = (date(2025, 6, 3), date(2025, 6, 4));
        let amount = |i: usize| if i == 40 { 10.0 } else { 1.0 };
        let mut intervals = quarters_of(tuesday, |i| Some(amount(i)));
        intervals.extend(quarters_of(wednesday, |i| (i != 40).then(|| 2.0 * amount(i))));
        let series = Series::new(Resolution::QuarterHour, intervals, []).unwrap();
        let days = series.days(&Calendar::lower_saxony(), tuesday, wednesday);
        assert_eq!(days[0].count, DayCount::Counted(105.0));
        let DayCount::Completed { amount, estimated } = days[1].count else { panic!("{:?}", days[1]) };
        assert!((amount - 210.0).abs() < 1e-9 && (estimated - 20.0).abs() < 1e-9, "{amount} {estimated}");
    }

    #[test]
    fn below_95_percent_a_day_is_incomplete() {
        let (tuesday, wednesday) = (date(2025, 6, 3), date(2025, 6, 4));
        let mut intervals = quarters_of(tuesday, |_| Some(1.0));
        intervals.extend(quarters_of(wednesday, |i| (i >= 5).then_some(1.0)));
        let series = Series::new(Resolution::QuarterHour, intervals, []).unwrap();
        let wednesday = series.days(&Calendar::lower_saxony(), wednesday, wednesday)[0];
        assert_eq!((wednesday.n_valid, wednesday.count), (91, DayCount::Incomplete));
    }

    #[test]
    fn an_amount_over_a_gap_inside_the_day_belongs_to_it() {
        // A gap from 10:05 to 11:40 in which 70 passed; before and after it 5 and 20 minutes of quarter-hours were observed.
        let day = date(2025, 6, 3);
        let midnight = Calendar::lower_saxony().day(day).from();
        let minute = |m: i64| midnight + jiff::SignedDuration::from_mins(m);
        let intervals = quarters_of(day, |_| Some(1.0)).into_iter().filter_map(|counted| {
            let minutes = (counted.start.as_second() - midnight.as_second()) / 60;
            match minutes {
                600 => Some(Counted { covered: 1.0 / 3.0, ..counted }),
                690 => Some(Counted { covered: 1.0 / 3.0, ..counted }),
                615..690 => None,
                _ => Some(counted),
            }
        });
        let gap = SumOverGap { range: TimeRange::new(minute(605), minute(700)).unwrap(), amount: 70.0 };
        let counted = one_day(day, intervals.collect(), vec![gap]);
        // 96 quarter-hours less the five without a value, one each, and the gap.
        assert_eq!(counted.count, DayCount::Counted(91.0 + 70.0));
    }

    #[test]
    fn an_amount_over_a_gap_across_midnight_belongs_to_no_day() {
        let day = date(2025, 6, 3);
        let midnight = Calendar::lower_saxony().day(day).from();
        let hour = jiff::SignedDuration::from_hours(1);
        let gap =
            SumOverGap { range: TimeRange::new(midnight - hour, midnight + 2 * hour).unwrap(), amount: 9.0 };
        let intervals = quarters_of(day, |i| (i >= 8).then_some(1.0));
        assert_eq!(one_day(day, intervals, vec![gap]).count, DayCount::Incomplete);
    }

    #[test]
    fn an_amount_over_a_gap_of_days_belongs_to_the_week_that_contains_it() {
        // Monday to Sunday with one a quarter-hour; from Tuesday noon to Thursday noon only the sum of 500 is known.
        let (monday, sunday) = (date(2025, 6, 2), date(2025, 6, 8));
        let calendar = Calendar::lower_saxony();
        let noon = |day| calendar.day(day).from() + jiff::SignedDuration::from_hours(12);
        let range = TimeRange::new(noon(date(2025, 6, 3)), noon(date(2025, 6, 5))).unwrap();
        let week = Calendar::dates(monday, sunday).flat_map(|day| quarters_of(day, |_| Some(1.0)));
        let intervals = week.filter(|counted| !range.contains(counted.start));
        let gap = SumOverGap { range, amount: 500.0 };
        let series = Series::new(Resolution::QuarterHour, intervals, [gap]).unwrap();
        let total = series.total(&calendar, monday, sunday);
        assert_eq!(total, Total { amount: 5.0 * 96.0 + 500.0, n_valid: 672, n_expected: 672 });
        let tuesday = series.total(&calendar, date(2025, 6, 3), date(2025, 6, 3));
        assert_eq!(tuesday, Total { amount: 48.0, n_valid: 48, n_expected: 96 });
    }
}
