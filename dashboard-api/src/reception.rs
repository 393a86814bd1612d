//! What of all devices arrived and what did not, and whose fault that was.

use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
};

use domain::{ErrorChain, TimeRange};
use jiff::{SignedDuration, Timestamp};
use prometheus::proto::MetricFamily;
use serde::Serialize;
use store::{Gap, Outage, Reception, StoreError, StoreReader, outages};
use tokio::time::{Duration, Instant, MissedTickBehavior, interval_at};
use utoipa::ToSchema;

use crate::{AppState, cached::Cached};

/// How far back outages are looked for.
pub(crate) const LOOK_BACK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How often the metrics are brought up to date, and how soon the first time.
const EVERY: Duration = Duration::from_mins(1);
const FIRST_AFTER: Duration = Duration::from_secs(5);
/// An outage that ended earlier is over.
const RECENT: SignedDuration = SignedDuration::from_mins(15);
/// Older numbers are no metrics: the store does not answer.
const OLDEST_METRICS: SignedDuration = SignedDuration::from_mins(5);

/// What of all devices arrived, as of one moment.
#[derive(Clone, Debug, Default)]
pub struct CityReception {
    /// As of when.
    pub at: Timestamp,
    /// By profile: received and missing.
    pub by_profile: BTreeMap<Arc<str>, (u64, u64)>,
    /// Devices with at least one uplink.
    pub n_devices: u64,
    /// Of them those that should report and have not for more than six intervals.
    pub n_silent: u64,
    /// The outages of the last seven days, in order.
    pub outages: Vec<Outage>,
}

/// Hands out the present [`CityReception`]; at most a minute old.
#[derive(Clone, Debug, Default)]
pub struct Receptions {
    by_minute: Arc<Cached<CityReception, i64>>,
    newest: Arc<RwLock<Option<Arc<CityReception>>>>,
}

impl Receptions {
    /// The present state; it is computed once a minute, whoever asks.
    pub async fn now(&self, store: &StoreReader, now: Timestamp) -> Result<Arc<CityReception>, StoreError> {
        let minute = now.as_second().div_euclid(60);
        if let Some(kept) = self.newest().filter(|kept| kept.at.as_second().div_euclid(60) == minute) {
            return Ok(kept);
        }
        let found = self.by_minute.get(minute, || CityReception::load(store, now)).await?;
        if let Ok(mut newest) = self.newest.write() {
            *newest = Some(Arc::clone(&found));
        }
        Ok(found)
    }

    /// What was computed last, without asking the store.
    fn newest(&self) -> Option<Arc<CityReception>> {
        self.newest.read().ok()?.clone()
    }

    /// Keeps the metrics up to date until the program ends.
    pub(crate) fn keep_fresh(app: &AppState) {
        let AppState { reception, store, clock, shutdown, .. } = app.clone();
        tokio::spawn(async move {
            let mut ticks = interval_at(Instant::now() + FIRST_AFTER, EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = shutdown.cancelled() => return,
                    _ = ticks.tick() => {}
                }
                match reception.now(&store, clock.now()).await {
                    Ok(_) => {}
                    Err(StoreError::Closed) => return,
                    Err(error) => tracing::debug!(error = %ErrorChain(&error), "gaps are not known"),
                }
            }
        });
    }

    /// The metrics as of the last minutes; none while nothing is known.
    pub(crate) fn families(&self, now: Timestamp) -> Vec<MetricFamily> {
        let newest = self.newest().filter(|newest| now.duration_since(newest.at) <= OLDEST_METRICS);
        newest.map_or_else(Vec::new, |newest| metrics::families(&newest, now))
    }
}

