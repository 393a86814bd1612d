//! `stadtfunk retention` on the settings of the city.

use crate::harness::{City, Mosquitto};

#[test]
fn what_is_old_is_counted_and_then_removed() {
    let broker = Mosquitto::start();
    let city = City::new_with(&broker, "[retention]\naudit = \"1y\"\n");
    assert!(city.run(&["migrate"]).status.success());
    let audits = |sql: &str| -> u64 { city.database().query_row(sql, (), |row| row.get(0)).unwrap() };
    let writable = rusqlite::Connection::open(city.path("city.sqlite")).unwrap();
    writable
        .execute_batch(
            "INSERT INTO audit (at_ms, action, subject, detail) VALUES (1500000000000, 'add device', 'a', '{}');
             INSERT INTO audit (action, subject, detail) VALUES ('add device', 'b', '{}')",
        )
        .unwrap();
    drop(writable);

    let counted = city.run(&["retention", "--dry-run"]);
    let told = String::from_utf8_lossy(&counted.stdout).into_owned();
    assert!(counted.status.success());
    assert!(told.lines().any(|l| l.starts_with("audit ") && l.contains(" 1 would be removed")), "{told}");
    assert_eq!(audits("SELECT count(*) FROM audit"), 2);

    let removed = city.run(&["retention"]);
    let told = String::from_utf8_lossy(&removed.stdout).into_owned();
    assert!(removed.status.success());
    assert!(told.lines().any(|l| l.starts_with("audit ") && l.contains(" 1 removed")), "{told}");
    // What was removed is noted in its place.
    assert_eq!(audits("SELECT count(*) FROM audit WHERE subject = 'a'"), 0);
    assert_eq!(audits("SELECT count(*) FROM audit WHERE action = 'retention' AND subject = 'audit'"), 1);
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let broker = Mosquitto::start();
    let city = City::new_with(&broker, "[retention]\naggregate_only = \"30d\"\n");
    let refused = city.run(&["config", "check"]);
    assert_eq!(refused.status.code(), Some(2));
    let error = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(error.contains("retention.uplinks") && error.contains("no more than 30d"), "{error}");
}
