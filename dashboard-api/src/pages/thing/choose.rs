//! Which period is shown and what it is compared with: steps, tabs, forms. All of it works without a script.

use std::collections::HashMap;

use domain::{BucketWidth, ThingId};
use jiff::{Timestamp, civil::Date};
use maud::{Markup, html};
use store::{Datastream, StoreError, Thing};
use tokio::time::Duration;

use super::{
    super::{
        numbers,
        parts::{language, pause_button},
        texts::Texts,
        ui::Ui,
    },
    ThingPage,
};
use crate::{
    AppState,
    cached::Cached,
    charts::{
        ChartRange,
        comparison::Comparison,
        period::{Period, Unit},
        read, words,
    },
};

/// Most sites offered to compare with.
const MOST_SITES: usize = 300;

/// All Things with what they measure, by key. Kept for a minute: pages are loaded again every few seconds, and Things are put up rarely.
#[derive(Debug)]
pub(crate) struct Sites(Cached<Vec<(Thing, Vec<Datastream>)>, u64>);

impl Default for Sites {
    fn default() -> Self {
        Self(Cached::for_at_most(Duration::from_mins(1)))
    }
}

impl Sites {
    /// Other Things that measure something this one does: key and name.
    pub(super) async fn comparable(
        &self,
        state: &AppState,
        thing: &Thing,
        own: &[Datastream],
    ) -> Result<Vec<(String, String)>, StoreError> {
        let version = state.store.registry_version().await?;
        let sites = self.0.get(version, async || all(state).await).await?;
        let alike = sites
            .iter()
            .filter(|(other, theirs)| other.id != thing.id && read::is_comparable(own, theirs))
            .map(|(other, _)| (other.key.clone(), other.name.clone()));
        Ok(alike.take(MOST_SITES).collect())
    }
}

async fn all(state: &AppState) -> Result<Vec<(Thing, Vec<Datastream>)>, StoreError> {
    let mut by_thing: HashMap<ThingId, Vec<Datastream>> = HashMap::new();
    for datastream in state.store.datastreams(None).await? {
        by_thing.entry(datastream.thing).or_default().push(datastream);
    }
    let mut things = state.store.things().await?;
    things.sort_by(|a, b| a.key.cmp(&b.key));
    let with_streams = things.into_iter().filter_map(|thing| {
        let datastreams = by_thing.remove(&thing.id)?;
        Some((thing, datastreams))
    });
    Ok(with_streams.collect())
}

/// Everything above the charts.
pub(super) fn toolbar(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    html! {
        div.toolbar.toolbar--periods {
            (tabs(page, state, ui))
            p.toolbar__time data-live="time" {
                (t.as_of()) " " (numbers::oclock(page.now, &state.zone, ui.lang)) " "
                (numbers::zone_name(page.now, &state.zone, ui.lang))
            }
            (pause_button(t))
        }
        section.period-head #view data-live="view" aria-labelledby="view-h"
            data-from=(range(page, state).from().as_millisecond()) data-to=(range(page, state).to().as_millisecond())
            data-first=[page.first_at.map(Timestamp::as_millisecond)]
            data-end=(BucketWidth::Day.bucket_of(page.now, &state.zone).to().as_millisecond()) {
            (steps(page, state, ui))
            (zoom(page, state, ui))
            (forms(page, state, ui))
            p.permalink data-online {
                a #permalink href=(here(page, &page.view.permanent(&state.zone), ui)) { (t.permanent_link()) }
                // The script puts a button into it.
                span data-own data-copy="permalink" data-label=(t.copy_link()) data-done=(t.copied()) {}
            }
        }
        // Said aloud by the script: the interval the keys have reached, the period a zoom shows.
        p.visually-hidden #chart-said role="status" aria-live="polite" {}
    }
}

fn range(page: &ThingPage, state: &AppState) -> domain::TimeRange {
    page.view.period.range(page.now, &state.zone)
}

fn here(page: &ThingPage, query: &str, ui: &Ui) -> String {
    ui.href(&format!("/things/{}?{query}", page.thing.key))
}

/// The day that another unit of the calendar shows: today where it is shown, else the first day shown.
fn focus(page: &ThingPage, state: &AppState) -> Date {
    let today = state.zone.to_datetime(page.now).date();
    if range(page, state).contains(page.now) {
        today
    } else {
        page.view.period.first_day(page.now, &state.zone)
    }
}

fn tabs(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let focus = focus(page, state);
    let of_calendar = |unit: Unit| Period::Calendar(unit, unit.first(focus));
    let is_unit = |unit| matches!(page.view.period, Period::Calendar(shown, _) if shown == unit);
    html! {
        nav.tabs data-live="last" aria-label=(t.up_to_now()) {
            @for range in ChartRange::ALL {
                @let period = Period::Last(range);
                a href=(here(page, &page.view.query_of(period), ui)) aria-current=[(period == page.view.period).then_some("page")] {
                    (range.name(t))
                }
            }
        }
        nav.tabs data-live="calendar" data-online aria-label=(t.calendar()) {
            @for unit in Unit::ALL {
                a href=(here(page, &page.view.query_of(of_calendar(unit)), ui)) aria-current=[is_unit(unit).then_some("page")] {
                    (unit_name(unit, t))
                }
            }
        }
    }
}

fn unit_name(unit: Unit, t: Texts) -> &'static str {
    match unit {
        Unit::Day => t.unit_day(),
        Unit::Week => t.unit_week(),
        Unit::Month => t.unit_month(),
        Unit::Year => t.unit_year(),
    }
}

