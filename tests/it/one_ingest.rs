//! One process at a time ingests into a store; everything else goes on beside it.

use std::process::{Command, Output, Stdio};

use crate::harness::{City, Mosquitto, free_port, program, wait_for};

fn refusal(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    text
}

#[test]
fn a_second_ingest_is_refused_with_the_store_named_and_the_first_goes_on() {
    let broker = Mosquitto::start();
    let mut city = City::new(&broker);
    city.start();
    let before = city.get_json("/api/v1/accounting")["sources"][0].clone();
    assert_eq!(before["state"], "subscribed", "{before}");
    for arguments in
        [&["serve", "--listen", "127.0.0.1:0"][..], &["serve", "--listen", "127.0.0.1:0", "--role", "ingest"]]
    {
        let text = refusal(&city.run(arguments));
        assert_eq!(text.trim_end().lines().count(), 1, "{text}");
        assert!(text.contains("city.sqlite`") && text.contains("--role api"), "{text}");
    }
    // Nobody took its session: the connection is still the same.
    let after = city.get_json("/api/v1/accounting")["sources"][0].clone();
    assert_eq!((&after["state"], &after["since"]), (&before["state"], &before["since"]));
}

#[test]
fn a_demo_is_refused_on_a_store_that_is_served() {
    let broker = Mosquitto::start();
    let city = City::new(&broker);
    let data = tempfile::tempdir().unwrap();
    let store = data.path().join("stadtfunk.sqlite");
    let mut served = city.command(&["serve", "--store", store.to_str().unwrap()]).spawn().unwrap();
    wait_for("the city to serve", || city.try_get("/readyz").is_some());
    let demo = Command::new(program())
        .args(["demo", "--port", "0", "--mqtt-port", "0", "--history", "0", "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    served.kill().unwrap();
    served.wait().unwrap();
    let text = refusal(&demo);
    assert!(text.contains("stadtfunk.sqlite`"), "{text}");
    assert!(!data.path().join("demo.toml").exists(), "the refused demo left something behind");
}

#[test]
fn commands_and_a_process_that_only_serves_work_beside_a_running_ingest() {
    let broker = Mosquitto::start();
    let mut city = City::new(&broker);
    city.start();
    let devices = city.file("d.csv", "dev_eui,name,profile\n70b3d57ed0000301,Station,decentlab/dl-atm22\n");
    for arguments in [
        &["devices", "import", devices.to_str().unwrap()][..],
        &["devices", "list"],
        &["quarantine", "list"],
        &["quarantine", "retry"],
        &["migrate"],
    ] {
        let output = city.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    let listen = format!("127.0.0.1:{}", free_port());
    let mut api =
        city.command(&["serve", "--role", "api", "--listen", &listen]).stdin(Stdio::null()).spawn().unwrap();
    let ready = || ureq::get(format!("http://{listen}/readyz")).call().is_ok();
    wait_for("the second process to serve", ready);
    let things = ureq::get(format!("http://{listen}/api/v1/things")).call().unwrap();
    assert!(things.into_body().read_to_string().unwrap().contains("Station"));
    api.kill().unwrap();
    api.wait().unwrap();
}

#[test]
fn a_killed_ingest_leaves_nothing_that_keeps_the_next_from_starting() {
    let broker = Mosquitto::start();
    let mut city = City::new(&broker);
    city.start();
    city.kill();
    assert!(city.path("city.sqlite.lock").exists());
    city.start();
}
