//! Decentlab DL-ATM22: ultrasonic wind, air temperature.
//!
//! Block 0 (8 words): wind speed /100 m/s, direction /10 deg, maximum speed /100 m/s, air temperature
//! /10 deg C, tilt x and y /10 deg, wind from north and from east /100 m/s, all signed. Block 1: battery mV.
//!
//! Source: Decentlab DL-ATM22 data sheet; decentlab/decentlab-decoders.

use domain::{ObservedProperty, Reading};
use jiff::SignedDuration;

use super::frame::{Frame, push_disconnected, signed};
use crate::{
    ClockTolerance, DecodeError, Decoded, ProfileError, ProfileInfo,
    params::Settings,
    profile::Device,
    vendor::{AXIS_X, AXIS_Y},
};

pub(crate) const INFO: ProfileInfo = ProfileInfo {
    id: "decentlab/dl-atm22",
    vendor: "Decentlab",
    model: "DL-ATM22",
    description: "ultrasonic anemometer with air temperature",
    expected_interval: SignedDuration::from_mins(10),
    clock_tolerance: ClockTolerance::Strict,
    params: &[],
};

#[derive(Debug)]
pub(crate) struct DlAtm22;

impl Device for DlAtm22 {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        let frame = Frame::parse(payload, &[8, 1], out)?;
        match frame.block(0) {
            Some(words) => out.readings.extend(weather(words)),
            None => push_disconnected(&weather([0; 8]), out),
        }
        frame.push_battery(out);
        Ok(())
    }
}

fn weather(words: [u16; 8]) -> [Reading; 8] {
    use ObservedProperty as P;
    let [speed, direction, gust, temperature, tilt_x, tilt_y, north, east] = words.map(signed);
    [
        Reading::number(P::WindSpeed, speed / 100.0),
        Reading::number(P::WindDirection, direction / 10.0),
        Reading::number(P::WindGust, gust / 100.0),
        Reading::number(P::AirTemperature, temperature / 10.0),
        Reading::number(P::Tilt, tilt_x / 10.0).on(AXIS_X),
        Reading::number(P::Tilt, tilt_y / 10.0).on(AXIS_Y),
        Reading::number(P::WindSpeedNorth, north / 100.0),
        Reading::number(P::WindSpeedEast, east / 100.0),
    ]
}
