-- The workbench: the stored model of a source.
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE TABLE annoqa.source_model (
    model_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL REFERENCES annoqa.source ON UPDATE CASCADE ON DELETE CASCADE,
    method text NOT NULL,
    model annoqa.annotator_model NOT NULL,
    fitted_at timestamp with time zone NOT NULL DEFAULT now(),
    fitted_by text NOT NULL DEFAULT current_user
);
COMMENT ON TABLE annoqa.source_model IS 'internal: models of annotators fitted to sources, the last one being the current';
COMMENT ON SEQUENCE annoqa.source_model_model_id_seq IS 'internal: numbers of models, in their order';
CREATE INDEX source_model_source ON annoqa.source_model (source, model_id);
COMMENT ON INDEX annoqa.source_model_source IS 'internal: the models of a source';
SELECT pg_extension_config_dump('annoqa.source_model', '');
SELECT pg_extension_config_dump('annoqa.source_model_model_id_seq', '');

CREATE VIEW annoqa.stored_models WITH (security_barrier) AS
    SELECT m.source, m.model_id, m.method, m.model, m.fitted_at, m.fitted_by
    FROM annoqa.source_stored AS s JOIN annoqa.source_model AS m ON m.source = s.name;
COMMENT ON VIEW annoqa.stored_models IS 'internal: the models of sources of which the caller may see what is stored';
GRANT SELECT ON annoqa.stored_models TO PUBLIC;

CREATE FUNCTION annoqa.stored_model(source text, back integer DEFAULT 0)
    RETURNS annoqa.annotator_model
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT m.model FROM annoqa.stored_models AS m
        WHERE m.source = stored_model.source AND back >= 0
        ORDER BY m.model_id DESC OFFSET greatest(back, 0) LIMIT 1;
    $$;
COMMENT ON FUNCTION annoqa.stored_model(text, integer) IS 'The model that was last fitted to a source, or one so many fits back; NULL where there is none, or none to be seen.';

-- Gold as ratings: every answer of an item that is accepted, by an annotator of its own.
CREATE FUNCTION annoqa.gold_ratings_query(s annoqa.source, rows_query text, gold_query text)
    RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    answer_type oid := annoqa.column_type(coalesce(s.gold_schema, s.relation_schema),
        coalesce(s.gold_name, s.relation_name), coalesce(s.gold, s.gold_label, s.label));
    label_type oid := annoqa.column_type(s.relation_schema, s.relation_name, s.label);
    answers text;
BEGIN
    -- rows that disagree about gold say nothing, but for gold rows: these are
    -- answers each
    answers := format('SELECT d.item, d.gold FROM (SELECT r.item, %s AS gold, count(*) OVER (PARTITION BY r.item) AS n FROM (%s) AS r WHERE r.item IS NOT NULL AND r.gold IS NOT NULL AND r.valid IS NOT FALSE GROUP BY r.item, 2) AS d WHERE d.n = 1 OR %L',
        annoqa.grouping_expression('r.gold', answer_type), rows_query, s.gold IS NULL);
    IF s.gold_name IS NOT NULL THEN
        answers := format('SELECT g.item, g.gold FROM (%s) AS g WHERE g.item IS NOT NULL AND g.gold IS NOT NULL',
                          gold_query);
    END IF;
    IF answer_type <> label_type
        AND EXISTS (SELECT FROM pg_type AS t WHERE t.oid = answer_type AND t.typcategory = 'A') THEN
        answers := format('SELECT a.item, unnest(a.gold) AS gold FROM (%s) AS a', answers);
    END IF;
    IF s.gold_from_adjudication THEN
        answers := format('%s UNION ALL SELECT k.item, c.label::%s FROM (SELECT r.item, %s AS key FROM (%s) AS r GROUP BY r.item) AS k JOIN annoqa.current_cases(%L) AS c ON c.item = k.key',
            answers, annoqa.label_type_name(s), annoqa.item_text_expression(s, 'r.item'),
            annoqa.item_rows_query(s, rows_query,
                ARRAY(SELECT c.item FROM annoqa.current_cases(s.name) AS c)), s.name);
    END IF;
    RETURN format('SELECT annoqa.ratings_agg(d.item, d.n, d.gold) FROM (SELECT a.item, a.gold, row_number() OVER (PARTITION BY a.item) AS n FROM (SELECT u.item, u.gold FROM (%s) AS u WHERE u.gold IS NOT NULL GROUP BY u.item, u.gold) AS a) AS d',
                  answers);
END $$;
COMMENT ON FUNCTION annoqa.gold_ratings_query(annoqa.source, text, text) IS 'internal: the query that reads the gold of a source as ratings';

CREATE FUNCTION annoqa.read_ratings(s annoqa.source, with_gold boolean,
    OUT labels annoqa.ratings, OUT gold annoqa.ratings)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    SET DateStyle = 'ISO, YMD' SET IntervalStyle = postgres
    SET extra_float_digits = 3 SET TimeZone = 'UTC' SET bytea_output = hex
    AS $$
DECLARE
    q record := annoqa.readable_source(s.name);
BEGIN
    EXECUTE format('SELECT annoqa.ratings_agg(l.item, l.who, l.label) FROM (%s) AS l WHERE l.votes AND l.annotator COLLATE "C" <> ALL (%L::text[])',
        annoqa.standing_labels_query(s, q.rows_query),
        annoqa.non_voters(s, q.rows_query, q.gold_query))
    INTO labels;
    IF with_gold THEN
        EXECUTE annoqa.gold_ratings_query(s, q.rows_query, q.gold_query) INTO gold;
    END IF;
