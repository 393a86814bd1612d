//! One call of a codec and what comes of it.

use serde_json::Value;

use crate::{CodecError, Script, limits};

/// One uplink for a codec.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The codec.
    pub script: &'a Script,
    /// Whose uplink it is: a device that misbehaves is suspended alone. Any text that tells devices apart.
    pub device: &'a str,
    /// The port.
    pub f_port: u8,
    /// The payload.
    pub bytes: &'a [u8],
    /// When the uplink was received: the codec's clock stands at this time.
    pub received_at_ms: i64,
    /// Settings of the device (`input.variables`, as in ChirpStack).
    pub variables: &'a [(String, String)],
}

impl Call<'_> {
    pub(crate) fn check(&self) -> Result<(), CodecError> {
        let n_variables = self.n_bytes_of_variables();
        let limited = [
            ("bytes of the payload", self.bytes.len(), limits::MAX_PAYLOAD_BYTES),
            ("bytes of the variables", n_variables, limits::MAX_VARIABLES_BYTES),
            ("bytes of the device's name", self.device.len(), limits::MAX_DEVICE_BYTES),
        ];
        match limited.into_iter().find(|(_, found, limit)| found > limit) {
            Some((what, found, limit)) => Err(CodecError::TooLarge { what, found, limit }),
            None => Ok(()),
        }
    }

    /// Bytes of what the codec gets.
    pub(crate) fn n_bytes(&self) -> usize {
        self.bytes.len().saturating_add(self.n_bytes_of_variables())
    }

    fn n_bytes_of_variables(&self) -> usize {
        self.variables.iter().map(|(key, value)| key.len().saturating_add(value.len())).sum()
    }
}

/// What a codec made of an uplink.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The decoded data: an object or an array, all numbers finite.
    pub data: Value,
    /// The same in the vocabulary of The Things Stack, if the codec has `normalizeUplink` and it worked.
    pub normalized: Option<Value>,
    /// What the codec warned of, and what `normalizeUplink` failed with.
    pub warnings: Vec<String>,
    /// What the codec wrote to its console.
    pub log: Vec<String>,
}
