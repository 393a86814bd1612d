use super::*;

struct City {
    traffic: Traffic,
    weather: Weather,
}

impl City {
    fn new(seed: u64) -> Self {
        let traffic = Traffic::new(seed, TimeZone::get("Europe/Berlin").unwrap());
        Self { traffic, weather: Weather::new(seed) }
    }

    fn add(&mut self, usage: Usage, per_day: f64) -> FlowId {
        let identity = self.traffic.flows.len() as u64 + 1;
        self.traffic.add(identity, Flow { usage, heading: Heading::Both, per_day })
    }

    fn count(&mut self, id: FlowId, from: &str, to: &str) -> u64 {
        self.traffic.count(id, from.parse().unwrap(), to.parse().unwrap(), &mut self.weather)
    }

    /// Local days of 2025 (begin, end) with their weekday.
    fn days_of_2025() -> impl Iterator<Item = (Timestamp, Timestamp, jiff::civil::Weekday)> {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let first = jiff::civil::date(2025, 1, 2);
        first.series(jiff::ToSpan::days(1)).take(363).map(move |date| {
            let start = date.to_zoned(zone.clone()).unwrap().timestamp();
            let end = date.tomorrow().unwrap().to_zoned(zone.clone()).unwrap().timestamp();
            (start, end, date.weekday())
        })
    }
}

#[test]
fn a_year_has_the_mean_day_it_was_given() {
    let mut city = City::new(1);
    for (usage, per_day) in [(Usage::CommuterBike, 647.0), (Usage::Car, 9000.0), (Usage::Pedestrian, 5000.0)]
    {
        let id = city.add(usage, per_day);
        let mean = city.count(id, "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z") as f64 / 365.0;
        assert!((mean / per_day - 1.0).abs() < 0.06, "{usage:?}: {mean} a day instead of {per_day}");
    }
}

#[test]
fn commuters_are_more_from_tuesday_to_thursday_than_on_sunday() {
    let mut city = City::new(2);
    let (commuter, leisure) = (city.add(Usage::CommuterBike, 4000.0), city.add(Usage::LeisureBike, 4000.0));
    let mut mean = |id, days: &[i8]| {
        let counts: Vec<u64> = City::days_of_2025()
            .filter(|(_, _, weekday)| days.contains(&weekday.to_monday_one_offset()))
            .map(|(from, to, _)| city.traffic.count(id, from, to, &mut city.weather))
            .collect();
        counts.iter().sum::<u64>() as f64 / counts.len() as f64
    };
    assert!(mean(commuter, &[2, 3, 4]) > 1.6 * mean(commuter, &[7]));
    assert!(mean(leisure, &[7]) > mean(leisure, &[2, 3, 4]));
}

#[test]
fn a_working_day_has_its_peaks_where_muenster_has_them() {
    let mut city = City::new(3);
    let id = city.add(Usage::CommuterBike, 6000.0);
    let (mut day, mut evening, mut by_day) = (0, 0, 0);
    for (from, to, weekday) in
        City::days_of_2025().filter(|(_, _, w)| (1..=5).contains(&w.to_monday_one_offset()))
    {
        let _ = weekday;
        let hour = |n: i64| from + jiff::SignedDuration::from_hours(n);
        day += city.traffic.count(id, from, to, &mut city.weather);
        evening += city.traffic.count(id, hour(15), hour(19), &mut city.weather);
        by_day += city.traffic.count(id, hour(6), hour(22), &mut city.weather);
    }
    let share = |part: u64| part as f64 / day as f64;
    assert!((0.28..=0.37).contains(&share(evening)), "15 to 19 h: {}", share(evening));
    assert!((0.92..=0.97).contains(&share(by_day)), "6 to 22 h: {}", share(by_day));
}

#[test]
fn there_are_fewer_bicycles_in_hours_of_rain() {
    let mut city = City::new(4);
    let id = city.add(Usage::CommuterBike, 6000.0);
    // The same hour of working days, wet against dry, so that only the rain differs.
    let (mut wet, mut dry) = (Vec::new(), Vec::new());
    for day in 1..365_usize {
        let from =
            Timestamp::from_second(EPOCH_SECOND + i64::try_from(day).unwrap() * DAY + 15 * 3600).unwrap();
        if city.traffic.zone.to_datetime(from).weekday().to_monday_one_offset() > 5 {
            continue;
        }
        let count =
            city.traffic.count(id, from, from + jiff::SignedDuration::from_hours(1), &mut city.weather);
        let rain = city.weather.rain_of_hour(day, 15);
        if rain > 0.8 {
            wet.push(count);
        } else if rain < 0.01 {
            dry.push(count);
        }
    }
    assert!(wet.len() > 5 && dry.len() > 100, "{} wet, {} dry hours", wet.len(), dry.len());
    let mean = |counts: &[u64]| counts.iter().sum::<u64>() as f64 / counts.len() as f64;
    assert!(mean(&wet) < 0.8 * mean(&dry), "{} against {}", mean(&wet), mean(&dry));
}

#[test]
fn counts_of_adjoining_intervals_add_up_to_the_difference_of_the_total() {
    let mut city = City::new(5);
    let id = city.add(Usage::CommuterBike, 3000.0);
    let start: Timestamp = "2025-05-05T22:41:07Z".parse().unwrap();
    let instants: Vec<Timestamp> =
        (0..500).map(|i| start + jiff::SignedDuration::from_secs(i * 433)).collect();
    let sum: u64 = instants.windows(2).map(|w| city.traffic.count(id, w[0], w[1], &mut city.weather)).sum();
    let total = city.traffic.total(id, instants[499], &mut city.weather)
        - city.traffic.total(id, instants[0], &mut city.weather);
    assert_eq!(sum, total);
    assert!(sum > 5000, "the intervals span two and a half days of a busy path");
}

#[test]
fn a_total_does_not_depend_on_what_was_asked_before() {
    let (mut fresh, mut used) = (City::new(6), City::new(6));
    let (a, b) = (fresh.add(Usage::CommuterBike, 900.0), used.add(Usage::CommuterBike, 900.0));
    let at: Timestamp = "2025-04-07T13:37:00Z".parse().unwrap();
    for day in (1..200).rev() {
        let earlier = at - jiff::SignedDuration::from_hours(24 * day % 2300);
        used.traffic.total(b, earlier, &mut used.weather);
    }
    assert_eq!(fresh.traffic.total(a, at, &mut fresh.weather), used.traffic.total(b, at, &mut used.weather));
}
