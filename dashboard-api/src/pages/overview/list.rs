//! The list of all sensors: the accessible way to everything the map shows.

use domain::{Channel, Theme};
use maud::{Markup, html};

use super::{
    super::{
        channels,
        figures::{City, Line, Shown, When},
        map, numbers,
        parts::{age, pause_button, state_badge},
        texts::Texts,
        ui::Ui,
    },
    THEMES,
};
use crate::AppState;

pub(super) fn section(city: &City, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let present: Vec<_> =
        THEMES.into_iter().filter(|theme| city.lines.iter().any(|line| line.theme == *theme)).collect();
    html! {
        section.panel aria-labelledby="sensors" {
            div.panel__head {
                h2 #sensors { (t.sensors()) }
                // Shown by the script, which gives it its function.
                form.filter #filter hidden role="search" {
                    label { span { (t.search()) } input #filter-text type="search" autocomplete="off"; }
                    label {
                        span { (t.theme()) }
                        select #filter-theme {
                            option value="" { (t.all_themes()) }
                            @for theme in &present {
                                option value=(map::theme_key(*theme)) { (t.theme_name(*theme)) }
                            }
                        }
                    }
                    (pause_button(t))
                }
            }
            @if city.lines.is_empty() { p.empty { (t.no_sensors()) } }
            p.empty #no-match role="status" hidden data-text=(t.no_match()) {}
            div data-live="list" {
                @for theme in present { (group(theme, city, state, ui)) }
            }
        }
    }
}

fn group(theme: Theme, city: &City, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let lines: Vec<_> = city.lines.iter().filter(|line| line.theme == theme).collect();
    html! {
        section.group.(map::theme_class(theme)) data-group {
            h3.group__title {
                svg viewBox="-11 -11 22 22" width="22" height="22" aria-hidden="true" { (map::symbol(theme)) }
                (t.theme_name(theme)) span.group__n { (lines.len()) }
            }
            table.sensors {
                thead {
                    tr {
                        th scope="col" { (t.site()) }
                        th scope="col" { (t.values()) }
                        th scope="col" { (t.state()) }
                        th scope="col" { (t.as_of()) }
                    }
                }
                tbody {
                    @for line in lines { (row(line, city, state, ui)) }
                }
            }
        }
    }
}

fn row(line: &Line, city: &City, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let thing = &line.thing;
    html! {
        tr.(map::state_class(line.state)) data-stale-at=[line.ageing().map(|ageing| ageing.stale_after.as_millisecond())]
            data-silent-at=[line.ageing().map(|ageing| ageing.silent_after.as_millisecond())] data-theme=(map::theme_key(line.theme)) data-name=(thing.name.to_lowercase()) {
            th scope="row" { a href=(ui.href(&format!("/things/{}", thing.key))) { (thing.name) } }
            td { (periods(line, state, ui)) }
            td { (state_badge(line.state, line.ageing(), t)) }
            td {
                @match thing.last_heard_at {
                    Some(at) => (age(at, city.now, state, ui)),
                    None => (t.never_heard()),
                }
            }
        }
    }
}

/// The figures of a Thing, each line with the time it stands for.
fn periods(line: &Line, state: &AppState, ui: &Ui) -> Markup {
    html! {
        @if line.periods.is_empty() { span.muted { (Texts(ui.lang).no_value()) } }
        @for period in &line.periods {
            div.period {
                p.period__when { (when(&period.when, state, ui)) }
                ul.figures {
                    @for shown in &period.figures { li { (figure(shown, state, ui)) } }
                }
            }
        }
    }
}

fn when(when: &When, state: &AppState, ui: &Ui) -> String {
    let t = Texts(ui.lang);
    match when {
        When::Today { until, n_directions } => {
            let until = until.map(|until| numbers::oclock(until, &state.zone, ui.lang));
            t.today_of(until.as_deref(), *n_directions)
        }
        When::Interval { length, directions } => {
            let mean = t.mean_over(&numbers::interval(*length));
            let name = |(channel, name): &(Channel, Option<String>)| {
                name.clone().unwrap_or_else(|| channels::of_key(*channel, &[], t.0))
            };
            match directions.as_slice() {
                [] | [_] => mean,
                several => format!("{mean}, {}", several.iter().map(name).collect::<Vec<_>>().join(" / ")),
            }
        }
        When::Latest => t.latest().to_owned(),
    }
}

fn figure(shown: &Shown, state: &AppState, ui: &Ui) -> Markup {
    let words = shown.words(&state.zone, Texts(ui.lang));
    html! { b { (words.number.as_deref().unwrap_or("–")) } " " span { (words.label) } }
}
