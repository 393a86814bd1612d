//! A whole city on free ports: Mosquitto and `stadtfunk serve` as processes of their own.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use firmware_sim::SimDevice;
use serde_json::Value;
use tempfile::TempDir;

use testbed::Database;
pub(crate) use testbed::{Mosquitto, free_port, wait_for};

/// A `stadtfunk serve` with its own store.
pub(crate) struct City {
    folder: TempDir,
    http: u16,
    child: Option<Child>,
}

impl City {
    /// A city whose one source is this broker of a ChirpStack; not yet started.
    pub(crate) fn new(broker: &Mosquitto) -> Self {
        Self::new_with(broker, "")
    }

    /// With further settings.
    pub(crate) fn new_with(broker: &Mosquitto, further: &str) -> Self {
        Self::behind("chirpstack", broker, further)
    }

    /// A city whose one source is this broker of a ChirpStack and whose store is this database; not yet started.
    pub(crate) fn in_database(broker: &Mosquitto, database: &Database) -> Self {
        let city = Self::new(broker);
        let settings = std::fs::read_to_string(city.settings()).unwrap();
        let store = format!("path = \"{}\"", city.path("city.sqlite").display());
        city.file("settings.toml", settings.replace(&store, &format!("url = \"{}\"", database.url())));
        city
    }

    /// A city whose one source is this broker of a network server, with further settings; not yet started.
    pub(crate) fn behind(protocol: &str, broker: &Mosquitto, further: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let http = free_port();
        let settings = format!(
            "[store]\npath = \"{}\"\n[http]\nlisten = \"127.0.0.1:{http}\"\n[log]\nfilter = \"warn\"\n\
             [ingest.sources.city]\nprotocol = \"{protocol}\"\nurl = \"{}\"\n{further}",
            folder.path().join("city.sqlite").display(),
            broker.url(),
        );
        std::fs::write(folder.path().join("settings.toml"), settings).unwrap();
        Self { folder, http, child: None }
    }

    /// Starts the program and waits until it is subscribed.
    pub(crate) fn start(&mut self) {
        self.spawn();
        wait_for("the city to subscribe", || {
            self.try_get("/api/v1/accounting")
                .and_then(|body| serde_json::from_str::<Value>(&body).ok())
                .is_some_and(|accounting| accounting["sources"][0]["state"] == "subscribed")
        });
    }

    /// Starts the program without waiting.
    pub(crate) fn spawn(&mut self) {
        let child = Command::new(program())
            .args(["serve", "--config"])
            .arg(self.settings())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
    }

    /// Starts the program and gives what it logs up to a line with this text.
    pub(crate) fn spawn_and_read_until(&mut self, text: &str) -> String {
        let mut child = Command::new(program())
            .args(["serve", "--config"])
            .arg(self.settings())
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        self.child = Some(child);
        // Whoever logs finds a reader for as long as the program runs.
        let (sender, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            log.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
        });
        let mut seen = String::new();
        while !seen.contains(text) {
            let line = lines.recv_timeout(Duration::from_mins(1));
            seen += &line.unwrap_or_else(|_| panic!("`{text}` is not logged, but:\n{seen}"));
            seen.push('\n');
        }
        seen
    }

    /// SIGKILL: no goodbye, no flush.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Runs another command of the program on the same settings.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Another command of the program on the same settings, not yet started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.arg("--config").arg(self.settings()).args(arguments);
        command
    }

    /// A path in the city's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Imports simulated devices, each as a Thing of its own.
    pub(crate) fn import<'d>(&self, devices: impl Iterator<Item = &'d SimDevice>) {
        let header = "dev_eui,name,profile".to_owned();
        let line = |device: &SimDevice| format!("{},{},{}", device.dev_eui, device.dev_eui, device.profile);
        let lines: Vec<String> = std::iter::once(header).chain(devices.map(line)).collect();
        let file = self.file("devices.csv", lines.join("\n"));
        let imported = self.run(&["devices", "import", file.to_str().unwrap()]);
        assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    }

    /// Writes a file into the city's folder.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The store, for reading with SQL.
    pub(crate) fn database(&self) -> rusqlite::Connection {
        let path = self.path("city.sqlite");
        rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.http)
    }

    pub(crate) fn get_json(&self, path: &str) -> Value {
        let body = self.try_get(path).unwrap_or_else(|| panic!("GET {path} failed"));
        serde_json::from_str(&body).unwrap()
    }

    pub(crate) fn try_get(&self, path: &str) -> Option<String> {
        ureq::get(self.url(path)).call().ok()?.body_mut().read_to_string().ok()
    }

    fn settings(&self) -> PathBuf {
        self.path("settings.toml")
    }
}

impl Drop for City {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The program under test.
pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_stadtfunk"))
}

/// Runs the program to its end, away from any settings file.
pub(crate) fn stadtfunk(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    Command::new(program()).args(arguments).current_dir(folder.path()).output().unwrap()
}

/// Reads lines of a process until one contains the text.
pub(crate) fn read_until(output: impl Read, text: &str) -> String {
    let mut seen = String::new();
    for line in BufReader::new(output).lines() {
        let line = line.unwrap();
        let found = line.contains(text);
        seen.push_str(&line);
        seen.push('\n');
        if found {
            return seen;
        }
    }
    panic!("the process ended without `{text}`:\n{seen}");
}
