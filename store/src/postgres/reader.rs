//! Connections that read, shared by all who ask.

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};
use tokio::{sync::oneshot, time::timeout};

use super::{
    connection::{READ_TIMEOUT, Target},
    error::unavailable,
    streams::StreamIds,
    tail::Recent,
};
use crate::StoreError;

/// Longest we wait for an answer: the server ends a statement before; this one is for a server that went silent.
const SILENCE_TIMEOUT: Duration = READ_TIMEOUT.saturating_add(Duration::from_secs(3));
/// Longest we look for the reason why there was no connection.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// A handle to the reading connections; cheap to clone.
#[derive(Clone)]
pub(crate) struct PgReaders {
    pool: PgPool,
    target: Arc<Target>,
    pub(super) streams: StreamIds,
    pub(super) recent: Recent,
}

/// A read under way on a connection.
pub(super) type Reading<'c, T> = Pin<Box<dyn Future<Output = sqlx::Result<T>> + Send + 'c>>;

impl PgReaders {
    /// Connects when something is read. Must be called where tokio runs.
    pub(crate) fn start(target: Target) -> Self {
        Self {
            pool: target.reader_pool(),
            target: Arc::new(target),
            streams: StreamIds::default(),
            recent: Recent::default(),
        }
    }

    /// Runs a read. If the caller goes away, the read ends on its own and nobody gets the result: a statement the driver
    /// drops half-way leaves its connection in a state that only the driver knows.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        operation: &'static str,
        read: impl for<'c> FnOnce(&'c mut PgConnection) -> Reading<'c, T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let readers = self.clone();
        tokio::spawn(async move {
            let mut db = match readers.pool.acquire().await {
                Ok(db) => db,
                Err(error) => {
                    let _ = reply.send(Err(readers.cause(error).await));
                    return;
                }
            };
            if reply.is_closed() {
                return;
            }
            let result = timeout(SILENCE_TIMEOUT, read(&mut db)).await.unwrap_or_else(|_| {
                db.close_on_drop();
                Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))
            });
            let _ = reply.send(result);
        });
        answer.await.map_err(|_| StoreError::Closed)?.map_err(|error| unavailable(operation, error))
    }

    /// Why there was no connection: the pool waits for a server that refuses, and then only says that it waited.
    async fn cause(&self, error: sqlx::Error) -> sqlx::Error {
        if !matches!(error, sqlx::Error::PoolTimedOut) {
            return error;
        }
        match timeout(PROBE_TIMEOUT, self.target.reader().connect()).await {
            Ok(Err(cause)) => cause,
            // All were busy.
            Ok(Ok(db)) => db.close().await.err().unwrap_or(error),
            Err(_) => error,
        }
    }

    /// Closes all connections after the reads that are under way.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

impl fmt::Debug for PgReaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgReaders").field("target", &self.target).finish_non_exhaustive()
    }
}

#[cfg(test)]
impl PgReaders {
    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }
}
