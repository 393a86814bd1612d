//! A sequence of blocks, each with an id in front.

use domain::DeviceTime;

use super::{Scope, milesight, number::Part};
use crate::{
    DecodeError, Decoded,
    blocks::{read_blocks, unknown},
    decoded::Warning,
    reader::Reader,
};

/// The blocks of a device.
#[derive(Clone, Debug)]
pub(crate) struct Blocks {
    /// Bytes of an id, 1 or 2.
    pub(crate) id_bytes: usize,
    /// Bytes in front of the first block.
    pub(crate) skip: usize,
    /// Whether the id is followed by the length of the data.
    pub(crate) has_length_byte: bool,
    /// Blocks the decoder knows by itself.
    pub(crate) attributes: Attributes,
    /// Ordered by id.
    pub(crate) known: Vec<Block>,
}

/// What every device of a maker may send besides its measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attributes {
    None,
    Milesight,
}

/// One block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) id: u16,
    /// Bytes of data, where they are more than its fields.
    pub(crate) length: Option<usize>,
    pub(crate) scope: Scope,
}

impl Blocks {
    pub(super) fn map(&self, bind: impl Fn(&Scope) -> Scope) -> Self {
        let bound = |block: &Block| Block { scope: bind(&block.scope), ..block.clone() };
        Self { known: self.known.iter().map(bound).collect(), ..self.clone() }
    }

    pub(super) fn decode(&self, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        self.read_from(self.skip, payload, DeviceTime::Uplink, out)
    }

    /// Reads blocks from a byte on.
    pub(super) fn read_from(
        &self,
        from: usize,
        payload: &[u8],
        time: DeviceTime,
        out: &mut Decoded,
    ) -> Result<(), DecodeError> {
        let mut time = time;
        read_blocks(payload, from, out, |reader, out| self.read_block(reader, &mut time, out))
    }

    fn read_block(
        &self,
        reader: &mut Reader<'_>,
        time: &mut DeviceTime,
        out: &mut Decoded,
    ) -> Result<(), DecodeError> {
        let begin = reader.offset();
        let id = match self.id_bytes {
            1 => u16::from(reader.u8()?),
            _ => reader.u16_be()?,
        };
        let length = if self.has_length_byte { Some(usize::from(reader.u8()?)) } else { None };
        let known = self.known.binary_search_by_key(&id, |block| block.id).ok();
        let Some(block) = known.and_then(|index| self.known.get(index)) else {
            return match (self.attributes, length) {
                (_, Some(length)) => {
                    reader.bytes(length)?;
                    out.warn(Warning::Unparsed {
                        offset: begin,
                        block: hex::encode(
                            id.to_be_bytes().get(2_usize.saturating_sub(self.id_bytes)..).unwrap_or_default(),
                        ),
                        length: reader.offset().saturating_sub(begin),
                    });
                    Ok(())
                }
                (Attributes::Milesight, None)
                    if milesight::read_attribute(id.to_be_bytes(), reader, out)? =>
                {
                    Ok(())
                }
                _ => Err(unknown(reader, begin, self.id_bytes)),
            };
        };
        let payload = reader.payload();
        let data = reader.offset();
        let length = length.or(block.length);
        let end = length.map_or(payload.len(), |length| data.saturating_add(length));
        if end > payload.len() {
            return Err(DecodeError::TooShort { expected: end, found: payload.len() });
        }
        let read = block.scope.read(Part { payload, begin: data, end }, *time, out)?;
        if block.scope.is_time() {
            *time = read.time;
        }
        reader.bytes(length.unwrap_or_else(|| read.end.saturating_sub(data)))?;
        Ok(())
    }
}
