//! A publisher that costs as little as possible: MQTT 3.1.1 packets made beforehand, written as fast as they are confirmed.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::mpsc,
    thread::JoinHandle,
};

use crate::load::Load;

/// Messages sent and not yet confirmed.
const IN_FLIGHT: usize = 1_000;

/// Sends the whole load from a thread of its own, which ends after `measured` has given its result.
pub(crate) fn while_publishing<T>(port: u16, load: &Load, measured: impl FnOnce() -> T) -> T {
    std::thread::scope(|scope| {
        let (seen, wait) = mpsc::channel::<()>();
        let publisher = std::thread::Builder::new().name("publisher".to_owned());
        publisher
            .spawn_scoped(scope, move || {
                publish(port, load);
                let _ = wait.recv();
            })
            .unwrap();
        let result = measured();
        drop(seen);
        result
    })
}

/// A thread whose processor time can be told from that of others.
pub(crate) fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).unwrap()
}

/// Sends the whole load at QoS 1 and returns when everything is confirmed.
fn publish(port: u16, load: &Load) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_nodelay(true).unwrap();
    // CONNECT: protocol MQTT level 4, clean session, keep-alive 0, client id "load".
    stream.write_all(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x00\x00\x04load").unwrap();
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer[3], 0, "the broker refuses the publisher");
    let mut confirmations = stream.try_clone().unwrap();
    let (mut n_sent, mut n_confirmed, mut partial) = (0, 0, 0);
    let mut buffer = [0; 4096];
    let mut packets = Vec::with_capacity(1 << 20);
    while n_confirmed < load.len() {
        packets.clear();
        while n_sent < load.len() && n_sent - n_confirmed < IN_FLIGHT && packets.len() < 1 << 18 {
            let (topic, payload) = &load.messages()[n_sent];
            packet(&mut packets, topic, payload, u16::try_from(n_sent % 60_000 + 1).unwrap());
            n_sent += 1;
        }
        stream.write_all(&packets).unwrap();
        // A PUBACK has four bytes.
        let n_bytes = confirmations.read(&mut buffer).unwrap() + partial;
        n_confirmed += n_bytes / 4;
        partial = n_bytes % 4;
    }
}

fn packet(out: &mut Vec<u8>, topic: &str, payload: &str, id: u16) {
    out.push(0x32);
    let mut length = 2 + topic.len() + 2 + payload.len();
    loop {
        let digit = u8::try_from(length % 128).unwrap();
        length /= 128;
        out.push(if length > 0 { digit | 128 } else { digit });
        if length == 0 {
            break;
        }
    }
    out.extend(u16::try_from(topic.len()).unwrap().to_be_bytes());
    out.extend(topic.as_bytes());
    out.extend(id.to_be_bytes());
    out.extend(payload.as_bytes());
}
