//! A database of its own for each test.

use std::{
    hash::{BuildHasher as _, RandomState},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};

use crate::program;

/// The environment variable that names the server of a test run: the URL of its maintenance database, as superuser.
pub const SERVER: &str = "TESTBED_POSTGRES";

/// A new database; dropped with this value, whoever is still connected.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// With the extension TimescaleDB, on the server of this test run.
    pub fn timescale() -> Self {
        Self::timescale_on(&server_of_this_run())
    }

    /// An ordinary PostgreSQL, on the server of this test run.
    pub fn plain() -> Self {
        Self::plain_on(&server_of_this_run())
    }

    /// With the extension TimescaleDB, on this server (the URL of any database of it).
    pub fn timescale_on(server: &str) -> Self {
        let database = Self::plain_on(server);
        database.execute("CREATE EXTENSION timescaledb");
        database
    }

    /// An ordinary PostgreSQL, on this server.
    pub fn plain_on(server: &str) -> Self {
        let name = format!("test_{:016x}", RandomState::new().hash_one("database"));
        query(server, &format!("CREATE DATABASE {name}")).unwrap_or_else(|error| panic!("{error:#}"));
        Self { server: server.to_owned(), name }
    }

    /// How a client reaches it, as superuser.
    pub fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').expect("a URL of PostgreSQL ends in /database");
        format!("{server}/{}", self.name)
    }

    /// Runs statements.
    pub fn execute(&self, sql: &str) {
        self.query(sql);
    }

    /// The rows of a query, each with its columns.
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        self.try_query(sql).unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// The rows of a query, or why there are none.
    pub fn try_query(&self, sql: &str) -> Result<Vec<Vec<String>>> {
        query(&self.url(), sql)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A server that a drill has stopped takes its databases with it.
        let _ = query(&self.server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// Runs SQL through `psql`: as independent of the drivers of the product as can be.
pub(crate) fn query(url: &str, sql: &str) -> Result<Vec<Vec<String>>> {
    const COLUMN: char = '\u{1f}';
    const ROW: char = '\u{1e}';
    let output = Command::new(program("psql"))
        .args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"])
        .arg(format!("--field-separator={COLUMN}"))
        .arg(format!("--record-separator={ROW}"))
        .args(["--command", sql, url])
        .env("PGCONNECT_TIMEOUT", "5")
        .output()
        .context("cannot start psql")?;
    ensure!(output.status.success(), "`{sql}` at {url}: {}", String::from_utf8_lossy(&output.stderr).trim());
    let text = String::from_utf8(output.stdout).context("psql answers in UTF-8")?;
    let rows = text.trim_end_matches('\n').split_terminator(ROW);
    Ok(rows.map(|row| row.split(COLUMN).map(str::to_owned).collect()).collect())
}

#[expect(clippy::disallowed_methods, reason = "the test run names its server")]
fn server_of_this_run() -> String {
    std::env::var(SERVER).unwrap_or_else(|_| {
        panic!(
            "this test needs PostgreSQL with TimescaleDB, and {SERVER} names none: run `cargo xtask test`, which brings one, \
             or keep `cargo xtask services --run` running and export what it prints"
        )
    })
}
