//! The frames of the last minutes, so that one that is new needs no lookup.

use std::collections::{BTreeMap, HashSet};

use domain::{DeviceId, Uplink};

/// Two uplinks with the same frame are one if their times differ by no more than this. A frame identity is
/// not unique for ever: after a reset a device with activation by personalisation counts from zero again.
pub(crate) const SAME_FRAME_MS: i64 = 600_000;

/// Ten minutes kept: beyond those an uplink has to be compared with, an hour of disorder.
const TEN_MINUTES_KEPT: usize = 8;

/// Frames kept, in about 20 MB: enough for three times ten minutes of 500 uplinks a second.
const FRAMES_KEPT: usize = 1_000_000;

/// The ten minutes an uplink belongs to; frames of neighbouring ones have to be compared.
pub(crate) const fn ten_minutes(time_ms: i64) -> i64 {
    time_ms.div_euclid(SAME_FRAME_MS)
}

/// Hashes of the measured frames, complete from some ten minutes on.
#[derive(Debug)]
pub(super) struct RecentFrames {
    complete_from: i64,
    by_ten_minutes: BTreeMap<i64, HashSet<i64>>,
    n_frames: usize,
}

impl RecentFrames {
    /// Begins with what is in the database: of its newest ten minutes nothing is known here, of all later ones
    /// that they are empty.
    pub(super) fn after(newest_ten_minutes: Option<i64>) -> Self {
        Self::complete_from(newest_ten_minutes.map_or(i64::MIN, |newest| newest + 1))
    }

    fn complete_from(complete_from: i64) -> Self {
        Self { complete_from, by_ten_minutes: BTreeMap::new(), n_frames: 0 }
    }

    /// Whether a frame with this hash may have been measured within ten minutes of these. `false` is certain.
    pub(super) fn may_hold(&self, ten_minutes: i64, hash: i64) -> bool {
        ten_minutes - 1 < self.complete_from
            || self.by_ten_minutes.range(ten_minutes - 1..=ten_minutes + 1).any(|(_, of)| of.contains(&hash))
    }

    /// Notes a frame that is being measured. One that is taken back afterwards costs a lookup, nothing else.
    pub(super) fn note(&mut self, ten_minutes: i64, hash: i64) {
        self.n_frames += usize::from(self.by_ten_minutes.entry(ten_minutes).or_default().insert(hash));
        while (self.n_frames > FRAMES_KEPT || self.by_ten_minutes.len() > TEN_MINUTES_KEPT)
            && let Some((oldest, frames)) = self.by_ten_minutes.pop_first()
        {
            self.n_frames -= frames.len();
            self.complete_from = self.complete_from.max(oldest + 1);
        }
    }
}

/// FNV-1a (64 bit) over what makes a frame: a hash whose values stay the same over program versions.
/// Equal hashes are compared field by field, so a collision costs a comparison, never an uplink.
pub(super) fn frame_hash(device: DeviceId, uplink: &Uplink) -> i64 {
    let fields: [&[u8]; 5] = [
        &device.0.to_be_bytes(),
        &uplink.f_cnt.0.to_be_bytes(),
        &[uplink.f_port.get()],
        uplink.session.0.as_bytes(),
        &uplink.payload,
    ];
    i64::from_be_bytes(fnv_1a(fields.into_iter().flatten()).to_be_bytes())
}

fn fnv_1a<'a>(bytes: impl Iterator<Item = &'a u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        // Test vector of the FNV authors (draft-eastlake-fnv): "a" gives af63dc4c8601ec8c.
        assert_eq!(fnv_1a(b"a".iter()), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn an_empty_store_knows_every_frame_to_be_new() {
        let frames = RecentFrames::complete_from(i64::MIN);
        assert!(!frames.may_hold(2_900_000, 7));
    }

    #[test]
    fn of_what_was_there_before_nothing_is_certain() {
        let frames = RecentFrames::complete_from(101);
        assert!(frames.may_hold(101, 7), "a frame of ten minutes 100 may be its neighbour");
        assert!(!frames.may_hold(102, 7));
    }

    #[test]
    fn memory_stays_bounded() {
        let mut frames = RecentFrames::complete_from(i64::MIN);
        for n in 0..2 * FRAMES_KEPT {
            frames.note(i64::try_from(n / 300_000).unwrap(), i64::try_from(n).unwrap());
        }
        assert!(frames.n_frames <= FRAMES_KEPT);
        assert_eq!(frames.n_frames, frames.by_ten_minutes.values().map(HashSet::len).sum::<usize>());
    }

    #[test]
    fn what_was_forgotten_is_not_called_new() {
        let mut frames = RecentFrames::complete_from(i64::MIN);
        for ten_minutes in 0..=i64::try_from(TEN_MINUTES_KEPT).unwrap() {
            frames.note(ten_minutes, -1 - ten_minutes);
        }
        assert!(!frames.by_ten_minutes.contains_key(&0), "nothing was forgotten");
        assert!(frames.may_hold(0, -1) && frames.may_hold(1, -1));
    }

    proptest! {
        /// Against a plain list: a frame noted within the neighbouring ten minutes is never called new.
        #[test]
        fn a_frame_seen_nearby_is_never_called_new(
            noted in prop::collection::vec((0_i64..20, 0_i64..50), 0..100),
            asked in (0_i64..20, 0_i64..50),
        ) {
            let mut frames = RecentFrames::complete_from(i64::MIN);
            for &(slot, hash) in &noted {
                frames.note(slot, hash);
            }
            let is_near = noted.iter().any(|&(slot, hash)| hash == asked.1 && (slot - asked.0).abs() <= 1);
            // Of what was forgotten it may be said without need, never the other way round.
            prop_assert!(frames.may_hold(asked.0, asked.1) || !is_near);
            let is_remembered = asked.0 > frames.complete_from;
            prop_assert_eq!(frames.may_hold(asked.0, asked.1) && is_remembered, is_near && is_remembered);
        }
    }
}
