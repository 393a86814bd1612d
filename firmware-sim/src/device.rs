//! The firmware of each device model: what it measures, and how it puts that into bytes.
//!
//! One file per model. Each has a struct of the model's registers (whole numbers, as they go on air), an
//! encoder written from the data sheet, and a function that fills the registers from the simulated world.

pub(crate) mod atm22;
pub(crate) mod atm41;
pub(crate) mod atm41g2;
pub(crate) mod cayenne_lpp;
pub(crate) mod cpl01;
mod decentlab;
pub(crate) mod elsys;
pub(crate) mod em300_di;
pub(crate) mod frame;
pub(crate) mod meteohelix;
pub(crate) mod meteorain;
pub(crate) mod meteowind;
pub(crate) mod moment;
pub(crate) mod parametric_tcr;
pub(crate) mod pcr2;
pub(crate) mod pmx_tcr;
pub(crate) mod s2120;
pub(crate) mod tbrg;
pub(crate) mod wts506;

use self::{frame::Frame, moment::Moment};

/// A device model with the options that change its frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    /// Decentlab DL-ATM22, wind.
    Atm22,
    /// Decentlab DL-ATM41, all-in-one weather station.
    Atm41,
    /// Decentlab DL-ATM41G2, its second generation.
    Atm41G2,
    /// Decentlab DL-TBRG, rain gauge.
    Tbrg,
    /// Seeed SenseCAP S2120, 8-in-1 weather station.
    S2120,
    /// Milesight WTS506, weather station.
    Wts506,
    /// Barani MeteoHelix; its temperature and humidity probe may have failed.
    MeteoHelix(meteohelix::Probe),
    /// Barani MeteoWind.
    MeteoWind(meteowind::Format),
    /// Barani MeteoRain.
    MeteoRain,
    /// PMX TCR, traffic counting radar of the second generation.
    PmxTcr(pmx_tcr::Ports),
    /// Parametric TCR, the first generation.
    ParametricTcr(parametric_tcr::Version),
    /// Parametric PCR2, people counting radar.
    Pcr2(pcr2::Version),
    /// Dragino CPL01, pulse counter.
    Cpl01,
    /// Milesight EM300-DI, pulse counter.
    Em300Di,
    /// Elsys ERS-like node with the generic payload.
    Elsys,
    /// Any node that speaks Cayenne LPP.
    CayenneLpp,
}

impl Model {
    /// Profile id, `<vendor>/<model>`.
    pub(crate) const fn profile(self) -> &'static str {
        match self {
            Self::Atm22 => "decentlab/dl-atm22",
            Self::Atm41 => "decentlab/dl-atm41",
            Self::Atm41G2 => "decentlab/dl-atm41g2",
            Self::Tbrg => "decentlab/dl-tbrg",
            Self::S2120 => "sensecap/s2120",
            Self::Wts506 => "milesight/wts506",
            Self::MeteoHelix(_) => "barani/meteohelix",
            Self::MeteoWind(_) => "barani/meteowind",
            Self::MeteoRain => "barani/meteorain",
            Self::PmxTcr(_) => "pmx/tcr",
            Self::ParametricTcr(_) => "parametric/tcr",
            Self::Pcr2(_) => "parametric/pcr2",
            Self::Cpl01 => "dragino/cpl01",
            Self::Em300Di => "milesight/em300-di",
            Self::Elsys => "elsys/elsys-generic",
            Self::CayenneLpp => "mydevices/cayenne-lpp",
        }
    }

    /// Frames sent once after each join.
    pub(crate) const fn frames_after_join(self) -> u32 {
        match self {
            Self::PmxTcr(_) | Self::ParametricTcr(_) | Self::Cpl01 => 1,
            _ => 0,
        }
    }

    /// Frames sent at each measuring interval's end.
    pub(crate) const fn frames_per_interval(self) -> u32 {
        match self {
            Self::PmxTcr(ports) => ports.count(),
            _ => 1,
        }
    }

    /// Whether measuring intervals end at whole multiples of the interval by the clock.
    pub(crate) const fn is_clocked(self) -> bool {
        matches!(self, Self::PmxTcr(_))
    }

    /// The only frame after a join, for models that send one.
    pub(crate) fn join_frame(self, moment: &mut Moment<'_>) -> Frame {
        match self {
            Self::ParametricTcr(version) => parametric_tcr::configuration(version, moment),
            Self::Cpl01 => cpl01::status(moment),
            _ => pmx_tcr::identification(),
        }
    }

    /// The `n`-th frame of an interval, `n` below [`Model::frames_per_interval`].
    pub(crate) fn frame(self, moment: &mut Moment<'_>, n: u32) -> Frame {
        match self {
            Self::Atm22 => atm22::frame(moment),
            Self::Atm41 => atm41::frame(moment),
            Self::Atm41G2 => atm41g2::frame(moment),
            Self::Tbrg => tbrg::frame(moment),
            Self::S2120 => s2120::frame(moment),
            Self::Wts506 => wts506::frame(moment),
            Self::MeteoHelix(probe) => meteohelix::frame(moment, probe),
            Self::MeteoWind(format) => meteowind::frame(moment, format),
            Self::MeteoRain => meteorain::frame(moment),
            Self::PmxTcr(ports) => pmx_tcr::frame(moment, ports, n),
            Self::ParametricTcr(version) => parametric_tcr::frame(moment, version),
            Self::Pcr2(version) => pcr2::frame(moment, version),
            Self::Cpl01 => cpl01::frame(moment),
            Self::Em300Di => em300_di::frame(moment),
            Self::Elsys => elsys::frame(moment),
            Self::CayenneLpp => cayenne_lpp::frame(moment),
        }
    }
}
