//! Committed observations on their way to open pages.
//!
//! One task reads what was committed and publishes it to a bounded ring that all subscribers share. A slow
//! subscriber costs its place in the ring and what its connection buffers, nothing more: what the ring has
//! overwritten is replaced by one `resync` event.

use std::{
    collections::VecDeque,
    convert::Infallible,
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::body::Bytes;
use domain::{DatastreamId, ErrorChain, ReadingId, ThingId};
use futures::{Stream, stream};
use prometheus::IntGauge;
use store::{CommittedReading, StoreError, StoreReader};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, broadcast},
    time::{Duration, Interval, MissedTickBehavior, interval, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    ApiError, AppState,
    catalogue::Catalogue,
    wire::{LatestBody, ValueBody},
};

/// Readings kept for subscribers that are behind; at about 1.5 kB each this bounds the ring to 1.5 MB.
const RING_READINGS: usize = 1_024;

/// Readings a returning subscriber gets again.
const RESUME_READINGS: usize = 1_024;

/// Readings read from the store at once.
const TAIL_READINGS: usize = 256;

/// Longest time until a commit of another process is noticed.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Shorter than the 30 s after which the strictest proxies close a silent connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The live stream; cheap to clone.
#[derive(Clone, Debug)]
pub struct Live {
    store: StoreReader,
    ring: broadcast::Sender<Arc<LiveReading>>,
    /// The newest reading that was published or, without subscribers, passed over.
    position: Arc<AtomicI64>,
    places: Arc<Semaphore>,
    n_clients: IntGauge,
    shutdown: CancellationToken,
}

/// What a subscriber wants.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only this Thing.
    pub thing: Option<ThingId>,
    /// Only this Datastream.
    pub datastream: Option<DatastreamId>,
}

/// Where a subscriber was when it left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// It comes for the first time.
    FromNow,
    /// It has seen everything up to this reading.
    After(ReadingId),
    /// It has seen something we cannot place.
    Unknown,
}

impl Live {
    /// Starts the task that publishes; it ends with `shutdown`.
    pub fn start(app: &AppState) -> Self {
        let AppState { store, config, metrics, shutdown, .. } = app.clone();
        let n_clients = IntGauge::new("stadtfunk_live_clients", "Live streams being served.")
            .expect("a fixed name without labels");
        if let Err(error) = metrics.register(Box::new(n_clients.clone())) {
            tracing::error!(error = %ErrorChain(&error), "the number of live streams is not exported");
        }
        let newest = *store.newest().borrow();
        let live = Self {
            store,
            ring: broadcast::Sender::new(RING_READINGS),
            position: Arc::new(AtomicI64::new(newest.0)),
            places: Arc::new(Semaphore::new(config.max_live_clients)),
            n_clients,
            shutdown,
        };
        tokio::spawn(live.clone().publish());
        live
    }

    /// Adds a subscriber, unless all places are taken.
    pub async fn subscribe(
        &self,
        filter: Filter,
        resume: Resume,
        catalogue: &Catalogue,
    ) -> Result<Subscription, ApiError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            ApiError::Busy(
                "all places of the live stream are taken; read /api/v1/latest instead or try again",
            )
        })?;
        // First the ring, then the store: what is committed in between is in both and dropped from one.
        let ring = self.ring.subscribe();
        let mut subscription = Subscription {
            ring,
            filter,
            waiting: VecDeque::from([Bytes::from_static(b"retry: 3000\n\n")]),
            seen: ReadingId(i64::MIN),
            position: Arc::clone(&self.position),
            keep_alive: keep_alive(),
            shutdown: self.shutdown.clone(),
            _place: Place::taken(place, &self.n_clients),
        };
        match resume {
            Resume::FromNow => {}
            Resume::Unknown => subscription.resync("unknown_id"),
            Resume::After(id) => self.catch_up(&mut subscription, id, catalogue).await?,
        }
        Ok(subscription)
    }

    /// Queues what was committed after `id`, or a resync if that is too much or `id` is of another store.
    async fn catch_up(
        &self,
        subscription: &mut Subscription,
        id: ReadingId,
        catalogue: &Catalogue,
    ) -> Result<(), StoreError> {
        let newest = self.store.newest().borrow().0.max(self.position.load(Ordering::SeqCst));
        if id.0 > newest {
            subscription.resync("unknown_id");
            return Ok(());
        }
        let missed = self.store.readings_after(id, RESUME_READINGS + 1).await?;
        if missed.len() > RESUME_READINGS {
            subscription.resync("too_far_behind");
            return Ok(());
        }
        for reading in missed {
            subscription.seen = reading.id;
            let reading = LiveReading::new(&reading, catalogue);
            subscription.waiting.extend(reading.frames(subscription.filter));
        }
        Ok(())
    }

    async fn publish(self) {
        let mut newest = self.store.newest();
        let mut catalogue = Catalogue::default();
        loop {
            if let Err(error) = self.publish_new(&mut catalogue).await {
                tracing::warn!(error = %ErrorChain(&error), "the live stream waits for the store");
                // A store that fails at once must not be asked again at once.
                tokio::time::sleep(POLL_INTERVAL).await;
            }
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                // Nothing notices here what another process commits; hence the limit.
                _ = timeout(POLL_INTERVAL, newest.changed()) => {}
            }
        }
    }

    /// Publishes everything committed since the last time.
    async fn publish_new(&self, catalogue: &mut Catalogue) -> Result<(), StoreError> {
        loop {
            if self.ring.receiver_count() == 0 {
                // Nobody listens: pass over what this process committed without reading it back.
                let newest = self.store.newest().borrow().0;
                self.position.fetch_max(newest, Ordering::SeqCst);
            }
            let after = ReadingId(self.position.load(Ordering::SeqCst));
            let readings = self.store.readings_after(after, TAIL_READINGS).await?;
            for reading in &readings {
                if reading.values.iter().any(|(id, ..)| catalogue.datastream(*id).is_none()) {
                    *catalogue = Catalogue::load(&self.store).await?;
                }
                // Fails without subscribers only, which is fine.
                let _ = self.ring.send(Arc::new(LiveReading::new(reading, catalogue)));
                self.position.store(reading.id.0, Ordering::SeqCst);
            }
            if readings.len() < TAIL_READINGS {
                return Ok(());
            }
        }
    }
}

