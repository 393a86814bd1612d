//! Barani MeteoRain: tipping-bucket rain gauge.
//!
//! 6 bytes: index 8 bits; battery 5, /20 + 3 V; clicks 12; shortest time between clicks 8; inside warmer than
//! 2 deg C 1; heater on 1; correction 12, /100 clicks; spare 1.
//!
//! In heavy rain a bucket counts too little. The correction is the second running counter that makes up for
//! it: the rain is the sum of both. They wrap at different values, so they stay two totals, the correction on
//! the channel `correction`.
//!
//! Source: baranidesign.com, "MeteoRain open message format".

use domain::{Channel, ObservedProperty as P};

use super::common::{MM_PER_CLICK, check_port, value};
use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError,
    params::{RainGauge, Scale, Settings},
    profile::Device,
    reader::Bits,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[&MM_PER_CLICK];

const LENGTH: usize = 6;
const CORRECTION: Channel = Channel::literal("correction");
const CLICKS_WRAP_AT: f64 = 4096.0;

#[derive(Debug)]
pub(crate) struct MeteoRain {
    gauge: RainGauge,
}

impl Device for MeteoRain {
    fn new(settings: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self { gauge: RainGauge::new(settings, &MM_PER_CLICK, Scale::FIFTH)? })
    }

    fn decode(&self, f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        check_port(f_port)?;
        if payload.len() != LENGTH {
            return Err(DecodeError::WrongLength { expected: LENGTH, found: payload.len() });
        }
        let mut bits = Bits::new(payload);
        out.fact("message_index", bits.field(8)?);
        out.value(P::BatteryVoltage, value(bits.measurand(5)?.map(|n| (n * 5.0 + 300.0) / 100.0)));
        out.push(self.gauge.total(f64::from(bits.field(12)?), CLICKS_WRAP_AT));
        self.gauge.warn_if_assumed(out);
        out.fact("min_click_interval_raw", bits.field(8)?);
        out.fact("internal_above_2_deg", bits.field(1)?);
        out.fact("heater_on", bits.field(1)?);
        out.push(self.gauge.total_of_hundredths(f64::from(bits.field(12)?), CLICKS_WRAP_AT).on(CORRECTION));
        Ok(())
    }
}
