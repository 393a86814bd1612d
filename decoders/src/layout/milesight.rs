//! What every Milesight device may send besides its measurements: attributes of the device (channel `ff`) and the echo of
//! settings that were changed by downlink (`fe`, `ff`, `f8`, `f9`).
//!
//! Source: Milesight user guides, chapter "Device Payload"; Milesight-IoT/SensorDecoders.

use crate::{DecodeError, Decoded, reader::Reader};

/// Reads an attribute; says whether it knew it.
pub(crate) fn read_attribute(
    pair: [u8; 2],
    reader: &mut Reader<'_>,
    out: &mut Decoded,
) -> Result<bool, DecodeError> {
    match pair {
        [0xff, 0x01] => {
            let version = reader.u8()?;
            out.fact("protocol_version", format!("{}.{}", version >> 4, version & 15));
        }
        [0xff, 0x08] => out.fact("serial_number", hex::encode(reader.bytes(6)?)),
        [0xff, 0x09] => {
            let [major, minor] = reader.array()?;
            out.fact("hardware_version", format!("{major:x}.{:x}", minor >> 4));
        }
        [0xff, 0x0a] => {
            // The bytes are written as they stand: 01 14 is 1.14.
            let [major, minor] = reader.array()?;
            out.fact("firmware_version", format!("{major:x}.{minor:x}"));
        }
        [0xff, 0x0b] => out.fact("power_on", reader.u8()?),
        [0xff, 0x0f] => out.fact("lorawan_class", reader.u8()?),
        [0xff, 0x16] => out.fact("serial_number", hex::encode(reader.bytes(8)?)),
        [0xff, 0x18] => out.fact("enabled_sensors", hex::encode(reader.bytes(2)?)),
        [0xff, 0xfe] => out.fact("reset", reader.u8()?),
        [0xff, 0xff] => {
            let [major, minor] = reader.array()?;
            out.fact("tsl_version", format!("{major}.{minor}"));
        }
        [0xfe | 0xff, 0x02] => out.fact("collection_interval_s", reader.u16_le()?),
        [0xfe | 0xff, 0x03] => out.fact("report_interval_s", reader.u16_le()?),
        [0xfe | 0xff, 0x17] => out.fact("utc_offset_h", f64::from(reader.i16_le()?) / 10.0),
        [0xfe | 0xff, setting] => match echo_length(setting) {
            Some(length) => {
                let value = reader.bytes(length)?;
                out.fact("setting_echo", format!("{setting:02x}={}", hex::encode(value)));
            }
            None => return Ok(false),
        },
        _ => return Ok(false),
    }
    Ok(true)
}

/// Bytes of data of the settings whose echo the sensors read here send; the rest has no known length.
fn echo_length(setting: u8) -> Option<usize> {
    Some(match setting {
        0x10 | 0x27 | 0x28 | 0x67 | 0x68 | 0x69 | 0xc3 => 1,
        0x4e | 0xa3 | 0xa4 => 2,
        0x6a => 3,
        0x11 | 0x79 => 4,
        0x92 => 5,
        0xa1 => 7,
        0x35 => 8,
        0x06 | 0xa2 => 9,
        _ => return None,
    })
}
