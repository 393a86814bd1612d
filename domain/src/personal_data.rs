//! What the single values of a property may say about a person.

use crate::ObservedProperty;

/// A class of personal data, for how long single values are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonalData {
    /// Weather, the state of a device, motor traffic that passes: nothing about anybody.
    None,
    /// A single value can mean one person, who may be known to whoever knows the place: the one who walked by at night, the
    /// one whose parking bay or room it is, the household behind a meter. Sums and means over time say far less.
    AggregateOnly,
}

impl ObservedProperty {
    /// What its single values may say about a person. The same property can be harmless at one place (a pulse counter in a
    /// bicycle path) and not at another (on a water meter): what depends on the place is for the operator to say.
    pub const fn personal_data(self) -> PersonalData {
        use ObservedProperty as P;
        match self {
            P::PersonCount
            | P::PersonTotal
            | P::PersonSpeed
            | P::PersonPresence
            | P::WifiDeviceCount
            | P::BluetoothDeviceCount
            | P::MotionCount
            | P::Occupancy
            | P::ContactOpen
            | P::EnergyTotal
            | P::EnergyExportTotal
            | P::HeatTotal
            | P::WaterVolumeTotal
            | P::GasVolumeTotal
            | P::FlowRate
            | P::Power
            | P::Latitude
            | P::Longitude => PersonalData::AggregateOnly,
            _ => PersonalData::None,
        }
    }
}
