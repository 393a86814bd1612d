//! The simulated city in operation.

use std::{cmp::Reverse, collections::BinaryHeap};

use domain::{FCnt, TimeRange};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rand::{Rng, RngCore};

use crate::{
    Message, Scenario, SimDevice, Truth,
    device::moment::Moment,
    network_server::{DEDUPLICATION, Entropy, Received, Registration, SessionKeys},
    radio::{Fate, FrameId, Link, MAX_DELAY, fate, links, receive},
    rng::{Purpose, stream},
    schedule::{Schedule, Session},
    world::{
        World,
        traffic::{FlowId, Traffic, Usage},
        weather::{Exposure, Weather},
    },
};

/// A scenario with its weather and traffic: what it publishes is a pure function of the seed and of time.
#[derive(Debug)]
pub struct Simulator {
    scenario: Scenario,
    seed: u64,
    rigs: Vec<Rig>,
    world: World,
}

/// A device as it is mounted in the world.
#[derive(Debug)]
struct Rig {
    schedule: Schedule,
    exposure: Exposure,
    flows: Vec<(Usage, FlowId)>,
    links: Vec<Link>,
    registration: Registration,
    outages: Vec<TimeRange>,
}

/// A message that will be published. The order of the fields is the order of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Planned {
    at: Timestamp,
    device: u32,
    tick: u64,
    slot: Slot,
    second_delivery: bool,
    /// When the network server had the frame.
    served_at: Timestamp,
}

/// What is sent at a tick, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Join,
    AfterJoin,
    Measurement(u32),
}

impl Simulator {
    /// Puts a scenario into a world. The same seed gives the same messages, byte for byte.
    pub fn new(scenario: Scenario, seed: u64) -> Self {
        let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
        let mut world = World { weather: Weather::new(seed), traffic: Traffic::new(seed, zone) };
        let rigs = (0..)
            .zip(&scenario.devices)
            .map(|(number, device)| Rig::new(&scenario, seed, number, device, &mut world))
            .collect();
        Self { scenario, seed, rigs, world }
    }

    /// The scenario it runs.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// All messages published in `range`, in the order of publication: frames no gateway heard are absent,
    /// second deliveries are present. Nothing was published before 2025. Lazy; memory does not depend on the
    /// length of the range.
    pub fn messages(&mut self, range: TimeRange) -> Messages<'_> {
        let planned_until = range.from().checked_sub(MAX_DELAY).unwrap_or(Timestamp::MIN);
        Messages { simulator: self, range, planned_until, queue: BinaryHeap::new() }
    }

    /// Plans everything that stems from measuring intervals ending in `range`.
    fn plan(&self, range: TimeRange, mut planned: impl FnMut(Planned)) {
        for (device, rig) in (0..).zip(&self.rigs) {
            for tick in rig.schedule.ticks(range) {
                if let Some(session) = rig.schedule.session(tick) {
                    self.plan_tick(device, rig, tick, session, &mut planned);
                }
            }
        }
    }

    fn plan_tick(
        &self,
        device: u32,
        rig: &Rig,
        tick: u64,
        session: Session,
        planned: &mut impl FnMut(Planned),
    ) {
        let model = self.scenario.devices[device as usize].model;
        let after_join = (tick == session.first_tick).then(|| {
            std::iter::once(Slot::Join).chain((0..model.frames_after_join()).map(|_| Slot::AfterJoin))
        });
        let slots =
            after_join.into_iter().flatten().chain((0..model.frames_per_interval()).map(Slot::Measurement));
        for (slot, n) in slots.zip(0..) {
            let sent_at = rig.schedule.sends_at(tick, n);
            if rig.outages.iter().any(|outage| outage.contains(sent_at)) {
                continue;
            }
            let fate = if slot == Slot::Join {
                Some(Fate { backhaul: 60, again_after: None })
            } else {
                fate(self.seed, FrameId { device, tick, slot: n }, self.scenario.radio)
            };
            let Some(Fate { backhaul, again_after }) = fate else { continue };
            let served_at = sent_at + SignedDuration::from_millis(backhaul);
            let at = served_at + DEDUPLICATION;
            planned(Planned { at, device, tick, slot, second_delivery: false, served_at });
            if let Some(again_after) = again_after {
                let again = SignedDuration::from_millis(again_after);
                let (at, served_at) = (at + again, served_at + again);
                planned(Planned { at, device, tick, slot, second_delivery: true, served_at });
            }
        }
    }

    fn render(&mut self, planned: Planned) -> Message {
        let Planned { at, device: number, tick, slot, second_delivery, served_at } = planned;
        let device = &self.scenario.devices[number as usize];
        let rig = &self.rigs[number as usize];
        let session = rig.schedule.session(tick).unwrap_or(Session { number: 0, first_tick: tick });
        let keys = session_keys(self.seed, number, session);
        let network_server = self.scenario.network_server;
        let is_first = tick == session.first_tick;
        let n_before = if is_first { 1 + device.model.frames_after_join() } else { 0 };
        let n = match slot {
            Slot::Join => 0,
            Slot::AfterJoin => 1,
            Slot::Measurement(n) => n_before + n,
        };
        let id = FrameId { device: number, tick, slot: n };
        let entropy = entropy(self.seed, id, second_delivery);
        if slot == Slot::Join {
            let payload = network_server.join(&rig.registration, keys, at, entropy);
            return Message { at, topic: rig.registration.join_topic.clone(), payload, truth: None };
        }

        let measured_at = rig.schedule.at(tick);
        let mut moment = Moment {
            seed: self.seed,
            device: number,
            exposure: &rig.exposure,
            flows: &rig.flows,
            pulses_per_count: device.pulses_per_count,
            at: measured_at,
            since: rig.schedule.since(tick),
            world: &mut self.world,
        };
        let (frame, f_cnt) = match slot {
            Slot::Measurement(n) => {
                let ticks = u32::try_from(tick - session.first_tick).unwrap_or(u32::MAX);
                let before = device.model.frames_after_join();
                let f_cnt = before.wrapping_add(ticks.wrapping_mul(device.model.frames_per_interval())) + n;
                (device.model.frame(&mut moment, n), f_cnt)
            }
            _ => (device.model.join_frame(&mut moment), 0),
        };
        let reception = receive(self.seed, id, &rig.links, second_delivery);
        let heard_at = rig.schedule.sends_at(tick, n)
            + SignedDuration::from_millis(reception.airtime().min(200))
            + SignedDuration::from_nanos(i64::from(entropy.uuid[0]) * 3919);
        let payload = network_server.uplink(&Received {
            device: &rig.registration,
            gateways: self.scenario.gateways,
            reception: &reception,
            session: keys,
            f_cnt: FCnt(f_cnt),
            f_port: frame.f_port,
            payload: &frame.payload,
            heard_at,
            served_at: served_at.max(heard_at),
            published_at: at,
            entropy,
        });
        let truth = Truth {
            dev_eui: device.dev_eui,
            f_cnt: FCnt(f_cnt),
            f_port: frame.f_port,
            session: session.number,
            measured_at,
            is_duplicate: second_delivery,
            payload: frame.payload,
            observed: frame.observed,
        };
        Message { at, topic: rig.registration.up_topic.clone(), payload, truth: Some(truth) }
    }
}

