//! How large things may be, and the check of what a worker returns.
//!
//! The check is made on the program's side: a worker is not trusted to keep any limit.

use crate::CodecError;

/// Bytes of a script. Makers' codecs are up to about 100 KiB long.
pub const MAX_SCRIPT_BYTES: usize = 256 * 1024;

/// Bytes of a result as JSON. A frame has at most 242 bytes; those that carry a history make some 10 KiB of them.
pub const MAX_RESULT_BYTES: usize = 64 * 1024;

/// Values and containers of a result. A history of 40 instants with ten values each has about 450.
pub const MAX_FIELDS: usize = 1_024;

/// Containers in one another. Histories of grouped values reach five.
pub const MAX_DEPTH: usize = 8;

/// Bytes of a payload; LoRaWAN carries 242.
pub(crate) const MAX_PAYLOAD_BYTES: usize = 1_024;

/// Bytes of all names and values of the variables of a device.
pub(crate) const MAX_VARIABLES_BYTES: usize = 16 * 1024;

/// Bytes of the name of a device.
pub(crate) const MAX_DEVICE_BYTES: usize = 256;

/// Lines of a codec's console, warnings and errors, and the characters kept of each.
pub(crate) const MAX_MESSAGES: usize = 20;
pub(crate) const MAX_MESSAGE_CHARS: usize = 500;

/// Bytes of memory a codec may use.
pub(crate) const MEMORY_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of what a worker writes in one answer: data, the same normalised, messages.
pub(crate) const MAX_ANSWER_BYTES: usize = 5 * MAX_RESULT_BYTES;

/// Checks a result before it is parsed: it may come from a worker that a codec took over. `json` must be well-formed.
pub(crate) fn check_result(json: &str) -> Result<(), CodecError> {
    if json.len() > MAX_RESULT_BYTES {
        return Err(result_too_large(json.len()));
    }
    let (mut n_fields, mut depth, mut deepest) = (0_usize, 0_usize, 0_usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json.bytes() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                n_fields = n_fields.saturating_add(1);
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => n_fields = n_fields.saturating_add(1),
            _ => {}
        }
    }
    if deepest > MAX_DEPTH {
        return Err(CodecError::TooLarge {
            what: "containers of the result in one another",
            found: deepest,
            limit: MAX_DEPTH,
        });
    }
    if n_fields > MAX_FIELDS {
        return Err(CodecError::TooLarge {
            what: "fields of the result",
            found: n_fields,
            limit: MAX_FIELDS,
        });
    }
    Ok(())
}

pub(crate) fn result_too_large(found: usize) -> CodecError {
    CodecError::TooLarge { what: "bytes of the result", found, limit: MAX_RESULT_BYTES }
}

/// At most [`MAX_MESSAGES`] messages of [`MAX_MESSAGE_CHARS`] characters, without control characters.
pub(crate) fn bounded(messages: Vec<String>) -> Vec<String> {
    messages.into_iter().take(MAX_MESSAGES).map(|message| bounded_text(&message)).collect()
}

pub(crate) fn bounded_text(message: &str) -> String {
    message.chars().take(MAX_MESSAGE_CHARS).map(|char| if char.is_control() { ' ' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_at_the_limits_passes_and_one_more_does_not() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(check_result(&nested(8)), Ok(()));
        assert_eq!(
            check_result(&nested(9)).unwrap_err().to_string(),
            "9 containers of the result in one another, at most 8 are allowed"
        );
        let flat = |n: usize| format!("[{}]", vec!["1"; n].join(","));
        assert_eq!(check_result(&flat(1_024)), Ok(()));
        assert_eq!(
            check_result(&flat(1_025)).unwrap_err().to_string(),
            "1025 fields of the result, at most 1024 are allowed"
        );
        let text = |n: usize| format!("\"{}\"", "x".repeat(n));
        assert_eq!(check_result(&text(65_534)), Ok(()));
        assert!(check_result(&text(65_535)).is_err());
    }

    #[test]
    fn brackets_and_commas_in_texts_do_not_count() {
        let text = format!(r#"{{"a\\":"\"{}"}}"#, "[,{".repeat(2_000));
        assert_eq!(check_result(&text), Ok(()));
    }

    #[test]
    fn messages_are_cut_and_lose_their_control_characters() {
        let many = vec!["a\u{1b}[31m\nb".to_owned(); 30];
        assert_eq!(bounded(many), vec!["a [31m b"; 20]);
        assert_eq!(bounded_text(&"ü".repeat(600)).chars().count(), 500);
    }
}
