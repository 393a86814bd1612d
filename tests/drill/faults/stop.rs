//! F2: SIGTERM under load, with open live streams.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    time::Duration,
};

use super::{
    report::Report,
    scene::{Plan, Setup},
};

/// Messages the program may have in work: what one stop may have to see again.
const WINDOW: u64 = 1000;

pub(crate) fn stop(setup: Setup) -> Report {
    let load = setup.load(50_000);
    let n_stops = setup.scaled(100);
    let n_streams = setup.scaled(500);
    let mut scene = Plan::new(setup).start(load);
    let publishing = scene.publish(None);
    let mut slowest = Duration::ZERO;
    for n in 0..n_stops {
        let streams = open_streams(scene.program.http_port(), n_streams);
        scene.wait_for_events(load.n * n / (n_stops + n_stops / 4 + 1));
        let (status, within) = scene.program.terminate();
        assert!(status.success() && within < Duration::from_secs(10), "{status} after {within:?}");
        slowest = slowest.max(within);
        drop(streams);
        scene.program.start();
    }
    scene.settle(publishing);
    // Deliveries that the load did not repeat itself: the stop came between commit and acknowledgement.
    let accounting = scene.program.accounting().unwrap();
    let deliveries = accounting["duplicate"]["delivery"].as_u64().unwrap_or(0);
    let redelivered = deliveries.saturating_sub(scene.n_repeated());
    assert!(
        redelivered <= WINDOW * n_stops as u64,
        "{redelivered} messages came again after {n_stops} stops"
    );
    scene.remark(format!(
        "{n_stops} stops with {n_streams} live streams, each within {:.1} s; {redelivered} committed messages came again",
        slowest.as_secs_f64()
    ));
    scene.judge()
}

/// Live streams that are being served.
pub(crate) fn open_streams(port: u16, n: usize) -> Vec<TcpStream> {
    (0..n)
        .map(|_| {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            stream.write_all(b"GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
            let mut start = [0; 12];
            stream.read_exact(&mut start).unwrap();
            assert_eq!(&start, b"HTTP/1.1 200");
            stream
        })
        .collect()
}
