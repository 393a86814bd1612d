//! The address of a PostgreSQL database in the settings.

use domain::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use store::Target;

/// `postgres://user:password@host:5432/database`. Printed without user and password.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseUrl(pub(crate) Target);

impl<'de> Deserialize<'de> for DatabaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let url = Secret::deserialize(deserializer)?;
        Target::parse(&url).map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for DatabaseUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("*** ({})", self.0))
    }
}
