-- What Grafana reads, and the two roles it reads with. For a role that may make roles, after every `stadtfunk migrate`:
--
--     psql "$STORE_URL" --set ON_ERROR_STOP=1 --single-transaction --file grafana/database.sql
--
-- The schema `grafana` holds views and functions only: it can be dropped and made again at any time. `grafana_planner` reads
-- nothing else and so no DevEUI, gateway or radio detail; `grafana_operator` reads the whole store. Neither can write.

SET client_min_messages = warning;

DROP SCHEMA IF EXISTS grafana CASCADE;
CREATE SCHEMA grafana;

-- Every observed property with its name for people and its aggregation rule.
CREATE VIEW grafana.property (key, name, rule) AS VALUES
    ('bicycle_count', 'Fahrräder', 'sum'),
    ('bicycle_total', 'Fahrräder (Zählerstand)', 'total'),
    ('car_count', 'Pkw', 'sum'),
    ('car_total', 'Pkw (Zählerstand)', 'total'),
    ('lorry_count', 'Lkw', 'sum'),
    ('lorry_total', 'Lkw (Zählerstand)', 'total'),
    ('person_count', 'Personen', 'sum'),
    ('person_total', 'Personen (Zählerstand)', 'total'),
    ('person_presence', 'Anwesende Personen', 'mean'),
    ('wifi_device_count', 'WLAN-Geräte', 'mean'),
    ('bluetooth_device_count', 'Bluetooth-Geräte', 'mean'),
    ('object_count', 'Verkehr ohne Klasse', 'sum'),
    ('object_total', 'Verkehr ohne Klasse (Zählerstand)', 'total'),
    ('bicycle_speed', 'Tempo Fahrräder', 'mean'),
    ('car_speed', 'Tempo Pkw', 'mean'),
    ('lorry_speed', 'Tempo Lkw', 'mean'),
    ('person_speed', 'Tempo Personen', 'mean'),
    ('object_speed', 'Tempo ohne Klasse', 'mean'),
    ('air_temperature', 'Lufttemperatur', 'mean'),
    ('air_temperature_min', 'Tiefste Lufttemperatur', 'minimum'),
    ('air_temperature_max', 'Höchste Lufttemperatur', 'maximum'),
    ('relative_humidity', 'Luftfeuchte', 'mean'),
    ('air_pressure', 'Luftdruck', 'mean'),
    ('vapour_pressure', 'Dampfdruck', 'mean'),
    ('dew_point', 'Taupunkt', 'mean'),
    ('globe_temperature', 'Globetemperatur', 'mean'),
    ('precipitation', 'Niederschlag', 'sum'),
    ('precipitation_total', 'Niederschlag (Zählerstand)', 'total'),
    ('precipitation_intensity', 'Regenintensität', 'mean'),
    ('wind_speed', 'Windgeschwindigkeit', 'mean'),
    ('wind_gust', 'Windböe', 'maximum'),
    ('wind_lull', 'Schwächster Wind', 'minimum'),
    ('wind_direction', 'Windrichtung', 'vector_mean'),
    ('wind_gust_direction', 'Richtung der Böe', 'vector_mean'),
    ('wind_speed_north', 'Windanteil aus Norden', 'mean'),
    ('wind_speed_east', 'Windanteil aus Osten', 'mean'),
    ('wind_speed_deviation', 'Streuung der Windgeschwindigkeit', 'mean'),
    ('wind_direction_deviation', 'Streuung der Windrichtung', 'mean'),
    ('solar_irradiance', 'Globalstrahlung', 'mean'),
    ('solar_irradiance_max', 'Höchste Globalstrahlung', 'maximum'),
    ('albedo', 'Albedo', 'mean'),
    ('illuminance', 'Beleuchtungsstärke', 'mean'),
    ('photosynthetic_light', 'Photosynthetisch aktive Strahlung', 'mean'),
    ('uv_index', 'UV-Index', 'mean'),
    ('lightning_count', 'Blitze', 'sum'),
    ('lightning_distance', 'Entfernung der Blitze', 'mean'),
    ('precipitation_conductivity', 'Leitfähigkeit des Regens', 'mean'),
    ('carbon_dioxide', 'Kohlendioxid', 'mean'),
    ('pm1', 'Feinstaub PM1', 'mean'),
    ('pm2_5', 'Feinstaub PM2,5', 'mean'),
    ('pm4', 'Feinstaub PM4', 'mean'),
    ('pm10', 'Feinstaub PM10', 'mean'),
    ('ozone', 'Ozon', 'mean'),
    ('nitrogen_dioxide', 'Stickstoffdioxid', 'mean'),
    ('sulphur_dioxide', 'Schwefeldioxid', 'mean'),
    ('carbon_monoxide', 'Kohlenmonoxid', 'mean'),
    ('formaldehyde', 'Formaldehyd', 'mean'),
    ('radiation_dose_rate', 'Strahlendosisleistung', 'mean'),
    ('volatile_organics', 'Flüchtige organische Stoffe', 'mean'),
    ('air_quality_index', 'Luftgüte-Index', 'mean'),
    ('sound_level', 'Schallpegel', 'mean'),
    ('sound_level_max', 'Höchster Schallpegel', 'maximum'),
    ('sound_level_min', 'Tiefster Schallpegel', 'minimum'),
    ('leaf_wetness', 'Blattnässe', 'mean'),
    ('surface_temperature', 'Oberflächentemperatur', 'mean'),
    ('ice_hint', 'Glättehinweis', 'time_share'),
    ('snow_depth', 'Schneehöhe', 'mean'),
    ('soil_temperature', 'Bodentemperatur', 'mean'),
    ('soil_moisture', 'Bodenfeuchte', 'mean'),
    ('soil_water_potential', 'Saugspannung des Bodens', 'mean'),
    ('soil_permittivity', 'Permittivität des Bodens', 'mean'),
    ('soil_conductivity', 'Leitfähigkeit des Bodens', 'mean'),
    ('water_level', 'Wasserstand', 'mean'),
    ('water_temperature', 'Wassertemperatur', 'mean'),
    ('water_conductivity', 'Leitfähigkeit des Wassers', 'mean'),
    ('turbidity', 'Trübung', 'mean'),
    ('suspended_solids', 'Schwebstoffe', 'mean'),
    ('dissolved_oxygen', 'Gelöster Sauerstoff', 'mean'),
    ('oxygen_saturation', 'Sauerstoffsättigung', 'mean'),
    ('ph', 'pH-Wert', 'mean'),
    ('redox_potential', 'Redoxpotenzial', 'mean'),
    ('pressure', 'Druck', 'mean'),
    ('distance', 'Abstand', 'mean'),
    ('fill_level', 'Füllstand', 'mean'),
    ('contact_open', 'Kontakt offen', 'time_share'),
    ('probe_temperature', 'Fühlertemperatur', 'mean'),
    ('probe_humidity', 'Fühlerfeuchte', 'mean'),
    ('motion_count', 'Bewegungen', 'sum'),
    ('occupancy', 'Belegung', 'time_share'),
    ('digital_input', 'Digitaler Eingang', 'time_share'),
    ('digital_output', 'Digitaler Ausgang', 'time_share'),
    ('water_leak', 'Wassermelder', 'maximum'),
    ('pulse_count', 'Impulse', 'sum'),
    ('pulse_total', 'Impulse (Zählerstand)', 'total'),
    ('analog_input', 'Analoger Eingang', 'mean'),
    ('analog_output', 'Analoger Ausgang', 'mean'),
    ('generic', 'Messwert ohne Namen', 'mean'),
    ('voltage', 'Spannung', 'mean'),
    ('current', 'Strom', 'mean'),
    ('power', 'Leistung', 'mean'),
    ('energy_total', 'Energie (Zählerstand)', 'total'),
    ('energy_export_total', 'Eingespeiste Energie (Zählerstand)', 'total'),
    ('heat_total', 'Wärme (Zählerstand)', 'total'),
    ('water_volume_total', 'Wasser (Zählerstand)', 'total'),
    ('gas_volume_total', 'Gas (Zählerstand)', 'total'),
    ('flow_rate', 'Durchfluss', 'mean'),
    ('flow_temperature', 'Vorlauftemperatur', 'mean'),
    ('return_temperature', 'Rücklauftemperatur', 'mean'),
    ('frequency', 'Frequenz', 'mean'),
    ('percentage', 'Anteil', 'mean'),
    ('concentration', 'Konzentration', 'mean'),
    ('direction', 'Richtung', 'vector_mean'),
    ('acceleration', 'Beschleunigung', 'mean'),
    ('strain', 'Dehnung', 'mean'),
    ('rotation_rate', 'Drehrate', 'mean'),
    ('latitude', 'Geografische Breite', 'mean'),
    ('longitude', 'Geografische Länge', 'mean'),
    ('altitude', 'Höhe', 'mean'),
    ('tilt', 'Neigung', 'mean'),
    ('compass_heading', 'Kompasskurs', 'vector_mean'),
    ('device_temperature', 'Gerätetemperatur', 'mean'),
    ('battery_voltage', 'Batteriespannung', 'mean'),
    ('battery_level', 'Batterieladung', 'mean'),
    ('solar_panel_power', 'Leistung des Solarpanels', 'mean');

