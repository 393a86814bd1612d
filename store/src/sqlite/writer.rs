//! The one thread that writes.
//!
//! Commits come first: whatever is queued is written in one transaction, so that many callers share one
//! flush to disk. Between commits the buckets are brought up to date in short slices.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use domain::{ErrorChain, ReadingId};
use jiff::{Timestamp, tz::TimeZone};
use rusqlite::{Connection, TransactionBehavior};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::Instant,
};

use super::{
    batch::{Batch, BatchError, Memory},
    connection::{self, Trying, failed},
    migrate,
    rollup::Rollup,
};
use crate::{Arrival, Outcome, StoreError};

/// Requests that may wait; more callers wait for a place.
const QUEUE: usize = 256;
/// Queued batches join a transaction until it holds so many arrivals; the last one may exceed it.
const GROUP: usize = 4096;
/// How long the buckets may keep a commit waiting.
const SLICE: Duration = Duration::from_millis(20);
/// A slice while nobody waits. Once somebody does, it goes on until [`SLICE`] after its beginning.
const LONG_SLICE: Duration = Duration::from_millis(200);
/// Without a request for so long the buckets get their turn. Longer than a source needs between two
/// batches: a slice between them would make each batch wait.
const LULL: Duration = Duration::from_millis(10);
/// Under constant load the buckets rest this many times as long as they worked: they get a tenth of the
/// writer's time, and what waits meanwhile costs less, because a day is computed once for many uplinks. A
/// lull ends the rest.
const REST: u32 = 9;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;
type Admin = Box<dyn FnOnce(&mut Connection) + Send>;

/// What the writer can be asked.
pub(crate) enum Request {
    /// Store a batch.
    Commit(Vec<Arrival>, Reply<Vec<Outcome>>),
    /// Anything else.
    Other(Errand),
}

/// Anything but a commit.
pub(crate) enum Errand {
    /// Change something else; the closure opens its own transaction and answers itself.
    Admin(Admin),
    /// Answer when no quarter-hour is dirty.
    Settle(Reply<()>),
    /// Finish and close.
    Close(Reply<()>),
}

/// A handle to the writing thread; cheap to clone. It ends when the last handle is gone.
#[derive(Clone, Debug)]
pub(crate) struct WriterHandle {
    requests: mpsc::Sender<Request>,
    newest: watch::Receiver<ReadingId>,
    last_commit: watch::Receiver<Option<Timestamp>>,
}

/// Why there is no request.
enum Quiet {
    /// There may be one later.
    ForNow,
    /// Nobody is left to ask.
    Over,
}

struct Writer {
    db: Connection,
    memory: Memory,
    rollup: Rollup,
    newest: watch::Sender<ReadingId>,
    last_commit: watch::Sender<Option<Timestamp>>,
    settling: Vec<Reply<()>>,
    /// Whether there may be dirty quarter-hours.
    has_work: bool,
    /// Under constant load the buckets get no time before this.
    rest_until: Instant,
    /// Lets the thread wait for a request for a limited time.
    timer: tokio::runtime::Runtime,
}

