//! `/things/{key}`: everything one Thing measures.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{Aggregation, ErrorChain, Theme, Value};
use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};
use store::{Datastream, Latest, Thing};

use super::{
    error_page::PageError,
    layout::{self, Colophon, Head},
    map, numbers,
    overview::{age, state_badge},
    texts::Texts,
    ui::Ui,
};
use crate::{
    AppState, ThingState,
    charts::{self, ChartRange, data::Chart, draw, ink, words},
    counts::BicycleSite,
};

/// The query of a Thing's page.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct ThingQuery {
    range: Option<String>,
}

/// A Thing with what its page shows.
struct ThingPage {
    thing: Thing,
    state: ThingState,
    now: Timestamp,
    range: ChartRange,
    cards: Vec<Card>,
    counts_bicycles: bool,
}

/// One chart with what belongs to it.
struct Card {
    /// One Datastream, or the two directions of a count.
    datastreams: Vec<Datastream>,
    chart: Chart,
    latest: Option<Latest>,
}

/// `GET /things/{key}?range=24h|7d|30d|1y`.
pub(crate) async fn get(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(query): Query<ThingQuery>,
    ui: Ui,
) -> Response {
    // A range that is none of ours shows the default: a page has no use for an error here.
    let range = query.range.and_then(|range| range.parse().ok()).unwrap_or_default();
    let answer = async {
        let colophon = Colophon::read(&state).await?;
        Ok::<_, PageError>((read(&state, &key, range).await?, colophon))
    };
    match answer.await {
        Ok((page, colophon)) => {
            let head = Head { title: &page.thing.name, scripts: &["thing.js"] };
            let main = main(&page, &state, &ui);
            layout::answer(StatusCode::OK, layout::page(&ui, head, &colophon, &main))
        }
        Err(error) => error.page(&ui),
    }
}

async fn read(state: &AppState, key: &str, range: ChartRange) -> Result<ThingPage, PageError> {
    let thing = state.store.thing(key).await?.ok_or(PageError::NotFound)?;
    let now = state.clock.now();
    let datastreams = state.store.datastreams(Some(thing.id)).await?;
    let latest = state.store.latest(Some(thing.id)).await?;
    let counts_bicycles = BicycleSite::of(&datastreams).is_some();
    let mut cards = Vec::new();
    for datastreams in in_cards(datastreams) {
        let chart = charts::read::chart(state, &datastreams, range).await?;
        let latest =
            latest.iter().find(|latest| Some(latest.datastream) == datastreams.first().map(|d| d.id));
        cards.push(Card { datastreams, chart, latest: latest.cloned() });
    }
    let thing_state = ThingState::of(thing.last_heard_at, thing.expected_interval, now);
    Ok(ThingPage { thing, state: thing_state, now, range, cards, counts_bicycles })
}

/// Groups Datastreams into cards: two channels of one count share a chart. The device itself comes last.
fn in_cards(mut datastreams: Vec<Datastream>) -> Vec<Vec<Datastream>> {
    datastreams.sort_by_key(|stream| (order(stream.property.theme()), stream.property, stream.channel));
    datastreams
        .chunk_by(|a, b| a.property == b.property)
        .flat_map(|channels| {
            let pair = channels.len() == 2
                && channels.iter().all(|stream| !stream.channel.as_str().is_empty())
                && channels.iter().all(|stream| stream.property.aggregation().adds_up());
            if pair {
                vec![channels.to_vec()]
            } else {
                channels.iter().map(|one| vec![one.clone()]).collect()
            }
        })
        .collect()
}

const fn order(theme: Theme) -> u8 {
    match theme {
        Theme::Bicycle => 0,
        Theme::Traffic => 1,
        Theme::Weather => 2,
        Theme::Other => 3,
        Theme::Device => 4,
    }
}

fn main(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let (device, measured): (Vec<_>, Vec<_>) =
        page.cards.iter().partition(|card| card.chart.property.theme() == Theme::Device);
    html! {
        (intro(page, state, ui))
        (tabs(page, ui))
        div.cards data-live="cards" data-thing=(page.thing.key) {
            @if page.cards.is_empty() { p.empty { (t.no_datastreams()) } }
            @for card in measured { (card_of(card, page, state, ui)) }
            @if !device.is_empty() { h2.cards__divider { (t.about_device()) } }
            @for card in device { (card_of(card, page, state, ui)) }
        }
    }
}

fn intro(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let thing = &page.thing;
    html! {
        section.intro {
            p.crumbs { a href=(ui.href("/")) { "← " (t.back_to_overview()) } }
            h1 { (thing.name) }
            @if !thing.description.is_empty() { p.lead { (thing.description) } }
            dl.details data-live="details" {
                div { dt { (t.state()) } dd { (state_badge(page.state, t)) } }
                div {
                    dt { (t.last_heard()) }
                    dd {
                        @match thing.last_heard_at {
                            Some(at) => (age(at, page.now, state, ui)),
                            None => (t.never_heard()),
                        }
                    }
                }
                div { dt { (t.reports_every()) } dd { (numbers::interval(thing.expected_interval)) } }
                @if let Some(position) = thing.position {
                    div {
                        dt { (t.coordinates()) }
                        dd {
                            (numbers::number(position.latitude(), 4, ui.lang)) "° N, "
                            (numbers::number(position.longitude(), 4, ui.lang)) "° " (t.0.pick("O", "E"))
                        }
                    }
                }
            }
            @if page.counts_bicycles {
                p { a.button href=(ui.href(&format!("/display/{}", thing.key))) { (t.public_display()) } }
            }
        }
    }
}

