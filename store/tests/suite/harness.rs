//! A store in a folder of its own, and arrivals in few words.

use std::{path::Path, sync::Arc};

use domain::{
    Channel, DatastreamId, DevEui, EventId, FCnt, FPort, Missing, ObservedProperty, Quality, Radio,
    SessionKey, Uplink, Value,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use store::{
    Arrival, Config, Content, DecodedUplink, Device, Interval, NewDevice, NewReading, NewValue, Original,
    Outcome, Store,
};
use tempfile::TempDir;

use crate::{Kind, STORE};

/// A city in a store of the kind that is tested.
pub(crate) struct City {
    pub(crate) store: Store,
    pub(crate) place: Place,
}

/// Where the store is; gone with this value.
pub(crate) enum Place {
    File(TempDir),
    Server(testbed::Database),
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

pub(crate) fn eui(n: u64) -> DevEui {
    DevEui::try_from(n).unwrap()
}

pub(crate) fn new_device(n: u64, thing: &str, interval_min: i64) -> NewDevice {
    NewDevice {
        dev_eui: eui(n),
        profile: "decentlab/dl-atm41".to_owned(),
        params: None,
        expected_interval: Interval::Given(SignedDuration::from_mins(interval_min)),
        since: None,
        thing_name: thing.to_owned(),
        description: String::new(),
        position: None,
        channel_names: Vec::new(),
    }
}

impl Place {
    fn new() -> Self {
        match STORE {
            Kind::Sqlite => Self::File(TempDir::new().unwrap()),
            Kind::Timescale => Self::Server(testbed::Database::timescale()),
            Kind::Postgres => Self::Server(testbed::Database::plain()),
        }
    }

    pub(crate) fn config(&self) -> Config {
        match self {
            Self::File(folder) => Config::sqlite(folder.path().join("city.sqlite"), berlin()),
            Self::Server(database) => Config::postgres(target(&database.url()), berlin()),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        match self {
            Self::File(folder) => folder.path(),
            Self::Server(_) => panic!("a server has no folder of ours"),
        }
    }
}

pub(crate) fn target(url: &str) -> store::Target {
    store::Target::parse(&domain::Secret::new(url)).unwrap()
}

impl City {
    /// An empty store.
    pub(crate) async fn empty() -> Self {
        let place = Place::new();
        store::migrate(place.config()).await.unwrap();
        let store = Store::open(place.config()).await.unwrap();
        Self { store, place }
    }

    /// How the store is opened.
    pub(crate) fn config(&self) -> Config {
        self.place.config()
    }

    /// Another handle with a writer of its own, as another process has it.
    pub(crate) async fn open_again(&self) -> Store {
        Store::open(self.config()).await.unwrap()
    }

    /// A store with device 1 on the Thing `Turm`, expected every ten minutes.
    pub(crate) async fn with_tower() -> Self {
        let city = Self::empty().await;
        city.store.import_devices(vec![new_device(1, "Turm", 10)]).await.unwrap();
        city
    }

    pub(crate) async fn device(&self, n: u64) -> Device {
        self.store.registry().await.unwrap().devices.remove(&eui(n)).unwrap()
    }

    /// Commits one arrival.
    pub(crate) async fn commit(&self, arrival: Arrival) -> Outcome {
        self.store.commit(vec![arrival]).await.unwrap().remove(0)
    }

    /// The Datastream of a property on the main channel of the only Thing.
    pub(crate) async fn stream(&self, property: ObservedProperty) -> DatastreamId {
        let streams = self.store.datastreams(None).await.unwrap();
        streams.into_iter().find(|s| s.property == property).unwrap().id
    }

    /// The rows of a query past the store, as any SQL user has them, each value as text; "" is NULL.
    pub(crate) fn query(&self, sql: &str) -> Vec<Vec<String>> {
        match &self.place {
            Place::Server(database) => database.query(sql),
            Place::File(_) => {
                let db = self.file();
                let mut statement = db.prepare(sql).unwrap();
                let n_columns = statement.column_count();
                let text = |value: rusqlite::types::Value| match value {
                    rusqlite::types::Value::Null => String::new(),
                    rusqlite::types::Value::Integer(n) => n.to_string(),
                    rusqlite::types::Value::Real(n) => n.to_string(),
                    rusqlite::types::Value::Text(text) => text,
                    rusqlite::types::Value::Blob(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                };
                let rows = statement.query_map([], |row| {
                    (0..n_columns).map(|i| row.get(i).map(text)).collect::<Result<_, _>>()
                });
                rows.unwrap().collect::<Result<_, _>>().unwrap()
            }
        }
    }

    /// Statements past the store.
    pub(crate) fn execute(&self, sql: &str) {
        match &self.place {
            Place::Server(database) => database.execute(sql),
            Place::File(_) => self.file().execute_batch(sql).unwrap(),
        }
    }

    /// Rows of a table, perhaps with a `WHERE`.
    pub(crate) fn count(&self, from: &str) -> u64 {
        self.query(&format!("SELECT count(*) FROM {from}"))[0][0].parse().unwrap()
    }

    /// The SQLite file past the store.
    pub(crate) fn file(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.place.folder().join("city.sqlite")).unwrap()
    }
}

/// An uplink of a device; values are added with [`Frame::value`].
#[derive(Clone)]
pub(crate) struct Frame {
    device: Device,
    time: Timestamp,
    f_cnt: u32,
    event: u64,
    readings: Vec<NewReading>,
}

impl Frame {
    /// A frame whose event id and frame counter follow from its time.
    pub(crate) fn new(device: &Device, time: Timestamp) -> Self {
        let second = u64::try_from(time.as_second()).unwrap();
        let f_cnt = u32::try_from(second / 60).unwrap();
        let event = second * 1000 + u64::try_from(device.id.0).unwrap();
        Self { device: device.clone(), time, f_cnt, event, readings: Vec::new() }
    }

    pub(crate) fn event(self, event: u64) -> Self {
        Self { event, ..self }
    }

    pub(crate) fn f_cnt(self, f_cnt: u32) -> Self {
        Self { f_cnt, ..self }
    }

    pub(crate) fn value(self, property: ObservedProperty, number: f64) -> Self {
        let time = self.time;
        self.value_at(time, property, number)
    }

    pub(crate) fn value_at(self, time: Timestamp, property: ObservedProperty, number: f64) -> Self {
        self.any(time, new_value(property, number))
    }

    pub(crate) fn missing(self, property: ObservedProperty, reason: Missing) -> Self {
        let time = self.time;
        let value = NewValue {
            value: Value::Missing(reason),
            quality: Quality::Missing(reason),
            ..new_value(property, 0.0)
        };
        self.any(time, value)
    }

    pub(crate) fn any(mut self, time: Timestamp, value: NewValue) -> Self {
        match self.readings.iter_mut().find(|r| r.time == time) {
            Some(reading) => reading.values.push(value),
            None => self.readings.push(NewReading { time, values: vec![value] }),
        }
        self
    }

    pub(crate) fn arrival(self) -> Arrival {
        let event_id = event_id(self.time, self.event);
        let uplink = Uplink {
            event_id,
            dev_eui: self.device.dev_eui,
            session: SessionKey("01a2b3c4".to_owned()),
            f_cnt: FCnt(self.f_cnt),
            f_port: FPort::try_from(1).unwrap(),
            payload: vec![2, 3, 5, 7],
            network_time: Some(self.time),
            received_at: self.time,
            radio: Radio::default(),
            object: None,
        };
        let decoded = DecodedUplink {
            device: self.device.id,
            thing: self.device.thing,
            uplink,
            time: self.time,
            readings: self.readings,
        };
        arrival(event_id, self.time, Content::Uplink(Box::new(decoded)))
    }
}

pub(crate) fn new_value(property: ObservedProperty, number: f64) -> NewValue {
    NewValue {
        property,
        channel: Channel::MAIN,
        value: Value::Number(number),
        quality: property.plausibility().assess(number),
        wraps_at: None,
    }
}

pub(crate) fn event_id(time: Timestamp, event: u64) -> EventId {
    let mut digest = [0; 16];
    digest[..8].copy_from_slice(&event.to_be_bytes());
    EventId::new(Some(time), digest)
}

pub(crate) fn arrival(event_id: EventId, received_at: Timestamp, content: Content) -> Arrival {
    let original = Original {
        topic: "application/1/device/0000000000000001/event/up".into(),
        payload: "{}".into(),
        n_bytes: 2,
    };
    Arrival { source: Arc::from("chirpstack"), event_id, received_at, retry_of: None, original, content }
}
