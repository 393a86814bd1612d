//! How far apart Grafana wants the points of a panel.

use serde_json::Value;

/// Pixels of a panel over the whole page: Grafana asks for no more points unless the panel says how many.
const WIDTH: i64 = 1600;

/// The interval of a panel over a time range, in milliseconds: the range divided by the points, rounded, and no less than the
/// panel's or the data source's least interval.
pub(super) fn interval_ms(panel: &Value, range_ms: i64, least_of_data_source_ms: i64) -> i64 {
    let columns = panel["gridPos"]["w"].as_i64().unwrap();
    let points = panel["maxDataPoints"].as_i64().unwrap_or(WIDTH * columns / 24);
    let least = match panel["interval"].as_str() {
        None => least_of_data_source_ms,
        Some("15m") => 900_000,
        Some(other) => panic!("least interval `{other}` is unknown here"),
    };
    rounded(range_ms / points).max(least)
}

/// As Grafana rounds an interval, from five seconds on.
fn rounded(ms: i64) -> i64 {
    const STEPS: [(i64, i64); 14] = [
        (7_500, 5_000),
        (12_500, 10_000),
        (17_500, 15_000),
        (25_000, 20_000),
        (45_000, 30_000),
        (90_000, 60_000),
        (210_000, 120_000),
        (450_000, 300_000),
        (750_000, 600_000),
        (1_050_000, 900_000),
        (2_700_000, 1_800_000),
        (5_400_000, 3_600_000),
        (16_200_000, 10_800_000),
        (32_400_000, 21_600_000),
    ];
    STEPS.iter().find(|(below, _)| ms < *below).map_or(86_400_000, |(_, step)| *step)
}

#[test]
fn longer_ranges_have_wider_intervals_and_none_is_narrower_than_the_panel_wants() {
    let panel = serde_json::json!({ "gridPos": { "w": 24 }, "interval": "15m", "maxDataPoints": 120 });
    let days = |n: i64| interval_ms(&panel, n * 86_400_000, 15_000);
    assert_eq!([days(1), days(7), days(30)], [900_000, 3_600_000, 21_600_000]);
}
