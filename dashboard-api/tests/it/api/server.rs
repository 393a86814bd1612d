//! The server itself: slow peers, limits, the end.

use std::{io, net::SocketAddr, time::Duration};

use axum::{Router, routing::get};
use dashboard_api::{ServeConfig, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::harness::City;

/// Far longer than anything here takes; a test that gets there has failed.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("it happens within a minute")
}

/// A served router on a port of its own.
pub(super) struct Served {
    pub(super) address: SocketAddr,
    pub(super) router: Router,
    shutdown: CancellationToken,
    server: JoinHandle<io::Result<()>>,
}

impl Served {
    pub(super) async fn start(city: &City) -> Self {
        Self::with(city.router(), ServeConfig::default(), city.state.shutdown.clone()).await
    }

    async fn with(router: Router, config: ServeConfig, shutdown: CancellationToken) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(serve(listener, router.clone(), config, shutdown.clone()));
        Self { address, router, shutdown, server }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    pub(super) async fn stop(self) {
        self.shutdown.cancel();
        within(self.server).await.unwrap().unwrap();
    }
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

async fn ask_hello(stream: &mut TcpStream) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nHost: city.example\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    within(stream.read_to_string(&mut answer)).await.unwrap();
    answer
}

#[tokio::test]
async fn a_peer_that_sends_its_headers_byte_by_byte_is_cut_off() {
    let config = ServeConfig { header_timeout: Duration::from_millis(300), ..ServeConfig::default() };
    let served = Served::with(hello(), config, CancellationToken::new()).await;
    let mut slow = served.connect().await;
    let started = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    let cut_off = within(async {
        slow.write_all(b"GET / HTTP/1.1\r\nX-Slow: ").await.unwrap();
        loop {
            tick.tick().await;
            let mut byte = [0];
            if slow.write_all(b"a").await.is_err() {
                return started.elapsed();
            }
            if let Ok(Ok(0) | Err(_)) = timeout(Duration::from_millis(1), slow.read(&mut byte)).await {
                return started.elapsed();
            }
        }
    });
    let cut_off = cut_off.await;
    assert!(cut_off >= Duration::from_millis(250), "cut off after {cut_off:?}");
    assert!(cut_off < Duration::from_secs(5), "cut off after {cut_off:?}");
    assert!(ask_hello(&mut served.connect().await).await.ends_with("hello"));
    served.stop().await;
}

#[tokio::test]
async fn a_peer_that_sends_nothing_is_cut_off() {
    let config = ServeConfig { header_timeout: Duration::from_millis(100), ..ServeConfig::default() };
    let served = Served::with(hello(), config, CancellationToken::new()).await;
    let mut silent = served.connect().await;
    assert_eq!(within(silent.read(&mut [0])).await.unwrap_or(0), 0);
    served.stop().await;
}

#[tokio::test]
async fn a_peer_that_does_not_read_its_answer_is_cut_off() {
    let config = ServeConfig {
        write_timeout: Duration::from_millis(200),
        max_connections: 1,
        ..ServeConfig::default()
    };
    let big = Router::new().route("/big", get(async || vec![b'x'; 64 << 20])).merge(hello());
    let served = Served::with(big, config, CancellationToken::new()).await;
    let mut deaf = served.connect().await;
    deaf.write_all(b"GET /big HTTP/1.1\r\nHost: city.example\r\n\r\n").await.unwrap();
    // The one place is free again only once the deaf peer has lost it.
    assert!(ask_hello(&mut served.connect().await).await.ends_with("hello"));
    served.stop().await;
}

#[tokio::test]
async fn headers_beyond_the_limit_are_refused() {
    let served = Served::with(hello(), ServeConfig::default(), CancellationToken::new()).await;
    let mut stream = served.connect().await;
    let request = format!("GET / HTTP/1.1\r\nHost: city.example\r\nX-Long: {}\r\n\r\n", "a".repeat(20_000));
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    within(stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 431");
    served.stop().await;
}

#[tokio::test]
async fn one_connection_more_than_allowed_waits_until_another_ends() {
    let config = ServeConfig { max_connections: 1, ..ServeConfig::default() };
    let served = Served::with(hello(), config, CancellationToken::new()).await;
    let mut first = served.connect().await;
    first.write_all(b"GET / HTTP/1.1\r\nHost: city.example\r\n\r\n").await.unwrap();
    within(first.read(&mut [0; 64])).await.unwrap();
    let mut second = served.connect().await;
    let waiting = tokio::spawn(async move { ask_hello(&mut second).await });
    let mut third = served.connect().await;
    third.write_all(b"GET / HTTP/1.1\r\nHost: city.example\r\n\r\n").await.unwrap();
    let answered = timeout(Duration::from_millis(200), third.read(&mut [0])).await;
    assert!(answered.is_err(), "no third connection is served beside the first");
    drop((first, third));
    assert!(within(waiting).await.unwrap().ends_with("hello"));
    served.stop().await;
}

#[tokio::test]
async fn an_open_request_is_answered_before_the_end_and_one_that_hangs_is_cut_off() {
    let config = ServeConfig { shutdown_deadline: Duration::from_millis(500), ..ServeConfig::default() };
    let shutdown = CancellationToken::new();
    let stopping = shutdown.clone();
    let slow = async move || {
        stopping.cancelled().await;
        "finished"
    };
    let router = Router::new().route("/", get(slow)).route("/hang", get(std::future::pending::<String>));
    let served = Served::with(router, config, shutdown).await;
    let mut open = served.connect().await;
    let mut hanging = served.connect().await;
    open.write_all(b"GET / HTTP/1.1\r\nHost: city.example\r\n\r\n").await.unwrap();
    hanging.write_all(b"GET /hang HTTP/1.1\r\nHost: city.example\r\n\r\n").await.unwrap();
    let answer = tokio::spawn(async move {
        let mut answer = String::new();
        within(open.read_to_string(&mut answer)).await.unwrap();
        answer
    });
    // Both requests have reached their handlers once a later one has been answered on its own connection.
    let mut probe = served.connect().await;
    probe.write_all(b"GET /none HTTP/1.1\r\nHost: city.example\r\nConnection: close\r\n\r\n").await.unwrap();
    within(probe.read_to_end(&mut Vec::new())).await.unwrap();
    let started = Instant::now();
    served.stop().await;
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(within(answer).await.unwrap().ends_with("finished"));
    assert_eq!(within(hanging.read(&mut [0])).await.unwrap_or(0), 0);
}
