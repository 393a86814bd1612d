//! SenseCAP S2120: 8-in-1 weather station.
//!
//! A sequence of blocks, each an id byte and big-endian data of fixed length, without a checksum:
//!
//! | id | data |
//! |---|---|
//! | `4a`, `01` | temperature i16 /10 deg C, humidity u8 %, light u32 lux, UV index u8 /10, wind speed u16 /10 m/s |
//! | `4b`, `02` | wind direction u16 deg, rain rate u32 /1000 mm/h, pressure u16 x 10 Pa |
//! | `4c` | gust u16 /10 m/s, rain since power-on u32 /1000 mm |
//! | `03` | battery u8 % |
//! | `04` | battery u8 %, hardware 2 bytes, firmware 2 bytes, reporting interval u16 min, GPS interval u16 min |
//! | `05` | reporting interval u16 min, GPS interval u16 min |
//! | `06` | error code u8 of the sensor head, 0 for none |
//! | `10` | status u8, EUI of the sensor head, 8 bytes |
//!
//! All but the temperature is unsigned (user guide, section 10.3). The vendor's JavaScript decoder reads
//! every field as signed, so that a humidity from 128 on or bright light turn negative there.
//!
//! Source: `SenseCAP` S2120 user guide, section 10; Seeed-Solution/SenseCAP-Decoder.

use domain::{ObservedProperty as P, Reading};

use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError, Warning,
    blocks::{read_blocks, unknown},
    params::Settings,
    profile::Device,
    reader::Reader,
    vendor::TWO_POW_32,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[];

#[derive(Debug)]
pub(crate) struct S2120;

impl Device for S2120 {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        read_blocks(payload, 0, out, read_block)
    }
}

fn read_block(reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    let begin = reader.offset();
    match reader.u8()? {
        0x4a | 0x01 => {
            out.value(P::AirTemperature, f64::from(reader.i16_be()?) / 10.0);
            out.value(P::RelativeHumidity, f64::from(reader.u8()?));
            out.value(P::Illuminance, f64::from(reader.u32_be()?));
            out.value(P::UvIndex, f64::from(reader.u8()?) / 10.0);
            out.value(P::WindSpeed, f64::from(reader.u16_be()?) / 10.0);
        }
        0x4b | 0x02 => {
            out.value(P::WindDirection, f64::from(reader.u16_be()?));
            out.value(P::PrecipitationIntensity, f64::from(reader.u32_be()?) / 1000.0);
            // 10 Pa are 1/10 hPa.
            out.value(P::AirPressure, f64::from(reader.u16_be()?) / 10.0);
        }
        0x4c => {
            out.value(P::WindGust, f64::from(reader.u16_be()?) / 10.0);
            let total = Reading::number(P::PrecipitationTotal, f64::from(reader.u32_be()?) / 1000.0);
            out.push(total.wrapping_at(TWO_POW_32 / 1000.0));
        }
        0x03 => out.value(P::BatteryLevel, f64::from(reader.u8()?)),
        0x04 => {
            out.value(P::BatteryLevel, f64::from(reader.u8()?));
            out.fact("hardware_version", version(reader)?);
            out.fact("firmware_version", version(reader)?);
            push_intervals(reader, out)?;
        }
        0x05 => push_intervals(reader, out)?,
        0x06 => {
            let code = reader.u8()?;
            out.fact("sensor_error", code);
            if code != 0 {
                out.warn(Warning::SensorError { code });
            }
        }
        0x10 => {
            out.fact("sensor_status", reader.u8()?);
            out.fact("sensor_eui", hex::encode(reader.bytes(8)?));
        }
        _ => return Err(unknown(reader, begin, 1)),
    }
    Ok(())
}

fn version(reader: &mut Reader<'_>) -> Result<String, DecodeError> {
    let [major, minor] = reader.array()?;
    Ok(format!("{major}.{minor}"))
}

fn push_intervals(reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    out.fact("report_interval_min", reader.u16_be()?);
    out.fact("gps_interval_min", reader.u16_be()?);
    Ok(())
}
