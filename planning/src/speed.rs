//! Speeds that may be published: `V15`, `V50`, `V85` from classes, means from interval means.
//!
//! Percentiles need a distribution. A sensor that reports the mean speed of each interval gives none, and means of many intervals do
//! not make one: then a mean is all that can be said ([`mean_speed`]). Percentiles of single intervals, as some devices report them,
//! cannot be added up to one of a day either; no decoder of this product delivers such values.

/// Below this number of vehicles no percentile is published.
pub const MIN_FOR_PERCENTILE: f64 = 100.0;

/// Below this number of vehicles no speed is published at all: it could be somebody's.
pub const MIN_FOR_MEAN: f64 = 10.0;

/// Why a speed is not published.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{found} vehicles: a speed is published from {needed} on")]
pub struct TooFewVehicles {
    /// Vehicles in the period.
    pub found: f64,
    /// Vehicles needed.
    pub needed: f64,
}

/// Classes that describe no distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpeedClassesError {
    /// Bounds rise from class to class.
    #[error("the bound of class {class} does not lie above the one before it")]
    Bounds {
        /// Class, from 0 on.
        class: usize,
    },
    /// One count for each class, the open last one included.
    #[error("{found} counts for {expected} classes")]
    Counts {
        /// Counts given.
        found: usize,
        /// Classes, the open one included.
        expected: usize,
    },
    /// Counts are finite and not negative.
    #[error("the count of class {class} is no number of vehicles")]
    Count {
        /// Class, from 0 on.
        class: usize,
    },
}

/// How many vehicles went how fast.
#[derive(Clone, Debug, PartialEq)]
pub struct SpeedClasses {
    /// Lower bounds in km/h; the last class is open.
    bounds: Vec<f64>,
    counts: Vec<f64>,
}

/// A percentile of a distribution of speeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SpeedPercentile {
    /// Interpolated inside a class, km/h.
    At(f64),
    /// It lies in the open last class: at least this, km/h.
    AtLeast(f64),
}

impl SpeedClasses {
    /// Classes from each bound to the next, the last one from the last bound on; one count for each. Speeds in km/h.
    pub fn new(bounds: Vec<f64>, counts: Vec<f64>) -> Result<Self, SpeedClassesError> {
        let is_above = |pair: &[f64]| pair[0] < pair[1];
        if let Some(class) = bounds.windows(2).position(|pair| !is_above(pair)) {
            return Err(SpeedClassesError::Bounds { class: class + 1 });
        }
        if bounds.is_empty() || bounds.len() != counts.len() {
            return Err(SpeedClassesError::Counts { found: counts.len(), expected: bounds.len().max(1) });
        }
        if let Some(class) = counts.iter().position(|count| !(count.is_finite() && *count >= 0.0)) {
            return Err(SpeedClassesError::Count { class });
        }
        Ok(Self { bounds, counts })
    }

    /// Vehicles in all classes.
    pub fn n(&self) -> f64 {
        self.counts.iter().sum()
    }

    /// The speed that a share of the vehicles (0 to 1) does not exceed: 0.85 for `V85`.
    ///
    /// Linear inside the class: L + (share · N − F) / f · w, with the lower bound L, the width w and the vehicles f of the class, and the
    /// vehicles F below it.
    pub fn percentile(&self, share: f64) -> Result<SpeedPercentile, TooFewVehicles> {
        let n = self.n();
        if n < MIN_FOR_PERCENTILE {
            return Err(TooFewVehicles { found: n, needed: MIN_FOR_PERCENTILE });
        }
        let wanted = share.clamp(0.0, 1.0) * n;
        let mut below = 0.0;
        for (class, count) in self.counts.iter().enumerate() {
            let (lower, upper) = (self.bounds[class], self.bounds.get(class + 1));
            match upper {
                Some(upper) if *count > 0.0 && wanted <= below + count => {
                    return Ok(SpeedPercentile::At(lower + (wanted - below) / count * (upper - lower)));
                }
                Some(_) => below += count,
                None => return Ok(SpeedPercentile::AtLeast(lower)),
            }
        }
        Ok(SpeedPercentile::AtLeast(self.bounds.last().copied().unwrap_or(0.0)))
    }
}

