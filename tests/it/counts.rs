//! A whole year of counts.
