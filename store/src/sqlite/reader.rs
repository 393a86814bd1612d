//! Reading connections on threads of their own.

use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::{
    connection::{self, Access},
    series::StreamIds,
};
use crate::StoreError;

/// One thread for each core of a small server; a read takes well below a millisecond.
const N_READERS: usize = 3;
/// Reads that may wait; more callers wait for a place.
const QUEUE: usize = 256;

type Read = Box<dyn FnOnce(&mut Reader) + Send>;

/// What a reading thread can be asked.
enum Job {
    /// Read something; the closure answers itself.
    Read(Read),
    /// Close the connection.
    Close(oneshot::Sender<()>),
}

/// What a reading thread has.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(super) db: Connection,
    pub(super) streams: StreamIds,
}

/// A handle to the reading threads; cheap to clone. They end when the last handle is gone.
#[derive(Clone)]
pub(crate) struct Readers {
    jobs: mpsc::Sender<Job>,
}

impl Readers {
    /// Opens the connections and starts the threads.
    pub(crate) fn start(path: &Path, access: Access) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel::<Job>(QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        for i in 0..N_READERS {
            let mut reader =
                Reader { db: connection::open_reader(path, access)?, streams: StreamIds::default() };
            let queue = Arc::clone(&queue);
            std::thread::Builder::new()
                .name(format!("store-reader-{i}"))
                .spawn(move || {
                    loop {
                        // The lock is released before the job runs; the waiting thread holds it.
                        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
                        match job {
                            Some(Job::Read(read)) => read(&mut reader),
                            Some(Job::Close(closed)) => {
                                drop(reader);
                                let _ = closed.send(());
                                break;
                            }
                            None => break,
                        }
                    }
                })
                .map_err(|error| connection::failed("start a reader", error))?;
        }
        Ok(Self { jobs })
    }

    /// Runs a read. If the caller goes away, the read ends on its own and nobody gets the result.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        operation: &'static str,
        read: impl FnOnce(&mut Reader) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job = Job::Read(Box::new(move |reader| {
            if !reply.is_closed() {
                let _ = reply.send(read(reader));
            }
        }));
        self.jobs.send(job).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?.map_err(|error| connection::failed(operation, error))
    }

    /// Closes all connections after the reads that are queued.
    pub(crate) async fn close(&self) {
        for _ in 0..N_READERS {
            let (closed, answer) = oneshot::channel();
            if self.jobs.send(Job::Close(closed)).await.is_err() || answer.await.is_err() {
                return;
            }
        }
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").finish_non_exhaustive()
    }
}
