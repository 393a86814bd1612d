//! A way to the server that breaks at a chosen moment.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

/// It does not break.
const NEVER: u8 = 0;
/// It breaks before the server has seen the next `COMMIT`.
pub(crate) const BEFORE_COMMIT: u8 = 1;
/// It breaks after the server has seen the next `COMMIT`, before we see the answer.
pub(crate) const AFTER_COMMIT: u8 = 2;

/// Passes bytes on, both ways.
pub(crate) struct Way {
    port: u16,
    cut: Arc<AtomicU8>,
}

impl Way {
    /// A way to a server on this machine.
    pub(crate) fn to(server_port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let cut = Arc::new(AtomicU8::new(NEVER));
        let armed = Arc::clone(&cut);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { return };
                let Ok(server) = TcpStream::connect(("127.0.0.1", server_port)) else { continue };
                let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
                std::thread::spawn(move || pass(back.0, back.1));
                let armed = Arc::clone(&armed);
                std::thread::spawn(move || watch(client, server, &armed));
            }
        });
        Self { port, cut }
    }

    /// Breaks at the next `COMMIT`; later connections pass.
    pub(crate) fn arm(&self, cut: u8) {
        self.cut.store(cut, Ordering::SeqCst);
    }

    /// The same database by this way.
    pub(crate) fn url(&self, direct: &str) -> String {
        let (before, database) = direct.rsplit_once('/').unwrap();
        let (server, _) = before.rsplit_once(':').unwrap();
        format!("{server}:{}/{database}", self.port)
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
}

fn watch(mut client: TcpStream, mut server: TcpStream, cut: &AtomicU8) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(n) = client.read(&mut buffer) {
        let bytes = &buffer[..n];
        if n == 0 {
            break;
        }
        let is_commit = bytes.windows(7).any(|window| window == b"COMMIT\0");
        let cut = if is_commit { cut.swap(NEVER, Ordering::SeqCst) } else { NEVER };
        if cut == BEFORE_COMMIT {
            break;
        }
        if cut == AFTER_COMMIT {
            // Closed first, so that no answer passes.
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.write_all(bytes);
            // The server answers into the void and sees the end of the connection after the commit.
            let _ = server.shutdown(Shutdown::Write);
            return;
        }
        if server.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
}
