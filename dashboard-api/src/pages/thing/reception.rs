//! How much of what a Thing sent arrived, in plain words.

use domain::TimeRange;
use jiff::SignedDuration;
use maud::{Markup, html};

use super::{
    super::{numbers, texts::Texts, ui::Ui},
    ThingPage,
};
use crate::{
    AppState,
    thing_reception::{Arrived, ThingReception},
};

/// Outages named one by one; the newest come first.
const NAMED: usize = 3;

/// Two entries of the list of details.
pub(super) fn details(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let entry = |label: &str, arrived: Option<Arrived>, length: SignedDuration| {
        html! {
            div {
                dt { (label) }
                dd {
                    @match arrived.filter(|arrived| arrived.n_expected() > 0) {
                        Some(arrived) => (words(arrived, page, length, state, ui)),
                        None => (t.not_known()),
                    }
                }
            }
        }
    };
    let reception = page.reception.as_ref();
    html! {
        (entry(t.arrived_24h(), reception.map(|reception| reception.day), SignedDuration::from_hours(24)))
        (entry(t.arrived_7d(), reception.map(|reception| reception.week), SignedDuration::from_hours(7 * 24)))
    }
}

/// `94 von 96 Nachrichten`, and since when if that is less than the whole time.
fn words(arrived: Arrived, page: &ThingPage, length: SignedDuration, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let is_short = page.now.duration_since(arrived.since) < length;
    html! {
        (t.arrived(arrived.n_received, arrived.n_expected()))
        @if is_short {
            " " span.muted { (t.since_time(&numbers::date_time(arrived.since, &state.zone, ui.lang))) }
        }
    }
}

/// What is missing, and that it is not the sensor's fault where it is not.
pub(super) fn outages(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let found = page.reception.as_ref().map_or(&[][..], |reception: &ThingReception| &reception.outages);
    html! {
        div data-live="reception" {
            @if !found.is_empty() {
                div.outages {
                    p { b { (t.our_outage()) } }
                    ul {
                        @for (range, n_missing) in found.iter().rev().take(NAMED) {
                            li { (when(*range, state, ui)) ": " (t.lost_in_outage(*n_missing)) }
                        }
                        @if found.len() > NAMED { li { (t.and_more(found.len() - NAMED)) } }
                    }
                }
            }
        }
    }
}

/// `1. Juli 2026, 10:00–11:15 Uhr`; over midnight with both days.
fn when(range: TimeRange, state: &AppState, ui: &Ui) -> String {
    let date = |at| numbers::date(at, &state.zone, ui.lang);
    if date(range.from()) == date(range.to()) {
        format!("{}, {}", date(range.from()), numbers::clock_range(range, &state.zone, ui.lang))
    } else {
        let date_time = |at| numbers::date_time(at, &state.zone, ui.lang);
        format!("{} – {}", date_time(range.from()), date_time(range.to()))
    }
}
