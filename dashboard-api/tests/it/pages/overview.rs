//! The overview.

use domain::{Missing, ObservedProperty as P};
use jiff::{SignedDuration, Timestamp};

use super::{DIRECTIONS, counting_site, page, settle};
use crate::harness::{City, Site, at};

#[tokio::test]
async fn the_overview_shows_what_the_city_counted_today_and_how_many_sites_report() {
    let city = City::new().await;
    counting_site(&city).await;
    let html = page(&city.router(), "/").await;
    assert!(html.contains("<span class=\"hero__number\">42</span>"), "{html}");
    assert!(html.contains("1 von 1 Zählstelle meldet"));
}

#[tokio::test]
async fn the_overview_says_in_sentences_what_is_known() {
    let city = City::new().await;
    counting_site(&city).await;
    let station = city.site("Schlossgarten", &[]).await;
    for minute in ["00", "15", "30", "45"] {
        let time = at(&format!("2026-07-01T06:{minute}:00Z"));
        let values = [
            (P::AirTemperature, "", Some(17.5)),
            (P::Precipitation, "", Some(0.0)),
            (P::WindSpeed, "", Some(2.0)),
            (P::WaterLevel, "", Some(1.5)),
        ];
        city.measure(&station, time, &values).await;
    }
    settle(&city).await;
    let router = city.router();
    let html = page(&router, "/").await.replace('\u{a0}', " ");
    // From midnight to eight nobody counted: 42 is what is known.
    assert!(html.contains("Heute wurden mindestens 42 Fahrräder gezählt."), "{html}");
    assert!(html.contains("Es ist trocken bei 17,5 °C. Es weht ein leichter Wind."), "{html}");
    assert!(html.contains("Schlossgarten: 1,50 m."), "{html}");
    assert!(!html.contains("Kraftfahrzeuge"), "nothing is said of what nobody measures");
    let english = page(&router, "/?lang=en").await.replace('\u{a0}', " ");
    assert!(english.contains("At least 42 bicycles have been counted today."));
}

#[tokio::test]
async fn bicycles_are_compared_with_the_same_hours_of_a_week_ago() {
    let city = City::new().await;
    let site = city.site("Damm", &[]).await;
    // Each quarter-hour from midnight to noon: 10 a week ago, 12 today; 11 o'clock is the last full hour.
    for (midnight, n) in [("2026-06-23T22:00:00Z", 10.0), ("2026-06-30T22:00:00Z", 12.0)] {
        let ends = (0..=48).map(|i| (at(midnight) + SignedDuration::from_mins(15 * i), n));
        city.count(&site, P::BicycleCount, "", ends).await;
    }
    settle(&city).await;
    let html = page(&city.router(), "/").await.replace('\u{a0}', " ");
    assert!(html.contains("Bis 11:00 Uhr waren es 20 % mehr als letzten Mittwoch."), "{html}");
}

#[tokio::test]
async fn what_nobody_measured_is_unknown_and_not_zero() {
    let city = City::new().await;
    city.site("Damm", &DIRECTIONS).await;
    let html = page(&city.router(), "/").await;
    assert!(html.contains("hero__number--none"));
    assert!(html.contains("unbekannt"));
    assert!(html.contains("nie gehört"));
}

#[tokio::test]
async fn the_weather_of_the_hero_is_the_mean_of_fresh_values() {
    let city = City::new().await;
    for (name, time, value) in [("A", "09:55", 20.0), ("B", "09:50", 23.0), ("Yesterday's", "04:00", 5.0)] {
        let site = city.site(name, &[]).await;
        let time = at(&format!("2026-07-01T{time}:00Z"));
        city.measure(&site, time, &[(P::AirTemperature, "", Some(value))]).await;
    }
    let html = page(&city.router(), "/?lang=en").await;
    assert!(html.contains("21.5<span class=\"unit\">\u{a0}°C</span>"), "{html}");
    assert!(html.contains("mean of 2 stations"));
}

