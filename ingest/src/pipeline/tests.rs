use bytes::Bytes;
use decoders::{Catalogue, ClockTolerance};
use domain::{
    Channel, DeviceId, Doubt, Missing, ObservedProperty as P, Params, Quality, QualityRules, Reading,
    ThingId, Value,
};
use jiff::{SignedDuration, Timestamp};
use store::{Device, Registry};

use super::*;

const EUI: &str = "70b3d57ed0000203";
const RECEIVED_AT: &str = "2026-11-23T12:00:01Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn device(profile: &str) -> Device {
    Device {
        id: DeviceId(7),
        dev_eui: EUI.parse().unwrap(),
        thing: ThingId(3),
        thing_name: "Rathausdach".to_owned(),
        profile: profile.to_owned(),
        params: Params::default(),
        expected_interval: SignedDuration::from_mins(15),
        since: None,
        until: None,
    }
}

fn directory(device: Device) -> Directory {
    let registry = Registry { version: 1, devices: [(device.dev_eui, device)].into() };
    Directory::new(registry, Catalogue::built_in(), Arc::default())
}

/// A ChirpStack uplink the network heard at noon.
fn uplink_with(f_port: u8, payload_hex: &str) -> Received {
    uplink_heard_at("2026-11-23T12:00:00Z", f_port, payload_hex)
}

fn uplink_heard_at(time: &str, f_port: u8, payload_hex: &str) -> Received {
    use base64::Engine as _;
    let data = base64::engine::general_purpose::STANDARD.encode(hex::decode(payload_hex).unwrap());
    received(format!(
        r#"{{"deduplicationId":"d-1","time":"{time}","deviceInfo":{{"deviceName":"dach","devEui":"{EUI}"}},
        "devAddr":"003b7efa","fCnt":9,"fPort":{f_port},"data":"{data}"}}"#
    ))
}

fn received(message: impl Into<Bytes>) -> Received {
    Received {
        source: "city".into(),
        protocol: Protocol::Chirpstack,
        topic: "application/a/device/b/event/up".into(),
        body: Body::new(message.into(), 256 * 1024),
        received_at: at(RECEIVED_AT),
        retry_of: None,
    }
}

fn stored(examined: Examined) -> DecodedUplink {
    match examined.arrival.content {
        Content::Uplink(uplink) => *uplink,
        other => panic!("not stored: {other:?}"),
    }
}

fn quarantined(examined: Examined) -> QuarantinedMessage {
    match examined.arrival.content {
        Content::Quarantine(message) => *message,
        other => panic!("not quarantined: {other:?}"),
    }
}

/// Decentlab DL-TBRG, data sheet "DL-TBRG Decoder": 02 02f8 0003 000a 000a 0000 ... see the decoder's
/// fixtures; only the battery here: 0x0c54 = 3156 mV.
const BATTERY_ONLY: &str = "0202f800020c54";

#[test]
fn an_uplink_of_a_known_device_becomes_a_reading_of_its_thing() {
    let message = uplink_with(1, BATTERY_ONLY);
    let uplink = stored(examine(&message, &directory(device("decentlab/dl-tbrg"))));
    assert_eq!((uplink.device, uplink.thing), (DeviceId(7), ThingId(3)));
    assert_eq!(uplink.time, at("2026-11-23T12:00:00Z"));
    let [reading] = &uplink.readings[..] else { panic!("{:?}", uplink.readings) };
    assert_eq!(reading.time, uplink.time);
    let battery = reading.values.iter().find(|value| value.property == P::BatteryVoltage).unwrap();
    assert_eq!((battery.value, battery.quality), (Value::Number(3.156), Quality::Good));
}

#[test]
fn an_unknown_device_is_quarantined_with_its_name() {
    let examined = examine(&uplink_with(1, BATTERY_ONLY), &Directory::default());
    assert!(examined.is_unknown_device());
    let message = quarantined(examined);
    assert_eq!(message.reason, QuarantineReason::UnknownDevice);
    assert_eq!(message.detail, "no device `70b3d57ed0000203` is provisioned");
    assert_eq!(message.device_name.as_deref(), Some("dach"));
    assert_eq!(message.dev_eui, Some(EUI.parse().unwrap()));
}

#[test]
fn a_device_is_known_only_while_it_is_mounted() {
    let check = |since: Option<&str>, until: Option<&str>| {
        let device = Device { since: since.map(at), until: until.map(at), ..device("decentlab/dl-tbrg") };
        matches!(
            examine(&uplink_with(1, BATTERY_ONLY), &directory(device)).arrival.content,
            Content::Uplink(_)
        )
    };
    assert!(check(None, None));
    assert!(check(Some("2026-11-23T12:00:00Z"), None), "from its first instant on");
    assert!(!check(Some("2026-11-23T12:00:00.001Z"), None));
    assert!(check(None, Some("2026-11-23T12:00:00.001Z")));
    assert!(!check(None, Some("2026-11-23T12:00:00Z")), "no longer at its end");
}

