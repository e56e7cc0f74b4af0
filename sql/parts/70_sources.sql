-- The workbench: sources.
--
-- From here to the end of the file names are looked up in pg_catalog alone, so
-- that nothing planted in a schema annoqa that was there before can take the
-- place of a function or an operator.
SET LOCAL search_path = pg_catalog, pg_temp;

-- Column names of the user's are kept as text and bound when a source is read:
-- no OID and no reg type, which would not survive a dump or pg_upgrade.
CREATE TABLE annoqa.source (
    name text PRIMARY KEY CHECK (name <> ''),
    relation_schema text NOT NULL,
    relation_name text NOT NULL,
    relation_owner text NOT NULL,
    relation_kind text NOT NULL,
    item text[] NOT NULL CHECK (cardinality(item) > 0
        AND array_position(item, NULL) IS NULL),
    annotator text NOT NULL,
    label text NOT NULL,
    gold text,
    gold_flag text,
    gold_annotator text,
    gold_schema text,
    gold_name text,
    gold_owner text,
    gold_kind text,
    gold_item text[],
    gold_label text,
    gold_at text,
    labeled_at text,
    available_at text,
    seconds text,
    confidence text,
    vendor text,
    annotator_kind text,
    guideline text,
    batch text,
    stratum text[] CHECK (cardinality(stratum) > 0
        AND array_position(stratum, NULL) IS NULL),
    price text,
    skipped text,
    valid text,
    review text,
    suggestion text,
    resolve text CHECK (resolve IN ('latest', 'first', 'collect', 'error')),
    required_labels integer NOT NULL DEFAULT 1 CHECK (required_labels > 0),
    max_labels integer,
    consensus text NOT NULL DEFAULT 'majority'
        CHECK (consensus IN ('majority', 'weighted', 'model', 'median', 'none')),
    consensus_threshold double precision NOT NULL DEFAULT 0.75
        CHECK (consensus_threshold >= 0 AND consensus_threshold <= 1),
    quality_floor double precision NOT NULL DEFAULT 0.85
        CHECK (quality_floor >= 0 AND quality_floor <= 1),
    release_singles text NOT NULL DEFAULT 'proven'
        CHECK (release_singles IN ('proven', 'all', 'none')),
    models_vote boolean NOT NULL DEFAULT false,
    gold_from_adjudication boolean NOT NULL DEFAULT false,
    edge_strata text[],
    onboarding boolean NOT NULL DEFAULT false,
    calibration_batches text[] CHECK (cardinality(calibration_batches) = 2
        AND array_position(calibration_batches, NULL) IS NULL),
    calibration_size integer NOT NULL DEFAULT 50 CHECK (calibration_size > 0),
    calibration_gate double precision NOT NULL DEFAULT 0.90
        CHECK (calibration_gate >= 0 AND calibration_gate <= 1),
    readers text[],
    timezone text NOT NULL DEFAULT 'UTC',
    period interval NOT NULL DEFAULT '28 days' CHECK (period > '0'),
    registered_by text NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    CHECK (max_labels >= required_labels),
    CHECK (num_nonnulls(gold, gold_flag, gold_annotator, gold_name) <= 1),
    CHECK (num_nonnulls(gold_schema, gold_name, gold_owner, gold_kind, gold_item,
        gold_label) IN (0, 6)),
    CHECK (gold_at IS NULL OR gold_name IS NOT NULL)
);
COMMENT ON TABLE annoqa.source IS 'internal: the registry of sources; read the view sources';
SELECT pg_extension_config_dump('annoqa.source', '');

-- The extension's owner need not own its tables: in a trusted installation a
-- superuser does.  Without these rights its dump would fail.
DO $$
BEGIN
    EXECUTE format('GRANT ALL ON annoqa.source TO %s WITH GRANT OPTION',
        (SELECT quote_ident(pg_get_userbyid(extowner)) FROM pg_extension
         WHERE extname = 'annoqa'));
