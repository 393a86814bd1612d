//! Devices, Things and the registry.

use domain::{Channel, ObservedProperty as P, Params, Position};
use jiff::SignedDuration;
use store::{ImportReport, Interval, NewDevice};

use super::harness::{City, Frame, at, eui, new_device};

#[tokio::test]
async fn an_import_creates_updates_and_leaves_alone() {
    let city = City::empty().await;
    let devices = vec![new_device(1, "Brücke Süd", 10), new_device(2, "Brücke Süd", 5)];
    let report = city.store.import_devices(devices.clone()).await.unwrap();
    assert_eq!(report, ImportReport { n_created: 2, n_updated: 0, n_unchanged: 0 });
    let version = city.store.registry_version().await.unwrap();

    let report = city.store.import_devices(devices).await.unwrap();
    assert_eq!(report, ImportReport { n_created: 0, n_updated: 0, n_unchanged: 2 });
    assert_eq!(city.store.registry_version().await.unwrap(), version);

    let params = Params::parse_list("mm_per_click=0.2").unwrap();
    let changed = NewDevice { params: Some(params.clone()), ..new_device(1, "Brücke Süd", 10) };
    let report = city.store.import_devices(vec![changed]).await.unwrap();
    assert_eq!(report, ImportReport { n_created: 0, n_updated: 1, n_unchanged: 0 });
    let registry = city.store.registry().await.unwrap();
    assert_eq!(registry.version, version + 1);
    assert_eq!(registry.devices[&eui(1)].params, params);

    let thing = city.store.thing("bruecke-sued").await.unwrap().unwrap();
    assert_eq!(thing.expected_interval, SignedDuration::from_mins(5));
    assert_eq!(registry.devices[&eui(2)].thing, thing.id);
    assert_eq!(city.count("audit"), 4, "one Thing and two devices made, one device changed");
}

#[tokio::test]
async fn names_that_make_the_same_key_get_different_ones() {
    let city = City::empty().await;
    city.store
        .import_devices(vec![new_device(1, "Am Ring", 10), new_device(2, "Am-Ring", 10)])
        .await
        .unwrap();
    let keys: Vec<String> = city.store.things().await.unwrap().into_iter().map(|t| t.key).collect();
    assert_eq!(keys, ["am-ring", "am-ring-2"]);
}

#[tokio::test]
async fn what_an_import_leaves_empty_stays() {
    let city = City::empty().await;
    let position = Position::new(51.6, 7.1).unwrap();
    let ltr = Channel::literal("ltr");
    let full = NewDevice {
        description: "Zählstelle am Kanal".to_owned(),
        position: Some(position),
        channel_names: vec![(ltr, "stadteinwärts".to_owned())],
        ..new_device(1, "Kanal", 10)
    };
    city.store.import_devices(vec![full, new_device(2, "Kanal", 10)]).await.unwrap();
    let thing = city.store.thing("kanal").await.unwrap().unwrap();
    assert_eq!(thing.description, "Zählstelle am Kanal");
    assert_eq!(thing.position, Some(position));
    assert_eq!(thing.channel_names, [(ltr, "stadteinwärts".to_owned())]);

    let device = city.device(1).await;
    let time = at("2026-06-01T10:00:00Z");
    let value = store::NewValue { channel: ltr, ..super::harness::new_value(P::BicycleCount, 1.0) };
    city.commit(Frame::new(&device, time).any(time, value).arrival()).await;
    let stream = city.store.datastreams(Some(thing.id)).await.unwrap().remove(0);
    assert_eq!(stream.channel_name.as_deref(), Some("stadteinwärts"));
    assert_eq!((stream.slot, stream.first_at), (0, Some(time)));
    assert_eq!(city.store.datastream(stream.id).await.unwrap(), Some(stream));
}

