//! Each test has a database of its own.

use testbed::{Database, Postgres};

#[test]
fn a_database_has_timescaledb_or_not_as_asked_and_is_gone_afterwards() {
    let (timescale, plain) = (Database::timescale(), Database::plain());
    let extensions = "SELECT extname FROM pg_extension WHERE extname = 'timescaledb'";
    assert_eq!(timescale.query(extensions), [["timescaledb"]]);
    assert_eq!(plain.query(extensions), Vec::<Vec<String>>::new());
    assert_eq!(plain.query("SHOW server_version_num")[0][0][..2], *"17");

    let url = timescale.url();
    let name = url.rsplit('/').next().unwrap().to_owned();
    drop(timescale);
    let databases = plain.query(&format!("SELECT datname FROM pg_database WHERE datname = '{name}'"));
    assert_eq!(databases, Vec::<Vec<String>>::new());
}

#[test]
fn a_query_answers_with_rows_of_columns_and_says_what_is_wrong() {
    let server = Postgres::start().unwrap();
    let database = Database::plain_on(&server.url());
    database
        .execute("CREATE TABLE t (a text, b integer); INSERT INTO t VALUES (E'two\\nlines', 1), ('', NULL)");
    assert_eq!(database.query("SELECT * FROM t ORDER BY b"), [["two\nlines", "1"], ["", ""]]);
    let error = database.try_query("SELECT c FROM t").unwrap_err();
    assert!(error.to_string().contains("column \"c\" does not exist"), "{error}");
}
