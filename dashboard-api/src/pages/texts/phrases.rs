//! Texts that contain a number, a name or a time.

use domain::{Doubt, Lang, Missing, ObservedProperty, Quality, Theme};
use store::Datastream;

use super::{super::channels, Texts};
use crate::ThingState;

impl Texts {
    /// `7 von 8 Zählstellen melden`.
    pub(crate) fn reporting(self, n: usize, of: usize) -> String {
        let (sites, report) =
            (if of == 1 { "Zählstelle" } else { "Zählstellen" }, if n == 1 { "meldet" } else { "melden" });
        self.0.pick(
            format!("{n} von {of} {sites} {report}"),
            format!("{n} of {of} counting {} reporting", if of == 1 { "site" } else { "sites" }),
        )
    }

    /// What was counted, after its number: `1 Fahrrad`, `2 Fahrräder`.
    pub(crate) fn counted(self, property: ObservedProperty, n: Option<u64>) -> String {
        use ObservedProperty as P;
        let (one, many) = match property {
            P::BicycleCount => self.0.pick(("Fahrrad", "Fahrräder"), ("bicycle", "bicycles")),
            P::CarCount => self.0.pick(("Pkw", "Pkw"), ("car", "cars")),
            P::LorryCount => self.0.pick(("Lkw", "Lkw"), ("lorry", "lorries")),
            P::PersonCount => self.0.pick(("Person", "Personen"), ("person", "people")),
            P::ObjectCount => self.0.pick(("ohne Klasse", "ohne Klasse"), ("unclassified", "unclassified")),
            P::LightningCount => self.0.pick(("Blitz", "Blitze"), ("lightning strike", "lightning strikes")),
            P::MotionCount => self.0.pick(("Bewegung", "Bewegungen"), ("movement", "movements")),
            P::PulseCount => self.0.pick(("Impuls", "Impulse"), ("pulse", "pulses")),
            other => return self.beside_a_number(other),
        };
        if n == Some(1) { one } else { many }.to_owned()
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

    /// `mind. 12`: a number that may be too small.
    pub(crate) fn at_least(self, number: &str) -> String {
        self.0.pick(format!("mind.\u{a0}{number}"), format!("at least\u{a0}{number}"))
    }

    /// The part of the day a sum stands for, up to a clock time.
    pub(crate) fn today_of(self, until: Option<&str>, n_directions: usize) -> String {
        let until = until.map(|until| self.0.pick(format!(" bis {until}"), format!(" until {until}")));
        let directions = match n_directions {
            0 | 1 => "",
            2 => self.0.pick(", beide Richtungen", ", both directions"),
            _ => self.0.pick(", alle Richtungen", ", all directions"),
        };
        format!("{}{}{directions}", self.today(), until.unwrap_or_default())
    }

    /// `94 von 96 Nachrichten`.
    pub(crate) fn arrived(self, received: &str, expected: &str) -> String {
        let (de, en) = if expected == "1" { ("Nachricht", "message") } else { ("Nachrichten", "messages") };
        self.0.pick(format!("{received} von {expected} {de}"), format!("{received} of {expected} {en}"))
    }

    /// `3 zweifelhaft, 1 unglaubhaft von 960 Messwerten`.
    pub(crate) fn doubtful(self, doubtful: &str, bad: &str, of: &str) -> String {
        self.0.pick(
            format!("{doubtful} zweifelhaft, {bad} unglaubhaft von {of} Messwerten"),
            format!("{doubtful} doubtful, {bad} implausible of {of} values"),
        )
    }

    /// `seit 1. Juli 2026, 08:00 Uhr`.
    pub(crate) fn since_time(self, time: &str) -> String {
        self.0.pick(format!("seit {time}"), format!("since {time}"))
    }

    /// `2 Nachrichten fehlen`.
    pub(crate) fn lost_in_outage(self, n: u64) -> String {
        match n {
            1 => self.0.pick("1 Nachricht fehlt", "1 message is missing").to_owned(),
            _ => self.0.pick(format!("{n} Nachrichten fehlen"), format!("{n} messages are missing")),
        }
    }

    /// `am 3. Dezember 2026`.
    pub(crate) fn on_day(self, date: &str) -> String {
        self.0.pick(format!("am {date}"), format!("on {date}"))
    }

    /// `von 14:15 bis 15:15`.
    pub(crate) fn between(self, from: &str, to: &str) -> String {
        self.0.pick(format!("von {from} bis {to}\u{a0}Uhr"), format!("from {from} to {to}"))
    }

    /// `Mittel über 15 min`.
    pub(crate) fn mean_over(self, interval: &str) -> String {
        self.0.pick(format!("Mittel über {interval}"), format!("mean over {interval}"))
    }

    /// `Mittel aus 3 Stationen`.
    pub(crate) fn mean_of(self, n: usize) -> String {
        match n {
            1 => self.0.pick("1 Station", "1 station").to_owned(),
            _ => self.0.pick(format!("Mittel aus {n} Stationen"), format!("mean of {n} stations")),
        }
    }

    /// That a page tries again by itself.
    pub(crate) fn tries_again(self, seconds: u8) -> String {
        self.0.pick(
            format!("Diese Seite versucht es alle {seconds} Sekunden von selbst wieder."),
            format!("This page tries again by itself every {seconds} seconds."),
        )
    }

    /// `12.345 Nachrichten, jede genau einmal gezählt`.
    pub(crate) fn counted_once(self, n: &str) -> String {
        self.0.pick(
            format!("{n} Nachrichten, jede genau einmal gezählt"),
            format!("{n} messages, each counted exactly once"),
        )
    }

    /// The sentence comparing today with a week ago; `percent` is rounded and without sign.
    pub(crate) fn compared(self, weekday: &str, percent: u64, more: bool, until: &str) -> String {
        let (de, en) = match (percent, more) {
            (0, _) => ("so viele wie".to_owned(), "as many as".to_owned()),
            (_, true) => (format!("{percent}\u{a0}% mehr als"), format!("{percent}% more than")),
            (_, false) => (format!("{percent}\u{a0}% weniger als"), format!("{percent}% fewer than")),
        };
        self.0
            .pick(format!("{de} letzten {weekday} bis {until}"), format!("{en} last {weekday} until {until}"))
    }

    /// What the scripts of a page say, as a JSON object.
    pub(crate) fn for_scripts(self) -> String {
        serde_json::json!({
            "just_now": self.just_now(),
            "minutes_ago": self.minutes_ago(),
            "hours_ago": self.hours_ago(),
            "days_ago": self.days_ago(),
            "stale": self.state_name(ThingState::Stale),
            "silent": self.state_name(ThingState::Silent),
            "lost": self.lost(),
            "back": self.back(),
            "paused": self.paused(),
        })
        .to_string()
    }

    /// A theme's name.
    pub(crate) fn theme_name(self, theme: Theme) -> &'static str {
        match theme {
            Theme::Bicycle => self.0.pick("Fahrrad", "Bicycles"),
            Theme::Traffic => self.0.pick("Verkehr", "Traffic"),
            Theme::Weather => self.0.pick("Wetter und Luft", "Weather and air"),
            Theme::Device => self.0.pick("Geräte", "Devices"),
            Theme::Other => self.0.pick("Weitere", "Other"),
        }
    }

