-- The workbench: sources.
--
-- From here to the end of the file names are looked up in pg_catalog alone, so
-- that nothing planted in a schema annoqa that was there before can take the
-- place of a function or an operator.
SET LOCAL search_path = pg_catalog, pg_temp;

-- Column names of the user's are kept as text and bound when a source is read:
-- no OID and no reg type, which would not survive a dump or pg_upgrade.
CREATE TABLE annoqa.source (
    name text PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 200),
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
    edge_strata text[] CHECK (array_position(edge_strata, NULL) IS NULL),
    onboarding boolean NOT NULL DEFAULT false,
    calibration_batches text[] CHECK (cardinality(calibration_batches) = 2
        AND array_position(calibration_batches, NULL) IS NULL),
    calibration_size integer NOT NULL DEFAULT 50 CHECK (calibration_size > 0),
    calibration_gate double precision NOT NULL DEFAULT 0.90
        CHECK (calibration_gate >= 0 AND calibration_gate <= 1),
    readers text[] CHECK (array_position(readers, NULL) IS NULL),
    timezone text NOT NULL DEFAULT 'UTC',
    period interval NOT NULL DEFAULT '28 days' CHECK (period > '0'),
    first_labels integer CHECK (first_labels >= 2),
    registered_by text NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    CONSTRAINT source_max_labels_check CHECK (max_labels >= required_labels),
    CONSTRAINT source_one_gold_check
        CHECK (num_nonnulls(gold, gold_flag, gold_annotator, gold_name) <= 1),
    CONSTRAINT source_gold_relation_check
        CHECK (num_nonnulls(gold_schema, gold_name, gold_owner, gold_kind,
                            gold_item, gold_label) IN (0, 6)
               AND (gold_at IS NULL OR gold_name IS NOT NULL)),
    CONSTRAINT source_gold_item_check
        CHECK (cardinality(gold_item) = cardinality(item)
               AND array_position(gold_item, NULL) IS NULL)
);
COMMENT ON TABLE annoqa.source IS 'internal: the registry of sources; read the view sources';
SELECT pg_extension_config_dump('annoqa.source', '');

-- The extension's owner need not own its tables: in a trusted installation a
-- superuser does.  Without these rights its dump would fail.
DO $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON annoqa.source TO %s WITH GRANT OPTION',
        (SELECT quote_ident(pg_get_userbyid(extowner)) FROM pg_extension
         WHERE extname = 'annoqa'));
END $$;

CREATE FUNCTION annoqa.own_lock(lock text, source text, key text) RETURNS boolean
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'own_lock_take';
COMMENT ON FUNCTION annoqa.own_lock(text, text, text) IS 'internal: takes a lock that only annoqa takes, for who may call what it serves; false when another transaction has it';

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
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 10
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY
    SELECT 'item'::text, unnest(s.item) WHERE NOT of_gold
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
END $$;
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
        hint := format('Columns are named as the table spells them, capitals included, without quotes; for an expression register a view. If one was renamed: SELECT annoqa.alter_source(%L, ...).', source);
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

-- Several names as the JSON array of their texts, like a key of several columns.
CREATE FUNCTION annoqa.names_text(names text[]) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN cardinality(names) = 1 THEN names[1]
                    ELSE to_json(names)::text END;
    $$;
COMMENT ON FUNCTION annoqa.names_text(text[]) IS 'internal: one name as it is, several as a JSON array';

CREATE FUNCTION annoqa.interval_text(interval) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    SET IntervalStyle = postgres
    AS 'SELECT $1::text';
COMMENT ON FUNCTION annoqa.interval_text(interval) IS 'internal: the text of an interval, whatever the session prints';

CREATE FUNCTION annoqa.resolve_rule(s annoqa.source) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(s.resolve, CASE WHEN s.labeled_at IS NULL THEN 'error'
                                        ELSE 'latest' END);
    $$;
COMMENT ON FUNCTION annoqa.resolve_rule(annoqa.source) IS 'internal: resolve as given, or as it follows from labeled_at';

CREATE VIEW annoqa.sources WITH (security_barrier) AS
    SELECT v.name AS source,
           format('%I.%I', v.relation_schema, v.relation_name) AS relation,
           annoqa.names_text(v.item) AS item, v.annotator, v.label, v.gold,
           v.gold_flag, v.gold_annotator,
           CASE WHEN v.gold_name IS NOT NULL
                THEN format('%I.%I', v.gold_schema, v.gold_name) END AS gold_relation,
           annoqa.names_text(v.gold_item) AS gold_item, v.gold_label, v.gold_at,
           v.labeled_at, v.available_at, v.seconds, v.confidence, v.vendor,
           v.annotator_kind, v.guideline, v.batch,
           annoqa.names_text(v.stratum) AS stratum, v.price, v.skipped, v.valid,
           v.review, v.suggestion,
           annoqa.resolve_rule(v.registered) AS resolve,
           v.required_labels::bigint AS required_labels,
           coalesce(v.max_labels, v.required_labels)::bigint AS max_labels,
           v.consensus, v.consensus_threshold, v.quality_floor, v.release_singles,
           v.models_vote, v.gold_from_adjudication,
           annoqa.names_text(v.edge_strata) AS edge_strata, v.onboarding,
           annoqa.names_text(v.calibration_batches) AS calibration_batches,
           v.calibration_size::bigint AS calibration_size, v.calibration_gate,
           annoqa.names_text(v.readers) AS readers, v.timezone,
           annoqa.interval_text(v.period) AS period,
           v.first_labels::bigint AS first_labels,
           v.relation_owner, v.relation_kind, v.registered_by, v.registered_at
    FROM annoqa.source_visible AS v;
GRANT SELECT ON annoqa.sources TO PUBLIC;

