//! Cayenne Low Power Payload 1.0 with the common extensions.
//!
//! Channel u8, type u8, a big-endian value whose length the type decides; see [`read_block`] for the table.
//! Readings are on the channel with the LPP number. Types above 130 and 100, 116 to 128 and 142 are extensions
//! found in network servers and libraries. The port does not matter.
//!
//! Source: myDevices "Cayenne LPP" documentation; extensions as read by ChirpStack 4 (MIT).

use domain::{Channel, ObservedProperty as P, Reading};

use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError,
    blocks::{read_blocks, unknown},
    params::Settings,
    profile::Device,
    reader::Reader,
    vendor::TWO_POW_32,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[];

#[derive(Debug)]
pub(crate) struct CayenneLpp;

impl Device for CayenneLpp {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        read_blocks(payload, 0, out, read_block)
    }
}

fn read_block(reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    let begin = reader.offset();
    let [number, lpp_type] = reader.array()?;
    let (property, value) = match lpp_type {
        0 => (P::DigitalInput, f64::from(reader.u8()?)),
        1 | 142 => (P::DigitalOutput, f64::from(reader.u8()?)),
        2 => (P::AnalogInput, f64::from(reader.i16_be()?) / 100.0),
        3 => (P::AnalogOutput, f64::from(reader.i16_be()?) / 100.0),
        100 => (P::Generic, f64::from(reader.u32_be()?)),
        101 => (P::Illuminance, f64::from(reader.u16_be()?)),
        102 => (P::Occupancy, f64::from(reader.u8()?)),
        103 => (P::AirTemperature, f64::from(reader.i16_be()?) / 10.0),
        104 => (P::RelativeHumidity, f64::from(reader.u8()?) / 2.0),
        113 => return push_axes(P::Acceleration, 1000.0, number, reader, out),
        115 => (P::AirPressure, f64::from(reader.u16_be()?) / 10.0),
        116 => (P::Voltage, f64::from(reader.u16_be()?) / 100.0),
        117 => (P::Current, f64::from(reader.u16_be()?) / 1000.0),
        118 => (P::Frequency, f64::from(reader.u32_be()?)),
        120 => (P::Percentage, f64::from(reader.u8()?)),
        121 => (P::Altitude, f64::from(reader.i16_be()?)),
        125 => (P::Concentration, f64::from(reader.u16_be()?)),
        128 => (P::Power, f64::from(reader.u16_be()?)),
        // Sent in mm, which is our unit.
        130 => (P::Distance, f64::from(reader.u32_be()?)),
        131 => {
            let total = Reading::number(P::EnergyTotal, f64::from(reader.u32_be()?) / 1000.0);
            out.push(total.on(Channel::number(number)).wrapping_at(TWO_POW_32 / 1000.0));
            return Ok(());
        }
        132 => (P::Direction, f64::from(reader.u16_be()?)),
        133 => {
            out.fact("unix_time_s", reader.u32_be()?);
            return Ok(());
        }
        134 => return push_axes(P::RotationRate, 100.0, number, reader, out),
        135 => {
            out.fact("colour", format!("#{}", hex::encode(reader.bytes(3)?)));
            return Ok(());
        }
        136 => return push_position(number, reader, out),
        _ => return Err(unknown(reader, begin, 2)),
    };
    out.push(Reading::number(property, value).on(Channel::number(number)));
    Ok(())
}

fn push_position(number: u8, reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    let channel = Channel::number(number);
    out.push(Reading::number(P::Latitude, f64::from(reader.i24_be()?) / 10_000.0).on(channel));
    out.push(Reading::number(P::Longitude, f64::from(reader.i24_be()?) / 10_000.0).on(channel));
    out.push(Reading::number(P::Altitude, f64::from(reader.i24_be()?) / 100.0).on(channel));
    Ok(())
}

/// Three signed values on the channels `n.x`, `n.y` and `n.z`.
fn push_axes(
    property: P,
    divisor: f64,
    number: u8,
    reader: &mut Reader<'_>,
    out: &mut Decoded,
) -> Result<(), DecodeError> {
    for axis in ["x", "y", "z"] {
        let value = f64::from(reader.i16_be()?) / divisor;
        let channel = format!("{number}.{axis}").parse().unwrap_or(Channel::number(number));
        out.push(Reading::number(property, value).on(channel));
    }
    Ok(())
}
