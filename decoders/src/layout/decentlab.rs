//! The framing all Decentlab devices share, "protocol version 2".
//!
//! Byte 0 is the version, bytes 1-2 the device id, bytes 3-4 flags; then follows, for every flag from the
//! lowest bit on, one block of big-endian 16-bit words. A block is left out when its sensor is unplugged or
//! has failed, so a frame with nothing but the battery is normal. There is no length and no checksum: the
//! only check is that the length fits the flags. The port does not matter.
//!
//! Source: Decentlab data sheets, "payload format", and decentlab/decentlab-decoders (MIT).

use domain::{DeviceTime, Missing};

use super::{Scope, number::Part};
use crate::{DecodeError, Decoded, reader::Reader};

/// The blocks of a model, that of the lowest flag first.
#[derive(Clone, Debug)]
pub(crate) struct Decentlab {
    pub(crate) blocks: Vec<Scope>,
}

/// Bytes in front of the blocks.
const HEADER: usize = 5;

impl Decentlab {
    pub(super) fn map(&self, bind: impl Fn(&Scope) -> Scope) -> Self {
        Self { blocks: self.blocks.iter().map(bind).collect() }
    }

    pub(super) fn decode(&self, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        let flags = self.flags(payload, out)?;
        let is_there = |index: usize| flags >> index & 1 == 1;
        let present = self.blocks.iter().enumerate().filter(|(index, _)| is_there(*index));
        let expected = present.map(|(_, block)| block.length()).fold(HEADER, usize::saturating_add);
        if payload.len() != expected {
            return Err(DecodeError::WrongLength { expected, found: payload.len() });
        }
        let mut begin = HEADER;
        for (index, block) in self.blocks.iter().enumerate() {
            if is_there(index) {
                let end = begin.saturating_add(block.length());
                block.read(Part { payload, begin, end }, DeviceTime::Uplink, out)?;
                begin = end;
            } else if !block.is_battery() {
                block.write_missing(Missing::ProbeDisconnected, out);
            }
        }
        Ok(())
    }

    /// Checks the header and notes the device id.
    fn flags(&self, payload: &[u8], out: &mut Decoded) -> Result<u16, DecodeError> {
        let mut reader = Reader::new(payload);
        reader.expect(2, "2, the protocol version")?;
        let device_id = reader.u16_be()?;
        let [high, low] = reader.array()?;
        let flags = u16::from_be_bytes([high, low]);
        let n_blocks = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        if flags.checked_shr(n_blocks).unwrap_or(0) != 0 {
            let (offset, found) = if high == 0 { (4, low) } else { (3, high) };
            let expected = "no flag beyond the blocks of the model".into();
            return Err(DecodeError::WrongType { offset, expected, found });
        }
        out.fact("device_id", device_id);
        Ok(flags)
    }
}
