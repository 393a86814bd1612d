//! One value that many clients ask for at once.

use std::sync::Arc;

use domain::ReadingId;
use tokio::{
    sync::Mutex,
    time::{Duration, Instant},
};

/// A computed value, kept for at most a second (or what else was asked for) and only while its key holds: mostly
/// while nothing new was committed.
///
/// However many clients ask at once, one computation runs at a time, and whoever waited for one that
/// began after they asked takes its result. So a crowd costs two computations, and nobody gets an answer
/// older than their own question by more than that.
#[derive(Debug)]
pub struct Cached<T, K = ReadingId> {
    entry: Mutex<Option<Entry<T, K>>>,
    max_age: Duration,
}

#[derive(Debug)]
struct Entry<T, K> {
    value: Arc<T>,
    key: K,
    computed_from: Instant,
}

impl<T, K> Default for Cached<T, K> {
    fn default() -> Self {
        Self::for_at_most(MAX_AGE)
    }
}

/// Longest time a value is served again. Another process may commit without this one noticing.
const MAX_AGE: Duration = Duration::from_secs(1);

impl<T, K> Cached<T, K> {
    /// Keeps a value for so long at most.
    pub fn for_at_most(max_age: Duration) -> Self {
        Self { entry: Mutex::new(None), max_age }
    }
}

impl<T, K: PartialEq> Cached<T, K> {
    /// The kept value, or a new one from `compute`. `key` is what the value depends on as known now: the
    /// newest reading, for what changes with time alone the time, too.
    pub async fn get<E>(&self, key: K, compute: impl AsyncFnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let asked_at = Instant::now();
        let mut entry = self.entry.lock().await;
        if let Some(entry) = &*entry {
            let unchanged = entry.key == key && entry.computed_from.elapsed() < self.max_age;
            if unchanged || entry.computed_from > asked_at {
                return Ok(Arc::clone(&entry.value));
            }
        }
        let computed_from = Instant::now();
        let value = Arc::new(compute().await?);
        *entry = Some(Entry { value: Arc::clone(&value), key, computed_from });
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        sync::atomic::{AtomicU32, Ordering},
    };

    use super::*;

    async fn get(cached: &Cached<u32>, newest: i64, value: u32) -> u32 {
        *cached.get(ReadingId(newest), async || Ok::<_, Infallible>(value)).await.unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_is_kept_until_something_is_committed() {
        let cached = Cached::default();
        assert_eq!(get(&cached, 1, 10).await, 10);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(get(&cached, 1, 11).await, 10);
        assert_eq!(get(&cached, 2, 12).await, 12);
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_is_kept_for_less_than_a_second() {
        let cached = Cached::default();
        assert_eq!(get(&cached, 1, 10).await, 10);
        tokio::time::advance(Duration::from_millis(999)).await;
        assert_eq!(get(&cached, 1, 11).await, 10);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(get(&cached, 1, 12).await, 12);
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_is_not_kept() {
        let cached = Cached::<u32>::default();
        assert_eq!(cached.get(ReadingId(1), async || Err("broken")).await, Err("broken"));
        assert_eq!(get(&cached, 1, 10).await, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_costs_two_computations() {
        let cached = Cached::default();
        let n_computed = AtomicU32::new(0);
        let ask = async |newest: i64| {
            let compute = async || {
                tokio::time::sleep(Duration::from_millis(10)).await;
                Ok::<_, Infallible>(n_computed.fetch_add(1, Ordering::SeqCst))
            };
            cached.get(ReadingId(newest), compute).await
        };
        // Each asks after another commit, so that none may take what was computed before it asked.
        let first = ask(0);
        let crowd = futures::future::join_all((1..100).map(ask));
        let ((), _) = tokio::join!(async { drop(first.await) }, crowd);
        assert_eq!(n_computed.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_leaves_during_a_computation_blocks_nobody() {
        let cached = Cached::default();
        let never =
            cached.get(ReadingId(1), async || std::future::pending::<Result<u32, Infallible>>().await);
        assert!(tokio::time::timeout(Duration::from_secs(1), never).await.is_err());
        assert_eq!(get(&cached, 1, 10).await, 10);
    }
}
