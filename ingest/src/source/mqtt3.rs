//! The MQTT 3.1.1 client, for The Things Stack, which speaks no other version.

use rumqttc::{
    AsyncClient, EventLoop, MqttOptions, Outgoing, Packet, QoS, SubscribeFilter, SubscribeReasonCode,
    Transport,
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
) -> (Client, Mqtt3Connection) {
    let options = options(client_id, config, tls);
    let (client, mut event_loop) = AsyncClient::new(options, usize::from(config.window) + SPARE_REQUESTS);
    let mut network = event_loop.network_options();
    network.set_tcp_nodelay(true);
    event_loop.set_network_options(network);
    (Client(client), Mqtt3Connection { event_loop, filters: config.topic_filters().join("`, `") })
}

/// What the source asks of its broker.
pub(super) fn options(
    client_id: &str,
    config: &SourceConfig,
    tls: Option<rustls::ClientConfig>,
) -> MqttOptions {
    let mut options = MqttOptions::new(client_id, config.url.host(), config.url.port());
    let packet_bytes_max = usize::try_from(config.packet_bytes_max).unwrap_or(usize::MAX);
    options
        .set_keep_alive(config.keep_alive)
        .set_clean_session(false)
        .set_max_packet_size(packet_bytes_max, packet_bytes_max)
        .set_manual_acks(true);
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
        let filters = filters.iter().map(|filter| SubscribeFilter::new(filter.clone(), QoS::AtLeastOnce));
        self.0.try_subscribe_many(filters).is_ok()
    }

    fn try_ack(&self, packet_id: u16) -> bool {
        let mut publish = rumqttc::Publish::new("", QoS::AtLeastOnce, Vec::new());
        publish.pkid = packet_id;
        self.0.try_ack(&publish).is_ok()
    }

    fn try_disconnect(&self) -> bool {
        self.0.try_disconnect().is_ok()
    }
}

/// The receiving half.
pub(super) struct Mqtt3Connection {
    event_loop: EventLoop,
    filters: String,
}

impl Mqtt3Connection {
    fn event(&self, event: rumqttc::Event) -> Event {
        match event {
            rumqttc::Event::Incoming(Packet::ConnAck(ack)) => {
                Event::Connected { has_session: ack.session_present }
            }
            rumqttc::Event::Incoming(Packet::SubAck(ack)) => {
                if ack.return_codes.contains(&SubscribeReasonCode::Failure) {
                    Event::SubscriptionRefused(SubscriptionRefused {
                        filters: self.filters.clone(),
                        codes: format!("{:?}", ack.return_codes),
                    })
                } else {
                    Event::Subscribed
                }
            }
            rumqttc::Event::Incoming(Packet::Publish(message)) => Event::Publish(publish(message)),
            rumqttc::Event::Outgoing(Outgoing::PubAck(_)) => Event::AckSent,
            _ => Event::Other,
        }
    }
}

impl Connection for Mqtt3Connection {
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
                rumqttc::Event::Incoming(Packet::Publish(message)) => Some(publish(message)),
                _ => None,
            })
            .collect()
    }
}

fn publish(message: rumqttc::Publish) -> Publish {
    Publish {
        topic: message.topic.into(),
        payload: message.payload,
        packet_id: (message.qos != QoS::AtMostOnce).then_some(message.pkid),
    }
}
