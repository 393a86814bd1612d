//! The foot of the display: the year, the record, the weather.

use domain::ObservedProperty;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::{
    super::{numbers, texts::Texts, ui::Ui},
    board::{Board, Year},
    past::DayCount,
    weather::Weather,
};
use crate::{AppState, Co2Estimate};

/// Kilometres an hour for each metre a second.
const KMH: f64 = 3.6;

pub(super) fn foot(board: &Board, state: &AppState, ui: &Ui) -> Markup {
    let (t, zone) = (Texts(ui.lang), &state.zone);
    html! {
        footer.board__foot {
            @if let Some(year) = board.year { (year_fact(year, zone, t)) }
            @if let Some(record) = board.record { (record_fact(record, board.is_record(), zone, t)) }
            @if board.weather.is_known() { (weather_fact(board.weather, t)) }
            @if let Some((estimate, year)) = board.co2.zip(board.year) { (co2_fact(estimate, year, zone, t)) }
        }
    }
}

fn year_fact(year: Year, zone: &TimeZone, t: Texts) -> Markup {
    let total = numbers::count(year.total, t.0);
    let since = numbers::date(year.since, zone, t.0);
    let bicycles = t.counted(ObservedProperty::BicycleCount, Some(year.total));
    html! {
        section.fact.fact--year {
            p {
                @if year.is_lower_bound { span.fact__least { (t.at_least_short()) } " " }
                strong { (total) }
                " " span { (t.bicycles_since(&bicycles, &since)) }
            }
            @match year.goal {
                Some(goal) => {
                    @let share = year.total as f64 / goal.get() as f64;
                    (progress(share))
                    p.fact__note {
                        (t.of_goal(
                            &numbers::percent((share * 100.0).floor() / 100.0, t.0),
                            &numbers::count(goal.get(), t.0),
                            &year.since.to_zoned(zone.clone()).year().to_string(),
                        ))
                    }
                }
                None => {
                    (progress(year.total as f64 / year.milestone.next as f64))
                    p.fact__note {
                        @let missing = numbers::count(year.milestone.missing, t.0);
                        @let next = numbers::count(year.milestone.next, t.0);
                        @if year.is_lower_bound { (t.missing_at_most_to(&missing, &next)) }
                        @else { (t.missing_to(&missing, &next)) }
                    }
                }
            }
        }
    }
}

/// A bar filled to a share; the words stand beside it.
fn progress(share: f64) -> Markup {
    html! {
        svg.progress aria-hidden="true" {
            rect.progress__all width="100%" height="100%" {}
            rect.progress__part width=(format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0)) height="100%" {}
        }
    }
}

fn record_fact(record: DayCount, is_broken: bool, zone: &TimeZone, t: Texts) -> Markup {
    html! {
        section.fact {
            p {
                @if record.is_lower_bound { span.fact__least { (t.at_least_short()) } " " }
                strong { (numbers::count(record.n, t.0)) }
                span.visually-hidden { " " (t.counted(ObservedProperty::BicycleCount, Some(record.n))) }
            }
            p.fact__note {
                @if is_broken { (t.record_so_far()) } @else { (t.record_day()) }
                ": " (numbers::weekday(record.day, zone, t.0)) ", "
                (numbers::date(record.day, zone, t.0))
            }
        }
    }
}

fn weather_fact(weather: Weather, t: Texts) -> Markup {
    let rain = weather.rain_last_hour.map(|mm| {
        // Less than the smallest number shown is still rain.
        let is_dry = mm <= 0.0;
        if is_dry { t.dry_hour().to_owned() } else { t.rain_last_hour(&numbers::number(mm.max(0.1), 1, t.0)) }
    });
    let wind = weather.wind.map(|speed| t.wind_of(&numbers::number(speed * KMH, 0, t.0)));
    let notes: Vec<_> = rain.into_iter().chain(wind).collect();
    html! {
        section.fact {
            p {
                @match weather.temperature {
                    Some(degrees) => strong {
                        (numbers::value_with_unit(ObservedProperty::AirTemperature, degrees, t.0))
                    },
                    None => span { (t.weather_now()) },
                }
            }
            @if !notes.is_empty() {
                p.fact__note { @for note in notes { span.fact__line { (note) " " } } }
            }
        }
    }
}

fn co2_fact(estimate: Co2Estimate, year: Year, zone: &TimeZone, t: Texts) -> Markup {
    let kg = estimate.kg(year.total);
    // Two digits: more would claim what nobody knows.
    let (amount, unit) = if kg >= 1_000.0 { (kg / 1_000.0, "t") } else { (kg, "kg") };
    let decimals = usize::from(amount < 10.0);
    html! {
        section.fact.fact--co2 {
            p {
                span.fact__least { (t.estimate()) ":" } " "
                strong { (numbers::number(amount, decimals, t.0)) "\u{a0}" (unit) }
            }
            " "
            p.fact__note { (t.co2_assumptions(estimate, &numbers::date(year.since, zone, t.0))) }
        }
    }
}
