//! Brings the schema of a server up to date.
//!
//! Apart from serving: whoever migrates needs the right to change tables, whoever serves does not.

use std::time::Duration;

use jiff::tz::TimeZone;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};
use tokio::time::timeout;

use super::{
    connection::Target,
    error::unavailable,
    schema::{self, VERSION},
};
use crate::StoreError;

/// Append only: a migration that was released is never edited.
const MIGRATIONS: [&str; VERSION as usize] = [
    include_str!("../../migrations/postgres/0001_store.sql"),
    include_str!("../../migrations/postgres/0002_object.sql"),
];

/// Two migrations at once wait for each other here: "stadtfmg" in ASCII.
const MIGRATION_LOCK: i64 = 0x7374_6164_7466_6d67;
/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Applies what is missing in one transaction; refuses a newer schema and another calendar.
pub(crate) async fn migrate(target: &Target, zone: &TimeZone) -> Result<(), StoreError> {
    let options = target.writer().options([("statement_timeout", "0"), ("lock_timeout", "60s")]);
    let mut db = timeout(CONNECT_TIMEOUT, options.connect())
        .await
        .map_err(|error| StoreError::unavailable("open the database for writing", error))?
        .map_err(|error| unavailable("open the database for writing", error))?;
    let result = apply(&mut db, zone).await;
    // The answer is known; what the connection says at its end changes nothing.
    let _ = db.close().await;
    result
}

async fn apply(db: &mut PgConnection, zone: &TimeZone) -> Result<(), StoreError> {
    let configured = zone.iana_name().ok_or_else(|| {
        StoreError::unavailable("read the time zone's name", "the time zone has no name in the IANA database")
    })?;
    let failed = |error| unavailable("migrate the schema", error);
    let mut tx = db.begin().await.map_err(failed)?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
    // A statement that fails would end the transaction.
    let is_there: bool = sqlx::query_scalar("SELECT to_regclass('meta') IS NOT NULL")
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
    let found = if is_there { schema::read(&mut tx).await.map_err(failed)? } else { (0, None) };
    let missing = MIGRATIONS
        .get(found.0 as usize..)
        .ok_or(StoreError::NewerSchema { found: found.0, known: VERSION })?;
    for &migration in missing {
        tx.execute(sqlx::raw_sql(migration)).await.map_err(failed)?;
    }
    if let Some(found) = found.1.filter(|found| found != configured) {
        return Err(StoreError::OtherZone { found, configured: configured.to_owned() });
    }
    sqlx::query(
        "INSERT INTO meta VALUES ('schema_version', $1), ('zone', $2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(VERSION.to_string())
    .bind(configured)
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    tx.commit().await.map_err(failed)
}