-- The calendar of the city's days.
CREATE VIEW grafana.calendar AS SELECT value AS zone FROM meta WHERE key = 'zone';

CREATE VIEW grafana.site AS
SELECT id, key, name, description, latitude, longitude FROM thing;

-- Every Datastream with its names for people.
CREATE VIEW grafana.stream AS
SELECT d.id,
       d.thing_id,
       t.key AS site,
       t.name AS site_name,
       d.slot,
       d.property,
       p.name AS property_name,
       p.rule,
       d.unit,
       d.channel,
       coalesce(t.channel_names ->> d.channel, nullif(d.channel, '')) AS channel_name,
       concat_ws(', ', t.name, coalesce(t.channel_names ->> d.channel, nullif(d.channel, ''))) AS name,
       d.first_at
FROM datastream d
JOIN thing t ON t.id = d.thing_id
JOIN grafana.property p ON p.key = d.property;

-- One row for each bucket of a Datastream, with its main value by the property's rule. NULL is "not known", never zero.
CREATE VIEW grafana.bucket_value AS
SELECT d.id AS datastream_id,
       b.width,
       b.start_at,
       b.end_at,
       CASE
           WHEN p.rule = 'time_share' THEN least(b.sum[d.slot + 1] / nullif(b.covered[d.slot + 1], 0), 1)
           WHEN b.n[d.slot + 1] = 0 THEN NULL
           WHEN p.rule = 'mean' THEN b.sum[d.slot + 1] / b.n[d.slot + 1]
           WHEN p.rule = 'minimum' THEN b.min[d.slot + 1]
           WHEN p.rule = 'maximum' THEN b.max[d.slot + 1]
           WHEN p.rule IN ('sum', 'total') THEN b.sum[d.slot + 1]
           -- Directions that cancel each other have no mean.
           WHEN p.rule = 'vector_mean' AND sqrt(b.east[d.slot + 1] ^ 2 + b.north[d.slot + 1] ^ 2) > 1e-9 THEN
               (degrees(atan2(b.east[d.slot + 1], b.north[d.slot + 1])) + 360)::numeric % 360
       END AS value,
       b.min[d.slot + 1] AS min,
       b.max[d.slot + 1] AS max,
       b.n[d.slot + 1] AS n,
       b.covered[d.slot + 1] AS covered_seconds,
       -- Share of the time elapsed so far that was observed, 0 to 1.
       least(b.covered[d.slot + 1] / extract(epoch FROM least(b.end_at, greatest(now(), b.start_at + interval '1 second')) - b.start_at), 1)::double precision
           AS completeness,
       b.carried_from[d.slot + 1] AS carried_from,
       b.carried_to[d.slot + 1] AS carried_to,
       b.carried_sum[d.slot + 1] AS carried_sum