END $$;
COMMENT ON FUNCTION annoqa.read_ratings(annoqa.source, boolean) IS 'internal: the votes of a source, resolved, and its gold, as ratings';

-- Whatever fits a model to ratings is a method.
CREATE FUNCTION annoqa.fit_methods(OUT method text, OUT takes_gold boolean)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT p.proname, coalesce('gold' = ANY (p.proargnames), false)
        FROM pg_proc AS p
             JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
             JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
                  AND e.extname = 'annoqa'
        WHERE p.prorettype = 'annoqa.annotator_model'::regtype AND p.prokind = 'f'
              AND p.proargtypes[0] = 'annoqa.ratings'::regtype
              AND p.pronargs - p.pronargdefaults = 1
        ORDER BY p.proname COLLATE "C";
    $$;
COMMENT ON FUNCTION annoqa.fit_methods() IS 'internal: the functions that fit a model to ratings, and whether they take gold';

CREATE FUNCTION annoqa.fit(source text, method text DEFAULT 'dawid_skene',
    use_gold boolean DEFAULT true, keep integer DEFAULT 10)
    RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    s annoqa.source := (annoqa.visible_source(source)).registered;
    takes_gold boolean := (SELECT m.takes_gold FROM annoqa.fit_methods() AS m
                           WHERE m.method = fit.method);
    r record;
    fitted annoqa.annotator_model;
    f record;
    gold_items bigint := 0;
BEGIN
    PERFORM annoqa.require_stored(source);
    IF takes_gold IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('there is no method %s', coalesce('"' || method || '"', 'NULL')),
            HINT = (SELECT 'Methods are ' || string_agg(m.method, ', ') || '.' FROM annoqa.fit_methods() AS m);
    ELSIF keep IS NULL OR keep < 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('keep must be at least 1, not %s', coalesce(keep::text, 'NULL'));
    END IF;
    PERFORM annoqa.require_all_rows(s);
    r := annoqa.read_ratings(s, takes_gold AND use_gold IS NOT FALSE);
    EXECUTE format('SELECT annoqa.%I($1 %s)', method, CASE WHEN r.gold IS NOT NULL THEN ', gold => $2' END)
    INTO fitted USING r.labels, r.gold;
    SELECT * INTO f FROM annoqa.fit(fitted);
    IF f.n_labels = 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'no_data_found',
            MESSAGE = format('source "%s" has no votes to fit a model to', source);
    END IF;
    IF r.gold IS NOT NULL THEN
        SELECT count(*) INTO gold_items FROM (SELECT i.item FROM annoqa.items(r.labels) AS i
            INTERSECT SELECT g.item FROM annoqa.items(r.gold) AS g) AS held;
    END IF;

    INSERT INTO annoqa.model_entry (source, method, model) VALUES (source, method, fitted);
    DELETE FROM annoqa.model_entry AS m
    WHERE m.source = fit.source
          AND m.model_id <= (SELECT k.model_id FROM annoqa.stored_models AS k
                             WHERE k.source = fit.source
                             ORDER BY k.model_id DESC OFFSET keep LIMIT 1);
    IF NOT f.identified THEN
        RAISE WARNING USING MESSAGE = format('the labels of source "%s" do not say all of the model: %s', source, f.reason);
    END IF;
    RETURN format('%s fitted to source "%s": %s labels by %s annotators on %s items%s, %s', method,
        source, f.n_labels, f.n_annotators, f.n_items,
        CASE WHEN gold_items > 0 THEN format(', %s of them held at gold', gold_items) END,
        CASE WHEN f.converged IS FALSE THEN format('not converged after %s iterations', f.iterations)
             WHEN f.iterations IS NULL OR f.iterations = 0 THEN 'in one step'
             ELSE format('converged in %s iterations', f.iterations) END);
END $$;
COMMENT ON FUNCTION annoqa.fit(text, text, boolean, integer) IS 'Fits a model of annotators to the votes of a source, keeps it and the fits before it, as many as keep says, and says how it went. method: a function that fits one to ratings. use_gold holds items at their gold answers, where the method can.';

CREATE FUNCTION annoqa.without_annotator(annoqa.annotator_model, text)
    RETURNS annoqa.annotator_model
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'model_without_annotator';
COMMENT ON FUNCTION annoqa.without_annotator(annoqa.annotator_model, text) IS 'internal: a model without one of its annotators, the others as they were';

-- As adjudication_entry; old models may be removed.
CREATE VIEW annoqa.model_entry WITH (security_barrier) AS
    SELECT m.* FROM annoqa.source_model AS m
    WHERE has_function_privilege('annoqa.fit(text, text, boolean, integer)'::regprocedure, 'EXECUTE')
          AND EXISTS (SELECT FROM annoqa.source_stored AS s WHERE s.name = m.source)
    WITH CASCADED CHECK OPTION;
COMMENT ON VIEW annoqa.model_entry IS 'internal: where fit writes';
GRANT SELECT, INSERT (source, method, model), DELETE ON annoqa.model_entry TO PUBLIC;

DO $$
DECLARE
    owner text := (SELECT quote_ident(pg_get_userbyid(extowner)) FROM pg_extension
                   WHERE extname = 'annoqa');
BEGIN
    REVOKE EXECUTE ON FUNCTION annoqa.fit(text, text, boolean, integer) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION annoqa.fit(text, text, boolean, integer) TO %s WITH GRANT OPTION', owner);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON annoqa.source_model TO %s WITH GRANT OPTION', owner);
    EXECUTE format('GRANT ALL ON SEQUENCE annoqa.source_model_model_id_seq TO %s WITH GRANT OPTION', owner);
END $$;

SET LOCAL search_path = annoqa, pg_temp;
