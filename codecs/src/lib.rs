#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod call;
mod confinement;
mod error;
mod limits;
mod pool;
mod script;
mod wire;
pub mod worker;

pub use call::{Call, Outcome};
pub use confinement::Confinement;
pub use error::{CodecError, Position, Unavailable};
pub use limits::{MAX_DEPTH, MAX_FIELDS, MAX_RESULT_BYTES, MAX_SCRIPT_BYTES};
#[doc(hidden)]
pub use pool::outcome_of;
pub use pool::{Pool, PoolOptions, Status, WorkerCommand};
pub use script::{Script, ScriptId};