/// One committed reading, serialised once for all subscribers.
#[derive(Debug)]
struct LiveReading {
    id: ReadingId,
    thing: ThingId,
    /// The event of each value, without its id line and its closing empty line.
    events: Vec<(DatastreamId, String)>,
}

impl LiveReading {
    fn new(reading: &CommittedReading, catalogue: &Catalogue) -> Self {
        let event = |&(id, value, quality): &(DatastreamId, domain::Value, domain::Quality)| {
            let (datastream, thing) = catalogue.datastream(id)?;
            let body = LatestBody {
                datastream: id.0,
                thing: thing.key.clone(),
                property: datastream.property.key(),
                channel: datastream.channel.to_string(),
                unit: datastream.property.unit().into(),
                value: ValueBody::new(reading.time, value, quality),
            };
            let json = serde_json::to_string(&body).ok()?;
            Some((id, format!("event: observation\ndata: {json}\n")))
        };
        Self {
            id: reading.id,
            thing: reading.thing,
            events: reading.values.iter().filter_map(event).collect(),
        }
    }

    /// The events a subscriber wants; `None` if it wants none of them. Only the last has the id, so that a
    /// connection that breaks between two values of a reading resumes before the first.
    fn frames(&self, filter: Filter) -> Option<Bytes> {
        if filter.thing.is_some_and(|thing| thing != self.thing) {
            return None;
        }
        let is_wanted = |id| filter.datastream.is_none_or(|wanted| wanted == id);
        let mut events = self.events.iter().filter(|(id, _)| is_wanted(*id)).peekable();
        events.peek()?;
        let mut frames = String::new();
        while let Some((_, event)) = events.next() {
            frames.push_str(event);
            if events.peek().is_none() {
                let _ = writeln!(frames, "id: {}", self.id);
            }
            frames.push('\n');
        }
        Some(frames.into())
    }
}

/// One subscriber's place in the ring.
#[derive(Debug)]
pub struct Subscription {
    ring: broadcast::Receiver<Arc<LiveReading>>,
    filter: Filter,
    waiting: VecDeque<Bytes>,
    /// Readings up to this one were sent before the ring was reached.
    seen: ReadingId,
    position: Arc<AtomicI64>,
    keep_alive: Interval,
    shutdown: CancellationToken,
    _place: Place,
}

/// Counts a subscriber for as long as it is served.
#[derive(Debug)]
struct Place {
    n_clients: IntGauge,
    _permit: OwnedSemaphorePermit,
}

impl Place {
    fn taken(permit: OwnedSemaphorePermit, n_clients: &IntGauge) -> Self {
        n_clients.inc();
        Self { n_clients: n_clients.clone(), _permit: permit }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.n_clients.dec();
    }
}

impl Subscription {
    /// The events as the body of an answer. Ends with the program.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        stream::unfold(self, async |mut subscription| {
            let frames = subscription.next().await?;
            Some((Ok(frames), subscription))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frames) = self.waiting.pop_front() {
                self.keep_alive.reset();
                return Some(frames);
            }
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return None,
                // Before the ring: a busy ring with nothing for this client must not silence its connection.
                _ = self.keep_alive.tick() => return Some(Bytes::from_static(b": still here\n\n")),
                received = self.ring.recv() => match received {
                    Ok(reading) if reading.id <= self.seen => {}
                    Ok(reading) => self.waiting.extend(reading.frames(self.filter)),
                    Err(broadcast::error::RecvError::Lagged(_)) => self.resync("too_slow"),
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
            }
        }
    }

    /// Tells the client to read the latest values again. What was committed until now is part of that, so
    /// a later reconnect need not go further back.
    fn resync(&mut self, reason: &str) {
        let position = self.position.load(Ordering::SeqCst);
        let event = format!("event: resync\ndata: {{\"reason\":\"{reason}\"}}\nid: {position}\n\n");
        self.waiting.push_back(event.into());
    }
}

fn keep_alive() -> Interval {
    let mut keep_alive = interval(KEEP_ALIVE);
    keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    keep_alive.reset();
    keep_alive
}
