//! How the server finds what the writer asks for again and again.

use sqlx::{ConnectOptions, Connection, Executor};

use super::{
    super::readings::{MARKS, REMOVE_MARKS},
    server::{empty, target},
};

/// The plan of a statement as the writing connection makes it: while the table is empty, for all times to come.
async fn plan(parameters: &str, statement: &str, values: &str) -> String {
    let database = empty();
    let mut db = target(&database.url()).writer().connect().await.unwrap();
    db.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(format!("PREPARE asked ({parameters}) AS {statement}"))))
        .await
        .unwrap();
    let explain = format!("EXPLAIN (COSTS OFF) EXECUTE asked ({values})");
    let lines: Vec<(String,)> =
        sqlx::query_as(sqlx::AssertSqlSafe(explain)).fetch_all(&mut db).await.unwrap();
    db.close().await.unwrap();
    lines.into_iter().map(|(line,)| line + "\n").collect()
}

#[tokio::test]
async fn the_next_marks_are_read_in_the_order_of_their_key() {
    let plan = plan("integer, timestamptz, bigint", MARKS, "1, now(), 256").await;
    assert!(plan.contains("dirty_pkey"), "{plan}");
    assert!(!plan.contains("Sort"), "{plan}");
}

#[tokio::test]
async fn marks_are_taken_away_by_their_key() {
    let plan = plan("bigint[], timestamptz[]", REMOVE_MARKS, "ARRAY[1], ARRAY[now()]").await;
    assert!(plan.contains("dirty_pkey"), "{plan}");
    assert!(!plan.contains("Seq Scan"), "{plan}");
}
