//! The routes of this process: what `dashboard-api` serves, and the webhooks of `ingest`.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::to_bytes,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use dashboard_api::{Problem, SourceStatus};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use crate::config::WebhookConfig;

/// Longest time for a body to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// Larger bodies are refused by the server; up to here a too large message is counted and kept in part.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// The states of the ingest sources as the interface shows them.
pub(crate) fn sources_of(handle: &ingest::Handle) -> Vec<SourceStatus> {
    let counts = handle.counts();
    let status = |source: ingest::SourceState| {
        let counts = counts.get(&source.name).cloned().unwrap_or_default();
        SourceStatus {
            name: source.name.to_string(),
            state: source.phase.key().to_owned(),
            since: source.since,
            last_message_at: source.last_message_at,
            last_error: source.last_error,
            n_received: counts.n_received,
            n_settled: counts.n_settled(),
            n_in_flight: counts.n_in_flight,
            n_lost: counts.n_dropped_qos0,
            n_superseded: counts.n_superseded,
        }
    };
    handle.source_states().into_iter().map(status).collect()
}

#[derive(Clone)]
struct Webhooks {
    by_name: Arc<BTreeMap<String, WebhookConfig>>,
    ingest: ingest::Handle,
}

/// `POST /webhooks/<name>`: a network server's HTTP integration. Answers 2xx only after the commit.
pub(crate) fn webhooks(by_name: BTreeMap<String, WebhookConfig>, ingest: ingest::Handle) -> Router {
    Router::new()
        .route("/webhooks/{name}", post(receive))
        .with_state(Webhooks { by_name: Arc::new(by_name), ingest })
}

async fn receive(State(webhooks): State<Webhooks>, Path(name): Path<String>, request: Request) -> Response {
    // Whoever does not show the token is not listened to. The same answer for a wrong name and a wrong token,
    // after the same work: nobody learns which names exist.
    let webhook = webhooks.by_name.get(&name);
    let token = webhook.map_or("", |webhook| webhook.token.expose());
    let is_authorised = shows(request.headers(), token);
    let Some(webhook) = webhook.filter(|_| is_authorised) else {
        return refuse(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "expected `Authorization: Bearer <token>` of this webhook",
        );
    };
    let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
    let path = format!("/webhooks/{name}{query}");
    let body = match timeout(BODY_WITHIN, to_bytes(request.into_body(), MAX_BODY)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            let detail = "the body was cut off or is larger than 4 MiB";
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "body_unreadable", detail);
        }
        Err(_) => {
            return refuse(
                StatusCode::REQUEST_TIMEOUT,
                "timeout",
                "the body took longer than 10 s to arrive",
            );
        }
    };
    match webhooks.ingest.accept(&name, webhook.protocol, &path, body).await {
        Ok(outcome) => {
            (StatusCode::OK, Json(json!({ "outcome": outcome.key(), "reason": outcome.reason() })))
                .into_response()
        }
        Err(error) => {
            tracing::warn!(webhook = name, error = %domain::ErrorChain(&error), "webhook message not taken");
            refuse(StatusCode::SERVICE_UNAVAILABLE, "busy", "not stored, send it again later")
        }
    }
}

/// Compares digests, so that the time taken says nothing about the token.
fn shows(headers: &HeaderMap, token: &str) -> bool {
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    Sha256::digest(shown.as_bytes()) == Sha256::digest(token.as_bytes())
}

fn refuse(status: StatusCode, code: &'static str, detail: &str) -> Response {
    Problem::new(status, code, detail).into_response()
}
