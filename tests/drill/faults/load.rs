//! What is published: the simulated city's uplinks, with everything that goes wrong at a network server.

use std::collections::BTreeMap;

use domain::TimeRange;
use firmware_sim::{Observed, RadioConditions, Scenario, SimDevice, Simulator};
use sha2::{Digest as _, Sha256};

use super::seed::Seed;

/// Which messages, each time the same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// Distinct messages; redeliveries come on top.
    pub(crate) n: usize,
    pub(crate) n_devices: usize,
    pub(crate) seed: u64,
    /// Messages of a thousand that nobody can decode.
    pub(crate) poison_per_mille: u64,
    /// Others are left out.
    pub(crate) is_wanted: fn(&Uplink) -> bool,
}

/// The delivery identity of a message, without the time that precedes it in the store.
pub(crate) type EventKey = [u8; 16];

/// A frame of a device: DevEUI and frame counter. The load lies within one session of each device.
pub(crate) type Frame = (u64, u32);

/// One message to publish.
#[derive(Debug, Clone)]
pub(crate) struct Uplink {
    pub(crate) topic: String,
    pub(crate) payload: Vec<u8>,
    pub(crate) event: EventKey,
    /// The frame to be measured; `None` if the message belongs into quarantine.
    pub(crate) frame: Option<Frame>,
    /// What the frame says, by the simulator's own account.
    pub(crate) observed: Vec<Observed>,
}

impl Uplink {
    /// The line of the publisher's ledger.
    pub(crate) fn ledger_line(&self) -> String {
        let event = hex::encode(self.event);
        match self.frame {
            Some((dev_eui, f_cnt)) => format!("{event} {dev_eui} {f_cnt}\n"),
            None => format!("{event}\n"),
        }
    }
}

impl Load {
    /// Like a bad day of a city: of a thousand messages 50 come as second copies of a frame, 30 are delivered again, 20 out of
    /// order, 10 late, 5 are poison, 2 above 10 KiB, and every tenth device is unknown.
    pub(crate) const fn new(n: usize, n_devices: usize, seed: u64) -> Self {
        Self { n, n_devices, seed, poison_per_mille: 5, is_wanted: |_| true }
    }

    fn scenario(&self) -> Scenario {
        let radio = RadioConditions { loss: 0.01, duplicates: 0.05, late: 0.005 };
        Scenario::fleet(self.n_devices).with_radio(radio)
    }

    /// The devices that are provisioned.
    pub(crate) fn known_devices(&self) -> Vec<SimDevice> {
        let is_known = |(n, _): &(usize, SimDevice)| !is_unknown(*n);
        let devices = self.scenario().devices().to_vec();
        devices.into_iter().enumerate().filter(is_known).map(|(_, device)| device).collect()
    }

    /// Hands the messages, in the order of publication, to somebody.
    pub(crate) fn give<T>(&self, take: impl FnOnce(&mut dyn Iterator<Item = Uplink>) -> T) -> T {
        let scenario = self.scenario();
        let unknown: Vec<u64> = scenario
            .devices()
            .iter()
            .enumerate()
            .filter(|(n, _)| is_unknown(*n))
            .map(|(_, device)| number(&device.dev_eui.to_string()))
            .collect();
        let range =
            TimeRange::new("2026-05-04T00:00:00Z".parse().unwrap(), "2026-05-25T00:00:00Z".parse().unwrap());
        let mut simulator = Simulator::new(scenario, self.seed);
        let mut seed = Seed::new(self.seed);
        let poison_per_mille = self.poison_per_mille;
        let uplinks = simulator
            .messages(range.unwrap())
            .filter_map(|message| Some((message.topic, message.payload, message.truth?)))
            .take(self.n)
            .map(|(topic, payload, truth)| {
                let dev_eui = number(&truth.dev_eui.to_string());
                let frame = (!unknown.contains(&dev_eui)).then_some((dev_eui, truth.f_cnt.0));
                let event = event_of(dev_eui, &payload);
                let uplink = Uplink { event, topic, payload, frame, observed: truth.observed };
                if seed.per_mille(poison_per_mille) {
                    poisoned(uplink, &mut seed)
                } else if seed.per_mille(2) {
                    enlarged(uplink, 10 * 1024 + seed.index(10 * 1024))
                } else {
                    uplink
                }
            });
        take(&mut Disordered::new(uplinks, Seed::new(self.seed ^ 1)).filter(self.is_wanted))
    }
}

