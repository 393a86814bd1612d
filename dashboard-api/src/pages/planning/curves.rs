//! Courses of day, week and year and the duration curve: picture and table.

use maud::{Markup, html};

use super::Answered;
use crate::{
    charts::{
        axis::ValueAxis,
        draw::Words,
        profile::{Marks, Profile, Size, Slot, svg},
    },
    evaluation::Unit,
    pages::{numbers, parts::drawn, texts::Texts, ui::Ui},
};

/// Points of the duration curve that are drawn: more than a picture has columns to show.
const MAX_POINTS: usize = 440;

/// The mean course of each kind of day, side by side on one axis.
pub(super) fn of_day(answered: &Answered, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let curves = &answered.evaluation.day_curves;
    let largest = curves.iter().flat_map(|curve| curve.hours.iter().flatten()).copied().fold(0.0, f64::max);
    let unit = t.figure_unit(Unit::PerHour, answered.asked.property);
    html! {
        section.plan-section aria-labelledby="day-curve" {
            h2 #day-curve { (t.planning_day_curve()) }
            p { (t.planning_day_curve_text()) " " (unit) "." }
            div.plan-multiples {
                @for (i, curve) in curves.iter().enumerate() {
                    figure {
                        figcaption {
                            strong { (t.day_type(curve.day_type)) } " "
                            span.muted { (t.n_days(curve.n_days)) }
                        }
                        @if curve.n_days == 0 {
                            p.empty { (t.lack(crate::evaluation::Lack::NoValidDay)) }
                        } @else {
                            (picture(&Profile {
                                slots: hours(&curve.hours),
                                marks: Marks::BarsOfTime,
                                size: Size::Small,
                                axis: ValueAxis::from_zero(largest.max(1.0), ui.lang),
                                reference: None,
                            }, &format!("day-{i}"), t.day_type(curve.day_type), t.planning_day_curve(), ui))
                        }
                    }
                }
            }
            (day_table(answered, ui))
        }
    }
}

fn hours(hours: &[Option<f64>; 24]) -> Vec<Slot> {
    let slot = |(hour, value): (usize, &Option<f64>)| Slot {
        label: if hour % 6 == 0 { format!("{hour}") } else { String::new() },
        value: *value,
        is_firm: true,
    };
    hours.iter().enumerate().map(slot).collect()
}

