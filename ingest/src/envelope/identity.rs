//! The delivery identity of a message: equal for every delivery of it, from the message alone.

use domain::EventId;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// A digest over parts that cannot run into each other: each is preceded by its length.
pub(super) struct Identity(Sha256);

impl Identity {
    /// Starts a digest; `kind` keeps identities of different network servers apart.
    pub(super) fn new(kind: &str) -> Self {
        Self(Sha256::new()).part(kind.as_bytes())
    }

    /// Adds one part.
    pub(super) fn part(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    /// Builds the event id. `time` must come from the message, never from our clock.
    pub(super) fn event_id(self, time: Option<Timestamp>) -> EventId {
        let digest: [u8; 32] = self.0.finalize().into();
        let mut head = [0; 16];
        for (to, from) in head.iter_mut().zip(digest) {
            *to = from;
        }
        EventId::new(time, head)
    }
}

/// SHA-256 of a payload.
pub(crate) fn sha256(payload: &[u8]) -> [u8; 32] {
    Sha256::digest(payload).into()
}

/// The identity of a message that names none itself: its source, its topic and its bytes.
pub(crate) fn of_raw_message(source: &str, topic: &str, payload_sha256: &[u8; 32]) -> EventId {
    Identity::new("raw").part(source.as_bytes()).part(topic.as_bytes()).part(payload_sha256).event_id(None)
}
