//! Messages kept raw, and their second chance.

use domain::ObservedProperty as P;
use store::{
    Arrival, Content, Outcome, QuarantineFilter, QuarantineId, QuarantineReason as Reason, QuarantinedMessage,
};

use super::harness::{City, Frame, arrival, at, eui};

fn held(event: &Arrival, reason: Reason, detail: &str) -> Arrival {
    let message = QuarantinedMessage {
        reason,
        detail: detail.to_owned(),
        dev_eui: Some(eui(1)),
        device_name: Some("turm-1".to_owned()),
    };
    arrival(event.event_id, event.received_at, Content::Quarantine(Box::new(message)))
}

async fn counts(city: &City) -> Vec<(String, String, u64)> {
    let rows = city.store.accounting().await.unwrap().rows;
    rows.into_iter().map(|r| (r.outcome, r.reason, r.n)).collect()
}

#[tokio::test]
async fn a_quarantined_message_is_kept_as_received_and_counted_once() {
    let city = City::with_tower().await;
    let uplink = Frame::new(&city.device(1).await, at("2026-06-01T10:00:00Z")).arrival();
    let message = held(&uplink, Reason::UnknownDevice, "no device `0000000000000001`");
    assert_eq!(city.commit(message.clone()).await, Outcome::Quarantined(Reason::UnknownDevice));
    assert_eq!(city.commit(message).await, Outcome::DuplicateDelivery);

    let list = city.store.quarantined(QuarantineFilter::default(), None, 10).await.unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].event_id, uplink.event_id);
    assert_eq!((list[0].payload.as_slice(), list[0].n_bytes), (b"{}".as_slice(), 2));
    assert_eq!(list[0].topic, "application/1/device/0000000000000001/event/up");
    assert_eq!(list[0].dev_eui, Some(eui(1)));
    assert_eq!(list[0].device_name.as_deref(), Some("turm-1"));
    assert_eq!(list[0].solved_at, None);
}

#[tokio::test]
async fn a_retry_that_is_stored_moves_the_count_and_solves_the_message() {
    let city = City::with_tower().await;
    let time = at("2026-06-01T10:00:00Z");
    let uplink = Frame::new(&city.device(1).await, time).value(P::AirTemperature, 20.0).arrival();
    city.commit(held(&uplink, Reason::UnknownProfile, "no decoder")).await;
    let id = city.store.quarantined(QuarantineFilter::default(), None, 10).await.unwrap()[0].id;

    // It fails once more, for another reason: still one message, now of that reason.
    let failed = Arrival { retry_of: Some(id), ..held(&uplink, Reason::DecoderError, "one byte too few") };
    assert_eq!(city.commit(failed).await, Outcome::Quarantined(Reason::DecoderError));
    assert_eq!(counts(&city).await, [("quarantined".to_owned(), "decoder_error".to_owned(), 1)]);

    let again = Arrival { retry_of: Some(id), ..uplink.clone() };
    assert_eq!(city.commit(again.clone()).await, Outcome::Stored);
    assert_eq!(counts(&city).await, [("stored".to_owned(), String::new(), 1)]);
    assert_eq!(city.store.accounting().await.unwrap().n_events, 1);
    assert_eq!(city.store.latest(None).await.unwrap().len(), 1);

    // Solved: not listed, and neither another retry nor a redelivery stores it again.
    assert!(city.store.quarantined(QuarantineFilter::default(), None, 10).await.unwrap().is_empty());
    let with_solved = QuarantineFilter { with_solved: true, ..QuarantineFilter::default() };
    let list = city.store.quarantined(with_solved, None, 10).await.unwrap();
    assert_eq!((list[0].reason, list[0].solved_at), (Reason::DecoderError, Some(time)));
    assert_eq!(city.commit(again).await, Outcome::DuplicateDelivery);
    assert_eq!(counts(&city).await, [("stored".to_owned(), String::new(), 1)]);
    assert_eq!(city.commit(uplink).await, Outcome::DuplicateDelivery);
    assert_eq!(city.count("observation"), 1);
}

#[tokio::test]
async fn a_retry_with_impossible_values_stays_in_quarantine() {
    let city = City::with_tower().await;
    let uplink = Frame::new(&city.device(1).await, at("2026-06-01T10:00:00Z"))
        .value(P::AirTemperature, f64::NAN)
        .arrival();
    city.commit(held(&uplink, Reason::DecoderError, "x")).await;
    let id = city.store.quarantined(QuarantineFilter::default(), None, 10).await.unwrap()[0].id;
    let retry = Arrival { retry_of: Some(id), ..uplink };
    assert_eq!(city.commit(retry).await, Outcome::Quarantined(Reason::StoreRefused));
    assert_eq!(counts(&city).await, [("quarantined".to_owned(), "store_refused".to_owned(), 1)]);
    let list = city.store.quarantined(QuarantineFilter::default(), None, 10).await.unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].payload, b"{}");
}

#[tokio::test]
async fn a_message_the_store_refuses_is_kept_as_received() {
    let city = City::with_tower().await;
    let uplink = Frame::new(&city.device(1).await, at("2026-06-01T10:00:00Z"));
    let refused = uplink.value(P::AirTemperature, f64::NAN).arrival();
    assert_eq!(city.commit(refused).await, Outcome::Quarantined(Reason::StoreRefused));
    let list = city.store.quarantined(QuarantineFilter::default(), None, 10).await.unwrap();
    assert_eq!(list[0].topic, "application/1/device/0000000000000001/event/up");
    assert_eq!((list[0].payload.as_slice(), list[0].n_bytes), (b"{}".as_slice(), 2));
    assert_eq!(list[0].dev_eui, Some(eui(1)));
    assert!(list[0].detail.contains("no finite number"), "{}", list[0].detail);
}

#[tokio::test]
async fn a_retry_of_another_message_is_an_ordinary_arrival() {
    let city = City::with_tower().await;
    let uplink = Frame::new(&city.device(1).await, at("2026-06-01T10:00:00Z")).value(P::AirTemperature, 20.0);
    let retry = Arrival { retry_of: Some(QuarantineId(4711)), ..uplink.arrival() };
    assert_eq!(city.commit(retry.clone()).await, Outcome::Stored);
    assert_eq!(city.commit(retry).await, Outcome::DuplicateDelivery);
}

#[tokio::test]
async fn the_list_is_filtered_and_paged() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    for (minute, reason) in [(0, Reason::NotJson), (1, Reason::Schema), (2, Reason::NotJson)] {
        let time = at("2026-06-01T10:00:00Z") + jiff::SignedDuration::from_mins(minute);
        city.commit(held(&Frame::new(&tower, time).arrival(), reason, "x")).await;
    }
    let not_json = QuarantineFilter { reason: Some(Reason::NotJson), ..QuarantineFilter::default() };
    let first = city.store.quarantined(not_json.clone(), None, 1).await.unwrap();
    let second = city.store.quarantined(not_json.clone(), Some(first[0].id), 1).await.unwrap();
    assert_eq!((first[0].id, second[0].id), (QuarantineId(1), QuarantineId(3)));
    assert!(city.store.quarantined(not_json, Some(second[0].id), 1).await.unwrap().is_empty());
    let other = QuarantineFilter { dev_eui: Some(eui(2)), ..QuarantineFilter::default() };
    assert!(city.store.quarantined(other, None, 10).await.unwrap().is_empty());
}
