//! What is asked of values, in the settings: what differs from the built-in limits, by property.

use std::{collections::BTreeMap, time::Duration};

use domain::{Aggregation, ObservedProperty, QualityRules, Step, Stuck, Truncated};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::ConfigError;

/// The limits that differ, by observed property.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct QualityConfig(BTreeMap<Key, Limits>);

/// An observed property by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key(ObservedProperty);

/// The limits of one property; what is not given is as built in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Limits {
    /// Smallest and largest value that can be true.
    range: Option<Limit<Range>>,
    /// Largest change in a minute.
    step_per_minute: Option<Limit<PerMinute>>,
    /// Longest time without a change.
    stuck_after: Option<Limit<After>>,
    /// Whether values of one instant are compared with each other.
    consistency: Option<Switch>,
}

/// A limit, or none.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit<T> {
    Off,
    At(T),
}

/// `on` or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Range(f64, f64);

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct PerMinute(f64);

#[derive(Clone, Copy, Debug, PartialEq)]
struct After(Duration);

/// What is written for a limit.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a number, two numbers, a time such as 3h, or off")]
enum Written {
    Number(f64),
    Numbers(Vec<f64>),
    Text(String),
}

/// Shorter than a sensor sends, longer than anybody would wait for the doubt; and so far back is read for a late value.
const AFTER: std::ops::RangeInclusive<Duration> = Duration::from_mins(1)..=Duration::from_hours(7 * 24);

impl QualityConfig {
    /// What is asked of the values of every property.
    pub(crate) fn rules(&self) -> QualityRules {
        let mut rules = QualityRules::default();
        for (Key(property), limits) in &self.0 {
            let mut rule = *rules.of(*property);
            match limits.range {
                Some(Limit::Off) => rule.range = None,
                Some(Limit::At(Range(min, max))) => rule.range = Some((min, max)),
                None => {}
            }
            match limits.step_per_minute {
                Some(Limit::Off) => rule.step = None,
                Some(Limit::At(PerMinute(per_minute))) => {
                    let floor = rule.step.map_or(per_minute, |step| step.floor);
                    rule.step = Some(Step { per_minute, floor });
                }
                None => {}
            }
            match limits.stuck_after {
                Some(Limit::Off) => rule.stuck = None,
                Some(Limit::At(After(after))) => {
                    let after_ms = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
                    rule.stuck =
                        Some(Stuck { after_ms, exempt: rule.stuck.map_or(&[], |stuck| stuck.exempt) });
                }
                None => {}
            }
            if let Some(switch) = limits.consistency {
                rule.is_consistent = switch == Switch::On;
            }
            rules.set(*property, rule);
        }
        rules
    }

    /// Refuses what cannot be asked of a property.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (Key(property), limits) in &self.0 {
            let is_direction = property.aggregation() == Aggregation::VectorMean;
            if is_direction && matches!(limits.step_per_minute, Some(Limit::At(_))) {
                return Err(ConfigError::Settings(format!(
                    "`quality.{property}.step_per_minute`: a direction turns from 359 to 0 degrees, expected off"
                )));
            }
        }
        Ok(())
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|error: domain::observed_property::UnknownProperty| {
            D::Error::custom(format!("{error}, expected a key such as air_temperature"))
        })
    }
}

impl<T: Serialize> Serialize for Limit<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => serializer.serialize_str("off"),
            Self::At(limit) => limit.serialize(serializer),
        }
    }
}

impl<'de, T: TryFrom<Written, Error = String>> Deserialize<'de> for Limit<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Written::deserialize(deserializer)? {
            Written::Text(text) if text == "off" => Ok(Self::Off),
            written => T::try_from(written).map(Self::At).map_err(D::Error::custom),
        }
    }
}

impl std::fmt::Display for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "`{number}`"),
            Self::Numbers(numbers) => write!(f, "`{}`", Truncated::new(&format!("{numbers:?}"))),
            Self::Text(text) => write!(f, "`{}`", Truncated::new(text)),
        }
    }
}

impl TryFrom<Written> for Range {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match &written {
            Written::Numbers(numbers) => match numbers[..] {
                [min, max] if min.is_finite() && max.is_finite() && min < max => Ok(Self(min, max)),
                _ => Err(()),
            },
            Written::Number(_) | Written::Text(_) => Err(()),
        }
        .map_err(|()| {
            format!("found {written}, expected two numbers with the smaller first, such as [-40, 50], or off")
        })
    }
}

