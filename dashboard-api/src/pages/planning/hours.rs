//! Hours of the clock by days: when it is busy.

use maud::{Markup, html};
use planning::{Calendar, series::Hour};
use std::collections::HashMap;

use super::{Answered, calendar, parts};
use crate::{
    AppState,
    charts::{
        draw::Words,
        heat_map::{self, Heat, HeatMap},
        ink::Theme,
    },
    counts::CountingSite,
    evaluation::Unit,
    pages::{numbers, parts::drawn, texts::Texts, ui::Ui},
};

/// Longest period whose days have room for columns of their own.
const LONGEST: i32 = 400;

/// The hours of all directions together as a picture; their values are in the files of the interface.
pub(super) fn map(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let asked = &answered.asked;
    if asked.period.n_days() > LONGEST {
        return html! {};
    }
    let calendar: Calendar = calendar(state);
    let range = asked.period.range(&calendar);
    let hours = answered.evaluation.counts.cross_section.hours(range).flatten();
    let hours: HashMap<_, f64> = hours.map(|hour: Hour| (hour.start, hour.amount)).collect();
    let heat = |start| hours.get(&start).map_or(Heat::Missing, |amount| Heat::Known(*amount));
    let map = HeatMap::new(range, calendar.zone(), heat);
    if map.is_empty() {
        return html! {};
    }
    let unit = t.figure_unit(Unit::PerHour, asked.property);
    let n = numbers::count(hours.len() as u64, ui.lang);
    let all = numbers::number(range.seconds() / 3600.0, 0, ui.lang);
    let text = t.planning_hours_text(&unit, &t.valid_of_hours(&n, &all));
    let words = Words { id: "hours", title: t.planning_hours(), description: &text, lang: ui.lang };
    let files = CountingSite::of(&answered.site.datastreams, asked.property);
    html! {
        (parts::chart_styles())
        section.panel.plan-hours.plan-screen aria-labelledby="hours-h" {
            h2 #hours-h { (t.planning_hours()) }
            p.plan-note { (text) }
            (drawn(heat_map::svg(&map, words, Theme::Page), ui))
            p.plan-note {
                (t.planning_hours_files()) " "
                @for (i, direction) in files.iter().flat_map(|site| &site.directions).enumerate() {
                    @if i > 0 { ", " }
                    a href=(format!(
                        "/api/v1/datastreams/{}/buckets?width=1h&from={}&to={}&format=csv",
                        direction.datastream, range.from(), range.to()
                    )) {
                        (direction.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(t.property(asked.property)))
                    }
                }
            }
        }
    }
}
