//! Which period a Thing's page shows, what it is compared with, and the files of exactly that.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use domain::ObservedProperty as P;
use jiff::{SignedDuration, Timestamp};

use super::{DIRECTIONS, browse, page, settle};
use crate::harness::{City, Site, ask, at, get, get_bytes, get_json};

/// Quarter-hours of one count each between two instants.
fn quarters(from: &str, to: &str, n: f64) -> Vec<(Timestamp, f64)> {
    let (from, to) = (at(from), at(to));
    let ends = (1..).map(|i| from + SignedDuration::from_mins(15 * i)).take_while(|end| *end <= to);
    ends.map(|end| (end, n)).collect()
}

/// Two bicycles each quarter-hour of May, three of June 2026 (local time), to the left; the clock stands at noon of 1 July.
async fn two_months(city: &City) -> Site {
    let site = city.site("Pophankenweg", &DIRECTIONS).await;
    let may = quarters("2026-04-30T22:00:00Z", "2026-05-31T22:00:00Z", 2.0);
    let june = quarters("2026-05-31T22:00:00Z", "2026-06-30T22:00:00Z", 3.0);
    city.count(&site, P::BicycleCount, "ltr", may.into_iter().chain(june)).await;
    settle(city).await;
    site
}

#[tokio::test]
async fn a_month_of_the_calendar_has_steps_to_its_neighbours_that_end_with_the_data() {
    let city = City::new().await;
    two_months(&city).await;
    let router = city.router();
    let june = page(&router, "/things/pophankenweg?range=month&date=2026-06-17").await;
    // 30 days of 96 quarter-hours with 3 each.
    assert!(june.contains("<h2 id=\"view-h\">Juni\u{a0}2026</h2>"), "{june}");
    assert!(june.contains("<b>8.640</b>"));
    assert!(june.contains("href=\"/things/pophankenweg?range=month&amp;date=2026-05-01\""));
    assert!(june.contains("aria-label=\"Zeitraum danach: Juli\u{a0}2026\""));
    // May is the first month with data, and July has not ended.
    let may = page(&router, "/things/pophankenweg?range=month&date=2026-05-01").await;
    assert!(!may.contains("rel=\"prev\"") && may.contains("rel=\"next\""), "{may}");
    let july = page(&router, "/things/pophankenweg?range=month").await;
    assert!(july.contains("rel=\"prev\"") && !july.contains("rel=\"next\""));
}

#[tokio::test]
async fn a_month_is_compared_with_the_one_before_day_by_day() {
    let city = City::new().await;
    two_months(&city).await;
    let html =
        page(&city.router(), "/things/pophankenweg?range=month&date=2026-06-01&compare=previous").await;
    // 30 days of 288 against 30 days of 192: half as many more. 31 May has no counterpart and is not counted.
    let sentence = "Verglichen mit Mai\u{a0}2026: 8.640 gegen 5.760 (+50\u{a0}%), gezählt, wo beide einen Wert haben \
                    (30 von 30 Intervallen).";
    assert!(html.contains(sentence), "{html}");
    assert!(html.contains("<th scope=\"col\">Mai\u{a0}2026</th><th scope=\"col\">Unterschied</th>"));
    assert!(html.contains("<td>288</td><td>192</td><td>+96</td>"));
    assert!(html.contains("<li class=\"key key--outline\">Mai\u{a0}2026</li>"));
    assert!(html.contains("stroke=\"var(--chart-outline)\""));
    assert!(html.contains("<option value=\"previous\" selected>"));
}

