//! From a maker's unit to that of the observed property.

use domain::{ObservedProperty, Unit};

use super::expression::Decimal;

/// `(value + before) * times / by + after`; whole numbers and powers of ten, so that results stay short.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Conversion {
    before: f64,
    scale: Decimal,
    after: f64,
}

impl Conversion {
    /// How values in `from` become values in `to`; `None` if they measure different things or the unit is not known.
    pub(crate) fn between(from: &str, to: Unit) -> Option<Self> {
        let times =
            |digits: f64, divisor: f64| Self { before: 0.0, scale: Decimal { digits, divisor }, after: 0.0 };
        if from == to.ucum {
            return Some(times(1.0, 1.0));
        }
        Some(match (from, to.ucum) {
            ("[degF]", "Cel") => Self { before: -32.0, ..times(5.0, 9.0) },
            ("K", "Cel") => Self { before: -273.15, ..times(1.0, 1.0) },
            _ => {
                let (kind, digits, divisor) = of_base(from)?;
                let (kind_to, digits_to, divisor_to) = of_base(to.ucum)?;
                if kind != kind_to {
                    return None;
                }
                times(digits * divisor_to, divisor * digits_to)
            }
        })
    }

    pub(crate) fn apply(&self, value: f64) -> f64 {
        self.scale.times(value + self.before) + self.after
    }
}

/// Whether the unit is one of those that are read, of whatever quantity.
pub(crate) fn is_known(unit: &str) -> bool {
    TEMPERATURES.contains(&unit)
        || of_base(unit).is_some()
        || ObservedProperty::ALL.iter().any(|property| property.unit().ucum == unit)
}

/// The other units that can become this one.
pub(crate) fn that_become(to: Unit) -> Vec<&'static str> {
    let names = TEMPERATURES.into_iter().chain(UNITS.iter().map(|(name, ..)| *name));
    names.filter(|name| *name != to.ucum && Conversion::between(name, to).is_some()).collect()
}

/// What a unit measures, and how many of the base unit it is: `digits / divisor`.
fn of_base(unit: &str) -> Option<(&'static str, f64, f64)> {
    let (_, kind, digits, divisor) = *UNITS.iter().find(|(name, ..)| *name == unit)?;
    Some((kind, digits, divisor))
}

/// Their zeros differ.
const TEMPERATURES: [&str; 3] = ["Cel", "[degF]", "K"];

/// Name, what it measures, and how many of the base unit it is: digits and divisor.
#[rustfmt::skip]
const UNITS: [(&str, &str, f64, f64); 52] = [
    ("Pa", "pressure", 1.0, 1.0),
    ("hPa", "pressure", 100.0, 1.0),
    ("mbar", "pressure", 100.0, 1.0),
    ("kPa", "pressure", 1000.0, 1.0),
    ("MPa", "pressure", 1_000_000.0, 1.0),
    ("bar", "pressure", 100_000.0, 1.0),
    ("[psi]", "pressure", 6_894.757, 1.0),
    ("um", "length", 1.0, 1_000_000.0),
    ("mm", "length", 1.0, 1000.0),
    ("cm", "length", 1.0, 100.0),
    ("dm", "length", 1.0, 10.0),
    ("m", "length", 1.0, 1.0),
    ("km", "length", 1000.0, 1.0),
    ("[in_i]", "length", 254.0, 10_000.0),
    ("m/s", "speed", 1.0, 1.0),
    ("km/h", "speed", 10.0, 36.0),
    ("[kn_i]", "speed", 1852.0, 3600.0),
    ("mV", "voltage", 1.0, 1000.0),
    ("V", "voltage", 1.0, 1.0),
    ("uA", "current", 1.0, 1_000_000.0),
    ("mA", "current", 1.0, 1000.0),
    ("A", "current", 1.0, 1.0),
    ("mW", "power", 1.0, 1000.0),
    ("W", "power", 1.0, 1.0),
    ("kW", "power", 1000.0, 1.0),
    ("W.h", "energy", 1.0, 1000.0),
    ("kW.h", "energy", 1.0, 1.0),
    ("MW.h", "energy", 1000.0, 1.0),
    ("J", "energy", 1.0, 3_600_000.0),
    ("MJ", "energy", 10.0, 36.0),
    ("GJ", "energy", 10_000.0, 36.0),
    ("uS/cm", "conductivity", 1.0, 1.0),
    ("mS/m", "conductivity", 10.0, 1.0),
    ("mS/cm", "conductivity", 1000.0, 1.0),
    ("dS/m", "conductivity", 1000.0, 1.0),
    ("S/m", "conductivity", 10_000.0, 1.0),
    ("mL", "volume", 1.0, 1_000_000.0),
    ("L", "volume", 1.0, 1000.0),
    ("hL", "volume", 1.0, 10.0),
    ("m3", "volume", 1.0, 1.0),
    ("L/h", "flow", 1.0, 1000.0),
    ("L/min", "flow", 60.0, 1000.0),
    ("m3/h", "flow", 1.0, 1.0),
    ("[ppb]", "share", 1.0, 1000.0),
    ("[ppm]", "share", 1.0, 1.0),
    ("%", "share of a hundred", 1.0, 1.0),
    ("1", "share of a hundred", 100.0, 1.0),
    ("[g]", "acceleration", 1.0, 1.0),
    ("m/s2", "acceleration", 100_000.0, 980_665.0),
    ("nSv/h", "dose", 1.0, 1000.0),
    ("uSv/h", "dose", 1.0, 1.0),
    ("mSv/h", "dose", 1000.0, 1.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(value: f64, from: &str, to: Unit) -> String {
        Conversion::between(from, to).unwrap().apply(value).to_string()
    }

    #[test]
    fn values_keep_their_digits() {
        assert_eq!(convert(95.96, "kPa", Unit::HECTOPASCAL), "959.6");
        assert_eq!(convert(101_325.0, "Pa", Unit::HECTOPASCAL), "1013.25");
        assert_eq!(convert(2993.0, "mV", Unit::VOLT), "2.993");
        assert_eq!(convert(50.0, "[degF]", Unit::CELSIUS), "10");
        assert_eq!(convert(36.0, "km/h", Unit::METRE_PER_SECOND), "10");
        assert_eq!(convert(123.0, "L", Unit::CUBIC_METRE), "0.123");
        assert_eq!(convert(3.6, "MJ", Unit::KILOWATT_HOUR), "1");
        assert_eq!(convert(0.4, "dS/m", Unit::MICROSIEMENS_PER_CENTIMETRE), "400");
    }

    #[test]
    fn different_quantities_are_not_converted() {
        assert_eq!(Conversion::between("kPa", Unit::VOLT), None);
        assert_eq!(Conversion::between("furlong", Unit::METRE), None);
        assert_eq!(convert(273.15, "K", Unit::CELSIUS), "0");
    }
}
