//! What a broker grants, asked without leaving anything behind.

use std::{net::Ipv4Addr, time::Duration};

use domain::Secret;
use ingest::{Answer, Grant, Limits, ProbeError, Protocol, Refused, SourceConfig, probe};
use rumqttc::v5::{
    AsyncClient, Event, MqttOptions,
    mqttbytes::{
        QoS,
        v5::{ConnAck, Packet},
    },
};
use tokio::net::TcpListener;

use testbed::Mosquitto;

use crate::{
    broker_faults::refusing_broker,
    chirpstack::{EUI, temperatures, uplinks},
    fake_broker::Peer,
    harness::{City, chirpstack_at, publish},
    tls::secured_broker,
};

const FILTER: &str = "application/+/device/+/event/+";
const WEEK: Duration = Duration::from_hours(7 * 24);

/// Connects under the probe's client id without asking for a new session.
async fn greet(port: u16) -> ConnAck {
    let mut options = MqttOptions::new("stadtfunk-city-doctor", "127.0.0.1", port);
    options.set_clean_start(false);
    let (_client, mut event_loop) = AsyncClient::new(options, 1);
    loop {
        if let Event::Incoming(Packet::ConnAck(ack)) = event_loop.poll().await.unwrap() {
            return ack;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_mosquitto_is_set_up_to_is_what_it_grants() {
    let settings = "allow_anonymous true\nmax_inflight_messages 100\nmax_packet_size 20000\n";
    let broker = Mosquitto::start_with(settings);
    let mut source = chirpstack_at(broker.port());
    source.topics = vec!["application/a/#".to_owned(), "$share/city/application/b/#".to_owned()];
    let grant = probe("city", &source).await.unwrap();
    let limits = Limits { session_expiry: WEEK, receive_maximum: 100, packet_bytes_max: Some(20_000) };
    let subscriptions =
        source.topics.iter().map(|filter| (filter.clone(), Answer::Granted(1))).collect::<Vec<_>>();
    assert_eq!(grant, Grant { limits: Some(limits), subscriptions, arrived: None });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lowest_quality_of_service_of_what_comes_is_told() {
    let broker = Mosquitto::start();
    for (qos, expected) in [(QoS::AtLeastOnce, 1), (QoS::AtMostOnce, 0)] {
        let (client, mut event_loop) =
            AsyncClient::new(MqttOptions::new("network-server", "127.0.0.1", broker.port()), 10);
        // Publishes until the probe has heard it.
        let publishing = tokio::spawn(async move {
            loop {
                let _ = client.try_publish("application/a/device/b/event/up", qos, false, "{}");
                event_loop.poll().await.unwrap();
            }
        });
        let grant = probe("city", &chirpstack_at(broker.port())).await.unwrap();
        publishing.abort();
        assert_eq!(grant.arrived, Some(expected));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_source_keeps_its_session_and_none_is_left_behind() {
    let broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    for _ in 0..3 {
        probe("city", &chirpstack_at(broker.port())).await.unwrap();
    }
    assert_eq!(running.handle.source_states()[0].n_failures, 0);
    publish(broker.port(), uplinks(EUI, 0..20)).await;
    running.settled(20).await;
    assert_eq!(city.temperatures().await, temperatures(0..20));
    assert!(!greet(broker.port()).await.session_present, "the probe left a session");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mqtt_3_is_asked_too_and_says_nothing_of_limits() {
    let broker = Mosquitto::start();
    let url = format!("mqtt://127.0.0.1:{}", broker.port()).parse().unwrap();
    let source = SourceConfig::new(Protocol::TheThingsStack, url);
    let grant = probe("things", &source).await.unwrap();
    assert_eq!(grant.limits, None);
    let filters: Vec<_> = grant.subscriptions.iter().map(|(filter, _)| filter.as_str()).collect();
    assert_eq!(filters, ["v3/+/devices/+/up", "v3/+/devices/+/join"]);
    assert!(grant.subscriptions.iter().all(|(_, answer)| *answer == Answer::Granted(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_subscription_is_told_from_a_refused_connection() {
    let broker = refusing_broker().await;
    let grant = probe("city", &chirpstack_at(broker.port())).await.unwrap();
    assert_eq!(grant.subscriptions, [(FILTER.to_owned(), Answer::Refused("NotAuthorized".to_owned()))]);

    let (broker, tls_port) = secured_broker().await;
    let mut source = chirpstack_at(broker.port());
    source.url = format!("mqtts://localhost:{tls_port}").parse().unwrap();
    source.ca_file = Some(broker.path("ca.pem"));
    source.user = Some("city".to_owned());
    source.password = Secret::new("hunter2");
    let grant = probe("city", &source).await.unwrap();
    assert_eq!(grant.subscriptions, [(FILTER.to_owned(), Answer::Granted(1))]);

    source.password = Secret::new("wrong");
    let error = probe("city", &source).await.unwrap_err();
    assert!(matches!(error, ProbeError::Refused { about: Refused::Credentials, .. }), "{error}");

    // The broker's certificate is for its name, not for its address.
    source.url = format!("mqtts://127.0.0.1:{tls_port}").parse().unwrap();
    let error = probe("city", &source).await.unwrap_err();
    assert!(matches!(error, ProbeError::Tls(_)), "{error}");

    source.ca_file = Some(broker.path("passwords"));
    let error = probe("city", &source).await.unwrap_err();
    assert!(matches!(error, ProbeError::Settings(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_not_there_or_speaks_something_else_is_told_apart() {
    let absent = Mosquitto::prepare(Mosquitto::OPEN);
    let error = probe("city", &chirpstack_at(absent.port())).await.unwrap_err();
    assert!(matches!(error, ProbeError::Unreachable(_)), "{error}");

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let hangs_up = tokio::spawn(async move { drop(listener.accept().await.unwrap()) });
    let error = probe("city", &chirpstack_at(port)).await.unwrap_err();
    assert!(matches!(error, ProbeError::Ended(_)), "{error}");
    hangs_up.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_keeps_sessions_for_less_says_so() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let source = chirpstack_at(listener.local_addr().unwrap().port());
    let asked = tokio::spawn(async move { probe("city", &source).await });
    // First the connection that asks for the session: expiry 3600 s (0x11), receive maximum 20 (0x21).
    let first = Peer::connected(&listener, false, &[0x11, 0, 0, 0x0e, 0x10, 0x21, 0, 20]).await;
    assert!(first.is_clean_start);
    assert!(first.acknowledged().await.is_empty());
    // Then the one that subscribes.
    let mut second = Peer::connected(&listener, true, &[]).await;
    assert!(second.is_clean_start);
    second.subscribed(0).await;
    assert!(second.acknowledged().await.is_empty());
    let limits =
        Limits { session_expiry: Duration::from_hours(1), receive_maximum: 20, packet_bytes_max: None };
    let subscriptions = vec![(FILTER.to_owned(), Answer::Granted(0))];
    assert_eq!(asked.await.unwrap().unwrap(), Grant { limits: Some(limits), subscriptions, arrived: None });
}
