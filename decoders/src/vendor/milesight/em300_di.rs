//! Milesight EM300-DI: pulse counter with temperature and humidity.
//!
//! | block | data |
//! |---|---|
//! | `01 75` | battery u8 % |
//! | `03 67` | temperature i16 /10 deg C |
//! | `04 68` | humidity u8 /2 % |
//! | `05 00`, alarm `85 00` | state of the input u8 |
//! | `05 c8` | pulses since power-on u32 |
//! | `05 e1`, alarm `85 e1` | water per pulses: water u16 /10, pulses u16 /10, water f32 in the unit set on the device |
//! | `20 ce` | history: time u32, temperature, humidity, mode u8 (1 state, 2 pulses), state u8, pulses u32 |
//! | `21 ce` | history: time u32, temperature, humidity, alarm u8, mode u8, state u8, water as in `05 e1` |
//!
//! Source: Milesight EM300-DI user guide, section 5; Milesight-IoT/SensorDecoders `em300-di`.

use domain::{ObservedProperty as P, Reading};

use super::tlv;
use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError, Warning,
    params::{COUNTS, PULSES_PER_COUNT, PulseCounter, Settings},
    profile::Device,
    reader::Reader,
    vendor::TWO_POW_32,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[&COUNTS, &PULSES_PER_COUNT];

#[derive(Debug)]
pub(crate) struct Em300Di {
    pulses: PulseCounter,
}

impl Device for Em300Di {
    fn new(settings: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self { pulses: PulseCounter::new(settings)? })
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        tlv::decode(payload, out, |pair, reader, out| self.read_channel(pair, reader, out))
    }
}

impl Em300Di {
    fn read_channel(
        &self,
        pair: [u8; 2],
        reader: &mut Reader<'_>,
        out: &mut Decoded,
    ) -> Result<bool, DecodeError> {
        match pair {
            [0x01, 0x75] => out.value(P::BatteryLevel, f64::from(reader.u8()?)),
            [0x03, 0x67] => out.push(temperature(reader)?),
            [0x04, 0x68] => out.push(humidity(reader)?),
            [0x05, 0x00] => out.push(state(reader)?),
            [0x05, 0xc8] => out.push(self.total(reader)?),
            [0x05, 0xe1] => push_water(reader, out)?,
            [0x85, 0x00] => {
                out.push(state(reader)?);
                out.fact("input_alarm", reader.u8()?);
            }
            [0x85, 0xe1] => {
                push_water(reader, out)?;
                out.fact("water_alarm", reader.u8()?);
            }
            [0x20, 0xce] => self.push_history(reader, out)?,
            [0x21, 0xce] => push_water_history(reader, out)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn total(&self, reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
        Ok(self.pulses.total(reader.u32_le()?, TWO_POW_32))
    }

    fn push_history(&self, reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
        let time = tlv::history_time(reader)?;
        out.push(temperature(reader)?.at(time));
        out.push(humidity(reader)?.at(time));
        let mode = reader.u8()?;
        let state = state(reader)?;
        let total = self.total(reader)?;
        match mode {
            1 => out.push(state.at(time)),
            2 => out.push(total.at(time)),
            _ => {}
        }
        Ok(())
    }
}

fn push_water_history(reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    let time = tlv::history_time(reader)?;
    out.push(temperature(reader)?.at(time));
    out.push(humidity(reader)?.at(time));
    let [_alarm, mode] = reader.array()?;
    let state = state(reader)?;
    reader.bytes(8)?;
    match mode {
        1 => out.push(state.at(time)),
        2 => out.warn(Warning::NotMapped("water of a history entry")),
        _ => {}
    }
    Ok(())
}

/// Water in a unit that only the device's own settings know: a fact, not an observation.
fn push_water(reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    out.fact("water_of_conversion", f64::from(reader.u16_le()?) / 10.0);
    out.fact("pulses_of_conversion", f64::from(reader.u16_le()?) / 10.0);
    let water = f64::from(reader.f32_le()?);
    if water.is_finite() {
        out.fact("water", water);
    }
    Ok(())
}

fn temperature(reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    Ok(Reading::number(P::AirTemperature, f64::from(reader.i16_le()?) / 10.0))
}

fn humidity(reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    Ok(Reading::number(P::RelativeHumidity, f64::from(reader.u8()?) / 2.0))
}

fn state(reader: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    Ok(Reading::number(P::DigitalInput, f64::from(reader.u8()?)))
}