fn is_unknown(n: usize) -> bool {
    n % 10 == 9
}

/// Sixteen hexadecimal digits.
fn number(dev_eui: &str) -> u64 {
    u64::from_str_radix(dev_eui, 16).unwrap()
}

/// Makes a message unreadable, each in its own way.
fn poisoned(uplink: Uplink, seed: &mut Seed) -> Uplink {
    let Uplink { topic, mut payload, event, observed, .. } = uplink;
    if seed.per_mille(500) {
        // Cut off: no JSON, so the message has no identity but its bytes.
        payload.truncate(payload.len() / 2 + seed.index(payload.len() / 4));
        let event = event_of_bytes(&topic, &payload);
        return Uplink { topic, payload, event, frame: None, observed };
    }
    // A payload that no decoder takes.
    let text = String::from_utf8(payload).unwrap();
    let data = text.find("\"data\":\"").unwrap() + 8;
    let end = data + text[data..].find('"').unwrap();
    let payload = format!("{}/w=={}", &text[..data], &text[end..]).into_bytes();
    Uplink { topic, payload, event, frame: None, observed }
}

/// A message of many more bytes with the same meaning.
pub(crate) fn enlarged(uplink: Uplink, n_bytes: usize) -> Uplink {
    let text = String::from_utf8(uplink.payload).unwrap();
    let body = text.trim_end().strip_suffix('}').unwrap();
    let rest = n_bytes.saturating_sub(body.len() + ",\"object\":{\"note\":\"\"}}".len());
    let payload = format!("{body},\"object\":{{\"note\":\"{}\"}}}}", "x".repeat(rest)).into_bytes();
    Uplink { payload, ..uplink }
}

/// As documented: SHA-256 over length-preceded parts, of which the store keeps sixteen bytes.
fn event_of(dev_eui: u64, payload: &[u8]) -> EventKey {
    let json: serde_json::Value = serde_json::from_slice(payload).unwrap();
    let id = json["deduplicationId"].as_str().unwrap().to_lowercase();
    digest(&[b"chirpstack", &dev_eui.to_be_bytes(), id.as_bytes()])
}

/// A message that names no identity is known by source, topic and bytes.
pub(crate) fn event_of_bytes(topic: &str, payload: &[u8]) -> EventKey {
    digest(&[b"raw", b"city", topic.as_bytes(), &Sha256::digest(payload)])
}

fn digest(parts: &[&[u8]]) -> EventKey {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize()[..16].try_into().unwrap()
}

/// Delivers some messages again, some a little later, some at the very end.
struct Disordered<I> {
    uplinks: I,
    seed: Seed,
    n: usize,
    /// Held back until so many have been taken.
    due: BTreeMap<usize, Vec<Uplink>>,
}

impl<I> Disordered<I> {
    fn new(uplinks: I, seed: Seed) -> Self {
        Self { uplinks, seed, n: 0, due: BTreeMap::new() }
    }

    fn later(&mut self, by: usize, uplink: Uplink) {
        self.due.entry(self.n.saturating_add(by)).or_default().push(uplink);
    }
}

impl<I: Iterator<Item = Uplink>> Iterator for Disordered<I> {
    type Item = Uplink;

    fn next(&mut self) -> Option<Uplink> {
        loop {
            if let Some(mut entry) = self.due.first_entry()
                && *entry.key() <= self.n
            {
                if let Some(uplink) = entry.get_mut().pop() {
                    return Some(uplink);
                }
                entry.remove();
                continue;
            }
            let Some(uplink) = self.uplinks.next() else {
                // The end: whatever is still held back, in its order.
                self.n = *self.due.keys().next()?;
                continue;
            };
            self.n += 1;
            if self.seed.per_mille(10) {
                self.later(usize::MAX, uplink);
            } else if self.seed.per_mille(20) {
                let by = 1 + self.seed.index(50);
                self.later(by, uplink);
            } else {
                if self.seed.per_mille(30) {
                    let by = self.seed.index(1000);
                    self.later(by, uplink.clone());
                }
                return Some(uplink);
            }
        }
    }
}
