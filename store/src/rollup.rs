//! From the values of one Datastream to its quarter-hours.

use domain::{Aggregation, TimeRange};
use jiff::Timestamp;

use crate::{
    Bucket, Carried,
    bucket::{larger, smaller},
    counter::increment,
    coverage::{Coverage, QUARTER_MS, continuous, covered_from, midpoint},
};

/// One counting value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    /// When, in milliseconds since 1970.
    pub(crate) time_ms: i64,
    /// The number.
    pub(crate) value: f64,
    /// For a direction: the speed it belongs to; 1 elsewhere.
    pub(crate) weight: f64,
}

/// The values of one device on a Datastream, in time order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Series {
    /// All values of the stretch asked for, and the nearest before and behind it.
    pub(crate) points: Vec<Point>,
    /// Expected time between two values.
    pub(crate) interval_ms: i64,
    /// Where a running total starts again from zero.
    pub(crate) wraps_at: Option<f64>,
}

/// The quarter-hours from `from_ms` to `to_ms` (both quarter-hours) of one Datastream.
pub(crate) fn quarter_hours(rule: Aggregation, devices: &[Series], from_ms: i64, to_ms: i64) -> Vec<Bucket> {
    let mut stretch = Stretch::new(from_ms, to_ms);
    for device in devices {
        let previous = std::iter::once(None).chain(device.points.iter().map(Some));
        for (point, previous) in device.points.iter().zip(previous) {
            match rule {
                Aggregation::Mean | Aggregation::Minimum | Aggregation::Maximum | Aggregation::VectorMean => {
                    stretch.instant(rule, device, previous, point);
                }
                Aggregation::TimeShare => stretch.state(device, previous, point),
                Aggregation::Sum => stretch.count(device, previous, point),
                Aggregation::Total => stretch.total(device, previous, point),
            }
        }
    }
    stretch.finish()
}

/// Quarter-hours being filled.
#[derive(Debug)]
struct Stretch {
    from_ms: i64,
    quarters: Vec<Quarter>,
}

#[derive(Debug)]
struct Quarter {
    bucket: Bucket,
    coverage: Coverage,
    start_ms: i64,
    /// Time of the newest value.
    last_ms: i64,
}

impl Stretch {
    fn new(from_ms: i64, to_ms: i64) -> Self {
        let mut quarters = Vec::new();
        let mut start_ms = from_ms;
        while start_ms < to_ms {
            if let Some(range) = range(start_ms, start_ms + QUARTER_MS) {
                quarters.push(Quarter {
                    bucket: Bucket::empty(range),
                    coverage: Coverage::default(),
                    start_ms,
                    last_ms: i64::MIN,
                });
            }
            start_ms += QUARTER_MS;
        }
        Self { from_ms, quarters }
    }

    fn at(&mut self, time_ms: i64) -> Option<&mut Quarter> {
        let i = usize::try_from((time_ms - self.from_ms).div_euclid(QUARTER_MS)).ok()?;
        self.quarters.get_mut(i)
    }

    /// The quarter-hours that meet `(from_ms, to_ms]`.
    fn meeting(&mut self, from_ms: i64, to_ms: i64) -> &mut [Quarter] {
        let index = |ms: i64| usize::try_from((ms - self.from_ms).div_euclid(QUARTER_MS)).unwrap_or(0);
        let n = self.quarters.len();
        let (first, end) = (index(from_ms).min(n), if to_ms <= self.from_ms { 0 } else { index(to_ms) + 1 });
        self.quarters.get_mut(first..end.min(n).max(first)).unwrap_or_default()
    }

    fn cover(&mut self, from_ms: i64, to_ms: i64) {
        for quarter in self.meeting(from_ms, to_ms) {
            quarter.coverage.add(from_ms, to_ms, quarter.start_ms, quarter.start_ms + QUARTER_MS);
        }
    }

    /// A value of an instant: it belongs to the bucket it lies in.
    fn instant(&mut self, rule: Aggregation, device: &Series, previous: Option<&Point>, point: &Point) {
        let from_ms = covered_from(previous.map(|p| p.time_ms), point.time_ms, device.interval_ms);
        self.cover(from_ms, point.time_ms);
        let Some(quarter) = self.at(point.time_ms) else { return };
        quarter.note_last(point);
        let bucket = &mut quarter.bucket;
        bucket.n += 1;
        if rule == Aggregation::VectorMean {
            let (sin, cos) = point.value.to_radians().sin_cos();
            let (east, north) = bucket.vector.unwrap_or_default();
            bucket.vector = Some((east + point.weight * sin, north + point.weight * cos));
        } else {
            bucket.sum += point.value;
            bucket.note_extremes(point.value);
        }
    }

