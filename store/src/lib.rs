//! The time-series store: exactly-once writer, buckets, latest values, paged reads
