//! How long data is kept, in the settings.

use std::{collections::BTreeMap, time::Duration};

use decoders::{Catalogue, ProfileInfo};
use domain::{DatastreamId, ObservedProperty, PersonalData, Truncated};
use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use store::Retention;

use super::ConfigError;

/// A value may be this late and still reach its buckets; nothing younger is removed.
const LATE_DAYS: i64 = 3;
/// The ledger outlives what a broker keeps for us by so much.
const LEDGER_MARGIN_DAYS: i64 = 1;

/// How long each level of data is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RetentionConfig {
    /// Raw uplinks, since they were received.
    pub uplinks: Keep,
    /// Readings, by their own time.
    pub readings: Keep,
    /// Single values that may say something about a person; their buckets stay.
    pub aggregate_only: Keep,
    /// Quarter-hours.
    pub buckets_15m: Keep,
    /// Hours.
    pub buckets_1h: Keep,
    /// Local days.
    pub buckets_1d: Keep,
    /// Identities of messages, since they were received.
    pub ledger: Keep,
    /// Messages in quarantine, since they were received.
    pub quarantine: Keep,
    /// Who changed what.
    pub audit: Keep,
    /// Single values of single Datastreams, by number; these win over `aggregate_only`.
    pub datastreams: BTreeMap<String, Keep>,
}

/// A number of days, or for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keep(Option<i64>);

impl RetentionConfig {
    /// What the store is asked to keep. The settings were checked. A profile says of all its values what they are, where the
    /// property alone does not tell: a pulse counter in a bicycle path or on a water meter.
    pub(crate) fn to_store(&self, catalogue: &Catalogue) -> Retention {
        let personal = ObservedProperty::ALL.iter().copied();
        let personal = personal.filter(|property| property.personal_data() == PersonalData::AggregateOnly);
        let of_profile = |info: &ProfileInfo| {
            let kept = match info.personal_data? {
                PersonalData::AggregateOnly => self.aggregate_only.duration(),
                PersonalData::None => None,
            };
            Some((info.id.as_ref().to_owned(), kept))
        };
        let of = |(number, keep): (&String, &Keep)| Some((datastream(number)?, keep.duration()));
        Retention {
            uplinks: self.uplinks.duration(),
            readings: self.readings.duration(),
            buckets_15m: self.buckets_15m.duration(),
            buckets_1h: self.buckets_1h.duration(),
            buckets_1d: self.buckets_1d.duration(),
            ledger: self.ledger.duration(),
            quarantine: self.quarantine.duration(),
            audit: self.audit.duration(),
            values: personal
                .filter_map(|property| Some((property, self.aggregate_only.duration()?)))
                .collect(),
            values_of_profiles: catalogue.profiles().filter_map(of_profile).collect(),
            values_of: self.datastreams.iter().filter_map(of).collect(),
        }
    }

    /// Refuses settings that contradict each other. `session` is the longest time a broker keeps messages for us.
    pub(super) fn check(&self, session: Duration) -> Result<(), ConfigError> {
        let wrong = |key, message| Err(ConfigError::Value { key, message });
        for (key, keep) in [
            ("retention.uplinks", self.uplinks),
            ("retention.readings", self.readings),
            ("retention.aggregate_only", self.aggregate_only),
            ("retention.quarantine", self.quarantine),
        ] {
            if keep < Keep(Some(LATE_DAYS)) {
                return wrong(
                    key,
                    format!("found {keep}, expected at least {LATE_DAYS}d: data may come that late"),
                );
            }
        }
        // What something else follows from is not kept longer than what follows from it: it would come back.
        for (key, longer, than, shorter) in [
            ("retention.buckets_15m", self.buckets_15m, "retention.readings", self.readings),
            ("retention.buckets_1h", self.buckets_1h, "retention.buckets_15m", self.buckets_15m),
            ("retention.buckets_1d", self.buckets_1d, "retention.buckets_1h", self.buckets_1h),
        ] {
            if longer < shorter {
                return wrong(
                    key,
                    format!("found {longer}, expected at least {than} = {shorter}, which it follows from"),
                );
            }
        }
        let session_days = i64::try_from(session.as_secs().div_ceil(86_400)).unwrap_or(i64::MAX);
        let redelivered = Keep(Some(session_days.saturating_add(LEDGER_MARGIN_DAYS)));
        if self.ledger < redelivered {
            let message = format!(
                "found {}, expected at least {redelivered}: a broker delivers again what it kept for session_expiry",
                self.ledger
            );
            return wrong("retention.ledger", message);
        }
        let mut values = vec![("aggregate_only", self.aggregate_only)];
        for (number, &keep) in &self.datastreams {
            if datastream(number).is_none() {
                let message = format!("`{}` is no Datastream: expected its number", Truncated::new(number));
                return wrong("retention.datastreams", message);
            }
            if keep < Keep(Some(LATE_DAYS)) {
                let message = format!("found {keep} for {number}, expected at least {LATE_DAYS}d");
                return wrong("retention.datastreams", message);
            }
            values.push((number, keep));
        }
        for (name, keep) in values {
            if keep < self.uplinks {
                let message = format!(
                    "the values of `{name}` are kept for {keep}, raw messages for {} (retention.uplinks): they hold the \
                     same values, so expected no more than {keep} for them",
                    self.uplinks
                );
                return wrong("retention.uplinks", message);
            }
        }
        Ok(())
    }
}

