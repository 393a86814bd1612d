use super::{super::super::figures::Rain, *};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A Monday, 14:34 in Oldenburg.
const MONDAY: &str = "2026-11-23T13:34:00Z";

/// What is said in German, a line for each topic, blanks made plain.
fn said(now: &Now) -> Vec<String> {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let reader = Reader { now: at(MONDAY), zone: &zone, lang: Lang::De };
    let plain = |text: String| text.replace('\u{a0}', " ");
    let paragraphs = reader.paragraphs(now).into_iter().map(|paragraph| plain(paragraph.text));
    paragraphs.chain(reader.hints(now).into_iter().map(plain)).collect()
}

fn weather(weather: Weather) -> Now {
    Now { weather, ..Now::default() }
}

fn rain(hour: f64, now: bool) -> Rain {
    Rain { hour, at_least: false, now }
}

fn station() -> Weather {
    Weather { n_stations: 1, newest_at: Some(at("2026-11-23T13:30:00Z")), ..Weather::default() }
}

fn bicycles(passed: Passed) -> Now {
    Now { bicycles: Some(passed), ..Now::default() }
}

#[test]
fn of_a_city_without_sensors_nothing_is_said() {
    assert_eq!(said(&Now::default()), [""; 0]);
}

#[test]
fn a_dry_day_is_called_dry_with_its_temperature_and_wind() {
    let dry = Weather {
        temperature: Some((7.44, 6.9)),
        wind: Some(3.0),
        rain: vec![rain(0.0, false)],
        ..station()
    };
    assert_eq!(said(&weather(dry)), ["Es ist trocken bei 7,4 °C. Es weht ein leichter Wind."]);
}

#[test]
fn rain_has_the_class_of_the_hour_and_its_amount() {
    let wet = |hour| {
        weather(Weather {
            rain: vec![rain(hour, true)],
            rain_today: Some(RainToday::Mean(hour + 4.0, 1)),
            ..station()
        })
    };
    assert_eq!(
        said(&wet(0.4)),
        ["Es regnet leicht. In der letzten Stunde fielen 0,4 mm Regen. Seit Mitternacht fielen 4,4 mm."]
    );
    assert!(said(&wet(3.0))[0].starts_with("Es regnet mäßig."));
    assert!(said(&wet(12.0))[0].starts_with("Es regnet stark."));
    assert!(said(&wet(55.0))[0].starts_with("Es regnet sehr stark."));
}

#[test]
fn heavy_rain_is_a_hint_from_fifteen_millimetres_in_an_hour() {
    let hints = |hour| said(&weather(Weather { rain: vec![rain(hour, true)], ..station() }))[1..].to_vec();
    assert_eq!(hints(14.9), [""; 0]);
    assert_eq!(hints(18.0), ["Starkregen: bis zu 18,0 mm in einer Stunde."]);
    assert_eq!(hints(26.0), ["Heftiger Starkregen: bis zu 26,0 mm in einer Stunde."]);
}

#[test]
fn rain_that_stopped_is_dry_with_what_fell() {
    let over = Weather { rain: vec![rain(2.0, false)], temperature: Some((12.0, 12.0)), ..station() };
    assert_eq!(
        said(&weather(over)),
        ["Es ist trocken bei 12,0 °C. In der letzten Stunde fielen 2,0 mm Regen."]
    );
}

#[test]
fn rain_at_some_stations_is_told_as_such() {
    let some = Weather {
        rain: vec![rain(1.2, true), rain(0.0, false), rain(0.0, false)],
        n_stations: 3,
        ..station()
    };
    assert_eq!(
        said(&weather(some)),
        ["An 1 von 3 Wetterstationen regnet es. In der letzten Stunde fielen bis zu 1,2 mm Regen."]
    );
}

#[test]
fn an_hour_with_gaps_in_which_nothing_fell_does_not_prove_that_it_is_dry() {
    let gap = Rain { hour: 0.0, at_least: true, now: false };
    let unsure = Weather { rain: vec![gap], temperature: Some((9.0, 9.0)), ..station() };
    assert_eq!(said(&weather(unsure)), ["Es sind 9,0 °C."]);
}

#[test]
fn frost_at_one_station_is_a_hint_though_the_mean_is_above_zero() {
    let frost = Weather { temperature: Some((0.6, -0.8)), ..station() };
    assert_eq!(
        said(&weather(frost)),
        ["Es sind 0,6 °C.", "Frost: −0,8 °C an einer Station. Es kann glatt sein."]
    );
}

#[test]
fn storm_is_called_by_its_beaufort_number_and_its_gusts_are_a_hint() {
    // 21 m/s is 9 Bft, 26 m/s is 93.6 km/h: Sturm by both.
    let storm = Weather { wind: Some(21.0), gust: Some(26.0), ..station() };
    assert_eq!(
        said(&weather(storm)),
        [
            "Es herrscht Sturm. Böen erreichten zuletzt 94 km/h.",
            "Sturmböen: bis zu 94 km/h an einer Station.",
        ]
    );
    // 15 m/s is 54 km/h: worth a hint, not a storm.
    let windy = Weather { gust: Some(15.0), ..station() };
    assert_eq!(said(&weather(windy))[1], "Kräftige Böen: bis zu 54 km/h an einer Station.");
}

