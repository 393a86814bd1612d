//! Means of short periods: what can be said of a week in which no day is wholly counted.
//!
//! A strict mean takes valid days only; a week of small gaps may have none. Here every day with half of its traffic known takes part: its
//! known amount is divided by the share that the known intervals have in the mean curve of all known intervals of such days (Monday to Friday;
//! weekends and public holidays). The mean is that of the weekdays' means, so that no weekday counts twice.
//!
//! How far this is off is tried out where the truth is known: the gaps of each day are cut out of every other day of its kind, filled by the
//! same rule and compared with what was counted there. The relative error found so, on the estimated part of the mean, taken to be the same
//! on all days, makes the 95 % interval. It says nothing about other weeks, nor about a counter that counts wrong.

use jiff::civil::{Date, Weekday};

use super::{Series, WHOLE};
use crate::{Calendar, DaySet, DayType, calendar::UnknownYear, statistics::mean};

/// Least share of a day's traffic that must be known.
const HALF: f64 = 0.5;

/// The factor of a two-sided 95 % interval.
const NORMAL_95: f64 = 1.96;

/// The days of a short period, completed as far as half of each is known.
#[derive(Clone, Debug, PartialEq)]
pub struct ShortPeriod {
    days: Vec<ShortDay>,
    /// Relative error of what was estimated, found by trial; `None` where nothing could be tried.
    pub error: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct ShortDay {
    date: Date,
    n_known: u32,
    n_expected: u32,
    /// The whole day and the part of it that is estimated.
    amount: Option<(f64, f64)>,
}

/// A mean from days that are known in part. Always provisional.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShortMean {
    /// Vehicles per day.
    pub value: f64,
    /// Its 95 % interval; `None` where the error could not be tried out.
    pub interval_95: Option<(f64, f64)>,
    /// Days that took part.
    pub n_days: u32,
    /// Days of the set in the period.
    pub n_expected: u32,
    /// Known intervals of the set's days.
    pub n_known: u32,
    /// All intervals of the set's days.
    pub n_intervals: u32,
    /// Share of the value that was estimated, 0 to 1.
    pub estimated_share: f64,
}

/// Mean course of a kind of day, by time of the clock.
struct Curve(Vec<Option<f64>>);

impl ShortPeriod {
    /// The days from the first to the last, both included.
    pub fn new(series: &Series, calendar: &Calendar, first: Date, last: Date) -> Self {
        let dates: Vec<Date> = Calendar::dates(first, last).collect();
        let (working, free): (Vec<Date>, Vec<Date>) =
            dates.into_iter().partition(|date| is_working(*date, calendar));
        let (mut days, mut trials) = (Vec::new(), Vec::new());
        for kind in [working, free] {
            let curve = Curve::new(series, calendar, &kind);
            for date in &kind {
                days.push(complete(series, calendar, &curve, *date));
                let others = kind.iter().filter(|other| *other != date);
                trials.extend(others.filter_map(|other| attempt(series, calendar, &curve, *date, *other)));
            }
        }
        days.sort_by_key(|day| day.date);
        let missed: f64 = trials.iter().map(|(estimated, counted)| (estimated - counted).powi(2)).sum();
        let counted: f64 = trials.iter().map(|(_, counted)| counted.powi(2)).sum();
        Self { days, error: (counted > 0.0).then(|| (missed / counted).sqrt()) }
    }

    /// The mean of the set's weekdays; `None` where one of them has no day of which half is known.
    ///
    /// # Errors
    ///
    /// Where the set depends on school holidays of an unknown year.
    pub fn mean(&self, set: DaySet, calendar: &Calendar) -> Result<Option<ShortMean>, UnknownYear> {
        let mut days = Vec::new();
        for day in &self.days {
            if set.contains(day.date, calendar)? {
                days.push(day);
            }
        }
        let (mut amounts, mut estimates) = (Vec::new(), Vec::new());
        for weekday in weekdays(set) {
            let of_weekday = days.iter().filter(|day| day.date.weekday() == *weekday);
            let known: Vec<(f64, f64)> = of_weekday.filter_map(|day| day.amount).collect();
            let Some(amount) = mean(&known.iter().map(|(amount, _)| *amount).collect::<Vec<_>>()) else {
                return Ok(None);
            };
            amounts.push(amount);
            estimates.extend(mean(&known.iter().map(|(_, estimated)| *estimated).collect::<Vec<_>>()));
        }
        let (Some(value), Some(estimated)) = (mean(&amounts), mean(&estimates)) else { return Ok(None) };
        let reach =
            if estimated > 0.0 { self.error.map(|error| NORMAL_95 * error * estimated) } else { Some(0.0) };
        let sum = |of: fn(&ShortDay) -> u32| days.iter().map(|day| of(day)).sum::<u32>();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(Some(ShortMean {
            value,
            interval_95: reach.map(|reach| ((value - reach).max(0.0), value + reach)),
            n_days: count(days.iter().filter(|day| day.amount.is_some()).count()),
            n_expected: count(days.len()),
            n_known: sum(|day| day.n_known),
            n_intervals: sum(|day| day.n_expected),
            estimated_share: if value > 0.0 { estimated / value } else { 0.0 },
        }))
    }
}

