//! Reading observations, page by page.

use domain::{DatastreamId, Quality, TimeRange, Value};
use sqlx::PgConnection;

use super::{
    row::{row_id, rows_up_to},
    time::Ms,
};
use crate::{Cursor, Observation, Page};

/// Longest page of observations.
const PAGE_MAX: usize = 10_000;
/// The part of a range looked through first; each next one is four times as long. A series of years is divided into
/// hundreds of parts, and planning a statement over all of them takes longer than most pages.
const FIRST_STEP_MS: i64 = 28 * 24 * 3_600_000;

/// Id, time, value and quality of one slot.
type Stored = (i64, Ms, Option<f64>, i16);

/// One page of a Datastream's observations.
pub(super) async fn observations(
    db: &mut PgConnection,
    datastream: DatastreamId,
    range: TimeRange,
    after: Option<Cursor>,
    limit: usize,
) -> sqlx::Result<Page<Observation>> {
    let limit = limit.clamp(1, PAGE_MAX);
    // Datastreams are only ever added, so both statements need not see the same moment.
    let stream: Option<(i32, i16, Ms)> =
        sqlx::query_as("SELECT thing_id, slot, first_at FROM datastream WHERE id = $1")
            .bind(row_id(datastream.0))
            .fetch_optional(&mut *db)
            .await?;
    let Some((thing, slot, first_at)) = stream else { return Ok(Page { items: Vec::new(), next: None }) };

    // A reading with the time of the cursor comes after it if its id does.
    let seen = after.map_or((Ms::FIRST, i64::MIN), |c| (Ms::ceil(c.time), c.id / 256));
    let to = Ms::ceil(range.to());
    let mut rows: Vec<Stored> = Vec::new();
    let from = after.map_or(range.from(), |cursor| cursor.time.max(range.from()));
    let mut from = Ms::ceil(from).max(first_at);
    let mut step = FIRST_STEP_MS;
    while from < to && rows.len() <= limit {
        let until = Ms(from.0.saturating_add(step)).min(to);
        let more: Vec<Stored> = sqlx::query_as(
            r#"SELECT id, time, "values"[$2], quality[$2] FROM reading
               WHERE thing_id = $1 AND time >= $3 AND time < $4 AND (time > $5 OR id > $6) AND quality[$2] <> 0
               ORDER BY time, id LIMIT $7"#,
        )
        .bind(thing)
        .bind(i32::from(slot) + 1)
        .bind(from)
        .bind(until)
        .bind(seen.0)
        .bind(seen.1)
        .bind(rows_up_to(limit + 1 - rows.len()))
        .fetch_all(&mut *db)
        .await?;
        rows.extend(more);
        from = until;
        step = step.saturating_mul(4);
    }
    let more = rows.len() > limit;
    let items: Vec<Observation> = rows
        .into_iter()
        .take(limit)
        .filter_map(|(id, time, number, code)| {
            let (value, quality) = assessed(number, code)?;
            let id = id * 256 + i64::from(slot);
            Some(time.timestamp().map(|time| Observation { id, time, value, quality }))
        })
        .collect::<Result<_, _>>()?;
    let next = items.last().filter(|_| more).map(|o| Cursor { time: o.time, id: o.id });
    Ok(Page { items, next })
}

/// A stored number and quality as the domain has them; `None` where the slot is absent.
pub(super) fn assessed(number: Option<f64>, code: i16) -> Option<(Value, Quality)> {
    let quality = u8::try_from(code).ok().and_then(Quality::from_code)?;
    let value = match (quality, number) {
        (Quality::Missing(reason), _) => Value::Missing(reason),
        (_, Some(number)) => Value::Number(number),
        (_, None) => return None,
    };
    Some((value, quality))
}
