//! How connections behave when something is wrong.

use std::error::Error as _;

use domain::{ErrorChain, Secret};
use jiff::tz::TimeZone;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};

use super::{
    super::{
        PgReaders, Target,
        error::{ErrorKind, kind},
    },
    server::{empty, number, readers, target},
};
use crate::StoreError;

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

#[test]
fn an_address_that_cannot_be_used_says_why_but_not_the_password() {
    let reason = |address: &str| {
        let error = Target::parse(&Secret::new(address)).unwrap_err();
        let text = format!("{} {error:?}", ErrorChain(&error));
        assert!(!text.contains("geheim"), "{text}");
        text
    };
    assert!(reason("mysql://u:geheim@host/city").contains("postgres://"));
    assert!(reason("u:geheim@host/city").contains("postgres://"));
    assert!(reason("postgres://u:geheim@host:port/city").contains("invalid port number"));
    assert!(reason("postgres://u:geheim@host/city?sslmode=tls").contains("tls"));
    assert!(reason("postgres://u@host/city?pasword=geheim").contains("pasword"));
    for password in ["123/geheim", "a?geheim", "a?sslmode=geheim", "a#geheim"] {
        assert!(reason(&format!("postgres://u:{password}@host/city")).contains("%2F"), "{password}");
    }
    if std::env::var_os("PGDATABASE").is_none() {
        assert!(reason("postgres://u:geheim@host").contains("names no database"));
    }
    let target = Target::parse(&Secret::new("postgres://u:geheim@host:5433/city")).unwrap();
    assert_eq!(target.to_string(), "`city` at host:5433");
    assert!(!format!("{target:?}").contains("geheim"));
}

/// The cause that whoever logs the error would read.
fn cause(error: &StoreError) -> String {
    assert!(error.is_transient(), "{error:?}");
    error.source().expect("a cause").to_string()
}

#[tokio::test]
async fn a_server_that_cannot_be_used_says_why() {
    let database = empty();
    let url = database.url();
    let altered = |from: &str, to: &str| {
        assert!(url.contains(from), "nothing to replace in {url}");
        PgReaders::start(target(&url.replacen(from, to, 1)))
    };
    let (_, rest) = url.split_once("://").unwrap();
    let (authority, name) = rest.split_once('/').unwrap();
    let (_, host) = authority.split_once('@').unwrap();

    let error = altered(host, "127.0.0.1:1").registry().await.unwrap_err();
    assert_eq!(error.to_string(), "store unavailable while trying to read the device registry");
    assert!(cause(&error).contains("refused"), "{}", cause(&error));

    let error = altered(authority, &format!("nobody:geheim@{host}")).registry().await.unwrap_err();
    assert!(cause(&error).contains("nobody"), "{}", cause(&error));
    assert!(!format!("{error:?}").contains("geheim"));

    let error = altered(name, "not_there").verify(berlin()).await.unwrap_err();
    assert!(cause(&error).contains("not_there"), "{}", cause(&error));

    let readers = readers(&database);
    readers.close().await;
    assert!(matches!(readers.registry().await, Err(StoreError::Closed)));
}

#[tokio::test]
async fn another_schema_or_calendar_is_refused() {
    let database = empty();
    let readers = readers(&database);
    readers.verify(berlin()).await.unwrap();
    let london = TimeZone::get("Europe/London").unwrap();
    assert!(matches!(readers.verify(london).await, Err(StoreError::OtherZone { .. })));
    database.execute("UPDATE meta SET value = '3' WHERE key = 'schema_version'");
    let error = readers.verify(berlin()).await.unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 3, known: 2 }), "{error}");
    database.execute("DROP TABLE meta");
    let error = readers.verify(berlin()).await.unwrap_err();
    assert!(matches!(error, StoreError::OlderSchema { found: 0, known: 2 }), "{error}");
    readers.close().await;
}

async fn settings(mut db: PgConnection, names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for name in names {
        let setting = sqlx::query_scalar("SELECT current_setting($1)").bind(*name);
        found.push(setting.fetch_one(&mut db).await.unwrap());
    }
    found
}

