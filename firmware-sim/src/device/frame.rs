//! One frame: its port, its bytes and what they mean.

use domain::{Channel, Missing, ObservedProperty, Value};

use crate::Observed;

/// An application frame before it goes on air.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frame {
    /// LoRaWAN application port.
    pub(crate) f_port: u8,
    /// Plain application payload.
    pub(crate) payload: Vec<u8>,
    /// What the payload says, at the payload's resolution.
    pub(crate) observed: Vec<Observed>,
}

impl Frame {
    pub(crate) fn new(f_port: u8, payload: Vec<u8>) -> Self {
        Self { f_port, payload, observed: Vec::new() }
    }

    /// Adds what the payload says, for a device's only channel of a property.
    #[must_use]
    pub(crate) fn says(self, property: ObservedProperty, value: impl Into<f64>) -> Self {
        self.says_on(Channel::MAIN, property, value)
    }

    /// Adds what the payload says on a channel.
    #[must_use]
    pub(crate) fn says_on(
        mut self,
        channel: Channel,
        property: ObservedProperty,
        value: impl Into<f64>,
    ) -> Self {
        self.observed.push(Observed { property, channel, value: Value::from(value.into()) });
        self
    }

    /// Adds that the payload marks a property as unavailable.
    #[must_use]
    pub(crate) fn lacks(mut self, property: ObservedProperty, why: Missing) -> Self {
        self.observed.push(Observed { property, channel: Channel::MAIN, value: Value::Missing(why) });
        self
    }
}

/// Rounds a physical value to a register that counts `steps` per unit.
#[expect(clippy::cast_possible_truncation, reason = "physical values times at most 1000 fit 32 bits")]
pub(crate) fn register(value: f64, steps: f64) -> i32 {
    (value * steps).round() as i32
}

/// The low bits of a register, as a counter or a two's complement field of that width shows them.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "wrapping is the register's nature"
)]
pub(crate) fn low16(register: i32) -> u16 {
    register as u16
}

/// A register limited to one unsigned byte.
pub(crate) fn byte(register: i32) -> u8 {
    u8::try_from(register.clamp(0, 255)).unwrap_or(u8::MAX)
}

/// A running total as an unsigned counter of `bits` bits shows it.
pub(crate) fn wrapped(total: u64, bits: u32) -> u32 {
    let mask = (1_u64 << bits) - 1;
    u32::try_from(total & mask).unwrap_or(u32::MAX)
}

/// A bit field payload, most significant bit first, without alignment.
#[derive(Debug, Default)]
pub(crate) struct Bits {
    bytes: Vec<u8>,
    used: usize,
}

impl Bits {
    /// Appends the low `width` bits of `value`.
    #[must_use]
    pub(crate) fn put(mut self, value: u32, width: u32) -> Self {
        for bit in (0..width).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut()
                && value >> bit & 1 == 1
            {
                *last |= 0x80 >> (self.used % 8);
            }
            self.used += 1;
        }
        self
    }

    /// Appends a measurement of which all ones mean "sensor error": it is limited to one less.
    #[must_use]
    pub(crate) fn put_measured(self, register: i32, width: u32) -> Self {
        self.put(limited(register, width), width)
    }

    /// Appends the mark for "sensor error".
    #[must_use]
    pub(crate) fn put_error(self, width: u32) -> Self {
        self.put(u32::MAX, width)
    }

    /// The bytes, the last one filled up with zeros.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// A register limited to what a bit field with all ones reserved can say.
pub(crate) fn limited(register: i32, width: u32) -> u32 {
    let largest = (1_u32 << width) - 2;
    u32::try_from(register.max(0)).unwrap_or(0).min(largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_written_most_significant_first_across_byte_borders() {
        let bytes = Bits::default().put(0b101, 3).put(0b1_1111_0000, 9).put(1, 4).into_bytes();
        assert_eq!(bytes, [0b1011_1111, 0b0000_0001]);
    }

    #[test]
    fn a_measured_value_is_never_all_ones() {
        assert_eq!(limited(600, 9), 510);
        assert_eq!(limited(-3, 9), 0);
        assert_eq!(Bits::default().put_error(9).put(0, 7).into_bytes(), [0xff, 0x80]);
    }

    #[test]
    fn a_counter_wraps_at_its_width() {
        assert_eq!(wrapped(65_535, 16), 65_535);
        assert_eq!(wrapped(65_536, 16), 0);
        assert_eq!(wrapped((1 << 24) + 5, 24), 5);
    }
}
