//! Pulse counters: a device behind a loop or a contact counts pulses, the operator says of what.

use domain::{ObservedProperty, Reading};

use super::{Class, ParamInfo, ProfileError, Scale, Settings};

/// What a pulse stands for.
pub(crate) static COUNTS: ParamInfo = ParamInfo::of_decoder(
    "counts",
    Some("pulse"),
    "bicycle, car, lorry, person or pulse",
    "what the counted pulses stand for",
);

/// How many pulses make one count.
pub(crate) static PULSES_PER_COUNT: ParamInfo = ParamInfo::of_decoder(
    "pulses_per_count",
    Some("1"),
    "a number above 0 of at most six digits, such as 2",
    "pulses for each counted object, such as 2 where every axle gives a pulse",
);

/// How pulses become counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PulseCounter {
    total: ObservedProperty,
    pulses_per_count: Scale,
}

impl PulseCounter {
    pub(crate) fn new(settings: &Settings<'_>) -> Result<Self, ProfileError> {
        let total = settings.choice(&COUNTS, |word| match word {
            "pulse" => Some(ObservedProperty::PulseTotal),
            _ => Class::from_word(word).map(Class::total),
        })?;
        Ok(Self {
            total: total.unwrap_or(ObservedProperty::PulseTotal),
            pulses_per_count: settings.scale(&PULSES_PER_COUNT)?.unwrap_or(Scale::ONE),
        })
    }

    /// The running total of a counter that starts again at `wraps_at` pulses.
    pub(crate) fn total(&self, pulses: u32, wraps_at: f64) -> Reading {
        Reading::number(self.total, self.pulses_per_count.divides(f64::from(pulses)))
            .wrapping_at(self.pulses_per_count.divides(wraps_at))
    }
}
