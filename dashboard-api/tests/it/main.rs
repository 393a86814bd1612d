//! The HTTP interface over a real store.

#[cfg(test)]
mod api;
#[cfg(test)]
mod harness;
mod pages;
