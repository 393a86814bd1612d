//! `/things/{key}`: everything one Thing measures.

mod card;
pub(super) mod choose;
mod extra;
mod quality;
mod reception;
pub(super) mod zeros;

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{Aggregation, Lang, Theme};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use store::{Datastream, StoreError, Thing};

use self::{card::Card, extra::Extra};
use super::{
    assets, channels,
    error_page::{self, PageError},
    layout::{self, Colophon, Head, Live},
    numbers,
    parts::{age, state_badge},
    texts::Texts,
    ui::Ui,
};
use crate::{
    Ageing, AppState, ThingState,
    charts::{
        self,
        period::Asked,
        view::{AskedView, View, ViewError},
    },
    counts::{self, CountingSite},
    evaluation::CLASSES,
    thing_quality::ThingQuality,
    thing_reception::ThingReception,
};

/// The query of a Thing's page.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct ThingQuery {
    range: Option<String>,
    date: Option<String>,
    from: Option<String>,
    to: Option<String>,
    compare: Option<String>,
    compare_date: Option<String>,
}

/// A Thing with what its page shows.
struct ThingPage {
    thing: Thing,
    state: ThingState,
    now: Timestamp,
    view: View,
    cards: Vec<Card>,
    extras: Vec<Extra>,
    /// First observation of anything.
    first_at: Option<Timestamp>,
    /// Other Things that measure the same, by key and name.
    comparable: Vec<(String, String)>,
    counts_bicycles: bool,
    /// Whether planners find figures of it.
    is_counting_site: bool,
    /// `None` while nothing is known.
    reception: Option<ThingReception>,
    quality: Option<ThingQuality>,
    suspects: Arc<Vec<zeros::Suspect>>,
}

/// Why there is no page.
enum NoPage {
    /// The address asks for something that does not exist or makes no sense.
    Refused(ViewError),
    Error(PageError),
}

/// `GET /things/{key}`, with the period shown (`range`, `date` or `from` and `to`) and what it is compared with (`compare`).
pub(crate) async fn get(
    State(state): State<AppState>,
    Extension(zeros): Extension<Arc<zeros::Cache>>,
    Extension(sites): Extension<Arc<choose::Sites>>,
    Path(key): Path<String>,
    Query(query): Query<ThingQuery>,
    ui: Ui,
) -> Response {
    let answer = async {
        let page = read(&state, (&zeros, &sites), &key, &query, ui.lang).await?;
        Ok::<_, NoPage>((page, Colophon::read(&state).await?))
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
        Err(NoPage::Refused(error)) => {
            error_page::of_status(&state.config, &ui, StatusCode::BAD_REQUEST, &error.to_string())
        }
        Err(NoPage::Error(error)) => error.page(&state.config, &ui),
    }
}

async fn read(
    state: &AppState,
    (zeros, sites): (&zeros::Cache, &choose::Sites),
    key: &str,
    query: &ThingQuery,
    lang: Lang,
) -> Result<ThingPage, NoPage> {
    let thing = state.store.thing(key).await?.ok_or(NoPage::Error(PageError::NoSuchThing))?;
    let asked = AskedView {
        period: Asked {
            range: query.range.as_deref(),
            date: query.date.as_deref(),
            from: query.from.as_deref(),
            to: query.to.as_deref(),
        },
        compare: query.compare.as_deref(),
        compare_date: query.compare_date.as_deref(),
    };
    let view = View::read(state, asked, &thing, lang).await?;
    let now = view.now;
    let mut datastreams = state.store.datastreams(Some(thing.id)).await?;
    channels::complete(&mut datastreams, &thing.channel_names, lang);
    let latest = state.store.latest(Some(thing.id)).await?;
    let counts_bicycles = CountingSite::of_bicycles(&datastreams).is_some();
    let is_counting_site = CLASSES.iter().any(|class| CountingSite::of(&datastreams, *class).is_some());
    let suspects = zeros.of(state, &thing, &datastreams, now, lang).await?;
    let comparable = sites.comparable(state, &thing, &datastreams).await?;
    let first_at = datastreams.iter().filter_map(|stream| stream.first_at).min();
    let mut cards = Vec::new();
    let mut extras = Vec::new();
    for datastreams in in_cards(datastreams.clone()) {
        let chart = charts::read::chart(state, &datastreams, &view, lang).await?;
        let of = |stream: &Datastream| latest.iter().find(|latest| latest.datastream == stream.id).cloned();
        let latest = datastreams.iter().map(of).collect();
        let card = Card { datastreams, chart, latest };
        extras.extend(extra::read(state, &card, &view, lang).await?);
        cards.push(card);
    }
    extras.extend(extra::read_rose(state, &datastreams, &view).await?);
    let thing_state = ThingState::of(thing.last_heard_at, thing.expected_interval, now);
    let reception = ThingReception::read(state, thing.id).await?;
    let quality = ThingQuality::read(state, thing.id).await?;
    Ok(ThingPage {
        thing,
        state: thing_state,
        now,
        view,
        cards,
        extras,
        first_at,
        comparable,
        counts_bicycles,
        is_counting_site,
        reception,
        quality,
        suspects,
    })
}

impl From<StoreError> for NoPage {
    fn from(error: StoreError) -> Self {
        Self::Error(error.into())
    }
}

impl From<ViewError> for NoPage {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Store(error) => error.into(),
            wrong => Self::Refused(wrong),
        }
    }
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
        script type="module" src=(assets::href("chart.js")) {}
        (intro(page, state, ui))
        (choose::toolbar(page, state, ui))
        div.cards data-live="cards" {
            @if page.cards.is_empty() { p.empty { (t.no_datastreams()) } }
            @for (i, card) in measured.into_iter().enumerate() {
                // What a site counts comes first and large.
                (card::markup(card, i == 0 && card.chart.property.aggregation().adds_up(), page, state, ui))
                @for extra in page.extras.iter().filter(|extra| extra.belongs_to(card)) {
                    (extra::markup(extra, page, state, ui))
                }
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
            (zeros::hint(page, state, ui))
            @if page.counts_bicycles || page.is_counting_site {
                p.actions {
                    @if page.counts_bicycles {
                        a.button href=(ui.href(&format!("/display/{}", thing.key))) { (t.public_display()) }
                    }
                    @if page.is_counting_site {
                        a.button.button--quiet href=(ui.href(&format!("/planning/{}", thing.key))) { (t.planning_evaluate()) }
                    }
                }
            }
        }
    }
}
