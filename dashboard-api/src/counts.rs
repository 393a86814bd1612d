//! Counts of a site over all its directions.
