//! Before and after, extrapolations, years, short periods and speeds.

use std::collections::HashMap;

use axum::{Router, http::StatusCode};
use domain::ObservedProperty as P;
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, civil::date, tz::TimeZone};

use super::{DIRECTIONS, page, settle};
use crate::harness::{City, Site, at, get};

/// Counts a day in each uplink, by hours of equal size: `per_hour` of the day, or nothing where it has none.
async fn count(city: &City, site: &Site, days: (Date, Date), per_hour: impl Fn(Date) -> Option<f64>) {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let midnight = |date: Date| date.to_zoned(zone.clone()).unwrap().timestamp();
    for day in days.0.series(1.day()).take_while(|day| *day <= days.1) {
        let Some(n) = per_hour(day) else { continue };
        let (from, to) = (midnight(day), midnight(day.tomorrow().unwrap()));
        let ends =
            std::iter::successors(Some(from), |time| Some(*time + SignedDuration::from_mins(15))).skip(1);
        let readings: Vec<_> = ends
            .take_while(|end| *end <= to)
            .map(|end| (end, vec![(P::BicycleCount, "", n / 4.0)]))
            .collect();
        city.log(site, readings).await;
    }
}

async fn weather(city: &City, days: (Date, Date)) {
    let station = city.site("Wiese", &[]).await;
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    for (day, i) in days.0.series(1.day()).take_while(|day| *day <= days.1).zip(0_i32..) {
        let midnight = day.to_zoned(zone.clone()).unwrap().timestamp();
        let readings: Vec<_> = (1..=96)
            .map(|q| {
                let time: Timestamp = midnight + SignedDuration::from_mins(15 * q);
                let temperature = 10.0 + f64::from(i * 7 % 11);
                let values = vec![
                    (P::AirTemperature, "", temperature),
                    (P::Precipitation, "", if i % 3 == 0 { 0.2 } else { 0.0 }),
                    (P::WindSpeed, "", 2.0 + f64::from(i * 5 % 7) / 2.0),
                ];
                (time, values)
            })
            .collect();
        city.log(&station, readings).await;
    }
}

async fn figures(router: &Router, path: &str) -> HashMap<String, HashMap<String, String>> {
    let answer = get(router, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    let mut reader = csv::Reader::from_reader(answer.body.as_bytes());
    let rows = reader.deserialize::<HashMap<String, String>>().map(Result::unwrap);
    rows.map(|row| (row["figure"].clone(), row)).collect()
}

fn number(row: &HashMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column}: {row:?}"))
}

/// Monday to Friday 40 an hour, at weekends and on holidays 20; a little more and less by chance.
fn usual(day: Date) -> f64 {
    let weekday = day.weekday().to_monday_zero_offset();
    let n = if weekday < 5 { 40.0 } else { 20.0 };
    n + 4.0 * f64::from(i32::from(day.day_of_year()) * 37 % 5 - 2) / 2.0
}

const PERIODS: &str = "before_from=2025-03-03&before_to=2025-04-27&after_from=2026-03-02&after_to=2026-04-26";

async fn changed_site(city: &City, factor: f64) -> Site {
    let site = city.site("Damm", &[]).await;
    count(city, &site, (date(2025, 3, 3), date(2025, 4, 27)), |day| Some(usual(day))).await;
    count(city, &site, (date(2026, 3, 2), date(2026, 4, 26)), |day| Some(factor * usual(day))).await;
    weather(city, (date(2025, 3, 3), date(2025, 4, 27))).await;
    settle(city).await;
    site
}

#[tokio::test]
async fn a_change_is_told_with_its_range_and_what_the_model_knows() {
    let city = City::new().await;
    changed_site(&city, 1.5).await;
    let router = city.router();
    let rows = figures(&router, &format!("/planning/damm/compare.csv?{PERIODS}&weather=none")).await;
    let change = &rows["change_adjusted"];
    let (low, high) = (number(change, "low"), number(change, "high"));
    assert!(low > 0.0 && low < 50.0 && 50.0 < high, "{low} to {high}");
    assert!((number(&rows["change_plain"], "value") - 50.0).abs() < 5.0);
    assert_eq!(rows["change_adjusted"]["provisional"], "1", "sixteen weeks");
    assert_eq!(rows["effect_rain"]["missing_reason"], "not_measured");
    assert_eq!(rows["effect_half_year_sine"]["missing_reason"], "too_few_months");
    let factors = (1.0 + number(&rows["change_explained"], "value") / 100.0)
        * (1.0 + number(&rows["change_adjusted"], "value") / 100.0);
    assert!((factors - 1.0 - number(&rows["change_plain"], "value") / 100.0).abs() < 1e-9);
    let html = page(&router, &format!("/planning/damm/compare?{PERIODS}&weather=none")).await;
    for shown in
        ["Unter gleichen Umständen bleiben", "mehr", "vorläufig", "Mit weniger als 20 Wochen", "nicht warum"]
    {
        assert!(html.contains(shown), "{shown}");
    }
    let english = page(&router, &format!("/planning/damm/compare?{PERIODS}&weather=none&lang=en")).await;
    assert!(english.contains("Under equal circumstances") && !english.contains("Vorher"));
}

