//! What an address asks for: a period, and what it is compared with. Looked up, so that nothing about it can be wrong any more.

use domain::{Lang, Truncated};
use jiff::{Timestamp, tz::TimeZone};
use store::{Datastream, StoreError, Thing};

use super::{
    comparison::{Comparison, ParseComparisonError, Shift},
    period::{Asked, ParsePeriodError, Period},
};
use crate::{AppState, pages::channels};

/// What an address says, before it is understood.
#[derive(Clone, Copy, Debug, Default)]
pub struct AskedView<'a> {
    /// When.
    pub period: Asked<'a>,
    /// With what.
    pub compare: Option<&'a str>,
    /// The day of the other period.
    pub compare_date: Option<&'a str>,
}

/// A period, and what it is compared with.
#[derive(Clone, Debug)]
pub struct View {
    /// When.
    pub period: Period,
    /// With what, as the address says it.
    pub comparison: Option<Comparison>,
    /// The same, looked up.
    pub other: Option<Other>,
    /// The name of the site shown.
    pub site: String,
    /// The present moment.
    pub now: Timestamp,
}

/// What something is compared with.
#[derive(Clone, Debug)]
pub enum Other {
    /// Another period of the same site.
    Period(Shift),
    /// Another site in the same period.
    Site(Box<Thing>, Vec<Datastream>),
}

/// Why a view cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// No such period.
    #[error(transparent)]
    Period(#[from] ParsePeriodError),
    /// No such comparison.
    #[error(transparent)]
    Comparison(#[from] ParseComparisonError),
    /// The store cannot answer now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl View {
    /// Understands an address that shows `thing`.
    pub async fn read(
        state: &AppState,
        asked: AskedView<'_>,
        thing: &Thing,
        lang: Lang,
    ) -> Result<Self, ViewError> {
        let now = state.clock.now();
        let period = Period::parse(asked.period, now, &state.zone)?;
        let comparison = Comparison::parse(asked.compare, asked.compare_date)?;
        let other = match &comparison {
            None => None,
            Some(Comparison::Site(key)) if *key == thing.key => {
                return Err(ParseComparisonError::Itself(format!("`{}`", Truncated::new(key))).into());
            }
            Some(Comparison::Site(key)) => {
                let no_site = || ParseComparisonError::NoSite(Truncated::new(key));
                let site = state.store.thing(key).await?.ok_or_else(no_site)?;
                let mut datastreams = state.store.datastreams(Some(site.id)).await?;
                channels::complete(&mut datastreams, &site.channel_names, lang);
                Some(Other::Site(Box::new(site), datastreams))
            }
            Some(by_time) => by_time.shift(period, now, &state.zone)?.map(Other::Period),
        };
        Ok(Self { period, comparison, other, site: thing.name.clone(), now })
    }

    /// As the query of an address, without `?`.
    pub fn query(&self) -> String {
        self.query_of(self.period)
    }

    /// The same comparison in another period.
    pub fn query_of(&self, period: Period) -> String {
        let compare = self.comparison.as_ref().map(Comparison::query).unwrap_or_default();
        format!("{}{compare}", period.query())
    }

    /// The same view tomorrow: with dates in the place of words that mean the present.
    pub fn permanent(&self, zone: &TimeZone) -> String {
        self.query_of(self.period.absolute(self.now, zone))
    }
}
