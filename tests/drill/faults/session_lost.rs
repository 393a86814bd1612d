//! F7: the broker loses our session while acknowledgements are on their way.
//!
//! A broker of a few lines sends messages, breaks the connection at random, says that there is no session, and numbers its
//! packets from 1 again. An acknowledgement is right if it names a packet of its own connection, in order, and the message
//! is in the store at that moment.

use std::{
    collections::{HashSet, VecDeque},
    fs,
    io::Write as _,
    net::{Ipv4Addr, TcpListener, TcpStream},
    time::Duration,
};

use super::{
    load::{EventKey, Uplink},
    mqtt::{self, CONNACK, CONNECT, DISCONNECT, PINGREQ, PUBACK, Packet, SUBSCRIBE},
    report::Report,
    scene::{Plan, Scene, Setup},
    seed::Seed,
    store::StoreUnderTest,
};

/// Packets in flight at most.
const WINDOW: usize = 200;

pub(crate) fn session_lost(setup: Setup) -> Report {
    let load = setup.load(20_000);
    let n_losses = setup.scaled(100);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut plan = Plan::new(setup);
    plan.broker_port = listener.local_addr().unwrap().port();
    let mut scene = plan.prepare(load);
    let mut waiting: VecDeque<Uplink> = load.give(|uplinks| uplinks.collect());
    write_ledger(&scene, &waiting);
    scene.program.spawn();
    let each = waiting.len() / (n_losses + 1);
    let mut n_unacknowledged = 0;
    for loss in 0..=n_losses {
        let until = if loss == n_losses { usize::MAX } else { 1 + scene.seed.index(2 * each) };
        let sent = serve(&listener, &scene.store, &mut waiting, until, &mut scene.seed);
        n_unacknowledged += sent.len();
        // Whatever was not acknowledged comes again, behind others, so that packet ids name other messages.
        let behind = waiting.len().min(WINDOW);
        for (n, uplink) in sent.into_iter().enumerate() {
            waiting.insert((behind + n).min(waiting.len()), uplink);
        }
        if waiting.is_empty() {
            break;
        }
    }
    scene.remark(format!("{n_losses} sessions lost, {n_unacknowledged} messages in flight then"));
    // The broker is silent now; the program must be able to end all the same.
    scene.judge()
}

/// Serves one connection until so many messages are acknowledged; gives back what is in flight at its end.
fn serve(
    listener: &TcpListener,
    store: &StoreUnderTest,
    waiting: &mut VecDeque<Uplink>,
    until: usize,
    seed: &mut Seed,
) -> VecDeque<Uplink> {
    let mut stream = accept(listener);
    let mut in_flight: VecDeque<(u16, Uplink)> = VecDeque::new();
    let mut next_id = 1_u16;
    let mut n_acknowledged = 0;
    let mut committed = HashSet::new();
    while n_acknowledged < until && !(waiting.is_empty() && in_flight.is_empty()) {
        let mut packets = Vec::new();
        while in_flight.len() < WINDOW
            && let Some(uplink) = waiting.pop_front()
        {
            packets.extend(mqtt::publish(&uplink.topic, next_id, &[0], &uplink.payload));
            in_flight.push_back((next_id, uplink));
            next_id = next_id.checked_add(1).unwrap_or(1);
        }
        stream.write_all(&packets).unwrap();
        let packet = Packet::read(&mut stream).unwrap();
        match packet.kind {
            PUBACK => {
                let (id, uplink) =
                    in_flight.pop_front().expect("an acknowledgement while nothing is in flight");
                assert_eq!(packet.id(), id, "an acknowledgement of another connection or out of order");
                assert_committed(store, uplink.event, &mut committed);
                n_acknowledged += 1;
            }
            PINGREQ => stream.write_all(&[0xd0, 0]).unwrap(),
            DISCONNECT => break,
            other => panic!("unexpected packet {other}"),
        }
    }
    // Sometimes more acknowledgements are under way when the connection breaks.
    if seed.per_mille(500) {
        super::pause(seed.between(Duration::ZERO, Duration::from_millis(30)));
    }
    in_flight.into_iter().map(|(_, uplink)| uplink).collect()
}

/// Accepts the program without a session and grants its subscription.
fn accept(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(testbed::PATIENCE)).unwrap();
    assert_eq!(Packet::read(&mut stream).unwrap().kind, CONNECT);
    stream.write_all(&mqtt::packet(CONNACK << 4, &[0, 0, 0])).unwrap();
    let subscribe = Packet::read(&mut stream).unwrap();
    assert_eq!(subscribe.kind, SUBSCRIBE);
    stream.write_all(&mqtt::packet(0x90, &[subscribe.body[0], subscribe.body[1], 0, 1])).unwrap();
    stream
}

/// The store is asked again only for what it did not hold the last time.
fn assert_committed(store: &StoreUnderTest, event: EventKey, committed: &mut HashSet<EventKey>) {
    if !committed.contains(&event) {
        committed.extend(store.events());
    }
    assert!(committed.contains(&event), "acknowledged before it was committed: {}", hex::encode(event));
}

/// Whoever is the broker knows what is published.
fn write_ledger(scene: &Scene, uplinks: &VecDeque<Uplink>) {
    let lines: String = uplinks.iter().map(Uplink::ledger_line).collect();
    fs::write(scene.ledger(), lines).unwrap();
}
