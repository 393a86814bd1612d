//! Things and the devices mounted on them.

use std::collections::HashMap;

use domain::{Channel, DevEui, DeviceId, Params, Position, ThingId};
use jiff::{SignedDuration, Timestamp};

/// What the city owns: a counting site, a weather station.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// Row identity.
    pub id: ThingId,
    /// Public key in URLs, made from the name: `pophankenweg`. Never changes.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// A sentence for people; may be empty.
    pub description: String,
    /// Where it stands.
    pub position: Option<Position>,
    /// Names of channels: `ltr` is "stadteinwärts".
    pub channel_names: Vec<(Channel, String)>,
    /// Reporting interval of its devices: the shortest of those mounted now.
    pub expected_interval: SignedDuration,
    /// When any of its devices was last heard.
    pub last_heard_at: Option<Timestamp>,
}

/// One radio device on its Thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// Row identity.
    pub id: DeviceId,
    /// Its LoRaWAN identity.
    pub dev_eui: DevEui,
    /// The Thing it is mounted on.
    pub thing: ThingId,
    /// The Thing's name.
    pub thing_name: String,
    /// Profile id; it need not have a decoder yet.
    pub profile: String,
    /// Settings of the profile.
    pub params: Params,
    /// How often it should report.
    pub expected_interval: SignedDuration,
    /// Mounted since; `None` for always.
    pub since: Option<Timestamp>,
    /// Mounted until; `None` for still.
    pub until: Option<Timestamp>,
}

/// A device as an operator writes it down.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDevice {
    /// Its LoRaWAN identity.
    pub dev_eui: DevEui,
    /// Profile id.
    pub profile: String,
    /// Settings of the profile. `None` leaves them as they are; for a new device, or one with a new profile, it means
    /// none.
    pub params: Option<Params>,
    /// How often it should report.
    pub expected_interval: Interval,
    /// Mounted since. `None` leaves it as it is; for a new device, or one new on its Thing, it means always.
    pub since: Option<Timestamp>,
    /// Name of the Thing; an existing Thing of that name gets the device.
    pub thing_name: String,
    /// A sentence for people.
    pub description: String,
    /// Where the Thing stands.
    pub position: Option<Position>,
    /// Names of channels.
    pub channel_names: Vec<(Channel, String)>,
}

/// How often a device should report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// As the operator says.
    Given(SignedDuration),
    /// As devices of its profile usually do; leaves that of a known device as it is.
    Usual(SignedDuration),
}

/// What an import changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Devices that are new.
    pub n_created: usize,
    /// Devices whose settings changed.
    pub n_updated: usize,
    /// Devices that were already so.
    pub n_unchanged: usize,
}

/// All devices at one moment.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    /// Changes whenever a device does.
    pub version: u64,
    /// By identity.
    pub devices: HashMap<DevEui, Device>,
}

/// The public key of a Thing of this name: lower-case letters, digits and single hyphens.
pub(crate) fn key_of(name: &str) -> String {
    let mut key = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => key.push_str("ae"),
            'ö' => key.push_str("oe"),
            'ü' => key.push_str("ue"),
            'ß' => key.push_str("ss"),
            'a'..='z' | '0'..='9' => key.push(c),
            _ if !key.is_empty() && !key.ends_with('-') => key.push('-'),
            _ => {}
        }
    }
    let key = key.trim_end_matches('-');
    if key.is_empty() { "thing".to_owned() } else { key.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_name_in_plain_letters() {
        assert_eq!(key_of("Pophankenweg"), "pophankenweg");
        assert_eq!(key_of("Zählstelle Große Straße / Süd"), "zaehlstelle-grosse-strasse-sued");
        assert_eq!(key_of("  (Brücke 3) "), "bruecke-3");
        assert_eq!(key_of("☂"), "thing");
    }
}
