//! How many values were found doubtful.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{Doubt, ObservedProperty};

/// How many values were found doubtful, by property and doubt.
pub type Doubtful = BTreeMap<(ObservedProperty, Doubt), u64>;

/// The doubtful values since the start of the process, counted by the writer and read by everybody.
#[derive(Clone, Debug, Default)]
pub(crate) struct DoubtfulSoFar(Arc<Mutex<Doubtful>>);

impl DoubtfulSoFar {
    /// Adds those of a transaction that was committed.
    pub(crate) fn add(&self, found: Doubtful) {
        if found.is_empty() {
            return;
        }
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, n) in found {
            *counts.entry(key).or_default() += n;
        }
    }

    /// All so far.
    pub(crate) fn get(&self) -> Doubtful {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
