//! The store that a drill examines: how the program is told of it, and what is in it, read past the program.

use std::path::{Path, PathBuf};

use testbed::{Database, Postgres};

use super::{
    load::{EventKey, Frame},
    sums::{Sum, Sums},
};

/// Which store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreKind {
    Sqlite,
    Timescale,
}

/// A store of one drill.
#[derive(Debug)]
pub(crate) enum StoreUnderTest {
    Sqlite(PathBuf),
    /// A database and its server. The program may reach it by another port: through a proxy.
    Timescale {
        database: Database,
        server: Box<Postgres>,
        port: u16,
    },
}

/// What the store holds, as the SQL of neither store would be asked by the program.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Every row of the ledger.
    pub(crate) ledger: Vec<EventKey>,
    /// Uplinks that were measured, with their frames.
    pub(crate) measured: Vec<(EventKey, Frame)>,
    /// Uplinks kept as second copies of a frame.
    pub(crate) duplicates: Vec<EventKey>,
    pub(crate) quarantined: Vec<EventKey>,
    /// Uplinks that have not as many readings as they say.
    pub(crate) n_torn: usize,
    /// Readings that belong to no uplink.
    pub(crate) n_orphans: usize,
}

impl StoreKind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Timescale => "timescale",
        }
    }
}

impl StoreUnderTest {
    /// A new store; that of SQLite lies in this folder.
    pub(crate) fn new(kind: StoreKind, folder: &Path) -> Self {
        match kind {
            StoreKind::Sqlite => Self::Sqlite(folder.join("city.sqlite")),
            StoreKind::Timescale => Self::on(Postgres::start().unwrap()),
        }
    }

    /// A new database with TimescaleDB on this server.
    pub(crate) fn on(server: Postgres) -> Self {
        let (database, port) = (Database::timescale_on(&server.url()), server.port());
        Self::Timescale { database, server: Box::new(server), port }
    }

