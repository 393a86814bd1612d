//! Which uplinks did not arrive.

use std::collections::BTreeSet;

use domain::{ObservedProperty as P, SessionKey, TimeRange};
use jiff::{SignedDuration, Timestamp};
use store::{Arrival, Content, Device, Outcome, Reception};

use super::harness::{City, Frame, at, new_device};

/// A frame of the tower with this counter, one each ten minutes.
fn frame(tower: &Device, f_cnt: u32) -> Frame {
    Frame::new(tower, sent(f_cnt)).f_cnt(f_cnt).value(P::AirTemperature, 20.0)
}

fn sent(f_cnt: u32) -> Timestamp {
    at("2026-06-01T10:00:00Z") + SignedDuration::from_mins(10 * i64::from(f_cnt))
}

fn with_session(mut arrival: Arrival, key: &str) -> Arrival {
    if let Content::Uplink(decoded) = &mut arrival.content {
        decoded.uplink.session = SessionKey(key.to_owned());
    }
    arrival
}

fn with_payload(mut arrival: Arrival, payload: &[u8]) -> Arrival {
    if let Content::Uplink(decoded) = &mut arrival.content {
        decoded.uplink.payload = payload.to_vec();
    }
    arrival
}

fn always() -> TimeRange {
    TimeRange::new(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")).unwrap()
}

async fn reception(city: &City) -> Reception {
    city.store.receptions(None).await.unwrap().remove(0)
}

/// Received, missing, resets.
async fn counts(city: &City) -> (u64, u64, u64) {
    let found = reception(city).await;
    (found.n_received, found.n_missing, found.n_resets)
}

/// Each gap as the times of its neighbours and what is missing.
async fn gaps(city: &City) -> Vec<(Timestamp, Timestamp, u64)> {
    let found = city.store.gaps(None, always()).await.unwrap();
    found.into_iter().map(|gap| (gap.from, gap.to, gap.n_missing)).collect()
}

#[tokio::test]
async fn counters_that_did_not_arrive_are_a_gap() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    for f_cnt in [3, 4, 8] {
        city.commit(frame(&tower, f_cnt).arrival()).await;
    }
    assert_eq!(counts(&city).await, (3, 3, 0));
    assert_eq!(gaps(&city).await, [(sent(4), sent(8), 3)]);
    let found = reception(&city).await;
    assert_eq!((found.first_heard_at, found.last_heard_at), (sent(3), sent(8)));
    assert_eq!((found.device, found.thing, &*found.profile), (tower.id, tower.thing, "decentlab/dl-atm41"));
    assert_eq!(found.expected_interval, SignedDuration::from_mins(10));
}

#[tokio::test]
async fn a_late_uplink_fills_its_place() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    for f_cnt in [0, 4, 2] {
        city.commit(frame(&tower, f_cnt).arrival()).await;
    }
    assert_eq!(gaps(&city).await, [(sent(0), sent(2), 1), (sent(2), sent(4), 1)]);
    for f_cnt in [3, 1] {
        city.commit(frame(&tower, f_cnt).arrival()).await;
    }
    assert_eq!(gaps(&city).await, []);
    assert_eq!(counts(&city).await, (5, 0, 0));
}

#[tokio::test]
async fn a_second_copy_of_a_frame_does_not_count() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    city.commit(frame(&tower, 0).arrival()).await;
    let again = frame(&tower, 0).event(99).arrival();
    assert_eq!(city.commit(again).await, Outcome::DuplicateFrame);
    city.commit(frame(&tower, 1).arrival()).await;
    assert_eq!(counts(&city).await, (2, 0, 0));
}

#[tokio::test]
async fn a_join_begins_another_session_without_a_gap() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    city.commit(frame(&tower, 500).arrival()).await;
    let joined = Frame::new(&tower, sent(501)).f_cnt(0).value(P::AirTemperature, 20.0).arrival();
    city.commit(with_session(joined, "01ffffff")).await;
    // Of the session before, and late.
    city.commit(frame(&tower, 498).arrival()).await;
    assert_eq!(counts(&city).await, (3, 1, 0));
    assert_eq!(gaps(&city).await, [(sent(498), sent(500), 1)]);
    let sessions = city.query("SELECT epoch, session, beginning, n_received FROM session ORDER BY epoch");
    assert_eq!(sessions, [["1", "01a2b3c4", "first", "2"], ["2", "01ffffff", "session", "1"]]);
}

#[tokio::test]
async fn a_device_that_counts_from_zero_again_was_restarted() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    city.commit(frame(&tower, 500).arrival()).await;
    for f_cnt in [0, 2] {
        let time = sent(501 + f_cnt);
        let frame = Frame::new(&tower, time).f_cnt(f_cnt).value(P::AirTemperature, 20.0).arrival();
        city.commit(with_payload(frame, &[1, 1])).await;
    }
    assert_eq!(counts(&city).await, (3, 1, 1));
    assert_eq!(gaps(&city).await, [(sent(501), sent(503), 1)]);
}