#[tokio::test]
async fn what_is_left_hanging_ends_by_itself() {
    let database = empty();
    let names = [
        "application_name",
        "statement_timeout",
        "idle_in_transaction_session_timeout",
        "lock_timeout",
        "default_transaction_read_only",
        "synchronous_commit",
        "TimeZone",
        "tcp_keepalives_idle",
        "tcp_keepalives_interval",
        "tcp_keepalives_count",
        "jit",
    ];
    let target = target(&database.url());
    assert_eq!(
        settings(target.reader().connect().await.unwrap(), &names).await,
        ["stadtfunk-reader", "5s", "10s", "2s", "on", "on", "UTC", "30", "10", "3", "off"]
    );
    assert_eq!(
        settings(target.writer().connect().await.unwrap(), &names).await,
        ["stadtfunk-writer", "30s", "10s", "2s", "off", "on", "UTC", "30", "10", "3", "off"]
    );
}

#[tokio::test]
async fn readers_cannot_write() {
    let database = empty();
    let readers = readers(&database);
    let write = readers.read("write", |db| {
        Box::pin(
            async move { db.execute("UPDATE writer SET turn = 9").await.map(|done| done.rows_affected()) },
        )
    });
    assert!(cause(&write.await.unwrap_err()).contains("read-only transaction"));
    readers.close().await;
}

#[tokio::test]
async fn values_are_to_blame_for_what_their_types_and_constraints_refuse() {
    let database = empty();
    let mut db = target(&database.url()).writer().connect().await.unwrap();
    let mut kind_of = async |sql: &'static str| {
        let error = db.execute(sqlx::raw_sql(sql)).await.unwrap_err();
        kind(&error)
    };
    for data in [
        "SELECT 'x'::integer",
        "SELECT 40000::smallint",
        "INSERT INTO meta VALUES ('zone', 'again')",
        "INSERT INTO meta VALUES ('k', NULL)",
        "INSERT INTO meta SELECT string_agg(md5(i::text), ''), '' FROM generate_series(1, 1000) i",
    ] {
        assert_eq!(kind_of(data).await, ErrorKind::Data, "{data}");
    }
    for transient in [
        "SELECT * FROM nowhere",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '55P03'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '25P02'; END $$",
        "SET statement_timeout = '1ms'; SELECT pg_sleep(60)",
        "SELECT pg_terminate_backend(pg_backend_pid())",
    ] {
        assert_eq!(kind_of(transient).await, ErrorKind::Transient, "{transient}");
    }
    assert_eq!(kind(&sqlx::Error::PoolTimedOut), ErrorKind::Transient);
}

#[tokio::test]
async fn reading_goes_on_after_the_server_ended_all_connections() {
    let database = empty();
    let readers = readers(&database);
    let all = || async { tokio::try_join!(readers.registry(), readers.things(), readers.accounting()) };
    all().await.unwrap();
    let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name = 'stadtfunk-reader'";
    assert!(number(&database, ended) >= 1);
    for _ in 0..3 {
        all().await.unwrap();
    }
    readers.close().await;
}

/// Polled once, then dropped while the server is at work.
async fn abandon(future: impl Future) {
    let mut future = std::pin::pin!(future);
    let _ = std::future::poll_fn(|cx| std::task::Poll::Ready(future.as_mut().poll(cx))).await;
    // Lets what was started get somewhere, as it does between two requests.
    tokio::task::yield_now().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_went_away_leave_no_transaction_open() {
    let database = empty();
    let readers = readers(&database);
    for n in 0..200 {
        match n % 4 {
            0 => abandon(readers.latest(None)).await,
            1 => abandon(readers.registry()).await,
            2 => abandon(readers.accounting()).await,
            // What no read does; the pool must stand it all the same. Dropped here, the driver does not know that it
            // has begun.
            _ => abandon(readers.pool().acquire().await.unwrap().begin()).await,
        }
        if n % 8 == 0 {
            readers.things().await.unwrap();
        }
    }
    // Closing waits for what is under way; each connection was cleaned up on its way back.
    let in_transaction = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'stadtfunk-reader' AND state LIKE 'idle in%'";
    let at_work = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'stadtfunk-reader' AND state = 'active'";
    while readers.pool().num_idle() < readers.pool().size() as usize || number(&database, at_work) > 0 {
        assert_eq!(readers.registry().await.unwrap().devices.len(), 0);
    }
    assert_eq!(number(&database, in_transaction), 0);
    // Every connection sees what was committed after it was abandoned.
    database.execute("UPDATE writer SET registry_version = 7");
    let version = || {
        let readers = readers.clone();
        tokio::spawn(async move { readers.registry_version().await })
    };
    for version in (0..16).map(|_| version()).collect::<Vec<_>>() {
        assert_eq!(version.await.unwrap().unwrap(), 7);
    }
    readers.close().await;
}
