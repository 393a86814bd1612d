//! What a stored value is worth, and why there is none.

use std::fmt;

/// Why there is no value. A missing value is never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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

/// Why a value is doubtful. It is kept and counts all the same.
///
/// A value has one doubt. The order of the variants is that in which they win: what a value says beside its neighbours of
/// the same instant is known best, a wrong clock makes every look at the values before it worthless, and a value that
/// jumped is not stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Doubt {
    /// It contradicts another value of the same instant: a gust weaker than the mean wind.
    Inconsistent,
    /// The device's clock cannot be right, so that the time is that of the uplink.
    Clock,
    /// It changed faster than the quantity can since the value before.
    Step,
    /// It has not changed for longer than the quantity stands still.
    Stuck,
}

/// Quality of one stored value: QARTOD's flags, with the reason where the value is doubtful or missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quality {
    /// Inside the plausible range (QARTOD 1).
    Good,
    /// Not evaluated: the property has no plausible range (QARTOD 2).
    NotEvaluated,
    /// Kept and aggregated, but doubtful, and why (QARTOD 3).
    Suspect(Doubt),
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

impl Doubt {
    /// Every doubt, the one that wins first.
    pub const ALL: [Self; 4] = [Self::Inconsistent, Self::Clock, Self::Step, Self::Stuck];

    /// Stable name, as served.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Inconsistent => "inconsistent",
            Self::Clock => "clock",
            Self::Step => "step",
            Self::Stuck => "stuck",
        }
    }

    const fn code(self) -> u8 {
        match self {
            // The one doubt there was at first.
            Self::Clock => 3,
            Self::Step => 31,
            Self::Stuck => 32,
            Self::Inconsistent => 33,
        }
    }
}

impl Quality {
    /// Stored in place of a quality where a reading does not carry the slot at all.
    pub const ABSENT_CODE: u8 = 0;

    /// The number the store keeps: QARTOD's, with 31 to 33 for the doubts and 91 to 95 for the reasons of a missing value.
    pub const fn code(self) -> u8 {
        match self {
            Self::Good => 1,
            Self::NotEvaluated => 2,
            Self::Suspect(doubt) => doubt.code(),
            Self::Bad => 4,
            Self::Missing(reason) => reason.code(),
        }
    }

    /// Reads back what [`Quality::code`] gave; `None` for [`Quality::ABSENT_CODE`] and unknown codes.
    pub fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            1 => Self::Good,
            2 => Self::NotEvaluated,
            4 => Self::Bad,
            _ => match Doubt::ALL.into_iter().find(|doubt| doubt.code() == code) {
                Some(doubt) => Self::Suspect(doubt),
                None => Self::Missing(Missing::ALL.into_iter().find(|reason| reason.code() == code)?),
            },
        })
    }

    /// Whether the value takes part in buckets.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Good | Self::NotEvaluated | Self::Suspect(_))
    }

    /// Whether the value is compared with those before it, and may be doubted for that. What is out of range, out of its
    /// time or contradicted beside itself says nothing of its neighbours in time.
    pub const fn is_comparable(self) -> bool {
        matches!(self, Self::Good | Self::NotEvaluated | Self::Suspect(Doubt::Step | Doubt::Stuck))
    }

    /// Why the value is doubtful.
    pub const fn doubt(self) -> Option<Doubt> {
        match self {
            Self::Suspect(doubt) => Some(doubt),
            Self::Good | Self::NotEvaluated | Self::Bad | Self::Missing(_) => None,
        }
    }

    /// Stable name, as served.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::NotEvaluated => "not_evaluated",
            Self::Suspect(_) => "suspect",
            Self::Bad => "bad",
            Self::Missing(_) => "missing",
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
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
        for quality in [Quality::Good, Quality::NotEvaluated, Quality::Bad]
            .into_iter()
            .chain(Doubt::ALL.map(Quality::Suspect))
            .chain(Missing::ALL.map(Quality::Missing))
        {
            assert_eq!(Quality::from_code(quality.code()), Some(quality));
        }
        assert_eq!(Quality::from_code(Quality::ABSENT_CODE), None);
    }

    #[test]
    fn the_first_doubt_there_was_keeps_its_code() {
        assert_eq!(Quality::from_code(3), Some(Quality::Suspect(Doubt::Clock)));
    }

    #[test]
    fn doubtful_values_count_and_bad_ones_do_not() {
        assert!(Doubt::ALL.map(Quality::Suspect).into_iter().all(Quality::counts));
        assert!(!Quality::Bad.counts());
    }
}
