-- The whole store. Times are milliseconds since 1970-01-01T00:00:00Z, in columns that end in `_ms`.
-- Arrays are JSON, one element for each slot of the Thing; `null` is "no value", never zero.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta VALUES ('registry_version', 0), ('n_events', 0);

CREATE TABLE thing (
    id            INTEGER PRIMARY KEY,
    key           TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL UNIQUE,
    description   TEXT NOT NULL,
    latitude      REAL,
    longitude     REAL,
    channel_names TEXT NOT NULL                 -- JSON object: channel -> name
) STRICT;

CREATE TABLE device (
    id          INTEGER PRIMARY KEY,
    dev_eui     TEXT NOT NULL UNIQUE,           -- 16 hexadecimal digits
    thing_id    INTEGER NOT NULL REFERENCES thing,
    profile     TEXT NOT NULL,
    params      TEXT NOT NULL,                  -- JSON object
    interval_ms INTEGER NOT NULL CHECK (interval_ms > 0),
    since_ms    INTEGER,
    until_ms    INTEGER
) STRICT;

CREATE INDEX device_by_thing ON device (thing_id);

CREATE TABLE datastream (
    id       INTEGER PRIMARY KEY,
    thing_id INTEGER NOT NULL REFERENCES thing,
    slot     INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 255),
    property TEXT NOT NULL,
    unit     TEXT NOT NULL,                     -- UCUM
    channel  TEXT NOT NULL,
    first_ms INTEGER NOT NULL,
    UNIQUE (thing_id, slot),
    UNIQUE (thing_id, property, channel)
) STRICT;

-- Which slots a device feeds, and where a running total of it starts again from zero.
CREATE TABLE device_channel (
    thing_id  INTEGER NOT NULL REFERENCES thing,
    device_id INTEGER NOT NULL REFERENCES device,
    slot      INTEGER NOT NULL,
    wraps_at  REAL,
    PRIMARY KEY (thing_id, device_id, slot)
) STRICT, WITHOUT ROWID;

