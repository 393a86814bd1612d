//! A network that fails: a TCP proxy between the program and its broker or database.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use super::pause;

/// What happens to bytes on their way, in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Free,
    /// Each piece waits so long.
    Delayed(Duration),
    /// One byte a second.
    Trickle,
    /// Nothing passes, and nobody is told: a pulled cable, a partition.
    Stalled,
    /// New connections are refused as by a host without the service; the present ones go on.
    Closed,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// FIN on both sides.
    Close,
    /// RST on both sides.
    Reset,
    /// The far side is closed; the near side hears nothing, ever.
    HalfOpen,
    /// Neither side hears anything, ever.
    Silent,
}

/// A running proxy; ends with this value.
#[derive(Debug)]
pub(crate) struct Proxy {
    port: u16,
    wire: Arc<Mutex<Wire>>,
    is_ended: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Wire {
    flow: Flow,
    /// Connections before this one are cut.
    cut_before: u64,
    how: Cut,
    /// So many bytes more from the far side, then the cut.
    cut_after: Option<usize>,
    n_connections: u64,
    /// The ends of connections that nobody closes.
    orphans: Vec<Arc<TcpStream>>,
}

/// Longest time until a change of the wire is noticed.
const LOOK: Duration = Duration::from_millis(20);

impl Proxy {
    /// To a port of this machine.
    pub(crate) fn to(target: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        let wire = Arc::new(Mutex::new(Wire {
            flow: Flow::Free,
            cut_before: 0,
            how: Cut::Close,
            cut_after: None,
            n_connections: 0,
            orphans: Vec::new(),
        }));
        let is_ended = Arc::new(AtomicBool::new(false));
        let accept = {
            let (wire, is_ended) = (Arc::clone(&wire), Arc::clone(&is_ended));
            move || {
                while !is_ended.load(Ordering::Relaxed) {
                    match listener.accept() {
                        Ok((near, _)) => connect(near, target, &wire, &is_ended),
                        Err(_) => pause(LOOK / 4),
                    }
                }
            }
        };
        Self { port, wire, is_ended, listener: Some(std::thread::spawn(accept)) }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn set(&self, flow: Flow) {
        self.wire.lock().unwrap().flow = flow;
    }

    /// Ends all connections of now.
    pub(crate) fn cut(&self, how: Cut) {
        let mut wire = self.wire.lock().unwrap();
        wire.how = how;
        wire.cut_before = wire.n_connections;
    }

    /// Ends all connections in the middle of what comes from the far side: after so many bytes more.
    pub(crate) fn cut_after(&self, n_bytes: usize, how: Cut) {
        let mut wire = self.wire.lock().unwrap();
        wire.how = how;
        wire.cut_after = Some(n_bytes);
    }

    /// Whether the cut has happened.
    pub(crate) fn is_cut(&self) -> bool {
        self.wire.lock().unwrap().cut_after.is_none()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.is_ended.store(true, Ordering::Relaxed);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn connect(near: TcpStream, target: u16, wire: &Arc<Mutex<Wire>>, is_ended: &Arc<AtomicBool>) {
    let number = {
        let mut wire = wire.lock().unwrap();
        if wire.flow == Flow::Closed {
            let _ = rustix::net::sockopt::set_socket_linger(&near, Some(Duration::ZERO));
            return;
        }
        wire.n_connections += 1;
        wire.n_connections
    };
    let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)) else { return };
    for stream in [&near, &far] {
        stream.set_nonblocking(false).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(LOOK)).unwrap();
    }
    let (near, far) = (Arc::new(near), Arc::new(far));
    for is_from_far in [false, true] {
        let pump = Pump {
            number,
            is_from_far,
            near: Arc::clone(&near),
            far: Arc::clone(&far),
            wire: Arc::clone(wire),
            is_ended: Arc::clone(is_ended),
        };
        std::thread::spawn(move || pump.run());
    }
}

/// One direction of a connection.
struct Pump {
    number: u64,
    is_from_far: bool,
    near: Arc<TcpStream>,
    far: Arc<TcpStream>,
    wire: Arc<Mutex<Wire>>,
    is_ended: Arc<AtomicBool>,
}

impl Pump {
    fn run(self) {
        let (mut from, mut to) =
            if self.is_from_far { (&*self.far, &*self.near) } else { (&*self.near, &*self.far) };
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let flow = match self.look() {
                Ok(flow) => flow,
                Err(how) => return self.cut(how),
            };
            if flow == Flow::Stalled {
                pause(LOOK);
                continue;
            }
            let n = match from.read(&mut buffer) {
                Ok(0) => {
                    let _ = to.shutdown(Shutdown::Write);
                    return;
                }
                Ok(n) => n,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => continue,
                Err(_) => {
                    let _ = to.shutdown(Shutdown::Both);
                    return;
                }
            };
            match flow {
                Flow::Delayed(time) => pause(time),
                Flow::Trickle => {
                    for byte in &buffer[..n] {
                        if to.write_all(&[*byte]).is_err() {
                            return;
                        }
                        for _ in 0..50 {
                            if self.look() == Ok(Flow::Trickle) {
                                pause(LOOK);
                            }
                        }
                        if let Err(how) = self.look() {
                            return self.cut(how);
                        }
                    }
                    continue;
                }
                Flow::Free | Flow::Closed | Flow::Stalled => {}
            }
            let n_passing = self.passing(n);
            if to.write_all(&buffer[..n_passing]).is_err() {
                return;
            }
        }
    }

    /// How bytes flow now, or how this connection ends.
    fn look(&self) -> Result<Flow, Cut> {
        if self.is_ended.load(Ordering::Relaxed) {
            return Err(Cut::Close);
        }
        let wire = self.wire.lock().unwrap();
        if self.number <= wire.cut_before { Err(wire.how) } else { Ok(wire.flow) }
    }

    /// How many of these bytes still pass before the cut.
    fn passing(&self, n: usize) -> usize {
        let mut wire = self.wire.lock().unwrap();
        match wire.cut_after {
            Some(left) if self.is_from_far && left <= n => {
                wire.cut_after = None;
                wire.cut_before = wire.n_connections;
                left
            }
            Some(left) if self.is_from_far => {
                wire.cut_after = Some(left - n);
                n
            }
            _ => n,
        }
    }

    fn cut(self, how: Cut) {
        match how {
            Cut::Close => {
                let _ = self.near.shutdown(Shutdown::Both);
                let _ = self.far.shutdown(Shutdown::Both);
            }
            // Sent when the last holder lets go.
            Cut::Reset => {
                for stream in [&self.near, &self.far] {
                    let _ = rustix::net::sockopt::set_socket_linger(&**stream, Some(Duration::ZERO));
                }
            }
            Cut::HalfOpen => {
                let _ = self.far.shutdown(Shutdown::Both);
                self.wire.lock().unwrap().orphans.push(self.near);
            }
            Cut::Silent => self.wire.lock().unwrap().orphans.extend([self.near, self.far]),
        }
    }
}
