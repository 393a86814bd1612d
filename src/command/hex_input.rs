//! A payload as people write it: hexadecimal digits, with or without marks between the bytes.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The bytes of a payload: `03f810`, `0x03f810`, `03 F8 10`, `03:f8:10` or `03-f8-10`.
pub(super) fn bytes(text: &str) -> Result<Vec<u8>, String> {
    let text = text.trim();
    let digits_from = if text.starts_with("0x") || text.starts_with("0X") { 2 } else { 0 };
    let is_between = |c: char| c.is_whitespace() || matches!(c, ':' | '-');
    let mut digits = String::with_capacity(text.len());
    for (n, c) in text.chars().enumerate().skip(digits_from) {
        if c.is_ascii_hexdigit() {
            digits.push(c);
        } else if !is_between(c) {
            return Err(no_digit(text, c, n.saturating_add(1)));
        } else if digits.len() % 2 == 1 {
            let place = n.saturating_add(1);
            return Err(format!(
                "`{c}` at character {place} stands within a byte: expected two digits before it"
            ));
        }
    }
    hex::decode(&digits).map_err(|_| {
        let n = digits.len();
        format!("the payload has {n} hexadecimal digits: expected an even number, two for each byte")
    })
}

fn no_digit(text: &str, c: char, place: usize) -> String {
    let expected = "expected hexadecimal digits, 0 to 9 and a to f";
    match STANDARD.decode(text) {
        Ok(bytes) if !bytes.is_empty() => format!(
            "the payload looks like base64, as network servers send it: {expected}; it would be `{}`",
            hex::encode(bytes)
        ),
        _ => format!("`{c}` at character {place} of the payload is not hexadecimal: {expected}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_with_and_without_marks_between_them() {
        for text in ["03f810", " 03F810\n", "0x03f810", "0X03 f8 10", "03:f8:10", "03-F8-10", "03f8 10"] {
            assert_eq!(bytes(text), Ok(vec![0x03, 0xf8, 0x10]), "{text}");
        }
        assert_eq!(bytes(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_payload_is_told_with_what_was_expected_and_where() {
        let digits = "expected hexadecimal digits, 0 to 9 and a to f";
        for (text, message) in [
            (
                "03f810420",
                "the payload has 9 hexadecimal digits: expected an even number, two for each byte".to_owned(),
            ),
            ("3:f8", "`:` at character 2 stands within a byte: expected two digits before it".to_owned()),
            (
                "03g8",
                format!(
                    "the payload looks like base64, as network servers send it: {digits}; it would be `d3783c`"
                ),
            ),
            ("03,f8", format!("`,` at character 3 of the payload is not hexadecimal: {digits}")),
            ("0g", format!("`g` at character 2 of the payload is not hexadecimal: {digits}")),
            // RFC 4648, section 10: "foobar".
            (
                "Zm9vYmFy",
                format!(
                    "the payload looks like base64, as network servers send it: {digits}; it would be `666f6f626172`"
                ),
            ),
        ] {
            assert_eq!(bytes(text), Err(message), "{text}");
        }
    }
}
