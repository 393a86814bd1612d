//! The dashboards as files.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::path;

/// One dashboard.
pub(super) struct Dashboard {
    pub file: String,
    pub json: Value,
}

/// One query of a panel.
pub(super) struct Target<'d> {
    pub panel: &'d Value,
    pub json: &'d Value,
}

impl Dashboard {
    /// All that are provisioned.
    pub(super) fn all() -> Vec<Self> {
        let mut files: Vec<_> =
            fs::read_dir(path("dashboards")).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
            .iter()
            .map(|file| Self {
                file: file.file_name().unwrap().to_string_lossy().into_owned(),
                json: serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap(),
            })
            .collect()
    }

    /// Panels that show something; rows are headings.
    pub(super) fn panels(&self) -> impl Iterator<Item = &Value> {
        self.json["panels"].as_array().unwrap().iter().filter(|panel| panel["type"] != "row")
    }

    pub(super) fn variables(&self) -> &[Value] {
        self.json["templating"]["list"].as_array().unwrap()
    }

    pub(super) fn targets(&self) -> Vec<Target<'_>> {
        let targets_of = |panel: &'_ Value| panel["targets"].as_array().unwrap().len();
        self.panels()
            .flat_map(|panel| {
                (0..targets_of(panel)).map(move |n| Target { panel, json: &panel["targets"][n] })
            })
            .collect()
    }

    pub(super) fn is_for_planners(&self) -> bool {
        self.json["tags"].as_array().unwrap().iter().any(|tag| tag == "stadtfunk-planung")
    }

    /// For messages of tests.
    pub(super) fn name(&self, panel: &Value) -> String {
        format!("{}: {}", self.file, panel["title"].as_str().unwrap_or_default())
    }
}

impl Target<'_> {
    /// SQL or PromQL.
    pub(super) fn query(&self) -> &str {
        let query = self.json["rawSql"].as_str().or_else(|| self.json["expr"].as_str());
        query.unwrap_or_else(|| panic!("a target without a query: {}", self.json))
    }

    pub(super) fn data_source(&self) -> &str {
        self.json["datasource"]["uid"].as_str().unwrap()
    }
}

#[test]
fn every_panel_has_an_id_of_its_own_a_title_and_a_description() {
    for dashboard in Dashboard::all() {
        let mut ids: Vec<i64> = dashboard.json["panels"]
            .as_array()
            .unwrap()
            .iter()
            .map(|panel| panel["id"].as_i64().unwrap())
            .collect();
        let n = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), n, "{}: two panels have one id", dashboard.file);
        for panel in dashboard.panels() {
            let name = dashboard.name(panel);
            assert!(!panel["title"].as_str().unwrap().is_empty(), "{name}");
            assert!(panel["description"].as_str().unwrap().len() > 20, "{name}: no description");
        }
    }
}

#[test]
fn no_panel_lies_on_another_or_outside_of_the_page() {
    for dashboard in Dashboard::all() {
        let mut taken = BTreeSet::new();
        for panel in dashboard.json["panels"].as_array().unwrap() {
            let side = |key: &str| panel["gridPos"][key].as_i64().unwrap();
            for (x, y) in (side("y")..side("y") + side("h"))
                .flat_map(|y| (side("x")..side("x") + side("w")).map(move |x| (x, y)))
            {
                assert!(x < 24 && taken.insert((x, y)), "{}: at {x}, {y}", dashboard.name(panel));
            }
        }
    }
}

#[test]
fn missing_is_never_drawn_as_zero_nor_bridged() {
    for dashboard in Dashboard::all() {
        for panel in dashboard.panels() {
            let spans_nulls = &panel["fieldConfig"]["defaults"]["custom"]["spanNulls"];
            assert!(spans_nulls.is_null() || spans_nulls == false, "{}", dashboard.name(panel));
        }
        for target in dashboard.targets() {
            let query = target.query().to_lowercase();
            let name = dashboard.name(target.panel);
            let mut defaults = query.split("coalesce(").skip(1).filter_map(|rest| rest.split(')').next());
            assert!(!defaults.any(|default| default.ends_with(", 0")), "{name}: a default of zero");
            assert!(!query.contains("vector(0)"), "{name}");
        }
    }
}

#[test]
fn planners_see_their_city_s_time_and_never_radio_or_raw_tables() {
    for dashboard in Dashboard::all().iter().filter(|dashboard| dashboard.is_for_planners()) {
        assert_eq!(dashboard.json["timezone"], "Europe/Berlin", "{}", dashboard.file);
        for target in dashboard.targets() {
            let name = dashboard.name(target.panel);
            assert_eq!(target.data_source(), "stadtfunk-planner", "{name}");
            // Single values are read in the one panel that is about them.
            let reads_readings = target.query().contains("reading_value");
            assert_eq!(reads_readings, target.panel["title"] == "Einzelwerte", "{name}");
        }
    }
}
