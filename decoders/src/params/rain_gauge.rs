//! Tipping-bucket rain gauges: the device counts tips, only the operator knows how much rain a tip is.

use domain::{ObservedProperty, Reading};

use super::{ParamInfo, ProfileError, Scale, Settings};
use crate::{Decoded, Warning};

/// The resolution of a rain gauge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RainGauge {
    param: &'static ParamInfo,
    mm_per_tip: Option<Scale>,
    default: Scale,
}

impl RainGauge {
    /// Reads the resolution from `param`, whose default text stands for `default`.
    pub(crate) fn new(
        settings: &Settings<'_>,
        param: &'static ParamInfo,
        default: Scale,
    ) -> Result<Self, ProfileError> {
        Ok(Self { param, mm_per_tip: settings.scale(param)?, default })
    }

    /// Warns once per payload if the resolution is only assumed.
    pub(crate) fn warn_if_assumed(&self, out: &mut Decoded) {
        if let (None, Some(value)) = (self.mm_per_tip, self.param.default.clone()) {
            out.warn(Warning::DefaultParameter { key: self.param.key.clone(), value });
        }
    }

    /// Rain since power-on; the counter of tips starts again at `wraps_at_tips`.
    pub(crate) fn total(&self, tips: f64, wraps_at_tips: f64) -> Reading {
        Reading::number(ObservedProperty::PrecipitationTotal, self.millimetres(tips))
            .wrapping_at(self.millimetres(wraps_at_tips))
    }

    /// The same for a counter of hundredths of a tip.
    pub(crate) fn total_of_hundredths(&self, hundredths: f64, wraps_at: f64) -> Reading {
        let scale = self.mm_per_tip.unwrap_or(self.default).hundredth();
        Reading::number(ObservedProperty::PrecipitationTotal, scale.times(hundredths))
            .wrapping_at(scale.times(wraps_at))
    }

    fn millimetres(&self, tips: f64) -> f64 {
        self.mm_per_tip.unwrap_or(self.default).times(tips)
    }
}
