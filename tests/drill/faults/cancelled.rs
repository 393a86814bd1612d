//! F15: clients that go away in the middle: of a page, of a stream, of a webhook whose message is being committed.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    path::Path,
    time::Duration,
};

use super::{
    load::{Load, Uplink},
    pause,
    report::Report,
    scene::{Plan, Scene, Setup},
    seed::Seed,
};

const N_CLIENTS: usize = 4;
const TOKEN: &str = "0123456789abcdef";
const PATHS: [&str; 7] = [
    "/",
    "/api/v1/live",
    "/api/v1/latest",
    "/api/v1/things",
    "/api/v1/datastreams/1/buckets?width=15m&from=2026-05-04&to=2026-05-25",
    "/api/v1/datastreams/1/observations?limit=1000",
    "/api/v1/accounting",
];

pub(crate) fn cancelled(setup: Setup) -> Report {
    let load = setup.load(10_000);
    let n_requests = setup.scaled(10_000);
    let mut plan = Plan::new(setup);
    plan.further = format!("[webhooks.hook]\nprotocol = \"chirpstack\"\ntoken = \"{TOKEN}\"\n");
    // The same messages, some by MQTT and the others by HTTP.
    let mut scene = plan.start(Load { is_wanted: |uplink| !comes_by_http(uplink), ..load });
    let publishing = scene.publish(Some(1000));
    let port = scene.program.http_port();
    let clients: Vec<_> = (0..N_CLIENTS)
        .map(|client| {
            let mut seed = Seed::new(scene.seed.next());
            std::thread::spawn(move || {
                for n in 0..n_requests / N_CLIENTS {
                    abandon(port, PATHS[(n + client) % PATHS.len()], &mut seed);
                }
            })
        })
        .collect();
    let n_cancelled = post(&mut scene, load);
    for client in clients {
        client.join().unwrap();
    }
    assert_no_forgotten_transaction(&scene);
    scene.remark(format!("{n_requests} requests and {n_cancelled} webhook posts cancelled"));
    scene.finish(publishing)
}

fn comes_by_http(uplink: &Uplink) -> bool {
    uplink.frame.is_some() && uplink.event[0].is_multiple_of(8)
}

/// Asks for something and leaves at any moment.
fn abandon(port: u16, path: &str, seed: &mut Seed) {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return };
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let _ = write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    pause(Duration::from_micros(seed.below(2_000)));
    if seed.per_mille(500) {
        let _ = stream.read(&mut vec![0; 1 + seed.index(4096)]);
    }
    reset(&stream);
}

/// Posts the messages that come by HTTP, as a network server would: again until it hears 200. Every second one leaves before it
/// hears anything.
fn post(scene: &mut Scene, load: Load) -> usize {
    let mut n_cancelled = 0;
    let uplinks: Vec<Uplink> = load.give(|uplinks| uplinks.filter(comes_by_http).collect());
    for uplink in uplinks {
        while scene.seed.per_mille(500) {
            let mut stream = post_one(scene.program.http_port(), &uplink);
            if scene.seed.per_mille(500) {
                pause(scene.seed.between(Duration::ZERO, Duration::from_millis(5)));
            }
            reset(&stream);
            let _ = stream.flush();
            n_cancelled += 1;
        }
        let mut status = [0; 12];
        while &status != b"HTTP/1.1 200" {
            status = [0; 12];
            let _ = post_one(scene.program.http_port(), &uplink).read_exact(&mut status);
        }
        note(&scene.ledger(), &uplink);
    }
    n_cancelled
}

fn post_one(port: u16, uplink: &Uplink) -> TcpStream {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let head = format!(
        "POST /webhooks/hook?event=up HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        uplink.payload.len()
    );
    let _ = stream.write_all(&[head.as_bytes(), &uplink.payload].concat());
    stream
}

/// Makes the close an RST.
fn reset(stream: &TcpStream) {
    let _ = rustix::net::sockopt::set_socket_linger(stream, Some(Duration::ZERO));
}

fn note(ledger: &Path, uplink: &Uplink) {
    let mut ledger = File::options().create(true).append(true).open(ledger).unwrap();
    ledger.write_all(uplink.ledger_line().as_bytes()).unwrap();
}

/// No connection to the database stays in a transaction that nobody goes on with.
fn assert_no_forgotten_transaction(scene: &Scene) {
    if scene.store.kind() == super::StoreKind::Timescale {
        let forgotten = scene.store.query(
            "SELECT pid, state, query FROM pg_stat_activity WHERE datname = current_database() \
             AND state LIKE 'idle in transaction%' AND state_change < now() - interval '1 second'",
        );
        assert!(forgotten.is_empty(), "{forgotten:?}");
    }
}
