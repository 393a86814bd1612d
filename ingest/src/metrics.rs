//! What became of every message, counted: for Prometheus and for the sum that must add up.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use prometheus::{
    Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
};
use store::Outcome;

use crate::source::SourceName;

/// The ingest's metrics. Label values are bounded: configured sources, outcomes, reasons, profiles, codes.
#[derive(Clone, Debug)]
pub struct Metrics {
    received: IntCounterVec,
    messages: IntCounterVec,
    in_flight: IntGaugeVec,
    window: IntGaugeVec,
    dropped: IntCounterVec,
    superseded: IntCounterVec,
    connected: IntGaugeVec,
    failures: IntCounterVec,
    last_message: IntGaugeVec,
    warnings: IntCounterVec,
    pub(crate) batch_messages: Histogram,
    pub(crate) commit_seconds: Histogram,
    pub(crate) commit_failures: IntCounter,
}

impl Metrics {
    /// Creates the metrics and registers them.
    pub fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let counters = |name: &str, help: &str, labels: &[&str]| {
            let counters = IntCounterVec::new(Opts::new(format!("stadtfunk_ingest_{name}"), help), labels)?;
            registry.register(Box::new(counters.clone()))?;
            Ok::<_, prometheus::Error>(counters)
        };
        let gauges = |name: &str, help: &str| {
            let gauges = IntGaugeVec::new(Opts::new(format!("stadtfunk_ingest_{name}"), help), &["source"])?;
            registry.register(Box::new(gauges.clone()))?;
            Ok::<_, prometheus::Error>(gauges)
        };
        let histogram = |name: &str, help: &str, buckets: &[f64]| {
            let options =
                HistogramOpts::new(format!("stadtfunk_ingest_{name}"), help).buckets(buckets.to_vec());
            let histogram = Histogram::with_opts(options)?;
            registry.register(Box::new(histogram.clone()))?;
            Ok::<_, prometheus::Error>(histogram)
        };
        let commit_failures = IntCounter::new(
            "stadtfunk_ingest_commit_failures_total",
            "Commits that failed and were tried again.",
        )?;
        registry.register(Box::new(commit_failures.clone()))?;
        Ok(Self {
            received: counters("received_total", "Messages received.", &["source"])?,
            messages: counters(
                "messages_total",
                "Messages by what became of them.",
                &["source", "outcome", "reason"],
            )?,
            in_flight: gauges("in_flight_messages", "Messages received and not yet settled.")?,
            window: gauges(
                "window_messages",
                "Most messages in work; with more the broker waits (QoS 1), or they are lost (QoS 0).",
            )?,
            dropped: counters(
                "dropped_qos0_total",
                "Messages without acknowledgement lost: too many were waiting, or the ingest stopped.",
                &["source"],
            )?,
            superseded: counters(
                "superseded_total",
                "Messages given up without acknowledgement; the broker delivers them again.",
                &["source"],
            )?,
            connected: gauges("source_subscribed", "1 while connected and subscribed.")?,
            failures: counters("source_failures_total", "Connections lost or refused.", &["source"])?,
            last_message: gauges("last_message_timestamp_seconds", "When the last message came.")?,
            warnings: counters(
                "decoder_warnings_total",
                "Payloads read with a warning.",
                &["profile", "code"],
            )?,
            batch_messages: histogram(
                "batch_messages",
                "Messages committed together.",
                &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0],
            )?,
            commit_seconds: histogram(
                "commit_seconds",
                "Time of one successful commit, waiting for the one before it included.",
                &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0],
            )?,
            commit_failures,
        })
    }

    /// The counters of one source.
    pub(crate) fn source(&self, name: &SourceName) -> SourceMetrics {
        let labels = [name.as_ref()];
        SourceMetrics {
            name: Arc::clone(name),
            received: self.received.with_label_values(&labels),
            messages: self.messages.clone(),
            in_flight: self.in_flight.with_label_values(&labels),
            dropped: self.dropped.with_label_values(&labels),
            superseded: self.superseded.with_label_values(&labels),
            connected: self.connected.with_label_values(&labels),
            failures: self.failures.with_label_values(&labels),
            last_message: self.last_message.with_label_values(&labels),
        }
    }

    /// Says how many messages of a source may be in work.
    pub(crate) fn bounded(&self, name: &SourceName, n_messages: u16) {
        self.window.with_label_values(&[name.as_ref()]).set(n_messages.into());
    }

    /// Counts warnings of decoders and of the pipeline.
    pub(crate) fn warned(&self, profile: &str, code: &str, n: u64) {
        self.warnings.with_label_values(&[profile, code]).inc_by(n);
    }
}

