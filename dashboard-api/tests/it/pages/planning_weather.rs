//! `/planning/{thing}/weather`, and the weather beside counts.

use std::collections::HashMap;

use axum::{Router, http::StatusCode};
use domain::ObservedProperty as P;
use jiff::SignedDuration;

use super::{page, settle};
use crate::harness::{City, Site, at, get};

/// Ten days from 1 June 2026 on, by quarter-hours: 20 °C and 26 °C from 12 to 18 o'clock, 50 %, west wind of 3 m/s, gusts of 20 m/s in one
/// quarter-hour; rain of 4 mm in each quarter-hour from 14 to 15 o'clock on 3 June. On 5 June nothing from 8 to 10 o'clock.
async fn station(city: &City, name: &str) -> Site {
    let site = city.site(name, &[]).await;
    let midnight = at("2026-05-31T22:00:00Z");
    for day in 0..10 {
        let mut readings = Vec::new();
        for i in 0..96 {
            let end = midnight + SignedDuration::from_mins(15 * (96 * day + i + 1));
            if day == 4 && (32..40).contains(&i) {
                continue;
            }
            let warm = (48..72).contains(&i);
            let wet = day == 2 && (56..60).contains(&i);
            let gust = if day == 7 && i == 60 { 20.0 } else { 5.0 };
            readings.push((
                end,
                vec![
                    (P::AirTemperature, "", if warm { 26.0 } else { 20.0 }),
                    (P::RelativeHumidity, "", 50.0),
                    (P::Precipitation, "", if wet { 4.0 } else { 0.0 }),
                    (P::WindSpeed, "", 3.0),
                    (P::WindGust, "", gust),
                    (P::WindDirection, "", 270.0),
                ],
            ));
        }
        city.log(&site, readings).await;
    }
    settle(city).await;
    site
}

/// The lines of a CSV by the figure's key.
async fn figures(router: &Router, path: &str) -> HashMap<String, HashMap<String, String>> {
    let answer = get(router, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    let mut reader = csv::Reader::from_reader(answer.body.as_bytes());
    let rows = reader.deserialize::<HashMap<String, String>>().map(Result::unwrap);
    rows.map(|row| (row["figure"].clone(), row)).collect()
}

const PERIOD: &str = "from=2026-06-01&to=2026-06-10";

#[tokio::test]
async fn the_figures_of_a_station_are_those_of_hand_arithmetic() {
    let city = City::new().await;
    station(&city, "Wiese").await;
    let figures = figures(&city.router(), &format!("/planning/wiese/weather.csv?{PERIOD}")).await;
    let cell = |figure: &str, column: &str| figures[figure][column].clone();
    // Four quarter-hours of 4 mm, of all that was observed; two hours are missing, so each sum is a lower bound.
    assert_eq!([cell("rain_total", "value"), cell("rain_total", "at_least")], ["16", "1"]);
    assert_eq!(cell("rain_heaviest_1h", "value"), "16");
    assert_eq!(cell("rain_heaviest_1h", "at_local"), "2026-06-03T14:00:00+02:00");
    assert!(cell("rain_heaviest_1h", "remark").contains("Stufe 2 (markant), keine amtliche Warnung"));
    assert_eq!(cell("rain_heaviest_6h", "remark"), "", "16 mm in six hours are below 20");
    assert_eq!([cell("rain_days_10mm", "value"), cell("rain_days_10mm", "at_least")], ["1", "1"]);
    // Every day reaches 25 °C, none 30; on 5 June the warm hours were observed, and of 24 hours 22: open whether it was hot.
    assert_eq!([cell("summer_days", "value"), cell("summer_days", "at_least")], ["10", "0"]);
    assert_eq!([cell("hot_days", "value"), cell("hot_days", "n_valid")], ["0", "9"]);
    assert!(cell("hot_days", "remark").contains("1 Tag wegen Lücken nicht entscheidbar"));
    assert_eq!([cell("temperature_min", "value"), cell("temperature_max", "value")], ["20", "26"]);
    // 20 °C and 50 % have a dew point of 9.26 °C, 26 °C of 14.76 °C, by the Magnus formula on a pocket calculator.
    let dew: f64 = cell("dew_point_max", "value").parse().unwrap();
    assert!((dew - 14.76).abs() < 0.05, "{dew}");
    // Wind chill needs 10 °C or less.
    assert_eq!(cell("wind_chill_min", "missing_reason"), "out_of_range");
    assert_eq!([cell("wind_mean", "value"), cell("wind_calms", "value")], ["3", "0"]);
    assert_eq!(cell("wind_direction_mean", "value"), "270");
    // 20 m/s are 72 km/h: level 2 from 65 on.
    assert_eq!(cell("gust_max", "value"), "20");
    assert!(cell("gust_max", "remark").contains("72 km/h") && cell("gust_max", "remark").contains("Stufe 2"));
}

#[tokio::test]
async fn the_page_shows_the_figures_and_calls_no_hint_a_warning() {
    let city = City::new().await;
    station(&city, "Wiese").await;
    let router = city.router();
    let html = page(&router, &format!("/planning/wiese/weather?{PERIOD}")).await;
    for shown in [
        "Stärkster Regen in 1 h",
        "mind.\u{a0}16,0",
        "Windrose",
        "Sommertage",
        "238 von 240 Stunden",
        "Frosttage",
    ] {
        assert!(html.contains(shown), "{shown}");
    }
    assert!(html.contains("keine amtlichen Warnungen"));
    assert_eq!(html.matches("<h1").count(), 1);
    assert_eq!(html.matches("<svg xmlns").count(), html.matches("<desc").count());
    let english = page(&router, &format!("/planning/wiese/weather?{PERIOD}&lang=en")).await;
    assert!(english.contains("Own hint by thresholds of DWD") && !english.contains("Niederschlag"));
    let days = get(&router, &format!("/planning/wiese/weather/days.csv?{PERIOD}")).await;
    assert_eq!(days.body.lines().count(), 11);
    // 3 June: 16 mm, all of it between 6 and 20 o'clock; a mean of (18 * 20 + 6 * 26) / 24 = 21.5 °C.
    let third = days.body.lines().find(|line| line.starts_with("2026-06-03")).unwrap();
    assert!(third.starts_with("2026-06-03,Wiese,16,0,1,16,21.5,20,26,50,3,5,0,0,1,0,"), "{third}");
}

#[tokio::test]
async fn the_list_leads_to_stations_and_a_station_to_its_weather() {
    let city = City::new().await;
    station(&city, "Wiese").await;
    city.site("Leer", &[]).await;
    let router = city.router();
    let list = page(&router, "/planning").await;
    assert!(list.contains("href=\"/planning/wiese/weather\"") && list.contains("Wetterstationen"));
    let answer = get(&router, "/planning/wiese?lang=en").await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, "/planning/wiese/weather?lang=en")
    );
    for (path, status) in [
        ("/planning/leer/weather", StatusCode::NOT_FOUND),
        ("/planning/nirgends/weather", StatusCode::NOT_FOUND),
        ("/planning/wiese/weather?from=gestern", StatusCode::BAD_REQUEST),
        ("/planning/wiese/weather?from=2026-06-05&to=2026-06-01", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(get(&router, path).await.status, status, "{path}");
    }
    let wrong = get(&router, "/planning/wiese/weather.csv?from=%3Cscript%3E").await;
    assert!(wrong.problem(StatusCode::BAD_REQUEST).contains("expected a date"));
    let none = get(&router, "/planning/leer/weather.csv").await;
    assert!(none.problem(StatusCode::NOT_FOUND).contains("measures no weather"));
}

