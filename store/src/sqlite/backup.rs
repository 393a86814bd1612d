//! Copies of an SQLite store, taken beside a running service, and putting one back.
//!
//! `VACUUM INTO` copies what one reading transaction sees: the writer goes on, and a copy is never begun anew because
//! somebody wrote, as SQLite's page-wise backup is when another process writes. It leaves the flush to the disk to us.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};

use super::connection::{Trying, path_with};
use crate::StoreError;

/// What is counted in a copy: everything that cannot be computed again, and the buckets.
const COUNTED: [&str; 11] = [
    "accounting",
    "audit",
    "bucket",
    "datastream",
    "device",
    "dirty",
    "ingest_event",
    "quarantine",
    "reading",
    "thing",
    "uplink",
];

/// What a copy holds; written beside it as `<copy>.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the program that made it.
    pub program: String,
    /// When.
    pub made_at: Timestamp,
    /// What is in it.
    #[serde(flatten)]
    pub content: BackupContent,
}

/// What is in a database file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupContent {
    /// Version of the schema.
    pub schema: u32,
    /// The calendar of its days.
    pub zone: String,
    /// Time of the newest reading.
    pub newest_reading: Option<Timestamp>,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
}

/// Copies the store at `store` to a new `file`, checks the copy and writes its manifest. Anybody may write to the store
/// meanwhile. An existing file is never overwritten.
pub fn backup(store: &Path, file: &Path, program: &str, now: Timestamp) -> Result<Manifest, StoreError> {
    if !store.is_file() {
        return Err(StoreError::NotThere(store.to_owned()));
    }
    let (manifest_file, part) = (path_with(file, ".json"), path_with(file, ".part"));
    for path in [file, &manifest_file, &part] {
        absent(path)?;
    }
    let made = copy(store, &part).and_then(|content| {
        let manifest = Manifest { program: program.to_owned(), made_at: now, content };
        write_new(&manifest_file, &manifest)?;
        name(&part, file)?;
        Ok(manifest)
    });
    match &made {
        Ok(_) => sync_folder(file)?,
        Err(_) => _ = std::fs::remove_file(&part),
    }
    made
}

/// Puts a copy in the place of the store at `store`, which nobody may have open. A store that is there is moved aside
/// if it may be `replaced`; its new name is given.
pub fn restore(
    file: &Path,
    store: &Path,
    replaces: bool,
    now: Timestamp,
) -> Result<(BackupContent, Option<PathBuf>), StoreError> {
    if !file.is_file() {
        return Err(StoreError::NotThere(file.to_owned()));
    }
    if store.exists() && !replaces {
        return Err(StoreError::AlreadyThere(store.to_owned()));
    }
    let part = path_with(store, ".restoring");
    absent(&part)?;
    let content = take_in(file, &part).inspect_err(|_| _ = std::fs::remove_file(&part))?;
    let aside = move_aside(store, now)?;
    std::fs::rename(&part, store).map_err(|error| cannot("put the copy in its place", error))?;
    sync_folder(store)?;
    Ok((content, aside))
}

/// Gives a complete copy its name.
fn name(part: &Path, file: &Path) -> Result<(), StoreError> {
    // Unlike a rename a link fails where somebody has made the file meanwhile. Some disks know no links.
    match std::fs::hard_link(part, file) {
        Ok(()) => std::fs::remove_file(part),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => std::fs::rename(part, file),
    }
    .map_err(|error| cannot("name the copy", error))
}

fn copy(store: &Path, part: &Path) -> Result<BackupContent, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(store, flags).trying("open the database for reading")?;
    db.busy_timeout(std::time::Duration::from_secs(5)).trying("set the busy timeout")?;
    let name = part.to_str().ok_or_else(|| {
        cannot("name the copy", io::Error::new(io::ErrorKind::InvalidInput, "the path is not UTF-8"))
    })?;
    db.execute("VACUUM INTO ?1", [name]).trying("copy the database")?;
    sync(part)?;
    inspect(part)
}