FROM bucket b
JOIN datastream d ON d.thing_id = b.thing_id
JOIN grafana.property p ON p.key = d.property
WHERE b.n[d.slot + 1] IS NOT NULL;

-- Raw values. What is implausible (QARTOD 4) or missing has no number; what is doubtful has: 3 by its clock, 31 for a step,
-- 32 stuck, 33 inconsistent. A test compares the codes with those that count.
CREATE VIEW grafana.reading_value AS
SELECT o.datastream_id, o.time, CASE WHEN o.quality IN (1, 2, 3, 31, 32, 33) THEN o.value END AS value, o.quality
FROM observation o;

-- The newest value of every Datastream and the time it stands for.
CREATE VIEW grafana.latest_value AS
SELECT DISTINCT ON (d.id)
       d.id AS datastream_id,
       coalesce(l.older[d.slot + 1], l.time) AS time,
       CASE WHEN l.quality[d.slot + 1] IN (1, 2, 3, 31, 32, 33) THEN l."values"[d.slot + 1] END AS value,
       l.quality[d.slot + 1] AS quality
FROM latest l
JOIN datastream d ON d.thing_id = l.thing_id
WHERE l.quality[d.slot + 1] <> 0
ORDER BY d.id, coalesce(l.older[d.slot + 1], l.time) DESC;

