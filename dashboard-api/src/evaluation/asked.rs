//! Which class and which days are asked for.

use domain::{ObservedProperty, Truncated};
use jiff::civil::Date;

use super::period::{MAX_DAYS, Names, Period, Query, given};

/// The classes planners count, in the order in which pages offer them.
pub const CLASSES: [ObservedProperty; 5] = [
    ObservedProperty::BicycleCount,
    ObservedProperty::CarCount,
    ObservedProperty::LorryCount,
    ObservedProperty::PersonCount,
    ObservedProperty::ObjectCount,
];

/// Where the speed classes of a radar begin, km/h, rising; one for each class, the last one open.
#[derive(Clone, Debug, PartialEq)]
pub struct SpeedBounds(pub Vec<f64>);

/// A class and a period of whole days, all of which have passed.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// An interval count.
    pub property: ObservedProperty,
    /// The days.
    pub period: Period,
    /// Whether suspect days are left out.
    pub without_suspect: bool,
    /// Bounds of speed classes, where percentiles of speed are asked for.
    pub speed_bounds: Option<SpeedBounds>,
}

/// Why a question cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Objection {
    /// A date that is none.
    #[error(
        "query parameter `{name}`: found `{found}`, expected a date from 1970 to 2199 such as 2026-01-31"
    )]
    NotADate {
        /// Name of the parameter.
        name: &'static str,
        /// As given.
        found: Truncated,
    },
    /// The last day lies before the first.
    #[error(
        "query parameters `{}` and `{}`: found {first} and {last}, expected `{}` not to lie before `{}`",
        names.0, names.1, names.1, names.0
    )]
    Backwards {
        /// Names of the parameters.
        names: Names,
        /// As given.
        first: Date,
        /// As given.
        last: Date,
    },
    /// No day of the period has passed.
    #[error("query parameter `{name}`: found {first}, expected a day that has passed: {yesterday} or before")]
    NotYet {
        /// Name of the parameter.
        name: &'static str,
        /// As given.
        first: Date,
        /// The last day that has passed.
        yesterday: Date,
    },
    /// More days than a figure can stand for.
    #[error("query parameters `{}` and `{}`: found {days} days, expected at most {MAX_DAYS}", names.0, names.1)]
    TooLong {
        /// Names of the parameters.
        names: Names,
        /// As given.
        days: i32,
    },
    /// Not a class that planners count.
    #[error("query parameter `property`: found `{found}`, expected one of {}", keys(&CLASSES))]
    UnknownClass {
        /// As given.
        found: Truncated,
    },
    /// The site does not count this class.
    #[error("query parameter `property`: `{found}` is not counted here, expected one of {}", keys(counted))]
    NotCounted {
        /// As given.
        found: ObservedProperty,
        /// What is.
        counted: Vec<ObservedProperty>,
    },
    /// A short count that is none.
    #[error(
        "query parameters `from` and `to`: found {days} days, expected at most {most}: a longer count has figures of its own"
    )]
    NotShort {
        /// As given.
        days: i32,
        /// Longest.
        most: i32,
    },
    /// A period without its first or last day.
    #[error("query parameter `{name}`: found nothing, expected a date, or neither day of the period")]
    HalfAPeriod {
        /// What is missing.
        name: &'static str,
    },
    /// Two periods that share days.
    #[error(
        "the periods before and after share days: expected the second to begin after {last}, found {first}"
    )]
    Overlapping {
        /// Last day of the first.
        last: Date,
        /// First day of the second.
        first: Date,
    },
    /// No such Thing, or one that does not measure what is needed.
    #[error("query parameter `{name}`: found `{found}`, expected one of {}", keys.join(", "))]
    NoSuchThing {
        /// Name of the parameter.
        name: &'static str,
        /// As given.
        found: Truncated,
        /// What would be right.
        keys: Vec<String>,
    },
    /// Bounds of speed classes that are none.
    #[error(
        "query parameter `speed_bounds`: found `{found}`, expected rising speeds in km/h, one for each class, such as 1,8,26,50"
    )]
    NotBounds {
        /// As given.
        found: Truncated,
    },
    /// A switch that is neither on nor off.
    #[error("query parameter `without_suspect`: found `{found}`, expected 0 or 1")]
    NotASwitch {
        /// As given.
        found: Truncated,
    },
}

fn keys(classes: &[ObservedProperty]) -> String {
    classes.iter().map(|class| class.key()).collect::<Vec<_>>().join(", ")
}

impl SpeedBounds {
    fn parse(found: &str) -> Result<Self, Objection> {
        let objection = || Objection::NotBounds { found: Truncated::new(found) };
        let bound = |text: &str| text.trim().parse().ok().filter(|bound| (0.0..=300.0).contains(bound));
        let bounds: Option<Vec<f64>> = found.split(',').map(bound).collect();
        let bounds = bounds.filter(|bounds| bounds.is_sorted_by(|one, next| one < next));
        bounds.map(Self).ok_or_else(objection)
    }

