//! Rain sums of the last hours.

use domain::TimeRange;
use jiff::{SignedDuration, Timestamp};

use super::HintLevel;

/// The durations for which Deutscher Wetterdienst has thresholds, hours.
pub const RAIN_HOURS: [u32; 6] = [1, 6, 12, 24, 48, 72];

/// Rain of an interval that was observed as a whole. What no interval covers is a gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RainAmount {
    /// The interval.
    pub range: TimeRange,
    /// Rain, mm (litres per square metre).
    pub mm: f64,
}

/// The rain of some hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RainSum {
    /// Rain that was observed, mm.
    pub mm: f64,
    /// Part of the time was not observed: at least this much fell ("≥").
    pub at_least: bool,
    /// Observed share of the time, 0 to 1.
    pub covered: f64,
}

/// The sum of the hours before an instant, by time and not by number of values. Intervals reaching beyond either end do not count; ask at
/// the end of an interval.
pub fn rain_sum(amounts: &[RainAmount], until: Timestamp, hours: u32) -> RainSum {
    let from = until - SignedDuration::from_hours(i64::from(hours));
    let nothing = RainSum { mm: 0.0, at_least: true, covered: 0.0 };
    TimeRange::new(from, until).map_or(nothing, |range| rain_within(amounts, range))
}

/// The sum of a stretch of time. Intervals reaching beyond either end do not count.
pub fn rain_within(amounts: &[RainAmount], range: TimeRange) -> RainSum {
    let inside = amounts
        .iter()
        .filter(|amount| range.from() <= amount.range.from() && amount.range.to() <= range.to());
    let (mm, seconds) =
        inside.fold((0.0, 0.0), |(mm, seconds), amount| (mm + amount.mm, seconds + amount.range.seconds()));
    let covered = (seconds / range.seconds()).min(1.0);
    RainSum { mm, at_least: covered < 0.999, covered }
}

/// The largest sum of so many hours in a row, with its end; `None` without any rain interval. The amounts are in order of time.
pub fn heaviest_rain(amounts: &[RainAmount], hours: u32) -> Option<(Timestamp, RainSum)> {
    let length = SignedDuration::from_hours(i64::from(hours));
    let mut first = 0;
    let mut heaviest: Option<(Timestamp, RainSum)> = None;
    for (last, amount) in amounts.iter().enumerate() {
        let until = amount.range.to();
        while amounts[first].range.from() < until - length && first < last {
            first += 1;
        }
        let sum = rain_sum(&amounts[first..=last], until, hours);
        if heaviest.is_none_or(|(_, heaviest)| sum.mm > heaviest.mm) {
            heaviest = Some((until, sum));
        }
    }
    heaviest
}

/// The level of a rain sum of 1, 6, 12, 24, 48 or 72 hours; `None` below level 2 and for other durations.
///
/// Published bands meet ("15 to 25", "25 to 40"); here the common value belongs to the lower one. For a sum that is a lower bound the level is one
/// too.
pub fn rain_level(hours: u32, mm: f64) -> Option<HintLevel> {
    let (marked, severe, extreme) = match hours {
        1 => (15.0, 25.0, 40.0),
        6 => (20.0, 35.0, 60.0),
        12 => (25.0, 40.0, 70.0),
        24 => (30.0, 50.0, 80.0),
        48 => (40.0, 60.0, 90.0),
        72 => (60.0, 90.0, 120.0),
        _ => return None,
    };
    match mm {
        mm if mm > extreme => Some(HintLevel::Extreme),
        mm if mm > severe => Some(HintLevel::Severe),
        mm if mm >= marked => Some(HintLevel::Marked),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_near;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(60 * minutes).unwrap()
    }

    /// Quarter-hours from minute 0 on, with a gap where there is `None`.
    fn quarters(amounts: &[Option<f64>]) -> Vec<RainAmount> {
        let ranges = (0_i64..).map(|i| TimeRange::new(at(15 * i), at(15 * (i + 1))).unwrap());
        ranges.zip(amounts).filter_map(|(range, mm)| Some(RainAmount { range, mm: (*mm)? })).collect()
    }

    #[test]
    fn a_sum_goes_by_time() {
        let rain = quarters(&[Some(9.0), Some(1.0), Some(2.0), Some(3.0), Some(4.0)]);
        let sum = rain_sum(&rain, at(75), 1);
        assert_near(sum.mm, 10.0, 1e-12);
        assert!(!sum.at_least);
    }

    #[test]
    fn a_gap_makes_it_a_lower_bound() {
        let rain = quarters(&[Some(9.0), Some(1.0), None, Some(3.0), Some(4.0)]);
        let sum = rain_sum(&rain, at(75), 1);
        assert_near(sum.mm, 8.0, 1e-12);
        assert!(sum.at_least);
        assert_near(sum.covered, 0.75, 1e-12);
    }

    #[test]
    fn the_heaviest_hour_is_found() {
        let rain = quarters(&[Some(1.0), Some(0.0), Some(5.0), Some(9.0), Some(2.0), Some(0.0), Some(0.0)]);
        let (until, sum) = heaviest_rain(&rain, 1).unwrap();
        // 0 + 5 + 9 + 2 and 5 + 9 + 2 + 0 are equal; the earlier one stands.
        assert_eq!(until, at(75));
        assert_near(sum.mm, 16.0, 1e-12);
        assert_eq!(heaviest_rain(&[], 1), None);
    }

    #[test]
    fn the_common_value_of_two_bands_belongs_to_the_lower() {
        // Thresholds of Deutscher Wetterdienst: 1 and 6 h by dkkv.org and weather.com, level 4 of 12 to 48 h by dpa of 18 May 2024.
        let levels = |hours, amounts: [f64; 5]| amounts.map(|mm| rain_level(hours, mm));
        let expected = [
            None,
            Some(HintLevel::Marked),
            Some(HintLevel::Marked),
            Some(HintLevel::Severe),
            Some(HintLevel::Extreme),
        ];
        assert_eq!(levels(1, [14.9, 15.0, 25.0, 40.0, 40.1]), expected);
        assert_eq!(levels(6, [19.9, 20.0, 35.0, 60.0, 60.1]), expected);
        assert_eq!(levels(12, [24.9, 25.0, 40.0, 70.0, 70.1]), expected);
        assert_eq!(levels(24, [29.9, 30.0, 50.0, 80.0, 80.1]), expected);
        assert_eq!(levels(48, [39.9, 40.0, 60.0, 90.0, 90.1]), expected);
        assert_eq!(levels(72, [59.9, 60.0, 90.0, 120.0, 120.1]), expected);
        assert_eq!(rain_level(3, 100.0), None, "no thresholds for three hours");
    }
}
