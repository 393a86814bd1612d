//! A broker for one publisher: it speaks just enough MQTT 5, and does what the test says.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What the broker does with one connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script {
    /// Publishes it acknowledges before it hangs up; the one after is read, and neither kept nor acknowledged.
    pub(crate) hangs_up_after: usize,
    /// Reason code of its acknowledgements, 0 for success.
    pub(crate) reason: u8,
}

impl Script {
    /// Takes everything.
    pub(crate) const KIND: Self = Self { hangs_up_after: usize::MAX, reason: 0 };
}

/// Topics and payloads.
type Publishes = Vec<(String, Vec<u8>)>;

/// The running broker; ends with the test's runtime.
#[derive(Debug)]
pub(crate) struct Broker {
    pub(crate) port: u16,
    received: Arc<Mutex<Publishes>>,
    n_received: watch::Receiver<usize>,
}

impl Broker {
    /// Listens; connection `n` follows `scripts[n]`, later ones the last script.
    pub(crate) async fn start(scripts: Vec<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let (counter, n_received) = watch::channel(0);
        let kept = Arc::clone(&received);
        tokio::spawn(async move {
            for connection in 0.. {
                let script = scripts[connection.min(scripts.len() - 1)];
                let (stream, _) = listener.accept().await.unwrap();
                // A publisher that goes away mid-packet ends the connection, not the broker.
                let _ = serve(stream, script, &kept, &counter).await;
            }
        });
        Self { port, received, n_received }
    }

    /// Topics and payloads of the acknowledged publishes, in order of arrival.
    pub(crate) fn received(&self) -> Publishes {
        self.received.lock().unwrap().clone()
    }

    /// Waits until at least `n` publishes were acknowledged.
    pub(crate) async fn wait_for(&mut self, n: usize) {
        let all_there = self.n_received.wait_for(|received| *received >= n);
        tokio::time::timeout(std::time::Duration::from_secs(20), all_there).await.unwrap().unwrap();
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Script,
    received: &Mutex<Publishes>,
    counter: &watch::Sender<usize>,
) -> std::io::Result<()> {
    let mut n_left = script.hangs_up_after;
    loop {
        let kind = stream.read_u8().await?;
        let mut length = 0;
        for shift in (0..28).step_by(7) {
            let byte = stream.read_u8().await?;
            length |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        match kind >> 4 {
            // CONNECT, answered with CONNACK without properties.
            1 => stream.write_all(&[0x20, 3, 0, 0, 0]).await?,
            // PUBLISH: topic, packet id, property length (0: the publisher sends none), payload.
            3 => {
                let Some(left) = n_left.checked_sub(1) else { return Ok(()) };
                n_left = left;
                let topic_end = 2 + usize::from(u16::from_be_bytes([body[0], body[1]]));
                let topic = String::from_utf8(body[2..topic_end].to_vec()).unwrap();
                assert_eq!(
                    (kind >> 1 & 3, body[topic_end + 2]),
                    (1, 0),
                    "quality of service 1, no properties"
                );
                let payload = body[topic_end + 3..].to_vec();
                received.lock().unwrap().push((topic, payload));
                stream.write_all(&[0x40, 4, body[topic_end], body[topic_end + 1], script.reason, 0]).await?;
                counter.send_modify(|n| *n += 1);
            }
            // PINGREQ.
            12 => stream.write_all(&[0xd0, 0]).await?,
            // DISCONNECT and whatever a publisher does not send.
            _ => return Ok(()),
        }
    }
}
