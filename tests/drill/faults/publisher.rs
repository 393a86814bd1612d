//! The network server's end: publishes until each message is acknowledged, and notes on disk what was.

use std::{
    collections::{BTreeMap, VecDeque},
    fs::{self, File},
    io::{self, Write as _},
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::{
    load::{EventKey, Frame, Load, Uplink},
    mqtt::{self, PUBACK, Packet},
    pause,
};

/// Messages sent before their acknowledgements are awaited, and written to the ledger together.
const WINDOW: usize = 100;

/// A publisher at work in a thread of its own.
#[derive(Debug)]
pub(crate) struct Publishing {
    thread: JoinHandle<()>,
}

impl Publishing {
    /// Publishes a load to a broker on this machine, at most so many messages a second. Each line of the ledger is a message the
    /// broker has acknowledged; the line is on disk before the next message is sent.
    pub(crate) fn start(port: u16, load: Load, ledger: PathBuf, per_second: Option<u32>) -> Self {
        let thread =
            std::thread::spawn(move || load.give(|uplinks| publish(port, uplinks, &ledger, per_second)));
        Self { thread }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits until all is published.
    pub(crate) fn join(self) {
        if let Err(panic) = self.thread.join() {
            std::panic::resume_unwind(panic);
        }
    }
}

/// What the publisher knows to be published.
pub(crate) fn read_ledger(ledger: &Path) -> BTreeMap<EventKey, Option<Frame>> {
    let text = fs::read_to_string(ledger).unwrap();
    let entry = |line: &str| {
        let mut words = line.split(' ');
        let event = hex::decode(words.next().unwrap()).unwrap().try_into().unwrap();
        let frame = words.next().zip(words.next());
        (event, frame.map(|(dev_eui, f_cnt)| (dev_eui.parse().unwrap(), f_cnt.parse().unwrap())))
    };
    text.lines().map(entry).collect()
}

/// Publishes everything; whatever breaks is tried again for as long as anything goes forward within [`testbed::PATIENCE`].
#[expect(clippy::disallowed_methods, reason = "a rate is kept by the clock")]
pub(crate) fn publish(
    port: u16,
    uplinks: &mut dyn Iterator<Item = Uplink>,
    ledger: &Path,
    per_second: Option<u32>,
) {
    let mut ledger = File::options().create(true).append(true).open(ledger).unwrap();
    let began = Instant::now();
    let mut n_sent = 0_u32;
    let mut connection = None;
    let window = per_second.map_or(WINDOW, |rate| usize::try_from(rate / 20).unwrap().clamp(1, WINDOW));
    loop {
        let mut waiting: VecDeque<Uplink> = uplinks.take(window).collect();
        if waiting.is_empty() {
            return;
        }
        n_sent += u32::try_from(waiting.len()).unwrap();
        let mut last_progress = Instant::now();
        while !waiting.is_empty() {
            let n_before = waiting.len();
            let result = send(port, &mut connection, &mut waiting, &mut ledger);
            if waiting.len() < n_before {
                last_progress = Instant::now();
            }
            if let Err(error) = result {
                assert!(last_progress.elapsed() < testbed::PATIENCE, "the broker takes nothing: {error}");
                connection = None;
                pause(Duration::from_millis(20));
            }
        }
        if let Some(rate) = per_second {
            let due = Duration::from_secs_f64(f64::from(n_sent) / f64::from(rate));
            pause(due.saturating_sub(began.elapsed()));
        }
    }
}

/// Sends a window and takes out what was acknowledged, also if the connection breaks in between.
fn send(
    port: u16,
    connection: &mut Option<TcpStream>,
    waiting: &mut VecDeque<Uplink>,
    ledger: &mut File,
) -> io::Result<()> {
    let stream = match connection {
        Some(stream) => stream,
        None => connection.insert(open(port)?),
    };
    let mut packets = Vec::new();
    for (id, uplink) in (1..).zip(&*waiting) {
        packets.extend(mqtt::publish(&uplink.topic, id, &[], &uplink.payload));
    }
    let mut is_acknowledged = vec![false; waiting.len()];
    let result = exchange(stream, &packets, &mut is_acknowledged);
    let mut lines = String::new();
    let mut kept = is_acknowledged.iter();
    waiting.retain(|uplink| {
        let is_acknowledged = *kept.next().unwrap();
        if is_acknowledged {
            lines.push_str(&uplink.ledger_line());
        }
        !is_acknowledged
    });
    ledger.write_all(lines.as_bytes()).unwrap();
    ledger.sync_data().unwrap();
    result
}

fn exchange(stream: &mut TcpStream, packets: &[u8], is_acknowledged: &mut [bool]) -> io::Result<()> {
    stream.write_all(packets)?;
    while is_acknowledged.contains(&false) {
        let packet = Packet::read(stream)?;
        if packet.kind == PUBACK {
            is_acknowledged[usize::from(packet.id()) - 1] = true;
        }
    }
    Ok(())
}

fn open(port: u16) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.set_write_timeout(Some(Duration::from_secs(20)))?;
    mqtt::connect(&mut stream, "publisher")?;
    Ok(stream)
}
