//! Why a codec gave no data.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// Why a codec gave no data. All but [`CodecError::Unavailable`] lie with the codec or with the payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The script cannot be parsed.
    #[error("syntax error{}: {message}", In(*at))]
    Syntax {
        /// The engine's words.
        message: String,
        /// Where in the script.
        at: Option<Position>,
    },
    /// The script has none of the functions that decode.
    #[error("the script has no function `decodeUplink`, `Decode` or `Decoder`")]
    NoEntryPoint,
    /// The codec threw something, while it was loaded or called.
    #[error("the codec threw{}: {message}", In(*at))]
    Thrown {
        /// What was thrown, in words.
        message: String,
        /// Where in the script.
        at: Option<Position>,
    },
    /// The codec itself reported errors.
    #[error("the codec reported: {}", errors.join("; "))]
    Reported {
        /// The codec's words.
        errors: Vec<String>,
    },
    /// The codec returned nothing that can be decoded data.
    #[error("the codec returned {found}, expected an object")]
    NoResult {
        /// What it returned.
        found: String,
    },
    /// The codec did not end in time.
    #[error("the codec was stopped because it did not end within {} ms", limit.as_millis())]
    Timeout {
        /// The time it had.
        limit: Duration,
    },
    /// The codec wanted more memory than it may have.
    #[error("the codec was stopped because it wanted more memory than {} MiB", crate::limits::MEMORY_BYTES >> 20)]
    Memory,
    /// The codec ended the process it ran in, twice.
    #[error("the codec ended the process it ran in")]
    Crashed,
    /// Something is larger than it may be.
    #[error("{found} {what}, at most {limit} are allowed")]
    TooLarge {
        /// What is too large, in the plural.
        what: &'static str,
        /// How large it is.
        found: usize,
        /// How large it may be.
        limit: usize,
    },
    /// The codec had to be stopped several times in a row and is not called for a while.
    #[error("the codec had to be stopped {n_stopped} times in a row and is not called for another {} s", retry_in.as_secs())]
    Suspended {
        /// How often in a row.
        n_stopped: u32,
        /// How long it stays so.
        retry_in: Duration,
    },
    /// Codecs cannot be run now: the machine's fault, worth trying again.
    #[error("codecs cannot be run now")]
    Unavailable(#[source] Unavailable),
}

impl CodecError {
    /// A stable name, for metrics and quarantine reasons.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "syntax",
            Self::NoEntryPoint => "no_entry_point",
            Self::Thrown { .. } => "thrown",
            Self::Reported { .. } => "reported",
            Self::NoResult { .. } => "no_result",
            Self::Timeout { .. } => "timeout",
            Self::Memory => "memory",
            Self::Crashed => "crashed",
            Self::TooLarge { .. } => "too_large",
            Self::Suspended { .. } => "suspended",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// Whether the codec had to be stopped, which costs others time.
    pub(crate) fn was_stopped(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::Memory | Self::Crashed)
    }
}

/// Why codecs cannot be run now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// No worker process can be started.
    #[error("no worker process can be started: {0}")]
    NotStarted(String),
    /// All workers stayed busy.
    #[error("no worker was free within {} ms", .0.as_millis())]
    Busy(Duration),
    /// The pool is being taken down.
    #[error("the program is ending")]
    Closed,
}

/// A place in a script, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Position {
    /// The place behind `text`.
    pub(crate) fn after(text: &str) -> Self {
        let last = text.rsplit('\n').next().unwrap_or_default();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
        Self { line: count(text.matches('\n').count()), column: count(last.chars().count()) }
    }
}

/// ` in line 3, column 7`, or nothing.
struct In(Option<Position>);

impl fmt::Display for In {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(Position { line, column }) => write!(f, " in line {line}, column {column}"),
            None => Ok(()),
        }
    }
}
