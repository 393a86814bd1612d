//! `/planning/{thing}/compare`: what changed at a counting site from one period to another.

mod lines;
mod pictures;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{ObservedProperty, Truncated};
use jiff::{Timestamp, ToSpan, civil::Date};
use maud::{Markup, html};
use planning::{Calendar, Resolution};
use store::Thing;

use super::{
    Pairs, Site, Unanswered, about, calendar, crumbs, date_field, language, lead, objected, period_words,
    sent, sheet, tabs,
};
use crate::{
    AppState, Problem,
    counts::CountingSite,
    evaluation::{
        Objection, Period, WeatherStation,
        asked::property,
        comparison::{Compared, Side},
        counts,
        station::{Detail, by_distance},
    },
    pages::{error_page::PageError, numbers, texts::Texts, ui::Ui},
};

const BEFORE: (&str, &str) = ("before_from", "before_to");
const AFTER: (&str, &str) = ("after_from", "after_to");

/// What is asked of a comparison.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `answer` reads")]
struct CompareQuery {
    /// First day of the first period; without any date the same months a year before the second.
    #[param(example = "2025-05-01")]
    before_from: Option<String>,
    /// Last day of the first period, included.
    #[param(example = "2025-09-30")]
    before_to: Option<String>,
    /// First day of the second period; without any date the last three whole months.
    #[param(example = "2026-05-01")]
    after_from: Option<String>,
    /// Last day of the second period, included.
    #[param(example = "2026-09-30")]
    after_to: Option<String>,
    /// What is counted; without it the first class that the Thing counts.
    #[param(example = "bicycle_count")]
    property: Option<String>,
    /// Key of the weather station; without it the nearest, `none` for none.
    #[param(example = "schlossgarten")]
    weather: Option<String>,
    /// Key of a control site, where nothing was changed.
    #[param(example = "damm")]
    control: Option<String>,
    /// Language, `de` or `en`; without it that of `Accept-Language`.
    #[param(example = "de")]
    lang: Option<String>,
}

/// What is needed to show the form.
struct Asked {
    site: Site,
    /// Nearest first, with the distance in kilometres.
    stations: Vec<(WeatherStation, Option<f64>)>,
    /// Other sites that count the same.
    controls: Vec<Thing>,
    property: ObservedProperty,
    /// Day of the first count.
    began: Option<Date>,
}

/// A comparison with all that it was made of.
struct Answered {
    asked: Asked,
    station: Option<usize>,
    control: Option<usize>,
    compared: Compared,
    now: Timestamp,
}

/// `GET /planning/{key}/compare`.
pub(crate) async fn get(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(query): Pairs,
    headers: HeaderMap,
    ui: Ui,
) -> Response {
    match answer(&state, &key, &query, &ui).await {
        Ok(answered) => {
            let name = &answered.asked.site.thing.name;
            let title = format!("{name}: {}", Texts(ui.lang).compare_title());
            super::page(&state, &ui, StatusCode::OK, &title, &main(&answered, &state, &ui), &headers)
        }
        Err(Unanswered::Objection(asked, objection)) => {
            let main = html! {
                (objected(&asked.site.thing.name, objection.as_ref(), &ui))
                (form(&asked, &Fields::of_query(&query), &ui))
            };
            super::page(&state, &ui, StatusCode::BAD_REQUEST, &asked.site.thing.name, &main, &headers)
        }
        Err(unanswered) => super::failed(unanswered, &state, &headers, &ui),
    }
}

