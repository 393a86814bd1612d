//! Every query of every dashboard, as Grafana would send it, sees data.

use std::collections::BTreeMap;

use domain::{Clock as _, SystemClock};
use jiff::SignedDuration;
use serde_json::Value;

use super::{
    alerts,
    dashboard::{Dashboard, Target},
    database::{self, Table},
    filled::Filled,
    interval::interval_ms,
    macros::Moment,
    prometheus,
    provisioning::{DataSource, data_sources},
};

#[test]
fn every_panel_and_every_variable_of_every_dashboard_sees_data() {
    let filled = Filled::new();
    let grafana = Grafana { filled: &filled, sources: data_sources() };
    let mut troubles = Vec::new();
    let mut n_queries = 0;
    for dashboard in Dashboard::all() {
        let variables = grafana.choose(&dashboard);
        for target in dashboard.targets() {
            n_queries += 1;
            if let Err(trouble) = grafana.look(&target, &variables) {
                let query = target.query();
                troubles.push(format!("{}: {trouble}\n{query}\n", dashboard.name(target.panel)));
            }
        }
    }
    assert!(troubles.is_empty(), "{} of {n_queries} queries:\n{}", troubles.len(), troubles.join("\n"));

    counts_what_came_and_what_did_not(&grafana);
    the_alerts_know_the_metrics_and_call_nobody(&filled);
}

/// Figures of which the truth is known from the simulator.
fn counts_what_came_and_what_did_not(grafana: &Grafana<'_>) {
    let dashboards = Dashboard::all();
    let gaps = dashboards.iter().find(|dashboard| dashboard.file == "gaps.json").unwrap();
    let variables = grafana.choose(gaps);
    let table = |title: &str| {
        let target = gaps.targets().into_iter().find(|target| target.panel["title"] == title).unwrap();
        grafana.ask_postgresql(&target, &variables).unwrap()
    };
    assert_eq!(table("Uplinks").rows, [[Some(grafana.filled.n_uplinks.to_string())]]);
    for title in ["Missing uplinks", "Devices by missing uplinks"] {
        let table = table(title);
        let column =
            table.columns.iter().position(|(name, _)| name.to_lowercase().starts_with("missing")).unwrap();
        let n: u64 =
            table.rows.iter().filter_map(|row| row[column].as_ref()).map(|n| n.parse::<u64>().unwrap()).sum();
        assert_eq!(n, grafana.filled.n_missing, "{title}");
    }
    // The two silences of three hours at ten-minute intervals alone.
    assert!(grafana.filled.n_missing >= 34, "{}", grafana.filled.n_missing);
}

fn the_alerts_know_the_metrics_and_call_nobody(filled: &Filled) {
    let names = filled.prometheus.get("label/__name__/values", &[]).unwrap();
    let names: Vec<&str> = names.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for metric in alerts::own_metrics() {
        // The disk of a store in PostgreSQL is another machine's.
        let is_here = names.contains(&metric.as_str()) || metric.starts_with("stadtfunk_store_disk");
        assert!(is_here, "an alert asks for `{metric}`, which the program does not export: {names:?}");
    }
    let groups = filled.prometheus.get("rules", &[]).unwrap()["groups"].clone();
    let rules: Vec<&Value> =
        groups.as_array().unwrap().iter().flat_map(|group| group["rules"].as_array().unwrap()).collect();
    assert!(rules.len() > 20, "{groups}");
    for rule in rules {
        assert_eq!(rule["health"], "ok", "{rule}");
        assert!(
            rule["labels"]["severity"] != "page" || rule["state"] != "firing",
            "a healthy city calls: {rule}"
        );
    }
}

/// What Grafana does between a dashboard and its data sources.
struct Grafana<'f> {
    filled: &'f Filled,
    sources: Vec<DataSource>,
}

type Variables = BTreeMap<String, Vec<String>>;