#[tokio::test]
async fn where_nothing_is_shown_the_sentence_says_so() {
    let city = City::new().await;
    changed_site(&city, 1.0).await;
    let html = page(&city.router(), &format!("/planning/damm/compare?{PERIODS}&weather=none")).await;
    assert!(html.contains("ist nicht nachgewiesen: Der 95-%-Bereich reicht von"), "{html}");
    assert!(!html.contains("Unter gleichen Umständen bleiben"));
}

#[tokio::test]
async fn winter_against_summer_is_never_called_a_change() {
    let city = City::new().await;
    let site = city.site("Damm", &[]).await;
    let (winter, summer) = ((date(2025, 12, 1), date(2026, 2, 28)), (date(2026, 4, 1), date(2026, 6, 29)));
    count(&city, &site, winter, |day| Some(usual(day))).await;
    count(&city, &site, summer, |day| Some(3.0 * usual(day))).await;
    settle(&city).await;
    let query = "before_from=2025-12-01&before_to=2026-02-28&after_from=2026-04-01&after_to=2026-06-29";
    let html = page(&city.router(), &format!("/planning/damm/compare?{query}")).await;
    assert!(!html.contains("Unter gleichen Umständen bleiben"), "{html}");
    assert!(html.contains("vorläufig") && html.contains("verschiedenen Jahreszeiten"));
}

#[tokio::test]
async fn what_happened_to_a_control_site_too_is_no_change() {
    let city = City::new().await;
    changed_site(&city, 1.5).await;
    let control = city.site("Kontrolle", &[]).await;
    count(&city, &control, (date(2025, 3, 3), date(2025, 4, 27)), |day| Some(2.0 * usual(day))).await;
    count(&city, &control, (date(2026, 3, 2), date(2026, 4, 26)), |day| Some(3.0 * usual(day))).await;
    settle(&city).await;
    let path = format!("/planning/damm/compare.csv?{PERIODS}&weather=none&control=kontrolle");
    let rows = figures(&city.router(), &path).await;
    assert!(number(&rows["change_adjusted"], "value").abs() < 0.1, "{:?}", rows["change_adjusted"]);
    assert_eq!(rows["change_adjusted"]["control"], "Kontrolle");
}

#[tokio::test]
async fn weather_that_was_measured_in_one_period_only_is_left_out_with_the_reason() {
    let city = City::new().await;
    changed_site(&city, 1.5).await;
    let rows = figures(&city.router(), &format!("/planning/damm/compare.csv?{PERIODS}")).await;
    assert_eq!(rows["change_adjusted"]["weather"], "Wiese");
    assert_eq!(rows["effect_temperature"]["missing_reason"], "not_measured");
    assert!(rows.contains_key("temperature_before") && !rows.contains_key("temperature_after"));
}

