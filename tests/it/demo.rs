//! What a newcomer sees.

use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{program, read_until, wait_for};

struct Demo {
    child: Child,
    pages: String,
    _folder: TempDir,
}

impl Demo {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(program())
            .args(["demo", "--port", "0", "--mqtt-port", "0", "--history", "1", "--data"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let greeting = read_until(child.stdout.take().unwrap(), "Stop with Ctrl-C");
        let pages = greeting.lines().find_map(|line| line.trim().strip_prefix("pages")).unwrap();
        Self { child, pages: pages.trim().trim_end_matches('/').to_owned(), _folder: folder }
    }

    fn get(&self, path: &str) -> String {
        let url = format!("{}{path}", self.pages);
        ureq::get(url).call().unwrap().body_mut().read_to_string().unwrap()
    }

    fn get_json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get(path)).unwrap()
    }

    /// The page as a browser has it once it is loaded, its scripts included.
    fn browse(&self, path: &str) -> String {
        let profile = tempfile::tempdir().unwrap();
        let output = Command::new("/usr/bin/chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg("--dump-dom")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("{}{path}", self.pages))
            .stderr(Stdio::null())
            .output()
            .expect("Chromium is needed: `cargo xtask services` installs it");
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_demo_fills_a_city_and_ends_in_order() {
    let mut demo = Demo::start();
    wait_for("uplinks of the simulated city", || {
        demo.get_json("/api/v1/accounting")["stored"].as_u64().is_some_and(|n| n > 500)
    });
    let things = demo.get_json("/api/v1/things");
    assert!(things["features"].as_array().unwrap().len() >= 24, "{things}");

    let overview = demo.browse("/?lang=de");
    assert!(overview.contains("Pophankenweg"), "{overview}");
    let display = demo.browse("/display/pophankenweg?lang=de");
    assert!(display.contains("Pophankenweg"), "{display}");

    // SIGTERM, as a service manager sends it.
    let id = demo.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    wait_for("the demo to end", || demo.child.try_wait().unwrap().is_some());
    assert!(demo.child.wait().unwrap().success());
}

#[test]
fn a_folder_of_another_seed_is_not_mixed_up() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("demo.toml"), "seed = 3\nbegin = \"2026-05-01T00:00:00Z\"\n").unwrap();
    let output = Command::new(program())
        .args(["demo", "--port", "0", "--mqtt-port", "0", "--seed", "4", "--data"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("seed 3"));
}

#[test]
fn a_taken_port_is_named() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(program())
        .args(["demo", "--port", &port, "--mqtt-port", "0", "--data"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains(&port));
}
