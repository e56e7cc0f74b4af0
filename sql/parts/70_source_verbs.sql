-- The workbench: registering sources.
SET LOCAL search_path = pg_catalog, pg_temp;

-- What a source is told about a relation of its: names alone.
CREATE FUNCTION annoqa.describe_relation(relation jsonb, prefix text) RETURNS jsonb
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r record;
BEGIN
    SELECT n.nspname, c.relname, pg_get_userbyid(c.relowner) AS owner,
           annoqa.relation_kind(c.relkind) AS kind, c.relpersistence = 't' AS temporary
    INTO r
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = relation ->> 0 AND c.relname = relation ->> 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_table',
            MESSAGE = format('relation %I.%I does not exist', relation ->> 0, relation ->> 1);
    ELSIF r.kind IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
            MESSAGE = format('"%s" is not a table or view', relation ->> 1);
    ELSIF r.temporary THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('temporary relation "%s" cannot be a source', r.relname),
            HINT = 'Other sessions cannot see it.';
    END IF;
    RETURN jsonb_build_object(prefix || 'schema', r.nspname, prefix || 'name', r.relname,
                              prefix || 'owner', r.owner, prefix || 'kind', r.kind);
END $$;
COMMENT ON FUNCTION annoqa.describe_relation(jsonb, text) IS 'internal: schema, name, owner and kind of a relation, as the registry keeps them';

