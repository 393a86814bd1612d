//! PMX TCR, traffic counting radar of the second generation (docs.pmx.systems, "LoRa payload"; the layout is
//! also in Actility's device catalogue, `vendors/pmx/drivers/pmx-tcr`).
//!
//! One frame per counter and interval: fPort 13 counts every object, 14 to 17 the four filter categories. What
//! a category means is the installer's choice.

use domain::{Channel, ObservedProperty as P};
use jiff::tz::TimeZone;

use super::{
    frame::{Frame, byte, register},
    moment::{Moment, Passed},
};
use crate::world::traffic::Usage;

const LTR: Channel = Channel::literal("ltr");
const RTL: Channel = Channel::literal("rtl");

/// Which counters a device sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ports {
    /// Whether fPort 13, every object, is on.
    pub(crate) unfiltered: bool,
    /// How many categories are on, 1 to 4. Category n counts the flows 2n-2 (inward) and 2n-1 (outward).
    pub(crate) categories: u8,
}

impl Ports {
    pub(crate) const fn count(self) -> u32 {
        self.categories as u32 + self.unfiltered as u32
    }
}

/// An interval's count in both directions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counter {
    /// Clock time of the interval's end. The data sheet states no time zone; this firmware's clock is set by
    /// the network and shows UTC.
    pub(crate) clock: (u8, u8),
    pub(crate) left_to_right: Passed,
    pub(crate) right_to_left: Passed,
    /// Tenths of a volt.
    pub(crate) supply: u8,
}

impl Counter {
    pub(crate) fn payload(&self) -> Vec<u8> {
        let [ltr_high, ltr_low] = self.left_to_right.count.to_be_bytes();
        let [rtl_high, rtl_low] = self.right_to_left.count.to_be_bytes();
        vec![
            0xa2,
            self.clock.0,
            self.clock.1,
            ltr_high,
            ltr_low,
            self.left_to_right.speed,
            rtl_high,
            rtl_low,
            self.right_to_left.speed,
            self.supply,
        ]
    }
}

/// The device's identification, sent on fPort 190 after a join: type 10 (TCR-DLI), feature level 2 (pro),
/// speed class 2 (HS), firmware 1.1.0, solar charger 4.2.0.
pub(crate) fn identification() -> Frame {
    Frame::new(190, vec![0xd2, 10, 2, 2, 0x11, 0, 0x42, 0])
}

pub(crate) fn frame(moment: &mut Moment<'_>, ports: Ports, n: u32) -> Frame {
    let category = if ports.unfiltered { n.checked_sub(1) } else { Some(n) };
    let clock = TimeZone::UTC.to_datetime(moment.at).time();
    let flows = |moment: &mut Moment<'_>, first: usize| (moment.passed(first), moment.passed(first + 1));
    let (left_to_right, right_to_left) = match category.and_then(|n| usize::try_from(n).ok()) {
        Some(n) => flows(moment, 2 * n),
        None => (0..usize::from(ports.categories))
            .map(|n| flows(moment, 2 * n))
            .fold((Passed::default(), Passed::default()), |sum, (inward, outward)| {
                (together(sum.0, inward), together(sum.1, outward))
            }),
    };
    let counter = Counter {
        clock: (byte(clock.hour().into()), byte(clock.minute().into())),
        left_to_right,
        right_to_left,
        supply: byte(register(moment.battery_volts(4.6, 5.2), 10.0)),
    };
    let (f_port, (count, speed)) = match category {
        None => (13, (P::ObjectCount, P::ObjectSpeed)),
        Some(n) => {
            let usage = moment.flows.get(2 * n as usize).map(|(usage, _)| *usage);
            (14 + n, usage.map_or((P::ObjectCount, P::ObjectSpeed), properties))
        }
    };
    let mut frame = Frame::new(u8::try_from(f_port).unwrap_or(17), counter.payload())
        .says(P::BatteryVoltage, f64::from(counter.supply) / 10.0);
    for (channel, passed) in [(LTR, left_to_right), (RTL, right_to_left)] {
        frame = frame.says_on(channel, count, passed.count);
        if passed.count > 0 {
            frame = frame.says_on(channel, speed, passed.speed);
        }
    }
    frame
}

/// Count and speed of the class a usage belongs to.
pub(crate) fn properties(usage: Usage) -> (P, P) {
    match usage {
        Usage::CommuterBike | Usage::LeisureBike => (P::BicycleCount, P::BicycleSpeed),
        Usage::Car | Usage::FastCar => (P::CarCount, P::CarSpeed),
        Usage::Lorry => (P::LorryCount, P::LorrySpeed),
        Usage::Pedestrian => (P::PersonCount, P::PersonSpeed),
    }
}

/// Two counts as one, with the speed weighted by the counts.
fn together(a: Passed, b: Passed) -> Passed {
    let count = a.count.saturating_add(b.count);
    let weighted = u32::from(a.count) * u32::from(a.speed)
        + u32::from(b.count) * u32::from(b.speed)
        + u32::from(count) / 2;
    let speed = weighted.checked_div(u32::from(count)).unwrap_or(0);
    Passed { count, speed: u8::try_from(speed).unwrap_or(u8::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_counter_frame_is_encoded_byte_by_byte() {
        let counter = Counter {
            clock: (20, 10),
            left_to_right: Passed { count: 1000, speed: 50 },
            right_to_left: Passed { count: 1100, speed: 52 },
            supply: 51,
        };
        assert_eq!(counter.payload(), crate::testing::bytes("a2140a03e832044c3433"));
    }

    #[test]
    fn the_identification_is_the_published_one() {
        assert_eq!(identification().payload, crate::testing::bytes("d20a020211004200"));
    }

    #[test]
    fn mean_speeds_are_weighted_with_their_counts() {
        let sum = together(Passed { count: 30, speed: 20 }, Passed { count: 10, speed: 40 });
        assert_eq!(sum, Passed { count: 40, speed: 25 });
        assert_eq!(together(Passed::default(), Passed::default()), Passed::default());
    }
}
