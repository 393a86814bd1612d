use std::net::{Ipv4Addr, SocketAddr};

use ingest::broker::{Broker, BrokerError};

use crate::{
    chirpstack::{EUI, temperatures, uplinks},
    harness::{City, chirpstack_at, publish},
};

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn uplinks_come_through_the_embedded_broker() {
    let broker = Broker::start(loopback(0)).await.unwrap();
    let port = broker.local_addr().port();
    assert_ne!(port, 0);
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(port));
    running.subscribed().await;
    publish(port, uplinks(EUI, 0..300)).await;
    running.settled(300).await;
    assert_eq!(city.temperatures().await, temperatures(0..300));
    running.stop().await;
    // The broker keeps the session of a client that is away.
    publish(port, uplinks(EUI, 300..400)).await;
    let running = city.ingest(chirpstack_at(port));
    running.settled(100).await;
    assert_eq!(city.temperatures().await, temperatures(0..400));
    running.stop().await;
    broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_named_with_the_way_out() {
    let first = Broker::start(loopback(0)).await.unwrap();
    let port = first.local_addr().port();
    let error = Broker::start(first.local_addr()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "port {port} is in use: stop the other broker, or choose another port (0 takes any free one)"
        )
    );
    first.stop().await;
    // Free again.
    Broker::start(loopback(port)).await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_does_not_listen_to_the_network() {
    let everywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    assert!(matches!(Broker::start(everywhere).await, Err(BrokerError::NotLoopback(_))));
}
