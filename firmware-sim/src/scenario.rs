//! Which devices stand where in the simulated city.

mod fleet;
mod oldenburg;

use domain::{DevEui, Params, Position, TimeRange};
use jiff::SignedDuration;

use crate::{
    NetworkServer,
    device::{Model, meteohelix, tbrg},
    radio::{GATEWAYS, Gateway, RadioConditions},
    world::traffic::{Flow, Heading, Usage},
};

/// A city's devices, its gateways and how well the radio works.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub(crate) devices: Vec<SimDevice>,
    pub(crate) gateways: &'static [Gateway],
    pub(crate) radio: RadioConditions,
    pub(crate) network_server: NetworkServer,
    pub(crate) outages: Vec<(DevEui, TimeRange)>,
}

/// A simulated device, with what an operator would write about it in `devices.csv`.
#[derive(Clone, Debug)]
pub struct SimDevice {
    /// Identity.
    pub dev_eui: DevEui,
    /// German name of the place.
    pub name: String,
    /// Profile id, `<vendor>/<model>`.
    pub profile: &'static str,
    /// Settings the decoder needs: what is not in the payload.
    pub params: Params,
    /// Where it is mounted.
    pub position: Position,
    /// Length of the measuring interval.
    pub interval: SignedDuration,
    /// German sentence about the device.
    pub description: String,
    pub(crate) model: Model,
    pub(crate) flows: Vec<Flow>,
    pub(crate) pulses_per_count: u64,
    pub(crate) power: Power,
}

/// What a device lives on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Power {
    /// Always on.
    Always,
    /// On a street-light circuit with a dead buffer battery: runs from 21 to 4 h UTC only, joins every evening.
    StreetLight,
}

impl Scenario {
    /// The devices, in a fixed order.
    pub fn devices(&self) -> &[SimDevice] {
        &self.devices
    }

    /// The same city with another quality of radio.
    #[must_use]
    pub fn with_radio(self, radio: RadioConditions) -> Self {
        Self { radio, ..self }
    }

    /// The same city behind another network server; ChirpStack unless set.
    #[must_use]
    pub fn through(self, network_server: NetworkServer) -> Self {
        Self { network_server, ..self }
    }

    /// The same city in which no frame of one device is heard during `outage`. The device goes on counting, so
    /// its frame counter and its running totals show the gap.
    #[must_use]
    pub fn with_outage(mut self, dev_eui: DevEui, outage: TimeRange) -> Self {
        self.outages.push((dev_eui, outage));
        self
    }

    fn of(devices: Vec<SimDevice>) -> Self {
        Self {
            devices,
            gateways: &GATEWAYS,
            radio: RadioConditions::default(),
            network_server: NetworkServer::ChirpStack,
            outages: Vec::new(),
        }
    }
}

/// First DevEUI of the simulated devices, from the block for experiments of The Things Industries.
const DEV_EUI_BLOCK: u64 = 0x70b3_d57e_d005_0000;

/// The `n`-th simulated device's identity.
fn dev_eui(n: usize) -> DevEui {
    let number = DEV_EUI_BLOCK + u64::try_from(n).unwrap_or(u64::MAX - DEV_EUI_BLOCK);
    DevEui::try_from(number).unwrap_or_else(|_| unreachable!("the block does not begin at zero"))
}

impl SimDevice {
    fn new(n: usize, model: Model, name: impl Into<String>, place: (f64, f64), minutes: i64) -> Self {
        let params = match model {
            Model::Tbrg => vec![("mm_per_tip", tbrg::MM_PER_TIP.to_string())],
            Model::MeteoHelix(_) | Model::MeteoRain => {
                vec![("mm_per_click", meteohelix::MM_PER_CLICK.to_string())]
            }
            _ => Vec::new(),
        };
        let position = Position::new(place.0, place.1);
        Self {
            dev_eui: dev_eui(n),
            name: name.into(),
            profile: model.profile(),
            params: params.into_iter().collect(),
            position: position.unwrap_or_else(|error| unreachable!("scenarios are in Oldenburg: {error}")),
            interval: SignedDuration::from_mins(minutes),
            description: String::new(),
            model,
            flows: Vec::new(),
            pulses_per_count: 1,
            power: Power::Always,
        }
    }

    fn about(self, description: &str) -> Self {
        Self { description: description.to_owned(), ..self }
    }

    fn param(mut self, key: &str, value: &str) -> Self {
        let known = self.params.iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
        self.params = known.chain([(key.to_owned(), value.to_owned())]).collect();
        self
    }

    /// Counts one usage on the way in and on the way out, `per_day` passages on the mean day of a year.
    fn counting(mut self, usage: Usage, per_day: f64) -> Self {
        let half = |heading| Flow { usage, heading, per_day: per_day / 2.0 };
        self.flows.extend([half(Heading::Inward), half(Heading::Outward)]);
        self
    }

    /// Names the directions as seen from the device: left to right inwards, right to left outwards.
    fn both_ways(self) -> Self {
        self.param("ltr_name", "stadteinwärts").param("rtl_name", "stadtauswärts")
    }

    /// Counts bicycles by the pulses of a loop, both directions together.
    fn by_pulses(mut self, usage: Usage, per_day: f64, pulses_per_count: u64) -> Self {
        self.flows.push(Flow { usage, heading: Heading::Both, per_day });
        self.pulses_per_count = pulses_per_count;
        self.param("counts", "bicycle").param("pulses_per_count", &pulses_per_count.to_string())
    }

    fn powered_by(self, power: Power) -> Self {
        Self { power, ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn oldenburg_has_a_city_s_mix_of_sensors() {
        let scenario = Scenario::oldenburg();
        let devices = scenario.devices();
        assert!((24..=30).contains(&devices.len()), "{} devices", devices.len());
        let counts_bicycles = |device: &&SimDevice| device.params.iter().any(|(_, value)| value == "bicycle");
        assert!(devices.iter().filter(counts_bicycles).count() >= 6);
        let profiles: HashSet<_> = devices.iter().map(|device| device.profile).collect();
        assert_eq!(profiles.len(), 16, "every model stands somewhere: {profiles:?}");
    }

    #[test]
    fn every_device_has_its_own_identity_name_and_a_place_in_the_city() {
        for scenario in [Scenario::oldenburg(), Scenario::fleet(200)] {
            let devices = scenario.devices();
            let euis: HashSet<_> = devices.iter().map(|device| device.dev_eui).collect();
            let names: HashSet<_> = devices.iter().map(|device| &device.name).collect();
            assert_eq!((euis.len(), names.len()), (devices.len(), devices.len()));
            for SimDevice { position, name, .. } in devices {
                assert!((53.08..=53.21).contains(&position.latitude()), "{name}");
                assert!((8.12..=8.30).contains(&position.longitude()), "{name}");
            }
        }
    }

    #[test]
    fn a_fleet_has_as_many_devices_as_asked_for_and_all_models() {
        let scenario = Scenario::fleet(1000);
        assert_eq!(scenario.devices().len(), 1000);
        let profiles: HashSet<_> = scenario.devices().iter().map(|device| device.profile).collect();
        assert_eq!(profiles.len(), 16);
    }
}
