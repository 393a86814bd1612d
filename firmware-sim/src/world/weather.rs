//! A plausible weather of north-west Germany: seasons, days, fronts and showers.
//!
//! Climate figures follow the DWD normals for Oldenburg and Bremen to about a degree: 10 °C yearly mean,
//! 2 °C in January, 18 °C in July, about 800 mm of rain a year, mean wind in the street about 3 m/s.

use std::f64::consts::TAU;

use jiff::Timestamp;

use super::{DAY, EPOCH_SECOND, day_of, seconds_into_day};
use crate::rng::{lattice, noise};

/// The state of the air at one place and instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sky {
    /// °C.
    pub(crate) temperature: f64,
    /// %, up to 100.
    pub(crate) humidity: f64,
    /// hPa at the station.
    pub(crate) pressure: f64,
    /// Ten-minute mean, m/s.
    pub(crate) wind: f64,
    /// Strongest three seconds, m/s; never below the mean.
    pub(crate) gust: f64,
    /// Weakest wind, m/s; never above the mean.
    pub(crate) lull: f64,
    /// Degrees the wind comes from, 0 to below 360.
    pub(crate) wind_from: f64,
    /// mm/h.
    pub(crate) rain_rate: f64,
    /// W/m² on a horizontal plane.
    pub(crate) irradiance: f64,
}

/// The weather of one seed.
#[derive(Debug)]
pub(crate) struct Weather {
    seed: u64,
    /// Rain of every day since the epoch, as far as it was asked for.
    rain: Vec<RainDay>,
}

/// Rain is constant within five minutes, so that rate and total always agree.
const RAIN_STEP: f64 = 300.0;
const RAIN_STEPS: usize = 288;

#[derive(Debug)]
struct RainDay {
    /// mm before this day since the epoch.
    before: f64,
    /// mm/h per step.
    rate: Box<[f32; RAIN_STEPS]>,
}

/// Where a station stands in the weather: when it arrives, and what is special about the spot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exposure {
    /// Seconds after which weather from the west arrives here; fronts move at about 40 km/h.
    pub(crate) delay: f64,
    /// K warmer than the city's mean.
    pub(crate) warmer: f64,
    /// Share of the free wind.
    pub(crate) wind_share: f64,
    /// Share of the city's mean rain.
    pub(crate) rain_share: f64,
    /// Identity for the small local scatter.
    pub(crate) station: u64,
}

mod stream {
    pub(super) const FRONT_TIME: u64 = 101;
    pub(super) const FRONT_STRENGTH: u64 = 102;
    pub(super) const AIR_MASS: u64 = 103;
    pub(super) const TEMPERATURE: u64 = 104;
    pub(super) const MOISTURE: u64 = 105;
    pub(super) const PRESSURE: u64 = 106;
    pub(super) const WIND: u64 = 107;
    pub(super) const GUST: u64 = 108;
    pub(super) const DIRECTION: u64 = 109;
    pub(super) const CLOUD: u64 = 110;
    pub(super) const SHOWER: u64 = 111;
    pub(super) const SHOWER_START: u64 = 112;
    pub(super) const SHOWER_LENGTH: u64 = 113;
    pub(super) const SHOWER_RATE: u64 = 114;
    pub(super) const LOCAL: u64 = 115;
}