/// The period's name between those before and after it.
fn steps(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let (zone, now, period) = (&state.zone, page.now, page.view.period);
    let name = |period| words::period_name(period, now, zone, ui.lang);
    // Before the first value there is nothing to step to.
    let has_data = |period: &Period| page.first_at.is_some_and(|first| period.range(now, zone).to() > first);
    let step = |to: Option<Period>, rel: &str, label: &str, sign: &str| {
        html! {
            @match to {
                Some(to) => {
                    a.step rel=(rel) data-online href=(here(page, &page.view.query_of(to), ui)) aria-label=(format!("{label}: {}", name(to)))
                        title=(name(to)) { span aria-hidden="true" { (sign) } }
                }
                None => span.step.step--none data-online aria-hidden="true" { (sign) },
            }
        }
    };
    html! {
        div.steps {
            (step(Some(period.before(now, zone)).filter(has_data), "prev", t.period_before(), "‹"))
            h2 #view-h { (name(period)) }
            (step(period.after(now, zone), "next", t.period_after(), "›"))
        }
    }
}

/// Closer, further, back: links, which a script follows without leaving the page.
fn zoom(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let (zone, now, period) = (&state.zone, page.now, page.view.period);
    let link = |to: Option<Period>, label: &str, sign: &str| {
        html! {
            @match to {
                Some(to) => a.step data-zoom href=(here(page, &page.view.query_of(to), ui)) aria-label=(label) title=(label) { span aria-hidden="true" { (sign) } },
                None => span.step.step--none aria-hidden="true" { (sign) },
            }
        }
    };
    html! {
        p.zoom data-online {
            (link(period.zoomed(false, now, zone), t.zoom_out(), "−"))
            (link(period.zoomed(true, now, zone), t.zoom_in(), "+"))
            @if let Period::Between(_) = period {
                a.step.step--word data-zoom href=(here(page, &page.view.query_of(whole(page, state)), ui)) { (t.zoom_reset()) }
            }
        }
    }
}

/// The shortest period of the calendar that holds what is shown.
fn whole(page: &ThingPage, state: &AppState) -> Period {
    let range = range(page, state);
    let first = state.zone.to_datetime(range.from()).date();
    let unit = |unit: &Unit| {
        Period::Calendar(*unit, unit.first(first)).range(page.now, &state.zone).to() >= range.to()
    };
    let unit = Unit::ALL.into_iter().find(unit).unwrap_or(Unit::Year);
    Period::Calendar(unit, unit.first(first))
}

fn forms(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let action = format!("/things/{}", page.thing.key);
    html! {
        details.choose data-online open[page.view.comparison.is_some()] {
            summary { (t.choose_and_compare()) }
            form.filter action=(action) method="get" {
                (day_fields(page, state, ui))
                @for (name, value) in compare_fields(page) { input type="hidden" name=(name) value=(value); }
                (language(ui))
                button.button type="submit" { (t.show()) }
            }
            form.filter action=(action) method="get" {
                @for (name, value) in period_fields(page) { input type="hidden" name=(name) value=(value); }
                (comparison_fields(page, state, ui))
                (language(ui))
                button.button type="submit" { (t.compare()) }
            }
        }
    }
}

fn day_fields(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let shown = match page.view.period {
        Period::Calendar(unit, _) => unit,
        Period::Last(ChartRange::Day) => Unit::Day,
        Period::Last(ChartRange::Week) => Unit::Week,
        Period::Last(ChartRange::Month) => Unit::Month,
        Period::Last(ChartRange::Year) => Unit::Year,
        Period::Between(_) => match whole(page, state) {
            Period::Calendar(unit, _) => unit,
            _ => Unit::Day,
        },
    };
    html! {
        label { (t.period())
            select name="range" {
                @for unit in Unit::ALL { option value=(unit.key()) selected[unit == shown] { (unit_name(unit, t)) } }
            }
        }
        label { (t.with_the_day())
            input type="date" name="date" required value=(focus(page, state)) min=[first_day(page, state)] max=(today(page, state));
        }
    }
}

fn comparison_fields(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let chosen = page.view.comparison.as_ref();
    let date = match chosen {
        Some(Comparison::From(date)) => date.to_string(),
        _ => String::new(),
    };
    let is = |comparison: &Comparison| chosen == Some(comparison);
    html! {
        label { (t.compare_with())
            select name="compare" {
                option value="" { (t.compare_nothing()) }
                optgroup label=(t.other_period()) {
                    option value="previous" selected[is(&Comparison::Previous)] { (t.compare_previous()) }
                    option value="year" selected[is(&Comparison::YearBefore)] { (t.compare_year()) }
                    option value="date" selected[matches!(chosen, Some(Comparison::From(_)))] { (t.compare_date()) }
                }
                @if !page.comparable.is_empty() {
                    optgroup label=(t.other_site()) {
                        @for (key, name) in &page.comparable {
                            option value=(format!("site:{key}")) selected[is(&Comparison::Site(key.clone()))] { (name) }
                        }
                    }
                }
            }
        }
        label { (t.day_of_comparison())
            input type="date" name="compare_date" value=(date) min=[first_day(page, state)] max=(today(page, state));
        }
    }
}

/// The period as fields of a form, which replace the query.
fn period_fields(page: &ThingPage) -> Vec<(String, String)> {
    pairs(&page.view.period.query())
}

fn compare_fields(page: &ThingPage) -> Vec<(String, String)> {
    page.view.comparison.as_ref().map(|comparison| pairs(&comparison.query())).unwrap_or_default()
}

/// Queries of our own have no character that would be escaped.
fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn first_day(page: &ThingPage, state: &AppState) -> Option<Date> {
    page.first_at.map(|first| state.zone.to_datetime(first).date())
}

fn today(page: &ThingPage, state: &AppState) -> Date {
    state.zone.to_datetime(page.now).date()
}