-- When a site was last heard, and how long its devices are usually silent in between.
CREATE VIEW grafana.heard AS
SELECT l.thing_id, max(l.heard_at) AS heard_at, min(v.interval_ms) AS interval_ms
FROM latest l
JOIN device v ON v.id = l.device_id
GROUP BY l.thing_id;

-- The Datastreams that count something, so that nothing is counted twice: a running total survives lost uplinks and is
-- preferred to counts of the same site; a main channel beside named ones is their sum and left out. Rain falls on the main channel.
CREATE VIEW grafana.counter AS
SELECT k.kind, s.*, count(*) OVER (PARTITION BY k.kind, s.thing_id) AS n_directions
FROM (VALUES
    ('bicycle', 'bicycle_count', 'bicycle_total'),
    ('car', 'car_count', 'car_total'),
    ('lorry', 'lorry_count', 'lorry_total'),
    ('person', 'person_count', 'person_total'),
    ('object', 'object_count', NULL),
    ('pulse', 'pulse_count', 'pulse_total'),
    ('precipitation', 'precipitation', 'precipitation_total')
) AS k (kind, counted, total)
JOIN grafana.stream s ON s.property IN (k.counted, k.total)
WHERE (s.property = k.total OR NOT EXISTS (
          SELECT FROM datastream o WHERE o.thing_id = s.thing_id AND o.property = k.total))
  AND CASE
          WHEN k.kind = 'precipitation' THEN s.channel = ''
          ELSE s.channel <> '' OR NOT EXISTS (
              SELECT FROM datastream o WHERE o.thing_id = s.thing_id AND o.property = s.property AND o.channel <> '')
      END;