#[tokio::test]
async fn two_sites_are_compared_as_the_sums_of_their_directions_whatever_they_count_with() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &DIRECTIONS).await;
    for channel in ["ltr", "rtl"] {
        let day = quarters("2026-06-29T22:00:00Z", "2026-06-30T22:00:00Z", 1.0);
        city.count(&site, P::BicycleCount, channel, day).await;
    }
    let other = city.site("Damm", &[]).await;
    let totals = quarters("2026-06-29T21:45:00Z", "2026-06-30T22:00:00Z", 0.0);
    let totals = (0..).zip(totals).map(|(n, (time, _))| (time, f64::from(n) * 5.0));
    city.count(&other, P::BicycleTotal, "", totals).await;
    city.site("Wetter", &[]).await;
    settle(&city).await;
    let router = city.router();
    let html = page(&router, "/things/pophankenweg?range=day&date=2026-06-30&compare=site:damm").await;
    // 24 hours of 8 against 24 of 20.
    assert!(html.contains("Verglichen mit Damm: 192 gegen 480 (−60\u{a0}%)"), "{html}");
    assert!(
        html.contains(
            "<li class=\"key key--bar\">alle Richtungen</li><li class=\"key key--outline\">Damm</li>"
        )
    );
    assert!(html.contains("<td>8</td><td>20</td><td>−12</td>"));
    assert!(html.contains("<option value=\"site:damm\" selected>Damm</option>"));
    assert!(!html.contains("site:wetter"));
}

#[tokio::test]
async fn a_line_is_compared_with_a_dashed_one() {
    let city = City::new().await;
    let site = city.site("Wetter", &[]).await;
    for (day, degrees) in [("29", 14.0), ("30", 17.5)] {
        for i in 0..8 {
            let time = at(&format!("2026-06-{day}T06:05:00Z")) + SignedDuration::from_mins(15 * i);
            city.measure(&site, time, &[(P::AirTemperature, "", Some(degrees))]).await;
        }
    }
    settle(&city).await;
    let router = city.router();
    let html = page(&router, "/things/wetter?range=day&date=2026-06-30&compare=previous").await;
    assert!(html.contains("im Mittel 17,5\u{a0}°C gegen 14,0\u{a0}°C (+3,5\u{a0}°C)"), "{html}");
    assert!(html.contains("stroke=\"var(--chart-second)\" stroke-dasharray=\"30 14\""));
    let english = page(
        &router,
        "/things/wetter?range=day&date=2026-06-30&compare=date&compare_date=2026-06-29&lang=en",
    )
    .await;
    assert!(english.contains("17.5\u{a0}°C against 14.0\u{a0}°C on average"), "{english}");
}

