//! Before and after: what changed besides weather, season and kind of day.
//!
//! The logarithm of a day's count is taken as a sum of effects: kind of day, school holidays, season (a yearly wave and its half), rain from 6 to
//! 20 o'clock, temperature and its square, wind; and for a comparison, whether the day belongs to the second period. That last effect is
//! the result. Days of a week depend on each other, so errors are clustered by week; with fewer than about twenty weeks such errors are known to
//! come out somewhat too small.
//!
//! A comparison shows that something changed between two periods, not why.

mod least_squares;

use jiff::civil::Date;

use self::least_squares::Fit;
use crate::{Calendar, DayType, statistics::student_t_95};

/// Fewest days of each period.
pub const MIN_DAYS: usize = 14;

/// Fewest weeks of both periods together: below, errors by week mean nothing.
pub const MIN_WEEKS: usize = 8;

/// Days for each effect that is estimated.
const DAYS_PER_TERM: usize = 3;

/// A valid day with its weather; days without one of the values take no part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeatherDay {
    /// The day.
    pub date: Date,
    /// Its count, vehicles per day.
    pub amount: f64,
    /// Rain from 6 to 20 o'clock, mm.
    pub rain_mm: f64,
    /// Mean air temperature, °C.
    pub temperature: f64,
    /// Mean wind speed, m/s.
    pub wind: f64,
}

/// An effect of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// The level of Tuesday to Thursday.
    Level,
    /// Monday, Friday, Saturday, or Sunday and holiday against Tuesday to Thursday.
    DayType(DayType),
    /// School holidays.
    SchoolHoliday,
    /// Season: sine of the year.
    YearSine,
    /// Season: cosine of the year.
    YearCosine,
    /// Season: sine of the half-year.
    HalfYearSine,
    /// Season: cosine of the half-year.
    HalfYearCosine,
    /// ln(1 + mm) of rain: the first drops matter most.
    Rain,
    /// Temperature, 10 °C.
    Temperature,
    /// Its square: very hot days are no better than warm ones.
    TemperatureSquared,
    /// Wind, m/s.
    Wind,
    /// The second period.
    After,
}

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Change from the first period to the second with the same weather, season and kind of day, percent.
    pub effect_percent: f64,
    /// Its 95 % interval, percent. If it holds 0, no change is shown.
    pub interval_95: (f64, f64),
    /// Change of the plain means, percent.
    pub plain_percent: f64,
    /// Days of the first period.
    pub n_before: usize,
    /// Days of the second period.
    pub n_after: usize,
    /// Calendar weeks of both.
    pub n_weeks: usize,
    /// Share of the variance that the model explains, 0 to 1.
    pub r_squared: f64,
    /// Share of the second period's days for which the first has a day within a fortnight of the same season, 0 to 1. Near 0, season and
    /// change can be told apart only by the model's wave: compare the same months of two years instead.
    pub season_overlap: f64,
    /// Effects that could not be told, for example a weekday that never occurs or school holidays of an unknown year.
    pub left_out: Vec<Term>,
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// Too few days in a period.
    #[error("{before} days before and {after} after: each period needs {MIN_DAYS}, both together {needed}")]
    TooFewDays {
        /// Days of the first period.
        before: usize,
        /// Days of the second period.
        after: usize,
        /// Days of both that the effects need.
        needed: usize,
    },
    /// Too few weeks.
    #[error("{found} calendar weeks: at least {MIN_WEEKS} are needed to tell the error")]
    TooFewWeeks {
        /// As found.
        found: usize,
    },
    /// The change cannot be told apart from the other effects.
    #[error(
        "the two periods differ in season or weather so much that the change cannot be told apart from them"
    )]
    NotSeparable,
}

/// A model of weather and season at one site, for days under standard weather.
#[derive(Clone, Debug, PartialEq)]
pub struct WeatherModel {
    effects: Vec<(Term, f64, f64)>,
    /// Share of the variance that the model explains, 0 to 1.
    pub r_squared: f64,
    /// Days it was fitted to.
    pub n_days: usize,
}

