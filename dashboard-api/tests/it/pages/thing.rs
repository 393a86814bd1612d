//! The page of one Thing, and charts.

use axum::http::StatusCode;
use domain::{Missing, ObservedProperty as P};
use jiff::SignedDuration;

use super::{DIRECTIONS, counting_site, page, settle};
use crate::{
    api::reception::city_with_an_outage,
    harness::{City, at, get},
};

#[tokio::test]
async fn a_thing_shows_each_direction_with_chart_sentence_and_table() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let html = page(&city.router(), &format!("/things/{}", site.key)).await;
    let sentence = "In den letzten 24 Stunden zusammen 42: stadteinwärts 12 (am meisten 12: Mi 1.7., 08:00–09:00); \
                    stadtauswärts 30 (am meisten 30: Mi 1.7., 08:00–09:00).";
    assert!(html.contains(sentence), "{html}");
    assert!(html.contains("<title id=\"ds-"));
    assert!(html.contains("Mi 1.7., 08:00–09:00"));
    // Before the first value there was no sensor: nothing is missing there, and the table has no lines.
    assert!(html.contains("Daten gibt es seit dem 1.\u{a0}Juli 2026, 08:00\u{a0}Uhr."));
    assert!(!html.contains("keine Daten") && !html.contains("schraffiert"));
    assert!(!html.contains("Mi 1.7., 07:00–08:00"));
}

#[tokio::test]
async fn what_the_sensor_said_about_a_missing_value_is_told_apart_from_lost_data() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &[]).await;
    // The sensor is there for longer than the 24 hours shown.
    let values = [(P::BicycleSpeed, "", Some(20.0)), (P::AirTemperature, "", Some(20.0))];
    city.measure(&site, at("2026-06-30T10:00:00Z"), &values).await;
    // Eight quarter-hours of the last 24 hours have a word of the sensor, one has a value.
    let first = at("2026-07-01T07:35:00Z");
    for quarter in 0..8 {
        let time = first + SignedDuration::from_mins(15 * quarter);
        city.lack(&site, time, P::BicycleSpeed, Missing::NothingToMeasure).await;
        city.lack(&site, time, P::AirTemperature, Missing::ProbeDisconnected).await;
    }
    city.measure(&site, at("2026-07-01T09:35:00Z"), &[(P::BicycleSpeed, "", Some(18.0))]).await;
    settle(&city).await;
    let router = city.router();
    let html = page(&router, &format!("/things/{}", site.key)).await;
    // 24 hours up to 13:00 local time: 96 quarter-hours, of which the last four are not over.
    assert!(html.contains("Für 9\u{a0}% der Zeit gab es nichts zu messen."), "{html}");
    // The quarter-hour after the last value is empty, too, but the next value may still be on time.
    assert!(html.contains("Für 89\u{a0}% der Zeit liegen keine Daten vor."));
    assert!(html.contains("<td>nichts zu messen</td>"));
    assert!(html.contains("ohne Linie: Es gab nichts zu messen"));
    assert!(html.contains("In den letzten 24 Stunden: Fühler nicht angeschlossen."));
    assert!(html.contains("<td>Fühler nicht angeschlossen</td>"));

    let english = page(&router, &format!("/things/{}?lang=en", site.key)).await;
    assert!(english.contains("For 9% of the time there was nothing to measure."), "{english}");
    assert!(english.contains("probe not connected"));
}

#[tokio::test]
async fn two_directions_of_a_speed_share_one_chart_and_both_are_named() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &DIRECTIONS).await;
    for (time, ltr, rtl) in [("09:30", 18.0, 21.0), ("09:45", 19.0, 23.0)] {
        let time = at(&format!("2026-07-01T{time}:00Z"));
        let values = [(P::BicycleSpeed, "ltr", Some(ltr)), (P::BicycleSpeed, "rtl", Some(rtl))];
        city.measure(&site, time, &values).await;
    }
    settle(&city).await;
    let html = page(&city.router(), &format!("/things/{}", site.key)).await;
    assert_eq!(html.matches("<article").count(), 1, "{html}");
    assert!(html.contains("<li class=\"key key--first\">stadteinwärts</li>"));
    assert!(html.contains("<li class=\"key key--second\">stadtauswärts</li>"));
    for value in ["19\u{a0}km/h", "23\u{a0}km/h"] {
        assert!(html.contains(&format!(">{value}</b>")), "{value}");
    }
    assert!(html.contains("stadteinwärts zwischen 18\u{a0}km/h und 19\u{a0}km/h; stadtauswärts zwischen"));
}

