//! Serves the pages over a made-up week of a small city, some sites of it over a year, to look at while working on them.
//!
//! `cargo run -p dashboard-api --example preview -- [PORT] [INSTANT] [BASE_MAP] [TILES]`: the clock stands at
//! INSTANT (default: a Monday afternoon) and the data ends there. The numbers are invented and the same
//! on every run.

use std::{num::NonZeroU64, sync::Arc};

use dashboard_api::{AppState, Config, DisplayConfig, ThingDisplay};
use domain::{
    DevEui, EventId, FCnt, FPort, ManualClock, ObservedProperty as P, Position, Radio, SessionKey, Uplink,
    Value,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use store::{
    Arrival, Content, DecodedUplink, Device, Interval, NewDevice, NewReading, NewValue, Original, Store,
};
use tokio_util::sync::CancellationToken;

/// How far the data reaches back.
const HISTORY: SignedDuration = SignedDuration::from_hours(9 * 24);
/// How often each device reports.
const INTERVAL: SignedDuration = SignedDuration::from_mins(10);
const NOW: &str = "2026-11-23T14:34:00+01:00";

/// A made-up Thing: name, description, place, busy-ness, and what it measures.
struct Site(&'static str, &'static str, (f64, f64), f64, Kind);

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A running total for each direction, and a battery.
    Bicycles,
    /// The same, silent between yesterday noon and this morning.
    BicyclesWithGap,
    /// The same, silent for two days.
    BicyclesBroken,
    /// The same, late by half an hour.
    BicyclesLate,
    Weather,
    Cars,
    Water,
    /// Quarter-hours of a year, with an outage that looks like zeros and one that looks like one.
    YearOfBicycles,
    /// Hours of the weather of the same time.
    YearOfWeather,
}

const SITES: [Site; 16] = [
    Site(
        "Pophankenweg",
        "Radweg an der Haaren, Richtung Infanterieweg",
        (53.1468, 8.1848),
        1.0,
        Kind::Bicycles,
    ),
    Site("Cäcilienbrücke", "Brücke über den Küstenkanal", (53.1339, 8.2193), 3.4, Kind::BicyclesWithGap),
    Site("Ammerländer Heerstraße", "Nähe Universität", (53.1472, 8.1806), 2.6, Kind::Bicycles),
    Site("Damm", "Höhe Schlossgarten", (53.1365, 8.2165), 2.1, Kind::BicyclesLate),
    Site("Nadorster Straße", "", (53.1561, 8.2242), 1.4, Kind::BicyclesBroken),
    Site("Wetterstation Schlossgarten", "Auf der großen Wiese", (53.1353, 8.2118), 1.0, Kind::Weather),
    Site("Wetterstation Fliegerhorst", "", (53.1737, 8.1640), 1.1, Kind::Weather),
    Site("Wetterstation Osternburg", "", (53.1240, 8.2330), 0.9, Kind::Weather),
    Site("Theaterwall", "Verkehrszählung in beiden Richtungen", (53.1418, 8.2088), 1.0, Kind::Cars),
    Site("Pferdemarkt", "", (53.1467, 8.2149), 1.3, Kind::Cars),
    Site("Pegel Haaren", "Wasserstand am Wehr", (53.1432, 8.2055), 1.0, Kind::Water),
    Site("Haarenufer", "Dauerzählstelle Radverkehr", (53.1440, 8.2040), 2.2, Kind::YearOfBicycles),
    Site("Stau", "Am Hafen", (53.1415, 8.2240), 1.6, Kind::YearOfBicycles),
    Site("Bremer Straße", "", (53.1290, 8.2290), 1.1, Kind::YearOfBicycles),
    Site("Artillerieweg", "", (53.1480, 8.1990), 0.8, Kind::YearOfBicycles),
    Site("Wetterstation Pferdemarkt", "Auf dem Dach", (53.1462, 8.2120), 1.0, Kind::YearOfWeather),
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let port: u16 = arguments.first().map_or(Ok(8090), |port| port.parse())?;
    let now: Timestamp = arguments.get(1).map_or(NOW, String::as_str).parse()?;
    let zone = TimeZone::get("Europe/Berlin")?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("preview.sqlite");
    let store = Store::open(store::Config::sqlite(path, zone.clone())).await?;
    fill(&store, &zone, now).await?;
    let state = AppState {
        store: store.reader().clone(),
        clock: Arc::new(ManualClock::new(now)),
        zone,
        config: Arc::new(Config {
            operator: "Stadt Oldenburg, Verkehrsplanung".to_owned(),
            contact: serde_json::from_value(serde_json::json!({
                "email": "rueckmeldung@stadt.example",
                "phone": "+49 441 1234567",
            }))?,
            base_map: arguments.get(2).filter(|path| !path.is_empty()).map(Into::into),
            tiles: match arguments.get(3) {
                Some(url) => Some(serde_json::from_value(serde_json::json!({
                    "url": url, "attribution": "© Kartenamt", "licence": "dl-de/by-2-0",
                }))?),
                None => None,
            },
            base_map_attribution: "© OpenStreetMap-Mitwirkende".to_owned(),
            ..Config::default()
        }),
        display: Arc::new(DisplayConfig {
            things: [(
                "ammerlaender-heerstrasse".to_owned(),
                ThingDisplay { goal_per_year: NonZeroU64::new(150_000) },
            )]
            .into(),
            ..DisplayConfig::default()
        }),
        reception: dashboard_api::Receptions::default(),
        metrics: prometheus::Registry::new(),
        sources: Arc::new(Vec::new),
        shutdown: CancellationToken::new(),
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, dashboard_api::router(state)).await?;
    Ok(())
}