impl Rig {
    fn new(scenario: &Scenario, seed: u64, number: u32, device: &SimDevice, world: &mut World) -> Self {
        let identity = |flow: usize| u64::from(number) << 8 | flow as u64;
        let flows = device
            .flows
            .iter()
            .enumerate()
            .map(|(n, flow)| (flow.usage, world.traffic.add(identity(n), *flow)))
            .collect();
        let mut rng = stream(seed, Purpose::Traits, u64::from(number), 1);
        let mut scatter = |spread: f64| spread * (2.0 * rng.random::<f64>() - 1.0);
        let exposure = Exposure {
            // 66.7 km per degree of longitude at 11 m/s.
            delay: (device.position.longitude() - 8.12) * 66_700.0 / 11.0,
            warmer: scatter(0.5),
            wind_share: 0.95 + scatter(0.25),
            rain_share: 1.0 + scatter(0.08),
            station: u64::from(number),
        };
        let outages = scenario.outages.iter().filter(|(dev_eui, _)| *dev_eui == device.dev_eui);
        Self {
            schedule: Schedule::new(seed, number, device),
            exposure,
            flows,
            links: links(scenario.gateways, device.position),
            registration: scenario.network_server.register(device, scenario.gateways),
            outages: outages.map(|(_, outage)| *outage).collect(),
        }
    }
}

fn session_keys(seed: u64, device: u32, session: Session) -> SessionKeys {
    let mut rng = stream(seed, Purpose::Session, u64::from(device), session.number);
    let mut key_id = [0; 16];
    rng.fill_bytes(&mut key_id);
    // NetID 000000, as in private networks: the upper seven bits are zero.
    SessionKeys { dev_addr: rng.next_u32() >> 7, key_id }
}

fn entropy(seed: u64, id: FrameId, second_delivery: bool) -> Entropy {
    let who = u64::from(id.device) | u64::from(second_delivery) << 40 | 1 << 41;
    let mut rng = stream(seed, Purpose::Radio, who, id.tick << 4 | u64::from(id.slot));
    let mut uuid = [0; 16];
    rng.fill_bytes(&mut uuid);
    Entropy { uuid, word: rng.next_u64() }
}

/// The messages of a stretch of time; see [`Simulator::messages`].
#[derive(Debug)]
pub struct Messages<'s> {
    simulator: &'s mut Simulator,
    range: TimeRange,
    /// Everything that stems from intervals ending before is in the queue or was handed out. What stems from
    /// later intervals is published later.
    planned_until: Timestamp,
    queue: BinaryHeap<Reverse<Planned>>,
}

impl Messages<'_> {
    /// Planned at once; longer steps would only make the queue longer.
    const STEP: SignedDuration = SignedDuration::from_mins(15);
}

impl Iterator for Messages<'_> {
    type Item = Message;

    fn next(&mut self) -> Option<Message> {
        loop {
            let end = self.planned_until >= self.range.to();
            if let Some(Reverse(next)) = self.queue.peek().copied()
                && (end || next.at < self.planned_until)
            {
                self.queue.pop();
                return Some(self.simulator.render(next));
            }
            if end {
                return None;
            }
            let until =
                self.planned_until.checked_add(Self::STEP).unwrap_or(Timestamp::MAX).min(self.range.to());
            let Ok(step) = TimeRange::new(self.planned_until, until) else { return None };
            let (queue, range) = (&mut self.queue, self.range);
            self.simulator.plan(step, |planned| {
                if range.contains(planned.at) {
                    queue.push(Reverse(planned));
                }
            });
            self.planned_until = until;
        }
    }
}

#[cfg(test)]
mod tests;
