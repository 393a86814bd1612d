//! `/planning/{thing}/years`: the figures of a counting site year by year.

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{Lang, ObservedProperty};
use jiff::{Timestamp, ToSpan, civil::Date};
use maud::{Markup, html};
use planning::{
    Calendar, DaySet, Resolution,
    series::{SeriesError, is_provisional, months},
    volume::{MeanVolume, mean_volume},
};

use super::{Pairs, Site, Unanswered, about, calendar, crumbs, objected, tabs};
use crate::{
    AppState, Problem,
    charts::{
        axis::ValueAxis,
        profile::{Marks, Profile, Size, Slot},
    },
    csv_text::{self, CsvTable},
    evaluation::{Counts, Period, Raw, Unit, asked::property, counts},
    pages::{error_page::PageError, numbers, planning::curves, texts::Texts, ui::Ui},
};

/// The latest years that are shown.
const MOST: i16 = 6;

/// What is asked of a comparison of years.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `answer` reads")]
struct YearsQuery {
    /// What is counted; without it the first class that the Thing counts.
    #[param(example = "bicycle_count")]
    property: Option<String>,
    /// Language, `de` or `en`; without it that of `Accept-Language`.
    #[param(example = "de")]
    lang: Option<String>,
}

/// One year as far as it has passed.
struct Year {
    period: Period,
    dtv: Option<MeanVolume>,
    /// `None` also where its school holidays are not known.
    dtvw5: Option<MeanVolume>,
    n_months: usize,
    is_provisional: bool,
}

struct Answered {
    site: Site,
    property: ObservedProperty,
    years: Vec<Year>,
    now: Timestamp,
}

/// `GET /planning/{key}/years`.
pub(crate) async fn get(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(query): Pairs,
    headers: HeaderMap,
    ui: Ui,
) -> Response {
    match answer(&state, &key, &query, ui.lang).await {
        Ok(answered) => {
            let title = format!("{}: {}", answered.site.thing.name, Texts(ui.lang).years_title());
            super::page(&state, &ui, StatusCode::OK, &title, &main(&answered, &state, &ui), &headers)
        }
        Err(Unanswered::Objection(site, objection)) => {
            let main = html! {
                (objected(&site.thing.name, objection.as_ref(), &ui))
            };
            super::page(&state, &ui, StatusCode::BAD_REQUEST, &site.thing.name, &main, &headers)
        }
        Err(unanswered) => super::failed(unanswered, &state, &headers, &ui),
    }
}

/// Tables the figures of a counting site year by year.
///
/// DTV and DTVw5 of the latest six calendar years; the present one until yesterday. A year with less than ten valid months is provisional.
#[utoipa::path(
    get,
    path = "/planning/{key}/years.csv",
    tag = "planning",
    params(("key" = String, Path, description = "Key of the Thing", example = "pophankenweg"), YearsQuery),
    responses(
        (status = 200, description = "The years", body = String, content_type = "text/csv"),
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
    let answered = answer(&state, &key, &query, ui.lang).await;
    let body = answered.map(|answered| csv(&answered, ui.lang));
    super::csv_file(body, &key, super::COUNTS_NOTHING, &headers)
}

async fn answer(
    state: &AppState,
    key: &str,
    query: &[(String, String)],
    lang: Lang,
) -> Result<Answered, Unanswered<Site>> {
    let site = super::read_site(state, key, lang).await?;
    if site.classes.is_empty() {
        return Err(Unanswered::Nothing(site.thing.name));
    }
    let property = match property(query, &site.classes) {
        Ok(property) => property,
        Err(objection) => return Err(Unanswered::Objection(Box::new(site), Some(objection))),
    };
    let now = state.clock.now();
    let date = |at: Timestamp| state.zone.to_datetime(at).date();
    let yesterday = date(now).saturating_sub(1.day());
    let began = site.began.map_or(yesterday, date);
    let calendar = calendar(state);
    let mut years = Vec::new();
    for year in began.year().max(yesterday.year() - MOST + 1)..=yesterday.year() {
        let first = Date::constant(year, 1, 1);
        let last = Date::constant(year, 12, 31).min(yesterday);
        let period = Period { first, last, is_cut: false };
        let range = period.range(&calendar);
        let finest = Resolution::QuarterHour;
        let raw = counts::read(&state.store, &site.datastreams, property, range, finest, lang).await?;
        let raw = raw.ok_or(PageError::NoSuchThing)?;
        let calendar = calendar.clone();
        let evaluated = tokio::task::spawn_blocking(move || evaluate(&raw, period, &calendar)).await;
        let evaluated = evaluated.map_err(|error| PageError::Mistake(error.into()))?;
        years.push(evaluated.map_err(|error| PageError::Mistake(error.into()))?);
    }
    years.reverse();
    Ok(Answered { site, property, years, now })
}

