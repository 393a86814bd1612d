//! Brings the schema on disk up to date.

use std::cmp::Ordering;

use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::connection::{Trying, failed};
use crate::StoreError;

/// Append only: a migration that was released is never edited.
const MIGRATIONS: [&str; 4] = [
    include_str!("../../migrations/sqlite/0001_store.sql"),
    include_str!("../../migrations/sqlite/0002_gaps.sql"),
    include_str!("../../migrations/sqlite/0003_retention.sql"),
    include_str!("../../migrations/sqlite/0004_object.sql"),
];

/// The version before the first migration: 1 was the form of stores made before the first release.
const UNRELEASED: u32 = 1;

/// The schema this program writes.
#[expect(clippy::cast_possible_truncation, reason = "a handful")]
pub(super) const VERSION: u32 = UNRELEASED + MIGRATIONS.len() as u32;

/// Applies what is missing in one transaction, refuses a newer schema and another calendar.
pub(super) fn migrate(db: &mut Connection, zone: &TimeZone) -> Result<(), StoreError> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate).trying("begin a migration")?;
    let found: u32 =
        tx.pragma_query_value(None, "user_version", |row| row.get(0)).trying("read the schema version")?;
    if found == UNRELEASED {
        return Err(StoreError::UnreleasedSchema(found));
    }
    let n_applied = found.saturating_sub(UNRELEASED) as usize;
    let missing = MIGRATIONS.get(n_applied..).ok_or(StoreError::NewerSchema { found, known: VERSION })?;
    for migration in missing {
        tx.execute_batch(migration).trying("migrate the schema")?;
    }
    // A running service takes every commit of another process for news, so there is none without a change.
    if found != VERSION {
        tx.pragma_update(None, "user_version", VERSION).trying("write the schema version")?;
    }

    if !has_zone(&tx, zone)? {
        tx.execute("INSERT INTO meta VALUES ('zone', ?1)", [zone.iana_name()])
            .trying("write the time zone")?;
    }
    tx.commit().trying("commit a migration")
}

/// Refuses any schema but this program's, and another calendar; changes nothing.
pub(super) fn verify(db: &Connection, zone: &TimeZone) -> Result<(), StoreError> {
    let found: u32 =
        db.pragma_query_value(None, "user_version", |row| row.get(0)).trying("read the schema version")?;
    match found.cmp(&VERSION) {
        Ordering::Less if found == UNRELEASED => Err(StoreError::UnreleasedSchema(found)),
        Ordering::Less => Err(StoreError::OlderSchema { found, known: VERSION }),
        Ordering::Equal => has_zone(db, zone).map(drop),
        Ordering::Greater => Err(StoreError::NewerSchema { found, known: VERSION }),
    }
}

/// Whether the database follows this calendar; `false` if it follows none yet.
fn has_zone(db: &Connection, zone: &TimeZone) -> Result<bool, StoreError> {
    let configured = zone.iana_name().ok_or_else(|| failed("read the time zone's name", UnnamedZone))?;
    let found: Option<String> = db
        .query_row("SELECT value FROM meta WHERE key = 'zone'", [], |row| row.get(0))
        .optional()
        .trying("read the time zone")?;
    match found {
        None => Ok(false),
        Some(found) if found == configured => Ok(true),
        Some(found) => Err(StoreError::OtherZone { found, configured: configured.to_owned() }),
    }
}

/// A zone that cannot be recognised again when the store is next opened.
#[derive(Debug, thiserror::Error)]
#[error("the time zone has no name in the IANA database")]
struct UnnamedZone;
