//! Reading JSON that different versions of a network server write differently.
//!
//! Protocol buffers in JSON allow a number as a string, `NaN` as a string, and leave out defaults; some
//! gateways add their own mistakes. [`Loose`] takes any JSON value, and each field says afterwards what
//! it needs. An odd value in a field nobody needs must not cost the measurement.

use std::{borrow::Cow, fmt};

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use domain::Truncated;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::EnvelopeProblem;

/// Any JSON value, kept if it is a text or a number.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Loose<'a> {
    /// Absent or `null`.
    #[default]
    Nothing,
    /// A text.
    Text(Cow<'a, str>),
    /// A number; exact up to 2^53.
    Number(f64),
    /// A boolean.
    Flag(bool),
    /// An array or object.
    Other,
}

impl Loose<'_> {
    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A finite number, also if written as text.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
        .filter(|n| n.is_finite())
    }

    /// A finite number in single precision.
    #[expect(clippy::cast_possible_truncation, reason = "signal strengths have few digits")]
    pub(super) fn number_f32(&self) -> Option<f32> {
        self.number().map(|n| n as f32)
    }

    /// A whole number of 32 bits; `None` where the field is absent, an error where it is something else.
    pub(super) fn u32(&self, field: &'static str) -> Result<Option<u32>, EnvelopeProblem> {
        if matches!(self, Self::Nothing) {
            return Ok(None);
        }
        match self.number() {
            Some(n) if n.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&n) =>
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "whole and in range, checked above"
                )]
                Ok(Some(n as u32))
            }
            _ => Err(EnvelopeProblem::Field {
                field,
                expected: "a whole number of 32 bits",
                found: self.describe(),
            }),
        }
    }

    /// Whether it says "true".
    pub(super) fn is_true(&self) -> bool {
        matches!(self, Self::Flag(true)) || self.text() == Some("true")
    }

    /// Whether there is any value at all.
    pub(super) fn is_some(&self) -> bool {
        !matches!(self, Self::Nothing)
    }

    /// The value for an error message.
    pub(super) fn describe(&self) -> Truncated {
        Truncated::new(&match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Text(text) => format!("\"{text}\""),
            Self::Number(n) => n.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Other => "an array or object".to_owned(),
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Loose<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Loose::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Loose::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Self::Value, E> {
        Ok(Loose::Number(n as f64))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Self::Value, E> {
        Ok(Loose::Number(n as f64))
    }

    fn visit_f64<E>(self, n: f64) -> Result<Self::Value, E> {
        Ok(Loose::Number(n))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Loose::Flag(flag))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Loose::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Other)
    }
}

/// Standard alphabet, padding optional; the URL-safe alphabet is mapped onto it first.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes base64 of either alphabet, with or without padding.
pub(super) fn base64(field: &'static str, text: &str) -> Result<Vec<u8>, EnvelopeProblem> {
    let decoded = if text.contains(['-', '_']) {
        BASE64.decode(text.replace('-', "+").replace('_', "/"))
    } else {
        BASE64.decode(text)
    };
    decoded.map_err(|source| EnvelopeProblem::Base64 { field, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loose(json: &str) -> Loose<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_number_may_be_written_as_text() {
        assert_eq!(loose("\"867100000\"").u32("f").unwrap(), Some(867_100_000));
        assert_eq!(loose("867100000").u32("f").unwrap(), Some(867_100_000));
        assert_eq!(loose("55.0").u32("f").unwrap(), Some(55));
    }

    #[test]
    fn an_absent_number_is_none_and_never_zero() {
        assert_eq!(loose("null").u32("f").unwrap(), None);
    }

    #[test]
    fn what_is_no_32_bit_number_is_refused_with_what_was_found() {
        for json in ["-1", "4294967296", "1.5", "\"x\"", "[]", "{}", "true"] {
            assert!(loose(json).u32("fCnt").is_err(), "{json}");
        }
        let message = loose("\"x\"").u32("fCnt").unwrap_err().to_string();
        assert_eq!(message, "`fCnt`: expected a whole number of 32 bits, found `\"x\"`");
    }

    #[test]
    fn not_a_number_is_no_number() {
        assert_eq!(loose("\"NaN\"").number(), None);
        assert_eq!(loose("\"Infinity\"").number(), None);
        assert_eq!(loose("-4.5").number(), Some(-4.5));
    }

    #[test]
    fn base64_is_read_with_and_without_padding_and_in_both_alphabets() {
        // RFC 4648, section 10: "fo" is Zm8=; 0xfb 0xff is -_8= in the URL-safe alphabet.
        assert_eq!(base64("data", "Zm8=").unwrap(), b"fo");
        assert_eq!(base64("data", "Zm8").unwrap(), b"fo");
        assert_eq!(base64("data", "+/8=").unwrap(), [0xfb, 0xff]);
        assert_eq!(base64("data", "-_8").unwrap(), [0xfb, 0xff]);
        assert!(base64("data", "Zm8*").is_err());
    }
}
