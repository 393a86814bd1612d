//! `/things/{key}`: everything one Thing measures.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{Aggregation, ErrorChain, Lang, ObservedProperty, Theme};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, PreEscaped, html};
use store::{Datastream, Latest, Thing};

use super::{
    channels,
    error_page::PageError,
    layout::{self, Colophon, Head, Live},
    map, numbers,
    overview::{age, pause_button, state_badge},
    texts::Texts,
    ui::Ui,
};
use crate::{
    Ageing, AppState, ThingState,
    charts::{
        self, ChartRange,
        data::{Chart, Content},
        draw, ink, words,
    },
    counts::{self, CountingSite},
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
    /// One Datastream, or the two directions of a site.
    datastreams: Vec<Datastream>,
    chart: Chart,
    /// The newest value of each Datastream.
    latest: Vec<Option<Latest>>,
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
        Ok::<_, PageError>((read(&state, &key, range, ui.lang).await?, colophon))
    };
    match answer.await {
        Ok((page, colophon)) => {
            let live = Live {
                script: "page.js",
                now: page.now,
                zone: &state.zone,
                thing: Some(&page.thing.key),
                every: SignedDuration::from_secs(10),
            };
            let head = Head { title: &page.thing.name, live: Some(live), refresh_seconds: None };
            let main = main(&page, &state, &ui);
            layout::answer(StatusCode::OK, layout::page(&ui, head, &colophon, &main))
        }
        Err(error) => error.page(&state.config, &ui),
    }
}

async fn read(state: &AppState, key: &str, range: ChartRange, lang: Lang) -> Result<ThingPage, PageError> {
    let thing = state.store.thing(key).await?.ok_or(PageError::NoSuchThing)?;
    let now = state.clock.now();
    let mut datastreams = state.store.datastreams(Some(thing.id)).await?;
    channels::complete(&mut datastreams, &thing.channel_names, lang);
    let latest = state.store.latest(Some(thing.id)).await?;
    let counts_bicycles = CountingSite::of_bicycles(&datastreams).is_some();
    let mut cards = Vec::new();
    for datastreams in in_cards(datastreams) {
        let chart = charts::read::chart(state, &datastreams, range, lang).await?;
        let of = |stream: &Datastream| latest.iter().find(|latest| latest.datastream == stream.id).cloned();
        let latest = datastreams.iter().map(of).collect();
        cards.push(Card { datastreams, chart, latest });
    }
    let thing_state = ThingState::of(thing.last_heard_at, thing.expected_interval, now);
    Ok(ThingPage { thing, state: thing_state, now, range, cards, counts_bicycles })
}

/// Groups Datastreams into cards: two channels of one property share a chart, so that they can be compared.
/// The device itself comes last.
fn in_cards(mut datastreams: Vec<Datastream>) -> Vec<Vec<Datastream>> {
    // A running total says the same as the counts beside it, and still does where some of them were lost.
    let totals: Vec<_> = datastreams.iter().map(|stream| (stream.property, stream.channel)).collect();
    datastreams.retain(|stream| {
        counts::total_of(stream.property).is_none_or(|total| !totals.contains(&(total, stream.channel)))
    });
    datastreams.sort_by_key(|stream| (order(stream.property.theme()), stream.property, stream.channel));
    datastreams
        .chunk_by(|a, b| a.property == b.property)
        .flat_map(|channels| {
            let pair = channels.len() == 2
                && channels.iter().all(|stream| !stream.channel.as_str().is_empty())
                && channels.iter().all(|stream| can_share(stream.property.aggregation()));
            if pair {
                vec![channels.to_vec()]
            } else {
                channels.iter().map(|one| vec![one.clone()]).collect()
            }
        })
        .collect()
}

/// Whether two series of a rule fit into one picture: bars up and down, or two lines.
const fn can_share(rule: Aggregation) -> bool {
    !matches!(rule, Aggregation::VectorMean | Aggregation::TimeShare)
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
        (tabs(page, state, ui))
        div.cards data-live="cards" {
            @if page.cards.is_empty() { p.empty { (t.no_datastreams()) } }
            @for (i, card) in measured.into_iter().enumerate() {
                // What a site counts comes first and large.
                (card_of(card, i == 0 && card.chart.property.aggregation().adds_up(), page, state, ui))
            }
            @if !device.is_empty() { h2.cards__divider { (t.about_device()) } }
            @for card in device { (card_of(card, false, page, state, ui)) }
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
                div { dt { (t.state()) } dd { (state_badge(page.state, Ageing::of(thing.last_heard_at, thing.expected_interval), t)) } }
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

fn tabs(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    html! {
        div.toolbar {
            nav.tabs aria-label=(t.period()) {
                @for range in ChartRange::ALL {
                    a href=(ui.href(&format!("/things/{}?range={}", page.thing.key, range.key())))
                        aria-current=[(range == page.range).then_some("page")] { (range.name(ui.lang)) }
                }
            }
            p.toolbar__time data-live="time" {
                (t.as_of()) " " (numbers::oclock(page.now, &state.zone, ui.lang)) " "
                (numbers::zone_name(page.now, &state.zone, ui.lang))
            }
            (pause_button(t))
        }
    }
}

fn card_of(card: &Card, is_lead: bool, page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let Some(first) = card.datastreams.first() else { return html! {} };
    let together = card.datastreams.len() > 1;
    let title = if together { t.property(first.property).to_owned() } else { t.datastream(first) };
    let id = format!("ds-{}", first.id);
    let summary = words::summary(&card.chart, page.range, ui.lang);
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
                    (picture(card, &id, &title, &summary, ui))
                    figcaption { (summary) (notes(&card.chart, t)) }
                }
            }
            (table(card, &title, state, ui))
            (downloads(card, page, ui))
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
                @match card.chart.sum() {
                    Some(sum) => b { (numbers::value_with_unit(property, sum, ui.lang)) },
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
                        @if let Some(latest) = latest { (age(latest.time, page.now, state, ui)) }
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
    let marks = match (chart.series.len(), chart.is_mirrored()) {
        (2, true) => ["key--up", "key--down"],
        (2, false) => ["key--first", "key--second"],
        _ => ["", ""],
    };
    html! {
        ul.keys {
            li { (words::unit(chart, ui.lang)) }
            @for (series, class) in chart.series.iter().zip(marks).filter(|(_, class)| !class.is_empty()) {
                li.key.(class) { (series.name) }
            }
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
                    @if card.datastreams.len() > 1 { (channels::name(stream, ui.lang)) ": " }
                    a href=(format!("{url}&format=csv")) download { "CSV" } " · "
                    a href=(format!("{url}&format=json")) { "JSON" } " · "
                    a href=(ui.href(&format!("/charts/{}.svg?range={}", stream.id, page.range.key()))) { (t.svg_file()) }
                }
            }
        }
    }
}
