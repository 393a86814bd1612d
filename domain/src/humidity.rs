//! Moist air.

/// Dew point over water by Magnus' formula (WMO-No. 8, annex 4.B), °C, from air temperature in °C and relative humidity in percent. `None` for
/// humidities that are none: 0 and below, above 105 (saturated air can be read a little above 100).
pub fn dew_point(air: f64, humidity: f64) -> Option<f64> {
    if !(humidity > 0.0 && humidity <= 105.0) {
        return None;
    }
    let gamma = (humidity / 100.0).ln() + 17.62 * air / (243.12 + air);
    Some(243.12 * gamma / (17.62 - gamma))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dew_point_is_that_of_the_tables() {
        // The usual example of the formula: 9.26 degrees; saturated air has its own temperature. The others on a pocket calculator.
        for (air, humidity, expected) in [
            (20.0, 50.0, 9.26),
            (-7.0, 100.0, -7.0),
            (32.2, 70.0, 26.03),
            (35.0, 60.0, 26.07),
            (0.0, 80.0, -3.04),
        ] {
            let found = dew_point(air, humidity).unwrap();
            assert!((found - expected).abs() < 0.005, "{air} °C, {humidity} %: {found}");
        }
    }

    #[test]
    fn without_humidity_there_is_no_dew_point() {
        assert_eq!(dew_point(20.0, 0.0), None);
        assert_eq!(dew_point(20.0, 327.67), None);
    }
}
