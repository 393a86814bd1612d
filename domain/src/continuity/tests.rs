use proptest::prelude::*;

use super::*;
use crate::ObservedProperty as P;

/// The doubts of values measured at these minutes.
fn doubts(property: P, values: &[(i64, f64)]) -> Vec<Option<Doubt>> {
    let rule = property.plausibility();
    let mut continuity = Continuity::default();
    values.iter().map(|&(minute, value)| continuity.assess(&rule, minute * 60_000, value)).collect()
}

/// Values every ten minutes.
fn every_ten_minutes(values: &[f64]) -> Vec<(i64, f64)> {
    (0..).step_by(10).zip(values.iter().copied()).collect()
}

const OK: Option<Doubt> = None;
const STEP: Option<Doubt> = Some(Doubt::Step);
const STUCK: Option<Doubt> = Some(Doubt::Stuck);

// Air temperature may change by 0.3 K a minute: by 3 K in ten minutes, by 6 K in twenty.

#[test]
fn a_change_at_the_limit_is_no_step_and_one_above_it_is() {
    assert_eq!(doubts(P::AirTemperature, &every_ten_minutes(&[15.0, 18.0])), [OK, OK]);
    assert_eq!(doubts(P::AirTemperature, &every_ten_minutes(&[15.0, 18.1])), [OK, STEP]);
    assert_eq!(doubts(P::AirTemperature, &[(0, 15.0), (20, 20.9)]), [OK, OK]);
}

#[test]
fn the_resolution_of_a_sensor_is_no_step_however_soon_the_value_comes() {
    assert_eq!(doubts(P::AirTemperature, &[(0, 15.0), (0, 16.0)]), [OK, OK]);
    assert_eq!(doubts(P::AirPressure, &[(0, 1013.0), (1, 1015.0)]), [OK, OK]);
    assert_eq!(doubts(P::AirPressure, &[(0, 1013.0), (1, 1015.1)]), [OK, STEP]);
}

#[test]
fn of_a_single_outlier_only_the_outlier_is_a_step() {
    let spike = every_ten_minutes(&[15.0, 15.2, 40.0, 15.3, 15.1]);
    assert_eq!(doubts(P::AirTemperature, &spike), [OK, OK, STEP, OK, OK]);
}

#[test]
fn only_what_comes_back_from_an_outlier_is_excused_by_the_value_before_it() {
    // 4 K in ten minutes are too much, though 4 K in twenty would not be.
    assert_eq!(doubts(P::AirTemperature, &every_ten_minutes(&[15.0, 15.0, 19.0])), [OK, OK, STEP]);
}

#[test]
fn of_a_lasting_change_the_first_value_is_a_step() {
    let shift = every_ten_minutes(&[15.0, 15.2, 25.0, 25.1, 25.0]);
    assert_eq!(doubts(P::AirTemperature, &shift), [OK, OK, STEP, OK, OK]);
}

#[test]
fn a_loose_contact_does_not_become_credible_by_going_back_and_forth() {
    let restless = every_ten_minutes(&[15.0, 15.0, 40.0, 15.0, 40.0, 15.0, 40.0]);
    assert_eq!(doubts(P::AirTemperature, &restless), [OK, OK, STEP, OK, STEP, STEP, STEP]);
}

#[test]
fn nothing_is_compared_over_a_gap() {
    assert_eq!(doubts(P::AirTemperature, &[(0, -10.0), (60, 10.0)]), [OK, STEP]);
    assert_eq!(doubts(P::AirTemperature, &[(0, -10.0), (61, 10.0)]), [OK, OK]);
    // Nor is the value behind the outlier excused by one before the gap.
    assert_eq!(doubts(P::AirTemperature, &[(0, 10.0), (61, 40.0), (71, 10.0)]), [OK, OK, STEP]);
}

// Air temperature stands still for less than three hours, a gust for less than one.

