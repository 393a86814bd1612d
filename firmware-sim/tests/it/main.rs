//! The simulated city against a broker whose every answer is scripted, and its messages against what real
//! network servers publish.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod broker;
mod json;
mod publisher;
