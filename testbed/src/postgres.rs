//! A PostgreSQL server with TimescaleDB as a process of its own.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{database::query, free_port, program, wait_for};

/// How a server is told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Ends all sessions, rolls back what they had begun, writes all down.
    Fast,
    /// Ends at once; the next start recovers from the log.
    Immediate,
}

/// A server on a port of its own at loopback; killed with this value, or with the thread that started it.
#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    settings: Vec<String>,
    port: u16,
    process: Option<Child>,
    own: Option<TempDir>,
}

impl Postgres {
    /// A server in a folder that goes with it.
    pub fn start() -> Result<Self> {
        let own = tempfile::tempdir()?;
        let mut server = Self::start_in(own.path(), &[])?;
        server.own = Some(own);
        Ok(server)
    }

    /// A server whose data, log and socket lie in this existing folder, with further settings (`name=value`).
    pub fn start_in(folder: &Path, settings: &[&str]) -> Result<Self> {
        if is_root() {
            let status =
                Command::new("chown").arg("nobody:").arg(folder).status().context("cannot run chown")?;
            ensure!(status.success(), "cannot give {} to the user nobody", folder.display());
        }
        if !folder.join("data").exists() {
            initialise(folder)?;
        }
        let settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        let mut server =
            Self { folder: folder.to_owned(), settings, port: free_port(), process: None, own: None };
        server.run()?;
        Ok(server)
    }

    /// The maintenance database, as superuser.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The TCP port at loopback, the same over all restarts.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its folder, where the Unix socket and the file `log` are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts the stopped server again and waits until it answers.
    pub fn run(&mut self) -> Result<()> {
        let mut failure = None;
        wait_for("the processes of a killed server to end", || {
            failure = self.try_run().err();
            !failure.as_ref().is_some_and(|failure| failure.to_string().contains(STILL_THERE))
        });
        failure.map_or(Ok(()), Err)
    }

    fn try_run(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(self.folder.join("log"))?;
        let mut command = as_server("postgres");
        command.arg("-D").arg(self.folder.join("data")).arg("-k").arg(&self.folder);
        command.args(["-p", &self.port.to_string()]);
        for setting in SETTINGS.iter().copied().chain(self.settings.iter().map(String::as_str)) {
            command.args(["-c", setting]);
        }
        let process = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn();
        let process = self.process.insert(process.context("cannot start postgres")?);
        let url = format!("postgres://postgres@127.0.0.1:{}/postgres", self.port);
        let mut ended = None;
        wait_for("PostgreSQL to answer", || {
            ended = process.try_wait().ok().flatten();
            ended.is_some() || query(&url, "SELECT 1").is_ok()
        });
        if let Some(status) = ended {
            self.process = None;
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            bail!("PostgreSQL ended with {status} while it started: {}", tail(&log));
        }
        Ok(())
    }

    /// Stops the server and waits for its end.
    pub fn stop(&mut self, how: Stop) {
        self.end(match how {
            Stop::Fast => Signal::INT,
            Stop::Immediate => Signal::QUIT,
        });
    }

    /// Stops the server and starts it again.
    pub fn restart(&mut self, how: Stop) -> Result<()> {
        self.stop(how);
        self.run()
    }

    /// SIGKILL to the server's first process; the others notice and end.
    pub fn kill(&mut self) {
        self.end(Signal::KILL);
    }

    /// Waits until the server ends by itself or because a person said so.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        let mut process = self.process.take().context("PostgreSQL does not run")?;
        Ok(process.wait()?)
    }

    /// Whether the process is there; a panic of the server ends it.
    pub fn is_running(&mut self) -> bool {
        self.process.as_mut().is_some_and(|process| matches!(process.try_wait(), Ok(None)))
    }

    fn end(&mut self, signal: Signal) {
        if let Some(mut process) = self.process.take() {
            // Only a process that has ended already cannot be signalled.
            let _ = kill_process(Pid::from_child(&process), signal);
            let _ = process.wait();
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop(Stop::Immediate);
    }
}

/// What a new server says while processes of a killed one have not yet noticed.
const STILL_THERE: &str = "pre-existing shared memory block";

/// As in operation, but small, and with a worker for each database of many tests.
const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "shared_preload_libraries=timescaledb",
    "timescaledb.telemetry_level=off",
    "fsync=on",
    "jit=off",
    "max_connections=200",
    "shared_buffers=128MB",
    "timescaledb.max_background_workers=64",
    "max_worker_processes=80",
];

fn initialise(folder: &Path) -> Result<()> {
    let output = as_server("initdb")
        .arg("--pgdata")
        .arg(folder.join("data"))
        .args(["--username=postgres", "--auth=trust", "--no-sync", "--no-instructions"])
        .args(["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"])
        .output()
        .context("cannot start initdb")?;
    ensure!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// A program of the server. PostgreSQL refuses to work as root. Should the test process end without a word, the
/// server ends, too.
fn as_server(name: &str) -> Command {
    let mut command = Command::new("setpriv");
    if is_root() {
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]);
    }
    command.args(["--pdeathsig=QUIT", "--"]).arg(program(name)).current_dir("/");
    command
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}
