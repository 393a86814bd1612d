//! The components in their states, made of the same markup as on the pages.

use domain::Theme;
use maud::{Markup, html};

use super::{
    super::{map, texts::Texts},
    in_both,
};
use crate::ThingState;

/// All components, each in both themes.
pub(super) fn all(t: Texts) -> Markup {
    let parts = [
        (t.design_buttons(), buttons(t)),
        (t.design_states(), states(t)),
        (t.design_tabs(), tabs(t)),
        (t.design_facts(), facts(t)),
        (t.design_card(), card(t)),
        (t.design_table(), table(t)),
        (t.design_notices(), notices(t)),
        (t.design_fields(), fields(t)),
    ];
    html! {
        @for (name, part) in &parts {
            h3 { (name) }
            (in_both(part))
        }
    }
}

fn buttons(t: Texts) -> Markup {
    html! {
        p.specimen__row {
            button.button type="button" { (t.design_button()) }
            button.button.button--quiet type="button" { (t.design_button_quiet()) }
            span { (t.design_text()) " " a href="#main" { (t.design_link()) } }
        }
    }
}

fn states(t: Texts) -> Markup {
    html! {
        p.specimen__row {
            @for state in [ThingState::Live, ThingState::Stale, ThingState::Silent, ThingState::Never] {
                span.state.(map::state_class(state)) {
                    span.state__sign aria-hidden="true" {}
                    span { (t.state_name(state)) }
                }
            }
        }
    }
}

fn tabs(t: Texts) -> Markup {
    html! {
        p.tabs {
            a href="#main" aria-current="true" { (t.range_day()) }
            a href="#main" { (t.range_week()) }
            a href="#main" { (t.range_year()) }
        }
    }
}

fn facts(t: Texts) -> Markup {
    html! {
        dl.facts {
            div.fact {
                dt { (t.temperature()) }
                dd.fact__value { "21" span.unit { "\u{a0}°C" } }
                dd.fact__note { (t.mean_of(3_u8)) }
            }
            div.fact {
                dt { (t.rain_today()) }
                dd.fact__value.fact__value--none { "–" }
                dd.fact__note { (t.not_known()) }
            }
        }
    }
}

fn card(t: Texts) -> Markup {
    html! {
        div.card.(map::theme_class(Theme::Weather)) {
            div.card__head {
                h4 { (t.temperature()) }
                p.card__value { b { "21\u{a0}°C" } span { (t.just_now()) } }
            }
            p.card__links { a href="#main" { "CSV" } a href="#main" { "SVG" } }
        }
    }
}

fn table(t: Texts) -> Markup {
    html! {
        div.data {
            table {
                thead { tr { th scope="col" { (t.interval()) } th scope="col" { (t.now_bicycles()) } } }
                tbody {
                    tr { th scope="row" { "14–15" } td { "120" } }
                    tr { th scope="row" { "15–16" } td { "– (" (t.no_data()) ")" } }
                }
            }
        }
    }
}

fn notices(t: Texts) -> Markup {
    html! {
        div.hint {
            p { strong { (t.hint_rain("18\u{a0}mm")) } }
            p.hint__source { (t.own_hint()) }
        }
        p.empty { (t.design_empty()) }
    }
}

fn fields(t: Texts) -> Markup {
    html! {
        div.filter {
            label { span { (t.design_field()) } input type="text" value=(t.design_text()); }
            label {
                span { (t.design_choice()) }
                select { option { (t.now_bicycles()) } option { (t.now_weather()) } }
            }
        }
    }
}
