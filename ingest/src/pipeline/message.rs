//! A message as it came.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use store::QuarantineId;

use crate::envelope::{self, Protocol};

/// One message as a source handed it over.
#[derive(Clone, Debug)]
pub struct Received {
    /// The configured name of the source.
    pub source: Arc<str>,
    /// How to read it.
    pub protocol: Protocol,
    /// MQTT topic or HTTP path with query.
    pub topic: Arc<str>,
    /// The message body.
    pub body: Body,
    /// When we received it.
    pub received_at: Timestamp,
    /// The quarantined message this is another attempt at.
    pub retry_of: Option<QuarantineId>,
}

/// A message body within the size limit, or what is kept of a larger one.
#[derive(Clone, Debug)]
pub enum Body {
    /// The whole message.
    Whole(Bytes),
    /// The head of a message above the limit; the rest is let go at once so that large messages cannot
    /// fill the memory while they wait.
    TooLarge {
        /// First [`Body::HEAD_BYTES`] bytes, a copy.
        head: Bytes,
        /// Size of the message.
        n_bytes: u64,
        /// SHA-256 of the message.
        sha256: [u8; 32],
        /// The limit it exceeds.
        limit: usize,
    },
}

impl Body {
    /// How much is kept of a message of so many bytes.
    pub fn n_bytes_kept(n_bytes: usize, limit: usize) -> usize {
        if n_bytes <= limit { n_bytes } else { n_bytes.min(Self::HEAD_BYTES) }
    }

    /// What is kept of a message above the limit.
    pub const HEAD_BYTES: usize = 4096;

    /// Keeps a message of at most `limit` bytes whole.
    pub fn new(payload: Bytes, limit: usize) -> Self {
        if payload.len() <= limit {
            return Self::Whole(payload);
        }
        Self::TooLarge {
            head: Bytes::copy_from_slice(payload.get(..Self::HEAD_BYTES).unwrap_or(&payload)),
            n_bytes: payload.len() as u64,
            sha256: envelope::sha256(&payload),
            limit,
        }
    }
}
