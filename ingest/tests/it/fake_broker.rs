//! A broker of a few lines that does what real ones do only at bad moments.

use std::net::Ipv4Addr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{
    chirpstack::{EUI, temperatures, uplink},
    harness::{City, chirpstack_at, eventually},
};

const CONNECT: u8 = 1;
const PUBACK: u8 = 4;
const SUBSCRIBE: u8 = 8;
const PINGREQ: u8 = 12;
const DISCONNECT: u8 = 14;

/// One connection of a client (MQTT 5).
pub(crate) struct Peer {
    stream: TcpStream,
    /// Whether the client asked for a new session.
    pub(crate) is_clean_start: bool,
}

impl Peer {
    /// Accepts a client and lets it subscribe.
    async fn accept(listener: &TcpListener, has_session: bool) -> Self {
        let mut peer = Self::connected(listener, has_session, &[]).await;
        peer.subscribed(1).await;
        peer
    }

    /// Accepts a client with these properties of the connection.
    pub(crate) async fn connected(listener: &TcpListener, has_session: bool, properties: &[u8]) -> Self {
        let (stream, _) = listener.accept().await.unwrap();
        let mut peer = Self { stream, is_clean_start: false };
        let (kind, body) = peer.read().await.unwrap();
        assert_eq!(kind, CONNECT);
        // After the name of the protocol (6 bytes) and its version (1).
        peer.is_clean_start = body[7] & 0x02 != 0;
        let n_bytes = u8::try_from(properties.len()).unwrap();
        peer.write(0x20, &[&[u8::from(has_session), 0, n_bytes], properties].concat()).await;
        peer
    }

    /// Grants one subscription with this quality of service.
    pub(crate) async fn subscribed(&mut self, qos: u8) {
        let (kind, body) = self.read().await.unwrap();
        assert_eq!(kind, SUBSCRIBE);
        self.write(0x90, &[body[0], body[1], 0, qos]).await;
    }

    /// Kind and body of the next packet; `None` at the end of the connection.
    async fn read(&mut self) -> Option<(u8, Vec<u8>)> {
        let kind = self.stream.read_u8().await.ok()? >> 4;
        let mut length = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.stream.read_u8().await.ok()?;
            length |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.ok()?;
        Some((kind, body))
    }

    async fn write(&mut self, header: u8, body: &[u8]) {
        self.stream.write_all(&packet(header, body)).await.unwrap();
    }

    /// Packet ids the client acknowledges until it takes leave.
    pub(crate) async fn acknowledged(mut self) -> Vec<u16> {
        let mut ids = Vec::new();
        while let Some((kind, body)) = self.read().await {
            match kind {
                PUBACK => ids.push(u16::from_be_bytes([body[0], body[1]])),
                PINGREQ => self.write(0xd0, &[]).await,
                DISCONNECT => break,
                other => panic!("unexpected packet of kind {other}"),
            }
        }
        ids
    }
}

fn packet(header: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![header];
    let mut length = body.len();
    loop {
        let byte = u8::try_from(length % 128).unwrap();
        length /= 128;
        packet.push(if length > 0 { byte | 0x80 } else { byte });
        if length == 0 {
            break;
        }
    }
    packet.extend(body);
    packet
}

/// A QoS 1 PUBLISH of frame `n` under this packet id.
fn publish(packet_id: u16, n: u16) -> Vec<u8> {
    let (topic, payload) = uplink(EUI, n);
    let mut body = u16::try_from(topic.len()).unwrap().to_be_bytes().to_vec();
    body.extend(topic.as_bytes());
    body.extend(packet_id.to_be_bytes());
    body.push(0);
    body.extend(payload);
    packet(0x32, &body)
}

/// The broker loses our session while messages are in work, and gives an old packet id to a new message.
/// An acknowledgement of the old one would confirm the new one before it is stored.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_session_no_old_packet_id_is_acknowledged() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(listener.local_addr().unwrap().port()));
    let lock = city.lock_database();

    // Five messages and the end of the connection at once: the client reads both together and still holds
    // the messages when it learns of the end. Whether it does is a matter of timing, so four times.
    for round in 0..4 {
        let mut peer = Peer::accept(&listener, false).await;
        let burst: Vec<u8> = (1..=5).flat_map(|id| publish(id, round * 5 + id)).collect();
        peer.stream.write_all(&burst).await.unwrap();
    }
    let mut last = Peer::accept(&listener, false).await;
    last.stream.write_all(&publish(1, 101)).await.unwrap();
    last.stream.write_all(&publish(2, 102)).await.unwrap();
    eventually("all arrived", async || running.counts().n_received == 22).await;
    drop(lock);

    running.settled(22).await;
    // The old ones were stored too: after a lost session nobody else has them.
    let mut expected = temperatures(1..21);
    expected.extend([101, 102]);
    assert_eq!(city.temperatures().await, expected);
    let acknowledged = tokio::spawn(last.acknowledged());
    running.stop().await;
    assert_eq!(acknowledged.await.unwrap(), [1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_acknowledged_before_its_commit_and_everything_in_order() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(listener.local_addr().unwrap().port()));
    let mut peer = Peer::accept(&listener, false).await;
    for id in 1..=50 {
        peer.stream.write_all(&publish(id, id)).await.unwrap();
        if id % 10 == 0 {
            let lock = city.lock_database();
            eventually("received", async || running.counts().n_received == u64::from(id)).await;
            drop(lock);
        }
        let (kind, body) = peer.read().await.unwrap();
        assert_eq!((kind, [body[0], body[1]]), (PUBACK, id.to_be_bytes()));
        // What is acknowledged can be read from the store.
        assert_eq!(city.temperatures().await, temperatures(1..id + 1));
    }
    let rest = tokio::spawn(peer.acknowledged());
    running.stop().await;
    assert!(rest.await.unwrap().is_empty());
}
