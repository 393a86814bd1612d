//! The framing all Decentlab devices share, "protocol version 2".
//!
//! Byte 0 is the version, bytes 1-2 the device id, bytes 3-4 flags; then follows, for every flag from the
//! lowest bit on, one block of big-endian 16-bit words. A block is left out when its sensor is unplugged or
//! has failed, so a frame with nothing but the battery is normal. There is no length and no checksum: the
//! only check is that the length fits the flags. The port does not matter.
//!
//! Source: Decentlab data sheets, "payload format", and decentlab/decentlab-decoders (MIT).

use domain::{Missing, ObservedProperty, Reading, Value};

use crate::{DecodeError, Decoded, reader::Reader};

/// A frame whose length fits its flags.
pub(super) struct Frame<'a> {
    flags: u16,
    words_of_block: &'static [usize],
    body: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Checks the frame of a device with these blocks (words each) and notes the device id.
    pub(super) fn parse(
        payload: &'a [u8],
        words_of_block: &'static [usize],
        out: &mut Decoded,
    ) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(payload);
        reader.expect(2, "2, the protocol version")?;
        let device_id = reader.u16_be()?;
        let [high, low] = reader.array()?;
        let flags = u16::from_be_bytes([high, low]);
        if flags.checked_shr(u32::try_from(words_of_block.len()).unwrap_or(u32::MAX)).unwrap_or(0) != 0 {
            let (offset, found) = if high == 0 { (4, low) } else { (3, high) };
            return Err(DecodeError::WrongType {
                offset,
                expected: "no flag beyond the blocks of the model",
                found,
            });
        }
        out.fact("device_id", device_id);
        let frame = Self { flags, words_of_block, body: reader.rest() };
        let expected = frame.offset_of(words_of_block.len()).saturating_add(reader.offset());
        if payload.len() == expected {
            Ok(frame)
        } else {
            Err(DecodeError::WrongLength { expected, found: payload.len() })
        }
    }

    /// The words of a block; `None` if the frame leaves it out.
    pub(super) fn block<const N: usize>(&self, index: usize) -> Option<[u16; N]> {
        let mut reader = Reader::new(self.body.get(self.offset_of(index)..)?);
        let mut words = [0; N];
        for word in &mut words {
            *word = reader.u16_be().ok()?;
        }
        self.has(index).then_some(words)
    }

    /// Adds the battery voltage, always the last block (mV).
    pub(super) fn push_battery(&self, out: &mut Decoded) {
        if let Some([millivolts]) = self.block(self.words_of_block.len().saturating_sub(1)) {
            out.value(ObservedProperty::BatteryVoltage, f64::from(millivolts) / 1000.0);
        }
    }

    fn has(&self, index: usize) -> bool {
        self.flags >> index & 1 == 1
    }

    /// Bytes of all blocks before `index` that are present.
    fn offset_of(&self, index: usize) -> usize {
        let present = self.words_of_block.iter().enumerate().take(index).filter(|(i, _)| self.has(*i));
        present.map(|(_, words)| words.saturating_mul(2)).sum()
    }
}

/// Signed values are sent with 32768 added.
pub(super) fn signed(word: u16) -> f64 {
    f64::from(word) - 32_768.0
}

/// The low word is sent first.
pub(super) fn long(low: u16, high: u16) -> f64 {
    f64::from(u32::from(high) << 16 | u32::from(low))
}

/// The mean distance of lightning strikes (km); no strike has no distance, which is not 0 km.
pub(super) fn strike_distance(strikes: f64, kilometres: f64) -> Reading {
    let distance =
        if strikes > 0.0 { Value::from(kilometres) } else { Value::Missing(Missing::NothingToMeasure) };
    Reading::new(ObservedProperty::LightningDistance, distance)
}

/// Adds the properties of a sensor that is unplugged or has failed.
pub(super) fn push_disconnected(readings: &[Reading], out: &mut Decoded) {
    for reading in readings {
        out.push(Reading { value: Value::Missing(Missing::ProbeDisconnected), ..*reading });
    }
}