/// Tables what changed at a counting site from one period to another.
///
/// Plain means, what weather, season and kind of day explain, and the change besides with its 95 % interval; the effects in the model, and those
/// left out with the reason.
#[utoipa::path(
    get,
    path = "/planning/{key}/compare.csv",
    tag = "planning",
    params(("key" = String, Path, description = "Key of the Thing", example = "pophankenweg"), CompareQuery),
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
        let (before, after) = (&answered.compared.before.period, &answered.compared.after.period);
        let name = |thing: Option<&Thing>| thing.map_or_else(String::new, |thing| thing.name.clone());
        let about = [
            ("thing", answered.asked.site.thing.name.clone()),
            ("property", answered.asked.property.key().to_owned()),
            ("before_from", before.first.to_string()),
            ("before_to", before.last.to_string()),
            ("after_from", after.first.to_string()),
            ("after_to", after.last.to_string()),
            ("weather", name(answered.station())),
            ("control", name(answered.control())),
        ];
        let mut all =
            lines::of(&answered.compared, answered.asked.property, answered.control().is_some(), ui.lang);
        all.extend(lines::of_model(&answered.compared, ui.lang));
        sheet::csv(&all, &about, &state.zone)
    });
    super::csv_file(body, &key, super::COUNTS_NOTHING, &headers)
}

impl Answered {
    fn station(&self) -> Option<&Thing> {
        Some(&self.asked.stations.get(self.station?)?.0.thing)
    }

    fn control(&self) -> Option<&Thing> {
        self.asked.controls.get(self.control?)
    }
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
    let asked = Asked {
        stations: by_distance(catalogue.stations(), site.thing.position),
        controls: others.filter(counts).cloned().collect(),
        property: class,
        began: site.began.map(|at| state.zone.to_datetime(at).date()),
        site,
    };
    let now = state.clock.now();
    let today = state.zone.to_datetime(now).date();
    let question = match wanted.and_then(|_| Question::parse(query, &asked, today)) {
        Ok(question) => question,
        Err(objection) => return Err(Unanswered::Objection(Box::new(asked), Some(objection))),
    };
    let calendar = calendar(state);
    let before = side(state, &asked, &question, question.before, &catalogue, &calendar, ui).await?;
    let after = side(state, &asked, &question, question.after, &catalogue, &calendar, ui).await?;
    let task = move || Compared::new(&before, &after, &calendar);
    let compared = tokio::task::spawn_blocking(task)
        .await
        .map_err(|error| PageError::Mistake(error.into()))?
        .map_err(|error| PageError::Mistake(error.into()))?;
    Ok(Answered { asked, station: question.station, control: question.control, compared, now })
}

/// Two periods, a station and a control site, by index.
struct Question {
    before: Period,
    after: Period,
    station: Option<usize>,
    control: Option<usize>,
}

impl Question {
    fn parse(query: &[(String, String)], asked: &Asked, today: Date) -> Result<Self, Objection> {
        let given_after = Period::parse_given(query, AFTER, today)?;
        let after = given_after.unwrap_or_else(|| last_three_months(today));
        let before = Period::parse_given(query, BEFORE, today)?;
        let before = before.unwrap_or_else(|| before_of(&after, asked.began));
        if after.first <= before.last {
            return Err(Objection::Overlapping { last: before.last, first: after.first });
        }
        let keys: Vec<&str> = asked.stations.iter().map(|(station, _)| station.thing.key.as_str()).collect();
        let station = match sent(query, "weather").trim() {
            "" => (!keys.is_empty()).then_some(0),
            "none" => None,
            found => Some(position(&keys, "weather", found)?),
        };
        let keys: Vec<&str> = asked.controls.iter().map(|thing| thing.key.as_str()).collect();
        let control = match sent(query, "control").trim() {
            "" | "none" => None,
            found => Some(position(&keys, "control", found)?),
        };
        Ok(Self { before, after, station, control })
    }
}

fn position(keys: &[&str], name: &'static str, found: &str) -> Result<usize, Objection> {
    keys.iter().position(|key| *key == found).ok_or_else(|| Objection::NoSuchThing {
        name,
        found: Truncated::new(found),
        keys: keys.iter().map(|key| (*key).to_owned()).chain(["none".to_owned()]).collect(),
    })
}

/// The same days a year before, or the three months before for a site that is younger.
fn before_of(after: &Period, began: Option<Date>) -> Period {
    let year_before = after.year_before();
    if began.is_none_or(|began| began <= year_before.first) {
        return year_before;
    }
    let last = after.first.saturating_sub(1.day());
    Period { first: after.first.saturating_sub(3.months()), last, is_cut: false }
}

