//! What a running total says was counted between two of its values.

/// An amount and whether the counter began anew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Increment {
    /// What was counted, never negative.
    pub(crate) amount: f64,
    /// The counter was reset: what it counted between the old value and the reset is lost.
    pub(crate) reset: bool,
}

/// The increment from one value of a running total to the next.
///
/// A smaller value means that the counter passed its limit, if that makes for a step of at most half the
/// counter's range; otherwise it was reset and has counted `new` since. A value that is not below the limit shows that the
/// limit is not the counter's: an operator's profile may name a wrong one.
pub(crate) fn increment(old: f64, new: f64, wraps_at: Option<f64>) -> Increment {
    if new >= old {
        return Increment { amount: new - old, reset: false };
    }
    match wraps_at.map(|limit| (limit, new + limit - old)) {
        Some((limit, step)) if old < limit && (0.0..=limit / 2.0).contains(&step) => {
            Increment { amount: step, reset: false }
        }
        _ => Increment { amount: new.max(0.0), reset: true },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rising_counter_counts_the_difference() {
        assert_eq!(increment(100.0, 130.0, None), Increment { amount: 30.0, reset: false });
        assert_eq!(increment(100.0, 100.0, Some(65_536.0)), Increment { amount: 0.0, reset: false });
    }

    #[test]
    fn a_16_bit_counter_goes_on_behind_its_limit() {
        // 65,530 to 4: six steps to the limit and four behind it.
        assert_eq!(increment(65_530.0, 4.0, Some(65_536.0)), Increment { amount: 10.0, reset: false });
    }

    #[test]
    fn a_step_of_more_than_half_the_range_is_a_reset() {
        // 20,000 to 100 would be 45,636 steps through the limit; a restart is likelier.
        assert_eq!(increment(20_000.0, 100.0, Some(65_536.0)), Increment { amount: 100.0, reset: true });
    }

    #[test]
    fn a_value_beyond_the_limit_has_not_passed_it() {
        // Through a limit of 256 it would have been 56 steps.
        assert_eq!(increment(300.0, 100.0, Some(256.0)), Increment { amount: 100.0, reset: true });
        assert_eq!(increment(256.0, 0.0, Some(256.0)), Increment { amount: 0.0, reset: true });
        assert_eq!(increment(255.0, 0.0, Some(256.0)), Increment { amount: 1.0, reset: false });
    }

    #[test]
    fn without_a_known_limit_a_smaller_value_is_a_reset() {
        assert_eq!(increment(65_530.0, 4.0, None), Increment { amount: 4.0, reset: true });
    }
}
