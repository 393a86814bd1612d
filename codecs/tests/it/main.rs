//! Codecs in real worker processes.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod confinement;
mod corpus;
mod harness;
mod hostile;
mod kept_from_fuzzing;
mod pool;
mod results;
