//! The connection that writes: one for each process, never taken from a pool.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

use jiff::tz::TimeZone;
use sqlx::{ConnectOptions, PgConnection};
use tokio::{
    runtime::Runtime,
    sync::watch,
    time::{sleep, timeout},
};

use super::{
    connection::Target,
    error::{ErrorKind, kind},
    schema,
    tx::Tx,
};
use crate::{
    StoreError,
    writer::tables::{Begun, Database, DbError, Newest},
};

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest wait for an answer: beyond the time after which the server itself ends a statement, the network is to blame.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(40);
/// Longest wait when a transaction is taken back; the server does it alone once the connection is gone.
const ROLLBACK_TIMEOUT: Duration = Duration::from_secs(2);
/// Between two questions what became of a commit.
const ASK_AGAIN: Duration = Duration::from_millis(250);
/// The advisory lock of whoever ingests: "stadtfnk" in ASCII.
pub(super) const INGEST_LOCK: i64 = 0x7374_6164_7466_6e6b;

/// A PostgreSQL database, open for writing.
#[derive(Debug)]
pub(crate) struct PgDatabase {
    target: Target,
    zone: TimeZone,
    runtime: Runtime,
    connection: Option<PgConnection>,
    /// Our last turn; another number says that somebody else has written.
    turn: Option<i64>,
    tokens: RandomState,
    n_tokens: u64,
    /// Whether the right to ingest was asked for, and has to be taken again with every new connection.
    ingests: bool,
    /// Becomes true when nobody waits any longer.
    closing: watch::Receiver<bool>,
}

