//! What is older than it is kept.

use domain::{DatastreamId, EventId};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, PgConnection};

use super::{row::row_id, time::Ms};
use crate::{retention::Level, writer::frames::ten_minutes};

macro_rules! bucket {
    ($width:literal) => {
        concat!(
            "(SELECT b.* FROM thing t CROSS JOIN LATERAL (SELECT width, thing_id, start_at FROM bucket WHERE width = '",
            $width,
            "' AND thing_id = t.id AND start_at < $1 ORDER BY start_at LIMIT $4) b) o LIMIT $4"
        )
    };
}

macro_rules! first_bucket {
    ($width:literal) => {
        concat!(
            "SELECT min(b.start_at) FROM thing t CROSS JOIN LATERAL (SELECT start_at FROM bucket WHERE width = '",
            $width,
            "' AND thing_id = t.id ORDER BY start_at LIMIT 1) b"
        )
    };
}

/// Old rows of a level: table, key, and where they are found without looking at all others. `$1` is the time, `$2` the
/// first event id of that time, `$3` its ten minutes, `$4` how many at most.
fn parts(level: Level) -> (&'static str, &'static str, &'static str) {
    match level {
        Level::Uplinks => {
            ("uplink", "id, time", "uplink WHERE ten_minutes < $3 AND time < $1 AND received_at < $1 LIMIT $4")
        }
        Level::Readings | Level::Values => (
            "reading",
            "id, time",
            "(SELECT r.id, r.time FROM thing t CROSS JOIN LATERAL
                (SELECT id, time FROM reading WHERE thing_id = t.id AND time < $1 ORDER BY time LIMIT $4) r) o LIMIT $4",
        ),
        Level::Buckets15m => ("bucket", BUCKET_KEY, bucket!("15m")),
        Level::Buckets1h => ("bucket", BUCKET_KEY, bucket!("1h")),
        Level::Buckets1d => ("bucket", BUCKET_KEY, bucket!("1d")),
        Level::Ledger => ("ingest_event", "event_id", "ingest_event WHERE event_id < $2 AND received_at < $1 LIMIT $4"),
        Level::Quarantine => ("quarantine", "id", "quarantine WHERE received_at < $1 LIMIT $4"),
        Level::Audit => ("audit", "id", "audit WHERE at < $1 LIMIT $4"),
    }
}

const BUCKET_KEY: &str = "width, thing_id, start_at";

/// Names all parameters, so that each statement takes the same ones.
const PARAMETERS: &str = "WITH given AS (SELECT $1::timestamptz, $2::bytea, $3::integer, $4::bigint)";

fn first_event(before_ms: i64) -> Vec<u8> {
    EventId::new(Timestamp::from_millisecond(before_ms).ok(), [0; 16]).as_bytes().to_vec()
}

fn slot(before_ms: i64) -> i32 {
    i32::try_from(ten_minutes(before_ms)).unwrap_or_default()
}

/// How many rows of a level are old.
pub(super) async fn count(db: &mut PgConnection, level: Level, before_ms: i64) -> sqlx::Result<u64> {
    let (_, key, old) = parts(level);
    let n: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
        "{PARAMETERS} SELECT count(*) FROM (SELECT {key} FROM {old}) old"
    )))
    .bind(Ms(before_ms))
    .bind(first_event(before_ms))
    .bind(slot(before_ms))
    .bind(i64::MAX)
    .fetch_one(db)
    .await?;
    Ok(n.unsigned_abs())
}

/// Removes some old rows of a level; says how many.
pub(super) async fn remove(
    db: &mut PgConnection,
    level: Level,
    before_ms: i64,
    limit: u64,
) -> sqlx::Result<u64> {
    let (table, key, old) = parts(level);
    let sql = format!(
        "{PARAMETERS}, old AS (SELECT {key} FROM {old}) DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM old)"
    );
    let done = sqlx::query(AssertSqlSafe(sql))
        .bind(Ms(before_ms))
        .bind(first_event(before_ms))
        .bind(slot(before_ms))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}

