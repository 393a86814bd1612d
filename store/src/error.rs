//! What can go wrong with the store.

use std::path::PathBuf;

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
    /// There is no database, and this is no occasion to make one.
    #[error("there is no store at `{}`: `stadtfunk serve` or `stadtfunk migrate` creates it", .0.display())]
    NotThere(PathBuf),
    /// The database has an older schema, and this is no occasion to migrate it.
    #[error(
        "the database has schema {found}, this program reads {known}: `stadtfunk migrate` brings it up to date"
    )]
    OlderSchema {
        /// On disk; 0 for a file that holds no store.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// Made before the first release, in a form that has changed since.
    #[error(
        "the store has schema {0}, from before the first release, which this program cannot read: expected 2 or newer; \
         move the file away and begin a new one"
    )]
    UnreleasedSchema(u32),
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
    /// A file is there that would have to be overwritten.
    #[error("`{}` is there already, and nothing is overwritten", .0.display())]
    AlreadyThere(PathBuf),
    /// A copy of a store is not what it should be.
    #[error("the copy `{}` is damaged: {found}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        found: String,
    },
    /// Another process ingests into the same database.
    #[error(
        "another process ingests into this database; only one may: stop it, or give this one the role `api`"
    )]
    IngestElsewhere,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// [`StoreError::Unavailable`] with any cause.
    pub(crate) fn unavailable(
        operation: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Unavailable { operation, source: source.into() }
    }

    /// Whether trying again may help.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}
