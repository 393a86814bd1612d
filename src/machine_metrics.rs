//! Process and disk as metrics.

use std::path::PathBuf;

use prometheus::{
    Gauge, Registry,
    core::{Collector, Desc},
    proto::MetricFamily,
};
use store::Location;

use crate::disk::{Space, folder_of};

/// Exports memory, processor time, open files and start of this process, where the system tells them, and the disk of a
/// store that is a file.
pub(crate) fn register(metrics: &Registry, store: Location) -> Result<(), prometheus::Error> {
    #[cfg(target_os = "linux")]
    metrics.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
    if let Location::Sqlite(file) = store {
        metrics.register(Box::new(StoreDisk::new(file)?))?;
    }
    Ok(())
}

/// The disk, looked at whenever somebody asks.
#[derive(Debug)]
struct StoreDisk {
    store: PathBuf,
    free: Gauge,
    total: Gauge,
}

impl StoreDisk {
    fn new(store: PathBuf) -> Result<Self, prometheus::Error> {
        Ok(Self {
            store,
            free: Gauge::new("stadtfunk_store_disk_free_bytes", "Bytes left where the store's file is.")?,
            total: Gauge::new("stadtfunk_store_disk_bytes", "Bytes of the disk where the store's file is.")?,
        })
    }
}

impl Collector for StoreDisk {
    fn desc(&self) -> Vec<&Desc> {
        [self.free.desc(), self.total.desc()].concat()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        // No figure is better than a wrong one.
        let Ok(space) = Space::at(&folder_of(&self.store)) else { return Vec::new() };
        self.free.set(space.free_bytes as f64);
        self.total.set(space.total_bytes as f64);
        [self.free.collect(), self.total.collect()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn process_and_disk_are_exported() {
        let metrics = Registry::new();
        let folder = tempfile::tempdir().unwrap();
        register(&metrics, Location::Sqlite(folder.path().join("city.sqlite"))).unwrap();
        let families = metrics.gather();
        let value = |name: &str| {
            let family = families.iter().find(|family| family.name() == name);
            family.unwrap_or_else(|| panic!("`{name}` is not exported")).get_metric()[0]
                .get_gauge()
                .get_value()
        };
        assert!(value("process_resident_memory_bytes") > 1e6);
        assert!(0.0 < value("stadtfunk_store_disk_free_bytes"));
        assert!(value("stadtfunk_store_disk_free_bytes") < value("stadtfunk_store_disk_bytes"));
    }
}
