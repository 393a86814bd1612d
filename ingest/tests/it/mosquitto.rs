//! A real Mosquitto of its own for each test.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::harness::eventually;

/// A Mosquitto process on a free port of the loopback interface.
pub(crate) struct Mosquitto {
    port: u16,
    dir: TempDir,
    process: Option<Child>,
}

/// A queue of any length and no limit on what is in flight, as recommended for production.
pub(crate) const OPEN: &str =
    "allow_anonymous true\nmax_queued_messages 100000\nmax_inflight_messages 1000\n";

impl Mosquitto {
    /// Starts a broker with these settings; `{dir}` stands for its folder.
    pub(crate) async fn start(settings: &str) -> Self {
        let mut broker = Self::prepare(settings);
        broker.run().await;
        broker
    }

    /// Writes the settings of a broker that is started later.
    pub(crate) fn prepare(settings: &str) -> Self {
        let dir = TempDir::new().unwrap();
        let port = free_port();
        let settings = settings.replace("{dir}", dir.path().to_str().unwrap());
        fs::write(
            dir.path().join("mosquitto.conf"),
            // As root, Mosquitto would change to a user who may not read the folder.
            format!("user root\nlistener {port} 127.0.0.1\n{settings}\n"),
        )
        .unwrap();
        Self { port, dir, process: None }
    }

    /// A file in the broker's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Starts the process and waits until it listens.
    pub(crate) async fn run(&mut self) {
        let program = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"]
            .into_iter()
            .find(|path| PathBuf::from(path).exists())
            .unwrap_or("mosquitto");
        let process = Command::new(program)
            .arg("-c")
            .arg(self.path("mosquitto.conf"))
            .stdout(Stdio::null())
            .stderr(fs::File::create(self.path("stderr")).unwrap())
            .spawn()
            .expect("these tests need Mosquitto: install it with `apt-get install mosquitto`");
        self.process = Some(process);
        let port = self.port;
        eventually("mosquitto listens", async || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok())
            .await;
    }

    /// Ends the process at once, as a crash would.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Asks the process to end, so that it saves its sessions.
    pub(crate) fn terminate(&mut self) {
        if let Some(mut process) = self.process.take() {
            let done = Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
            assert!(done.success());
            process.wait().unwrap();
        }
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port nobody listens on now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}
