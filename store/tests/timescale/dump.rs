//! A database dumped, restored and used again, by the steps of docs/operating.md.

use std::process::Command;

use domain::ObservedProperty as P;
use jiff::SignedDuration;
use store::{Config, Outcome, RebuildMode, Store};

use crate::suite::harness::{City, Frame, Place, at, berlin, new_device, target};

#[tokio::test]
async fn what_was_dumped_and_restored_knows_every_message_and_every_bucket() {
    let city = City::with_tower().await;
    city.store.import_devices(vec![new_device(2, "Pier", 15)]).await.unwrap();
    let devices = [city.device(1).await, city.device(2).await];
    // Over several weeks, so that there are several chunks.
    let arrivals: Vec<_> = (0..200_i32)
        .map(|i| {
            let time = at("2026-05-01T00:03:00Z") + SignedDuration::from_mins(211 * i64::from(i));
            let frame = Frame::new(&devices[usize::try_from(i % 2).unwrap()], time);
            frame.value(P::AirTemperature, 0.1 * f64::from(i)).value(P::BicycleTotal, f64::from(i)).arrival()
        })
        .collect();
    city.store.commit(arrivals.clone()).await.unwrap();
    city.store.settle().await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stadtfunk.dump");
    let Place::Server(filled) = &city.place else { panic!("the store is on a server") };
    run("pg_dump", &["-Fc", "-f", file.to_str().unwrap(), &filled.url()]);
    let restored = testbed::Database::timescale();
    restored.query("SELECT timescaledb_pre_restore()");
    run("pg_restore", &["--no-owner", "-d", &restored.url(), file.to_str().unwrap()]);
    restored.query("SELECT timescaledb_post_restore()");

    let store = Store::open(Config::postgres(target(&restored.url()), berlin())).await.unwrap();
    let accounting = store.accounting().await.unwrap();
    assert_eq!(accounting.n_events, 200);
    let again = store.commit(arrivals).await.unwrap();
    assert_eq!(again, vec![Outcome::DuplicateDelivery; 200]);
    let report = store.rebuild(RebuildMode::Check).await.unwrap();
    assert_eq!(report.first, []);
    assert!(report.days.n_compared > 60, "{report:?}");
    let later = Frame::new(&devices[0], at("2026-06-20T12:00:00Z")).value(P::AirTemperature, 20.0);
    assert_eq!(store.commit(vec![later.arrival()]).await.unwrap(), [Outcome::Stored]);
    store.close().await.unwrap();
}

fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(testbed::program(program)).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}
