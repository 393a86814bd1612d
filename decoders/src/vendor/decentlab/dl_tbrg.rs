//! Decentlab DL-TBRG: tipping-bucket rain gauge.
//!
//! Block 0 (4 words, unsigned): tips of the interval; interval s; tips since power-on (low word first).
//! Block 1: battery mV. A tip stands for the resolution of the bucket, which the frame does not carry.
//!
//! Source: Decentlab DL-TBRG data sheet; decentlab/decentlab-decoders.

use domain::Reading;
use jiff::SignedDuration;

use super::frame::{Frame, long, push_disconnected};
use crate::{
    ClockTolerance, DecodeError, Decoded, ParamInfo, ProfileError, ProfileInfo,
    params::{RainGauge, Scale, Settings},
    profile::Device,
    vendor::TWO_POW_32,
};

const MM_PER_TIP: ParamInfo = ParamInfo {
    key: "mm_per_tip",
    default: Some("0.1"),
    expected: "a number of millimetres above 0 with at most six digits, such as 0.1 or 0.2",
    description: "rain that makes the bucket tip once, as written on the gauge",
};

pub(crate) const INFO: ProfileInfo = ProfileInfo {
    id: "decentlab/dl-tbrg",
    vendor: "Decentlab",
    model: "DL-TBRG",
    description: "tipping-bucket rain gauge",
    expected_interval: SignedDuration::from_mins(10),
    clock_tolerance: ClockTolerance::Strict,
    params: &[MM_PER_TIP],
};

#[derive(Debug)]
pub(crate) struct DlTbrg {
    gauge: RainGauge,
}

impl Device for DlTbrg {
    fn new(settings: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self { gauge: RainGauge::new(settings, &MM_PER_TIP, Scale::TENTH)? })
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        let frame = Frame::parse(payload, &[4, 1], out)?;
        if let Some([tips, interval, total_low, total_high]) = frame.block(0) {
            out.readings.extend(self.rain(f64::from(tips), long(total_low, total_high)));
            out.fact("precipitation_interval_s", interval);
            self.gauge.warn_if_assumed(out);
        } else {
            push_disconnected(&self.rain(0.0, 0.0), out);
        }
        frame.push_battery(out);
        Ok(())
    }
}

impl DlTbrg {
    fn rain(&self, tips: f64, total: f64) -> [Reading; 2] {
        [self.gauge.interval(tips), self.gauge.total(total, TWO_POW_32)]
    }
}
