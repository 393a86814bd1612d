//! Reading observations: latest values, ranges, the live tail.

use std::collections::HashMap;

use domain::{DatastreamId, Quality, ReadingId, ThingId, TimeRange, Value};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params, types::FromSqlError};

use super::{
    array::element,
    reader::Reader,
    readings::{HOUR_MS, next_hour},
};
use crate::{
    CommittedReading, Cursor, Latest, Observation, Page, by_slot::BySlot, writer::latest::times as times_of,
};

/// Longest page of observations.
const PAGE_MAX: usize = 10_000;

/// Datastream of each Thing and slot, kept by a reader; Datastreams are only ever added.
#[derive(Debug, Default)]
pub(super) struct StreamIds {
    ids: HashMap<ThingId, Vec<DatastreamId>>,
    newest: i64,
}

impl StreamIds {
    pub(super) fn refresh(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let newest: Option<i64> =
            db.prepare_cached("SELECT max(id) FROM datastream")?.query_row([], |row| row.get(0))?;
        let newest = newest.unwrap_or(0);
        if newest == self.newest {
            return Ok(());
        }
        let mut statement = db.prepare_cached(
            "SELECT thing_id, id FROM datastream
             WHERE thing_id IN (SELECT thing_id FROM datastream WHERE id > ?1) ORDER BY thing_id, slot",
        )?;
        let mut changed: HashMap<ThingId, Vec<DatastreamId>> = HashMap::new();
        let mut rows = statement.query([self.newest])?;
        while let Some(row) = rows.next()? {
            changed.entry(ThingId(row.get(0)?)).or_default().push(DatastreamId(row.get(1)?));
        }
        self.ids.extend(changed);
        self.newest = newest;
        Ok(())
    }

    /// The Datastreams of a Thing by slot.
    pub(super) fn of(&self, thing: ThingId) -> &[DatastreamId] {
        self.ids.get(&thing).map_or(&[], Vec::as_slice)
    }
}

/// The newest value of each Datastream.
pub(super) fn latest(reader: &mut Reader, thing: Option<ThingId>) -> rusqlite::Result<Vec<Latest>> {
    // One snapshot for both tables.
    let tx = reader.db.unchecked_transaction()?;
    let mut statement = tx.prepare_cached(match thing {
        Some(_) => r#"SELECT thing_id, "values", quality, time_ms, older_ms FROM latest WHERE thing_id = ?1"#,
        None => {
            r#"SELECT thing_id, "values", quality, time_ms, older_ms FROM latest WHERE ?1 IS NULL ORDER BY 1"#
        }
    })?;
    reader.streams.refresh(&tx)?;
    let mut list: Vec<Latest> = Vec::new();
    // Where the values of the present Thing begin, and where each of its slots is.
    let mut current: Option<(ThingId, HashMap<u8, usize>)> = None;
    let mut rows = statement.query([thing.map(|t| t.0)])?;
    while let Some(row) = rows.next()? {
        let thing = ThingId(row.get(0)?);
        let several = current.as_ref().is_some_and(|(before, _)| *before == thing);
        if !several {
            current = Some((thing, HashMap::new()));
        }
        let values: BySlot<Option<f64>> = row.get(1)?;
        let quality: BySlot<u8> = row.get(2)?;
        let times = times_of(row.get(3)?, &quality, &row.get(4)?);
        for ((slot, time_ms), &datastream) in times.iter().zip(reader.streams.of(thing)) {
            let Some(time_ms) = time_ms else { continue };
            let Some((value, quality)) = assessed(values.get(slot), quality.get(slot)) else { continue };
            let item = Latest { datastream, thing, time: timestamp(time_ms)?, value, quality };
            // After a device was replaced, two of them feed one Datastream.
            let Some((_, places)) = current.as_mut() else { continue };
            match places.get(&slot).and_then(|&at| list.get_mut(at)) {
                Some(other) if other.time < item.time => *other = item,
                Some(_) => {}
                None => {
                    places.insert(slot, list.len());
                    list.push(item);
                }
            }
        }
    }
    Ok(list)
}