COMMENT ON VIEW annoqa.sources IS 'The registry: one row a source that you may read, a column for each argument of create_source under its name. Settings that were not given show what holds.';
COMMENT ON COLUMN annoqa.sources.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.sources.relation IS 'Table or view that holds the labels, as registered.';
COMMENT ON COLUMN annoqa.sources.item IS 'Column that tells items apart; several as a JSON array.';
COMMENT ON COLUMN annoqa.sources.annotator IS 'Column that says who labeled.';
COMMENT ON COLUMN annoqa.sources.label IS 'Column that holds the label.';
COMMENT ON COLUMN annoqa.sources.gold IS 'Column that holds the right answer, or an array of all that are right.';
COMMENT ON COLUMN annoqa.sources.gold_flag IS 'Boolean column: true where the row is no label but the right answer of its item.';
COMMENT ON COLUMN annoqa.sources.gold_annotator IS 'Annotator whose rows are no labels but right answers.';
COMMENT ON COLUMN annoqa.sources.gold_relation IS 'Table or view that holds the right answers apart.';
COMMENT ON COLUMN annoqa.sources.gold_item IS 'Column of the gold relation that tells items apart; several as a JSON array.';
COMMENT ON COLUMN annoqa.sources.gold_label IS 'Column of the gold relation that holds the right answer.';
COMMENT ON COLUMN annoqa.sources.gold_at IS 'Column of the gold relation that says since when.';
COMMENT ON COLUMN annoqa.sources.labeled_at IS 'Column that says when the label was given.';
COMMENT ON COLUMN annoqa.sources.available_at IS 'Column that says when the item could first be labeled.';
COMMENT ON COLUMN annoqa.sources.seconds IS 'Column that says how long the label took: a number of seconds, or an interval.';
COMMENT ON COLUMN annoqa.sources.confidence IS 'Column that holds the confidence that the annotator stated.';
COMMENT ON COLUMN annoqa.sources.vendor IS 'Column that names the vendor of the label.';
COMMENT ON COLUMN annoqa.sources.annotator_kind IS 'Column that says human, expert or model; what it does not know is human.';
COMMENT ON COLUMN annoqa.sources.guideline IS 'Column that names the version of the guideline.';
COMMENT ON COLUMN annoqa.sources.batch IS 'Column that names the batch.';
COMMENT ON COLUMN annoqa.sources.stratum IS 'Column that sorts items into strata; several as a JSON array.';
COMMENT ON COLUMN annoqa.sources.price IS 'Column that holds what the row cost.';
COMMENT ON COLUMN annoqa.sources.skipped IS 'Boolean column: true where the annotator skipped the item.';
COMMENT ON COLUMN annoqa.sources.valid IS 'Boolean column: false where the row does not count.';
COMMENT ON COLUMN annoqa.sources.review IS 'Column that says accepted, fixed or rejected; or boolean, true being accepted.';
COMMENT ON COLUMN annoqa.sources.suggestion IS 'Column that holds the label that the annotator was shown.';
COMMENT ON COLUMN annoqa.sources.resolve IS 'What counts of several rows of one annotator on one item: latest, first, collect (they are one set) or error.';
COMMENT ON COLUMN annoqa.sources.required_labels IS 'Votes that an item needs before it counts as labeled.';
COMMENT ON COLUMN annoqa.sources.max_labels IS 'Votes up to which an unclear item gets more labels rather than a judge.';
COMMENT ON COLUMN annoqa.sources.consensus IS 'How votes become an answer: majority, weighted, model, median or none.';
COMMENT ON COLUMN annoqa.sources.consensus_threshold IS 'Confidence that a consensus must reach.';
COMMENT ON COLUMN annoqa.sources.quality_floor IS 'Gold accuracy below which speed is not worth having.';
COMMENT ON COLUMN annoqa.sources.release_singles IS 'Whether an item with one vote may leave for training: proven, all or none.';
COMMENT ON COLUMN annoqa.sources.models_vote IS 'Whether labels of models take part in consensus.';
COMMENT ON COLUMN annoqa.sources.gold_from_adjudication IS 'Whether adjudicated answers count as gold.';
COMMENT ON COLUMN annoqa.sources.edge_strata IS 'Strata whose items are edge cases by definition; several as a JSON array.';
COMMENT ON COLUMN annoqa.sources.onboarding IS 'Whether newcomers pass two calibration sets before their labels are votes.';
COMMENT ON COLUMN annoqa.sources.calibration_batches IS 'The two batches that are the calibration sets, as a JSON array; NULL when sets go by the number of gold answers.';
COMMENT ON COLUMN annoqa.sources.calibration_size IS 'Gold answers in a calibration set.';
COMMENT ON COLUMN annoqa.sources.calibration_gate IS 'Accuracy that passes a calibration set.';
COMMENT ON COLUMN annoqa.sources.readers IS 'Roles that see stored history and flags without reading labels; several as a JSON array.';
COMMENT ON COLUMN annoqa.sources.timezone IS 'Where days and weeks begin, and how a time without zone is read.';
COMMENT ON COLUMN annoqa.sources.period IS 'Length of "recently", counted back from the newest label.';
COMMENT ON COLUMN annoqa.sources.first_labels IS 'How many labels of each item, the first by time, trends and history compare with one another; NULL: all.';
COMMENT ON COLUMN annoqa.sources.relation_owner IS 'Owner of the relation when it was registered or confirmed.';
COMMENT ON COLUMN annoqa.sources.relation_kind IS 'Kind of the relation when it was registered or confirmed.';
COMMENT ON COLUMN annoqa.sources.registered_by IS 'Role that registered or last confirmed the relation.';
COMMENT ON COLUMN annoqa.sources.registered_at IS 'When that was.';

SET LOCAL search_path = annoqa, pg_temp;
