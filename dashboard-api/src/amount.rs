//! How much fell or passed in a time range, from buckets.
//!
//! Missing is not zero: an amount of time nobody observed is `None`. An amount that a counter reported for
//! a longer time (it was silent in between) belongs to a range only if it was counted wholly inside it.

use domain::{Aggregation, TimeRange};
use jiff::{SignedDuration, Timestamp};
use store::{Bucket, Carried};

/// How much in a time range.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amount {
    /// `None` if nothing is known; less than the truth where not all of the time was observed.
    pub sum: Option<f64>,
    /// Share of the time elapsed so far that was observed, 0 to 1.
    pub completeness: f64,
}

/// Below this share of observed time an amount is only a lower bound, and not fit to be compared.
pub const COMPLETE_ENOUGH: f64 = 0.95;

/// How far beside a range the middle of a counter's silence is looked for.
const GAP_REACH: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The range in which amounts that concern `range` are carried: a counter's silence may reach into it
/// although the bucket that carries its amount, in the middle of the silence, lies outside.
pub fn with_surroundings(range: TimeRange, rule: Aggregation) -> TimeRange {
    if rule != Aggregation::Total {
        return range;
    }
    let from = range.from().saturating_sub(GAP_REACH).unwrap_or(range.from());
    let to = range.to().saturating_add(GAP_REACH).unwrap_or(range.to());
    TimeRange::new(from, to).unwrap_or(range)
}

impl Amount {
    /// Adds up the buckets that lie in `range`, as known at `now`.
    pub fn of<'a>(buckets: impl IntoIterator<Item = &'a Bucket>, range: TimeRange, now: Timestamp) -> Self {
        let mut sum = None;
        let mut covered_seconds = 0.0;
        let mut carried: Vec<Carried> = Vec::new();
        for bucket in buckets.into_iter().filter(|bucket| contains(range, bucket.range)) {
            if let Some(amount) = bucket.value(Aggregation::Total) {
                sum = Some(sum.unwrap_or(0.0) + amount);
            }
            covered_seconds += bucket.covered_seconds;
            let inside = bucket.carried.filter(|amount| contains(range, amount.range));
            carried.extend(inside.filter(|amount| !carried.contains(amount)));
        }
        for amount in carried {
            sum = Some(sum.unwrap_or(0.0) + amount.sum);
            covered_seconds += amount.range.seconds();
        }
        let elapsed =
            range.to().min(now).duration_since(range.from()).max(SignedDuration::ZERO).as_secs_f64();
        let completeness = if elapsed > 0.0 { (covered_seconds / elapsed).min(1.0) } else { 0.0 };
        Self { sum, completeness }
    }

    /// All parts together: known if any is, observed as well as the worst.
    pub fn total(parts: &[Self]) -> Self {
        Self {
            sum: parts.iter().filter_map(|part| part.sum).reduce(|a, b| a + b),
            completeness: parts.iter().map(|part| part.completeness).fold(1.0, f64::min),
        }
    }

    /// The sum as a whole number.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rounded, and far below 2^53"
    )]
    pub fn n(&self) -> Option<u64> {
        self.sum.map(|sum| sum.round().max(0.0) as u64)
    }

    /// Whether so little was observed that the truth is likely to be more.
    pub fn is_lower_bound(&self) -> bool {
        self.completeness < COMPLETE_ENOUGH
    }
}

fn contains(outer: TimeRange, inner: TimeRange) -> bool {
    outer.from() <= inner.from() && inner.to() <= outer.to()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(s: &str) -> Timestamp {
        s.parse().unwrap()
    }

    fn range(from: &str, to: &str) -> TimeRange {
        TimeRange::new(instant(from), instant(to)).unwrap()
    }

    fn bucket(range: TimeRange, sum: f64, covered_seconds: f64) -> Bucket {
        Bucket { n: 1, sum, covered_seconds, ..Bucket::empty(range) }
    }

    #[test]
    fn no_buckets_is_unknown_and_an_observed_hour_in_which_nothing_came_is_zero() {
        let hour = range("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z");
        assert_eq!(Amount::of(&[], hour, hour.to()), Amount { sum: None, completeness: 0.0 });
        let observed = Amount::of(&[bucket(hour, 0.0, 3600.0)], hour, hour.to());
        assert_eq!(observed, Amount { sum: Some(0.0), completeness: 1.0 });
    }

    #[test]
    fn the_first_value_of_a_counter_is_not_zero() {
        let hour = range("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z");
        let first = Bucket { last: Some(5000.0), ..Bucket::empty(hour) };
        assert_eq!(Amount::of(&[first], hour, hour.to()).sum, None);
    }

    #[test]
    fn an_amount_counts_although_too_little_was_heard_to_call_the_time_observed() {
        let hour = range("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z");
        let amount = Amount::of(&[bucket(hour, 7.0, 0.0)], hour, hour.to());
        assert_eq!(amount, Amount { sum: Some(7.0), completeness: 0.0 });
        assert!(amount.is_lower_bound());
    }

    #[test]
    fn completeness_counts_only_time_that_has_passed() {
        // 9 of the 10 hours since midnight were observed; the rest of the day lies ahead.
        let day = range("2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z");
        let amount = Amount::of(&[bucket(day, 90.0, 9.0 * 3600.0)], day, instant("2026-11-23T09:00:00Z"));
        assert_eq!(amount, Amount { sum: Some(90.0), completeness: 0.9 });
    }

    #[test]
    fn an_amount_over_a_gap_counts_once_and_only_inside_the_range() {
        let first = range("2026-11-23T10:00:00Z", "2026-11-23T10:15:00Z");
        let last = range("2026-11-23T11:45:00Z", "2026-11-23T12:00:00Z");
        let gap = Carried { range: range("2026-11-23T10:10:00Z", "2026-11-23T11:50:00Z"), sum: 40.0 };
        let carrying = |range, sum, covered| Bucket { carried: Some(gap), ..bucket(range, sum, covered) };
        let buckets = [carrying(first, 5.0, 600.0), carrying(last, 7.0, 600.0)];

        let both = range("2026-11-23T10:00:00Z", "2026-11-23T12:00:00Z");
        // 5 + 7 + 40; 600 + 600 + 6000 of 7200 seconds.
        assert_eq!(Amount::of(&buckets, both, both.to()), Amount { sum: Some(52.0), completeness: 1.0 });

        let second_hour = range("2026-11-23T11:00:00Z", "2026-11-23T12:00:00Z");
        assert_eq!(Amount::of(&buckets, second_hour, both.to()).sum, Some(7.0));
    }

    #[test]
    fn one_silent_direction_does_not_silence_the_other() {
        let known = Amount { sum: Some(12.0), completeness: 1.0 };
        assert_eq!(Amount::total(&[known, Amount::default()]), Amount { sum: Some(12.0), completeness: 0.0 });
    }
}
