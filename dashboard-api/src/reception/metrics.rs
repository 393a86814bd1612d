//! What of all devices arrived, for Prometheus.

use jiff::Timestamp;
use prometheus::{Gauge, GaugeVec, Opts, core::Collector, proto::MetricFamily};

use super::CityReception;

/// Gauges, for what is missing becomes less when it comes late.
pub(super) fn families(city: &CityReception, now: Timestamp) -> Vec<MetricFamily> {
    let outage_devices = city.recent_outage(now).map_or(0, |outage| outage.n_devices);
    [
        by_profile(
            "stadtfunk_uplinks_received",
            "Distinct frame counters received, by device profile.",
            city,
            |(received, _)| received,
        ),
        by_profile(
            "stadtfunk_uplinks_missing",
            "Frame counters that were skipped, by device profile; less when an uplink comes late.",
            city,
            |(_, missing)| missing,
        ),
        gauge(
            "stadtfunk_devices_silent",
            "Devices that have said nothing for more than six intervals.",
            city.n_silent as f64,
        ),
        gauge(
            "stadtfunk_outage_devices",
            "Devices in the outage that goes on or ended in the last 15 minutes.",
            f64::from(outage_devices),
        ),
    ]
    .concat()
    .into_iter()
    // The text format knows no family without a member: one would take all others with it.
    .filter(|family| !family.get_metric().is_empty())
    .collect()
}

fn gauge(name: &str, help: &str, value: f64) -> Vec<MetricFamily> {
    Gauge::new(name, help).map_or_else(
        |_| Vec::new(),
        |gauge| {
            gauge.set(value);
            gauge.collect()
        },
    )
}

fn by_profile(
    name: &str,
    help: &str,
    city: &CityReception,
    number: impl Fn((u64, u64)) -> u64,
) -> Vec<MetricFamily> {
    let Ok(gauges) = GaugeVec::new(Opts::new(name, help), &["profile"]) else { return Vec::new() };
    for (profile, &numbers) in &city.by_profile {
        gauges.with_label_values(&[profile]).set(number(numbers) as f64);
    }
    gauges.collect()
}