impl Grafana<'_> {
    /// All options of the variables that allow it, else the first one.
    fn choose(&self, dashboard: &Dashboard) -> Variables {
        let mut chosen = Variables::new();
        for variable in dashboard.variables() {
            let name = variable["name"].as_str().unwrap();
            let mut options = self.options(variable, &chosen);
            assert!(!options.is_empty(), "{}: variable `{name}` has no option", dashboard.file);
            if variable["includeAll"] == false {
                options.truncate(1);
            }
            chosen.insert(name.to_owned(), options);
        }
        chosen
    }

    fn options(&self, variable: &Value, chosen: &Variables) -> Vec<String> {
        let source = self.source(&variable["datasource"]);
        let Some(role) = &source.user else {
            return self
                .filled
                .prometheus
                .label_values(variable["query"]["query"].as_str().unwrap())
                .unwrap();
        };
        let moment = self.of_measurements(chosen, source.least_interval_ms);
        let query = moment.sql(variable["query"].as_str().unwrap()).unwrap();
        let table =
            database::query(&self.filled.database, role, &query).unwrap_or_else(|e| panic!("{query}: {e}"));
        let value = table.columns.iter().position(|(name, _)| name == "__value").unwrap_or(0);
        table.rows.iter().map(|row| row[value].clone().unwrap()).collect()
    }

    /// Runs one query; says what is wrong with its answer.
    fn look(&self, target: &Target<'_>, variables: &Variables) -> Result<(), String> {
        let source = self.source(&target.json["datasource"]);
        if source.user.is_some() {
            let table = self.ask_postgresql(target, variables)?;
            let trouble = match target.json["format"].as_str() {
                Some("time_series") => table.trouble_as_time_series(),
                Some("table") => None,
                other => Some(format!("format {other:?}")),
            };
            return match trouble {
                Some(trouble) => Err(trouble),
                None if table.has_a_number() => Ok(()),
                None => Err(format!("{} rows, and no number in them", table.rows.len())),
            };
        }
        let now = SystemClock.now();
        let watched_ms = now.duration_since(self.filled.watched_since).as_millis().try_into().unwrap();
        let interval_ms = interval_ms(target.panel, watched_ms, source.least_interval_ms);
        // The newest of the points is now.
        let range_ms = (watched_ms / interval_ms + 1) * interval_ms;
        let from = now - SignedDuration::from_millis(range_ms);
        let moment = Moment { from, to: now, interval_ms, variables: variables.clone() };
        let query = moment.promql(target.query(), source.least_interval_ms)?;
        let data = self.filled.prometheus.run(&query, target.json["instant"] == true, &moment)?;
        if prometheus::has_a_number(&data) { Ok(()) } else { Err(format!("no number in {data}")) }
    }

    fn ask_postgresql(&self, target: &Target<'_>, variables: &Variables) -> Result<Table, String> {
        let source = self.source(&target.json["datasource"]);
        let range = self.filled.range;
        let range_ms = range.to().duration_since(range.from()).as_millis().try_into().unwrap();
        let interval_ms = interval_ms(target.panel, range_ms, source.least_interval_ms);
        let query = self.of_measurements(variables, interval_ms).sql(target.query())?;
        let role = source.user.as_deref().ok_or("no role")?;
        database::query(&self.filled.database, role, &query).map_err(|error| error.to_string())
    }

    /// The two days, and the hour after them in which messages came that say no time.
    fn of_measurements(&self, variables: &Variables, interval_ms: i64) -> Moment {
        let range = self.filled.range;
        let to = range.to() + SignedDuration::from_hours(1);
        Moment { from: range.from(), to, interval_ms, variables: variables.clone() }
    }

    fn source(&self, reference: &Value) -> &DataSource {
        let uid = reference["uid"].as_str().unwrap();
        self.sources
            .iter()
            .find(|source| source.uid == uid)
            .unwrap_or_else(|| panic!("`{uid}` is not provisioned"))
    }
}
