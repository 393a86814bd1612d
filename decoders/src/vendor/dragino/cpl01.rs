//! Dragino CPL01: pulse counter and contact sensor.
//!
//! | port | content |
//! |---|---|
//! | 2 | one entry of 11 bytes, as it is now |
//! | 3 | old entries from the log, 11 bytes each |
//! | 4 | configuration, 8 bytes: reporting interval u24 s; alarm off u8; state kept u8, time kept u16 min; trigger u8 |
//! | 5 | device status, 7 bytes: model `0e`; firmware u16; band u8; sub-band u8; battery u16 mV |
//!
//! An entry, big-endian: flags u8 (bits 7-2 a number the owner chose, bit 1 alarm, bit 0 contact); pulses since
//! power-on u24; how long the contact was last open u24 min; time u32 s since 1970 UTC.
//!
//! The contact bit is reported as it is sent: the manual calls 1 closed, the vendor's decoder calls it
//! disconnected.
//!
//! Source: Dragino wiki, "CPL01 LoRaWAN Outdoor Pulse/Contact Sensor Manual", section 2.3; the vendor's decoder
//! in TheThingsNetwork/lorawan-devices (Apache-2.0).

use domain::{DeviceTime, ObservedProperty as P, Reading};
use jiff::Timestamp;

use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError,
    blocks::read_blocks,
    params::{COUNTS, PULSES_PER_COUNT, PulseCounter, Settings},
    profile::Device,
    reader::Reader,
    vendor::TWO_POW_24,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[&COUNTS, &PULSES_PER_COUNT];

#[derive(Debug)]
pub(crate) struct Cpl01 {
    pulses: PulseCounter,
}

impl Device for Cpl01 {
    fn new(settings: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self { pulses: PulseCounter::new(settings)? })
    }

    fn decode(&self, f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        match f_port {
            2 => {
                let mut reader = Reader::new(payload);
                let entry = Entry::read(&mut reader)?;
                reader.finish()?;
                self.push(&entry, out);
                out.fact("calculate_flag", entry.flags >> 2);
                out.fact("alarm", entry.flags >> 1 & 1);
                out.fact("last_open_min", entry.last_open_min);
                Ok(())
            }
            3 => read_blocks(payload, 0, out, |reader, out| {
                self.push(&Entry::read(reader)?, out);
                Ok(())
            }),
            4 => decode_config(payload, out),
            5 => decode_status(payload, out),
            found => Err(DecodeError::WrongFPort { expected: "2 to 5".into(), found }),
        }
    }
}

impl Cpl01 {
    fn push(&self, entry: &Entry, out: &mut Decoded) {
        let contact = Reading::number(P::DigitalInput, f64::from(entry.flags & 1));
        out.push(self.pulses.total(entry.pulses, TWO_POW_24).at(entry.time));
        out.push(contact.at(entry.time));
    }
}

/// One entry of the log.
struct Entry {
    flags: u8,
    pulses: u32,
    last_open_min: u32,
    time: DeviceTime,
}

impl Entry {
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            flags: reader.u8()?,
            pulses: reader.u24_be()?,
            last_open_min: reader.u24_be()?,
            time: Timestamp::from_second(reader.u32_be()?.into()).map_or(DeviceTime::Uplink, DeviceTime::At),
        })
    }
}

fn decode_config(payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
    let mut reader = Reader::new(payload);
    out.fact("report_interval_s", reader.u24_be()?);
    out.fact("alarm_off", reader.u8()? & 1);
    out.fact("kept_state", reader.u8()? & 1);
    out.fact("kept_state_min", reader.u16_be()?);
    out.fact("trigger_mode", reader.u8()? & 1);
    reader.finish()
}

fn decode_status(payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
    let mut reader = Reader::new(payload);
    reader.expect(0x0e, "0x0e, the model CPL01")?;
    let [major, minor_patch] = reader.array()?;
    let version = format!("{}.{}.{}", major & 15, minor_patch >> 4, minor_patch & 15);
    out.fact("firmware_version", version);
    out.fact("frequency_band", reader.u8()?);
    out.fact("frequency_sub_band", reader.u8()?);
    out.value(P::BatteryVoltage, f64::from(reader.u16_be()?) / 1000.0);
    reader.finish()
}
