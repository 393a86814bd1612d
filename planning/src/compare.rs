//! Before and after: what changed besides weather, season and kind of day.
//!
//! The logarithm of a day's count is taken as a sum of effects: kind of day, school holidays, season (a yearly wave and its half), rain from 6 to
//! 20 o'clock, temperature and its square, wind; and for a comparison, whether the day belongs to the second period. That last effect is
//! the result. Days of a week depend on each other, so errors are clustered by week; with fewer than about twenty weeks such errors are known to
//! come out somewhat too small.
//!
//! A comparison shows that something changed between two periods, not why.

mod least_squares;
mod model;

use jiff::civil::Date;

use self::{
    least_squares::Fit,
    model::{Design, with_all},
};
use crate::{Calendar, statistics::student_t_95};

pub use model::{DayWeather, Element, LeftOut, Term, WeatherDay};

/// Fewest days of each period.
pub const MIN_DAYS: usize = 14;

/// Fewest weeks of both periods together: below, errors by week mean nothing.
pub const MIN_WEEKS: usize = 8;

/// Days for each effect that is estimated.
const DAYS_PER_TERM: usize = 3;

/// With fewer days of a period a result is provisional.
pub const FIRM_DAYS: usize = 28;

/// With fewer weeks of both periods errors come out too small, and a result is provisional.
pub const FIRM_WEEKS: usize = 20;

/// With less of season or temperatures shared a change hangs on the model's curves.
pub const FIRM_OVERLAP: f64 = 0.5;

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Change from the first period to the second with the same weather, season and kind of day, percent.
    pub effect_percent: f64,
    /// Its 95 % interval, percent. If it holds 0, no change is shown.
    pub interval_95: (f64, f64),
    /// Plain mean of the first period, vehicles per day.
    pub mean_before: f64,
    /// Plain mean of the second period.
    pub mean_after: f64,
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
    /// Share of the second period's days that are no colder and no warmer than all days of the first, 0 to 1; `None` where no temperature is in
    /// the model. What lies outside is told by the model's curve alone.
    pub temperature_overlap: Option<f64>,
    /// What is in the model, without its level and the change itself.
    pub effects: Vec<Effect>,
    /// What is not, and why.
    pub left_out: Vec<(Term, LeftOut)>,
    /// Valid days that take no part because an element of the weather in the model was not measured.
    pub n_without_weather: usize,
}

/// An effect as the model has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Which.
    pub term: Term,
    /// Change of the count for one unit of it, percent.
    pub percent: f64,
    /// Its 95 % interval, percent.
    pub interval_95: Option<(f64, f64)>,
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
    /// Nothing was counted in the first period.
    #[error("nothing was counted in the first period: there is no change in percent")]
    NothingBefore,
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
    let n_valid = before.len() + after.len();
    let elements = Element::measured(before, after);
    let (before, after) = (with_all(before, &elements), with_all(after, &elements));
    let (before, after) = (before.as_slice(), after.as_slice());
    let design = Design::new(before, after, &elements, calendar);
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
    let percent = |logarithm: f64| 100.0 * logarithm.exp_m1();
    let effect = |place: usize| {
        let effect = fit.coefficient(place)?;
        let error = fit.clustered_error(&design.columns, &weeks, place);
        let reach = error.map(|error| student_t_95(n_weeks - 1) * error);
        let interval_95 = reach.map(|reach| (percent(effect - reach), percent(effect + reach)));
        Some(Effect { term: design.terms[place], percent: percent(effect), interval_95 })
    };
    // The last column: it is left out if all others make it up.
    let last = design.terms.len() - 1;
    let change = effect(last).ok_or(CompareError::NotSeparable)?;
    let mean = |days: &[WeatherDay]| days.iter().map(|day| day.amount).sum::<f64>() / days.len() as f64;
    let (mean_before, mean_after) = (mean(before), mean(after));
    if mean_before <= 0.0 {
        return Err(CompareError::NothingBefore);
    }
    Ok(Comparison {
        effect_percent: change.percent,
        interval_95: change.interval_95.ok_or(CompareError::NotSeparable)?,
        mean_before,
        mean_after,
        plain_percent: 100.0 * (mean_after / mean_before - 1.0),
        n_before: before.len(),
        n_after: after.len(),
        n_weeks,
        r_squared: fit.r_squared,
        season_overlap: season_overlap(before, after),
        temperature_overlap: elements
            .contains(&Element::Temperature)
            .then(|| temperature_overlap(before, after)),
        effects: (1..last).filter_map(effect).collect(),
        left_out: design.left_out(&fit),
        n_without_weather: n_valid - before.len() - after.len(),
    })
}

/// The days of a site in relation to those of a control site, where nothing was changed: what happened to both is no longer in them. Days that the
/// control site lacks are left out; amounts are those of the site at the control's mean of all days given.
pub fn against_control(site: &[WeatherDay], control: &[(Date, f64)], control_mean: f64) -> Vec<WeatherDay> {
    let of_control = |date: Date| control.iter().find(|(of, amount)| *of == date && *amount > 0.0);
    let relative = |day: &WeatherDay| {
        let (_, amount) = of_control(day.date)?;
        Some(WeatherDay { amount: day.amount / amount * control_mean, ..*day })
    };
    site.iter().filter_map(relative).collect()
}

impl Comparison {
    /// What weather, season and kind of day explain of the plain change, percent: with the change itself it makes up the plain one (factors, not
    /// sums).
    pub fn explained_percent(&self) -> f64 {
        let plain = 1.0 + self.plain_percent / 100.0;
        100.0 * (plain / (1.0 + self.effect_percent / 100.0) - 1.0)
    }

    /// Whether the interval leaves no room for "no change".
    pub fn shows_change(&self) -> bool {
        let (low, high) = self.interval_95;
        low > 0.0 || high < 0.0
    }

    /// Whether it is thin: less than four weeks in a period, so few weeks that errors come out too small, or seasons or temperatures that hardly
    /// meet.
    pub fn is_provisional(&self) -> bool {
        self.n_before.min(self.n_after) < FIRM_DAYS || self.n_weeks < FIRM_WEEKS || !self.is_comparable()
    }

    /// Whether the periods share so much of season and temperatures that the change does not hang on the model's curves alone.
    pub fn is_comparable(&self) -> bool {
        self.season_overlap >= FIRM_OVERLAP
            && self.temperature_overlap.is_none_or(|overlap| overlap >= FIRM_OVERLAP)
    }
}

impl WeatherModel {
    /// Fits the model to the days of a site, a year of them at best.
    ///
    /// # Errors
    ///
    /// With too few days.
    pub fn fit(days: &[WeatherDay], calendar: &Calendar) -> Result<Self, CompareError> {
        let elements = Element::measured(days, &[]);
        let days = with_all(days, &elements);
        let days = days.as_slice();
        let design = Design::new(days, &[], &elements, calendar);
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

fn temperature_overlap(before: &[WeatherDay], after: &[WeatherDay]) -> f64 {
    let temperatures = || before.iter().filter_map(|day| day.weather.temperature);
    let (low, high) =
        temperatures().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), t| (low.min(t), high.max(t)));
    let inside = |day: &&WeatherDay| day.weather.temperature.is_some_and(|t| (low..=high).contains(&t));
    after.iter().filter(inside).count() as f64 / after.len() as f64
}

#[cfg(test)]
mod tests;
