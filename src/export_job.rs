//! The pages as plain files, again and again.

use std::{path::PathBuf, sync::Arc, time::Duration};

use axum::Router;
use dashboard_api::export::export;
use domain::{Clock, ErrorChain};
use jiff::tz::TimeZone;
use prometheus::{IntGauge, Registry};
use tokio_util::sync::CancellationToken;

/// After a start: whatever waits for the service comes first.
const FIRST: Duration = Duration::from_mins(1);

/// What is exported where, and how often.
pub(crate) struct ExportJob {
    pub router: Router,
    pub folder: PathBuf,
    pub every: Duration,
    pub zone: TimeZone,
    pub clock: Arc<dyn Clock>,
}

/// When the last export was whole: what an alert looks at.
pub(crate) fn gauge(registry: &Registry) -> Result<IntGauge, prometheus::Error> {
    let gauge = IntGauge::new(
        "stadtfunk_export_last_success_timestamp_seconds",
        "When all pages were last written as files; 0 before the first time.",
    )?;
    registry.register(Box::new(gauge.clone()))?;
    Ok(gauge)
}

impl ExportJob {
    /// Exports until `stop`. What fails is told and tried again next time; the files of the time before stay.
    pub(crate) async fn run(self, last_success: IntGauge, stop: CancellationToken) {
        let mut pause = FIRST.min(self.every);
        while stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
            pause = self.every;
            let now = self.clock.now();
            let work = export(self.router.clone(), &self.folder, now, &self.zone);
            match stop.run_until_cancelled(work).await {
                None => return,
                Some(Ok(exported)) if exported.failed.is_empty() => {
                    last_success.set(now.as_second());
                    tracing::info!(
                        files = exported.n_files,
                        bytes = exported.n_bytes,
                        "pages written as files"
                    );
                }
                Some(Ok(exported)) => {
                    let (n, first) = (exported.failed.len(), exported.failed.first());
                    tracing::warn!(n_failed = n, first, "some pages could not be written as files");
                }
                Some(Err(error)) => {
                    tracing::warn!(error = %ErrorChain(&error), "pages were not written as files");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use domain::SystemClock;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pages_are_written_soon_after_the_start_and_again_after_each_pause() {
        let folder = tempfile::tempdir().unwrap();
        let index = folder.path().join("index.html");
        let page = async || axum::response::Html("<main>the city</main>");
        let gauge = gauge(&Registry::new()).unwrap();
        let stop = CancellationToken::new();
        let job = ExportJob {
            router: Router::new().route("/", get(page)),
            folder: folder.path().to_owned(),
            every: Duration::from_hours(6),
            zone: TimeZone::UTC,
            clock: Arc::new(SystemClock),
        };
        let running = tokio::spawn(job.run(gauge.clone(), stop.clone()));
        for _ in 0..2 {
            assert!(!index.exists());
            while gauge.get() == 0 {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            assert!(std::fs::read_to_string(&index).unwrap().ends_with("the city</main>"));
            std::fs::remove_file(&index).unwrap();
            gauge.set(0);
        }
        stop.cancel();
        running.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_written_is_no_success_and_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("letter.txt"), "not ours").unwrap();
        let gauge = gauge(&Registry::new()).unwrap();
        let stop = CancellationToken::new();
        let page = async || axum::response::Html("<main>the city</main>");
        let job = ExportJob {
            router: Router::new().route("/", get(page)),
            folder: folder.path().to_owned(),
            every: Duration::from_mins(1),
            zone: TimeZone::UTC,
            clock: Arc::new(SystemClock),
        };
        let running = tokio::spawn(job.run(gauge.clone(), stop.clone()));
        tokio::time::sleep(Duration::from_mins(3)).await;
        assert_eq!(gauge.get(), 0);
        std::fs::remove_file(folder.path().join("letter.txt")).unwrap();
        while gauge.get() == 0 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        stop.cancel();
        running.await.unwrap();
    }
}
