//! F1: SIGKILL at any moment loses nothing and counts nothing twice.

use std::time::{Duration, Instant};

use super::{
    pause,
    report::Report,
    scene::{Plan, Setup},
    seed::Seed,
};

/// At full scale 100,000 uplinks and 50 kills; ten times that are the 500 kills over a million uplinks.
pub(crate) fn kill(setup: Setup) -> Report {
    let load = setup.load(100_000);
    let n_kills = setup.scaled(50);
    let mut scene = Plan::new(setup).start(load);
    let publishing = scene.publish(None);
    let mut slowest = Duration::ZERO;
    for (due, delay) in kills(load.n, n_kills, &mut scene.seed) {
        scene.wait_for_events(due);
        // Progress is seen right after a commit; the delay lets the kill fall at any moment of the next one.
        pause(delay);
        scene.program.kill();
        // A kill may come when everything is stored already.
        let next = (scene.store.n_events() + 1).min(load.n);
        slowest = slowest.max(until_committed(&mut scene, next));
    }
    scene.remark(format!("{n_kills} kills, first commit within {:.1} s of a start", slowest.as_secs_f64()));
    scene.finish(publishing)
}

#[expect(clippy::disallowed_methods, reason = "the restart is timed")]
fn until_committed(scene: &mut super::scene::Scene, n_events: usize) -> Duration {
    let began = Instant::now();
    scene.program.spawn();
    scene.wait_for_events(n_events);
    began.elapsed()
}

/// When to kill, at random but the same for the same seed: after how many events, and how much later. The last ones of the
/// load are left alone, so that there is something to commit after each kill.
fn kills(n_messages: usize, n_kills: usize, seed: &mut Seed) -> Vec<(usize, Duration)> {
    let mut kills: Vec<_> = (0..n_kills)
        .map(|_| {
            let due = seed.index(n_messages * 9 / 10);
            (due, seed.between(Duration::ZERO, Duration::from_millis(50)))
        })
        .collect();
    kills.sort_unstable();
    kills
}
