//! Numbers and words that mean that there is no value.

use domain::Missing;

use crate::file::tables::{Marks, ReasonWord, Word};

/// Marks with what each means.
pub(super) fn of_reasons(marks: &Marks) -> Vec<(Word, Missing)> {
    match marks {
        Marks::SensorError(marks) => marks.iter().map(|mark| (mark.clone(), Missing::SensorError)).collect(),
        Marks::ByReason(by_reason) => by_reason
            .iter()
            .flat_map(|(reason, marks)| marks.iter().map(|mark| (mark.clone(), reason.missing())))
            .collect(),
    }
}

impl ReasonWord {
    pub(super) const fn missing(self) -> Missing {
        match self {
            Self::SensorError => Missing::SensorError,
            Self::ProbeDisconnected => Missing::ProbeDisconnected,
            Self::NothingToMeasure => Missing::NothingToMeasure,
            Self::OutOfRange => Missing::OutOfRange,
            Self::NotConfigured => Missing::NotConfigured,
        }
    }
}
