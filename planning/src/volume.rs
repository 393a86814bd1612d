//! Mean daily traffic (`DTV`) of sets of days.

mod curve;
mod share;

use jiff::civil::{Date, Weekday};

use crate::{
    Calendar, Day, DaySet,
    calendar::UnknownYear,
    statistics::{mean, student_t_95, variance},
};

pub use curve::{DayCurve, MonthIndex, WeekdayIndex, day_curve, seasonal_index, week_curve};
pub use share::{DirectionSplit, HeavyDefinition, HeavyShare, direction_split, heavy_share};

/// A mean over the valid days of a set, with what is needed to defend it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanVolume {
    /// Vehicles per day.
    pub value: f64,
    /// The days it stands for; print it.
    pub set: DaySet,
    /// Valid days.
    pub n_valid: u32,
    /// Days of the set in the period.
    pub n_expected: u32,
    /// Valid days of which up to 5 % were completed.
    pub n_completed: u32,
    /// Share of the counted sum that was estimated, 0 to 1.
    pub estimated_share: f64,
    /// Error by the missing days, vehicles per day, if they are missing by chance; 0 where no day is missing, `None` below two valid days.
    ///
    /// Days that are missing for a reason (a broken sensor in winter) bias the mean beyond it: compare with [`dtv_aashto`].
    pub standard_error: Option<f64>,
}

impl MeanVolume {
    /// The 95 % interval that belongs to the standard error, vehicles per day, not below 0.
    pub fn interval_95(&self) -> Option<(f64, f64)> {
        let reach = student_t_95(self.n_valid.saturating_sub(1) as usize) * self.standard_error?;
        Some(((self.value - reach).max(0.0), self.value + reach))
    }
}

/// The plain mean of the valid days of a set: `DTV` for [`DaySet::All`], DTVw5 for [`DaySet::NormalMondayToFriday`], DTVw for
/// [`DaySet::BastW`], DiMiDo for [`DaySet::TuesdayToThursday`]. `None` without a valid day.
///
/// # Errors
///
/// Where the set depends on school holidays of an unknown year.
pub fn mean_volume(
    days: &[Day],
    set: DaySet,
    calendar: &Calendar,
) -> Result<Option<MeanVolume>, UnknownYear> {
    let mut amounts = Vec::new();
    let (mut n_expected, mut n_completed, mut estimated) = (0, 0, 0.0);
    for day in days {
        if !set.contains(day.date, calendar)? {
            continue;
        }
        n_expected += 1;
        if let Some(amount) = day.amount() {
            amounts.push(amount);
            estimated += day.estimated();
            n_completed += u32::from(day.n_valid < day.n_expected);
        }
    }
    let Some(value) = mean(&amounts) else { return Ok(None) };
    let (n_valid, sum) = (count(amounts.len()), amounts.iter().sum::<f64>());
    // A drawing without replacement from the days of the period.
    let missing = 1.0 - f64::from(n_valid) / f64::from(n_expected);
    Ok(Some(MeanVolume {
        value,
        set,
        n_valid,
        n_expected,
        n_completed,
        estimated_share: if sum > 0.0 { estimated / sum } else { 0.0 },
        standard_error: variance(&amounts).map(|variance| (variance * missing / f64::from(n_valid)).sqrt()),
    }))
}

/// The mean of the seven weekdays' means of the twelve months' means (AASHTO), which is not biased by a month or weekday with many
/// missing days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AashtoVolume {
    /// Vehicles per day.
    pub value: f64,
    /// Cells of month and weekday with at least one valid day.
    pub n_cells: u32,
    /// Cells in the period: 84 in a year.
    pub n_cells_expected: u32,
    /// Valid days.
    pub n_valid: u32,
    /// Days of the period.
    pub n_expected: u32,
}

