-- What the network server decoded itself, of uplinks whose device has no decoder of ours: without it they could not be
-- decoded again.
ALTER TABLE uplink ADD COLUMN object TEXT;
