//! From a short count to a DTV, by what permanent sites counted at the same time.
//!
//! How much more or less than its mean a day brings is much the same all over a city: weather, season and school holidays are. The factor of a
//! counted time is the median over the reference sites of (their count in that time) / (their DTV).

use crate::statistics::{median, quantile};

/// With fewer reference sites no error can be told: each must be estimated from two others.
pub const MIN_REFERENCES_FOR_ERROR: usize = 3;

/// A permanent site with a known DTV.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Its DTV, vehicles per day.
    pub dtv: f64,
    /// What it counted in each time of the short count, in the same order: days, or the same hours of days. `None` where it has no valid
    /// count.
    pub amounts: Vec<Option<f64>>,
}

/// A DTV from a short count.
#[derive(Clone, Debug, PartialEq)]
pub struct Extrapolation {
    /// Vehicles per day.
    pub dtv: f64,
    /// Sum of the factors of the times used: the share of a mean day, or number of mean days, that was counted.
    pub factor: f64,
    /// Times of the short count for which a reference was found.
    pub n_used: u32,
    /// Times of the short count.
    pub n_counted: u32,
    /// Reference sites used at least once.
    pub n_references: u32,
    /// The error found by estimating each reference site from the others; `None` with fewer than three.
    pub error: Option<ReferenceError>,
}

/// Relative errors of the method at sites whose DTV is known. Sites of the same city make it an optimistic figure.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceError {
    /// Estimate / DTV − 1 for each reference site that could be estimated.
    pub relative: Vec<Option<f64>>,
    /// Half of the sites were off by less, as a share.
    pub median: f64,
    /// Nine of ten sites were off by less, as a share.
    pub p90: f64,
}

/// No reference site has a valid count at the time of the short count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("none of {n_references} reference sites has a valid count in any of the {n_counted} times counted")]
pub struct NoReference {
    /// Sites given.
    pub n_references: usize,
    /// Times given.
    pub n_counted: usize,
}

impl Extrapolation {
    /// Where the DTV lies if the error is no larger than at nine of ten reference sites, vehicles per day; `None` where that says nothing.
    pub fn range_90(&self) -> Option<(f64, f64)> {
        let p90 = self.error.as_ref()?.p90;
        (p90 < 1.0).then(|| (self.dtv / (1.0 + p90), self.dtv / (1.0 - p90)))
    }
}

/// Extrapolates the counts of a short count, each of a day or of some hours of a day, to a DTV.
pub fn extrapolate(counted: &[f64], references: &[Reference]) -> Result<Extrapolation, NoReference> {
    let all: Vec<&Reference> = references.iter().collect();
    let counted: Vec<Option<f64>> = counted.iter().copied().map(Some).collect();
    let none = NoReference { n_references: references.len(), n_counted: counted.len() };
    let (dtv, factor, n_used) = estimate(&counted, &all).ok_or(none)?;
    let used = |reference: &&Reference| {
        reference.dtv > 0.0 && reference.amounts.iter().take(counted.len()).any(Option::is_some)
    };
    let usable: Vec<&Reference> = references.iter().filter(used).collect();
    let relative: Vec<Option<f64>> = (0..usable.len())
        .filter(|_| usable.len() >= MIN_REFERENCES_FOR_ERROR)
        .map(|left_out| {
            let mut others = usable.clone();
            let site = others.remove(left_out);
            Some(estimate(&site.amounts, &others)?.0 / site.dtv - 1.0)
        })
        .collect();
    let sizes: Vec<f64> = relative.iter().flatten().map(|error| error.abs()).collect();
    let error = median(&sizes).zip(quantile(&sizes, 0.9)).filter(|_| sizes.len() >= MIN_REFERENCES_FOR_ERROR);
    Ok(Extrapolation {
        dtv,
        factor,
        n_used,
        n_counted: u32::try_from(counted.len()).unwrap_or(u32::MAX),
        n_references: u32::try_from(usable.len()).unwrap_or(u32::MAX),
        error: error.map(|(median, p90)| ReferenceError { relative, median, p90 }),
    })
}