impl Default for RetentionConfig {
    fn default() -> Self {
        let forever = Keep(None);
        Self {
            uplinks: Keep(Some(90)),
            readings: forever,
            aggregate_only: forever,
            buckets_15m: forever,
            buckets_1h: forever,
            buckets_1d: forever,
            ledger: Keep(Some(45)),
            quarantine: Keep(Some(365)),
            audit: forever,
            datastreams: BTreeMap::new(),
        }
    }
}

impl Keep {
    const fn duration(self) -> Option<SignedDuration> {
        match self.0 {
            Some(days) => Some(SignedDuration::from_hours(24 * days)),
            None => None,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if text == "forever" {
            return Some(Self(None));
        }
        let (number, days) = match text.as_bytes().last()? {
            b'd' => (text.strip_suffix('d')?, 1),
            b'w' => (text.strip_suffix('w')?, 7),
            b'y' => (text.strip_suffix('y')?, 365),
            _ => return None,
        };
        let number: i64 = number.trim_end().parse().ok()?;
        (1..=1000).contains(&number).then_some(Self(Some(number * days)))
    }
}

impl PartialOrd for Keep {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.0.unwrap_or(i64::MAX).cmp(&other.0.unwrap_or(i64::MAX)))
    }
}

impl std::fmt::Display for Keep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(days) => write!(f, "{days}d"),
            None => f.write_str("forever"),
        }
    }
}

impl Serialize for Keep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Keep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            let found = Truncated::new(&text);
            D::Error::custom(format!("found `{found}`, expected a time such as 90d, 8w or 10y, or forever"))
        })
    }
}

fn datastream(number: &str) -> Option<DatastreamId> {
    number.parse().ok().filter(|id| *id > 0).map(DatastreamId)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK: Duration = Duration::from_hours(7 * 24);

    fn refused(change: impl FnOnce(&mut RetentionConfig)) -> String {
        let mut config = RetentionConfig::default();
        change(&mut config);
        config.check(WEEK).map_or_else(|error| error.to_string(), |()| String::new())
    }

    fn keep(text: &str) -> Keep {
        Keep::parse(text).unwrap()
    }

    #[test]
    fn what_contradicts_itself_is_refused_by_name() {
        assert_eq!(refused(|_| ()), "");
        for (key, message) in [
            ("retention.readings", refused(|c| c.readings = keep("2d"))),
            ("retention.ledger", refused(|c| c.ledger = keep("7d"))),
            ("retention.buckets_15m", refused(|c| c.buckets_15m = keep("1y"))),
            (
                "retention.buckets_1h",
                refused(|c| (c.readings, c.buckets_15m, c.buckets_1h) = (keep("1y"), keep("2y"), keep("1y"))),
            ),
            ("retention.uplinks", refused(|c| c.aggregate_only = keep("30d"))),
            ("retention.uplinks", refused(|c| _ = c.datastreams.insert("7".to_owned(), keep("30d")))),
            ("retention.datastreams", refused(|c| _ = c.datastreams.insert("seven".to_owned(), keep("90d")))),
        ] {
            assert!(message.contains(key) && message.contains("expected"), "{key}: {message}");
        }
        assert_eq!(refused(|c| (c.aggregate_only, c.uplinks) = (keep("30d"), keep("2w"))), "");
    }

    #[test]
    fn what_a_profile_says_of_its_values_reaches_the_store() {
        let head = "vendor = \"A\"\nmodel = \"M\"\ndescription = \"d\"\ninterval = \"1h\"\n";
        let body = "[decoder]\nobject = true\n[[field]]\npath = \"n\"\nproperty = \"pulse_total\"\n";
        let mut catalogue = Catalogue::default();
        for (id, class) in [
            ("acme/meter", "personal_data = \"aggregate_only\"\n"),
            ("acme/path", "personal_data = \"none\"\n"),
            ("acme/other", ""),
        ] {
            catalogue.add(id, &format!("{head}{class}{body}"), &|_| Err(String::new())).unwrap();
        }
        let kept = |config: &RetentionConfig| config.to_store(&catalogue).values_of_profiles;
        let config = RetentionConfig { aggregate_only: keep("90d"), ..RetentionConfig::default() };
        let days = Some(SignedDuration::from_hours(90 * 24));
        assert_eq!(
            kept(&config),
            [("acme/meter".to_owned(), days), ("acme/path".to_owned(), None)].into(),
            "a profile that says nothing leaves it to the property"
        );
        assert!(kept(&RetentionConfig::default()).values().all(Option::is_none));
    }

    #[test]
    fn times_are_days_weeks_and_years() {
        assert_eq!(
            ["90d", "2w", "10y", "forever"].map(keep),
            [Keep(Some(90)), Keep(Some(14)), Keep(Some(3650)), Keep(None)]
        );
        for text in ["", "90", "d", "-1d", "0d", "1m", "für immer", "9999y"] {
            assert_eq!(Keep::parse(text), None, "{text}");
        }
    }
}
