//! The HTTP interface over a real store.

#[cfg(test)]
mod api;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod export;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod pages;
