//! Commands that only look: they make no store and change none.

use std::{collections::BTreeMap, path::Path, process::Command};

use crate::harness::{City, Mosquitto, program, stadtfunk};

/// The commands that only look.
const LOOKING: [&[&str]; 4] =
    [&["devices", "list"], &["devices", "show", "70b3d57ed0000301"], &["quarantine", "list"], &["doctor"]];

/// The store's files with all that is in them. The index of the log is rebuilt by whoever opens it.
fn store_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let names = names.filter(|name| name.starts_with("city.sqlite") && !name.ends_with("-shm"));
    names.map(|name| (name.clone(), std::fs::read(folder.join(name)).unwrap())).collect()
}

#[test]
fn a_mistyped_path_is_named_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("data").join("stadtfunk.sqlite");
    let others: [&[&str]; 3] = [
        &["devices", "retire", "70b3d57ed0000301"],
        &["quarantine", "retry"],
        &["export", "--static", "export"],
    ];
    for arguments in LOOKING.into_iter().chain(others) {
        let output = Command::new(program())
            .args(arguments)
            .env("STADTFUNK_STORE__PATH", &store)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        let expected = format!("there is no store at `{}`: `stadtfunk serve`", store.display());
        assert!(said.contains(&expected), "{arguments:?}: {said}");
        assert!(!folder.path().join("data").exists(), "{arguments:?} made a folder");
    }
}

#[test]
fn a_store_that_is_looked_at_stays_as_it_is_after_a_stop_and_after_a_kill() {
    let broker = Mosquitto::start();
    let mut city = City::new(&broker);
    let add = ["devices", "add", "70b3d57ed0000301", "--name", "Station", "--profile", "decentlab/dl-atm22"];
    assert!(city.run(&add).status.success());
    for killed in [false, true] {
        if killed {
            city.start();
            let add =
                ["devices", "add", "70b3d57ed0000302", "--name", "Anders", "--profile", "decentlab/dl-atm22"];
            assert!(city.run(&add).status.success());
            city.kill();
        }
        let before = store_files(&city.path(""));
        assert_eq!(before.contains_key("city.sqlite-wal"), killed);
        for arguments in LOOKING {
            let output = city.run(arguments);
            assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
            assert!(store_files(&city.path("")) == before, "{arguments:?} changed the store");
        }
    }
}

#[test]
fn migrate_makes_the_store_that_the_others_ask_for() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        Command::new(program()).args(arguments).current_dir(folder.path()).output().unwrap()
    };
    assert!(!run(&["devices", "list"]).status.success());
    assert!(run(&["migrate"]).status.success());
    assert!(run(&["devices", "list"]).status.success());
    // A store of an older schema is left to `migrate`.
    let database = rusqlite::Connection::open(folder.path().join("data/stadtfunk.sqlite")).unwrap();
    database.pragma_update(None, "user_version", 0).unwrap();
    let refused = String::from_utf8(run(&["devices", "list"]).stderr).unwrap();
    assert!(refused.contains("`stadtfunk migrate` brings it up to date"), "{refused}");
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.txt");
    std::fs::write(&file, "Sehr geehrte Damen und Herren, ".repeat(100)).unwrap();
    let settings = folder.path().join("s.toml");
    std::fs::write(&settings, format!("[store]\npath = \"{}\"\n", file.display())).unwrap();
    let output = stadtfunk(&["devices", "list", "--config", settings.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("file is not a database"), "{said}");
}
