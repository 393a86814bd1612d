//! The router on a socket, with limits on what one client may hold.

use std::{io, sync::Arc};

use axum::Router;
use domain::ErrorChain;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{Duration, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::write_timeout::WriteTimeout;

/// Limits of the server.
#[derive(Clone, Debug)]
pub struct ServeConfig {
    /// Connections at once; further ones wait in the kernel's queue. Must leave room below the process's
    /// limit of open files, which is 1,024 unless the service manager raises it.
    pub max_connections: usize,
    /// Longest time for a request's headers to arrive, and for an open connection to stay idle.
    pub header_timeout: Duration,
    /// Longest time a peer may take no byte of an answer.
    pub write_timeout: Duration,
    /// Bytes of a request's headers, and of an answer waiting to be written: at least 8,192.
    pub max_buffer_bytes: usize,
    /// Longest time for open requests to finish once the program ends.
    pub shutdown_deadline: Duration,
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self {
            max_connections: 800,
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            max_buffer_bytes: 16 * 1024,
            shutdown_deadline: Duration::from_secs(10),
        }
    }
}

/// Serves HTTP/1.1 until `shutdown`, then lets open requests finish until the deadline.
///
/// The accept loop is our own because `axum::serve` sets no timer, without which hyper's limit on slow
/// headers does nothing (tokio-rs/axum#2741), and waits for open streams without end (tokio-rs/axum#2673).
pub async fn serve(
    listener: TcpListener,
    router: Router,
    config: ServeConfig,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(config.max_connections));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            Some(_) = connections.join_next() => {}
            (stream, place) = accept(&listener, &places) => {
                let connection = connection(stream, router.clone(), config.clone(), graceful.watcher(), place);
                connections.spawn(connection);
            }
        }
    }
    // Nobody is let in any more, not even those the kernel has already queued.
    drop(listener);
    if timeout(config.shutdown_deadline, graceful.shutdown()).await.is_err() {
        tracing::warn!(n_connections = connections.len(), "connections cut off at the deadline");
    }
    connections.shutdown().await;
    Ok(())
}

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
    let Ok(place) = Arc::clone(places).acquire_owned().await else {
        unreachable!("the semaphore is never closed")
    };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            // Out of file descriptors, or a peer that was gone before it was accepted: both pass.
            Err(error) => {
                tracing::warn!(error = %ErrorChain(&error), "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    router: Router,
    config: ServeConfig,
    watcher: Watcher,
    _place: OwnedSemaphorePermit,
) {
    // Events are small and must not wait for more.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(error = %ErrorChain(&error), "a socket keeps its delay");
    }
    let io = TokioIo::new(WriteTimeout::new(stream, config.write_timeout));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(config.header_timeout)
        .max_buf_size(config.max_buffer_bytes)
        .serve_connection(io, TowerToHyperService::new(router));
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error = %ErrorChain(&error), "a connection ended early");
    }
}
