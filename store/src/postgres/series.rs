//! Reading observations: latest values and pages of a range.

use domain::{DatastreamId, Quality, ThingId, TimeRange, Value};
use sqlx::PgConnection;

use super::{
    row::{row_id, rows_up_to},
    time::Ms,
};
use crate::{Cursor, Latest, Observation, Page};

/// Longest page of observations.
const PAGE_MAX: usize = 10_000;

/// The newest value of each Datastream. After a device was replaced, two of them feed one Datastream.
pub(super) async fn latest(db: &mut PgConnection, thing: Option<ThingId>) -> sqlx::Result<Vec<Latest>> {
    let rows: Vec<(i64, i64, Ms, Option<f64>, i16)> = sqlx::query_as(
        r#"SELECT DISTINCT ON (d.thing_id, d.slot)
                  d.id::bigint, d.thing_id::bigint, coalesce(l.older[d.slot + 1], l.time) AS at,
                  l."values"[d.slot + 1], l.quality[d.slot + 1]
           FROM latest l JOIN datastream d ON d.thing_id = l.thing_id
           WHERE ($1::integer IS NULL OR l.thing_id = $1) AND l.quality[d.slot + 1] <> 0 AND l.time IS NOT NULL
           ORDER BY d.thing_id, d.slot, at DESC, l.device_id"#,
    )
    .bind(thing.map(|thing| row_id(thing.0)))
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .filter_map(|(datastream, thing, time, number, code)| {
            let (value, quality) = assessed(number, code)?;
            let (datastream, thing) = (DatastreamId(datastream), ThingId(thing));
            Some(time.timestamp().map(|time| Latest { datastream, thing, time, value, quality }))
        })
        .collect()
}

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

    let from = Ms::ceil(after.map_or(range.from(), |cursor| cursor.time.max(range.from())));
    // A reading with the time of the cursor comes after it if its id does.
    let seen = after.map_or((Ms::FIRST, i64::MIN), |c| (Ms::ceil(c.time), c.id / 256));
    let rows: Vec<(i64, Ms, Option<f64>, i16)> = sqlx::query_as(
        r#"SELECT id, time, "values"[$2], quality[$2] FROM reading
           WHERE thing_id = $1 AND time >= $3 AND time < $4 AND (time > $5 OR id > $6) AND quality[$2] <> 0
           ORDER BY time, id LIMIT $7"#,
    )
    .bind(thing)
    .bind(i32::from(slot) + 1)
    .bind(from.max(first_at))
    .bind(Ms::ceil(range.to()))
    .bind(seen.0)
    .bind(seen.1)
    .bind(rows_up_to(limit + 1))
    .fetch_all(db)
    .await?;
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