/// Compares two periods of one site.
///
/// # Errors
///
/// Where data are too few for a statement with an error.
pub fn compare(
    before: &[WeatherDay],
    after: &[WeatherDay],
    calendar: &Calendar,
) -> Result<Comparison, CompareError> {
    let design = Design::new(before, after, calendar);
    let needed = (DAYS_PER_TERM * design.terms.len()).max(2 * MIN_DAYS);
    if before.len().min(after.len()) < MIN_DAYS || before.len() + after.len() < needed {
        return Err(CompareError::TooFewDays { before: before.len(), after: after.len(), needed });
    }
    let weeks: Vec<i64> = before.iter().chain(after).map(|day| week(day.date)).collect();
    let n_weeks = {
        let mut weeks = weeks.clone();
        weeks.sort_unstable();
        weeks.dedup();
        weeks.len()
    };
    if n_weeks < MIN_WEEKS {
        return Err(CompareError::TooFewWeeks { found: n_weeks });
    }
    let fit = Fit::new(&design.columns, &design.logarithms).ok_or(CompareError::NotSeparable)?;
    // The last column: it is left out if all others make it up.
    let place = design.terms.len() - 1;
    let effect = fit.coefficient(place).ok_or(CompareError::NotSeparable)?;
    let error = fit.clustered_error(&design.columns, &weeks, place).ok_or(CompareError::NotSeparable)?;
    let reach = student_t_95(n_weeks - 1) * error;
    let percent = |logarithm: f64| 100.0 * logarithm.exp_m1();
    let mean = |days: &[WeatherDay]| days.iter().map(|day| day.amount).sum::<f64>() / days.len() as f64;
    Ok(Comparison {
        effect_percent: percent(effect),
        interval_95: (percent(effect - reach), percent(effect + reach)),
        plain_percent: 100.0 * (mean(after) / mean(before) - 1.0),
        n_before: before.len(),
        n_after: after.len(),
        n_weeks,
        r_squared: fit.r_squared,
        season_overlap: season_overlap(before, after),
        left_out: design.left_out(&fit),
    })
}

impl WeatherModel {
    /// Fits the model to the days of a site, a year of them at best.
    ///
    /// # Errors
    ///
    /// With too few days.
    pub fn fit(days: &[WeatherDay], calendar: &Calendar) -> Result<Self, CompareError> {
        let design = Design::new(days, &[], calendar);
        let needed = (DAYS_PER_TERM * design.terms.len()).max(2 * MIN_DAYS);
        let too_few = CompareError::TooFewDays { before: days.len(), after: 0, needed };
        if days.len() < needed {
            return Err(too_few);
        }
        let fit = Fit::new(&design.columns, &design.logarithms).ok_or(too_few)?;
        let mean = |column: &[f64]| column.iter().sum::<f64>() / column.len() as f64;
        let kept = fit.coefficients.iter().zip(&fit.columns);
        let effects = kept.map(|(coefficient, column)| {
            (design.terms[*column], *coefficient, mean(&design.columns[*column]))
        });
        Ok(Self { effects: effects.collect(), r_squared: fit.r_squared, n_days: days.len() })
    }

    /// What the day would have counted in the mean weather of the days the model was fitted to, vehicles per day.
    pub fn normalised(&self, day: &WeatherDay) -> f64 {
        let by_weather: f64 = self
            .effects
            .iter()
            .filter_map(|(term, coefficient, mean)| Some(coefficient * (term.of_weather(day)? - mean)))
            .sum();
        ((day.amount + 0.5) * (-by_weather).exp() - 0.5).max(0.0)
    }
}

impl Term {
    /// The value of an effect of the weather; `None` for other effects.
    fn of_weather(self, day: &WeatherDay) -> Option<f64> {
        match self {
            Self::Rain => Some(day.rain_mm.max(0.0).ln_1p()),
            Self::Temperature => Some(day.temperature / 10.0),
            Self::TemperatureSquared => Some((day.temperature / 10.0).powi(2)),
            Self::Wind => Some(day.wind),
            _ => None,
        }
    }

