//! F22: a thousand live streams that nobody reads, and one whose reader is dead.

use std::{io::Read as _, net::TcpStream, time::Duration};

use super::{
    proxy::{Cut, Proxy},
    report::Report,
    scene::{Plan, Setup},
    stop::open_streams,
};

/// What all of them together may cost.
const RSS_GROWTH_MIB: u64 = 100;

pub(crate) fn live(setup: Setup) -> Report {
    let load = setup.load(50_000);
    let n_streams = setup.scaled(1000) - 1;
    let mut scene = Plan::new(setup).start(load);
    let publishing = scene.publish(None);
    scene.wait_for_events(load.n / 4);
    let before = scene.program.rss_max_mib();
    let mut streams = open_streams(scene.program.http_port(), n_streams);
    let cable = Proxy::to(scene.program.http_port());
    let dead = open_streams(cable.port(), 1);
    // From the program's side: the reader's machine is gone, and nobody said so.
    cable.cut(Cut::Silent);
    scene.settle(publishing);
    let growth = scene.program.rss_max_mib() - before;
    assert!(growth <= RSS_GROWTH_MIB, "{n_streams} streams cost {growth} MiB");
    let n_told = streams.iter_mut().filter_map(was_told_to_resync).filter(|told| *told).count();
    scene.remark(format!(
        "{n_streams} slow streams cost {growth} MiB; {n_told} of those read later were told to resync"
    ));
    drop((streams, dead));
    scene.judge()
}

/// Reads what has piled up: whether it says that something was left out. `None` if the program has given the reader up.
fn was_told_to_resync(stream: &mut TcpStream) -> Option<bool> {
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let mut seen = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return None,
            Ok(n) => seen.extend_from_slice(&buffer[..n]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return None,
            Err(_) => break,
        }
    }
    Some(String::from_utf8_lossy(&seen).contains("event: resync"))
}
