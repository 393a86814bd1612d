//! F3, F4, F9, F10: the database restarts, is away, cannot be reached, is slow.

use std::time::{Duration, Instant};

use testbed::Stop;

use super::{
    StoreKind, pause,
    proxy::{Flow, Proxy},
    readers::Readers,
    report::Report,
    scene::{Plan, Scene, Setup},
    store::StoreUnderTest,
};

/// From the moment the database answers again until the next commit.
const HEALTHY_WITHIN: Duration = Duration::from_secs(35);

/// F3: fast and immediate restarts, and SIGKILL.
#[expect(clippy::disallowed_methods, reason = "the recovery is timed")]
pub(crate) fn restart(setup: Setup) -> Report {
    let load = setup.load(50_000);
    let n_restarts = setup.scaled(50);
    let mut scene = Plan::new(setup).start(load);
    let publishing = scene.publish(None);
    let readers = Readers::start(2, &scene.program);
    let mut slowest = Duration::ZERO;
    for n in 0..n_restarts {
        scene.wait_for_events(load.n * n * 8 / (n_restarts * 10));
        pause(scene.seed.between(Duration::ZERO, Duration::from_millis(50)));
        let server = scene.store.server();
        match n % 3 {
            0 => server.stop(Stop::Fast),
            1 => server.stop(Stop::Immediate),
            _ => server.kill(),
        }
        pause(scene.seed.between(Duration::ZERO, Duration::from_millis(500)));
        scene.store.server().run().unwrap();
        let (began, n_before) = (Instant::now(), scene.store.n_events());
        // A fast machine may have stored everything before the restart.
        scene.wait_for_events((n_before + 1).min(load.n));
        slowest = slowest.max(began.elapsed());
    }
    scene.settle(publishing);
    scene.remark(format!("{n_restarts} restarts, next commit within {:.1} s", slowest.as_secs_f64()));
    scene.remark(readers.finish());
    assert!(slowest < HEALTHY_WITHIN, "a commit only {slowest:?} after the restart");
    assert!(!scene.program.log().contains("25P02"), "a connection stayed in a broken transaction");
    scene.judge()
}

/// Uplinks a second while the database is away.
const PER_SECOND: u32 = 500;

/// F4: the database is away for half an hour under load.
#[expect(clippy::disallowed_methods, reason = "the way back is timed")]
pub(crate) fn away(setup: Setup) -> Report {
    let time = setup.scaled_time(Duration::from_mins(30));
    let n = PER_SECOND as usize * usize::try_from(time.as_secs() + 20).unwrap();
    let load = super::load::Load::new(n, 2000, setup.seed);
    let mut scene = Plan::new(setup).start(load);
    let publishing = scene.publish(Some(PER_SECOND));
    scene.wait_for_events(PER_SECOND as usize * 5);
    let before = scene.program.rss_max_mib();
    scene.store.server().stop(Stop::Fast);
    let readers = Readers::start(2, &scene.program);
    pause(time);
    assert!(scene.program.is_running(), "the program ended:\n{}", scene.program.log());
    let during = scene.program.rss_max_mib();
    scene.remark(format!("away for {} s: {}", time.as_secs(), readers.finish()));
    scene.store.server().run().unwrap();
    let began = Instant::now();
    scene.settle(publishing);
    scene.remark(format!(
        "RSS max {before} MiB before, {during} MiB while away; settled {:.0} s after",
        began.elapsed().as_secs_f64()
    ));
    scene.judge()
}

/// F9: cables between program and broker and between program and database are pulled, in both orders.
#[expect(clippy::disallowed_methods, reason = "the way back is timed")]
pub(crate) fn partition(setup: Setup) -> Report {
    let time = setup.scaled_time(Duration::from_mins(10));
    let n = PER_SECOND as usize * usize::try_from(2 * time.as_secs() + 20).unwrap();
    let mut plan = Plan::new(setup);
    let to_broker = Proxy::to(plan.broker.port());
    plan.broker_port = to_broker.port();
    plan.source = "keep_alive = \"5s\"\n".to_owned();
    let to_database = match &mut plan.store {
        StoreUnderTest::Sqlite(_) => None,
        StoreUnderTest::Timescale { port, .. } => {
            let proxy = Proxy::to(*port);
            *port = proxy.port();
            Some(proxy)
        }
    };
    let mut scene = plan.start(super::load::Load::new(n, 2000, setup.seed));
    let publishing = scene.publish(Some(PER_SECOND));
    scene.wait_for_events(PER_SECOND as usize);
    let database_first = to_database.iter().chain([&to_broker]).collect::<Vec<_>>();
    let broker_first = [&to_broker].into_iter().chain(&to_database).collect::<Vec<_>>();
    let mut slowest = Duration::ZERO;
    for order in [database_first, broker_first] {
        for cable in &order {
            cable.set(Flow::Stalled);
            pause(time / 10);
        }
        pause(time.mul_f64(0.8));
        for cable in order {
            cable.set(Flow::Free);
            pause(Duration::from_millis(200));
        }
        let (began, n_before) = (Instant::now(), scene.store.n_events());
        scene.wait_for_events(n_before + 1);
        slowest = slowest.max(began.elapsed());
    }
    scene.remark(format!(
        "two partitions of {} s, next commit within {:.1} s",
        time.as_secs(),
        slowest.as_secs_f64()
    ));
    if setup.store == StoreKind::Sqlite {
        scene.remark("only the broker can be cut off");
    }
    scene.finish(publishing)
}

/// F10: each answer of the database takes long, then somebody else holds a lock.
pub(crate) fn slow(setup: Setup) -> Report {
    let time = setup.scaled_time(Duration::from_mins(1));
    let load = setup.load(50_000);
    let mut plan = Plan::new(setup);
    let to_database = match &mut plan.store {
        StoreUnderTest::Sqlite(_) => None,
        StoreUnderTest::Timescale { port, .. } => {
            let proxy = Proxy::to(*port);
            *port = proxy.port();
            Some(proxy)
        }
    };
    let mut scene = plan.start(load);
    let publishing = scene.publish(Some(PER_SECOND));
    scene.wait_for_events(load.n / 20);
    let readers = Readers::start(2, &scene.program);
    if let Some(proxy) = &to_database {
        proxy.set(Flow::Delayed(Duration::from_millis(500)));
        pause(time);
        proxy.set(Flow::Free);
        scene.remark(format!("one second for each answer for {} s", time.as_secs()));
    }
    hold_lock(&scene, time);
    scene.remark(format!("locked for {} s", time.as_secs()));
    scene.remark(readers.finish());
    scene.finish(publishing)
}

/// Keeps everybody from writing uplinks.
fn hold_lock(scene: &Scene, time: Duration) {
    match &scene.store {
        StoreUnderTest::Sqlite(path) => {
            let other = rusqlite::Connection::open(path).unwrap();
            other.busy_timeout(Duration::from_secs(30)).unwrap();
            other.execute_batch("BEGIN IMMEDIATE").unwrap();
            pause(time);
            other.execute_batch("ROLLBACK").unwrap();
        }
        StoreUnderTest::Timescale { database, .. } => database
            .execute(&format!("BEGIN; LOCK TABLE uplink; SELECT pg_sleep({}); ROLLBACK", time.as_secs_f64())),
    }
}
