//! What stored values are worth by the rules of today.

use std::collections::BTreeMap;

use domain::{ObservedProperty, Quality};

/// What is done with a value that is worth something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReassessMode {
    /// It is counted.
    DryRun,
    /// It is counted and its quality replaced. The value stays in any case.
    Apply,
}

/// All stored values compared with the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReassessReport {
    /// Values looked at: those with a number.
    pub n_values: u64,
    /// How many are worth something else: property, as stored, as it should be.
    pub changes: BTreeMap<(ObservedProperty, Quality, Quality), u64>,
}

impl ReassessReport {
    /// How many values are worth something else.
    pub fn n_changed(&self) -> u64 {
        self.changes.values().sum()
    }
}
