//! What a stored value is worth, and why there is none.

use std::fmt;

/// Why there is no value. A missing value is never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Missing {
    /// The device's own mark for "not available" or "sensor error".
    SensorError,
    /// The mark for a probe that is not connected.
    ProbeDisconnected,
    /// Nothing to measure: the mean speed of no vehicle, the direction of no wind.
    NothingToMeasure,
    /// The sensor says it is outside its measuring range.
    OutOfRange,
    /// The value depends on a setting the device was not given.
    NotConfigured,
}

/// Quality of one stored value: QARTOD's flags, with the reason where the value is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quality {
    /// Inside the plausible range (QARTOD 1).
    Good,
    /// Not evaluated: the property has no plausible range (QARTOD 2).
    NotEvaluated,
    /// Kept and aggregated, but doubtful, for example because the device's clock is wrong (QARTOD 3).
    Suspect,
    /// Outside what is physically plausible: kept, never aggregated (QARTOD 4).
    Bad,
    /// No value, and why (QARTOD 9).
    Missing(Missing),
}

impl Missing {
    const ALL: [Self; 5] = [
        Self::SensorError,
        Self::ProbeDisconnected,
        Self::NothingToMeasure,
        Self::OutOfRange,
        Self::NotConfigured,
    ];

    /// Stable name, as served.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SensorError => "sensor_error",
            Self::ProbeDisconnected => "probe_disconnected",
            Self::NothingToMeasure => "nothing_to_measure",
            Self::OutOfRange => "out_of_range",
            Self::NotConfigured => "not_configured",
        }
    }

    const fn code(self) -> u8 {
        match self {
            Self::SensorError => 91,
            Self::ProbeDisconnected => 92,
            Self::NothingToMeasure => 93,
            Self::OutOfRange => 94,
            Self::NotConfigured => 95,
        }
    }
}

impl Quality {
    /// Stored in place of a quality where a reading does not carry the slot at all.
    pub const ABSENT_CODE: u8 = 0;

    /// The number the store keeps: QARTOD's, with 91 to 95 for the reasons of a missing value.
    pub const fn code(self) -> u8 {
        match self {
            Self::Good => 1,
            Self::NotEvaluated => 2,
            Self::Suspect => 3,
            Self::Bad => 4,
            Self::Missing(reason) => reason.code(),
        }
    }

    /// Reads back what [`Quality::code`] gave; `None` for [`Quality::ABSENT_CODE`] and unknown codes.
    pub fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            1 => Self::Good,
            2 => Self::NotEvaluated,
            3 => Self::Suspect,
            4 => Self::Bad,
            _ => Self::Missing(Missing::ALL.into_iter().find(|reason| reason.code() == code)?),
        })
    }

    /// Whether the value takes part in buckets.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Good | Self::NotEvaluated | Self::Suspect)
    }

    /// Stable name, as served.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::NotEvaluated => "not_evaluated",
            Self::Suspect => "suspect",
            Self::Bad => "bad",
            Self::Missing(_) => "missing",
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back_as_what_it_was() {
        for quality in [Quality::Good, Quality::NotEvaluated, Quality::Suspect, Quality::Bad]
            .into_iter()
            .chain(Missing::ALL.map(Quality::Missing))
        {
            assert_eq!(Quality::from_code(quality.code()), Some(quality));
        }
        assert_eq!(Quality::from_code(Quality::ABSENT_CODE), None);
    }
}
