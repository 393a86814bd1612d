//! What is published: ChirpStack JSON of weather stations, eight values each.

use std::fmt::Write as _;

use domain::{Clock, DevEui, SystemClock};
use jiff::{SignedDuration, Timestamp};
use store::{Interval, NewDevice};

/// Devices of the fleet.
pub(crate) const DEVICES: usize = 2_000;

/// Values of an uplink: a Decentlab DL-ATM22 frame without its battery block.
pub(crate) const VALUES: usize = 8;

const FIRST_DEV_EUI: u64 = 0x70b3_d57e_d006_0000;
const INTERVAL: SignedDuration = SignedDuration::from_mins(10);

/// Messages ready to be sent.
#[derive(Debug)]
pub(crate) struct Load {
    messages: Vec<(String, String)>,
}

impl Load {
    /// `n` uplinks, all devices in turn, ten minutes between two of the same device, the last ones now.
    pub(crate) fn new(n: usize) -> Self {
        let n_ticks = n.div_ceil(DEVICES);
        let now = SystemClock.now();
        let message = |i: usize| {
            let (tick, device) = (i / DEVICES, i % DEVICES);
            let age = INTERVAL * i32::try_from(n_ticks - tick).unwrap();
            uplink(device, tick, now - age)
        };
        Self { messages: (0..n).map(message).collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(crate) fn mean_bytes(&self) -> usize {
        self.messages.iter().map(|(_, payload)| payload.len()).sum::<usize>() / self.len()
    }

    /// Topic and payload of each message, in order.
    pub(crate) fn messages(&self) -> &[(String, String)] {
        &self.messages
    }
}

/// The fleet as an operator would import it.
pub(crate) fn devices(profile: &str) -> Vec<NewDevice> {
    let device = |n: usize| NewDevice {
        dev_eui: dev_eui(n),
        profile: profile.to_owned(),
        params: None,
        expected_interval: Interval::Given(INTERVAL),
        since: None,
        thing_name: format!("Station {n}"),
        description: String::new(),
        position: None,
        channel_names: Vec::new(),
    };
    (0..DEVICES).map(device).collect()
}

fn dev_eui(n: usize) -> DevEui {
    DevEui::try_from(FIRST_DEV_EUI + u64::try_from(n).unwrap()).unwrap()
}

/// Protocol 2, device id, flags 1, then eight words: wind, direction, gust, temperature, two angles, two components.
fn payload(device: usize, tick: usize) -> [u8; 21] {
    let step = |n: usize, width: usize| u16::try_from((device * 7 + tick * 13 + n) % width).unwrap();
    let words = [
        32_768 + step(0, 1_500),
        32_768 + step(1, 3_600),
        32_768 + step(2, 2_500),
        32_768 + step(3, 300),
        32_768 + step(4, 20),
        32_768 + step(5, 20),
        32_768 + step(6, 1_000),
        32_768 + step(7, 1_000),
    ];
    let mut bytes = [0; 21];
    bytes[0] = 2;
    bytes[1..3].copy_from_slice(&u16::try_from(device).unwrap().to_be_bytes());
    bytes[4] = 1;
    for (slot, word) in bytes[5..].chunks_exact_mut(2).zip(words) {
        slot.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

fn uplink(device: usize, tick: usize, at: Timestamp) -> (String, String) {
    let (eui, application) = (dev_eui(device), "17c82e96-be03-4f38-aef3-f83d48582d97");
    let at = at + SignedDuration::from_millis(i64::try_from(device).unwrap() * 3);
    let mut json = String::with_capacity(1_400);
    write!(
        json,
        concat!(
            r#"{{"deduplicationId":"{:08x}-0000-4000-8000-{:012x}","time":"{}","deviceInfo":{{"#,
            r#""tenantId":"52f14cd4-c6f1-4fbd-8f87-4025e1d49242","tenantName":"City","applicationId":"{}","#,
            r#""applicationName":"weather","deviceProfileId":"14855bf7-d10d-4aee-b618-ebfcb64dc7ad","#,
            r#""deviceProfileName":"DL-ATM22","deviceName":"Station {}","devEui":"{}","deviceClassEnabled":"CLASS_A","#,
            r#""tags":{{"district":"north"}}}},"devAddr":"26{:06x}","adr":true,"dr":5,"fCnt":{},"fPort":1,"#,
            r#""confirmed":false,"data":"{}","object":{{"temperature":21.4,"wind":{{"speed":3.05,"gust":6.1}}}},"#,
            r#""rxInfo":[{{"gatewayId":"0016c001f153a14c","uplinkId":4217106255,"gwTime":"{}","nsTime":"{}","#,
            r#""rssi":-87,"snr":8.25,"channel":3,"rfChain":1,"location":{{"latitude":53.137154,"longitude":8.176124,"#,
            r#""altitude":20.0}},"context":"E3OWOQ==","metadata":{{"region_config_id":"eu868"}},"crcStatus":"CRC_OK"}},"#,
            r#"{{"gatewayId":"0016c001f1500812","uplinkId":991,"nsTime":"{}","rssi":-112,"snr":-4.5,"context":"AQIDBA==","#,
            r#""crcStatus":"CRC_OK"}}],"txInfo":{{"frequency":867100000,"modulation":{{"lora":{{"bandwidth":125000,"#,
            r#""spreadingFactor":7,"codeRate":"CR_4_5"}}}}}},"regionConfigId":"eu868"}}"#
        ),
        tick,
        device,
        at,
        application,
        device,
        eui,
        device,
        tick,
        base64(&payload(device, tick)),
        at,
        at,
        at,
    )
    .unwrap();
    (format!("application/{application}/device/{eui}/event/up"), json)
}

/// 21 bytes make 28 characters without padding, so a few lines are enough.
fn base64(bytes: &[u8; 21]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |n: u32| char::from(DIGITS[usize::try_from(n & 63).unwrap()]);
    let groups = bytes.chunks_exact(3).map(|group| u32::from_be_bytes([0, group[0], group[1], group[2]]));
    groups.flat_map(|n| [digit(n >> 18), digit(n >> 12), digit(n >> 6), digit(n)]).collect()
}
