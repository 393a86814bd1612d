use jiff::{ToSpan, civil::date};

use super::*;
use crate::{DayType, testing::assert_near};

/// A number of -1 to 1 that looks like chance and is the same each time.
fn chance(n: i64) -> f64 {
    let x = (n as f64 * 12.9898 + 78.233).sin() * 43_758.545_3;
    2.0 * (x - x.floor()) - 1.0
}

/// Days of a site that counts 1,000 on a dry, cool Tuesday, half on Sundays, less in rain and more in warmth, and as `factor` says; `noise` is the
/// spread of the logarithm.
fn site(first: Date, n: i64, factor: f64, noise: f64) -> Vec<WeatherDay> {
    let calendar = Calendar::lower_saxony();
    (0..n)
        .map(|i| {
            let date = first + i.days();
            let season =
                f64::from(date.day_of_year()) / f64::from(date.days_in_year()) * std::f64::consts::TAU;
            let temperature = 10.0 - 9.0 * season.cos() + 4.0 * chance(3 * i);
            let rain_mm = (6.0 * chance(5 * i + 1)).max(0.0);
            let wind = 4.0 + 2.0 * chance(7 * i + 2);
            let on_day = match DayType::of(date, &calendar) {
                DayType::SundayOrHoliday => 0.5_f64,
                DayType::Saturday => 0.7,
                _ => 1.0,
            };
            let logarithm = 1000.5_f64.ln() + on_day.ln() - 0.2 * rain_mm.ln_1p() + 0.3 * temperature / 10.0
                - 0.03 * wind
                + 0.1 * season.sin()
                + factor.ln()
                + noise * chance(11 * i + 3);
            let weather =
                DayWeather { rain_mm: Some(rain_mm), temperature: Some(temperature), wind: Some(wind) };
            WeatherDay { date, amount: logarithm.exp() - 0.5, weather }
        })
        .collect()
}

fn compared(before: &[WeatherDay], after: &[WeatherDay]) -> Result<Comparison, CompareError> {
    compare(before, after, &Calendar::lower_saxony())
}

#[test]
fn a_change_of_a_fifth_is_found_whatever_the_weather() {
    let before = site(date(2024, 3, 1), 150, 1.0, 0.0);
    let after = site(date(2025, 4, 1), 150, 1.2, 0.0);
    let result = compared(&before, &after).unwrap();
    assert_near(result.effect_percent, 20.0, 1e-6);
    assert_near(result.r_squared, 1.0, 1e-9);
    assert!(result.plain_percent > 22.0, "the warmer period counts more anyway: {result:?}");
}

#[test]
fn the_interval_holds_the_change_and_shows_it() {
    let before = site(date(2024, 3, 4), 180, 1.0, 0.15);
    let after = site(date(2025, 3, 3), 180, 1.2, 0.15);
    let result = compared(&before, &after).unwrap();
    let (low, high) = result.interval_95;
    assert!(low < 20.0 && 20.0 < high && low > 10.0 && high < 30.0, "{result:?}");
    assert_near(result.season_overlap, 1.0, 1e-12);
    assert_eq!((result.n_before, result.n_after), (180, 180));
}

#[test]
fn where_nothing_changed_the_interval_holds_zero() {
    let before = site(date(2024, 3, 4), 180, 1.0, 0.2);
    let after = site(date(2025, 3, 3), 180, 1.0, 0.2);
    let (low, high) = compared(&before, &after).unwrap().interval_95;
    assert!(low < 0.0 && 0.0 < high, "{low} to {high}");
}

#[test]
fn other_seasons_are_told() {
    let before = site(date(2025, 2, 3), 70, 1.0, 0.1);
    let after = site(date(2025, 6, 2), 70, 1.0, 0.1);
    assert_near(compared(&before, &after).unwrap().season_overlap, 0.0, 1e-12);
}

#[test]
fn too_few_days_or_weeks_give_no_result() {
    let (before, after) = (site(date(2025, 3, 3), 13, 1.0, 0.1), site(date(2025, 4, 7), 60, 1.0, 0.1));
    let error = compared(&before, &after).unwrap_err();
    assert_eq!(error.to_string(), "13 days before and 60 after: each period needs 14, both together 39");
    let (before, after) = (site(date(2025, 3, 3), 21, 1.0, 0.1), site(date(2025, 3, 24), 21, 1.0, 0.1));
    assert_eq!(compared(&before, &after), Err(CompareError::TooFewWeeks { found: 6 }));
}

#[test]
fn school_holidays_of_an_unknown_year_are_left_out_and_told() {
    let before = site(date(2030, 3, 4), 180, 1.0, 0.1);
    let after = site(date(2031, 3, 3), 180, 1.0, 0.1);
    let left_out = compared(&before, &after).unwrap().left_out;
    assert!(left_out.contains(&(Term::SchoolHoliday, LeftOut::UnknownYear)), "{left_out:?}");
}

