//! `/display/{key}`: the public bike display beside the road.
//!
//! One number to be read from ten metres, and an honest state: a number that is not current is never
//! shown as if it were.

mod board;
mod facts;
mod milestone;
mod past;
mod rider;
mod street;
mod weather;
mod week;

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{ErrorChain, ObservedProperty};
use maud::{DOCTYPE, Markup, html};

use self::board::{Board, Condition, DirectionToday};
use super::{assets, error_page::PageError, layout, numbers, texts::Texts, ui::Ui};
use crate::{AppState, counts::Comparison, wire::zone_name};

/// Where the script fills in a clock time.
const GAP: &str = "{time}";

/// What displays share: the past of each site, and the weather.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pasts: past::Pasts,
    outside: weather::Outside,
}

/// Shows the bike display of a Thing.
///
/// A page for people, readable from ten metres; it refreshes itself.
#[utoipa::path(
    get,
    path = "/display/{key}",
    tag = "pictures",
    params(
        ("key" = String, Path, description = "Key of the Thing", example = "pophankenweg"),
        ("lang" = Option<String>, Query, description = "Language, `de` or `en`; without it that of `Accept-Language`", example = "de"),
    ),
    responses(
        (status = 200, description = "The display", body = String, content_type = "text/html"),
        (status = 404, description = "No such Thing, or one that counts no bicycles, as a page", body = String, content_type = "text/html"),
        (status = 503, description = "The store does not answer, as a page", body = String, content_type = "text/html"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Extension(known): Extension<Arc<Known>>,
    Path(key): Path<String>,
    ui: Ui,
) -> Response {
    match Board::read(&state, &known, &key, ui.lang).await {
        Ok(board) => layout::answer(StatusCode::OK, page(&board, &state, &ui)),
        Err(PageError::Store(error)) => {
            tracing::error!(error = %ErrorChain(&error), "display not shown");
            layout::answer(StatusCode::SERVICE_UNAVAILABLE, unavailable(&state, &ui))
        }
        Err(error) => error.page(&state.config, &ui),
    }
}

/// `GET /display/{key}/fragment`: the board alone, for a display that is already shown.
pub(crate) async fn get_fragment(
    State(state): State<AppState>,
    Extension(known): Extension<Arc<Known>>,
    Path(key): Path<String>,
    ui: Ui,
) -> Response {
    match Board::read(&state, &known, &key, ui.lang).await {
        Ok(board) => layout::answer(StatusCode::OK, markup(&board, &state, &ui)),
        Err(error) => error.page(&state.config, &ui),
    }
}

fn page(board: &Board, state: &AppState, ui: &Ui) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(ui.lang.tag()) {
            head {
                (layout::common_head(&board.name))
                link rel="preload" href=(assets::href("fonts/barlow-600.woff2")) as="font" type="font/woff2" crossorigin;
                (style_sheets())
                noscript { meta http-equiv="refresh" content="60"; }
                script type="module" src=(assets::href("display.js")) {}
            }
            body.display {
                (markup(board, state, ui))
                (rider::template())
                // Empty until the script has something to say; read aloud when it does.
                p.visually-hidden #said role="status" aria-live="polite" {}
            }
        }
    }
}

/// A display that starts before the data can be reached: nobody stands beside it to try again.
/// What each part of the board looks like; the last says where it has its place on which screen.
const STYLE_SHEETS: [&str; 6] = ["board", "number", "week", "street", "foot", "screens"];

fn style_sheets() -> Markup {
    html! {
        @for name in STYLE_SHEETS {
            link rel="stylesheet" href=(assets::href(&format!("display/{name}.css")));
        }
    }
}

fn unavailable(state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let board = html! {
        main.board.board--day.is-out {
            header.board__head { p.board__city { (state.config.city) } }
            section.board__count {
                p.board__words { (t.unavailable_title()) }
                p.board__label { (t.display_unavailable()) }
            }
        }
    };
    html! {
        (DOCTYPE)
        html lang=(ui.lang.tag()) {
            head {
                (layout::common_head(t.unavailable_title()))
                (style_sheets())
                (layout::retry(15))
            }
            body.display { (board) }
        }
    }
}

