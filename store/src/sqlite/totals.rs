//! The counted outcomes.

use std::{collections::HashMap, sync::Arc};

use rusqlite::{Connection, params};

use crate::{Accounting, AccountingRow, Outcome};

/// Changes of one transaction, written as a few rows at its end.
#[derive(Debug, Default)]
pub(super) struct Totals {
    counts: HashMap<(Arc<str>, &'static str, &'static str), i64>,
    n_events: i64,
}

impl Totals {
    /// Counts one outcome; `n` is -1 where an earlier one is taken back.
    pub(super) fn add(&mut self, source: &Arc<str>, outcome: Outcome, n: i64) {
        *self.counts.entry((Arc::clone(source), outcome.key(), outcome.reason())).or_default() += n;
    }

    /// Counts one more row of the ledger.
    pub(super) fn add_event(&mut self) {
        self.n_events += 1;
    }

    /// Writes the changes.
    pub(super) fn save(&mut self, db: &Connection) -> rusqlite::Result<()> {
        for ((source, outcome, reason), n) in self.counts.drain().filter(|(_, n)| *n != 0) {
            db.prepare_cached(
                "INSERT INTO accounting VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET n = n + excluded.n",
            )?
            .execute(params![source, outcome, reason, n])?;
        }
        if self.n_events != 0 {
            db.prepare_cached("UPDATE meta SET value = value + ?1 WHERE key = 'n_events'")?
                .execute([std::mem::take(&mut self.n_events)])?;
        }
        Ok(())
    }
}

/// Reads all totals as they were at one moment: between two commits they add up.
pub(super) fn load(db: &mut Connection) -> rusqlite::Result<Accounting> {
    let db = db.transaction()?;
    let mut statement =
        db.prepare_cached("SELECT source, outcome, reason, n FROM accounting WHERE n <> 0 ORDER BY 1, 2, 3")?;
    let rows = statement.query_map([], |row| {
        Ok(AccountingRow { source: row.get(0)?, outcome: row.get(1)?, reason: row.get(2)?, n: row.get(3)? })
    })?;
    let n_events = db
        .prepare_cached("SELECT value FROM meta WHERE key = 'n_events'")?
        .query_row([], |row| row.get(0))?;
    let rows = rows.collect::<Result<_, _>>()?;
    Ok(Accounting { rows, n_events })
}
