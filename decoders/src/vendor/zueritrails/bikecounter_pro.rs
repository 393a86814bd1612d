//! `ZüriTrails BikeCounter Pro`: bicycle counter for trails, each passage with its minute.
//!
//! | byte | content |
//! |---|---|
//! | 0 | passages, u8 |
//! | 1 | software version in the low half, hardware version in the high half |
//! | 2 | bits 0-2 status (7: the device asks for the time), bits 3-7 battery: 3 V + n * 1.5/31 V |
//! | 3 | bits 0-4 temperature: -20 deg C + n * 70/31, bits 5-7 humidity: n * 100/7 % |
//! | 4 | bits 0-2 time span (0: 1 h, then 2, 4, 8 and 17 h), bits 3-7 hour of the day it began, UTC |
//! | 5-7 | from software 1 on: minutes since 2022-01-01 UTC, u24, little-endian |
//! | rest | minute of each passage after that hour, 6, 7, 8, 9 or 10 bits by time span, lowest bit first |
//!
//! Passages of one minute are one count. Without a passage the count is 0.
//!
//! The maker's own decoder keeps the minutes in signed bytes, so that all from 128 on are wrong, and dates them by
//! the day of the server.
//!
//! Source: guidosch/bikecounter, `software/TTN/payloadFormatter_uplink.js` (CC0-1.0).

use domain::{DeviceTime, ObservedProperty as P, Reading};
use jiff::{SignedDuration, Timestamp, civil::Time, tz::TimeZone};

use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError, params::Settings, profile::Device, reader::Reader,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[];

/// 2022-01-01T00:00:00Z.
const EPOCH: i64 = 1_640_995_200;
/// The device asks for the time and has nothing to tell.
const ASKS_FOR_TIME: u8 = 7;

#[derive(Debug)]
pub(crate) struct BikeCounterPro;

impl Device for BikeCounterPro {
    fn new(_settings: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, _f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        let mut reader = Reader::new(payload);
        let passages = usize::from(reader.u8()?);
        let versions = reader.u8()?;
        let (status, battery) = split(reader.u8()?, 3);
        let (temperature, humidity) = split(reader.u8()?, 5);
        let (span, hour) = split(reader.u8()?, 3);
        if span > 4 {
            return Err(DecodeError::WrongType {
                offset: 4,
                expected: "a time span of 0 to 4".into(),
                found: span,
            });
        }
        if hour > 23 {
            return Err(DecodeError::WrongType { offset: 4, expected: "an hour to 23".into(), found: hour });
        }
        let sent_at = if versions & 15 > 0 { Some(read_time(&mut reader)?) } else { None };
        let width = usize::from(span).saturating_add(6);
        let packed = reader.bytes(passages.saturating_mul(width).div_ceil(8))?;
        reader.finish()?;

        let begin = Begin { hour, at: sent_at.and_then(|sent_at| last_at(hour, sent_at)) };
        let mut minutes: Vec<u16> = (0..passages).map(|n| minute(packed, n, width)).collect();
        minutes.sort_unstable();
        for same in minutes.chunk_by(|a, b| a == b) {
            let count = f64::from(u8::try_from(same.len()).unwrap_or(u8::MAX));
            let after = same.first().copied().unwrap_or(0);
            out.push(Reading::number(P::BicycleCount, count).at(begin.plus(after)));
        }
        if passages == 0 && status != ASKS_FOR_TIME {
            out.value(P::BicycleCount, 0.0);
        }
        out.value(P::BatteryVoltage, rounded(3.0 + f64::from(battery) * 1.5 / 31.0, 100.0));
        out.value(P::DeviceTemperature, rounded(f64::from(temperature) * 70.0 / 31.0 - 20.0, 10.0));
        out.fact("housing_humidity_percent", rounded(f64::from(humidity) * 100.0 / 7.0, 10.0));
        out.fact("software_version", versions & 15);
        out.fact("hardware_version", versions >> 4);
        out.fact("status", status);
        out.fact("time_span", span);
        Ok(())
    }
}

/// When the minutes of the passages begin.
struct Begin {
    hour: u8,
    /// Known if the device sends its time.
    at: Option<Timestamp>,
}

impl Begin {
    fn plus(&self, minutes: u16) -> DeviceTime {
        let after = SignedDuration::from_mins(minutes.into());
        if let Some(at) = self.at.and_then(|at| at.checked_add(after).ok()) {
            return DeviceTime::At(at);
        }
        let of_day = u16::from(self.hour).saturating_mul(60).saturating_add(minutes) % 1440;
        let part = |n: u16| u8::try_from(n).unwrap_or(0);
        DeviceTime::ClockTime { hour: part(of_day / 60), minute: part(of_day % 60) }
    }
}

/// The low `bits` of a byte and the rest.
const fn split(byte: u8, bits: u32) -> (u8, u8) {
    (byte & !(u8::MAX << bits), byte >> bits)
}

fn read_time(reader: &mut Reader<'_>) -> Result<Timestamp, DecodeError> {
    let [a, b, c] = reader.array()?;
    let minutes = i64::from(u32::from_le_bytes([a, b, c, 0]));
    Ok(Timestamp::from_second(minutes.saturating_mul(60).saturating_add(EPOCH)).unwrap_or_default())
}

/// The last time before `until` that the clock showed this hour, UTC.
fn last_at(hour: u8, until: Timestamp) -> Option<Timestamp> {
    let day = until.to_zoned(TimeZone::UTC).date();
    let time = Time::new(i8::try_from(hour).ok()?, 0, 0, 0).ok()?;
    let at = |date: jiff::civil::Date| Some(date.to_datetime(time).to_zoned(TimeZone::UTC).ok()?.timestamp());
    let today = at(day)?;
    if today <= until { Some(today) } else { at(day.yesterday().ok()?) }
}

/// The number of a passage, its lowest bit first.
fn minute(packed: &[u8], index: usize, width: usize) -> u16 {
    let first = index.saturating_mul(width);
    (0..width).rev().fold(0, |minute, bit| {
        let bit = first.saturating_add(bit);
        let byte = packed.get(bit >> 3).copied().unwrap_or(0);
        minute << 1 | u16::from(byte >> (bit & 7) & 1)
    })
}

fn rounded(value: f64, power: f64) -> f64 {
    (value * power).round() / power
}
