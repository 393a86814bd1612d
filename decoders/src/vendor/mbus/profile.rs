//! The inverse compact profile: a series of values, each as its difference to the one after it.
//!
//! Byte 0: bits 7-6 how values differ (0 not at all: they are whole; 1 the older one is smaller; 2 it is larger; 3
//! with a sign), bits 5-4 the unit of the distance in time (seconds, minutes, hours, days), bits 3-0 how a value is
//! written, as in a record. Byte 1: the distance. Then the values, the newest first.
//!
//! Source: EN 13757-3:2018, annex F.2.

use jiff::{SignedDuration, Timestamp};

use super::{signed, unsigned};

/// The value information extension that says that data are such a series.
pub(super) const INVERSE: u8 = 0x13;

/// A series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Profile<'a> {
    difference: Difference,
    distance: SignedDuration,
    /// Bytes of each value.
    width: usize,
    values: &'a [u8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Difference {
    None,
    Rising,
    Falling,
    Signed,
}

impl<'a> Profile<'a> {
    /// `None` for what is not written in whole numbers at equal distances.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (&[control, distance], values) = bytes.split_first_chunk()?;
        let difference = match control >> 6 {
            0 => Difference::None,
            1 => Difference::Rising,
            2 => Difference::Falling,
            _ => Difference::Signed,
        };
        let seconds: i64 = match control >> 4 & 3 {
            0 => 1,
            1 => 60,
            2 => 3600,
            _ => 86_400,
        };
        let width = match control & 15 {
            n @ (1..=4 | 6) => usize::from(n),
            7 => 8,
            _ => return None,
        };
        // From 251 on the distance is none of fixed length, such as a month.
        let is_fixed = (1..=250).contains(&distance);
        let distance = SignedDuration::from_secs(seconds.checked_mul(distance.into())?);
        is_fixed.then_some(Self { difference, distance, width, values })
    }

    /// The values before `base`, each older than the one before it; up to the first that is invalid.
    pub(super) fn backwards(
        self,
        base: f64,
        time: Timestamp,
    ) -> impl Iterator<Item = (Option<f64>, Timestamp)> + 'a {
        let mut newer = Some((base, time));
        self.values.chunks_exact(self.width).map_while(move |bytes| {
            let (value, time) = newer?;
            let time = time.checked_sub(self.distance).ok()?;
            let value = self.older(value, bytes);
            newer = value.map(|value| (value, time));
            Some((value, time))
        })
    }

    fn older(&self, newer: f64, bytes: &[u8]) -> Option<f64> {
        let without_sign = || {
            let all_ones = bytes.iter().all(|byte| *byte == u8::MAX);
            unsigned(bytes).filter(|_| !all_ones).map(|number| number as f64)
        };
        match self.difference {
            Difference::None => signed(bytes),
            Difference::Rising => without_sign().map(|number| newer - number),
            Difference::Falling => without_sign().map(|number| newer + number),
            Difference::Signed => signed(bytes).map(|number| newer - number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(bytes: &[u8]) -> Vec<(Option<f64>, i64)> {
        let backwards = Profile::new(bytes).unwrap().backwards(100.0, Timestamp::UNIX_EPOCH);
        backwards.map(|(value, time)| (value, time.as_second())).collect()
    }

    #[test]
    fn each_value_differs_from_the_one_after_it() {
        assert_eq!(series(&[0x61, 1, 3, 0]), [(Some(97.0), -3600), (Some(97.0), -7200)]);
        assert_eq!(series(&[0x92, 15, 1, 1]), [(Some(357.0), -900)]);
        assert_eq!(series(&[0xc1, 5, 0xff, 2]), [(Some(101.0), -5), (Some(99.0), -10)]);
        assert_eq!(series(&[0x31, 1, 42]), [(Some(42.0), -86_400)]);
    }

    #[test]
    fn before_an_invalid_difference_nothing_is_known() {
        assert_eq!(series(&[0x61, 1, 3, 0xff, 1]), [(Some(97.0), -3600), (None, -7200)]);
        assert_eq!(series(&[0xd1, 1, 0x80, 1]), [(None, -60)]);
    }

    #[test]
    fn a_distance_of_months_is_no_fixed_one() {
        assert_eq!(Profile::new(&[0x71, 254, 1]), None);
    }
}