    /// The section `[store]` of the program's settings.
    pub(crate) fn settings(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("[store]\npath = \"{}\"\n", path.display()),
            Self::Timescale { database, server, port } => {
                let url = database.url().replace(&format!(":{}/", server.port()), &format!(":{port}/"));
                format!("[store]\nurl = \"{url}\"\n")
            }
        }
    }

    pub(crate) fn kind(&self) -> StoreKind {
        match self {
            Self::Sqlite(_) => StoreKind::Sqlite,
            Self::Timescale { .. } => StoreKind::Timescale,
        }
    }

    /// The server, where there is one.
    pub(crate) fn server(&mut self) -> &mut Postgres {
        match self {
            Self::Sqlite(_) => panic!("SQLite has no server"),
            Self::Timescale { server, .. } => server,
        }
    }

    /// Rows the ledger has ever had; 0 while nobody can say.
    pub(crate) fn n_events(&self) -> usize {
        let count = match self {
            Self::Sqlite(_) => self.try_query("SELECT value FROM meta WHERE key = 'n_events'"),
            Self::Timescale { .. } => self.try_query("SELECT n_events FROM writer"),
        };
        count.ok().and_then(|rows| rows.first()?.first()?.parse().ok()).unwrap_or(0)
    }

    /// Every event of the ledger.
    pub(crate) fn events(&self) -> Vec<EventKey> {
        self.events_of("ingest_event")
    }

    /// Everything that the oracle compares.
    pub(crate) fn kept(&self) -> Kept {
        let event = self.event_in_hex();
        let measured = self.query(&format!(
            "SELECT {event}, dev_eui, f_cnt FROM uplink JOIN device ON device.id = uplink.device_id \
             WHERE duplicate_of IS NULL"
        ));
        let torn = "SELECT count(*) FROM (SELECT u.id FROM uplink u LEFT JOIN reading r ON r.uplink_id = u.id \
                    GROUP BY u.id, u.n_readings HAVING count(r.id) <> u.n_readings) torn";
        let orphans = "SELECT count(*) FROM reading r WHERE NOT EXISTS (SELECT 1 FROM uplink u WHERE u.id = r.uplink_id)";
        Kept {
            ledger: self.events(),
            measured: measured.iter().map(|row| (key(&row[0]), frame(&row[1], &row[2]))).collect(),
            duplicates: self.events_of("uplink WHERE duplicate_of IS NOT NULL"),
            quarantined: self.events_of("quarantine"),
            n_torn: self.query(torn)[0][0].parse().unwrap(),
            n_orphans: self.query(orphans)[0][0].parse().unwrap(),
        }
    }

    /// Everything measured, summed up.
    pub(crate) fn sums(&self) -> Sums {
        let (values, slot) = match self {
            Self::Sqlite(_) => ("json_each(r.\"values\") v", "v.key"),
            Self::Timescale { .. } => {
                ("LATERAL unnest(r.\"values\") WITH ORDINALITY v (value, n)", "v.n - 1")
            }
        };
        let rows = self.query(&format!(
            "SELECT dev_eui, d.property, d.channel, count(*), sum(v.value) \
             FROM reading r JOIN device ON device.id = r.device_id CROSS JOIN {values} \
             JOIN datastream d ON d.thing_id = r.thing_id AND d.slot = {slot} \
             WHERE v.value IS NOT NULL GROUP BY 1, 2, 3"
        ));
        let sum = |row: Vec<String>| {
            let [dev_eui, property, channel, n, sum] = row.try_into().unwrap();
            let sum = Sum { n: n.parse().unwrap(), sum: sum.parse().unwrap() };
            ((u64::from_str_radix(&dev_eui, 16).unwrap(), property, channel), sum)
        };
        rows.into_iter().map(sum).collect()
    }

    fn events_of(&self, rows: &str) -> Vec<EventKey> {
        let event = self.event_in_hex();
        self.query(&format!("SELECT {event} FROM {rows}")).iter().map(|row| key(&row[0])).collect()
    }

    fn event_in_hex(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "hex(event_id)",
            Self::Timescale { .. } => "encode(event_id, 'hex')",
        }
    }

    pub(crate) fn query(&self, sql: &str) -> Vec<Vec<String>> {
        self.try_query(sql).unwrap_or_else(|error| panic!("{error:#}"))
    }

    pub(crate) fn try_query(&self, sql: &str) -> anyhow::Result<Vec<Vec<String>>> {
        match self {
            Self::Sqlite(path) => sqlite_query(path, sql).map_err(anyhow::Error::from),
            Self::Timescale { database, .. } => database.try_query(sql),
        }
    }
}

fn sqlite_query(path: &Path, sql: &str) -> rusqlite::Result<Vec<Vec<String>>> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let database = rusqlite::Connection::open_with_flags(path, flags)?;
    let mut statement = database.prepare(sql)?;
    let n_columns = statement.column_count();
    let rows = statement.query_map((), |row| {
        (0..n_columns)
            .map(|column| {
                Ok(match row.get_ref(column)? {
                    rusqlite::types::ValueRef::Null => String::new(),
                    rusqlite::types::ValueRef::Integer(n) => n.to_string(),
                    rusqlite::types::ValueRef::Real(x) => x.to_string(),
                    rusqlite::types::ValueRef::Text(text) | rusqlite::types::ValueRef::Blob(text) => {
                        String::from_utf8_lossy(text).into_owned()
                    }
                })
            })
            .collect()
    })?;
    rows.collect()
}

/// An event id without its first four bytes, the second of the message.
fn key(event_id: &str) -> EventKey {
    hex::decode(event_id).unwrap()[4..].try_into().unwrap()
}

fn frame(dev_eui: &str, f_cnt: &str) -> Frame {
    (u64::from_str_radix(dev_eui, 16).unwrap(), f_cnt.parse().unwrap())
}
