//! The counted outcomes of one transaction.

use std::{collections::HashMap, sync::Arc};

use super::tables::{DbError, Tables};
use crate::Outcome;

/// Changes of one transaction, written as a few rows at its end.
#[derive(Debug, Default)]
pub(super) struct Totals(HashMap<(Arc<str>, Outcome), i64>);

impl Totals {
    /// Counts one outcome; `n` is -1 where an earlier one is taken back.
    pub(super) fn add(&mut self, source: &Arc<str>, outcome: Outcome, n: i64) {
        *self.0.entry((Arc::clone(source), outcome)).or_default() += n;
    }

    /// Writes the changes.
    pub(super) fn save(&mut self, tables: &mut impl Tables) -> Result<(), DbError> {
        for ((source, outcome), n) in self.0.drain().filter(|(_, n)| *n != 0) {
            tables.count(&source, outcome, n)?;
        }
        Ok(())
    }
}
