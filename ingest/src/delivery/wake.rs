use std::future;

use tokio::time::{Instant, sleep_until};

use super::Uptime;

/// Waits until a state machine wants to be told the time; for ever if it does not.
pub(crate) async fn wake(began: Instant, at: Option<Uptime>) {
    match at {
        Some(at) => sleep_until(began + at).await,
        None => future::pending().await,
    }
}
