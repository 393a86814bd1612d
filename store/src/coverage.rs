//! Which stretches of time a series of values speaks for.

/// Milliseconds of a quarter-hour.
pub(crate) const QUARTER_MS: i64 = 900_000;

/// The start of the quarter-hour that contains an instant.
pub(crate) const fn quarter_of(time_ms: i64) -> i64 {
    time_ms.div_euclid(QUARTER_MS) * QUARTER_MS
}

/// Two values this far apart or less follow each other without a gap: one and a half expected intervals.
pub(crate) const fn longest_step(interval_ms: i64) -> i64 {
    interval_ms.saturating_add(interval_ms / 2)
}

/// Whether two consecutive values of one device leave no gap between them.
pub(crate) const fn continuous(from_ms: i64, to_ms: i64, interval_ms: i64) -> bool {
    to_ms - from_ms <= longest_step(interval_ms)
}

/// The start of what a value covers: the value before it, or one interval where that one is too far away.
pub(crate) fn covered_from(previous_ms: Option<i64>, time_ms: i64, interval_ms: i64) -> i64 {
    match previous_ms {
        Some(previous) if continuous(previous, time_ms, interval_ms) => previous,
        _ => time_ms - interval_ms,
    }
}

/// The middle of a stretch; an amount known only for the whole of it is attributed there.
pub(crate) const fn midpoint(from_ms: i64, to_ms: i64) -> i64 {
    from_ms + (to_ms - from_ms) / 2
}

/// Marks the quarter-hours whose buckets can change when a value appears, changes or goes at `time_ms`
/// between its neighbours of the same device and slot; some more than once.
pub(crate) fn touched_quarters(
    previous_ms: Option<i64>,
    time_ms: i64,
    next_ms: Option<i64>,
    interval_ms: i64,
    mut mark: impl FnMut(i64),
) {
    let mut step = |from: Option<i64>, to: i64| {
        // A running total also covers a short gap, whose amount is not carried by a quarter-hour.
        let reach = to - longest_step(interval_ms.max(QUARTER_MS));
        let mut quarter = quarter_of(from.map_or(reach, |from| from.max(reach)));
        while quarter <= to {
            mark(quarter);
            quarter += QUARTER_MS;
        }
        if let Some(from) = from {
            mark(quarter_of(midpoint(from, to)));
        }
    };
    step(previous_ms, time_ms);
    if let Some(next) = next_ms {
        step(Some(time_ms), next);
        // The step this value divides.
        step(previous_ms, next);
    }
}

/// Stretches of time, added up without counting an overlap twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Coverage(Vec<(i64, i64)>);

impl Coverage {
    /// Adds the part of a stretch that lies inside `[start_ms, end_ms)`.
    pub(crate) fn add(&mut self, from_ms: i64, to_ms: i64, start_ms: i64, end_ms: i64) {
        let (from, to) = (from_ms.max(start_ms), to_ms.min(end_ms));
        if from < to {
            self.0.push((from, to));
        }
    }

    /// Length of the union in seconds.
    pub(crate) fn seconds(mut self) -> f64 {
        self.0.sort_unstable();
        let mut total = 0;
        let mut reached = i64::MIN;
        for (from, to) in self.0 {
            total += (to - from.max(reached)).max(0);
            reached = reached.max(to);
        }
        total as f64 / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const MIN: i64 = 60_000;

    fn touched(previous: Option<i64>, time: i64, next: Option<i64>) -> Vec<i64> {
        let mut quarters = BTreeSet::new();
        touched_quarters(previous.map(|m| m * MIN), time * MIN, next.map(|m| m * MIN), 10 * MIN, |quarter| {
            _ = quarters.insert(quarter);
        });
        quarters.into_iter().map(|q| q / MIN).collect()
    }

    #[test]
    fn a_value_after_a_close_one_touches_only_the_quarters_between_them() {
        assert_eq!(touched(Some(61), 71, None), [60]);
        assert_eq!(touched(Some(71), 81, None), [60, 75]);
    }

    #[test]
    fn a_value_after_a_gap_touches_the_middle_of_the_gap() {
        // 10:00 to 12:00: back to 11:37:30 for the value, 11:00 for the gap.
        assert_eq!(touched(Some(600), 720, None), [660, 690, 705, 720]);
    }

    #[test]
    fn a_late_value_touches_both_halves_and_the_middle_of_the_gap_it_divides() {
        // Between 10:00 and 14:00 a value of 11:00 arrives: middles 10:30, 12:30 and, before, 12:00.
        assert_eq!(touched(Some(600), 660, Some(840)), [630, 645, 660, 720, 750, 810, 825, 840]);
    }

    #[test]
    fn a_value_covers_back_to_a_close_one_before_it_and_else_one_interval() {
        assert_eq!(covered_from(Some(0), 15 * MIN, 10 * MIN), 0);
        assert_eq!(covered_from(Some(0), 16 * MIN, 10 * MIN), 6 * MIN);
        assert_eq!(covered_from(Some(14 * MIN), 16 * MIN, 10 * MIN), 14 * MIN);
        assert_eq!(covered_from(None, 16 * MIN, 10 * MIN), 6 * MIN);
    }

    #[test]
    fn overlapping_stretches_count_once() {
        let mut coverage = Coverage::default();
        coverage.add(0, 10_000, 0, 900_000);
        coverage.add(5_000, 20_000, 0, 900_000);
        coverage.add(890_000, 910_000, 0, 900_000);
        assert!((coverage.seconds() - 30.0).abs() < 1e-9);
    }
}
