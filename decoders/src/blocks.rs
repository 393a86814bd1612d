//! Payloads that are a sequence of blocks without a length of their own.

use crate::{DecodeError, Decoded, decoded::Warning, reader::Reader};

/// Reads blocks from a byte on until the payload ends.
///
/// `read_block` reads exactly one block or fails with [`DecodeError::TooShort`] or
/// [`DecodeError::UnknownBlock`]. Without a length byte nothing after a failed block can be read: what came
/// before it is kept and the rest becomes a warning. If nothing came before, the error stands.
pub(crate) fn read_blocks(
    payload: &[u8],
    from: usize,
    out: &mut Decoded,
    mut read_block: impl FnMut(&mut Reader<'_>, &mut Decoded) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    if payload.len() <= from {
        return Err(DecodeError::TooShort { expected: from.saturating_add(1), found: payload.len() });
    }
    let mut reader = Reader::from(payload, from);
    while !reader.is_empty() {
        let begin = reader.offset();
        let (n_readings, n_facts) = (out.readings.len(), out.device.len());
        if let Err(error) = read_block(&mut reader, out) {
            // A half-read block leaves nothing behind.
            out.readings.truncate(n_readings);
            out.device.truncate(n_facts);
            if begin == from {
                return Err(error);
            }
            out.warn(Warning::about_rest(error, begin, payload));
            return Ok(());
        }
    }
    Ok(())
}

/// The error of a block that is named by its first `n_named` bytes and not known.
pub(crate) fn unknown(reader: &Reader<'_>, begin: usize, n_named: usize) -> DecodeError {
    let block = reader.payload().get(begin..).unwrap_or_default();
    DecodeError::UnknownBlock { offset: begin, block: hex::encode(block.get(..n_named).unwrap_or(block)) }
}