    /// A state's name.
    pub(crate) fn state_name(self, state: ThingState) -> &'static str {
        match state {
            ThingState::Live => self.0.pick("meldet", "reporting"),
            ThingState::Stale => self.0.pick("verspätet", "late"),
            ThingState::Silent => self.0.pick("schweigt", "silent"),
            ThingState::Never => self.0.pick("nie gehört", "never heard"),
        }
    }

    /// `29 Sensoren`.
    pub(crate) fn n_sensors(self, n: usize) -> String {
        let (de, en) = if n == 1 { ("Sensor", "sensor") } else { ("Sensoren", "sensors") };
        self.0.pick(format!("{n} {de}"), format!("{n} {en}"))
    }

    /// `27 melden`, `1 schweigt`.
    pub(crate) fn n_in_state(self, n: usize, state: ThingState) -> String {
        let word = match (self.0, state) {
            (Lang::De, ThingState::Live) if n != 1 => "melden",
            (Lang::De, ThingState::Silent) if n != 1 => "schweigen",
            _ => self.state_name(state),
        };
        format!("{n} {word}")
    }

    /// `und 3 weitere`.
    pub(crate) fn and_more(self, n: usize) -> String {
        self.0.pick(format!("und {n} weitere"), format!("and {n} more"))
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
            Quality::Missing(Missing::SensorError) => self.0.pick("Sensorfehler", "sensor error"),
            Quality::Missing(Missing::ProbeDisconnected) => {
                self.0.pick("Fühler nicht angeschlossen", "probe not connected")
            }
            Quality::Missing(Missing::NothingToMeasure) => {
                self.0.pick("nichts zu messen", "nothing to measure")
            }
            Quality::Missing(Missing::OutOfRange) => {
                self.0.pick("außerhalb des Messbereichs", "outside the measuring range")
            }
            Quality::Missing(Missing::NotConfigured) => self.0.pick("nicht eingestellt", "not configured"),
            Quality::Good | Quality::NotEvaluated | Quality::Suspect(_) | Quality::Bad => {
                self.0.pick("unglaubhafter Wert", "implausible value")
            }
        }
    }

    /// Why a value is doubtful, though it counts.
    pub(crate) fn doubt(self, doubt: Doubt) -> &'static str {
        match doubt {
            Doubt::Inconsistent => self.0.pick(
                "zweifelhaft: widerspricht einem anderen Messwert",
                "doubtful: contradicts another value",
            ),
            Doubt::Clock => {
                self.0.pick("zweifelhaft: Uhr des Geräts geht falsch", "doubtful: device clock is wrong")
            }
            Doubt::Step => self.0.pick("zweifelhaft: sprunghaft geändert", "doubtful: changed too fast"),
            Doubt::Stuck => self.0.pick("zweifelhaft: lange unverändert", "doubtful: unchanged for long"),
        }
    }

    /// A Datastream's name for people: property and channel.
    pub(crate) fn datastream(self, datastream: &Datastream) -> String {
        let property = self.property(datastream.property);
        let channel = channels::name(datastream, self.0);
        if channel.is_empty() { property.to_owned() } else { format!("{property} · {channel}") }
    }
}
