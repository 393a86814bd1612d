//! What became of every message, in public numbers.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::Serialize;
use store::Accounting;
use utoipa::ToSchema;

use super::{ApiState, things::NoParameters};
use crate::{ApiError, Problem, SourceStatus, extract::Query, reception::ReceptionBody};

/// Totals since the store was created. Every message has exactly one outcome.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct AccountingBody {
    /// Messages whose readings are on disk.
    #[schema(example = 1000)]
    pub stored: u64,
    /// Messages that were there already: `delivery` (the same message again), `frame` (the same radio
    /// frame as another message).
    #[schema(example = json!({"delivery": 12, "frame": 3}))]
    pub duplicate: BTreeMap<String, u64>,
    /// Messages kept raw for a look, by reason.
    #[schema(example = json!({"unknown_device": 2}))]
    pub quarantined: BTreeMap<String, u64>,
    /// Messages that are no uplinks, by kind.
    #[schema(example = json!({"join": 5}))]
    pub ignored: BTreeMap<String, u64>,
    /// All outcomes together.
    #[schema(example = 1022)]
    pub total: u64,
    /// Distinct messages in the ledger.
    #[schema(example = 1010)]
    pub n_events: u64,
    /// Whether the ledger holds exactly the messages with an outcome: `n_events` = `total` less second
    /// deliveries.
    pub adds_up: bool,
    /// What was sent and what of it arrived, by the frame counters of the devices.
    pub reception: ReceptionBody,
    /// How the sources of messages are doing; empty where another process ingests.
    pub sources: Vec<SourceBody>,
}

/// How one source of messages is doing. Addresses, topics and errors are for operators only.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct SourceBody {
    /// The configured name.
    #[schema(example = "chirpstack")]
    pub name: String,
    /// `connecting`, `connected`, `subscribed`, `waiting` (between two tries, see `last_error`) or `stopped`.
    #[schema(example = "subscribed")]
    pub state: String,
    /// Since when.
    pub since: Timestamp,
    /// When the last message came.
    pub last_message_at: Option<Timestamp>,
    /// Messages received since the start of the process.
    #[schema(example = 1022)]
    pub n_received: u64,
    /// Of them with an outcome.
    #[schema(example = 1020)]
    pub n_settled: u64,
    /// Of them not yet settled.
    #[schema(example = 2)]
    pub n_in_flight: u64,
    /// Of them lost: sent without acknowledgement (QoS 0) while there was no room for them.
    #[schema(example = 0)]
    pub n_lost: u64,
    /// Of them given up without acknowledgement; they are delivered and counted again.
    #[schema(example = 0)]
    pub n_superseded: u64,
}

/// Shows what became of every message.
#[utoipa::path(
    get,
    path = "/api/v1/accounting",
    tag = "operation",
    responses(
        (status = 200, description = "The totals", body = AccountingBody),
        (status = 400, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(state): State<ApiState>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Json<AccountingBody>, ApiError> {
    let accounting = state.app.store.accounting().await?;
    let reception = state.app.reception.now(&state.app.store, state.app.clock.now()).await?;
    let sources = (state.app.sources)().into_iter().map(SourceBody::from).collect();
    Ok(Json(AccountingBody::new(&accounting, ReceptionBody::from(&*reception), sources)))
}

impl AccountingBody {
    fn new(accounting: &Accounting, reception: ReceptionBody, sources: Vec<SourceBody>) -> Self {
        let by_reason = |outcome: &str| {
            let mut totals = BTreeMap::new();
            for row in accounting.rows.iter().filter(|row| row.outcome == outcome) {
                *totals.entry(row.reason.clone()).or_default() += row.n;
            }
            totals
        };
        let duplicate: BTreeMap<String, u64> = by_reason("duplicate");
        let total = accounting.rows.iter().map(|row| row.n).sum();
        let second_deliveries = duplicate.get("delivery").copied().unwrap_or_default();
        Self {
            stored: by_reason("stored").values().sum(),
            duplicate,
            quarantined: by_reason("quarantined"),
            ignored: by_reason("ignored"),
            total,
            n_events: accounting.n_events,
            adds_up: accounting.n_events + second_deliveries == total,
            reception,
            sources,
        }
    }
}

impl From<SourceStatus> for SourceBody {
    fn from(status: SourceStatus) -> Self {
        Self {
            name: status.name,
            state: status.state,
            since: status.since,
            last_message_at: status.last_message_at,
            n_received: status.n_received,
            n_settled: status.n_settled,
            n_in_flight: status.n_in_flight,
            n_lost: status.n_lost,
            n_superseded: status.n_superseded,
        }
    }
}

#[cfg(test)]
mod tests {
    use store::AccountingRow;

    use super::*;
    use crate::reception::CityReception;

    fn nothing() -> ReceptionBody {
        ReceptionBody::from(&CityReception::default())
    }

    fn row(source: &str, outcome: &str, reason: &str, n: u64) -> AccountingRow {
        AccountingRow { source: source.into(), outcome: outcome.to_owned(), reason: reason.to_owned(), n }
    }

    #[test]
    fn sources_are_added_and_second_deliveries_are_no_events() {
        let rows = vec![
            row("a", "stored", "", 10),
            row("b", "stored", "", 5),
            row("a", "duplicate", "delivery", 3),
            row("a", "duplicate", "frame", 2),
            row("b", "quarantined", "schema", 1),
        ];
        let body = AccountingBody::new(&Accounting { rows, n_events: 18 }, nothing(), Vec::new());
        assert_eq!(body.stored, 15);
        assert_eq!(body.total, 21);
        assert!(body.adds_up);
    }

    #[test]
    fn a_lost_event_shows() {
        let body = AccountingBody::new(
            &Accounting { rows: vec![row("a", "stored", "", 2)], n_events: 3 },
            nothing(),
            Vec::new(),
        );
        assert!(!body.adds_up);
    }
}
