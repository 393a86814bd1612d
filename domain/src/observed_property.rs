//! What a city observes, each quantity with its one unit, plausible range and aggregation rule.

use std::{fmt, str::FromStr};

use crate::{Aggregation, Lang, Truncated, Unit};

/// The definition of an observed property.
#[derive(Debug)]
struct Definition {
    key: &'static str,
    unit: Unit,
    aggregation: Aggregation,
    /// Smallest and largest value that can be true in a city; `None` where nothing can be said.
    plausible: Option<(f64, f64)>,
    de: &'static str,
    en: &'static str,
}

macro_rules! observed_properties {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $unit:ident, $rule:ident, $range:expr, $de:literal, $en:literal;)*) => {
        /// An observed property: a quantity with one unit and one aggregation rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ObservedProperty {
            $($(#[$doc])* $name,)*
        }

        impl ObservedProperty {
            /// Every observed property, in the order in which lists show them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$name => &Definition {
                        key: $key,
                        unit: Unit::$unit,
                        aggregation: Aggregation::$rule,
                        plausible: $range,
                        de: $de,
                        en: $en,
                    },)*
                }
            }
        }
    };
}

// Ranges: the limits of the Ruhr-Uni Bochum street-level LoRaWAN network for weather, wind widened to
// 75 m/s so that a hurricane is not thrown away; elsewhere what the quantity allows. A plausible count is
// bounded by one passage a second and direction over a day.
observed_properties! {
    /// Bicycles since the value before.
    BicycleCount = "bicycle_count", ONE, Sum, Some((0.0, 86_400.0)), "Fahrräder", "Bicycles";
    /// Bicycles since power-on.
    BicycleTotal = "bicycle_total", ONE, Total, Some((0.0, 4_294_967_295.0)), "Fahrräder (Zählerstand)", "Bicycles (running total)";
    /// Cars since the value before.
    CarCount = "car_count", ONE, Sum, Some((0.0, 86_400.0)), "Pkw", "Cars";
    /// Cars since power-on.
    CarTotal = "car_total", ONE, Total, Some((0.0, 4_294_967_295.0)), "Pkw (Zählerstand)", "Cars (running total)";
    /// Lorries since the value before.
    LorryCount = "lorry_count", ONE, Sum, Some((0.0, 86_400.0)), "Lkw", "Lorries";
    /// Lorries since power-on.
    LorryTotal = "lorry_total", ONE, Total, Some((0.0, 4_294_967_295.0)), "Lkw (Zählerstand)", "Lorries (running total)";
    /// People since the value before.
    PersonCount = "person_count", ONE, Sum, Some((0.0, 86_400.0)), "Personen", "People";
    /// People since power-on.
    PersonTotal = "person_total", ONE, Total, Some((0.0, 4_294_967_295.0)), "Personen (Zählerstand)", "People (running total)";
    /// People present at one moment.
    PersonPresence = "person_presence", ONE, Mean, Some((0.0, 100_000.0)), "Anwesende Personen", "People present";
    /// Phones and the like heard by Wi-Fi in a measuring cycle: an estimate, not passages.
    WifiDeviceCount = "wifi_device_count", ONE, Mean, Some((0.0, 65_535.0)), "WLAN-Geräte", "Wi-Fi devices";
    /// Phones and the like heard by Bluetooth in a measuring cycle: an estimate, not passages.
    BluetoothDeviceCount = "bluetooth_device_count", ONE, Mean, Some((0.0, 65_535.0)), "Bluetooth-Geräte", "Bluetooth devices";
    /// Whatever passed since the value before, of no known class.
    ObjectCount = "object_count", ONE, Sum, Some((0.0, 86_400.0)), "Verkehr ohne Klasse", "Unclassified traffic";
    /// Whatever passed since power-on, of no known class.
    ObjectTotal = "object_total", ONE, Total, Some((0.0, 4_294_967_295.0)), "Verkehr ohne Klasse (Zählerstand)", "Unclassified traffic (running total)";
    /// Mean speed of bicycles.
    BicycleSpeed = "bicycle_speed", KILOMETRE_PER_HOUR, Mean, Some((0.0, 80.0)), "Tempo Fahrräder", "Bicycle speed";
    /// Mean speed of cars.
    CarSpeed = "car_speed", KILOMETRE_PER_HOUR, Mean, Some((0.0, 255.0)), "Tempo Pkw", "Car speed";
    /// Mean speed of lorries.
    LorrySpeed = "lorry_speed", KILOMETRE_PER_HOUR, Mean, Some((0.0, 200.0)), "Tempo Lkw", "Lorry speed";
    /// Mean speed of people.
    PersonSpeed = "person_speed", KILOMETRE_PER_HOUR, Mean, Some((0.0, 40.0)), "Tempo Personen", "Walking speed";
    /// Mean speed of whatever passed.
    ObjectSpeed = "object_speed", KILOMETRE_PER_HOUR, Mean, Some((0.0, 255.0)), "Tempo ohne Klasse", "Unclassified speed";
    /// Air temperature.
    AirTemperature = "air_temperature", CELSIUS, Mean, Some((-40.0, 50.0)), "Lufttemperatur", "Air temperature";
    /// Lowest air temperature of the measuring interval.
    AirTemperatureMin = "air_temperature_min", CELSIUS, Minimum, Some((-40.0, 50.0)), "Tiefste Lufttemperatur", "Lowest air temperature";
    /// Highest air temperature of the measuring interval.
    AirTemperatureMax = "air_temperature_max", CELSIUS, Maximum, Some((-40.0, 50.0)), "Höchste Lufttemperatur", "Highest air temperature";
    /// Relative humidity.
    RelativeHumidity = "relative_humidity", PERCENT, Mean, Some((0.0, 100.0)), "Luftfeuchte", "Relative humidity";
    /// Air pressure at the station, not reduced to sea level.
    AirPressure = "air_pressure", HECTOPASCAL, Mean, Some((860.0, 1100.0)), "Luftdruck", "Air pressure";
    /// Partial pressure of water vapour.
    VapourPressure = "vapour_pressure", HECTOPASCAL, Mean, Some((0.0, 130.0)), "Dampfdruck", "Vapour pressure";
    /// Temperature at which the water vapour of the air condenses.
    DewPoint = "dew_point", CELSIUS, Mean, Some((-60.0, 50.0)), "Taupunkt", "Dew point";
    /// Temperature of a black globe: what sun, wind and air together do to a body.
    GlobeTemperature = "globe_temperature", CELSIUS, Mean, Some((-40.0, 90.0)), "Globetemperatur", "Globe temperature";
    /// Rain since the value before.
    Precipitation = "precipitation", MILLIMETRE, Sum, Some((0.0, 200.0)), "Niederschlag", "Precipitation";
    /// Rain since power-on.
    PrecipitationTotal = "precipitation_total", MILLIMETRE, Total, Some((0.0, 858_993_459.2)), "Niederschlag (Zählerstand)", "Precipitation (running total)";
    /// Rain rate.
    PrecipitationIntensity = "precipitation_intensity", MILLIMETRE_PER_HOUR, Mean, Some((0.0, 400.0)), "Regenintensität", "Rain intensity";
    /// Mean wind speed.
    WindSpeed = "wind_speed", METRE_PER_SECOND, Mean, Some((0.0, 75.0)), "Windgeschwindigkeit", "Wind speed";
    /// Strongest wind of the measuring interval.
    WindGust = "wind_gust", METRE_PER_SECOND, Maximum, Some((0.0, 75.0)), "Windböe", "Wind gust";
    /// Weakest wind of the measuring interval.
    WindLull = "wind_lull", METRE_PER_SECOND, Minimum, Some((0.0, 75.0)), "Schwächster Wind", "Wind lull";
    /// Direction the wind comes from.
    WindDirection = "wind_direction", DEGREE, VectorMean, Some((0.0, 360.0)), "Windrichtung", "Wind direction";
    /// Direction the strongest wind came from.
    WindGustDirection = "wind_gust_direction", DEGREE, VectorMean, Some((0.0, 360.0)), "Richtung der Böe", "Gust direction";
    /// Wind speed component from the north: positive for a north wind, negative for a south wind.
    WindSpeedNorth = "wind_speed_north", METRE_PER_SECOND, Mean, Some((-75.0, 75.0)), "Windanteil aus Norden", "Wind from the north";
    /// Wind speed component from the east: positive for an east wind, negative for a west wind.
    WindSpeedEast = "wind_speed_east", METRE_PER_SECOND, Mean, Some((-75.0, 75.0)), "Windanteil aus Osten", "Wind from the east";
    /// Standard deviation of the wind speed.
    WindSpeedDeviation = "wind_speed_deviation", METRE_PER_SECOND, Mean, Some((0.0, 75.0)), "Streuung der Windgeschwindigkeit", "Wind speed deviation";
    /// Standard deviation or spread of the wind direction to one side.
    WindDirectionDeviation = "wind_direction_deviation", DEGREE, Mean, Some((0.0, 360.0)), "Streuung der Windrichtung", "Wind direction deviation";
    /// Solar irradiance on a horizontal plane.
    SolarIrradiance = "solar_irradiance", WATT_PER_SQUARE_METRE, Mean, Some((0.0, 1800.0)), "Globalstrahlung", "Solar irradiance";
    /// Highest solar irradiance of the measuring interval.
    SolarIrradianceMax = "solar_irradiance_max", WATT_PER_SQUARE_METRE, Maximum, Some((0.0, 2000.0)), "Höchste Globalstrahlung", "Highest solar irradiance";
    /// Share of the sunlight that the ground sends back.
    Albedo = "albedo", ONE, Mean, Some((0.0, 1.0)), "Albedo", "Albedo";
    /// Illuminance.
    Illuminance = "illuminance", LUX, Mean, Some((0.0, 200_000.0)), "Beleuchtungsstärke", "Illuminance";
    /// Light plants can use, wavelengths 400 to 700 nm.
    PhotosyntheticLight = "photosynthetic_light", MICROMOLE_PER_SQUARE_METRE_SECOND, Mean, Some((0.0, 3000.0)), "Photosynthetisch aktive Strahlung", "Photosynthetically active radiation";
    /// UV index.
    UvIndex = "uv_index", ONE, Mean, Some((0.0, 20.0)), "UV-Index", "UV index";
    /// Lightning strikes since the value before.
    LightningCount = "lightning_count", ONE, Sum, Some((0.0, 65_535.0)), "Blitze", "Lightning strikes";
    /// Mean distance of the strikes.
    LightningDistance = "lightning_distance", KILOMETRE, Mean, Some((0.0, 100.0)), "Entfernung der Blitze", "Lightning distance";
    /// Electrical conductivity of the rain.
    PrecipitationConductivity = "precipitation_conductivity", MICROSIEMENS_PER_CENTIMETRE, Mean, Some((0.0, 20_000.0)), "Leitfähigkeit des Regens", "Rain conductivity";
    /// Carbon dioxide in the air.
    CarbonDioxide = "carbon_dioxide", PARTS_PER_MILLION, Mean, Some((300.0, 40_000.0)), "Kohlendioxid", "Carbon dioxide";
    /// Particles up to 1 µm.
    ParticulateMatter1 = "pm1", MICROGRAM_PER_CUBIC_METRE, Mean, Some((0.0, 2000.0)), "Feinstaub PM1", "Particulate matter PM1";
    /// Particles up to 2.5 µm.
    ParticulateMatter2_5 = "pm2_5", MICROGRAM_PER_CUBIC_METRE, Mean, Some((0.0, 2000.0)), "Feinstaub PM2,5", "Particulate matter PM2.5";
    /// Particles up to 4 µm.
    ParticulateMatter4 = "pm4", MICROGRAM_PER_CUBIC_METRE, Mean, Some((0.0, 2000.0)), "Feinstaub PM4", "Particulate matter PM4";
    /// Particles up to 10 µm.
    ParticulateMatter10 = "pm10", MICROGRAM_PER_CUBIC_METRE, Mean, Some((0.0, 2000.0)), "Feinstaub PM10", "Particulate matter PM10";
    /// Ozone in the air.
    Ozone = "ozone", PARTS_PER_BILLION, Mean, Some((0.0, 1000.0)), "Ozon", "Ozone";
    /// Nitrogen dioxide in the air.
    NitrogenDioxide = "nitrogen_dioxide", PARTS_PER_BILLION, Mean, Some((0.0, 5000.0)), "Stickstoffdioxid", "Nitrogen dioxide";
    /// Sulphur dioxide in the air.
    SulphurDioxide = "sulphur_dioxide", PARTS_PER_BILLION, Mean, Some((0.0, 20_000.0)), "Schwefeldioxid", "Sulphur dioxide";
    /// Carbon monoxide in the air.
    CarbonMonoxide = "carbon_monoxide", PARTS_PER_MILLION, Mean, Some((0.0, 1000.0)), "Kohlenmonoxid", "Carbon monoxide";
    /// Formaldehyde in the air.
    Formaldehyde = "formaldehyde", PARTS_PER_BILLION, Mean, Some((0.0, 5000.0)), "Formaldehyd", "Formaldehyde";
    /// Ambient dose rate of ionising radiation.
    RadiationDoseRate = "radiation_dose_rate", MICROSIEVERT_PER_HOUR, Mean, Some((0.0, 1000.0)), "Strahlendosisleistung", "Radiation dose rate";
    /// Volatile organic compounds in the air.
    VolatileOrganics = "volatile_organics", PARTS_PER_BILLION, Mean, Some((0.0, 65_535.0)), "Flüchtige organische Stoffe", "Volatile organics";
    /// A vendor's index of air quality.
    AirQualityIndex = "air_quality_index", ONE, Mean, None, "Luftgüte-Index", "Air quality index";
    /// Mean sound level.
    SoundLevel = "sound_level", DECIBEL, Mean, Some((20.0, 140.0)), "Schallpegel", "Sound level";
    /// Highest sound level of the measuring interval.
    SoundLevelMax = "sound_level_max", DECIBEL, Maximum, Some((20.0, 140.0)), "Höchster Schallpegel", "Highest sound level";
    /// Lowest sound level of the measuring interval.
    SoundLevelMin = "sound_level_min", DECIBEL, Minimum, Some((20.0, 140.0)), "Tiefster Schallpegel", "Lowest sound level";
    /// How wet a leaf is.
    LeafWetness = "leaf_wetness", PERCENT, Mean, Some((0.0, 100.0)), "Blattnässe", "Leaf wetness";
    /// Temperature of a surface: road, bridge, bench.
    SurfaceTemperature = "surface_temperature", CELSIUS, Mean, Some((-50.0, 90.0)), "Oberflächentemperatur", "Surface temperature";
    /// Whether a surface is so cold that what wets it freezes and dew settles as rime, 0 or 1. A hint, not a measurement.
    IceHint = "ice_hint", ONE, TimeShare, Some((0.0, 1.0)), "Glättehinweis", "Hint of ice";
    /// Height of the snow on the ground.
    SnowDepth = "snow_depth", CENTIMETRE, Mean, Some((0.0, 1000.0)), "Schneehöhe", "Snow depth";
    /// Temperature of the soil.
    SoilTemperature = "soil_temperature", CELSIUS, Mean, Some((-40.0, 70.0)), "Bodentemperatur", "Soil temperature";
    /// Share of water in the volume of the soil.
    SoilMoisture = "soil_moisture", PERCENT, Mean, Some((0.0, 100.0)), "Bodenfeuchte", "Soil moisture";
    /// Suction with which the soil holds its water; more negative is drier.
    SoilWaterPotential = "soil_water_potential", KILOPASCAL, Mean, Some((-100_000.0, 100.0)), "Saugspannung des Bodens", "Soil water potential";
    /// Dielectric permittivity of the soil, against vacuum.
    SoilPermittivity = "soil_permittivity", ONE, Mean, Some((0.0, 100.0)), "Permittivität des Bodens", "Soil permittivity";
    /// Electrical conductivity of the soil.
    SoilConductivity = "soil_conductivity", MICROSIEMENS_PER_CENTIMETRE, Mean, Some((0.0, 50_000.0)), "Leitfähigkeit des Bodens", "Soil conductivity";
    /// Height of a water surface above the zero of its gauge.
    WaterLevel = "water_level", METRE, Mean, Some((-50.0, 500.0)), "Wasserstand", "Water level";
    /// Temperature of water.
    WaterTemperature = "water_temperature", CELSIUS, Mean, Some((-5.0, 60.0)), "Wassertemperatur", "Water temperature";
    /// Electrical conductivity of water.
    WaterConductivity = "water_conductivity", MICROSIEMENS_PER_CENTIMETRE, Mean, Some((0.0, 200_000.0)), "Leitfähigkeit des Wassers", "Water conductivity";
    /// Cloudiness of water.
    Turbidity = "turbidity", NEPHELOMETRIC_TURBIDITY_UNIT, Mean, Some((0.0, 10_000.0)), "Trübung", "Turbidity";
    /// Solid matter floating in water.
    SuspendedSolids = "suspended_solids", MILLIGRAM_PER_LITRE, Mean, Some((0.0, 1_000_000.0)), "Schwebstoffe", "Suspended solids";
    /// Oxygen dissolved in water.
    DissolvedOxygen = "dissolved_oxygen", MILLIGRAM_PER_LITRE, Mean, Some((0.0, 50.0)), "Gelöster Sauerstoff", "Dissolved oxygen";
    /// Oxygen dissolved in water as a share of what it could hold.
    OxygenSaturation = "oxygen_saturation", PERCENT, Mean, Some((0.0, 300.0)), "Sauerstoffsättigung", "Oxygen saturation";
    /// Acidity.
    Acidity = "ph", PH, Mean, Some((0.0, 14.0)), "pH-Wert", "pH";
    /// Tendency of water to take or give electrons.
    RedoxPotential = "redox_potential", MILLIVOLT, Mean, Some((-2000.0, 2000.0)), "Redoxpotenzial", "Redox potential";
    /// Pressure of a liquid or gas; what it is relative to is the sensor's own.
    Pressure = "pressure", BAR, Mean, Some((-2.0, 2000.0)), "Druck", "Pressure";
    /// Distance to a surface.
    Distance = "distance", MILLIMETRE, Mean, Some((0.0, 50_000_000.0)), "Abstand", "Distance";
    /// How full a container is.
    FillLevel = "fill_level", PERCENT, Mean, Some((0.0, 100.0)), "Füllstand", "Fill level";
    /// Whether a door, lid or contact is open, 0 or 1.
    ContactOpen = "contact_open", ONE, TimeShare, Some((0.0, 1.0)), "Kontakt offen", "Contact open";
    /// Temperature of a probe outside the housing.
    ProbeTemperature = "probe_temperature", CELSIUS, Mean, Some((-60.0, 200.0)), "Fühlertemperatur", "Probe temperature";
    /// Humidity at a probe outside the housing.
    ProbeHumidity = "probe_humidity", PERCENT, Mean, Some((0.0, 100.0)), "Fühlerfeuchte", "Probe humidity";
    /// Movements since the value before.
    MotionCount = "motion_count", ONE, Sum, Some((0.0, 65_535.0)), "Bewegungen", "Movements";
    /// Whether somebody or something is there, 0 or 1.
    Occupancy = "occupancy", ONE, TimeShare, Some((0.0, 1.0)), "Belegung", "Occupancy";
    /// State of a digital input, 0 or 1.
    DigitalInput = "digital_input", ONE, TimeShare, Some((0.0, 255.0)), "Digitaler Eingang", "Digital input";
    /// State of a digital output or switch.
    DigitalOutput = "digital_output", ONE, TimeShare, Some((0.0, 255.0)), "Digitaler Ausgang", "Digital output";
    /// Whether water was found, as a raw level of the device.
    WaterLeak = "water_leak", ONE, Maximum, Some((0.0, 255.0)), "Wassermelder", "Water leak";
    /// Pulses since the value before.
    PulseCount = "pulse_count", ONE, Sum, Some((0.0, 65_535.0)), "Impulse", "Pulses";
    /// Pulses since power-on.
    PulseTotal = "pulse_total", ONE, Total, Some((0.0, 4_294_967_295.0)), "Impulse (Zählerstand)", "Pulses (running total)";
    /// Value of an analogue input in the device's own scale.
    AnalogInput = "analog_input", ONE, Mean, None, "Analoger Eingang", "Analogue input";
    /// Value of an analogue output in the device's own scale.
    AnalogOutput = "analog_output", ONE, Mean, None, "Analoger Ausgang", "Analogue output";
    /// A quantity the device does not name.
    Generic = "generic", ONE, Mean, None, "Messwert ohne Namen", "Unnamed value";
    /// Voltage.
    Voltage = "voltage", VOLT, Mean, Some((-1000.0, 1000.0)), "Spannung", "Voltage";
    /// Electric current.
    Current = "current", AMPERE, Mean, Some((-1000.0, 1000.0)), "Strom", "Current";
    /// Electric power.
    Power = "power", WATT, Mean, None, "Leistung", "Power";
    /// Electric energy since installation.
    EnergyTotal = "energy_total", KILOWATT_HOUR, Total, Some((0.0, 1e9)), "Energie (Zählerstand)", "Energy (running total)";
    /// Electric energy fed into the grid since installation.
    EnergyExportTotal = "energy_export_total", KILOWATT_HOUR, Total, Some((0.0, 1e9)), "Eingespeiste Energie (Zählerstand)", "Energy fed in (running total)";
    /// Heat since installation.
    HeatTotal = "heat_total", KILOWATT_HOUR, Total, Some((0.0, 1e9)), "Wärme (Zählerstand)", "Heat (running total)";
    /// Water since installation.
    WaterVolumeTotal = "water_volume_total", CUBIC_METRE, Total, Some((0.0, 1e9)), "Wasser (Zählerstand)", "Water (running total)";
    /// Gas since installation.
    GasVolumeTotal = "gas_volume_total", CUBIC_METRE, Total, Some((0.0, 1e9)), "Gas (Zählerstand)", "Gas (running total)";
    /// Flow of a liquid.
    FlowRate = "flow_rate", CUBIC_METRE_PER_HOUR, Mean, Some((-1e6, 1e6)), "Durchfluss", "Flow";
    /// Temperature of a medium on its way to the consumer.
    FlowTemperature = "flow_temperature", CELSIUS, Mean, Some((-50.0, 250.0)), "Vorlauftemperatur", "Flow temperature";
    /// Temperature of a medium on its way back.
    ReturnTemperature = "return_temperature", CELSIUS, Mean, Some((-50.0, 250.0)), "Rücklauftemperatur", "Return temperature";
    /// Frequency.
    Frequency = "frequency", HERTZ, Mean, None, "Frequenz", "Frequency";
    /// A share.
    Percentage = "percentage", PERCENT, Mean, Some((0.0, 100.0)), "Anteil", "Percentage";
    /// Concentration of a substance the device does not name.
    Concentration = "concentration", PARTS_PER_MILLION, Mean, None, "Konzentration", "Concentration";
    /// A direction that is no wind.
    Direction = "direction", DEGREE, VectorMean, Some((0.0, 360.0)), "Richtung", "Direction";
    /// Acceleration along an axis.
    Acceleration = "acceleration", STANDARD_GRAVITY, Mean, Some((-50.0, 50.0)), "Beschleunigung", "Acceleration";
    /// How much longer a part of a structure has become, against its length.
    Strain = "strain", MICROMETRE_PER_METRE, Mean, Some((-50_000.0, 50_000.0)), "Dehnung", "Strain";
    /// Rotation about an axis.
    RotationRate = "rotation_rate", DEGREE_PER_SECOND, Mean, None, "Drehrate", "Rotation rate";
    /// Latitude the device reports.
    Latitude = "latitude", DEGREE, Mean, Some((-90.0, 90.0)), "Geografische Breite", "Latitude";
    /// Longitude the device reports.
    Longitude = "longitude", DEGREE, Mean, Some((-180.0, 180.0)), "Geografische Länge", "Longitude";
    /// Altitude the device reports.
    Altitude = "altitude", METRE, Mean, Some((-500.0, 10_000.0)), "Höhe", "Altitude";
    /// Inclination of the housing.
    Tilt = "tilt", DEGREE, Mean, Some((-180.0, 180.0)), "Neigung", "Tilt";
    /// Heading of the housing's compass.
    CompassHeading = "compass_heading", DEGREE, VectorMean, Some((0.0, 360.0)), "Kompasskurs", "Compass heading";
    /// Temperature inside the housing.
    DeviceTemperature = "device_temperature", CELSIUS, Mean, Some((-50.0, 100.0)), "Gerätetemperatur", "Device temperature";
    /// Voltage of battery or supply.
    BatteryVoltage = "battery_voltage", VOLT, Mean, Some((0.0, 60.0)), "Batteriespannung", "Battery voltage";
    /// Charge of the battery.
    BatteryLevel = "battery_level", PERCENT, Mean, Some((0.0, 100.0)), "Batterieladung", "Battery level";
    /// Power of the device's solar panel.
    SolarPanelPower = "solar_panel_power", WATT, Mean, Some((0.0, 1000.0)), "Leistung des Solarpanels", "Solar panel power";
}