/// Dragino CPL01 manual, section 2.3: entries of flags u8, pulses u24, minutes u24, seconds since 1970 u32
/// on port 3. The log of 2026-11-23 10:00 UTC (1,795,428,000 s) to 12:00 every half an hour.
const LOG_UNTIL_NOON: &str = concat!(
    "000000640000006b040ea0",
    "000000650000006b0415a8",
    "000000660000006b041cb0",
    "000000670000006b0423b8",
    "000000680000006b042ac0",
);

#[test]
fn the_log_of_a_counter_that_was_moved_is_not_stored_on_its_new_thing() {
    let moved_at = "2026-11-23T12:00:00Z";
    let device = Device { since: Some(at(moved_at)), ..device("dragino/cpl01") };
    let message = Received {
        received_at: at("2026-11-23T12:30:01Z"),
        ..uplink_heard_at("2026-11-23T12:30:00Z", 3, LOG_UNTIL_NOON)
    };
    let examined = examine(&message, &directory(device));
    // Four entries from before the move, each with the pulses and the contact.
    assert_eq!(examined.notes.as_ref().unwrap().n_outside_mounting, 8);
    let times: Vec<_> = stored(examined).readings.iter().map(|reading| reading.time).collect();
    assert_eq!(times, [at(moved_at)], "the mounting begins with its first instant");
}

#[test]
fn the_log_of_a_counter_that_stayed_is_stored_whole() {
    let message = Received {
        received_at: at("2026-11-23T12:30:01Z"),
        ..uplink_heard_at("2026-11-23T12:30:00Z", 3, LOG_UNTIL_NOON)
    };
    let examined = examine(&message, &directory(device("dragino/cpl01")));
    assert_eq!(examined.notes.as_ref().unwrap().n_outside_mounting, 0);
    assert_eq!(stored(examined).readings.len(), 5);
}

/// Three passages of one uplink, at minutes of the day far from the hour it was heard in.
const THREE_BICYCLES: &str = "0310f81042054182";

#[test]
fn passages_whose_times_were_overruled_are_added_up() {
    let message = uplink_with(1, THREE_BICYCLES);
    let examined = examine(&message, &directory(device("zueritrails/bikecounter-pro")));
    assert_eq!(examined.notes.as_ref().unwrap().n_crowded_out, 0);
    let uplink = stored(examined);
    let bicycles: Vec<_> = uplink
        .readings
        .iter()
        .flat_map(|reading| reading.values.iter().map(|value| (reading.time, value)))
        .filter(|(_, value)| value.property == P::BicycleCount)
        .map(|(time, value)| (time, value.value, value.quality))
        .collect();
    let noon = at("2026-11-23T12:00:00Z");
    assert_eq!(bicycles, [(noon, Value::Number(3.0), Quality::Suspect(Doubt::Clock))]);
}

#[test]
fn a_clock_that_begins_in_1970_costs_only_messages_without_a_time_of_their_own() {
    let directory = directory(device("decentlab/dl-tbrg"));
    let at_boot = |message: Received| Received { received_at: at("1970-01-01T00:00:40Z"), ..message };
    let measured = stored(examine(&at_boot(uplink_with(1, BATTERY_ONLY)), &directory));
    assert_eq!(measured.time, at("2026-11-23T12:00:00Z"));

    let timeless = at_boot(uplink_heard_at("0001-01-01T00:00:00Z", 1, BATTERY_ONLY));
    let message = quarantined(examine(&timeless, &directory));
    assert_eq!(message.reason, QuarantineReason::Clock);
    assert_eq!(
        message.detail,
        "the message names no time that can be true, and our clock counted as 1970-01-01T00:00:40Z"
    );
    assert_eq!(message.dev_eui, Some(EUI.parse().unwrap()));
}

#[test]
fn an_unknown_profile_is_named() {
    let examined = examine(&uplink_with(1, BATTERY_ONLY), &directory(device("acme/rocket")));
    let message = quarantined(examined);
    assert_eq!(message.reason, QuarantineReason::UnknownProfile);
    assert!(message.detail.starts_with("profile `acme/rocket`: "), "{}", message.detail);
}

#[test]
fn a_wrong_setting_of_a_profile_is_named() {
    let params = Params::parse_list("mm_per_tip=many").unwrap();
    let device = Device { params, ..device("decentlab/dl-tbrg") };
    let message = quarantined(examine(&uplink_with(1, BATTERY_ONLY), &directory(device)));
    assert_eq!(message.reason, QuarantineReason::UnknownProfile);
    assert!(message.detail.contains("mm_per_tip"), "{}", message.detail);
}