#[tokio::test]
async fn a_counter_of_sixteen_bits_that_is_full_begins_again() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let begin = at("2026-06-01T10:00:00Z");
    for (n, f_cnt) in (0_i64..).zip([65_534, 65_535, 0, 1]) {
        let time = begin + SignedDuration::from_mins(15 * n);
        city.commit(Frame::new(&tower, time).f_cnt(f_cnt).value(P::AirTemperature, 20.0).arrival()).await;
    }
    assert_eq!(counts(&city).await, (4, 0, 1));
}

/// A number that looks random and is the same in each run.
fn scrambled(n: u64) -> u64 {
    let x = (n ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (x ^ (x >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 20
}

#[tokio::test]
async fn gaps_are_the_same_whatever_the_order_and_the_batches() {
    let arriving: Vec<u32> = (0..120).filter(|n| !scrambled(u64::from(*n)).is_multiple_of(4)).collect();
    let set: BTreeSet<u32> = arriving.iter().copied().collect();
    let in_order: Vec<u32> = set.iter().copied().collect();
    let expected: Vec<_> = in_order
        .windows(2)
        .filter(|pair| pair[1] - pair[0] > 1)
        .map(|pair| (sent(pair[0]), sent(pair[1]), u64::from(pair[1] - pair[0] - 1)))
        .collect();
    let span = in_order[in_order.len() - 1] - in_order[0] + 1;
    for (seed, batch) in [(0, 1), (1, 7), (2, 40), (3, 1000)] {
        let mut order = arriving.clone();
        if seed > 0 {
            order.sort_by_key(|n| scrambled(u64::from(*n) + 1000 * seed));
        }
        let city = City::with_tower().await;
        let tower = city.device(1).await;
        for (n, frames) in order.chunks(batch).enumerate() {
            city.store.commit(frames.iter().map(|f| frame(&tower, *f).arrival()).collect()).await.unwrap();
            if n % 3 == 1 {
                // Any import forgets what the writer remembers.
                let other = new_device(100 + u64::try_from(n).unwrap(), "Hafen", 10);
                city.store.import_devices(vec![other]).await.unwrap();
            }
        }
        assert_eq!(gaps(&city).await, expected, "seed {seed}");
        let n_received = u64::try_from(set.len()).unwrap();
        assert_eq!(counts(&city).await, (n_received, u64::from(span) - n_received, 0), "seed {seed}");
        let heard = city.store.heard(tower.thing, at("2026-06-01T00:00:00Z")).await.unwrap();
        assert_eq!(heard.iter().map(|hour| hour.n).sum::<u64>(), n_received, "seed {seed}");
        let first: Vec<_> = heard.iter().filter(|hour| hour.hour == at("2026-06-01T11:00:00Z")).collect();
        let expected = u64::try_from(set.range(6..12).count()).unwrap();
        assert_eq!(first[0].n, expected, "from 11:00 to 12:00 counters 6 to 11 were sent; seed {seed}");
    }
}

#[tokio::test]
async fn gaps_are_those_of_a_thing_and_a_time() {
    let city = City::with_tower().await;
    city.store.import_devices(vec![new_device(2, "Hafen", 10)]).await.unwrap();
    let (tower, harbour) = (city.device(1).await, city.device(2).await);
    for device in [&tower, &harbour] {
        for f_cnt in [0, 3, 6] {
            city.commit(frame(device, f_cnt).arrival()).await;
        }
    }
    let range = |from, to| TimeRange::new(from, to).unwrap();
    let found = |thing, range| {
        let store = city.store.clone();
        async move {
            let gaps = store.gaps(thing, range).await.unwrap();
            gaps.into_iter().map(|gap| (gap.device, gap.from)).collect::<Vec<_>>()
        }
    };
    assert_eq!(found(None, always()).await.len(), 4);
    assert_eq!(found(Some(tower.thing), always()).await, [(tower.id, sent(0)), (tower.id, sent(3))]);
    assert_eq!(found(None, range(sent(4), sent(5))).await, [(tower.id, sent(3)), (harbour.id, sent(3))]);
    assert_eq!(found(None, range(sent(6), sent(9))).await, []);
    assert_eq!(found(None, range(at("2026-05-01T00:00:00Z"), sent(0))).await, []);
    let of_harbour = city.store.receptions(Some(harbour.thing)).await.unwrap();
    assert_eq!(of_harbour.iter().map(|r| r.device).collect::<Vec<_>>(), [harbour.id]);
}

#[tokio::test]
async fn of_a_device_never_heard_nothing_is_known() {
    let city = City::with_tower().await;
    assert_eq!(city.store.receptions(None).await.unwrap(), []);
    assert_eq!(city.store.gaps(None, always()).await.unwrap(), []);
}

#[tokio::test]
async fn hours_are_known_for_a_month() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let days = [0, 1, 40, 41].map(|day| u32::try_from(day * 144).unwrap());
    for f_cnt in days {
        city.commit(frame(&tower, f_cnt).arrival()).await;
    }
    let heard = city.store.heard(tower.thing, at("2026-06-01T00:00:00Z")).await.unwrap();
    let hours: Vec<_> = heard.iter().map(|hour| hour.hour).collect();
    // The day before the newest is over, and those a month before it are forgotten.
    assert_eq!(hours, [sent(days[2]), sent(days[3])]);
    assert_eq!(counts(&city).await.0, 4, "the whole is not forgotten");
}
