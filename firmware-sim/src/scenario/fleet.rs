//! Many devices for load: all models in turn, spread over the city.

use super::{Scenario, SimDevice};
use crate::{
    device::{Model, meteohelix::Probe, meteowind::Format, parametric_tcr, pcr2, pmx_tcr::Ports},
    world::traffic::Usage,
};

/// Each model, with every version of its payload.
const MODELS: [Model; 18] = [
    Model::PmxTcr(Ports { unfiltered: false, categories: 1 }),
    Model::Atm41,
    Model::Cpl01,
    Model::S2120,
    Model::Em300Di,
    Model::Wts506,
    Model::ParametricTcr(parametric_tcr::Version::V1),
    Model::Atm41G2,
    Model::Pcr2(pcr2::Version::V3),
    Model::Tbrg,
    Model::Elsys,
    Model::MeteoHelix(Probe::Connected),
    Model::ParametricTcr(parametric_tcr::Version::V2),
    Model::Atm22,
    Model::Pcr2(pcr2::Version::V4),
    Model::MeteoRain,
    Model::CayenneLpp,
    Model::MeteoWind(Format::Version9),
];

impl Scenario {
    /// `n` devices at ten-minute intervals, cycling over the models, on a spiral around the city's centre.
    pub fn fleet(n: usize) -> Self {
        Self::of((0..n).map(|number| device(number, n)).collect())
    }
}

fn device(number: usize, of: usize) -> SimDevice {
    // A sunflower's spiral covers a disc evenly; about 5 km around the centre.
    let angle = number as f64 * 2.399_963;
    let radius = ((number as f64 + 0.5) / of as f64).sqrt() * 0.045;
    let place = (53.1435 + radius * angle.cos(), 8.2146 + radius * 1.6 * angle.sin());
    let model = MODELS[number % MODELS.len()];
    let device = SimDevice::new(number + 0x1000, model, format!("Lastprobe {:05}", number + 1), place, 10)
        .about("Gerät der Lastprobe");
    let busy = 300.0 + 150.0 * (number % 40) as f64;
    match model {
        Model::PmxTcr(_) => device.counting(Usage::CommuterBike, busy).param("cat1", "bicycle").both_ways(),
        Model::ParametricTcr(_) => device
            .counting(Usage::Pedestrian, 200.0)
            .counting(Usage::CommuterBike, busy)
            .counting(Usage::Car, 2.0 * busy)
            .counting(Usage::FastCar, busy / 4.0)
            .param("class0", "person")
            .param("class1", "bicycle")
            .param("class2", "car")
            .both_ways(),
        Model::Pcr2(_) => device.counting(Usage::Pedestrian, 2.0 * busy).both_ways(),
        Model::Cpl01 | Model::Em300Di => device.by_pulses(Usage::CommuterBike, busy, 1),
        _ => device,
    }
}
