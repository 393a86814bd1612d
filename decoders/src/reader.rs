//! Checked cursors over a payload: whole bytes, and bit fields with the most significant bit first.

use crate::DecodeError;

/// Reads whole bytes from the front; every read either moves on or says what is missing.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    payload: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(payload: &'a [u8]) -> Self {
        Self { payload, at: 0 }
    }

    /// A reader that begins at a byte behind the first one.
    pub(crate) const fn from(payload: &'a [u8], at: usize) -> Self {
        Self { payload, at }
    }

    /// The byte read next, counted from 0.
    pub(crate) const fn offset(&self) -> usize {
        self.at
    }

    /// The whole payload, read or not.
    pub(crate) const fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// What is left to read.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.payload.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest().is_empty()
    }

    /// Refuses a payload that goes on.
    pub(crate) fn finish(&self) -> Result<(), DecodeError> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(DecodeError::WrongLength { expected: self.at, found: self.payload.len() })
        }
    }

    pub(crate) fn bytes(&mut self, n: usize) -> Result<&'a [u8], DecodeError> {
        let end = self.at.saturating_add(n);
        let bytes = self
            .payload
            .get(self.at..end)
            .ok_or(DecodeError::TooShort { expected: end, found: self.payload.len() })?;
        self.at = end;
        Ok(bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let end = self.at.saturating_add(N);
        let bytes = self
            .rest()
            .first_chunk()
            .ok_or(DecodeError::TooShort { expected: end, found: self.payload.len() })?;
        self.at = end;
        Ok(*bytes)
    }

    /// Reads one byte that can only have one value.
    pub(crate) fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), DecodeError> {
        let (offset, expected) = (self.at, expected.into());
        match self.u8()? {
            found if found == byte => Ok(()),
            found => Err(DecodeError::WrongType { offset, expected, found }),
        }
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn i8(&mut self) -> Result<i8, DecodeError> {
        self.array().map(i8::from_be_bytes)
    }

    pub(crate) fn u16_be(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn i16_be(&mut self) -> Result<i16, DecodeError> {
        self.array().map(i16::from_be_bytes)
    }

    pub(crate) fn u24_be(&mut self) -> Result<u32, DecodeError> {
        self.array().map(|[a, b, c]| u32::from_be_bytes([0, a, b, c]))
    }

    pub(crate) fn i24_be(&mut self) -> Result<i32, DecodeError> {
        // The sign sits in the top bit of the first byte: shifting back carries it down.
        self.array().map(|[a, b, c]| i32::from_be_bytes([a, b, c, 0]) >> 8)
    }

    pub(crate) fn u32_be(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn i32_be(&mut self) -> Result<i32, DecodeError> {
        self.array().map(i32::from_be_bytes)
    }

    pub(crate) fn u16_le(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn i16_le(&mut self) -> Result<i16, DecodeError> {
        self.array().map(i16::from_le_bytes)
    }

    pub(crate) fn u32_le(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn i32_le(&mut self) -> Result<i32, DecodeError> {
        self.array().map(i32::from_le_bytes)
    }

    pub(crate) fn f32_le(&mut self) -> Result<f32, DecodeError> {
        self.array().map(f32::from_le_bytes)
    }
}

/// Reads bit fields from the most significant bit of the first byte on, across byte borders.
#[derive(Clone, Debug)]
pub(crate) struct Bits<'a> {
    payload: &'a [u8],
    at_bit: usize,
}

impl<'a> Bits<'a> {
    pub(crate) const fn new(payload: &'a [u8]) -> Self {
        Self { payload, at_bit: 0 }
    }

    /// Reads a field of at most 31 bits.
    pub(crate) fn field(&mut self, width: u32) -> Result<u32, DecodeError> {
        let mut field = 0_u32;
        for _ in 0..width {
            let byte = self.payload.get(self.at_bit >> 3).ok_or(DecodeError::TooShort {
                expected: (self.at_bit >> 3).saturating_add(1),
                found: self.payload.len(),
            })?;
            field = field << 1 | u32::from(byte << (self.at_bit & 7) >> 7);
            self.at_bit = self.at_bit.saturating_add(1);
        }
        Ok(field)
    }

    /// Reads a field of which all bits set mean "no value".
    pub(crate) fn measurand(&mut self, width: u32) -> Result<Option<f64>, DecodeError> {
        let field = self.field(width)?;
        let none = u32::MAX.checked_shr(32_u32.saturating_sub(width)).unwrap_or(0);
        Ok((field != none).then_some(f64::from(field)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_past_the_end_says_how_long_the_payload_should_be() {
        let mut reader = Reader::new(&[1, 2, 3]);
        assert_eq!(reader.u16_be(), Ok(0x0102));
        assert_eq!(reader.u16_be(), Err(DecodeError::TooShort { expected: 4, found: 3 }));
        assert_eq!(reader.u8(), Ok(3), "a failed read does not move on");
    }

    #[test]
    fn twenty_four_bits_keep_their_sign() {
        assert_eq!(Reader::new(&[0xff, 0xff, 0xff]).i24_be(), Ok(-1));
        assert_eq!(Reader::new(&[0x7f, 0xff, 0xff]).i24_be(), Ok(8_388_607));
        assert_eq!(Reader::new(&[0xff, 0xff, 0xff]).u24_be(), Ok(16_777_215));
    }

    #[test]
    fn bit_fields_cross_byte_borders() {
        let mut bits = Bits::new(&[0b0110_1111, 0b0001_1001]);
        assert_eq!(bits.field(2), Ok(0b01));
        assert_eq!(bits.field(5), Ok(0b10111));
        assert_eq!(bits.field(9), Ok(0b1_0001_1001));
        assert_eq!(bits.field(1), Err(DecodeError::TooShort { expected: 3, found: 2 }));
    }

    #[test]
    fn all_ones_are_no_measurand() {
        let mut bits = Bits::new(&[0b1111_1110]);
        assert_eq!(bits.measurand(5), Ok(None));
        assert_eq!(bits.measurand(3), Ok(Some(6.0)));
    }
}
