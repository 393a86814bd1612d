//! The page of one counting site, which is its report on paper, too.

use maud::{Markup, html};

use super::{
    Answered, Site, about, beside, crumbs, curves, date_field, date_in_words, figures, hours, language,
    objected, period_words, sent, tabs,
};
use crate::{
    AppState,
    charts::data::Chart,
    evaluation::{Asked, Objection, asked::SpeedBounds, is_motor},
    pages::{numbers, texts::Texts, ui::Ui},
};

/// The report.
pub(super) fn main(answered: &Answered, charts: &[Chart], state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let asked = &answered.asked;
    html! {
        div.report {
            section.intro {
                (crumbs(ui))
                h1 { (answered.site.thing.name) }
                p.lead { (t.property(asked.property)) ", " (period_words(&asked.period, state, ui)) }
                (completeness(answered, state, ui))
            }
            (tabs(&answered.site.thing.key, asked.property.key(), "", ui))
            (form(&answered.site, &answered.beside, &Fields::of(answered), ui))
            (periods(answered, state, ui))
            (suspicion(answered, state, ui))
            section.panel.plan-section {
                (figures::leads(answered, state, ui))
                (figures::table(answered, state, ui))
                @if is_motor(asked.property) {
                    p.plan-note { "RLS-19: " (t.planning_no_defaults()) " " strong { (t.planning_unverified()) } "." }
                }
            }
            div.panel.plan-curves {
                (curves::of_day(answered, ui))
                (curves::of_week(answered, ui))
                (curves::of_year(answered, ui))
                section.plan-section aria-labelledby="duration" {
                    h2 #duration { (t.planning_duration()) }
                    p { (t.planning_duration_text()) }
                    (curves::duration(answered, ui))
                    (figures::ranks(answered, state, ui))
                }
            }
            (hours::map(answered, state, ui))
            (beside::section(answered, charts, state, ui))
            (colophon(answered, state, ui))
        }
    }
}

/// What is wrong with the question, with the form to put it right.
pub(super) fn objection(
    site: &Site,
    objection: Option<&Objection>,
    query: &[(String, String)],
    ui: &Ui,
) -> Markup {
    let t = Texts(ui.lang);
    html! {
        (objected(&site.thing.name, objection, ui))
        (form(site, &beside::Beside::default(), &Fields::of_query(query), ui))
        p.panel { a href=(ui.href(&format!("/planning/{}", site.thing.key))) { (t.planning_twelve_months()) } }
    }
}

fn completeness(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let evaluation = &answered.evaluation;
    let count = |n: usize| numbers::count(n as u64, ui.lang);
    let n_valid = evaluation.days.iter().filter(|day| day.amount().is_some()).count();
    let n_months = evaluation.months.iter().filter(|month| month.is_valid()).count();
    let basis = crate::evaluation::Basis::Days;
    html! {
        p.plan-completeness {
            (t.valid_of(&count(n_valid), &count(evaluation.days.len()), basis)) " " (t.planning_month_valid()) ", "
            (t.valid_months(n_months, evaluation.months.len())) "."
            @if evaluation.is_provisional { " " span.plan-mark { (t.planning_provisional()) } }
            @if answered.asked.period.is_cut { " " (t.cut(&date_in_words(answered.asked.period.last, state, ui))) }
        }
    }
}

/// What stands in the form.
struct Fields {
    from: String,
    to: String,
    property: String,
    without_suspect: bool,
    weather: String,
    speed_bounds: String,
}

impl Fields {
    fn of(answered: &Answered) -> Self {
        let asked = &answered.asked;
        Self {
            from: asked.period.first.to_string(),
            to: asked.period.last.to_string(),
            property: asked.property.key().to_owned(),
            without_suspect: asked.without_suspect,
            weather: answered.beside.key().to_owned(),
            speed_bounds: asked.speed_bounds.as_ref().map(SpeedBounds::text).unwrap_or_default(),
        }
    }

    /// As it was sent, so that nobody has to type again what was right.
    fn of_query(query: &[(String, String)]) -> Self {
        Self {
            from: sent(query, "from"),
            to: sent(query, "to"),
            property: sent(query, "property"),
            without_suspect: sent(query, "without_suspect") == "1",
            weather: sent(query, "weather"),
            speed_bounds: sent(query, "speed_bounds"),
        }
    }
}