#[test]
fn a_value_is_stuck_when_it_has_not_changed_for_the_whole_time() {
    let still: Vec<_> = (0..=24).map(|i| (i * 10, 4.2)).collect();
    let found = doubts(P::AirTemperature, &still);
    assert_eq!(found.iter().position(|doubt| *doubt == STUCK), Some(18), "after 180 minutes");
    assert!(found[18..].iter().all(|doubt| *doubt == STUCK));
    let mut moves = still;
    moves[20].1 = 4.3;
    let found = doubts(P::AirTemperature, &moves);
    assert_eq!(found[17..], [OK, STUCK, STUCK, OK, OK, OK, OK, OK]);
}

#[test]
fn time_counts_and_not_the_number_of_values() {
    // Sixty values in an hour, and six in three hours at odd times.
    let dense: Vec<_> = (0..60).map(|i| (i, 4.2)).collect();
    assert!(doubts(P::AirTemperature, &dense).iter().all(Option::is_none));
    let sparse = [(0, 4.2), (7, 4.2), (70, 4.2), (71, 4.2), (150, 4.2), (180, 4.2)];
    assert_eq!(doubts(P::AirTemperature, &sparse), [OK, OK, OK, OK, OK, STUCK]);
}

#[test]
fn few_equal_values_of_a_slow_device_are_not_stuck() {
    // Every hour: the sixth is five hours after the first.
    let hourly: Vec<_> = (0..7).map(|i| (i * 60, 4.2)).collect();
    assert_eq!(doubts(P::AirTemperature, &hourly), [OK, OK, OK, OK, OK, STUCK, STUCK]);
}

#[test]
fn a_silence_longer_than_the_time_begins_anew() {
    let mut still: Vec<_> = (0..=18).map(|i| (i * 10, 4.2)).collect();
    still.push((180 + 180, 4.2));
    assert_eq!(doubts(P::AirTemperature, &still)[17..], [OK, STUCK, STUCK]);
    still[19].0 += 1;
    assert_eq!(doubts(P::AirTemperature, &still)[17..], [OK, STUCK, OK]);
}

#[test]
fn no_rain_no_wind_and_no_sun_may_last() {
    let night = |value| (0..100).map(|i| (i * 10, value)).collect::<Vec<_>>();
    for (property, value) in [
        (P::Precipitation, 0.0),
        (P::WindSpeed, 0.3),
        (P::WindGust, 0.5),
        (P::WindDirection, 0.0),
        (P::WindDirection, 360.0),
        (P::SolarIrradiance, 1.9),
        (P::RelativeHumidity, 100.0),
    ] {
        assert!(doubts(property, &night(value)).iter().all(Option::is_none), "{property} {value}");
    }
    assert_eq!(doubts(P::WindGust, &night(3.1))[5..7], [OK, STUCK]);
}

#[test]
fn what_has_no_rule_is_never_doubted() {
    let wild: Vec<_> = (0..100).map(|i| (i, if i % 2 == 0 { 0.0 } else { 9000.0 })).collect();
    assert!(doubts(P::CarbonDioxide, &wild).iter().all(Option::is_none));
    let still: Vec<_> = (0..100).map(|i| (i * 60, 3.0)).collect();
    assert!(doubts(P::WaterLevel, &still).iter().all(Option::is_none));
}

proptest! {
    /// What makes it possible to look at a part of the values only.
    #[test]
    fn beyond_its_memory_a_value_changes_nothing(
        steps in proptest::collection::vec((1_i64..100, 0_u8..3), 8..80),
        cut in 0_usize..8,
    ) {
        let rule = P::AirTemperature.plausibility();
        let mut at_ms = 0;
        let values: Vec<(i64, f64)> = steps
            .into_iter()
            .map(|(minutes, level)| {
                at_ms += minutes * 60_000;
                (at_ms, f64::from(level) * 10.0)
            })
            .collect();
        let (mut whole, mut part) = (Continuity::default(), Continuity::default());
        let (mut is_independent, mut n) = (false, 0);
        let since_ms = values[cut].0;
        for (i, &(at_ms, value)) in values.iter().enumerate() {
            let expected = whole.assess(&rule, at_ms, value);
            if i < cut {
                continue;
            }
            let found = part.assess(&rule, at_ms, value);
            if is_independent || at_ms - since_ms > rule.memory_ms() {
                prop_assert_eq!(found, expected);
            }
            n += 1;
            is_independent |= part.is_independent(&rule, since_ms, n);
        }
    }
}
