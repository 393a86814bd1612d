//! What a check found, on one line.

use std::fmt;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// It works, but something would be lost or stop later.
    Warn,
    /// It does not work.
    Fail,
}

/// One finding and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) level: Level,
    about: String,
    text: String,
    remedy: String,
}

impl Finding {
    /// All is well.
    pub(super) fn ok(about: impl Into<String>, text: impl Into<String>) -> Self {
        Self { level: Level::Ok, about: about.into(), text: text.into(), remedy: String::new() }
    }

    /// `remedy` says what to do, as an order.
    pub(super) fn warn(about: impl Into<String>, text: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { level: Level::Warn, about: about.into(), text: text.into(), remedy: remedy.into() }
    }

    /// `remedy` says what to do, as an order.
    pub(super) fn fail(about: impl Into<String>, text: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { level: Level::Fail, about: about.into(), text: text.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.level {
            Level::Ok => "ok",
            Level::Warn => "warn",
            Level::Fail => "fail",
        };
        write!(f, "{mark:<4} {}: {}", self.about, self.text)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, ": {}", self.remedy) }
    }
}