#[test]
fn a_rainy_day_counts_more_under_normal_weather() {
    let days = site(date(2025, 1, 1), 365, 1.0, 0.0);
    let model = WeatherModel::fit(&days, &Calendar::lower_saxony()).unwrap();
    let rain = |day: &WeatherDay| day.weather.rain_mm.unwrap();
    let mean_rain = days.iter().map(|day| rain(day).ln_1p()).sum::<f64>() / 365.0;
    let mean = |of: fn(&WeatherDay) -> f64| days.iter().map(of).sum::<f64>() / 365.0;
    let wettest = days.iter().max_by(|one, other| rain(one).total_cmp(&rain(other))).unwrap();
    let temperature: fn(&WeatherDay) -> f64 = |day| day.weather.temperature.unwrap();
    let wind: fn(&WeatherDay) -> f64 = |day| day.weather.wind.unwrap();
    // The site's own effects, turned around: -0.2 for rain, 0.3 for 10 degrees, -0.03 for wind.
    let by_weather = -0.2 * (rain(wettest).ln_1p() - mean_rain)
        + 0.03 * (temperature(wettest) - mean(temperature))
        - 0.03 * (wind(wettest) - mean(wind));
    let expected = (wettest.amount + 0.5) * (-by_weather).exp() - 0.5;
    assert_near(model.normalised(wettest), expected, 0.002 * expected);
}

#[test]
fn intervals_hold_the_truth_though_the_days_of_a_week_have_something_in_common() {
    // Each week has a deviation of its own, as large as that of its days: of 100 pairs of half years without any change, 95 intervals should hold 0.
    let holds_zero = |run: i64| {
        let with_weeks = |mut days: Vec<WeatherDay>, seed: i64| {
            for (day, i) in days.iter_mut().zip(0_i64..) {
                let by_week = 0.2 * chance(week(day.date) + 1009 * (run + seed));
                let by_day = 0.2 * chance(7 * i + 2003 * (run + seed));
                day.amount *= (by_week + by_day).exp();
            }
            days
        };
        let before = with_weeks(site(date(2024, 3, 4), 182, 1.0, 0.0), 11);
        let after = with_weeks(site(date(2025, 3, 3), 182, 1.0, 0.0), 500);
        let (low, high) = compared(&before, &after).unwrap().interval_95;
        low < 0.0 && 0.0 < high
    };
    let n_right = (0..100).filter(|run| holds_zero(*run)).count();
    assert!((88..=100).contains(&n_right), "{n_right} of 100 intervals hold the truth");
}

#[test]
fn what_a_station_does_not_measure_is_left_out_and_told() {
    let without_wind = |mut days: Vec<WeatherDay>| {
        for day in &mut days {
            day.weather.wind = None;
        }
        days
    };
    let before = without_wind(site(date(2024, 3, 4), 180, 1.0, 0.1));
    let after = without_wind(site(date(2025, 3, 3), 180, 1.2, 0.1));
    let result = compared(&before, &after).unwrap();
    assert!(result.left_out.contains(&(Term::Wind, LeftOut::NotMeasured)), "{:?}", result.left_out);
    assert_eq!((result.n_before, result.n_after, result.n_without_weather), (180, 180, 0));
    assert!(result.effects.iter().any(|effect| effect.term == Term::Rain && effect.percent < 0.0));
}

#[test]
fn days_without_a_measured_element_take_no_part() {
    let mut before = site(date(2024, 3, 4), 180, 1.0, 0.1);
    for day in before.iter_mut().take(20) {
        day.weather.rain_mm = None;
    }
    let after = site(date(2025, 3, 3), 180, 1.2, 0.1);
    let result = compared(&before, &after).unwrap();
    assert_eq!((result.n_before, result.n_after, result.n_without_weather), (160, 180, 20));
}

#[test]
fn plain_change_is_what_is_explained_times_the_change_itself() {
    let before = site(date(2024, 3, 1), 150, 1.0, 0.0);
    let after = site(date(2025, 4, 1), 150, 1.2, 0.0);
    let result = compared(&before, &after).unwrap();
    let both = (1.0 + result.explained_percent() / 100.0) * (1.0 + result.effect_percent / 100.0);
    assert_near(100.0 * (both - 1.0), result.plain_percent, 1e-9);
    assert!(result.shows_change() && result.explained_percent() > 0.0, "{result:?}");
}

#[test]
fn few_weeks_or_other_seasons_make_it_provisional() {
    let firm = compared(&site(date(2024, 3, 4), 180, 1.0, 0.1), &site(date(2025, 3, 3), 180, 1.0, 0.1));
    assert!(!firm.unwrap().is_provisional());
    let short = compared(&site(date(2024, 3, 4), 42, 1.0, 0.1), &site(date(2025, 3, 3), 42, 1.0, 0.1));
    assert!(short.unwrap().is_provisional(), "twelve weeks");
    let apart = compared(&site(date(2025, 2, 3), 90, 1.0, 0.1), &site(date(2025, 6, 2), 90, 1.0, 0.1));
    assert!(apart.unwrap().is_provisional(), "winter and summer");
}

#[test]
fn what_happened_to_the_control_site_too_is_no_change() {
    // Both sites grow by a fifth: in relation to each other nothing happened.
    let (before, after) = (site(date(2024, 3, 4), 180, 1.0, 0.0), site(date(2025, 3, 3), 180, 1.2, 0.0));
    let control: Vec<(Date, f64)> =
        before.iter().chain(&after).map(|day| (day.date, day.amount / 3.0)).collect();
    let relative = |days: &[WeatherDay]| against_control(days, &control, 300.0);
    assert_near(relative(&before)[0].amount, 900.0, 1e-9);
    let result = compared(&relative(&before), &relative(&after)).unwrap();
    assert_near(result.effect_percent, 0.0, 1e-6);
    assert!(
        against_control(&before, &control[..10], 300.0).len() == 10,
        "days the control lacks are left out"
    );
}
