//! Foreign text on its way into a message.

use std::fmt;

/// At most [`Truncated::MAX_CHARS`] characters of a foreign text, control characters and marks that turn the
/// direction of text replaced.
///
/// Names, topics and payloads come from outside: long or hostile text is cut before it enters an error,
/// a log line or a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truncated(String);

impl Truncated {
    /// Longest text kept.
    pub const MAX_CHARS: usize = 80;

    /// Cuts and cleans `text`.
    pub fn new(text: &str) -> Self {
        // Almost every text is a short plain name, and there is one in every uplink.
        if text.len() <= Self::MAX_CHARS && text.bytes().all(|b| matches!(b, b' '..=b'~')) {
            return Self(text.to_owned());
        }
        let mut chars = text.chars().map(|c| if is_harmless(c) { c } else { '\u{fffd}' });
        let mut kept: String = chars.by_ref().take(Self::MAX_CHARS).collect();
        if chars.next().is_some() {
            kept.push('…');
        }
        Self(kept)
    }

    /// The text kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text kept.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Direction marks can make a line of a log or a list read as something else (Unicode TR 36, section 2.5).
fn is_harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl fmt::Display for Truncated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_at_the_limit_is_kept_whole() {
        let text = "a".repeat(Truncated::MAX_CHARS);
        assert_eq!(Truncated::new(&text).as_str(), text);
    }

    #[test]
    fn one_character_more_is_cut_and_marked() {
        let text = "a".repeat(Truncated::MAX_CHARS + 1);
        assert_eq!(Truncated::new(&text).as_str().chars().count(), Truncated::MAX_CHARS + 1);
        assert!(Truncated::new(&text).as_str().ends_with('…'));
    }

    #[test]
    fn terminal_escapes_and_direction_marks_do_not_survive() {
        assert_eq!(Truncated::new("gpj.\u{202e}exe").as_str(), "gpj.\u{fffd}exe");
        assert_eq!(Truncated::new("\u{1b}[31mred").as_str(), "\u{fffd}[31mred");
    }
}
