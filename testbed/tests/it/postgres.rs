//! A server that a drill may stop, kill and start again.

use testbed::{Database, Postgres, Stop};

#[test]
fn what_was_committed_is_there_after_each_kind_of_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Postgres::start_in(folder.path(), &["work_mem=5MB"]).unwrap();
    let database = Database::timescale_on(&server.url());
    assert_eq!(database.query("SHOW work_mem"), [["5MB"]]);
    database.execute("CREATE TABLE t (n integer)");

    database.execute("INSERT INTO t VALUES (1)");
    server.restart(Stop::Fast).unwrap();
    database.execute("INSERT INTO t VALUES (2)");
    server.restart(Stop::Immediate).unwrap();
    database.execute("INSERT INTO t VALUES (3)");
    server.kill();
    assert!(!server.is_running());
    assert!(database.try_query("SELECT 1").is_err());
    server.run().unwrap();
    assert_eq!(database.query("SELECT n FROM t ORDER BY n"), [["1"], ["2"], ["3"]]);
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let error = Postgres::start_in(folder.path(), &["work_mem=a lot"]).unwrap_err();
    assert!(error.to_string().contains("work_mem"), "{error}");
}
