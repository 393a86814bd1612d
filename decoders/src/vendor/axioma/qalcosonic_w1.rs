//! Axioma Qalcosonic W1: ultrasonic water meter, "extended" packets.
//!
//! | port | content, little-endian |
//! |---|---|
//! | 100 | time u32 s since 1970 UTC; status u8; volume u32 litres; time u32 and volume u32 of the oldest entry of the log; for each hour since then its litres u16; perhaps one byte `2f` to fill up |
//! | 101 | how the records of the log are coded; kept as it is |
//! | 103 | time u32; alarms u8 |
//!
//! The log is of full hours, though the time of its oldest entry may be some minutes past.
//!
//! Source: "Axioma Lora Payload W1 V01.7 Extended"; ZennerIoT/element-parsers (MIT), `lib/axioma_qalcosonic.ex`.

use domain::{DeviceTime, ObservedProperty as P, Reading};
use jiff::Timestamp;

use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError, Warning, params::Settings, profile::Device,
    reader::Reader, vendor::TWO_POW_32,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[];

const HOUR: u32 = 3600;
const FILLER: u8 = 0x2f;
const LITRES_PER_CUBIC_METRE: f64 = 1000.0;

#[derive(Debug)]
pub(crate) struct QalcosonicW1;

impl Device for QalcosonicW1 {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        let mut reader = Reader::new(payload);
        match f_port {
            100 => read_volumes(&mut reader, out),
            101 => {
                out.fact("log_coding", hex::encode(payload));
                Ok(())
            }
            103 => {
                let (time, alarms) = (reader.u32_le()?, reader.u8()?);
                reader.finish()?;
                out.fact("alarm_time_s", time);
                out.fact("alarms", alarms);
                Ok(())
            }
            found => Err(DecodeError::WrongFPort { expected: "100, 101 or 103".into(), found }),
        }
    }
}

fn read_volumes(reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    let (now, status, volume_now) = (reader.u32_le()?, reader.u8()?, reader.u32_le()?);
    let (oldest, mut volume) = (reader.u32_le()?, reader.u32_le()?);
    let mut time = oldest.saturating_sub(oldest % HOUR);
    out.push(total(volume, time));
    while !matches!(reader.rest(), [] | [FILLER]) {
        let begin = reader.offset();
        match reader.u16_le() {
            Ok(litres) => {
                // The counter runs on modulo its width, and so does the sum.
                volume = volume.wrapping_add(u32::from(litres));
                time = time.saturating_add(HOUR);
                out.push(total(volume, time));
            }
            Err(error) => {
                out.warn(Warning::about_rest(error, begin, reader.payload()));
                break;
            }
        }
    }
    out.push(total(volume_now, now));
    out.fact("status", status);
    Ok(())
}

/// What the meter showed at a time, in seconds since 1970.
fn total(litres: u32, time: u32) -> Reading {
    let reading = Reading::number(P::WaterVolumeTotal, f64::from(litres) / LITRES_PER_CUBIC_METRE)
        .wrapping_at(TWO_POW_32 / LITRES_PER_CUBIC_METRE);
    match Timestamp::from_second(i64::from(time)) {
        Ok(time) => reading.at(DeviceTime::At(time)),
        Err(_) => reading,
    }
}
