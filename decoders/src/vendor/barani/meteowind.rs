//! Barani MeteoWind: cup anemometer and vane.
//!
//! Three messages, told apart by their length and, at 9 bytes, by the type in the first 2 bits. Speeds are
//! sent in 1/10 m/s, directions in deg, over 10 minutes.
//!
//! * 9 bytes, type 0: battery 5 bits, /20 + 3 V; mean speed 9; maximum above the mean 9; minimum below the
//!   mean 9; direction 9; direction of the maximum 9; spread of the direction to the right 8, to the left 8.
//! * 9 bytes, type 3: battery 5; mean speed 9; maximum above the mean 9; standard deviation of the speed 7;
//!   direction 9; direction of the maximum 9; direction of the minimum 9; standard deviation of the
//!   direction 7.
//! * 10 bytes (firmware of 2022): index 8; battery 3, /5 + 3 V; mean speed 9; 3 s gust above the mean 9; 3 s
//!   minimum below the mean 9; standard deviation of the speed 8; direction 9; direction of the gust 9;
//!   standard deviation of the direction 7; time of the gust 7, x 5 s; vector mean 1; alarm 1. A message of
//!   12 bytes begins the same way; what its last two bytes mean is not published.
//!
//! Source: baranidesign.com, "IoT-Wind open message format"; wind101.net message decoder.

use domain::{Channel, ObservedProperty as P, Reading};

use super::common::{both, check_port, value};
use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError, Warning, params::Settings, profile::Device, reader::Bits,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[];

/// Spread of the direction clockwise of its mean.
const RIGHT: Channel = Channel::literal("right");
/// Spread of the direction anticlockwise of its mean.
const LEFT: Channel = Channel::literal("left");

#[derive(Debug)]
pub(crate) struct MeteoWind;

impl Device for MeteoWind {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        check_port(f_port)?;
        let mut bits = Bits::new(payload);
        match payload.len() {
            9 => match bits.field(2)? {
                0 => decode_with_range(&mut bits, out),
                3 => decode_with_deviation(&mut bits, out),
                _ => {
                    let found = payload.first().copied().unwrap_or_default();
                    let expected = "a first byte up to 0x3f (message type 0) or from 0xc0 (type 3)";
                    Err(DecodeError::WrongType { offset: 0, expected: expected.into(), found })
                }
            },
            10 => decode_2022(&mut bits, out),
            12 => {
                decode_2022(&mut bits, out)?;
                out.warn(Warning::unparsed(10, 2, payload));
                Ok(())
            }
            found => Err(DecodeError::NoSuchLength { expected: "9, 10 or 12".into(), found }),
        }
    }
}

fn decode_with_range(bits: &mut Bits<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    push_fine_battery(bits, out)?;
    push_speeds(bits, out)?;
    out.value(P::WindDirection, value(bits.measurand(9)?));
    out.value(P::WindGustDirection, value(bits.measurand(9)?));
    out.push(Reading::new(P::WindDirectionDeviation, value(bits.measurand(8)?)).on(RIGHT));
    out.push(Reading::new(P::WindDirectionDeviation, value(bits.measurand(8)?)).on(LEFT));
    Ok(())
}

fn decode_with_deviation(bits: &mut Bits<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    push_fine_battery(bits, out)?;
    let mean = bits.measurand(9)?;
    let above = bits.measurand(9)?;
    out.value(P::WindSpeed, value(mean.map(tenths)));
    out.value(P::WindGust, both(mean, above, |mean, above| tenths(mean + above)));
    out.value(P::WindSpeedDeviation, value(bits.measurand(7)?.map(tenths)));
    out.value(P::WindDirection, value(bits.measurand(9)?));
    out.value(P::WindGustDirection, value(bits.measurand(9)?));
    if let Some(direction) = bits.measurand(9)? {
        out.fact("wind_lull_direction_deg", direction);
    }
    out.value(P::WindDirectionDeviation, value(bits.measurand(7)?));
    Ok(())
}

fn decode_2022(bits: &mut Bits<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    out.fact("message_index", bits.field(8)?);
    out.value(P::BatteryVoltage, value(bits.measurand(3)?.map(|n| (n * 2.0 + 30.0) / 10.0)));
    push_speeds(bits, out)?;
    out.value(P::WindSpeedDeviation, value(bits.measurand(8)?.map(tenths)));
    out.value(P::WindDirection, value(bits.measurand(9)?));
    out.value(P::WindGustDirection, value(bits.measurand(9)?));
    out.value(P::WindDirectionDeviation, value(bits.measurand(7)?));
    if let Some(time) = bits.measurand(7)? {
        out.fact("gust_time_s", time * 5.0);
    }
    out.fact("vector_mean", bits.field(1)?);
    out.fact("alarm_sent", bits.field(1)?);
    Ok(())
}

fn push_fine_battery(bits: &mut Bits<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    out.value(P::BatteryVoltage, value(bits.measurand(5)?.map(|n| (n * 5.0 + 300.0) / 100.0)));
    Ok(())
}

/// Mean, maximum above it, minimum below it, 9 bits each.
fn push_speeds(bits: &mut Bits<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    let mean = bits.measurand(9)?;
    let above = bits.measurand(9)?;
    let below = bits.measurand(9)?;
    out.value(P::WindSpeed, value(mean.map(tenths)));
    out.value(P::WindGust, both(mean, above, |mean, above| tenths(mean + above)));
    out.value(P::WindLull, both(mean, below, |mean, below| tenths(mean - below)));
    Ok(())
}

fn tenths(n: f64) -> f64 {
    n / 10.0
}
