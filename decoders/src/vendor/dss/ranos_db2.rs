//! DSS RANOS dB2: sound level meter.
//!
//! The upper two bits of the first byte are the kind of message: 1 measurements that say what they carry, 2 settings,
//! 3 acknowledgement. Kind 0 carries measurements without saying which; nothing can be read from it.
//!
//! Measurements begin with flags u16, big-endian; what is flagged follows in this order:
//!
//! | bit | content |
//! |---|---|
//! | 13 | supply voltage u8 /10 V |
//! | 12 | latitude, longitude i32 /10^7 deg, little-endian; both 0 without a fix |
//! | 11, 10 | clock time of the first and of the last sample, 2 bytes each |
//! | 9 to 0 | for each sample 10 bits each: `LAF`, `LAS`, `LCF`, `LCS`, `LAeq`, `LCeq`, `LAmax`, `LAmin`, `LCmax`, `LCmin`, /10 + 30 dB |
//!
//! The clock has 12 hours and no date, so samples have the time of the uplink; of several samples the last counts.
//!
//! Source: the decoder in akenza-io/device-type-library (MIT), `types/dss/ranosDB2`.

use domain::{Channel, ObservedProperty as P, Reading};

use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError, Warning,
    params::Settings,
    profile::Device,
    reader::{Bits, Reader},
};

pub(crate) static PARAMS: &[&ParamInfo] = &[];

/// What bits 9 to 0 flag, from bit 9 on.
const LEVELS: [(P, Channel); 10] = [
    (P::SoundLevel, Channel::literal("a.fast")),
    (P::SoundLevel, Channel::literal("a.slow")),
    (P::SoundLevel, Channel::literal("c.fast")),
    (P::SoundLevel, Channel::literal("c.slow")),
    (P::SoundLevel, Channel::literal("a.eq")),
    (P::SoundLevel, Channel::literal("c.eq")),
    (P::SoundLevelMax, Channel::literal("a")),
    (P::SoundLevelMin, Channel::literal("a")),
    (P::SoundLevelMax, Channel::literal("c")),
    (P::SoundLevelMin, Channel::literal("c")),
];

const LEVEL_BITS: usize = 10;

#[derive(Debug)]
pub(crate) struct RanosDb2;

impl Device for RanosDb2 {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        let mut reader = Reader::new(payload);
        match payload.first() {
            Some(0x40..=0x7f) => decode_measurements(payload, out),
            Some(0x80..=0xbf) => {
                out.fact("settings", hex::encode(reader.bytes(payload.len())?));
                Ok(())
            }
            Some(0xc0..) => {
                out.fact("acknowledged", 1_u8);
                Ok(())
            }
            Some(&found) => Err(DecodeError::WrongType {
                offset: 0,
                expected: "0x40 to 0xff, a message that says what it carries".into(),
                found,
            }),
            None => Err(DecodeError::TooShort { expected: 1, found: 0 }),
        }
    }
}

fn decode_measurements(payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
    let mut reader = Reader::new(payload);
    let flags = reader.u16_be()?;
    if flags >> 13 & 1 == 1 {
        out.value(P::BatteryVoltage, f64::from(reader.u8()?) / 10.0);
    }
    if flags >> 12 & 1 == 1 {
        let (latitude, longitude) = (reader.i32_le()?, reader.i32_le()?);
        if (latitude, longitude) != (0, 0) {
            out.value(P::Latitude, f64::from(latitude) / 10_000_000.0);
            out.value(P::Longitude, f64::from(longitude) / 10_000_000.0);
        }
    }
    for clock in [11, 10] {
        if flags >> clock & 1 == 1 {
            reader.bytes(2)?;
        }
    }
    let levels: Vec<(P, Channel)> = (0_u32..10)
        .zip(LEVELS)
        .filter(|(index, _)| u32::from(flags) << index & 0x200 != 0)
        .map(|(_, level)| level)
        .collect();
    push_samples(&reader, &levels, out)
}

fn push_samples(reader: &Reader<'_>, levels: &[(P, Channel)], out: &mut Decoded) -> Result<(), DecodeError> {
    let sample_bits = levels.len().saturating_mul(LEVEL_BITS);
    let bits_left = reader.rest().len().saturating_mul(8);
    let Some(n_samples) = bits_left.checked_div(sample_bits) else { return reader.finish() };
    let end_of = |n: usize| reader.offset().saturating_add(n.saturating_mul(sample_bits).div_ceil(8));
    let found = reader.payload().len();
    if n_samples == 0 {
        return Err(DecodeError::TooShort { expected: end_of(1), found });
    }
    let mut bits = Bits::new(reader.rest());
    for _ in 0..n_samples {
        for (property, channel) in levels {
            // Whole numbers first: 322 tenths are 32.2 dB.
            let tenths = bits.field(10)?.saturating_add(300);
            out.push(Reading::number(*property, f64::from(tenths) / 10.0).on(*channel));
        }
    }
    // The last byte may be filled up; a whole byte more is the begin of another sample.
    if found > end_of(n_samples) {
        let offset = end_of(n_samples);
        out.warn(Warning::Truncated { offset, expected: end_of(n_samples.saturating_add(1)), found });
    }
    Ok(())
}