#[tokio::test]
async fn what_makes_no_sense_gets_a_page_that_says_what_was_found_and_expected() {
    let city = City::new().await;
    two_months(&city).await;
    let router = city.router();
    for (query, said) in [
        ("date=2026-02-30", "found `2026-02-30`, expected a date from 1970 to 2199"),
        ("range=fortnight", "`fortnight` is no range of a chart: expected day, week"),
        ("date=2026-07-02", "found a period from 2026-07-02, expected one that has begun: 2026-07-01"),
        ("from=2026-06-02&to=2026-06-01", "expected `to` after `from`"),
        ("compare=yesterday", "found `yesterday`, expected previous, year, date"),
        ("compare=site:nowhere", "found no site `nowhere`"),
        ("compare=site:pophankenweg", "found `pophankenweg` itself"),
        (
            "range=month&date=2026-06-01&compare=date&compare_date=2026-06-30",
            "found the period from 2026-06-01 itself",
        ),
        ("compare=site:%3Cscript%3E", "found no site `&lt;script&gt;`"),
    ] {
        let answer = browse(&router, &format!("/things/pophankenweg?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.body.contains(said), "{query}: {}", answer.body);
    }
    let empty = "/things/pophankenweg?range=month&date=2026-06-01&compare=&compare_date=&from=&to=";
    assert!(page(&router, empty).await.contains("<b>8.640</b>"));
}

#[tokio::test]
async fn the_files_of_a_view_have_exactly_what_it_shows() {
    let city = City::new().await;
    let site = two_months(&city).await;
    let id = city.datastream(&site, P::BicycleCount, "ltr").await;
    let router = city.router();
    let view = "range=month&date=2026-06-01&compare=previous";
    let html = page(&router, &format!("/things/pophankenweg?{view}")).await;
    for form in ["csv", "json", "svg", "png"] {
        assert!(
            html.contains(&format!(
                "/charts/{id}.{form}?range=month&amp;date=2026-06-01&amp;compare=previous"
            )),
            "{form}: {html}"
        );
    }
    let csv = get(&router, &format!("/charts/{id}.csv?{view}")).await.body;
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines.len(), 31);
    let header = "from_utc,to_utc,from_local,to_local,stadteinwärts [1],missing_reason stadteinwärts,Mai\u{a0}2026 [1]";
    assert_eq!(lines[0], header);
    let first = "2026-05-31T22:00:00Z,2026-06-01T22:00:00Z,2026-06-01T00:00:00+02:00,2026-06-02T00:00:00+02:00,288,,192";
    assert_eq!(lines[1], first);

    let json = get_json(&router, &format!("/charts/{id}.json?{view}&lang=en")).await;
    assert_eq!(json["width"], "1d");
    assert_eq!(json["compared_with"], "May\u{a0}2026");
    assert_eq!(json["intervals"][0]["series"][0]["value"], 288.0);
    assert_eq!(json["intervals"][29]["series"][0]["compared"], 192.0);

    let (content_type, png) = get_bytes(&router, &format!("/charts/{id}.png?{view}")).await;
    assert_eq!(content_type, "image/png");
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    // Width and height, big-endian, stand behind the first chunk's name: 720 x (280 + 28) at two pixels a unit.
    assert_eq!((&png[16..20], &png[20..24]), (&[0, 0, 5, 160][..], &[0, 0, 2, 104][..]));
    for kind in ["hours", "histogram"] {
        let (content_type, _) = get_bytes(
            &router,
            &format!("/charts/{id}.png?kind={kind}&range=month&date=2026-06-01&theme=print"),
        )
        .await;
        assert_eq!(content_type, "image/png", "{kind}");
    }
}

#[tokio::test]
async fn a_chart_that_does_not_exist_says_what_was_expected() {
    let city = City::new().await;
    let site = two_months(&city).await;
    let id = city.datastream(&site, P::BicycleCount, "ltr").await;
    let router = city.router();
    for (path, status, said) in [
        (format!("/charts/{id}.gif"), StatusCode::NOT_FOUND, "`.svg`, `.png`, `.csv` or `.json`"),
        (
            format!("/charts/{id},{id}.svg"),
            StatusCode::NOT_FOUND,
            "expected numbers of one or two datastreams",
        ),
        ("/charts/1,2,3,4.svg".to_owned(), StatusCode::NOT_FOUND, "one or two datastreams"),
        ("/charts/999.svg".to_owned(), StatusCode::NOT_FOUND, "no Datastream `999`"),
        (
            format!("/charts/{id}.svg?theme=pink"),
            StatusCode::BAD_REQUEST,
            "found `pink`, expected light, dark or print",
        ),
        (
            format!("/charts/{id}.svg?kind=pie"),
            StatusCode::BAD_REQUEST,
            "expected course, hours, rose or histogram",
        ),
        (format!("/charts/{id}.svg?kind=rose"), StatusCode::BAD_REQUEST, "one of wind_speed"),
        (format!("/charts/{id}.csv?kind=hours"), StatusCode::BAD_REQUEST, "expected svg or png"),
        (format!("/charts/{id}.svg?date=2026-02-30"), StatusCode::BAD_REQUEST, "found `2026-02-30`"),
    ] {
        let problem = get(&router, &path).await.problem(status);
        assert!(problem.contains(said), "{path}: {problem}");
    }
}

#[tokio::test]
async fn a_picture_of_the_past_is_kept_for_good_only_under_the_name_of_its_data() {
    let city = City::new().await;
    let site = two_months(&city).await;
    let id = city.datastream(&site, P::BicycleCount, "ltr").await;
    let router = city.router();
    let kept = async |path: &str| get(&router, path).await.header("cache-control").to_owned();
    let may = format!("/charts/{id}.svg?range=month&date=2026-05-01");
    let june = format!("/charts/{id}.svg?range=month&date=2026-06-01");
    // May ended a month ago, June half a day ago, the present month has not.
    assert_eq!(kept(&may).await, "public, max-age=86400");
    assert_eq!(kept(&june).await, "public, max-age=60");
    assert_eq!(kept(&format!("/charts/{id}.svg?range=month")).await, "public, max-age=60");

    let html = page(&router, "/things/pophankenweg?range=month&date=2026-05-01").await;
    let named =
        html.split('"').find(|part| part.contains(".svg?range=month") && part.contains("&amp;v=")).unwrap();
    let named = named.replace("&amp;", "&");
    assert_eq!(kept(&named).await, "public, max-age=31536000, immutable");
    assert_eq!(kept(&format!("{may}&v=0123456789abcdef")).await, "public, max-age=86400");
    let etag = get(&router, &named).await.header("etag").to_owned();
    let again = Request::get(&named).header("if-none-match", etag).body(Body::empty()).unwrap();
    assert_eq!(ask(&router, again).await.status, StatusCode::NOT_MODIFIED);

    // A late uplink makes another picture, whose name is another.
    city.measure(&site, at("2026-05-10T10:05:00Z"), &[(P::BicycleCount, "ltr", Some(100.0))]).await;
    settle(&city).await;
    assert_eq!(kept(&named).await, "public, max-age=86400");
}

#[tokio::test]
async fn a_month_of_counts_has_its_hours_and_a_station_its_rose() {
    let city = City::new().await;
    two_months(&city).await;
    let station = city.site("Wetter", &[]).await;
    for (i, degrees) in [(0, 0.0), (1, 90.0), (2, 90.0), (3, 225.0)] {
        let time = at("2026-06-30T06:05:00Z") + SignedDuration::from_mins(15 * i);
        let values = [(P::WindDirection, "", Some(degrees)), (P::WindSpeed, "", Some(4.0))];
        city.measure(&station, time, &values).await;
    }
    settle(&city).await;
    let router = city.router();
    let html = page(&router, "/things/pophankenweg?range=month&date=2026-06-01").await;
    assert!(html.contains("Fahrräder nach Uhrzeit und Tag"), "{html}");
    // Every hour of every weekday has four quarter-hours of three.
    assert_eq!(html.matches("<td>12,0</td>").count(), 24 * 7);
    assert!(
        !page(&router, "/things/pophankenweg?range=week&date=2026-06-01")
            .await
            .contains("nach Uhrzeit und Tag")
    );

    let rose = page(&router, "/things/wetter?range=day&date=2026-06-30").await;
    assert!(rose.contains("Windrose") && rose.contains("4 Werte"), "{rose}");
    assert!(rose.contains("<th scope=\"row\">O</th><td>–</td><td>–</td><td>50,0\u{a0}%</td>"));
}

#[tokio::test]
async fn zeros_on_a_busy_morning_are_told_on_the_page_of_the_site() {
    let city = City::new().await;
    let site = city.site("Damm", &[]).await;
    // Forty bicycles each quarter-hour from 7 to 19 local time for four weeks, but none on the last Tuesday.
    let mut counts = Vec::new();
    for (end, _) in quarters("2026-06-02T22:00:00Z", "2026-06-30T22:00:00Z", 0.0) {
        let local = (end - SignedDuration::from_mins(15)).to_zoned(city.state.zone.clone());
        let is_out = local.date().to_string() == "2026-06-30";
        let is_day = (7..19).contains(&local.hour());
        counts.push((end, if is_day && !is_out { 40.0 } else { 0.0 }));
    }
    city.count(&site, P::BicycleCount, "", counts).await;
    settle(&city).await;
    let router = city.router();
    let html = page(&router, "/things/damm").await;
    assert!(html.contains("Nullen, die nach einem Ausfall aussehen"), "{html}");
    // Twelve hours of four quarter-hours of forty.
    assert!(html.contains("üblich sind 1.920. Vermutlich war der Zähler ausgefallen."), "{html}");
    assert!(!page(&router, "/things/damm?lang=en").await.contains("Ausfall"));
}

#[tokio::test]
async fn the_permanent_link_of_the_last_days_has_their_dates() {
    let city = City::new().await;
    two_months(&city).await;
    let router = city.router();
    let html = page(&router, "/things/pophankenweg?range=7d").await;
    let link = "/things/pophankenweg?from=2026-06-24T22:00:00Z&amp;to=2026-07-01T22:00:00Z";
    assert!(html.contains(&format!("id=\"permalink\" href=\"{link}\"")), "{html}");
    let shown = page(&router, &link.replace("&amp;", "&")).await;
    assert!(shown.contains("<h2 id=\"view-h\">25.\u{a0}Juni 2026 – 1.\u{a0}Juli 2026</h2>"), "{shown}");
}
