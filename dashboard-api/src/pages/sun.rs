//! Whether it is dark outside, so that a public display does not glare at night.

use domain::Position;
use jiff::{Timestamp, tz::TimeZone};

/// Sun below this elevation, in degrees: lamps are on (end of civil twilight is -6).
const DARK_BELOW_DEGREES: f64 = -3.0;

/// Whether it is dark at a place; where the place is unknown, from 20 to 7 o'clock.
pub(crate) fn is_dark(position: Option<Position>, now: Timestamp, zone: &TimeZone) -> bool {
    match position {
        Some(position) => elevation_degrees(position, now) < DARK_BELOW_DEGREES,
        None => !(7..20).contains(&now.to_zoned(zone.clone()).hour()),
    }
}

/// Elevation of the sun to about a degree: Cooper's formula for the declination (1969), hour angle from
/// mean solar time. The equation of time, at most 17 minutes, is left out.
fn elevation_degrees(position: Position, now: Timestamp) -> f64 {
    let utc = now.to_zoned(TimeZone::UTC);
    let day_of_year = f64::from(utc.day_of_year());
    let declination = 23.45_f64.to_radians() * (std::f64::consts::TAU * (284.0 + day_of_year) / 365.0).sin();
    let hours = f64::from(utc.hour()) + f64::from(utc.minute()) / 60.0 + position.longitude() / 15.0;
    let hour_angle = ((hours - 12.0) * 15.0).to_radians();
    let latitude = position.latitude().to_radians();
    let sine = latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * hour_angle.cos();
    sine.asin().to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dark_in_oldenburg(at: &str) -> bool {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        is_dark(Position::new(53.14, 8.21).ok(), at.parse().unwrap(), &zone)
    }

    #[test]
    fn a_december_afternoon_is_dark_and_a_june_evening_is_not() {
        // Sunset in Oldenburg: about 16:10 on 21 December, about 22:00 on 21 June.
        assert!(dark_in_oldenburg("2026-12-21T17:00:00+01:00"));
        assert!(!dark_in_oldenburg("2026-12-21T12:00:00+01:00"));
        assert!(!dark_in_oldenburg("2026-06-21T21:30:00+02:00"));
        assert!(dark_in_oldenburg("2026-06-22T00:30:00+02:00"));
    }
}
