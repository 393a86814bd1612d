-- What was removed because of its age: values before `values_from_ms`, whose buckets stay, and quarter-hours before
-- `buckets_from_ms`. Buckets that followed from them are not computed again.
ALTER TABLE datastream ADD COLUMN values_from_ms INTEGER;
ALTER TABLE datastream ADD COLUMN buckets_from_ms INTEGER;
