//! The identity of one delivered message.

use std::fmt;

use jiff::Timestamp;

/// What makes a second delivery of the same message recognisable: the ledger's primary key.
///
/// 20 bytes: the second of the message's own network time (so that the ledger grows at its end instead of
/// all over), then 16 bytes of a digest over what identifies the message. Both parts come from the
/// message alone, so a redelivery, however late, has the same id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId([u8; 20]);

impl EventId {
    /// Length in bytes.
    pub const LEN: usize = 20;

    /// Builds the id from the message's network time and the digest of its identity.
    pub fn new(network_time: Option<Timestamp>, digest: [u8; 16]) -> Self {
        let second = u32::try_from(network_time.map_or(0, Timestamp::as_second)).unwrap_or(0);
        let mut bytes = [0; Self::LEN];
        let (head, tail) = bytes.split_at_mut(4);
        head.copy_from_slice(&second.to_be_bytes());
        tail.copy_from_slice(&digest);
        Self(bytes)
    }

    /// Reads back what [`EventId::as_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes as stored.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
