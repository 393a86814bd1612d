//! The end of the process, in order.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// From the signal to the end of the process.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// A token that is cancelled on SIGTERM or Ctrl-C.
pub(crate) fn on_signal() -> std::io::Result<CancellationToken> {
    let token = CancellationToken::new();
    let trigger = token.clone();
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        tracing::info!("shutting down");
        trigger.cancel();
    });
    Ok(token)
}
