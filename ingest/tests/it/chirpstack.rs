//! Messages of a simulated ChirpStack.

use base64::Engine as _;
use jiff::{SignedDuration, Timestamp};

use crate::harness::NOW;

pub(crate) const EUI: &str = "70b3d57ed0000203";
pub(crate) const OTHER_EUI: &str = "70b3d57ed0000204";

pub(crate) fn topic(eui: &str) -> String {
    format!("application/17c82e96-be03-4f38-aef3-f83d48582d97/device/{eui}/event/up")
}

/// One uplink of a Cayenne LPP thermometer; frame `n` reads `n` tenths of a degree and comes `n` seconds
/// after an hour ago.
pub(crate) fn uplink(eui: &str, n: u16) -> (String, Vec<u8>) {
    (topic(eui), body(eui, n, ""))
}

/// The same with some more text in a field nobody reads.
pub(crate) fn uplink_of_size(eui: &str, n: u16, n_bytes: usize) -> (String, Vec<u8>) {
    let bare = body(eui, n, "").len();
    (topic(eui), body(eui, n, &"x".repeat(n_bytes - bare)))
}

/// Frames `from` to `to`, the last excluded.
pub(crate) fn uplinks(eui: &str, frames: std::ops::Range<u16>) -> Vec<(String, Vec<u8>)> {
    frames.map(|n| uplink(eui, n)).collect()
}

pub(crate) fn body(eui: &str, n: u16, padding: &str) -> Vec<u8> {
    let time = NOW.parse::<Timestamp>().unwrap() - SignedDuration::from_secs(3600 - i64::from(n));
    // Cayenne LPP: channel 1, type 0x67 temperature, tenths of a degree.
    let [high, low] = n.to_be_bytes();
    let data = base64::engine::general_purpose::STANDARD.encode([0x01, 0x67, high, low]);
    format!(
        r#"{{"deduplicationId":"{eui}-{n}","time":"{time}","deviceInfo":{{"deviceName":"t","devEui":"{eui}"}},"devAddr":"00189440","fCnt":{n},"fPort":1,"data":"{data}","object":{{"x":"{padding}"}},"rxInfo":[]}}"#
    )
    .into_bytes()
}

/// What is stored of these frames, as `City::temperatures` gives it.
pub(crate) fn temperatures(frames: std::ops::Range<u16>) -> Vec<i64> {
    frames.map(i64::from).collect()
}
