//! F11: the disk of the store is full.

use std::time::{Duration, Instant};

use testbed::{Postgres, wait_for};

use super::{
    StoreKind, pause,
    readers::Readers,
    report::Report,
    scene::{Plan, Scene, Setup},
    store::StoreUnderTest,
    tmpfs::Tmpfs,
};

/// From the full disk to the first count of a failed commit.
const ALARM_WITHIN: Duration = Duration::from_mins(1);

#[expect(clippy::disallowed_methods, reason = "the alarm is timed")]
pub(crate) fn disk_full(setup: Setup) -> Report {
    let n_times = setup.scaled(10);
    let load = setup.load(30_000);
    let mut plan = Plan::new(setup);
    let (n_mib, name) = match setup.store {
        StoreKind::Sqlite => (256, "disk"),
        StoreKind::Timescale => (768, "disk"),
    };
    let disk = Tmpfs::mount(plan.folder.path().join(name), n_mib);
    plan.store = match setup.store {
        StoreKind::Sqlite => StoreUnderTest::Sqlite(disk.path().join("city.sqlite")),
        StoreKind::Timescale => {
            let small_log = ["max_wal_size=64MB", "min_wal_size=32MB"];
            StoreUnderTest::on(Postgres::start_in(disk.path(), &small_log).unwrap())
        }
    };
    let mut scene = plan.start(load);
    let publishing = scene.publish(Some(1000));
    let readers = Readers::start(2, &scene.program);
    let mut slowest_alarm = Duration::ZERO;
    let mut n_server_ends = 0;
    for n in 0..n_times {
        scene.wait_for_events(load.n * n / (2 * n_times));
        let n_failures = commit_failures(&scene);
        disk.fill();
        let began = Instant::now();
        // Small leftovers may still hold a batch or two; whatever they free is taken, too.
        wait_for("a commit to fail", || commit_failures(&scene) > n_failures || publishing.is_finished());
        slowest_alarm = slowest_alarm.max(began.elapsed());
        pause(scene.seed.between(Duration::ZERO, Duration::from_secs(3)));
        assert!(scene.program.is_running(), "the program ended:\n{}", scene.program.log());
        disk.relieve();
        if setup.store == StoreKind::Timescale {
            n_server_ends += until_server_answers(&mut scene.store);
        }
    }
    assert!(slowest_alarm < ALARM_WITHIN, "a failed commit was counted after {slowest_alarm:?} only");
    scene.remark(format!(
        "full {n_times} times, failed commit counted within {:.1} s, the server ended {n_server_ends} times",
        slowest_alarm.as_secs_f64()
    ));
    scene.settle(publishing);
    scene.remark(readers.finish());
    let report = scene.judge();
    drop(disk);
    report
}

/// PostgreSQL ends when its log cannot be written; its service manager starts it again. Says how often.
fn until_server_answers(store: &mut StoreUnderTest) -> usize {
    let mut n_starts = 0;
    wait_for("the database to answer", || {
        if !store.server().is_running() {
            n_starts += 1;
            let _ = store.server().run();
        }
        store.try_query("SELECT 1").is_ok()
    });
    n_starts
}

/// What an alarm looks at.
fn commit_failures(scene: &Scene) -> u64 {
    let metrics = ureq::get(scene.program.url("/metrics")).call();
    let text =
        metrics.ok().and_then(|mut answer| answer.body_mut().read_to_string().ok()).unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix("stadtfunk_ingest_commit_failures_total "))
        .and_then(|n| n.parse().ok())
        .unwrap_or(0)
}