END $$;

CREATE FUNCTION annoqa.relation_kind("char") RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE $1 WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table'
                       WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                       WHEN 'f' THEN 'foreign table' END;
    $$;
COMMENT ON FUNCTION annoqa.relation_kind("char") IS 'internal: the kind of a relation in words, NULL for one that holds no labels';

CREATE FUNCTION annoqa.source_columns(s annoqa.source, of_gold boolean,
    OUT argument text, OUT column_name text)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 10
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT 'item', unnest(s.item) WHERE NOT of_gold
        UNION ALL SELECT 'stratum', unnest(s.stratum) WHERE NOT of_gold
        UNION ALL SELECT 'gold_item', unnest(s.gold_item) WHERE of_gold
        UNION ALL
        SELECT v.argument, v.column_name
        FROM (VALUES ('annotator', s.annotator, false), ('label', s.label, false),
                     ('gold', s.gold, false), ('gold_flag', s.gold_flag, false),
                     ('labeled_at', s.labeled_at, false),
                     ('available_at', s.available_at, false),
                     ('seconds', s.seconds, false),
                     ('confidence', s.confidence, false),
                     ('vendor', s.vendor, false),
                     ('annotator_kind', s.annotator_kind, false),
                     ('guideline', s.guideline, false), ('batch', s.batch, false),
                     ('price', s.price, false), ('skipped', s.skipped, false),
                     ('valid', s.valid, false), ('review', s.review, false),
                     ('suggestion', s.suggestion, false),
                     ('gold_label', s.gold_label, true), ('gold_at', s.gold_at, true))
             AS v (argument, column_name, gold)
        WHERE v.column_name IS NOT NULL AND v.gold = of_gold;
    $$;
COMMENT ON FUNCTION annoqa.source_columns(annoqa.source, boolean) IS 'internal: the columns that a source names, of its relation or of its gold relation';