/// Drops the parts of a hypertable that are old as a whole, where this role may; says how many rows were in them.
pub(super) async fn drop_chunks(db: &mut PgConnection, level: Level, before_ms: i64) -> sqlx::Result<u64> {
    let table = match level {
        Level::Uplinks => "uplink",
        Level::Readings => "reading",
        _ => return Ok(0),
    };
    let may_drop: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')
            AND EXISTS (SELECT FROM pg_class WHERE oid = to_regclass($1) AND pg_has_role(relowner, 'USAGE'))",
    )
    .bind(table)
    .fetch_one(&mut *db)
    .await?;
    if !may_drop {
        return Ok(0);
    }
    let end: Option<Ms> = sqlx::query_scalar(
        "SELECT max(range_end) FROM timescaledb_information.chunks
         WHERE hypertable_schema = current_schema() AND hypertable_name = $1 AND range_end <= $2",
    )
    .bind(table)
    .bind(Ms(before_ms))
    .fetch_one(&mut *db)
    .await?;
    let Some(end) = end else { return Ok(0) };
    // An old uplink may have come lately: its part goes row by row.
    let is_young = match level {
        Level::Uplinks => "SELECT EXISTS (SELECT FROM uplink WHERE time < $1 AND received_at >= $2)",
        _ => "SELECT $1::timestamptz > $2::timestamptz",
    };
    let is_young: bool =
        sqlx::query_scalar(is_young).bind(end).bind(Ms(before_ms)).fetch_one(&mut *db).await?;
    if is_young {
        return Ok(0);
    }
    let n: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {table} WHERE time < $1")))
        .bind(end)
        .fetch_one(&mut *db)
        .await?;
    sqlx::query("SELECT drop_chunks($1::regclass, older_than => $2::timestamptz)")
        .bind(table)
        .bind(end)
        .execute(db)
        .await?;
    Ok(n.unsigned_abs())
}

/// The time of the oldest row of a level, or of the row that comes first.
pub(super) async fn oldest(db: &mut PgConnection, level: Level) -> sqlx::Result<Option<i64>> {
    let sql = match level {
        Level::Uplinks => "SELECT to_timestamp(min(ten_minutes)::bigint * 600) FROM uplink",
        Level::Readings | Level::Values => {
            "SELECT min(r.time) FROM thing t CROSS JOIN LATERAL
                (SELECT time FROM reading WHERE thing_id = t.id ORDER BY time LIMIT 1) r"
        }
        Level::Buckets15m => first_bucket!("15m"),
        Level::Buckets1h => first_bucket!("1h"),
        Level::Buckets1d => first_bucket!("1d"),
        Level::Ledger => {
            "SELECT min(received_at) FROM (SELECT received_at FROM ingest_event ORDER BY event_id LIMIT 1) e"
        }
        Level::Quarantine => {
            "SELECT min(received_at) FROM (SELECT received_at FROM quarantine ORDER BY id LIMIT 1) q"
        }
        Level::Audit => "SELECT min(at) FROM (SELECT at FROM audit ORDER BY id LIMIT 1) a",
    };
    let at: Option<Ms> = sqlx::query_scalar(sql).fetch_one(db).await?;
    Ok(at.map(|at| at.0))
}

/// Notes that the values of a Datastream, or of all, before a time are gone.
pub(super) async fn keep_values_from(
    db: &mut PgConnection,
    datastream: Option<DatastreamId>,
    from_ms: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE datastream SET values_from = $2
         WHERE ($1::integer IS NULL OR id = $1) AND first_at < $2 AND (values_from IS NULL OR values_from < $2)",
    )
    .bind(datastream.map(|id| row_id(id.0)))
    .bind(Ms(from_ms))
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that the quarter-hours before a time are gone.
pub(super) async fn keep_buckets_from(db: &mut PgConnection, from_ms: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE datastream SET buckets_from = $1 WHERE buckets_from IS NULL OR buckets_from < $1")
        .bind(Ms(from_ms))
        .execute(db)
        .await?;
    Ok(())
}

/// The oldest quarter-hour that is not computed.
pub(super) async fn oldest_mark(db: &mut PgConnection) -> sqlx::Result<Option<i64>> {
    let at: Option<Ms> = sqlx::query_scalar("SELECT min(quarter) FROM dirty").fetch_one(db).await?;
    Ok(at.map(|at| at.0))
}
