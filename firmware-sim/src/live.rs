//! The simulated city as time goes by.

use std::{sync::Arc, time::Duration};

use domain::{Clock, ErrorChain, TimeRange};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::{Message, PublishError, Publisher, Simulator};

/// Messages published together at most; what is due is collected up to this many.
const BATCH: usize = 256;

/// The clock is looked at again after this at the latest: it may be set, and a laptop may have slept.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// What is being published at a shutdown may still be acknowledged for this long.
const GRACE: Duration = Duration::from_secs(2);

/// Publishes a city's messages as they fall due, until `shutdown`; returns how many there were.
///
/// Begins with the messages of `from`: where history ended, so that neither gap nor overlap remains. What is
/// due already (a history left to fill, a pause of the machine) is published at once. With a `speed` above 1
/// simulated time runs ahead of `clock` from the call on: an hour of the city takes `1 / speed` hours, and its
/// messages carry simulated times.
///
/// An absent broker is waited for; a broker that refuses messages ends the run with an error.
pub async fn run_live(
    mut simulator: Simulator,
    mut publisher: Publisher,
    from: Timestamp,
    clock: Arc<dyn Clock>,
    speed: f64,
    shutdown: CancellationToken,
) -> Result<u64, PublishError> {
    let time = SimulatedTime { start: clock.now(), clock, speed: speed.max(0.0) };
    let Ok(range) = TimeRange::new(from, Timestamp::MAX) else { return Ok(0) };
    let mut messages = simulator.messages(range).peekable();
    let mut n_published = 0;
    while let Some(next) = messages.peek() {
        if let Some(wait) = time.until(next.at) {
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = tokio::time::sleep(wait.min(LONGEST_WAIT)) => continue,
            }
        }
        let now = time.now();
        let mut batch = Vec::new();
        while batch.len() < BATCH
            && let Some(message) = messages.next_if(|message| message.at <= now)
        {
            batch.push(message);
        }
        let published = tokio::select! {
            biased;
            published = publish(&mut publisher, batch) => published?,
            () = async { shutdown.cancelled().await; tokio::time::sleep(GRACE).await } => break,
        };
        n_published += published;
    }
    publisher.close().await;
    Ok(n_published)
}

/// Publishes a batch, however long the broker is away.
async fn publish(publisher: &mut Publisher, batch: Vec<Message>) -> Result<u64, PublishError> {
    loop {
        match publisher.publish_all(batch.iter().cloned()).await {
            Err(error @ PublishError::Unavailable { .. }) => {
                tracing::warn!(error = %ErrorChain(&error), "waiting for the broker");
            }
            done => return done,
        }
    }
}

/// The clock of the simulated city.
#[derive(Debug)]
struct SimulatedTime {
    clock: Arc<dyn Clock>,
    start: Timestamp,
    speed: f64,
}

impl SimulatedTime {
    fn now(&self) -> Timestamp {
        let passed = self.clock.now().as_millisecond() - self.start.as_millisecond();
        #[expect(clippy::cast_possible_truncation, reason = "beyond the range of time it saturates")]
        let ahead = SignedDuration::from_millis((passed as f64 * self.speed) as i64);
        self.start.saturating_add(ahead).unwrap_or(Timestamp::MAX)
    }

    /// Real time until a simulated instant; `None` if it is due.
    fn until(&self, at: Timestamp) -> Option<Duration> {
        let ahead = at.as_millisecond() - self.now().as_millisecond();
        if ahead <= 0 && at <= self.now() {
            return None;
        }
        // At speed 0 time stands still: look again later.
        let seconds = (ahead.max(1) as f64 / 1000.0 / self.speed).min(86_400.0);
        Some(Duration::from_secs_f64(seconds))
    }
}

#[cfg(test)]
mod tests {
    use domain::ManualClock;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn simulated_time_runs_faster_than_the_clock_and_begins_with_it() {
        let clock = Arc::new(ManualClock::new(at("2026-05-01T10:00:00Z")));
        let clock_of_time: Arc<dyn Clock> = Arc::<ManualClock>::clone(&clock);
        let time = SimulatedTime { start: clock.now(), clock: clock_of_time, speed: 60.0 };
        assert_eq!(time.now(), at("2026-05-01T10:00:00Z"));
        clock.set(at("2026-05-01T10:00:30Z"));
        assert_eq!(time.now(), at("2026-05-01T10:30:00Z"));
        assert_eq!(time.until(at("2026-05-01T10:31:00Z")), Some(Duration::from_secs(1)));
        assert_eq!(time.until(at("2026-05-01T10:30:00Z")), None);
    }
}
