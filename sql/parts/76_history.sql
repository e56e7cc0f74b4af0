-- The workbench: what was shown then.
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE TABLE annoqa.scorecard_history_entry (
    "time" timestamp with time zone NOT NULL,
    source text NOT NULL REFERENCES annoqa.source ON UPDATE CASCADE ON DELETE CASCADE,
    scope text NOT NULL CHECK (scope IN ('source', 'vendor', 'annotator')),
    vendor text NOT NULL,
    annotator text NOT NULL,
    metric text NOT NULL,
    value double precision,
    value_n bigint,
    value_lower double precision,
    value_upper double precision,
    since timestamp with time zone,
    until timestamp with time zone
);
COMMENT ON TABLE annoqa.scorecard_history_entry IS 'internal: figures as they were when snapshot was called; read the view scorecard_history';
-- As flag_one_open: names may be long.
CREATE UNIQUE INDEX scorecard_history_one ON annoqa.scorecard_history_entry (source, "time",
    scope, left(vendor, 100), hashtextextended(vendor, 0), left(annotator, 100),
    hashtextextended(annotator, 0), metric);
COMMENT ON INDEX annoqa.scorecard_history_one IS 'internal: one snapshot of a moment';
SELECT pg_extension_config_dump('annoqa.scorecard_history_entry', '');

-- As their owner, for callers who may see what is stored of a source.
CREATE VIEW annoqa.scorecard_history WITH (security_barrier) AS
    SELECT h."time", h.source, h.scope, h.vendor, h.annotator, h.metric, h.value, h.value_n,
           h.value_lower, h.value_upper, h.since, h.until
    FROM annoqa.source_stored AS s JOIN annoqa.scorecard_history_entry AS h ON h.source = s.name;
GRANT SELECT ON annoqa.scorecard_history TO PUBLIC;
COMMENT ON VIEW annoqa.scorecard_history IS 'What was shown then: one row a snapshot, scope, key and metric; appended by snapshot, untouched by later edits of labels.';
COMMENT ON COLUMN annoqa.scorecard_history."time" IS 'Time of the snapshot.';
COMMENT ON COLUMN annoqa.scorecard_history.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.scorecard_history.scope IS 'source, vendor or annotator.';
COMMENT ON COLUMN annoqa.scorecard_history.vendor IS 'The vendor in rows of scope vendor; else (all).';
COMMENT ON COLUMN annoqa.scorecard_history.annotator IS 'The annotator in rows of scope annotator; else (all).';
COMMENT ON COLUMN annoqa.scorecard_history.metric IS 'A column of quality_trend by its name, of all labels: see metric there.';
COMMENT ON COLUMN annoqa.scorecard_history.value IS 'Its value then.';
COMMENT ON COLUMN annoqa.scorecard_history.value_n IS 'Its denominator; NULL for what has none.';
COMMENT ON COLUMN annoqa.scorecard_history.value_lower IS 'Lower 95% bound; NULL for what has none.';
COMMENT ON COLUMN annoqa.scorecard_history.value_upper IS 'Upper 95% bound; NULL for what has none.';
COMMENT ON COLUMN annoqa.scorecard_history.since IS 'Time of the first label that it covers.';
COMMENT ON COLUMN annoqa.scorecard_history.until IS 'Time of the last.';

