//! `/things/{key}`: everything one Thing measures.

mod card;
mod quality;
mod reception;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{Aggregation, Lang, Theme};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use store::{Datastream, Thing};

use self::card::Card;
use super::{
    channels,
    error_page::PageError,
    layout::{self, Colophon, Head, Live},
    numbers,
    parts::{age, pause_button, state_badge},
    texts::Texts,
    ui::Ui,
};
use crate::{
    Ageing, AppState, ThingState,
    charts::{self, ChartRange},
    counts::{self, CountingSite},
    evaluation::CLASSES,
    thing_quality::ThingQuality,
    thing_reception::ThingReception,
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
    /// Whether planners find figures of it.
    is_counting_site: bool,
    /// `None` while nothing is known.
    reception: Option<ThingReception>,
    quality: Option<ThingQuality>,
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
            let head = Head {
                title: &page.thing.name,
                styles: &["thing.css", "data.css", "charts.css"],
                live: Some(live),
                retry_seconds: None,
            };
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
    let is_counting_site = CLASSES.iter().any(|class| CountingSite::of(&datastreams, *class).is_some());
    let mut cards = Vec::new();
    for datastreams in in_cards(datastreams) {
        let chart = charts::read::chart(state, &datastreams, range, lang).await?;
        let of = |stream: &Datastream| latest.iter().find(|latest| latest.datastream == stream.id).cloned();
        let latest = datastreams.iter().map(of).collect();
        cards.push(Card { datastreams, chart, latest });
    }
    let thing_state = ThingState::of(thing.last_heard_at, thing.expected_interval, now);
    let reception = ThingReception::read(state, thing.id).await?;
    let quality = ThingQuality::read(state, thing.id).await?;
    Ok(ThingPage {
        thing,
        state: thing_state,
        now,
        range,
        cards,
        counts_bicycles,
        is_counting_site,
        reception,
        quality,
    })
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
                (card::markup(card, i == 0 && card.chart.property.aggregation().adds_up(), page, state, ui))
            }
            @if !device.is_empty() { h2.cards__divider { (t.about_device()) } }
            @for card in device { (card::markup(card, false, page, state, ui)) }
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
                (reception::details(page, state, ui))
                (quality::details(page, ui))
                @if let Some(position) = thing.position {
                    div {
                        dt { (t.coordinates()) }
                        dd {
                            (numbers::number(position.latitude(), 4, ui.lang)) "° N, "
                            (numbers::number(position.longitude(), 4, ui.lang)) "° " (t.east_longitude())
                        }
                    }
                }
            }
            (reception::outages(page, state, ui))
            @if page.counts_bicycles {
                p { a.button href=(ui.href(&format!("/display/{}", thing.key))) { (t.public_display()) } }
            }
            @if page.is_counting_site {
                p { a.button.button--quiet href=(ui.href(&format!("/planning/{}", thing.key))) { (t.planning_evaluate()) } }
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
                        aria-current=[(range == page.range).then_some("page")] { (range.name(t)) }
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
