//! The decoders, one device family in each file; a framing several families share is a file beside them.

use domain::Channel;

/// Inclination about the x axis of the housing.
const TILT_X: Channel = Channel::literal("x");
/// Inclination about the y axis of the housing.
const TILT_Y: Channel = Channel::literal("y");

/// Where a 16-bit counter starts again.
const TWO_POW_16: f64 = 65_536.0;
/// Where a 24-bit counter starts again.
const TWO_POW_24: f64 = 16_777_216.0;
/// Where a 32-bit counter starts again.
const TWO_POW_32: f64 = 4_294_967_296.0;

pub(crate) mod decentlab {
    mod frame;

    pub(crate) mod dl_atm22;
    pub(crate) mod dl_atm41;
    pub(crate) mod dl_atm41g2;
    pub(crate) mod dl_tbrg;
}
