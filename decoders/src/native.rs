//! The decoders that are code: device families no table describes.

use std::sync::Arc;

use crate::{
    params::{ParamInfo, ProfileError, Settings},
    profile::Device,
    vendor,
};

pub(crate) type Build = fn(&Settings<'_>) -> Result<Arc<dyn Device>, ProfileError>;

fn build<D: Device + 'static>(settings: &Settings<'_>) -> Result<Arc<dyn Device>, ProfileError> {
    Ok(Arc::new(D::new(settings)?))
}

macro_rules! natives {
    ($($name:literal = $vendor:ident::$model:ident::$device:ident,)*) => {
        /// Name, constructor and settings of each.
        static NATIVES: &[(&str, Build, &[&ParamInfo])] =
            &[$(($name, build::<vendor::$vendor::$model::$device>, vendor::$vendor::$model::PARAMS),)*];
    };
}

// One line for each, ordered by name.
natives! {
    "barani-meteohelix" = barani::meteohelix::MeteoHelix,
    "barani-meteorain" = barani::meteorain::MeteoRain,
    "barani-meteowind" = barani::meteowind::MeteoWind,
    "dragino-cpl01" = dragino::cpl01::Cpl01,
    "dss-ranos-db2" = dss::ranos_db2::RanosDb2,
    "elsys" = elsys::elsys_generic::ElsysGeneric,
    "milesight-em300-di" = milesight::em300_di::Em300Di,
    "mydevices-cayenne-lpp" = mydevices::cayenne_lpp::CayenneLpp,
    "parametric-pcr2" = parametric::pcr2::Pcr2,
    "parametric-tcr" = parametric::tcr::Tcr,
    "pmx-tcr" = pmx::tcr::Tcr,
    "sensecap-s210x" = sensecap::s210x::S210x,
    "sensecap-s2120" = sensecap::s2120::S2120,
    "yosensi" = yosensi::payload_v2::PayloadV2,
}

/// A coded decoder and its settings.
pub(crate) fn find(name: &str) -> Option<(Build, &'static [&'static ParamInfo])> {
    NATIVES.iter().find(|(known, ..)| *known == name).map(|(_, build, params)| (*build, *params))
}

/// The names a profile file may use.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    NATIVES.iter().map(|(name, ..)| *name)
}
