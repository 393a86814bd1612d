//! Doubtful values as a metric.

use prometheus::{
    IntCounterVec, Opts, Registry,
    core::{Collector, Desc},
    proto::MetricFamily,
};
use store::Store;

/// Exports how many values the store was given that are doubtful.
pub(crate) fn register(metrics: &Registry, store: &Store) -> Result<(), prometheus::Error> {
    let options = Opts::new(
        "stadtfunk_doubtful_values_total",
        "Values found doubtful: stored and counted all the same. By observed property and doubt.",
    );
    let counter = IntCounterVec::new(options, &["property", "doubt"])?;
    metrics.register(Box::new(DoubtfulValues { store: store.clone(), counter }))
}

/// The store's own counts, looked at whenever somebody asks.
#[derive(Debug)]
struct DoubtfulValues {
    store: Store,
    counter: IntCounterVec,
}

impl Collector for DoubtfulValues {
    fn desc(&self) -> Vec<&Desc> {
        self.counter.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        for ((property, doubt), n) in self.store.doubtful() {
            let counter = self.counter.with_label_values(&[property.key(), doubt.key()]);
            counter.inc_by(n.saturating_sub(counter.get()));
        }
        self.counter.collect()
    }
}
