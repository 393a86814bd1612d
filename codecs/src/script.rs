//! The text of a codec, as an operator chose it.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{CodecError, MAX_SCRIPT_BYTES, Position};

/// A codec. Cheap to clone; whether it can be parsed shows at the first call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    name: Arc<str>,
    source: Arc<str>,
    id: ScriptId,
}

impl Script {
    /// `name` is for people; two scripts with the same source are the same script.
    pub fn new(name: &str, source: &str) -> Result<Self, CodecError> {
        if source.len() > MAX_SCRIPT_BYTES {
            return Err(CodecError::TooLarge {
                what: "bytes of the script",
                found: source.len(),
                limit: MAX_SCRIPT_BYTES,
            });
        }
        if let Some(at) = source.find('\0') {
            let before = source.get(..at).unwrap_or_default();
            return Err(CodecError::Syntax {
                message: "a NUL character".to_owned(),
                at: Some(Position::after(before)),
            });
        }
        Ok(Self { name: name.into(), source: source.into(), id: ScriptId(Sha256::digest(source).into()) })
    }

    /// The name an operator knows it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What tells it from other scripts.
    pub fn id(&self) -> ScriptId {
        self.id
    }
}

/// SHA-256 of the source: another text is another script.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ScriptId([u8; 32]);

impl fmt::Display for ScriptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ScriptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_of_exactly_256_kib_is_accepted_and_a_longer_one_is_not() {
        assert!(Script::new("long", &" ".repeat(256 * 1024)).is_ok());
        let refused = Script::new("longer", &" ".repeat(256 * 1024 + 1)).unwrap_err();
        assert_eq!(refused.code(), "too_large");
        assert_eq!(refused.to_string(), "262145 bytes of the script, at most 262144 are allowed");
    }

    #[test]
    fn the_same_source_under_another_name_is_the_same_script() {
        let one = Script::new("one", "function Decoder() {}").unwrap();
        let other = Script::new("other", "function Decoder() {}").unwrap();
        assert_eq!(one.id(), other.id());
        assert_ne!(one.id(), Script::new("one", "function Decoder() { }").unwrap().id());
    }

    #[test]
    fn a_nul_character_is_refused_with_its_place() {
        let refused = Script::new("binary", "var a;\nvar \0b;").unwrap_err();
        assert_eq!(refused.to_string(), "syntax error in line 2, column 5: a NUL character");
    }
}
