//! SenseCAP S2101 to S2105: one probe for air, light or soil each.
//!
//! Units of 7 bytes: channel u8, number u16 little-endian, data 4 bytes little-endian; behind the last one a CRC-16,
//! which is not looked at, as LoRaWAN has its own.
//!
//! | number | data |
//! |---|---|
//! | 0, 1 | versions of the device and of the probe: firmware minor, major, hardware minor, major |
//! | 2, 3 | lower and upper half of the EUI of the probe |
//! | 7 | battery u16 %, reporting interval u16 min |
//! | 0x120 | the probe was taken off |
//! | from 4096 on | a quantity, i32 /1000; from 2000000000 on the code of an error |
//!
//! Source: `SenseCAP` S210x user guides, chapter "Payload Decoding"; Seeed-Solution `SenseCAP` document station,
//! list of measurements.

use domain::{Channel, Missing, ObservedProperty as P, Reading, Value};

use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError, Warning, params::Settings, profile::Device, reader::Reader,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[];

const UNIT_BYTES: usize = 7;
const CHECKSUM_BYTES: usize = 2;
/// What a probe that fails sends instead of a value: this and its error code, in thousandths.
const FIRST_ERROR: i32 = 2_000_000_000;

#[derive(Debug)]
pub(crate) struct S210x;

impl Device for S210x {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        let wrong_length =
            DecodeError::NoSuchLength { expected: "2 and 7 for each value".into(), found: payload.len() };
        let Some(units) = payload.len().checked_sub(CHECKSUM_BYTES).and_then(|end| payload.get(..end)) else {
            return Err(wrong_length);
        };
        if units.is_empty() || units.len() % UNIT_BYTES != 0 {
            return Err(wrong_length);
        }
        let mut eui = Eui::default();
        let mut reader = Reader::new(units);
        while !reader.is_empty() {
            read_unit(&mut reader, &mut eui, out)?;
        }
        Ok(())
    }
}

/// The EUI of the probe, sent in two units.
#[derive(Default)]
struct Eui {
    lower: Option<u32>,
}

fn read_unit(reader: &mut Reader<'_>, eui: &mut Eui, out: &mut Decoded) -> Result<(), DecodeError> {
    let channel = reader.u8()?;
    match reader.u16_le()? {
        0 => push_versions(reader, ["hardware_version", "firmware_version"], out)?,
        1 => push_versions(reader, ["probe_hardware_version", "probe_firmware_version"], out)?,
        2 => eui.lower = Some(reader.u32_le()?),
        3 => {
            let upper = reader.u32_le()?;
            if let Some(lower) = eui.lower {
                out.fact("probe_eui", format!("{upper:08x}{lower:08x}"));
            }
        }
        7 => {
            out.value(P::BatteryLevel, f64::from(reader.u16_le()?));
            out.fact("report_interval_min", reader.u16_le()?);
        }
        0x120 => {
            reader.u32_le()?;
            out.fact("removed_probe", channel);
        }
        number => {
            let raw = reader.i32_le()?;
            match quantity(number, raw) {
                Some(reading) => {
                    let reading = checked(reading, raw, out);
                    out.push(reading.on(channel_of(channel)));
                }
                // What the numbers below 4096 are beside those above is not stated.
                None if number < 4096 => {}
                None => out.warn(Warning::NotMapped("measurement of another SenseCAP probe")),
            }
        }
    }
    Ok(())
}

/// Every device has one probe, on channel 1.
fn channel_of(channel: u8) -> Channel {
    if channel <= 1 { Channel::MAIN } else { Channel::number(channel) }
}

fn checked(reading: Reading, raw: i32, out: &mut Decoded) -> Reading {
    match raw.checked_sub(FIRST_ERROR) {
        Some(error @ 0..) => {
            let code = u8::try_from(error / 1000).unwrap_or(u8::MAX);
            out.warn(Warning::SensorError { code });
            Reading { value: Value::Missing(Missing::SensorError), ..reading }
        }
        _ => reading,
    }
}

fn quantity(number: u16, raw: i32) -> Option<Reading> {
    let raw = f64::from(raw);
    let (property, value) = match number {
        4097 => (P::AirTemperature, raw / 1000.0),
        4098 => (P::RelativeHumidity, raw / 1000.0),
        4099 => (P::Illuminance, raw / 1000.0),
        4100 => (P::CarbonDioxide, raw / 1000.0),
        // 1000 a pascal, 100 pascals a hectopascal.
        4101 => (P::AirPressure, raw / 100_000.0),
        4102 | 4112 => (P::SoilTemperature, raw / 1000.0),
        4103 | 4110 => (P::SoilMoisture, raw / 1000.0),
        4104 => (P::WindDirection, raw / 1000.0),
        4105 => (P::WindSpeed, raw / 1000.0),
        4106 => (P::Acidity, raw / 1000.0),
        4107 => (P::PhotosyntheticLight, raw / 1000.0),
        // A thousandth of a decisiemens a metre is a microsiemens a centimetre.
        4108 | 4111 => (P::SoilConductivity, raw),
        4109 => (P::DissolvedOxygen, raw / 1000.0),
        4113 => (P::PrecipitationIntensity, raw / 1000.0),
        _ => return None,
    };
    Some(Reading::number(property, value))
}

fn push_versions(
    reader: &mut Reader<'_>,
    [hardware, firmware]: [&'static str; 2],
    out: &mut Decoded,
) -> Result<(), DecodeError> {
    let [firmware_minor, firmware_major, hardware_minor, hardware_major] = reader.array()?;
    out.fact(hardware, format!("{hardware_major}.{hardware_minor}"));
    out.fact(firmware, format!("{firmware_major}.{firmware_minor}"));
    Ok(())
}
