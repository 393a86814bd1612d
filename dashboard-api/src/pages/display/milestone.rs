//! Round numbers on the way.

/// Where a total stands between two round numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Milestone {
    /// The round number ahead.
    pub(super) next: u64,
    /// How many are missing.
    pub(super) missing: u64,
    /// The round number that was reached today.
    pub(super) reached_today: Option<u64>,
}

impl Milestone {
    /// Of a total that contains today's count.
    pub(super) const fn of(total: u64, today: u64) -> Self {
        let step = step(total);
        let last = total / step * step;
        let next = last + step;
        let is_new = last > 0 && total.saturating_sub(today) < last;
        Self { next, missing: next - total, reached_today: if is_new { Some(last) } else { None } }
    }
}

/// Distance of round numbers: 1,000 up to 10,000, then 10,000, from 100,000 on 50,000, from a million on 500,000.
const fn step(total: u64) -> u64 {
    match total {
        0..10_000 => 1_000,
        10_000..100_000 => 10_000,
        100_000..1_000_000 => 50_000,
        _ => 500_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milestone(next: u64, missing: u64, reached_today: Option<u64>) -> Milestone {
        Milestone { next, missing, reached_today }
    }

    #[test]
    fn the_next_round_number_grows_with_the_total() {
        assert_eq!(Milestone::of(0, 0), milestone(1_000, 1_000, None));
        assert_eq!(Milestone::of(4_409, 346), milestone(5_000, 591, None));
        assert_eq!(Milestone::of(9_999, 1), milestone(10_000, 1, None));
        assert_eq!(Milestone::of(46_000, 700), milestone(50_000, 4_000, None));
        assert_eq!(Milestone::of(236_057, 700), milestone(250_000, 13_943, None));
    }

    #[test]
    fn a_round_number_is_reached_on_the_day_its_bicycle_came() {
        assert_eq!(Milestone::of(100_000, 1).reached_today, Some(100_000));
        assert_eq!(Milestone::of(100_012, 12).reached_today, None);
        assert_eq!(Milestone::of(100_012, 13).reached_today, Some(100_000));
        assert_eq!(Milestone::of(300, 300).reached_today, None);
    }
}