-- The ledger: every distinct message. An event id begins with the second of the message, so the key grows
-- at its end.
CREATE TABLE ingest_event (
    event_id    BLOB PRIMARY KEY,
    received_ms INTEGER NOT NULL,
    outcome     TEXT NOT NULL,
    reason      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE uplink (
    id            INTEGER PRIMARY KEY,
    event_id      BLOB NOT NULL,
    device_id     INTEGER NOT NULL REFERENCES device,
    session       TEXT NOT NULL,
    f_cnt         INTEGER NOT NULL,
    f_port        INTEGER NOT NULL,
    payload       BLOB NOT NULL,
    time_ms       INTEGER NOT NULL,
    network_ms    INTEGER,
    received_ms   INTEGER NOT NULL,
    radio         TEXT NOT NULL,                -- JSON object
    duplicate_of  INTEGER REFERENCES uplink,    -- the uplink that was measured instead
    first_reading INTEGER,                      -- its readings have adjoining ids from here
    n_readings    INTEGER NOT NULL,
    frame_hash    INTEGER NOT NULL,             -- FNV-1a over device, session, fCnt, fPort and payload
    ten_minutes   INTEGER GENERATED ALWAYS AS (time_ms / 600000) VIRTUAL
) STRICT;

-- Begins with the time, so that new entries go to the end whichever device they are from.
CREATE INDEX uplink_by_frame ON uplink (ten_minutes, frame_hash);

CREATE TABLE reading (
    id        INTEGER PRIMARY KEY,
    thing_id  INTEGER NOT NULL REFERENCES thing,
    device_id INTEGER NOT NULL REFERENCES device,
    uplink_id INTEGER NOT NULL REFERENCES uplink,
    time_ms   INTEGER NOT NULL,
    "values"  TEXT NOT NULL,                    -- JSON array by slot
    quality   TEXT NOT NULL,                    -- JSON array by slot: QARTOD flag, 91 to 95 missing, 0 absent
    hour      INTEGER GENERATED ALWAYS AS (time_ms / 3600000) VIRTUAL
) STRICT;

-- A key that began with the Thing would scatter every write over the whole index.
CREATE INDEX reading_by_time ON reading (hour, thing_id, time_ms);

CREATE TABLE latest (
    thing_id  INTEGER NOT NULL REFERENCES thing,
    device_id INTEGER NOT NULL REFERENCES device,
    heard_ms  INTEGER NOT NULL,                 -- newest uplink, with or without values
    time_ms   INTEGER,                          -- of the newest value
    "values"  TEXT NOT NULL,
    quality   TEXT NOT NULL,
    older_ms  TEXT,                             -- JSON array by slot: the time of a value older than the newest
    PRIMARY KEY (thing_id, device_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    id          INTEGER PRIMARY KEY,
    event_id    BLOB NOT NULL,
    source      TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    detail      TEXT NOT NULL,
    dev_eui     TEXT,
    device_name TEXT,
    topic       TEXT NOT NULL,
    payload     BLOB NOT NULL,
    n_bytes     INTEGER NOT NULL,
    solved_ms   INTEGER
) STRICT;

CREATE TABLE accounting (
    source  TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason  TEXT NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (source, outcome, reason)
) STRICT, WITHOUT ROWID;

-- Quarter-hours of a Thing whose buckets no longer follow from its readings.
CREATE TABLE dirty (
    thing_id   INTEGER NOT NULL REFERENCES thing,
    quarter_ms INTEGER NOT NULL,
    PRIMARY KEY (thing_id, quarter_ms)
) STRICT, WITHOUT ROWID;

-- All buckets of a Thing and an interval, side by side. `chunk` groups a few intervals of one Thing, so that
-- live buckets share pages and a list of buckets needs few seeks.
CREATE TABLE bucket (
    width    TEXT NOT NULL,                     -- 15m, 1h, 1d; longer ones are merged from days
    chunk    INTEGER NOT NULL,
    thing_id INTEGER NOT NULL REFERENCES thing,
    start_ms INTEGER NOT NULL,
    end_ms   INTEGER NOT NULL,
    n        TEXT NOT NULL,
    sum      TEXT NOT NULL,
    min      TEXT,
    max      TEXT,
    last     TEXT,
    covered  TEXT NOT NULL,                     -- seconds observed
    east     TEXT,                              -- sums of unit vectors, for directions
    north    TEXT,
    n_resets TEXT,
    carried  TEXT,                              -- [from_ms, to_ms, amount] known only for a longer interval
    PRIMARY KEY (width, chunk, thing_id, start_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at_ms   INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL
) STRICT;

-- One row for each value, for people and for tools that know nothing of slots.
CREATE VIEW observation AS
SELECT r.id * 256 + v.key AS id,
       d.id AS datastream_id,
       r.time_ms,
       strftime('%Y-%m-%dT%H:%M:%fZ', r.time_ms / 1000.0, 'unixepoch') AS time,
       v.value,
       q.value AS quality
FROM reading r
JOIN json_each(r.quality) q ON q.value <> 0
JOIN json_each(r."values") v ON v.key = q.key
JOIN datastream d ON d.thing_id = r.thing_id AND d.slot = q.key;

-- One row for each bucket of a Datastream.
CREATE VIEW bucket_value AS
SELECT d.id AS datastream_id,
       b.width,
       b.start_ms,
       b.end_ms,
       strftime('%Y-%m-%dT%H:%M:%SZ', b.start_ms / 1000, 'unixepoch') AS start,
       n.value AS n,
       json_extract(b.sum, n.fullkey) AS sum,
       json_extract(b.min, n.fullkey) AS min,
       json_extract(b.max, n.fullkey) AS max,
       json_extract(b.last, n.fullkey) AS last,
       json_extract(b.covered, n.fullkey) AS covered_seconds
FROM bucket b
JOIN json_each(b.n) n ON n.type <> 'null'
JOIN datastream d ON d.thing_id = b.thing_id AND d.slot = n.key;