fn evaluate(raw: &Raw, period: Period, calendar: &Calendar) -> Result<Year, SeriesError> {
    let counts = Counts::new(raw, period.range(calendar), &std::collections::HashSet::new(), calendar)?;
    let days = counts.cross_section.days(calendar, period.first, period.last);
    let mean = |set| mean_volume(&days, set, calendar).ok().flatten();
    Ok(Year {
        dtv: mean(DaySet::All),
        dtvw5: mean(DaySet::NormalMondayToFriday),
        n_months: months(&days).iter().filter(|month| month.is_valid()).count(),
        is_provisional: is_provisional(&days),
        period,
    })
}

impl Answered {
    /// The year before, where both are complete enough to be compared: half a year more of summer is no growth.
    fn before(&self, i: usize) -> Option<&Year> {
        let (year, before) = (self.years.get(i)?, self.years.get(i + 1)?);
        (!year.is_provisional && !before.is_provisional).then_some(before)
    }
}

/// Change from one mean to another, percent.
fn change(from: Option<MeanVolume>, to: Option<MeanVolume>) -> Option<f64> {
    let (from, to) = (from?.value, to?.value);
    (from > 0.0).then(|| 100.0 * (to / from - 1.0))
}

fn main(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let name = &answered.site.thing.name;
    let whole = answered.years.last().zip(answered.years.first());
    let key = &answered.site.thing.key;
    let query = format!("property={}", answered.property.key());
    html! {
        div.report {
            section.intro {
                (crumbs(ui))
                h1 { (name) }
                p.lead { (t.years_title()) ": " (t.property(answered.property)) }
            }
            (tabs(key, answered.property.key(), "/years", ui))
            div.panel.plan-curves.plan-pair {
                section.plan-section aria-labelledby="years-h" {
                    h2 #years-h { (t.years_of()) }
                    p { (t.years_text(&t.figure_unit(Unit::PerDay, answered.property))) }
                    (picture(answered, ui))
                }
                section.plan-section {
                    div.plan-scroll tabindex="0" role="region" aria-label=(t.years_table()) { (table(answered, ui)) }
                }
            }
            section.panel.plan-colophon {
                h2 { (t.planning_rules()) }
                ul {
                    li { (t.planning_rule_days()) }
                    li { (t.planning_rule_months()) }
                    li { (t.years_rule()) }
                    li { (t.planning_rule_interval()) }
                }
                p.plan-screen.plan-files {
                    a.button href=(ui.href(&format!("/planning/{key}/years.csv?{query}"))) download { (t.planning_csv()) }
                    a href=(ui.href(&format!("/planning/{key}/years?{query}"))) { (t.planning_link()) }
                }
                @if let Some((first, last)) = whole {
                    @let whole = Period { first: first.period.first, last: last.period.last, is_cut: false };
                    (about(name, t.property(answered.property), &whole, answered.now, state, ui))
                }
            }
        }
    }
}

