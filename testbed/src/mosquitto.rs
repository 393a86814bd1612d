//! A Mosquitto on a free port, in a folder of its own.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{free_port, wait_for};

/// A broker; killed with this value.
#[derive(Debug)]
pub struct Mosquitto {
    folder: TempDir,
    port: u16,
    process: Option<Child>,
}

impl Mosquitto {
    /// Keeps what a subscriber has not acknowledged, however much it is.
    pub const OPEN: &str = "allow_anonymous true\nmax_queued_messages 1000000\nmax_inflight_messages 1000\n\
                            set_tcp_nodelay true\n";

    /// A running broker that keeps what a subscriber has not acknowledged.
    pub fn start() -> Self {
        Self::start_with(Self::OPEN)
    }

    /// A running broker with these settings alone (beside its listener); `{dir}` in them stands for its folder.
    pub fn start_with(settings: &str) -> Self {
        let mut broker = Self::prepare(settings);
        broker.run();
        broker
    }

    /// A broker that is started later.
    pub fn prepare(settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for Mosquitto");
        let port = free_port();
        let settings = settings.replace("{dir}", &folder.path().display().to_string());
        // As root, Mosquitto would change to a user who may not read the folder.
        let settings = format!("user root\nlistener {port} 127.0.0.1\n{settings}\n");
        fs::write(folder.path().join("mosquitto.conf"), settings).expect("Mosquitto's settings are written");
        Self { folder, port, process: None }
    }

    /// Starts the process and waits until it listens.
    pub fn run(&mut self) {
        let process = Command::new("/usr/sbin/mosquitto")
            .arg("-c")
            .arg(self.path("mosquitto.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(self.path("stderr")).expect("Mosquitto's folder can be written"))
            .spawn()
            .expect("Mosquitto is needed: `cargo xtask services` installs it");
        self.process = Some(process);
        wait_for("Mosquitto to listen", || TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok());
    }

    /// Ends the process at once, as a crash would.
    pub fn kill(&mut self) {
        self.end(Signal::KILL);
    }

    /// Asks the process to end, so that it saves its sessions.
    pub fn terminate(&mut self) {
        self.end(Signal::TERM);
    }

    /// The TCP port at loopback, the same over all restarts.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where clients connect.
    pub fn url(&self) -> String {
        format!("mqtt://127.0.0.1:{}", self.port)
    }

    /// The process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Child::id)
    }

    /// A file in the broker's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn end(&mut self, signal: Signal) {
        if let Some(mut process) = self.process.take() {
            // Only a process that has ended already cannot be signalled.
            let _ = kill_process(Pid::from_child(&process), signal);
            let _ = process.wait();
        }
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.kill();
    }
}
