//! Why an interval has no value: what the sensor itself said.

use domain::{Quality, TimeRange};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};

use super::{
    array::element,
    readings::{HOUR_MS, previous_hour},
    series::ceil_ms,
};
use crate::Datastream;

/// The quality of the newest value in each range that does not count: why the sensor gave none, or that it
/// was not plausible. `None` where nothing of the kind was received.
pub(super) fn reasons(
    db: &Connection,
    datastream: &Datastream,
    ranges: &[TimeRange],
) -> rusqlite::Result<Vec<Option<Quality>>> {
    // An amount belongs to the middle of the interval before it, so a missing one does, too.
    let delay = if datastream.property.aggregation().adds_up() {
        datastream.expected_interval / 2
    } else {
        SignedDuration::ZERO
    };
    let first_ms = datastream.first_at.map_or(i64::MAX, Timestamp::as_millisecond);
    let moved_ms = |instant: Timestamp| ceil_ms(instant.saturating_add(delay).unwrap_or(instant));
    ranges
        .iter()
        .map(|range| newest(db, datastream, moved_ms(range.from()).max(first_ms), moved_ms(range.to())))
        .collect()
}

fn newest(
    db: &Connection,
    datastream: &Datastream,
    from_ms: i64,
    to_ms: i64,
) -> rusqlite::Result<Option<Quality>> {
    let mut statement = db.prepare_cached(
        "SELECT quality FROM reading
         WHERE hour = ?1 AND thing_id = ?2 AND time_ms >= ?3 AND time_ms < ?4 ORDER BY time_ms DESC, id DESC",
    )?;
    let mut hour = (from_ms < to_ms).then(|| (to_ms - 1).div_euclid(HOUR_MS));
    while let Some(h) = hour.filter(|h| *h >= from_ms.div_euclid(HOUR_MS)) {
        let mut any = false;
        let mut rows = statement.query(params![h, datastream.thing.0, from_ms, to_ms])?;
        while let Some(row) = rows.next()? {
            any = true;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a code of 0 to 95")]
            let code = element(row.get_ref(0)?.as_str()?, datastream.slot).unwrap_or_default() as u8;
            if let Some(quality) = Quality::from_code(code).filter(|quality| !quality.counts()) {
                return Ok(Some(quality));
            }
        }
        hour = if any { Some(h - 1) } else { previous_hour(db, h)? };
    }
    Ok(None)
}
