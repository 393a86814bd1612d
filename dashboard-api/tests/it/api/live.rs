//! The live stream, over real sockets.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use dashboard_api::Config;
use domain::ObservedProperty as P;
use http_body_util::BodyExt;
use jiff::SignedDuration;
use serde_json::{Value as Json, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpSocket, TcpStream},
};
use tower::ServiceExt;

use super::server::{Served, within};
use crate::harness::{City, NOON, Site, at, get};

/// An open stream of events.
struct Events(BufReader<TcpStream>);

#[derive(Debug, PartialEq)]
struct Event {
    kind: String,
    id: Option<i64>,
    data: Json,
}

impl Events {
    async fn open(served: &Served, path: &str, last_event_id: Option<i64>) -> Self {
        Self::on(TcpStream::connect(served.address).await.unwrap(), path, last_event_id).await
    }

    /// With a small receive buffer, so that it is soon full.
    async fn open_narrow(served: &Served, path: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(64 * 1_024).unwrap();
        Self::on(socket.connect(served.address).await.unwrap(), path, None).await
    }

    async fn on(mut stream: TcpStream, path: &str, last_event_id: Option<i64>) -> Self {
        let resume = last_event_id.map_or(String::new(), |id| format!("Last-Event-ID: {id}\r\n"));
        let request = format!("GET {path} HTTP/1.1\r\nHost: city.example\r\n{resume}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut events = Self(BufReader::new(stream));
        let status = events.line().await;
        assert_eq!(status, "HTTP/1.1 200 OK");
        // The first line of the body: from here on nothing that is committed is missed.
        while events.line().await != "retry: 3000" {}
        events
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        within(self.0.read_line(&mut line)).await.unwrap();
        assert!(!line.is_empty(), "the stream ended");
        line.trim_end().to_owned()
    }

    /// The next event; sizes of chunks and comments between are passed over.
    async fn next(&mut self) -> Event {
        let mut event = Event { kind: String::new(), id: None, data: Json::Null };
        loop {
            let line = self.line().await;
            match line.split_once(": ") {
                Some(("event", kind)) => kind.clone_into(&mut event.kind),
                Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
                Some(("id", id)) => event.id = id.parse().ok(),
                _ if line.is_empty() && !event.kind.is_empty() => return event,
                _ => {}
            }
        }
    }
}

/// Counts `n` bicycles at `n` seconds past noon, and none could be counted the other way.
async fn bicycles(city: &City, site: &Site, n: u32) {
    let values = [(P::BicycleCount, "ltr", Some(f64::from(n))), (P::BicycleCount, "rtl", None)];
    city.measure(site, at(NOON) + SignedDuration::from_secs(n.into()), &values).await;
}

#[tokio::test]
async fn a_committed_reading_arrives_as_one_event_for_each_value() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &[]).await;
    let served = Served::start(&city).await;
    let mut events = Events::open(&served, "/api/v1/live", None).await;
    bicycles(&city, &site, 17).await;
    let first = events.next().await;
    let id = city.datastream(&site, P::BicycleCount, "ltr").await.0;
    let expected = json!({
        "datastream": id,
        "thing": "pophankenweg",
        "property": "bicycle_count",
        "channel": "ltr",
        "unit": {"ucum": "1", "symbol": ""},
        "time": "2026-07-01T10:00:17Z",
        "value": 17.0,
        "missing": null,
        "quality": "good",
        "doubt": null,
    });
    assert_eq!(first, Event { kind: "observation".to_owned(), id: None, data: expected });
    let second = events.next().await;
    assert_eq!([&second.data["value"], &second.data["missing"]], [&Json::Null, &json!("sensor_error")]);
    assert_eq!(second.id, Some(city.store().newest().borrow().0));
}

#[tokio::test]
async fn a_filter_passes_one_thing_or_one_datastream() {
    let city = City::new().await;
    let (here, there) = (city.site("Hier", &[]).await, city.site("Dort", &[]).await);
    bicycles(&city, &here, 1).await;
    bicycles(&city, &there, 1).await;
    let id = city.datastream(&there, P::BicycleCount, "rtl").await;
    let served = Served::start(&city).await;
    let mut of_thing = Events::open(&served, "/api/v1/live?thing=dort", None).await;
    let mut of_datastream = Events::open(&served, &format!("/api/v1/live?datastream={id}"), None).await;
    bicycles(&city, &here, 2).await;
    bicycles(&city, &there, 3).await;
    assert_eq!(of_thing.next().await.data["value"], 3.0);
    let event = of_datastream.next().await;
    assert_eq!(event.data["channel"], "rtl");
    assert!(event.id.is_some(), "the last event of a reading that passes the filter carries the id");
}

#[tokio::test]
async fn a_returning_client_gets_what_it_missed_and_nothing_twice() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &[]).await;
    let served = Served::start(&city).await;
    let mut events = Events::open(&served, "/api/v1/live", None).await;
    bicycles(&city, &site, 1).await;
    events.next().await;
    let seen = events.next().await.id;
    drop(events);
    bicycles(&city, &site, 2).await;
    bicycles(&city, &site, 3).await;
    let mut events = Events::open(&served, "/api/v1/live", seen).await;
    bicycles(&city, &site, 4).await;
    for expected in [2.0, 3.0, 4.0] {
        assert_eq!(events.next().await.data["value"], expected);
        assert_eq!(events.next().await.data["value"], Json::Null);
    }
}