/// `DTV` as a mean of means. A cell without a valid day is left out of its weekday's mean; `None` if a weekday has no valid day at all.
pub fn dtv_aashto(days: &[Day]) -> Option<AashtoVolume> {
    let mut cells: Vec<(Date, Weekday, Vec<f64>)> = Vec::new();
    for day in days {
        let (month, weekday) = (day.date.first_of_month(), day.date.weekday());
        let cell = cells.iter().position(|cell| cell.0 == month && cell.1 == weekday).unwrap_or_else(|| {
            cells.push((month, weekday, Vec::new()));
            cells.len() - 1
        });
        cells[cell].2.extend(day.amount());
    }
    let mut weekdays = Vec::new();
    for weekday in Weekday::Monday.cycle_forward().take(7) {
        let means: Vec<f64> =
            cells.iter().filter(|cell| cell.1 == weekday).filter_map(|cell| mean(&cell.2)).collect();
        weekdays.push(mean(&means)?);
    }
    Some(AashtoVolume {
        value: mean(&weekdays)?,
        n_cells: count(cells.iter().filter(|cell| !cell.2.is_empty()).count()),
        n_cells_expected: count(cells.len()),
        n_valid: count(days.iter().filter(|day| day.amount().is_some()).count()),
        n_expected: count(days.len()),
    })
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};

    use super::*;
    use crate::{DayCount, testing::assert_near};

    pub(super) fn day(date: Date, amount: Option<f64>) -> Day {
        let count = amount.map_or(DayCount::Incomplete, DayCount::Counted);
        Day { date, n_valid: if amount.is_some() { 96 } else { 0 }, n_expected: 96, count }
    }

    /// Days from Monday, 2 June 2025 on; Whit Monday is the 9th, school is free on the 10th too.
    fn from_monday(amounts: &[Option<f64>]) -> Vec<Day> {
        amounts.iter().zip(0_i64..).map(|(amount, i)| day(date(2025, 6, 2) + i.days(), *amount)).collect()
    }

    fn figure(days: &[Day], set: DaySet) -> MeanVolume {
        mean_volume(days, set, &Calendar::lower_saxony()).unwrap().unwrap()
    }

    #[test]
    fn dtv_is_the_mean_of_the_valid_days() {
        let days = from_monday(&[Some(100.0), None, Some(120.0), Some(140.0), None, Some(60.0), Some(40.0)]);
        let dtv = figure(&days, DaySet::All);
        // (100 + 120 + 140 + 60 + 40) / 5 = 92; the variance is (64 + 784 + 2304 + 1024 + 2704) / 4 = 1720; with two of seven missing
        // the error is sqrt(1720 * 2/7 / 5) = sqrt(98.29) = 9.914, and the interval reaches 2.776 times as far.
        assert_near(dtv.value, 92.0, 1e-9);
        assert_eq!((dtv.n_valid, dtv.n_expected), (5, 7));
        assert_near(dtv.standard_error.unwrap(), 9.914, 5e-4);
        assert_near(dtv.interval_95().unwrap().0, 92.0 - 2.776 * 9.914, 5e-3);
    }

    #[test]
    fn a_complete_period_has_no_error_by_missing_days() {
        let dtv = figure(&from_monday(&[Some(1.0), Some(3.0)]), DaySet::All);
        assert_near(dtv.standard_error.unwrap(), 0.0, 1e-12);
    }

    #[test]
    fn each_set_takes_its_own_days() {
        // Two weeks: Monday to Sunday 1 to 7, then Whit Monday 8, a day without school 9, Wednesday to Sunday 10 to 14.
        let days = from_monday(&(1..=14).map(|i| Some(f64::from(i))).collect::<Vec<_>>());
        let value = |set| figure(&days, set).value;
        assert_near(value(DaySet::MondayToFriday), (15.0 + 50.0) / 10.0, 1e-9);
        assert_near(value(DaySet::WorkingMondayToFriday), (15.0 + 42.0) / 9.0, 1e-9);
        assert_near(value(DaySet::NormalMondayToFriday), (15.0 + 33.0) / 8.0, 1e-9);
        assert_near(value(DaySet::BastW), (21.0 + 46.0) / 10.0, 1e-9);
        assert_near(value(DaySet::BastU), 9.0, 1e-9);
        assert_near(value(DaySet::BastS), (7.0 + 8.0 + 14.0) / 3.0, 1e-9);
        assert_near(value(DaySet::TuesdayToThursday), (2.0 + 3.0 + 4.0 + 10.0 + 11.0) / 5.0, 1e-9);
    }

    #[test]
    fn the_share_of_estimated_counts_is_told() {
        let mut days = from_monday(&[Some(100.0), Some(100.0)]);
        days[1].count = DayCount::Completed { amount: 100.0, estimated: 4.0 };
        days[1].n_valid = 92;
        let dtv = figure(&days, DaySet::All);
        assert_eq!(dtv.n_completed, 1);
        assert_near(dtv.estimated_share, 0.02, 1e-12);
    }

    #[test]
    fn without_a_valid_day_there_is_no_figure() {
        let figure = mean_volume(&from_monday(&[None]), DaySet::All, &Calendar::lower_saxony());
        assert_eq!(figure, Ok(None));
    }

    #[test]
    fn the_aashto_mean_is_not_drawn_to_the_month_with_more_days() {
        // January counts 100 a day and lacks everything but its first week; February counts 200. The plain mean of the 35 days is
        // (7 * 100 + 28 * 200) / 35 = 180, the mean of the cells 150.
        let days: Vec<Day> = Calendar::dates(date(2025, 1, 1), date(2025, 2, 28))
            .map(|date| match (date.month(), date.day()) {
                (1, 1..=7) => day(date, Some(100.0)),
                (1, _) => day(date, None),
                _ => day(date, Some(200.0)),
            })
            .collect();
        assert_near(figure(&days, DaySet::All).value, 180.0, 1e-9);
        let aashto = dtv_aashto(&days).unwrap();
        assert_near(aashto.value, 150.0, 1e-9);
        assert_eq!((aashto.n_cells, aashto.n_cells_expected), (14, 14));
    }

    #[test]
    fn the_aashto_mean_needs_every_weekday() {
        assert_eq!(dtv_aashto(&from_monday(&[Some(1.0); 6])), None);
    }
}
