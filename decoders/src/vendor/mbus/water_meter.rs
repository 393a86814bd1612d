//! Water meters that speak M-Bus (EN 13757-3), unencrypted.
//!
//! A payload begins with the kind of its header:
//!
//! * `78`: none;
//! * `7a`: access number u8, status u8, configuration u16;
//! * `72`: number, maker, version and medium of the meter (8 bytes), then the same.
//!
//! Then follow records, see [`Record`](super::record::Record). All is little-endian. A record with a storage number is of the time that the record
//! with a time and the same storage number says; a stored value without its time is left out.
//!
//! The clock of a meter has no time zone. It mostly shows UTC or the standard time of its country, which only the
//! operator knows: `clock_offset_min`.
//!
//! What is neither volume, flow, temperature nor time becomes a fact named by its code.
//!
//! Source: EN 13757-3:2018, tables 4 to 15 and annexes A and F; Open Metering System specification, volume 2.

use domain::{Channel, DeviceTime, Missing, ObservedProperty as P, Reading, Value};
use jiff::{SignedDuration, Timestamp};

use super::{
    profile::Profile,
    record::{Data, Function, Record, read_records},
};
use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError, Warning, params::Settings, profile::Device, reader::Reader,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[&CLOCK_OFFSET];

static CLOCK_OFFSET: ParamInfo = ParamInfo::of_decoder(
    "clock_offset_min",
    Some("0"),
    "whole minutes from -720 to 840, such as 60",
    "how far the clock of the meter is ahead of UTC: 60 where it shows Central European standard time",
);

const MAXIMUM: Channel = Channel::literal("max");
const MINIMUM: Channel = Channel::literal("min");

/// Status of the header: the battery is low.
const BATTERY_LOW: u8 = 0b100;

#[derive(Debug)]
pub(crate) struct WaterMeter {
    /// `None`: not given, UTC is assumed.
    clock_offset: Option<SignedDuration>,
}

impl Device for WaterMeter {
    fn new(settings: &Settings<'_>) -> Result<Self, ProfileError> {
        let clock_offset = settings.choice(&CLOCK_OFFSET, |text| {
            let minutes = text.parse::<i64>().ok().filter(|minutes| (-720..=840).contains(minutes))?;
            Some(SignedDuration::from_mins(minutes))
        })?;
        Ok(Self { clock_offset })
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        let mut reader = Reader::new(payload);
        read_header(&mut reader, out)?;
        let records = read_records(&mut reader, out)?;
        let times = self.times(&records);
        if !times.is_empty() && self.clock_offset.is_none() {
            out.warn(Warning::DefaultParameter { key: CLOCK_OFFSET.key.clone(), value: "0".into() });
        }
        for record in &records {
            push(record, &records, &times, out);
        }
        Ok(())
    }
}

impl WaterMeter {
    /// The time of each storage number.
    fn times(&self, records: &[Record<'_>]) -> Vec<(u64, Timestamp)> {
        let offset = self.clock_offset.unwrap_or_default();
        let time = |record: &Record<'_>| {
            let at = record.time()?.checked_sub(offset).ok()?;
            Some((record.storage, at))
        };
        records.iter().filter_map(time).collect()
    }
}

/// Adds what a record says.
fn push(record: &Record<'_>, records: &[Record<'_>], times: &[(u64, Timestamp)], out: &mut Decoded) {
    if record.is_time() {
        return;
    }
    let (Some(quantity), false) = (quantity(record.vif), record.is_of_part()) else {
        push_fact(record, out);
        return;
    };
    let time = times.iter().find(|(storage, _)| *storage == record.storage).map(|(_, time)| *time);
    let channel = match record.function {
        Function::Instantaneous | Function::Error => Channel::MAIN,
        Function::Maximum => MAXIMUM,
        Function::Minimum => MINIMUM,
    };
    let reading = |raw: Option<f64>| {
        let value = match raw {
            Some(raw) if record.function != Function::Error => Value::Number(quantity.of(raw)),
            _ => Value::Missing(Missing::SensorError),
        };
        Reading::new(quantity.property, value).on(channel)
    };
    match (record.vifes, &record.data) {
        ([], Data::Number(raw)) => match (time, record.storage) {
            (Some(time), _) => out.push(reading(*raw).at(DeviceTime::At(time))),
            (None, 0) => out.push(reading(*raw)),
            (None, _) => out.warn(Warning::NotMapped("a stored value without its time")),
        },
        ([super::profile::INVERSE], Data::Bytes(bytes)) => {
            let base =
                records.iter().find(|base| base.is_base_of(record)).and_then(|base| base.data.number());
            let (Some(profile), Some(base), Some(time)) = (Profile::new(bytes), base, time) else {
                out.warn(Warning::NotMapped("a series of stored values without its first value and time"));
                return;
            };
            let entries: Vec<_> = profile.backwards(base, time).collect();
            // Old values first, as a meter counts.
            for (value, time) in entries.into_iter().rev() {
                out.push(reading(value).at(DeviceTime::At(time)));
            }
        }
        _ => push_fact(record, out),
    }
}

/// Keeps what has no observed property here under its code.
fn push_fact(record: &Record<'_>, out: &mut Decoded) {
    let first = if record.vifes.is_empty() { record.vif } else { record.vif | 0x80 };
    let mut key = format!("mbus_{first:02x}{}", hex::encode(record.vifes));
    if record.storage > 0 {
        key = format!("{key}_storage{}", record.storage);
    }
    if out.device.iter().any(|(known, _)| *known == key) {
        return;
    }
    match &record.data {
        Data::Number(Some(number)) => out.fact(key, *number),
        Data::Bytes(bytes) => out.fact(key, hex::encode(bytes)),
        Data::Number(None) => {}
    }
}

fn read_header(reader: &mut Reader<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    let expected = "0x72, 0x78 or 0x7a, an M-Bus header";
    match reader.u8()? {
        0x78 => return Ok(()),
        0x72 => {
            let [a, b, c, d] = reader.array()?;
            out.fact("meter_id", hex::encode([d, c, b, a]));
            out.fact("maker_code", reader.u16_le()?);
            out.fact("meter_version", reader.u8()?);
            out.fact("medium", reader.u8()?);
        }
        0x7a => {}
        found => return Err(DecodeError::WrongType { offset: 0, expected: expected.into(), found }),
    }
    out.fact("access_number", reader.u8()?);
    let status = reader.u8()?;
    out.fact("status", status);
    out.fact("battery_low", u8::from(status & BATTERY_LOW != 0));
    let offset = reader.offset().saturating_add(1);
    let [_, mode] = reader.array()?;
    if mode & 0x1f != 0 {
        return Err(DecodeError::WrongType {
            offset,
            expected: "0x00, a payload that is not encrypted once more".into(),
            found: mode,
        });
    }
    Ok(())
}

/// What a code measures: `raw * times / by`.
struct Quantity {
    property: P,
    times: f64,
    by: f64,
}

impl Quantity {
    fn of(&self, raw: f64) -> f64 {
        raw * self.times / self.by
    }
}

fn quantity(vif: u8) -> Option<Quantity> {
    let power = |digits: u8, property: P, by: f64| {
        let times = 10_f64.powi(i32::from(digits));
        Some(Quantity { property, times, by })
    };
    match vif {
        0x10..=0x17 => power(vif & 7, P::WaterVolumeTotal, 1e6),
        0x38..=0x3f => power(vif & 7, P::FlowRate, 1e6),
        0x58..=0x5b => power(vif & 3, P::WaterTemperature, 1e3),
        0x64..=0x67 => power(vif & 3, P::DeviceTemperature, 1e3),
        _ => None,
    }
}
