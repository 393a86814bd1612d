//! `/planning/{thing}/extrapolate`: a DTV from a short count.

mod lines;

use std::collections::HashSet;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{ObservedProperty, Truncated};
use jiff::{Timestamp, ToSpan, civil::Date};
use maud::{Markup, html};
use planning::{Calendar, Resolution, weather::StationDay};
use store::Thing;

use super::{
    Pairs, PeriodFields, Site, Unanswered, about, calendar, crumbs, date_field, language, lead, objected,
    period_words, sheet, tabs,
};
use crate::{
    AppState, Problem,
    counts::CountingSite,
    evaluation::{
        Objection, Period,
        asked::property,
        counts,
        extrapolation::{Extrapolated, RawCandidate, year_of_reference},
        station::{Detail, by_distance},
    },
    pages::{error_page::PageError, texts::Texts, ui::Ui},
};

/// Longest short count, days: beyond, the site has figures of its own.
const LONGEST: i32 = 92;

/// What is asked of an extrapolation.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `answer` reads")]
struct ExtrapolateQuery {
    /// First day of the short count; without any date the last seven days.
    #[param(example = "2026-09-07")]
    from: Option<String>,
    /// Last day, included; 92 days at most.
    #[param(example = "2026-09-13")]
    to: Option<String>,
    /// What is counted; without it the first class that the Thing counts.
    #[param(example = "bicycle_count")]
    property: Option<String>,
    /// Key of a site of reference, as often as there are; without any all sites of the class that have a year.
    #[param(rename = "ref", example = "haarenufer")]
    reference: Option<String>,
    /// Language, `de` or `en`; without it that of `Accept-Language`.
    #[param(example = "de")]
    lang: Option<String>,
}

/// What is needed to show the form.
struct Asked {
    site: Site,
    others: Vec<Thing>,
    property: ObservedProperty,
}

/// An extrapolation with all that it was made of.
struct Answered {
    asked: Asked,
    short: Period,
    year: Period,
    chosen: Vec<String>,
    found: Extrapolated,
    /// The weather of the counted days at the nearest station.
    weather: Option<(String, Vec<StationDay>)>,
    now: Timestamp,
}

/// `GET /planning/{key}/extrapolate`.
pub(crate) async fn get(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(query): Pairs,
    headers: HeaderMap,
    ui: Ui,
) -> Response {
    match answer(&state, &key, &query, &ui).await {
        Ok(answered) => {
            let title = format!("{}: {}", answered.asked.site.thing.name, Texts(ui.lang).extrapolate_title());
            super::page(&state, &ui, StatusCode::OK, &title, &main(&answered, &state, &ui), &headers)
        }
        Err(Unanswered::Objection(asked, objection)) => {
            let main = html! {
                (objected(&asked.site.thing.name, objection.as_ref(), &ui))
                (form(&asked, &PeriodFields::of_query(&query), &[], &ui))
            };
            super::page(&state, &ui, StatusCode::BAD_REQUEST, &asked.site.thing.name, &main, &headers)
        }
        Err(unanswered) => super::failed(unanswered, &state, &headers, &ui),
    }
}