impl Curve {
    fn new(series: &Series, calendar: &Calendar, dates: &[Date]) -> Self {
        let mut sums: Vec<(f64, u32)> = Vec::new();
        for (start, counted) in dates.iter().flat_map(|date| series.slots(calendar.day(*date))) {
            let place = series.curve_index(calendar, start);
            if sums.len() <= place {
                sums.resize(place + 1, (0.0, 0));
            }
            if let Some(amount) = counted.and_then(|_| series.whole(start)) {
                sums[place].0 += amount;
                sums[place].1 += 1;
            }
        }
        Self(sums.into_iter().map(|(sum, n)| (n > 0).then(|| sum / f64::from(n))).collect())
    }

    fn at(&self, place: usize) -> Option<f64> {
        *self.0.get(place)?
    }
}

fn complete(series: &Series, calendar: &Calendar, curve: &Curve, date: Date) -> ShortDay {
    let observed = series.observe(calendar, calendar.day(date));
    let n_expected = u32::try_from(observed.known.len()).unwrap_or(u32::MAX);
    let amount = if observed.n_valid == n_expected {
        Some((observed.amount, 0.0))
    } else {
        observed.share_of(|place| curve.at(place)).filter(|share| *share >= HALF).map(|share| {
            let amount = observed.amount / share;
            (amount, amount - observed.amount)
        })
    };
    ShortDay { date, n_known: observed.n_valid, n_expected, amount }
}

/// Cuts the gaps of a day out of another one and fills them: what is estimated there and what was counted. `None` where the day has no gaps or
/// the other one has gaps at those times, too.
fn attempt(
    series: &Series,
    calendar: &Calendar,
    curve: &Curve,
    gaps_of: Date,
    other: Date,
) -> Option<(f64, f64)> {
    let gaps: Vec<(usize, f64)> = series
        .observe(calendar, calendar.day(gaps_of))
        .known
        .into_iter()
        .filter(|(_, share)| *share < WHOLE)
        .map(|(place, share)| (place, 1.0 - share))
        .collect();
    if gaps.is_empty() {
        return None;
    }
    let (mut outside, mut of_curve) = (0.0, 0.0);
    let (mut counted, mut gap_of_curve) = (0.0, 0.0);
    for (start, _) in series.slots(calendar.day(other)) {
        let place = series.curve_index(calendar, start);
        let amount = series.whole(start);
        if let Some((_, missing)) = gaps.iter().find(|(gap, _)| *gap == place) {
            counted += amount? * missing;
            gap_of_curve += curve.at(place)? * missing;
        } else if let (Some(amount), Some(usual)) = (amount, curve.at(place)) {
            outside += amount;
            of_curve += usual;
        }
    }
    (of_curve > 0.0).then(|| (outside * gap_of_curve / of_curve, counted))
}

fn is_working(date: Date, calendar: &Calendar) -> bool {
    !matches!(DayType::of(date, calendar), DayType::Saturday | DayType::SundayOrHoliday)
}