/// Three whole months that are over.
fn last_three_months(today: Date) -> Period {
    let last = today.first_of_month().saturating_sub(1.day());
    Period { first: last.first_of_month().saturating_sub(2.months()), last, is_cut: false }
}

async fn side(
    state: &AppState,
    asked: &Asked,
    question: &Question,
    period: Period,
    catalogue: &super::Catalogue,
    calendar: &Calendar,
    ui: &Ui,
) -> Result<Side, PageError> {
    let range = period.range(calendar);
    let read = async |datastreams| {
        counts::read(&state.store, datastreams, asked.property, range, Resolution::QuarterHour, ui.lang).await
    };
    let raw = read(&asked.site.datastreams).await?.ok_or(PageError::NoSuchThing)?;
    let weather = match question.station.and_then(|i| asked.stations.get(i)) {
        Some((station, _)) => Some(station.read(&state.store, range, Detail::Days).await?),
        None => None,
    };
    let control = match question.control.and_then(|i| asked.controls.get(i)) {
        Some(thing) => read(catalogue.datastreams(thing)).await?,
        None => None,
    };
    Ok(Side { period, raw, weather, control })
}

fn main(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let (asked, compared) = (&answered.asked, &answered.compared);
    let all = lines::of(compared, asked.property, answered.control().is_some(), ui.lang);
    let find = |key: &str| all.iter().find(|line| line.key == key);
    html! {
        div.report.report--compare {
            section.intro {
                (crumbs(ui))
                h1 { (asked.site.thing.name) }
                p.lead { (t.compare_title()) ": " (t.property(asked.property)) }
            }
            (tabs(&asked.site.thing.key, asked.property.key(), "/compare", ui))
            (form(asked, &Fields::of(answered), ui))
            section.panel.plan-section {
                (sentence(answered, state, ui))
                dl.plan-leads {
                    @for line in ["mean_before", "mean_after", "change_adjusted"].iter().filter_map(|key| find(key)) {
                        (lead(line, state, ui))
                    }
                }
                (sheet::table(&all, t.planning_figures(), t.planning_interval_95(), &state.zone, ui))
            }
            div.panel.plan-curves.plan-pair {
                (pictures::of(&compared.before, &compared.after, t.compare_before(), "before", asked.property, state, ui))
                (pictures::of(&compared.after, &compared.before, t.compare_after(), "after", asked.property, state, ui))
            }
            @if compared.result.is_ok() {
                section.panel.plan-section {
                    (sheet::table(&lines::of_model(compared, ui.lang), t.compare_model(), t.planning_interval_95(), &state.zone, ui))
                    p.plan-note { (t.compare_model_text()) }
                }
            }
            (colophon(answered, state, ui))
        }
    }
}

/// What the comparison says, and never more.
fn sentence(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let compared = &answered.compared;
    let what = t.property(answered.asked.property);
    html! {
        div.plan-say {
            @match &compared.result {
                Ok(result) => {
                    p.plan-say__text { (lines::sentence(result, what, answered.control().is_some(), ui.lang)) }
                    @if result.is_provisional() {
                        p { span.plan-mark { (t.planning_provisional()) } " " (lines::doubts(result, ui.lang)) }
                    }
                }
                Err(error) => {
                    div.plan-alert { h2 { (t.compare_cannot()) } p { (lines::cannot(*error, ui.lang)) } }
                }
            }
            p.plan-note {
                (t.compare_periods(
                    &period_words(&compared.before.period, state, ui),
                    &period_words(&compared.after.period, state, ui),
                )) " "
                @match answered.station() {
                    Some(station) => {
                        @let km = answered.station.and_then(|i| answered.asked.stations.get(i)?.1);
                        (t.weather_of(&station.name, &distance(km, ui)))
                    }
                    None => (t.weather_of_none()),
                }
                @if let Some(control) = answered.control() { " " (t.compare_control_is(&control.name)) }
                " " (t.compare_not_why())
            }
        }
    }
}

/// `, 1,2 km entfernt`; nothing where it is not known.
pub(super) fn distance(km: Option<f64>, ui: &Ui) -> String {
    km.map_or_else(String::new, |km| Texts(ui.lang).away(&numbers::number(km, 1, ui.lang)))
}

