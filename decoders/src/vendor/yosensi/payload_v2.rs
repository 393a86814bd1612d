//! The payload all YOSENSI sensors share, version 2.
//!
//! Byte 0 is the version, 1 counts the payloads, 2 and 3 are the seconds the payload waited (u16). Then measurements, big-endian: type
//! in the upper six bits of a byte and its decimal places in the lower two; seconds since the first measurement u8; length of
//! the address in the upper four bits and of the value, less one, in the lower four; address; value, signed.
//!
//! | type | value |
//! |---|---|
//! | 2 | battery mV |
//! | 3, 4 | temperature deg C and relative humidity %; without an address those inside the housing |
//! | 5, 6 | pressure hPa, illuminance lux |
//! | 7, 27 | carbon dioxide ppm |
//! | 8 | volatile organics ppb |
//! | 9 | fine dust ug/m3, the address is the size: 1 PM1, 2 PM2.5, 3 PM4, 4 PM10 |
//! | 10 | distance mm |
//! | 16 | acceleration along three axes, a third of the value each; its unit is not stated |
//! | 24 | people, the address says which: 0 and 1 left to right and right to left since the payload before, 2 and 3 since power-on, 4 their difference |
//! | 26, 28 | carbon monoxide ppm, sound level dB |
//! | 32 to 35 | PM1, PM2.5, PM4, PM10 ug/m3 |
//!
//! Where a running total starts again is not stated. Values have the time of the uplink.
//!
//! Source: "YOSENSI payload V2" and the maker's decoder in akenza-io/device-type-library (MIT), `types/yosensi`.

use domain::{Channel, ObservedProperty as P, Reading};

use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError, Warning,
    blocks::{read_blocks, unknown},
    params::{LTR, RTL, Settings},
    profile::Device,
    reader::Reader,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[];

const HEADER_BYTES: usize = 4;
const INSIDE: Channel = Channel::literal("internal");

#[derive(Debug)]
pub(crate) struct PayloadV2;

impl Device for PayloadV2 {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        let mut reader = Reader::new(payload);
        reader.expect(2, "2, the version of the payload")?;
        out.fact("payload_counter", reader.u8()?);
        out.fact("waited_s", reader.u16_be()?);
        read_blocks(payload, HEADER_BYTES, out, |reader, out| {
            let measurement = Measurement::read(reader)?;
            measurement.push(out);
            Ok(())
        })
    }
}

struct Measurement<'a> {
    kind: u8,
    decimals: u8,
    address: &'a [u8],
    value: &'a [u8],
}

impl<'a> Measurement<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let begin = reader.offset();
        let [kind, _seconds, lengths] = reader.array()?;
        if kind >> 2 == 0 {
            return Err(unknown(reader, begin, 1));
        }
        let address = reader.bytes(usize::from(lengths >> 4))?;
        let value = reader.bytes(usize::from(lengths & 15).saturating_add(1))?;
        Ok(Self { kind: kind >> 2, decimals: kind & 3, address, value })
    }

    fn push(&self, out: &mut Decoded) {
        if self.kind == 16 && self.value.len() == 6 {
            let axes = ["acceleration_x", "acceleration_y", "acceleration_z"];
            for (axis, bytes) in axes.into_iter().zip(self.value.chunks_exact(2)) {
                if let Some(value) = self.number(bytes) {
                    out.fact(axis, value);
                }
            }
            return;
        }
        match self.number(self.value).and_then(|value| self.reading(value)) {
            Some(reading) => out.push(reading),
            None => out.warn(Warning::NotMapped("measurement of another YOSENSI sensor")),
        }
    }

    fn reading(&self, value: f64) -> Option<Reading> {
        let number = |property| Some(Reading::number(property, value).on(self.channel()));
        let of_passage = |property, channel| Some(Reading::number(property, value).on(channel));
        match (self.kind, self.address) {
            (2, _) => Some(Reading::number(P::BatteryVoltage, value / 1000.0)),
            (3, []) => number(P::DeviceTemperature),
            (3, _) => number(P::ProbeTemperature),
            (4, []) => of_passage(P::RelativeHumidity, INSIDE),
            (4, _) => number(P::ProbeHumidity),
            (5, _) => number(P::AirPressure),
            (6, _) => number(P::Illuminance),
            (7 | 27, _) => number(P::CarbonDioxide),
            (8, _) => number(P::VolatileOrganics),
            (9, [1]) | (32, _) => Some(Reading::number(P::ParticulateMatter1, value)),
            (9, [2]) | (33, _) => Some(Reading::number(P::ParticulateMatter2_5, value)),
            (9, [3]) | (34, _) => Some(Reading::number(P::ParticulateMatter4, value)),
            (9, [4]) | (35, _) => Some(Reading::number(P::ParticulateMatter10, value)),
            (10, _) => number(P::Distance),
            (24, [0]) => of_passage(P::PersonCount, LTR),
            (24, [1]) => of_passage(P::PersonCount, RTL),
            (24, [2]) => of_passage(P::PersonTotal, LTR),
            (24, [3]) => of_passage(P::PersonTotal, RTL),
            (26, _) => number(P::CarbonMonoxide),
            (28, _) => number(P::SoundLevel),
            _ => None,
        }
    }

    /// The address in hexadecimal; the main channel without one.
    fn channel(&self) -> Channel {
        hex::encode(self.address).parse().unwrap_or(Channel::MAIN)
    }

    /// The signed number in at most four bytes.
    fn number(&self, bytes: &[u8]) -> Option<f64> {
        let unused = 4_usize.checked_sub(bytes.len())?;
        let mut word = [0; 4];
        word.get_mut(..bytes.len())?.copy_from_slice(bytes);
        // The sign sits in the top bit of the first byte: shifting back carries it down.
        let number = i32::from_be_bytes(word) >> unused.saturating_mul(8);
        Some(f64::from(number) / 10_f64.powi(self.decimals.into()))
    }
}
