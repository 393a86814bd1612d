//! Water meters that speak M-Bus (EN 13757-3), unencrypted.
//!
//! A payload begins with the kind of its header:
//!
//! * `78`: none;
//! * `7a`: access number u8, status u8, configuration u16;
//! * `72`: number, maker, version and medium of the meter (8 bytes), then the same.
//!
//! Then follow records. One with a storage number is of the time that the record with a time and the same storage number
//! says; a stored value without its time is left out.
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
    Function, Quantity, Record, clock,
    profile::{INVERSE, Profile},
    read_record,
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
            let bytes = record.data.try_into().ok().filter(|_| record.quantity == Quantity::DateTime)?;
            Some((record.storage, clock::standard_time(bytes)?.checked_sub(offset).ok()?))
        };
        records.iter().filter_map(time).collect()
    }
}

/// Reads all records; what comes after one that cannot be read is reported.
fn read_records<'a>(reader: &mut Reader<'a>, out: &mut Decoded) -> Result<Vec<Record<'a>>, DecodeError> {
    let mut records = Vec::new();
    let first = reader.offset();
    if reader.is_empty() {
        return Err(DecodeError::TooShort { expected: first.saturating_add(1), found: first });
    }
    while !reader.is_empty() {
        let begin = reader.offset();
        match read_record(reader) {
            Ok(record) => records.extend(record),
            Err(error) if begin == first => return Err(error),
            Err(error) => {
                out.warn(Warning::about_rest(error, begin, reader.payload()));
                break;
            }
        }
    }
    Ok(records)
}

/// Adds what a record says.
fn push(record: &Record<'_>, records: &[Record<'_>], times: &[(u64, Timestamp)], out: &mut Decoded) {
    let series_of = records.iter().find(|base| is_series(record, base));
    let kind = series_of.unwrap_or(record);
    if kind.quantity == Quantity::DateTime {
        return;
    }
    let property = property(kind.quantity).filter(|_| record.tariff == 0 && record.subunit == 0);
    let Some(property) = property else {
        push_fact(record, out);
        return;
    };
    let channel = match record.function {
        Function::Instantaneous | Function::InError => Channel::MAIN,
        Function::Maximum => MAXIMUM,
        Function::Minimum => MINIMUM,
    };
    let reading = |value: Option<f64>| {
        let value = match value {
            Some(value) if record.function != Function::InError => Value::Number(value),
            _ => Value::Missing(Missing::SensorError),
        };
        let reading = Reading::new(property, value).on(channel);
        match kind.wraps_at.filter(|_| property == P::WaterVolumeTotal) {
            // A series of differences may lead to where the digits of the meter do not.
            Some(limit) if value.as_number().is_some_and(|total| (0.0..limit).contains(&total)) => {
                reading.wrapping_at(limit)
            }
            _ => reading,
        }
    };
    let time = times.iter().find(|(storage, _)| *storage == record.storage).map(|(_, time)| *time);
    if let Some(base) = series_of {
        let (Some(profile), Some(newest), Some(time)) = (Profile::new(record.data), base.number, time) else {
            out.warn(Warning::NotMapped("a series of stored values without its first value or its time"));
            return;
        };
        let entries: Vec<_> = profile.backwards(newest, time).collect();
        // Old values first, as a meter counts.
        for (number, time) in entries.into_iter().rev() {
            out.push(reading(number.map(|n| base.scaled(n))).at(DeviceTime::At(time)));
        }
        return;
    }
    match (time, record.storage) {
        (Some(time), _) => out.push(reading(record.value).at(DeviceTime::At(time))),
        (None, 0) => out.push(reading(record.value)),
        (None, _) => out.warn(Warning::NotMapped("a stored value without its time")),
    }
}

/// Whether a record is a series of older values of what `base` is the newest of.
fn is_series(record: &Record<'_>, base: &Record<'_>) -> bool {
    let place = |record: &Record<'_>| (record.storage, record.function, record.tariff, record.subunit);
    let is_of = match (record.code, base.code) {
        ([first, INVERSE], [vif]) => first & 0x7f == *vif,
        _ => false,
    };
    is_of && place(record) == place(base)
}

/// Keeps what has no observed property here under its code.
fn push_fact(record: &Record<'_>, out: &mut Decoded) {
    let mut key = format!("mbus_{}", hex::encode(record.code));
    for (word, number) in
        [("storage", record.storage), ("tariff", record.tariff), ("subunit", record.subunit)]
    {
        if number > 0 {
            key = format!("{key}_{word}{number}");
        }
    }
    if out.device.iter().any(|(known, _)| *known == key) {
        return;
    }
    match record.number {
        Some(number) => out.fact(key, number),
        None => out.fact(key, hex::encode(record.data)),
    }
}

const fn property(quantity: Quantity) -> Option<P> {
    match quantity {
        Quantity::Volume => Some(P::WaterVolumeTotal),
        Quantity::Flow => Some(P::FlowRate),
        Quantity::FlowTemperature => Some(P::WaterTemperature),
        Quantity::ExternalTemperature => Some(P::DeviceTemperature),
        _ => None,
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
