//! Decentlab DL-ATM41: compact weather station, first generation.
//!
//! Block 0 (17 words, all signed): solar W/m2; precipitation of the interval /1000 mm; lightning strikes;
//! mean strike distance km; wind speed /100 m/s, direction /10 deg, maximum /100 m/s; air temperature
//! /10 deg C; vapour pressure /100 kPa; air pressure /100 kPa; humidity /10 %; sensor temperature /10 deg C;
//! tilt x and y /10 deg; compass deg; wind from north and from east /100 m/s. Block 1: battery mV.
//!
//! Frames of the second generation (`decentlab/dl-atm41g2`) have the same length and flags but other scales:
//! nothing in a frame tells the two apart, the profile has to be right.
//!
//! The wind components are positive for wind from the north and from the east: the public example has 0.09 m/s
//! from 29.9 deg with 0.08 and 0.04 m/s.
//!
//! Source: Decentlab DL-ATM41 data sheet; decentlab/decentlab-decoders.

use domain::{ObservedProperty, Reading};
use jiff::SignedDuration;

use super::frame::{Frame, push_disconnected, signed, strike_distance};
use crate::{
    ClockTolerance, DecodeError, Decoded, ProfileError, ProfileInfo,
    params::Settings,
    profile::Device,
    vendor::{AXIS_X, AXIS_Y},
};

pub(crate) const INFO: ProfileInfo = ProfileInfo {
    id: "decentlab/dl-atm41",
    vendor: "Decentlab",
    model: "DL-ATM41",
    description: "weather station: wind, rain, sun, temperature, humidity, pressure, lightning",
    expected_interval: SignedDuration::from_mins(10),
    clock_tolerance: ClockTolerance::Strict,
    params: &[],
};

#[derive(Debug)]
pub(crate) struct DlAtm41;

impl Device for DlAtm41 {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        let frame = Frame::parse(payload, &[17, 1], out)?;
        match frame.block(0) {
            Some(words) => out.readings.extend(weather(words)),
            None => push_disconnected(&weather([0; 17]), out),
        }
        frame.push_battery(out);
        Ok(())
    }
}

fn weather(words: [u16; 17]) -> [Reading; 17] {
    use ObservedProperty as P;
    let [
        solar,
        rain,
        strikes,
        distance,
        speed,
        direction,
        gust,
        temperature,
        vapour_pressure,
        pressure,
        humidity,
        sensor_temperature,
        tilt_x,
        tilt_y,
        compass,
        north,
        east,
    ] = words.map(signed);
    [
        Reading::number(P::SolarIrradiance, solar),
        Reading::number(P::Precipitation, rain / 1000.0),
        Reading::number(P::LightningCount, strikes),
        strike_distance(strikes, distance),
        Reading::number(P::WindSpeed, speed / 100.0),
        Reading::number(P::WindDirection, direction / 10.0),
        Reading::number(P::WindGust, gust / 100.0),
        Reading::number(P::AirTemperature, temperature / 10.0),
        // 1/100 kPa are 1/10 hPa.
        Reading::number(P::VapourPressure, vapour_pressure / 10.0),
        Reading::number(P::AirPressure, pressure / 10.0),
        Reading::number(P::RelativeHumidity, humidity / 10.0),
        Reading::number(P::DeviceTemperature, sensor_temperature / 10.0),
        Reading::number(P::Tilt, tilt_x / 10.0).on(AXIS_X),
        Reading::number(P::Tilt, tilt_y / 10.0).on(AXIS_Y),
        Reading::number(P::CompassHeading, compass),
        Reading::number(P::WindSpeedNorth, north / 100.0),
        Reading::number(P::WindSpeedEast, east / 100.0),
    ]
}
