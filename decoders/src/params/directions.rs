//! The two directions of travel past a sensor.

use domain::Channel;

use super::ParamInfo;

/// Left to right, as seen from the device.
pub(crate) const LTR: Channel = Channel::literal("ltr");
/// Right to left, as seen from the device.
pub(crate) const RTL: Channel = Channel::literal("rtl");

const EXPECTED: &str = "1 to 40 characters without control characters";

/// What people call the direction left to right.
pub(crate) static LTR_NAME: ParamInfo = ParamInfo::of_decoder(
    "ltr_name",
    None,
    EXPECTED,
    "name of the direction left to right as seen from the device, such as `stadteinwärts`",
);

/// What people call the direction right to left.
pub(crate) static RTL_NAME: ParamInfo = ParamInfo::of_decoder(
    "rtl_name",
    None,
    EXPECTED,
    "name of the direction right to left as seen from the device, such as `stadtauswärts`",
);

pub(super) fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}
