//! The servers that other tests rely on.

mod database;
mod postgres;
