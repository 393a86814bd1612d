//! The newest values of one device.

use domain::Quality;

use crate::by_slot::BySlot;

/// The newest value of each slot of one device, each with its own time: a frame that carries a single slot
/// leaves the others as they were.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LatestRow {
    /// Newest uplink, with or without values.
    pub(crate) heard_ms: i64,
    pub(crate) values: BySlot<Option<f64>>,
    pub(crate) quality: BySlot<u8>,
    pub(crate) times_ms: BySlot<Option<i64>>,
}

impl LatestRow {
    /// Time of the newest value.
    pub(crate) fn newest_ms(&self) -> Option<i64> {
        self.times_ms.iter().filter_map(|(_, at)| at).max()
    }

    /// Takes a value if it is not older than the one kept.
    pub(crate) fn offer(&mut self, slot: u8, time_ms: i64, value: Option<f64>, quality: u8) {
        if self.times_ms.get(slot).is_none_or(|kept| kept <= time_ms) {
            self.values.set(slot, value);
            self.quality.set(slot, quality);
            self.times_ms.set(slot, Some(time_ms));
        }
    }

    /// Takes another quality for the value of this time; says whether it is the one kept.
    pub(crate) fn requalify(&mut self, slot: u8, time_ms: i64, quality: u8) -> bool {
        let is_kept = self.times_ms.get(slot) == Some(time_ms);
        if is_kept {
            self.quality.set(slot, quality);
        }
        is_kept
    }

    /// The times that are not the newest; mostly there is none, for a frame carries all values of a device.
    pub(crate) fn older_ms(&self) -> Option<BySlot<Option<i64>>> {
        let newest_ms = self.newest_ms();
        let mut older: Option<BySlot<Option<i64>>> = None;
        for (slot, at) in self.times_ms.iter().filter(|(_, at)| at.is_some() && *at != newest_ms) {
            older.get_or_insert_default().set(slot, at);
        }
        older
    }
}

/// The time of each value, from the newest one and [`LatestRow::older_ms`].
pub(crate) fn times(
    newest_ms: Option<i64>,
    quality: &BySlot<u8>,
    older_ms: &BySlot<Option<i64>>,
) -> BySlot<Option<i64>> {
    let mut times = BySlot::default();
    for (slot, _) in quality.iter().filter(|&(_, quality)| quality != Quality::ABSENT_CODE) {
        times.set(slot, older_ms.get(slot).or(newest_ms));
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_keeps_its_own_time() {
        let mut row = LatestRow::default();
        row.offer(0, 1_000, Some(1.5), 1);
        row.offer(3, 2_000, None, 91);
        row.offer(4, 2_000, Some(4.0), 1);
        let older = row.older_ms().unwrap_or_default();
        assert_eq!(times(row.newest_ms(), &row.quality, &older), row.times_ms);
        assert_eq!(row.times_ms.get(0), Some(1_000));
        assert_eq!(row.times_ms.get(1), None);
    }

    #[test]
    fn values_of_one_frame_need_no_times_of_their_own() {
        let mut row = LatestRow::default();
        row.offer(0, 1_000, Some(1.5), 1);
        row.offer(1, 1_000, Some(2.5), 1);
        assert_eq!(row.older_ms(), None);
    }
}