    /// As it is written in a query: `1,8,26,50`.
    pub fn text(&self) -> String {
        self.0.iter().map(f64::to_string).collect::<Vec<_>>().join(",")
    }
}

impl Asked {
    /// Reads a query. Without dates: the last twelve whole months, or since the day after `began` if that is later. Names that are none of ours
    /// are somebody else's.
    pub fn parse(
        query: &Query,
        counted: &[ObservedProperty],
        began: Option<Date>,
        today: Date,
    ) -> Result<Self, Objection> {
        let property = property(query, counted)?;
        let period = Period::parse(query, ("from", "to"), began, today)?;
        let without_suspect = match given(query, "without_suspect") {
            None | Some("0") => false,
            Some("1" | "on") => true,
            Some(found) => return Err(Objection::NotASwitch { found: Truncated::new(found) }),
        };
        let speed_bounds = given(query, "speed_bounds").map(SpeedBounds::parse).transpose()?;
        Ok(Self { property, period, without_suspect, speed_bounds })
    }

    /// The question as a query that always means the same.
    pub fn query(&self) -> String {
        let without = if self.without_suspect { "&without_suspect=1" } else { "" };
        let bounds = self.speed_bounds.as_ref().map(|bounds| format!("&speed_bounds={}", bounds.text()));
        format!(
            "from={}&to={}&property={}{without}{}",
            self.period.first,
            self.period.last,
            self.property.key(),
            bounds.unwrap_or_default()
        )
    }
}

/// The class asked for; without one the first that is counted.
pub fn property(query: &Query, counted: &[ObservedProperty]) -> Result<ObservedProperty, Objection> {
    match given(query, "property") {
        Some(found) => class(found, counted),
        None => Ok(counted.first().copied().unwrap_or(CLASSES[0])),
    }
}

fn class(found: &str, counted: &[ObservedProperty]) -> Result<ObservedProperty, Objection> {
    let class = CLASSES.into_iter().find(|class| class.key() == found);
    let class = class.ok_or_else(|| Objection::UnknownClass { found: Truncated::new(found) })?;
    if counted.contains(&class) {
        Ok(class)
    } else {
        Err(Objection::NotCounted { found: class, counted: counted.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use domain::ObservedProperty as P;
    use jiff::civil::date;

    use super::*;

    fn parse(query: &[(&str, &str)]) -> Result<Asked, Objection> {
        let query: Vec<_> = query.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Asked::parse(&query, &[P::BicycleCount], Some(date(2024, 6, 1)), date(2026, 11, 25))
    }

    #[test]
    fn without_dates_it_is_the_last_twelve_whole_months() {
        let asked = parse(&[]).unwrap();
        assert_eq!((asked.period.first, asked.period.last), (date(2025, 11, 1), date(2026, 10, 31)));
    }

    #[test]
    fn a_young_counter_is_evaluated_from_its_first_whole_day_until_yesterday() {
        let began = |began| Asked::parse(&[], &[P::BicycleCount], Some(began), date(2026, 11, 25)).unwrap();
        let asked = began(date(2026, 10, 20));
        assert_eq!((asked.period.first, asked.period.last), (date(2026, 10, 21), date(2026, 11, 24)));
        let asked = began(date(2026, 6, 3));
        assert_eq!((asked.period.first, asked.period.last), (date(2026, 6, 4), date(2026, 10, 31)));
    }

    #[test]
    fn a_period_that_lasts_into_the_future_ends_yesterday_and_says_so() {
        let asked = parse(&[("from", "2026-01-01"), ("to", "2026-12-31")]).unwrap();
        assert_eq!((asked.period.last, asked.period.is_cut), (date(2026, 11, 24), true));
        assert_eq!(asked.period.calendar_year(), None);
    }

    #[test]
    fn what_a_form_leaves_empty_is_absent_and_foreign_names_are_not_ours() {
        let asked = parse(&[("from", ""), ("to", "2025-12-31"), ("utm_source", "x")]).unwrap();
        assert_eq!((asked.period.first, asked.period.calendar_year()), (date(2025, 1, 1), Some(2025)));
    }

    #[test]
    fn wrong_questions_are_answered_with_what_would_be_right() {
        let says = |query: &[(&str, &str)]| parse(query).unwrap_err().to_string();
        assert!(says(&[("from", "2026-02-30")]).contains("`from`: found `2026-02-30`"));
        assert!(says(&[("from", "2026-03-01"), ("to", "2026-02-01")]).contains("not to lie before"));
        assert!(says(&[("from", "2027-01-01"), ("to", "2027-12-31")]).contains("2026-11-24"));
        assert!(says(&[("from", "2020-01-01")]).contains("at most 1096"));
        assert!(says(&[("property", "unicorn")]).contains("bicycle_count"));
        assert!(says(&[("property", "car_count")]).contains("not counted here"));
        assert!(says(&[("without_suspect", "maybe")]).contains("0 or 1"));
        assert!(says(&[("speed_bounds", "8,1")]).contains("rising speeds"));
        assert!(says(&[("speed_bounds", "fast")]).contains("`fast`"));
    }
}
