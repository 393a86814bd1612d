//! The names behind the numbers of a device id frame.
//!
//! Source: docs.pmx.systems, TCR LoRaWAN payload description, section on the device id.

const DEVICE_TYPES: [&str; 16] = [
    "TCR-LS", "TCR-LSS", "TCR-HS", "TCR-HSS", "TCR-LSA", "TCR-LSB", "TCR-HSA", "TCR-HSB", "TCR-LSBS",
    "TCR-HSBS", "TCR-DLI", "TCR-DLE", "TCR-SLI", "TCR-SLE", "PCR2-OD", "PCR2-ODS",
];

pub(in crate::vendor) fn device_type(number: u8) -> String {
    name(&DEVICE_TYPES, number)
}

pub(super) fn feature_level(number: u8) -> String {
    name(&["basic", "advanced", "pro"], number)
}

pub(in crate::vendor) fn speed_class(number: u8) -> String {
    name(&["P", "LS", "HS"], number)
}

/// Major and minor number share a byte.
pub(in crate::vendor) fn version(major_minor: u8, patch: u8) -> String {
    format!("{}.{}.{patch}", major_minor >> 4, major_minor & 15)
}

/// A number without a name stays a number.
fn name(names: &[&str], number: u8) -> String {
    names.get(usize::from(number)).map_or_else(|| number.to_string(), |name| (*name).to_owned())
}