/// What stands in the form.
struct Fields {
    dates: [String; 4],
    property: String,
    weather: String,
    control: String,
}

impl Fields {
    fn of(answered: &Answered) -> Self {
        let (before, after) = (&answered.compared.before.period, &answered.compared.after.period);
        Self {
            dates: [before.first, before.last, after.first, after.last].map(|date| date.to_string()),
            property: answered.asked.property.key().to_owned(),
            weather: answered.station().map_or("none", |thing| thing.key.as_str()).to_owned(),
            control: answered.control().map_or("none", |thing| thing.key.as_str()).to_owned(),
        }
    }

    fn of_query(query: &[(String, String)]) -> Self {
        Self {
            dates: [BEFORE.0, BEFORE.1, AFTER.0, AFTER.1].map(|name| sent(query, name)),
            property: sent(query, "property"),
            weather: sent(query, "weather"),
            control: sent(query, "control"),
        }
    }

    /// The question as a query that always means the same.
    fn query(&self) -> String {
        let [before_from, before_to, after_from, after_to] = &self.dates;
        format!(
            "before_from={before_from}&before_to={before_to}&after_from={after_from}&after_to={after_to}&property={}&weather={}&control={}",
            self.property, self.weather, self.control
        )
    }
}

fn form(asked: &Asked, fields: &Fields, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let action = format!("/planning/{}/compare", asked.site.thing.key);
    html! {
        div.panel.plan-ask {
            form.filter.plan-form method="get" action=(action) {
                (language(ui))
                fieldset {
                    legend { (t.compare_before()) }
                    (date_field(t.planning_from(), BEFORE.0, &fields.dates[0]))
                    (date_field(t.planning_to(), BEFORE.1, &fields.dates[1]))
                }
                fieldset {
                    legend { (t.compare_after()) }
                    (date_field(t.planning_from(), AFTER.0, &fields.dates[2]))
                    (date_field(t.planning_to(), AFTER.1, &fields.dates[3]))
                }
                @if asked.site.classes.len() > 1 {
                    label { (t.planning_class())
                        select name="property" {
                            @for class in &asked.site.classes {
                                option value=(class.key()) selected[class.key() == fields.property] { (t.property(*class)) }
                            }
                        }
                    }
                }
                label { (t.planning_station())
                    select name="weather" {
                        @for (station, km) in &asked.stations {
                            option value=(station.thing.key) selected[station.thing.key == fields.weather] {
                                (station.thing.name) (distance(*km, ui))
                            }
                        }
                        option value="none" selected[fields.weather == "none"] { (t.planning_no_station()) }
                    }
                }
                @if !asked.controls.is_empty() {
                    label { (t.compare_control())
                        select name="control" {
                            option value="none" { (t.compare_no_control()) }
                            @for thing in &asked.controls {
                                option value=(thing.key) selected[thing.key == fields.control] { (thing.name) }
                            }
                        }
                    }
                }
                button.button type="submit" { (t.compare_do()) }
            }
        }
    }
}

fn colophon(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let asked = &answered.asked;
    let query = Fields::of(answered).query();
    let key = &asked.site.thing.key;
    let whole = Period {
        first: answered.compared.before.period.first,
        last: answered.compared.after.period.last,
        is_cut: false,
    };
    html! {
        section.panel.plan-colophon {
            h2 { (t.compare_rules()) }
            ul {
                li { (t.compare_rule_days()) }
                li { (t.compare_rule_model()) }
                li { (t.compare_rule_interval()) }
                li { (t.compare_rule_explained()) }
                li { (t.compare_rule_control()) }
                li { (t.compare_rule_thin()) }
            }
            p.plan-screen.plan-files {
                a.button href=(ui.href(&format!("/planning/{key}/compare.csv?{query}"))) download { (t.planning_csv()) }
                a href=(ui.href(&format!("/planning/{key}/compare?{query}"))) { (t.planning_link()) }
            }
            (about(&asked.site.thing.name, t.property(asked.property), &whole, answered.now, state, ui))
        }
    }
}
