//! The way of a frame: heard by gateways, lost, late or delivered twice.

use domain::Position;
use jiff::SignedDuration;
use rand::Rng;

use crate::rng::{Purpose, normal, stream};

/// How well the radio and the network server work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RadioConditions {
    /// Share of frames no gateway hears, 0 to 1.
    pub loss: f64,
    /// Share of heard frames the network server processes and publishes twice, with another
    /// `deduplicationId`: a gateway's copy came too late for the first pass. 0 to 1.
    pub duplicates: f64,
    /// Share of heard frames that wait in a gateway for its backhaul, 5 s to 2 minutes. 0 to 1.
    pub late: f64,
}

impl Default for RadioConditions {
    /// A healthy city network: 1 % lost, 0.4 % delivered twice, 0.5 % late.
    fn default() -> Self {
        Self { loss: 0.01, duplicates: 0.004, late: 0.005 }
    }
}

impl RadioConditions {
    /// Every frame arrives once and at once.
    pub const PERFECT: Self = Self { loss: 0.0, duplicates: 0.0, late: 0.0 };
}

/// No message is published later than this after its measuring interval ended: at most 42 s until the device
/// sends, 2 minutes in a gateway, 4 minutes until a second delivery.
pub(crate) const MAX_DELAY: SignedDuration = SignedDuration::from_mins(10);

/// A receiver of the city's network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gateway {
    /// EUI in lower case hexadecimal digits.
    pub(crate) id: &'static str,
    /// The Things Stack's name for it.
    pub(crate) name: &'static str,
    /// Degrees north, degrees east, metres.
    pub(crate) place: (f64, f64, f64),
    /// Whether it has a GPS clock; without one it gives no time.
    pub(crate) has_gps: bool,
}

/// The gateways of Oldenburg's simulated network.
pub(crate) static GATEWAYS: [Gateway; 5] = [
    Gateway { id: "0016c001f1500101", name: "rathaus", place: (53.1386, 8.2146, 34.0), has_gps: true },
    Gateway { id: "0016c001f1500102", name: "uni-haarentor", place: (53.1472, 8.1807, 41.0), has_gps: true },
    Gateway {
        id: "0016c001f1500103",
        name: "klinikum-kreyenbrueck",
        place: (53.1124, 8.2168, 38.0),
        has_gps: false,
    },
    Gateway {
        id: "0016c001f1500104",
        name: "wasserturm-donnerschwee",
        place: (53.1583, 8.2392, 45.0),
        has_gps: true,
    },
    Gateway {
        id: "0016c001f1500105",
        name: "feuerwehr-ofenerdiek",
        place: (53.1812, 8.2051, 22.0),
        has_gps: false,
    },
];

/// A gateway a device can reach, with the mean strength there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    /// Index of the gateway.
    pub(crate) gateway: usize,
    rssi: f64,
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    /// From the end of transmission until the network server has the frame, in ms.
    pub(crate) backhaul: i64,
    /// From the first publication to a second one, in ms.
    pub(crate) again_after: Option<i64>,
}

/// How a frame was received.
#[derive(Clone, Debug)]
pub(crate) struct Reception {
    /// The gateways, strongest first; never empty.
    pub(crate) heard: Vec<Heard>,
    /// EU868 channel, 0 to 7.
    pub(crate) channel: u32,
    /// 7 to 12.
    pub(crate) spreading_factor: u32,
}

/// One gateway's reception.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    /// Index of the gateway.
    pub(crate) gateway: usize,
    /// dBm.
    pub(crate) rssi: i32,
    /// dB, in quarters.
    pub(crate) snr: f32,
    /// Backhaul beyond that of the fastest gateway, in ms.
    pub(crate) lag: i64,
}

impl Reception {
    /// Carrier frequency in Hz.
    pub(crate) fn frequency(&self) -> u32 {
        // The three channels every device knows, then those networks add (RP002-1.0.4, section 3.2).
        const CHANNELS: [u32; 8] = [
            868_100_000,
            868_300_000,
            868_500_000,
            867_100_000,
            867_300_000,
            867_500_000,
            867_700_000,
            867_900_000,
        ];
        CHANNELS.iter().cycle().nth(self.channel as usize).copied().unwrap_or(868_100_000)
    }

    /// Time on air in ms of a short frame, about.
    pub(crate) fn airtime(&self) -> i64 {
        [62, 113, 206, 371, 741, 1483].get(self.spreading_factor as usize - 7).copied().unwrap_or(1483)
    }
}

/// Which frame of which device: what its radio randomness depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FrameId {
    pub(crate) device: u32,
    pub(crate) tick: u64,
    pub(crate) slot: u32,
}

impl FrameId {
    fn when(self) -> u64 {
        self.tick << 4 | u64::from(self.slot)
    }
}

