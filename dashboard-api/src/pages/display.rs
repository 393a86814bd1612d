//! `/display/{key}`: the public bike display beside the road.
//!
//! One number to be read from ten metres, and an honest state: a number that is not current is never
//! shown as if it were.

mod board;
mod ride;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{ErrorChain, ObservedProperty};
use maud::{DOCTYPE, Markup, html};

use self::board::{Board, Condition, DirectionToday};
use super::{assets, error_page::PageError, layout, numbers, texts::Texts, ui::Ui};
use crate::{AppState, counts::Comparison, wire::zone_name};

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
pub(crate) async fn get(State(state): State<AppState>, Path(key): Path<String>, ui: Ui) -> Response {
    match Board::read(&state, &key, ui.lang).await {
        Ok(board) => layout::answer(StatusCode::OK, page(&board.name, &markup(&board, &state, &ui), &ui)),
        Err(PageError::Store(error)) => {
            tracing::error!(error = %ErrorChain(&error), "display not shown");
            layout::answer(StatusCode::SERVICE_UNAVAILABLE, unavailable(&state, &ui))
        }
        Err(error) => error.page(&state.config, &ui),
    }
}

/// `GET /display/{key}/fragment`: the board alone, for a display that is already shown.
pub(crate) async fn get_fragment(State(state): State<AppState>, Path(key): Path<String>, ui: Ui) -> Response {
    match Board::read(&state, &key, ui.lang).await {
        Ok(board) => layout::answer(StatusCode::OK, markup(&board, &state, &ui)),
        Err(error) => error.page(&state.config, &ui),
    }
}

fn page(title: &str, board: &Markup, ui: &Ui) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(ui.lang.tag()) {
            head {
                (layout::common_head(title))
                link rel="stylesheet" href=(assets::href("display.css"));
                noscript { meta http-equiv="refresh" content="60"; }
                script type="module" src=(assets::href("display.js")) {}
            }
            body.display { (board) }
        }
    }
}

/// A display that starts before the data can be reached: nobody stands beside it to try again.
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
                link rel="stylesheet" href=(assets::href("display.css"));
                meta http-equiv="refresh" content="15";
            }
            body.display { (board) }
        }
    }
}

fn markup(board: &Board, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let light = if board.is_dark { "board--night" } else { "board--day" };
    html! {
        main.board.(light).(board.condition.class()) data-thing=(board.key)
            data-fragment=(ui.href(&format!("/display/{}/fragment", board.key)))
            data-now=(board.now.as_millisecond()) data-zone=(zone_name(&state.zone))
            data-ends-at=(board.ends_at.as_millisecond()) data-revision=(assets::revision())
            data-count=[board.shown_count()] {
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
                (directions(board, t))
                @if let Some(comparison) = board.comparison { (compared(comparison, state, ui)) }
                figure.board__ride {
                    figcaption { (t.course_today()) }
                    (ride::svg(board, t))
                }
            }
            (foot(board, state, ui))
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

/// What the script shows in place of everything when the server is lost for so long that the number is no
/// longer that of today.
fn cut_off(t: Texts) -> Markup {
    html! {
        section.board__cut {
            p.board__words { (t.no_connection()) }
            p.board__label { (t.last_contact()) ": " (contact_time(t)) }
        }
    }
}

/// A clock time that the script fills in.
fn contact_time(t: Texts) -> Markup {
    html! { span { span.contact-time {} (t.0.pick("\u{a0}Uhr", "")) } }
}

/// The state as shape, colour and words; the second line is shown by the script when it loses the server.
fn condition(board: &Board, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let as_of = board.last_heard_at.map(|at| {
        html! {
            time datetime=(numbers::rfc3339(at, &state.zone)) {
                (t.as_of()) " " (numbers::oclock(at, &state.zone, ui.lang))
            }
        }
    });
    let words = match board.condition {
        Condition::Counting => t.counting(),
        Condition::Delayed => t.delayed(),
        Condition::OutOfService { .. } | Condition::NeverStarted => return html! {},
    };
    html! {
        p.board__state { span.board__sign aria-hidden="true" {} span { (words) } @if let Some(at) = &as_of { (at) } }
        p.board__state.board__state--offline hidden {
            span.board__sign aria-hidden="true" {} span { (t.connection_lost()) }
            span { (t.last_contact()) " " (contact_time(t)) }
        }
    }
}

fn directions(board: &Board, t: Texts) -> Markup {
    if board.directions.len() < 2 {
        return html! {};
    }
    html! {
        ul.board__directions {
            @for direction in &board.directions {
                li {
                    (arrow(direction))
                    span.direction__name { (direction.name) }
                    @match direction.today.map(|n| numbers::count(n, t.0)) {
                        Some(text) => span.direction__count.(digits_class(&text)) { (text) },
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

fn compared(comparison: Comparison, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    if comparison.week_ago == 0 {
        return html! {};
    }
    let ratio = comparison.today as f64 / comparison.week_ago as f64 - 1.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of counts, not negative"
    )]
    let percent = (ratio.abs() * 100.0).round() as u64;
    let sign = match (percent, ratio > 0.0) {
        (0, _) => "=",
        (_, true) => "▲",
        (_, false) => "▼",
    };
    let weekday = numbers::weekday(comparison.until, &state.zone, ui.lang);
    let until = numbers::oclock(comparison.until, &state.zone, ui.lang);
    html! {
        p.board__compare {
            span aria-hidden="true" { (sign) } " " (t.compared(weekday, percent, ratio > 0.0, &until))
        }
    }
}

fn foot(board: &Board, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    html! {
        footer.board__foot {
            @if let (Some(n), Some(since)) = (board.year_total, board.counted_since) {
                p {
                    strong { (numbers::count(n, ui.lang)) }
                    " " span {
                        (t.counted(ObservedProperty::BicycleCount, Some(n))) " "
                        (t.since()) " " (numbers::date(since, &state.zone, ui.lang))
                    }
                }
            }
        }
    }
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
