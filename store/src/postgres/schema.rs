//! Whether a database is one this program can read as it is.

use std::cmp::Ordering;

use jiff::tz::TimeZone;
use sqlx::PgConnection;

use super::error::is_unknown_table;
use crate::StoreError;

/// The schema this program writes.
pub(crate) const VERSION: u32 = 2;

/// Version of the schema, 0 where there is no store, and the name of the time zone, if the store has one.
pub(super) async fn read(db: &mut PgConnection) -> sqlx::Result<(u32, Option<String>)> {
    let found: sqlx::Result<(Option<i64>, Option<String>)> = sqlx::query_as(
        "SELECT (SELECT value::bigint FROM meta WHERE key = 'schema_version'),
                (SELECT value FROM meta WHERE key = 'zone')",
    )
    .fetch_one(db)
    .await;
    match found {
        Ok((version, zone)) => Ok((u32::try_from(version.unwrap_or(0)).unwrap_or(u32::MAX), zone)),
        Err(error) if is_unknown_table(&error) => Ok((0, None)),
        Err(error) => Err(error),
    }
}

/// Refuses any schema but this program's, and another calendar.
pub(super) fn verify((found, zone): (u32, Option<String>), configured: &TimeZone) -> Result<(), StoreError> {
    match found.cmp(&VERSION) {
        Ordering::Less => Err(StoreError::OlderSchema { found, known: VERSION }),
        Ordering::Greater => Err(StoreError::NewerSchema { found, known: VERSION }),
        Ordering::Equal => match (zone, configured.iana_name()) {
            (None, _) => Ok(()),
            (Some(found), Some(configured)) if found == configured => Ok(()),
            (Some(found), configured) => {
                Err(StoreError::OtherZone { found, configured: configured.unwrap_or("unknown").to_owned() })
            }
        },
    }
}

/// Version of the schema, and how many quarter-hours are dirty.
pub(super) async fn version_and_dirty(db: &mut PgConnection) -> sqlx::Result<(u32, u64)> {
    let (version, n_dirty): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT value::bigint FROM meta WHERE key = 'schema_version'), (SELECT count(*) FROM dirty)",
    )
    .fetch_one(db)
    .await?;
    Ok((u32::try_from(version).unwrap_or(u32::MAX), n_dirty.unsigned_abs()))
}

/// Bytes of the database on the server's disk.
pub(super) async fn n_bytes(db: &mut PgConnection) -> sqlx::Result<u64> {
    let n: i64 = sqlx::query_scalar("SELECT pg_database_size(current_database())").fetch_one(db).await?;
    Ok(n.unsigned_abs())
}
