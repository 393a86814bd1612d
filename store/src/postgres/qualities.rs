//! How many values of a Thing are worth what.

use std::collections::BTreeMap;

use domain::{Quality, ThingId, TimeRange};
use sqlx::PgConnection;

use super::{row::row_id, time::Ms};

/// How many values of a Thing in a range there are of each quality.
pub(super) async fn count(
    db: &mut PgConnection,
    thing: ThingId,
    range: TimeRange,
) -> sqlx::Result<BTreeMap<Quality, u64>> {
    let rows: Vec<(i16, i64)> = sqlx::query_as(
        "SELECT code, count(*) FROM reading CROSS JOIN unnest(quality) code
         WHERE thing_id = $1 AND time >= $2 AND time < $3 GROUP BY code",
    )
    .bind(row_id(thing.0))
    .bind(Ms(range.from().as_millisecond()))
    .bind(Ms(range.to().as_millisecond()))
    .fetch_all(db)
    .await?;
    let of_code = |(code, n): (i16, i64)| {
        Some((u8::try_from(code).ok().and_then(Quality::from_code)?, n.unsigned_abs()))
    };
    Ok(rows.into_iter().filter_map(of_code).collect())
}
