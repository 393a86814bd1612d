//! Which quarter-hours have to be computed again.

use std::collections::BTreeSet;

use domain::ThingId;

use super::tables::{DbError, Tables};

/// Marks the writer remembers, so that the second value of a quarter-hour does not mark it again.
const REMEMBERED: usize = 100_000;

/// The marks of a transaction, and those known to be in the table.
#[derive(Debug, Default)]
pub(super) struct Marks {
    new: BTreeSet<(ThingId, i64)>,
    /// Some of what is in the table; nothing else.
    stored: BTreeSet<(ThingId, i64)>,
}

impl Marks {
    /// Marks a quarter-hour.
    pub(super) fn add(&mut self, thing: ThingId, quarter_ms: i64) {
        if !self.stored.contains(&(thing, quarter_ms)) {
            self.new.insert((thing, quarter_ms));
        }
    }

    /// Writes the marks of the transaction.
    pub(super) fn save(&mut self, tables: &mut impl Tables) -> Result<(), DbError> {
        if self.new.is_empty() {
            return Ok(());
        }
        tables.mark(&mut self.new.iter().copied())?;
        if self.stored.len() + self.new.len() > REMEMBERED {
            self.stored.clear();
        }
        self.stored.extend(std::mem::take(&mut self.new));
        Ok(())
    }

    /// Takes the marks of a Thing in `[from_ms, to_ms)` out of the table, in order.
    pub(super) fn take(
        &mut self,
        tables: &mut impl Tables,
        thing: ThingId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<i64>, DbError> {
        let quarters = tables.take_marks(thing, from_ms, to_ms)?;
        for &quarter_ms in &quarters {
            self.stored.remove(&(thing, quarter_ms));
        }
        Ok(quarters)
    }
}