async fn fill(store: &Store, zone: &TimeZone, now: Timestamp) -> Result<(), Box<dyn std::error::Error>> {
    for (n, site) in (0_u32..).zip(&SITES) {
        let dev_eui = DevEui::try_from(0xa840_4100_0000_0001 + u64::from(n))?;
        let channels = [("ltr", "stadteinwärts"), ("rtl", "stadtauswärts")];
        store
            .import_devices(vec![NewDevice {
                dev_eui,
                profile: "pmx/tcr".to_owned(),
                params: None,
                expected_interval: Interval::Given(INTERVAL),
                since: None,
                thing_name: site.0.to_owned(),
                description: site.1.to_owned(),
                position: Some(Position::new(site.2.0, site.2.1)?),
                channel_names: channels
                    .iter()
                    .map(|(channel, name)| Ok((channel.parse()?, (*name).to_owned())))
                    .collect::<Result<_, domain::channel::ParseChannelError>>()?,
            }])
            .await?;
        let device = store.registry().await?.devices[&dev_eui].clone();
        let arrivals = uplinks(site, &device, zone, now, n);
        for batch in arrivals.chunks(500) {
            store.commit(batch.to_vec()).await?;
        }
    }
    store.settle().await?;
    Ok(())
}

fn uplinks(site: &Site, device: &Device, zone: &TimeZone, now: Timestamp, n: u32) -> Vec<Arrival> {
    match site.4 {
        Kind::YearOfBicycles => return year_of_bicycles(site, device, zone, now, n),
        Kind::YearOfWeather => return year_of_weather(device, zone, now, n),
        _ => {}
    }
    let start = now - HISTORY;
    let mut totals = (1_000.0, 2_000.0);
    let mut arrivals = Vec::new();
    let mut f_cnt = 0;
    let mut time = start;
    while time <= now {
        let values = values(site, zone, time, f_cnt, &mut totals);
        if !is_silent(site.4, time, now) && !is_lost(n, f_cnt, time, now) {
            arrivals.push(arrival(device, time, f_cnt, n, &values));
        }
        f_cnt += 1;
        time += INTERVAL;
    }
    arrivals
}

/// A day in each uplink, one count for each direction and quarter-hour.
fn year_of_bicycles(site: &Site, device: &Device, zone: &TimeZone, now: Timestamp, n: u32) -> Vec<Arrival> {
    let quarter = SignedDuration::from_mins(15);
    let mut time = now - SignedDuration::from_hours(24 * 400);
    time -= SignedDuration::from_secs(time.as_second().rem_euclid(900));
    let mut arrivals = Vec::new();
    for day in 0..400_u32 {
        let mut readings = Vec::new();
        for i in 0..96 {
            time += quarter;
            // Nine days of radio silence in February, and zeros for a day and a half in June.
            if (120..129).contains(&day) || day % 61 == 7 && i < 30 {
                continue;
            }
            let local = (time - quarter).to_zoned(zone.clone());
            let hour = f64::from(local.hour()) + f64::from(local.minute()) / 60.0;
            let season = 1.0 - 0.35 * (f64::from(local.day_of_year()) / 365.0 * std::f64::consts::TAU).cos();
            let weekend = if local.weekday().to_monday_zero_offset() >= 5 { 0.6 } else { 1.0 };
            let (warmth, rain) = weather_of(day);
            let weather =
                (0.025 * warmth - 0.12 * (1.0 + rain).ln()).exp() * (0.95 + 0.1 * noise(day * 31 + n));
            let rate = traffic(hour) * site.3 * season * weekend * weather / 4.0;
            let is_out = day == 240 || day == 241 && i < 48;
            let values =
                [("ltr", if hour < 12.0 { 1.3 } else { 0.7 }), ("rtl", if hour < 12.0 { 0.7 } else { 1.3 })]
                    .map(|(channel, share)| {
                        let counted = (rate / 2.0 * share * (0.8 + 0.4 * noise(day * 96 + i))).round();
                        (P::BicycleCount, channel, if is_out && channel == "ltr" { 0.0 } else { counted })
                    });
            readings.push(NewReading { time, values: new_values(&values) });
        }
        if !readings.is_empty() {
            let mut arrival = arrival(device, time, day, n, &[]);
            if let Content::Uplink(uplink) = &mut arrival.content {
                uplink.readings = readings;
            }
            arrivals.push(arrival);
        }
    }
    arrivals
}

