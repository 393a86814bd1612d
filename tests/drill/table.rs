//! The table of results.

use std::{any::Any, fmt};

use crate::faults::{Drill, Report, StoreKind};

/// One drill on one store.
#[derive(Debug)]
pub(crate) struct Line {
    row: &'static str,
    name: &'static str,
    store: &'static str,
    result: Result<Report, String>,
}

impl Line {
    pub(crate) fn header() -> String {
        format!("{:<4} {:<16} {:<10}{}", "row", "drill", "store", Report::HEADER)
    }

    /// `report` is what the drill returned, or the panic it ended with.
    pub(crate) fn new(drill: &Drill, store: StoreKind, report: Result<Report, Box<dyn Any + Send>>) -> Self {
        let result = report.map_err(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
        });
        Self { row: drill.row, name: drill.name, store: store.name(), result }
    }

    pub(crate) fn is_right(&self) -> bool {
        self.result.as_ref().is_ok_and(|report| report.verdict.is_right())
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, name, store, result } = self;
        write!(f, "{row:<4} {name:<16} {store:<10}")?;
        match result {
            Ok(report) => write!(f, "{report}"),
            Err(panic) => write!(f, " FAILED: {}", panic.lines().next().unwrap_or_default()),
        }
    }
}
