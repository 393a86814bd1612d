//! F16: a flood of messages nobody can read.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use super::{
    load::{Load, Uplink},
    pause,
    publisher::publish,
    report::Report,
    scene::{Plan, Setup},
};

/// What readable neighbours may wait for their commit, 99 of 100.
const LATENCY: Duration = Duration::from_secs(2);

#[expect(clippy::disallowed_methods, reason = "latency is measured")]
pub(crate) fn poison(setup: Setup) -> Report {
    let neighbours = setup.load(2_000);
    let time = setup.scaled_time(Duration::from_mins(1));
    let flood = Load { poison_per_mille: 1000, n: usize::MAX, seed: setup.seed ^ 2, ..neighbours };
    let mut scene = Plan::new(setup).start(neighbours);
    let (port, ledger) = (scene.broker.port(), scene.ledger());
    let flooding = std::thread::spawn({
        let ledger = ledger.clone();
        move || {
            let mut until = None;
            let mut lasts = |_: &Uplink| Instant::now() < *until.get_or_insert_with(|| Instant::now() + time);
            flood.give(|uplinks| publish(port, &mut uplinks.take_while(&mut lasts), &ledger, None));
        }
    });
    let mut events = HashSet::new();
    let readable: Vec<Uplink> = neighbours.give(|uplinks| {
        uplinks.filter(|uplink| uplink.frame.is_some() && events.insert(uplink.event)).collect()
    });
    let mut times = Vec::new();
    for uplink in readable {
        if flooding.is_finished() {
            break;
        }
        let (began, n_before) = (Instant::now(), n_uplinks(&scene));
        publish(port, &mut std::iter::once(uplink), &ledger, None);
        while n_uplinks(&scene) == n_before {
            assert!(began.elapsed() < testbed::PATIENCE, "a neighbour waits: {}", scene.program.log());
            pause(Duration::from_millis(2));
        }
        times.push(began.elapsed());
        pause(Duration::from_millis(20));
    }
    flooding.join().unwrap();
    times.sort_unstable();
    let p99 = times[times.len() * 99 / 100];
    assert!(p99 < LATENCY, "neighbours waited {p99:?}");
    scene.remark(format!(
        "{} neighbours: publish to commit p50 {} ms, p99 {} ms",
        times.len(),
        times[times.len() / 2].as_millis(),
        p99.as_millis()
    ));
    scene.wait_until_settled();
    scene.judge()
}

fn n_uplinks(scene: &super::scene::Scene) -> u64 {
    scene.store.query("SELECT count(*) FROM uplink")[0][0].parse().unwrap()
}
