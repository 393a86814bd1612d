//! Which quarter-hours have to be computed again.

use std::collections::BTreeSet;

use domain::ThingId;
use rusqlite::{Connection, OptionalExtension};

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
    pub(super) fn save(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let mut statement = db.prepare_cached("INSERT INTO dirty VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
        for (thing, quarter_ms) in &self.new {
            statement.execute([thing.0, *quarter_ms])?;
        }
        if self.stored.len() + self.new.len() > REMEMBERED {
            self.stored.clear();
        }
        self.stored.extend(std::mem::take(&mut self.new));
        Ok(())
    }

    /// Takes the marks of a Thing in `[from_ms, to_ms)` out of the table, in order.
    pub(super) fn take(
        &mut self,
        db: &Connection,
        thing: ThingId,
        from_ms: i64,
        to_ms: i64,
    ) -> rusqlite::Result<Vec<i64>> {
        let quarters = take(db, thing, from_ms, to_ms)?;
        for &quarter_ms in &quarters {
            self.stored.remove(&(thing, quarter_ms));
        }
        Ok(quarters)
    }
}

/// Marks all that a Thing's readings can reach, after a setting changed that every bucket follows.
pub(super) fn mark_all(db: &Connection, thing: ThingId, reach_ms: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "WITH span(first, last) AS (
           SELECT (SELECT min(first_ms) FROM datastream WHERE thing_id = ?1) - ?2,
                  (SELECT max(time_ms) FROM latest WHERE thing_id = ?1)
         ), quarter(at) AS (
           SELECT first / 900000 * 900000 FROM span WHERE first IS NOT NULL
           UNION ALL SELECT at + 900000 FROM quarter, span WHERE at + 900000 <= last
         )
         INSERT INTO dirty SELECT ?1, at FROM quarter WHERE true ON CONFLICT DO NOTHING",
    )?
    .execute([thing.0, reach_ms])?;
    Ok(())
}

/// The first marked quarter-hour behind a position, in the order of Things; from the start again at the
/// end, so that no Thing waits for another one that is always busy.
pub(super) fn next(db: &Connection, after: (ThingId, i64)) -> rusqlite::Result<Option<(ThingId, i64)>> {
    let read = |row: &rusqlite::Row<'_>| Ok((ThingId(row.get(0)?), row.get(1)?));
    let found = db
        .prepare_cached(
            "SELECT thing_id, quarter_ms FROM dirty WHERE (thing_id, quarter_ms) > (?1, ?2)
             ORDER BY thing_id, quarter_ms LIMIT 1",
        )?
        .query_row([after.0.0, after.1], read)
        .optional()?;
    match found {
        Some(found) => Ok(Some(found)),
        None => db
            .prepare_cached("SELECT thing_id, quarter_ms FROM dirty ORDER BY thing_id, quarter_ms LIMIT 1")?
            .query_row([], read)
            .optional(),
    }
}

fn take(db: &Connection, thing: ThingId, from_ms: i64, to_ms: i64) -> rusqlite::Result<Vec<i64>> {
    let mut statement = db.prepare_cached(
        "SELECT quarter_ms FROM dirty WHERE thing_id = ?1 AND quarter_ms >= ?2 AND quarter_ms < ?3
         ORDER BY quarter_ms",
    )?;
    let quarters: Vec<i64> =
        statement.query_map([thing.0, from_ms, to_ms], |row| row.get(0))?.collect::<Result<_, _>>()?;
    db.prepare_cached("DELETE FROM dirty WHERE thing_id = ?1 AND quarter_ms >= ?2 AND quarter_ms < ?3")?
        .execute([thing.0, from_ms, to_ms])?;
    Ok(quarters)
}

/// How many are waiting.
pub(super) fn count(db: &Connection) -> rusqlite::Result<u64> {
    db.prepare_cached("SELECT count(*) FROM dirty")?.query_row([], |row| row.get(0))
}
