//! What the pages for planners have in common: forms, alerts, large figures, the lines at the foot.

use jiff::{Timestamp, civil::Date};
use maud::{Markup, html};

use super::sheet::Line;
use crate::{
    AppState,
    evaluation::{Objection, Period},
    pages::{assets, numbers, parts::language, texts::Texts, ui::Ui},
};

/// What pictures beyond lines and bars need; only where there are some.
pub(super) fn chart_styles() -> Markup {
    html! { link rel="stylesheet" href=(assets::href("charts.css")); }
}

/// Back to the list.
pub(super) fn crumbs(ui: &Ui) -> Markup {
    html! { p.crumbs { a href=(ui.href("/planning")) { "← " (Texts(ui.lang).planning_all_sites()) } } }
}

/// The pages of a counting site; `here` is the one shown.
pub(super) fn tabs(key: &str, property: &str, here: &str, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let pages = [
        ("", t.planning_figures()),
        ("/compare", t.compare_title()),
        ("/extrapolate", t.extrapolate_title()),
        ("/years", t.years_title()),
    ];
    html! {
        nav.panel.plan-tabs aria-label=(t.planning_pages()) {
            @for (path, name) in pages {
                a href=(ui.href(&format!("/planning/{key}{path}?property={property}")))
                    aria-current=[(path == here).then_some("page")] { (name) }
            }
        }
    }
}

/// The head of a page whose question cannot be answered: the Thing, and what is wrong.
pub(super) fn objected(thing: &str, objection: Option<&Objection>, ui: &Ui) -> Markup {
    html! {
        section.intro {
            (crumbs(ui))
            h1 { (thing) }
            (alert(objection, ui))
        }
    }
}

fn alert(objection: Option<&Objection>, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    html! {
        @if let Some(objection) = objection {
            div.plan-alert role="alert" {
                h2 { (t.planning_cannot()) }
                p { (t.objection(objection)) }
            }
        }
    }
}

/// A Thing about which there is nothing to say here.
pub(super) fn nothing(name: &str, words: &str, ui: &Ui) -> Markup {
    html! {
        section.intro {
            (crumbs(ui))
            h1 { (name) }
            p.lead { (words) }
        }
    }
}

/// What stands in a form of a period.
pub(super) struct PeriodFields {
    /// First day.
    pub(super) from: String,
    /// Last day.
    pub(super) to: String,
}

impl PeriodFields {
    pub(super) fn of(period: &Period) -> Self {
        Self { from: period.first.to_string(), to: period.last.to_string() }
    }

    /// As it was sent, so that nobody has to type again what was right.
    pub(super) fn of_query(query: &[(String, String)]) -> Self {
        Self { from: sent(query, "from"), to: sent(query, "to") }
    }
}

/// What was sent under a name.
pub(super) fn sent(query: &[(String, String)], name: &str) -> String {
    query.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// A form that asks for a period.
pub(super) fn period_form(action: &str, fields: &PeriodFields, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    html! {
        div.panel.plan-ask {
            form.filter method="get" action=(action) {
                (language(ui))
                (date_field(t.planning_from(), "from", &fields.from))
                (date_field(t.planning_to(), "to", &fields.to))
                button.button type="submit" { (t.planning_show()) }
            }
        }
    }
}

/// A field for a day.
pub(super) fn date_field(words: &str, name: &str, value: &str) -> Markup {
    html! { label { (words) input type="date" name=(name) value=(value); } }
}

/// `1. Januar 2026 bis 31. Dezember 2026`.
pub(super) fn period_words(period: &Period, state: &AppState, ui: &Ui) -> String {
    let in_words = |date| date_in_words(date, state, ui);
    Texts(ui.lang).span(&in_words(period.first), &in_words(period.last))
}

/// `3. Dezember 2026`.
pub(super) fn date_in_words(date: Date, state: &AppState, ui: &Ui) -> String {
    let midnight = date.to_zoned(state.zone.clone()).map(|zoned| zoned.timestamp());
    midnight.map_or_else(|_| date.to_string(), |at| numbers::date(at, &state.zone, ui.lang))
}

/// A figure, large.
pub(super) fn lead(line: &Line, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    html! {
        div {
            dt { (line.name) }
            dd {
                @match line.plain(ui.lang) {
                    Some(number) => {
                        b {
                            @if line.is_at_least { span.plan-least { (t.planning_at_least()) } " " }
                            (number)
                        }
                        span { (line.unit_words) }
                        @if let Some(range) = line.range(ui.lang) { span { (range) } }
                        @if let Some(at) = line.at { span { (numbers::date_time(at, &state.zone, ui.lang)) } }
                    }
                    None => {
                        b.muted { "–" }
                        @if let Err((_, why)) = &line.value { span { (why) } }
                    }
                }
                @if line.is_provisional { span.plan-mark { (t.planning_provisional()) } }
            }
        }
    }
}

/// Where a report comes from and when it was made.
pub(super) fn about(
    name: &str,
    what: &str,
    period: &Period,
    now: Timestamp,
    state: &AppState,
    ui: &Ui,
) -> Markup {
    let t = Texts(ui.lang);
    let config = &state.config;
    let today = state.zone.to_datetime(now).date();
    html! {
        h2 { (t.planning_about()) }
        p.plan-about {
            @if !config.city.is_empty() { (config.city) " · " }
            (name) " · " (what) " · " (period_words(period, state, ui)) " · "
            (t.planning_source()) ": "
            (if config.operator.is_empty() { "stadtfunk" } else { config.operator.as_str() }) " · "
            (t.planning_issued()) " " (date_in_words(today, state, ui)) " · stadtfunk " (env!("CARGO_PKG_VERSION"))
        }
    }
}
