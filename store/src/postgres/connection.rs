//! Where the server is, and how connections to it behave.

use std::{fmt, str::FromStr, time::Duration};

use domain::{Secret, Truncated};
use sqlx::{
    ConnectOptions, Executor,
    postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions},
};
use tokio::time::timeout;

/// A server and a database on it, as the operator wrote them down.
///
/// A connection pooler between the two, such as `PgBouncer`, must pool sessions, not transactions: statements stay
/// prepared on their connection, and the settings below travel in the start-up parameter `options`, which it has to be
/// told to pass on.
#[derive(Clone)]
pub struct Target {
    options: Box<PgConnectOptions>,
}

/// A text that names no database. Never shows the text itself, for it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Not an address of PostgreSQL.
    #[error("expected an address like `postgres://user:password@host:5432/database`, found another form")]
    Scheme,
    /// A `/` or the like in the password would have ended the host before it begins.
    #[error(
        "the address has `@` or `#` behind its host: in a password, `@` is written %40, `#` %23, `/` %2F, `?` %3F"
    )]
    Unescaped,
    /// A parameter behind the `?` that does not exist, or is not the operator's to set.
    #[error("the address has the parameter `{0}`; expected one of {known}", known = PARAMETERS.join(", "))]
    Parameter(Truncated),
    /// The server would take the name of the user.
    #[error("the address names no database: expected `postgres://user@host/database`")]
    NoDatabase,
    /// A part of it cannot be read.
    #[error("the address of the database cannot be read")]
    Unreadable(#[source] sqlx::Error),
}

/// What may stand behind the `?`. The driver itself only warns of others, and shows their value.
const PARAMETERS: [&str; 9] =
    ["sslmode", "sslrootcert", "sslcert", "sslkey", "host", "port", "user", "password", "options"];

/// Connections that read: a page asks several things at once, a core of the server answers one of them.
const N_READERS: u32 = 8;
/// Longest wait for a connection, and for the server to become reachable.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// Longest a connection is cleaned up before it is given up.
const CLEAN_UP_TIMEOUT: Duration = Duration::from_secs(2);

/// Settings of every connection. What a client or a network left hanging ends on the server by itself, and the server
/// notices within a minute that a client is gone.
const COMMON: [(&str, &str); 6] = [
    ("idle_in_transaction_session_timeout", "10s"),
    ("lock_timeout", "2s"),
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
    // Compiling takes longer than the statements do.
    ("jit", "off"),
];

/// Longest a statement of a reader runs.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(5);

impl Target {
    /// Reads an address.
    pub fn parse(address: &Secret) -> Result<Self, TargetError> {
        let text = address.expose();
        let schemes = ["postgres://", "postgresql://"];
        let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)).ok_or(TargetError::Scheme)?;
        let behind_host = rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]);
        if behind_host.contains(['@', '#']) {
            return Err(TargetError::Unescaped);
        }
        let parameters = behind_host.split_once('?').map_or("", |(_, parameters)| parameters);
        for pair in parameters.split('&').filter(|pair| !pair.is_empty()) {
            let key = pair.split_once('=').map_or(pair, |(key, _)| key);
            if !PARAMETERS.contains(&key) {
                return Err(TargetError::Parameter(Truncated::new(key)));
            }
        }
        let options = PgConnectOptions::from_str(text).map_err(TargetError::Unreadable)?;
        if options.get_database().is_none() {
            return Err(TargetError::NoDatabase);
        }
        Ok(Self { options: Box::new(options.disable_statement_logging()) })
    }

    /// For the one connection that writes: a commit it reports is on disk.
    pub(crate) fn writer(&self) -> PgConnectOptions {
        let own = [
            ("statement_timeout", "30s"),
            ("synchronous_commit", "on"),
            // Few statements, always the same: planning them for each batch takes longer than a plan made for it could save.
            ("plan_cache_mode", "force_generic_plan"),
            // A plan is made while a table is small and kept when it is not: it has to look rows up by their key from the begin.
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
        ];
        PgConnectOptions::clone(&self.options)
            .application_name("stadtfunk-writer")
            .options(COMMON)
            .options(own)
    }

    /// For connections that read.
    pub(super) fn reader(&self) -> PgConnectOptions {
        let own = [
            ("statement_timeout", format!("{}s", READ_TIMEOUT.as_secs())),
            ("default_transaction_read_only", "on".to_owned()),
        ];
        PgConnectOptions::clone(&self.options)
            .application_name("stadtfunk-reader")
            .options(COMMON)
            .options(own)
    }

    /// Connections that read, opened as they are needed.
    pub(super) fn reader_pool(&self) -> PgPool {
        PgPoolOptions::new()
            .max_connections(N_READERS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_release(|db, _| Box::pin(clean_up(db)))
            .connect_lazy_with(self.reader())
    }
}

/// Ends what was left on a connection before the next one gets it: a `BEGIN` whose future was dropped does not know that
/// it took place (sqlx 0.9, <https://github.com/launchbadge/sqlx/issues/2805>).
///
/// A lone `ROLLBACK` would write a warning into the server's log wherever there was nothing to end.
async fn clean_up(db: &mut PgConnection) -> sqlx::Result<bool> {
    let ended = timeout(CLEAN_UP_TIMEOUT, db.execute(sqlx::raw_sql("BEGIN; ROLLBACK"))).await;
    Ok(matches!(ended, Ok(Ok(_))))
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { options } = self;
        let database = options.get_database().unwrap_or_default();
        match options.get_socket() {
            Some(socket) => write!(f, "`{database}` at {}", socket.display()),
            None => write!(f, "`{database}` at {}:{}", options.get_host(), options.get_port()),
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The driver's options would show the password.
        write!(f, "Target({self})")
    }
}
