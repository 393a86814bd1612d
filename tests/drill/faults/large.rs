//! F17: messages of every size, up to those that no broker should hand over.

use std::path::PathBuf;

use super::{
    load::{Uplink, enlarged, event_of_bytes},
    publisher::publish,
    report::Report,
    scene::{Plan, Setup},
};

const KIB: usize = 1024;
/// The default of `message_bytes_max`.
const LIMIT: usize = 256 * KIB;

pub(crate) fn large(setup: Setup) -> Report {
    let load = setup.load(10_000);
    let n_rounds = setup.scaled(20);
    let mut scene = Plan::new(setup).start(load);
    let since = connected_since(&scene);
    let readable: Vec<Uplink> = load.give(|uplinks| {
        uplinks
            .filter(|uplink| uplink.frame.is_some() && uplink.payload.len() < 10 * KIB)
            .take(5 * n_rounds)
            .collect()
    });
    let port = scene.broker.port();
    let send = |uplink: Uplink, ledger: PathBuf| {
        publish(port, &mut std::iter::once(uplink), &ledger, None);
    };
    for round in readable.chunks_exact(5) {
        for (uplink, n_bytes) in
            round.iter().cloned().zip([20 * KIB, LIMIT, LIMIT + 1, 2048 * KIB, 5 * 1024 * KIB])
        {
            let uplink = enlarged(uplink, n_bytes);
            if n_bytes <= LIMIT {
                send(uplink, scene.ledger());
            } else if n_bytes <= 4 * 1024 * KIB {
                // Too large: known by its bytes, and for quarantine.
                let event = event_of_bytes(&uplink.topic, &uplink.payload);
                send(Uplink { event, frame: None, ..uplink }, scene.ledger());
            } else {
                // Above the packet limit: the broker takes it and keeps it from us.
                send(uplink, scene.ledger().with_extension("dropped"));
            }
        }
    }
    let publishing = scene.publish(None);
    scene.settle(publishing);
    assert_eq!(connected_since(&scene), since, "the connection did not last");
    let too_large = scene.program.accounting().unwrap()["quarantined"]["too_large"].as_u64();
    assert_eq!(too_large, Some(2 * n_rounds as u64), "above the limit, counted once each");
    scene.remark(format!(
        "{n_rounds} messages each of 20 KiB, 256 KiB, 256 KiB + 1, 2 MiB, 5 MiB over one connection"
    ));
    scene.judge()
}

fn connected_since(scene: &super::scene::Scene) -> String {
    scene.program.accounting().unwrap()["sources"][0]["since"].to_string()
}
