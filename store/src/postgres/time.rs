//! Instants as PostgreSQL keeps them.

use jiff::Timestamp;
use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef, types::Oid},
};

/// Whole milliseconds since 1970, a `timestamptz` in the database.
///
/// PostgreSQL counts microseconds from 2000-01-01 in 64 bits
/// (<https://www.postgresql.org/docs/current/datatype-datetime.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ms(pub(crate) i64);

/// 2000-01-01 in milliseconds since 1970.
const EPOCH_MS: i64 = 946_684_800_000;

/// An instant no `timestamptz` can hold.
#[derive(Debug, thiserror::Error)]
#[error("{0} ms since 1970 is outside what PostgreSQL can hold")]
struct OutOfRange(i64);

impl Ms {
    /// The first instant a `timestamptz` can hold, 4714-11-24 BC.
    pub(super) const FIRST: Self = Self(-210_866_803_200_000);

    /// The first whole millisecond that is not before an instant; a bound for what is stored, so that instants before
    /// PostgreSQL's calendar are its beginning.
    pub(crate) fn ceil(instant: Timestamp) -> Self {
        let ms = instant.as_millisecond();
        let begun = Timestamp::from_millisecond(ms).is_ok_and(|floor| floor < instant);
        Self(if begun { ms + 1 } else { ms }).max(Self::FIRST)
    }

    /// The instant.
    pub(crate) fn timestamp(self) -> sqlx::Result<Timestamp> {
        Timestamp::from_millisecond(self.0).map_err(|error| sqlx::Error::Decode(error.into()))
    }
}

impl From<Timestamp> for Ms {
    fn from(instant: Timestamp) -> Self {
        Self(instant.as_millisecond())
    }
}

/// The fixed numbers of `timestamptz` and of its array (`src/include/catalog/pg_type.dat`).
const TIMESTAMPTZ: Oid = Oid(1184);
const TIMESTAMPTZ_ARRAY: Oid = Oid(1185);

impl Type<Postgres> for Ms {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(TIMESTAMPTZ)
    }
}

impl PgHasArrayType for Ms {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(TIMESTAMPTZ_ARRAY)
    }
}

impl Encode<'_, Postgres> for Ms {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let micros = self.0.checked_sub(EPOCH_MS).and_then(|ms| ms.checked_mul(1000));
        let micros = micros.ok_or(OutOfRange(self.0))?;
        <i64 as Encode<Postgres>>::encode(micros, buf)
    }

    fn size_hint(&self) -> usize {
        size_of::<i64>()
    }
}

impl<'r> Decode<'r, Postgres> for Ms {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        // Statements with parameters are answered in binary, and there are no others.
        let micros = i64::from_be_bytes(value.as_bytes()?.try_into()?);
        Ok(Self(micros.div_euclid(1000) + EPOCH_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_within_a_millisecond_leaves_out_what_lies_before() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(Ms::ceil(at("2000-01-01T00:00:00.001Z")), Ms(946_684_800_001));
        assert_eq!(Ms::ceil(at("2000-01-01T00:00:00.001000001Z")), Ms(946_684_800_002));
        assert_eq!(Ms::ceil(at("1969-12-31T23:59:59.998000001Z")), Ms(-1));
    }

    #[test]
    fn a_bound_before_the_calendar_is_its_beginning() {
        assert_eq!(Ms::ceil(Timestamp::MIN), Ms::FIRST);
    }
}
