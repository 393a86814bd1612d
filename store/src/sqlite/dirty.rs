//! The table of quarter-hours that have to be computed again.

use domain::ThingId;
use rusqlite::{Connection, OptionalExtension};

/// Marks quarter-hours.
pub(super) fn mark(db: &Connection, marks: &mut dyn Iterator<Item = (ThingId, i64)>) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached("INSERT INTO dirty VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for (thing, quarter_ms) in marks {
        statement.execute([thing.0, quarter_ms])?;
    }
    Ok(())
}

/// Marks all that a Thing's readings can reach.
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

/// The first marked quarter-hour behind a position, in the order of Things.
pub(super) fn next(db: &Connection, after: (ThingId, i64)) -> rusqlite::Result<Option<(ThingId, i64)>> {
    db.prepare_cached(
        "SELECT thing_id, quarter_ms FROM dirty WHERE (thing_id, quarter_ms) > (?1, ?2)
         ORDER BY thing_id, quarter_ms LIMIT 1",
    )?
    .query_row([after.0.0, after.1], |row| Ok((ThingId(row.get(0)?), row.get(1)?)))
    .optional()
}

/// Takes the marks of a Thing in `[from_ms, to_ms)` out of the table, in order.
pub(super) fn take(db: &Connection, thing: ThingId, from_ms: i64, to_ms: i64) -> rusqlite::Result<Vec<i64>> {
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

/// The oldest marked quarter-hour.
pub(super) fn oldest(db: &Connection) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT min(quarter_ms) FROM dirty")?.query_row([], |row| row.get(0))
}

/// How many are waiting.
pub(super) fn count(db: &Connection) -> rusqlite::Result<u64> {
    db.prepare_cached("SELECT count(*) FROM dirty")?.query_row([], |row| row.get(0))
}