impl Weather {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, rain: Vec::new() }
    }

    /// The air at a station.
    pub(crate) fn sky(&mut self, at: Timestamp, exposure: &Exposure) -> Sky {
        let second = at.as_millisecond() as f64 / 1000.0 - exposure.delay;
        let mut sky = self.free_sky(second);
        let local = |minutes: f64, salt: u64| {
            noise(self.seed ^ exposure.station, stream::LOCAL + salt, second / 60.0 / minutes)
        };
        sky.temperature += exposure.warmer + 0.3 * local(25.0, 0);
        sky.humidity = (sky.humidity - 4.0 * exposure.warmer + 1.5 * local(30.0, 1)).clamp(15.0, 100.0);
        sky.wind = (sky.wind * exposure.wind_share * (1.0 + 0.15 * local(12.0, 2))).max(0.0);
        sky.gust = (sky.gust * exposure.wind_share * (1.0 + 0.1 * local(5.0, 3))).max(sky.wind);
        sky.lull = (sky.wind * (0.45 + 0.15 * local(7.0, 4))).max(0.0);
        sky.wind_from = (sky.wind_from + 8.0 * local(9.0, 5)).rem_euclid(360.0);
        sky.rain_rate *= exposure.rain_share;
        sky
    }

    /// mm of rain at a station since the epoch.
    pub(crate) fn rain_total(&mut self, at: Timestamp, exposure: &Exposure) -> f64 {
        #[expect(clippy::cast_possible_truncation, reason = "a delay of at most half an hour")]
        let arrived = at - jiff::SignedDuration::from_millis((exposure.delay * 1000.0) as i64);
        let day = self.rain_day(day_of(arrived));
        let steps = seconds_into_day(arrived) / RAIN_STEP;
        let (mut total, mut left) = (day.before, steps);
        for rate in day.rate.iter() {
            let share = left.min(1.0);
            if share <= 0.0 {
                break;
            }
            total += f64::from(*rate) * RAIN_STEP / 3600.0 * share;
            left -= 1.0;
        }
        total * exposure.rain_share
    }

    /// The city's mean rain rate in mm/h during the hour `hour` (0 to 23, UTC) of a day.
    pub(crate) fn rain_of_hour(&mut self, day: usize, hour: usize) -> f64 {
        let rates = &self.rain_day(day).rate;
        rates.iter().skip(hour * 12).take(12).map(|rate| f64::from(*rate)).sum::<f64>() / 12.0
    }

    /// How many K the city's air is above what the season and the hour let expect.
    pub(crate) fn anomaly(&self, second: f64) -> f64 {
        self.air_mass(second) + self.fronts(second).warming
    }

    fn free_sky(&mut self, second: f64) -> Sky {
        let seed = self.seed;
        let front = self.fronts(second);
        let sun = sine_of_sun_elevation(second);
        let rain_rate = self.rain_rate(second);
        let cloud =
            (0.5 + 0.75 * noise(seed, stream::CLOUD, second / 14_000.0) + front.cloud).clamp(0.0, 1.0);
        let cloud = if rain_rate > 0.0 { cloud.max(0.9) } else { cloud };

        let season = season_mean(second);
        let anomaly = self.anomaly(second);
        let swing = (2.2 + 0.16 * season.max(0.0)) * (1.15 - 0.8 * cloud);
        let temperature = season + anomaly + swing * warmth_of_hour(second) - 0.4 * rain_rate.min(4.0)
            + 0.3 * noise(seed, stream::TEMPERATURE, second / 2_400.0);
        // The dew point hardly follows the day, which is what dries the afternoon.
        let dew_point = season + anomaly - 3.2 - 1.2 * (1.0 - cloud)
            + 1.3 * noise(seed, stream::MOISTURE, second / 30_000.0);
        let mut humidity = 100.0 * saturation(dew_point.min(temperature)) / saturation(temperature);
        if rain_rate > 0.0 {
            humidity = humidity.max(88.0 + 2.0 * rain_rate.min(5.0));
        }

        let wind = (2.9
            + 1.6 * noise(seed, stream::WIND, second / 31_000.0)
            + 0.7 * noise(seed, stream::WIND + 1000, second / 2_700.0)
            + 0.9 * sun.max(0.0)
            + front.wind)
            .max(0.0);
        let gust = wind * (1.4 + 0.2 * noise(seed, stream::GUST, second / 700.0)) + front.gust + 0.3;
        let direction = 205.0
            + 70.0 * noise(seed, stream::DIRECTION, second / 130_000.0)
            + 15.0 * noise(seed, stream::DIRECTION + 1000, second / 3_600.0)
            + front.veer;
        let clear = if sun > 0.0 { 1080.0 * sun.powf(1.15) } else { 0.0 };

        Sky {
            temperature,
            humidity: humidity.clamp(15.0, 100.0),
            pressure: 1014.5 + 11.0 * noise(seed, stream::PRESSURE, second / 300_000.0) + front.pressure,
            wind,
            gust,
            lull: 0.5 * wind,
            wind_from: direction.rem_euclid(360.0),
            rain_rate,
            irradiance: clear * (1.0 - 0.78 * cloud),
        }
    }

    fn air_mass(&self, second: f64) -> f64 {
        3.4 * noise(self.seed, stream::AIR_MASS, second / 260_000.0)
            + 1.2 * noise(self.seed, stream::AIR_MASS + 1000, second / 60_000.0)
    }

    /// The sum of the effects of the fronts around an instant. One passes about every four and a half days.
    fn fronts(&self, second: f64) -> Front {
        const SPACING: f64 = 4.5 * 86_400.0;
        let near = (second / SPACING).floor();
        let mut sum = Front::default();
        for offset in [-1.0, 0.0, 1.0] {
            let slot = near + offset;
            #[expect(clippy::cast_possible_truncation, reason = "a front every few days since 1970")]
            let node = slot as i64;
            let passage = (slot + 0.5 + 0.3 * lattice(self.seed, stream::FRONT_TIME, node)) * SPACING;
            let strength = 0.85 + 0.35 * lattice(self.seed, stream::FRONT_STRENGTH, node);
            sum.add(strength, (second - passage) / 3600.0);
        }
        sum
    }

    fn rain_rate(&mut self, second: f64) -> f64 {
        let since = (second - EPOCH_SECOND as f64).max(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative, years at most"
        )]
        let (day, step) = ((since / DAY as f64) as usize, ((since % DAY as f64) / RAIN_STEP) as usize);
        self.rain_day(day).rate.get(step).map_or(0.0, |rate| f64::from(*rate))
    }

    fn rain_day(&mut self, day: usize) -> &RainDay {
        while self.rain.len() <= day {
            let before = self.rain.last().map_or(0.0, |last| {
                last.before + last.rate.iter().map(|rate| f64::from(*rate)).sum::<f64>() * RAIN_STEP / 3600.0
            });
            let start = EPOCH_SECOND as f64 + self.rain.len() as f64 * DAY as f64;
            let mut rate = Box::new([0.0_f32; RAIN_STEPS]);
            for (step, rate) in rate.iter_mut().enumerate() {
                #[expect(clippy::cast_possible_truncation, reason = "a rate of at most some 50 mm/h")]
                {
                    *rate = self.rate_of_step(start + (step as f64 + 0.5) * RAIN_STEP) as f32;
                }
            }
            self.rain.push(RainDay { before, rate });
        }
        &self.rain[day]
    }

    fn rate_of_step(&self, second: f64) -> f64 {
        const SLOT: f64 = 3.0 * 3600.0;
        let front = self.fronts(second);
        let mut rate = front.rain;
        let slot = (second / SLOT).floor();
        for slot in [slot - 1.0, slot] {
            #[expect(clippy::cast_possible_truncation, reason = "slots of three hours since 1970")]
            let node = slot as i64;
            let unsettled = self.fronts((slot + 0.5) * SLOT).unsettled;
            if lattice(self.seed, stream::SHOWER, node) > 0.88 - 0.7 * unsettled {
                let start = (slot + 0.5 + 0.4 * lattice(self.seed, stream::SHOWER_START, node)) * SLOT;
                let length = 1500.0 + 1000.0 * lattice(self.seed, stream::SHOWER_LENGTH, node);
                let peak = (1.6 * (1.0 + lattice(self.seed, stream::SHOWER_RATE, node))).exp();
                let position = (second - start) / length;
                if (0.0..1.0).contains(&position) {
                    rate += peak * (1.0 - (2.0 * position - 1.0).abs());
                }
            }
        }
        if rate < 0.05 { 0.0 } else { rate }
    }
}

