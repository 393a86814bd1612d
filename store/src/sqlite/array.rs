//! The JSON arrays of a row: one element for each slot.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Serialize, de::DeserializeOwned};

/// One element for each slot; slots beyond the end are absent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BySlot<T>(Vec<T>);

impl<T> Default for BySlot<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy + Default> BySlot<T> {
    /// An array without elements that has room for those of so many slots.
    pub(super) fn with_room(n_slots: usize) -> Self {
        Self(Vec::with_capacity(n_slots))
    }

    /// The element of a slot, or the default where there is none.
    pub(super) fn get(&self, slot: u8) -> T {
        self.0.get(usize::from(slot)).copied().unwrap_or_default()
    }

    /// Sets the element of a slot.
    pub(super) fn set(&mut self, slot: u8, element: T) {
        let i = usize::from(slot);
        if self.0.len() <= i {
            self.0.resize(i + 1, T::default());
        }
        if let Some(place) = self.0.get_mut(i) {
            *place = element;
        }
    }

    /// All elements with their slot.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u8, T)> {
        (0..=u8::MAX).zip(self.0.iter().copied())
    }
}

impl<T: Serialize> ToSql for BySlot<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let json = serde_json::to_string(&self.0)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(ToSqlOutput::from(json))
    }
}

impl<T: DeserializeOwned> FromSql for BySlot<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Null => Ok(Self(Vec::new())),
            value => serde_json::from_str(value.as_str()?)
                .map(Self)
                .map_err(|error| FromSqlError::Other(error.into())),
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

    #[test]
    fn setting_a_late_slot_leaves_those_before_it_absent() {
        let mut array = BySlot::<Option<f64>>::default();
        array.set(2, Some(7.0));
        assert_eq!(array.get(0), None);
        assert_eq!(array.get(2), Some(7.0));
        assert_eq!(array.get(200), None);
    }
}
