//! The counted outcomes.

use std::sync::Arc;

use sqlx::PgConnection;

use crate::{Accounting, AccountingRow};

/// All totals as they were at one moment: between two commits they add up.
pub(super) async fn load(db: &mut PgConnection) -> sqlx::Result<Accounting> {
    type Total = (i64, Option<String>, Option<String>, Option<String>, Option<i64>);
    let totals: Vec<Total> = sqlx::query_as(
        r#"SELECT w.n_events, a.source, a.outcome, a.reason, a.n
           FROM writer w LEFT JOIN accounting a ON a.n <> 0
           ORDER BY a.source COLLATE "C", a.outcome COLLATE "C", a.reason COLLATE "C""#,
    )
    .fetch_all(db)
    .await?;
    let n_events = totals.first().map_or(0, |total| total.0.unsigned_abs());
    let rows = totals
        .into_iter()
        .filter_map(|(_, source, outcome, reason, n)| {
            let source = Arc::from(source?);
            Some(AccountingRow { source, outcome: outcome?, reason: reason?, n: n?.unsigned_abs() })
        })
        .collect();
    Ok(Accounting { rows, n_events })
}
