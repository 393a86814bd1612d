//! Why an interval has no value: what the sensor itself said.

use domain::{Quality, TimeRange};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::{row::row_id, time::Ms};
use crate::Datastream;

/// The quality of the newest value in each range that does not count: why the sensor gave none, or that it
/// was not plausible. `None` where nothing of the kind was received.
pub(super) async fn reasons(
    db: &mut PgConnection,
    datastream: &Datastream,
    ranges: &[TimeRange],
) -> sqlx::Result<Vec<Option<Quality>>> {
    // An amount belongs to the middle of the interval before it, so a missing one does, too.
    let delay = if datastream.property.aggregation().adds_up() {
        datastream.expected_interval / 2
    } else {
        SignedDuration::ZERO
    };
    let moved = |instant: Timestamp| Ms::ceil(instant.saturating_add(delay).unwrap_or(instant));
    let (from, to): (Vec<Ms>, Vec<Ms>) = ranges.iter().map(|r| (moved(r.from()), moved(r.to()))).unzip();
    let (Some(first), Some(first_at), Some(last)) = (from.iter().min(), datastream.first_at, to.iter().max())
    else {
        return Ok(vec![None; ranges.len()]);
    };
    let codes: Vec<Option<i16>> = sqlx::query_scalar(
        "SELECT newest.code
         FROM unnest($1::timestamptz[], $2::timestamptz[]) WITH ORDINALITY AS asked (since, until, place)
         LEFT JOIN LATERAL
              (SELECT quality[$4] AS code FROM reading
               WHERE thing_id = $3 AND time >= asked.since AND time < asked.until AND time >= $5 AND time < $6
                 AND quality[$4] = ANY ($7)
               ORDER BY time DESC, id DESC LIMIT 1) AS newest ON true
         ORDER BY asked.place",
    )
    .bind(&from)
    .bind(&to)
    .bind(row_id(datastream.thing.0))
    .bind(i32::from(datastream.slot) + 1)
    // The whole of them, so that the planner need not look at any other time.
    .bind((*first).max(Ms::ceil(first_at)))
    .bind(*last)
    .bind(codes_that_do_not_count())
    .fetch_all(db)
    .await?;
    Ok(codes.into_iter().map(|code| Quality::from_code(u8::try_from(code?).ok()?)).collect())
}

fn codes_that_do_not_count() -> Vec<i16> {
    let counts = |code| Quality::from_code(code).is_none_or(Quality::counts);
    (0..=u8::MAX).filter(|&code| !counts(code)).map(i16::from).collect()
}
