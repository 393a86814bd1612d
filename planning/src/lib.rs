#![doc = include_str!("../README.md")]

pub mod calendar;
pub mod compare;
pub mod extrapolate;
pub mod peak;
pub mod rls19;
pub mod series;
pub mod speed;
pub mod statistics;
pub mod volume;
pub mod weather;
pub mod zero_run;

#[cfg(test)]
mod testing;

pub use calendar::{Calendar, DaySet, DayType};
pub use series::{Counted, Day, DayCount, Resolution, Series, SumOverGap};
