//! The decoders, one device family in each file; a framing several families share is a file beside them.

use domain::Channel;

const AXIS_X: Channel = Channel::literal("x");
const AXIS_Y: Channel = Channel::literal("y");
const AXIS_Z: Channel = Channel::literal("z");

/// Where a 16-bit counter starts again.
const TWO_POW_16: f64 = 65_536.0;
/// Where a 24-bit counter starts again.
const TWO_POW_24: f64 = 16_777_216.0;
/// Where a 32-bit counter starts again.
const TWO_POW_32: f64 = 4_294_967_296.0;

pub(crate) mod barani {
    mod common;

    pub(crate) mod meteohelix;
    pub(crate) mod meteorain;
    pub(crate) mod meteowind;
}

pub(crate) mod dragino {
    pub(crate) mod cpl01;
}

pub(crate) mod dss {
    pub(crate) mod ranos_db2;
}

pub(crate) mod elsys {
    pub(crate) mod elsys_generic;
}

pub(crate) mod milesight {
    mod tlv;

    pub(crate) mod em300_di;
}

pub(crate) mod mydevices {
    pub(crate) mod cayenne_lpp;
}

pub(crate) mod parametric {
    mod pcr2_config;

    pub(crate) mod pcr2;
    pub(crate) mod tcr;
}

pub(crate) mod pmx {
    pub(super) mod counters;
    pub(super) mod models;

    pub(crate) mod tcr;
}

pub(crate) mod sensecap {
    pub(crate) mod s210x;
    pub(crate) mod s2120;
}

pub(crate) mod yosensi {
    pub(crate) mod payload_v2;
}
