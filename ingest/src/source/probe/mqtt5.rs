//! The probe in MQTT 5.

use std::time::Duration;

use rumqttc::v5::{
    AsyncClient, ConnectionError, Event, EventLoop, MqttOptions,
    mqttbytes::{
        QoS,
        v5::{ConnAck, ConnectReturnCode, Filter, Packet, SubscribeReasonCode},
    },
};

use super::{Answer, Client, Heard, Limits, ProbeError, Refused, socket};

/// Requests of a probe: a subscription and a goodbye.
const REQUESTS: usize = 2;

/// A client that connects when it is first asked what it hears.
pub(super) struct Probe {
    client: AsyncClient,
    event_loop: EventLoop,
    /// As asked for; what a broker does not speak of, it grants.
    session_expiry: Duration,
}

impl Probe {
    pub(super) fn new(options: MqttOptions) -> Self {
        let session_expiry = Duration::from_secs(options.session_expiry_interval().unwrap_or(0).into());
        let (client, event_loop) = AsyncClient::new(options, REQUESTS);
        Self { client, event_loop, session_expiry }
    }

    fn limits(&self, ack: &ConnAck) -> Limits {
        let properties = ack.properties.as_ref();
        let expiry = properties.and_then(|properties| properties.session_expiry_interval);
        Limits {
            session_expiry: expiry.map_or(self.session_expiry, |s| Duration::from_secs(s.into())),
            receive_maximum: properties.and_then(|properties| properties.receive_max).unwrap_or(u16::MAX),
            packet_bytes_max: properties.and_then(|properties| properties.max_packet_size),
        }
    }
}

impl Client for Probe {
    async fn hear(&mut self) -> Result<Heard, ProbeError> {
        Ok(match self.event_loop.poll().await.map_err(problem)? {
            Event::Incoming(Packet::ConnAck(ack)) => Heard::Connected(Some(self.limits(&ack))),
            Event::Incoming(Packet::SubAck(ack)) => {
                let answer = |code: &SubscribeReasonCode| match code {
                    SubscribeReasonCode::Success(qos) => Answer::Granted(*qos as u8),
                    refused => Answer::Refused(format!("{refused:?}")),
                };
                Heard::Subscribed(ack.return_codes.iter().map(answer).collect())
            }
            Event::Incoming(Packet::Publish(message)) if !message.retain => Heard::Message(message.qos as u8),
            _ => Heard::Other,
        })
    }

    fn subscribe(&self, filters: &[String]) {
        let filters = filters.iter().map(|filter| Filter::new(filter, QoS::AtLeastOnce));
        let _ = self.client.try_subscribe_many(filters);
    }

    fn disconnect(&self) {
        let _ = self.client.try_disconnect();
    }
}

fn problem(error: ConnectionError) -> ProbeError {
    match error {
        ConnectionError::Timeout(_) => ProbeError::NoAnswer,
        ConnectionError::Tls(error) => ProbeError::Tls(error.into()),
        ConnectionError::Io(error) => socket(error),
        ConnectionError::ConnectionRefused(code) => {
            let about = match code {
                ConnectReturnCode::BadUserNamePassword
                | ConnectReturnCode::NotAuthorized
                | ConnectReturnCode::BadAuthenticationMethod
                | ConnectReturnCode::Banned => Refused::Credentials,
                ConnectReturnCode::BadClientId | ConnectReturnCode::ClientIdentifierNotValid => {
                    Refused::ClientId
                }
                ConnectReturnCode::RefusedProtocolVersion | ConnectReturnCode::UnsupportedProtocolVersion => {
                    Refused::Version
                }
                _ => Refused::Other,
            };
            ProbeError::Refused { code: format!("{code:?}"), about }
        }
        error => ProbeError::Ended(error.into()),
    }
}
