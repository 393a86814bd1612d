//! Opening connections, and what their errors mean.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use crate::StoreError;

/// Room for the pages a few thousand sensors write within an hour.
const WRITER_CACHE_KIB: i64 = 64 * 1024;
const READER_CACHE_KIB: i64 = 16 * 1024;
/// The write-ahead log is cut back to this size once it is checkpointed.
const WAL_LIMIT_BYTES: i64 = 64 * 1024 * 1024;
/// Pages in the log before a checkpoint: 16 MiB.
const WAL_CHECKPOINT_PAGES: i64 = 4096;
/// How long to wait for another process that writes, such as a device import from the command line.
const BUSY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);
/// Prepared statements kept by each connection; more than the store has.
const N_STATEMENTS: usize = 128;

/// The connection that writes.
///
/// `synchronous=FULL`: a commit reported is on disk, also after a power cut. `NORMAL` in WAL mode may lose
/// the newest commits (<https://www.sqlite.org/pragma.html#pragma_synchronous>).
pub(super) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).trying("open the database for writing")?;
    db.busy_timeout(BUSY_TIMEOUT).trying("set the busy timeout")?;
    db.set_prepared_statement_cache_capacity(N_STATEMENTS);
    db.pragma_update(None, "journal_mode", "WAL").trying("switch to a write-ahead log")?;
    for (pragma, value) in [
        ("cache_size", -WRITER_CACHE_KIB),
        ("journal_size_limit", WAL_LIMIT_BYTES),
        ("wal_autocheckpoint", WAL_CHECKPOINT_PAGES),
        // Every id the writer writes it has read or given itself (a device it does not know is refused by
        // `Track::load`), so the check would cost a lookup for each reference and find nothing.
        ("foreign_keys", 0),
    ] {
        db.pragma_update(None, pragma, value).trying("configure the writer")?;
    }
    db.pragma_update(None, "synchronous", "FULL").trying("configure the writer")?;
    keep_plans(&db).trying("configure the writer")?;
    Ok(db)
}

/// A connection that only reads.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).trying("open the database for reading")?;
    db.busy_timeout(BUSY_TIMEOUT).trying("set the busy timeout")?;
    db.set_prepared_statement_cache_capacity(N_STATEMENTS);
    db.pragma_update(None, "cache_size", -READER_CACHE_KIB).trying("configure a reader")?;
    keep_plans(&db).trying("configure a reader")?;
    Ok(db)
}

/// Has SQLite plan a statement once. Without this guarantee it prepares a statement again whenever other values
/// are bound to it, as they could change the plan; that costs ten times a lookup
/// (<https://www.sqlite.org/c3ref/c_dbconfig_defensive.html>, `SQLITE_DBCONFIG_ENABLE_QPSG`).
fn keep_plans(db: &Connection) -> rusqlite::Result<bool> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
}

/// Whether the values of one arrival are to blame, not the database.
pub(super) fn is_data_error(error: &rusqlite::Error) -> bool {
    match error {
        rusqlite::Error::SqliteFailure(e, _) => {
            matches!(e.code, ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig)
        }
        _ => false,
    }
}

/// Wraps any error as "unavailable".
pub(super) fn failed(
    operation: &'static str,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StoreError {
    StoreError::Unavailable { operation, source: error.into() }
}

/// Says what was tried when the driver fails.
pub(super) trait Trying<T> {
    /// `operation` is a verb phrase.
    fn trying(self, operation: &'static str) -> Result<T, StoreError>;
}

impl<T> Trying<T> for rusqlite::Result<T> {
    fn trying(self, operation: &'static str) -> Result<T, StoreError> {
        self.map_err(|error| failed(operation, error))
    }
}
