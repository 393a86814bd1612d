//! F8: the network between program and broker fails in every way it can.

use std::time::{Duration, Instant};

use super::{
    pause,
    proxy::{Cut, Flow, Proxy},
    report::Report,
    scene::{Plan, Setup},
};

/// Keep-alive of the source, the shortest that is allowed.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// Longest time until the program is subscribed again after a fault: it notices within one and a half
/// keep-alives and may then wait for its next try.
const BACK_WITHIN: Duration = Duration::from_millis(7_500 + 5_000);

#[expect(clippy::disallowed_methods, reason = "the way back is timed")]
pub(crate) fn network(setup: Setup) -> Report {
    let load = setup.load(50_000);
    let n_faults = setup.scaled(60);
    let mut plan = Plan::new(setup);
    let proxy = Proxy::to(plan.broker.port());
    plan.broker_port = proxy.port();
    plan.source = format!("keep_alive = \"{}s\"\n", KEEP_ALIVE.as_secs());
    let mut scene = plan.start(load);
    // Slow enough that every fault finds something on its way.
    let publishing = scene.publish(Some(2000));
    let mut slowest = Duration::ZERO;
    for n in 0..n_faults {
        let delay = scene.seed.between(Duration::from_millis(20), Duration::from_millis(300));
        pause(delay);
        match n % 8 {
            0..=2 => {
                let how = if scene.seed.per_mille(500) { Cut::Close } else { Cut::Reset };
                proxy.cut_after(1 + scene.seed.index(20_000), how);
                let began = Instant::now();
                // Without traffic there is no such byte.
                while !proxy.is_cut() && began.elapsed() < Duration::from_secs(2) {
                    pause(Duration::from_millis(10));
                }
            }
            3 => proxy.cut(Cut::Close),
            4 => proxy.cut(Cut::Reset),
            5 => proxy.cut(Cut::HalfOpen),
            6 => {
                proxy.set(Flow::Trickle);
                pause(Duration::from_secs(3));
            }
            _ => {
                proxy.set(Flow::Stalled);
                pause(Duration::from_secs(5));
            }
        }
        let began = Instant::now();
        proxy.set(Flow::Free);
        let n_before = scene.store.n_events();
        while !scene.program.is_subscribed()
            || (scene.store.n_events() == n_before && !publishing.is_finished())
        {
            assert!(
                began.elapsed() < testbed::PATIENCE,
                "no way back after fault {n}: {}",
                scene.program.log()
            );
            pause(Duration::from_millis(20));
        }
        slowest = slowest.max(began.elapsed());
    }
    assert!(slowest < BACK_WITHIN, "the way back took {slowest:?}");
    scene.remark(format!("{n_faults} faults, back within {:.1} s", slowest.as_secs_f64()));
    scene.finish(publishing)
}
