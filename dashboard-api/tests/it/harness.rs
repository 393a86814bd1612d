//! A small city: a real store in a folder of its own, a clock that stands still, and the whole interface.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use dashboard_api::{AppState, Config, DisplayConfig};
use domain::{
    Channel, DatastreamId, DevEui, DeviceId, EventId, FCnt, FPort, ManualClock, Missing, ObservedProperty,
    Position, Quality, Radio, SessionKey, ThingId, Uplink, Value,
};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::Value as Json;
use store::{
    Arrival, Content, DecodedUplink, Interval, NewDevice, NewReading, NewValue, Original, Outcome, Store,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Noon of a summer day in Oldenburg, two hours ahead of UTC.
pub(crate) const NOON: &str = "2026-07-01T10:00:00Z";

pub(crate) struct City {
    store: Store,
    pub(crate) state: AppState,
    pub(crate) clock: Arc<ManualClock>,
    n_uplinks: AtomicU32,
    n_devices: AtomicU32,
    folder: tempfile::TempDir,
}

/// A Thing with its one device.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) key: String,
    pub(crate) thing: ThingId,
    device: DeviceId,
    dev_eui: DevEui,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// What a device with a log noted at one time: property, channel and value.
pub(crate) type LoggedReading = (Timestamp, Vec<(ObservedProperty, &'static str, f64)>);

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl City {
    pub(crate) async fn new() -> Self {
        Self::with_config(Config::default()).await
    }

    pub(crate) async fn with_config(config: Config) -> Self {
        Self::with_configs(config, DisplayConfig::default()).await
    }

    pub(crate) async fn with_display(display: DisplayConfig) -> Self {
        Self::with_configs(Config::default(), display).await
    }

    async fn with_configs(config: Config, display: DisplayConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let path = folder.path().join("city.sqlite");
        let store = Store::open(store::Config::sqlite(path, zone.clone())).await.unwrap();
        let clock = Arc::new(ManualClock::new(at(NOON)));
        let state = AppState {
            store: store.reader().clone(),
            clock: Arc::<ManualClock>::clone(&clock),
            zone,
            config: Arc::new(config),
            display: Arc::new(display),
            reception: dashboard_api::Receptions::default(),
            metrics: prometheus::Registry::new(),
            sources: Arc::new(Vec::new),
            shutdown: CancellationToken::new(),
        };
        Self { store, state, clock, n_uplinks: AtomicU32::new(1), n_devices: AtomicU32::new(1), folder }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Overwrites the database, as a dying disk would.
    pub(crate) async fn destroy_store(&self) {
        self.store().close().await.unwrap();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let length = std::fs::metadata(&path).unwrap().len();
            std::fs::write(path, vec![0xff; usize::try_from(length).unwrap()]).unwrap();
        }
    }

    /// Puts up a Thing that reports every quarter-hour.
    pub(crate) async fn site(&self, name: &str, channel_names: &[(&str, &str)]) -> Site {
        self.described_site(name, "", channel_names).await
    }

    pub(crate) async fn described_site(
        &self,
        name: &str,
        description: &str,
        channel_names: &[(&str, &str)],
    ) -> Site {
        self.placed_site(name, description, channel_names, (53.1435, 8.2146)).await
    }

    pub(crate) async fn placed_site(
        &self,
        name: &str,
        description: &str,
        channel_names: &[(&str, &str)],
        (latitude, longitude): (f64, f64),
    ) -> Site {
        let n = self.n_devices.fetch_add(1, Ordering::SeqCst);
        let dev_eui = DevEui::try_from(0xa840_4100_0000_0000 + u64::from(n)).unwrap();
        let device = NewDevice {
            dev_eui,
            profile: "pmx/tcr".to_owned(),
            params: None,
            expected_interval: Interval::Given(SignedDuration::from_mins(15)),
            since: None,
            thing_name: name.to_owned(),
            description: description.to_owned(),
            position: Some(Position::new(latitude, longitude).unwrap()),
            channel_names: channel_names
                .iter()
                .map(|(channel, name)| (channel.parse().unwrap(), (*name).to_owned()))
                .collect(),
        };
        self.store().import_devices(vec![device]).await.unwrap();
        let device = self.store().registry().await.unwrap().devices[&dev_eui].clone();
        let things = self.store().things().await.unwrap();
        let thing = things.into_iter().find(|thing| thing.id == device.thing).unwrap();
        Site { key: thing.key, thing: thing.id, device: device.id, dev_eui }
    }

    /// Commits one uplink with these values; `None` stands for a sensor error.
    pub(crate) async fn measure(
        &self,
        site: &Site,
        time: Timestamp,
        values: &[(ObservedProperty, &str, Option<f64>)],
    ) {
        let arrival = self.uplink(site, time, values);
        assert_eq!(self.store().commit(vec![arrival]).await.unwrap(), [Outcome::Stored]);
    }

    /// Commits what a site counted, an uplink for each end of an interval and its number.
    pub(crate) async fn count(
        &self,
        site: &Site,
        property: ObservedProperty,
        channel: &str,
        counts: impl IntoIterator<Item = (Timestamp, f64)>,
    ) {
        let uplink = |(time, n)| self.uplink(site, time, &[(property, channel, Some(n))]);
        let arrivals: Vec<_> = counts.into_iter().map(uplink).collect();
        for batch in arrivals.chunks(500) {
            let outcomes = self.store().commit(batch.to_vec()).await.unwrap();
            assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Stored), "{outcomes:?}");
        }
    }

    /// Commits one uplink with readings of many times, as devices that keep a log send.
    pub(crate) async fn log(&self, site: &Site, readings: Vec<LoggedReading>) {
        let Some(newest) = readings.iter().map(|(time, _)| *time).max() else { return };
        let mut arrival = self.any_uplink(site, newest, Vec::new());
        if let Content::Uplink(decoded) = &mut arrival.content {
            let reading = |(time, values): LoggedReading| NewReading {
                time,
                values: values.into_iter().map(|(p, channel, n)| new_value(p, channel, Ok(n))).collect(),
            };
            decoded.readings = readings.into_iter().map(reading).collect();
        }
        assert_eq!(self.store().commit(vec![arrival]).await.unwrap(), [Outcome::Stored]);
    }

    /// Commits one uplink that says why there is no value.
    pub(crate) async fn lack(&self, site: &Site, time: Timestamp, property: ObservedProperty, why: Missing) {
        let arrival = self.any_uplink(site, time, vec![new_value(property, "", Err(why))]);
        assert_eq!(self.store().commit(vec![arrival]).await.unwrap(), [Outcome::Stored]);
    }

    /// Commits uplinks of a site, one each quarter-hour from an instant on, without those whose counters are missing.
    pub(crate) async fn hear(&self, site: &Site, first: Timestamp, n: u32, missing: impl Fn(u32) -> bool) {
        let arrivals = (0..n).filter(|f_cnt| !missing(*f_cnt)).map(|f_cnt| {
            let time = first + SignedDuration::from_mins(15 * i64::from(f_cnt));
            let mut arrival = self.uplink(site, time, &[(ObservedProperty::AirTemperature, "", Some(20.0))]);
            if let Content::Uplink(decoded) = &mut arrival.content {
                decoded.uplink.f_cnt = FCnt(f_cnt);
            }
            arrival
        });
        let outcomes = self.store().commit(arrivals.collect()).await.unwrap();
        assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Stored), "{outcomes:?}");
    }

    pub(crate) fn uplink(
        &self,
        site: &Site,
        time: Timestamp,
        values: &[(ObservedProperty, &str, Option<f64>)],
    ) -> Arrival {
        let values = values.iter().map(|&(property, channel, value)| {
            new_value(property, channel, value.ok_or(Missing::SensorError))
        });
        self.any_uplink(site, time, values.collect())
    }

    fn any_uplink(&self, site: &Site, time: Timestamp, values: Vec<NewValue>) -> Arrival {
        let n = self.n_uplinks.fetch_add(1, Ordering::SeqCst);
        let event_id = EventId::new(Some(time), u128::from(n).to_be_bytes());
        let uplink = Uplink {
            event_id,
            dev_eui: site.dev_eui,
            session: SessionKey("01020304".to_owned()),
            f_cnt: FCnt(n),
            f_port: FPort::try_from(1).unwrap(),
            payload: n.to_be_bytes().to_vec(),
            network_time: Some(time),
            received_at: time,
            radio: Radio::default(),
            object: None,
        };
        let readings = vec![NewReading { time, values }];
        Arrival {
            source: "chirpstack".into(),
            event_id,
            received_at: time,
            retry_of: None,
            original: Original::default(),
            content: Content::Uplink(Box::new(DecodedUplink {
                device: site.device,
                thing: site.thing,
                uplink,
                time,
                readings,
            })),
        }
    }

    /// The Datastream of a property and channel.
    pub(crate) async fn datastream(
        &self,
        site: &Site,
        property: ObservedProperty,
        channel: &str,
    ) -> DatastreamId {
        let datastreams = self.store().datastreams(Some(site.thing)).await.unwrap();
        let found =
            datastreams.iter().find(|d| d.property == property && d.channel.as_str() == channel).unwrap();
        found.id
    }

    /// The whole interface. Call it once for each city: metrics have one name each.
    pub(crate) fn router(&self) -> Router {
        dashboard_api::router(self.state.clone())
    }
}

fn new_value(property: ObservedProperty, channel: &str, value: Result<f64, Missing>) -> NewValue {
    NewValue {
        property,
        channel: channel.parse::<Channel>().unwrap(),
        value: value.map_or_else(Value::Missing, Value::Number),
        quality: value.map_or_else(Quality::Missing, |n| property.plausibility().assess(n)),
        wraps_at: None,
    }
}

/// Asks for a path.
pub(crate) async fn get(router: &Router, path: &str) -> Answer {
    ask(router, Request::get(path).body(Body::empty()).unwrap()).await
}

/// Asks for a path that answers with something else than text: its content type and its bytes.
pub(crate) async fn get_bytes(router: &Router, path: &str) -> (String, Vec<u8>) {
    let response = router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    (content_type, response.into_body().collect().await.unwrap().to_bytes().to_vec())
}

/// Asks for a path that must answer with JSON.
pub(crate) async fn get_json(router: &Router, path: &str) -> Json {
    let answer = get(router, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.json()
}

pub(crate) async fn ask(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

impl Answer {
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The sentence of a problem, after checking its form.
    pub(crate) fn problem(&self, status: StatusCode) -> String {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status.as_u16());
        problem["detail"].as_str().unwrap().to_owned()
    }
}