-- An argument as the columns of the registry that hold it.
CREATE FUNCTION annoqa.argument_columns(argument text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE argument
            WHEN 'gold_relation' THEN
                '{gold_schema,gold_name,gold_owner,gold_kind,gold_item,gold_label,gold_at}'
            WHEN 'relation' THEN
                '{relation_schema,relation_name,relation_owner,relation_kind}'
            ELSE ARRAY[argument] END;
    $$;
COMMENT ON FUNCTION annoqa.argument_columns(text) IS 'internal: the columns of the registry that hold an argument';

CREATE FUNCTION annoqa.given_columns(given jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    columns jsonb := given - '{relation,gold_relation,reset}'::text[];
BEGIN
    IF given ? 'relation' THEN
        columns := columns || annoqa.describe_relation(given -> 'relation', 'relation_')
            || jsonb_build_object('registered_by', current_user, 'registered_at', now());
    END IF;
    IF given ? 'gold_relation' THEN
        columns := columns || annoqa.describe_relation(given -> 'gold_relation', 'gold_');
    END IF;
    RETURN columns;
END $$;
COMMENT ON FUNCTION annoqa.given_columns(jsonb) IS 'internal: the columns of the registry that the arguments of a call fill';

CREATE FUNCTION annoqa.percent_hint(given text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN g.x > 1 AND g.x <= 100
                    THEN format('%s percent is %s.', given, trim_scale(round(g.x / 100, 6)))
                    ELSE 'Rates are shares, not percentages: .85 is 85 percent.' END
        FROM (SELECT given::numeric AS x) AS g;
    $$;
COMMENT ON FUNCTION annoqa.percent_hint(text) IS 'internal: what a rate that is none may have meant';

-- Say what a value must be, of the constraint that it breaks.
CREATE FUNCTION annoqa.raise_bad_setting(constraint_name text, given jsonb) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    argument text := substring(constraint_name FROM '^source_(.*)_check$');
    wanted text := CASE argument
        WHEN 'item' THEN 'one name or several, none of them NULL'
        WHEN 'stratum' THEN 'one name or several, none of them NULL'
        WHEN 'gold_item' THEN 'as many names as item has, none of them NULL'
        WHEN 'resolve' THEN 'latest, first, collect or error'
        WHEN 'required_labels' THEN 'at least 1'
        WHEN 'max_labels' THEN 'at least required_labels' || coalesce(format(' (%s)', given ->> 'required_labels'), '')
        WHEN 'consensus' THEN 'majority, weighted, model, median or none'
        WHEN 'release_singles' THEN 'proven, all or none'
        WHEN 'calibration_batches' THEN 'two names'
        WHEN 'calibration_size' THEN 'at least 1'
        WHEN 'period' THEN 'a time longer than 0'
        WHEN 'first_labels' THEN 'at least 2'
        WHEN 'edge_strata' THEN 'free of NULL'
        WHEN 'readers' THEN 'free of NULL'
        ELSE 'a rate between 0 and 1' END;
BEGIN
    IF argument IN ('one_gold', 'gold_relation') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = CASE argument WHEN 'one_gold' THEN 'gold is named in more than one way'
                      ELSE 'gold_item, gold_label and gold_at need gold_relation' END,
            HINT = 'Choose one of gold, gold_flag, gold_annotator and gold_relation.';
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
        MESSAGE = CASE argument WHEN 'name' THEN 'the name of a source must have 1 to 200 characters'
                  ELSE format('%s must be %s%s', argument, wanted,
                              ', not ' || (given -> argument)::text) END,
        HINT = CASE
            WHEN argument = 'max_labels' THEN 'Say both: required_labels are the votes that each item gets, max_labels those up to which an unclear one gets more.'
            WHEN argument = 'name' THEN 'Choose a short word that dashboards can filter on.'
            WHEN wanted = 'a rate between 0 and 1' THEN annoqa.percent_hint(given ->> argument)
            ELSE 'docs/sources.md, Settings, has what each takes.' END;
END $$;
COMMENT ON FUNCTION annoqa.raise_bad_setting(text, jsonb) IS 'internal: an error in words for a constraint of the registry';

CREATE FUNCTION annoqa.insert_source(given jsonb) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    argument text;
    columns jsonb;
    broken text;
BEGIN
    FOREACH argument IN ARRAY '{relation,item,annotator,label}'::text[] LOOP
        IF NOT given ? argument THEN
            RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed',
                MESSAGE = format('%s must not be NULL', argument);
        END IF;
    END LOOP;
    columns := annoqa.given_columns(given);
    IF given ? 'gold_relation' THEN
        columns := jsonb_build_object('gold_item', given -> 'item',
                                      'gold_label', given -> 'label') || columns;
    END IF;
    EXECUTE format('INSERT INTO annoqa.source (%1$s) SELECT %1$s FROM jsonb_populate_record(NULL::annoqa.source, $1)',
                   (SELECT string_agg(quote_ident(k), ', ') FROM jsonb_object_keys(columns) AS k))
    USING columns;
EXCEPTION
    WHEN unique_violation THEN
        RAISE EXCEPTION USING ERRCODE = 'duplicate_object',
            MESSAGE = format('source "%s" already exists', given ->> 'name'),
            HINT = 'alter_source changes it, drop_source removes it.';
    WHEN check_violation THEN
        GET STACKED DIAGNOSTICS broken = CONSTRAINT_NAME;
        PERFORM annoqa.raise_bad_setting(broken, given);
END $$;
COMMENT ON FUNCTION annoqa.insert_source(jsonb) IS 'internal: writes a new source into the registry';

CREATE FUNCTION annoqa.update_source(given jsonb) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    columns jsonb := annoqa.given_columns(given - 'name');
    shapes text[] := '{gold,gold_flag,gold_annotator,gold_relation}';
    resets text[] := ARRAY(SELECT jsonb_array_elements_text(given -> 'reset'));
    broken text;
BEGIN
    SELECT string_agg(format('"%s"', u.argument), ', ') INTO broken
    FROM unnest(resets) AS u (argument)
    WHERE u.argument IN ('name', 'relation', 'item', 'annotator', 'label', 'gold_item',
                         'gold_label')
          OR NOT EXISTS (SELECT FROM pg_proc AS p
                         WHERE p.pronamespace = 'annoqa'::regnamespace
                               AND p.proname = 'create_source'
                               AND u.argument = ANY (p.proargnames));
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('there is no default to reset %s to', broken);
    END IF;

    -- one way of naming gold takes the place of another
    IF given ?| shapes THEN
        resets := resets || ARRAY(SELECT u.shape FROM unnest(shapes) AS u (shape)
                                  WHERE NOT given ? u.shape);
    END IF;
    IF given ? 'gold_relation' THEN
        columns := (SELECT jsonb_build_object('gold_item', coalesce(s.gold_item, s.item),
                                              'gold_label', coalesce(s.gold_label, s.label))
                    FROM annoqa.source AS s WHERE s.name = given ->> 'name') || columns;
    END IF;
    EXECUTE format('UPDATE annoqa.source AS s SET %s FROM jsonb_populate_record(NULL::annoqa.source, $1) AS n WHERE s.name = $2',
        (SELECT string_agg(a.assignment, ', ')
         FROM (SELECT format('%I = n.%1$I', k) FROM jsonb_object_keys(columns) AS k
               UNION
               SELECT format('%I = DEFAULT', c)
               FROM unnest(resets) AS u (argument),
                    LATERAL unnest(annoqa.argument_columns(u.argument)) AS c
               WHERE NOT columns ? c) AS a (assignment)))
    USING columns, given ->> 'name';
EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS broken = CONSTRAINT_NAME;
    PERFORM annoqa.raise_bad_setting(broken, given);
END $$;
COMMENT ON FUNCTION annoqa.update_source(jsonb) IS 'internal: writes what is given of a source into the registry';

-- The row of a source, for those who may write the registry.
CREATE FUNCTION annoqa.registered_source(name text) RETURNS annoqa.source
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    s annoqa.source;
BEGIN
    SELECT r.* INTO s FROM annoqa.source AS r WHERE r.name = registered_source.name;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format('source %s does not exist', coalesce('"' || name || '"', 'NULL')),
            HINT = 'The view annoqa.sources lists the sources that you may read.';
    END IF;
    RETURN s;
END $$;
COMMENT ON FUNCTION annoqa.registered_source(text) IS 'internal: a row of the registry, or an error';

-- Read the source as it stands now: an error undoes the call.
CREATE FUNCTION annoqa.vouch_for_source(name text) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    f record;
    summary text;
BEGIN
    FOR f IN SELECT * FROM annoqa.source_findings(annoqa.registered_source(name)) LOOP
        IF f.level = 'error' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('source "%s": %s', name, f.what), HINT = f.hint;
        ELSIF f.level = 'warning' THEN
            RAISE WARNING USING MESSAGE = format('source "%s": %s', name, f.what),
                HINT = f.hint;
        ELSE
            summary := f.what;
        END IF;
    END LOOP;
    RETURN summary;
END $$;
COMMENT ON FUNCTION annoqa.vouch_for_source(text) IS 'internal: an error if a source cannot be read, warnings for what is doubtful, and a line of what it holds';

CREATE FUNCTION annoqa.write_source(verb text, given jsonb) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    name text := given ->> 'name';
BEGIN
    IF name IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed',
            MESSAGE = 'name must not be NULL';
    END IF;
    IF verb = 'create_source' THEN
        PERFORM annoqa.insert_source(given);
        RETURN format('source "%s" created: %s', name, annoqa.vouch_for_source(name));
    END IF;
    PERFORM annoqa.registered_source(name);
    IF given - 'name' = '{}' THEN
        RETURN format('source "%s" is as it was', name);
    END IF;
    PERFORM annoqa.update_source(given);
    RETURN format('source "%s" altered: %s', name, annoqa.vouch_for_source(name));
END $$;
COMMENT ON FUNCTION annoqa.write_source(text, jsonb) IS 'internal: what create_source and alter_source do';

-- A call becomes a JSON object of the arguments that were given (source_call.c).
-- "any" is the name of a relation or a regclass, one name or an array of names.
CREATE FUNCTION annoqa.create_source(
    name text, relation "any", item "any", annotator text, label text,
    gold text DEFAULT NULL, gold_flag text DEFAULT NULL,
    gold_annotator text DEFAULT NULL, gold_relation "any" DEFAULT NULL::text,
    gold_item "any" DEFAULT NULL::text, gold_label text DEFAULT NULL,
    gold_at text DEFAULT NULL, labeled_at text DEFAULT NULL,
    available_at text DEFAULT NULL, seconds text DEFAULT NULL,
    confidence text DEFAULT NULL, vendor text DEFAULT NULL,
    annotator_kind text DEFAULT NULL, guideline text DEFAULT NULL,
    batch text DEFAULT NULL, stratum "any" DEFAULT NULL::text,
    price text DEFAULT NULL, skipped text DEFAULT NULL, valid text DEFAULT NULL,
    review text DEFAULT NULL, suggestion text DEFAULT NULL,
    resolve text DEFAULT NULL, required_labels integer DEFAULT 1,
    max_labels integer DEFAULT NULL, consensus text DEFAULT 'majority',
    consensus_threshold double precision DEFAULT 0.75,
    quality_floor double precision DEFAULT 0.85,
    release_singles text DEFAULT 'proven', models_vote boolean DEFAULT false,
    gold_from_adjudication boolean DEFAULT false,
    edge_strata "any" DEFAULT NULL::text, onboarding boolean DEFAULT false,
    calibration_batches "any" DEFAULT NULL::text,
    calibration_size integer DEFAULT 50,
    calibration_gate double precision DEFAULT 0.90,
    readers "any" DEFAULT NULL::text, timezone text DEFAULT 'UTC',
    period interval DEFAULT '28 days', first_labels integer DEFAULT NULL)
    RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'source_call';
COMMENT ON FUNCTION annoqa.create_source IS 'Registers a table or view of labels by the names of its columns, checks it, and says in a line what it holds. Whoever may call this, and whoever owns the relation, runs code as everybody who reads the source.';

CREATE FUNCTION annoqa.alter_source(
    name text, relation "any" DEFAULT NULL::text, item "any" DEFAULT NULL::text,
    annotator text DEFAULT NULL, label text DEFAULT NULL, gold text DEFAULT NULL,
    gold_flag text DEFAULT NULL, gold_annotator text DEFAULT NULL,
    gold_relation "any" DEFAULT NULL::text, gold_item "any" DEFAULT NULL::text,
    gold_label text DEFAULT NULL, gold_at text DEFAULT NULL,
    labeled_at text DEFAULT NULL, available_at text DEFAULT NULL,
    seconds text DEFAULT NULL, confidence text DEFAULT NULL,
    vendor text DEFAULT NULL, annotator_kind text DEFAULT NULL,
    guideline text DEFAULT NULL, batch text DEFAULT NULL,
    stratum "any" DEFAULT NULL::text, price text DEFAULT NULL,
    skipped text DEFAULT NULL, valid text DEFAULT NULL, review text DEFAULT NULL,
    suggestion text DEFAULT NULL, resolve text DEFAULT NULL,
    required_labels integer DEFAULT NULL, max_labels integer DEFAULT NULL,
    consensus text DEFAULT NULL, consensus_threshold double precision DEFAULT NULL,
    quality_floor double precision DEFAULT NULL, release_singles text DEFAULT NULL,
    models_vote boolean DEFAULT NULL, gold_from_adjudication boolean DEFAULT NULL,
    edge_strata "any" DEFAULT NULL::text, onboarding boolean DEFAULT NULL,
    calibration_batches "any" DEFAULT NULL::text,
    calibration_size integer DEFAULT NULL,
    calibration_gate double precision DEFAULT NULL,
    readers "any" DEFAULT NULL::text, timezone text DEFAULT NULL,
    period interval DEFAULT NULL, first_labels integer DEFAULT NULL,
    reset "any" DEFAULT NULL::text)
    RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'source_call';
COMMENT ON FUNCTION annoqa.alter_source IS 'Changes what is given of a source; reset names arguments that go back to their default.';

-- A trigger knows its source by name: one that is dropped or renamed first
-- leaves triggers behind that find none.
CREATE FUNCTION annoqa.watched_table(name text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('%I.%I', n.nspname, c.relname)
        FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
             JOIN pg_class AS c ON c.oid = t.tgrelid
             JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE p.pronamespace = 'annoqa'::regnamespace AND p.proname = 'flag_low_quality'
              AND NOT t.tgisinternal
              AND position(convert_to(name, getdatabaseencoding()) || '\x00'::bytea IN t.tgargs) = 1
        ORDER BY 1 LIMIT 1;
    $$;
COMMENT ON FUNCTION annoqa.watched_table(text) IS 'internal: a table with a trigger that names the source';

-- The triggers that watch made go with their source, if whoever renames or drops
-- it may set them; those written by hand are left to their authors.
CREATE FUNCTION annoqa.drop_made_triggers(s annoqa.source) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN has_function_privilege('annoqa.flag_low_quality()', 'EXECUTE')
        AND (SELECT bool_and(pg_has_role(c.relowner, 'USAGE'))
             FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
             WHERE t.tgfoid = 'annoqa.flag_low_quality()'::regprocedure
                   AND c.oid IN (SELECT annoqa.source_tables(s))
                   AND starts_with(t.tgname, annoqa.trigger_prefix(s.name)))
        AND annoqa.drop_triggers(s, false) > 0;
END $$;
COMMENT ON FUNCTION annoqa.drop_made_triggers(annoqa.source) IS 'internal: drops the triggers that watch made for a source, if the caller may make them; whether there were any';

CREATE FUNCTION annoqa.warn_of_triggers(name text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    left_on text := annoqa.watched_table(name);
BEGIN
    IF left_on IS NOT NULL THEN
        RAISE WARNING USING MESSAGE = format('triggers on %s still name source "%s"', left_on, name),
            HINT = 'They only complain from now on. The owner of the table can drop them.';
    END IF;
END $$;
COMMENT ON FUNCTION annoqa.warn_of_triggers(text) IS 'internal: warns if a trigger still has the name of a source';

CREATE FUNCTION annoqa.rename_source(old_name text, new_name text) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    s annoqa.source := annoqa.registered_source(old_name);
    watched boolean;
    changes annoqa.change[];
BEGIN
    IF coalesce(length(new_name), 0) NOT BETWEEN 1 AND 200 THEN
        PERFORM annoqa.raise_bad_setting('source_name_check', '{}');
    END IF;
    -- no statement counts changes under the old name from here on
    watched := annoqa.drop_made_triggers(s);
    changes := ARRAY(SELECT ROW(c.*)::annoqa.change FROM annoqa.change_entry AS c
                     WHERE watched AND c.source = old_name);
    DELETE FROM annoqa.change_entry AS c WHERE watched AND c.source = old_name;
    UPDATE annoqa.source AS v SET name = new_name WHERE v.name = old_name;
    IF watched THEN
        INSERT INTO annoqa.change_entry
        SELECT new_name, c.annotator, c.added, c.removed, c.scored, c.correct, c.tasks,
               c.skips, c.recount, c.at
        FROM unnest(changes) AS c;
        s.name := new_name;
        PERFORM annoqa.make_all_triggers(s);
    END IF;
    PERFORM annoqa.warn_of_triggers(old_name);
    RETURN format('source "%s" renamed to "%s"', old_name, new_name);
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_object',
        MESSAGE = format('source "%s" already exists', new_name);
END $$;
COMMENT ON FUNCTION annoqa.rename_source(text, text) IS 'Gives a source another name; what annoqa stores of it goes along.';

CREATE FUNCTION annoqa.drop_source(name text) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    PERFORM annoqa.drop_made_triggers(annoqa.registered_source(name));
    PERFORM annoqa.warn_of_triggers(name);
    DELETE FROM annoqa.change_entry AS c WHERE c.source = name;
    DELETE FROM annoqa.source AS s WHERE s.name = drop_source.name;
    RETURN format('source "%s" dropped; its labels are untouched', name);
END $$;
COMMENT ON FUNCTION annoqa.drop_source(text) IS 'Forgets a source and all that annoqa stores of it. The labels are untouched.';

CREATE FUNCTION annoqa.confirm_source(name text) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    s annoqa.source := annoqa.registered_source(name);
    given jsonb := jsonb_build_object('name', name,
        'relation', jsonb_build_array(s.relation_schema, s.relation_name));
BEGIN
    IF s.gold_name IS NOT NULL THEN
        given := given || jsonb_build_object('gold_relation',
            jsonb_build_array(s.gold_schema, s.gold_name));
    END IF;
    PERFORM annoqa.update_source(given);
    RETURN format('source "%s" confirmed: %s', name, annoqa.vouch_for_source(name));
END $$;
COMMENT ON FUNCTION annoqa.confirm_source(text) IS 'Takes the relations of a source as they are now: their owner and their kind. Look first whose they are, for their owner runs code as everybody who reads the source.';

-- A value of the registry as it is written in a call.
CREATE FUNCTION annoqa.argument_literal(value jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE jsonb_typeof(value)
            WHEN 'array' THEN (
                SELECT CASE WHEN count(*) = 1 THEN max(quote_literal(e))
                            ELSE format('ARRAY[%s]::text[]',
                                        string_agg(quote_literal(e), ', ' ORDER BY n)) END
                FROM jsonb_array_elements_text(value) WITH ORDINALITY AS u (e, n))
            WHEN 'string' THEN quote_literal(value #>> '{}')
            ELSE value::text END;
    $$;
COMMENT ON FUNCTION annoqa.argument_literal(jsonb) IS 'internal: a value of the registry as an SQL literal';

CREATE FUNCTION annoqa.dump_sources() RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET IntervalStyle = postgres
    SET extra_float_digits = 3
    AS $$
DECLARE
    defaults jsonb := '{}';
    d record;
    v jsonb;
BEGIN
    FOR d IN SELECT a.attname, pg_get_expr(f.adbin, f.adrelid) AS expression
             FROM pg_attrdef AS f JOIN pg_attribute AS a
                  ON a.attrelid = f.adrelid AND a.attnum = f.adnum
             WHERE f.adrelid = 'annoqa.source'::regclass
    LOOP
        EXECUTE format('SELECT jsonb_build_object(%L, %s)', d.attname, d.expression) INTO v;
        defaults := defaults || v;
    END LOOP;

    RETURN QUERY
    SELECT format('SELECT annoqa.create_source(%L, %L, %s, %L, %L', v.name,
                  format('%I.%I', v.relation_schema, v.relation_name),
                  annoqa.argument_literal(to_jsonb(v.item)), v.annotator, v.label)
        || coalesce((
            SELECT string_agg(format(', %s => %s', p.argument,
                       annoqa.argument_literal(g.given -> p.argument)), '' ORDER BY p.n)
            FROM (SELECT to_jsonb(v.registered) || jsonb_build_object('gold_relation',
                      CASE WHEN v.gold_name IS NOT NULL
                           THEN format('%I.%I', v.gold_schema, v.gold_name) END) AS given) AS g,
                 pg_proc AS f, unnest(f.proargnames) WITH ORDINALITY AS p (argument, n)
            WHERE f.pronamespace = 'annoqa'::regnamespace AND f.proname = 'create_source'
                  AND p.n > 5 AND g.given -> p.argument <> 'null'
                  AND g.given -> p.argument IS DISTINCT FROM defaults -> p.argument), '')
        || ');'
    FROM annoqa.source_visible AS v ORDER BY v.name COLLATE "C";
END $$;
COMMENT ON FUNCTION annoqa.dump_sources() IS 'The calls of create_source that register the sources again, one a row.';

-- Whoever may register can run code as everybody who reads: nobody does unless
-- the owner of the extension says so.
DO $$
DECLARE
    verb regprocedure;
BEGIN
    FOR verb IN SELECT p.oid FROM pg_proc AS p
                WHERE p.pronamespace = 'annoqa'::regnamespace
                      AND p.proname IN ('create_source', 'alter_source', 'rename_source',
                                        'drop_source', 'confirm_source')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', verb);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s WITH GRANT OPTION', verb,
            (SELECT quote_ident(pg_get_userbyid(extowner)) FROM pg_extension
             WHERE extname = 'annoqa'));
    END LOOP;
END $$;

SET LOCAL search_path = annoqa, pg_temp;
