//! The result of a drill on a store.

use std::{fmt, time::Duration};

use super::oracle::Verdict;

/// What became of everything, and what else there is to say.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) verdict: Verdict,
    pub(crate) remarks: Vec<String>,
    pub(crate) took: Duration,
}

impl Report {
    /// The columns of [`fmt::Display`].
    pub(crate) const HEADER: &str =
        " published     stored duplicates quarantined  lost double  wrong  seconds  remarks";
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { verdict, remarks, took } = self;
        write!(
            f,
            "{:>10} {:>10} {:>10} {:>11} {:>5} {:>6} {:>6} {:>8.1}  {}",
            verdict.published,
            verdict.stored,
            verdict.duplicates,
            verdict.quarantined,
            verdict.lost,
            verdict.double,
            verdict.wrong,
            took.as_secs_f64(),
            remarks.join("; ")
        )
    }
}
