//! Real counts as the uplinks of a bicycle counter.
//!
//! [`muenster()`] reads the quarter-hourly counts Stadt Münster publishes (dl-de/by-2-0) and yields what a counter
//! at that site would have sent. Rows that are not in the file are not sent: outages stay outages.

mod muenster;

use domain::{Channel, FCnt, ObservedProperty as P, Params, Position, Value};
use jiff::{SignedDuration, Timestamp, civil::Date};
use rand::{Rng, RngCore};

pub use self::muenster::{ReplayError, muenster};
use crate::{
    Message, NetworkServer, Observed, SimDevice, Truth,
    device::{
        Model,
        cpl01::Cpl01,
        moment::Passed,
        pmx_tcr::{Counter, Ports},
    },
    network_server::{DEDUPLICATION, Entropy, Received, Registration, SessionKeys},
    radio::{FrameId, Gateway, links, receive},
    rng::{Purpose, stream},
    scenario::Power,
};

/// Which counter sends the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayKind {
    /// `pmx/tcr` with bicycles in category 1: interval counts of both directions, the file's two channels.
    Interval,
    /// `dragino/cpl01` behind a loop: the running total of the whole site. After every gap in the file it also
    /// sends when it comes back, so that its next difference covers one quarter-hour only.
    RunningTotal,
}

/// How the counts travel.
#[derive(Clone, Copy, Debug)]
pub struct ReplayOptions {
    /// Which counter sends them.
    pub kind: ReplayKind,
    /// Seed of everything random.
    pub seed: u64,
    /// Share of uplinks the network server publishes a second time under another id, within ten minutes.
    pub duplicates: f64,
    /// Share of messages delivered a second time as they are, within an hour.
    pub redelivered: f64,
    /// Every message is delayed by a random time up to this one, so that later ones overtake it.
    pub shuffle: SignedDuration,
}

impl ReplayOptions {
    /// Every row once and in order.
    pub fn new(kind: ReplayKind) -> Self {
        Self { kind, seed: 0, duplicates: 0.0, redelivered: 0.0, shuffle: SignedDuration::ZERO }
    }
}

/// The uplinks of one site, ready to be sent.
#[derive(Debug)]
pub struct Replay {
    device: SimDevice,
    registration: Registration,
    options: ReplayOptions,
    uplinks: Vec<Counted>,
    day_sums: Vec<(Date, u64)>,
    n_rows_skipped: usize,
}

/// What the counter knows when it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counted {
    /// End of the quarter-hour; the start of one for a counter that comes back.
    at: Timestamp,
    /// Bicycles of the first and the second channel during the quarter-hour.
    channels: (u16, u16),
    /// Bicycles since the file's first row, whole site.
    total: u64,
}

/// The gateway of a replayed site.
static GATEWAYS: [Gateway; 1] =
    [Gateway { id: "0016c001f1500201", name: "stadthaus", place: (51.9597, 7.6262, 62.0), has_gps: true }];

/// A message that will be published. The order of the fields is the order of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Delivery {
    at: Timestamp,
    index: usize,
    /// Whether the network server processed the frame a second time.
    second_pass: bool,
    /// Whether these very bytes were delivered before.
    redelivered: bool,
    /// When the first publication of these very bytes was due.
    published_at: Timestamp,
}

impl Replay {
    /// The counter, as an operator would register it.
    pub fn device(&self) -> &SimDevice {
        &self.device
    }

    /// Bicycles per local date of the file's rows, for all dates that have rows: what storing every uplink once
    /// must give. A row of 23:45 belongs to the date it begins on.
    pub fn day_sums(&self) -> Vec<(Date, u64)> {
        self.day_sums.clone()
    }

    /// Rows left out because a count they need is missing.
    pub fn n_rows_skipped(&self) -> usize {
        self.n_rows_skipped
    }

    /// Number of different uplinks, without second deliveries.
    pub fn n_uplinks(&self) -> usize {
        self.uplinks.len()
    }

