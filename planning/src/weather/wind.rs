//! Wind: force, mean direction, rose.

use super::HintLevel;

/// Below this speed there is no wind whose direction means anything, m/s.
pub const CALM: f64 = 0.5;

/// A ten-minute mean or the like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wind {
    /// Where it comes from, degrees from north by east; `None` if not known.
    pub direction: Option<f64>,
    /// Speed, m/s.
    pub speed: f64,
}

/// Means of several winds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WindMean {
    /// Direction of the mean vector, degrees 0 to 360; `None` if the winds cancel each other.
    pub vector_direction: Option<f64>,
    /// Length of the mean vector, m/s: how far the air travelled.
    pub vector_speed: f64,
    /// Direction of the mean of unit vectors, each wind alike, degrees 0 to 360.
    pub unit_direction: Option<f64>,
    /// Mean of the speeds, m/s.
    pub scalar_speed: f64,
}

/// How often the wind came from where how strong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindRose {
    /// Values by sector (16 from north by east, each centred on its direction) and Beaufort number.
    pub counts: [[u32; 13]; 16],
    /// Values below [`CALM`], which have no direction.
    pub n_calm: u32,
    /// Values above it whose direction is not known.
    pub n_without_direction: u32,
}

/// The Beaufort number of a ten-minute mean, m/s. The classes of the World Meteorological Organization are given in tenths: 0.3 to 1.5 is 1.
pub fn beaufort(speed: f64) -> u8 {
    const FROM: [f64; 12] = [0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7];
    let tenths = (speed * 10.0).round() / 10.0;
    FROM.iter().map(|from| u8::from(tenths >= *from)).sum()
}

/// The level of a gust, km/h. Thresholds are for 10 m above open ground: what a sensor between houses measures is a value of its site only.
pub fn gust_level(speed_kmh: f64) -> Option<HintLevel> {
    match speed_kmh {
        speed if speed > 140.0 => Some(HintLevel::Extreme),
        speed if speed >= 105.0 => Some(HintLevel::Severe),
        speed if speed >= 65.0 => Some(HintLevel::Marked),
        speed if speed > 50.0 => Some(HintLevel::Watch),
        _ => None,
    }
}

/// Means of winds whose direction is known; calms count as they are. `None` of nothing.
pub fn wind_mean(winds: &[Wind]) -> Option<WindMean> {
    let (mut n, mut speed) = (0.0, 0.0);
    let (mut vector, mut unit) = ((0.0, 0.0), (0.0, 0.0));
    for wind in winds {
        let direction = match wind.direction {
            Some(direction) if wind.speed >= CALM => direction.to_radians(),
            _ if wind.speed < CALM => {
                (n, speed) = (n + 1.0, speed + wind.speed);
                continue;
            }
            _ => continue,
        };
        let (east, north) = direction.sin_cos();
        (n, speed) = (n + 1.0, speed + wind.speed);
        vector = (vector.0 + wind.speed * east, vector.1 + wind.speed * north);
        unit = (unit.0 + east, unit.1 + north);
    }
    let towards = |(east, north): (f64, f64)| {
        (east.hypot(north) > 1e-9).then(|| east.atan2(north).to_degrees().rem_euclid(360.0))
    };
    (n > 0.0).then(|| WindMean {
        vector_direction: towards(vector),
        vector_speed: vector.0.hypot(vector.1) / n,
        unit_direction: towards(unit),
        scalar_speed: speed / n,
    })
}

impl WindRose {
    /// Counts winds by sector and force.
    pub fn new(winds: impl IntoIterator<Item = Wind>) -> Self {
        let mut rose = Self { counts: [[0; 13]; 16], n_calm: 0, n_without_direction: 0 };
        for wind in winds {
            match wind.direction {
                _ if wind.speed < CALM => rose.n_calm += 1,
                Some(direction) => rose.counts[sector(direction)][usize::from(beaufort(wind.speed))] += 1,
                None => rose.n_without_direction += 1,
            }
        }
        rose
    }

    /// All values, calms and those without direction too.
    pub fn n(&self) -> u32 {
        self.counts.iter().flatten().sum::<u32>() + self.n_calm + self.n_without_direction
    }
}

/// The sector of a direction: 0 is north, from 348.75 to 11.25 degrees.
fn sector(direction: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 16")]
    let sector = ((direction.rem_euclid(360.0) + 11.25) / 22.5) as usize;
    sector % 16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_near;

    fn wind(direction: f64, speed: f64) -> Wind {
        Wind { direction: Some(direction), speed }
    }

    #[test]
    fn forces_have_the_class_limits_of_the_wmo() {
        // The table as printed: tcdata.typhoon.org.cn, meteothes.gr and others agree.
        let last = [0.2, 1.5, 3.3, 5.4, 7.9, 10.7, 13.8, 17.1, 20.7, 24.4, 28.4, 32.6];
        for (force, speed) in (0_u8..).zip(last) {
            assert_eq!((beaufort(speed), beaufort(speed + 0.1)), (force, force + 1), "{speed} m/s");
        }
    }

    #[test]
    fn the_mean_of_winds_around_north_is_north() {
        // Computed a second time: east (-0.8682 + 0.8682 + 0.6840) / 3, north (4.9240 + 4.9240 + 1.8794) / 3; of unit vectors 0.3420 and 2.9093.
        let mean = wind_mean(&[wind(350.0, 5.0), wind(10.0, 5.0), wind(20.0, 2.0)]).unwrap();
        assert_near(mean.vector_direction.unwrap(), 3.34, 0.005);
        assert_near(mean.vector_speed, 3.916, 0.0005);
        assert_near(mean.unit_direction.unwrap(), 6.70, 0.006);
        assert_near(mean.scalar_speed, 4.0, 1e-12);
    }

    #[test]
    fn opposite_winds_have_no_mean_direction() {
        let mean = wind_mean(&[wind(90.0, 3.0), wind(270.0, 3.0)]).unwrap();
        assert_eq!(mean.vector_direction, None);
        assert_near(mean.scalar_speed, 3.0, 1e-12);
    }

    #[test]
    fn calms_are_kept_apart_in_the_rose() {
        let unknown = Wind { direction: None, speed: 2.0 };
        let winds = [wind(350.0, 4.0), wind(11.0, 4.0), wind(12.0, 4.0), wind(200.0, 0.4), unknown];
        let rose = WindRose::new(winds);
        assert_eq!((rose.counts[0][3], rose.counts[1][3]), (2, 1));
        assert_eq!((rose.n_calm, rose.n_without_direction, rose.n()), (1, 1, 5));
    }

    #[test]
    fn gusts_have_levels_of_their_own() {
        use HintLevel::{Extreme, Marked, Severe, Watch};
        let levels = [50.0, 50.1, 65.0, 104.9, 105.0, 140.0, 140.1].map(gust_level);
        let expected =
            [None, Some(Watch), Some(Marked), Some(Marked), Some(Severe), Some(Severe), Some(Extreme)];
        assert_eq!(levels, expected);
    }
}
