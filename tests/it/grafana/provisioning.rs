//! The provisioning files fit the dashboards.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{dashboard::Dashboard, read};

/// A data source as provisioned.
pub(super) struct DataSource {
    pub uid: String,
    pub kind: String,
    /// The role of PostgreSQL it logs in with.
    pub user: Option<String>,
    /// Its least interval in milliseconds.
    pub least_interval_ms: i64,
}

pub(super) fn data_sources() -> Vec<DataSource> {
    let yaml: Value = serde_saphyr::from_str(&read("provisioning/datasources/stadtfunk.yaml")).unwrap();
    let text = |source: &Value, key: &str| source[key].as_str().map(str::to_owned);
    yaml["datasources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| DataSource {
            uid: text(source, "uid").unwrap(),
            kind: text(source, "type").unwrap(),
            user: text(source, "user"),
            least_interval_ms: match source["jsonData"]["timeInterval"].as_str() {
                None => 1000,
                Some("15s") => 15_000,
                Some(other) => panic!("interval `{other}` is unknown here"),
            },
        })
        .collect()
}

#[test]
fn every_data_source_of_a_dashboard_is_provisioned_with_that_kind() {
    let provisioned: BTreeSet<_> =
        data_sources().into_iter().map(|source| (source.uid.clone(), source.kind)).collect();
    let mut used = BTreeSet::new();
    let mut note = |reference: &Value| {
        let part = |key: &str| reference[key].as_str().unwrap().to_owned();
        used.insert((part("uid"), part("type")));
    };
    for dashboard in Dashboard::all() {
        dashboard.variables().iter().for_each(|variable| note(&variable["datasource"]));
        dashboard.panels().for_each(|panel| note(&panel["datasource"]));
        dashboard.targets().iter().for_each(|target| note(&target.json["datasource"]));
    }
    assert_eq!(used, provisioned);
}

#[test]
fn the_dashboards_are_provided_from_the_folder_the_guide_copies_them_to() {
    let yaml: Value = serde_saphyr::from_str(&read("provisioning/dashboards/stadtfunk.yaml")).unwrap();
    let folder = yaml["providers"][0]["options"]["path"].as_str().unwrap();
    let guide = read("../docs/grafana.md");
    let parent = folder.strip_suffix("/dashboards").unwrap();
    assert!(guide.contains(&format!("cp -r grafana/dashboards {parent}/")), "{folder}");
}

#[test]
fn uids_are_stable_and_of_one_dashboard_each() {
    let uids: Vec<_> = Dashboard::all().iter().map(|d| d.json["uid"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        uids,
        ["stadtfunk-gaps", "stadtfunk-ingest", "stadtfunk-standort", "stadtfunk-verkehr", "stadtfunk-wetter"]
    );
}

#[test]
fn the_guide_names_every_variable_of_grafana_s_environment() {
    let guide = read("../docs/grafana.md");
    for name in read("provisioning/datasources/stadtfunk.yaml")
        .split(['$', '\n'])
        .filter(|part| part.starts_with("GRAFANA_"))
    {
        assert!(guide.contains(&format!("{name}=")), "{name}");
    }
}
