//! What temperature, humidity and wind are together. Each formula has its range; outside of it there is no value.
//!
//! None of this is the "gefühlte Temperatur" of Deutscher Wetterdienst, which needs radiation and a model of the human body.

pub use domain::dew_point;

/// Wet-bulb temperature at sea level, °C, by Stull (2011): from −20 to 50 °C and 5 to 99 % relative humidity, off by −1 to +0.65 K. `None`
/// outside.
pub fn wet_bulb(air: f64, humidity: f64) -> Option<f64> {
    let in_range = (-20.0..=50.0).contains(&air) && (5.0..=99.0).contains(&humidity);
    in_range.then(|| {
        air * (0.151_977 * (humidity + 8.313_659).sqrt()).atan() + (air + humidity).atan()
            - (humidity - 1.676_331).atan()
            + 0.003_918_38 * humidity.powf(1.5) * (0.023_101 * humidity).atan()
            - 4.686_035
    })
}

/// Heat index in the shade, °C, by Rothfusz with the adjustments of the US National Weather Service. `None` where the simple form stays below 80 °F
/// (26.7 °C): there heat is no matter of humidity.
pub fn heat_index(air: f64, humidity: f64) -> Option<f64> {
    if !(0.0..=100.0).contains(&humidity) {
        return None;
    }
    let (t, rh) = (air * 1.8 + 32.0, humidity);
    let simple = 0.5 * (t + 61.0 + (t - 68.0) * 1.2 + rh * 0.094);
    if f64::midpoint(simple, t) < 80.0 {
        return None;
    }
    let mut index = -42.379 + 2.049_015_23 * t + 10.143_331_27 * rh
        - 0.224_755_41 * t * rh
        - 0.006_837_83 * t * t
        - 0.054_817_17 * rh * rh
        + 0.001_228_74 * t * t * rh
        + 0.000_852_82 * t * rh * rh
        - 0.000_001_99 * t * t * rh * rh;
    if rh < 13.0 && (80.0..=112.0).contains(&t) {
        index -= (13.0 - rh) / 4.0 * ((17.0 - (t - 95.0).abs()) / 17.0).sqrt();
    } else if rh > 85.0 && (80.0..=87.0).contains(&t) {
        index += (rh - 85.0) / 10.0 * (87.0 - t) / 5.0;
    }
    Some((index - 32.0) / 1.8)
}

/// Wind chill, °C, by Environment Canada and the US National Weather Service (2001): up to 10 °C and from 4.8 km/h on, for wind at 10 m. `None`
/// outside.
pub fn wind_chill(air: f64, wind_kmh: f64) -> Option<f64> {
    let power = wind_kmh.max(0.0).powf(0.16);
    (air <= 10.0 && wind_kmh >= 4.8).then_some(13.12 + 0.6215 * air - 11.37 * power + 0.3965 * air * power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_near;

    #[test]
    fn the_wet_bulb_is_near_the_psychrometer_s() {
        // By the formula on a pocket calculator; the psychrometric equation of WMO-No. 8 solved by bisection gives 13.84, 20.17 and 28.25.
        for (air, humidity, expected, psychrometer) in
            [(20.0, 50.0, 13.699, 13.84), (30.0, 40.0, 20.449, 20.17), (35.0, 60.0, 28.488, 28.25)]
        {
            let found = wet_bulb(air, humidity).unwrap();
            assert_near(found, expected, 5e-4);
            assert!((-1.0..=0.65).contains(&(found - psychrometer)), "{found}");
        }
    }

    #[test]
    fn outside_its_range_there_is_no_wet_bulb() {
        assert_eq!(wet_bulb(20.0, 99.5), None);
        assert_eq!(wet_bulb(20.0, 4.9), None);
        assert_eq!(wet_bulb(-20.1, 50.0), None);
    }

    #[test]
    fn the_heat_index_is_that_of_the_national_weather_service() {
        // Computed a second time from the equation on wpc.ncep.noaa.gov; its table in °F has 106 for 90 °F and 70 %, here 105.8.
        assert_near(heat_index(32.2, 70.0).unwrap(), 41.001, 1e-3);
        assert_near(heat_index(30.0, 40.0).unwrap(), 29.689, 1e-3);
        assert_near(heat_index(35.0, 60.0).unwrap(), 45.050, 1e-3);
        // With its two adjustments.
        assert_near(heat_index(28.0, 90.0).unwrap(), 34.003, 1e-3);
        assert_near(heat_index(40.0, 10.0).unwrap(), 36.705, 1e-3);
    }

    #[test]
    fn on_a_cool_day_there_is_no_heat_index() {
        assert_eq!(heat_index(24.0, 60.0), None);
    }

    #[test]
    fn wind_chill_is_computed_in_cold_and_wind_only() {
        // By the formula on a pocket calculator; Environment Canada's table has -5 for 0 °C and 20 km/h, -20 for -10 °C and 30 km/h.
        assert_near(wind_chill(0.0, 20.0).unwrap(), -5.242, 1e-3);
        assert_near(wind_chill(-10.0, 30.0).unwrap(), -19.520, 1e-3);
        assert_near(wind_chill(5.0, 50.0).unwrap(), -1.327, 1e-3);
        assert_eq!(wind_chill(10.1, 20.0), None);
        assert_eq!(wind_chill(0.0, 4.7), None);
    }
}