/// The text of one Thing's row, its parts separated by blanks, breaking or not.
fn row(html: &str, name: &str) -> String {
    let list = html.split_once("data-live=\"list\"").expect("the list").1;
    let row = list.split("<tr").find(|row| row.contains(&format!(">{name}</a>"))).expect("the row");
    let row = row.split("</tr>").next().unwrap_or_default();
    let mut text = String::new();
    let mut in_tag = true;
    for c in row.chars() {
        match c {
            '<' => in_tag = true,
            '>' => {
                in_tag = false;
                text.push(' ');
            }
            '\u{a0}' => text.push(' '),
            _ if !in_tag => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reports every quarter-hour from local midnight (22:00 UTC) to a quarter to ten UTC, the n-th report made
/// of `values`.
async fn report_all_morning(
    city: &City,
    site: &Site,
    values: impl Fn(f64) -> Vec<(P, &'static str, Option<f64>)>,
) {
    let midnight = at("2026-06-30T22:00:00Z");
    let mut n = 0.0;
    let mut time = midnight;
    while time <= at("2026-07-01T09:45:00Z") {
        city.measure(site, time, &values(n)).await;
        n += 1.0;
        time += SignedDuration::from_mins(15);
    }
    settle(city).await;
}

#[tokio::test]
async fn counts_are_of_today_over_both_directions_and_speeds_of_both_with_their_interval() {
    let city = City::new().await;
    let site = city.site("Damm", &DIRECTIONS).await;
    report_all_morning(&city, &site, |n| {
        vec![
            (P::BicycleCount, "ltr", Some(1.0)),
            (P::BicycleCount, "rtl", Some(0.0)),
            (P::CarCount, "ltr", Some(20.0)),
            (P::CarCount, "rtl", Some(10.0)),
            (P::CarSpeed, "ltr", Some(40.0 + n % 2.0)),
            (P::CarSpeed, "rtl", if n > 40.0 { None } else { Some(30.0) }),
        ]
    })
    .await;
    let router = city.router();
    // 47 quarter-hours since midnight; the report of midnight itself belongs to yesterday.
    let german = row(&page(&router, "/").await, "Damm");
    assert_eq!(
        german,
        "Damm heute, beide Richtungen 47 Fahrräder 1.410 Pkw \
         Mittel über 15 min, stadteinwärts / stadtauswärts 41 / – km/h Tempo Pkw meldet vor 15 min"
    );
    let english = row(&page(&router, "/?lang=en").await, "Damm");
    assert_eq!(
        english,
        "Damm today, both directions 47 bicycles 1,410 cars \
         mean over 15 min, stadteinwärts / stadtauswärts 41 / – km/h car speed reporting 15 min ago"
    );
}

#[tokio::test]
async fn one_bicycle_is_no_bicycles() {
    let city = City::new().await;
    let site = city.site("Damm", &[]).await;
    report_all_morning(&city, &site, |n| {
        vec![(P::BicycleCount, "", Some(if (4.5..5.5).contains(&n) { 1.0 } else { 0.0 }))]
    })
    .await;
    let router = city.router();
    let html = page(&router, "/").await;
    assert!(html.contains("Fahrrad heute") && !html.contains("Fahrräder heute"), "{html}");
    assert!(row(&html, "Damm").contains("heute 1 Fahrrad "));
    assert!(page(&router, "/?lang=en").await.contains("bicycle today"));
    assert!(page(&router, "/display/damm").await.contains("Fahrrad heute"));
}

#[tokio::test]
async fn a_rain_gauge_with_a_running_total_shows_the_rain_of_the_last_hour_and_of_today() {
    let city = City::new().await;
    let site = city.site("Etzhorn", &[]).await;
    // 0.2 mm each quarter-hour, and a correction of 0.1 mm that the gauge counts apart.
    report_all_morning(&city, &site, |n| {
        vec![
            (P::PrecipitationTotal, "", Some(100.0 + 0.2 * n)),
            (P::PrecipitationTotal, "correction", Some(7.0 + 0.1 * n)),
        ]
    })
    .await;
    let router = city.router();
    let text = row(&page(&router, "/").await, "Etzhorn");
    assert_eq!(text, "Etzhorn heute 14,1 mm Niederschlag 1,2 mm von 10:45 bis 11:45 Uhr meldet vor 15 min");
    let text = row(&page(&router, "/?lang=en").await, "Etzhorn");
    assert_eq!(text, "Etzhorn today 14.1 mm precipitation 1.2 mm from 10:45 to 11:45 reporting 15 min ago");
}

#[tokio::test]
async fn rain_over_a_gap_is_a_lower_bound_and_rain_nobody_measured_is_unknown() {
    let city = City::new().await;
    let gappy = city.site("Lückenhaft", &[]).await;
    let new = city.site("Neu", &[]).await;
    let rain = |mm| [(P::Precipitation, "", Some(mm))];
    for time in ["09:15", "09:45"] {
        city.measure(&gappy, at(&format!("2026-07-01T{time}:00Z")), &rain(0.4)).await;
    }
    city.measure(&new, at("2026-07-01T09:45:00Z"), &[(P::PrecipitationTotal, "", Some(812.0))]).await;
    settle(&city).await;
    let html = page(&city.router(), "/").await;
    let expected = "heute mind. 0,8 mm Niederschlag mind. 0,8 mm von 10:45 bis 11:45 Uhr";
    assert!(row(&html, "Lückenhaft").contains(expected), "{}", row(&html, "Lückenhaft"));
    let expected = "heute – Niederschlag: unbekannt – von 10:45 bis 11:45 Uhr: unbekannt";
    assert!(row(&html, "Neu").contains(expected), "{}", row(&html, "Neu"));
}

#[tokio::test]
async fn a_silent_thing_shows_sums_up_to_its_last_word_and_no_value_as_if_it_were_current() {
    let city = City::new().await;
    let site = city.site("Damm", &[]).await;
    report_all_morning(&city, &site, |_| {
        vec![(P::BicycleCount, "", Some(2.0)), (P::AirTemperature, "", Some(17.0))]
    })
    .await;
    let router = city.router();
    let row_at = async |time: Timestamp| {
        city.clock.set(time);
        row(&page(&router, "/").await, "Damm")
    };
    let now = row_at(at("2026-07-01T09:50:00Z")).await;
    assert_eq!(now, "Damm heute 94 Fahrräder zuletzt 17,0 °C Lufttemperatur meldet vor 5 min");
    let late = row_at(at("2026-07-01T10:30:00Z")).await;
    assert_eq!(
        late,
        "Damm heute bis 11:45 Uhr 94 Fahrräder zuletzt 17,0 °C Lufttemperatur verspätet vor 45 min"
    );
    let silent = row_at(at("2026-07-01T15:00:00Z")).await;
    assert_eq!(silent, "Damm heute bis 11:45 Uhr 94 Fahrräder schweigt vor 5 h");
    let next_day = row_at(at("2026-07-02T10:00:00Z")).await;
    assert_eq!(next_day, "Damm heute – Fahrräder: unbekannt schweigt vor 24 h");
}

#[tokio::test]
async fn a_broken_probe_is_named_and_a_contact_is_on_or_off() {
    let city = City::new().await;
    let garden = city.site("Garten", &[]).await;
    city.lack(&garden, at("2026-07-01T09:45:00Z"), P::AirTemperature, Missing::ProbeDisconnected).await;
    let door = city.site("Tor", &[]).await;
    city.measure(&door, at("2026-07-01T09:45:00Z"), &[(P::DigitalInput, "", Some(1.0))]).await;
    let html = page(&city.router(), "/").await;
    assert!(row(&html, "Garten").contains("zuletzt – Lufttemperatur: Fühler nicht angeschlossen"));
    assert!(row(&html, "Tor").contains("zuletzt an Digitaler Eingang"));
}
