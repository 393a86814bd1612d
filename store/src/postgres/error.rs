//! What an error of the driver means for whoever asked.

use sqlx::Error;

use crate::StoreError;

/// Who is to blame for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// The values: another try fails the same way.
    Data,
    /// The database or the way to it. Also what only an operator can mend, such as a missing permission: a message must
    /// not be given up for it.
    Transient,
}

/// Says what was tried when the driver fails.
pub(crate) fn unavailable(operation: &'static str, error: Error) -> StoreError {
    match error {
        Error::PoolClosed => StoreError::Closed,
        error => StoreError::Unavailable { operation, source: error.into() },
    }
}

/// Whether the values of one arrival are to blame, not the database.
///
/// By the class of the code (<https://www.postgresql.org/docs/current/errcodes-appendix.html>): 22 is a value its type
/// cannot hold, 23 one a constraint refuses, 54000 one that is too long for an index.
pub(crate) fn kind(error: &Error) -> ErrorKind {
    match error {
        Error::Encode(_) => ErrorKind::Data,
        Error::Database(error) => match error.code().as_deref() {
            Some("54000") => ErrorKind::Data,
            Some(code) if code.starts_with("22") || code.starts_with("23") => ErrorKind::Data,
            _ => ErrorKind::Transient,
        },
        _ => ErrorKind::Transient,
    }
}

/// Whether a table was not there.
pub(super) fn is_unknown_table(error: &Error) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("42P01"))
}
