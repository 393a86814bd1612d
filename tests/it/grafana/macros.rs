//! What Grafana puts in place of macros and variables before it sends a query.
//!
//! The rules are those of Grafana's documentation and of its PostgreSQL and Prometheus data sources. What is not known here is an
//! error, so that no dashboard uses it untested.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// What Grafana knows when it sends a query.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub from: Timestamp,
    pub to: Timestamp,
    /// Milliseconds between two points of the panel.
    pub interval_ms: i64,
    /// Values of the dashboard's variables.
    pub variables: BTreeMap<String, Vec<String>>,
}

impl Moment {
    /// A query for PostgreSQL.
    pub(super) fn sql(&self, query: &str) -> Result<String, String> {
        // In this order: Grafana's page fills in variables, its server the rest.
        let query = self.with_variables(query)?;
        let query = query
            .replace("$__interval_ms", &self.interval_ms.to_string())
            .replace("$__interval", &duration(self.interval_ms))
            .replace("$__unixEpochFrom()", &self.from.as_second().to_string())
            .replace("$__unixEpochTo()", &self.to.as_second().to_string());
        let mut expanded = String::new();
        let mut rest = query.as_str();
        while let Some((before, call)) = rest.split_once("$__") {
            let (name, arguments) =
                call.split_once('(').ok_or_else(|| format!("`$__{call}` has no arguments"))?;
            let (arguments, after) =
                arguments.split_once(')').ok_or_else(|| format!("`$__{call}` is not closed"))?;
            expanded += before;
            expanded += &self.sql_macro(name, &arguments.split(',').map(str::trim).collect::<Vec<_>>())?;
            rest = after;
        }
        expanded += rest;
        complete(expanded)
    }

    /// A query for Prometheus; `least_interval_ms` is the data source's scrape interval.
    pub(super) fn promql(&self, query: &str, least_interval_ms: i64) -> Result<String, String> {
        let rate_interval_ms = (self.interval_ms + least_interval_ms).max(4 * least_interval_ms);
        let range_s = self.to.as_second() - self.from.as_second();
        let mut query = query
            .replace("$__rate_interval", &duration(rate_interval_ms))
            .replace("$__range", &format!("{range_s}s"))
            .replace("$__interval", &duration(self.interval_ms));
        for (name, values) in &self.variables {
            // Of several values: any of them.
            query = query.replace(&format!("${name}"), &format!("({})", values.join("|")));
        }
        complete(query)
    }

    fn with_variables(&self, query: &str) -> Result<String, String> {
        let mut expanded = String::new();
        let mut rest = query;
        while let Some((before, reference)) = rest.split_once("${") {
            let (reference, after) =
                reference.split_once('}').ok_or_else(|| format!("`${{{reference}` is not closed"))?;
            let name = reference
                .strip_suffix(":sqlstring")
                .ok_or_else(|| format!("`{reference}`: only `:sqlstring` is quoted for SQL"))?;
            let values =
                self.variables.get(name).ok_or_else(|| format!("variable `{name}` is unknown here"))?;
            let quoted: Vec<_> =
                values.iter().map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
            expanded += before;
            expanded += &quoted.join(",");
            rest = after;
        }
        Ok(expanded + rest)
    }

    fn sql_macro(&self, name: &str, arguments: &[&str]) -> Result<String, String> {
        match (name, arguments) {
            ("timeFrom", [""]) => Ok(format!("'{}'", self.from)),
            ("timeTo", [""]) => Ok(format!("'{}'", self.to)),
            ("timeFilter", [column]) => Ok(format!("{column} BETWEEN '{}' AND '{}'", self.from, self.to)),
            ("unixEpochFilter", [column]) => {
                let (from, to) = (self.from.as_second(), self.to.as_second());
                Ok(format!("{column} >= {from} AND {column} <= {to}"))
            }
            ("timeGroup", [column, interval]) => {
                let seconds = seconds(interval).ok_or_else(|| format!("`{interval}` is no interval"))?;
                Ok(format!("floor(extract(epoch from {column})/{seconds})*{seconds}"))
            }
            ("timeGroupAlias", group) => Ok(self.sql_macro("timeGroup", group)? + " AS \"time\""),
            _ => Err(format!("macro `$__{name}` of {} arguments is unknown here", arguments.len())),
        }
    }
}

/// A query with nothing left to fill in.
fn complete(query: String) -> Result<String, String> {
    match query.find('$') {
        // The end of a regular expression of PromQL is quoted.
        Some(at) => Err(format!("left over: `{}`", query.get(at..).unwrap_or_default())),
        None => Ok(query),
    }
}

/// A duration as Grafana writes it: in its largest unit.
fn duration(ms: i64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")];
    units
        .iter()
        .find(|(unit, _)| ms >= *unit && ms % unit == 0)
        .map_or_else(|| format!("{ms}ms"), |(unit, name)| format!("{}{name}", ms / unit))
}

/// The seconds of a duration such as `15m`.
fn seconds(duration: &str) -> Option<f64> {
    let (number, unit) = duration.split_at(duration.find(|c: char| !c.is_ascii_digit())?);
    let unit = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| number * unit)
}

fn moment() -> Moment {
    Moment {
        from: "2026-05-04T10:00:00Z".parse().unwrap(),
        to: "2026-05-04T12:00:00Z".parse().unwrap(),
        interval_ms: 900_000,
        variables: [("site".to_owned(), vec!["damm".to_owned(), "o'hara".to_owned()])].into(),
    }
}

#[test]
fn a_query_for_postgresql_is_filled_in_as_grafana_does() {
    let filled = |query| moment().sql(query).unwrap();
    assert_eq!(
        filled("$__timeFilter(u.time)"),
        "u.time BETWEEN '2026-05-04T10:00:00Z' AND '2026-05-04T12:00:00Z'"
    );
    assert_eq!(filled("f($__timeFrom(), $__timeTo())"), "f('2026-05-04T10:00:00Z', '2026-05-04T12:00:00Z')");
    assert_eq!(filled("$__timeGroup(t, $__interval)"), "floor(extract(epoch from t)/900)*900");
    assert_eq!(
        filled("$__timeGroupAlias(t, 1h), 1"),
        "floor(extract(epoch from t)/3600)*3600 AS \"time\", 1"
    );
    assert_eq!(filled("$__unixEpochFrom() / 600"), "1777888800 / 600");
    assert_eq!(filled("$__unixEpochFilter(s)"), "s >= 1777888800 AND s <= 1777896000");
    assert_eq!(filled("w($__interval_ms)"), "w(900000)");
    assert_eq!(filled("ARRAY[${site:sqlstring}]"), "ARRAY['damm','o''hara']");
}

#[test]
fn a_query_for_prometheus_is_filled_in_as_grafana_does() {
    let filled = |query| moment().promql(query, 15_000).unwrap();
    assert_eq!(filled("rate(a{s=~\"$site\"}[$__rate_interval])"), "rate(a{s=~\"(damm|o'hara)\"}[915s])");
    assert_eq!(filled("increase(a[$__range])"), "increase(a[7200s])");
    let near = Moment { interval_ms: 15_000, ..moment() };
    assert_eq!(near.promql("rate(a[$__rate_interval])", 15_000).unwrap(), "rate(a[1m])");
}

#[test]
fn what_is_unknown_here_is_an_error() {
    for query in ["$__timeShift(t)", "$site", "${site}", "${other:sqlstring}", "$__timeGroup(t, '5x')"] {
        assert!(moment().sql(query).is_err(), "{query}");
    }
    assert!(moment().promql("a{s=~\"$other\"}", 15_000).is_err());
}
