//! The one number a bucket stands for.

use domain::Aggregation;
use store::Bucket;

/// The main value of a bucket by its property's aggregation rule; `None` where it holds none.
pub fn main_value(rule: Aggregation, bucket: &Bucket) -> Option<f64> {
    let is_covered = bucket.covered_seconds > 0.0;
    match rule {
        Aggregation::Mean => (bucket.n > 0).then(|| bucket.sum / f64::from(bucket.n)),
        Aggregation::Minimum => bucket.min,
        Aggregation::Maximum => bucket.max,
        // Amounts need observed time: a counter's first value does not say how much passed before it.
        Aggregation::Sum | Aggregation::Total => is_covered.then_some(bucket.sum),
        Aggregation::VectorMean => bucket.vector.and_then(|(east, north)| direction(east, north)),
        Aggregation::TimeShare => is_covered.then(|| (bucket.sum / bucket.covered_seconds).clamp(0.0, 1.0)),
    }
}

/// Degrees clockwise from north, 0 to below 360. No wind has no direction, nor have winds that cancel out.
fn direction(east: f64, north: f64) -> Option<f64> {
    (east.hypot(north) > 1e-9).then(|| east.atan2(north).to_degrees().rem_euclid(360.0))
}

#[cfg(test)]
mod tests {
    use domain::TimeRange;

    use super::*;

    fn bucket() -> Bucket {
        let range =
            TimeRange::new("2026-07-01T10:00:00Z".parse().unwrap(), "2026-07-01T11:00:00Z".parse().unwrap());
        Bucket {
            range: range.unwrap(),
            n: 4,
            sum: 10.0,
            min: Some(1.0),
            max: Some(4.0),
            last: Some(2.0),
            vector: None,
            covered_seconds: 1800.0,
            n_resets: 0,
            carried: None,
        }
    }

    #[test]
    fn each_rule_has_its_own_main_value() {
        assert_eq!(main_value(Aggregation::Mean, &bucket()), Some(2.5));
        assert_eq!(main_value(Aggregation::Minimum, &bucket()), Some(1.0));
        assert_eq!(main_value(Aggregation::Maximum, &bucket()), Some(4.0));
        assert_eq!(main_value(Aggregation::Sum, &bucket()), Some(10.0));
        assert_eq!(main_value(Aggregation::Total, &bucket()), Some(10.0));
        assert_eq!(main_value(Aggregation::VectorMean, &bucket()), None);
    }

    #[test]
    fn a_share_is_of_the_observed_time_not_of_the_whole_bucket() {
        let half_of_the_observed_half = Bucket { sum: 900.0, ..bucket() };
        assert_eq!(main_value(Aggregation::TimeShare, &half_of_the_observed_half), Some(0.5));
    }

    #[test]
    fn nothing_passed_is_zero_but_nothing_observed_is_missing() {
        let nobody_came = Bucket { sum: 0.0, ..bucket() };
        assert_eq!(main_value(Aggregation::Sum, &nobody_came), Some(0.0));
        let nobody_looked = Bucket { covered_seconds: 0.0, sum: 0.0, n: 0, ..bucket() };
        assert_eq!(main_value(Aggregation::Total, &nobody_looked), None);
        assert_eq!(main_value(Aggregation::Mean, &nobody_looked), None);
    }

    #[test]
    fn a_wind_from_the_west_is_270_degrees() {
        let west = Bucket { vector: Some((-3.0, 0.0)), ..bucket() };
        assert_eq!(main_value(Aggregation::VectorMean, &west), Some(270.0));
        let calm = Bucket { vector: Some((0.0, 0.0)), ..bucket() };
        assert_eq!(main_value(Aggregation::VectorMean, &calm), None);
    }
}
