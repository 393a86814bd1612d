//! Once a day, what is older than it is kept is removed.

use std::{sync::Arc, time::Duration};

use domain::{Clock, ErrorChain};
use prometheus::{IntCounterVec, Opts, Registry};
use store::{Retention, RetentionMode, Store};
use tokio_util::sync::CancellationToken;

/// After a start, so that a service which is started again and again does not spend its time with this.
const FIRST: Duration = Duration::from_mins(10);
const EVERY: Duration = Duration::from_hours(24);

/// The counter of what was removed.
pub(crate) fn counter(registry: &Registry) -> Result<IntCounterVec, prometheus::Error> {
    let options = Opts::new(
        "stadtfunk_retention_removed_total",
        "Rows removed because of their age; of the level values single values.",
    );
    let counter = IntCounterVec::new(options, &["level"])?;
    registry.register(Box::new(counter.clone()))?;
    Ok(counter)
}

/// Removes what is old once a day until `stop`.
pub(crate) async fn run(
    store: Store,
    kept: Retention,
    clock: Arc<dyn Clock>,
    counter: IntCounterVec,
    stop: CancellationToken,
) {
    let mut pause = FIRST;
    while stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
        pause = EVERY;
        // Stopped between two transactions nothing is lost: the next run goes on.
        let work = store.retain(kept.clone(), clock.now(), RetentionMode::Remove);
        match stop.run_until_cancelled(work).await {
            None => return,
            Some(Ok(removed)) => {
                for removed in removed {
                    counter.with_label_values(&[removed.level.key()]).inc_by(removed.n);
                    if removed.n > 0 {
                        let (level, n) = (removed.level.key(), removed.n);
                        tracing::info!(level, n, before = %removed.before, "removed what is old");
                    }
                }
            }
            Some(Err(error)) => {
                tracing::warn!(error = %ErrorChain(&error), "what is old was not removed, tried again in an hour");
                pause = Duration::from_hours(1);
            }
        }
    }
}