-- Relations are found by name through the catalogs, and rights asked by OID:
-- to_regclass and the forms by name raise where a role may not use a schema,
-- which would break everybody's view.
CREATE FUNCTION annoqa.relation_state(schema_name text, relation_name text,
    owner text, kind text, source text, columns text[],
    OUT reads boolean, OUT is_stored boolean, OUT row_security boolean,
    OUT code text, OUT problem text, OUT hint text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    shown text := format('%I.%I', schema_name, relation_name);
    found_owner text;
    found_kind text;
    id oid;
    missing text;
BEGIN
    SELECT c.oid, pg_get_userbyid(c.relowner), annoqa.relation_kind(c.relkind),
           c.relkind IN ('r', 'p', 'm'), row_security_active(c.oid),
           has_schema_privilege(n.oid, 'USAGE') AND
               has_any_column_privilege(c.oid, 'SELECT')
    INTO id, found_owner, found_kind, is_stored, row_security, reads
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = schema_name AND c.relname = relation_name;
    IF id IS NULL THEN
        reads := false;
        is_stored := false;
        row_security := true;
        code := '42P01';
        problem := format('relation %s does not exist', shown);
        hint := format('If it has a new name: SELECT annoqa.alter_source(%L, relation => ...); if it is gone: SELECT annoqa.drop_source(%1$L).', source);
        RETURN;
    END IF;

    SELECT coalesce(reads, false) AND
               coalesce(bool_and(has_column_privilege(id, a.attnum, 'SELECT')), true),
           string_agg(quote_ident(u.name), ', ' ORDER BY u.n)
               FILTER (WHERE a.attnum IS NULL)
    INTO reads, missing
    FROM unnest(columns) WITH ORDINALITY AS u (name, n)
         LEFT JOIN pg_attribute AS a
         ON a.attrelid = id AND a.attname = u.name AND a.attnum > 0
            AND NOT a.attisdropped;

    IF found_kind IS DISTINCT FROM kind OR found_owner IS DISTINCT FROM owner THEN
        code := '55000';
        problem := CASE WHEN found_kind IS DISTINCT FROM kind
            THEN format('%s was a %s when it was registered and is a %s now',
                        shown, kind, coalesce(found_kind, 'relation of another kind'))
            ELSE format('%s belonged to %I when it was registered and belongs to %I now',
                        shown, owner, found_owner) END;
        hint := format('Whoever owns it runs code as everybody who reads the source. If that is as it should be: SELECT annoqa.confirm_source(%L).', source);
    ELSIF missing IS NOT NULL THEN
        code := '42703';
        problem := format('%s has no column %s', shown, missing);
        hint := format('Name the column that took its place: SELECT annoqa.alter_source(%L, ...).', source);
    END IF;
END $$;
COMMENT ON FUNCTION annoqa.relation_state(text, text, text, text, text, text[]) IS 'internal: whether a relation is what was registered, and what the caller may do with it';

CREATE FUNCTION annoqa.source_rights(s annoqa.source,
    OUT reads boolean, OUT reads_stored boolean, OUT manages boolean,
    OUT code text, OUT problem text, OUT hint text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    state record;
    gold record;
BEGIN
    manages := has_table_privilege('annoqa.source', 'SELECT');
    state := annoqa.relation_state(s.relation_schema, s.relation_name,
        s.relation_owner, s.relation_kind, s.name,
        ARRAY(SELECT c.column_name FROM annoqa.source_columns(s, false) AS c));
    reads := state.reads;
    reads_stored := state.reads AND state.is_stored AND NOT state.row_security
        AND state.problem IS NULL;
    code := state.code;
    problem := state.problem;
    hint := state.hint;
    IF s.gold_name IS NOT NULL THEN
        gold := annoqa.relation_state(s.gold_schema, s.gold_name, s.gold_owner,
            s.gold_kind, s.name,
            ARRAY(SELECT c.column_name FROM annoqa.source_columns(s, true) AS c));
        reads := reads AND gold.reads;
        reads_stored := reads_stored AND gold.reads AND gold.is_stored
            AND NOT gold.row_security AND gold.problem IS NULL;
        IF problem IS NULL THEN
            code := gold.code;
            problem := gold.problem;
            hint := gold.hint;
        END IF;
    END IF;
    reads_stored := reads_stored OR manages OR EXISTS (
        SELECT FROM pg_roles AS r
        WHERE r.rolname = ANY (s.readers) AND pg_has_role(r.oid, 'USAGE'));
END $$;
COMMENT ON FUNCTION annoqa.source_rights(annoqa.source) IS 'internal: what the caller may see of a source. reads: every registered column of its relations; reads_stored: what annoqa stores of it; manages: the registry. problem: why it cannot be read now';

-- As their owner, for nobody else may read the registry; a row is kept only for
-- callers with rights of their own.
CREATE VIEW annoqa.source_visible WITH (security_barrier) AS
    SELECT s.*, s AS registered, r.reads, r.reads_stored, r.manages, r.code, r.problem, r.hint
    FROM annoqa.source AS s CROSS JOIN LATERAL annoqa.source_rights(s) AS r
    WHERE r.reads OR r.manages;
COMMENT ON VIEW annoqa.source_visible IS 'internal: the sources that the caller may read, with what is wrong with them';
GRANT SELECT ON annoqa.source_visible TO PUBLIC;

CREATE VIEW annoqa.source_stored WITH (security_barrier) AS
    SELECT s.name, s.timezone, s.period
    FROM annoqa.source AS s CROSS JOIN LATERAL annoqa.source_rights(s) AS r
    WHERE r.reads_stored;
COMMENT ON VIEW annoqa.source_stored IS 'internal: the sources of which the caller may see what annoqa stores: flags, cases, history, rollups';
GRANT SELECT ON annoqa.source_stored TO PUBLIC;

SET LOCAL search_path = annoqa, pg_temp;
