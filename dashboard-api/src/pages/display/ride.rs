//! Today's course: a bar for each hour, and a bicycle that rides along the day.

use maud::{Markup, html};

use super::super::texts::Texts;
use super::board::{Board, Condition, Hour, HourContent};

/// Width of the picture, in its own units.
const WIDTH: f64 = 1000.0;
/// Height of the picture.
const HEIGHT: f64 = 330.0;
/// Where the bars stand.
const GROUND: f64 = 176.0;
/// Height of the tallest bar.
const TALLEST: f64 = 168.0;
/// Where the wheels roll.
const ROAD: f64 = 282.0;
/// Free edge left and right: half a bicycle.
const EDGE: f64 = 62.0;
/// Degrees the wheels turn with each bicycle counted.
const TURN_PER_COUNT: u64 = 40;

/// The picture. Its numbers are not repeated in words: the display is not a page for reading.
pub(super) fn svg(board: &Board, t: Texts) -> Markup {
    let top = board.hours.iter().map(|hour| height_of(*hour)).fold(8.0, f64::max);
    html! {
        svg.ride viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(t.course_today()) {
            defs {
                pattern #ride-hatch width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    path.ride__hatch d="M0 0V14" {}
                }
            }
            @for hour in &board.hours { (bar(*hour, top)) }
            path.ride__ground d=(format!("M{EDGE} {GROUND}H{}", WIDTH - EDGE)) {}
            path.ride__road d=(format!("M0 {ROAD}H{WIDTH}")) {}
            (clock(board))
            (bicycle(board))
        }
    }
}

fn x(share: f64) -> f64 {
    EDGE + share * (WIDTH - 2.0 * EDGE)
}

const fn height_of(hour: Hour) -> f64 {
    match hour.content {
        HourContent::Counted(n) | HourContent::Averaged(n) => n,
        HourContent::NoData | HourContent::NotYet => 0.0,
    }
}

fn bar(hour: Hour, top: f64) -> Markup {
    let (left, width) = (x(hour.from), x(hour.to) - x(hour.from));
    let (class, height, gap) = match hour.content {
        HourContent::Counted(n) if hour.is_over => ("ride__bar", n / top * TALLEST, 3.0),
        HourContent::Counted(n) => ("ride__bar ride__bar--growing", n / top * TALLEST, 4.5),
        HourContent::Averaged(n) => ("ride__bar ride__bar--averaged", n / top * TALLEST, 0.0),
        HourContent::NoData => ("ride__bar ride__bar--missing", TALLEST * 0.5, 0.0),
        HourContent::NotYet => return html! {},
    };
    // An hour in which nobody came by is a thin line: known, and zero.
    let height = height.max(3.0);
    html! {
        rect class=(class) x=(format!("{:.1}", left + gap)) y=(format!("{:.1}", GROUND - height))
            width=(format!("{:.1}", width - 2.0 * gap)) height=(format!("{height:.1}")) {}
    }
}

/// Local clock hours under the road. The hours of the day come from its bars, so that a day of 23 or 25
/// hours has its words in the right places.
fn clock(board: &Board) -> Markup {
    let n = board.hours.len();
    let ends = board.hours.last().map(|hour| hour.to);
    // Counted from the end of the day after the night's change of clocks, from midnight before it.
    let at = |clock: usize| match clock {
        0 => Some(0.0),
        24 => ends,
        _ => board.hours.get((n + clock).checked_sub(24)?).map(|hour| hour.from),
    };
    html! {
        @for hour in [0, 6, 12, 18, 24] {
            @if let Some(share) = at(hour) {
                path.ride__tick d=(format!("M{:.1} {}v10", x(share), ROAD + 1.0)) {}
                text.ride__hour x=(format!("{:.1}", x(share))) y=(ROAD + 44.0) text-anchor="middle" { (hour) }
            }
        }
    }
}

/// The bicycle at the present time of day; its wheels stand as the count has turned them.
fn bicycle(board: &Board) -> Markup {
    let turn = board.today.unwrap_or(0).wrapping_mul(TURN_PER_COUNT) % 360;
    let place = format!("translate({:.1} {ROAD})", x(board.day_elapsed));
    let class = if board.condition == Condition::Counting { "bicycle" } else { "bicycle bicycle--waiting" };
    html! {
        g transform=(place) {
            g class=(class) {
                (wheel(-34.0, turn))
                (wheel(34.0, turn))
                // Frame: bottom bracket, rear hub, seat, head tube, front hub.
                path.bicycle__frame d="M-34 -27L-14 -66L-4 -27ZM-14 -66L24 -70L-4 -27M34 -27L22 -78" {}
                path.bicycle__frame d="M-18 -78L-14 -66M-26 -80H-9M22 -78L18 -86L34 -88" {}
                circle.bicycle__hub cx="-4" cy="-27" r="6" {}
            }
        }
    }
}

fn wheel(x: f64, turn: u64) -> Markup {
    html! {
        g transform=(format!("translate({x} -27)")) {
            g.wheel transform=(format!("rotate({turn})")) {
                circle.wheel__tyre r="24" {}
                @for i in 0..6 {
                    line.wheel__spoke y1="-22" y2="22" transform=(format!("rotate({})", i * 30)) {}
                }
                circle.wheel__valve cy="-17" r="4" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(content: HourContent) -> String {
        bar(Hour { from: 0.0, to: 1.0 / 24.0, content, is_over: true }, 10.0).into_string()
    }

    #[test]
    fn the_present_hour_is_told_from_those_that_are_over() {
        let hour = Hour { from: 0.5, to: 0.54, content: HourContent::Counted(7.0), is_over: false };
        assert!(bar(hour, 10.0).into_string().contains("ride__bar--growing"));
        assert!(!rendered(HourContent::Counted(7.0)).contains("growing"));
    }

    #[test]
    fn an_hour_without_data_is_hatched_and_an_hour_without_bicycles_is_a_line() {
        assert!(rendered(HourContent::NoData).contains("ride__bar--missing"));
        assert!(rendered(HourContent::Counted(0.0)).contains("height=\"3.0\""));
        assert!(!rendered(HourContent::Counted(0.0)).contains("missing"));
    }

    #[test]
    fn nothing_is_drawn_for_hours_to_come() {
        assert_eq!(rendered(HourContent::NotYet), "");
    }
}
