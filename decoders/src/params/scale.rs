//! A positive decimal factor that keeps results short.

use std::str::FromStr;

/// A factor such as 0.2, kept as whole digits and a power of ten: 16538 tips of 0.1 mm are 1653.8 mm, where
/// a multiplication by 0.1 gives 1653.8000000000002.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    digits: f64,
    divisor: f64,
}

/// A text that is no positive decimal number of at most six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoScale;

impl Scale {
    pub(crate) const ONE: Self = Self { digits: 1.0, divisor: 1.0 };
    /// 0.2
    pub(crate) const FIFTH: Self = Self { digits: 2.0, divisor: 10.0 };

    /// A hundredth of the factor.
    pub(crate) fn hundredth(self) -> Self {
        Self { divisor: self.divisor * 100.0, ..self }
    }

    /// `n` times the factor. Exact to the last digit while `n` stays below 2^33: with at most six digits
    /// the product stays below 2^53.
    pub(crate) fn times(self, n: f64) -> f64 {
        n * self.digits / self.divisor
    }

    /// `n` divided by the factor.
    pub(crate) fn divides(self, n: f64) -> f64 {
        n * self.divisor / self.digits
    }
}

impl FromStr for Scale {
    type Err = NoScale;

    fn from_str(text: &str) -> Result<Self, NoScale> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let n_digits = whole.len().saturating_add(fraction.len());
        let is_decimal = !whole.is_empty()
            && (fraction.is_empty() != text.contains('.'))
            && n_digits <= 6
            && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
        if !is_decimal {
            return Err(NoScale);
        }
        let digits: u32 = [whole, fraction].concat().parse().map_err(|_| NoScale)?;
        if digits == 0 {
            return Err(NoScale);
        }
        let divisor = fraction.bytes().fold(1.0, |divisor, _| divisor * 10.0);
        Ok(Self { digits: f64::from(digits), divisor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_has_no_more_digits_than_its_factors() {
        let scale: Scale = "0.1".parse().unwrap();
        assert_eq!(scale.times(16_538.0).to_string(), "1653.8");
        assert_eq!("0.2".parse::<Scale>().unwrap().times(4_294_967_296.0).to_string(), "858993459.2");
        assert_eq!("0.254".parse::<Scale>().unwrap().times(3.0).to_string(), "0.762");
        assert_eq!("2".parse::<Scale>().unwrap().divides(5.0).to_string(), "2.5");
    }

    #[test]
    fn what_is_no_positive_decimal_is_refused() {
        for text in ["", "0", "0.0", "-0.2", "+1", "0,2", "1e3", ".2", "2.", "inf", "NaN", "1.000001"] {
            assert_eq!(text.parse::<Scale>(), Err(NoScale), "{text}");
        }
    }
}
