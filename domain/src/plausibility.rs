//! What values of an observed property can be true: alone, and beside those before them.

use crate::{ObservedProperty, Quality};

/// What is asked of the values of one observed property.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plausibility {
    /// Smallest and largest value that can be true, both inclusive; what lies outside is bad.
    pub range: Option<(f64, f64)>,
    /// How fast it can change; what is faster is doubtful.
    pub step: Option<Step>,
    /// How long it can stand still; what stands longer is doubtful.
    pub stuck: Option<Stuck>,
    /// Whether it must agree with other properties of the same instant.
    pub is_consistent: bool,
}

/// How fast a quantity can change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Largest change in a minute.
    pub per_minute: f64,
    /// A smaller change is never too fast, however short the time: two steps of a coarse resolution.
    pub floor: f64,
}

/// How long a quantity can stand still.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stuck {
    /// Longest time in milliseconds.
    pub after_ms: i64,
    /// Values that may last, from and to, both inclusive: no rain, no wind, no sun.
    pub exempt: &'static [(f64, f64)],
}

/// What is asked of the values of every observed property.
#[derive(Clone, Debug, PartialEq)]
pub struct QualityRules(Vec<Plausibility>);

const HOUR_MS: i64 = 3_600_000;

/// Less wind than this is calm.
const CALM: (f64, f64) = (0.0, 0.5);

impl Plausibility {
    /// Nothing is asked.
    pub const NOTHING: Self = Self { range: None, step: None, stuck: None, is_consistent: false };

    /// The gross range test (QARTOD test 4): what lies outside the range is bad.
    pub fn assess(&self, value: f64) -> Quality {
        match self.range {
            None => Quality::NotEvaluated,
            Some((min, max)) if (min..=max).contains(&value) => Quality::Good,
            Some(_) => Quality::Bad,
        }
    }

    /// What a value in the range is worth where nothing else speaks against it.
    pub const fn undoubted(&self) -> Quality {
        if self.range.is_some() { Quality::Good } else { Quality::NotEvaluated }
    }

    /// Whether a value is compared with those before it.
    pub const fn looks_back(&self) -> bool {
        self.step.is_some() || self.stuck.is_some()
    }
}

impl Step {
    /// The largest change in so many milliseconds.
    pub fn largest(&self, ms: i64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "an hour and less")]
        let minutes = ms as f64 / 60_000.0;
        (self.per_minute * minutes).max(self.floor)
    }
}

impl Stuck {
    /// Whether a value may last.
    pub fn is_exempt(&self, value: f64) -> bool {
        self.exempt.iter().any(|&(from, to)| (from..=to).contains(&value))
    }
}

impl QualityRules {
    /// What is asked of the values of a property.
    pub fn of(&self, property: ObservedProperty) -> &Plausibility {
        self.0.get(property as usize).unwrap_or(&Plausibility::NOTHING)
    }

    /// Asks something else of the values of a property.
    pub fn set(&mut self, property: ObservedProperty, rule: Plausibility) {
        if let Some(place) = self.0.get_mut(property as usize) {
            *place = rule;
        }
    }
}

impl Default for QualityRules {
    fn default() -> Self {
        Self(ObservedProperty::ALL.iter().map(|property| property.plausibility()).collect())
    }
}

impl ObservedProperty {
    /// What is asked of its values unless the settings ask something else.
    pub fn plausibility(self) -> Plausibility {
        Plausibility { range: self.plausible(), step: self.step(), stuck: self.stuck(), is_consistent: true }
    }

    /// The changes of the Ruhr-Uni Bochum street-level LoRaWAN network. Soil and water follow the air more slowly than it
    /// changes itself. Elsewhere there is no limit to be named: a pump empties a shaft in minutes, a lorry drives past the
    /// sensor for particles, a cloud past a surface.
    fn step(self) -> Option<Step> {
        let (per_minute, floor) = match self {
            // Some sensors resolve half a degree.
            Self::AirTemperature | Self::SoilTemperature | Self::WaterTemperature => (0.3, 1.0),
            Self::RelativeHumidity => (4.0, 4.0),
            // Some sensors resolve a whole hectopascal.
            Self::AirPressure => (0.3, 2.0),
            Self::WindSpeed => (20.0, 20.0),
            Self::Precipitation => (20.0, 20.0),
            Self::SolarIrradiance => (800.0, 800.0),
            _ => return None,
        };
        Some(Step { per_minute, floor })
    }

    /// The times of the same network, with its exceptions and two more: calm lasts a night, saturated air as long as the
    /// fog. Soil, water, noise floors and everything counted may stand still for days.
    fn stuck(self) -> Option<Stuck> {
        let (hours, exempt): (i64, &[(f64, f64)]) = match self {
            Self::AirTemperature => (3, &[]),
            Self::RelativeHumidity => (5, &[(99.0, 100.0)]),
            Self::AirPressure => (6, &[]),
            Self::WindSpeed => (5, &[CALM]),
            Self::WindGust => (1, &[CALM]),
            Self::WindDirection => (1, &[(0.0, 0.0), (360.0, 360.0)]),
            Self::Precipitation => (2, &[(0.0, 0.0)]),
            Self::SolarIrradiance => (3, &[(0.0, 2.0)]),
            _ => return None,
        };
        Some(Stuck { after_ms: hours * HOUR_MS, exempt })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_outside_the_plausible_range_is_bad() {
        let rule = ObservedProperty::AirTemperature.plausibility();
        assert_eq!(rule.assess(327.67), Quality::Bad);
        assert_eq!(rule.assess(-40.0), Quality::Good);
    }

    #[test]
    fn rules_are_those_of_their_property() {
        let mut rules = QualityRules::default();
        for &property in ObservedProperty::ALL {
            assert_eq!(rules.of(property), &property.plausibility());
        }
        rules.set(ObservedProperty::WindGust, Plausibility::NOTHING);
        assert_eq!(rules.of(ObservedProperty::WindGust), &Plausibility::NOTHING);
        assert_eq!(rules.of(ObservedProperty::WindLull), &ObservedProperty::WindLull.plausibility());
    }

    #[test]
    fn what_is_counted_is_not_compared_with_what_was_counted_before() {
        use crate::Aggregation;
        for property in
            ObservedProperty::ALL.iter().copied().filter(|p| *p != ObservedProperty::Precipitation)
        {
            if matches!(property.aggregation(), Aggregation::Sum | Aggregation::Total) {
                assert!(!property.plausibility().looks_back(), "{property}");
            }
        }
    }
}
