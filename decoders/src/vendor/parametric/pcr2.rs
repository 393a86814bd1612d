//! Parametric PCR2: people counter radar.
//!
//! Port 14 carries counts in one of three forms, chosen on the device:
//!
//! * ELSYS form: tag `0a` left to right u16, tag `16` right to left u16, tag `01` temperature i16 /10 deg C.
//!   Firmware 3 repeats tag `0a` for the second direction: the order decides, not the tag.
//! * Extended form: `be 01`, version; left to right u16, right to left u16 (interval); the same since
//!   power-on; battery (version 3: u8 %, version 4: u16 mV), solar power u16 mW, temperature i16 /10 deg C.
//! * Cayenne LPP: presence (`66`) u8 on channel 0 left to right and on channel 1 right to left, temperature
//!   (`67`).
//!
//! Battery and solar power are those of the solar charger; a device without one sends 0.
//!
//! Port 190 carries the configuration, see [`pcr2_config`].
//!
//! Source: docs.pmx.systems, PCR2 LoRaWAN payload description V2 to V4.

use domain::{Channel, ObservedProperty as P, Reading};

use super::pcr2_config;
use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError,
    blocks::{read_blocks, unknown},
    params::{LTR, LTR_NAME, RTL, RTL_NAME, Settings},
    profile::Device,
    reader::Reader,
    vendor::TWO_POW_16,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[&LTR_NAME, &RTL_NAME];

#[derive(Debug)]
pub(crate) struct Pcr2;

impl Device for Pcr2 {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        match (f_port, payload.first()) {
            (14, Some(0xbe)) => decode_extended(payload, out),
            (14, Some(0x0a | 0x16)) => decode_elsys_form(payload, out),
            (14, _) => read_blocks(payload, 0, out, read_lpp_block),
            (190, _) => pcr2_config::decode(payload, out),
            (found, _) => Err(DecodeError::WrongFPort { expected: "14 or 190".into(), found }),
        }
    }

    fn directed_channels(&self) -> Vec<Channel> {
        vec![LTR, RTL]
    }
}

fn decode_extended(payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
    let mut reader = Reader::new(payload);
    reader.expect(0xbe, "0xbe, the vendor")?;
    reader.expect(0x01, "0x01, the PCR2 family")?;
    let version = reader.u8()?;
    if version != 3 && version != 4 {
        let expected = "3 or 4, the payload version";
        return Err(DecodeError::WrongType { offset: 2, expected: expected.into(), found: version });
    }
    out.push(people(reader.u16_be()?).on(LTR));
    out.push(people(reader.u16_be()?).on(RTL));
    out.push(people_total(reader.u16_be()?).on(LTR));
    out.push(people_total(reader.u16_be()?).on(RTL));
    if version == 3 {
        out.value(P::BatteryLevel, f64::from(reader.u8()?));
    } else {
        out.value(P::BatteryVoltage, f64::from(reader.u16_be()?) / 1000.0);
    }
    out.value(P::SolarPanelPower, f64::from(reader.u16_be()?) / 1000.0);
    out.push(temperature(&mut reader)?);
    reader.finish()
}

fn decode_elsys_form(payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
    let mut has_ltr = false;
    read_blocks(payload, 0, out, |reader, out| {
        let begin = reader.offset();
        match reader.u8()? {
            0x0a if !has_ltr => {
                out.push(people(reader.u16_be()?).on(LTR));
                has_ltr = true;
            }
            0x0a | 0x16 => out.push(people(reader.u16_be()?).on(RTL)),
            0x01 => out.push(temperature(reader)?),
            _ => return Err(unknown(reader, begin, 1)),
        }
        Ok(())
    })
}

fn read_lpp_block(reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    let begin = reader.offset();
    match reader.array()? {
        [0, 0x66] => out.push(people(reader.u8()?.into()).on(LTR)),
        [1, 0x66] => out.push(people(reader.u8()?.into()).on(RTL)),
        [_, 0x67] => out.push(temperature(reader)?),
        _ => return Err(unknown(reader, begin, 2)),
    }
    Ok(())
}

fn people(count: u16) -> Reading {
    Reading::number(P::PersonCount, f64::from(count))
}

fn people_total(count: u16) -> Reading {
    Reading::number(P::PersonTotal, f64::from(count)).wrapping_at(TWO_POW_16)
}

fn temperature(reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    Ok(Reading::number(P::DeviceTemperature, f64::from(reader.i16_be()?) / 10.0))
}