/// What passing fronts add to the undisturbed weather.
#[derive(Clone, Copy, Debug, Default)]
struct Front {
    warming: f64,
    veer: f64,
    wind: f64,
    gust: f64,
    rain: f64,
    pressure: f64,
    cloud: f64,
    /// 0 to about 1: how likely showers are.
    unsettled: f64,
}

impl Front {
    /// Adds a cold front that passes at hour 0: warm and wet before it, then within the hour cold air, the wind
    /// veering from south-west to north-west, gusts and a burst of rain; showers in the cold air behind.
    fn add(&mut self, strength: f64, hours: f64) {
        if hours.abs() > 110.0 {
            return;
        }
        let bell = |centre: f64, width: f64| (-((hours - centre) / width).powi(2)).exp();
        let after = if hours > 0.0 { 1.0 - (-hours / 0.75).exp() } else { 0.0 };
        self.warming += strength * (2.0 * bell(-7.0, 7.0) - 5.5 * after * (-hours / 40.0).exp());
        self.veer += strength * 85.0 * after * (-hours / 30.0).exp();
        self.wind += strength * (2.0 * bell(0.0, 9.0) + 2.2 * bell(0.0, 2.5));
        self.gust += strength * (1.5 * bell(0.0, 8.0) + 6.0 * bell(0.2, 1.0));
        self.rain += strength * (1.5 * bell(-1.6, 1.4) + 9.0 * bell(0.0, 0.3));
        self.pressure -= strength * 13.0 * (-hours.abs() / if hours > 0.0 { 10.0 } else { 22.0 }).exp();
        self.cloud += strength * (0.7 * bell(-2.0, 6.0) - 0.2 * bell(12.0, 6.0));
        self.unsettled += strength * 0.55 * after * bell(7.0, 9.0);
    }
}