#[tokio::test]
async fn counts_have_the_weather_of_the_nearest_station_beside_them() {
    let city = City::new().await;
    station(&city, "Wiese").await;
    let near = city.placed_site("Nah", "", &[], (53.1436, 8.2150)).await;
    let site = city.site("Zähler", &[]).await;
    let midnight = at("2026-05-31T22:00:00Z");
    let times = || (1..=960).map(|i| midnight + SignedDuration::from_mins(15 * i));
    city.count(&site, P::BicycleCount, "", times().map(|time| (time, 4.0))).await;
    city.count(&near, P::AirTemperature, "", times().map(|time| (time, 10.0))).await;
    settle(&city).await;
    let router = city.router();
    let html = page(&router, &format!("/planning/zaehler?{PERIOD}")).await;
    // Wiese stands at the same place as the counter, Nah some metres away.
    assert!(html.contains("Wetter: Wiese, 0,0 km entfernt"), "{html}");
    assert!(html.contains("Niederschlag je Tag") && html.contains("Lufttemperatur je Tag"));
    let days = get(&router, &format!("/planning/zaehler/days.csv?{PERIOD}")).await.body;
    assert!(
        days.lines().next().unwrap().ends_with(
            "weather_station,temperature mean °C,rain mm,rain at_least,rain 06-20 mm,wind mean m/s"
        )
    );
    let third = days.lines().find(|line| line.starts_with("2026-06-03")).unwrap();
    assert!(third.ends_with(",Wiese,21.5,16,0,16,3"), "{third}");
    let days = get(&router, &format!("/planning/zaehler/days.csv?{PERIOD}&weather=nah")).await.body;
    assert!(days.lines().nth(3).unwrap().ends_with(",Nah,10,,,,"), "{days}");
    let days = get(&router, &format!("/planning/zaehler/days.csv?{PERIOD}&weather=none")).await.body;
    assert!(days.lines().nth(3).unwrap().ends_with(",,,,,,"), "{days}");
    let wrong = get(&router, &format!("/planning/zaehler.csv?{PERIOD}&weather=mond")).await;
    assert!(wrong.problem(StatusCode::BAD_REQUEST).contains("found `mond`, expected one of"));
}