#[test]
fn a_payload_cut_off_is_quarantined_naming_the_byte() {
    let message =
        quarantined(examine(&uplink_with(1, "0202f80002"), &directory(device("decentlab/dl-tbrg"))));
    assert_eq!(message.reason, QuarantineReason::DecoderError);
    assert!(message.detail.starts_with("profile `decentlab/dl-tbrg`, fPort 1: "), "{}", message.detail);
    assert!(message.detail.ends_with("(byte 5)"), "{}", message.detail);
}

#[test]
fn a_message_at_the_limit_is_read_and_one_byte_more_is_not() {
    let at_limit = Body::new(vec![b' '; 5000].into(), 5000);
    assert!(matches!(at_limit, Body::Whole(_)));
    let message = Received { body: Body::new(vec![b'x'; 5001].into(), 5000), ..received("") };
    let examined = examine(&message, &Directory::default());
    assert_eq!(examined.arrival.original.n_bytes, 5001);
    assert_eq!(examined.arrival.original.payload, vec![b'x'; 4096]);
    let kept = quarantined(examined);
    assert_eq!(kept.reason, QuarantineReason::TooLarge);
    // head -c 5001 /dev/zero | tr '\0' x | sha256sum
    let sha256 = "89206d01a7a5f7f6d904c37e473b8b9c695376f9bada9711cde47b23aff314f9";
    assert_eq!(kept.detail, format!("message of 5001 bytes, the limit is 5000; sha256 `{sha256}`"));
}

#[test]
fn large_messages_that_differ_behind_the_kept_head_have_different_identities() {
    let with_end = |end: u8| {
        let mut payload = vec![b'x'; 6000];
        payload.push(end);
        examine(&Received { body: Body::new(payload.into(), 5000), ..received("") }, &Directory::default())
            .arrival
            .event_id
    };
    assert_eq!(with_end(1), with_end(1));
    assert_ne!(with_end(1), with_end(2));
}

#[test]
fn messages_keep_their_bytes_and_their_topic_whatever_becomes_of_them() {
    let unreadable = received("{\"a\":");
    let Body::Whole(payload) = &unreadable.body else { panic!("too large") };
    let examined = examine(&unreadable, &Directory::default());
    let original = &examined.arrival.original;
    assert_eq!((original.payload.as_ref(), original.n_bytes), (&b"{\"a\":"[..], 5));
    assert_eq!(original.payload.as_ptr(), payload.as_ptr(), "the payload was copied");
    assert_eq!(original.topic.as_ref(), "application/a/device/b/event/up");
    assert_eq!(quarantined(examined).reason, QuarantineReason::NotJson);

    let measured = uplink_with(1, BATTERY_ONLY);
    let Body::Whole(payload) = &measured.body else { panic!("too large") };
    let examined = examine(&measured, &directory(device("decentlab/dl-tbrg")));
    let original = examined.arrival.original.clone();
    stored(examined);
    assert_eq!(original.payload.as_ptr(), payload.as_ptr(), "the payload was copied");
}

/// A decoded uplink as the store gives it back: times in whole milliseconds, without what it measured.
fn kept(uplink: &DecodedUplink) -> StoredUplink {
    let in_milliseconds = |time: Timestamp| Timestamp::from_millisecond(time.as_millisecond()).unwrap();
    let network_time = uplink.uplink.network_time.map(in_milliseconds);
    let received_at = in_milliseconds(uplink.uplink.received_at);
    StoredUplink {
        id: store::UplinkId(1),
        device: uplink.device,
        time: uplink.time,
        uplink: Uplink { network_time, received_at, ..uplink.uplink.clone() },
    }
}

#[test]
fn a_stored_uplink_decoded_again_measures_what_it_measured_when_it_came() {
    let finer = at("2026-11-23T12:00:01.2346789Z");
    for message in [
        uplink_with(1, BATTERY_ONLY),
        // Without a time of the network ours counts, to the nearest millisecond.
        Received { received_at: finer, ..uplink_heard_at("0001-01-01T00:00:00Z", 1, BATTERY_ONLY) },
    ] {
        let directory = directory(device("decentlab/dl-tbrg"));
        let before = stored(examine(&message, &directory));
        let again = decode_again(kept(&before), &directory).unwrap().decoded;
        assert_eq!((again.thing, again.device, again.time), (before.thing, before.device, before.time));
        assert_eq!(format!("{:?}", again.readings), format!("{:?}", before.readings));
    }
    // The log of a device, with times of its own.
    let directory = directory(device("dragino/cpl01"));
    let before = stored(examine(&uplink_with(3, LOG_UNTIL_NOON), &directory));
    assert_eq!(before.readings.len(), 5);
    let again = decode_again(kept(&before), &directory).unwrap().decoded;
    assert_eq!(format!("{:?}", again.readings), format!("{:?}", before.readings));
}