    /// The value of any effect but that of school holidays and the period.
    fn of(self, day: &WeatherDay, calendar: &Calendar) -> f64 {
        let year =
            f64::from(day.date.day_of_year()) / f64::from(day.date.days_in_year()) * std::f64::consts::TAU;
        match self {
            Self::Level => 1.0,
            Self::DayType(day_type) => indicator(DayType::of(day.date, calendar) == day_type),
            Self::SchoolHoliday => indicator(matches!(calendar.school_holiday(day.date), Ok(Some(_)))),
            Self::YearSine => year.sin(),
            Self::YearCosine => year.cos(),
            Self::HalfYearSine => (2.0 * year).sin(),
            Self::HalfYearCosine => (2.0 * year).cos(),
            Self::After => 0.0,
            Self::Rain | Self::Temperature | Self::TemperatureSquared | Self::Wind => {
                self.of_weather(day).unwrap_or(0.0)
            }
        }
    }
}

/// The columns of the model and the logarithms of the counts.
struct Design {
    terms: Vec<Term>,
    columns: Vec<Vec<f64>>,
    logarithms: Vec<f64>,
    without: Vec<Term>,
}

impl Design {
    /// With a second period its effect is the last column.
    fn new(before: &[WeatherDay], after: &[WeatherDay], calendar: &Calendar) -> Self {
        let days: Vec<&WeatherDay> = before.iter().chain(after).collect();
        let mut terms = vec![Term::Level];
        terms.extend(
            [DayType::Monday, DayType::Friday, DayType::Saturday, DayType::SundayOrHoliday]
                .map(Term::DayType),
        );
        let mut without = Vec::new();
        if days.iter().all(|day| calendar.school_holiday(day.date).is_ok()) {
            terms.push(Term::SchoolHoliday);
        } else {
            without.push(Term::SchoolHoliday);
        }
        terms.extend([Term::YearSine, Term::YearCosine]);
        // The half-year's wave needs the whole year; on less it bends to whatever is there.
        let mut months: Vec<i8> = days.iter().map(|day| day.date.month()).collect();
        months.sort_unstable();
        months.dedup();
        let half_year = [Term::HalfYearSine, Term::HalfYearCosine];
        if months.len() >= 10 {
            terms.extend(half_year);
        } else {
            without.extend(half_year);
        }
        terms.extend([Term::Rain, Term::Temperature, Term::TemperatureSquared, Term::Wind]);
        let mut columns: Vec<Vec<f64>> =
            terms.iter().map(|term| days.iter().map(|day| term.of(day, calendar)).collect()).collect();
        if !after.is_empty() {
            terms.push(Term::After);
            columns.push((0..days.len()).map(|row| indicator(row >= before.len())).collect());
        }
        let logarithms = days.iter().map(|day| (day.amount + 0.5).ln()).collect();
        Self { terms, columns, logarithms, without }
    }

    fn left_out(&self, fit: &Fit) -> Vec<Term> {
        let collinear = self.terms.iter().enumerate().filter(|(column, _)| !fit.columns.contains(column));
        self.without.iter().copied().chain(collinear.map(|(_, term)| *term)).collect()
    }
}

const fn indicator(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}

/// A number for each calendar week, the same for its seven days.
fn week(date: Date) -> i64 {
    let days = (date - Date::constant(1970, 1, 5)).get_days();
    i64::from(days).div_euclid(7)
}

fn season_overlap(before: &[WeatherDay], after: &[WeatherDay]) -> f64 {
    const FORTNIGHT: i16 = 14;
    let mut days_of_year: Vec<i16> = before.iter().map(|day| day.date.day_of_year()).collect();
    days_of_year.sort_unstable();
    days_of_year.dedup();
    let is_near = |day: i16| {
        days_of_year.iter().any(|other| {
            let apart = (day - other).abs();
            apart.min(365 - apart) <= FORTNIGHT
        })
    };
    let shared = after.iter().filter(|day| is_near(day.date.day_of_year())).count();
    shared as f64 / after.len() as f64
}

#[cfg(test)]
mod tests;