#[test]
fn old_weather_is_told_with_its_time_and_silent_stations_with_their_number() {
    let old = Weather {
        temperature: Some((5.0, 5.0)),
        newest_at: Some(at("2026-11-23T12:50:00Z")),
        n_stations: 3,
        n_silent: 2,
        ..Weather::default()
    };
    assert_eq!(
        said(&weather(old)),
        ["Es sind 5,0 °C. Stand 13:50 Uhr. 2 von 3 Wetterstationen melden sich nicht."]
    );
    let silent = Weather { n_stations: 1, n_silent: 1, ..Weather::default() };
    assert_eq!(said(&weather(silent)), ["1 von 1 Wetterstationen meldet sich nicht."]);
}

fn week_ago(today: u64, then: u64, n_sites: usize) -> WeekAgo {
    WeekAgo { until: at("2026-11-23T13:00:00Z"), today, then, n_sites }
}

#[test]
fn bicycles_are_compared_with_the_same_weekday_until_the_same_hour() {
    let passed = Passed {
        n: Some(5_432),
        n_sites: 8,
        week_ago: Some(week_ago(4_480, 4_000, 8)),
        most: Some(("Cäcilienbrücke".to_owned(), 1_210)),
        ..Passed::default()
    };
    assert_eq!(
        said(&bicycles(passed.clone())),
        ["Heute wurden 5.432 Fahrräder gezählt. Bis 14:00 Uhr waren es 12 % mehr als letzten Montag. \
          Die meisten fuhren hier: Cäcilienbrücke (1.210)."]
    );
    let fewer = Passed { week_ago: Some(week_ago(3_000, 4_000, 8)), ..passed.clone() };
    assert!(said(&bicycles(fewer))[0].contains("Bis 14:00 Uhr waren es 25 % weniger als letzten Montag."));
    let equal = Passed { week_ago: Some(week_ago(4_010, 4_000, 8)), ..passed };
    assert!(said(&bicycles(equal))[0].contains("Bis 14:00 Uhr waren es so viele wie letzten Montag."));
}

#[test]
fn sites_with_gaps_make_the_number_a_lower_bound_and_are_left_out_of_the_comparison() {
    let passed = Passed {
        n: Some(310),
        at_least: true,
        n_sites: 3,
        n_silent: 1,
        week_ago: Some(week_ago(200, 250, 2)),
        most: None,
    };
    assert_eq!(
        said(&bicycles(passed)),
        ["Heute wurden mindestens 310 Fahrräder gezählt. \
          Bis 14:00 Uhr waren es an 2 von 3 Zählstellen 20 % weniger als letzten Montag."]
    );
}

#[test]
fn in_the_night_the_first_bicycle_is_one_and_none_is_none() {
    let passed = |n| bicycles(Passed { n: Some(n), n_sites: 1, ..Passed::default() });
    assert_eq!(said(&passed(0)), ["Heute wurde noch kein Fahrrad gezählt."]);
    assert_eq!(said(&passed(1)), ["Heute wurde 1 Fahrrad gezählt."]);
}

#[test]
fn sites_that_know_nothing_say_nothing_but_that_they_are_silent() {
    let unknown = Passed { n: None, n_sites: 2, n_silent: 2, ..Passed::default() };
    assert_eq!(said(&bicycles(unknown)), ["2 von 2 Zählstellen melden sich gerade nicht."]);
    // None counted while nobody looked is nothing known.
    let unseen = Passed { n: Some(0), at_least: true, n_sites: 1, ..Passed::default() };
    assert_eq!(said(&bicycles(unseen)), [""; 0]);
}

#[test]
fn motor_vehicles_are_counted_like_bicycles() {
    let vehicles = Passed { n: Some(1), n_sites: 1, ..Passed::default() };
    assert_eq!(
        said(&Now { vehicles: Some(vehicles), ..Now::default() }),
        ["Heute wurde 1 Kraftfahrzeug gezählt."]
    );
}

#[test]
fn water_levels_say_where_they_are_going_and_how_old_they_are() {
    let level = |rise, at_time: &str| Now {
        water: vec![WaterLevel { site: "Pegel Haaren".to_owned(), level: 1.234, at: at(at_time), rise }],
        ..Now::default()
    };
    assert_eq!(said(&level(Some(0.05), "2026-11-23T13:30:00Z")), ["Pegel Haaren: 1,23 m, steigend."]);
    assert_eq!(said(&level(Some(-0.02), "2026-11-23T13:30:00Z")), ["Pegel Haaren: 1,23 m, fallend."]);
    assert_eq!(said(&level(Some(0.01), "2026-11-23T13:30:00Z")), ["Pegel Haaren: 1,23 m, kaum verändert."]);
    assert_eq!(
        said(&level(None, "2026-11-23T12:30:00Z")),
        ["Pegel Haaren: 1,23 m. Der Wert ist von 13:30 Uhr."]
    );
}

#[test]
fn english_readers_get_english_sentences() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let reader = Reader { now: at(MONDAY), zone: &zone, lang: Lang::En };
    let dry =
        Weather { temperature: Some((7.4, 7.0)), wind: Some(9.0), rain: vec![rain(0.0, false)], ..station() };
    let now = Now {
        bicycles: Some(Passed {
            n: Some(1_500),
            n_sites: 1,
            week_ago: Some(week_ago(900, 1_000, 1)),
            ..Passed::default()
        }),
        ..weather(dry)
    };
    let texts: Vec<_> = reader.paragraphs(&now).into_iter().map(|p| p.text.replace('\u{a0}', " ")).collect();
    assert_eq!(
        texts,
        [
            "It is dry at 7.4 °C. There is a fresh breeze.",
            "1,500 bicycles have been counted today. Until 14:00 there were 10% fewer than last Monday.",
        ]
    );
}
