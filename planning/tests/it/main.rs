//! The crate against real counts.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod independent;
mod independent_more;
mod muenster;
mod outage;
