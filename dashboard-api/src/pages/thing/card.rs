//! One chart of a Thing with all that belongs to it: number, words, table, files.

use domain::ObservedProperty;
use maud::{Markup, html};
use store::{Datastream, Latest};

use super::{
    super::{
        map, numbers,
        parts::{age, drawn},
        texts::Texts,
        ui::Ui,
    },
    ThingPage,
};
use crate::{
    AppState, ThingState,
    charts::{
        data::{Chart, Content},
        draw::{self, Mark},
        ink::{self, Ink},
        words,
    },
};

/// One chart with what belongs to it.
pub(super) struct Card {
    /// One Datastream, or the two directions of a site.
    pub(super) datastreams: Vec<Datastream>,
    pub(super) chart: Chart,
    /// The newest value of each Datastream.
    pub(super) latest: Vec<Option<Latest>>,
}

pub(super) fn markup(card: &Card, is_lead: bool, page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let Some(first) = card.datastreams.first() else { return html! {} };
    let together = card.datastreams.len() > 1;
    let title = if together { t.property(first.property).to_owned() } else { t.datastream(first) };
    let id = format!("ds-{}", first.id);
    let summary = words::summary(&card.chart, page.view.period, ui.lang);
    html! {
        article.card.(map::theme_class(first.property.theme())).card--lead[is_lead] id=(id) aria-labelledby=(format!("{id}-h")) {
            header.card__head {
                h2 id=(format!("{id}-h")) { (title) }
                (headline(card, page, state, ui))
            }
            figure.card__chart {
                @if card.chart.is_empty() {
                    figcaption.empty { (summary) }
                } @else {
                    (legend(&card.chart, ui))
                    div.plot data-from=(card.chart.range.from().as_millisecond()) data-to=(card.chart.range.to().as_millisecond())
                        data-label=(format!("{title}: {}", t.chart_keys())) {
                        (picture(card, &id, &title, &summary, ui))
                        // Both are filled by the script.
                        div.plot__own data-own {}
                    }
                    p.readout data-own aria-hidden="true" {}
                    figcaption { (summary) (notes(&card.chart, t)) }
                }
            }
            (table(card, &title, state, ui))
            (downloads(card, page, state, ui))
        }
    }
}

/// The number of a card: the sum of the period where amounts add up, else the latest value of each series.
fn headline(card: &Card, page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let property = card.chart.property;
    if property.aggregation().adds_up() {
        return html! {
            p.card__value {
                @match words::sum(&card.chart, ui.lang) {
                    Some(sum) => b { (sum) },
                    None => b.muted { "–" },
                }
                span { (t.sum_of_period()) }
            }
        };
    }
    html! {
        div.card__values {
            @for (series, latest) in card.chart.series.iter().zip(&card.latest) {
                p.card__value {
                    (latest_value(property, latest.as_ref(), page.state, ui))
                    span {
                        @if card.chart.series.len() > 1 { (series.name) ", " }
                        (what_it_is(latest.as_ref(), t)) " "
                        @if let Some(latest) = latest {
                            (age(latest.time, page.now, state, ui))
                            @if let Some(doubt) = latest.quality.doubt() { " · " (t.doubt(doubt)) }
                        }
                    }
                }
            }
        }
    }
}

fn latest_value(property: ObservedProperty, latest: Option<&Latest>, state: ThingState, ui: &Ui) -> Markup {
    let Some(value) = latest.and_then(counting) else { return html! { b.muted { "–" } } };
    html! {
        // What a silent sensor said last is not how it is now.
        b.muted[state != ThingState::Live] {
            (numbers::reading(property, value, ui.lang))
        }
    }
}

/// What stands beside the age of a value: that it is one, or why it is none.
fn what_it_is(latest: Option<&Latest>, t: Texts) -> &'static str {
    match latest {
        Some(latest) if counting(latest).is_some() => t.measured(),
        Some(latest) => t.reason(latest.quality),
        None => t.no_value(),
    }
}