#[tokio::test]
async fn wrong_comparisons_are_answered_with_what_would_be_right() {
    let city = City::new().await;
    changed_site(&city, 1.5).await;
    let router = city.router();
    for (query, words) in [
        ("before_from=2025-09-01", "Vorher: bis“ fehlt"),
        (
            "before_from=2025-09-01&before_to=2026-03-10&after_from=2026-03-02&after_to=2026-04-01",
            "keine Tage teilen",
        ),
        ("after_from=heute&after_to=2026-04-01", "Nachher: von“ ist heute"),
        ("weather=mond", "erwartet wird eines von wiese, none"),
        ("control=damm", "erwartet wird eines von none"),
        ("property=einhorn", "Klasse einhorn gibt es nicht"),
    ] {
        let answer = get(&router, &format!("/planning/damm/compare?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.body.contains(words) && answer.body.contains("<form"), "{query}: {}", answer.body);
        let file = get(&router, &format!("/planning/damm/compare.csv?{query}")).await;
        assert!(file.problem(StatusCode::BAD_REQUEST).contains("expected"), "{query}");
    }
    // Too few days is no wrong question.
    let few = "before_from=2025-03-03&before_to=2025-03-09&after_from=2026-03-02&after_to=2026-03-08";
    let html = page(&router, &format!("/planning/damm/compare?{few}")).await;
    assert!(html.contains("7 gültige Tage vorher und 7 nachher: Jeder Zeitraum braucht 14"), "{html}");
    let rows = figures(&router, &format!("/planning/damm/compare.csv?{few}")).await;
    assert_eq!(rows["change_adjusted"]["missing_reason"], "too_few_days");
}

/// Four sites of a year that count 1, 2, 3 and 4 times as much, a fifth with two days only.
async fn sites_of_a_year(city: &City) {
    let year = (date(2025, 1, 1), date(2025, 12, 31));
    for (name, factor) in [("Eins", 1.0), ("Zwei", 2.0), ("Drei", 3.0), ("Vier", 4.0)] {
        let site = city.site(name, &[]).await;
        count(city, &site, year, |day| Some(if day.month() == 5 { 20.0 * factor } else { 10.0 * factor }))
            .await;
    }
    let short = city.site("Kurz", &[]).await;
    count(city, &short, (date(2025, 5, 13), date(2025, 5, 14)), |_| Some(100.0)).await;
    settle(city).await;
}

#[tokio::test]
async fn a_short_count_is_extrapolated_by_the_sites_that_count_all_year() {
    let city = City::new().await;
    sites_of_a_year(&city).await;
    let router = city.router();
    let query = "from=2025-05-13&to=2025-05-14";
    let rows = figures(&router, &format!("/planning/kurz/extrapolate.csv?{query}")).await;
    // A May day brings 480 where the year has (31 * 480 + 334 * 240) / 365 = 260.3836 (of factor 1): 2 * 2400 counted are
    // 4800 / (2 * 480 / 260.3836) = 1301.918 a day. The clock changes twice, 23 and 25 hours: 10 an hour more and less.
    let dtv = &rows["dtv_extrapolated"];
    assert!((number(dtv, "value") - 1301.918).abs() < 0.01, "{dtv:?}");
    // All references agree.
    assert!((number(dtv, "low") - number(dtv, "high")).abs() < 0.01);
    assert_eq!((dtv["provisional"].as_str(), dtv["n_valid"].as_str()), ("1", "2"));
    assert_eq!(rows["reference_eins"]["n_valid"], "365");
    let html = page(&router, &format!("/planning/kurz/extrapolate?{query}")).await;
    for shown in ["1.302", "2 ganze Tage: Unter einer Woche", "Vier", "verwendet", "90-%-Bereich"] {
        assert!(html.contains(shown), "{shown}");
    }
    // With one reference there is a figure and no error.
    let rows = figures(&router, &format!("/planning/kurz/extrapolate.csv?{query}&ref=zwei")).await;
    assert!((number(&rows["dtv_extrapolated"], "value") - 1301.918).abs() < 0.01);
    assert_eq!((rows["dtv_extrapolated"]["low"].as_str(), rows.contains_key("error_p90")), ("", false));
}

#[tokio::test]
async fn a_short_count_without_references_has_no_figure_and_says_why() {
    let city = City::new().await;
    let short = city.site("Kurz", &[]).await;
    count(&city, &short, (date(2025, 5, 13), date(2025, 5, 14)), |_| Some(100.0)).await;
    settle(&city).await;
    let router = city.router();
    let query = "from=2025-05-13&to=2025-05-14";
    let rows = figures(&router, &format!("/planning/kurz/extrapolate.csv?{query}")).await;
    assert_eq!(rows["dtv_extrapolated"]["missing_reason"], "no_reference");
    assert!(
        page(&router, &format!("/planning/kurz/extrapolate?{query}")).await.contains("Keine Referenzstelle")
    );
    for (query, words) in [
        ("from=2025-01-01&to=2025-12-31", "eine Kurzzählung hat höchstens 92"),
        ("ref=mond", "Referenzstellen“ ist mond"),
        ("from=2025-05-01", "„bis“ fehlt"),
    ] {
        let answer = get(&router, &format!("/planning/kurz/extrapolate?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.body.to_lowercase().contains(&words.to_lowercase()), "{query}: {}", answer.body);
    }
}

#[tokio::test]
async fn years_are_compared_where_both_are_complete() {
    let city = City::new().await;
    let site = city.site("Damm", &[]).await;
    count(&city, &site, (date(2024, 1, 1), date(2024, 12, 31)), |_| Some(10.0)).await;
    count(&city, &site, (date(2025, 1, 1), date(2025, 12, 31)), |_| Some(11.0)).await;
    count(&city, &site, (date(2026, 1, 1), date(2026, 2, 28)), |_| Some(50.0)).await;
    settle(&city).await;
    let router = city.router();
    let file = get(&router, "/planning/damm/years.csv").await.body;
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let rows: Vec<HashMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    let of = |year: &str| rows.iter().find(|row| row["year"] == year).unwrap();
    // Ten an hour are 240 a day, 264 in the next year: the days of 23 and 25 hours cancel out.
    assert!((number(of("2024"), "dtv 1/d") - 240.0).abs() < 1e-9);
    assert!((number(of("2025"), "dtv change %") - 10.0).abs() < 1e-9);
    assert_eq!((of("2026")["dtv change %"].as_str(), of("2026")["provisional"].as_str()), ("", "1"));
    assert!(page(&router, "/planning/damm/years").await.contains("+10,0\u{a0}%"));
}

#[tokio::test]
async fn a_week_of_gaps_has_provisional_figures_beside_the_strict_ones() {
    let city = City::new().await;
    let site = city.site("Ebene", &DIRECTIONS).await;
    let midnight = at("2026-06-14T22:00:00Z");
    // Monday, 15 June, to Sunday: 4 a quarter-hour and direction, each day without one quarter-hour of its own.
    for day in 0..7 {
        let quarters = (0..96).filter(|i| *i != 20 + day);
        let readings = quarters.map(|i| {
            let end = midnight + SignedDuration::from_mins(15 * (96 * day + i + 1));
            (end, vec![(P::BicycleCount, "ltr", 4.0), (P::BicycleCount, "rtl", 4.0)])
        });
        city.log(&site, readings.collect()).await;
    }
    settle(&city).await;
    let router = city.router();
    let query = "from=2026-06-15&to=2026-06-21";
    let rows = figures(&router, &format!("/planning/ebene.csv?{query}")).await;
    assert_eq!(rows["dtv"]["missing_reason"], "no_valid_day", "the strict figure stays strict");
    let short = &rows["dtv_short"];
    assert!((number(short, "value") - 768.0).abs() < 1e-9, "{short:?}");
    assert_eq!([&short["n_valid"], &short["n_expected"], &short["provisional"]], ["665", "672", "1"]);
    // All days are alike: what was tried out was met.
    assert!(
        (number(short, "low_95") - 768.0).abs() < 1e-6 && (number(short, "high_95") - 768.0).abs() < 1e-6
    );
    let html = page(&router, &format!("/planning/ebene?{query}")).await;
    assert!(html.contains("DTV aus Teiltagen") && html.contains("665 von 672 Intervallen"));
    assert!(html.contains("Stunden und Tage"), "the heat map");
}

#[tokio::test]
async fn mean_speeds_have_no_v85_and_classes_have_one_with_their_bounds() {
    let city = City::new().await;
    let wall = city.site("Wall", &[]).await;
    let ring = city.site("Ring", &DIRECTIONS).await;
    let midnight = at("2026-05-31T22:00:00Z");
    // A minute before the quarter-hour ends: what is told at its very end has its time in the next one.
    let quarters = |i: i64| midnight + SignedDuration::from_mins(15 * i - 1);
    // 9 cars at 50 km/h in the odd quarter-hours, 1 at 30 in the others: 48 km/h on average.
    let cars = (1..=96).map(|i| {
        let (n, speed) = if i % 2 == 1 { (9.0, 50.0) } else { (1.0, 30.0) };
        (quarters(i), vec![(P::CarCount, "", n), (P::CarSpeed, "", speed)])
    });
    city.log(&wall, cars.collect()).await;
    // 20, 60, 80 and 40 in four classes, half in each direction.
    let classes = [("class0", 10.0), ("class1", 30.0), ("class2", 40.0), ("class3", 20.0)];
    for (class, n) in classes {
        for direction in ["ltr", "rtl"] {
            let channel: &'static str = format!("{class}.{direction}").leak();
            let counts = (1..=96).map(|i| (quarters(i), if i == 40 { n } else { 0.0 }));
            city.count(&ring, P::ObjectCount, channel, counts).await;
        }
    }
    settle(&city).await;
    let router = city.router();
    let day = "from=2026-06-01&to=2026-06-01";
    let rows = figures(&router, &format!("/planning/wall.csv?{day}")).await;
    assert_eq!([&rows["speed_mean"]["value"], &rows["speed_mean"]["n_valid"]], ["48", "480"]);
    assert_eq!(rows["v85"]["missing_reason"], "only_mean_speeds");
    assert!(page(&router, &format!("/planning/wall?{day}")).await.contains("nur mittlere Geschwindigkeiten"));

    let rows = figures(&router, &format!("/planning/ring.csv?{day}")).await;
    assert_eq!(rows["v85"]["missing_reason"], "speed_bounds_not_given");
    let rows = figures(&router, &format!("/planning/ring.csv?{day}&speed_bounds=1,30,40,50")).await;
    // The 170th of 200 lies in the open class; V50 is the 100th: 40 + 20/80 * 10 = 42.5 km/h.
    assert_eq!([&rows["v85"]["value"], &rows["v85"]["at_least"]], ["50", "1"]);
    assert_eq!([&rows["v50"]["value"], &rows["v50"]["unit"]], ["42.5", "km/h"]);
    let wrong = get(&router, &format!("/planning/ring?{day}&speed_bounds=50,40")).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.body.contains("steigende Geschwindigkeiten"));
}
