//! The routes of this process: what `dashboard-api` serves, and the webhooks of `ingest`.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use dashboard_api::SourceStatus;
use ingest::Phase;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::config::WebhookConfig;

/// Larger bodies are refused by the server; up to here a too large message is counted and kept in part.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// The states of the ingest sources as the interface shows them.
pub(crate) fn sources_of(handle: &ingest::Handle) -> Vec<SourceStatus> {
    let counts = handle.counts();
    let status = |source: ingest::SourceState| {
        let counts = counts.get(&source.name).cloned().unwrap_or_default();
        SourceStatus {
            name: source.name.to_string(),
            state: phase(source.phase).to_owned(),
            since: source.since,
            last_message_at: source.last_message_at,
            last_error: source.last_error,
            n_received: counts.n_received,
            n_settled: counts.n_settled(),
            n_in_flight: counts.n_in_flight,
        }
    };
    handle.source_states().into_iter().map(status).collect()
}

const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Connecting => "connecting",
        Phase::Connected => "connected",
        Phase::Subscribed => "subscribed",
        Phase::Waiting => "failed",
        Phase::Stopped => "stopped",
    }
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
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(Webhooks { by_name: Arc::new(by_name), ingest })
}

async fn receive(
    State(webhooks): State<Webhooks>,
    Path(name): Path<String>,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // The same answer for a wrong name and a wrong token: nobody learns which names exist.
    let Some(webhook) = webhooks.by_name.get(&name).filter(|webhook| is_authorised(webhook, &headers)) else {
        return problem(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "expected `Authorization: Bearer <token>` of this webhook",
        );
    };
    let path = query.map_or_else(|| format!("/webhooks/{name}"), |query| format!("/webhooks/{name}?{query}"));
    match webhooks.ingest.accept(&name, webhook.protocol, &path, body).await {
        Ok(outcome) => {
            (StatusCode::OK, Json(json!({ "outcome": outcome.key(), "reason": outcome.reason() })))
                .into_response()
        }
        Err(error) => {
            tracing::warn!(webhook = name, error = %domain::ErrorChain(&error), "webhook message not taken");
            problem(StatusCode::SERVICE_UNAVAILABLE, "busy", "not stored, send it again later")
        }
    }
}

/// Compares digests, so that the time taken says nothing about the token.
fn is_authorised(webhook: &WebhookConfig, headers: &HeaderMap) -> bool {
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    Sha256::digest(shown.as_bytes()) == Sha256::digest(webhook.token.expose().as_bytes())
}

fn problem(status: StatusCode, code: &str, detail: &str) -> Response {
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "code": code,
        "detail": detail,
    });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
