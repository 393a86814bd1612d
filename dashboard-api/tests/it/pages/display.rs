//! The public bike display.

use std::num::NonZeroU64;

use axum::{Router, http::StatusCode};
use dashboard_api::{Co2Estimate, DisplayConfig, ThingDisplay};
use domain::ObservedProperty as P;
use jiff::{SignedDuration, Timestamp};

use super::{DIRECTIONS, counting_site, page, settle};
use crate::harness::{City, Site, at, get};

/// Midnight in Oldenburg, the beginning of a Monday.
const MONDAY: &str = "2026-06-21T22:00:00Z";

/// The ends of the quarter-hours of the n-th day after [`MONDAY`].
fn quarters(day: i64) -> impl Iterator<Item = Timestamp> {
    let midnight = at(MONDAY) + SignedDuration::from_hours(24 * day);
    (1..=96).map(move |quarter| midnight + SignedDuration::from_mins(15 * quarter))
}

/// Counts so many bicycles in each quarter-hour of each day from [`MONDAY`] on, on the tenth day up to noon; `None` is a
/// day without a word.
pub(crate) async fn counting_for_ten_days(city: &City, rates: [Option<f64>; 10]) -> Site {
    let site = city.site("Pophankenweg", &[]).await;
    let noon = at("2026-07-01T10:00:00Z");
    let counts = (0..).zip(rates).filter_map(|(day, rate)| Some((day, rate?))).flat_map(|(day, rate)| {
        quarters(day).filter(move |time| *time <= noon).map(move |time| (time, rate))
    });
    city.count(&site, P::BicycleCount, "", counts).await;
    settle(city).await;
    city.clock.set(noon + SignedDuration::from_mins(3));
    site
}

async fn board(router: &Router, city: &City, now: Timestamp) -> String {
    city.clock.set(now);
    page(router, "/display/pophankenweg").await
}

#[tokio::test]
async fn the_display_says_honestly_how_old_its_number_is() {
    let city = City::new().await;
    counting_site(&city).await;
    let router = city.router();
    let heard_at = at("2026-07-01T06:45:00Z");
    let after = |minutes| heard_at + SignedDuration::from_mins(minutes);

    let live = board(&router, &city, after(5)).await;
    assert!(live.contains("is-counting") && live.contains("data-count=\"42\""), "{live}");
    assert!(live.contains("<strong>42</strong> <span>Fahrräder seit dem 1.\u{a0}Juli 2026"));
    assert!(live.contains("<span>Mittwoch, 1.\u{a0}Juli</span>"));
    // Nobody knows what passed between midnight and eight.
    assert!(live.contains("mindestens: Für einen Teil des Tages fehlen Daten"));
    assert!(
        live.contains("is-partial")
            && live.contains("data-say=\"mind.\u{a0}42 Fahrräder heute, Stand 08:45\u{a0}Uhr\"")
    );

    let delayed = board(&router, &city, after(60)).await;
    assert!(delayed.contains("is-delayed") && delayed.contains("data-count=\"42\""));
    assert!(delayed.contains("Verzögert seit 08:45\u{a0}Uhr"));

    let out = board(&router, &city, after(15 * 6 + 1)).await;
    assert!(out.contains("is-out") && out.contains("Außer Betrieb"));
    assert!(!out.contains("data-count"), "{out}");
    assert!(out.contains("1.\u{a0}Juli 2026, 08:45\u{a0}Uhr"));
    assert!(out.contains("Zuletzt gezählt: <strong>42</strong> Fahrräder am 1.\u{a0}Juli 2026"));
}

#[tokio::test]
async fn a_site_that_never_reported_has_not_started_and_shows_no_zero() {
    let city = City::new().await;
    let site = city.site("Damm", &DIRECTIONS).await;
    // A first value only begins a running total: nothing is counted yet.
    let first = [(P::BicycleTotal, "ltr", Some(500.0))];
    city.measure(&site, at("2026-07-01T09:55:00Z"), &first).await;
    settle(&city).await;
    let html = page(&city.router(), "/display/damm").await;
    assert!(html.contains("board__number--none"), "{html}");
    assert!(!html.contains("data-count"));
}