impl PgDatabase {
    /// Connects to a database that has this program's schema.
    pub(crate) fn open(
        target: Target,
        zone: &TimeZone,
        closing: watch::Receiver<bool>,
    ) -> Result<Self, StoreError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreError::unavailable("start the writer", error))?;
        let mut db = Self {
            target,
            zone: zone.clone(),
            runtime,
            connection: None,
            turn: None,
            tokens: RandomState::new(),
            n_tokens: 0,
            ingests: false,
            closing,
        };
        let found = db
            .connect()
            .and_then(|()| db.run(async |db| schema::read(db).await))
            .map_err(|error| StoreError::unavailable("open the database for writing", error.into_source()))?;
        schema::verify(found, zone)?;
        Ok(db)
    }

    /// The calendar of the days.
    pub(super) const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Connects if need be.
    fn connect(&mut self) -> Result<(), DbError> {
        if self.connection.is_some() {
            return Ok(());
        }
        let options = self.target.writer();
        let connected = self.runtime.block_on(async { timeout(CONNECT_TIMEOUT, options.connect()).await });
        let connected = connected.map_err(|_| DbError::Unavailable(Box::new(NoAnswer(CONNECT_TIMEOUT))))?;
        self.connection = Some(connected.map_err(from_driver)?);
        if self.ingests && !self.take_ingest_lock()? {
            self.connection = None;
            return Err(DbError::Unavailable(Box::new(StoreError::IngestElsewhere)));
        }
        Ok(())
    }

    /// Takes the right to ingest; `false` if another connection has it.
    fn take_ingest_lock(&mut self) -> Result<bool, DbError> {
        self.run(async |db| {
            sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(INGEST_LOCK).fetch_one(db).await
        })
    }

    /// Carries out something on the connection; without an answer in time, the connection is given up.
    pub(super) fn run<T>(
        &mut self,
        operation: impl AsyncFnOnce(&mut PgConnection) -> sqlx::Result<T>,
    ) -> Result<T, DbError> {
        self.run_within(ANSWER_TIMEOUT, operation)
    }

    fn run_within<T>(
        &mut self,
        limit: Duration,
        operation: impl AsyncFnOnce(&mut PgConnection) -> sqlx::Result<T>,
    ) -> Result<T, DbError> {
        let Some(connection) = self.connection.as_mut() else {
            return Err(DbError::Unavailable(Box::new(NotConnected)));
        };
        let result = self.runtime.block_on(async { timeout(limit, operation(connection)).await });
        match result {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                // What the server says leaves the connection as it is; anything else may have broken it.
                if error.as_database_error().is_none() && kind(&error) != ErrorKind::Data {
                    self.connection = None;
                }
                Err(from_driver(error))
            }
            Err(_) => {
                self.connection = None;
                Err(DbError::Unavailable(Box::new(NoAnswer(limit))))
            }
        }
    }

    /// Takes back what is open.
    pub(super) fn roll_back(&mut self) {
        if self.connection.is_none() {
            return;
        }
        let result = self
            .run_within(ROLLBACK_TIMEOUT, async |db| sqlx::raw_sql("ROLLBACK").execute(db).await.map(drop));
        if result.is_err() {
            self.connection = None;
        }
    }

    /// Notes that a turn was taken to its end.
    pub(super) const fn keep_turn(&mut self, turn: i64) {
        self.turn = Some(turn);
    }

    /// Commits. Where the connection breaks before the answer, the server is asked what became of the transaction, so
    /// that a batch is never counted twice.
    pub(super) fn commit(&mut self, turn: &Turn) -> Result<(), DbError> {
        let result = self.run(async |db| sqlx::raw_sql("COMMIT").execute(db).await.map(drop));
        match result {
            Err(DbError::Unavailable(cause)) if self.connection.is_none() => {
                tracing::warn!(%cause, "the connection broke while a batch was committed");
                self.resolve(turn, cause)
            }
            result => result,
        }
    }

    /// Asks until the server says whether a transaction was committed.
    ///
    /// The row of `writer` says so by itself: it can be locked once the transaction is over, and carries its token if it
    /// was committed. The server's word on a transaction number alone would not do: a server that crashed gives numbers
    /// again that it had not yet written down.
    fn resolve(
        &mut self,
        turn: &Turn,
        cause: Box<dyn std::error::Error + Send + Sync>,
    ) -> Result<(), DbError> {
        loop {
            let found: Result<(i64, i64, Option<String>), DbError> = self.connect().and_then(|()| {
                self.run(async |db| {
                    let (newest, token) = sqlx::query_as("SELECT turn, token FROM writer FOR UPDATE")
                        .fetch_one(&mut *db)
                        .await?;
                    // Asked apart, once the transaction is over: of a number that it has not given yet, or not again since it
                    // crashed, the server says nothing but an error.
                    let status = sqlx::query_scalar(
                        "SELECT CASE WHEN $1::xid8 < pg_snapshot_xmax(pg_current_snapshot())
                                THEN pg_xact_status($1::xid8) END",
                    )
                    .bind(&turn.transaction)
                    .fetch_one(&mut *db)
                    .await?;
                    Ok((newest, token, status))
                })
            });
            match found {
                Ok((_, token, _)) if token == turn.token => return Ok(()),
                // Somebody else has written since, and his token took the place of ours.
                Ok((newest, _, Some(status))) if newest > turn.number && status == "committed" => {
                    return Ok(());
                }
                Ok(_) => return Err(DbError::Unavailable(cause)),
                // The server is not back yet, or has not noticed that the old connection is gone.
                Err(error) => tracing::debug!(%error, "the server does not say what became of a batch"),
            }
            if self.is_closing_within(ASK_AGAIN) {
                return Err(DbError::Unavailable(cause));
            }
        }
    }

    fn is_closing_within(&mut self, limit: Duration) -> bool {
        let closing = &mut self.closing;
        self.runtime.block_on(async {
            tokio::select! {
                // Also where nobody is left to close.
                _ = closing.wait_for(|closing| *closing) => true,
                () = sleep(limit) => false,
            }
        })
    }
}