#[tokio::test]
async fn a_retired_device_stays_retired_until_it_is_mounted_anew() {
    let city = City::with_tower().await;
    let until = at("2026-06-01T00:00:00Z");
    assert!(city.store.retire_device(eui(1), until).await.unwrap());
    assert!(!city.store.retire_device(eui(9), until).await.unwrap());
    assert_eq!(city.device(1).await.until, Some(until));

    city.store.import_devices(vec![new_device(1, "Turm", 10)]).await.unwrap();
    assert_eq!(city.device(1).await.until, Some(until));
    city.store.import_devices(vec![new_device(1, "Hafen", 10)]).await.unwrap();
    assert_eq!(city.device(1).await.until, None);
}

#[tokio::test]
async fn an_import_without_a_date_leaves_the_dates_of_a_device_on_its_thing() {
    let city = City::empty().await;
    let since = at("2026-01-01T00:00:00Z");
    let until = at("2026-06-01T00:00:00Z");
    let dated = |since| NewDevice { since: Some(since), ..new_device(1, "Turm", 10) };
    city.store.import_devices(vec![dated(since)]).await.unwrap();
    city.store.retire_device(eui(1), until).await.unwrap();

    let report = city.store.import_devices(vec![new_device(1, "Turm", 10)]).await.unwrap();
    assert_eq!(report, ImportReport { n_created: 0, n_updated: 0, n_unchanged: 1 });
    city.store.import_devices(vec![new_device(1, "Turm", 5)]).await.unwrap();
    let device = city.device(1).await;
    assert_eq!((device.since, device.until), (Some(since), Some(until)));

    let anew = at("2026-07-01T00:00:00Z");
    city.store.import_devices(vec![dated(anew)]).await.unwrap();
    let device = city.device(1).await;
    assert_eq!((device.since, device.until), (Some(anew), None));
    // Where it was mounted before says nothing of another Thing.
    city.store.import_devices(vec![new_device(1, "Hafen", 10)]).await.unwrap();
    assert_eq!(city.device(1).await.since, None);
}

#[tokio::test]
async fn an_import_without_interval_or_settings_leaves_those_of_a_device() {
    let city = City::empty().await;
    let params = Params::parse_list("cat1=bicycle").unwrap();
    let hourly = SignedDuration::from_hours(1);
    let quiet = NewDevice { expected_interval: Interval::Usual(hourly), ..new_device(1, "Turm", 10) };
    city.store.import_devices(vec![quiet.clone()]).await.unwrap();
    let device = city.device(1).await;
    assert_eq!((device.expected_interval, device.params), (hourly, Params::default()), "a new device");

    let given = NewDevice { params: Some(params.clone()), ..new_device(1, "Turm", 5) };
    city.store.import_devices(vec![given]).await.unwrap();
    let report = city.store.import_devices(vec![quiet.clone()]).await.unwrap();
    assert_eq!(report, ImportReport { n_created: 0, n_updated: 0, n_unchanged: 1 });
    let device = city.device(1).await;
    assert_eq!((device.expected_interval, device.params), (SignedDuration::from_mins(5), params.clone()));

    // On another Thing it is still the same device; with another profile its settings would mean something else.
    let moved = NewDevice { thing_name: "Hafen".to_owned(), ..quiet.clone() };
    city.store.import_devices(vec![moved.clone()]).await.unwrap();
    let device = city.device(1).await;
    assert_eq!((device.expected_interval, device.params), (SignedDuration::from_mins(5), params));
    let replaced = NewDevice { profile: "pmx/tcr".to_owned(), ..moved.clone() };
    city.store.import_devices(vec![replaced]).await.unwrap();
    let device = city.device(1).await;
    assert_eq!((device.expected_interval, device.params), (SignedDuration::from_mins(5), Params::default()));
}

#[tokio::test]
async fn an_unknown_thing_is_none() {
    let city = City::with_tower().await;
    assert_eq!(city.store.thing("nowhere").await.unwrap(), None);
    assert_eq!(city.store.datastream(domain::DatastreamId(1)).await.unwrap(), None);
}
