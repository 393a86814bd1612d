//! Exactly once, and what belongs to it.

use domain::{Channel, Missing, ObservedProperty as P, Quality, Value};
use store::{Content, Outcome, QuarantineFilter, QuarantineReason};

use super::harness::{City, Frame, arrival, at, event_id, new_device, new_value};
use crate::{Kind, STORE};

#[tokio::test]
async fn a_second_delivery_of_an_event_is_counted_and_not_stored() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let frame = Frame::new(&tower, at("2026-06-01T10:00:00Z")).value(P::AirTemperature, 21.5);

    assert_eq!(city.commit(frame.clone().arrival()).await, Outcome::Stored);
    assert_eq!(city.commit(frame.clone().arrival()).await, Outcome::DuplicateDelivery);
    // Also within one batch, beside a new one.
    let next = Frame::new(&tower, at("2026-06-01T10:10:00Z")).value(P::AirTemperature, 22.0);
    let batch = vec![next.clone().arrival(), frame.arrival(), next.arrival()];
    assert_eq!(
        city.store.commit(batch).await.unwrap(),
        [Outcome::Stored, Outcome::DuplicateDelivery, Outcome::DuplicateDelivery]
    );

    let accounting = city.store.accounting().await.unwrap();
    let counts: Vec<_> =
        accounting.rows.iter().map(|r| (r.outcome.as_str(), r.reason.as_str(), r.n)).collect();
    assert_eq!(counts, [("duplicate", "delivery", 3), ("stored", "", 2)]);
    assert_eq!(accounting.n_events, 2);
    assert_eq!(city.count("observation"), 2);
}

#[tokio::test]
async fn the_same_frame_within_ten_minutes_is_kept_but_not_measured() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let frame = |time: &str| Frame::new(&tower, at(time)).f_cnt(7).value(P::BicycleCount, 3.0).arrival();

    assert_eq!(city.commit(frame("2026-06-01T10:09:59Z")).await, Outcome::Stored);
    assert_eq!(city.commit(frame("2026-06-01T10:19:59Z")).await, Outcome::DuplicateFrame);
    assert_eq!(city.commit(frame("2026-06-01T09:59:59Z")).await, Outcome::DuplicateFrame);
    // One second beyond ten minutes: a device that was reset counts from the start again.
    assert_eq!(city.commit(frame("2026-06-01T10:20:00Z")).await, Outcome::Stored);

    assert_eq!((city.count("uplink"), city.count("uplink WHERE duplicate_of IS NULL")), (4, 2));
}

#[tokio::test]
async fn a_frame_from_before_a_restart_is_recognised() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let frame = |time: &str| Frame::new(&tower, at(time)).f_cnt(7).value(P::BicycleCount, 3.0).arrival();
    assert_eq!(city.commit(frame("2026-06-01T10:09:59Z")).await, Outcome::Stored);
    city.store.close().await.unwrap();

    let again = city.open_again().await;
    let outcomes = again.commit(vec![frame("2026-06-01T10:19:00Z"), frame("2026-06-01T10:20:00Z")]).await;
    assert_eq!(outcomes.unwrap(), [Outcome::DuplicateFrame, Outcome::Stored]);
}

#[tokio::test]
async fn frames_that_differ_only_in_the_counter_are_two() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let time = at("2026-06-01T10:00:00Z");
    let frame = |f_cnt: u32| {
        Frame::new(&tower, time).f_cnt(f_cnt).event(u64::from(f_cnt)).value(P::BicycleCount, 3.0).arrival()
    };
    assert_eq!(city.commit(frame(1)).await, Outcome::Stored);
    assert_eq!(city.commit(frame(2)).await, Outcome::Stored);
}

#[tokio::test]
async fn every_message_ends_in_one_counted_outcome() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let time = at("2026-06-01T10:00:00Z");
    let join = arrival(event_id(time, 9), time, Content::Ignored("join"));
    let uplink = Frame::new(&tower, time).value(P::AirTemperature, 20.0).arrival();
    let outcomes = city.store.commit(vec![join.clone(), uplink, join]).await.unwrap();
    assert_eq!(outcomes, [Outcome::Ignored("join"), Outcome::Stored, Outcome::DuplicateDelivery]);

    let accounting = city.store.accounting().await.unwrap();
    assert_eq!(accounting.rows.iter().map(|r| r.n).sum::<u64>(), 3);
    assert_eq!(accounting.n_events, city.count("ingest_event"));
}