/// The mean speed of the vehicles of many intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanSpeed {
    /// Mean over vehicles, km/h.
    pub value: f64,
    /// Vehicles.
    pub n: f64,
}

/// The mean of interval means, weighted with the vehicles of each: pairs of mean speed (km/h) and vehicles. It says nothing about
/// percentiles.
pub fn mean_speed(intervals: impl IntoIterator<Item = (f64, f64)>) -> Result<MeanSpeed, TooFewVehicles> {
    let (mut sum, mut n) = (0.0, 0.0);
    for (speed, vehicles) in intervals {
        sum += speed * vehicles;
        n += vehicles;
    }
    if n < MIN_FOR_MEAN {
        return Err(TooFewVehicles { found: n, needed: MIN_FOR_MEAN });
    }
    Ok(MeanSpeed { value: sum / n, n })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_near;

    fn classes(counts: &[f64]) -> SpeedClasses {
        SpeedClasses::new(vec![0.0, 30.0, 40.0, 50.0, 60.0], counts.to_vec()).unwrap()
    }

    fn at(percentile: SpeedPercentile) -> f64 {
        match percentile {
            SpeedPercentile::At(speed) => speed,
            SpeedPercentile::AtLeast(speed) => panic!("at least {speed}"),
        }
    }

    #[test]
    fn percentiles_are_interpolated_inside_their_class() {
        // 200 vehicles: 20, 60, 80, 30, 10. V85 is the 170th: 160 lie below 50 km/h, so 50 + 10/30 * 10. V50 is the 100th: 40 + 20/80 * 10;
        // V15 is the 30th: 30 + 10/60 * 10.
        let classes = classes(&[20.0, 60.0, 80.0, 30.0, 10.0]);
        assert_near(at(classes.percentile(0.85).unwrap()), 53.333_333, 1e-6);
        assert_near(at(classes.percentile(0.50).unwrap()), 42.5, 1e-9);
        assert_near(at(classes.percentile(0.15).unwrap()), 31.666_667, 1e-6);
    }

    #[test]
    fn in_the_open_class_only_a_lower_bound_is_known() {
        let classes = classes(&[10.0, 10.0, 20.0, 40.0, 20.0]);
        assert_eq!(classes.percentile(0.85), Ok(SpeedPercentile::AtLeast(60.0)));
        assert_near(at(classes.percentile(0.80).unwrap()), 60.0, 1e-9);
    }

    #[test]
    fn below_a_hundred_vehicles_there_is_no_percentile() {
        let error = classes(&[9.0, 30.0, 40.0, 15.0, 5.0]).percentile(0.85).unwrap_err();
        assert_eq!(error.to_string(), "99 vehicles: a speed is published from 100 on");
        assert!(classes(&[10.0, 30.0, 40.0, 15.0, 5.0]).percentile(0.85).is_ok());
    }

    #[test]
    fn the_mean_speed_is_weighted_with_vehicles() {
        let mean = mean_speed([(50.0, 9.0), (30.0, 1.0)]).unwrap();
        assert_near(mean.value, 48.0, 1e-12);
        assert!(mean_speed([(50.0, 9.0)]).is_err(), "nine vehicles are somebody's speed");
    }

    #[test]
    fn classes_that_overlap_are_refused() {
        let error = SpeedClasses::new(vec![0.0, 30.0, 30.0], vec![1.0; 3]).unwrap_err();
        assert_eq!(error, SpeedClassesError::Bounds { class: 2 });
        let error = SpeedClasses::new(vec![0.0, 30.0], vec![1.0; 3]).unwrap_err();
        assert_eq!(error.to_string(), "3 counts for 2 classes");
    }
}