/// Tables a DTV that follows from a short count.
///
/// By what sites of the same class counted at the same time against their own DTV; with the error the method has at those sites.
#[utoipa::path(
    get,
    path = "/planning/{key}/extrapolate.csv",
    tag = "planning",
    params(("key" = String, Path, description = "Key of the Thing", example = "pophankenweg"), ExtrapolateQuery),
    responses(
        (status = 200, description = "The figures; where data are too few with the reason instead", body = String, content_type = "text/csv"),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Thing, or one that counts nothing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_csv(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(query): Pairs,
    headers: HeaderMap,
    ui: Ui,
) -> Response {
    let answered = answer(&state, &key, &query, &ui).await;
    let body = answered.map(|answered| {
        let about = [
            ("thing", answered.asked.site.thing.name.clone()),
            ("property", answered.asked.property.key().to_owned()),
            ("from", answered.short.first.to_string()),
            ("to", answered.short.last.to_string()),
            ("reference_from", answered.year.first.to_string()),
            ("reference_to", answered.year.last.to_string()),
        ];
        let mut all = lines::of(&answered, ui.lang);
        all.extend(lines::of_references(&answered, ui.lang));
        sheet::csv(&all, &about, &state.zone)
    });
    super::csv_file(body, &key, super::COUNTS_NOTHING, &headers)
}

async fn answer(
    state: &AppState,
    key: &str,
    query: &[(String, String)],
    ui: &Ui,
) -> Result<Answered, Unanswered<Asked>> {
    let site = super::read_site(state, key, ui.lang).await?;
    if site.classes.is_empty() {
        return Err(Unanswered::Nothing(site.thing.name));
    }
    let catalogue = super::Catalogue::read(state).await?;
    let wanted = property(query, &site.classes);
    let class = wanted.as_ref().copied().unwrap_or(site.classes[0]);
    let others = catalogue.things.iter().filter(|thing| thing.id != site.thing.id);
    let counts = |thing: &&Thing| CountingSite::of(catalogue.datastreams(thing), class).is_some();
    let asked = Asked { others: others.filter(counts).cloned().collect(), property: class, site };
    let now = state.clock.now();
    let today = state.zone.to_datetime(now).date();
    let question = wanted.and_then(|_| Ok((short(query, today)?, chosen(query, &asked)?)));
    let (short, chosen) = match question {
        Ok(question) => question,
        Err(objection) => return Err(Unanswered::Objection(Box::new(asked), Some(objection))),
    };
    let calendar = calendar(state);
    let year = year_of_reference(&short, today);
    let read = async |datastreams, period: &Period, finest| {
        let range = period.range(&calendar);
        counts::read(&state.store, datastreams, class, range, finest, ui.lang).await
    };
    let raw = read(&asked.site.datastreams, &short, Resolution::QuarterHour).await?;
    let raw = raw.ok_or(PageError::NoSuchThing)?;
    let mut candidates = Vec::new();
    for thing in &asked.others {
        // A year of hours is enough to tell its days.
        let counted = read(catalogue.datastreams(thing), &year, Resolution::Hour).await?;
        candidates.extend(counted.map(|raw| RawCandidate {
            key: thing.key.clone(),
            name: thing.name.clone(),
            raw,
        }));
    }
    let weather = weather(state, &asked, &short, &catalogue, &calendar).await?;
    let keys = chosen.clone();
    let task = move || Extrapolated::new(&raw, &short, candidates, &year, &keys, &calendar);
    let found = tokio::task::spawn_blocking(task)
        .await
        .map_err(|error| PageError::Mistake(error.into()))?
        .map_err(|error| PageError::Mistake(error.into()))?;
    Ok(Answered { asked, short, year, chosen, found, weather, now })
}

async fn weather(
    state: &AppState,
    asked: &Asked,
    short: &Period,
    catalogue: &super::Catalogue,
    calendar: &Calendar,
) -> Result<Option<(String, Vec<StationDay>)>, PageError> {
    let stations = by_distance(catalogue.stations(), asked.site.thing.position);
    let Some((station, _)) = stations.first() else { return Ok(None) };
    let measured = station.read(&state.store, short.range(calendar), Detail::Days).await?;
    let days = Calendar::dates(short.first, short.last).map(|date| measured.day(calendar, date)).collect();
    Ok(Some((station.thing.name.clone(), days)))
}

/// The short count: the last seven days if nothing is said.
fn short(query: &[(String, String)], today: Date) -> Result<Period, Objection> {
    let names = ("from", "to");
    let yesterday = today.saturating_sub(1.day());
    let period = Period::parse_given(query, names, today)?.unwrap_or(Period {
        first: yesterday.saturating_sub(6.days()),
        last: yesterday,
        is_cut: false,
    });
    if period.n_days() > LONGEST {
        return Err(Objection::NotShort { days: period.n_days(), most: LONGEST });
    }
    Ok(period)
}

/// The keys of the references chosen; none for all that are fit.
fn chosen(query: &[(String, String)], asked: &Asked) -> Result<Vec<String>, Objection> {
    let given: HashSet<&str> = query
        .iter()
        .filter(|(name, key)| name == "ref" && !key.is_empty())
        .map(|(_, key)| key.as_str())
        .collect();
    let is_known = |key: &str| asked.others.iter().any(|thing| thing.key == key);
    if let Some(found) = given.iter().find(|key| !is_known(key)) {
        let keys = asked.others.iter().map(|thing| thing.key.clone()).collect();
        return Err(Objection::NoSuchThing { name: "ref", found: Truncated::new(found), keys });
    }
    Ok(asked
        .others
        .iter()
        .map(|thing| thing.key.clone())
        .filter(|key| given.contains(key.as_str()))
        .collect())
}

impl Answered {
    /// The question as a query that always means the same.
    fn query(&self) -> String {
        let references: Vec<_> = self.chosen.iter().map(|key| format!("&ref={key}")).collect();
        format!(
            "from={}&to={}&property={}{references}",
            self.short.first,
            self.short.last,
            self.asked.property.key(),
            references = references.concat()
        )
    }
}

fn main(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let asked = &answered.asked;
    let all = lines::of(answered, ui.lang);
    let find = |key: &str| all.iter().find(|line| line.key == key);
    let warnings = lines::warnings(answered, state, ui);
    let interval = t.extrapolate_range();
    html! {
        div.report.report--extrapolate {
            section.intro {
                (crumbs(ui))
                h1 { (asked.site.thing.name) }
                p.lead { (t.extrapolate_title()) ": " (t.property(asked.property)) ", " (period_words(&answered.short, state, ui)) }
            }
            (tabs(&asked.site.thing.key, asked.property.key(), "/extrapolate", ui))
            (form(asked, &PeriodFields::of(&answered.short), &used(answered), ui))
            section.panel.plan-section {
                div.plan-say { p.plan-say__text { (lines::sentence(answered, ui.lang)) } }
                dl.plan-leads {
                    @for line in ["mean_counted", "dtv_extrapolated"].iter().filter_map(|key| find(key)) {
                        (lead(line, state, ui))
                    }
                }
                @if !warnings.is_empty() {
                    div.plan-alert {
                        h2 { (t.extrapolate_mind()) }
                        ul { @for warning in &warnings { li { (warning) } } }
                    }
                }
                (sheet::table(&all, t.planning_figures(), interval, &state.zone, ui))
            }
            section.panel.plan-section {
                (sheet::table(&lines::of_references(answered, ui.lang), t.extrapolate_references(), interval, &state.zone, ui))
                p.plan-note { (t.extrapolate_year(&period_words(&answered.year, state, ui))) }
            }
            (colophon(answered, state, ui))
        }
    }
}

/// The keys of the references in use.
fn used(answered: &Answered) -> Vec<String> {
    let candidates = &answered.found.candidates;
    candidates.iter().filter(|candidate| candidate.is_used).map(|candidate| candidate.key.clone()).collect()
}

fn form(asked: &Asked, fields: &PeriodFields, used: &[String], ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let action = format!("/planning/{}/extrapolate", asked.site.thing.key);
    html! {
        div.panel.plan-ask {
            form.filter.plan-form method="get" action=(action) {
                (language(ui))
                fieldset {
                    legend { (t.extrapolate_short()) }
                    (date_field(t.planning_from(), "from", &fields.from))
                    (date_field(t.planning_to(), "to", &fields.to))
                }
                @if asked.site.classes.len() > 1 {
                    label { (t.planning_class())
                        select name="property" {
                            @for class in &asked.site.classes {
                                option value=(class.key()) selected[*class == asked.property] { (t.property(*class)) }
                            }
                        }
                    }
                }
                @if !asked.others.is_empty() {
                    fieldset.plan-choices {
                        legend { (t.extrapolate_references()) }
                        @for thing in &asked.others {
                            label.plan-check {
                                input type="checkbox" name="ref" value=(thing.key) checked[used.contains(&thing.key)];
                                span { (thing.name) }
                            }
                        }
                    }
                }
                button.button type="submit" { (t.extrapolate_do()) }
            }
        }
    }
}

fn colophon(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let asked = &answered.asked;
    let (key, query) = (&asked.site.thing.key, answered.query());
    html! {
        section.panel.plan-colophon {
            h2 { (t.compare_rules()) }
            ul {
                li { (t.extrapolate_rule_factor()) }
                li { (t.extrapolate_rule_times()) }
                li { (t.extrapolate_rule_error()) }
                li { (t.extrapolate_rule_references()) }
            }
            p.plan-screen.plan-files {
                a.button href=(ui.href(&format!("/planning/{key}/extrapolate.csv?{query}"))) download { (t.planning_csv()) }
                a href=(ui.href(&format!("/planning/{key}/extrapolate?{query}"))) { (t.planning_link()) }
            }
            (about(&asked.site.thing.name, t.property(asked.property), &answered.short, answered.now, state, ui))
        }
    }
}
