//! How many values of a Thing are worth what.

use std::collections::BTreeMap;

use domain::{Quality, ThingId, TimeRange};
use rusqlite::{Connection, params};

use super::readings::{HOUR_MS, next_hour};

/// How many values of a Thing in a range there are of each quality.
pub(super) fn count(
    db: &Connection,
    thing: ThingId,
    range: TimeRange,
) -> rusqlite::Result<BTreeMap<Quality, u64>> {
    let (from_ms, to_ms) = (range.from().as_millisecond(), range.to().as_millisecond());
    let mut counts = BTreeMap::new();
    let mut statement = db.prepare_cached(
        "SELECT q.value, count(*) FROM reading r JOIN json_each(r.quality) q
         WHERE r.hour = ?1 AND r.thing_id = ?2 AND r.time_ms >= ?3 AND r.time_ms < ?4 GROUP BY 1",
    )?;
    let mut hour = Some(from_ms.div_euclid(HOUR_MS));
    while let Some(h) = hour.filter(|h| h * HOUR_MS < to_ms) {
        for row in statement.query_map(params![h, thing.0, from_ms, to_ms], |row| {
            Ok((row.get::<_, u8>(0)?, row.get::<_, i64>(1)?))
        })? {
            let (code, n) = row?;
            if let Some(quality) = Quality::from_code(code) {
                *counts.entry(quality).or_default() += n.unsigned_abs();
            }
        }
        hour = next_hour(db, h)?;
    }
    Ok(counts)
}