fn day_table(answered: &Answered, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let curves = &answered.evaluation.day_curves;
    html! {
        details.data {
            summary { (t.as_table()) }
            div.data__scroll tabindex="0" role="region" aria-label=(format!("{}: {}", t.planning_day_curve(), t.as_table())) {
                table {
                    thead {
                        tr {
                            th scope="col" { (t.planning_hour()) }
                            @for curve in curves { th scope="col" { (t.day_type(curve.day_type)) } }
                        }
                    }
                    tbody {
                        @for hour in 0..24 {
                            tr {
                                th scope="row" { (format!("{hour}–{}", hour + 1)) }
                                @for curve in curves { td { (value(curve.hours[hour], 1, ui)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The weekdays against DTV.
pub(super) fn of_week(answered: &Answered, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let week = &answered.evaluation.week;
    let rows: Vec<_> = week
        .iter()
        .map(|day| {
            let name = numbers::weekday_name(day.weekday, ui.lang);
            Row {
                name: name.to_owned(),
                label: short(name, 2),
                index: Some(day.index),
                mean: Some(day.mean),
                n: day.n_valid,
                is_firm: true,
            }
        })
        .collect();
    against_dtv(
        "week-curve",
        t.planning_week_curve(),
        t.planning_week_curve_text(),
        t.planning_weekday(),
        &rows,
        ui,
    )
}

/// The months against DTV.
pub(super) fn of_year(answered: &Answered, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let season = &answered.evaluation.season;
    let rows: Vec<_> = season
        .iter()
        .map(|month| {
            let first = month.month.first;
            let name = numbers::month(first.month(), ui.lang);
            // More than a year of months has room for initials only.
            let label = short(name, if season.len() > 12 { 1 } else { 3 });
            Row {
                name: format!("{name} {}", first.year()),
                label,
                index: month.index,
                mean: month.mean,
                n: month.month.n_valid,
                is_firm: month.month.is_valid(),
            }
        })
        .collect();
    against_dtv(
        "year-curve",
        t.planning_year_curve(),
        t.planning_year_curve_text(),
        t.planning_month(),
        &rows,
        ui,
    )
}

/// A weekday or month against DTV.
struct Row {
    name: String,
    label: String,
    index: Option<f64>,
    mean: Option<f64>,
    n: u32,
    is_firm: bool,
}

fn short(name: &str, letters: usize) -> String {
    name.chars().take(letters).collect()
}

fn against_dtv(id: &str, title: &str, text: &str, of: &str, rows: &[Row], ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let largest = rows.iter().filter_map(|row| row.index).fold(1.0, f64::max);
    html! {
        section.plan-section aria-labelledby=(id) {
            h2 id=(id) { (title) }
            p { (text) }
            @if rows.iter().all(|row| row.index.is_none()) {
                p.empty { (t.lack(crate::evaluation::Lack::NoValidDay)) }
            } @else {
                (picture(&Profile {
                    slots: rows.iter().map(|row| Slot { label: row.label.clone(), value: row.index, is_firm: row.is_firm }).collect(),
                    marks: Marks::Bars,
                    size: Size::Half,
                    axis: ValueAxis::from_zero(largest, ui.lang),
                    reference: Some(1.0),
                }, &format!("{id}-chart"), title, text, ui))
                details.data {
                    summary { (t.as_table()) }
                    div.data__scroll tabindex="0" role="region" aria-label=(format!("{title}: {}", t.as_table())) {
                        table {
                            thead {
                                tr {
                                    th scope="col" { (of) }
                                    th scope="col" { (t.planning_index()) }
                                    th scope="col" { (t.planning_mean()) }
                                    th scope="col" { (t.planning_valid_days()) }
                                }
                            }
                            tbody {
                                @for row in rows {
                                    tr {
                                        th scope="row" { (row.name) }
                                        td { (value(row.index, 2, ui)) @if !row.is_firm { " *" } }
                                        td { (value(row.mean, 0, ui)) }
                                        td { (row.n) }
                                    }
                                }
                            }
                        }
                        @if rows.iter().any(|row| !row.is_firm) { p { "* " (t.planning_month_invalid()) } }
                    }
                }
            }
        }
    }
}

/// The hours from the busiest down, as a picture; their table is that of the ranks.
pub(super) fn duration(answered: &Answered, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let hours = &answered.evaluation.duration.hours;
    let every = hours.len().div_ceil(MAX_POINTS).max(1);
    let step = if hours.len() > 4000 { 2000 } else { 500 };
    let mut last_label = 0;
    let slots: Vec<_> = hours
        .iter()
        .enumerate()
        .step_by(every)
        .map(|(i, hour)| {
            let mark = i / step * step;
            let label = if mark > last_label { numbers::count(mark as u64, ui.lang) } else { String::new() };
            last_label = mark.max(last_label);
            Slot { label, value: Some(hour.amount), is_firm: true }
        })
        .collect();
    let largest = hours.first().map_or(1.0, |hour| hour.amount.max(1.0));
    if slots.len() < 2 {
        return html! { p.empty { (t.lack(crate::evaluation::Lack::TooFewHours)) } };
    }
    let profile = Profile {
        slots,
        marks: Marks::Line,
        size: Size::Half,
        axis: ValueAxis::from_zero(largest, ui.lang),
        reference: None,
    };
    picture(&profile, "duration-chart", t.planning_duration(), t.planning_duration_text(), ui)
}

pub(super) fn picture(profile: &Profile, id: &str, title: &str, description: &str, ui: &Ui) -> Markup {
    drawn(svg(profile, Words { id, title, description, lang: ui.lang }), ui)
}

fn value(value: Option<f64>, decimals: usize, ui: &Ui) -> String {
    value.map_or_else(|| "–".to_owned(), |value| numbers::number(value, decimals, ui.lang))
}