CREATE FUNCTION annoqa.scorecard_history(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.scorecard_history
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    PERFORM annoqa.require_stored(source);
    RETURN QUERY
    SELECT h.* FROM annoqa.scorecard_history AS h
    WHERE h.source = scorecard_history.source
          AND (scorecard_history.since IS NULL OR h."time" >= scorecard_history.since)
          AND (scorecard_history.until IS NULL OR h."time" < scorecard_history.until)
          AND (scorecard_history.vendor IS NULL OR h.vendor = scorecard_history.vendor)
          AND (scorecard_history.annotator IS NULL OR h.annotator = scorecard_history.annotator);
END $$;
COMMENT ON FUNCTION annoqa.scorecard_history(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The snapshots of a source, taken from since up to until.';

CREATE FUNCTION annoqa.snapshot_source(source text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading;
    n bigint;
BEGIN
    PERFORM annoqa.require_stored(source);
    r := annoqa.reading(source);
    PERFORM annoqa.require_all_rows(r.registered);
    -- what rests on nothing is not kept
    EXECUTE 'INSERT INTO annoqa.snapshot_entry ("time", source, scope, vendor, annotator, metric, value, value_n, value_lower, value_upper, since, until)
        SELECT statement_timestamp(), $2, q.scope, q.vendor, q.annotator, m.metric, m.value, m.value_n, m.value_lower, m.value_upper, q.since, q.until
        FROM (SELECT (w.shown).*, w.since, w.until FROM annoqa.quality_rows($1, NULL) AS w) AS q '
        || annoqa.metric_values() || ' WHERE m.value IS NOT NULL'
    USING r, source;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION USING ERRCODE = 'unique_violation',
        MESSAGE = format('source "%s" has a snapshot of this moment already', source);
END $$;
COMMENT ON FUNCTION annoqa.snapshot_source(text) IS 'internal: keeps the figures of a source as they are now; how many';

-- A source that cannot be read does not keep the others from being kept.
CREATE FUNCTION annoqa.snapshot(source text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    name text;
    kept bigint := 0;
    done bigint := 0;
    failed text[] := '{}';
    why text;
BEGIN
    IF source IS NOT NULL THEN
        RETURN format('snapshot of source "%s": %s', source,
                      annoqa.counted(annoqa.snapshot_source(source), 'figure'));
    END IF;
    FOR name IN SELECT s.name FROM annoqa.source_stored AS s ORDER BY s.name COLLATE "C" LOOP
        BEGIN
            kept := kept + annoqa.snapshot_source(name);
            done := done + 1;
        EXCEPTION
            WHEN operator_intervention OR transaction_rollback THEN
                RAISE;
            WHEN OTHERS THEN
                GET STACKED DIAGNOSTICS why = MESSAGE_TEXT;
                RAISE WARNING USING ERRCODE = SQLSTATE,
                    MESSAGE = format('source "%s" has no snapshot: %s', name,
                        regexp_replace(why, '^source ".*" cannot be read: ', ''));
                failed := failed || format('"%s"', name);
        END;
    END LOOP;
    RETURN format('snapshot of %s: %s%s', annoqa.counted(done, 'source'),
                  annoqa.counted(kept, 'figure'), CASE WHEN failed <> '{}'
                  THEN '; left out: ' || array_to_string(failed, ', ') END);
END $$;
COMMENT ON FUNCTION annoqa.snapshot(text) IS 'Keeps the figures of a source as they are now, or of every source of which you may see what is stored, in scorecard_history; says how many.';

-- What snapshot writes through: as the owner, for those who may call it and see
-- what is stored of the source.  Nothing is updated or deleted here.
CREATE VIEW annoqa.snapshot_entry WITH (security_barrier) AS
    SELECT h.* FROM annoqa.scorecard_history_entry AS h
    WHERE has_function_privilege('annoqa.snapshot(text)'::regprocedure, 'EXECUTE')
          AND EXISTS (SELECT FROM annoqa.source_stored AS s WHERE s.name = h.source)
    WITH CASCADED CHECK OPTION;
COMMENT ON VIEW annoqa.snapshot_entry IS 'internal: where snapshot writes';
GRANT SELECT, INSERT ON annoqa.snapshot_entry TO PUBLIC;

DO $$
DECLARE
    owner text := (SELECT quote_ident(pg_get_userbyid(extowner)) FROM pg_extension
                   WHERE extname = 'annoqa');
BEGIN
    REVOKE EXECUTE ON FUNCTION annoqa.snapshot(text) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION annoqa.snapshot(text) TO %s WITH GRANT OPTION', owner);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON annoqa.scorecard_history_entry TO %s WITH GRANT OPTION', owner);
END $$;

SET LOCAL search_path = annoqa, pg_temp;