#[tokio::test]
async fn a_thing_without_bicycles_has_no_display_and_is_told_which_have() {
    let city = City::new().await;
    counting_site(&city).await;
    let tower = city.site("Wetter", &[]).await;
    city.measure(&tower, at("2026-07-01T06:00:00Z"), &[(P::AirTemperature, "", Some(15.0))]).await;
    let answer = get(&city.router(), "/display/wetter").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("Hier werden keine Fahrräder gezählt"));
    assert!(answer.body.contains("href=\"/display/pophankenweg\""));
}

#[tokio::test]
async fn today_is_compared_with_a_week_ago_only_if_both_days_were_observed() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &DIRECTIONS).await;
    let router = city.router();
    // Wednesday 1 July from local midnight (22:00 UTC the day before) to 10:00 UTC: 2 bicycles a
    // quarter-hour; a week before 1.
    let mut total = 0.0;
    for (midnight, rate) in [("2026-06-23T22:00:00Z", 1.0), ("2026-06-30T22:00:00Z", 2.0)] {
        for quarter in 0..=48 {
            let time = at(midnight) + SignedDuration::from_mins(15 * quarter);
            total += rate;
            let values = [(P::BicycleTotal, "ltr", Some(total)), (P::BicycleTotal, "rtl", Some(0.0))];
            city.measure(&site, time, &values).await;
        }
    }
    settle(&city).await;
    let html = board(&router, &city, at("2026-07-01T10:05:00Z")).await;
    assert!(!html.contains("mindestens"));
    assert!(html.contains("100\u{a0}% mehr als letzten Mittwoch bis 12:00\u{a0}Uhr"), "{html}");

    let html = board(&router, &city, at("2026-07-01T10:05:00Z") + SignedDuration::from_hours(24)).await;
    assert!(!html.contains("board__compare"));
}

#[tokio::test]
async fn week_year_and_record_tell_what_was_counted_and_what_was_not() {
    let city = City::new().await;
    // A day of 96 quarter-hours: Monday 22 June 96, then 192, 288, 96, 96, nothing known, 96, 192, 96; today 48.
    let rates = [1.0, 2.0, 3.0, 1.0, 1.0, 0.0, 1.0, 2.0, 1.0, 1.0].map(|rate| (rate > 0.0).then_some(rate));
    counting_for_ten_days(&city, rates).await;
    let router = city.router();
    let html = page(&router, "/display/pophankenweg").await;
    assert!(html.contains("data-count=\"48\"") && !html.contains("is-partial"), "{html}");
    for line in [
        "Donnerstag, 25.\u{a0}Juni: 96 Fahrräder",
        "Freitag, 26.\u{a0}Juni: 96 Fahrräder",
        "Samstag, 27.\u{a0}Juni: keine Daten",
        "Sonntag, 28.\u{a0}Juni: 96 Fahrräder",
        "Montag, 29.\u{a0}Juni: 192 Fahrräder",
        "Dienstag, 30.\u{a0}Juni: 96 Fahrräder",
        "Mittwoch, 1.\u{a0}Juli, bis 12:00\u{a0}Uhr: 48 Fahrräder",
    ] {
        assert!(html.contains(&format!("<li>{line}</li>")), "{line}: {html}");
    }
    assert!(
        html.contains("week__bar--today") && html.contains("week__gap") && !html.contains(": 0 Fahrräder")
    );
    // 96 + 192 + 288 + 96 + 96 + 96 + 192 + 96 + 48; a day of nine and a half is missing.
    assert!(html.contains("mind.</span> <strong>1.200</strong> <span>Fahrräder seit dem 22.\u{a0}Juni 2026"));
    assert!(html.contains("höchstens noch 800 bis 2.000"));
    assert!(html.contains("<strong>288</strong><span class=\"visually-hidden\"> Fahrräder</span>"));
    assert!(html.contains("Rekordtag: Mittwoch, 24.\u{a0}Juni 2026"));
    // Until noon of the Wednesday before: 48 quarter-hours of three.
    assert!(html.contains("67\u{a0}% weniger als letzten Mittwoch bis 12:00\u{a0}Uhr"));
    assert!(!html.contains("CO₂") && !html.contains("Ziel"));

    let english = page(&router, "/display/pophankenweg?lang=en").await;
    assert!(english.contains("<li>Saturday, 27\u{a0}June: no data</li>"), "{english}");
    assert!(english.contains("at most 800 to go to 2,000"));
    assert!(english.contains("Record day: Wednesday, 24\u{a0}June 2026"));
}

