//! Waiting for other processes.

use std::{
    net::{Ipv4Addr, TcpListener},
    time::Duration,
};

/// Longest wait for anything a test waits for.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Asks again and again until the condition holds; fails after [`PATIENCE`].
#[expect(clippy::disallowed_methods, reason = "a pause between two looks at another process")]
pub fn wait_for(what: &str, mut condition: impl FnMut() -> bool) {
    let began = std::time::Instant::now();
    while !condition() {
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A TCP port of this machine that nobody listens on now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}