impl CityReception {
    async fn load(store: &StoreReader, now: Timestamp) -> Result<Self, StoreError> {
        let range = last(LOOK_BACK, now);
        let receptions = store.receptions(None).await?;
        let gaps = with_silences(store.gaps(None, range).await?, &receptions, now);
        let mut by_profile: BTreeMap<_, (u64, u64)> = BTreeMap::new();
        for reception in &receptions {
            let (received, missing) = by_profile.entry(Arc::clone(&reception.profile)).or_default();
            *received += reception.n_received;
            *missing += reception.n_missing;
        }
        Ok(Self {
            at: now,
            by_profile,
            n_devices: receptions.len() as u64,
            n_silent: receptions.iter().filter(|reception| reception.is_silent(now)).count() as u64,
            outages: outages(range, &receptions, &gaps),
        })
    }

    /// The outage that goes on or ended within the last quarter of an hour.
    pub fn recent_outage(&self, now: Timestamp) -> Option<&Outage> {
        self.outages.last().filter(|outage| now.duration_since(outage.to) <= RECENT)
    }
}

/// The gaps of a range, and of the devices that are silent now the gap that goes on.
pub(crate) fn with_silences(mut gaps: Vec<Gap>, receptions: &[Reception], now: Timestamp) -> Vec<Gap> {
    gaps.extend(receptions.iter().filter_map(|reception| reception.silence(now)));
    gaps
}

/// From whole hours ago until now.
pub(crate) fn last(length: SignedDuration, now: Timestamp) -> TimeRange {
    let hour = now.saturating_sub(length).unwrap_or(Timestamp::MIN).as_second().div_euclid(3600) * 3600;
    let from = Timestamp::from_second(hour).unwrap_or(Timestamp::MIN);
    TimeRange::new(from, now).unwrap_or_else(|_| unreachable!("an hour ago is before now"))
}

/// What of all uplinks arrived, by their frame counters, in public numbers.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct ReceptionBody {
    /// Uplinks that were sent, as far as frame counters tell: between the first and the last received of each session.
    #[schema(example = 1000)]
    pub expected: u64,
    /// Of them received.
    #[schema(example = 983)]
    pub received: u64,
    /// Of them not received; one that comes late is taken off.
    #[schema(example = 17)]
    pub missing: u64,
    /// `received` of `expected`, 0 to 1; null while nothing was received.
    #[schema(example = 0.983)]
    pub share: Option<f64>,
    /// Devices with at least one uplink.
    #[schema(example = 42)]
    pub n_devices: u64,
    /// Of them those that have said nothing for more than six intervals.
    #[schema(example = 1)]
    pub n_silent: u64,
    /// Times in the last seven days in which uplinks of many devices are missing: an outage of the network server or of
    /// ours, not of the radio. Oldest first.
    pub outages: Vec<OutageBody>,
}

/// A time in which uplinks of many devices are missing.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct OutageBody {
    /// From which quarter-hour.
    pub from: Timestamp,
    /// To the end of which quarter-hour.
    pub to: Timestamp,
    /// Most devices affected in one quarter-hour.
    #[schema(example = 38)]
    pub n_devices: u32,
    /// Uplinks that are missing.
    #[schema(example = 190)]
    pub n_missing: u64,
}

impl From<&CityReception> for ReceptionBody {
    fn from(city: &CityReception) -> Self {
        let received = city.by_profile.values().map(|(received, _)| received).sum();
        let missing = city.by_profile.values().map(|(_, missing)| missing).sum();
        let outages = city.outages.iter().map(|outage| OutageBody {
            from: outage.from,
            to: outage.to,
            n_devices: outage.n_devices,
            n_missing: outage.n_missing,
        });
        Self {
            expected: received + missing,
            received,
            missing,
            share: share(received, received + missing),
            n_devices: city.n_devices,
            n_silent: city.n_silent,
            outages: outages.collect(),
        }
    }
}

/// To four digits.
pub(crate) fn share(received: u64, expected: u64) -> Option<f64> {
    (expected > 0).then(|| (received as f64 / expected as f64 * 1e4).round() / 1e4)
}

mod metrics;
