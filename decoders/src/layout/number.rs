//! Numbers as a payload carries them.

use crate::DecodeError;

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumberType {
    pub(crate) kind: NumberKind,
    /// Bytes, 1 to 8.
    pub(crate) length: usize,
    pub(crate) order: ByteOrder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberKind {
    Unsigned,
    Signed,
    Float,
    /// Two decimal digits in each byte.
    Bcd,
}

/// Which byte comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    /// The most significant one.
    Big,
    /// The least significant one.
    Little,
}

/// Some bits of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BitField {
    pub(crate) lowest: u32,
    pub(crate) width: u32,
}

impl NumberType {
    /// Reads `u16`, `i24le`, `f32be`; without an order at the end that of the decoder.
    pub(crate) fn parse(text: &str, order: ByteOrder) -> Option<Self> {
        let (name, order) = match (text.strip_suffix("le"), text.strip_suffix("be")) {
            (Some(name), _) => (name, ByteOrder::Little),
            (_, Some(name)) => (name, ByteOrder::Big),
            _ => (text, order),
        };
        let (kind, length) = match name {
            "u8" => (NumberKind::Unsigned, 1),
            "u16" => (NumberKind::Unsigned, 2),
            "u24" => (NumberKind::Unsigned, 3),
            "u32" => (NumberKind::Unsigned, 4),
            "u40" => (NumberKind::Unsigned, 5),
            "u48" => (NumberKind::Unsigned, 6),
            "u64" => (NumberKind::Unsigned, 8),
            "i8" => (NumberKind::Signed, 1),
            "i16" => (NumberKind::Signed, 2),
            "i24" => (NumberKind::Signed, 3),
            "i32" => (NumberKind::Signed, 4),
            "i64" => (NumberKind::Signed, 8),
            "f32" => (NumberKind::Float, 4),
            "f64" => (NumberKind::Float, 8),
            _ => return None,
        };
        Some(Self { kind, length, order })
    }

    /// The number in these bytes, or `None` where they are no decimal digits.
    pub(crate) fn read(self, bytes: &[u8], bits: Option<BitField>) -> Option<f64> {
        let whole = || {
            let shift_in = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
            match self.order {
                ByteOrder::Big => bytes.iter().fold(0, shift_in),
                ByteOrder::Little => bytes.iter().rev().fold(0, shift_in),
            }
        };
        match self.kind {
            NumberKind::Unsigned | NumberKind::Signed => {
                let all = u32::try_from(self.length).unwrap_or(8).saturating_mul(8);
                let field = bits.unwrap_or(BitField { lowest: 0, width: all });
                Some(field.read(whole(), self.kind == NumberKind::Signed))
            }
            NumberKind::Float => match self.length {
                4 => {
                    let word = u32::try_from(whole()).unwrap_or_default();
                    // The shortest decimal that is this f32: 21.8, not 21.799999237060547.
                    f32::from_bits(word).to_string().parse().ok()
                }
                _ => Some(f64::from_bits(whole())),
            },
            NumberKind::Bcd => {
                let digits = match self.order {
                    ByteOrder::Big => hex::encode(bytes),
                    ByteOrder::Little => hex::encode(bytes.iter().rev().copied().collect::<Vec<_>>()),
                };
                digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
            }
        }
    }
}

impl BitField {
    fn read(self, number: u64, is_signed: bool) -> f64 {
        let above = 64_u32.saturating_sub(self.lowest.saturating_add(self.width));
        let drop = 64_u32.saturating_sub(self.width);
        let moved = number.checked_shl(above).unwrap_or(0);
        if is_signed {
            moved.cast_signed().checked_shr(drop).unwrap_or(0) as f64
        } else {
            moved.checked_shr(drop).unwrap_or(0) as f64
        }
    }
}

/// The bytes of a part of a payload, counted from its begin or, where negative, from its end; offsets in errors are those of
/// the payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) payload: &'a [u8],
    pub(crate) begin: usize,
    pub(crate) end: usize,
}

impl<'a> Part<'a> {
    /// The place of byte `at` in the payload.
    pub(crate) fn place(&self, at: i32) -> Result<usize, DecodeError> {
        let distance = usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX);
        if at >= 0 {
            return Ok(self.begin.saturating_add(distance));
        }
        let place = self.end.checked_sub(distance).filter(|place| *place >= self.begin);
        place.ok_or_else(|| self.too_short(distance))
    }

    pub(crate) fn bytes(&self, from: usize, length: usize) -> Result<&'a [u8], DecodeError> {
        let to = from.saturating_add(length);
        let bytes = if to > self.end { None } else { self.payload.get(from..to) };
        bytes.ok_or_else(|| self.too_short(to.saturating_sub(self.begin)))
    }

    /// The error of a part that has less than `needed` bytes.
    fn too_short(&self, needed: usize) -> DecodeError {
        let expected = self.begin.saturating_add(needed);
        if self.end >= self.payload.len() {
            return DecodeError::TooShort { expected, found: self.payload.len() };
        }
        DecodeError::BlockTooShort { expected, end: self.end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, bytes: &[u8]) -> Option<f64> {
        NumberType::parse(name, ByteOrder::Big).unwrap().read(bytes, None)
    }

    #[test]
    fn numbers_have_order_and_sign() {
        assert_eq!(read("u16", &[1, 2]), Some(258.0));
        assert_eq!(read("u16le", &[1, 2]), Some(513.0));
        assert_eq!(read("i24", &[0xff, 0xff, 0xfe]), Some(-2.0));
        assert_eq!(read("i32le", &[0xff, 0xff, 0xff, 0x7f]), Some(2_147_483_647.0));
        assert_eq!(read("u64", &[0, 0, 0, 1, 0, 0, 0, 0]), Some(4_294_967_296.0));
        assert_eq!(read("f32", &[0x41, 0xae, 0x66, 0x66]), Some(21.8));
        assert_eq!(NumberType::parse("u17", ByteOrder::Big), None);
    }

    #[test]
    fn bits_are_cut_out_of_the_number_with_their_own_sign() {
        let of = |name, lowest, width| {
            let field = Some(BitField { lowest, width });
            NumberType::parse(name, ByteOrder::Big).unwrap().read(&[0b1011_0110, 0b0000_1111], field)
        };
        assert_eq!(of("u16", 0, 4), Some(15.0));
        assert_eq!(of("u16", 12, 4), Some(11.0));
        assert_eq!(of("i16", 12, 4), Some(-5.0));
        assert_eq!(of("u16", 15, 1), Some(1.0));
    }

    #[test]
    fn decimal_digits_are_read_as_they_stand() {
        let bcd = NumberType { kind: NumberKind::Bcd, length: 3, order: ByteOrder::Little };
        assert_eq!(bcd.read(&[0x56, 0x34, 0x12], None), Some(123_456.0));
        assert_eq!(bcd.read(&[0x5a, 0x34, 0x12], None), None);
    }
}
