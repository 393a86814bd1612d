-- Which uplinks did not arrive, from the frame counters. A session that began before this migration is known from its
-- first uplink after it.

-- LoRaWAN sessions of a device. All counters from the first to the last were sent; what did not arrive is in `gap`.
CREATE TABLE session (
    device_id   INTEGER NOT NULL REFERENCES device,
    epoch       INTEGER NOT NULL,               -- numbers the sessions of a device
    session     TEXT NOT NULL,
    beginning   TEXT NOT NULL,                  -- first, session (another one at the network server), counter (it fell back)
    first_f_cnt INTEGER NOT NULL,
    last_f_cnt  INTEGER NOT NULL,
    first_ms    INTEGER NOT NULL,
    last_ms     INTEGER NOT NULL,
    n_received  INTEGER NOT NULL,               -- distinct counters
    last_frame  INTEGER NOT NULL,               -- frame_hash of the last counter
    hour_ms     INTEGER NOT NULL,               -- the newest hour something was heard in
    n_hour      INTEGER NOT NULL,               -- how much of n_received in it; earlier hours are in `heard`
    PRIMARY KEY (device_id, epoch)
) STRICT, WITHOUT ROWID;

-- Counters of a session that did not arrive: those between two that did.
CREATE TABLE gap (
    device_id    INTEGER NOT NULL REFERENCES device,
    epoch        INTEGER NOT NULL,
    after_f_cnt  INTEGER NOT NULL,
    before_f_cnt INTEGER NOT NULL,
    from_ms      INTEGER NOT NULL,              -- when the one after which they are missing was heard
    to_ms        INTEGER NOT NULL,              -- when the one before which they are missing was heard
    PRIMARY KEY (device_id, epoch, after_f_cnt)
) STRICT, WITHOUT ROWID;

CREATE INDEX gap_by_end ON gap (to_ms);

-- How many distinct counters of a device were heard in an hour, for the last weeks.
CREATE TABLE heard (
    device_id INTEGER NOT NULL REFERENCES device,
    hour_ms   INTEGER NOT NULL,
    n         INTEGER NOT NULL,
    PRIMARY KEY (device_id, hour_ms)
) STRICT, WITHOUT ROWID;
