//! Buckets: what is kept of all observations of an interval.

use domain::{Aggregation, TimeRange};

/// The observations of one Datastream in one interval.
///
/// Which member is the main value depends on the property's aggregation rule; see [`Bucket::value`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// The interval.
    pub range: TimeRange,
    /// Values that took part.
    pub n: u32,
    /// Sum of values; of increments for counters; of seconds "true" for a time share.
    pub sum: f64,
    /// Smallest value.
    pub min: Option<f64>,
    /// Largest value.
    pub max: Option<f64>,
    /// Newest value.
    pub last: Option<f64>,
    /// Sums of the unit vectors of a direction, weighted with the wind speed: east and north.
    pub vector: Option<(f64, f64)>,
    /// Seconds of the interval that were observed.
    pub covered_seconds: f64,
    /// Resets of a running total seen.
    pub n_resets: u32,
    /// An amount known only for a longer interval than this bucket.
    pub carried: Option<Carried>,
}

/// An amount counted over an interval longer than the bucket that carries it: the counter's increment
/// over a gap. It is known, but not how it was spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Carried {
    /// The interval it was counted over; reaches beyond the bucket.
    pub range: TimeRange,
    /// How much.
    pub sum: f64,
}

impl Bucket {
    /// A bucket that holds nothing yet.
    pub const fn empty(range: TimeRange) -> Self {
        Self {
            range,
            n: 0,
            sum: 0.0,
            min: None,
            max: None,
            last: None,
            vector: None,
            covered_seconds: 0.0,
            n_resets: 0,
            carried: None,
        }
    }

    /// The main value by the property's rule, in the property's unit: mean, smallest, largest, amount,
    /// direction in degrees (0 to 360), or share of the observed time (0 to 1).
    ///
    /// `None` if nothing is known, which is never the same as zero: no value took part, the directions
    /// cancel each other, or no time was observed.
    pub fn value(&self, aggregation: Aggregation) -> Option<f64> {
        match aggregation {
            // A state lasts: a bucket between two values is known although no value lies in it.
            Aggregation::TimeShare => {
                (self.covered_seconds > 0.0).then(|| (self.sum / self.covered_seconds).clamp(0.0, 1.0))
            }
            _ if self.n == 0 => None,
            Aggregation::Mean => Some(self.sum / f64::from(self.n)),
            Aggregation::Minimum => self.min,
            Aggregation::Maximum => self.max,
            Aggregation::Sum | Aggregation::Total => Some(self.sum),
            Aggregation::VectorMean => self.vector.and_then(direction),
        }
    }

    /// Share of the interval that was observed, 0 to 1.
    pub fn completeness(&self) -> f64 {
        (self.covered_seconds / self.range.seconds()).clamp(0.0, 1.0)
    }

    /// One bucket of all `parts` inside `range`, which are in time order and do not overlap.
    ///
    /// An amount carried by a part becomes part of the sum where the longer bucket has room for it.
    pub fn merge(range: TimeRange, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = Self::empty(range);
        for part in parts {
            whole.n += part.n;
            whole.sum += part.sum;
            whole.min = smaller(whole.min, part.min);
            whole.max = larger(whole.max, part.max);
            whole.last = part.last.or(whole.last);
            whole.vector = match (whole.vector, part.vector) {
                (Some((e1, n1)), Some((e2, n2))) => Some((e1 + e2, n1 + n2)),
                (one, other) => one.or(other),
            };
            whole.covered_seconds += part.covered_seconds;
            whole.n_resets += part.n_resets;
            if let Some(carried) = part.carried {
                whole.take_carried(carried, &part);
            }
        }
        whole.covered_seconds = whole.covered_seconds.min(range.seconds());
        whole
    }

    /// Whether an amount counted over `range` belongs into the sum of this bucket: it lies inside, or
    /// reaches out by no more than half the bucket's length.
    pub(crate) fn has_room_for(&self, range: TimeRange) -> bool {
        let inside = self.range.from() <= range.from() && range.to() <= self.range.to();
        inside || range.seconds() <= 1.5 * self.range.seconds()
    }

    /// Carries an amount; with one carried already (a device was replaced) both become one over their hull.
    pub(crate) fn carry(&mut self, carried: Carried) {
        self.carried = Some(match self.carried {
            None => carried,
            Some(other) => Carried { range: hull(other.range, carried.range), sum: other.sum + carried.sum },
        });
    }

    fn take_carried(&mut self, carried: Carried, part: &Self) {
        if !self.has_room_for(carried.range) {
            self.carry(carried);
            return;
        }
        self.n += 1;
        self.sum += carried.sum;
        // A gap is not covered in the part: its amount was not known there, here it is. Where values
        // followed each other without a gap the part is covered already. The range reaches at least three
        // quarters of the part's length to either side of a point inside the part, so a gap leaves more
        // than half of the part uncovered and the two cases cannot be confused.
        let known_in_part = carried.range.overlap_seconds(part.range);
        if part.covered_seconds < known_in_part - 0.001 {
            self.covered_seconds += carried.range.overlap_seconds(self.range);
        }
    }
}

/// The direction of a sum of unit vectors (east, north) in degrees; `None` where they cancel.
fn direction((east, north): (f64, f64)) -> Option<f64> {
    (east.hypot(north) > 1e-9).then(|| east.atan2(north).to_degrees().rem_euclid(360.0))
}

/// The smaller of two values that may be absent.
pub(crate) fn smaller(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.into_iter().chain(b).reduce(f64::min)
}

/// The larger of two values that may be absent.
pub(crate) fn larger(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.into_iter().chain(b).reduce(f64::max)
}

fn hull(a: TimeRange, b: TimeRange) -> TimeRange {
    // Both are not empty, so neither is what holds them.
    TimeRange::new(a.from().min(b.from()), a.to().max(b.to())).unwrap_or(a)
}

#[cfg(test)]
mod tests;