/// Copies a copy to where the store will be; what arrives is what its manifest says.
fn take_in(file: &Path, part: &Path) -> Result<BackupContent, StoreError> {
    let expected = read_manifest(&path_with(file, ".json"))?;
    std::fs::copy(file, part).map_err(|error| cannot("copy the file", error))?;
    sync(part)?;
    let found = inspect(part)?;
    if expected.content != found {
        let found = format!("its manifest says {:?}, it holds {found:?}", expected.content);
        return Err(StoreError::Damaged { path: file.to_owned(), found });
    }
    Ok(found)
}

/// Checks a database file nobody uses and looks at what is in it.
fn inspect(path: &Path) -> Result<BackupContent, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).trying("open the copy")?;
    let damaged = |found: String| StoreError::Damaged { path: path.to_owned(), found };
    let check = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    match check {
        Ok(found) if found == "ok" => {}
        Ok(found) => return Err(damaged(found)),
        Err(error) => return Err(damaged(error.to_string())),
    }
    let mut rows = BTreeMap::new();
    for table in COUNTED {
        let n = db
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .map_err(|error| damaged(error.to_string()))?;
        rows.insert(table.to_owned(), n);
    }
    let newest: Option<i64> = db
        .query_row("SELECT max(time_ms) FROM latest", [], |row| row.get(0))
        .trying("read the newest reading")?;
    Ok(BackupContent {
        schema: db.pragma_query_value(None, "user_version", |row| row.get(0)).trying("read the schema")?,
        zone: db
            .query_row("SELECT value FROM meta WHERE key = 'zone'", [], |row| row.get(0))
            .map_err(|error| damaged(error.to_string()))?,
        newest_reading: newest.and_then(|ms| Timestamp::from_millisecond(ms).ok()),
        rows,
    })
}

/// Moves a store aside with what belongs to it.
fn move_aside(store: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    let aside = path_with(store, &format!(".before-{}", now.strftime("%Y%m%dT%H%M%SZ")));
    if store.exists() {
        absent(&aside)?;
        // Brings the log into the file and takes it away; of a store too damaged for that, it moves with the file.
        if let Ok(db) = Connection::open(store) {
            let _ = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }
    let mut moved = None;
    // The log first: beside another database it would destroy it.
    for suffix in ["-wal", "-shm", ""] {
        match std::fs::rename(path_with(store, suffix), path_with(&aside, suffix)) {
            Ok(()) => moved = Some(aside.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(cannot("move the store aside", error)),
        }
    }
    Ok(moved)
}

fn read_manifest(path: &Path) -> Result<Manifest, StoreError> {
    let text = std::fs::read(path).map_err(|error| cannot("read the manifest of the copy", error))?;
    serde_json::from_slice(&text)
        .map_err(|error| StoreError::Damaged { path: path.to_owned(), found: error.to_string() })
}

fn write_new(path: &Path, manifest: &Manifest) -> Result<(), StoreError> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        serde_json::to_writer_pretty(&mut file, manifest)?;
        file.write_all(b"\n")?;
        file.sync_all()
    };
    write().map_err(|error| cannot("write the manifest", error))
}

fn absent(path: &Path) -> Result<(), StoreError> {
    if path.symlink_metadata().is_ok() { Err(StoreError::AlreadyThere(path.to_owned())) } else { Ok(()) }
}

fn sync(path: &Path) -> Result<(), StoreError> {
    // Opened to write: some systems flush nothing through a handle that only reads.
    let file = OpenOptions::new().write(true).open(path);
    file.and_then(|file| file.sync_all()).map_err(|error| cannot("flush the copy to the disk", error))
}

/// A new name is on the disk only when its folder is.
fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| cannot("flush the folder to the disk", error))?;
    }
    Ok(())
}

fn cannot(operation: &'static str, error: io::Error) -> StoreError {
    StoreError::unavailable(operation, error)
}
