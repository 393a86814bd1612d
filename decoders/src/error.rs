//! Why a payload could not be read.

use std::borrow::Cow;

/// A payload that is not what the profile's device sends. Always the data's fault, but that a maker's codec may have found no
/// process to run in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The maker's codec failed.
    #[error(transparent)]
    Codec(#[from] codecs::CodecError),
    /// The network server sent no decoded object.
    #[error("the network server decoded nothing: expected its {expected}")]
    NoObject {
        /// What should be there.
        expected: &'static str,
    },
    /// The network server's decoded object is no object.
    #[error("the object of the network server cannot be read: {0}")]
    BadObject(String),
    /// The payload ends inside a field.
    #[error("payload of {found} bytes is too short: expected at least {expected}")]
    TooShort {
        /// Length needed to read the field.
        expected: usize,
        /// Length of the payload.
        found: usize,
    },
    /// A part of the payload ends, by its own length, before a field in it.
    #[error("the block that ends at byte {end} is too short: expected it to reach to byte {expected}")]
    BlockTooShort {
        /// Behind the last byte needed.
        expected: usize,
        /// Behind the last byte of the block.
        end: usize,
    },
    /// The payload is longer or shorter than its own header says.
    #[error("payload of {found} bytes has the wrong length: expected {expected}")]
    WrongLength {
        /// The one right length.
        expected: usize,
        /// Length of the payload.
        found: usize,
    },
    /// No frame of the device has this length.
    #[error("payload of {found} bytes has the wrong length: expected {expected}")]
    NoSuchLength {
        /// The right lengths, as text.
        expected: Cow<'static, str>,
        /// Length of the payload.
        found: usize,
    },
    /// The device sends nothing on this port.
    #[error("fPort {found} is not used by the device: expected {expected}")]
    WrongFPort {
        /// The ports it uses, as text.
        expected: Cow<'static, str>,
        /// As received.
        found: u8,
    },
    /// A fixed byte has another value.
    #[error("byte {offset} is `{found:#04x}`: expected {expected}")]
    WrongType {
        /// Which byte, counted from 0.
        offset: usize,
        /// What belongs there, as text.
        expected: Cow<'static, str>,
        /// As received.
        found: u8,
    },
    /// The payload begins with a block the decoder does not know.
    #[error("block `{block}` at byte {offset} is unknown")]
    UnknownBlock {
        /// Where the block begins.
        offset: usize,
        /// Its first byte or bytes in hexadecimal.
        block: String,
    },
}

impl DecodeError {
    /// The byte at fault, counted from 0: the first that is missing, surplus or wrong.
    pub const fn offset(&self) -> Option<usize> {
        match self {
            Self::TooShort { found, .. } => Some(*found),
            Self::BlockTooShort { end, .. } => Some(*end),
            Self::WrongLength { expected, found } => {
                Some(if *expected < *found { *expected } else { *found })
            }
            Self::NoSuchLength { .. }
            | Self::WrongFPort { .. }
            | Self::Codec(_)
            | Self::NoObject { .. }
            | Self::BadObject(_) => None,
            Self::WrongType { offset, .. } | Self::UnknownBlock { offset, .. } => Some(*offset),
        }
    }

    /// Whether a codec took too long.
    pub const fn is_timeout(&self) -> bool {
        use codecs::CodecError;
        matches!(self, Self::Codec(CodecError::Timeout { .. } | CodecError::Suspended { .. }))
    }

    /// Stable name of the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } | Self::BlockTooShort { .. } => "too_short",
            Self::Codec(error) => error.code(),
            Self::NoObject { .. } => "no_object",
            Self::BadObject(_) => "bad_object",
            Self::WrongLength { .. } | Self::NoSuchLength { .. } => "wrong_length",
            Self::WrongFPort { .. } => "wrong_f_port",
            Self::WrongType { .. } => "wrong_type",
            Self::UnknownBlock { .. } => "unknown_block",
        }
    }
}
