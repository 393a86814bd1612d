//! Queries as Grafana's PostgreSQL data source sends them: the simple protocol, as the role of the data source.

use sqlx::{
    Column as _, ConnectOptions as _, Executor as _, Row as _, TypeInfo as _, ValueRef as _,
    postgres::PgConnectOptions,
};
use testbed::Database;

/// The answer of a query.
#[derive(Debug)]
pub(super) struct Table {
    /// Names and types of PostgreSQL.
    pub columns: Vec<(String, String)>,
    /// Values as PostgreSQL writes them.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Runs a query as a role.
pub(super) fn query(database: &Database, role: &str, sql: &str) -> Result<Table, sqlx::Error> {
    let options: PgConnectOptions = database.url().parse()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = options.username(role).disable_statement_logging().connect().await?;
        let rows = connection.fetch_all(sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))).await?;
        let columns = rows.first().map(|row| {
            let columns = row.columns().iter();
            columns.map(|column| (column.name().to_owned(), column.type_info().name().to_owned())).collect()
        });
        let value = |row: &sqlx::postgres::PgRow, n| {
            let value = row.try_get_raw(n)?;
            let text = if value.is_null() {
                None
            } else {
                Some(value.as_str().map_err(sqlx::Error::Decode)?.to_owned())
            };
            Ok::<_, sqlx::Error>(text)
        };
        let rows: Result<Vec<Vec<_>>, _> =
            rows.iter().map(|row| (0..row.len()).map(|n| value(row, n)).collect()).collect();
        Ok(Table { columns: columns.unwrap_or_default(), rows: rows? })
    })
}

impl Table {
    /// Whether a number stands anywhere.
    pub(super) fn has_a_number(&self) -> bool {
        self.numeric_columns()
            .any(|n| self.rows.iter().any(|row| row[n].as_deref().is_some_and(|text| text != "NaN")))
    }

    /// What keeps Grafana from drawing it as time series.
    pub(super) fn trouble_as_time_series(&self) -> Option<String> {
        let (name, kind) = self.columns.first()?;
        if name != "time" || !["TIMESTAMPTZ", "FLOAT8", "NUMERIC"].contains(&kind.as_str()) {
            return Some(format!("the first column is `{name}` ({kind}), expected `time`"));
        }
        let times: Option<Vec<String>> = self.rows.iter().map(|row| row[0].clone()).collect();
        let Some(times) = times else { return Some("a row without a time".to_owned()) };
        if !times.is_sorted() {
            return Some("rows are not in the order of time".to_owned());
        }
        if self.numeric_columns().all(|n| n == 0) {
            return Some("no column of numbers beside the time".to_owned());
        }
        None
    }

    fn numeric_columns(&self) -> impl Iterator<Item = usize> {
        let is_numeric = |kind: &str| ["FLOAT8", "FLOAT4", "INT2", "INT4", "INT8", "NUMERIC"].contains(&kind);
        self.columns.iter().enumerate().filter(move |(_, (_, kind))| is_numeric(kind)).map(|(n, _)| n)
    }
}
