//! The alert rules: Prometheus' own tests, a run book for each, and a test for each in both directions.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;
use testbed::program;

use super::{path, read};

fn rules() -> Vec<Value> {
    let yaml: Value = serde_saphyr::from_str(&read("prometheus/alerts.yml")).unwrap();
    let groups = yaml["groups"].as_array().unwrap();
    groups.iter().flat_map(|group| group["rules"].as_array().unwrap().clone()).collect()
}

/// The words of the rules that name a metric of this program.
pub(super) fn own_metrics() -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut names: Vec<String> = rules()
        .iter()
        .flat_map(|rule| {
            rule["expr"].as_str().unwrap().split(|c| !is_part(c)).map(str::to_owned).collect::<Vec<_>>()
        })
        .filter(|word| word.starts_with("stadtfunk_") || word.starts_with("process_"))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn promtool(arguments: &[&str]) {
    let output = Command::new(program("promtool"))
        .args(arguments)
        .current_dir(path("prometheus"))
        .output()
        .expect("promtool is needed: `cargo xtask services` installs it");
    let said =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success(), "promtool {arguments:?}: {said}");
}

#[test]
fn prometheus_takes_settings_and_rules() {
    promtool(&["check", "config", "prometheus.yml"]);
    promtool(&["check", "rules", "--lint-fatal", "alerts.yml"]);
}

#[test]
fn the_alerts_fire_where_they_should_and_nowhere_else() {
    promtool(&["test", "rules", "alerts.test.yml", "alerts_days.test.yml"]);
}

#[test]
fn every_alert_is_tested_firing_and_still_and_has_a_section_of_the_run_book() {
    let mut tested: BTreeMap<String, [bool; 2]> = BTreeMap::new();
    for file in ["alerts.test.yml", "alerts_days.test.yml"] {
        let yaml: Value = serde_saphyr::from_str(&read(&format!("prometheus/{file}"))).unwrap();
        for test in yaml["tests"].as_array().unwrap() {
            let expectation = &test["alert_rule_test"][0];
            let fires = !expectation["exp_alerts"].as_array().unwrap().is_empty();
            let alert = expectation["alertname"].as_str().unwrap().to_owned();
            tested.entry(alert).or_default()[usize::from(fires)] = true;
        }
    }
    let run_book = read("../docs/runbook.md");
    for rule in rules() {
        let alert = rule["alert"].as_str().unwrap();
        assert_eq!(tested.remove(alert), Some([true, true]), "{alert}");
        let severity = rule["labels"]["severity"].as_str().unwrap();
        assert!(run_book.contains(&format!("## {alert}\n\n*{severity}.*")), "{alert}");
    }
    assert!(tested.is_empty(), "tests of alerts that are not there: {tested:?}");
}