/// The links of a device at `place`, strongest first.
pub(crate) fn links(gateways: &[Gateway], place: Position) -> Vec<Link> {
    let mut links: Vec<Link> = gateways
        .iter()
        .enumerate()
        .map(|(gateway, &Gateway { place: (latitude, longitude, _), .. })| {
            let north = (place.latitude() - latitude) * 111_200.0;
            let east = (place.longitude() - longitude) * 66_700.0;
            let metres = north.hypot(east).max(50.0);
            // Log-distance path loss of a built-up area: -62 dBm at 100 m, 36 dB per decade.
            Link { gateway, rssi: -62.0 - 36.0 * (metres / 100.0).log10() }
        })
        .collect();
    links.sort_by(|a, b| b.rssi.total_cmp(&a.rssi));
    links
}

/// Decides what becomes of a frame; `None` if nobody hears it.
pub(crate) fn fate(seed: u64, id: FrameId, conditions: RadioConditions) -> Option<Fate> {
    let mut rng = stream(seed, Purpose::Radio, u64::from(id.device), id.when());
    let mut happens = |share: f64| rng.random::<f64>() < share;
    let (lost, late, twice) =
        (happens(conditions.loss), happens(conditions.late), happens(conditions.duplicates));
    let backhaul = if late { rng.random_range(5_000..=120_000) } else { rng.random_range(20..=120) };
    let again_after = twice.then(|| rng.random_range(600..=240_000));
    (!lost).then_some(Fate { backhaul, again_after })
}

/// Draws how a frame was received; a second delivery comes from one other gateway where there is one.
pub(crate) fn receive(seed: u64, id: FrameId, links: &[Link], second_delivery: bool) -> Reception {
    /// Thermal noise of 125 kHz and a 6 dB receiver, dBm.
    const NOISE: f64 = -117.0;
    let mut rng = stream(seed, Purpose::Radio, u64::from(id.device) | 1 << 40, id.when());
    let channel = rng.random_range(0..8);
    let mut heard: Vec<Heard> = Vec::with_capacity(links.len());
    for link in links {
        let rssi = link.rssi + 3.5 * normal(&mut rng);
        let snr = (rssi - NOISE).min(9.0 + 1.5 * normal(&mut rng));
        let lag = rng.random_range(0..70);
        // The nearest gateway is why the frame is not lost; others need some margin.
        if heard.is_empty() || snr > -5.0 {
            #[expect(clippy::cast_possible_truncation, reason = "some -140 dBm to some 10 dB")]
            heard.push(Heard {
                gateway: link.gateway,
                rssi: rssi.round() as i32,
                snr: ((snr.max(-18.0) * 4.0).round() / 4.0) as f32,
                lag,
            });
        }
    }
    let best = heard.first().map_or(-18.0, |heard| f64::from(heard.snr));
    let spreading_factor = match best {
        snr if snr > 0.0 => 7,
        snr if snr > -4.0 => 8,
        snr if snr > -7.0 => 9,
        snr if snr > -10.0 => 10,
        snr if snr > -13.0 => 11,
        _ => 12,
    };
    if second_delivery {
        let last = heard.len() - 1;
        heard.drain(..last);
    }
    Reception { heard, channel, spreading_factor }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(n: u64) -> impl Iterator<Item = FrameId> {
        (0..n).map(|tick| FrameId { device: 3, tick, slot: 0 })
    }

    #[test]
    fn losses_and_second_deliveries_are_near_their_share() {
        let conditions = RadioConditions { loss: 0.2, duplicates: 0.1, late: 0.05 };
        let fates: Vec<_> = frames(10_000).map(|id| fate(1, id, conditions)).collect();
        let heard: Vec<_> = fates.iter().flatten().collect();
        // Four standard deviations of a binomial share.
        let near = |n: usize, of: usize, share: f64| {
            let allowed = 4.0 * (share * (1.0 - share) / of as f64).sqrt();
            assert!((n as f64 / of as f64 - share).abs() < allowed, "{n} of {of}, not {share}");
        };
        near(fates.len() - heard.len(), fates.len(), 0.2);
        near(heard.iter().filter(|fate| fate.again_after.is_some()).count(), heard.len(), 0.1);
        near(heard.iter().filter(|fate| fate.backhaul >= 5000).count(), heard.len(), 0.05);
    }

    #[test]
    fn a_perfect_radio_delivers_every_frame_once() {
        for id in frames(1000) {
            let fate = fate(1, id, RadioConditions::PERFECT).unwrap();
            assert!(fate.again_after.is_none() && fate.backhaul < 1000);
        }
    }

    #[test]
    fn the_nearest_gateway_hears_best_and_far_ones_sometimes_nothing() {
        let at_the_university = Position::new(53.1470, 8.1800).unwrap();
        let links = links(&GATEWAYS, at_the_university);
        assert_eq!(links[0].gateway, 1);
        let receptions: Vec<_> = frames(500).map(|id| receive(1, id, &links, false)).collect();
        assert!(receptions.iter().all(|r| r.heard[0].gateway == 1 && r.spreading_factor == 7));
        assert!(receptions.iter().any(|r| r.heard.len() < GATEWAYS.len()));
        assert!(receptions.iter().any(|r| r.heard.len() > 1));
    }

    #[test]
    fn a_second_delivery_comes_from_a_single_gateway() {
        let links = links(&GATEWAYS, Position::new(53.1470, 8.1800).unwrap());
        assert!(frames(100).all(|id| receive(1, id, &links, true).heard.len() == 1));
    }
}
