//! The connection that writes: one for each process, never taken from a pool.

use std::time::Duration;

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
const INGEST_LOCK: i64 = 0x7374_6164_7466_6e6b;

/// A PostgreSQL database, open for writing.
#[derive(Debug)]
pub(crate) struct PgDatabase {
    target: Target,
    zone: TimeZone,
    runtime: Runtime,
    connection: Option<PgConnection>,
    /// Our last turn; another number says that somebody else has written.
    turn: Option<i64>,
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
    pub(super) fn commit(&mut self, transaction: &str) -> Result<(), DbError> {
        let result = self.run(async |db| sqlx::raw_sql("COMMIT").execute(db).await.map(drop));
        match result {
            Err(DbError::Unavailable(cause)) if self.connection.is_none() => {
                tracing::warn!(%cause, "the connection broke while a batch was committed");
                self.resolve(transaction, cause)
            }
            result => result,
        }
    }

    /// Asks until the server says whether a transaction was committed.
    fn resolve(
        &mut self,
        transaction: &str,
        cause: Box<dyn std::error::Error + Send + Sync>,
    ) -> Result<(), DbError> {
        loop {
            let status: Result<Option<String>, DbError> = self.connect().and_then(|()| {
                self.run(async |db| {
                    sqlx::query_scalar("SELECT pg_xact_status($1::xid8)")
                        .bind(transaction)
                        .fetch_one(db)
                        .await
                })
            });
            match status {
                Ok(Some(status)) if status == "committed" => return Ok(()),
                // The server has not noticed yet that the old connection is gone.
                Ok(Some(status)) if status == "in progress" => {}
                Ok(_) => return Err(DbError::Unavailable(cause)),
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
    fn take_turn(&mut self) -> Result<Turn, DbError> {
        self.connect()?;
        let result = self.run(async |db| {
            sqlx::raw_sql("BEGIN").execute(&mut *db).await?;
            sqlx::query_as(
                "UPDATE writer SET turn = turn + 1
                 RETURNING turn, newest_reading, newest_uplink, n_events, pg_current_xact_id()::text",
            )
            .fetch_one(&mut *db)
            .await
        });
        if result.is_err() {
            self.roll_back();
        }
        result
    }
}

/// Number of the turn, newest reading, newest uplink, events, and the number of the transaction.
type Turn = (i64, i64, i64, i64, String);

impl Database for PgDatabase {
    type Tx<'a> = Tx<'a>;

    fn begin(&mut self) -> Result<Begun<Tx<'_>>, DbError> {
        let turn = match self.take_turn() {
            // The server may have been restarted since the last transaction: that shows only now.
            Err(_) if self.connection.is_none() => self.take_turn()?,
            turn => turn?,
        };
        let (turn, reading, uplink, n_events, transaction) = turn;
        // A transaction that is taken back gives its turn back.
        let is_alone = self.turn == Some(turn - 1);
        self.turn = Some(turn - 1);
        let newest = Newest { reading, uplink, n_events };
        Ok(Begun { tx: Tx::new(self, turn, newest, transaction), is_alone })
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
