//! The pages in a real browser.

mod accessibility;
mod chart;
mod chromium;
mod contrast;
mod display;
mod embed;
mod every_page;
mod export;
mod layout;
mod live;
mod quiet;

use std::{io, net::SocketAddr, time::Duration};

use axum::Router;
use dashboard_api::{ServeConfig, serve};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use self::chromium::Browser;
use crate::harness::City;

/// The interface of a city on a port of its own, which can be taken away and comes back.
struct Server {
    address: SocketAddr,
    router: Router,
    running: Option<(CancellationToken, JoinHandle<io::Result<()>>)>,
}

impl Server {
    async fn start(city: &City) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut server = Self { address, router: city.router(), running: None };
        server.serve(listener);
        server
    }

    fn serve(&mut self, listener: TcpListener) {
        let stop = CancellationToken::new();
        let config = ServeConfig { shutdown_deadline: Duration::ZERO, ..ServeConfig::default() };
        let task = tokio::spawn(serve(listener, self.router.clone(), config, stop.clone()));
        self.running = Some((stop, task));
    }

    /// Takes the server away with all its connections.
    async fn stop(&mut self) {
        let (stop, task) = self.running.take().unwrap();
        stop.cancel();
        task.await.unwrap().unwrap();
    }

    /// Brings it back where it was.
    async fn start_again(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.serve(listener);
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}
