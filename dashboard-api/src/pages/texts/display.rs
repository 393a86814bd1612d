//! Texts of the public bike display that contain a number or a time.

use domain::{Lang, ObservedProperty};

use super::Texts;
use crate::Co2Estimate;

impl Texts {
    /// `Spitze 8–9 Uhr: 58`.
    pub(crate) fn busiest_hour(self, from: usize, n: &str) -> String {
        let to = from + 1;
        self.0.pick(format!("Spitze {from}–{to}\u{a0}Uhr: {n}"), format!("peak {from}:00–{to}:00: {n}"))
    }

    /// `bis 14:15 Uhr`.
    pub(crate) fn until(self, time: &str) -> String {
        self.0.pick(format!("bis {time}"), format!("until {time}"))
    }

    /// `Verzögert seit 14:15 Uhr`.
    pub(crate) fn delayed_since(self, time: &str) -> String {
        let since = self.0.pick("seit", "since");
        format!("{} {since} {time}", self.delayed())
    }

    /// `4.409 Fahrräder seit dem 17. November 2026`: what stands after the number.
    pub(crate) fn bicycles_since(self, n: u64, date: &str) -> String {
        format!("{} {} {date}", self.counted(ObservedProperty::BicycleCount, Some(n)), self.since())
    }

    /// `noch 591 bis 5.000`; of a total that is a lower bound `höchstens noch 591`.
    pub(crate) fn missing_to(self, missing: &str, next: &str, at_most: bool) -> String {
        let (de, en) = if at_most { ("höchstens noch ", "at most ") } else { ("noch ", "") };
        self.0.pick(format!("{de}{missing} bis {next}"), format!("{en}{missing} to go to {next}"))
    }

    /// `Heute kam das 5.000. Fahrrad seit dem 17. November 2026`.
    pub(crate) fn reached(self, n: &str, date: &str) -> String {
        self.0.pick(
            format!("Heute kam das {n}. Fahrrad seit dem {date}"),
            format!("Today bicycle no. {n} since {date} came by"),
        )
    }

    /// `88 % vom Ziel 5.000 für 2026`.
    pub(crate) fn of_goal(self, percent: &str, goal: &str, year: i16) -> String {
        self.0.pick(
            format!("{percent} vom Ziel {goal} für {year}"),
            format!("{percent} of the goal of {goal} for {year}"),
        )
    }

    /// `letzte Stunde 0,4 mm Regen`.
    pub(crate) fn rain_last_hour(self, mm: &str) -> String {
        self.0.pick(format!("letzte Stunde {mm}\u{a0}mm Regen"), format!("last hour {mm}\u{a0}mm of rain"))
    }

    /// `Wind 15 km/h`.
    pub(crate) fn wind_of(self, speed: &str) -> String {
        format!("{} {speed}\u{a0}km/h", self.wind())
    }

    /// The assumptions behind an estimate of carbon dioxide.
    pub(crate) fn co2_assumed(self, estimate: Co2Estimate, date: &str) -> String {
        let number = |x: f64| {
            let decimals = usize::from(x.fract() != 0.0);
            super::super::numbers::number(x, decimals, self.0)
        };
        let (km, g) = (number(estimate.km_per_trip()), number(estimate.g_per_km()));
        match self.0 {
            Lang::De => format!(
                "CO₂ weniger seit dem {date}, falls jedes Fahrrad {km}\u{a0}km Autofahrt mit {g}\u{a0}g/km ersetzt hat"
            ),
            Lang::En => format!(
                "less CO₂ since {date}, if every bicycle replaced {km}\u{a0}km by car at {g}\u{a0}g/km"
            ),
        }
    }

    /// `Angehalten. Es geht um 14:25 Uhr von selbst weiter.`; the time is filled in by the script.
    pub(crate) fn goes_on_at(self) -> (&'static str, &'static str) {
        self.0.pick(("weiter um", "\u{a0}Uhr"), ("goes on at", ""))
    }
}