-- The bucket width for a point every so many milliseconds: quarter-hours, hours, or days of the city.
CREATE FUNCTION grafana.width(interval_ms double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN interval_ms < 3600000 THEN '15m' WHEN interval_ms < 21600000 THEN '1h' ELSE '1d' END
$$;

-- One property of some sites as time series. Where buckets are missing a row without a value breaks the line.
CREATE FUNCTION grafana.values_of(
    property text, sites text[], from_at timestamptz, to_at timestamptz, interval_ms double precision
) RETURNS TABLE ("time" timestamptz, metric text, value double precision)
LANGUAGE sql STABLE AS $$
    SELECT point.at, b.name, point.value
    FROM (
        SELECT s.name, v.start_at, v.end_at, v.value,
               lead(v.start_at) OVER (PARTITION BY s.id ORDER BY v.start_at) AS next_at
        FROM grafana.stream s
        JOIN grafana.bucket_value v ON v.datastream_id = s.id
        WHERE s.property = $1 AND s.site = ANY ($2)
          AND v.width = grafana.width($5) AND v.start_at >= $3 AND v.start_at < $4
    ) b
    CROSS JOIN LATERAL (VALUES
        (b.start_at, b.value),
        (CASE WHEN b.next_at > b.end_at THEN b.end_at END, NULL)
    ) AS point (at, value)
    WHERE point.at IS NOT NULL
    ORDER BY 1, 2
$$;

-- How much was counted in each bucket, all directions of a site together. `is_complete` is false where the truth may be more: a
-- direction is missing, less than 95 % of the time was observed, or the bucket is not over yet.
CREATE FUNCTION grafana.amounts_of(
    kind text, sites text[], from_at timestamptz, to_at timestamptz, width text
) RETURNS TABLE (
    site text, site_name text, start_at timestamptz, end_at timestamptz,
    amount double precision, completeness double precision, is_complete boolean
)
LANGUAGE sql STABLE AS $$
    SELECT c.site, c.site_name, v.start_at, v.end_at, sum(v.value), min(v.completeness),
           count(v.value) = max(c.n_directions) AND min(v.completeness) >= 0.95 AND v.end_at <= now()
    FROM grafana.counter c
    JOIN grafana.bucket_value v ON v.datastream_id = c.id
    WHERE c.kind = $1 AND c.site = ANY ($2) AND v.width = $5 AND v.start_at >= $3 AND v.start_at < $4
    GROUP BY c.site, c.site_name, v.start_at, v.end_at
    ORDER BY v.start_at, c.site_name
$$;

-- The same as time series. An incomplete bucket goes to a series of its own, named so that nobody takes it for the whole.
CREATE FUNCTION grafana.amount_series(
    kind text, sites text[], from_at timestamptz, to_at timestamptz, interval_ms double precision
) RETURNS TABLE ("time" timestamptz, metric text, value double precision)
LANGUAGE sql STABLE AS $$
    SELECT a.start_at, a.site_name || CASE WHEN a.is_complete THEN '' ELSE ' (mindestens)' END, a.amount
    FROM grafana.amounts_of($1, $2, $3, $4, grafana.width($5)) a
    WHERE a.amount IS NOT NULL
    ORDER BY 1, 2
$$;

-- How much was counted in a time range, for each direction of each site. What a counter reported for a longer silence belongs to the
-- range only if the silence lies wholly inside it.
CREATE FUNCTION grafana.amount_in(kind text, sites text[], from_at timestamptz, to_at timestamptz)
RETURNS TABLE (
    site text, site_name text, direction text, amount double precision, completeness double precision
)
LANGUAGE sql STABLE AS $$
    WITH frame AS (
        -- Whole buckets only, so that the time they cover is the time asked for.
        SELECT width,
               coalesce(date_bin(step, $3 + step - interval '1 microsecond', 'epoch'), $3) AS from_at,
               coalesce(date_bin(step, $4, 'epoch'), $4) AS to_at
        FROM (SELECT CASE
                  WHEN $4 - $3 <= interval '2 days' THEN '15m'
                  WHEN $4 - $3 <= interval '400 days' THEN '1h'
                  ELSE '1d'
              END AS width) AS chosen
        LEFT JOIN (VALUES ('15m', interval '15 minutes'), ('1h', interval '1 hour')) AS fixed (width, step) USING (width)
    ), part AS (
        SELECT c.id, c.site, c.site_name, c.channel_name, v.value, v.covered_seconds,
               v.carried_from, v.carried_to, v.carried_sum, f.from_at, f.to_at
        FROM frame f
        JOIN grafana.bucket_value v ON v.width = f.width AND v.start_at >= f.from_at AND v.end_at <= f.to_at
        JOIN grafana.counter c ON c.id = v.datastream_id
        WHERE c.kind = $1 AND c.site = ANY ($2)
    ), known AS (
        SELECT id, site, site_name, channel_name, value AS amount, covered_seconds AS seconds, from_at, to_at
        FROM part
        UNION ALL
        (SELECT DISTINCT id, site, site_name, channel_name, carried_sum,
                extract(epoch FROM carried_to - carried_from)::double precision, from_at, to_at
         FROM part
         WHERE carried_from >= from_at AND carried_to <= to_at)
    )
    SELECT site, site_name, channel_name, sum(amount),
           least(sum(seconds) / nullif(extract(epoch FROM least(to_at, now()) - from_at), 0), 1)::double precision
    FROM known
    GROUP BY id, site, site_name, channel_name, from_at, to_at
    ORDER BY site_name, channel_name
$$;

-- The share of the time of each bucket in which a site was observed, 0 to 1; the best of its Datastreams counts.
CREATE FUNCTION grafana.completeness_of(
    sites text[], from_at timestamptz, to_at timestamptz, interval_ms double precision
) RETURNS TABLE ("time" timestamptz, metric text, value double precision)
LANGUAGE sql STABLE AS $$
    SELECT point.at, b.site_name, point.value
    FROM (
        SELECT s.site_name, v.start_at, v.end_at, max(v.completeness) AS value,
               lead(v.start_at) OVER (PARTITION BY s.site_name ORDER BY v.start_at) AS next_at
        FROM grafana.stream s
        JOIN grafana.bucket_value v ON v.datastream_id = s.id
        WHERE s.site = ANY ($1) AND v.width = grafana.width($4) AND v.start_at >= $2 AND v.start_at < $3
        GROUP BY s.site_name, v.start_at, v.end_at
    ) b
    CROSS JOIN LATERAL (VALUES
        (b.start_at, b.value),
        (CASE WHEN b.next_at > b.end_at THEN b.end_at END, NULL)
    ) AS point (at, value)
    WHERE point.at IS NOT NULL
    ORDER BY 1, 2
$$;

-- The share of a time range in which each site was observed, since its first value.
CREATE FUNCTION grafana.completeness_in(sites text[], from_at timestamptz, to_at timestamptz)
RETURNS TABLE (site text, site_name text, completeness double precision)
LANGUAGE sql STABLE AS $$
    SELECT site, site_name, max(completeness)
    FROM (
        SELECT s.id, s.site, s.site_name,
               least(sum(v.covered_seconds) / nullif(extract(epoch FROM
                   least(max(v.end_at), now()) - greatest(min(v.start_at), s.first_at)), 0), 1)::double precision AS completeness
        FROM grafana.stream s
        JOIN grafana.bucket_value v ON v.datastream_id = s.id
        WHERE s.site = ANY ($1) AND v.start_at >= $2 AND v.end_at <= $3
          AND v.width = CASE WHEN $3 - $2 <= interval '35 days' THEN '1h' ELSE '1d' END
        GROUP BY s.id, s.site, s.site_name, s.first_at
    ) stream
    GROUP BY site, site_name
    ORDER BY 3, 2
$$;

-- The roles, if they are not there yet. Give each a password with `\password` or let pg_hba.conf say how they log in. A query that
-- nobody waits for any longer must not hold up the store.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['grafana_operator', 'grafana_planner'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I LOGIN', role_name);
            EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', role_name, '30s');
            EXECUTE format('ALTER ROLE %I SET default_transaction_read_only = on', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA grafana TO grafana_operator, grafana_planner;
GRANT SELECT ON ALL TABLES IN SCHEMA grafana TO grafana_operator, grafana_planner;
GRANT USAGE ON SCHEMA public TO grafana_operator;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO grafana_operator;
