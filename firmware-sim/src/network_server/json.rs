//! Spellings shared by the network servers' JSON.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Serialize, Serializer};

/// An instant as protobuf's JSON mapping writes it: 0, 3, 6 or 9 digits of a second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instant {
    pub(crate) at: Timestamp,
    /// `+00:00` (Rust's chrono) or `Z` (Go).
    pub(crate) suffix: &'static str,
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = TimeZone::UTC.to_datetime(self.at);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            t.year(),
            t.month(),
            t.day(),
            t.hour(),
            t.minute(),
            t.second()
        )?;
        match t.subsec_nanosecond() {
            0 => {}
            nanos if nanos % 1_000_000 == 0 => write!(f, ".{:03}", nanos / 1_000_000)?,
            nanos if nanos % 1_000 == 0 => write!(f, ".{:06}", nanos / 1_000)?,
            nanos => write!(f, ".{nanos:09}")?,
        }
        f.write_str(self.suffix)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = u128::from_be_bytes(self.0);
        let bits = bits & !(0xf000 << 64 | 0xc000 << 48) | 0x4000 << 64 | 0x8000 << 48;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            bits >> 96,
            bits >> 80 & 0xffff,
            bits >> 64 & 0xffff,
            bits >> 48 & 0xffff,
            bits & 0xffff_ffff_ffff
        )
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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

    fn written(at: &str) -> String {
        Instant { at: at.parse().unwrap(), suffix: "+00:00" }.to_string()
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
        assert_eq!(Uuid([0xff; 16]).to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(Uuid([0; 16]).to_string(), "00000000-0000-4000-8000-000000000000");
    }
}