fn markup(board: &Board, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let light = if board.is_dark { "board--night" } else { "board--day" };
    let directions: Vec<_> =
        board.directions.iter().map(|one| one.today.map_or_else(String::new, |n| n.to_string())).collect();
    html! {
        main.board.(light).(board.condition.class()).is-partial[board.is_partial()]
            .is-celebrating[board.reached_today().is_some() || board.is_record()]
            data-thing=(board.key) data-fragment=(ui.href(&format!("/display/{}/fragment", board.key)))
            data-now=(board.now.as_millisecond()) data-zone=(zone_name(&state.zone))
            data-ends-at=(board.ends_at.as_millisecond()) data-revision=(assets::revision())
            data-count=[board.shown_count()] data-directions=(directions.join(","))
            data-reached=[board.reached_today()] data-say=[say(board, state, ui)] {
            header.board__head {
                p.board__city {
                    span { (state.config.city) }
                    span { (numbers::day(board.now, &state.zone, ui.lang)) }
                }
                h1.board__name { (board.name) }
            }
            (count(board, state, ui))
            (cut_off(t))
            @if board.condition.shows_today() {
                div.board__side {
                    (directions_today(board, t))
                    (news(board, state, ui))
                }
            }
            (week_figure(board, state, ui))
            @if board.condition.shows_today() { (street_figure(board, t)) }
            (facts::foot(board, state, ui))
        }
    }
}

/// The number, or the words in its place.
fn count(board: &Board, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let moment = |at| {
        let time = numbers::oclock(at, &state.zone, ui.lang);
        format!("{}, {time}", numbers::date(at, &state.zone, ui.lang))
    };
    html! {
        section.board__count {
            @match (board.condition, board.shown_count()) {
                (Condition::Counting | Condition::Delayed, Some(n)) => {
                    @let text = numbers::count(n, ui.lang);
                    p.board__number.(digits_class(&text)) { (text) }
                    p.board__label { (t.bicycles_today(Some(n))) }
                    @if board.is_lower_bound { p.board__gap { (t.at_least_this_many()) } }
                    @if n == 0 && !board.is_lower_bound { p.board__none { (t.none_yet()) } }
                }
                (Condition::Counting | Condition::Delayed, None) => {
                    p.board__number.board__number--none { "–" }
                    p.board__label { (t.bicycles_today(None)) ": " (t.not_known()) }
                }
                (Condition::OutOfService { since }, _) => {
                    p.board__words { (t.out_of_service()) }
                    p.board__label { (t.since()) " " (moment(since)) }
                    @if let Some((day, n)) = board.last_counted_day {
                        p.board__last {
                            (t.last_counted()) ": "
                            strong { (numbers::count(n, ui.lang)) } " "
                            (t.counted(ObservedProperty::BicycleCount, Some(n))) " "
                            (t.on_day(&numbers::date(day, &state.zone, ui.lang)))
                        }
                    }
                }
                (Condition::NeverStarted, _) => p.board__words { (t.never_started()) },
            }
            (condition(board, state, ui))
        }
    }
}

/// What the script shows in place of everything when the server is lost and the number is no longer that of today.
fn cut_off(t: Texts) -> Markup {
    html! {
        section.board__cut {
            p.board__words { (t.no_connection()) }
            p.board__label { (t.last_contact()) ": " (clock_time("contact-time", &t.oclock_of(GAP))) }
        }
    }
}

/// Words with a clock time that the script fills in.
fn clock_time(class: &str, words: &str) -> Markup {
    let (before, after) = words.split_once(GAP).unwrap_or((words, ""));
    html! { span { (before) span.(class) {} (after) } }
}

/// The state as shape, colour and words; the further lines are shown by the script when it loses the server, and when
/// somebody pauses it.
fn condition(board: &Board, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let as_of = board.last_heard_at.map(|at| {
        html! {
            time datetime=(numbers::rfc3339(at, &state.zone)) {
                (t.as_of()) " " (numbers::oclock(at, &state.zone, ui.lang))
            }
        }
    });
    let words = match (board.condition, board.last_heard_at) {
        (Condition::Counting, _) => t.counting().to_owned(),
        (Condition::Delayed, Some(at)) => t.delayed_since(&numbers::oclock(at, &state.zone, ui.lang)),
        (Condition::Delayed, None) => t.delayed().to_owned(),
        (Condition::OutOfService { .. } | Condition::NeverStarted, _) => return html! {},
    };
    html! {
        p.board__state data-state="server" {
            span.board__sign aria-hidden="true" {} span { (words) }
            @if board.condition == Condition::Counting { @if let Some(at) = &as_of { (at) } }
        }
        p.board__state.board__state--offline data-state="offline" hidden {
            span.board__sign aria-hidden="true" {} span { (t.connection_lost()) }
            @if let Some(at) = &as_of { (at) }
            span.board__contact { (t.last_contact()) " " (clock_time("contact-time", &t.oclock_of(GAP))) }
        }
        p.board__state.board__state--paused data-state="paused" hidden {
            span.board__sign aria-hidden="true" {} span { (t.motion_paused()) }
            @if let Some(at) = &as_of { (at) }
            (clock_time("goes-on-time", &t.goes_on_at(GAP)))
        }
    }
}

