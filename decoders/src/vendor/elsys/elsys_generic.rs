//! The payload all Elsys sensors share (ERS, ELT, EMS, ...).
//!
//! A tag byte, then a big-endian value whose length the tag decides; see [`read_tag`] for the table. Inputs
//! that exist twice are on the channels `1` and `2`. The port (5 by default) is a setting of the device.
//! Tag `3e` makes the rest of the frame a report of settings.
//!
//! Source: "Elsys LoRa payload" (`Sensor_payload.pdf` at elsys.se). It does not state the width
//! of tag `1d`: two bytes are read, as the index runs to 500.

use domain::{Channel, ObservedProperty as P, Reading};

use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError, Warning,
    blocks::{read_blocks, unknown},
    params::Settings,
    profile::Device,
    reader::Reader,
    vendor::{AXIS_X, AXIS_Y, AXIS_Z, TWO_POW_32},
};

pub(crate) static PARAMS: &[&ParamInfo] = &[];

const FIRST: Channel = Channel::literal("1");
const SECOND: Channel = Channel::literal("2");
const VIBRATION: Channel = Channel::literal("vibration");
const IR_INTERNAL: Channel = Channel::literal("ir.internal");
const IR_EXTERNAL: Channel = Channel::literal("ir.external");
const FINE_ANALOG: Channel = Channel::literal("fine");

#[derive(Debug)]
pub(crate) struct ElsysGeneric;

impl Device for ElsysGeneric {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        // The first probe has a tag of its own; tag 19 is repeated for every further one.
        let mut probe = 1_u8;
        read_blocks(payload, 0, out, |reader, out| {
            if reader.rest().first() == Some(&0x19) {
                reader.u8()?;
                let temperature = tenths(reader, P::ProbeTemperature)?;
                probe = probe.saturating_add(1);
                out.push(temperature.on(Channel::number(probe)));
                Ok(())
            } else {
                read_tag(reader, out)
            }
        })
    }
}

/// Reads one tag and its value.
fn read_tag(reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    let begin = reader.offset();
    match reader.u8()? {
        0x00 => {
            // Reserved: whatever follows has no published meaning.
            let reserved = reader.rest();
            out.fact("reserved", hex::encode(reader.bytes(reserved.len())?));
            out.warn(Warning::NotMapped("reserved"));
        }
        0x01 => out.push(tenths(reader, P::AirTemperature)?),
        0x02 => out.value(P::RelativeHumidity, f64::from(reader.u8()?)),
        0x03 => {
            for axis in [AXIS_X, AXIS_Y, AXIS_Z] {
                // 63 is the acceleration of free fall.
                let acceleration = f64::from(reader.i8()?) / 63.0;
                out.push(Reading::number(P::Acceleration, acceleration).on(axis));
            }
        }
        0x04 => out.value(P::Illuminance, f64::from(reader.u16_be()?)),
        0x05 => out.value(P::MotionCount, f64::from(reader.u8()?)),
        0x06 => out.value(P::CarbonDioxide, f64::from(reader.u16_be()?)),
        0x07 => out.push(millivolts(reader, P::BatteryVoltage)?),
        0x08 => out.push(millivolts(reader, P::Voltage)?.on(FIRST)),
        0x09 => {
            out.value(P::Latitude, f64::from(reader.i24_be()?) / 10_000.0);
            out.value(P::Longitude, f64::from(reader.i24_be()?) / 10_000.0);
        }
        0x0a => out.push(Reading::number(P::PulseCount, f64::from(reader.u16_be()?)).on(FIRST)),
        0x0b => out.push(pulse_total(reader)?.on(FIRST)),
        0x0c => out.push(tenths(reader, P::ProbeTemperature)?.on(FIRST)),
        0x0d => out.push(Reading::number(P::DigitalInput, f64::from(reader.u8()?)).on(FIRST)),
        0x0e => out.value(P::Distance, f64::from(reader.u16_be()?)),
        0x0f => out.push(Reading::number(P::MotionCount, f64::from(reader.u8()?)).on(VIBRATION)),
        0x10 => {
            out.push(tenths(reader, P::ProbeTemperature)?.on(IR_INTERNAL));
            out.push(tenths(reader, P::ProbeTemperature)?.on(IR_EXTERNAL));
        }
        0x11 => {
            // 0 nobody, 1 somebody entering or leaving, 2 somebody there.
            let state = reader.u8()?;
            out.value(P::Occupancy, if state == 0 { 0.0 } else { 1.0 });
            out.fact("occupancy_state", state);
        }
        0x12 => out.value(P::WaterLeak, f64::from(reader.u8()?)),
        0x13 => {
            out.fact("grideye_reference", reader.u8()?);
            out.fact("grideye_pixels", hex::encode(reader.bytes(64)?));
            out.warn(Warning::NotMapped("grideye_pixels"));
        }
        0x14 => out.value(P::AirPressure, f64::from(reader.u32_be()?) / 1000.0),
        0x15 => {
            out.value(P::SoundLevelMax, f64::from(reader.u8()?));
            out.value(P::SoundLevel, f64::from(reader.u8()?));
        }
        0x16 => out.push(Reading::number(P::PulseCount, f64::from(reader.u16_be()?)).on(SECOND)),
        0x17 => out.push(pulse_total(reader)?.on(SECOND)),
        0x18 => out.push(millivolts(reader, P::Voltage)?.on(SECOND)),
        0x1a => out.push(Reading::number(P::DigitalInput, f64::from(reader.u8()?)).on(SECOND)),
        0x1b => {
            let volts = f64::from(reader.i32_be()?) / 1_000_000.0;
            out.push(Reading::number(P::Voltage, volts).on(FINE_ANALOG));
        }
        0x1c => out.value(P::VolatileOrganics, f64::from(reader.u16_be()?)),
        0x1d => out.value(P::AirQualityIndex, f64::from(reader.u16_be()?)),
        0x24 => out.value(P::ProbeHumidity, f64::from(reader.u8()?)),
        0x3d => out.fact("debug", hex::encode(reader.bytes(4)?)),
        0x3e => {
            let settings = reader.rest();
            out.fact("settings", hex::encode(reader.bytes(settings.len())?));
        }
        _ => return Err(unknown(reader, begin, 1)),
    }
    Ok(())
}

fn tenths(reader: &mut Reader<'_>, property: P) -> Result<Reading, DecodeError> {
    Ok(Reading::number(property, f64::from(reader.i16_be()?) / 10.0))
}

fn millivolts(reader: &mut Reader<'_>, property: P) -> Result<Reading, DecodeError> {
    Ok(Reading::number(property, f64::from(reader.u16_be()?) / 1000.0))
}

fn pulse_total(reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    Ok(Reading::number(P::PulseTotal, f64::from(reader.u32_be()?)).wrapping_at(TWO_POW_32))
}