fn form(site: &Site, beside: &beside::Beside, fields: &Fields, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let action = format!("/planning/{}", site.thing.key);
    html! {
        div.panel.plan-ask {
            form.filter method="get" action=(action) {
                (language(ui))
                (date_field(t.planning_from(), "from", &fields.from))
                (date_field(t.planning_to(), "to", &fields.to))
                label { (t.planning_class())
                    select name="property" {
                        @for class in &site.classes {
                            option value=(class.key()) selected[class.key() == fields.property] { (t.property(*class)) }
                        }
                    }
                }
                @if beside.has_stations() { (beside.field(&fields.weather, ui)) }
                @if site.has_speed_classes() {
                    label { (t.planning_speed_bounds())
                        input type="text" name="speed_bounds" value=(fields.speed_bounds) placeholder="1,8,26,50" inputmode="decimal" size="14";
                    }
                }
                label.plan-check {
                    input type="checkbox" name="without_suspect" value="1" checked[fields.without_suspect];
                    span { (t.planning_without_suspect()) }
                }
                button.button type="submit" { (t.planning_show()) }
            }
        }
    }
}

/// The periods asked for most: the last twelve months and the years since the site began, the latest five.
fn periods(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let asked = &answered.asked;
    let year = |at| state.zone.to_datetime(at).year();
    let this_year = year(answered.now);
    let first_year = answered.site.began.map_or(this_year, year).max(this_year - 4);
    let key = &answered.site.thing.key;
    let class = asked.property.key();
    html! {
        nav.panel.plan-periods aria-label=(t.period()) {
            a href=(ui.href(&format!("/planning/{key}?property={class}"))) { (t.planning_twelve_months()) }
            @for year in (first_year..=this_year).rev() {
                a href=(ui.href(&format!("/planning/{key}?from={year}-01-01&to={year}-12-31&property={class}")))
                    aria-current=[(asked.period.calendar_year() == Some(year)).then_some("page")] { (year) }
            }
        }
    }
}

/// Zeros that may be an outage: never taken out silently.
fn suspicion(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let evaluation = &answered.evaluation;
    if evaluation.suspects.is_empty() {
        return html! {};
    }
    let asked = &answered.asked;
    let other = Asked { without_suspect: !asked.without_suspect, ..asked.clone() };
    let link = ui.href(&format!("/planning/{}?{}", answered.site.thing.key, other.query()));
    let several = evaluation.counts.directions.len() > 1;
    let at = |at| numbers::date_time(at, &state.zone, ui.lang);
    html! {
        section.panel {
            div.plan-alert {
                h2 { (t.planning_suspicion()) }
                ul {
                    @for suspect in &evaluation.suspects {
                        li {
                            @if let Some(direction) = evaluation.counts.directions.get(suspect.direction).filter(|_| several) {
                                (direction.name) ": "
                            }
                            strong { (t.span(&at(suspect.range.from()), &at(suspect.range.to()))) } ": "
                            (t.expected_zeros(&numbers::number(suspect.expected, 0, ui.lang)))
                            " (" (if suspect.is_outage { t.planning_outage() } else { t.planning_doubt() }) ")"
                        }
                    }
                }
                p {
                    (if asked.without_suspect { t.planning_left_out() } else { t.planning_in_figures() }) " "
                    (t.planning_quiet_streets())
                }
                p.plan-screen {
                    a href=(link) {
                        (if asked.without_suspect { t.planning_take_in() } else { t.planning_leave_out() })
                    }
                }
            }
        }
    }
}

/// When values are valid, where they come from, and the files.
fn colophon(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let asked = &answered.asked;
    let key = &answered.site.thing.key;
    let query = format!("{}{}", asked.query(), answered.beside.query());
    html! {
        section.panel.plan-colophon {
            h2 { (t.planning_rules()) }
            ul {
                li { (t.planning_rule_days()) }
                li { (t.planning_rule_hours()) }
                li { (t.planning_rule_months()) }
                li { (t.planning_rule_interval()) }
                li { (t.planning_rule_short()) }
                li { (t.planning_rule_missing()) }
            }
            p.plan-screen.plan-files {
                a.button href=(ui.href(&format!("/planning/{key}.csv?{query}"))) download { (t.planning_csv()) }
                a.button href=(ui.href(&format!("/planning/{key}/days.csv?{query}"))) download { (t.planning_days_csv()) }
                a href=(ui.href(&format!("/planning/{key}?{query}"))) { (t.planning_link()) }
            }
            (about(&answered.site.thing.name, t.property(asked.property), &asked.period, answered.now, state, ui))
        }
    }
}