fn saturation(celsius: f64) -> f64 {
    // Magnus formula over water, hPa (WMO-No. 8, annex 4.B).
    6.112 * (17.62 * celsius / (243.12 + celsius)).exp()
}

/// Partial pressure of water vapour in hPa.
pub(crate) fn vapour_pressure(sky: &Sky) -> f64 {
    saturation(sky.temperature) * sky.humidity / 100.0
}

fn season_mean(second: f64) -> f64 {
    // Coldest around 20 January.
    10.1 - 8.2 * (TAU * (year_share(second) - 19.0 / 365.25)).cos()
}

/// Share of the (mean) year since 1 January.
fn year_share(second: f64) -> f64 {
    (second / (365.2425 * DAY as f64)).fract()
}

/// -1 (before sunrise) to 1 (three in the afternoon, local solar time).
fn warmth_of_hour(second: f64) -> f64 {
    (TAU * (solar_day_share(second) - 15.0 / 24.0)).cos()
}

/// Share of the local solar day; 8.21 degrees east is 33 minutes ahead of Greenwich.
fn solar_day_share(second: f64) -> f64 {
    ((second + 8.21 / 360.0 * DAY as f64) / DAY as f64).fract()
}

/// Sine of the sun's elevation at Oldenburg, 53.14 degrees north.
fn sine_of_sun_elevation(second: f64) -> f64 {
    let declination = (-23.44_f64).to_radians() * (TAU * (year_share(second) + 10.0 / 365.25)).cos();
    let hour_angle = TAU * (solar_day_share(second) - 0.5);
    let latitude = 53.14_f64.to_radians();
    latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * hour_angle.cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CITY: Exposure = Exposure { delay: 0.0, warmer: 0.0, wind_share: 1.0, rain_share: 1.0, station: 0 };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn hours_of_2025() -> impl Iterator<Item = Timestamp> {
        (0..365 * 24).map(|hour| Timestamp::from_second(EPOCH_SECOND + hour * 3600).unwrap())
    }

    fn mean(values: impl Iterator<Item = f64>) -> f64 {
        let (n, sum) = values.fold((0.0, 0.0), |(n, sum), value| (n + 1.0, sum + value));
        sum / n
    }

    #[test]
    fn a_year_is_mild_wet_and_windy() {
        let mut weather = Weather::new(1);
        let mut year = |pick: fn(&Sky) -> f64| mean(hours_of_2025().map(|t| pick(&weather.sky(t, &CITY))));
        assert!((8.0..12.5).contains(&year(|sky| sky.temperature)), "temperature");
        assert!((70.0..90.0).contains(&year(|sky| sky.humidity)), "humidity");
        assert!((2.0..5.0).contains(&year(|sky| sky.wind)), "wind");
        let rain = weather.rain_total(at("2026-01-01T00:00:00Z"), &CITY);
        assert!((550.0..1200.0).contains(&rain), "{rain} mm");
    }

    #[test]
    fn summer_is_warmer_than_winter_and_afternoon_warmer_than_dawn() {
        let mut weather = Weather::new(1);
        let mut mean_of = |month: &str, hour: u32| {
            mean((1..=28).map(|d| {
                weather.sky(at(&format!("2025-{month}-{d:02}T{hour:02}:00:00Z")), &CITY).temperature
            }))
        };
        assert!(mean_of("07", 12) > mean_of("01", 12) + 10.0);
        assert!(mean_of("07", 14) > mean_of("07", 4) + 4.0);
    }

    #[test]
    fn the_sun_shines_by_day_only_and_never_stronger_than_outside_the_air() {
        let mut weather = Weather::new(1);
        assert!(weather.sky(at("2025-06-21T00:30:00Z"), &CITY).irradiance <= 0.0);
        assert!(hours_of_2025().all(|t| (0.0..1361.0).contains(&weather.sky(t, &CITY).irradiance)));
        assert!(hours_of_2025().any(|t| weather.sky(t, &CITY).irradiance > 700.0));
    }

    #[test]
    fn the_rain_total_is_the_integral_of_the_rate() {
        let mut weather = Weather::new(5);
        let start = at("2025-03-01T00:00:00Z").as_second();
        let mut sum = 0.0;
        for step in 0..5 * 288 {
            let middle = Timestamp::from_second(start + step * 300 + 150).unwrap();
            sum += weather.sky(middle, &CITY).rain_rate / 12.0;
        }
        let total = weather.rain_total(at("2025-03-06T00:00:00Z"), &CITY)
            - weather.rain_total(at("2025-03-01T00:00:00Z"), &CITY);
        assert!((sum - total).abs() < 0.01, "{sum} against {total}");
    }

    #[test]
    fn a_front_brings_cold_air_a_veering_wind_and_gusts() {
        let (mut before, mut after) = (Front::default(), Front::default());
        before.add(1.0, -1.0);
        after.add(1.0, 1.0);
        assert!(after.warming < before.warming - 4.0);
        assert!(after.veer > before.veer + 40.0);
        let mut passing = Front::default();
        passing.add(1.0, 0.1);
        assert!(passing.gust > 6.0 && passing.rain > 5.0);
    }

    #[test]
    fn asking_in_any_order_gives_the_same_weather() {
        let (mut forward, mut backward) = (Weather::new(9), Weather::new(9));
        let instants: Vec<_> = hours_of_2025().step_by(97).collect();
        let first: Vec<_> = instants.iter().map(|t| forward.rain_total(*t, &CITY)).collect();
        let mut second: Vec<_> = instants.iter().rev().map(|t| backward.rain_total(*t, &CITY)).collect();
        second.reverse();
        assert_eq!(first, second);
    }
}
