//! Decentlab DL-ATM41G2: compact weather station, second generation.
//!
//! Block 0 (17 words): solar /10 W/m2; precipitation of the interval /1000 mm (unsigned); lightning strikes;
//! mean strike distance km; wind speed /100 m/s, direction /10 deg, maximum /100 m/s; air temperature
//! /10 deg C; vapour pressure /100 kPa; air pressure /100 kPa; humidity /10 %; internal temperature
//! /10 deg C; tilt x and y /10 deg; conductivity of the rain uS/cm; precipitation since power-on /1000 mm
//! (two unsigned words, low first). The rest is signed. Block 1: battery mV.
//!
//! Source: Decentlab DL-ATM41G2 data sheet; decentlab/decentlab-decoders.

use domain::{ObservedProperty, Reading};
use jiff::SignedDuration;

use super::frame::{Frame, long, push_disconnected, signed, strike_distance};
use crate::{
    ClockTolerance, DecodeError, Decoded, ProfileError, ProfileInfo,
    params::Settings,
    profile::Device,
    vendor::{AXIS_X, AXIS_Y, TWO_POW_32},
};

pub(crate) const INFO: ProfileInfo = ProfileInfo {
    id: "decentlab/dl-atm41g2",
    vendor: "Decentlab",
    model: "DL-ATM41G2",
    description: "weather station: wind, rain, sun, temperature, humidity, pressure, lightning",
    expected_interval: SignedDuration::from_mins(10),
    clock_tolerance: ClockTolerance::Strict,
    params: &[],
};

#[derive(Debug)]
pub(crate) struct DlAtm41G2;

impl Device for DlAtm41G2 {
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

fn weather(words: [u16; 17]) -> [Reading; 16] {
    use ObservedProperty as P;
    let [_, rain, .., total_low, total_high] = words;
    let [
        solar,
        _,
        strikes,
        distance,
        speed,
        direction,
        gust,
        temperature,
        vapour_pressure,
        pressure,
        humidity,
        internal_temperature,
        tilt_x,
        tilt_y,
        conductivity,
        ..,
    ] = words.map(signed);
    [
        Reading::number(P::SolarIrradiance, solar / 10.0),
        Reading::number(P::Precipitation, f64::from(rain) / 1000.0),
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
        Reading::number(P::DeviceTemperature, internal_temperature / 10.0),
        Reading::number(P::Tilt, tilt_x / 10.0).on(AXIS_X),
        Reading::number(P::Tilt, tilt_y / 10.0).on(AXIS_Y),
        Reading::number(P::PrecipitationConductivity, conductivity),
        Reading::number(P::PrecipitationTotal, long(total_low, total_high) / 1000.0)
            .wrapping_at(TWO_POW_32 / 1000.0),
    ]
}
