//! The vocabulary of a city's sensors: ids, units, observed properties, time, quality.
//!
//! No I/O and no async. Every type here is valid once it exists: text is parsed at the border
//! (`FromStr`, `TryFrom`), and the middle of the program never checks again.

pub mod aggregation;
pub mod bucket_width;
pub mod channel;
pub mod clock;
pub mod continuity;
pub mod error_chain;
pub mod eui;
pub mod event_id;
pub mod humidity;
pub mod id;
pub mod lang;
pub mod lorawan;
pub mod observed_property;
pub mod params;
pub mod personal_data;
pub mod plausibility;
pub mod position;
pub mod quality;
pub mod reading;
pub mod secret;
pub mod text;
pub mod time;
pub mod unit;
pub mod uplink;

pub use aggregation::Aggregation;
pub use bucket_width::BucketWidth;
pub use channel::Channel;
pub use clock::{Clock, ManualClock, SystemClock};
pub use continuity::Continuity;
pub use error_chain::ErrorChain;
pub use eui::{DevEui, JoinEui};
pub use event_id::EventId;
pub use humidity::dew_point;
pub use id::{DatastreamId, DeviceId, ReadingId, ThingId, UplinkId};
pub use lang::Lang;
pub use lorawan::{FCnt, FPort, SessionKey};
pub use observed_property::{ObservedProperty, Theme};
pub use params::Params;
pub use personal_data::PersonalData;
pub use plausibility::{Plausibility, QualityRules, Step, Stuck};
pub use position::Position;
pub use quality::{Doubt, Missing, Quality};
pub use reading::{DeviceTime, Reading, Value};
pub use secret::Secret;
pub use text::Truncated;
pub use time::TimeRange;
pub use unit::Unit;
pub use uplink::{Heard, Radio, Uplink};
