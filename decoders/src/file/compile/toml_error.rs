//! What the TOML reader says, with the line and the key it is about.

use std::ops::Range;

use crate::FileError;

/// What the TOML reader says, with its line and key.
pub(super) fn of_toml(text: &str, error: &toml::de::Error) -> FileError {
    let message = error.message().trim().to_owned();
    match error.span() {
        Some(span) => {
            let FileError { line, .. } = FileError::at(text, &span, "", "");
            FileError { line, key: key_at(text, &span), message }
        }
        None => FileError { line: None, key: None, message },
    }
}

/// The key a span is, or in whose value it lies, as far as its line shows.
fn key_at(text: &str, span: &Range<usize>) -> Option<String> {
    let is_of_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let before = text.get(..span.start)?.rsplit('\n').next()?;
    let is_followed_by_value = text.get(span.end..)?.trim_start().starts_with('=');
    let is_header = !before.is_empty() && before.trim().chars().all(|c| c == '[');
    let key = if is_followed_by_value || is_header {
        text.get(span.clone())
    } else {
        before.rsplit_once('=').and_then(|(before, _)| before.trim_end().rsplit(|c| !is_of_key(c)).next())
    };
    key.filter(|key| !key.is_empty() && key.chars().all(is_of_key)).map(str::to_owned)
}