impl PgDatabase {
    /// Connects if need be and takes a turn: from then on nobody else writes until the transaction ends.
    fn take_turn(&mut self) -> Result<(Turn, Newest), DbError> {
        type Row = (i64, i64, i64, i64, String);
        self.connect()?;
        let token = self.next_token();
        let result: Result<Row, DbError> = self.run(async |db| {
            sqlx::raw_sql("BEGIN").execute(&mut *db).await?;
            sqlx::query_as(
                "UPDATE writer SET turn = turn + 1, token = $1
                 RETURNING turn, newest_reading, newest_uplink, n_events, pg_current_xact_id()::text",
            )
            .bind(token)
            .fetch_one(&mut *db)
            .await
        });
        match result {
            Ok((number, reading, uplink, n_events, transaction)) => {
                Ok((Turn { number, token, transaction }, Newest { reading, uplink, n_events }))
            }
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    /// A number nobody else has.
    fn next_token(&mut self) -> i64 {
        self.n_tokens += 1;
        self.tokens.hash_one(self.n_tokens).cast_signed()
    }
}

/// A turn of this process, and by which signs it is known again.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) number: i64,
    token: i64,
    /// The server's number of the transaction.
    transaction: String,
}

impl Database for PgDatabase {
    type Tx<'a> = Tx<'a>;

    fn begin(&mut self) -> Result<Begun<Tx<'_>>, DbError> {
        let (turn, newest) = match self.take_turn() {
            // The server may have been restarted since the last transaction: that shows only now.
            Err(_) if self.connection.is_none() => self.take_turn()?,
            begun => begun?,
        };
        // A transaction that is taken back gives its turn back.
        let is_alone = self.turn == Some(turn.number - 1);
        self.turn = Some(turn.number - 1);
        Ok(Begun { tx: Tx::new(self, turn, newest), is_alone })
    }

    fn claim(&mut self) -> Result<(), StoreError> {
        self.ingests = true;
        let result = match self.connection {
            Some(_) => self.take_ingest_lock(),
            None => self.connect().map(|()| true),
        };
        match result {
            Ok(true) => Ok(()),
            Ok(false) => Err(StoreError::IngestElsewhere),
            Err(error) => Err(StoreError::unavailable("take the right to ingest", error.into_source())),
        }
    }
}

/// What a driver's error means for the writer.
pub(super) fn from_driver(error: sqlx::Error) -> DbError {
    match kind(&error) {
        ErrorKind::Data => DbError::Data(error.into()),
        ErrorKind::Transient => DbError::Unavailable(error.into()),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no answer within {} s", .0.as_secs())]
struct NoAnswer(Duration);

#[derive(Debug, thiserror::Error)]
#[error("not connected")]
struct NotConnected;

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use domain::Secret;
    use testbed::Database as Server;

    use super::*;
    use crate::Config;

    /// A store in a database of its own; it asks for ever, as nobody closes it.
    fn opened(server: &Server) -> PgDatabase {
        let target = Target::parse(&Secret::new(server.url())).unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(crate::migrate(Config::postgres(target.clone(), zone.clone()))).unwrap();
        let (closing, closed) = watch::channel(false);
        std::mem::forget(closing);
        PgDatabase::open(target, &zone, closed).unwrap()
    }

    /// Whether the transaction of a turn was committed, as far as the server can tell within a minute.
    fn was_committed(mut db: PgDatabase, turn: Turn) -> bool {
        let (tell, told) = mpsc::channel();
        thread::spawn(move || tell.send(db.resolve(&turn, "the connection broke".into()).is_ok()));
        told.recv_timeout(Duration::from_mins(1)).expect("an answer")
    }

    #[test]
    fn a_transaction_that_a_crash_took_away_with_its_number_was_not_committed() {
        let server = Server::timescale();
        let db = opened(&server);
        let turn = Turn { number: 7, token: 42, transaction: "4000000000".to_owned() };
        assert!(!was_committed(db, turn));
    }

    #[test]
    fn a_transaction_that_was_committed_before_its_answer_was_lost_is_found_so() {
        let server = Server::timescale();
        let mut db = opened(&server);
        let (turn, _) = db.take_turn().unwrap();
        db.commit(&turn).unwrap();
        assert!(was_committed(db, turn));
    }

    #[test]
    fn a_transaction_that_was_taken_back_is_found_so() {
        let server = Server::timescale();
        let mut db = opened(&server);
        let (turn, _) = db.take_turn().unwrap();
        db.roll_back();
        assert!(!was_committed(db, turn));
    }
}