/// The weekdays a set is made of.
const fn weekdays(set: DaySet) -> &'static [Weekday] {
    const WEEK: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
    match set {
        DaySet::All => &WEEK,
        DaySet::MondayToFriday | DaySet::WorkingMondayToFriday | DaySet::NormalMondayToFriday => {
            WEEK.split_at(5).0
        }
        DaySet::WorkingMondayToSaturday | DaySet::BastW | DaySet::BastU => WEEK.split_at(6).0,
        DaySet::TuesdayToThursday => WEEK.split_at(4).0.split_at(1).1,
        DaySet::Weekend => WEEK.split_at(5).1,
        // Public holidays fall on any day; what a Sunday counts stands for them.
        DaySet::BastS => WEEK.split_at(6).1,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        Counted, Resolution,
        testing::{assert_near, quarters_of},
    };

    /// The week from Monday, 8 September 2025 on, a normal one; `amount` knows a weekday (Monday is 0) and a quarter-hour.
    fn week(amount: impl Fn(usize, usize) -> Option<f64>) -> ShortPeriod {
        let dates = Calendar::dates(date(2025, 9, 8), date(2025, 9, 14));
        let intervals: Vec<Counted> =
            dates.enumerate().flat_map(|(d, date)| quarters_of(date, |i| amount(d, i))).collect();
        let series = Series::new(Resolution::QuarterHour, intervals, []).unwrap();
        ShortPeriod::new(&series, &Calendar::lower_saxony(), date(2025, 9, 8), date(2025, 9, 14))
    }

    fn mean_of(period: &ShortPeriod, set: DaySet) -> Option<ShortMean> {
        period.mean(set, &Calendar::lower_saxony()).unwrap()
    }

    #[test]
    fn a_whole_week_is_its_mean_and_has_no_error() {
        let found = mean_of(&week(|d, _| Some(d as f64)), DaySet::All).unwrap();
        // 96 times (0 + 1 + … + 6) / 7.
        assert_near(found.value, 288.0, 1e-9);
        assert_eq!(found.interval_95, Some((found.value, found.value)));
        assert_eq!((found.n_days, found.n_expected), (7, 7));
    }

    #[test]
    fn a_day_with_a_gap_is_completed_by_the_curve_of_days_of_its_kind() {
        // Every day lacks one quarter-hour, of course another one; all count 1, at noon 10. No day is whole.
        let counts = |i: usize| if i == 48 { 10.0 } else { 1.0 };
        let found = mean_of(&week(|d, i| (i != 10 + d).then(|| counts(i))), DaySet::All).unwrap();
        // The curve is the truth, 105 a day, of which 1 is estimated.
        assert_near(found.value, 105.0, 1e-9);
        assert_near(found.estimated_share, 1.0 / 105.0, 1e-12);
        assert_eq!((found.n_known, found.n_intervals), (7 * 95, 7 * 96));
        let (low, high) = found.interval_95.unwrap();
        assert_near(low, 105.0, 1e-9);
        assert_near(high, 105.0, 1e-9);
    }

    #[test]
    fn the_error_is_what_the_rule_misses_where_the_truth_is_known() {
        // Monday lacks its second half. Monday to Friday count 1 a quarter-hour before noon and 1 after it, but Tuesday 3 after noon.
        // Means after noon of Tuesday to Friday: (3 + 1 + 1 + 1) / 4 = 1.5, so Monday is 48 * (1 + 1.5).
        let period = week(|d, i| match (d, i) {
            (0, 48..) => None,
            (1, 48..) => Some(3.0),
            _ => Some(1.0),
        });
        let found = mean_of(&period, DaySet::All);
        assert!(found.is_none(), "only 40 % of Monday's traffic is known");
        // Each of the four others is estimated as 48 * 1.5 = 72 and counted 144 or 48: misses of 72, 24, 24, 24.
        let missed = 72.0_f64.powi(2) + 3.0 * 24.0_f64.powi(2);
        let counted = 144.0_f64.powi(2) + 3.0 * 48.0_f64.powi(2);
        assert_near(period.error.unwrap(), (missed / counted).sqrt(), 1e-12);
    }

    #[test]
    fn a_weekday_without_counts_leaves_no_mean() {
        let period = week(|d, _| (d != 6).then_some(1.0));
        assert_eq!(mean_of(&period, DaySet::All), None);
        assert_near(mean_of(&period, DaySet::TuesdayToThursday).unwrap().value, 96.0, 1e-9);
    }

    #[test]
    fn a_gap_at_a_time_that_no_day_of_the_kind_knows_is_not_filled() {
        let period = week(|d, i| (d < 5 || i != 40).then_some(1.0));
        assert_eq!(mean_of(&period, DaySet::All), None);
        assert!(mean_of(&period, DaySet::MondayToFriday).is_some());
    }
}
