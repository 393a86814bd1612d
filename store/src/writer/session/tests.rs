use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};

use proptest::prelude::*;

use super::*;

const MINUTE: i64 = 60_000;

/// A frame of the session `a`, one each minute.
fn counter(f_cnt: i64) -> Counter<'static> {
    Counter { key: "a", f_cnt, time_ms: f_cnt * MINUTE, hash: f_cnt }
}

/// A session with its holes as the tables keep them.
struct Kept {
    session: Session,
    holes: BTreeMap<i64, Hole>,
    hours: BTreeMap<i64, i64>,
}

impl Kept {
    fn begin(f_cnt: i64) -> Self {
        let session = Session::begin(1, Beginning::First, counter(f_cnt));
        Self { session, holes: BTreeMap::new(), hours: BTreeMap::new() }
    }

    fn take(&mut self, frame: Counter<'_>) -> Effect {
        let holes = &self.holes;
        let around = |f_cnt: i64| -> Result<Option<Hole>, Infallible> {
            Ok(holes.values().find(|h| h.after_f_cnt < f_cnt && f_cnt < h.before_f_cnt).copied())
        };
        let Ok((effect, closed)) = self.session.take(frame, around);
        let put = match effect {
            Effect::Known | Effect::Joined => [None, None],
            Effect::Opened(hole) => [Some(hole), None],
            Effect::Filled(hole, rest) => {
                self.holes.remove(&hole.after_f_cnt);
                rest
            }
        };
        self.holes.extend(put.into_iter().flatten().map(|hole| (hole.after_f_cnt, hole)));
        if let Some((hour, n)) = closed {
            *self.hours.entry(hour).or_default() += n;
        }
        effect
    }
}

proptest! {
    /// Against a plain set: whatever arrived, in whatever order and how often, the counters between the first and the
    /// last that did not are missing, and each run of them is one hole with the times of its neighbours.
    #[test]
    fn holes_are_what_a_set_of_counters_lacks(arrived in prop::collection::vec(0_i64..200, 1..150)) {
        let mut kept = Kept::begin(arrived[0]);
        for &f_cnt in &arrived[1..] {
            kept.take(counter(f_cnt));
        }
        let set: BTreeSet<i64> = arrived.iter().copied().collect();
        let in_order: Vec<i64> = set.iter().copied().collect();
        let expected: Vec<_> = in_order
            .windows(2)
            .filter(|pair| pair[1] - pair[0] > 1)
            .map(|pair| (pair[0], pair[1], pair[0] * MINUTE, pair[1] * MINUTE))
            .collect();
        let found: Vec<_> =
            kept.holes.values().map(|h| (h.after_f_cnt, h.before_f_cnt, h.from_ms, h.to_ms)).collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(kept.session.n_received, i64::try_from(set.len()).unwrap());
        let n_missing: i64 = in_order.windows(2).map(|pair| pair[1] - pair[0] - 1).sum();
        prop_assert_eq!(kept.session.n_missing(), n_missing);
        prop_assert_eq!((kept.session.first_ms, kept.session.last_ms), (in_order[0] * MINUTE, in_order[in_order.len() - 1] * MINUTE));
    }

    /// Each hour knows how many distinct counters were heard in it, whatever the order of arrival.
    #[test]
    fn each_hour_counts_what_was_heard_in_it(arrived in prop::collection::vec(0_i64..400, 1..150)) {
        let mut kept = Kept::begin(arrived[0]);
        for &f_cnt in &arrived[1..] {
            kept.take(counter(f_cnt));
        }
        *kept.hours.entry(kept.session.hour_ms).or_default() += kept.session.n_hour;
        let mut expected: BTreeMap<i64, i64> = BTreeMap::new();
        for f_cnt in arrived.into_iter().collect::<BTreeSet<_>>() {
            *expected.entry(f_cnt / 60 * HOUR_MS).or_default() += 1;
        }
        prop_assert_eq!(kept.hours, expected);
    }
}

#[test]
fn a_counter_that_falls_back_is_another_session() {
    let session = Session::begin(1, Beginning::First, counter(500));
    let fallen = |f_cnt| session.fit(Counter { time_ms: 501 * MINUTE, ..counter(f_cnt) });
    assert_eq!(fallen(3), Fit::After);
    assert_eq!(fallen(500), Fit::Of, "the same frame again");
}

#[test]
fn a_missing_counter_may_be_ten_minutes_late_by_our_clock() {
    let mut kept = Kept::begin(0);
    kept.take(counter(500));
    let fallen = |minutes: i64| kept.session.fit(Counter { time_ms: (500 + minutes) * MINUTE, ..counter(3) });
    assert_eq!(fallen(10), Fit::Of);
    assert_eq!(fallen(11), Fit::After);
}

#[test]
fn the_same_frame_again_is_no_other_session() {
    let session = Session::begin(1, Beginning::First, counter(0));
    let again = Counter { time_ms: 30 * MINUTE, ..counter(0) };
    assert_eq!(session.fit(again), Fit::Of);
    assert_eq!(
        session.fit(Counter { hash: 77, ..again }),
        Fit::After,
        "another payload with the same counter"
    );
}

#[test]
fn a_step_no_network_server_accepts_is_another_session() {
    let session = Session::begin(1, Beginning::First, counter(10));
    assert_eq!(session.fit(counter(10 + 16_384)), Fit::Of);
    assert_eq!(session.fit(counter(10 + 16_385)), Fit::After);
}

#[test]
fn a_hole_does_not_end_before_it_begins_where_clocks_differ() {
    let mut kept = Kept::begin(10);
    let frame = Counter { time_ms: 9 * MINUTE, ..counter(12) };
    let Effect::Opened(hole) = kept.take(frame) else { panic!("11 is missing") };
    assert!(hole.from_ms <= hole.to_ms);
}
