//! The days of both periods on one scale.

use domain::ObservedProperty;
use maud::{Markup, html};

use super::super::{curves, period_words};
use crate::{
    AppState,
    charts::{
        axis::ValueAxis,
        profile::{Marks, Profile, Size, Slot},
    },
    evaluation::{Unit, comparison::SideDays},
    pages::{numbers, texts::Texts, ui::Ui},
};

/// The days of a period; the line is their mean. The scale is that of the other period, too.
pub(super) fn of(
    side: &SideDays,
    other: &SideDays,
    title: &str,
    id: &str,
    class: ObservedProperty,
    state: &AppState,
    ui: &Ui,
) -> Markup {
    let t = Texts(ui.lang);
    let amounts = side.days.iter().chain(&other.days).filter_map(planning::Day::amount);
    let largest = amounts.fold(1.0, f64::max);
    let n = side.days.len();
    let slots = side.days.iter().enumerate().map(|(i, day)| {
        // Mondays of a short period, first days of a longer one's months.
        let is_marked = if n <= 62 { i % 7 == 0 } else { day.date.day() == 1 };
        let month = numbers::month(day.date.month(), ui.lang);
        let label = match (is_marked, n) {
            (false, _) => String::new(),
            (true, ..=62) => format!("{}.{}.", day.date.day(), day.date.month()),
            (true, ..=190) => month.chars().take(3).collect(),
            (true, _) => month.chars().take(1).collect(),
        };
        Slot { label, value: day.amount(), is_firm: true }
    });
    let profile = Profile {
        slots: slots.collect(),
        marks: Marks::BarsOfTime,
        size: Size::Half,
        axis: ValueAxis::from_zero(largest, ui.lang),
        reference: side.mean.map(|mean| mean.value),
    };
    let unit = t.figure_unit(Unit::PerDay, class);
    let words = t.compare_picture(&unit);
    html! {
        section.plan-section aria-labelledby=(format!("{id}-h")) {
            h2 id=(format!("{id}-h")) { (title) }
            p { (period_words(&side.period, state, ui)) ". " (words) }
            @if side.mean.is_none() {
                p.empty { (t.lack_no_valid_day()) }
            } @else {
                (curves::picture(&profile, &format!("{id}-days"), title, &words, ui))
            }
        }
    }
}