fn directions_today(board: &Board, t: Texts) -> Markup {
    if board.directions.len() < 2 {
        return html! {};
    }
    html! {
        ul.board__directions {
            @for direction in &board.directions {
                li {
                    (arrow(direction))
                    span.direction__name { (direction.name) }
                    @match direction.today.map(|n| (n, numbers::count(n, t.0))) {
                        Some((n, text)) => span.direction__count.(digits_class(&text)) {
                            (text)
                            span.visually-hidden { " " (t.counted(ObservedProperty::BicycleCount, Some(n))) }
                        },
                        None => span.direction__count { "–" span.visually-hidden { (t.not_known()) } },
                    }
                }
            }
        }
    }
}

fn arrow(direction: &DirectionToday) -> Markup {
    let turn = if direction.to_the_left { "rotate(180 20 20)" } else { "" };
    html! {
        svg.direction__arrow viewBox="0 0 40 40" aria-hidden="true" {
            path d="M3 15H20V5L38 20L20 35V25H3Z" transform=[(!turn.is_empty()).then_some(turn)] {}
        }
    }
}

/// What is special about today: a round number, a record, or how it compares.
fn news(board: &Board, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let reached = board.year.zip(board.reached_today()).map(|(year, reached)| {
        t.reached(&numbers::count(reached, ui.lang), &numbers::date(year.since, &state.zone, ui.lang))
    });
    html! {
        @match (reached, board.is_record()) {
            (Some(words), _) => p.board__feast { (rosette()) span { (words) } },
            (None, true) => p.board__feast { (rosette()) span { (t.record_today()) } },
            (None, false) => {}
        }
        @if let Some(comparison) = board.comparison { (compared(comparison, state, ui)) }
    }
}

/// A wheel that is also a medal.
fn rosette() -> Markup {
    html! {
        svg.board__rosette viewBox="-20 -20 40 40" aria-hidden="true" {
            @for i in 0..12 { path d="M0 -19L3.4 -12H-3.4Z" transform=(format!("rotate({})", i * 30)) {} }
            circle r="12.5" {}
        }
    }
}

fn compared(comparison: Comparison, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let Some((percent, is_more)) = comparison.change() else { return html! {} };
    let sign = match (percent, is_more) {
        (0, _) => "=",
        (_, true) => "▲",
        (_, false) => "▼",
    };
    let weekday = numbers::weekday(comparison.until, &state.zone, ui.lang);
    let until = numbers::oclock(comparison.until, &state.zone, ui.lang);
    html! {
        p.board__compare {
            span.board__trend aria-hidden="true" { (sign) }
            span { (t.compared(weekday, percent, is_more, &until)) }
        }
    }
}

fn week_figure(board: &Board, state: &AppState, ui: &Ui) -> Markup {
    if board.condition == Condition::NeverStarted {
        return html! {};
    }
    let at = board.last_heard_at.map_or(board.now, |heard| heard.min(board.now));
    let until = Texts(ui.lang).until(&numbers::oclock(at, &state.zone, ui.lang));
    week::figure(&board.week, &state.zone, &until, ui.lang)
}

fn street_figure(board: &Board, t: Texts) -> Markup {
    html! {
        figure.board__street {
            figcaption {
                span {
                    (t.course_today())
                    @if let Some(remark) = street::remark(board, t) { ", " span.board__remark { (remark) } }
                }
                // The script puts its switch here (WCAG 2.2.2): without it nothing moves.
                span.board__switch data-own data-name=(t.switch_of_motion()) data-pause=(t.pause_motion()) data-resume=(t.resume_motion()) {}
            }
            div.board__road {
                (street::svg(board))
                div.stage data-own aria-hidden="true" {}
            }
        }
    }
}

/// What the script says to those who hear the display.
fn say(board: &Board, state: &AppState, ui: &Ui) -> Option<String> {
    let t = Texts(ui.lang);
    let (n, at) = board.shown_count().zip(board.last_heard_at)?;
    let number = numbers::count(n, ui.lang);
    let number = if board.is_lower_bound { t.at_least(&number) } else { number };
    let at = numbers::oclock(at, &state.zone, ui.lang);
    Some(format!("{number} {}, {} {at}", t.bicycles_today(Some(n)), t.as_of()))
}

/// Class for the size of the number: as large as its digits allow.
fn digits_class(text: &str) -> &'static str {
    match text.chars().filter(char::is_ascii_digit).count() {
        0..=2 => "digits-2",
        3 => "digits-3",
        4 => "digits-4",
        5 => "digits-5",
        _ => "digits-6",
    }
}