/// One page of a Datastream's observations.
pub(super) fn observations(
    reader: &mut Reader,
    datastream: DatastreamId,
    range: TimeRange,
    after: Option<Cursor>,
    limit: usize,
) -> rusqlite::Result<Page<Observation>> {
    let limit = limit.clamp(1, PAGE_MAX);
    let db = &reader.db;
    let stream: Option<(i64, u8, i64)> = db
        .prepare_cached("SELECT thing_id, slot, first_ms FROM datastream WHERE id = ?1")?
        .query_row([datastream.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((thing, slot, first_ms)) = stream else { return Ok(Page { items: Vec::new(), next: None }) };

    let from_ms = ceil_ms(after.map_or(range.from(), |cursor| cursor.time.max(range.from())));
    let from_ms = from_ms.max(first_ms);
    let to_ms = ceil_ms(range.to());
    // A reading with the time of the cursor comes after it if its id does.
    let seen = after.map_or((i64::MIN, i64::MIN), |c| (c.time.as_millisecond(), c.id / 256));
    let mut statement = db.prepare_cached(
        r#"SELECT id, time_ms, "values", quality FROM reading
           WHERE hour = ?1 AND thing_id = ?2 AND time_ms >= ?3 AND time_ms < ?4 ORDER BY time_ms, id"#,
    )?;
    let mut items = Vec::new();
    let mut hour = Some(from_ms.div_euclid(HOUR_MS));
    'hours: while let Some(h) = hour.filter(|h| h.saturating_mul(HOUR_MS) < to_ms) {
        let mut any = false;
        let mut rows = statement.query(params![h, thing, from_ms, to_ms])?;
        while let Some(row) = rows.next()? {
            any = true;
            let (id, time_ms): (i64, i64) = (row.get(0)?, row.get(1)?);
            if (time_ms, id) <= seen {
                continue;
            }
            let Some(observation) = observation(id, slot, time_ms, row)? else { continue };
            items.push(observation);
            if items.len() > limit {
                break 'hours;
            }
        }
        hour = if any { Some(h + 1) } else { next_hour(db, h)? };
    }
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|o| Cursor { time: o.time, id: o.id });
    Ok(Page { items, next })
}

fn observation(
    id: i64,
    slot: u8,
    time_ms: i64,
    row: &rusqlite::Row<'_>,
) -> rusqlite::Result<Option<Observation>> {
    let value = element(row.get_ref(2)?.as_str()?, slot);
    let code = element(row.get_ref(3)?.as_str()?, slot);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a code of 0 to 95")]
    let code = code.unwrap_or_default() as u8;
    let Some((value, quality)) = assessed(value, code) else { return Ok(None) };
    Ok(Some(Observation { id: id * 256 + i64::from(slot), time: timestamp(time_ms)?, value, quality }))
}

/// Readings with ids above `after`.
pub(super) fn readings_after(
    reader: &mut Reader,
    after: ReadingId,
    limit: usize,
) -> rusqlite::Result<Vec<CommittedReading>> {
    let tx = reader.db.unchecked_transaction()?;
    reader.streams.refresh(&tx)?;
    let mut statement = tx.prepare_cached(
        r#"SELECT id, thing_id, time_ms, "values", quality FROM reading WHERE id > ?1 ORDER BY id LIMIT ?2"#,
    )?;
    let rows = statement.query_map(params![after.0, limit], |row| {
        let thing = ThingId(row.get(1)?);
        let values: BySlot<Option<f64>> = row.get(3)?;
        let quality: BySlot<u8> = row.get(4)?;
        let values = quality
            .iter()
            .zip(reader.streams.of(thing))
            .filter_map(|((slot, code), &datastream)| {
                let (value, quality) = assessed(values.get(slot), code)?;
                Some((datastream, value, quality))
            })
            .collect();
        Ok(CommittedReading { id: ReadingId(row.get(0)?), thing, time: timestamp(row.get(2)?)?, values })
    })?;
    rows.collect()
}

/// A stored number and quality as the domain has them; `None` where the slot is absent.
fn assessed(number: Option<f64>, code: u8) -> Option<(Value, Quality)> {
    let quality = Quality::from_code(code)?;
    let value = match (quality, number) {
        (Quality::Missing(reason), _) => Value::Missing(reason),
        (_, Some(number)) => Value::Number(number),
        (_, None) => return None,
    };
    Some((value, quality))
}

/// Reads a time column.
pub(super) fn timestamp(time_ms: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(time_ms).map_err(|error| FromSqlError::Other(error.into()).into())
}

/// The first whole millisecond that is not before an instant.
pub(super) fn ceil_ms(instant: Timestamp) -> i64 {
    let ms = instant.as_millisecond();
    if Timestamp::from_millisecond(ms).is_ok_and(|floor| floor < instant) { ms + 1 } else { ms }
}
