//! Foreign text on its way into a message.

use std::fmt;

/// At most [`Truncated::MAX_CHARS`] characters of a foreign text, control characters replaced.
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
        let mut chars = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
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
    fn terminal_escapes_do_not_survive() {
        assert_eq!(Truncated::new("\u{1b}[31mred").as_str(), "\u{fffd}[31mred");
    }
}