#[tokio::test]
async fn an_id_out_of_reach_or_of_another_store_is_answered_with_a_resync() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &[]).await;
    let uplinks = (0..1_100).map(|n| {
        city.uplink(&site, at(NOON) + SignedDuration::from_secs(n), &[(P::BicycleCount, "", Some(1.0))])
    });
    city.store().commit(uplinks.collect()).await.unwrap();
    let newest = city.store().newest().borrow().0;
    let served = Served::start(&city).await;
    for (id, reason) in [(0, "too_far_behind"), (newest + 1_000_000, "unknown_id")] {
        let event = Events::open(&served, "/api/v1/live", Some(id)).await.next().await;
        let expected = Event { kind: "resync".to_owned(), id: Some(newest), data: json!({"reason": reason}) };
        assert_eq!(event, expected);
    }
}

#[tokio::test]
async fn a_client_that_was_too_slow_gets_a_resync_and_the_stream_goes_on() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &[]).await;
    let served = Served::start(&city).await;
    let mut slow = Events::open_narrow(&served, "/api/v1/live").await;
    let mut quick = Events::open(&served, "/api/v1/live", None).await;
    // Far more than ring, server and sockets hold; the quick client reads all the while.
    let reader = tokio::spawn(async move { while quick.next().await.data["value"] != -1.0 {} });
    let channels: Vec<_> = (0..20).map(|channel| channel.to_string()).collect();
    let values: Vec<_> =
        channels.iter().map(|channel| (P::AirTemperature, channel.as_str(), Some(1.0))).collect();
    let times: Vec<_> = (0..3_000).map(|n| at(NOON) + SignedDuration::from_secs(n)).collect();
    for times in times.chunks(500) {
        let uplinks = times.iter().map(|&time| city.uplink(&site, time, &values));
        city.store().commit(uplinks.collect()).await.unwrap();
    }
    city.measure(&site, at(NOON), &[(P::WindSpeedNorth, "", Some(-1.0))]).await;
    within(reader).await.unwrap();
    let mut n_resyncs = 0;
    loop {
        let event = slow.next().await;
        if event.kind == "resync" {
            assert_eq!(event.data, json!({"reason": "too_slow"}));
            n_resyncs += 1;
        }
        if event.data["value"] == -1.0 {
            break;
        }
    }
    assert!(n_resyncs >= 1);
}

#[tokio::test]
async fn a_hundred_clients_that_never_read_do_not_disturb_one_that_does() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &[]).await;
    let served = Served::start(&city).await;
    let mut deaf = Vec::new();
    for _ in 0..100 {
        deaf.push(Events::open(&served, "/api/v1/live", None).await);
    }
    let mut reader = Events::open(&served, "/api/v1/live", None).await;
    for n in 1..=50 {
        bicycles(&city, &site, n).await;
        assert_eq!(reader.next().await.data["value"], f64::from(n));
        reader.next().await;
    }
    let metrics = get(&served.router, "/metrics").await.body;
    assert!(metrics.contains("stadtfunk_live_clients 101"));
}

#[tokio::test]
async fn one_client_more_than_allowed_is_told_to_come_later_and_a_place_is_given_back() {
    let city = City::with_config(Config { max_live_clients: 1, ..Config::default() }).await;
    let served = Served::start(&city).await;
    let first = Events::open(&served, "/api/v1/live", None).await;
    let detail = get(&served.router, "/api/v1/live").await.problem(StatusCode::SERVICE_UNAVAILABLE);
    assert!(detail.contains("all places of the live stream are taken"), "{detail}");
    drop(first);
    within(async {
        while get(&served.router, "/metrics").await.body.contains("stadtfunk_live_clients 1") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    Events::open(&served, "/api/v1/live", None).await;
}

#[tokio::test]
async fn open_streams_end_with_the_program() {
    let city = City::new().await;
    let served = Served::start(&city).await;
    let mut events = Events::open(&served, "/api/v1/live", None).await;
    let started = tokio::time::Instant::now();
    served.stop().await;
    let mut rest = Vec::new();
    within(events.0.read_to_end(&mut rest)).await.unwrap();
    assert!(rest.ends_with(b"0\r\n\r\n"), "the stream is closed in order, not cut");
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
}

#[tokio::test]
async fn a_silent_stream_says_that_it_is_still_there() {
    let city = City::new().await;
    let router = city.router();
    let response = router.oneshot(Request::get("/api/v1/live").body(Body::empty()).unwrap()).await.unwrap();
    let mut body = response.into_body();
    let mut frame = async || body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(&frame().await[..], b"retry: 3000\n\n");
    tokio::time::pause();
    let silent_since = tokio::time::Instant::now();
    assert_eq!(&frame().await[..], b": still here\n\n");
    assert!(silent_since.elapsed() < std::time::Duration::from_secs(16));
}