#[test]
fn a_stored_uplink_that_cannot_be_decoded_any_more_is_answered_with_the_sentence_of_the_quarantine() {
    let before = stored(examine(&uplink_with(1, BATTERY_ONLY), &directory(device("decentlab/dl-tbrg"))));
    let refused = |device| decode_again(kept(&before), &directory(device)).unwrap_err();
    let sentence = refused(device("pmx/tcr"));
    assert!(sentence.starts_with("profile `pmx/tcr`, fPort 1: "), "{sentence}");
    let moved = Device { since: Some(at("2026-11-23T12:30:00Z")), ..device("decentlab/dl-tbrg") };
    assert!(refused(moved).contains("only since 2026-11-23T12:30:00Z"));
    let sentence = refused(device("decentlab/dl-nothing"));
    assert!(sentence.starts_with("profile `decentlab/dl-nothing`: "), "{sentence}");
}

#[test]
fn a_panic_while_reading_a_message_goes_no_further() {
    let nothing: &[u8] = &[];
    assert_eq!(unless_panicking(|| nothing[0]), None);
    assert_eq!(unless_panicking(|| nothing.len()), Some(0));
}

fn assessed(readings: Vec<Reading>, network_time: Option<&str>) -> (Vec<NewReading>, u64) {
    let decoded = Decoded::from_iter(readings);
    let times = UplinkTime::new(network_time.map(at), at(RECEIVED_AT)).unwrap();
    assess(&decoded, times, ClockTolerance::Datalog, &QualityRules::default())
}

const NOON: Option<&str> = Some("2026-11-23T12:00:00Z");

#[test]
fn values_of_one_instant_stand_side_by_side_and_instants_in_order() {
    let earlier = domain::DeviceTime::At(at("2026-11-23T11:45:00Z"));
    let (readings, n_crowded_out) = assessed(
        vec![
            Reading::number(P::AirTemperature, 3.0),
            Reading::number(P::RelativeHumidity, 80.0),
            Reading::number(P::AirTemperature, 4.0).at(earlier),
        ],
        NOON,
    );
    let shape: Vec<_> = readings.iter().map(|reading| (reading.time, reading.values.len())).collect();
    assert_eq!(shape, [(at("2026-11-23T11:45:00Z"), 1), (at("2026-11-23T12:00:00Z"), 2)]);
    assert_eq!(n_crowded_out, 0);
}

#[test]
fn quality_says_what_a_value_is_worth() {
    let qualities = |network_time| {
        let (readings, _) = assessed(
            vec![
                Reading::number(P::AirTemperature, 3.0),
                Reading::number(P::AirTemperatureMin, 327.67),
                Reading::number(P::AnalogInput, 1.0),
                Reading::new(P::WindSpeed, Value::Missing(Missing::SensorError)),
            ],
            network_time,
        );
        readings[0].values.iter().map(|value| value.quality).collect::<Vec<_>>()
    };
    let missing = Quality::Missing(Missing::SensorError);
    assert_eq!(qualities(NOON), [Quality::Good, Quality::Bad, Quality::NotEvaluated, missing]);
    // Without a network time the instant is doubtful; what is bad or missing stays so.
    assert_eq!(
        qualities(None),
        [Quality::Suspect(Doubt::Clock), Quality::Bad, Quality::Suspect(Doubt::Clock), missing]
    );
}

#[test]
fn old_entries_of_a_wrong_clock_do_not_replace_what_was_measured_now() {
    let wrong_clock = domain::DeviceTime::At(at("1980-01-06T00:00:00Z"));
    let old = |value| Reading::number(P::AirTemperature, value).at(wrong_clock);
    let (readings, n_crowded_out) =
        assessed(vec![old(1.0), old(2.0), Reading::number(P::AirTemperature, 3.0)], NOON);
    assert_eq!(readings.len(), 1);
    let values: Vec<_> = readings[0].values.iter().map(|value| (value.value, value.quality)).collect();
    assert_eq!(values, [(Value::Number(3.0), Quality::Good)]);
    assert_eq!(n_crowded_out, 2);
}

#[test]
fn channels_of_one_property_are_kept_apart() {
    let left = Channel::literal("ltr");
    let (readings, n_crowded_out) = assessed(
        vec![Reading::number(P::BicycleCount, 1.0).on(left), Reading::number(P::BicycleCount, 2.0)],
        NOON,
    );
    assert_eq!((readings[0].values.len(), n_crowded_out), (2, 0));
}
