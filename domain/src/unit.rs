//! Units of measurement.

/// A unit, named by its code in the Unified Code for Units of Measure (UCUM, <https://ucum.org>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unit {
    /// Case-sensitive UCUM code: `Cel`, `m/s`, `1`.
    pub ucum: &'static str,
    /// What people read beside a number: `°C`, `m/s`; empty for counts.
    pub symbol: &'static str,
}

macro_rules! units {
    ($($(#[$doc:meta])* $name:ident = $ucum:literal, $symbol:literal;)*) => {
        impl Unit {
            $($(#[$doc])* pub const $name: Self = Self { ucum: $ucum, symbol: $symbol };)*
        }
    };
}

units! {
    /// A pure number: counts, indices, states.
    ONE = "1", "";
    /// Degree Celsius.
    CELSIUS = "Cel", "°C";
    /// Percent.
    PERCENT = "%", "%";
    /// Kilopascal.
    KILOPASCAL = "kPa", "kPa";
    /// Bar.
    BAR = "bar", "bar";
    /// Hectopascal.
    HECTOPASCAL = "hPa", "hPa";
    /// Metre per second.
    METRE_PER_SECOND = "m/s", "m/s";
    /// Kilometre per hour.
    KILOMETRE_PER_HOUR = "km/h", "km/h";
    /// Degree of arc.
    DEGREE = "deg", "°";
    /// Degree of arc per second.
    DEGREE_PER_SECOND = "deg/s", "°/s";
    /// Watt per square metre.
    WATT_PER_SQUARE_METRE = "W/m2", "W/m²";
    /// Lux.
    LUX = "lx", "lx";
    /// Millimetre; of rain this is litre per square metre.
    MILLIMETRE = "mm", "mm";
    /// Millimetre per hour.
    MILLIMETRE_PER_HOUR = "mm/h", "mm/h";
    /// Centimetre.
    CENTIMETRE = "cm", "cm";
    /// Metre.
    METRE = "m", "m";
    /// Kilometre.
    KILOMETRE = "km", "km";
    /// Micrometre of each metre.
    MICROMETRE_PER_METRE = "um/m", "µm/m";
    /// Volt.
    VOLT = "V", "V";
    /// Millivolt.
    MILLIVOLT = "mV", "mV";
    /// Ampere.
    AMPERE = "A", "A";
    /// Watt.
    WATT = "W", "W";
    /// Kilowatt hour.
    KILOWATT_HOUR = "kW.h", "kWh";
    /// Cubic metre.
    CUBIC_METRE = "m3", "m³";
    /// Cubic metre per hour.
    CUBIC_METRE_PER_HOUR = "m3/h", "m³/h";
    /// Hertz.
    HERTZ = "Hz", "Hz";
    /// Second.
    SECOND = "s", "s";
    /// Microsiemens per centimetre.
    MICROSIEMENS_PER_CENTIMETRE = "uS/cm", "µS/cm";
    /// Parts per million.
    PARTS_PER_MILLION = "[ppm]", "ppm";
    /// Parts per billion.
    PARTS_PER_BILLION = "[ppb]", "ppb";
    /// Microgram per cubic metre.
    MICROGRAM_PER_CUBIC_METRE = "ug/m3", "µg/m³";
    /// Milligram per litre.
    MILLIGRAM_PER_LITRE = "mg/L", "mg/l";
    /// Nephelometric turbidity unit.
    NEPHELOMETRIC_TURBIDITY_UNIT = "[NTU]", "NTU";
    /// Acidity.
    PH = "[pH]", "pH";
    /// Photons per area and time.
    MICROMOLE_PER_SQUARE_METRE_SECOND = "umol/m2/s", "µmol/(m²·s)";
    /// Ambient dose per hour.
    MICROSIEVERT_PER_HOUR = "uSv/h", "µSv/h";
    /// Sound pressure level.
    DECIBEL = "dB[SPL]", "dB";
    /// Acceleration of free fall.
    STANDARD_GRAVITY = "[g]", "g";
}
