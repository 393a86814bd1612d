//! Weather for planners: rain sums, wind rose, days of frost and heat, what air feels like.
//!
//! Levels are hints of our own by the thresholds of Deutscher Wetterdienst. Warnings are official only if that service gives them, and its
//! thresholds are made for forecasts and open ground, not for a sensor on a lamp post.

mod comfort;
mod rain;
mod station;
mod temperature_days;
mod wind;

/// How heavy a weather element is, by the thresholds of Deutscher Wetterdienst. A hint of our own, never an official warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HintLevel {
    /// Level 1: weather to watch.
    Watch,
    /// Level 2: marked ("markant").
    Marked,
    /// Level 3: severe ("Unwetter").
    Severe,
    /// Level 4: extreme.
    Extreme,
}

pub use comfort::{dew_point, heat_index, wet_bulb, wind_chill};
pub use rain::{RAIN_HOURS, RainAmount, RainSum, heaviest_rain, rain_level, rain_sum, rain_within};
pub use station::{Course, Measured, Station, StationDay, WeatherHour};
pub use temperature_days::{
    DayKind, Tally, TemperatureDay, TemperatureSpan, frost_level, tally, temperature_day,
};
pub use wind::{CALM, Wind, WindMean, WindRose, beaufort, gust_level, wind_mean};