impl TryFrom<Written> for PerMinute {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::Number(number) if number.is_finite() && number > 0.0 => Ok(Self(number)),
            written => Err(format!("found {written}, expected a number above 0, or off")),
        }
    }
}

impl TryFrom<Written> for After {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let after = match &written {
            Written::Text(text) => humantime_serde::re::humantime::parse_duration(text).ok(),
            Written::Number(_) | Written::Numbers(_) => None,
        };
        after
            .filter(|after| AFTER.contains(after))
            .map(Self)
            .ok_or_else(|| format!("found {written}, expected a time from 1m to 7d such as 3h, or off"))
    }
}

impl Serialize for After {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        humantime_serde::serialize(&self.0, serializer)
    }
}

#[cfg(test)]
mod tests {
    use domain::{ObservedProperty as P, Quality};

    use super::*;
    use crate::config::tests::load_text;

    fn rules(text: &str) -> QualityRules {
        load_text(text).unwrap().quality.rules()
    }

    fn refused(text: &str) -> String {
        load_text(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_given_is_as_built_in() {
        assert_eq!(rules(""), QualityRules::default());
        let rules = rules("[quality.air_temperature]\nrange = [-30, 45]\n");
        let built_in = P::AirTemperature.plausibility();
        assert_eq!(rules.of(P::AirTemperature).assess(-30.5), Quality::Bad);
        assert_eq!(rules.of(P::AirTemperature).step, built_in.step);
        assert_eq!(rules.of(P::AirPressure), &P::AirPressure.plausibility());
    }

    #[test]
    fn each_limit_can_be_another_or_off() {
        let rules = rules(
            "[quality.wind_gust]\nrange = \"off\"\nstep_per_minute = 2\nstuck_after = \"2h\"\nconsistency = \"off\"\n\
             [quality.water_level]\nstuck_after = \"1day\"\n[quality.air_temperature]\nstep_per_minute = \"off\"\n",
        );
        let gust = rules.of(P::WindGust);
        assert_eq!(gust.assess(500.0), Quality::NotEvaluated);
        assert_eq!(gust.step, Some(Step { per_minute: 2.0, floor: 2.0 }));
        let stuck = gust.stuck.unwrap();
        assert_eq!((stuck.after_ms, stuck.is_exempt(0.2)), (7_200_000, true));
        assert!(!gust.is_consistent);
        assert_eq!(rules.of(P::WaterLevel).stuck, Some(Stuck { after_ms: 86_400_000, exempt: &[] }));
        assert_eq!(rules.of(P::AirTemperature).step, None);
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_its_key() {
        for (text, key, expected) in [
            (
                "[quality.temprature]\nrange = [0, 1]\n",
                "`temprature` is no observed property",
                "air_temperature",
            ),
            ("[quality.dew_point]\nrange = [50, -60]\n", "`quality.dew_point.range`", "the smaller first"),
            ("[quality.dew_point]\nrange = [1, 2, 3]\n", "`quality.dew_point.range`", "two numbers"),
            ("[quality.dew_point]\nstep_per_minute = -1\n", "`quality.dew_point.step_per_minute`", "above 0"),
            ("[quality.dew_point]\nstuck_after = \"8days\"\n", "`quality.dew_point.stuck_after`", "1m to 7d"),
            ("[quality.dew_point]\nstuck_after = 3\n", "`quality.dew_point.stuck_after`", "such as 3h"),
            ("[quality.dew_point]\nflat = \"3h\"\n", "quality.dew_point.flat", "stuck_after"),
            (
                "[quality.wind_direction]\nstep_per_minute = 5\n",
                "`quality.wind_direction.step_per_minute`",
                "off",
            ),
        ] {
            let sentence = refused(text);
            assert!(sentence.contains(key) && sentence.contains(expected), "{sentence}");
        }
    }

    #[test]
    fn settings_are_printed_as_they_were_written() {
        let text = "[quality.wind_gust]\nrange = \"off\"\nstuck_after = \"2h\"\nstep_per_minute = 2.5\n";
        let printed = load_text(text).unwrap().to_toml().unwrap();
        assert_eq!(rules(&printed), rules(text), "{printed}");
    }
}
