//! Reading long series page by page.

use std::{fmt, str::FromStr};

use domain::Truncated;
use jiff::Timestamp;

/// One page of a list and where the next begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last page.
    pub next: Option<Cursor>,
}

/// A position between two observations: the key of the last one seen, so that pages stay right while
/// data arrives. Opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Time of the last observation seen.
    pub time: Timestamp,
    /// Its id.
    pub id: i64,
}

/// A text that is no cursor of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no cursor: expected the `next` of an earlier page")]
pub struct ParseCursorError(pub Truncated);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.{:x}", self.time.as_millisecond(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = ParseCursorError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (time, id) = s.split_once('.')?;
            let time = Timestamp::from_millisecond(i64::from_str_radix(time, 16).ok()?).ok()?;
            Some(Self { time, id: i64::from_str_radix(id, 16).ok()? })
        };
        parse().ok_or_else(|| ParseCursorError(Truncated::new(s)))
    }
}
