//! Figures of days and shares.

use std::collections::HashSet;

use domain::TimeRange;
use jiff::{
    SignedDuration,
    civil::{Date, Weekday},
};
use planning::{
    Calendar, Day, DaySet, Series,
    rls19::{DayTime, hourly_volume},
    series::{SeriesError, ShortPeriod},
    volume::{HeavyDefinition, direction_split, dtv_aashto, heavy_share, mean_volume},
};

use super::{Asked, Basis, Counts, Figure, Known, Lack, Motor, Name, Scope, ShortName, counts::together};

/// DTV of the sets planners use; where days are missing, also the mean of means.
pub(super) fn means(days: &[Day], calendar: &Calendar, is_provisional: bool) -> Vec<Figure> {
    let sets = [
        (Name::Dtv, DaySet::All),
        (Name::Dtvw5, DaySet::NormalMondayToFriday),
        (Name::Dtvw, DaySet::BastW),
        (Name::DiMiDo, DaySet::TuesdayToThursday),
    ];
    let mut figures: Vec<_> = sets
        .into_iter()
        .map(|(name, set)| {
            let value = match mean_volume(days, set, calendar) {
                Err(unknown) => Err(Lack::SchoolHolidays(unknown)),
                Ok(None) => Err(Lack::NoValidDay),
                // Four Fridays are no DTV.
                Ok(Some(_)) if lacks_a_weekday(days, set, calendar) => Err(Lack::NoDayOfAWeekday),
                Ok(Some(mean)) => Ok(Known {
                    interval_95: mean.interval_95(),
                    is_provisional,
                    estimated_share: mean.estimated_share,
                    ..Known::new(mean.value, mean.n_valid, mean.n_expected, Basis::Days)
                }),
            };
            Figure { name, scope: Scope::CrossSection, days: set, value }
        })
        .collect();
    let n_valid = days.iter().filter(|day| day.amount().is_some()).count();
    if (1..days.len()).contains(&n_valid) {
        let value = dtv_aashto(days).ok_or(Lack::NoDayOfAWeekday).map(|mean| Known {
            is_provisional,
            ..Known::new(mean.value, mean.n_valid, mean.n_expected, Basis::Days)
        });
        let figure = Figure { name: Name::DtvAashto, scope: Scope::CrossSection, days: DaySet::All, value };
        figures.insert(1, figure);
    }
    figures
}

/// Whether a weekday of the set has no valid day in it.
fn lacks_a_weekday(days: &[Day], set: DaySet, calendar: &Calendar) -> bool {
    let valid =
        days.iter().filter(|day| day.amount().is_some() && set.contains(day.date, calendar) == Ok(true));
    let found: HashSet<Weekday> = valid.map(|day| day.date.weekday()).collect();
    set.weekdays().any(|weekday| !found.contains(&weekday))
}

/// Longest period that has means of days known in part: a longer one has valid days, or a reason.
const LONGEST_SHORT: i32 = 92;

/// With fewer valid days than this share of a short period its strict means hardly stand for it.
const ENOUGH_VALID: f64 = 0.8;

/// Where days of a short period are not valid, the means that days known in part allow.
pub(super) fn short(counts: &Counts, days: &[Day], asked: &Asked, calendar: &Calendar) -> Vec<Figure> {
    let period = &asked.period;
    let n_valid = days.iter().filter(|day| day.amount().is_some()).count();
    if period.n_days() > LONGEST_SHORT || n_valid as f64 >= ENOUGH_VALID * days.len() as f64 {
        return Vec::new();
    }
    let short = ShortPeriod::new(&counts.cross_section, calendar, period.first, period.last);
    let sets = [
        (ShortName::Dtv, DaySet::All),
        (ShortName::Dtvw5, DaySet::NormalMondayToFriday),
        (ShortName::Dtvw, DaySet::BastW),
        (ShortName::DiMiDo, DaySet::TuesdayToThursday),
    ];
    sets.into_iter()
        .map(|(name, set)| {
            let value = match short.mean(set, calendar) {
                Err(unknown) => Err(Lack::SchoolHolidays(unknown)),
                Ok(None) => Err(Lack::NoDayOfAWeekday),
                Ok(Some(mean)) => Ok(Known {
                    interval_95: mean.interval_95,
                    is_provisional: true,
                    estimated_share: mean.estimated_share,
                    ..Known::new(mean.value, mean.n_known, mean.n_intervals, Basis::Intervals)
                }),
            };
            Figure { name: Name::Short(name), scope: Scope::CrossSection, days: set, value }
        })
        .collect()
}

/// All that was counted in all directions, amounts over gaps included.
pub(super) fn total(counts: &Counts, asked: &Asked, calendar: &Calendar) -> Figure {
    let of = |series: &Series| series.total(calendar, asked.period.first, asked.period.last);
    let both = of(&counts.cross_section);
    let amount: f64 = counts.directions.iter().map(|direction| of(&direction.series).amount).sum();
    let is_known = counts.directions.iter().any(|direction| of(&direction.series).n_valid > 0);
    let value = is_known.then(|| Known {
        is_at_least: both.n_valid < both.n_expected,
        ..Known::new(amount, both.n_valid, both.n_expected, Basis::Intervals)
    });
    Figure {
        name: Name::Total,
        scope: Scope::CrossSection,
        days: DaySet::All,
        value: value.ok_or(Lack::NothingPassed),
    }
}

