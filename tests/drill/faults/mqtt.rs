//! As much of MQTT 3.1.1 and 5 as a publisher and a broker of a few lines need.

use std::io::{self, Read, Write};

pub(crate) const CONNECT: u8 = 1;
pub(crate) const CONNACK: u8 = 2;
pub(crate) const PUBACK: u8 = 4;
pub(crate) const SUBSCRIBE: u8 = 8;
pub(crate) const PINGREQ: u8 = 12;
pub(crate) const DISCONNECT: u8 = 14;

/// One packet: the kind, its flags, what follows.
#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) kind: u8,
    pub(crate) body: Vec<u8>,
}

impl Packet {
    pub(crate) fn read(stream: &mut impl Read) -> io::Result<Self> {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        let kind = byte[0] >> 4;
        let mut length = 0;
        for shift in [0, 7, 14, 21] {
            stream.read_exact(&mut byte)?;
            length |= usize::from(byte[0] & 0x7f) << shift;
            if byte[0] < 0x80 {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        Ok(Self { kind, body })
    }

    /// The packet id that an acknowledgement names.
    pub(crate) fn id(&self) -> u16 {
        u16::from_be_bytes([self.body[0], self.body[1]])
    }
}

/// Connects with a new session (MQTT 3.1.1).
pub(crate) fn connect(stream: &mut (impl Read + Write), client_id: &str) -> io::Result<()> {
    let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 4, 2, 0, 0];
    push_text(&mut body, client_id);
    stream.write_all(&packet(CONNECT << 4, &body))?;
    let answer = Packet::read(stream)?;
    if answer.kind == CONNACK && answer.body.get(1) == Some(&0) {
        return Ok(());
    }
    Err(io::Error::other(format!("the broker refuses the connection: {answer:?}")))
}

/// A message with quality of service 1; `properties` is the empty list of MQTT 5 or nothing at all.
pub(crate) fn publish(topic: &str, id: u16, properties: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(payload.len() + topic.len() + 8);
    push_text(&mut body, topic);
    body.extend(id.to_be_bytes());
    body.extend(properties);
    body.extend(payload);
    packet(0x32, &body)
}

pub(crate) fn packet(header: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![header];
    let mut rest = body.len();
    loop {
        let digit = u8::try_from(rest % 128).unwrap();
        rest /= 128;
        packet.push(if rest > 0 { digit | 0x80 } else { digit });
        if rest == 0 {
            break;
        }
    }
    packet.extend(body);
    packet
}

fn push_text(body: &mut Vec<u8>, text: &str) {
    body.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
    body.extend(text.as_bytes());
}
