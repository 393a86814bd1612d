//! The JSON arrays of a row.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Serialize, de::DeserializeOwned};

use crate::by_slot::BySlot;

impl<T: Serialize> ToSql for BySlot<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let json = serde_json::to_string(self)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(ToSqlOutput::from(json))
    }
}

impl<T: DeserializeOwned> FromSql for BySlot<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Null => Ok(Self::default()),
            value => serde_json::from_str(value.as_str()?).map_err(|error| FromSqlError::Other(error.into())),
        }
    }
}

/// The element of one slot of a stored array, without reading the rest.
///
/// Elements are numbers or `null`, so a comma always separates two of them.
pub(super) fn element(json: &str, slot: u8) -> Option<f64> {
    let inner = json.strip_prefix('[')?.strip_suffix(']')?;
    inner.split(',').nth(usize::from(slot))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_element_is_read_without_the_others() {
        let json = "[1.5,null,-3,1e-7]";
        assert_eq!(element(json, 0), Some(1.5));
        assert_eq!(element(json, 1), None);
        assert_eq!(element(json, 2), Some(-3.0));
        assert_eq!(element(json, 3), Some(1e-7));
        assert_eq!(element(json, 4), None);
        assert_eq!(element("[]", 0), None);
    }
}