/// How two directions share the days and the peak hour.
pub(super) fn splits(counts: &Counts, direction_days: &[Vec<Day>], peak: Option<&Figure>) -> Vec<Figure> {
    let ([one, two], [days_one, days_two]) = (counts.directions.as_slice(), direction_days) else {
        return Vec::new();
    };
    let figure = |name, value| Figure { name, scope: Scope::CrossSection, days: DaySet::All, value };
    let (mut first, mut second, mut n_valid) = (0.0, 0.0, 0);
    for (day_one, day_two) in days_one.iter().zip(days_two) {
        if let (Some(amount_one), Some(amount_two)) = (day_one.amount(), day_two.amount()) {
            first += amount_one;
            second += amount_two;
            n_valid += 1;
        }
    }
    let known = |(first, second): (f64, f64), n_valid, n_expected, basis| {
        let split = direction_split(first, second).ok_or(Lack::NothingPassed)?;
        let stronger = Some(usize::from(!split.first_is_stronger));
        Ok(Known { stronger, ..Known::new(100.0 * split.share, n_valid, n_expected, basis) })
    };
    let n_expected = u32::try_from(days_one.len()).unwrap_or(u32::MAX);
    let of_days = if n_valid == 0 {
        Err(Lack::NoValidDay)
    } else {
        known((first, second), n_valid, n_expected, Basis::Days)
    };
    let of_peak = peak.and_then(|peak| peak.value.ok()?.at).ok_or(Lack::TooFewHours).and_then(|start| {
        let hour = TimeRange::new(start, start + SignedDuration::from_hours(1));
        let hour = hour.map_err(|_| Lack::TooFewHours)?;
        let of =
            |series: &Series| series.slots(hour).map(|(start, _)| series.whole(start)).sum::<Option<f64>>();
        let amounts = of(&one.series).zip(of(&two.series)).ok_or(Lack::TooFewHours)?;
        let known = known(amounts, 1, 1, Basis::Hours)?;
        Ok(Known { at: Some(start), ..known })
    });
    vec![figure(Name::SplitOfDays, of_days), figure(Name::SplitOfPeak, of_peak)]
}

/// Cars and lorries as series.
pub(super) struct MotorCounts {
    cars: Series,
    lorries: Series,
    both: Series,
}

impl MotorCounts {
    pub(super) fn new(
        motor: &Motor,
        period: TimeRange,
        left_out: &HashSet<Date>,
        calendar: &Calendar,
    ) -> Result<Self, SeriesError> {
        let of = |raw| Counts::new(raw, period, left_out, calendar).map(|counts| counts.cross_section);
        let (cars, lorries) = (of(&motor.cars)?, of(&motor.lorries)?);
        let both = together([Ok(cars.clone()), Ok(lorries.clone())].into_iter())?;
        Ok(Self { cars, lorries, both })
    }
}

/// Hourly volumes by time of day, and the share of lorries where cars and lorries are told apart.
pub(super) fn of_motor_traffic(
    counts: &Counts,
    motor: Option<MotorCounts>,
    asked: &Asked,
    calendar: &Calendar,
) -> Vec<Figure> {
    let days = (asked.period.first, asked.period.last);
    let all = motor.as_ref().map_or(&counts.cross_section, |motor| &motor.both);
    let times = [DayTime::Day, DayTime::Night, DayTime::DayOfLden, DayTime::EveningOfLden];
    let figure = |name, value| Figure { name, scope: Scope::CrossSection, days: DaySet::All, value };
    let mut figures: Vec<Figure> = times
        .into_iter()
        .map(|time| {
            let volume = hourly_volume(all, calendar, days, time).ok_or(Lack::TooFewHours);
            let value = volume
                .map(|volume| Known::new(volume.value, volume.n_valid, volume.n_expected, Basis::Hours));
            figure(Name::HourlyVolume(time), value)
        })
        .collect();
    if let Some(motor) = motor {
        figures.insert(0, figure(Name::HeavyShare, heavy(&motor, days, calendar)));
    }
    figures
}

/// Of the days on which both were counted.
fn heavy(motor: &MotorCounts, (first, last): (Date, Date), calendar: &Calendar) -> Result<Known, Lack> {
    let (cars, lorries) = (motor.cars.days(calendar, first, last), motor.lorries.days(calendar, first, last));
    let both: Vec<(f64, f64)> =
        cars.iter().zip(&lorries).filter_map(|(cars, lorries)| cars.amount().zip(lorries.amount())).collect();
    if both.is_empty() {
        return Err(Lack::NoValidDay);
    }
    let (n_cars, n_lorries) = both.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
    let share = heavy_share(n_lorries, n_cars + n_lorries, HeavyDefinition::ByLength);
    let n = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let share = share.ok_or(Lack::NothingPassed)?;
    Ok(Known::new(share.percent, n(both.len()), n(cars.len()), Basis::Days))
}
