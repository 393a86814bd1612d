//! What can go wrong with the store.

/// An error of the store. `Unavailable` is worth another try, the rest is not.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be used now: busy, disk full, no permission.
    #[error("store unavailable while trying to {operation}")]
    Unavailable {
        /// What was tried, as a verb phrase.
        operation: &'static str,
        /// The driver's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database was made by a newer program.
    #[error("the database has schema {found}, this program knows up to {known}; use a newer stadtfunk")]
    NewerSchema {
        /// On disk.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// The database follows another calendar.
    #[error("the database keeps days of `{found}`, the configuration says `{configured}`")]
    OtherZone {
        /// On disk.
        found: String,
        /// As configured.
        configured: String,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Whether trying again may help.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}
