//! The configuration frame of the PCR2, told apart by its length.
//!
//! * 14 bytes (V2, no prefix): type, firmware 3 bytes, mode, payload type, confirmed, interval u16 min, link
//!   check u16 min, hold-off u16 s, sensitivity u8 %.
//! * 20 (V3), 31 (V4), 34 (V5) and 35 bytes (V6): `be 01`, version; type, firmware 3 bytes, mode, payload type,
//!   class, confirmed, interval, link check, capacity limit u16, hold-off; then what is special to the version.
//!   How V6 goes on is not published.
//!
//! Source: docs.pmx.systems, PCR2 LoRaWAN payload description; the vendor's decoder in
//! TheThingsNetwork/lorawan-devices (Apache-2.0).

use crate::{DecodeError, Decoded, Warning, reader::Reader};

pub(super) fn decode(payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
    let mut reader = Reader::new(payload);
    let has_prefix = payload.starts_with(&[0xbe, 0x01]);
    let version = match payload.len() {
        14 if !has_prefix => 2,
        20 => 3,
        31 => 4,
        34 => 5,
        35 => 6,
        found => {
            return Err(DecodeError::NoSuchLength {
                expected: "14 without prefix, else 20, 31, 34 or 35".into(),
                found,
            });
        }
    };
    if version == 2 {
        return decode_v2(&mut reader, out);
    }
    reader.expect(0xbe, "0xbe, the vendor")?;
    reader.expect(0x01, "0x01, the PCR2 family")?;
    reader.expect(version, "the payload version that belongs to the length")?;
    push_type_and_mode(&mut reader, out)?;
    out.fact("lorawan_class", reader.u8()?);
    out.fact("confirmed_uplinks", reader.u8()?);
    out.fact("report_interval_min", reader.u16_be()?);
    out.fact("link_check_interval_min", reader.u16_be()?);
    out.fact("capacity_limit", reader.u16_be()?);
    out.fact("hold_off_s", reader.u16_be()?);
    match version {
        3 => out.fact("radar_sensitivity_percent", reader.u8()?),
        4 => {
            out.fact("inactivity_timeout", reader.u16_be()?);
            out.fact("mounting_direction", reader.u8()?);
            out.fact("mounting_tilt_deg", reader.u8()?);
            out.fact("detection_angle_deg", reader.u8()?);
            push_detection_range(&mut reader, out)?;
            out.fact("radar_sensitivity_percent", reader.u8()?);
        }
        5 => {
            out.fact("inactivity_timeout", reader.u16_be()?);
            out.fact("radar_enabled", reader.u8()?);
            out.fact("beam_angle_deg", reader.u8()?);
            push_detection_range(&mut reader, out)?;
            out.fact("radar_autotune", reader.u8()?);
            out.fact("radar_sensitivity_percent", reader.u8()?);
            out.fact("solar_charger_version", dotted(reader.array()?));
        }
        _ => {
            out.warn(Warning::unparsed(reader.offset(), 2, payload));
            return Ok(());
        }
    }
    reader.finish()
}

fn decode_v2(reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    push_type_and_mode(reader, out)?;
    out.fact("confirmed_uplinks", reader.u8()?);
    out.fact("report_interval_min", reader.u16_be()?);
    out.fact("link_check_interval_min", reader.u16_be()?);
    out.fact("hold_off_s", reader.u16_be()?);
    out.fact("radar_sensitivity_percent", reader.u8()?);
    reader.finish()
}

fn push_type_and_mode(reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    out.fact("device_type", reader.u8()?);
    out.fact("firmware_version", dotted(reader.array()?));
    out.fact("operating_mode", reader.u8()?);
    out.fact("payload_type", reader.u8()?);
    Ok(())
}

fn push_detection_range(reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    out.fact("min_distance_cm", reader.u16_be()?);
    out.fact("max_distance_cm", reader.u16_be()?);
    out.fact("min_speed_kmh", reader.u8()?);
    out.fact("max_speed_kmh", reader.u8()?);
    Ok(())
}

fn dotted([major, minor, patch]: [u8; 3]) -> String {
    format!("{major}.{minor}.{patch}")
}
