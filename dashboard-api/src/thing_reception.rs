//! How much of what a Thing sent arrived, and what is missing because of an outage.

use domain::{ThingId, TimeRange};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::{Gap, HeardHour, Outage, Reception, StoreError};
use utoipa::ToSchema;

use crate::{
    AppState,
    reception::{LOOK_BACK, last, share, with_silences},
};

/// What arrived of a Thing's devices lately.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ThingReception {
    pub(crate) day: Arrived,
    pub(crate) week: Arrived,
    /// The outages of these days that this Thing lost something in, with what it lost.
    pub(crate) outages: Vec<(TimeRange, u64)>,
}

/// What arrived of what was sent since an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrived {
    /// Later than asked for where the Thing was not heard before.
    pub(crate) since: Timestamp,
    pub(crate) n_received: u64,
    pub(crate) n_missing: u64,
    /// Of the missing ones those in an outage.
    pub(crate) n_in_outages: u64,
}

impl ThingReception {
    /// Reads what is known of a Thing; `None` while that is nothing.
    pub(crate) async fn read(app: &AppState, thing: ThingId) -> Result<Option<Self>, StoreError> {
        let now = app.clock.now();
        let receptions = app.store.receptions(Some(thing)).await?;
        if receptions.is_empty() {
            return Ok(None);
        }
        let week = last(LOOK_BACK, now);
        let gaps = with_silences(app.store.gaps(Some(thing), week).await?, &receptions, now);
        let heard = app.store.heard(thing, week.from()).await?;
        let city = app.reception.now(&app.store, now).await?;
        Ok(Self::of(&receptions, &gaps, &heard, &city.outages, now))
    }

    fn of(
        receptions: &[Reception],
        gaps: &[Gap],
        heard: &[HeardHour],
        outages: &[Outage],
        now: Timestamp,
    ) -> Option<Self> {
        let first_heard_at = receptions.iter().map(|reception| reception.first_heard_at).min()?;
        let missing_in = |range: TimeRange| gaps.iter().map(|gap| gap.n_missing_in(range)).sum::<u64>();
        let arrived = |range: TimeRange| {
            let in_range = |outage: &Outage| {
                TimeRange::new(outage.from.max(range.from()), outage.to.min(range.to())).map_or(0, missing_in)
            };
            Arrived {
                since: range.from().max(first_heard_at),
                n_received: heard.iter().filter(|hour| hour.hour >= range.from()).map(|hour| hour.n).sum(),
                n_missing: missing_in(range),
                n_in_outages: outages.iter().map(in_range).sum(),
            }
        };
        let lost = outages.iter().map(|outage| (outage.range(), missing_in(outage.range())));
        Some(Self {
            day: arrived(last(SignedDuration::from_hours(24), now)),
            week: arrived(last(LOOK_BACK, now)),
            outages: lost.filter(|(_, n_missing)| *n_missing > 0).collect(),
        })
    }
}

impl Arrived {
    pub(crate) const fn n_expected(self) -> u64 {
        self.n_received + self.n_missing
    }
}

/// What of this Thing's uplinks arrived, by frame counters and, while it is late, by its interval.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct ThingReceptionBody {
    /// In the last 24 hours, from a full hour on.
    pub last_24h: ArrivedBody,
    /// In the last seven days, from a full hour on.
    pub last_7d: ArrivedBody,
    /// Outages of the network server or of ours in the last seven days that this Thing lost uplinks in.
    pub outages: Vec<ThingOutageBody>,
}

/// What arrived of what was sent.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct ArrivedBody {
    /// Since when; later where the Thing was not heard before.
    pub since: Timestamp,
    /// Uplinks that should have arrived.
    #[schema(example = 96)]
    pub expected: u64,
    /// Of them received.
    #[schema(example = 94)]
    pub received: u64,
    /// Of them not received.
    #[schema(example = 2)]
    pub missing: u64,
    /// Of the missing ones those in an outage: not the sensor's fault.
    #[schema(example = 2)]
    pub missing_in_outages: u64,
    /// `received` of `expected`, 0 to 1; null if nothing was expected.
    #[schema(example = 0.9792)]
    pub share: Option<f64>,
}

/// An outage as it met one Thing.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct ThingOutageBody {
    /// From which quarter-hour.
    pub from: Timestamp,
    /// To the end of which quarter-hour.
    pub to: Timestamp,
    /// Uplinks of this Thing that are missing.
    #[schema(example = 2)]
    pub n_missing: u64,
}

impl From<ThingReception> for ThingReceptionBody {
    fn from(reception: ThingReception) -> Self {
        let outages = reception.outages.iter().map(|(range, n_missing)| ThingOutageBody {
            from: range.from(),
            to: range.to(),
            n_missing: *n_missing,
        });
        Self { last_24h: reception.day.into(), last_7d: reception.week.into(), outages: outages.collect() }
    }
}

impl From<Arrived> for ArrivedBody {
    fn from(arrived: Arrived) -> Self {
        Self {
            since: arrived.since,
            expected: arrived.n_expected(),
            received: arrived.n_received,
            missing: arrived.n_missing,
            missing_in_outages: arrived.n_in_outages,
            share: share(arrived.n_received, arrived.n_expected()),
        }
    }
}
