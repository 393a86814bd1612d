//! 64-bit identities of LoRaWAN: DevEUI and JoinEUI.

use std::{fmt, str::FromStr};

use crate::Truncated;

/// A device's identity, most significant byte first; never zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DevEui([u8; 8]);

/// The identity of a join server (AppEUI before LoRaWAN 1.0.4); zero is common and allowed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JoinEui([u8; 8]);

/// A text that is no EUI.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseEuiError {
    /// Not 16 hexadecimal digits.
    #[error("`{0}` is no EUI: expected 16 hexadecimal digits, found {1}")]
    Digits(Truncated, usize),
    /// A character that is neither a hexadecimal digit nor a separator.
    #[error("`{0}` is no EUI: `{1}` is no hexadecimal digit")]
    Character(Truncated, char),
    /// Sixteen zeros where a device must be named.
    #[error("a DevEUI of only zeros names no device")]
    Zero,
}

/// Reads 16 hexadecimal digits, most significant first; vendors print `-`, `:` and blanks between them.
fn parse(s: &str) -> Result<[u8; 8], ParseEuiError> {
    let mut bytes = [0_u8; 8];
    let mut n_digits = 0;
    for c in s.trim().chars().filter(|c| !matches!(c, '-' | ':' | ' ')) {
        let digit = c.to_digit(16).ok_or_else(|| ParseEuiError::Character(Truncated::new(s), c))?;
        if let Some(byte) = bytes.get_mut(n_digits / 2) {
            *byte = (*byte << 4) | u8::try_from(digit).unwrap_or_default();
        }
        n_digits += 1;
    }
    if n_digits == 16 { Ok(bytes) } else { Err(ParseEuiError::Digits(Truncated::new(s), n_digits)) }
}

impl DevEui {
    /// The eight bytes, most significant first.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }

    /// The identity as a number, as the store keeps it.
    pub const fn to_u64(self) -> u64 {
        u64::from_be_bytes(self.0)
    }
}

impl TryFrom<u64> for DevEui {
    type Error = ParseEuiError;

    fn try_from(n: u64) -> Result<Self, Self::Error> {
        if n == 0 { Err(ParseEuiError::Zero) } else { Ok(Self(n.to_be_bytes())) }
    }
}

impl FromStr for DevEui {
    type Err = ParseEuiError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bytes = parse(s)?;
        if bytes == [0; 8] { Err(ParseEuiError::Zero) } else { Ok(Self(bytes)) }
    }
}

impl FromStr for JoinEui {
    type Err = ParseEuiError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        parse(s).map(Self)
    }
}

impl fmt::Display for DevEui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Display for JoinEui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for DevEui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for JoinEui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for DevEui {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for DevEui {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_case_of_labels_do_not_matter() {
        let eui: DevEui = "A8-40-41-FF-FF-12-34-56".parse().unwrap();
        assert_eq!(eui, "a84041ffff123456".parse().unwrap());
        assert_eq!(eui.to_string(), "a84041ffff123456");
    }

    #[test]
    fn an_empty_text_is_no_eui() {
        assert_eq!("".parse::<DevEui>(), Err(ParseEuiError::Digits(Truncated::new(""), 0)));
    }

    #[test]
    fn seventeen_digits_are_refused() {
        assert!("a84041ffff1234567".parse::<DevEui>().is_err());
    }

    #[test]
    fn zero_is_a_join_eui_but_no_dev_eui() {
        assert_eq!("0000000000000000".parse::<DevEui>(), Err(ParseEuiError::Zero));
        assert!("0000000000000000".parse::<JoinEui>().is_ok());
    }
}