fn counting(latest: &Latest) -> Option<f64> {
    latest.value.as_number().filter(|_| latest.quality.counts())
}

fn picture(card: &Card, id: &str, title: &str, summary: &str, ui: &Ui) -> Markup {
    let words = draw::Words { id, title, description: summary, lang: ui.lang };
    drawn(draw::svg(&card.chart, words, ink::Theme::Page), ui)
}

/// What the marks of this very chart mean, where it is not plain.
fn notes(chart: &Chart, t: Texts) -> Markup {
    let has = |is: fn(Content) -> bool| {
        chart.series.iter().flat_map(|series| &series.cells).any(|cell| is(cell.content))
    };
    html! {
        ul.notes {
            @if chart.has_band() { li.note--band { (t.legend_band()) } }
            @if chart.series.iter().any(|series| !series.gaps(chart).is_empty()) { li.note--missing { (t.legend_missing()) } }
            @if has(|content| content == Content::NothingToMeasure) { li { (t.legend_nothing()) } }
            @if words::has_carried(chart) { li.note--carried { (t.legend_carried()) } }
        }
    }
}

/// The unit of the picture and, where it shows two series, their names with their marks.
fn legend(chart: &Chart, ui: &Ui) -> Markup {
    let class = |mark, i| match mark {
        Mark::Bar(_) if !chart.is_mirrored() => "key key--bar",
        Mark::Bar(_) if i == 0 => "key key--up",
        Mark::Bar(_) => "key key--down",
        Mark::Outline => "key key--outline",
        Mark::Line(Ink::First) => "key key--first",
        Mark::Line(Ink::FirstCompared) => "key key--dotted",
        Mark::Line(Ink::SecondCompared) => "key key--dotted-second",
        Mark::Line(_) => "key key--second",
    };
    html! {
        ul.keys {
            li { (words::unit(chart, ui.lang)) }
            @for (i, key) in draw::keys(chart).into_iter().enumerate() {
                li class=(class(key.mark, i)) { (key.name) }
            }
        }
    }
}

fn table(card: &Card, title: &str, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let rows = words::rows(&card.chart, ui.lang);
    html! {
        details.data {
            summary { (t.as_table()) }
            div.data__scroll tabindex="0" role="region" aria-label=(format!("{title}: {}", t.as_table())) {
                table {
                    thead {
                        tr {
                            th scope="col" { (t.interval()) }
                            @for (i, series) in card.chart.series.iter().enumerate() {
                                th scope="col" { @if series.name.is_empty() { (title) } @else { (series.name) } }
                                @if let (Some(compared), Some(_)) = (&card.chart.compared, card.chart.counterpart(i)) {
                                    th scope="col" { (compared.name) }
                                    th scope="col" { (t.difference()) }
                                }
                            }
                        }
                    }
                    tbody data-end=[rows.first().map(|row| row.range.to().as_millisecond())] {
                        @for row in rows {
                            tr {
                                th scope="row" {
                                    time datetime=(numbers::rfc3339(row.range.from(), &state.zone)) { (row.when) }
                                }
                                @for value in row.values { td { (value) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Exactly what is shown, as files; with dates, so that the links show the same tomorrow.
fn downloads(card: &Card, page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let ids: Vec<_> = card.datastreams.iter().map(|stream| stream.id.to_string()).collect();
    let view = page.view.permanent(&state.zone);
    let is_over = card.chart.range.to() <= page.now;
    // While the data stay as they are, a picture of the past may be kept for good.
    let named = if is_over { format!("&v={}", card.chart.revision(&page.thing.name)) } else { String::new() };
    let link = |form: &str, named: &str| ui.href(&format!("/charts/{}.{form}?{view}{named}", ids.join(",")));
    html! {
        footer.card__links {
            span { (t.this_view()) }
            a href=(link("csv", "")) download { "CSV" }
            a data-online href=(link("json", "")) { "JSON" }
            a href=(link("svg", &named)) { "SVG" }
            a data-online href=(link("png", &named)) { "PNG" }
        }
    }
}
