//! The counted outcomes.

use rusqlite::{Connection, params};

use crate::{Accounting, AccountingRow, Outcome};

/// Adds to the count of an outcome.
pub(super) fn add(db: &Connection, source: &str, outcome: Outcome, n: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO accounting VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET n = n + excluded.n",
    )?
    .execute(params![source, outcome.key(), outcome.reason(), n])?;
    Ok(())
}

/// Notes how many events the ledger has ever had.
pub(super) fn set_n_events(db: &Connection, n_events: i64) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE meta SET value = ?1 WHERE key = 'n_events' AND value <> ?1")?
        .execute([n_events])?;
    Ok(())
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
