//! F19: a second process ingests by mistake.

use std::time::Duration;

use super::{
    pause,
    report::Report,
    scene::{Plan, Setup},
};

pub(crate) fn two_ingests(setup: Setup) -> Report {
    let load = setup.load(20_000);
    let n_mistakes = setup.scaled(20);
    let mut scene = Plan::new(setup).start(load);
    let publishing = scene.publish(Some(2000));
    for n in 0..n_mistakes {
        scene.wait_for_events(load.n * n / (n_mistakes * 2));
        let since = scene.program.accounting().unwrap()["sources"][0]["since"].clone();
        let role = if n % 2 == 0 { "all" } else { "ingest" };
        let mut second = scene.program.spawn_another(&["--listen", "127.0.0.1:0", "--role", role]);
        let mut status = None;
        testbed::wait_for("the second ingest to give up", || {
            status = second.try_wait().unwrap();
            status.is_some()
        });
        assert_eq!(status.unwrap().code(), Some(1), "{}", scene.program.log());
        let now = scene.program.accounting().unwrap()["sources"][0]["since"].clone();
        assert_eq!(now, since, "the session was taken from the first");
        // A successor that comes at once must find the store free.
        if n % 4 == 3 {
            let delay = scene.seed.between(Duration::ZERO, Duration::from_millis(50));
            pause(delay);
            scene.program.kill();
            scene.program.start();
        }
    }
    scene.remark(format!("{n_mistakes} second processes refused"));
    scene.finish(publishing)
}
