//! Settings of the public bike displays.

use std::{collections::BTreeMap, num::NonZeroU64};

use serde::{Deserialize, Serialize};

/// What the displays show beyond what is measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DisplayConfig {
    /// Bicycles every site is to count in a calendar year; none by default.
    pub goal_per_year: Option<NonZeroU64>,
    /// The estimate of carbon dioxide; not shown without it.
    pub co2: Option<Co2Estimate>,
    /// What differs at single Things, by key.
    pub things: BTreeMap<String, ThingDisplay>,
}

/// What differs at one Thing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ThingDisplay {
    /// Bicycles this site is to count in a calendar year.
    pub goal_per_year: Option<NonZeroU64>,
}

/// How much carbon dioxide a counted bicycle is taken to save: a counter knows neither the length of a trip nor what
/// it replaced, so both are assumptions and printed with the figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, try_from = "Assumptions")]
pub struct Co2Estimate {
    g_per_km: f64,
    km_per_trip: f64,
}

/// As written in the settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Assumptions {
    g_per_km: f64,
    km_per_trip: f64,
}

/// Assumptions that no trip in a city fulfils.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("`{name}` is {found}: expected more than 0 and at most {most}")]
pub struct ImplausibleEstimate {
    name: &'static str,
    found: f64,
    most: f64,
}

impl Co2Estimate {
    /// Checks both assumptions: up to 1,000 g/km and 100 km.
    pub fn new(g_per_km: f64, km_per_trip: f64) -> Result<Self, ImplausibleEstimate> {
        for (name, found, most) in [("g_per_km", g_per_km, 1_000.0), ("km_per_trip", km_per_trip, 100.0)] {
            if !(found > 0.0 && found <= most) {
                return Err(ImplausibleEstimate { name, found, most });
            }
        }
        Ok(Self { g_per_km, km_per_trip })
    }

    /// Grams for each kilometre not driven.
    pub const fn g_per_km(self) -> f64 {
        self.g_per_km
    }

    /// Kilometres of each trip.
    pub const fn km_per_trip(self) -> f64 {
        self.km_per_trip
    }

    /// Kilograms for so many trips.
    pub fn kg(self, n_trips: u64) -> f64 {
        n_trips as f64 * self.km_per_trip * self.g_per_km / 1_000.0
    }
}

impl TryFrom<Assumptions> for Co2Estimate {
    type Error = ImplausibleEstimate;

    fn try_from(assumed: Assumptions) -> Result<Self, Self::Error> {
        Self::new(assumed.g_per_km, assumed.km_per_trip)
    }
}

impl DisplayConfig {
    /// The goal of a Thing: its own, or that of all.
    pub fn goal_of(&self, key: &str) -> Option<NonZeroU64> {
        self.things.get(key).and_then(|thing| thing.goal_per_year).or(self.goal_per_year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carbon_dioxide_is_trips_times_kilometres_times_factor() {
        // 227,831 km at 140 g are 31,896 kg: Stadtradeln in Oldenburg, 2018, says 32 t.
        let estimate = Co2Estimate::new(140.0, 1.0).unwrap();
        assert!((estimate.kg(227_831) - 31_896.34).abs() < 0.01);
        assert!((Co2Estimate::new(140.0, 2.5).unwrap().kg(1_000) - 350.0).abs() < 1e-9);
    }

    #[test]
    fn an_assumption_without_sense_is_refused_by_name() {
        let error = Co2Estimate::new(140.0, 0.0).unwrap_err().to_string();
        assert_eq!(error, "`km_per_trip` is 0: expected more than 0 and at most 100");
        assert!(Co2Estimate::new(f64::NAN, 2.0).is_err());
        assert!(Co2Estimate::new(1_400.0, 2.0).is_err());
    }

    #[test]
    fn the_goal_of_a_thing_goes_before_that_of_all() {
        let goal = NonZeroU64::new;
        let own = ThingDisplay { goal_per_year: goal(250_000) };
        let config = DisplayConfig {
            goal_per_year: goal(100_000),
            things: [("pophankenweg".to_owned(), own)].into(),
            ..DisplayConfig::default()
        };
        assert_eq!(config.goal_of("pophankenweg"), goal(250_000));
        assert_eq!(config.goal_of("damm"), goal(100_000));
        assert_eq!(DisplayConfig::default().goal_of("damm"), None);
    }
}
