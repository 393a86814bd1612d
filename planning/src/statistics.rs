//! The statistics the figures share.

/// Mean, `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Quantile by linear interpolation between the ordered values (type 7); `share` from 0 to 1. `None` of nothing.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut ordered = values.to_vec();
    ordered.sort_unstable_by(f64::total_cmp);
    let place = share.clamp(0.0, 1.0) * ordered.len().checked_sub(1)? as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list, from 0 on"
    )]
    let below = place.floor() as usize;
    let above = (below + 1).min(ordered.len() - 1);
    Some(ordered[below] + (place - below as f64) * (ordered[above] - ordered[below]))
}

/// Median, `None` of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// Sample variance with n - 1, `None` below two values.
pub fn variance(values: &[f64]) -> Option<f64> {
    let mean = mean(values).filter(|_| values.len() >= 2)?;
    Some(values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64)
}

/// The factor of a two-sided 95 % interval: the 97.5 % quantile of Student's t.
///
/// To three decimals as the usual tables up to 30 degrees of freedom; above by its expansion, off by less than 0.001.
pub fn student_t_95(degrees_of_freedom: usize) -> f64 {
    const TABLE: [f64; 30] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
        2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048,
        2.045, 2.042,
    ];
    match degrees_of_freedom {
        0 => f64::INFINITY,
        n => TABLE.get(n - 1).copied().unwrap_or_else(|| {
            let n = n as f64;
            1.96 + 2.372 / n + 2.82 / (n * n)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_near;

    #[test]
    fn quantiles_lie_between_the_ordered_values() {
        assert_near(median(&[3.0, 1.0, 2.0]).unwrap(), 2.0, 1e-12);
        assert_near(quantile(&[1.0, 2.0, 3.0, 4.0], 0.9).unwrap(), 3.7, 1e-12);
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn the_variance_divides_by_one_less_than_the_values() {
        assert_near(variance(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap(), 32.0 / 7.0, 1e-12);
        assert_eq!(variance(&[2.0]), None);
    }

    #[test]
    fn the_interval_factor_is_that_of_the_tables() {
        // Student's t, 97.5 %: printed tables have 12.706, 2.042, 2.009, 1.984 and 1.960.
        for (n, expected) in [(1, 12.706), (30, 2.042), (50, 2.009), (100, 1.984), (1_000_000, 1.960)] {
            assert_near(student_t_95(n), expected, 0.0006);
        }
    }
}
