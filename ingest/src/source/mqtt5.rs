//! The MQTT 5 client, for ChirpStack's broker.

use rumqttc::{
    Outgoing, Transport,
    v5::{
        self, AsyncClient, EventLoop, MqttOptions,
        mqttbytes::{
            QoS,
            v5::{Filter, Packet, SubscribeReasonCode},
        },
    },
};

use super::mqtt::{Connection, Event, PollError, Publish, Requests, SubscriptionRefused};
use crate::config::SourceConfig;

/// Requests on their way to the client beyond the acknowledgements of one window.
const SPARE_REQUESTS: usize = 16;

/// Prepares a client; it connects when it is polled.
pub(super) fn connect(
    client_id: &str,
    config: &SourceConfig,
    tls: Option<rustls::ClientConfig>,
) -> (Client, Mqtt5Connection) {
    let options = options(client_id, config, tls);
    let (client, event_loop) = AsyncClient::new(options, usize::from(config.window) + SPARE_REQUESTS);
    (Client(client), Mqtt5Connection { event_loop, filters: config.topic_filters().join("`, `") })
}

/// What the source asks of its broker.
pub(super) fn options(
    client_id: &str,
    config: &SourceConfig,
    tls: Option<rustls::ClientConfig>,
) -> MqttOptions {
    let mut options = MqttOptions::new(client_id, config.url.host(), config.url.port());
    options
        .set_keep_alive(config.keep_alive)
        .set_clean_start(false)
        .set_session_expiry_interval(Some(u32::try_from(config.session_expiry.as_secs()).unwrap_or(u32::MAX)))
        .set_receive_maximum(Some(config.window))
        // Without it the client takes 10 KiB, and a ChirpStack event of a city with many gateways ends
        // the connection for ever (bytebeamio/rumqtt#924).
        .set_max_packet_size(Some(config.packet_bytes_max))
        // We publish nothing; the default keeps room for 65,535 messages, 13 MB.
        .set_outgoing_inflight_upper_limit(100)
        .set_manual_acks(true);
    let mut network = options.network_options();
    network.set_tcp_nodelay(true);
    options.set_network_options(network);
    if let Some(user) = &config.user {
        options.set_credentials(user, config.password.expose());
    }
    if let Some(tls) = tls {
        options.set_transport(Transport::tls_with_config(tls.into()));
    }
    options
}

/// The sending half.
pub(super) struct Client(AsyncClient);

impl Requests for Client {
    fn try_subscribe(&self, filters: &[String]) -> bool {
        let filters = filters.iter().map(|filter| Filter::new(filter, QoS::AtLeastOnce));
        self.0.try_subscribe_many(filters).is_ok()
    }

    fn try_ack(&self, packet_id: u16) -> bool {
        let publish = v5::mqttbytes::v5::Publish {
            qos: QoS::AtLeastOnce,
            pkid: packet_id,
            ..v5::mqttbytes::v5::Publish::default()
        };
        self.0.try_ack(&publish).is_ok()
    }

    fn try_disconnect(&self) -> bool {
        self.0.try_disconnect().is_ok()
    }
}

/// The receiving half.
pub(super) struct Mqtt5Connection {
    event_loop: EventLoop,
    filters: String,
}

impl Mqtt5Connection {
    fn event(&self, event: v5::Event) -> Event {
        match event {
            v5::Event::Incoming(Packet::ConnAck(ack)) => {
                Event::Connected { has_session: ack.session_present }
            }
            v5::Event::Incoming(Packet::SubAck(ack)) => {
                let refused =
                    ack.return_codes.iter().any(|code| !matches!(code, SubscribeReasonCode::Success(_)));
                if refused {
                    Event::SubscriptionRefused(SubscriptionRefused {
                        filters: self.filters.clone(),
                        codes: format!("{:?}", ack.return_codes),
                    })
                } else {
                    Event::Subscribed
                }
            }
            v5::Event::Incoming(Packet::Publish(message)) => Event::Publish(publish(message)),
            v5::Event::Outgoing(Outgoing::PubAck(_)) => Event::AckSent,
            _ => Event::Other,
        }
    }
}

impl Connection for Mqtt5Connection {
    async fn poll(&mut self) -> Result<Event, PollError> {
        let event = self.event_loop.poll().await?;
        Ok(self.event(event))
    }

    fn abandon(&mut self) -> Vec<Publish> {
        self.event_loop.clean();
        self.event_loop.pending.clear();
        // `clean` forgets these; see docs/adr/0004-mqtt-client.md.
        std::mem::take(&mut self.event_loop.state.events)
            .into_iter()
            .filter_map(|event| match event {
                v5::Event::Incoming(Packet::Publish(message)) => Some(publish(message)),
                _ => None,
            })
            .collect()
    }
}

fn publish(message: v5::mqttbytes::v5::Publish) -> Publish {
    Publish {
        topic: String::from_utf8_lossy(&message.topic).into(),
        payload: message.payload,
        packet_id: (message.qos != QoS::AtMostOnce).then_some(message.pkid),
    }
}