    /// The messages in the order of their delivery, beginning with the counter's join.
    pub fn messages(&self) -> impl Iterator<Item = Message> + '_ {
        let mut deliveries: Vec<Delivery> = Vec::with_capacity(self.uplinks.len());
        for (index, counted) in self.uplinks.iter().enumerate() {
            self.deliver(index, *counted, &mut deliveries);
        }
        deliveries.sort_unstable();
        let join = self.uplinks.first().map(|first| self.join(first.at));
        join.into_iter().chain(deliveries.into_iter().map(|delivery| self.render(delivery)))
    }

    fn deliver(&self, index: usize, counted: Counted, deliveries: &mut Vec<Delivery>) {
        let ReplayOptions { seed, duplicates, redelivered, shuffle, .. } = self.options;
        let mut rng = stream(seed, Purpose::Replay, 0, index as u64);
        let twice = rng.random::<f64>() < duplicates;
        let again = rng.random::<f64>() < redelivered;
        let shuffle = shuffle.as_millis().max(0);
        let mut overtaken = || {
            let delay = rng.random_range(0..=shuffle);
            SignedDuration::from_millis(i64::try_from(delay).unwrap_or(i64::MAX))
        };
        let published_at = counted.at + SignedDuration::from_secs(4) + DEDUPLICATION;
        let first = Delivery {
            at: published_at + overtaken(),
            index,
            second_pass: false,
            redelivered: false,
            published_at,
        };
        deliveries.push(first);
        let rest = overtaken();
        if twice {
            let published_at = published_at + SignedDuration::from_millis(rng.random_range(600..=590_000));
            let at = published_at + rest;
            deliveries.push(Delivery { at, second_pass: true, published_at, ..first });
        }
        if again {
            let at = first.at + SignedDuration::from_millis(rng.random_range(1_000..=3_600_000));
            deliveries.push(Delivery { at, redelivered: true, ..first });
        }
    }

    fn join(&self, at: Timestamp) -> Message {
        let at = at - SignedDuration::from_secs(30);
        let keys = self.keys();
        let entropy = self.entropy(usize::MAX, false);
        let payload = NetworkServer::ChirpStack.join(&self.registration, keys, at, entropy);
        Message { at, topic: self.registration.join_topic.clone(), payload, truth: None }
    }

    fn render(&self, Delivery { at, index, second_pass, redelivered, published_at }: Delivery) -> Message {
        let counted = self.uplinks[index];
        let (f_port, application_payload, observed) = self.encode(counted);
        // The counter sent nothing before: the first uplink has counter 0.
        let f_cnt = FCnt(u32::try_from(index).unwrap_or(u32::MAX));
        let id = FrameId { device: 0, tick: index as u64, slot: 0 };
        let reception = receive(self.options.seed, id, &links(&GATEWAYS, self.device.position), false);
        let payload = NetworkServer::ChirpStack.uplink(&Received {
            device: &self.registration,
            gateways: &GATEWAYS,
            reception: &reception,
            session: self.keys(),
            f_cnt,
            f_port,
            payload: &application_payload,
            heard_at: counted.at + SignedDuration::from_secs(4),
            served_at: published_at - DEDUPLICATION,
            published_at,
            entropy: self.entropy(index, second_pass),
        });
        let truth = Truth {
            dev_eui: self.device.dev_eui,
            f_cnt,
            f_port,
            session: 0,
            measured_at: counted.at,
            is_duplicate: second_pass || redelivered,
            payload: application_payload,
            observed,
        };
        Message { at, topic: self.registration.up_topic.clone(), payload, truth: Some(truth) }
    }

    fn encode(&self, counted: Counted) -> (u8, Vec<u8>, Vec<Observed>) {
        let observed = |property, channel: &str, value: f64| Observed {
            property,
            channel: channel.parse().unwrap_or(Channel::MAIN),
            value: Value::from(value),
        };
        match self.options.kind {
            ReplayKind::Interval => {
                let clock = jiff::tz::TimeZone::UTC.to_datetime(counted.at).time();
                let unsigned = |n: i8| u8::try_from(n).unwrap_or(0);
                // The file has no speeds; a plausible one where something passed.
                let passed = |count| Passed { count, speed: if count > 0 { 18 } else { 0 } };
                let (first, second) = counted.channels;
                let counter = Counter {
                    clock: (unsigned(clock.hour()), unsigned(clock.minute())),
                    left_to_right: passed(first),
                    right_to_left: passed(second),
                    supply: 50,
                };
                let counts = vec![
                    observed(P::BicycleCount, "ltr", first.into()),
                    observed(P::BicycleCount, "rtl", second.into()),
                ];
                (14, counter.payload(), counts)
            }
            ReplayKind::RunningTotal => {
                let cpl01 = Cpl01 {
                    flag: 0,
                    alarm: false,
                    open: true,
                    pulses: counted.total,
                    last_open: 0,
                    time: u32::try_from(counted.at.as_second()).unwrap_or(0),
                };
                (2, cpl01.payload(), vec![observed(P::BicycleTotal, "", (counted.total % (1 << 24)) as f64)])
            }
        }
    }

    fn keys(&self) -> SessionKeys {
        let mut rng = stream(self.options.seed, Purpose::Session, self.device.dev_eui.to_u64(), 0);
        let mut key_id = [0; 16];
        rng.fill_bytes(&mut key_id);
        SessionKeys { dev_addr: rng.next_u32() >> 7, key_id }
    }

    fn entropy(&self, index: usize, second_pass: bool) -> Entropy {
        let who = 1 + u64::from(second_pass) + 4 * (self.device.dev_eui.to_u64() & 0xffff_ffff);
        let mut rng = stream(self.options.seed, Purpose::Replay, who, index as u64);
        let mut uuid = [0; 16];
        rng.fill_bytes(&mut uuid);
        Entropy { uuid, word: rng.next_u64() }
    }
}

/// A counter at a site of the file.
fn counter(kind: ReplayKind, site: &muenster::Site) -> SimDevice {
    let (block, model, params): (u64, _, Vec<(&str, String)>) = match kind {
        ReplayKind::Interval => (
            0x70b3_d57e_0000_0000,
            Model::PmxTcr(Ports { unfiltered: false, categories: 1 }),
            vec![
                ("cat1", "bicycle".to_owned()),
                ("ltr_name", site.channels.0.clone()),
                ("rtl_name", site.channels.1.clone()),
            ],
        ),
        ReplayKind::RunningTotal => {
            (0x70b3_d57f_0000_0000, Model::Cpl01, vec![("counts", "bicycle".to_owned())])
        }
    };
    let position = Position::new(51.9625, 7.6281);
    SimDevice {
        dev_eui: (block | u64::from(site.id))
            .try_into()
            .unwrap_or_else(|_| unreachable!("the block does not begin at zero")),
        name: site.name.clone(),
        profile: model.profile(),
        params: params.into_iter().collect::<Params>(),
        position: position.unwrap_or_else(|error| unreachable!("Münster is on the earth: {error}")),
        interval: SignedDuration::from_mins(15),
        description: format!("Dauerzählstelle {} der Stadt Münster", site.id),
        model,
        flows: Vec::new(),
        pulses_per_count: 1,
        power: Power::Always,
    }
}

#[cfg(test)]
mod tests;
