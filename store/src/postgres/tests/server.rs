//! A store in a database of its own for each test.

use domain::Secret;
use testbed::Database;

use super::super::{PgReaders, Target};

const SCHEMA: [&str; 2] = [
    include_str!("../../../migrations/postgres/0001_store.sql"),
    include_str!("../../../migrations/postgres/0002_object.sql"),
];

/// The schema of a city in Berlin's time zone and nothing else.
pub(super) fn empty() -> Database {
    let database = Database::timescale();
    for step in SCHEMA {
        database.execute(step);
    }
    database.execute("INSERT INTO meta VALUES ('schema_version', '2'), ('zone', 'Europe/Berlin')");
    database
}

pub(super) fn target(url: &str) -> Target {
    Target::parse(&Secret::new(url)).unwrap()
}

pub(super) fn readers(database: &Database) -> PgReaders {
    PgReaders::start(target(&database.url()))
}

/// The one number of a query.
pub(super) fn number(database: &Database, sql: &str) -> i64 {
    database.query(sql)[0][0].parse().unwrap()
}
