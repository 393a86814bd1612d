//! What a device can sense at the end of one measuring interval.

use jiff::Timestamp;
use rand_chacha::ChaCha8Rng;

use crate::{
    rng::{Purpose, stream},
    world::{
        EPOCH_SECOND, World,
        traffic::{FlowId, Usage, mean_speed},
        weather::{Exposure, Sky},
    },
};

/// The end of one device's measuring interval.
#[derive(Debug)]
pub(crate) struct Moment<'w> {
    pub(crate) seed: u64,
    /// Serial number of the device in its scenario, from 0.
    pub(crate) device: u32,
    /// Where it stands in the weather.
    pub(crate) exposure: &'w Exposure,
    /// The traffic it counts; for two-way counters inward and outward in turn.
    pub(crate) flows: &'w [(Usage, FlowId)],
    /// Pulses its loop gives per passage.
    pub(crate) pulses_per_count: u64,
    /// End of the measuring interval.
    pub(crate) at: Timestamp,
    /// Its start.
    pub(crate) since: Timestamp,
    pub(crate) world: &'w mut World,
}

/// What passed in one direction during the interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passed {
    /// Passages, at most what 16 bits hold.
    pub(crate) count: u16,
    /// Mean speed in km/h; 0 where nothing passed.
    pub(crate) speed: u8,
}

impl Moment<'_> {
    /// The air now.
    pub(crate) fn sky(&mut self) -> Sky {
        self.sky_at(1.0)
    }

    /// The air at a share of the interval: 0 its start, 1 its end.
    pub(crate) fn sky_at(&mut self, share: f64) -> Sky {
        let length = (self.at.as_millisecond() - self.since.as_millisecond()) as f64;
        #[expect(clippy::cast_possible_truncation, reason = "an interval of hours at most")]
        let back = jiff::SignedDuration::from_millis((length * (1.0 - share)) as i64);
        self.world.weather.sky(self.at - back, self.exposure)
    }

    /// Whole units of rain since the epoch: µm for `per_mm` 1000, tips for one over the tip's size.
    pub(crate) fn rain(&mut self, per_mm: f64) -> u64 {
        self.rain_until(self.at, per_mm)
    }

    /// Whole units of rain during the interval.
    pub(crate) fn rain_of_interval(&mut self, per_mm: f64) -> u64 {
        self.rain(per_mm) - self.rain_until(self.since, per_mm)
    }

    fn rain_until(&mut self, at: Timestamp, per_mm: f64) -> u64 {
        let total = self.world.weather.rain_total(at, self.exposure);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rain of some years")]
        {
            (total * per_mm + 1e-6).floor() as u64
        }
    }

    /// What passed of the `n`-th flow; nothing for a flow the device does not have.
    pub(crate) fn passed(&mut self, n: usize) -> Passed {
        let Some((usage, flow)) = self.flows.get(n).copied() else { return Passed::default() };
        let World { weather, traffic } = &mut *self.world;
        let count = traffic.count(flow, self.since, self.at, weather);
        let mut rng = self.rng(n as u64 + 1);
        let speed = mean_speed(&mut rng, usage, count).unwrap_or(0.0);
        Passed {
            count: u16::try_from(count).unwrap_or(u16::MAX),
            speed: super::frame::byte(super::frame::register(speed, 1.0)),
        }
    }

    /// Passages of the `n`-th flow since the epoch.
    pub(crate) fn total(&mut self, n: usize) -> u64 {
        let Some((_, flow)) = self.flows.get(n).copied() else { return 0 };
        let World { weather, traffic } = &mut *self.world;
        traffic.total(flow, self.at, weather)
    }

    /// Pulses of all flows together since the epoch.
    pub(crate) fn pulses(&mut self) -> u64 {
        (0..self.flows.len()).map(|n| self.total(n)).sum::<u64>() * self.pulses_per_count
    }

    /// Charge of the battery, 1 full to about 0.2, when it is replaced: once in about three years.
    pub(crate) fn battery(&self) -> f64 {
        let years = (self.at.as_second() - EPOCH_SECOND) as f64 / (365.25 * 86_400.0);
        1.0 - 0.8 * (years / 3.2 + 0.137 * f64::from(self.device)).fract()
    }

    /// Charge of the battery in volts, between an empty and a full one.
    pub(crate) fn battery_volts(&self, empty: f64, full: f64) -> f64 {
        empty + (full - empty) * self.battery()
    }

    /// Power of a small solar panel in mW.
    pub(crate) fn solar_panel(&mut self) -> i32 {
        super::frame::register(self.sky().irradiance * 3.3, 1.0)
    }

    /// Temperature inside the housing in °C: the sun warms it.
    pub(crate) fn housing_temperature(&mut self) -> f64 {
        let sky = self.sky();
        sky.temperature + 2.0 + sky.irradiance / 90.0
    }

    /// Scatter of this interval's measurement; `salt` tells several apart.
    pub(crate) fn rng(&self, salt: u64) -> ChaCha8Rng {
        let who = u64::from(self.device) << 8 | salt;
        stream(self.seed, Purpose::Measurement, who, self.at.as_second().unsigned_abs())
    }
}