    /// A state, which lasts until the next value. Behind a gap nobody knows how long it lasted.
    fn state(&mut self, device: &Series, previous: Option<&Point>, point: &Point) {
        if let Some(previous) = previous
            && continuous(previous.time_ms, point.time_ms, device.interval_ms)
        {
            self.cover(previous.time_ms, point.time_ms);
            if previous.value > 0.0 {
                for quarter in self.meeting(previous.time_ms, point.time_ms) {
                    let from = previous.time_ms.max(quarter.start_ms);
                    let to = point.time_ms.min(quarter.start_ms + QUARTER_MS);
                    quarter.bucket.sum += (to - from).max(0) as f64 / 1000.0;
                }
            }
        }
        if let Some(quarter) = self.at(point.time_ms) {
            quarter.note_last(point);
            quarter.bucket.n += 1;
            quarter.bucket.note_extremes(point.value);
        }
    }

    /// A count of what happened since the value before, but not longer than one interval ago.
    fn count(&mut self, device: &Series, previous: Option<&Point>, point: &Point) {
        let reach = point.time_ms - device.interval_ms;
        self.cover(
            covered_from(previous.map(|p| p.time_ms), point.time_ms, device.interval_ms),
            point.time_ms,
        );
        let from_ms = previous.map_or(reach, |p| p.time_ms.max(reach));
        if let Some(quarter) = self.at(midpoint(from_ms, point.time_ms)) {
            quarter.note_last(point);
            quarter.bucket.note_extremes(point.value);
            quarter.add(from_ms, point.time_ms, point.value);
        }
    }

    /// A running total: the amount since the value before. The first value of a device only begins it, so
    /// it neither counts nor covers anything.
    fn total(&mut self, device: &Series, previous: Option<&Point>, point: &Point) {
        let Some(previous) = previous else { return };
        let (from_ms, to_ms) = (previous.time_ms, point.time_ms);
        let step = increment(previous.value, point.value, device.wraps_at);
        let mut known = continuous(from_ms, to_ms, device.interval_ms);
        if let Some(quarter) = self.at(midpoint(from_ms, to_ms)) {
            quarter.note_last(point);
            quarter.bucket.n_resets += u32::from(step.reset);
            quarter.add(from_ms, to_ms, step.amount);
        }
        // Also over a short gap, where the amount is not carried.
        known |= continuous(from_ms, to_ms, QUARTER_MS);
        if known {
            self.cover(from_ms, to_ms);
        }
    }

    fn finish(self) -> Vec<Bucket> {
        let finish = |q: Quarter| Bucket { covered_seconds: q.coverage.seconds(), ..q.bucket };
        self.quarters.into_iter().map(finish).collect()
    }
}

impl Quarter {
    fn note_last(&mut self, point: &Point) {
        if point.time_ms >= self.last_ms {
            self.last_ms = point.time_ms;
            self.bucket.last = Some(point.value);
        }
    }

    /// Adds an amount counted over `(from_ms, to_ms]`, or carries it where that is too long for a
    /// quarter-hour.
    fn add(&mut self, from_ms: i64, to_ms: i64, amount: f64) {
        match range(from_ms, to_ms) {
            Some(range) if !self.bucket.has_room_for(range) => {
                self.bucket.carry(Carried { range, sum: amount });
            }
            _ => {
                self.bucket.n += 1;
                self.bucket.sum += amount;
            }
        }
    }
}

impl Bucket {
    fn note_extremes(&mut self, value: f64) {
        self.min = smaller(self.min, Some(value));
        self.max = larger(self.max, Some(value));
    }

    /// Whether it says anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.n == 0 && self.covered_seconds <= 0.0 && self.carried.is_none()
    }
}

/// A range of milliseconds; `None` if it is empty or outside what a timestamp can hold.
pub(crate) fn range(from_ms: i64, to_ms: i64) -> Option<TimeRange> {
    let (from, to) = (Timestamp::from_millisecond(from_ms).ok()?, Timestamp::from_millisecond(to_ms).ok()?);
    TimeRange::new(from, to).ok()
}

#[cfg(test)]
mod tests;
