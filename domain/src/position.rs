//! Where something is.

/// A point on the earth, WGS 84 degrees.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Position {
    latitude: f64,
    longitude: f64,
}

/// Coordinates that are no place on the earth.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "{latitude}, {longitude} is no place: expected a latitude of -90 to 90 and a longitude of -180 to 180"
)]
pub struct PositionError {
    /// As given.
    pub latitude: f64,
    /// As given.
    pub longitude: f64,
}

impl Position {
    /// Checks that both are in range.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, PositionError> {
        if (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude) {
            Ok(Self { latitude, longitude })
        } else {
            Err(PositionError { latitude, longitude })
        }
    }

    /// Degrees north.
    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    pub const fn longitude(self) -> f64 {
        self.longitude
    }
}
