//! Milesight WTS506: weather station.
//!
//! | block | data |
//! |---|---|
//! | `01 75` | battery u8 % |
//! | `03 67`, alarm `83 67` | temperature i16 /10 deg C |
//! | `04 68` | humidity u8 /2 % |
//! | `05 84` | wind direction u16 /10 deg |
//! | `06 73`, alarm `86 73` | pressure u16 /10 hPa |
//! | `07 92`, alarm `87 92` | wind speed u16 /10 m/s |
//! | `08 77` | rain u16 /100 mm, then a counter u8 |
//! | `08 ec`, alarm `88 ec` | rain u32 /100 mm, then a counter u8 |
//! | `20 ce` | history: time u32, temperature, humidity, pressure, direction, speed, rain u16 |
//! | `21 ce` | the same with rain u32 |
//!
//! Rain is a running total. Its counter counts the uplinks since the total was last set back to zero and
//! stays at 255 (user guide, section 5.2). An alarm frame carries only the value that raised it.
//!
//! Source: Milesight WTS Series user guide, section 5; Milesight-IoT/SensorDecoders `wts506`.

use domain::{DeviceTime, ObservedProperty as P, Reading};
use jiff::SignedDuration;

use super::tlv;
use crate::{
    ClockTolerance, DecodeError, Decoded, ProfileError, ProfileInfo,
    params::Settings,
    profile::Device,
    reader::Reader,
    vendor::{TWO_POW_16, TWO_POW_32},
};

pub(crate) const INFO: ProfileInfo = ProfileInfo {
    id: "milesight/wts506",
    vendor: "Milesight",
    model: "WTS506",
    description: "weather station: wind, rain, temperature, humidity, pressure",
    expected_interval: SignedDuration::from_mins(10),
    clock_tolerance: ClockTolerance::Datalog,
    params: &[],
};

#[derive(Debug)]
pub(crate) struct Wts506;

impl Device for Wts506 {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        tlv::decode(payload, out, read_channel)
    }
}

fn read_channel(pair: [u8; 2], reader: &mut Reader<'_>, out: &mut Decoded) -> Result<bool, DecodeError> {
    match pair {
        [0x01, 0x75] => out.value(P::BatteryLevel, f64::from(reader.u8()?)),
        [0x03, 0x67] => out.push(temperature(reader)?),
        [0x04, 0x68] => out.push(humidity(reader)?),
        [0x05, 0x84] => out.push(wind_direction(reader)?),
        [0x06, 0x73] => out.push(pressure(reader)?),
        [0x07, 0x92] => out.push(wind_speed(reader)?),
        [0x08, 0x77] => {
            out.push(short_rain(reader)?);
            out.fact("rain_phase_uplinks", reader.u8()?);
        }
        [0x08, 0xec] => {
            out.push(long_rain(reader)?);
            out.fact("rain_phase_uplinks", reader.u8()?);
        }
        [0x83, 0x67] => {
            out.push(temperature(reader)?);
            out.fact("temperature_alarm", reader.u8()?);
        }
        [0x86, 0x73] => {
            out.push(pressure(reader)?);
            out.fact("pressure_alarm", reader.u8()?);
        }
        [0x87, 0x92] => {
            out.push(wind_speed(reader)?);
            out.fact("wind_speed_alarm", reader.u8()?);
        }
        [0x88, 0xec] => {
            out.push(long_rain(reader)?);
            out.fact("rain_phase_uplinks", reader.u8()?);
            out.fact("rain_alarm", reader.u8()?);
        }
        [0x20, 0xce] => push_history(reader, out, short_rain)?,
        [0x21, 0xce] => push_history(reader, out, long_rain)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn push_history(
    reader: &mut Reader<'_>,
    out: &mut Decoded,
    rain: impl Fn(&mut Reader<'_>) -> Result<Reading, DecodeError>,
) -> Result<(), DecodeError> {
    let time: DeviceTime = tlv::history_time(reader)?;
    out.push(temperature(reader)?.at(time));
    out.push(humidity(reader)?.at(time));
    out.push(pressure(reader)?.at(time));
    out.push(wind_direction(reader)?.at(time));
    out.push(wind_speed(reader)?.at(time));
    out.push(rain(reader)?.at(time));
    Ok(())
}

fn temperature(reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    Ok(Reading::number(P::AirTemperature, f64::from(reader.i16_le()?) / 10.0))
}

fn humidity(reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    Ok(Reading::number(P::RelativeHumidity, f64::from(reader.u8()?) / 2.0))
}

fn wind_direction(reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    Ok(Reading::number(P::WindDirection, f64::from(reader.u16_le()?) / 10.0))
}

fn pressure(reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    Ok(Reading::number(P::AirPressure, f64::from(reader.u16_le()?) / 10.0))
}

fn wind_speed(reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    Ok(Reading::number(P::WindSpeed, f64::from(reader.u16_le()?) / 10.0))
}

fn short_rain(reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    let total = Reading::number(P::PrecipitationTotal, f64::from(reader.u16_le()?) / 100.0);
    Ok(total.wrapping_at(TWO_POW_16 / 100.0))
}

fn long_rain(reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    let total = Reading::number(P::PrecipitationTotal, f64::from(reader.u32_le()?) / 100.0);
    Ok(total.wrapping_at(TWO_POW_32 / 100.0))
}
