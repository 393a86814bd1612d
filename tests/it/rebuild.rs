//! `stadtfunk rebuild` beside a running service.

use serde_json::Value;

use crate::harness::{City, Mosquitto, wait_for};

#[test]
fn a_bucket_changed_by_hand_is_told_and_corrected_beside_the_running_service() {
    let broker = Mosquitto::start();
    let mut city = City::new(&broker);
    let devices = city.path("devices.csv");
    let listed = city.run(&["simulate", "--fleet", "6", "--devices-csv", devices.to_str().unwrap()]);
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    assert!(city.run(&["devices", "import", devices.to_str().unwrap()]).status.success());
    city.start();
    let days = ["--from", "2026-05-04", "--to", "2026-05-06"];
    let mut simulate = city.command(&["simulate", "--fleet", "6", "--broker", &broker.url()]);
    let simulated = simulate.args(days).output().unwrap();
    assert!(simulated.status.success(), "{}", String::from_utf8_lossy(&simulated.stderr));
    wait_for("everything to be stored", || {
        let accounting = city.try_get("/api/v1/accounting");
        let accounting = accounting.and_then(|body| serde_json::from_str::<Value>(&body).ok());
        accounting.is_some_and(|a| a["adds_up"] == true && a["sources"][0]["n_in_flight"] == 0)
            && n(&city, "SELECT count(*) FROM reading") > 500
            && n(&city, "SELECT count(*) FROM dirty") == 0
    });

    let check = || city.run(&["rebuild", "--check"]);
    let fine = check();
    let text = String::from_utf8_lossy(&fine.stdout).into_owned();
    assert!(fine.status.success(), "{text}");
    assert!(text.contains(" quarter-hours compared, 0 differ"), "{text}");

    let change =
        "UPDATE bucket SET last = '[4711.0]', min = '[4711.0]' WHERE (width, chunk, thing_id, start_ms) =
         (SELECT width, chunk, thing_id, start_ms FROM bucket WHERE width = '1d' LIMIT 1)";
    rusqlite::Connection::open(city.path("city.sqlite")).unwrap().execute_batch(change).unwrap();
    let wrong = check();
    assert_eq!(wrong.status.code(), Some(1));
    let told = String::from_utf8_lossy(&wrong.stdout).into_owned();
    assert!(told.contains("1d of 2026-05-") && told.contains("4711") && told.contains(" -> "), "{told}");
    let told = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(told.contains("do not follow from the readings: `stadtfunk rebuild` corrects them"), "{told}");

    let corrected = city.run(&["rebuild"]);
    assert!(corrected.status.success());
    assert!(String::from_utf8_lossy(&corrected.stdout).ends_with("corrected\n"));
    assert!(check().status.success());
}

fn n(city: &City, sql: &str) -> u64 {
    city.database().query_row(sql, (), |row| row.get(0)).unwrap_or(0)
}
