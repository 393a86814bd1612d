//! Brings the schema on disk up to date.

use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::connection::{Trying, failed};
use crate::StoreError;

/// Append only: a migration that was released is never edited.
const MIGRATIONS: [&str; 1] = [include_str!("../../migrations/sqlite/0001_store.sql")];

/// The schema this program writes.
#[expect(clippy::cast_possible_truncation, reason = "a handful")]
pub(super) const VERSION: u32 = MIGRATIONS.len() as u32;

/// Applies what is missing in one transaction, refuses a newer schema and another calendar.
pub(super) fn migrate(db: &mut Connection, zone: &TimeZone) -> Result<(), StoreError> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate).trying("begin a migration")?;
    let found: u32 =
        tx.pragma_query_value(None, "user_version", |row| row.get(0)).trying("read the schema version")?;
    let missing =
        MIGRATIONS.get(found as usize..).ok_or(StoreError::NewerSchema { found, known: VERSION })?;
    for migration in missing {
        tx.execute_batch(migration).trying("migrate the schema")?;
    }
    tx.pragma_update(None, "user_version", VERSION).trying("write the schema version")?;

    let configured =
        zone.iana_name().ok_or_else(|| failed("read the time zone's name", UnnamedZone))?.to_owned();
    let found: Option<String> = tx
        .query_row("SELECT value FROM meta WHERE key = 'zone'", [], |row| row.get(0))
        .optional()
        .trying("read the time zone")?;
    match found {
        None => {
            tx.execute("INSERT INTO meta VALUES ('zone', ?1)", [configured]).trying("write the time zone")?;
        }
        Some(found) if found != configured => return Err(StoreError::OtherZone { found, configured }),
        Some(_) => {}
    }
    tx.commit().trying("commit a migration")
}

/// A zone that cannot be recognised again when the store is next opened.
#[derive(Debug, thiserror::Error)]
#[error("the time zone has no name in the IANA database")]
struct UnnamedZone;