fn picture(answered: &Answered, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let values = || answered.years.iter().filter_map(|year| Some(year.dtv?.value));
    if values().next().is_none() {
        return html! { p.empty { (t.lack_no_valid_day()) } };
    }
    let slots = answered.years.iter().rev().map(|year| Slot {
        label: year.period.first.year().to_string(),
        value: year.dtv.map(|dtv| dtv.value),
        is_firm: !year.is_provisional,
    });
    let profile = Profile {
        slots: slots.collect(),
        marks: Marks::Bars,
        size: Size::Half,
        axis: ValueAxis::from_zero(values().fold(1.0, f64::max), ui.lang),
        reference: None,
    };
    let words = t.years_text(&t.figure_unit(Unit::PerDay, answered.property));
    curves::picture(&profile, "years", t.years_title(), &words, ui)
}

fn table(answered: &Answered, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let number = |mean: Option<MeanVolume>| {
        mean.map_or_else(|| "–".to_owned(), |mean| numbers::number(mean.value, 0, ui.lang))
    };
    let percent = |change: Option<f64>| {
        change.map_or_else(
            || "–".to_owned(),
            |change| {
                let plus = if change > 0.0 { "+" } else { "" };
                format!("{plus}{}{}", numbers::number(change, 1, ui.lang), t.percent_sign())
            },
        )
    };
    html! {
        table.plan-table.plan-years {
            caption { (t.years_table()) }
            thead {
                tr {
                    th scope="col" { (t.years_year()) }
                    th.plan-table__n scope="col" { (t.figure_dtv()) }
                    th.plan-table__n scope="col" { (t.years_change()) }
                    th.plan-table__n scope="col" { (t.figure_dtvw5()) }
                    th.plan-table__n scope="col" { (t.planning_valid_days()) }
                    th.plan-table__n scope="col" { (t.years_months()) }
                }
            }
            tbody {
                @for (i, year) in answered.years.iter().enumerate() {
                    tr {
                        th scope="row" {
                            (year.period.first.year())
                            @if year.is_provisional { " " span.plan-mark { (t.planning_provisional()) } }
                        }
                        td.plan-table__n { strong { (number(year.dtv)) } }
                        td.plan-table__n { (percent(change(answered.before(i).and_then(|before| before.dtv), year.dtv))) }
                        td.plan-table__n { (number(year.dtvw5)) }
                        td.plan-table__n { (year.dtv.map_or(0, |dtv| dtv.n_valid)) " / " (year.period.n_days()) }
                        td.plan-table__n { (year.n_months) " / 12" }
                    }
                }
            }
        }
    }
}

fn csv(answered: &Answered, lang: Lang) -> Vec<u8> {
    let t = Texts(lang);
    let header = [
        "thing",
        "property",
        "year",
        "from",
        "to",
        "dtv 1/d",
        "dtv low_95",
        "dtv high_95",
        "dtv change %",
        "dtvw5 1/d",
        "dtvw5 low_95",
        "dtvw5 high_95",
        "n_valid",
        "n_expected",
        "valid_months",
        "provisional",
        "method",
    ];
    let mut table = CsvTable::new(header.map(Into::into));
    for (i, year) in answered.years.iter().enumerate() {
        let value = |mean: Option<MeanVolume>| csv_text::number(mean.map(|mean| mean.value));
        let interval = |mean: Option<MeanVolume>| mean.and_then(|mean| mean.interval_95());
        let low = |mean| csv_text::number(interval(mean).map(|(low, _)| low));
        let high = |mean| csv_text::number(interval(mean).map(|(_, high)| high));
        table.row([
            csv_text::text(&answered.site.thing.name),
            answered.property.key().into(),
            year.period.first.year().to_string().into(),
            year.period.first.to_string().into(),
            year.period.last.to_string().into(),
            value(year.dtv),
            low(year.dtv),
            high(year.dtv),
            csv_text::number(change(answered.before(i).and_then(|before| before.dtv), year.dtv)),
            value(year.dtvw5),
            low(year.dtvw5),
            high(year.dtvw5),
            year.dtv.map_or(0, |dtv| dtv.n_valid).to_string().into(),
            year.period.n_days().to_string().into(),
            year.n_months.to_string().into(),
            if year.is_provisional { "1" } else { "0" }.into(),
            t.method_mean_of_days().into(),
        ]);
    }
    table.into_bytes()
}
