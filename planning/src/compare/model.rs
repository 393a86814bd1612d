//! What the model of counts knows: days, weather, effects.

use jiff::civil::Date;

use super::least_squares::Fit;
use crate::{Calendar, DayType};

/// A valid day with its weather.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeatherDay {
    /// The day.
    pub date: Date,
    /// Its count, vehicles per day.
    pub amount: f64,
    /// Its weather.
    pub weather: DayWeather,
}

/// The weather of a day as far as it was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DayWeather {
    /// Rain from 6 to 20 o'clock, mm.
    pub rain_mm: Option<f64>,
    /// Mean air temperature, °C.
    pub temperature: Option<f64>,
    /// Mean wind speed, m/s.
    pub wind: Option<f64>,
}

/// An element of the weather.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Element {
    /// Rain.
    Rain,
    /// Air temperature.
    Temperature,
    /// Wind.
    Wind,
}

/// An element takes part if it was measured on at least this share of the days of each period.
const MEASURED: f64 = 0.8;

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

/// Why an effect is not in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeftOut {
    /// The school holidays of a year are not known.
    UnknownYear,
    /// The days are of less than ten months.
    TooFewMonths,
    /// The weather station measured it on less than four fifths of the days of a period, or not at all.
    NotMeasured,
    /// It cannot be told apart from the others: a weekday that never occurs, school holidays on no day or every day.
    NotTold,
}

impl Element {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rain, Self::Temperature, Self::Wind];

    /// Those that were measured often enough in each period that has days.
    pub(super) fn measured(before: &[WeatherDay], after: &[WeatherDay]) -> Vec<Self> {
        let often = |element: Self, days: &[WeatherDay]| {
            let n = days.iter().filter(|day| element.of(&day.weather).is_some()).count();
            n as f64 >= MEASURED * days.len() as f64
        };
        let is_measured = |element: &Self| often(*element, before) && often(*element, after);
        Self::ALL.into_iter().filter(is_measured).collect()
    }

    const fn of(self, weather: &DayWeather) -> Option<f64> {
        match self {
            Self::Rain => weather.rain_mm,
            Self::Temperature => weather.temperature,
            Self::Wind => weather.wind,
        }
    }

    const fn terms(self) -> &'static [Term] {
        match self {
            Self::Rain => &[Term::Rain],
            Self::Temperature => &[Term::Temperature, Term::TemperatureSquared],
            Self::Wind => &[Term::Wind],
        }
    }
}

/// The days on which all these elements were measured.
pub(super) fn with_all(days: &[WeatherDay], elements: &[Element]) -> Vec<WeatherDay> {
    let has_all = |day: &&WeatherDay| elements.iter().all(|element| element.of(&day.weather).is_some());
    days.iter().filter(has_all).copied().collect()
}

impl Term {
    /// The value of an effect of the weather; `None` for other effects.
    pub(super) fn of_weather(self, day: &WeatherDay) -> Option<f64> {
        match self {
            Self::Rain => Some(day.weather.rain_mm?.max(0.0).ln_1p()),
            Self::Temperature => Some(day.weather.temperature? / 10.0),
            Self::TemperatureSquared => Some((day.weather.temperature? / 10.0).powi(2)),
            Self::Wind => day.weather.wind,
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
pub(super) struct Design {
    pub(super) terms: Vec<Term>,
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) logarithms: Vec<f64>,
    without: Vec<(Term, LeftOut)>,
}

impl Design {
    /// With a second period its effect is the last column.
    pub(super) fn new(
        before: &[WeatherDay],
        after: &[WeatherDay],
        elements: &[Element],
        calendar: &Calendar,
    ) -> Self {
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
            without.push((Term::SchoolHoliday, LeftOut::UnknownYear));
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
            without.extend(half_year.map(|term| (term, LeftOut::TooFewMonths)));
        }
        for element in Element::ALL {
            if elements.contains(&element) {
                terms.extend(element.terms());
            } else {
                without.extend(element.terms().iter().map(|term| (*term, LeftOut::NotMeasured)));
            }
        }
        let mut columns: Vec<Vec<f64>> =
            terms.iter().map(|term| days.iter().map(|day| term.of(day, calendar)).collect()).collect();
        if !after.is_empty() {
            terms.push(Term::After);
            columns.push((0..days.len()).map(|row| indicator(row >= before.len())).collect());
        }
        let logarithms = days.iter().map(|day| (day.amount + 0.5).ln()).collect();
        Self { terms, columns, logarithms, without }
    }

    pub(super) fn left_out(&self, fit: &Fit) -> Vec<(Term, LeftOut)> {
        let collinear = self.terms.iter().enumerate().filter(|(column, _)| !fit.columns.contains(column));
        let collinear = collinear.map(|(_, term)| (*term, LeftOut::NotTold));
        self.without.iter().copied().chain(collinear).collect()
    }
}

const fn indicator(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}