#[tokio::test]
async fn impossible_values_of_one_arrival_do_not_fail_its_neighbours() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let time = at("2026-06-01T10:00:00Z");
    let good = |minute: i64| {
        Frame::new(&tower, time + jiff::SignedDuration::from_mins(minute)).value(P::AirTemperature, 20.0)
    };
    let not_finite = good(1).value(P::WindSpeed, f64::INFINITY).arrival();
    let twice = good(2).value(P::AirTemperature, 21.0).arrival();
    let mut nobody = tower.clone();
    nobody.id = domain::DeviceId(4711);
    let unknown = Frame::new(&nobody, time).value(P::AirTemperature, 20.0).arrival();
    let mut nowhere = tower.clone();
    nowhere.thing = domain::ThingId(4712);
    let unmounted = Frame::new(&nowhere, time).event(78).value(P::AirTemperature, 20.0).arrival();
    let too_old = Frame::new(&tower, time)
        .event(77)
        .f_cnt(77)
        .value_at(at("1980-01-06T00:00:00Z"), P::AirTemperature, 20.0)
        .arrival();

    let batch = vec![good(0).arrival(), not_finite, twice, unknown, unmounted, too_old, good(10).arrival()];
    let refused = Outcome::Quarantined(QuarantineReason::StoreRefused);
    assert_eq!(
        city.store.commit(batch).await.unwrap(),
        [Outcome::Stored, refused, refused, refused, refused, refused, Outcome::Stored]
    );

    let held = city.store.quarantined(QuarantineFilter::default(), None, 10).await.unwrap();
    assert_eq!(held.len(), 5);
    assert!(held[0].detail.contains("`wind_speed` is no finite number"), "{}", held[0].detail);
    assert_eq!(held[0].payload, b"{}", "the message is kept, not what was made of it");
    assert!(held[1].detail.contains("names channel"), "{}", held[1].detail);
    assert!(held[2].detail.contains("device 4711 is not in the store"), "{}", held[2].detail);
    assert!(held[3].detail.contains("Thing 4712 is not"), "{}", held[3].detail);
    for (from, key, to) in [
        ("reading", "uplink_id", "uplink"),
        ("reading", "device_id", "device"),
        ("reading", "thing_id", "thing"),
        ("uplink", "device_id", "device"),
        ("latest", "device_id", "device"),
        ("dirty", "thing_id", "thing"),
        ("datastream", "thing_id", "thing"),
    ] {
        let dangling = city.count(&format!("{from} WHERE {key} NOT IN (SELECT id FROM {to})"));
        assert_eq!(dangling, 0, "a {from} refers to a {to} that does not exist");
    }
    let range = domain::TimeRange::new(at("2000-01-01T00:00:00Z"), at("2050-01-01T00:00:00Z")).unwrap();
    let stream = city.stream(P::AirTemperature).await;
    let page = city.store.observations(stream, range, None, 100).await.unwrap();
    assert_eq!(page.items.len(), 2);
}

#[tokio::test]
async fn a_thing_has_room_for_256_datastreams_and_refuses_the_next() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let time = at("2026-06-01T10:00:00Z");
    let mut frame = Frame::new(&tower, time);
    for n in 0..=255 {
        frame =
            frame.any(time, store::NewValue { channel: Channel::number(n), ..new_value(P::Voltage, 1.0) });
    }
    assert_eq!(city.commit(frame.arrival()).await, Outcome::Stored);
    let more = Frame::new(&tower, at("2026-06-01T10:10:00Z")).value(P::AirTemperature, 20.0).arrival();
    assert_eq!(city.commit(more).await, Outcome::Quarantined(QuarantineReason::StoreRefused));
    assert_eq!(city.store.datastreams(None).await.unwrap().len(), 256);
}

#[tokio::test]
async fn a_frame_with_one_value_leaves_the_other_latest_values_as_they_were() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let all = Frame::new(&tower, at("2026-06-01T10:00:00Z"))
        .value(P::AirTemperature, 20.0)
        .value(P::RelativeHumidity, 50.0);
    let alarm = Frame::new(&tower, at("2026-06-01T10:03:00Z")).value(P::AirTemperature, 25.0);
    let late = Frame::new(&tower, at("2026-06-01T09:50:00Z"))
        .value(P::AirTemperature, 19.0)
        .missing(P::RelativeHumidity, Missing::SensorError);
    city.store.commit(vec![all.arrival(), alarm.arrival(), late.arrival()]).await.unwrap();

    let latest = city.store.latest(None).await.unwrap();
    let found: Vec<_> = latest.iter().map(|l| (l.time.to_string(), l.value)).collect();
    assert_eq!(
        found,
        [
            ("2026-06-01T10:03:00Z".to_owned(), Value::Number(25.0)),
            ("2026-06-01T10:00:00Z".to_owned(), Value::Number(50.0)),
        ]
    );
    let things = city.store.things().await.unwrap();
    assert_eq!(things[0].last_heard_at, Some(at("2026-06-01T10:03:00Z")));
}

#[tokio::test]
async fn after_a_device_swap_the_latest_value_is_that_of_the_newer_one() {
    let city = City::with_tower().await;
    city.store.import_devices(vec![new_device(2, "Turm", 10)]).await.unwrap();
    let (old, new) = (city.device(1).await, city.device(2).await);
    let new = Frame::new(&new, at("2026-06-01T11:00:00Z")).value(P::AirTemperature, 30.0).arrival();
    let old = Frame::new(&old, at("2026-06-01T10:00:00Z")).value(P::AirTemperature, 20.0).arrival();
    city.store.commit(vec![new, old]).await.unwrap();
    let latest = city.store.latest(None).await.unwrap();
    assert_eq!(latest.len(), 1);
    assert_eq!(latest[0].value, Value::Number(30.0));
}