/// The Prometheus counters of one source.
#[derive(Clone, Debug)]
pub(crate) struct SourceMetrics {
    name: SourceName,
    received: IntCounter,
    messages: IntCounterVec,
    in_flight: IntGauge,
    dropped: IntCounter,
    superseded: IntCounter,
    pub(crate) connected: IntGauge,
    pub(crate) failures: IntCounter,
    pub(crate) last_message: IntGauge,
}

/// What became of the messages of one source since the start of the process.
///
/// `n_received` is always the sum of all the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages received, a second delivery counted again.
    pub n_received: u64,
    /// Received and not yet settled.
    pub n_in_flight: u64,
    /// Settled, by outcome.
    pub outcomes: HashMap<Outcome, u64>,
    /// QoS 0 messages lost because too many were waiting or because the ingest stopped before their commit.
    pub n_dropped_qos0: u64,
    /// Given up without acknowledgement; the broker, or whoever called the webhook, delivers again.
    pub n_superseded: u64,
}

impl Counts {
    /// Settled messages of all outcomes.
    pub fn n_settled(&self) -> u64 {
        self.outcomes.values().sum()
    }
}

/// Counts the messages of one source.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    counts: Arc<Mutex<Counts>>,
    metrics: SourceMetrics,
}

impl Tally {
    pub(crate) fn new(metrics: SourceMetrics) -> Self {
        Self { counts: Arc::default(), metrics }
    }

    pub(crate) fn counts(&self) -> Counts {
        self.lock().clone()
    }

    /// Counts a message. `redelivery` says what it means to drop it.
    pub(crate) fn received(&self, redelivery: Redelivery) -> InFlight {
        self.metrics.received.inc();
        self.metrics.in_flight.inc();
        let mut counts = self.lock();
        counts.n_received += 1;
        counts.n_in_flight += 1;
        InFlight { tally: self.clone(), redelivery, outcome: None }
    }

    /// Each step is one addition, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a message dropped without an outcome comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redelivery {
    /// Its sender waits for our answer and delivers it again.
    Expected,
    /// MQTT QoS 0: it is gone.
    Never,
}

/// One message being worked on. Dropping it without an outcome counts it as superseded, or as lost if it
/// does not come again.
#[derive(Debug)]
pub(crate) struct InFlight {
    tally: Tally,
    redelivery: Redelivery,
    outcome: Option<Outcome>,
}

impl InFlight {
    /// Counts the message's one outcome.
    pub(crate) fn settle(mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let metrics = &self.tally.metrics;
        metrics.in_flight.dec();
        // One step under one lock, so that the sum adds up for every reader.
        let mut counts = self.tally.lock();
        counts.n_in_flight -= 1;
        if let Some(outcome) = self.outcome {
            *counts.outcomes.entry(outcome).or_default() += 1;
            metrics
                .messages
                .with_label_values(&[metrics.name.as_ref(), outcome.key(), outcome.reason()])
                .inc();
            return;
        }
        match self.redelivery {
            Redelivery::Expected => {
                counts.n_superseded += 1;
                metrics.superseded.inc();
            }
            Redelivery::Never => {
                counts.n_dropped_qos0 += 1;
                metrics.dropped.inc();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally() -> Tally {
        Tally::new(Metrics::register(&Registry::new()).unwrap().source(&"city".into()))
    }

    #[test]
    fn a_message_given_up_is_lost_unless_its_sender_waits_for_our_answer() {
        let tally = tally();
        let (qos1, qos0) = (tally.received(Redelivery::Expected), tally.received(Redelivery::Never));
        assert_eq!(tally.counts(), Counts { n_received: 2, n_in_flight: 2, ..Counts::default() });
        drop((qos1, qos0));
        let given_up = Counts { n_received: 2, n_superseded: 1, n_dropped_qos0: 1, ..Counts::default() };
        assert_eq!(tally.counts(), given_up);
    }

    #[test]
    fn a_settled_message_counts_its_outcome_however_it_came() {
        let tally = tally();
        tally.received(Redelivery::Never).settle(Outcome::Stored);
        let outcomes = [(Outcome::Stored, 1)].into();
        assert_eq!(tally.counts(), Counts { n_received: 1, outcomes, ..Counts::default() });
    }
}
