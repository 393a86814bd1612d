//! Tiles that were fetched, kept: each is asked for once, by however many readers, and then not for a week.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::ErrorChain;
use tokio::{
    sync::Semaphore,
    time::{Duration, Instant},
};

use super::{
    TileId, TileSource,
    fetch::{Fetcher, Tile},
};
use crate::Config;

/// How long a tile is used before it is asked for again; servers of OpenStreetMap ask for seven days at least.
const FRESH_FOR: Duration = Duration::from_hours(7 * 24);
/// How long nothing is asked of a server that is in trouble, nor a tile that it did not give.
const PAUSE: Duration = Duration::from_mins(1);
/// Connections at once; two is what browsers were once asked to keep to.
const AT_ONCE_MAX: usize = 2;
/// Tiles kept: more than both pictures of the map have. Times the largest tile that is 64 MiB.
const KEPT_MAX: usize = 256;

/// The tiles of the map.
#[derive(Debug)]
pub(crate) struct Tiles {
    source: TileSource,
    fetcher: Fetcher,
    slots: Mutex<HashMap<TileId, Slot>>,
    turns: Semaphore,
    trouble: Mutex<Option<Instant>>,
}

#[derive(Clone, Debug)]
struct Slot {
    used_at: Instant,
    kept: Arc<tokio::sync::Mutex<Kept>>,
}

/// What is known of a tile.
#[derive(Debug, Default)]
struct Kept {
    tile: Option<(Tile, Instant)>,
    failed_at: Option<Instant>,
}

impl Kept {
    fn is_fresh(&self) -> bool {
        self.tile.as_ref().is_some_and(|(_, since)| since.elapsed() < FRESH_FOR)
    }

    fn tile(&self) -> Option<Tile> {
        self.tile.as_ref().map(|(tile, _)| tile.clone())
    }
}

impl Tiles {
    /// The tiles of the settings; `None` if there is no tile server or no way to reach one.
    pub(crate) fn new(config: &Config) -> Option<Self> {
        Some(Self {
            source: config.tiles.clone()?,
            fetcher: Fetcher::new(config.contact.user_agent())?,
            slots: Mutex::default(),
            turns: Semaphore::new(AT_ONCE_MAX),
            trouble: Mutex::default(),
        })
    }

    /// Whose they are.
    pub(crate) const fn source(&self) -> &TileSource {
        &self.source
    }

    /// Whether the server was in trouble just now: then nothing is asked of it for a while.
    pub(crate) fn is_in_trouble(&self) -> bool {
        lock(&self.trouble).is_some_and(|since| since.elapsed() < PAUSE)
    }

    /// A tile, kept or fetched. An old one is better than none.
    pub(crate) async fn get(self: &Arc<Self>, id: TileId) -> Option<Tile> {
        let slot = self.slot(id);
        // Whoever else asks for the same tile waits here and takes what the first one fetched.
        let kept = Arc::clone(&slot).lock_owned().await;
        if kept.is_fresh() {
            return kept.tile();
        }
        // A task of its own, so that a reader who leaves does not end it and the next one asks again.
        let tiles = Arc::clone(self);
        let renewed = tokio::spawn(async move {
            let mut kept = kept;
            tiles.renew(id, &mut kept).await;
            kept.tile()
        });
        renewed.await.ok().flatten()
    }

    async fn renew(&self, id: TileId, kept: &mut Kept) {
        let failed_lately = kept.failed_at.is_some_and(|failed_at| failed_at.elapsed() < PAUSE);
        if failed_lately || self.is_in_trouble() {
            return;
        }
        match self.fetch(id).await {
            Some(tile) => *kept = Kept { tile: Some((tile, Instant::now())), failed_at: None },
            None => kept.failed_at = Some(Instant::now()),
        }
    }

    async fn fetch(&self, id: TileId) -> Option<Tile> {
        let _turn = self.turns.acquire().await.ok()?;
        // Another tile may have found out while this one waited.
        if self.is_in_trouble() {
            return None;
        }
        match self.fetcher.get(self.source.uri(id)?).await {
            Ok(tile) => {
                *lock(&self.trouble) = None;
                Some(tile)
            }
            Err(error) => {
                let TileId { z, x, y } = id;
                tracing::warn!(z, x, y, error = %ErrorChain(&error), "a map tile could not be fetched");
                if error.is_of_the_server() {
                    *lock(&self.trouble) = Some(Instant::now());
                }
                None
            }
        }
    }

    fn slot(&self, id: TileId) -> Arc<tokio::sync::Mutex<Kept>> {
        let mut slots = lock(&self.slots);
        if !slots.contains_key(&id) && slots.len() >= KEPT_MAX {
            let oldest = slots.iter().min_by_key(|(_, slot)| slot.used_at).map(|(id, _)| *id);
            oldest.and_then(|oldest| slots.remove(&oldest));
        }
        let now = Instant::now();
        let slot = slots.entry(id).or_insert_with(|| Slot { used_at: now, kept: Arc::default() });
        slot.used_at = now;
        Arc::clone(&slot.kept)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
