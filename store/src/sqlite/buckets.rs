//! Stored buckets.
