//! F5 and F6: the broker restarts, or is killed.

use std::time::Duration;

use testbed::Mosquitto;

use super::{
    load::Load,
    pause,
    publisher::{Publishing, read_ledger},
    report::Report,
    scene::{Plan, Scene, Setup},
};

/// F5: clean restarts of a broker that keeps its sessions.
pub(crate) fn restart(setup: Setup) -> Report {
    let load = setup.load(50_000);
    let n_restarts = setup.scaled(50);
    let mut plan = Plan::new(setup);
    let settings = format!("{}persistence true\npersistence_location {{dir}}/\n", Mosquitto::OPEN);
    plan.broker = Mosquitto::start_with(&settings);
    plan.broker_port = plan.broker.port();
    let mut scene = plan.start(load);
    let publishing = scene.publish(None);
    for due in moments(load, n_restarts, &mut scene) {
        scene.wait_for_events(due);
        let delay = scene.seed.between(Duration::ZERO, Duration::from_millis(50));
        pause(delay);
        scene.broker.terminate();
        scene.broker.run();
    }
    scene.remark(format!("{n_restarts} restarts"));
    scene.finish(publishing)
}

/// F6: the broker is killed. What it had acknowledged and not handed over is gone, whatever we do: the number is said. Published
/// once more, as a network server's backfill would, nothing is missing.
pub(crate) fn kill(setup: Setup) -> Report {
    let load = setup.load(50_000);
    let n_kills = setup.scaled(50);
    let mut scene = Plan::new(setup).start(load);
    let publishing = scene.publish(None);
    for due in moments(load, n_kills, &mut scene) {
        while scene.store.n_events() < due && !publishing.is_finished() {
            pause(Duration::from_millis(10));
        }
        let delay = scene.seed.between(Duration::ZERO, Duration::from_millis(50));
        pause(delay);
        scene.broker.kill();
        scene.broker.run();
    }
    publishing.join();
    until_quiet(&scene);
    let published = read_ledger(&scene.ledger()).len();
    let gone = published - scene.store.n_events().min(published);
    scene.remark(format!(
        "{n_kills} kills; {gone} of {published} went with the broker (memory only) and came with the backfill"
    ));
    let backfill = Publishing::start(scene.broker.port(), load, scene.ledger(), None);
    scene.finish(backfill)
}

/// After how many events, in order.
fn moments(load: Load, n: usize, scene: &mut Scene) -> Vec<usize> {
    let mut moments: Vec<usize> = (0..n).map(|_| scene.seed.index(load.n * 8 / 10)).collect();
    moments.sort_unstable();
    moments
}

/// Waits until the program is subscribed and nothing has come for a while.
fn until_quiet(scene: &Scene) {
    let mut n_quiet = 0;
    let mut n_events = usize::MAX;
    testbed::wait_for("the broker to be empty", || {
        pause(Duration::from_millis(200));
        let now = scene.store.n_events();
        n_quiet = if now == n_events && scene.program.is_subscribed() { n_quiet + 1 } else { 0 };
        n_events = now;
        n_quiet == 10
    });
}
