//! The probe in MQTT 3.1.1.

use rumqttc::{
    AsyncClient, ConnectReturnCode, ConnectionError, Event, EventLoop, MqttOptions, Packet, QoS,
    SubscribeFilter, SubscribeReasonCode,
};

use super::{Answer, Client, Heard, ProbeError, Refused, socket};

/// Requests of a probe: a subscription and a goodbye.
const REQUESTS: usize = 2;

/// A client that connects when it is first asked what it hears.
pub(super) struct Probe {
    client: AsyncClient,
    event_loop: EventLoop,
}

impl Probe {
    pub(super) fn new(options: MqttOptions) -> Self {
        let (client, event_loop) = AsyncClient::new(options, REQUESTS);
        Self { client, event_loop }
    }
}

impl Client for Probe {
    async fn hear(&mut self) -> Result<Heard, ProbeError> {
        Ok(match self.event_loop.poll().await.map_err(problem)? {
            Event::Incoming(Packet::ConnAck(_)) => Heard::Connected(None),
            Event::Incoming(Packet::SubAck(ack)) => {
                let answer = |code: &SubscribeReasonCode| match code {
                    SubscribeReasonCode::Success(qos) => Answer::Granted(*qos as u8),
                    SubscribeReasonCode::Failure => Answer::Refused("Failure".to_owned()),
                };
                Heard::Subscribed(ack.return_codes.iter().map(answer).collect())
            }
            Event::Incoming(Packet::Publish(message)) if !message.retain => Heard::Message(message.qos as u8),
            _ => Heard::Other,
        })
    }

    fn subscribe(&self, filters: &[String]) {
        let filters = filters.iter().map(|filter| SubscribeFilter::new(filter.clone(), QoS::AtLeastOnce));
        let _ = self.client.try_subscribe_many(filters);
    }

    fn disconnect(&self) {
        let _ = self.client.try_disconnect();
    }
}

fn problem(error: ConnectionError) -> ProbeError {
    match error {
        ConnectionError::NetworkTimeout | ConnectionError::FlushTimeout => ProbeError::NoAnswer,
        ConnectionError::Tls(error) => ProbeError::Tls(error.into()),
        ConnectionError::Io(error) => socket(error),
        ConnectionError::ConnectionRefused(code) => {
            let about = match code {
                ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized => {
                    Refused::Credentials
                }
                ConnectReturnCode::BadClientId => Refused::ClientId,
                ConnectReturnCode::RefusedProtocolVersion => Refused::Version,
                _ => Refused::Other,
            };
            ProbeError::Refused { code: format!("{code:?}"), about }
        }
        error => ProbeError::Ended(error.into()),
    }
}
