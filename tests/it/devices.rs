//! Provisioning from the command line.

use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::program;

const DEV_EUI: &str = "70b3d57ed0000301";

/// A folder with a store of its own.
struct Office(TempDir);

impl Office {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(program()).args(arguments).current_dir(self.0.path()).output().unwrap()
    }

    /// Runs a command that must succeed; what it says.
    fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn add(&self, further: &[&str]) -> String {
        self.said(&[&["devices", "add", DEV_EUI, "--name", "Pophankenweg"], further].concat())
    }

    fn import(&self, file: &str) -> String {
        std::fs::write(self.0.path().join("devices.csv"), file).unwrap();
        self.said(&["devices", "import", "devices.csv"])
    }

    fn shown(&self) -> Value {
        serde_json::from_str(&self.said(&["devices", "show", DEV_EUI])).unwrap()
    }
}

#[test]
fn a_device_added_again_keeps_what_is_not_given() {
    let office = Office::new();
    office.add(&[
        "--profile",
        "pmx/tcr",
        "--interval",
        "5min",
        "--param",
        "cat1=bicycle",
        "--since",
        "2026-01-01T00:00:00Z",
    ]);
    let before = office.shown();
    assert_eq!((&before["interval_s"], &before["params"]), (&json!(300), &json!({ "cat1": "bicycle" })));

    assert_eq!(office.add(&["--profile", "pmx/tcr"]), "0 created, 0 updated, 1 unchanged\n");
    assert_eq!(office.shown(), before);
    let line = format!("dev_eui,name,profile\n{DEV_EUI},Pophankenweg,pmx/tcr\n");
    assert_eq!(office.import(&line), "0 created, 0 updated, 1 unchanged\n");
    assert_eq!(office.shown(), before);

    office.add(&["--profile", "pmx/tcr", "--interval", "1h"]);
    assert_eq!(office.shown()["interval_s"], 3600);
    assert_eq!(office.shown()["params"], before["params"]);
    office.add(&["--profile", "pmx/tcr", "--param", "cat2=car"]);
    assert_eq!(office.shown()["params"], json!({ "cat2": "car" }));
    office.add(&["--profile", "pmx/tcr", "--param", "-"]);
    assert_eq!(office.shown()["params"], json!({}));
    assert_eq!(office.shown()["since"], before["since"]);
}

#[test]
fn a_misspelt_profile_is_taken_with_a_hint_and_decoded_with_none() {
    let office = Office::new();
    let hint = "did you mean `pmx/tcr`?";
    assert!(office.add(&["--profile", "pmx/trc"]).contains(hint));
    let said = office.import(&format!("dev_eui,name,profile\n{DEV_EUI},Pophankenweg,PMX/TCR\n"));
    assert!(said.contains(hint) && said.contains("1 updated"), "{said}");
    let said = office.import(&format!("dev_eui,name,profile\n{DEV_EUI},Pophankenweg,acme/anvil-3000\n"));
    assert!(said.contains("quarantine") && !said.contains("did you mean"), "{said}");

    let output = office.run(&["decode", "--profile", "pmx/trc", "--f-port", "14", "00"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains(hint));
}
