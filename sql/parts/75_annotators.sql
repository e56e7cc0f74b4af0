-- The workbench: what people decide about annotators.
SET LOCAL search_path = pg_catalog, pg_temp;

-- A later decision is a row of its own; nothing is changed or removed.
CREATE TABLE annoqa.annotator_phase (
    phase_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL REFERENCES annoqa.source ON UPDATE CASCADE ON DELETE CASCADE,
    annotator text NOT NULL,
    phase text CHECK (phase IN ('production', 'probation', 'calibrating', 'removed')),
    reason text NOT NULL CHECK (reason <> ''),
    set_by text NOT NULL CHECK (set_by <> ''),
    since timestamp with time zone NOT NULL DEFAULT now(),
    recorded_by text NOT NULL DEFAULT current_user
);
COMMENT ON SEQUENCE annoqa.annotator_phase_phase_id_seq IS 'internal: numbers of phases, in their order';
COMMENT ON TABLE annoqa.annotator_phase IS 'internal: phases that were set for annotators, the last one being the current; NULL leaves it to the rules';
CREATE INDEX annotator_phase_annotator ON annoqa.annotator_phase (source, annotator, phase_id);
COMMENT ON INDEX annoqa.annotator_phase_annotator IS 'internal: the phases of an annotator';

CREATE TABLE annoqa.annotator_exemption (
    exemption_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL REFERENCES annoqa.source ON UPDATE CASCADE ON DELETE CASCADE,
    annotator text NOT NULL,
    exempt boolean NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    set_by text NOT NULL CHECK (set_by <> ''),
    since timestamp with time zone NOT NULL DEFAULT now(),
    recorded_by text NOT NULL DEFAULT current_user
);
COMMENT ON SEQUENCE annoqa.annotator_exemption_exemption_id_seq IS 'internal: numbers of exemptions, in their order';
COMMENT ON TABLE annoqa.annotator_exemption IS 'internal: annotators whom rules do not flag, the last row being the current';
CREATE INDEX annotator_exemption_annotator ON annoqa.annotator_exemption (source, annotator, exemption_id);
COMMENT ON INDEX annoqa.annotator_exemption_annotator IS 'internal: the exemptions of an annotator';

SELECT pg_extension_config_dump('annoqa.annotator_phase', '');
SELECT pg_extension_config_dump('annoqa.annotator_phase_phase_id_seq', '');
SELECT pg_extension_config_dump('annoqa.annotator_exemption', '');
SELECT pg_extension_config_dump('annoqa.annotator_exemption_exemption_id_seq', '');

-- Read as their owner by callers who may see what is stored of a source.
CREATE VIEW annoqa.stored_phases WITH (security_barrier) AS
    SELECT p.source, p.annotator, p.phase, p.reason, p.set_by, p.since, p.phase_id,
           NOT EXISTS (SELECT FROM annoqa.annotator_phase AS n
                       WHERE n.source = p.source AND n.annotator = p.annotator
                             AND n.phase_id > p.phase_id) AS current
    FROM annoqa.source_stored AS s JOIN annoqa.annotator_phase AS p ON p.source = s.name;
COMMENT ON VIEW annoqa.stored_phases IS 'internal: the phases set for annotators, of sources of which the caller may see what is stored';

CREATE VIEW annoqa.stored_exemptions WITH (security_barrier) AS
    SELECT p.source, p.annotator, p.exempt, p.reason, p.set_by, p.since, p.exemption_id,
           NOT EXISTS (SELECT FROM annoqa.annotator_exemption AS n
                       WHERE n.source = p.source AND n.annotator = p.annotator
                             AND n.exemption_id > p.exemption_id) AS current
    FROM annoqa.source_stored AS s JOIN annoqa.annotator_exemption AS p ON p.source = s.name;
COMMENT ON VIEW annoqa.stored_exemptions IS 'internal: the exemptions of annotators, of sources of which the caller may see what is stored';
GRANT SELECT ON annoqa.stored_phases, annoqa.stored_exemptions TO PUBLIC;

