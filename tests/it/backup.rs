//! A copy taken beside the running service, put back, and everything delivered again.

use serde_json::Value;

use crate::harness::{City, Mosquitto, wait_for};

#[test]
fn after_a_restore_what_the_broker_delivers_again_makes_the_store_whole() {
    let broker = Mosquitto::start();
    let mut city = City::new(&broker);
    let file = |city: &City, name: &str| city.path(name).to_str().unwrap().to_owned();
    let run = |city: &City, arguments: &[&str]| {
        let output = city.run(arguments);
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    };
    let (devices, messages, copy) =
        (file(&city, "devices.csv"), file(&city, "all.jsonl"), file(&city, "copy"));
    assert!(run(&city, &["simulate", "--fleet", "6", "--devices-csv", &devices]).0);
    assert!(run(&city, &["devices", "import", &devices]).0);
    let days = ["--from", "2026-05-04", "--to", "2026-05-06", "--record", &messages];
    assert!(run(&city, &[["simulate", "--fleet", "6"].as_slice(), &days].concat()).0);
    let all = std::fs::read_to_string(&messages).unwrap();
    let lines: Vec<&str> = all.lines().collect();
    let half = city.file("half.jsonl", lines[..lines.len() / 2].join("\n") + "\n");

    city.start();
    assert!(run(&city, &["replay", half.to_str().unwrap(), "--broker", &broker.url()]).0);
    wait_until_done(&city, lines.len() / 2);
    let (done, told, error) = run(&city, &["backup", &copy]);
    assert!(done, "{error}");
    assert!(told.contains("newest reading 2026-05-0") && told.contains(" reading\n"), "{told}");
    let manifest: Value =
        serde_json::from_str(&std::fs::read_to_string(format!("{copy}.json")).unwrap()).unwrap();
    assert_eq!(manifest["rows"]["device"], 6);
    // Neither a second copy in its place nor a restore below the running service.
    let (done, _, error) = run(&city, &["backup", &copy]);
    assert!(!done && error.contains("nothing is overwritten"), "{error}");
    let (done, _, error) = run(&city, &["restore", &copy, "--replace"]);
    assert!(!done && error.contains("ingests into"), "{error}");

    assert!(run(&city, &["replay", &messages, "--broker", &broker.url()]).0);
    wait_until_done(&city, lines.len());
    city.kill();
    let whole = content(&city, "city.sqlite");
    let (done, _, error) = run(&city, &["restore", &copy]);
    assert!(!done && error.contains("city.sqlite") && error.contains("nothing is overwritten"), "{error}");
    let (done, told, error) = run(&city, &["restore", &copy, "--replace"]);
    assert!(done, "{error}");
    let aside = told.lines().find_map(|line| line.strip_prefix("what was there is now ")).unwrap();
    assert_eq!(content(&city, aside), whole);
    assert_ne!(content(&city, "city.sqlite"), whole);

    city.start();
    assert!(run(&city, &["replay", &messages, "--broker", &broker.url()]).0);
    wait_until_done(&city, lines.len());
    assert_eq!(content(&city, "city.sqlite"), whole);
    assert!(run(&city, &["rebuild", "--check"]).0);
}

#[test]
fn a_damaged_copy_is_refused_and_the_store_stays() {
    let broker = Mosquitto::start();
    let city = City::new(&broker);
    assert!(city.run(&["migrate"]).status.success());
    let copy = city.path("copy");
    assert!(city.run(&["backup", copy.to_str().unwrap()]).status.success());
    let before = std::fs::read(city.path("city.sqlite")).unwrap();
    let mut bytes = std::fs::read(&copy).unwrap();
    bytes.truncate(bytes.len() / 2);
    std::fs::write(&copy, bytes).unwrap();
    let refused = city.run(&["restore", copy.to_str().unwrap(), "--replace"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("is damaged"), "{}", text(&refused.stderr));
    assert_eq!(std::fs::read(city.path("city.sqlite")).unwrap(), before);
}

#[test]
fn a_store_in_postgresql_is_left_to_its_own_tools() {
    let broker = Mosquitto::start();
    let city = City::new(&broker);
    let mut command = city.command(&["backup", "copy"]);
    let refused =
        command.env("STADTFUNK_STORE__URL", "postgres://user@localhost/stadtfunk").output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let error = text(&refused.stderr);
    assert!(error.contains("pg_dump") && error.contains("docs/operating.md"), "{error}");
}

fn wait_until_done(city: &City, n_messages: usize) {
    wait_for("every message to be stored and every bucket computed", || {
        let accounting = city.try_get("/api/v1/accounting");
        let accounting = accounting.and_then(|body| serde_json::from_str::<Value>(&body).ok());
        let n = |sql: &str| city.database().query_row(sql, (), |row| row.get::<_, usize>(0)).unwrap_or(0);
        accounting.is_some_and(|a| a["adds_up"] == true && a["sources"][0]["n_in_flight"] == 0)
            && n("SELECT count(*) FROM ingest_event") == n_messages
            && n("SELECT count(*) FROM dirty") == 0
    });
}

/// Everything that was measured, and all buckets.
fn content(city: &City, file: &str) -> Vec<String> {
    let database = rusqlite::Connection::open(city.path(file)).unwrap();
    let mut lines = Vec::new();
    for sql in [
        "SELECT concat_ws(' ', thing_id, device_id, time_ms, \"values\", quality) FROM reading ORDER BY 1",
        "SELECT concat_ws(' ', width, thing_id, start_ms, n, sum, min, max, last, covered, carried) FROM bucket ORDER BY 1",
        "SELECT concat_ws(' ', hex(event_id), outcome, reason) FROM ingest_event ORDER BY 1",
    ] {
        let mut statement = database.prepare(sql).unwrap();
        lines.extend(statement.query_map((), |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap));
    }
    assert!(lines.len() > 500, "{} rows", lines.len());
    lines
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