/// Sum of counts divided by the sum of factors, with that sum and the number of times used.
fn estimate(counted: &[Option<f64>], references: &[&Reference]) -> Option<(f64, f64, u32)> {
    let (mut sum, mut factor, mut n_used) = (0.0, 0.0, 0);
    for (time, amount) in counted.iter().enumerate() {
        let factors: Vec<f64> = references
            .iter()
            .filter(|reference| reference.dtv > 0.0)
            .filter_map(|reference| Some((*reference.amounts.get(time)?)? / reference.dtv))
            .collect();
        if let (Some(amount), Some(of_time)) = (amount, median(&factors)) {
            sum += amount;
            factor += of_time;
            n_used += 1;
        }
    }
    (factor > 0.0).then(|| (sum / factor, factor, n_used))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_near;

    fn site(dtv: f64, amounts: &[f64]) -> Reference {
        Reference { dtv, amounts: amounts.iter().copied().map(Some).collect() }
    }

    #[test]
    fn a_day_is_divided_by_the_median_factor_of_the_references() {
        // Factors 1.2, 1.5 and 1.3: a count of 2,600 on such a day is a DTV of 2,000.
        let references = [site(1000.0, &[1200.0]), site(2000.0, &[3000.0]), site(3000.0, &[3900.0])];
        let result = extrapolate(&[2600.0], &references).unwrap();
        assert_near(result.dtv, 2000.0, 1e-9);
        assert_near(result.factor, 1.3, 1e-12);
    }

    #[test]
    fn the_error_is_what_the_method_does_at_the_references() {
        // Each estimated from the median of the other two: 1200 / 1.4, 3000 / 1.25, 3900 / 1.35.
        let references = [site(1000.0, &[1200.0]), site(2000.0, &[3000.0]), site(3000.0, &[3900.0])];
        let result = extrapolate(&[2600.0], &references).unwrap();
        let error = result.error.clone().unwrap();
        let expected =
            [1200.0 / 1.4 / 1000.0 - 1.0, 3000.0 / 1.25 / 2000.0 - 1.0, 3900.0 / 1.35 / 3000.0 - 1.0];
        for (found, expected) in error.relative.iter().zip(expected) {
            assert_near(found.unwrap(), expected, 1e-9);
        }
        // Sizes 0.142857, 0.2 and 0.037037: in the middle 0.142857, at nine tenths 0.142857 + 0.8 * 0.057143 = 0.188571.
        assert_near(error.median, 0.142_857, 1e-6);
        assert_near(error.p90, 0.188_571, 1e-6);
        let (low, high) = result.range_90().unwrap();
        assert_near(low, 2000.0 / 1.188_571, 1e-2);
        assert_near(high, 2000.0 / 0.811_429, 1e-2);
    }

    #[test]
    fn a_week_is_divided_by_the_sum_of_its_factors() {
        let references = [site(100.0, &[110.0, 120.0, 40.0])];
        let result = extrapolate(&[220.0, 240.0, 80.0], &references).unwrap();
        assert_near(result.dtv, 200.0, 1e-9);
        assert_eq!((result.n_used, result.error), (3, None));
    }

    #[test]
    fn a_time_without_any_reference_is_left_out() {
        let references = [Reference { dtv: 100.0, amounts: vec![None, Some(50.0)] }];
        let result = extrapolate(&[999.0, 30.0], &references).unwrap();
        assert_near(result.dtv, 60.0, 1e-9);
        assert_eq!((result.n_used, result.n_counted), (1, 2));
    }

    #[test]
    fn without_references_there_is_no_figure() {
        let error = extrapolate(&[10.0], &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "none of 0 reference sites has a valid count in any of the 1 times counted"
        );
    }
}
