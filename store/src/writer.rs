//! The one thread that writes.
//!
//! Commits come first: whatever is queued is written in one transaction, so that many callers share one
//! flush to disk. Between commits the buckets are brought up to date in short slices.

mod batch;
mod bisect;
mod continuity;
pub(crate) mod frames;
pub(crate) mod latest;
mod marks;
mod measurement;
mod memory;
mod provisioning;
pub(crate) mod radio;
mod reassess;
mod reassess_all;
mod rebuild;
mod redecode;
mod retention;
mod rollup;
pub(crate) mod session;
pub(crate) mod sessions;
mod slots;
pub(crate) mod tables;
mod totals;
mod track;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use domain::{DevEui, ErrorChain, QualityRules, ReadingId};
use jiff::{Timestamp, tz::TimeZone};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::Instant,
};

use self::{
    batch::{Batch, refused_content},
    memory::Memory,
    rebuild::Rebuild,
    rollup::Rollup,
    tables::{Database, DbError, Tables},
};
use crate::{
    Arrival, Doubtful, ImportReport, NewDevice, Outcome, StoreError,
    doubtful::DoubtfulSoFar,
    rebuild::{RebuildMode, RebuildReport},
};

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
/// A change of something else than measurements, in a transaction of its own; it answers itself.
type Change = Box<dyn FnOnce(Result<&mut dyn Tables, DbError>) -> Option<Answer> + Send>;
/// Tells the caller of a change whether it was committed.
type Answer = Box<dyn FnOnce(Result<(), DbError>) + Send>;

/// What the writer can be asked.
pub(crate) enum Request {
    /// Store a batch.
    Commit(Vec<Arrival>, Reply<Vec<Outcome>>),
    /// Anything else.
    Other(Errand),
}

/// Anything but a commit.
pub(crate) enum Errand {
    /// Change something else.
    Change(Change),
    /// Take the right to ingest.
    Claim(Reply<()>),
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
    doubtful: DoubtfulSoFar,
}

/// Why there is no request.
enum Quiet {
    /// There may be one later.
    ForNow,
    /// Nobody is left to ask.
    Over,
}