/// What somebody is interested in: groups properties on maps and in lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Theme {
    /// Bicycle counts.
    Bicycle,
    /// Motor traffic and people.
    Traffic,
    /// Weather and air.
    Weather,
    /// The devices themselves: battery, housing.
    Device,
    /// Anything else.
    Other,
}

/// A text that names no observed property.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no observed property")]
pub struct UnknownProperty(pub Truncated);

impl ObservedProperty {
    /// Stable key, as stored and as served: `air_temperature`.
    pub fn key(self) -> &'static str {
        self.definition().key
    }

    /// The one unit of its values.
    pub fn unit(self) -> Unit {
        self.definition().unit
    }

    /// How its observations become a bucket.
    pub fn aggregation(self) -> Aggregation {
        self.definition().aggregation
    }

    /// Smallest and largest plausible value, both inclusive.
    pub fn plausible(self) -> Option<(f64, f64)> {
        self.definition().plausible
    }

    /// Name for people.
    pub fn name(self, lang: Lang) -> &'static str {
        match lang {
            Lang::De => self.definition().de,
            Lang::En => self.definition().en,
        }
    }

    /// The group it is shown in.
    pub fn theme(self) -> Theme {
        use ObservedProperty as P;
        match self {
            P::BicycleCount | P::BicycleTotal | P::BicycleSpeed => Theme::Bicycle,
            P::CarCount
            | P::CarTotal
            | P::LorryCount
            | P::LorryTotal
            | P::PersonCount
            | P::PersonTotal
            | P::PersonPresence
            | P::WifiDeviceCount
            | P::BluetoothDeviceCount
            | P::ObjectCount
            | P::ObjectTotal
            | P::CarSpeed
            | P::LorrySpeed
            | P::PersonSpeed
            | P::ObjectSpeed => Theme::Traffic,
            P::BatteryLevel
            | P::BatteryVoltage
            | P::SolarPanelPower
            | P::DeviceTemperature
            | P::Tilt
            | P::CompassHeading => Theme::Device,
            property if property >= P::AirTemperature && property <= P::SnowDepth => Theme::Weather,
            _ => Theme::Other,
        }
    }
}

impl FromStr for ObservedProperty {
    type Err = UnknownProperty;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|property| property.key() == s)
            .ok_or_else(|| UnknownProperty(Truncated::new(s)))
    }
}

impl fmt::Display for ObservedProperty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn keys_are_unique_and_read_back() {
        let keys: HashSet<_> = ObservedProperty::ALL.iter().map(|property| property.key()).collect();
        assert_eq!(keys.len(), ObservedProperty::ALL.len());
        for property in ObservedProperty::ALL {
            assert_eq!(property.key().parse(), Ok(*property));
        }
    }

    #[test]
    fn noise_belongs_to_the_weather_and_battery_to_the_device() {
        assert_eq!(ObservedProperty::SoundLevel.theme(), Theme::Weather);
        assert_eq!(ObservedProperty::BatteryLevel.theme(), Theme::Device);
        assert_eq!(ObservedProperty::Distance.theme(), Theme::Other);
    }
}
