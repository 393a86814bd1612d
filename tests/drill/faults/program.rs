//! `stadtfunk serve` as a process of its own.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

use firmware_sim::SimDevice;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use testbed::{free_port, wait_for};

/// The program with its settings; killed with this value.
#[derive(Debug)]
pub(crate) struct Program {
    folder: PathBuf,
    http: u16,
    child: Option<Child>,
    /// Before the program's own name: `faketime` and the like.
    pub(crate) wrapper: Vec<String>,
    /// Largest resident memory of all processes that have ended.
    rss_max_kib: u64,
}

impl Program {
    /// Writes the settings into this folder; not yet started. `settings` are those of store and sources.
    pub(crate) fn new(folder: &Path, settings: &str) -> Self {
        let http = free_port();
        let settings = format!(
            "{settings}\n[http]\nlisten = \"127.0.0.1:{http}\"\n[log]\nfilter = \"warn\"\nformat = \"text\"\n"
        );
        fs::write(folder.join("settings.toml"), settings).unwrap();
        Self { folder: folder.to_owned(), http, child: None, wrapper: Vec::new(), rss_max_kib: 0 }
    }

    /// Starts the process and waits until it is subscribed.
    pub(crate) fn start(&mut self) {
        self.spawn();
        wait_for("the program to subscribe", || self.is_subscribed());
    }

    /// Starts the process without waiting.
    pub(crate) fn spawn(&mut self) {
        self.child = Some(self.spawn_another(&[]));
    }

    /// Another process with the same settings and further flags.
    pub(crate) fn spawn_another(&self, flags: &[&str]) -> Child {
        let log = File::options().create(true).append(true).open(self.log_path()).unwrap();
        let mut words = self.wrapper.iter().map(String::as_str).chain([env!("CARGO_BIN_EXE_stadtfunk")]);
        Command::new(words.next().unwrap())
            .args(words)
            .args(["serve", "--config"])
            .arg(self.folder.join("settings.toml"))
            .args(flags)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    /// SIGKILL: no goodbye, no flush.
    pub(crate) fn kill(&mut self) {
        self.note_memory();
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// SIGTERM; how the process ended, and after how long.
    #[expect(clippy::disallowed_methods, reason = "how long the goodbye took is judged")]
    pub(crate) fn terminate(&mut self) -> (ExitStatus, Duration) {
        self.note_memory();
        let mut child = self.child.take().expect("the program runs");
        let began = Instant::now();
        kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        let mut status = None;
        wait_for("the program to end", || {
            status = child.try_wait().unwrap();
            status.is_some()
        });
        (status.unwrap(), began.elapsed())
    }

    /// Whether the process is still there.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }

    /// Runs another command of the program on the same settings.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_stadtfunk"))
            .arg("--config")
            .arg(self.folder.join("settings.toml"))
            .args(arguments)
            .output()
            .unwrap()
    }

    /// Provisions devices, each as a Thing of its own.
    pub(crate) fn import(&self, devices: &[SimDevice]) {
        let mut lines = String::from("dev_eui,name,profile,params\n");
        for device in devices {
            let params: Vec<String> =
                device.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let line = format!("{0},{0},{1},{2}\n", device.dev_eui, device.profile, params.join(";"));
            lines.push_str(&line);
        }
        let file = self.folder.join("devices.csv");
        fs::write(&file, lines).unwrap();
        let imported = self.run(&["devices", "import", file.to_str().unwrap()]);
        assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.http)
    }

    pub(crate) fn http_port(&self) -> u16 {
        self.http
    }

    /// `None` while it does not answer, or answers with an error.
    pub(crate) fn get_json(&self, path: &str) -> Option<Value> {
        let body = ureq::get(self.url(path)).call().ok()?.body_mut().read_to_string().ok()?;
        serde_json::from_str(&body).ok()
    }

    pub(crate) fn accounting(&self) -> Option<Value> {
        self.get_json("/api/v1/accounting")
    }

    pub(crate) fn is_subscribed(&self) -> bool {
        self.accounting().is_some_and(|accounting| accounting["sources"][0]["state"] == "subscribed")
    }

    /// Each message has its outcome, and the sums are right.
    pub(crate) fn adds_up(&self) -> bool {
        self.accounting().is_some_and(|accounting| {
            accounting["adds_up"] == true && accounting["sources"][0]["n_in_flight"] == 0
        })
    }

    /// Largest resident memory of any process so far, in MiB.
    pub(crate) fn rss_max_mib(&mut self) -> u64 {
        self.note_memory();
        self.rss_max_kib / 1024
    }

    /// Everything the processes have logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn note_memory(&mut self) {
        if let Some(child) = &self.child {
            let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
            let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
            let peak = peak.and_then(|peak| peak.parse().ok()).unwrap_or(0);
            self.rss_max_kib = self.rss_max_kib.max(peak);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
