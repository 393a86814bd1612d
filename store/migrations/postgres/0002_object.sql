-- What the network server decoded itself, of uplinks whose device has no decoder of ours: without it they could not be
-- decoded again. JSON as it was written: numbers keep their digits.
ALTER TABLE uplink ADD COLUMN object text;
