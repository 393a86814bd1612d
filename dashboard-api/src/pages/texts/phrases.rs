//! What is said of a property, a state, a quality: which message it is.

use domain::{Doubt, Lang, Missing, ObservedProperty, Quality, Theme};
use store::Datastream;

use super::{super::channels, Texts};
use crate::ThingState;

impl Texts {
    /// What was counted, after its number: `1 Fahrrad`, `2 Fahrräder`.
    pub(crate) fn counted(self, property: ObservedProperty, n: Option<u64>) -> String {
        use ObservedProperty as P;
        // An unknown number is spoken of as many.
        let n = n.unwrap_or(0);
        match property {
            P::BicycleCount => self.counted_bicycle(n),
            P::CarCount => self.counted_car(n),
            P::LorryCount => self.counted_lorry(n),
            P::PersonCount => self.counted_person(n),
            P::ObjectCount => self.counted_object(n),
            P::LightningCount => self.counted_lightning(n),
            P::MotionCount => self.counted_motion(n),
            P::PulseCount => self.counted_pulse(n),
            other => self.beside_a_number(other),
        }
    }

    /// A property's name after a value: English nouns begin small there.
    pub(crate) fn beside_a_number(self, property: ObservedProperty) -> String {
        let name = self.property(property);
        let mut letters = name.chars();
        match (self.0, letters.next(), letters.clone().next()) {
            (Lang::En, Some(first), Some(second)) if second.is_lowercase() => {
                first.to_lowercase().chain(letters).collect()
            }
            _ => name.to_owned(),
        }
    }

    /// `Fahrräder heute`.
    pub(crate) fn bicycles_today(self, n: Option<u64>) -> String {
        format!("{} {}", self.counted(ObservedProperty::BicycleCount, n), self.today())
    }

    /// The part of the day a sum stands for, up to a clock time.
    pub(crate) fn today_of(self, until: Option<&str>, n_directions: usize) -> String {
        let today = until.map_or_else(|| self.today().to_owned(), |until| self.today_until(until));
        match n_directions {
            0 | 1 => today,
            2 => format!("{today}, {}", self.both_directions()),
            _ => format!("{today}, {}", self.all_directions()),
        }
    }

    /// The sentence comparing today with a week ago; `percent` is rounded and without sign.
    pub(crate) fn compared(self, weekday: &str, percent: u64, more: bool, until: &str) -> String {
        match (percent, more) {
            (0, _) => self.compared_equal(weekday, until),
            (_, true) => self.compared_more(percent, weekday, until),
            (_, false) => self.compared_fewer(percent, weekday, until),
        }
    }

    /// What the scripts of a page say, as a JSON object. They fill in `{n}` and `{time}`.
    pub(crate) fn for_scripts(self) -> String {
        serde_json::json!({
            "just_now": self.just_now(),
            "minutes_ago": self.minutes_ago("{n}"),
            "hours_ago": self.hours_ago("{n}"),
            "days_ago": self.days_ago("{n}"),
            "stale": self.state_name(ThingState::Stale),
            "silent": self.state_name(ThingState::Silent),
            "lost": self.lost("{time}"),
            "back": self.back(),
            "paused": self.paused("{time}"),
        })
        .to_string()
    }

    /// A theme's name.
    pub(crate) fn theme_name(self, theme: Theme) -> &'static str {
        match theme {
            Theme::Bicycle => self.theme_bicycle(),
            Theme::Traffic => self.theme_traffic(),
            Theme::Weather => self.theme_weather(),
            Theme::Device => self.theme_device(),
            Theme::Other => self.theme_other(),
        }
    }

    /// A state's name.
    pub(crate) fn state_name(self, state: ThingState) -> &'static str {
        match state {
            ThingState::Live => self.state_live(),
            ThingState::Stale => self.state_stale(),
            ThingState::Silent => self.state_silent(),
            ThingState::Never => self.state_never(),
        }
    }

    /// `27 melden`, `1 schweigt`.
    pub(crate) fn n_in_state(self, n: usize, state: ThingState) -> String {
        match state {
            ThingState::Live => self.n_live(n),
            ThingState::Stale => self.n_stale(n),
            ThingState::Silent => self.n_silent(n),
            ThingState::Never => self.n_never(n),
        }
    }

    /// A property's name for people: a running total is shown by its increments, so it is called what
    /// it counts.
    pub(crate) fn property(self, property: ObservedProperty) -> &'static str {
        use ObservedProperty as P;
        let counted = match property {
            P::BicycleTotal => P::BicycleCount,
            P::CarTotal => P::CarCount,
            P::LorryTotal => P::LorryCount,
            P::PersonTotal => P::PersonCount,
            P::PrecipitationTotal => P::Precipitation,
            P::PulseTotal => P::PulseCount,
            other => other,
        };
        counted.name(self.0)
    }

    /// Why a value does not count.
    pub(crate) fn reason(self, quality: Quality) -> &'static str {
        match quality {
            Quality::Missing(Missing::SensorError) => self.sensor_error(),
            Quality::Missing(Missing::ProbeDisconnected) => self.probe_disconnected(),
            Quality::Missing(Missing::NothingToMeasure) => self.nothing_to_measure(),
            Quality::Missing(Missing::OutOfRange) => self.out_of_range(),
            Quality::Missing(Missing::NotConfigured) => self.not_configured(),
            Quality::Good | Quality::NotEvaluated | Quality::Suspect(_) | Quality::Bad => self.implausible(),
        }
    }

    /// Why a value is doubtful, though it counts.
    pub(crate) fn doubt(self, doubt: Doubt) -> &'static str {
        match doubt {
            Doubt::Inconsistent => self.doubt_inconsistent(),
            Doubt::Clock => self.doubt_clock(),
            Doubt::Step => self.doubt_step(),
            Doubt::Stuck => self.doubt_stuck(),
        }
    }

    /// A Datastream's name for people: property and channel.
    pub(crate) fn datastream(self, datastream: &Datastream) -> String {
        let property = self.property(datastream.property);
        let channel = channels::name(datastream, self.0);
        if channel.is_empty() { property.to_owned() } else { format!("{property} · {channel}") }
    }
}
