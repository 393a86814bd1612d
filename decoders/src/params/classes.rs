//! Classes of traffic, and what the counters of a radar are declared to count.

use domain::{Channel, DeviceTime, Missing, ObservedProperty, Reading, Value};

use super::{LTR, ParamInfo, ProfileError, RTL, Settings};
use crate::Decoded;

/// What can be counted under its own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Bicycle,
    Car,
    Lorry,
    Person,
}

impl Class {
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Bicycle, Self::Car, Self::Lorry, Self::Person].into_iter().find(|class| class.word() == word)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Bicycle => "bicycle",
            Self::Car => "car",
            Self::Lorry => "lorry",
            Self::Person => "person",
        }
    }

    pub(crate) const fn count(self) -> ObservedProperty {
        match self {
            Self::Bicycle => ObservedProperty::BicycleCount,
            Self::Car => ObservedProperty::CarCount,
            Self::Lorry => ObservedProperty::LorryCount,
            Self::Person => ObservedProperty::PersonCount,
        }
    }

    pub(crate) const fn total(self) -> ObservedProperty {
        match self {
            Self::Bicycle => ObservedProperty::BicycleTotal,
            Self::Car => ObservedProperty::CarTotal,
            Self::Lorry => ObservedProperty::LorryTotal,
            Self::Person => ObservedProperty::PersonTotal,
        }
    }

    pub(crate) const fn speed(self) -> ObservedProperty {
        match self {
            Self::Bicycle => ObservedProperty::BicycleSpeed,
            Self::Car => ObservedProperty::CarSpeed,
            Self::Lorry => ObservedProperty::LorrySpeed,
            Self::Person => ObservedProperty::PersonSpeed,
        }
    }
}

/// The four counters of a radar with their own filters, each declared by the operator.
///
/// A filter is a range of size or speed, not a class: "category 2 counts bicycles" is true only if the
/// installer set it up so. What is not declared stays an unclassified count on a channel of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Categories {
    meanings: [Meaning; 4],
    channels: &'static [(Channel, Channel); 4],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Undeclared,
    Ignored,
    Counts(Class),
}

/// What a radar counted in one direction during its measuring interval.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CategoryReport {
    /// Objects.
    pub(crate) count: u16,
    /// Their mean speed in km/h; without meaning if there were none.
    pub(crate) speed: u8,
}

impl Categories {
    /// Reads the four settings. `channels` names the directions of each counter while it is undeclared.
    pub(crate) fn new(
        settings: &Settings<'_>,
        params: [&'static ParamInfo; 4],
        channels: &'static [(Channel, Channel); 4],
    ) -> Result<Self, ProfileError> {
        let mut meanings = [Meaning::Undeclared; 4];
        let mut declared: Vec<(&str, Class)> = Vec::new();
        for (meaning, param) in meanings.iter_mut().zip(params) {
            let choice = settings.choice(param, |word| match word {
                "ignore" => Some(Meaning::Ignored),
                _ => Class::from_word(word).map(Meaning::Counts),
            })?;
            *meaning = choice.unwrap_or(Meaning::Undeclared);
            if let Meaning::Counts(class) = *meaning {
                if let Some((first, _)) = declared.iter().find(|(_, other)| *other == class) {
                    return Err(ProfileError::SharedClass {
                        profile: settings.profile().to_owned(),
                        first: (*first).to_owned(),
                        second: param.key.to_string(),
                        class: class.word(),
                    });
                }
                declared.push((&param.key, class));
            }
        }
        Ok(Self { meanings, channels })
    }

    /// Adds what counter `index` (0 to 3) reports for both directions; a counter that is ignored adds
    /// nothing.
    pub(crate) fn push(
        &self,
        index: usize,
        ltr: CategoryReport,
        rtl: CategoryReport,
        time: DeviceTime,
        out: &mut Decoded,
    ) {
        let (Some(meaning), Some(own)) = (self.meanings.get(index), self.channels.get(index)) else {
            return;
        };
        match meaning {
            Meaning::Ignored => {}
            Meaning::Undeclared => {
                ltr.push_as(ObservedProperty::ObjectCount, ObservedProperty::ObjectSpeed, own.0, time, out);
                rtl.push_as(ObservedProperty::ObjectCount, ObservedProperty::ObjectSpeed, own.1, time, out);
            }
            Meaning::Counts(class) => {
                ltr.push_as(class.count(), class.speed(), LTR, time, out);
                rtl.push_as(class.count(), class.speed(), RTL, time, out);
            }
        }
    }

    /// Every channel that stands for a direction.
    pub(crate) fn channels(&self) -> Vec<Channel> {
        let undeclared = self.meanings.iter().zip(self.channels);
        let own = undeclared.filter(|(meaning, _)| **meaning == Meaning::Undeclared);
        [LTR, RTL].into_iter().chain(own.flat_map(|(_, (ltr, rtl))| [*ltr, *rtl])).collect()
    }
}

impl CategoryReport {
    /// Adds the count and its mean speed. No vehicle has no speed, which is not 0 km/h.
    pub(crate) fn push_as(
        self,
        count: ObservedProperty,
        speed: ObservedProperty,
        channel: Channel,
        time: DeviceTime,
        out: &mut Decoded,
    ) {
        let mean_speed = match self.count {
            0 => Value::Missing(Missing::NothingToMeasure),
            _ => Value::Number(f64::from(self.speed)),
        };
        out.push(Reading::number(count, f64::from(self.count)).on(channel).at(time));
        out.push(Reading::new(speed, mean_speed).on(channel).at(time));
    }
}
