//! The arrays of a row: one element for each slot of a Thing.

/// One element for each slot; slots beyond the end are absent.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct BySlot<T>(Vec<T>);

impl<T> Default for BySlot<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> From<Vec<T>> for BySlot<T> {
    fn from(elements: Vec<T>) -> Self {
        Self(elements)
    }
}

impl<T: Copy + Default> BySlot<T> {
    /// An array without elements that has room for those of so many slots.
    pub(crate) fn with_room(n_slots: usize) -> Self {
        Self(Vec::with_capacity(n_slots))
    }

    /// The element of a slot, or the default where there is none.
    pub(crate) fn get(&self, slot: u8) -> T {
        self.0.get(usize::from(slot)).copied().unwrap_or_default()
    }

    /// Sets the element of a slot.
    pub(crate) fn set(&mut self, slot: u8, element: T) {
        let i = usize::from(slot);
        if self.0.len() <= i {
            self.0.resize(i + 1, T::default());
        }
        if let Some(place) = self.0.get_mut(i) {
            *place = element;
        }
    }

    /// The elements; the position is the slot.
    pub(crate) fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// All elements with their slot.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u8, T)> {
        (0..=u8::MAX).zip(self.0.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_a_late_slot_leaves_those_before_it_absent() {
        let mut array = BySlot::<Option<f64>>::default();
        array.set(2, Some(7.0));
        assert_eq!(array.get(0), None);
        assert_eq!(array.get(2), Some(7.0));
        assert_eq!(array.get(200), None);
    }
}
