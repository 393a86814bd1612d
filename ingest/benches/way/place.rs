//! Where the measured store is.

use domain::Secret;
use jiff::tz::TimeZone;
use store::{Config, Store, Target};
use tempfile::TempDir;
use testbed::{Database, Postgres};

/// Which store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Timescale,
}

/// A new, empty store; gone with this value.
#[derive(Debug)]
pub(crate) struct Place {
    kind: Kind,
    folder: TempDir,
    server: Option<(Database, Postgres)>,
}

impl Place {
    /// Starts a server if need be, with the memory such a machine would give it.
    pub(crate) fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = (kind == Kind::Timescale).then(|| {
            let server =
                Postgres::start_in(folder.path(), &["shared_buffers=1GB", "max_wal_size=4GB"]).unwrap();
            (Database::timescale_on(&server.url()), server)
        });
        Self { kind, folder, server }
    }

    /// Opens the store. A server is reached by its Unix socket, as by a program on the same machine.
    pub(crate) async fn open(&self) -> Store {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let config = match &self.server {
            None => Config::sqlite(self.folder.path().join("city.sqlite"), zone),
            Some((database, server)) => {
                let url = database.url();
                let name = url.rsplit_once('/').unwrap().1;
                let folder = server.folder().display();
                let url = format!("postgres://postgres@localhost:{}/{name}?host={folder}", server.port());
                Config::postgres(Target::parse(&Secret::new(url)).unwrap(), zone)
            }
        };
        store::migrate(config.clone()).await.unwrap();
        Store::open(config).await.unwrap()
    }

    /// The folder the processes of the server work in.
    pub(crate) fn server_folder(&self) -> Option<&std::path::Path> {
        (self.kind == Kind::Timescale).then(|| self.folder.path())
    }
}