fn tabs(page: &ThingPage, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    html! {
        div.toolbar {
            nav.tabs aria-label=(t.period()) {
                @for range in ChartRange::ALL {
                    a href=(ui.href(&format!("/things/{}?range={}", page.thing.key, range.key())))
                        aria-current=[(range == page.range).then_some("page")] { (range.name(ui.lang)) }
                }
            }
            button.button.button--quiet #pause type="button" hidden data-resume=(t.resume())
                aria-pressed="false" { (t.pause()) }
        }
    }
}

fn card_of(card: &Card, page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let Some(first) = card.datastreams.first() else { return html! {} };
    let together = card.datastreams.len() > 1;
    let title = if together { t.property(first.property).to_owned() } else { t.datastream(first) };
    let id = format!("ds-{}", first.id);
    let summary = words::summary(&card.chart, page.range, ui.lang);
    let is_lead = first.property.theme() == Theme::Bicycle && card.chart.property.aggregation().adds_up();
    html! {
        article.card.(map::theme_class(first.property.theme())).card--lead[is_lead] id=(id) aria-labelledby=(format!("{id}-h")) {
            header.card__head {
                h2 id=(format!("{id}-h")) { (title) }
                (headline(card, page, state, ui))
            }
            figure.card__chart {
                (picture(card, &id, &title, &summary, ui))
                figcaption { (summary) (notes(&card.chart, t)) }
            }
            (table(card, &title, state, ui))
            (downloads(card, page, ui))
        }
    }
}

/// The one number of a card: the sum of the period where amounts add up, else the latest value.
fn headline(card: &Card, page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let property = card.chart.property;
    if property.aggregation().adds_up() {
        let sums = card.chart.series.iter().filter_map(|series| series.sum(card.chart.range));
        let sum = sums.reduce(|a, b| a + b);
        return html! {
            p.card__value {
                @match sum {
                    Some(sum) => b { (numbers::value_with_unit(property, sum, ui.lang)) },
                    None => b.muted { "–" },
                }
                span { (t.sum_of_period()) }
            }
        };
    }
    html! {
        p.card__value {
            @match card.latest.as_ref().map(|latest| (latest.time, latest.value)) {
                Some((at, Value::Number(value))) => {
                    b {
                        @if property.aggregation() == Aggregation::VectorMean {
                            (numbers::compass(value, ui.lang)) ", "
                        }
                        (numbers::value_with_unit(property, value, ui.lang))
                    }
                    span { (t.latest_value()) ", " (age(at, page.now, state, ui)) }
                }
                Some((at, Value::Missing(_))) => {
                    b.muted { "–" } span { (t.no_value()) ", " (age(at, page.now, state, ui)) }
                }
                None => { b.muted { "–" } span { (t.no_value()) } }
            }
        }
    }
}

fn picture(card: &Card, id: &str, title: &str, summary: &str, ui: &Ui) -> Markup {
    let words = draw::Words { id, title, description: summary, lang: ui.lang };
    match draw::svg(&card.chart, words, ink::Theme::Page) {
        Ok(svg) => PreEscaped(svg),
        Err(error) => {
            tracing::error!(error = %ErrorChain(&error), "chart not drawn");
            html! { p.empty { (Texts(ui.lang).chart_failed()) } }
        }
    }
}

/// What the marks of this very chart mean, where it is not plain.
fn notes(chart: &Chart, t: Texts) -> Markup {
    let cells = || chart.series.iter().flat_map(|series| &series.cells);
    let missing = cells().any(|cell| cell.content == charts::data::Content::NoData);
    let spread =
        cells().any(|cell| matches!(cell.content, charts::data::Content::Known { spread: Some(_), .. }));
    let legend_missing = if charts::data::needs_an_event(chart.property) {
        t.legend_missing_or_nothing()
    } else {
        t.legend_missing()
    };
    html! {
        ul.notes {
            @if spread { li.note--band { (t.legend_band()) } }
            @if missing { li.note--missing { (legend_missing) } }
            @if words::has_carried(chart) { li.note--carried { (t.legend_carried()) } }
        }
    }
}

fn table(card: &Card, title: &str, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    html! {
        details.data {
            summary { (t.as_table()) }
            div.data__scroll tabindex="0" role="region" aria-label=(format!("{title}: {}", t.as_table())) {
                table {
                    thead {
                        tr {
                            th scope="col" { (t.interval()) }
                            @for series in &card.chart.series {
                                th scope="col" { @if series.name.is_empty() { (title) } @else { (series.name) } }
                            }
                        }
                    }
                    tbody {
                        @for row in words::rows(&card.chart, ui.lang) {
                            tr {
                                th scope="row" {
                                    time datetime=(numbers::rfc3339(row.from, &state.zone)) { (row.when) }
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

fn downloads(card: &Card, page: &ThingPage, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let width = card.chart.width;
    let bounds = (card.chart.range.from(), card.chart.range.to());
    html! {
        footer.card__links {
            @for stream in &card.datastreams {
                @let url = format!("/api/v1/datastreams/{}/buckets?width={}&from={}&to={}", stream.id, width.key(), bounds.0, bounds.1);
                span {
                    @if card.datastreams.len() > 1 { (stream.channel_name.as_deref().unwrap_or(stream.channel.as_str())) ": " }
                    a href=(format!("{url}&format=csv")) download { "CSV" } " · "
                    a href=(format!("{url}&format=json")) { "JSON" } " · "
                    a href=(ui.href(&format!("/charts/{}.svg?range={}", stream.id, page.range.key()))) { (t.svg_file()) }
                }
            }
        }
    }
}
