//! Grafana's dashboards and data sources and Prometheus' alerts, against what they will meet: a filled TimescaleDB and a real
//! Prometheus that scrapes the program.

mod alerts;
mod dashboard;
mod database;
mod filled;
mod interval;
mod macros;
mod panels;
mod prometheus;
mod provisioning;
mod views;

use std::{fs, path::PathBuf};

/// A file of `grafana/`.
fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("grafana").join(name)
}

/// The text of a file of `grafana/`.
fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("grafana/{name}: {error}"))
}