/// A site whose thousandth bicycle of the year came today, which is also its best day, with a goal and an estimate.
pub(crate) async fn city_with_a_feast() -> City {
    let goal = NonZeroU64::new;
    let display = DisplayConfig {
        goal_per_year: goal(9_000),
        co2: Some(Co2Estimate::new(140.0, 2.5).unwrap()),
        things: [("pophankenweg".to_owned(), ThingDisplay { goal_per_year: goal(2_000) })].into(),
    };
    let city = City::with_display(display).await;
    // Nine days of 96 are 864; with 48 times 3 of today 1,008.
    let mut rates = [Some(1.0); 10];
    rates[9] = Some(3.0);
    counting_for_ten_days(&city, rates).await;
    city
}

#[tokio::test]
async fn a_round_number_a_record_a_goal_and_an_estimate_with_its_assumptions() {
    let city = city_with_a_feast().await;
    let html = page(&city.router(), "/display/pophankenweg").await;
    assert!(html.contains("<strong>1.008</strong>") && !html.contains("mind."), "{html}");
    assert!(html.contains("is-celebrating") && html.contains("data-reached=\"1000\""));
    assert!(html.contains("Heute kam das 1.000. Fahrrad seit dem 22.\u{a0}Juni 2026"));
    assert!(html.contains("Rekord bisher: Montag, 22.\u{a0}Juni 2026"));
    assert!(html.contains("50\u{a0}% vom Ziel 2.000 für 2026"));
    // 1,008 trips of 2.5 km at 140 g are 352.8 kg.
    assert!(html.contains("Schätzung:</span> <strong>353\u{a0}kg</strong>"));
    assert!(html.contains(
        "CO₂ weniger seit dem 22.\u{a0}Juni 2026, falls jedes Fahrrad 2,5\u{a0}km Autofahrt mit 140\u{a0}g/km ersetzt hat"
    ));
}

#[tokio::test]
async fn days_of_a_counters_silence_have_no_number_of_their_own_but_count_in_the_year() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &[]).await;
    // One bicycle a quarter-hour; silent from midnight of Friday the 26th to midnight of Monday, 500 later.
    let silence = at("2026-06-25T22:00:00Z")..at("2026-06-28T22:00:00Z");
    let mut total = 1_000.0;
    let mut counts = vec![(at(MONDAY), total)];
    for time in (0..10).flat_map(quarters).filter(|time| *time <= at("2026-07-01T10:00:00Z")) {
        if time == silence.end {
            total += 500.0;
        } else if time > silence.start && time < silence.end {
            continue;
        } else {
            total += 1.0;
        }
        counts.push((time, total));
    }
    city.count(&site, P::BicycleTotal, "", counts).await;
    settle(&city).await;
    city.clock.set(at("2026-07-01T10:03:00Z"));
    let html = page(&city.router(), "/display/pophankenweg").await;
    for day in ["Freitag, 26.", "Samstag, 27.", "Sonntag, 28."] {
        assert!(html.contains(&format!("<li>{day}\u{a0}Juni: nur als Summe</li>")), "{html}");
    }
    // Four days of 96, 500 over the silence, two days of 96 and half a day; nothing is missing.
    assert!(html.contains("<p><strong>1.124</strong>"), "{html}");
}

