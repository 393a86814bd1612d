//! What a Thing's values of the last day are worth.

use std::collections::BTreeMap;

use domain::{Doubt, Quality, ThingId, TimeRange};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::{AppState, reception::last};

/// No value is stored that is further ahead of us.
const AHEAD: SignedDuration = SignedDuration::from_mins(2);

/// How many of a Thing's values of the last 24 hours are worth what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ThingQuality {
    /// From a full hour on.
    pub since: Timestamp,
    /// Values with a number.
    #[schema(example = 960)]
    pub values: u64,
    /// Of them doubtful, though they count, by doubt: `inconsistent`, `clock`, `step`, `stuck`.
    #[schema(example = json!({"step": 2}))]
    pub doubtful: BTreeMap<&'static str, u64>,
    /// Of them out of the plausible range: kept, and counted nowhere.
    #[schema(example = 0)]
    pub bad: u64,
    /// Values that are missing though the sensor reported: it says why.
    #[schema(example = 1)]
    pub missing: u64,
}

impl ThingQuality {
    /// Counts them; `None` where there are none.
    pub(crate) async fn read(app: &AppState, thing: ThingId) -> Result<Option<Self>, StoreError> {
        let now = app.clock.now();
        let since = last(SignedDuration::from_hours(24), now).from();
        // To the value of this moment, though the clock of the device may run ahead.
        let ahead = now.saturating_add(AHEAD).unwrap_or(now);
        let Ok(day) = TimeRange::new(since, ahead) else { return Ok(None) };
        let counts = app.store.qualities(thing, day).await?;
        if counts.is_empty() {
            return Ok(None);
        }
        let sum = |is: fn(Quality) -> bool| {
            counts.iter().filter(|(quality, _)| is(**quality)).map(|(_, n)| n).sum::<u64>()
        };
        let of = |doubt: Doubt| Some((doubt.key(), *counts.get(&Quality::Suspect(doubt))?));
        Ok(Some(Self {
            since,
            values: sum(|quality| !matches!(quality, Quality::Missing(_))),
            doubtful: Doubt::ALL.into_iter().filter_map(of).collect(),
            bad: sum(|quality| quality == Quality::Bad),
            missing: sum(|quality| matches!(quality, Quality::Missing(_))),
        }))
    }

    /// All doubtful ones.
    pub(crate) fn n_doubtful(&self) -> u64 {
        self.doubtful.values().sum()
    }
}
