//! How long data is kept, and what was removed.

use std::collections::BTreeMap;

use domain::{DatastreamId, ObservedProperty};
use jiff::{SignedDuration, Timestamp};

/// How long each level of data is kept; `None` is for ever.
#[derive(Clone, Debug, Default)]
pub struct Retention {
    /// Raw uplinks, since they were received.
    pub uplinks: Option<SignedDuration>,
    /// Single readings.
    pub readings: Option<SignedDuration>,
    /// Quarter-hours.
    pub buckets_15m: Option<SignedDuration>,
    /// Hours.
    pub buckets_1h: Option<SignedDuration>,
    /// Local days, and the weeks, months and years merged from them.
    pub buckets_1d: Option<SignedDuration>,
    /// The identities of messages, since they were received.
    pub ledger: Option<SignedDuration>,
    /// Messages in quarantine, since they were received.
    pub quarantine: Option<SignedDuration>,
    /// Who changed what.
    pub audit: Option<SignedDuration>,
    /// Single values that may say something about a person; their buckets stay. By property.
    pub values: BTreeMap<ObservedProperty, SignedDuration>,
    /// The same for all values of devices with these profiles; it wins over the property.
    pub values_of_profiles: BTreeMap<String, Option<SignedDuration>>,
    /// The same for single Datastreams; these win.
    pub values_of: BTreeMap<DatastreamId, Option<SignedDuration>>,
}

/// What is kept for a time of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Raw uplinks.
    Uplinks,
    /// Single values that may say something about a person, within readings that stay.
    Values,
    /// Readings.
    Readings,
    /// Quarter-hours.
    Buckets15m,
    /// Hours.
    Buckets1h,
    /// Days.
    Buckets1d,
    /// Identities of messages.
    Ledger,
    /// Messages that could not be stored.
    Quarantine,
    /// Who changed what.
    Audit,
}

/// Whether anything is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetentionMode {
    /// It is only counted.
    DryRun,
    /// It is removed.
    Remove,
}

/// What was removed of a level, or would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// What.
    pub level: Level,
    /// Everything older.
    pub before: Timestamp,
    /// Rows; of [`Level::Values`] single values.
    pub n: u64,
    /// About the oldest that is there now.
    pub oldest: Option<Timestamp>,
}

impl Level {
    /// All levels that are rows of a table, in the order in which they are removed: what others follow from goes last.
    pub(crate) const TABLES: [Self; 8] = [
        Self::Uplinks,
        Self::Readings,
        Self::Buckets15m,
        Self::Buckets1h,
        Self::Buckets1d,
        Self::Ledger,
        Self::Quarantine,
        Self::Audit,
    ];

    /// As in the settings.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Uplinks => "uplinks",
            Self::Values => "values",
            Self::Readings => "readings",
            Self::Buckets15m => "buckets_15m",
            Self::Buckets1h => "buckets_1h",
            Self::Buckets1d => "buckets_1d",
            Self::Ledger => "ledger",
            Self::Quarantine => "quarantine",
            Self::Audit => "audit",
        }
    }

    /// Whether buckets follow from it, so that nothing of it may go before they are computed.
    pub(crate) const fn feeds_buckets(self) -> bool {
        matches!(self, Self::Uplinks | Self::Values | Self::Readings | Self::Buckets15m | Self::Buckets1h)
    }
}

impl Retention {
    pub(crate) fn of(&self, level: Level) -> Option<SignedDuration> {
        match level {
            Level::Uplinks => self.uplinks,
            Level::Values => None,
            Level::Readings => self.readings,
            Level::Buckets15m => self.buckets_15m,
            Level::Buckets1h => self.buckets_1h,
            Level::Buckets1d => self.buckets_1d,
            Level::Ledger => self.ledger,
            Level::Quarantine => self.quarantine,
            Level::Audit => self.audit,
        }
    }

    /// Whether single values of anything are kept for a time of their own.
    pub(crate) fn ends_for_values(&self) -> bool {
        let of_others = self.values_of.values().chain(self.values_of_profiles.values());
        !self.values.is_empty() || of_others.flatten().next().is_some()
    }

    /// How long the single values of a Datastream are kept that devices with these profiles feed. One device of several that
    /// may tell of people is enough for all of its values.
    pub(crate) fn of_values<'a>(
        &self,
        id: DatastreamId,
        property: ObservedProperty,
        profiles: impl IntoIterator<Item = &'a str>,
    ) -> Option<SignedDuration> {
        if let Some(kept) = self.values_of.get(&id) {
            return *kept;
        }
        let of_property = self.values.get(&property).copied();
        let of_profile = |profile| self.values_of_profiles.get(profile).copied().unwrap_or(of_property);
        let shortest = |a: Option<SignedDuration>, b: Option<SignedDuration>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        profiles.into_iter().map(of_profile).reduce(shortest).unwrap_or(of_property)
    }
}

#[cfg(test)]
mod tests {
    use domain::ObservedProperty as P;

    use super::*;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    #[test]
    fn a_profile_wins_over_the_property_and_the_operator_over_both() {
        let kept = Retention {
            values: [(P::PersonCount, DAY * 30)].into(),
            values_of_profiles: [("acme/fall".to_owned(), Some(DAY * 30)), ("acme/bicycle".to_owned(), None)]
                .into(),
            values_of: [(DatastreamId(7), None)].into(),
            ..Retention::default()
        };
        assert!(kept.ends_for_values() && !Retention::default().ends_for_values());
        let of = |id, property, profiles: &[&str]| {
            kept.of_values(DatastreamId(id), property, profiles.iter().copied())
        };
        assert_eq!(of(1, P::PersonCount, &[]), Some(DAY * 30));
        assert_eq!(of(1, P::PersonCount, &["acme/other"]), Some(DAY * 30));
        assert_eq!(of(1, P::AirTemperature, &["acme/other"]), None);
        assert_eq!(of(1, P::PersonCount, &["acme/bicycle"]), None, "the profile says that it is nobody");
        assert_eq!(of(1, P::AirTemperature, &["acme/fall"]), Some(DAY * 30));
        assert_eq!(
            of(1, P::AirTemperature, &["acme/other", "acme/fall"]),
            Some(DAY * 30),
            "one of two is enough"
        );
        assert_eq!(of(7, P::AirTemperature, &["acme/fall"]), None, "the operator says otherwise");
    }
}