#[tokio::test]
async fn a_zero_is_shown_only_where_the_day_was_observed() {
    let city = City::new().await;
    let mut rates = [None; 10];
    rates[9] = Some(0.0);
    counting_for_ten_days(&city, rates).await;
    let router = city.router();
    let html = page(&router, "/display/pophankenweg").await;
    assert!(html.contains("<p class=\"board__number digits-2\">0</p>"), "{html}");
    assert!(html.contains("Heute kam hier noch kein Fahrrad vorbei"));

    // A quarter of an hour after the next midnight nothing is known of the new day.
    let html = board(&router, &city, at("2026-07-01T10:00:00Z") + SignedDuration::from_mins(89)).await;
    assert!(html.contains("is-out") || html.contains("is-delayed"));
    let midnight = at("2026-07-01T22:00:00Z");
    let site = city.site("Damm", &[]).await;
    city.count(&site, P::BicycleCount, "", [(midnight - SignedDuration::from_mins(5), 0.0)]).await;
    settle(&city).await;
    city.clock.set(midnight + SignedDuration::from_mins(4));
    let html = page(&router, "/display/damm").await;
    assert!(html.contains("board__number--none") && html.contains("Fahrräder heute: unbekannt"), "{html}");
    assert!(!html.contains("data-count"));
}

#[tokio::test]
async fn the_weather_is_that_of_now_or_not_shown() {
    let city = City::new().await;
    counting_site(&city).await;
    let station = city.site("Schlossgarten", &[]).await;
    let old = city.site("Fliegerhorst", &[]).await;
    city.measure(&old, at("2026-07-01T05:00:00Z"), &[(P::AirTemperature, "", Some(99.0))]).await;
    for minute in [0, 15, 30, 45] {
        let time = at("2026-07-01T06:00:00Z") + SignedDuration::from_mins(minute);
        let values = [
            (P::AirTemperature, "", Some(17.24)),
            (P::Precipitation, "", Some(0.2)),
            (P::WindSpeed, "", Some(4.0)),
        ];
        city.measure(&station, time, &values).await;
    }
    settle(&city).await;
    let router = city.router();
    let html = page(&router, "/display/pophankenweg").await;
    assert!(html.contains("<strong>17,2\u{a0}°C</strong>"), "{html}");
    // Four quarter-hours of 0.2 mm; 4 m/s are 14.4 km/h.
    assert!(html.contains("letzte Stunde 0,8\u{a0}mm Regen") && html.contains("Wind 14\u{a0}km/h"));

    let html = board(&router, &city, at("2026-07-01T07:31:00Z")).await;
    assert!(html.contains("17,2") && !html.contains("Regen"), "{html}");
    let html = board(&router, &city, at("2026-07-01T07:46:00Z")).await;
    assert!(!html.contains("°C") && !html.contains("km/h"), "{html}");
}

#[tokio::test]
async fn the_worker_of_the_displays_is_served_from_their_folder() {
    let city = City::new().await;
    let answer = get(&city.router(), "/display/worker.js").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "public, no-cache");
}

#[tokio::test]
async fn a_site_of_five_years_knows_its_record_and_counts_the_year_from_january() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &DIRECTIONS).await;
    // One word at ten o'clock of every day. The record is Oldenburg's of 2023 (oldenburgernachrichten.de).
    let first = at("2021-07-01T10:00:00Z");
    let noons = (0..=1826).map(|day| first + SignedDuration::from_hours(24 * day));
    let of_day = |time| if time == at("2023-08-16T10:00:00Z") { 1_123.0 } else { 100.0 };
    city.count(&site, P::BicycleCount, "ltr", noons.map(|time| (time, of_day(time)))).await;
    settle(&city).await;
    city.clock.set(at("2026-07-01T10:05:00Z"));
    let router = city.router();
    let began = tokio::time::Instant::now();
    let html = page(&router, "/display/pophankenweg").await;
    println!("first answer after {:?}", began.elapsed());
    let began = tokio::time::Instant::now();
    page(&router, "/display/pophankenweg").await;
    println!("second answer after {:?}", began.elapsed());
    assert!(html.contains("<strong>1.123</strong>"), "{html}");
    assert!(html.contains("Rekordtag: Mittwoch, 16.\u{a0}August 2023"));
    // 31 + 28 + 31 + 30 + 31 + 30 days and today.
    assert!(html.contains("<strong>18.200</strong> <span>Fahrräder seit dem 1.\u{a0}Januar 2026"));
}