struct Writer<D> {
    db: D,
    memory: Memory,
    rollup: Rollup,
    newest: watch::Sender<ReadingId>,
    last_commit: watch::Sender<Option<Timestamp>>,
    doubtful: DoubtfulSoFar,
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
    pub(crate) async fn start<D: Database>(
        open: impl FnOnce() -> Result<D, StoreError> + Send + 'static,
        zone: TimeZone,
        rules: Arc<QualityRules>,
    ) -> Result<Self, StoreError> {
        let (requests, queue) = mpsc::channel(QUEUE);
        let (opened, answer) = oneshot::channel();
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || match open().and_then(|db| Writer::new(db, zone, rules)) {
                Ok((writer, newest, last_commit)) => {
                    let doubtful = writer.doubtful.clone();
                    if opened.send(Ok((newest, last_commit, doubtful))).is_ok() {
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
            .map_err(|error| StoreError::unavailable("start the writer", error))?;
        let (newest, last_commit, doubtful) = answer.await.map_err(|_| StoreError::Closed)??;
        Ok(Self { requests, newest, last_commit, doubtful })
    }

    /// Stores a batch.
    pub(crate) async fn commit(&self, batch: Vec<Arrival>) -> Result<Vec<Outcome>, StoreError> {
        self.ask(|reply| Request::Commit(batch, reply)).await
    }

    /// Waits until no quarter-hour is dirty.
    pub(crate) async fn settle(&self) -> Result<(), StoreError> {
        self.ask(|reply| Request::Other(Errand::Settle(reply))).await
    }

    /// Takes the right to ingest.
    pub(crate) async fn claim(&self) -> Result<(), StoreError> {
        self.ask(|reply| Request::Other(Errand::Claim(reply))).await
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

    /// Creates or updates devices and their Things.
    pub(crate) async fn import_devices(&self, new: Vec<NewDevice>) -> Result<ImportReport, StoreError> {
        self.change("import devices", move |tables| provisioning::import(tables, &new)).await
    }

    /// Ends a device's time on its Thing.
    pub(crate) async fn retire_device(&self, dev_eui: DevEui, until: Timestamp) -> Result<bool, StoreError> {
        self.change("retire a device", move |tables| provisioning::retire(tables, dev_eui, until)).await
    }

    /// Compares all buckets with the readings, in short transactions with a rest between them for others who write.
    pub(crate) async fn rebuild(
        &self,
        zone: TimeZone,
        mode: RebuildMode,
    ) -> Result<RebuildReport, StoreError> {
        let begin = move |tables: &mut dyn Tables| Ok((Rebuild::of_all(tables, zone, mode)?, false));
        let mut work = self.change_if("list the Things", begin).await?;
        loop {
            let began = Instant::now();
            let slice = move |tables: &mut dyn Tables| {
                let slice = work.slice(tables)?;
                Ok((slice.work, slice.has_written))
            };
            work = match self.change_if("compare the buckets", slice).await? {
                Ok(work) => work,
                Err(report) => return Ok(report),
            };
            tokio::time::sleep(began.elapsed()).await;
        }
    }

    /// Runs a change in a transaction of its own.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        operation: &'static str,
        change: impl FnOnce(&mut dyn Tables) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.change_if(operation, |tables| Ok((change(tables)?, true))).await
    }

    /// Runs what may be a change in a transaction of its own; where it says that it was none, nothing is committed.
    async fn change_if<T: Send + 'static>(
        &self,
        operation: &'static str,
        change: impl FnOnce(&mut dyn Tables) -> Result<(T, bool), DbError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.ask(|reply| {
            let answer = move |result: Result<T, DbError>| {
                let result = result.map_err(|error| StoreError::unavailable(operation, error.into_source()));
                let _ = reply.send(result);
            };
            Request::Other(Errand::Change(Box::new(move |tables| match tables.and_then(change) {
                Ok((value, true)) => Some(Box::new(move |committed| answer(committed.map(|()| value)))),
                Ok((value, false)) => {
                    answer(Ok(value));
                    None
                }
                Err(error) => {
                    answer(Err(error));
                    None
                }
            })))
        })
        .await
    }

    pub(crate) fn newest(&self) -> watch::Receiver<ReadingId> {
        self.newest.clone()
    }

    /// The values found doubtful since the start.
    pub(crate) fn doubtful(&self) -> Doubtful {
        self.doubtful.get()
    }

    pub(crate) fn last_commit_at(&self) -> Option<Timestamp> {
        *self.last_commit.borrow()
    }
}

type Opened<D> = (Writer<D>, watch::Receiver<ReadingId>, watch::Receiver<Option<Timestamp>>);

impl<D: Database> Writer<D> {
    fn new(mut db: D, zone: TimeZone, rules: Arc<QualityRules>) -> Result<Opened<D>, StoreError> {
        let newest = db.begin().and_then(|mut begun| begun.tx.newest());
        let newest = newest
            .map_err(|error| StoreError::unavailable("read the newest reading", error.into_source()))?;
        let (newest, newest_seen) = watch::channel(newest.reading());
        let (last_commit, last_commit_seen) = watch::channel(None);
        let writer = Self {
            db,
            rollup: Rollup::new(zone),
            memory: Memory::new(rules),
            newest,
            last_commit,
            doubtful: DoubtfulSoFar::default(),
            settling: Vec::new(),
            has_work: true,
            rest_until: Instant::now(),
            timer: tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                .map_err(|error| StoreError::unavailable("start the writer", error))?,
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
            Errand::Change(change) => {
                match self.memory.begin(&mut self.db) {
                    Ok(mut tx) => {
                        if let Some(answer) = change(Ok(&mut tx)) {
                            answer(tx.commit());
                        }
                    }
                    Err(error) => _ = change(Err(error)),
                }
                // A change of a device's interval or Thing reaches what is remembered of it.
                self.memory.clear();
                self.has_work = true;
            }
            Errand::Claim(reply) => _ = reply.send(self.db.claim()),
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
                let cause = Arc::new(error);
                for reply in replies {
                    let cause = SharedCause(Arc::clone(&cause));
                    let _ = reply.send(Err(StoreError::unavailable("commit a batch", cause)));
                }
            }
        }
        self.has_work = true;
        later
    }

    fn commit(&mut self, batches: &[Vec<Arrival>]) -> Result<Vec<Vec<Outcome>>, DbError> {
        let arrivals: Vec<&Arrival> = batches.iter().flatten().collect();
        let result = match self.attempt(&arrivals) {
            Err(DbError::Data(_)) => self.without_refused(&arrivals),
            result => result,
        };
        let (outcomes, newest) = result.inspect_err(|_| self.memory.clear())?;
        self.newest.send_if_modified(|known| std::mem::replace(known, newest) != newest);
        if let Some(at) = arrivals.iter().map(|arrival| arrival.received_at).max() {
            self.last_commit.send_replace(Some(at));
        }
        let mut outcomes = outcomes.into_iter();
        Ok(batches.iter().map(|batch| outcomes.by_ref().take(batch.len()).collect()).collect())
    }

    fn attempt(&mut self, arrivals: &[&Arrival]) -> Result<(Vec<Outcome>, ReadingId), DbError> {
        let mut tx = self.memory.begin(&mut self.db)?;
        let (outcomes, newest) = Batch::take(&mut tx, &mut self.memory, arrivals)?;
        tx.commit()?;
        self.doubtful.add(std::mem::take(&mut self.memory.doubtful));
        Ok((outcomes, newest.reading()))
    }

    /// Commits a batch of which the database refuses some arrivals: those go to quarantine, all in one transaction.
    fn without_refused(&mut self, arrivals: &[&Arrival]) -> Result<(Vec<Outcome>, ReadingId), DbError> {
        let mut refused: BTreeMap<usize, Arrival> = BTreeMap::new();
        loop {
            let kept: Vec<&Arrival> =
                arrivals.iter().enumerate().map(|(i, arrival)| refused.get(&i).unwrap_or(arrival)).collect();
            self.memory.clear();
            match self.attempt(&kept) {
                Err(DbError::Data(_)) => {}
                result => return result,
            }
            let n_before = refused.len();
            let mut found = Vec::new();
            for (i, detail) in bisect::refused(&mut self.db, &mut self.memory, &kept)? {
                let Some(arrival) = kept.get(i).copied() else { continue };
                found.push((i, Arrival { content: refused_content(arrival, &detail), ..arrival.clone() }));
            }
            refused.extend(found);
            if refused.len() == n_before {
                // Refused even as a message for the quarantine.
                return Err(DbError::Unavailable(Box::new(Unseparable)));
            }
        }
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
                tracing::warn!(error = %ErrorChain(&error), "buckets not brought up to date");
                self.memory.clear();
                // Tried again after the next request; the marks are still there.
                self.has_work = false;
                let cause = Arc::new(error);
                for reply in self.settling.drain(..) {
                    let cause = SharedCause(Arc::clone(&cause));
                    let _ = reply.send(Err(StoreError::unavailable("bring the buckets up to date", cause)));
                }
            }
        }
    }
}

/// One failed transaction reported to each of its callers.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct SharedCause(Arc<DbError>);

#[derive(Debug, thiserror::Error)]
#[error("an arrival was refused where it cannot be taken back alone")]
struct Unseparable;
