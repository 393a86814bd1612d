//! Parts of a row.

use std::str::FromStr;

/// The key of a row in a column of type `integer`. A number beyond that type names no row, as 0 does.
pub(super) fn row_id(id: i64) -> i32 {
    i32::try_from(id).unwrap_or(0)
}

/// Reads a column that holds one of our own words.
pub(super) fn parsed<T>(text: &str) -> sqlx::Result<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(|error: T::Err| sqlx::Error::Decode(error.into()))
}

/// A limit of rows.
pub(super) fn rows_up_to(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
