//! Clock hours.

use domain::TimeRange;
use jiff::Timestamp;

use super::{Resolution, Series, WHOLE};

/// Least share of an hour that must have been observed.
const VALID: f64 = 0.75;

/// A valid clock hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hour {
    /// Its first instant. Two hours of an autumn day bear the same time on the clock and are two hours all the same.
    pub start: Timestamp,
    /// Vehicles in the hour; of an hour with three of four quarter-hours their sum times 4/3.
    pub amount: f64,
    /// Whether the amount was scaled up.
    pub scaled: bool,
}

impl Series {
    /// The hours of a stretch of time that begins with a full hour, each valid or `None`.
    pub fn hours(&self, range: TimeRange) -> impl Iterator<Item = Option<Hour>> + '_ {
        let per_hour = 3600 / self.resolution.seconds();
        let mut slots = self.slots(range);
        std::iter::from_fn(move || {
            let (start, first) = slots.next()?;
            let mut hour = vec![first];
            hour.extend((1..per_hour).map_while(|_| slots.next()).map(|(_, counted)| counted));
            Some(self.hour(start, &hour))
        })
    }

    fn hour(&self, start: Timestamp, slots: &[Option<super::Counted>]) -> Option<Hour> {
        let mut known = slots.iter().flatten().filter_map(|counted| Some((counted.amount?, counted.covered)));
        let (amount, share) = match self.resolution {
            Resolution::Hour => known.next()?,
            Resolution::QuarterHour => {
                let whole: Vec<f64> =
                    known.filter(|(_, covered)| *covered >= WHOLE).map(|(amount, _)| amount).collect();
                (whole.iter().sum(), whole.len() as f64 / 4.0)
            }
        };
        let scaled = share < WHOLE;
        (share >= VALID).then(|| Hour { start, amount: if scaled { amount / share } else { amount }, scaled })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Counted;

    fn hour(resolution: Resolution, slots: &[(f64, f64)]) -> Option<Hour> {
        let intervals = slots.iter().zip(0..).map(|((amount, covered), i)| Counted {
            start: Timestamp::from_second(i * resolution.seconds()).unwrap(),
            amount: Some(*amount),
            covered: *covered,
        });
        let series = Series::new(resolution, intervals, []).unwrap();
        let range = TimeRange::new(Timestamp::UNIX_EPOCH, Timestamp::from_second(3600).unwrap()).unwrap();
        series.hours(range).next().unwrap()
    }

    #[test]
    fn four_quarter_hours_are_an_hour() {
        let hour = hour(Resolution::QuarterHour, &[(1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (4.0, 1.0)]).unwrap();
        assert!((hour.amount - 10.0).abs() < 1e-9 && !hour.scaled);
    }

    #[test]
    fn three_quarter_hours_are_scaled_up_and_marked() {
        let hour = hour(Resolution::QuarterHour, &[(1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (4.0, 0.5)]).unwrap();
        assert!((hour.amount - 8.0).abs() < 1e-9 && hour.scaled, "(1 + 2 + 3) * 4/3");
    }

    #[test]
    fn two_quarter_hours_are_no_hour() {
        assert_eq!(hour(Resolution::QuarterHour, &[(1.0, 1.0), (2.0, 1.0)]), None);
    }

    #[test]
    fn an_hour_observed_to_four_fifths_is_scaled_up() {
        let scaled = hour(Resolution::Hour, &[(8.0, 0.8)]).unwrap();
        assert!((scaled.amount - 10.0).abs() < 1e-9 && scaled.scaled);
        assert_eq!(hour(Resolution::Hour, &[(8.0, 0.7)]), None);
    }
}
