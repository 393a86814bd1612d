//! The time a meter says: "type F" of EN 13757-3, annex A.
//!
//! Byte 0: bits 0-5 minute, bit 7 invalid; byte 1: bits 0-4 hour, bits 5-6 century after 1900, bit 7 summer time;
//! byte 2: bits 0-4 day, bits 5-7 the low bits of the year; byte 3: bits 0-3 month, bits 4-7 the high bits of the year.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

/// The standard time such bytes show, as if it were UTC. Years up to 80 without a century are of this one; in summer time
/// the clock is an hour ahead.
pub(super) fn standard_time([minute, hour, day, month]: [u8; 4]) -> Option<Timestamp> {
    if minute & 0x80 != 0 {
        return None;
    }
    let year = i16::from(day >> 5 | month >> 4 << 3);
    let year = match i16::from(hour >> 5 & 3) {
        0 if year <= 80 => year.checked_add(2000)?,
        century => century.checked_mul(100)?.checked_add(1900)?.checked_add(year)?,
    };
    let part = |byte: u8| i8::try_from(byte).ok();
    let (month, day) = (part(month & 15)?, part(day & 31)?);
    let shown = DateTime::new(year, month, day, part(hour & 31)?, part(minute & 63)?, 0, 0).ok()?;
    let ahead = SignedDuration::from_hours(i64::from(hour >> 7));
    shown.to_zoned(TimeZone::UTC).ok()?.timestamp().checked_sub(ahead).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(bytes: [u8; 4]) -> Option<String> {
        standard_time(bytes).map(|time| time.to_string())
    }

    #[test]
    fn a_meter_shows_minute_hour_day_month_and_year() {
        // 42 min; 13 h of the century after 1900 + 100; day 19; June 24.
        assert_eq!(time([0x2a, 0x2d, 0x13, 0x36]).as_deref(), Some("2024-06-19T13:42:00Z"));
        assert_eq!(time([0x2a, 0x0d, 0x13, 0x36]).as_deref(), Some("2024-06-19T13:42:00Z"), "no century");
        assert_eq!(time([0x2a, 0xad, 0x13, 0x36]).as_deref(), Some("2024-06-19T12:42:00Z"), "summer time");
    }

    #[test]
    fn a_time_marked_as_invalid_or_without_a_day_is_none() {
        assert_eq!(time([0xaa, 0x2d, 0x13, 0x36]), None);
        assert_eq!(time([0x2a, 0x2d, 0x00, 0x30]), None);
    }
}
