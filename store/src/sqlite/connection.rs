//! Opening connections, and what their errors mean.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, config::DbConfig};

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

/// Who else has the database open when it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The writer of this process.
    BesideWriter,
    /// Perhaps another process, perhaps nobody. What was there before must be there afterwards, and nothing else.
    NoTrace {
        /// Whether there is a log, which a running process needs or a killed one left.
        has_log: bool,
    },
}

impl Access {
    /// For reading a database that is left as it is found.
    pub(crate) fn no_trace(path: &Path) -> Self {
        Self::NoTrace { has_log: path_with(path, "-wal").exists() }
    }
}

/// A connection that only reads.
pub(super) fn open_reader(path: &Path, access: Access) -> Result<Connection, StoreError> {
    let mode = match access {
        Access::BesideWriter => OpenFlags::SQLITE_OPEN_READ_ONLY,
        // A connection opened to read leaves the log and its index behind that it had to make; one that could write
        // takes them away again. SQLite reads a file it may not write all the same.
        Access::NoTrace { .. } => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).trying("open the database for reading")?;
    if let Access::NoTrace { has_log } = access {
        db.pragma_update(None, "query_only", 1).trying("configure a reader")?;
        keep_log(&db, has_log)?;
    }
    db.busy_timeout(BUSY_TIMEOUT).trying("set the busy timeout")?;
    db.set_prepared_statement_cache_capacity(N_STATEMENTS);
    db.pragma_update(None, "cache_size", -READER_CACHE_KIB).trying("configure a reader")?;
    keep_plans(&db).trying("configure a reader")?;
    Ok(db)
}

/// The last connection writes the log into the database and takes it away, unless it is to be kept.
fn keep_log(db: &Connection, keep: bool) -> Result<(), StoreError> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep).map(drop).trying("configure a reader")
}

/// Takes the right to write and gives it back: the error says why nobody could write now. Blocks for up to five
/// seconds while another process writes.
pub fn try_writing(path: &Path) -> Result<(), StoreError> {
    let has_log = path_with(path, "-wal").exists();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags).trying("open the database for writing")?;
    keep_log(&db, has_log)?;
    db.busy_timeout(BUSY_TIMEOUT).trying("set the busy timeout")?;
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate).trying("begin to write")?;
    tx.rollback().trying("end without writing")
}

/// A file that SQLite keeps beside the database.
pub(crate) fn path_with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
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
