//! Spellings shared by the network servers' JSON.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// An instant as protobuf's JSON mapping writes it: 0, 3, 6 or 9 digits of a second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instant {
    pub(crate) at: Timestamp,
    /// `+00:00` (Rust's chrono) or `Z` (Go).
    pub(crate) suffix: &'static str,
}

impl Instant {
    /// Writes the text; at most 19 characters, 10 of a fraction and 6 of a suffix.
    fn write(self, text: &mut Ascii) {
        let t = TimeZone::UTC.to_datetime(self.at);
        let small = |n: i8| u32::from(n.unsigned_abs());
        for (n, width, separator) in [
            (u32::from(t.year().unsigned_abs()), 4, b'-'),
            (small(t.month()), 2, b'-'),
            (small(t.day()), 2, b'T'),
            (small(t.hour()), 2, b':'),
            (small(t.minute()), 2, b':'),
        ] {
            text.digits(n, width);
            text.push(separator);
        }
        text.digits(small(t.second()), 2);
        let nanos = t.subsec_nanosecond().unsigned_abs();
        let (fraction, width) = match nanos {
            0 => (0, 0),
            n if n % 1_000_000 == 0 => (n / 1_000_000, 3),
            n if n % 1_000 == 0 => (n / 1_000, 6),
            n => (n, 9),
        };
        if width > 0 {
            text.push(b'.');
            text.digits(fraction, width);
        }
        self.suffix.bytes().for_each(|byte| text.push(byte));
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = Ascii::default();
        self.write(&mut text);
        serializer.serialize_str(text.as_str())
    }
}

/// A short text built in place: every message has a dozen of them, and the formatting machinery would take half
/// of the time of a message.
#[derive(Clone, Copy, Debug)]
struct Ascii {
    bytes: [u8; 40],
    length: usize,
}

impl Default for Ascii {
    fn default() -> Self {
        Self { bytes: [0; 40], length: 0 }
    }
}

impl Ascii {
    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
        }
    }

    /// A number with leading zeros.
    fn digits(&mut self, number: u32, width: u32) {
        for place in (0..width).rev() {
            self.push(b'0' + (number / 10_u32.pow(place) % 10).to_le_bytes()[0]);
        }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

/// Bytes in base64 with padding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Base64<'a>(pub(crate) &'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Application payloads have at most 242 bytes, 324 characters.
        let mut text = [0_u8; 328];
        match STANDARD
            .encode_slice(self.0, &mut text)
            .ok()
            .and_then(|n| std::str::from_utf8(text.get(..n)?).ok())
        {
            Some(text) => serializer.serialize_str(text),
            None => serializer.serialize_str(&STANDARD.encode(self.0)),
        }
    }
}

/// A random UUID (version 4, RFC 9562).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Uuid(pub(crate) [u8; 16]);

impl Uuid {
    fn write(self, text: &mut Ascii) {
        let mut bytes = self.0;
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        for (place, byte) in bytes.into_iter().enumerate() {
            if matches!(place, 4 | 6 | 8 | 10) {
                text.push(b'-');
            }
            for digit in [byte >> 4, byte & 15] {
                text.push(b"0123456789abcdef"[usize::from(digit)]);
            }
        }
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = Ascii::default();
        self.write(&mut text);
        serializer.serialize_str(text.as_str())
    }
}

/// Anything by its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<T>(pub(crate) T);

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Whether a value is the default that protobuf's JSON mapping leaves out.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A part of many messages, written once.
pub(crate) fn prepared(part: &impl Serialize) -> Box<RawValue> {
    // Fails for what to_vec fails for.
    serde_json::value::to_raw_value(part).unwrap_or_default()
}

/// Writes JSON into a buffer of about the right size.
pub(crate) fn to_vec(message: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2048);
    // Serialisation into memory fails only for maps with keys that are no text, and there are none.
    if serde_json::to_writer(&mut bytes, message).is_err() {
        bytes.clear();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &impl Serialize) -> String {
        serde_json::from_slice(&to_vec(value)).unwrap()
    }

    fn written(at: &str) -> String {
        text(&Instant { at: at.parse().unwrap(), suffix: "+00:00" })
    }

    #[test]
    fn an_instant_has_as_many_digits_as_it_needs_in_threes() {
        assert_eq!(written("2025-07-21T12:13:20Z"), "2025-07-21T12:13:20+00:00");
        assert_eq!(written("2025-07-21T12:13:20.77Z"), "2025-07-21T12:13:20.770+00:00");
        assert_eq!(written("2025-07-21T12:13:20.775023Z"), "2025-07-21T12:13:20.775023+00:00");
        assert_eq!(written("2025-07-21T12:13:20.775023242Z"), "2025-07-21T12:13:20.775023242+00:00");
    }

    #[test]
    fn a_uuid_says_that_it_is_random() {
        assert_eq!(text(&Uuid([0xff; 16])), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(text(&Uuid([0; 16])), "00000000-0000-4000-8000-000000000000");
    }
}
