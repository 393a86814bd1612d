//! What is stored is what is read.

use domain::{BucketWidth, DatastreamId, Missing, Quality, ReadingId, ThingId, TimeRange, Value};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::server::{empty, readers};
use crate::{Carried, Cursor, QuarantineFilter, QuarantineReason};

/// A tower whose device was replaced, with temperature, car speed and bicycles; and a gauge nobody has mounted.
const CITY: &str = r#"
INSERT INTO thing VALUES
  (1, 'tower', 'Tower', 'Market place', 52.5, 13.4, '{"ltr": "stadteinwärts", "rtl": "stadtauswärts"}'),
  (2, 'gauge', 'Gauge', '', NULL, NULL, '{}');
INSERT INTO device VALUES
  (1, '0000000000000001', 1, 'lht65n', '{"probe": "e1"}', 600000, NULL, '2026-06-01 00:00Z'),
  (2, '0000000000000002', 1, 'lht65n', '{}', 900000, '2026-06-01 00:00Z', NULL);
INSERT INTO datastream VALUES
  (1, 1, 0, 'air_temperature', 'Cel', '', '2026-05-01 10:00Z'),
  (2, 1, 1, 'car_speed', 'km/h', 'ltr', '2026-05-01 10:00Z'),
  (3, 1, 2, 'bicycle_count', '{1}', 'rtl', '2026-05-01 10:00Z');
INSERT INTO device_channel VALUES (1, 1, 0, NULL), (1, 2, 0, NULL), (1, 2, 1, NULL);
INSERT INTO latest VALUES
  (1, 1, '2026-06-01 09:00Z', '2026-05-31 09:00Z', '{19.5,NULL,4}', '{1,0,1}', NULL),
  (1, 2, '2026-06-01 10:20Z', '2026-06-01 10:15Z', '{20.5}', '{1,93}', '{"2026-06-01 10:00Z",NULL}');
INSERT INTO reading VALUES
  (7, 1, 1, 1, '2020-01-01 00:00Z', '{1}', '{1}'),
  (8, 1, 1, 2, '2026-06-01 10:00Z', '{20.5}', '{1,91}'),
  (9, 2, 1, 2, '2026-06-01 10:15Z', '{NULL,NULL}', '{0,93}'),
  (10, 3, 1, 2, '2026-06-01 10:15Z', '{NULL,900}', '{0,4}'),
  (11, 4, 1, 2, '2026-06-01 10:45Z', '{21,30}', '{3,1}'),
  (12, 5, 1, 2, '2027-03-01 00:00Z', '{22}', '{1}');
UPDATE writer SET registry_version = 3, newest_reading = 12, n_events = 12;
"#;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn range(from: &str, to: &str) -> TimeRange {
    TimeRange::new(at(from), at(to)).unwrap()
}

const ALL: fn() -> TimeRange = || TimeRange::new(Timestamp::MIN, Timestamp::MAX).unwrap();

