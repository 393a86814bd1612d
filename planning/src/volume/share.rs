//! Shares of a volume: direction and heavy vehicles.

/// How a cross-section divides into its directions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DirectionSplit {
    /// Share of the stronger direction, 0.5 to 1: max(Q1, Q2) / (Q1 + Q2).
    pub share: f64,
    /// Whether the first direction is the stronger one, or both are equal.
    pub first_is_stronger: bool,
}

/// The split of two amounts of the same time: the peak hour, a day, a year. `None` if nothing passed.
pub fn direction_split(first: f64, second: f64) -> Option<DirectionSplit> {
    let both = first + second;
    (both > 0.0)
        .then(|| DirectionSplit { share: first.max(second) / both, first_is_stronger: first >= second })
}

/// What a count of "heavy" vehicles holds; figures of different definitions must not be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeavyDefinition {
    /// Buses and lorries above 3.5 t with and without trailer, tractor units: `SV`.
    Above3500Kg,
    /// The TLS group "lorry-like" (`LkwÄ`): **with cars with trailers**, so it is larger than `SV`.
    TlsLorryLike,
    /// Vehicles above a length the device was set to: no statement on weight.
    ByLength,
}

/// The share of heavy vehicles, with its definition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeavyShare {
    /// Percent of all motor vehicles, 0 to 100.
    pub percent: f64,
    /// What counts as heavy.
    pub definition: HeavyDefinition,
    /// Motor vehicles it was computed from.
    pub n: f64,
}

impl HeavyShare {
    /// Whether it may be called `SV-Anteil`.
    pub fn is_sv(&self) -> bool {
        self.definition == HeavyDefinition::Above3500Kg
    }
}

/// The share of heavy among all motor vehicles (heavy ones included) of the same time. `None` if nothing passed or more heavy vehicles
/// than vehicles.
pub fn heavy_share(heavy: f64, all_motor: f64, definition: HeavyDefinition) -> Option<HeavyShare> {
    (all_motor > 0.0 && (0.0..=all_motor).contains(&heavy)).then(|| HeavyShare {
        percent: 100.0 * heavy / all_motor,
        definition,
        n: all_motor,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_near;

    #[test]
    fn the_stronger_direction_has_its_share_of_both() {
        let split = direction_split(30.0, 70.0).unwrap();
        assert_near(split.share, 0.7, 1e-12);
        assert!(!split.first_is_stronger);
        assert_eq!(direction_split(0.0, 0.0), None);
    }

    #[test]
    fn lorry_like_vehicles_are_no_sv() {
        let share = heavy_share(12.0, 400.0, HeavyDefinition::TlsLorryLike).unwrap();
        assert_near(share.percent, 3.0, 1e-12);
        assert!(!share.is_sv());
        assert!(heavy_share(12.0, 400.0, HeavyDefinition::Above3500Kg).unwrap().is_sv());
    }

    #[test]
    fn more_heavy_vehicles_than_vehicles_have_no_share() {
        assert_eq!(heavy_share(5.0, 4.0, HeavyDefinition::ByLength), None);
    }
}
