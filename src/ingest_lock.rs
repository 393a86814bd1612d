//! One process at a time ingests into a store.
//!
//! A second one would take the broker's session from the first, and each would go on with what it remembers of a
//! store that the other changes. So whoever ingests holds a lock of the operating system on a file beside the
//! database. It ends with the process, however that ends: a file that was left behind means nothing. Commands and
//! processes that only serve do not ask for it.

use std::{
    ffi::OsString,
    fmt,
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;

/// How often, and with which pause, the lock is asked for: `stadtfunk doctor` holds it for a moment to see whether
/// it is free.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(50);

/// Links followed to a database, as many as Linux follows; a circle of links ends there.
const LINKS_MAX: u32 = 40;

/// The right to ingest into a store, until it is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct IngestLock {
    _file: File,
}

/// The process that ingests into a store. On some systems nobody else may read a locked file, so its id may be
/// unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Holder(Option<u32>);

/// Another process ingests into the store.
#[derive(Debug, thiserror::Error)]
#[error(
    "{holder} ingests into `{}` already, it holds `{}`: expected one such process for each store; stop that one, or \
     start this one with `--role api` or another `store.path`",
    .store.display(),
    .lock.display()
)]
struct AlreadyIngested {
    store: PathBuf,
    lock: PathBuf,
    holder: Holder,
}

impl IngestLock {
    /// Takes the right to ingest into the database at `store`, which need not be there yet.
    pub(crate) async fn take(store: &Path) -> anyhow::Result<Self> {
        let path = beside(store);
        let cannot = || format!("cannot lock `{}`", path.display());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot create the folder `{}`", folder.display()))?;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .with_context(cannot)?;
        for n_tries in 1.. {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if n_tries < TRIES => tokio::time::sleep(PAUSE).await,
                Err(TryLockError::WouldBlock) => {
                    let holder = Holder::written_in(&mut file);
                    return Err(AlreadyIngested { store: store.to_owned(), lock: path, holder }.into());
                }
                Err(TryLockError::Error(error)) => return Err(error).with_context(cannot),
            }
        }
        // For people and for the message above; the lock does not depend on it. It may fail on a full disk, which the
        // ingest outlasts.
        let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Self { _file: file })
    }

    /// Who ingests into the database at `store` now; `None` if nobody does.
    pub(crate) fn holder(store: &Path) -> io::Result<Option<Holder>> {
        let mut file = match File::open(beside(store)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // Shared, so that two who look do not see each other.
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(Some(Holder::written_in(&mut file))),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Holder {
    fn written_in(file: &mut File) -> Self {
        let mut text = String::new();
        Self(file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok()))
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(id) => write!(f, "another stadtfunk (process {id})"),
            None => f.write_str("another stadtfunk"),
        }
    }
}

/// `<database>.lock`, the same file by whichever way the database is named.
fn beside(store: &Path) -> PathBuf {
    let mut name: OsString = real(store).into();
    name.push(".lock");
    name.into()
}

/// Where the database is, or will be: SQLite follows a link to a file that is not there yet and makes it.
fn real(store: &Path) -> PathBuf {
    let mut path = store.to_owned();
    for _ in 0..LINKS_MAX {
        if let Ok(real) = path.canonicalize() {
            return real;
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        match path.read_link() {
            // An absolute target replaces the folder.
            Ok(target) => path = folder.join(target),
            Err(_) => return folder.join(path.file_name().unwrap_or_default()),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_to_ingest_is_given_once_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("new").join("city.sqlite");
        let lock = IngestLock::take(&store).await.unwrap();
        let refused = IngestLock::take(&store).await.unwrap_err().to_string();
        let holder = format!("another stadtfunk (process {})", std::process::id());
        assert!(refused.contains(&holder) && refused.contains("city.sqlite.lock"), "{refused}");
        assert_eq!(IngestLock::holder(&store).unwrap(), Some(Holder(Some(std::process::id()))));
        drop(lock);
        assert_eq!(IngestLock::holder(&store).unwrap(), None);
        IngestLock::take(&store).await.unwrap();
    }

    #[tokio::test]
    async fn another_name_of_the_same_database_is_the_same_lock() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("city.sqlite");
        std::fs::write(&store, "").unwrap();
        let _lock = IngestLock::take(&store).await.unwrap();
        let roundabout = folder.path().join(".").join("..").join(folder.path().file_name().unwrap());
        assert!(IngestLock::take(&roundabout.join("city.sqlite")).await.is_err());
        #[cfg(unix)]
        {
            let link = folder.path().join("link.sqlite");
            std::os::unix::fs::symlink(&store, &link).unwrap();
            assert!(IngestLock::take(&link).await.is_err());
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_link_to_a_database_that_is_made_later_is_the_same_lock() {
        let folder = tempfile::tempdir().unwrap();
        let (store, link) = (folder.path().join("city.sqlite"), folder.path().join("link.sqlite"));
        // Relative to the folder of the link, and by way of a second link.
        std::os::unix::fs::symlink("city.sqlite", folder.path().join("middle.sqlite")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("middle.sqlite"), &link).unwrap();
        let _lock = IngestLock::take(&link).await.unwrap();
        let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
        let opened = store::Store::open(store::Config::sqlite(link.clone(), zone)).await.unwrap();
        assert!(store.is_file(), "SQLite follows the link");
        let second = IngestLock::take(&link).await;
        opened.close().await.unwrap();
        assert!(second.is_err(), "two processes ingest into one store");
    }

    #[test]
    fn a_lock_that_cannot_be_looked_at_is_not_called_free() {
        let folder = tempfile::tempdir().unwrap();
        let no_folder = folder.path().join("file");
        std::fs::write(&no_folder, "").unwrap();
        assert!(IngestLock::holder(&no_folder.join("city.sqlite")).is_err());
    }
}
