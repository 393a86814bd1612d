//! The channel of a Thing: which of several like quantities a value belongs to.

use std::{fmt, str::FromStr};

/// A short key such as `ltr`, `cat2.rtl` or `3`; empty for the only channel of a property.
///
/// Held inline (no allocation), at most [`Channel::MAX_LEN`] bytes of `a-z`, `0-9`, `.`, `_`, `-`.
/// What people read ("stadteinwärts") is a name given to the channel, never the channel itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Channel {
    len: u8,
    bytes: [u8; Channel::MAX_LEN],
}

impl Channel {
    /// Longest channel key in bytes.
    pub const MAX_LEN: usize = 22;

    /// The only channel of its property on a Thing.
    pub const MAIN: Self = Self { len: 0, bytes: [0; Self::MAX_LEN] };

    /// Makes a channel from a literal; a wrong literal does not compile in `const` position.
    pub const fn literal(key: &'static str) -> Self {
        match Self::from_bytes(key.as_bytes()) {
            Some(channel) => channel,
            None => panic!("a channel literal has at most 22 characters of a-z 0-9 . _ -"),
        }
    }

    /// The channel of a numbered input, such as a Cayenne LPP channel.
    pub fn number(n: u8) -> Self {
        let digits = [n / 100, n / 10 % 10, n % 10];
        let skip = if n >= 100 {
            0
        } else if n >= 10 {
            1
        } else {
            2
        };
        let mut channel = Self::MAIN;
        for (slot, digit) in channel.bytes.iter_mut().zip(digits.iter().skip(skip)) {
            *slot = b'0' + digit;
            channel.len += 1;
        }
        channel
    }

    const fn from_bytes(key: &[u8]) -> Option<Self> {
        if key.len() > Self::MAX_LEN {
            return None;
        }
        let mut bytes = [0; Self::MAX_LEN];
        let mut i = 0;
        while i < key.len() {
            if !matches!(key[i], b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-') {
                return None;
            }
            bytes[i] = key[i];
            i += 1;
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 22, checked above")]
        Some(Self { len: key.len() as u8, bytes })
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// A text that is no channel key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no channel key: expected at most {max} characters of a-z 0-9 . _ -", max = Channel::MAX_LEN)]
pub struct ParseChannelError(pub crate::Truncated);

impl FromStr for Channel {
    type Err = ParseChannelError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::from_bytes(s.as_bytes()).ok_or_else(|| ParseChannelError(crate::Truncated::new(s)))
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl serde::Serialize for Channel {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_without_leading_zeros() {
        assert_eq!(Channel::number(0).as_str(), "0");
        assert_eq!(Channel::number(42).as_str(), "42");
        assert_eq!(Channel::number(255).as_str(), "255");
    }

    #[test]
    fn letters_outside_the_key_alphabet_are_refused() {
        assert!("stadteinwärts".parse::<Channel>().is_err());
        assert!("LTR".parse::<Channel>().is_err());
        assert!("a".repeat(23).parse::<Channel>().is_err());
        assert_eq!("cat2.rtl".parse::<Channel>().unwrap(), Channel::literal("cat2.rtl"));
    }
}
