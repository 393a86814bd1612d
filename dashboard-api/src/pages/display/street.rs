//! Today's course as a street: each hour a house as tall as it was busy, and a bicycle where the day is now.

use maud::{Markup, html};

use super::{
    super::{numbers, texts::Texts},
    board::{Board, Condition, Hour, HourContent},
    rider,
};

/// Share of the picture's height that the tallest bar takes.
const TALLEST: f64 = 97.0;
/// Share of the width that is free left and right: midnight has a bicycle, too.
const EDGE: f64 = 3.0;

/// The picture. Scales in both directions without distorting what stands in it, because places are shares.
pub(super) fn svg(board: &Board) -> Markup {
    let top = board.hours.iter().map(|hour| height_of(*hour)).fold(8.0, f64::max);
    html! {
        svg.street aria-hidden="true" {
            defs {
                pattern #street-hatch width="10" height="10" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    path.street__hatch d="M0 0V10" {}
                }
            }
            @for hour in &board.hours { (bar(*hour, top)) }
            line.street__road x1="0" x2="100%" y1="100%" y2="100%" {}
            (bicycle(board))
        }
        svg.street__clock aria-hidden="true" { (clock(board)) }
    }
}

/// What is to be said about the picture: what is not a plain count in it, else the busiest hour.
pub(super) fn remark(board: &Board, t: Texts) -> Option<String> {
    let any = |is: fn(&HourContent) -> bool| board.hours.iter().any(|hour| is(&hour.content));
    // A peak among hours that are not all known would be a guess.
    if any(|content| matches!(content, HourContent::Averaged(_))) {
        return Some(t.wide_is_sum().to_owned());
    }
    if any(|content| matches!(content, HourContent::NoData)) {
        return Some(t.hatched_is_missing().to_owned());
    }
    let counted = board.hours.iter().enumerate().filter_map(|(i, hour)| match hour.content {
        HourContent::Counted(n) if n > 0.0 && hour.is_over => Some((i, n)),
        _ => None,
    });
    let busiest = counted.fold(None, |best: Option<(usize, f64)>, one| match best {
        Some((_, n)) if n >= one.1 => best,
        _ => Some(one),
    });
    let (i, n) = busiest?;
    let hour = clock_hour(board.hours.len(), i)?;
    Some(t.busiest_hour(&hour.to_string(), &(hour + 1).to_string(), &numbers::number(n, 0, t.0)))
}

/// The clock hour of a bar; `None` around the night's change of clocks, where it has no simple name.
const fn clock_hour(n_hours: usize, i: usize) -> Option<usize> {
    // The clocks change before four.
    match (i + 24).checked_sub(n_hours) {
        _ if n_hours == 24 => Some(i),
        Some(hour) if hour >= 4 => Some(hour),
        _ => None,
    }
}

fn x(share: f64) -> f64 {
    EDGE + share * (100.0 - 2.0 * EDGE)
}

fn percent(share: f64) -> String {
    format!("{share:.2}%")
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
        HourContent::Counted(n) if hour.is_over => ("street__bar", n / top * TALLEST, 0.22),
        HourContent::Counted(n) => ("street__bar street__bar--growing", n / top * TALLEST, 0.22),
        HourContent::Averaged(n) => ("street__bar street__bar--averaged", n / top * TALLEST, 0.0),
        HourContent::NoData => ("street__bar street__bar--missing", TALLEST * 0.5, 0.0),
        HourContent::NotYet => return html! {},
    };
    // An hour in which nobody came by is a thin line: known, and zero.
    let height = height.max(2.5);
    html! {
        rect class=(class) x=(percent(left + gap)) y=(percent(100.0 - height))
            width=(percent(width - 2.0 * gap)) height=(percent(height)) {}
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
                line.street__tick x1=(percent(x(share))) x2=(percent(x(share))) y1="0" y2="24%" {}
                text.street__hour x=(percent(x(share))) y="1.3em" text-anchor="middle" { (hour) }
            }
        }
    }
}

/// A bicycle without a rider at the present time of day.
fn bicycle(board: &Board) -> Markup {
    let class = if board.condition == Condition::Counting { "bicycle" } else { "bicycle bicycle--waiting" };
    html! {
        // Its place is a share of the width, its size one of the height: the view box begins at the wheels.
        svg x=(percent(x(board.day_elapsed))) y="100%" viewBox="0 0 150 150" preserveAspectRatio="xMinYMin meet" overflow="visible" {
            g class=(class) { (rider::bicycle()) }
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
        assert!(bar(hour, 10.0).into_string().contains("street__bar--growing"));
        assert!(!rendered(HourContent::Counted(7.0)).contains("growing"));
    }

    #[test]
    fn an_hour_without_data_is_hatched_and_an_hour_without_bicycles_is_a_line() {
        assert!(rendered(HourContent::NoData).contains("street__bar--missing"));
        assert!(rendered(HourContent::Counted(0.0)).contains("height=\"2.50%\""));
        assert!(!rendered(HourContent::Counted(0.0)).contains("missing"));
    }

    #[test]
    fn nothing_is_drawn_for_hours_to_come() {
        assert_eq!(rendered(HourContent::NotYet), "");
    }

    #[test]
    fn an_hour_has_its_clocks_name_also_on_days_of_23_and_25_hours() {
        assert_eq!(clock_hour(24, 8), Some(8));
        assert_eq!(clock_hour(23, 7), Some(8));
        assert_eq!(clock_hour(25, 9), Some(8));
        assert_eq!(clock_hour(25, 2), None);
    }
}