#[tokio::test]
async fn history_repeated_in_a_later_frame_is_one_observation() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let (ten, twenty) = (at("2026-06-01T10:00:00Z"), at("2026-06-01T10:20:00Z"));
    let first = Frame::new(&tower, ten).value(P::BicycleCount, 3.0).value(P::AirTemperature, 20.0);
    // The later frame repeats the count, corrected, and not the temperature.
    let second = Frame::new(&tower, twenty).value(P::BicycleCount, 5.0).value_at(ten, P::BicycleCount, 4.0);

    for frames in [[first.clone(), second.clone()], [second, first]] {
        let city = City::with_tower().await;
        for frame in frames {
            assert_eq!(city.commit(frame.arrival()).await, Outcome::Stored);
        }
        let range = domain::TimeRange::new(ten, at("2026-06-01T11:00:00Z")).unwrap();
        let of = async |property| {
            let stream = city.stream(property).await;
            let page = city.store.observations(stream, range, None, 100).await.unwrap();
            page.items.iter().map(|o| (o.time, o.value.as_number().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(of(P::BicycleCount).await, [(ten, 4.0), (twenty, 5.0)]);
        assert_eq!(of(P::AirTemperature).await, [(ten, 20.0)]);
    }
}

#[tokio::test]
async fn a_missing_value_is_kept_with_its_reason() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let time = at("2026-06-01T10:00:00Z");
    city.commit(Frame::new(&tower, time).missing(P::ProbeTemperature, Missing::ProbeDisconnected).arrival())
        .await;
    let latest = city.store.latest(Some(tower.thing)).await.unwrap();
    assert_eq!(latest[0].value, Value::Missing(Missing::ProbeDisconnected));
    assert_eq!(latest[0].quality, Quality::Missing(Missing::ProbeDisconnected));
    assert_eq!((city.count("observation"), city.count("observation WHERE value IS NULL")), (1, 1));
}

#[tokio::test]
async fn nothing_of_a_refused_arrival_remains() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let (ten, noon) = (at("2026-06-01T10:00:00Z"), at("2026-06-01T12:00:00Z"));
    let good = Frame::new(&tower, ten).value(P::AirTemperature, 20.0).arrival();
    // Its first reading could be stored, the second cannot.
    let half = Frame::new(&tower, noon)
        .value(P::AirTemperature, 30.0)
        .value(P::WindSpeed, 3.0)
        .value_at(at("2026-06-01T11:50:00Z"), P::AirTemperature, f64::NAN)
        .arrival();
    let after = Frame::new(&tower, at("2026-06-01T10:10:00Z")).value(P::AirTemperature, 21.0).arrival();
    let outcomes = city.store.commit(vec![good, half, after]).await.unwrap();
    assert_eq!(outcomes[1], Outcome::Quarantined(QuarantineReason::StoreRefused));

    let latest = city.store.latest(None).await.unwrap();
    assert_eq!(latest.len(), 1);
    assert_eq!(latest[0].value, Value::Number(21.0));
    assert_eq!((city.count("reading"), city.count("uplink"), city.count("datastream")), (2, 2, 1));
}

#[tokio::test]
async fn what_only_the_database_refuses_goes_to_quarantine_alone() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    city.execute(match STORE {
        Kind::Sqlite => {
            "CREATE TRIGGER refuse BEFORE INSERT ON reading WHEN new.\"values\" = '[13.0]'
             BEGIN SELECT RAISE(ABORT, 'thirteen'); END"
        }
        Kind::Timescale | Kind::Postgres => {
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE 'thirteen' USING ERRCODE = 'numeric_value_out_of_range'; END $$;
             CREATE TRIGGER refuse BEFORE INSERT ON reading
             FOR EACH ROW WHEN (new.\"values\"[1] = 13) EXECUTE FUNCTION refuse()"
        }
    });
    let frame = |minute: i64, value: f64| {
        let time = at("2026-06-01T10:00:00Z") + jiff::SignedDuration::from_mins(minute);
        Frame::new(&tower, time).value(P::AirTemperature, value).arrival()
    };
    let batch = (0..10).map(|n| frame(n, if n == 3 || n == 8 { 13.0 } else { 20.0 })).collect();
    let refused = Outcome::Quarantined(QuarantineReason::StoreRefused);
    let expected = (0..10).map(|n| if n == 3 || n == 8 { refused } else { Outcome::Stored });
    assert_eq!(city.store.commit(batch).await.unwrap(), expected.collect::<Vec<_>>());

    let counts: Vec<_> =
        city.store.accounting().await.unwrap().rows.into_iter().map(|r| (r.outcome, r.n)).collect();
    assert_eq!(counts, [("quarantined".to_owned(), 2), ("stored".to_owned(), 8)]);
    assert_eq!((city.count("reading"), city.count("uplink"), city.count("ingest_event")), (8, 8, 10));
    let held = city.store.quarantined(QuarantineFilter::default(), None, 10).await.unwrap();
    assert_eq!(held.len(), 2);
    assert!(held[0].detail.contains("thirteen"), "{}", held[0].detail);
    assert!(held[0].detail.contains("fPort 1"), "{}", held[0].detail);
}
