//! Where a measured store is: a file, or a database on a server of its own.

#![allow(dead_code, reason = "not every measurement uses all")]

use std::path::{Path, PathBuf};

use domain::Secret;
use jiff::tz::TimeZone;
use store::{Config, Target};
use testbed::{Database, Postgres};

use super::Result;

/// Which store is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Timescale,
    Postgres,
}

/// Makes places; what they hold is gone with this value.
#[derive(Debug)]
pub(crate) struct Places {
    kind: Kind,
    folder: tempfile::TempDir,
    server: Option<Postgres>,
}

/// One store.
#[derive(Debug)]
pub(crate) enum Place {
    File(PathBuf),
    Database(Database),
}

impl Kind {
    /// The kind named in the arguments of the program; SQLite if none is.
    pub(crate) fn of_arguments() -> Self {
        let named = |name: &str| std::env::args().any(|argument| argument == name);
        match (named("timescale"), named("postgres")) {
            (true, _) => Self::Timescale,
            (_, true) => Self::Postgres,
            _ => Self::Sqlite,
        }
    }
}

impl Places {
    /// Starts a server if need be, with the memory such a machine would give it.
    pub(crate) fn new(kind: Kind) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let server = match kind {
            Kind::Sqlite => None,
            Kind::Timescale | Kind::Postgres => {
                Some(Postgres::start_in(folder.path(), &["shared_buffers=1GB", "max_wal_size=4GB"])?)
            }
        };
        Ok(Self { kind, folder, server })
    }

    /// A new, empty place.
    pub(crate) fn place(&self, name: &str) -> Place {
        match (&self.server, self.kind) {
            (None, _) => Place::File(self.folder.path().join(name)),
            (Some(server), Kind::Timescale) => Place::Database(Database::timescale_on(&server.url())),
            (Some(server), _) => Place::Database(Database::plain_on(&server.url())),
        }
    }

    /// Processor seconds of the server so far.
    pub(crate) fn server_seconds(&self) -> f64 {
        self.server.as_ref().map_or(0.0, |server| seconds_below(server.folder()))
    }
}

impl Place {
    /// How the store is opened. By the Unix socket, as beside the server.
    pub(crate) fn config(&self, zone: TimeZone) -> Result<Config> {
        Ok(match self {
            Self::File(path) => Config::sqlite(path, zone),
            Self::Database(database) => Config::postgres(Target::parse(&Secret::new(database.url()))?, zone),
        })
    }
}

/// Processor seconds of all processes of the server whose data is in a folder: they work in it.
fn seconds_below(folder: &Path) -> f64 {
    let seconds = |process: std::fs::DirEntry| -> Option<f64> {
        let working_in = std::fs::read_link(process.path().join("cwd")).ok()?;
        if !working_in.starts_with(folder) {
            return None;
        }
        let stat = std::fs::read_to_string(process.path().join("stat")).ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
        // Fields 14 and 15 of proc_pid_stat(5): time in user and system mode, in hundredths of a second. 16 and 17 are those of
        // children that have ended.
        let ticks: f64 = fields.by_ref().skip(11).take(4).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
        Some(ticks / 100.0)
    };
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(seconds).sum()
}