/// Deviation of a day's temperature from its season, °C, and its rain, mm.
fn weather_of(day: u32) -> (f64, f64) {
    (8.0 * noise(day * 17) - 4.0, (14.0 * noise(day * 7919) - 8.0).max(0.0))
}

/// A day in each uplink, by quarter-hours.
fn year_of_weather(device: &Device, zone: &TimeZone, now: Timestamp, n: u32) -> Vec<Arrival> {
    let quarter = SignedDuration::from_mins(15);
    let mut time = now - SignedDuration::from_hours(24 * 400);
    time -= SignedDuration::from_secs(time.as_second().rem_euclid(900));
    let mut arrivals = Vec::new();
    for day in 0..400_u32 {
        let (warmth, rain) = weather_of(day);
        let mut readings = Vec::new();
        for i in 0..96 {
            time += quarter;
            if (200..202).contains(&day) {
                continue;
            }
            let local = (time - quarter).to_zoned(zone.clone());
            let hour = f64::from(local.hour()) + f64::from(local.minute()) / 60.0;
            let year = f64::from(local.day_of_year()) / 365.0 * std::f64::consts::TAU;
            let sun = (((hour - 9.0) / 24.0) * std::f64::consts::TAU).sin();
            let temperature = 10.0 - 9.0 * (year - 0.4).cos() + warmth + (3.0 - 2.0 * year.cos()) * sun;
            let shower = if (40 + day % 40..52 + day % 40).contains(&i) { rain / 12.0 } else { 0.0 };
            let wind = 2.2 + 1.4 * sun.max(0.0) + 2.5 * noise(day * 13) + 0.8 * noise(day * 96 + i);
            let values = [
                (P::AirTemperature, "", temperature),
                (P::RelativeHumidity, "", (76.0 - 14.0 * sun + rain).clamp(20.0, 100.0)),
                (P::Precipitation, "", (shower * 5.0).round() / 5.0),
                (P::WindSpeed, "", (wind - 1.9).max(0.0)),
                (P::WindGust, "", wind * (1.3 + 0.8 * noise(day * 96 + i + 7))),
                (
                    P::WindDirection,
                    "",
                    (235.0 + 130.0 * (noise(day * 3) - 0.5) + 40.0 * noise(i)).rem_euclid(360.0),
                ),
            ];
            readings.push(NewReading { time, values: new_values(&values) });
        }
        if !readings.is_empty() {
            let mut arrival = arrival(device, time, day, n, &[]);
            if let Content::Uplink(uplink) = &mut arrival.content {
                uplink.readings = readings;
            }
            arrivals.push(arrival);
        }
    }
    arrivals
}

fn is_silent(kind: Kind, time: Timestamp, now: Timestamp) -> bool {
    let before = now.duration_since(time).as_mins();
    match kind {
        Kind::BicyclesWithGap => (300..480).contains(&before) || (2900..3600).contains(&before),
        Kind::BicyclesBroken => before < 2 * 1440,
        Kind::BicyclesLate => before < 34,
        Kind::Weather => (700..860).contains(&before),
        Kind::Bicycles | Kind::Cars | Kind::Water | Kind::YearOfBicycles | Kind::YearOfWeather => false,
    }
}

/// What the radio loses, and an outage of everything the day before yesterday.
fn is_lost(site: u32, f_cnt: u32, time: Timestamp, now: Timestamp) -> bool {
    noise(f_cnt * 101 + site) < 0.01 || (2000..2060).contains(&now.duration_since(time).as_mins())
}

/// Bicycles an hour over a day with two peaks.
fn traffic(hour: f64) -> f64 {
    let peak = |at: f64, width: f64| (-((hour - at) / width).powi(2)).exp();
    2.0 + 95.0 * peak(7.7, 0.9) + 60.0 * peak(16.8, 1.8) + 28.0 * peak(12.5, 3.2)
}

/// A number from 0 to 1 that looks random and is the same on every run.
fn noise(seed: u32) -> f64 {
    let mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x85eb_ca6b);
    f64::from((mixed ^ (mixed >> 13)) % 1000) / 1000.0
}

