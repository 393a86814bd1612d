//! Barani MeteoHelix: temperature, humidity, pressure and sun in a radiation shield, with an input for a
//! rain gauge.
//!
//! 11 bytes: type 2 bits (1); battery 5, /20 + 3 V; temperature 11, /10 - 100 deg C; how far the minimum lies
//! below 6 and the maximum above 6, /10 K; humidity 9, /5 %; pressure 14, x 5 + 50000 Pa; irradiation 10,
//! x 2 W/m2; how far its maximum lies above 9, x 2 W/m2; clicks of the rain gauge 8; shortest time between
//! clicks 8. Means over 10 minutes.
//!
//! The shortest time between clicks stays a raw number among the device facts: the vendor gives 182 / x
//! seconds, other sources differ.
//!
//! Source: baranidesign.com, "MeteoHelix message decoder".

use domain::ObservedProperty as P;

use super::common::{MM_PER_CLICK, both, check_port, value};
use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError,
    params::{RainGauge, Scale, Settings},
    profile::Device,
    reader::Bits,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[&MM_PER_CLICK];

const LENGTH: usize = 11;
const TYPE: u32 = 1;
const CLICKS_WRAP_AT: f64 = 256.0;

#[derive(Debug)]
pub(crate) struct MeteoHelix {
    gauge: RainGauge,
}

impl Device for MeteoHelix {
    fn new(settings: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self { gauge: RainGauge::new(settings, &MM_PER_CLICK, Scale::FIFTH)? })
    }

    fn decode(&self, f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        check_port(f_port)?;
        if payload.len() != LENGTH {
            return Err(DecodeError::WrongLength { expected: LENGTH, found: payload.len() });
        }
        let mut bits = Bits::new(payload);
        if bits.field(2)? != TYPE {
            let found = payload.first().copied().unwrap_or_default();
            let expected = "a first byte of 0x40 to 0x7f, message type 1";
            return Err(DecodeError::WrongType { offset: 0, expected: expected.into(), found });
        }
        out.value(P::BatteryVoltage, value(bits.measurand(5)?.map(|n| (n * 5.0 + 300.0) / 100.0)));

        // In tenths of a degree above -100 deg C.
        let temperature = bits.measurand(11)?;
        let below = bits.measurand(6)?;
        let above = bits.measurand(6)?;
        out.value(P::AirTemperature, value(temperature.map(|t| (t - 1000.0) / 10.0)));
        out.value(P::AirTemperatureMin, both(temperature, below, |t, below| (t - below - 1000.0) / 10.0));
        out.value(P::AirTemperatureMax, both(temperature, above, |t, above| (t + above - 1000.0) / 10.0));

        out.value(P::RelativeHumidity, value(bits.measurand(9)?.map(|n| n / 5.0)));
        out.value(P::AirPressure, value(bits.measurand(14)?.map(|n| (n * 5.0 + 50_000.0) / 100.0)));

        let irradiation = bits.measurand(10)?;
        let above = bits.measurand(9)?;
        out.value(P::SolarIrradiance, value(irradiation.map(|n| n * 2.0)));
        out.value(P::SolarIrradianceMax, both(irradiation, above, |n, above| (n + above) * 2.0));

        out.push(self.gauge.total(f64::from(bits.field(8)?), CLICKS_WRAP_AT));
        self.gauge.warn_if_assumed(out);
        out.fact("min_click_interval_raw", bits.field(8)?);
        Ok(())
    }
}