#[tokio::test]
async fn things_and_devices_are_as_they_were_written_down() {
    let database = empty();
    let readers = readers(&database);
    assert_eq!(readers.registry().await.unwrap().devices.len(), 0);
    database.execute(CITY);

    let things = readers.things().await.unwrap();
    assert_eq!(things.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["Gauge", "Tower"]);
    let tower = readers.thing("tower").await.unwrap().unwrap();
    assert_eq!(tower, things[1]);
    assert_eq!(tower.position.map(|p| (p.latitude(), p.longitude())), Some((52.5, 13.4)));
    assert_eq!(tower.channel_names[0], ("ltr".parse().unwrap(), "stadteinwärts".to_owned()));
    // That of the device which is mounted now.
    assert_eq!(tower.expected_interval, SignedDuration::from_mins(15));
    assert_eq!(tower.last_heard_at, Some(at("2026-06-01T10:20:00Z")));
    assert_eq!(things[0].expected_interval, SignedDuration::from_hours(24));
    assert_eq!(readers.thing("nowhere").await.unwrap(), None);

    let streams = readers.datastreams(None).await.unwrap();
    assert_eq!(streams, readers.datastreams(Some(ThingId(1))).await.unwrap());
    assert_eq!(streams.iter().map(|s| s.slot).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(streams[1].channel_name.as_deref(), Some("stadteinwärts"));
    assert_eq!(readers.datastream(DatastreamId(2)).await.unwrap().as_ref(), Some(&streams[1]));
    assert_eq!(readers.datastream(DatastreamId(1 << 40)).await.unwrap(), None);

    let registry = readers.registry().await.unwrap();
    assert_eq!((registry.version, registry.devices.len()), (3, 2));
    let first = &registry.devices[&"0000000000000001".parse().unwrap()];
    assert_eq!((first.thing_name.as_str(), first.params.get("probe")), ("Tower", Some("e1")));
    assert_eq!((first.since, first.until), (None, Some(at("2026-06-01T00:00:00Z"))));
    assert_eq!(readers.registry_version().await.unwrap(), 3);
    readers.close().await;
}

#[tokio::test]
async fn each_latest_value_has_its_own_time() {
    let database = empty();
    database.execute(CITY);
    let readers = readers(&database);
    let latest = readers.latest(Some(ThingId(1))).await.unwrap();
    let found: Vec<_> = latest.iter().map(|l| (l.datastream.0, l.time, l.value)).collect();
    let nothing = Value::Missing(Missing::NothingToMeasure);
    assert_eq!(
        found,
        [
            (1, at("2026-06-01T10:00:00Z"), Value::Number(20.5)),
            (2, at("2026-06-01T10:15:00Z"), nothing),
            // Only the device that was replaced has counted.
            (3, at("2026-05-31T09:00:00Z"), Value::Number(4.0)),
        ]
    );
    assert_eq!(readers.latest(None).await.unwrap(), latest);
    assert!(readers.latest(Some(ThingId(2))).await.unwrap().is_empty());
    readers.close().await;
}

#[tokio::test]
async fn observations_come_in_pages_and_the_tail_by_id() {
    let database = empty();
    database.execute(CITY);
    let readers = readers(&database);
    let speed = DatastreamId(2);

    let page = readers.observations(speed, ALL(), None, 2).await.unwrap();
    assert_eq!(page.items.iter().map(|o| o.id).collect::<Vec<_>>(), [8 * 256 + 1, 9 * 256 + 1]);
    assert_eq!(page.items[0].quality, Quality::Missing(Missing::SensorError));
    // Both readings of one instant are told apart by their ids.
    assert_eq!(page.next, Some(Cursor { time: at("2026-06-01T10:15:00Z"), id: 9 * 256 + 1 }));
    let page = readers.observations(speed, ALL(), page.next, 2).await.unwrap();
    assert_eq!(
        page.items.iter().map(|o| (o.id / 256, o.value)).collect::<Vec<_>>(),
        [(10, Value::Number(900.0)), (11, Value::Number(30.0))]
    );
    assert_eq!(page.next, None);
    let quarter = range("2026-06-01T10:00:00.000000001Z", "2026-06-01T10:45:00Z");
    assert_eq!(readers.observations(speed, quarter, None, 9).await.unwrap().items.len(), 2);
    // Months without a value in between.
    let temperature = readers.observations(DatastreamId(1), ALL(), None, 9).await.unwrap();
    assert_eq!(temperature.items.iter().map(|o| o.id / 256).collect::<Vec<_>>(), [8, 11, 12]);
    assert!(readers.observations(DatastreamId(99), ALL(), None, 9).await.unwrap().items.is_empty());

    let tail = readers.readings_after(ReadingId(0), 3).await.unwrap();
    // The first one was measured years ago: no news.
    assert_eq!(tail.iter().map(|r| r.id.0).collect::<Vec<_>>(), [8, 9, 10]);
    assert_eq!(tail[0].values[0], (DatastreamId(1), Value::Number(20.5), Quality::Good));
    assert_eq!(tail[2].values, [(speed, Value::Number(900.0), Quality::Bad)]);
    assert_eq!(readers.newest_reading().await.unwrap(), ReadingId(12));
    readers.close().await;
}

#[tokio::test]
async fn an_interval_without_a_value_has_the_newest_reason() {
    let database = empty();
    database.execute(CITY);
    let readers = readers(&database);
    let speed = readers.datastream(DatastreamId(2)).await.unwrap().unwrap();
    let asked = [
        range("2026-06-01T10:00:00Z", "2026-06-01T10:15:00Z"),
        range("2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z"),
        range("2026-06-01T10:30:00Z", "2026-06-01T11:00:00Z"),
        ALL(),
        range("2019-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    ];
    assert_eq!(
        readers.missing(speed.clone(), asked.to_vec()).await.unwrap(),
        [Some(Quality::Missing(Missing::SensorError)), Some(Quality::Bad), None, Some(Quality::Bad), None]
    );
    assert!(readers.missing(speed, Vec::new()).await.unwrap().is_empty());
    readers.close().await;
}

#[tokio::test]
async fn buckets_are_those_of_one_slot_and_months_are_made_of_days() {
    let database = empty();
    database.execute(CITY);
    // Two days of Berlin in May; the second carries an amount counted over three hours.
    database.execute(
            r#"INSERT INTO bucket VALUES
            ('1d', 1, '2026-05-01 22:00Z', '2026-05-02 22:00Z', '{2,NULL,3}', '{40,NULL,30}', '{19,NULL,5}',
             '{21,NULL,15}', '{21,NULL,15}', '{86400,NULL,43200}', NULL, NULL, '{NULL,NULL,1}', NULL, NULL, NULL),
            ('1d', 1, '2026-05-02 22:00Z', '2026-05-03 22:00Z', '{1,NULL,1}', '{10,NULL,7}', '{10,NULL,7}',
             '{10,NULL,7}', '{10,NULL,7}', '{600,NULL,600}', '{0.5}', '{-0.5}', NULL,
             '{NULL,NULL,"2026-05-03 21:00Z"}', '{NULL,NULL,"2026-05-04 00:00Z"}', '{NULL,NULL,60}')"#);
    let readers = readers(&database);
    let berlin = || TimeZone::get("Europe/Berlin").unwrap();
    let may = range("2026-05-01T00:00:00Z", "2026-05-31T00:00:00Z");

    let days = readers.buckets(berlin(), DatastreamId(3), BucketWidth::Day, may).await.unwrap();
    assert_eq!(
        days.iter().map(|b| (b.n, b.sum, b.n_resets)).collect::<Vec<_>>(),
        [(3, 30.0, 1), (1, 7.0, 0)]
    );
    let carried = Carried { range: range("2026-05-03T21:00:00Z", "2026-05-04T00:00:00Z"), sum: 60.0 };
    assert_eq!(days[1].carried, Some(carried));
    assert_eq!(days[1].range, range("2026-05-02T22:00:00Z", "2026-05-03T22:00:00Z"));
    let temperature = readers.buckets(berlin(), DatastreamId(1), BucketWidth::Day, may).await.unwrap();
    assert_eq!(temperature[1].vector, Some((0.5, -0.5)));
    assert_eq!((temperature[0].min, temperature[0].max), (Some(19.0), Some(21.0)));

    // The month has room for what a day carried.
    let month = readers.buckets(berlin(), DatastreamId(3), BucketWidth::Month, may).await.unwrap();
    assert_eq!(month.iter().map(|b| (b.n, b.sum)).collect::<Vec<_>>(), [(5, 97.0)]);
    assert_eq!(month[0].range, range("2026-04-30T22:00:00Z", "2026-05-31T22:00:00Z"));
    assert!(readers.buckets(berlin(), DatastreamId(2), BucketWidth::Year, may).await.unwrap().is_empty());

    let all = readers.all_buckets(BucketWidth::Day, may).await.unwrap();
    let expected = [(1, temperature[0]), (3, days[0]), (1, temperature[1]), (3, days[1])];
    assert_eq!(all, expected.map(|(id, bucket)| (DatastreamId(id), bucket)));
    assert!(readers.all_buckets(BucketWidth::Hour, may).await.unwrap().is_empty());
    readers.close().await;
}

#[tokio::test]
async fn outcomes_messages_and_the_state_of_the_store_are_read() {
    let database = empty();
    let readers = readers(&database);
    assert_eq!(readers.newest_received_at().await.unwrap(), None);
    database.execute(CITY);
    database.execute(
            r"INSERT INTO accounting VALUES ('lns', 'stored', '', 4), ('backfill', 'stored', '', 0),
                ('lns', 'quarantined', 'not_json', 1);
              INSERT INTO quarantine (event_id, source, received_at, reason, detail, dev_eui, topic, payload, n_bytes,
                                      solved_at)
              VALUES ('\x000102030405060708090a0b0c0d0e0f10111213', 'lns', '2026-06-01 11:00Z', 'not_json', 'no',
                      '0000000000000002', 'up', '\xff00', 2, NULL),
                     ('\x000102030405060708090a0b0c0d0e0f10111214', 'lns', '2026-06-01 12:00Z', 'clock', 'no',
                      NULL, 'up', '', 0, '2026-06-02 00:00Z');
              INSERT INTO dirty VALUES (1, '2026-06-01 10:00Z'), (1, '2026-06-01 10:15Z');
              INSERT INTO uplink VALUES (1, '\x00', 2, '', 1, 1, '', '2026-06-01 13:00Z', NULL, '2026-06-01 13:00:01Z',
                                         '{}', NULL, NULL, 0, 1, 1, NULL)");
    let accounting = readers.accounting().await.unwrap();
    assert_eq!(accounting.n_events, 12);
    let rows: Vec<_> = accounting.rows.iter().map(|r| (r.outcome.as_str(), r.reason.as_str(), r.n)).collect();
    assert_eq!(rows, [("quarantined", "not_json", 1), ("stored", "", 4)]);

    let open = readers.quarantined(QuarantineFilter::default(), None, 10).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].reason, open[0].payload.as_slice()), (QuarantineReason::NotJson, &[0xff, 0][..]));
    let all = QuarantineFilter { with_solved: true, ..QuarantineFilter::default() };
    let later = readers.quarantined(all, Some(open[0].id), 10).await.unwrap();
    assert_eq!(later[0].solved_at, Some(at("2026-06-02T00:00:00Z")));
    let other = QuarantineFilter {
        dev_eui: Some("0000000000000001".parse().unwrap()),
        ..QuarantineFilter::default()
    };
    assert!(readers.quarantined(other, None, 10).await.unwrap().is_empty());

    assert_eq!(readers.newest_received_at().await.unwrap(), Some(at("2026-06-01T13:00:01Z")));
    assert_eq!(readers.schema_and_dirty().await.unwrap(), (2, 2));
    assert!(readers.n_bytes().await.unwrap() > 1_000_000);
    readers.close().await;
}
