#![doc = include_str!("../README.md")]

pub mod calendar;
pub mod peak;
pub mod series;
pub mod speed;
pub mod statistics;
pub mod volume;
pub mod zero_run;

#[cfg(test)]
mod testing;

pub use calendar::{Calendar, DaySet, DayType};
pub use series::{Counted, Day, DayCount, Resolution, Series, SumOverGap};
