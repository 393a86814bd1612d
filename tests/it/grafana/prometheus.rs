//! A real Prometheus with the project's own settings, asked over its HTTP interface.

use std::{
    fs,
    process::{Child, Command, Stdio},
};

use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use testbed::{free_port, program, wait_for};

use super::{macros::Moment, path, read};

/// A Prometheus that scrapes one city; killed with this value.
pub(super) struct Prometheus {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Prometheus {
    /// With `prometheus.yml` of the project, but this city as target and a scrape each second.
    pub(super) fn of(city: &str) -> Self {
        let settings = read("prometheus/prometheus.yml");
        let (settings, _node) = settings.split_once("  # Disk and clock").unwrap();
        let own = settings.replace("127.0.0.1:8080", city).replace("15s", "1s").replace("30s", "1s");
        assert_ne!(settings, own);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("prometheus.yml"), own).unwrap();
        fs::copy(path("prometheus/alerts.yml"), folder.path().join("alerts.yml")).unwrap();
        let port = free_port();
        let child = Command::new(program("prometheus"))
            .arg(format!("--config.file={}", folder.path().join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Prometheus is needed: `cargo xtask services` installs it");
        let prometheus = Self { child, port, _folder: folder };
        wait_for("Prometheus to scrape the city", || {
            prometheus
                .try_get("query", &[("query", "up")])
                .is_some_and(|up| up["data"]["result"][0]["value"][1] == "1")
        });
        prometheus
    }

    /// The answer's `data`, or Prometheus' error.
    pub(super) fn get(&self, what: &str, parameters: &[(&str, &str)]) -> Result<Value, String> {
        let answer = self.try_get(what, parameters).ok_or("no answer")?;
        if answer["status"] == "success" {
            Ok(answer["data"].clone())
        } else {
            Err(answer["error"].to_string())
        }
    }

    /// What a panel's query gives: at an instant, or over the panel's range.
    pub(super) fn run(&self, query: &str, is_instant: bool, at: &Moment) -> Result<Value, String> {
        let seconds = |at: Timestamp| (at.as_millisecond() as f64 / 1000.0).to_string();
        let (from, to) = (seconds(at.from), seconds(at.to));
        let step = format!("{}ms", at.interval_ms);
        if is_instant {
            self.get("query", &[("query", query), ("time", &to)])
        } else {
            self.get("query_range", &[("query", query), ("start", &from), ("end", &to), ("step", &step)])
        }
    }

    /// The options of a variable `label_values(metric, label)`.
    pub(super) fn label_values(&self, query: &str) -> Result<Vec<String>, String> {
        let arguments = query.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')'));
        let (metric, label) =
            arguments.and_then(|text| text.split_once(", ")).ok_or("no `label_values(metric, label)`")?;
        let values = self.get(&format!("label/{label}/values"), &[("match[]", metric)])?;
        Ok(values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect())
    }

    fn try_get(&self, what: &str, parameters: &[(&str, &str)]) -> Option<Value> {
        let url = format!("http://127.0.0.1:{}/api/v1/{what}", self.port);
        let request = ureq::get(url).config().http_status_as_error(false).build();
        let request = parameters.iter().fold(request, |request, (name, value)| request.query(*name, *value));
        request.call().ok()?.body_mut().read_json().ok()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether any sample of an answer is a number.
pub(super) fn has_a_number(data: &Value) -> bool {
    let is_number =
        |sample: &Value| sample[1].as_str().is_some_and(|text| text.parse().is_ok_and(f64::is_finite));
    data["result"].as_array().is_some_and(|series| {
        series.iter().any(|one| {
            is_number(&one["value"])
                || one["values"].as_array().is_some_and(|samples| samples.iter().any(is_number))
        })
    })
}