impl WriterHandle {
    /// Opens and migrates the database on the writing thread.
    pub(crate) async fn start(path: PathBuf, zone: TimeZone) -> Result<Self, StoreError> {
        let (requests, queue) = mpsc::channel(QUEUE);
        let (opened, answer) = oneshot::channel();
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || match Writer::open(&path, zone) {
                Ok((writer, newest, last_commit)) => {
                    if opened.send(Ok((newest, last_commit))).is_ok() {
                        let closing = writer.run(queue);
                        // Only now: the database is closed with the writer.
                        if let Some(reply) = closing {
                            let _ = reply.send(Ok(()));
                        }
                    }
                }
                Err(error) => {
                    let _ = opened.send(Err(error));
                }
            })
            .map_err(|error| failed("start the writer", error))?;
        let (newest, last_commit) = answer.await.map_err(|_| StoreError::Closed)??;
        Ok(Self { requests, newest, last_commit })
    }

    /// Stores a batch.
    pub(crate) async fn commit(&self, batch: Vec<Arrival>) -> Result<Vec<Outcome>, StoreError> {
        self.ask(|reply| Request::Commit(batch, reply)).await
    }

    /// Waits until no quarter-hour is dirty.
    pub(crate) async fn settle(&self) -> Result<(), StoreError> {
        self.ask(|reply| Request::Other(Errand::Settle(reply))).await
    }

    /// Finishes what is queued and closes the database.
    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        self.ask(|reply| Request::Other(Errand::Close(reply))).await
    }

    /// Whether the writing thread still takes requests.
    pub(crate) fn is_open(&self) -> bool {
        !self.requests.is_closed()
    }

    /// Waits until the writing thread has ended.
    #[cfg(test)]
    pub(crate) async fn gone(&self) {
        self.requests.closed().await;
    }

    /// Sends a request and waits for its answer. Once it is sent it is carried out, whether the caller
    /// waits or not.
    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(request(reply)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Runs a change in a transaction of its own.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        operation: &'static str,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.ask(|reply| {
            Request::Other(Errand::Admin(Box::new(move |db| {
                let result = db
                    .transaction_with_behavior(TransactionBehavior::Immediate)
                    .and_then(|tx| change(&tx).and_then(|value| tx.commit().map(|()| value)))
                    .trying(operation);
                let _ = reply.send(result);
            })))
        })
        .await
    }

    pub(crate) fn newest(&self) -> watch::Receiver<ReadingId> {
        self.newest.clone()
    }

    pub(crate) fn last_commit_at(&self) -> Option<Timestamp> {
        *self.last_commit.borrow()
    }
}

type Opened = (Writer, watch::Receiver<ReadingId>, watch::Receiver<Option<Timestamp>>);