#[tokio::test]
async fn a_chart_file_has_a_mark_for_each_hour_with_data_and_words_for_all() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    // It was there before the 24 hours shown, but could not count.
    city.measure(&site, at("2026-06-29T06:00:00Z"), &[(P::BicycleTotal, "rtl", None)]).await;
    settle(&city).await;
    let datastream = city.datastream(&site, P::BicycleTotal, "rtl").await;
    let router = city.router();
    let answer = get(&router, &format!("/charts/{datastream}.svg?range=24h&lang=en")).await;
    assert_eq!(answer.header("content-type"), "image/svg+xml");
    assert!(answer.body.contains(">Bicycles · stadtauswärts – Pophankenweg, 30 Jun 2026"), "{}", answer.body);
    assert!(answer.body.contains("30 (most 30: Wed 1 Jul, 08:00–09:00)"));
    // One hour is known; the 23 before it are one hatched stretch.
    assert_eq!(answer.body.matches("fill=\"#0b5d63\"").count(), 1);
    assert_eq!(answer.body.matches("fill=\"url(#chart-hatch)\"").count(), 1);

    let dark = get(&router, &format!("/charts/{datastream}.svg?theme=dark")).await;
    assert!(dark.body.contains("#0f1e21"));
    let wrong = get(&router, &format!("/charts/{datastream}.svg?range=2h")).await;
    assert_eq!(
        wrong.problem(StatusCode::BAD_REQUEST),
        "`2h` is no range of a chart: expected day, week, month, year, 24h, 7d, 30d or 1y"
    );
}

#[tokio::test]
async fn an_amount_counted_over_a_silence_is_in_the_chart_although_its_middle_is_not() {
    let city = City::new().await;
    let site = city.site("Damm", &[]).await;
    // Silent from 28 June noon to 1 July 11:00 local time: the middle is a day before the chart begins.
    for (time, total) in
        [("2026-06-28T09:45:00Z", 0.0), ("2026-06-28T10:00:00Z", 5.0), ("2026-07-01T09:00:00Z", 605.0)]
    {
        city.measure(&site, at(time), &[(P::BicycleTotal, "", Some(total))]).await;
    }
    settle(&city).await;
    let html = page(&city.router(), "/things/damm").await;
    assert!(html.contains("<td>in längerem Zeitraum gezählt</td>"), "{html}");
    assert!(html.contains("heller, breiter Balken"));
    assert!(html.contains("stroke=\"var(--chart-first)\""));
}

#[tokio::test]
async fn a_sum_over_a_day_with_gaps_is_a_lower_bound() {
    let city = City::new().await;
    let site = city.site("Damm", &[]).await;
    for time in ["2026-06-30T11:15:00Z", "2026-06-30T11:30:00Z", "2026-07-01T09:45:00Z"] {
        city.measure(&site, at(time), &[(P::BicycleCount, "", Some(4.0))]).await;
    }
    settle(&city).await;
    let router = city.router();
    let html = page(&router, "/things/damm").await;
    assert!(html.contains("<b>mind.\u{a0}12</b>"), "{html}");
    assert!(html.contains("In den letzten 24 Stunden: mind.\u{a0}12 (am meisten 8:"));
    assert!(page(&router, "/things/damm?lang=en").await.contains("<b>at least\u{a0}12</b>"));
}

#[tokio::test]
async fn a_page_says_how_much_arrived_and_which_outage_was_ours() {
    let city = city_with_an_outage().await;
    let router = city.router();
    let html = page(&router, "/things/standort-0").await;
    assert!(html.contains("<dt>angekommen in 24\u{a0}h</dt><dd>91 von 96 Nachrichten"), "{html}");
    assert!(html.contains("seit 30.6.2026, 12:05 MESZ"));
    assert!(html.contains("Ausfall bei uns oder im Funknetz, nicht am Sensor"));
    assert!(html.contains("<li>30.\u{a0}Juni 2026, 22:00–23:00: 4 Nachrichten fehlen</li>"));
    let english = page(&router, "/things/standort-0?lang=en").await;
    assert!(english.contains("91 of 96 messages"), "{english}");
    assert!(english.contains("not of the sensor"));
}

#[tokio::test]
async fn a_page_blames_nobody_for_what_one_sensor_lost() {
    let city = City::new().await;
    let site = city.site("Damm", &[]).await;
    city.hear(&site, at("2026-06-30T10:05:00Z"), 96, |f_cnt| (40..44).contains(&f_cnt)).await;
    let html = page(&city.router(), "/things/damm").await;
    assert!(html.contains("92 von 96 Nachrichten"), "{html}");
    assert!(!html.contains("Ausfall"));
}

#[tokio::test]
async fn a_page_of_a_sensor_never_heard_knows_nothing_of_messages() {
    let city = City::new().await;
    city.site("Neubau", &[]).await;
    let html = page(&city.router(), "/things/neubau").await;
    assert!(html.contains("<dt>angekommen in 7\u{a0}Tagen</dt><dd>unbekannt</dd>"), "{html}");
}
