//! Texts of the public bike display that need a number worked out.

use super::{super::numbers, Texts};
use crate::Co2Estimate;

impl Texts {
    /// The assumptions behind an estimate of carbon dioxide.
    pub(crate) fn co2_assumptions(self, estimate: Co2Estimate, date: &str) -> String {
        let number = |x: f64| numbers::number(x, usize::from(x.fract() != 0.0), self.0);
        self.co2_assumed(date, &number(estimate.km_per_trip()), &number(estimate.g_per_km()))
    }
}