impl Writer {
    fn open(path: &Path, zone: TimeZone) -> Result<Opened, StoreError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| failed("create the data folder", error))?;
        }
        let mut db = connection::open_writer(path)?;
        migrate::migrate(&mut db, &zone)?;
        let newest_id = super::readings::newest_id(&db).trying("read the newest reading")?;
        let (newest, newest_seen) = watch::channel(newest_id);
        let (last_commit, last_commit_seen) = watch::channel(None);
        let writer = Self {
            db,
            rollup: Rollup::new(zone),
            memory: Memory::default(),
            newest,
            last_commit,
            settling: Vec::new(),
            has_work: true,
            rest_until: Instant::now(),
            timer: tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                .map_err(|error| failed("start the writer", error))?,
        };
        Ok((writer, newest_seen, last_commit_seen))
    }

    /// Works until somebody asks to close the database, who is returned, or nobody is left to ask.
    fn run(mut self, mut queue: mpsc::Receiver<Request>) -> Option<Reply<()>> {
        loop {
            let next = if self.has_work {
                self.wait_a_lull(&mut queue)
            } else {
                queue.blocking_recv().ok_or(Quiet::Over)
            };
            match next {
                Ok(Request::Commit(batch, reply)) => {
                    let behind = self.commit_group(batch, reply, &mut queue);
                    if let Some(closing) = behind.and_then(|errand| self.run_errand(errand)) {
                        return Some(closing);
                    }
                    if Instant::now() >= self.rest_until {
                        self.roll_up(&queue);
                    }
                }
                Ok(Request::Other(errand)) => {
                    if let Some(closing) = self.run_errand(errand) {
                        return Some(closing);
                    }
                }
                Err(Quiet::ForNow) => self.roll_up(&queue),
                // Nobody is left to read the buckets; the marks stay for the next start.
                Err(Quiet::Over) => return None,
            }
        }
    }

    /// The next request, unless there is none for a while.
    fn wait_a_lull(&self, queue: &mut mpsc::Receiver<Request>) -> Result<Request, Quiet> {
        // Somebody who waits for the buckets waits for nothing else.
        let lull = if self.settling.is_empty() { LULL } else { Duration::ZERO };
        match self.timer.block_on(async { tokio::time::timeout(lull, queue.recv()).await }) {
            Ok(Some(request)) => Ok(request),
            Ok(None) => Err(Quiet::Over),
            Err(_) => Err(Quiet::ForNow),
        }
    }

    /// Carries out anything but a commit; returns who asks to close.
    fn run_errand(&mut self, errand: Errand) -> Option<Reply<()>> {
        match errand {
            Errand::Admin(change) => {
                change(&mut self.db);
                // A change of a device's interval or Thing reaches what is remembered of it.
                self.memory.clear();
                self.has_work = true;
            }
            Errand::Settle(reply) => {
                self.settling.push(reply);
                self.has_work = true;
            }
            Errand::Close(reply) => return Some(reply),
        }
        None
    }

    /// Commits a batch together with those queued behind it; returns the first request that is none.
    fn commit_group(
        &mut self,
        batch: Vec<Arrival>,
        reply: Reply<Vec<Outcome>>,
        queue: &mut mpsc::Receiver<Request>,
    ) -> Option<Errand> {
        let mut n_arrivals = batch.len();
        let (mut batches, mut replies) = (vec![batch], vec![reply]);
        let mut later = None;
        while n_arrivals < GROUP && later.is_none() {
            match queue.try_recv() {
                Ok(Request::Commit(batch, reply)) => {
                    n_arrivals += batch.len();
                    batches.push(batch);
                    replies.push(reply);
                }
                Ok(Request::Other(errand)) => later = Some(errand),
                Err(_) => break,
            }
        }
        match self.commit(&batches) {
            Ok(outcomes) => {
                for (reply, outcomes) in replies.into_iter().zip(outcomes) {
                    let _ = reply.send(Ok(outcomes));
                }
            }
            Err(error) => {
                tracing::warn!(error = %ErrorChain(&error), n_arrivals, "commit failed");
                let cause = std::sync::Arc::new(error);
                for reply in replies {
                    let _ =
                        reply.send(Err(failed("commit a batch", SharedCause(std::sync::Arc::clone(&cause)))));
                }
            }
        }
        self.has_work = true;
        later
    }

    fn commit(&mut self, batches: &[Vec<Arrival>]) -> Result<Vec<Vec<Outcome>>, StoreError> {
        let result = match self.attempt(batches, false) {
            Err(BatchError::Data) => self.attempt(batches, true),
            result => result,
        };
        let (outcomes, newest) = result.map_err(|error| {
            self.memory.clear();
            match error {
                BatchError::Database(error) => failed("commit a batch", error),
                BatchError::Data => failed("commit a batch", Unseparable),
            }
        })?;
        self.newest.send_if_modified(|known| std::mem::replace(known, newest) != newest);
        if let Some(at) = batches.iter().flatten().map(|arrival| arrival.received_at).max() {
            self.last_commit.send_replace(Some(at));
        }
        Ok(outcomes)
    }

    fn attempt(
        &mut self,
        batches: &[Vec<Arrival>],
        careful: bool,
    ) -> Result<(Vec<Vec<Outcome>>, ReadingId), BatchError> {
        if careful {
            self.memory.clear();
        }
        let tx = self.memory.begin(&mut self.db)?;
        let mut batch = Batch::new(&tx, &mut self.memory, careful)?;
        let mut outcomes = Vec::with_capacity(batches.len());
        for arrivals in batches {
            outcomes.push(arrivals.iter().map(|a| batch.take(a)).collect::<Result<Vec<_>, _>>()?);
        }
        let newest = batch.finish()?;
        tx.commit()?;
        Ok((outcomes, newest))
    }

    /// One slice of work on the buckets.
    fn roll_up(&mut self, queue: &mpsc::Receiver<Request>) {
        let began = Instant::now();
        let expired = || began.elapsed() >= if queue.is_empty() { LONG_SLICE } else { SLICE };
        let result = self.rollup.slice(&mut self.db, &mut self.memory, expired);
        self.rest_until = Instant::now() + began.elapsed() * REST;
        match result {
            Ok(done) => {
                if done {
                    self.has_work = false;
                    for reply in self.settling.drain(..) {
                        let _ = reply.send(Ok(()));
                    }
                }
            }
            Err(error) => {
                tracing::warn!(error = %error, "buckets not brought up to date");
                self.memory.clear();
                // Tried again after the next request; the marks are still there.
                self.has_work = false;
                let message = error.to_string();
                for reply in self.settling.drain(..) {
                    let _ = reply.send(Err(failed("bring the buckets up to date", message.clone())));
                }
            }
        }
    }
}

/// One failed transaction reported to each of its callers.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct SharedCause(std::sync::Arc<StoreError>);

#[derive(Debug, thiserror::Error)]
#[error("an arrival was refused where it cannot be taken back alone")]
struct Unseparable;