-- What stands now, for the functions that read a source.
CREATE FUNCTION annoqa.current_phases(source text, OUT annotator text, OUT phase text,
    OUT since timestamp with time zone, OUT set_by text, OUT reason text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT p.annotator, p.phase, p.since, p.set_by, p.reason
        FROM annoqa.stored_phases AS p
        WHERE p.source = current_phases.source AND p.current AND p.phase IS NOT NULL;
    $$;
COMMENT ON FUNCTION annoqa.current_phases(text) IS 'internal: the phases that were set, one an annotator';

CREATE FUNCTION annoqa.exempt_annotators(source text, OUT annotator text,
    OUT since timestamp with time zone, OUT set_by text, OUT reason text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT p.annotator, p.since, p.set_by, p.reason
        FROM annoqa.stored_exemptions AS p
        WHERE p.source = exempt_annotators.source AND p.current AND p.exempt;
    $$;
COMMENT ON FUNCTION annoqa.exempt_annotators(text) IS 'internal: the annotators whom rules do not flag now';

CREATE FUNCTION annoqa.require_value(argument text, value text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF value IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed',
            MESSAGE = format('%s must not be NULL', argument);
    END IF;
END $$;
COMMENT ON FUNCTION annoqa.require_value(text, text) IS 'internal: an error unless an argument is given';

CREATE FUNCTION annoqa.require_text(argument text, value text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    PERFORM annoqa.require_value(argument, value);
    IF btrim(value) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('%s must not be empty', argument);
    END IF;
END $$;
COMMENT ON FUNCTION annoqa.require_text(text, text) IS 'internal: an error unless an argument says something';

-- A source whose stored rows the caller may see, or an error.
CREATE FUNCTION annoqa.require_stored(source text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF EXISTS (SELECT FROM annoqa.source_stored AS s WHERE s.name = source) THEN
        RETURN;
    END IF;
    PERFORM annoqa.readable_source(source);
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
        MESSAGE = format('permission denied for what is stored of source "%s"', source),
        HINT = 'You read its rows through a view or under row-level security. Whoever manages it may name your role in its readers.';
END $$;
COMMENT ON FUNCTION annoqa.require_stored(text) IS 'internal: an error unless the caller may see what is stored of a source';

-- Values are compared as the default operator class of their type has it.
CREATE FUNCTION annoqa.equality_operator(type oid) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)
        FROM pg_opclass AS c JOIN pg_am AS m ON m.oid = c.opcmethod AND m.amname = 'btree'
             JOIN pg_amop AS a ON a.amopfamily = c.opcfamily AND a.amopstrategy = 3
                  AND a.amoplefttype = c.opcintype AND a.amoprighttype = c.opcintype
             JOIN pg_operator AS o ON o.oid = a.amopopr
             JOIN pg_namespace AS n ON n.oid = o.oprnamespace
             CROSS JOIN (SELECT t.typtype, t.typcategory FROM pg_type AS t WHERE t.oid = type) AS t
        WHERE c.opcdefault AND t.typcategory <> 'A'
              AND (c.opcintype = type
                   OR t.typtype = 'e' AND c.opcintype = 'anyenum'::regtype
                   OR t.typtype = 'r' AND c.opcintype = 'anyrange'::regtype
                   OR EXISTS (SELECT FROM pg_cast AS k
                              WHERE k.castsource = type AND k.casttarget = c.opcintype
                                    AND k.castmethod = 'b' AND k.castcontext = 'i'))
        ORDER BY c.opcintype = type DESC, o.oid LIMIT 1;
    $$;
COMMENT ON FUNCTION annoqa.equality_operator(oid) IS 'internal: the equality of a type by its default operator class, qualified; NULL where it has none, and for arrays';

CREATE FUNCTION annoqa.reads_as(value text, type text) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    EXECUTE format('SELECT %L::%s', value, type);
    RETURN true;
EXCEPTION WHEN data_exception OR invalid_text_representation OR check_violation
    OR program_limit_exceeded OR undefined_object THEN
    RETURN false;
END $$;
COMMENT ON FUNCTION annoqa.reads_as(text, text) IS 'internal: whether a text is a value of a type';

-- Texts that are no values of the column's type are found in no row.
CREATE FUNCTION annoqa.value_condition(schema_name text, relation_name text,
    column_name text, texts text[])
    RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    type oid := annoqa.column_type(schema_name, relation_name, column_name);
    name text := annoqa.type_name(type);
    equality text := annoqa.equality_operator(type);
BEGIN
    IF equality IS NULL THEN
        RETURN format('pg_catalog.format(''%%s'', r.%I) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) ANY (%L::pg_catalog.text[])',
                      column_name, texts);
    ELSIF NOT annoqa.reads_as(texts::text, name || '[]') THEN
        texts := ARRAY(SELECT u.t FROM unnest(texts) AS u (t) WHERE annoqa.reads_as(u.t, name));
    END IF;
    RETURN format('r.%I %s ANY (%L::%s[])', column_name, equality, texts, name);
END $$;
COMMENT ON FUNCTION annoqa.value_condition(text, text, text, text[]) IS 'internal: that a column is one of these values, given as texts';

-- NULL where the caller does not read the source.
CREATE FUNCTION annoqa.has_annotator(source text, annotator text) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    SET DateStyle = 'ISO, YMD' SET IntervalStyle = postgres
    SET extra_float_digits = 3 SET TimeZone = 'UTC' SET bytea_output = hex
    AS $$
DECLARE
    s annoqa.source;
    is_there boolean;
BEGIN
    SELECT (v.registered).* INTO s FROM annoqa.source_visible AS v
    WHERE v.name = has_annotator.source AND v.reads AND v.problem IS NULL;
    IF FOUND THEN
        PERFORM annoqa.hold_source(s);
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I AS r WHERE %s)', s.relation_schema,
            s.relation_name, annoqa.value_condition(s.relation_schema, s.relation_name,
                                                    s.annotator, ARRAY[annotator]))
        INTO is_there;
    END IF;
    RETURN is_there;
END $$;
COMMENT ON FUNCTION annoqa.has_annotator(text, text) IS 'internal: whether a source has a row of an annotator';

CREATE FUNCTION annoqa.check_annotator(source text, annotator text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    PERFORM annoqa.require_stored(source);
    PERFORM annoqa.require_value('annotator', annotator);
    IF NOT annoqa.has_annotator(source, annotator) THEN
        RAISE WARNING USING MESSAGE = format('annotator "%s" has no row in source "%s"',
                                             annotator, source),
            HINT = 'Annotators are given as views show them.';
    END IF;
END $$;
COMMENT ON FUNCTION annoqa.check_annotator(text, text) IS 'internal: an error unless something may be stored of annotators of a source, a warning if this one is not there';

CREATE FUNCTION annoqa.set_phase(source text, annotator text, phase text, reason text,
    by text DEFAULT current_user)
    RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    who text := coalesce(by, current_user);
    before text;
BEGIN
    PERFORM annoqa.check_annotator(source, annotator);
    PERFORM annoqa.require_text('reason', reason), annoqa.require_text('by', who);
    PERFORM annoqa.lock_item(source, annotator);
    SELECT p.phase INTO before FROM annoqa.current_phases(source) AS p
    WHERE p.annotator = set_phase.annotator;
    IF before IS NOT DISTINCT FROM phase THEN
        RETURN format('annotator "%s" of source "%s" is %s already', annotator, source,
            coalesce('in phase ' || phase, 'in the phase that the rules give'));
    END IF;
    BEGIN
        INSERT INTO annoqa.phase_entry (source, annotator, phase, reason, set_by, since)
        VALUES (source, annotator, phase, reason, who, clock_timestamp());
    EXCEPTION WHEN check_violation THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('phase "%s" does not exist', phase),
            HINT = 'Phases are production, probation, calibrating and removed; NULL leaves it to the rules.';
    END;
    RETURN format('annotator "%s" of source "%s" is in %s now, by %s%s', annotator, source,
        coalesce('phase ' || phase, 'the phase that the rules give'), who,
        ', before in phase ' || before);
END $$;
COMMENT ON FUNCTION annoqa.set_phase(text, text, text, text, text) IS 'Puts an annotator into phase production, probation, calibrating or removed, whatever the rules say, or with NULL leaves it to the rules again; says what it did. Labels of the calibrating and the removed are no votes.';

CREATE FUNCTION annoqa.exempt_annotator(source text, annotator text, reason text,
    exempt boolean DEFAULT true, by text DEFAULT current_user)
    RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    who text := coalesce(by, current_user);
    wanted boolean := coalesce(exempt, true);
BEGIN
    PERFORM annoqa.check_annotator(source, annotator);
    PERFORM annoqa.require_text('reason', reason), annoqa.require_text('by', who);
    PERFORM annoqa.lock_item(source, annotator);
    IF wanted = EXISTS (SELECT FROM annoqa.exempt_annotators(source) AS p
                        WHERE p.annotator = exempt_annotator.annotator) THEN
        RETURN format('annotator "%s" of source "%s" is %s already', annotator, source,
                      CASE WHEN wanted THEN 'exempt' ELSE 'under the rules' END);
    END IF;
    INSERT INTO annoqa.exemption_entry (source, annotator, exempt, reason, set_by, since)
    VALUES (source, annotator, wanted, reason, who, clock_timestamp());
    RETURN format('rules %s annotator "%s" of source "%s" from now on, by %s',
                  CASE WHEN wanted THEN 'do not flag' ELSE 'flag' END, annotator, source, who);
END $$;
COMMENT ON FUNCTION annoqa.exempt_annotator(text, text, text, boolean, text) IS 'Keeps rules from flagging an annotator, or with exempt => false lets them again; says what it did.';

-- What the verbs write through: as the owner, for those who may call the verb and
-- see what is stored of the source.  Nothing is updated or deleted here, and who
-- recorded a row nobody can say for another.
CREATE VIEW annoqa.phase_entry WITH (security_barrier) AS
    SELECT a.* FROM annoqa.annotator_phase AS a
    WHERE has_function_privilege('annoqa.set_phase(text, text, text, text, text)'::regprocedure, 'EXECUTE')
          AND EXISTS (SELECT FROM annoqa.source_stored AS s WHERE s.name = a.source)
    WITH CASCADED CHECK OPTION;
COMMENT ON VIEW annoqa.phase_entry IS 'internal: where set_phase writes';
CREATE VIEW annoqa.exemption_entry WITH (security_barrier) AS
    SELECT a.* FROM annoqa.annotator_exemption AS a
    WHERE has_function_privilege('annoqa.exempt_annotator(text, text, text, boolean, text)'::regprocedure, 'EXECUTE')
          AND EXISTS (SELECT FROM annoqa.source_stored AS s WHERE s.name = a.source)
    WITH CASCADED CHECK OPTION;
COMMENT ON VIEW annoqa.exemption_entry IS 'internal: where exempt_annotator writes';
GRANT SELECT, INSERT (source, annotator, phase, reason, set_by, since)
    ON annoqa.phase_entry TO PUBLIC;
GRANT SELECT, INSERT (source, annotator, exempt, reason, set_by, since)
    ON annoqa.exemption_entry TO PUBLIC;

-- Whom and what a column of ours names is found by its own name, so that tables
-- need no list: annotator, adjudicator and x_annotator hold annotators, vendor and
-- x_vendor vendors, x_by roles; saw and voters hold JSON of label to annotators.
-- Models are found by their type.
CREATE FUNCTION annoqa.key_columns(OUT table_name text, OUT column_name text, OUT kind text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 30
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT c.relname, a.attname,
               CASE WHEN a.atttypid = 'annoqa.annotator_model'::regtype THEN 'model'
                    WHEN a.attname IN ('annotator', 'adjudicator') OR a.attname LIKE '%\_annotator'
                    THEN 'annotator'
                    WHEN a.attname = 'vendor' OR a.attname LIKE '%\_vendor' THEN 'vendor'
                    WHEN a.attname LIKE '%\_by' THEN 'role'
                    WHEN a.attname IN ('saw', 'voters') THEN 'voters'
                    ELSE 'words' END
        FROM pg_extension AS e
             JOIN pg_depend AS d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
                  AND d.deptype = 'e' AND d.classid = 'pg_class'::regclass
             JOIN pg_class AS c ON c.oid = d.objid AND c.relkind IN ('r', 'p')
             JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE e.extname = 'annoqa' AND a.atttypid IN ('text'::regtype, 'annoqa.annotator_model'::regtype)
              AND a.attname NOT IN ('source', 'item', 'label', 'overruled', 'phase', 'method')
              AND EXISTS (SELECT FROM pg_attribute AS s
                          WHERE s.attrelid = c.oid AND s.attname = 'source')
        ORDER BY c.relname COLLATE "C", a.attnum;
    $$;
COMMENT ON FUNCTION annoqa.key_columns() IS 'internal: the columns of stored tables of a source that hold texts or models, and what kind: annotator, vendor, role, voters (JSON), model, else words';

CREATE FUNCTION annoqa.rename_voter(voters text, old text, new text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN jsonb_typeof(voters::jsonb) = 'object' THEN (
            SELECT jsonb_object_agg(l.label, (
                SELECT jsonb_agg(r.name ORDER BY r.name COLLATE "C")
                FROM (SELECT CASE WHEN n.name = old THEN new ELSE n.name END AS name
                      FROM jsonb_array_elements_text(l.names) AS n (name)) AS r))
            FROM jsonb_each(voters::jsonb) AS l (label, names))::text
        ELSE voters END;
    $$;
COMMENT ON FUNCTION annoqa.rename_voter(text, text, text) IS 'internal: a JSON object of label to annotators, one of them renamed';

CREATE FUNCTION annoqa.rename_stored(source text, kinds text[], old text, new text)
    RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    c record;
    n bigint;
    done text[] := '{}';
BEGIN
    FOR c IN SELECT k.* FROM annoqa.key_columns() AS k WHERE k.kind = ANY (kinds) LOOP
        IF c.kind = 'voters' THEN
            EXECUTE format('UPDATE annoqa.%I SET %I = annoqa.rename_voter(%2$I, $2, $3) WHERE source = $1 AND %2$I <> annoqa.rename_voter(%2$I, $2, $3)',
                           c.table_name, c.column_name) USING source, old, new;
        ELSIF c.kind = 'model' THEN
            -- names stand in their order there: who has another is unknown
            EXECUTE format('UPDATE annoqa.%I AS t SET %I = annoqa.without_annotator(t.%2$I, $2) WHERE t.source = $1 AND EXISTS (SELECT FROM annoqa.annotator_skill(t.%2$I) AS k WHERE k.annotator = $2)',
                           c.table_name, c.column_name) USING source, old;
        ELSE
            EXECUTE format('UPDATE annoqa.%I SET %I = $3 WHERE source = $1 AND %2$I = $2',
                           c.table_name, c.column_name) USING source, old, new;
        END IF;
        GET DIAGNOSTICS n = ROW_COUNT;
        IF n > 0 THEN
            done := done || format('%s.%s (%s%s)', c.table_name, c.column_name, n,
                CASE c.kind WHEN 'model' THEN ', left out' END);
        END IF;
    END LOOP;
    IF 'annotator' = ANY (kinds) THEN
        UPDATE annoqa.source AS s SET gold_annotator = new
        WHERE s.name = rename_stored.source AND s.gold_annotator = old;
        IF FOUND THEN
            done := done || 'source.gold_annotator (1)'::text;
        END IF;
    END IF;
    RETURN nullif(array_to_string(done, ', '), '');
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION USING ERRCODE = 'unique_violation',
        MESSAGE = format('"%s" and "%s" both have rows in annoqa.%s', old, new, c.table_name),
        HINT = 'What is stored of two cannot become one.';
END $$;
COMMENT ON FUNCTION annoqa.rename_stored(text, text[], text, text) IS 'internal: replaces a name in all that is stored of a source; where it stood, NULL for nowhere';

-- A phase that went to the new name leaves the rows under the old one as those of
-- a newcomer, a removed annotator's too.
CREATE FUNCTION annoqa.warn_of_rows(source text, old text, new text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF annoqa.has_annotator(source, old) AND old <> new THEN
        RAISE WARNING USING
            MESSAGE = format('annotator "%s" still has rows in source "%s"', old, source),
            HINT = format('Until they are under "%s" they count as those of somebody new, without phase, exemption and flags.', new);
    END IF;
END $$;
COMMENT ON FUNCTION annoqa.warn_of_rows(text, text, text) IS 'internal: warns if the labels still have the old name of an annotator';

CREATE FUNCTION annoqa.rename_key(source text, kind text, old text, new text) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    renamed text;
BEGIN
    PERFORM annoqa.registered_source(source);
    PERFORM annoqa.require_value('old', old), annoqa.require_text('new', new);
    IF kind IS NULL OR kind NOT IN ('annotator', 'vendor') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('kind must be annotator or vendor, not %s', coalesce('"' || kind || '"', 'NULL'));
    END IF;
    renamed := annoqa.rename_stored(source, CASE kind WHEN 'vendor' THEN '{vendor}'
                                            ELSE '{annotator,voters,model}' END::text[], old, new);
    IF kind = 'annotator' THEN
        PERFORM annoqa.warn_of_rows(source, old, new);
    END IF;
    RETURN CASE WHEN renamed IS NULL
        THEN format('nothing is stored of %s "%s" of source "%s"', kind, old, source)
        ELSE format('%s "%s" of source "%s" is "%s" in what is stored: %s', kind, old, source, new, renamed) END;
END $$;
COMMENT ON FUNCTION annoqa.rename_key(text, text, text, text) IS 'Carries a new name of a vendor or an annotator through all that annoqa stores of a source, and says where it stood. The labels are yours to rename.';

CREATE FUNCTION annoqa.forget_annotator(source text, annotator text) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    pseudonym text := 'forgotten-' || left(replace(gen_random_uuid()::text, '-', ''), 12);
    renamed text;
    word text := '(^|[^[:alnum:]])' || regexp_replace(annotator, '([^[:alnum:]])', '\\\1', 'g')
        || '($|[^[:alnum:]])';
    c record;
    n bigint;
BEGIN
    PERFORM annoqa.registered_source(source);
    PERFORM annoqa.require_text('annotator', annotator);
    renamed := annoqa.rename_stored(source, '{annotator,voters,role,model}', annotator, pseudonym);
    PERFORM annoqa.warn_of_rows(source, annotator, pseudonym);

    -- what people wrote is theirs to mend
    FOR c IN SELECT k.* FROM annoqa.key_columns() AS k WHERE k.kind = 'words' LOOP
        EXECUTE format('SELECT count(*) FROM annoqa.%I WHERE source = $1 AND %I ~* $2',
                       c.table_name, c.column_name) INTO n USING source, word;
        IF n > 0 THEN
            RAISE WARNING USING MESSAGE = format('"%s" may still stand in %s row%s of annoqa.%s.%s',
                annotator, n, CASE WHEN n > 1 THEN 's' ELSE '' END, c.table_name, c.column_name);
        END IF;
    END LOOP;
    RETURN CASE WHEN renamed IS NULL
        THEN format('nothing is stored of annotator "%s" of source "%s"', annotator, source)
        ELSE format('annotator "%s" of source "%s" is "%s" in what is stored: %s', annotator,
                    source, pseudonym, renamed) END;
END $$;
COMMENT ON FUNCTION annoqa.forget_annotator(text, text) IS 'Replaces a person by a random pseudonym in all that annoqa stores of a source, and says by which and where; warns where words may still name them. The labels are yours to change.';

-- Nobody writes unless the owner of the extension says so.
DO $$
DECLARE
    owner text := (SELECT quote_ident(pg_get_userbyid(extowner)) FROM pg_extension
                   WHERE extname = 'annoqa');
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc AS p
             WHERE p.pronamespace = 'annoqa'::regnamespace
                   AND p.proname IN ('set_phase', 'exempt_annotator', 'rename_key',
                                     'forget_annotator')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s WITH GRANT OPTION', f, owner);
    END LOOP;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON annoqa.annotator_phase, annoqa.annotator_exemption TO %s WITH GRANT OPTION', owner);
    EXECUTE format('GRANT ALL ON SEQUENCE annoqa.annotator_phase_phase_id_seq, annoqa.annotator_exemption_exemption_id_seq TO %s WITH GRANT OPTION', owner);
END $$;

SET LOCAL search_path = annoqa, pg_temp;
