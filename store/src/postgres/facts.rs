//! What a server says of itself, for whoever looks after it.

use sqlx::PgConnection;

use super::time::Ms;

/// A PostgreSQL server as `stadtfunk doctor` judges it.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerFacts {
    /// Its version: `17.5`.
    pub version: String,
    /// Version of TimescaleDB in this database, and its licence: `apache` or `timescale`.
    pub timescaledb: Option<(String, String)>,
    /// Whether the server could bring the extension.
    pub offers_timescaledb: bool,
    /// Whether what is committed survives a power cut (`fsync` and `full_page_writes`).
    pub is_durable: bool,
    /// Whether it can be written.
    pub writing: Writing,
    /// Who holds the right to ingest: its address and since when, in the server's words.
    pub ingest: Option<String>,
    /// The server's clock.
    pub now: jiff::Timestamp,
    /// Connections in use by anybody, and how many there may be.
    pub connections: (i64, i64),
}

/// Whether our user can write to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// As it should be.
    Possible,
    /// It is a replica.
    Replica,
    /// Our user may not insert readings.
    Forbidden,
}

/// Asks for all of it.
pub(super) async fn read(db: &mut PgConnection) -> sqlx::Result<ServerFacts> {
    type Row = (
        String,
        Option<String>,
        Option<String>,
        bool,
        String,
        String,
        bool,
        bool,
        Option<String>,
        Ms,
        i64,
        i64,
    );
    let row: Row = sqlx::query_as(
        "SELECT current_setting('server_version'),
                (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'),
                current_setting('timescaledb.license', true),
                EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb'),
                current_setting('fsync'), current_setting('full_page_writes'),
                pg_is_in_recovery(),
                has_table_privilege('reading', 'INSERT'),
                (SELECT coalesce(host(a.client_addr), 'this machine') || ' since ' || a.backend_start::timestamptz(0)
                 FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                 WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database
                                                                               WHERE datname = current_database())
                   AND l.classid::bigint = $1 >> 32 AND l.objid::bigint = $1 & 4294967295 LIMIT 1),
                clock_timestamp(),
                (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
                current_setting('max_connections')::bigint",
    )
    .bind(super::database::INGEST_LOCK)
    .fetch_one(db)
    .await?;
    let (version, extension, license, offers, fsync, pages, is_replica, may_write, ingest, now, used, most) =
        row;
    Ok(ServerFacts {
        version,
        timescaledb: extension.map(|version| (version, license.unwrap_or_default())),
        offers_timescaledb: offers,
        is_durable: fsync == "on" && pages == "on",
        writing: match (is_replica, may_write) {
            (true, _) => Writing::Replica,
            (false, true) => Writing::Possible,
            (false, false) => Writing::Forbidden,
        },
        ingest,
        now: now.timestamp()?,
        connections: (used, most),
    })
}