fn values(
    site: &Site,
    zone: &TimeZone,
    time: Timestamp,
    i: u32,
    totals: &mut (f64, f64),
) -> Vec<(P, &'static str, f64)> {
    let local = time.to_zoned(zone.clone());
    let hour = f64::from(local.hour()) + f64::from(local.minute()) / 60.0;
    let weekend = if local.weekday().to_monday_zero_offset() >= 5 { 0.55 } else { 1.0 };
    let seed = i.wrapping_mul(31).wrapping_add(site.0.bytes().map(u32::from).sum::<u32>() * 977);
    let rate = traffic(hour) * site.3 * weekend / 6.0;
    let day = f64::from(i) / 144.0;
    match site.4 {
        Kind::Bicycles | Kind::BicyclesWithGap | Kind::BicyclesBroken | Kind::BicyclesLate => {
            totals.0 += (rate * (0.4 + 0.5 * noise(seed)) * if hour < 12.0 { 1.3 } else { 0.7 }).round();
            totals.1 += (rate * (0.4 + 0.5 * noise(seed + 7)) * if hour < 12.0 { 0.7 } else { 1.3 }).round();
            let battery = 3.62 - day * 0.003 + noise(seed) * 0.01;
            vec![
                (P::BicycleTotal, "ltr", totals.0),
                (P::BicycleTotal, "rtl", totals.1),
                (P::BatteryVoltage, "", battery),
            ]
        }
        Kind::Weather => {
            let sun = (((hour - 9.0) / 24.0) * std::f64::consts::TAU).sin();
            let wind = 2.5 + 2.0 * (day * 2.1).sin() + noise(seed) * 1.6;
            let rain = if (day * 5.0).sin() > 0.72 { (noise(seed) * 1.2 * 5.0).round() / 5.0 } else { 0.0 };
            vec![
                (P::AirTemperature, "", 6.0 + 3.2 * sun + site.3 + noise(seed) * 0.5),
                (P::RelativeHumidity, "", (78.0 - 10.0 * sun + noise(seed + 1) * 4.0).min(100.0)),
                (P::AirPressure, "", 1012.0 + 6.0 * (day * 1.3).sin()),
                (P::Precipitation, "", rain),
                (P::WindSpeed, "", wind.max(0.0)),
                (P::WindGust, "", wind.max(0.0) * (1.4 + noise(seed + 2) * 0.6)),
                (
                    P::WindDirection,
                    "",
                    (230.0 + 60.0 * (day * 1.7).sin() + noise(seed + 3) * 30.0).rem_euclid(360.0),
                ),
                (P::BatteryLevel, "", 92.0 - day * 0.3),
            ]
        }
        Kind::Cars => vec![
            (P::CarCount, "ltr", (rate * 7.0 * (0.4 + 0.5 * noise(seed))).round()),
            (P::CarCount, "rtl", (rate * 7.0 * (0.4 + 0.5 * noise(seed + 5))).round()),
            (P::LorryCount, "", (rate * 0.8 * noise(seed + 9)).round()),
            (P::CarSpeed, "", 38.0 + 6.0 * noise(seed + 11)),
        ],
        Kind::YearOfBicycles | Kind::YearOfWeather => Vec::new(),
        Kind::Water => vec![(P::WaterLevel, "", 1.83 + 0.12 * (day * 3.1).sin() + noise(seed) * 0.006)],
    }
}

fn arrival(
    device: &Device,
    time: Timestamp,
    f_cnt: u32,
    n: u32,
    values: &[(P, &'static str, f64)],
) -> Arrival {
    let event_id = EventId::new(Some(time), (u128::from(n) << 64 | u128::from(f_cnt)).to_be_bytes());
    let uplink = Uplink {
        event_id,
        dev_eui: device.dev_eui,
        session: SessionKey(n.to_string()),
        f_cnt: FCnt(f_cnt),
        f_port: FPort::try_from(1).expect("1 is an application port"),
        payload: f_cnt.to_be_bytes().to_vec(),
        network_time: Some(time),
        received_at: time,
        radio: Radio::default(),
        object: None,
    };
    let readings = vec![NewReading { time, values: new_values(values) }];
    Arrival {
        source: "preview".into(),
        event_id,
        received_at: time,
        retry_of: None,
        original: Original::default(),
        content: Content::Uplink(Box::new(DecodedUplink {
            device: device.id,
            thing: device.thing,
            uplink,
            time,
            readings,
        })),
    }
}

fn new_values(values: &[(P, &'static str, f64)]) -> Vec<NewValue> {
    let values = values.iter().map(|&(property, channel, value)| NewValue {
        property,
        channel: channel.parse().expect("a channel key"),
        value: Value::from(value),
        quality: property.plausibility().assess(value),
        wraps_at: None,
    });
    values.collect()
}
