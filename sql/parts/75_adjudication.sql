-- The workbench: adjudication, and what people decide about annotators.
SET LOCAL search_path = pg_catalog, pg_temp;

-- Nothing here is changed but names: a later decision is a row of its own.  The
-- primary key makes one line of the decisions on an item, whoever comes first.
CREATE TABLE annoqa.adjudication (
    source text NOT NULL REFERENCES annoqa.source ON UPDATE CASCADE ON DELETE CASCADE,
    item text NOT NULL,
    revision integer NOT NULL CHECK (revision > 0),
    case_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    label text NOT NULL,
    overruled text NOT NULL CHECK (jsonb_typeof(overruled::jsonb) = 'object'),
    edge_case boolean NOT NULL,
    adjudicator text NOT NULL CHECK (adjudicator <> ''),
    reasoning text,
    guideline text,
    blind boolean NOT NULL,
    saw text NOT NULL CHECK (jsonb_typeof(saw::jsonb) IN ('array', 'object')),
    waiting_since timestamp with time zone,
    adjudicated_at timestamp with time zone NOT NULL CHECK (isfinite(adjudicated_at)),
    recorded_by text NOT NULL DEFAULT current_user,
    recorded_at timestamp with time zone NOT NULL DEFAULT now(),
    PRIMARY KEY (source, item, revision)
);
COMMENT ON SEQUENCE annoqa.adjudication_case_id_seq IS 'internal: numbers of cases';
COMMENT ON TABLE annoqa.adjudication IS 'internal: decisions of adjudicators, the last revision on an item being the current one; read the view case_law';

CREATE TABLE annoqa.reopening (
    source text NOT NULL,
    item text NOT NULL,
    revision integer NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    reopened_by text NOT NULL CHECK (reopened_by <> ''),
    reopened_at timestamp with time zone NOT NULL CHECK (isfinite(reopened_at)),
    recorded_by text NOT NULL DEFAULT current_user,
    recorded_at timestamp with time zone NOT NULL DEFAULT now(),
    PRIMARY KEY (source, item, revision),
    FOREIGN KEY (source, item, revision) REFERENCES annoqa.adjudication
        ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE annoqa.reopening IS 'internal: cases that were reopened, by whom and why';

SELECT pg_extension_config_dump('annoqa.adjudication', '');
SELECT pg_extension_config_dump('annoqa.adjudication_case_id_seq', '');
SELECT pg_extension_config_dump('annoqa.reopening', '');

-- Read as their owner by callers who may see what is stored of a source.
CREATE VIEW annoqa.stored_cases WITH (security_barrier) AS
    SELECT a.source, a.item, a.revision, a.case_id, a.label, a.overruled, a.edge_case,
           a.adjudicator, a.reasoning, a.guideline, a.blind, a.saw, a.waiting_since,
           a.adjudicated_at, r.reopened_at, r.reopened_by, r.reason AS reopen_reason,
           p.case_id AS supersedes, n.adjudicated_at AS superseded_at,
           r.reopened_at IS NULL AND n.case_id IS NULL AS current
    FROM annoqa.source_stored AS s
         JOIN annoqa.adjudication AS a ON a.source = s.name
         LEFT JOIN annoqa.reopening AS r
         ON r.source = a.source AND r.item = a.item AND r.revision = a.revision
         LEFT JOIN annoqa.adjudication AS p
         ON p.source = a.source AND p.item = a.item AND p.revision = a.revision - 1
         LEFT JOIN annoqa.adjudication AS n
         ON n.source = a.source AND n.item = a.item AND n.revision = a.revision + 1;
COMMENT ON VIEW annoqa.stored_cases IS 'internal: the cases of sources of which the caller may see what is stored, with what became of them';

GRANT SELECT ON annoqa.stored_cases TO PUBLIC;

-- What stands now, for the functions that read a source.
CREATE FUNCTION annoqa.source_cases(source text, OUT item text, OUT label text,
    OUT edge_case boolean, OUT adjudicated_at timestamp with time zone,
    OUT reopened_at timestamp with time zone)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT c.item, c.label, c.edge_case, c.adjudicated_at,
               least(c.reopened_at, c.superseded_at)
        FROM annoqa.stored_cases AS c WHERE c.source = source_cases.source;
    $$;
COMMENT ON FUNCTION annoqa.source_cases(text) IS 'internal: the cases of a source as the engine takes them; reopened_at is when a case ceased to stand, for it was reopened or superseded';

CREATE FUNCTION annoqa.current_cases(source text, OUT item text, OUT case_id bigint,
    OUT label text, OUT edge_case boolean, OUT adjudicator text, OUT reasoning text,
    OUT guideline text, OUT adjudicated_at timestamp with time zone)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT c.item, c.case_id, c.label, c.edge_case, c.adjudicator, c.reasoning,
               c.guideline, c.adjudicated_at
        FROM annoqa.stored_cases AS c
        WHERE c.source = current_cases.source AND c.current;
    $$;
COMMENT ON FUNCTION annoqa.current_cases(text) IS 'internal: the cases that stand, one an item';

CREATE FUNCTION annoqa.key_parts(item text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF jsonb_typeof(item::jsonb) = 'array' THEN
        RETURN ARRAY(SELECT jsonb_array_elements_text(item::jsonb));
    END IF;
    RETURN NULL;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;
COMMENT ON FUNCTION annoqa.key_parts(text) IS 'internal: the texts of a key of several columns, NULL for what is none';

-- The values of the columns narrow the rows by an index, if there is one; of a
-- key of several columns it is the text that tells items apart.
CREATE FUNCTION annoqa.item_rows_query(s annoqa.source, rows_query text, items text[])
    RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    n integer := cardinality(s.item);
    keys text[] := '{}';
    conditions text[] := '{}';
    parts jsonb;
BEGIN
    IF n = 1 THEN
        RETURN rows_query || ' WHERE ' || annoqa.value_condition(s.relation_schema,
            s.relation_name, s.item[1], items);
    END IF;
    SELECT array_agg(to_json(k.parts)::text), jsonb_agg(to_jsonb(k.parts))
    INTO keys, parts
    FROM (SELECT annoqa.key_parts(u.item) AS parts FROM unnest(items) AS u (item)) AS k
    WHERE cardinality(k.parts) = n;
    FOR i IN 1 .. n LOOP
        SELECT conditions || CASE WHEN bool_or(k ->> i - 1 IS NULL) THEN 'true'
            ELSE annoqa.value_condition(s.relation_schema, s.relation_name, s.item[i],
                                        array_agg(k ->> i - 1)) END
        INTO conditions
        FROM jsonb_array_elements(parts) AS e (k);
    END LOOP;
    RETURN format('SELECT * FROM (%s WHERE %s) AS r WHERE r.item COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) ANY (%L::pg_catalog.text[])',
        rows_query, coalesce(nullif(array_to_string(conditions, ' AND '), ''), 'false'),
        coalesce(keys, '{}'));
END $$;
COMMENT ON FUNCTION annoqa.item_rows_query(annoqa.source, text, text[]) IS 'internal: the query that reads the rows of some items, given as views show them';

-- Spelled as the least of what is equal, as in views.
CREATE FUNCTION annoqa.item_text_expression(s annoqa.source, ref text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN cardinality(s.item) = 1 AND EXISTS (
                        SELECT FROM pg_type AS t
                        WHERE t.oid = annoqa.column_type(s.relation_schema, s.relation_name, s.item[1])
                              AND t.typcategory <> 'A')
                    THEN format('annoqa.winner(annoqa.votes_agg(%s))', ref)
                    ELSE format('min(format(''%%s'', %s) COLLATE "C")', ref) END;
    $$;
COMMENT ON FUNCTION annoqa.item_text_expression(annoqa.source, text) IS 'internal: the text of an item as views show it, as an aggregate over its rows';

-- A label is a set where the rows of an annotator are one label.
CREATE FUNCTION annoqa.label_type_name(s annoqa.source) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT annoqa.type_name(t.oid)
            || CASE WHEN annoqa.resolve_rule(s) = 'collect' AND t.typcategory <> 'A'
                    THEN '[]' ELSE '' END
        FROM pg_type AS t
        WHERE t.oid = annoqa.column_type(s.relation_schema, s.relation_name, s.label);
    $$;
COMMENT ON FUNCTION annoqa.label_type_name(annoqa.source) IS 'internal: the type of a label of a source, resolved';

CREATE FUNCTION annoqa.label_filter() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT '(r.annotator IS NOT NULL AND r.label IS NOT NULL AND r.skipped IS NOT TRUE AND r.valid IS NOT FALSE AND NOT r.gold_flag)';
    $$;
COMMENT ON FUNCTION annoqa.label_filter() IS 'internal: that a row of a source is a label';

-- One row an item and annotator: the label that stands.
CREATE FUNCTION annoqa.standing_labels_query(s annoqa.source, rows_query text)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN resolve = 'collect' THEN format($q$
            SELECT l.item, l.annotator AS who, format('%%s', l.annotator) AS annotator,
                   array_agg(e.label) AS label, bool_or(l.votes) AS votes
            FROM (%s) AS l CROSS JOIN LATERAL (SELECT %s AS label) AS e
            GROUP BY l.item, l.annotator$q$, labels_query,
            CASE WHEN annoqa.label_type_name(s) = annoqa.type_name(label_type)
                 THEN 'unnest(l.label)' ELSE 'l.label' END)
        ELSE format($q$
            SELECT d.item, d.annotator AS who, format('%%s', d.annotator) AS annotator, d.label, d.votes
            FROM (SELECT DISTINCT ON (l.item, l.annotator) l.item, l.annotator, l.label, l.votes,
                         annoqa.confidence(annoqa.votes_agg(l.label)
                             OVER (PARTITION BY l.item, l.annotator, %1$s)) AS share
                  FROM (%2$s) AS l
                  ORDER BY l.item, l.annotator, %1$s %3$s NULLS LAST,
                           format('%%s', l.label) COLLATE "C") AS d
            WHERE d.share = 1$q$,
            CASE resolve WHEN 'error' THEN 'NULL::timestamptz' ELSE 'l.labeled_at' END,
            labels_query, CASE resolve WHEN 'first' THEN 'ASC' ELSE 'DESC' END) END
        FROM (SELECT annoqa.resolve_rule(s) AS resolve,
                     annoqa.column_type(s.relation_schema, s.relation_name, s.label) AS label_type,
                     format($q$
            SELECT r.item, r.annotator, r.label, r.labeled_at,
                   r.annotator_kind IS DISTINCT FROM 'model' OR %L AS votes
            FROM (%s) AS r WHERE r.item IS NOT NULL AND %s$q$, s.models_vote, rows_query,
                         annoqa.label_filter()) AS labels_query) AS q;
    $$;
COMMENT ON FUNCTION annoqa.standing_labels_query(annoqa.source, text) IS 'internal: the labels that stand among rows, one an item and annotator';

CREATE TYPE annoqa.item_state AS (
    item text,
    label text,
    given bigint,
    labels text[],
    votes bigint[],
    voters jsonb,
    newest timestamp with time zone
);
COMMENT ON TYPE annoqa.item_state IS 'internal: an item as an adjudicator finds it: the labels that were voted for';

-- The label that may be decided is put beside the votes with half a weight, to be
-- found among them again however it is spelled.
CREATE FUNCTION annoqa.item_state(s annoqa.source, rows_query text, gold_query text,
    item text, label text,
    until timestamp with time zone)
    RETURNS annoqa.item_state
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    SET DateStyle = 'ISO, YMD' SET IntervalStyle = postgres
    SET extra_float_digits = 3 SET TimeZone = 'UTC' SET bytea_output = hex
    AS $$
DECLARE
    found_rows text := annoqa.item_rows_query(s, rows_query, ARRAY[item]);
    standing text := format('SELECT * FROM (%s) AS l WHERE l.votes AND l.annotator COLLATE "C" <> ALL (%L::text[])',
        annoqa.standing_labels_query(s, found_rows),
        annoqa.non_voters(s, rows_query, gold_query));
    state annoqa.item_state;
BEGIN
    EXECUTE format('SELECT %s FROM (%s) AS r', annoqa.item_text_expression(s, 'r.item'), found_rows)
    INTO state.item;
    EXECUTE format('SELECT max(r.labeled_at) FROM (%s) AS r WHERE %s AND r.labeled_at <= $1',
                   found_rows, annoqa.label_filter())
    INTO state.newest USING until;
    EXECUTE format($q$
        SELECT max(v.label) FILTER (WHERE v.weight < v.n),
               coalesce(sum(v.n - 1) FILTER (WHERE v.weight < v.n), 0),
               array_agg(v.label ORDER BY v.label COLLATE "C") FILTER (WHERE v.weight = v.n),
               array_agg(v.n ORDER BY v.label COLLATE "C") FILTER (WHERE v.weight = v.n)
        FROM annoqa.shares((SELECT annoqa.votes_agg(c.label, c.weight)
                            FROM (SELECT l.label, 1::float8 AS weight FROM (%s) AS l
                                  UNION ALL
                                  SELECT %L::%s, 0.5 WHERE $1 IS NOT NULL) AS c)) AS v
        WHERE v.n > 0$q$, standing, label, annoqa.label_type_name(s))
    INTO state.label, state.given, state.labels, state.votes USING label;
    EXECUTE format($q$
        SELECT jsonb_object_agg(v.label, v.annotators)
        FROM (SELECT l.label, jsonb_agg(l.annotator ORDER BY l.annotator COLLATE "C") AS annotators
              FROM (SELECT l.annotator, annoqa.winner(annoqa.votes_agg(l.label) OVER (PARTITION BY %s)) AS label
                    FROM (%s) AS l) AS l
              GROUP BY l.label) AS v$q$,
        annoqa.grouping_expression('l.label', annoqa.label_type_name(s)::regtype), standing)
    INTO state.voters;
    -- as those who gave it spelled it
    IF state.given > 0 THEN
        SELECT k INTO state.label FROM jsonb_object_keys(state.voters) AS k
        WHERE state.labels IS NULL OR k COLLATE "C" <> ALL (state.labels);
    END IF;
    RETURN state;
END $$;
COMMENT ON FUNCTION annoqa.item_state(annoqa.source, text, text, text, text, timestamp with time zone) IS 'internal: the votes on an item: the label that may be decided, how many gave it, the other labels and their votes, who gave which, and the time of the newest label';

CREATE FUNCTION annoqa.raise_unknown_item(s annoqa.source, rows_query text, item text)
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    SET DateStyle = 'ISO, YMD' SET IntervalStyle = postgres
    SET extra_float_digits = 3 SET TimeZone = 'UTC' SET bytea_output = hex
    AS $$
DECLARE
    example text;
BEGIN
    EXECUTE format('SELECT format(''%%s'', r.item) FROM (%s) AS r WHERE r.item IS NOT NULL LIMIT 1',
                   rows_query) INTO example;
    RAISE EXCEPTION USING ERRCODE = 'no_data_found',
        MESSAGE = format('item %s is not in source "%s"', coalesce('"' || item || '"', 'NULL'), s.name),
        HINT = CASE WHEN example IS NULL THEN 'The source has no items.'
               WHEN cardinality(s.item) > 1
               THEN format('Its items are JSON arrays of %s texts, as views show them: %s', cardinality(s.item), example)
               ELSE format('Items are given as views show them: %s', example) END;
END $$;
COMMENT ON FUNCTION annoqa.raise_unknown_item(annoqa.source, text, text) IS 'internal: an error that says what items of a source look like';

-- What those see who decide: labels alone, or with votes and names.
CREATE FUNCTION annoqa.competing_labels(source text, item text, blind boolean DEFAULT true,
    OUT label text, OUT votes bigint, OUT annotators text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 3
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    q record := annoqa.readable_source(source);
    s annoqa.source := (annoqa.visible_source(source)).registered;
    state annoqa.item_state;
BEGIN
    state := annoqa.item_state(s, q.rows_query, q.gold_query, competing_labels.item, NULL,
                               'infinity');
    IF state.item IS NULL THEN
        PERFORM annoqa.raise_unknown_item(s, q.rows_query, competing_labels.item);
    END IF;
    RETURN QUERY
    SELECT u.l, CASE WHEN NOT blind THEN u.n END,
           CASE WHEN NOT blind THEN (state.voters -> u.l)::text END
    FROM unnest(state.labels, state.votes) AS u (l, n);
END $$;
COMMENT ON FUNCTION annoqa.competing_labels(text, text, boolean) IS 'The labels that were voted for on an item, in alphabetic order; unless blind, with their votes and a JSON array of who gave them.';

CREATE FUNCTION annoqa.last_case(source text, item text) RETURNS annoqa.stored_cases
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT c FROM annoqa.stored_cases AS c
        WHERE c.source = last_case.source AND c.item = last_case.item
        ORDER BY c.revision DESC LIMIT 1;
    $$;
COMMENT ON FUNCTION annoqa.last_case(text, text) IS 'internal: the last case of an item';

-- Decisions on one item wait for each other.
CREATE FUNCTION annoqa.lock_item(source text, item text) RETURNS boolean
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT annoqa.own_lock('decide', source, item);
    $$;
COMMENT ON FUNCTION annoqa.lock_item(text, text) IS 'internal: lets one transaction at a time decide on an item';

-- When something was decided: now, or when a call says, but after what it follows.
CREATE FUNCTION annoqa.decision_time(last annoqa.stored_cases, at timestamp with time zone)
    RETURNS timestamp with time zone
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    before timestamp with time zone := greatest(last.adjudicated_at, last.reopened_at);
BEGIN
    IF at IS NULL THEN
        RETURN greatest(clock_timestamp(), before);
    ELSIF NOT isfinite(at) OR at > clock_timestamp() THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('at must be in the past, not %s', at);
    ELSIF at < before THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('at must not be before case %s of the item, decided or reopened at %s',
                             last.case_id, before);
    END IF;
    RETURN at;
END $$;
COMMENT ON FUNCTION annoqa.decision_time(annoqa.stored_cases, timestamp with time zone) IS 'internal: the time of a decision that follows a case';

-- The record of a case that a dump carries, or an error.
CREATE FUNCTION annoqa.case_record(record text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r jsonb;
BEGIN
    BEGIN
        r := record::jsonb;
        PERFORM (r ->> 'waiting_since')::timestamp with time zone;
    EXCEPTION WHEN data_exception THEN
        r := NULL;
    END;
    IF record IS NOT NULL
        AND (jsonb_typeof(r -> 'overruled') = 'object'
             AND jsonb_typeof(r -> 'saw') IN ('array', 'object')) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('"%s" is no record of a case', record),
            HINT = 'Leave it out; the calls that dump_adjudications writes have it.';
    END IF;
    RETURN r;
END $$;
COMMENT ON FUNCTION annoqa.case_record(text) IS 'internal: what is kept of a case besides the decision, checked';

-- Is this label nobody's, and likely misspelled?  Enums and numbers are read as
-- their type; texts are looked for in the source.
CREATE FUNCTION annoqa.warn_of_label(s annoqa.source, label text, shown text, item text)
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    known boolean := true;
BEGIN
    IF EXISTS (SELECT FROM pg_type AS t
               WHERE t.oid = annoqa.column_type(s.relation_schema, s.relation_name, s.label)
                     AND t.typcategory = 'S')
        AND annoqa.resolve_rule(s) <> 'collect' THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I AS r WHERE %s)', s.relation_schema,
            s.relation_name, annoqa.value_condition(s.relation_schema, s.relation_name,
                                                    s.label, ARRAY[label]))
        INTO known;
    END IF;
    IF known THEN
        RAISE NOTICE USING MESSAGE = format('nobody gave label "%s" to item "%s"', shown, item);
    ELSE
        RAISE WARNING USING MESSAGE = format('label "%s" is nowhere in source "%s"', shown, s.name),
            HINT = 'If it is misspelled, adjudicate again: the new case supersedes this one.';
    END IF;
END $$;
COMMENT ON FUNCTION annoqa.warn_of_label(annoqa.source, text, text, text) IS 'internal: tells the adjudicator of a label that nobody gave';

-- An old snapshot does not show what others decided; the primary key does.
CREATE FUNCTION annoqa.raise_decided_meanwhile(source text, item text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
        MESSAGE = format('item "%s" of source "%s" was decided by somebody else meanwhile',
                         item, source),
        HINT = 'Begin the transaction anew.';
END $$;
COMMENT ON FUNCTION annoqa.raise_decided_meanwhile(text, text) IS 'internal: an error for whoever comes second';

CREATE FUNCTION annoqa.adjudicate(source text, item text, label text,
    adjudicator text DEFAULT current_user, reasoning text DEFAULT NULL,
    guideline text DEFAULT NULL, edge_case boolean DEFAULT false,
    blind boolean DEFAULT true, at timestamp with time zone DEFAULT NULL,
    record text DEFAULT NULL)
    RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    q record := annoqa.readable_source(source);
    s annoqa.source := (annoqa.visible_source(source)).registered;
    kept jsonb := annoqa.case_record(record);
    state annoqa.item_state;
    last annoqa.stored_cases;
    who text := coalesce(adjudicator, current_user);
    decided_at timestamp with time zone;
    id bigint;
BEGIN
    PERFORM annoqa.require_stored(source);
    PERFORM annoqa.require_value('item', item), annoqa.require_value('label', label),
            annoqa.require_text('adjudicator', who);
    IF NOT annoqa.reads_as(label, annoqa.label_type_name(s)) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_text_representation',
            MESSAGE = format('label "%s" cannot be read as %s', label,
                             format_type(annoqa.label_type_name(s)::regtype, NULL)),
            HINT = 'Labels are given as views show them.';
    END IF;
    state := annoqa.item_state(s, q.rows_query, q.gold_query, item, label,
                               coalesce(at, clock_timestamp()));
    -- a case that is brought back may have outlived its item
    IF state.item IS NULL AND kept IS NULL THEN
        PERFORM annoqa.raise_unknown_item(s, q.rows_query, item);
    END IF;
    state.item := coalesce(state.item, item);

    PERFORM annoqa.lock_item(source, state.item);
    last := annoqa.last_case(source, state.item);
    decided_at := annoqa.decision_time(last, at);
    BEGIN
        INSERT INTO annoqa.adjudication_entry AS e (source, item, revision, label, overruled,
            edge_case, adjudicator, reasoning, guideline, blind, saw, waiting_since, adjudicated_at)
        VALUES (source, state.item, coalesce(last.revision, 0) + 1, state.label,
            coalesce(kept ->> 'overruled', (SELECT jsonb_object_agg(u.l, u.n) FROM unnest(
                state.labels, state.votes) AS u (l, n))::text, '{}'),
            coalesce(edge_case, false), who, nullif(reasoning, ''), nullif(guideline, ''),
            coalesce(blind, true),
            coalesce(kept ->> 'saw', CASE WHEN blind IS FALSE THEN state.voters
                ELSE (SELECT jsonb_agg(k ORDER BY k COLLATE "C") FROM jsonb_object_keys(state.voters) AS k)
                END::text, '[]'),
            CASE WHEN kept IS NOT NULL THEN (kept ->> 'waiting_since')::timestamp with time zone
                 -- what is settled waits for nobody
                 WHEN NOT last.current THEN greatest(last.reopened_at, state.newest)
                 WHEN last.case_id IS NULL THEN state.newest END,
            decided_at)
        RETURNING e.case_id INTO id;
    EXCEPTION
    WHEN unique_violation THEN
        PERFORM annoqa.raise_decided_meanwhile(source, state.item);
    WHEN program_limit_exceeded THEN
        -- an index on cases holds the item
        IF octet_length(state.item) < 500 THEN
            RAISE;
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded',
            MESSAGE = format('item "%s..." is too long to be decided on: its name has %s bytes',
                             left(state.item, 50), octet_length(state.item)),
            HINT = 'Name a column with a short id as item, such as md5 of the text in a view.';
    END;
    IF state.given = 0 AND kept IS NULL THEN
        PERFORM annoqa.warn_of_label(s, label, state.label, state.item);
    END IF;
    RETURN format('item "%s" of source "%s" is settled as "%s" by %s: case %s%s%s', state.item,
        source, state.label, who, id,
        (SELECT ', overruling ' || string_agg(format('"%s" (%s vote%s)', u.l, u.n,
                    CASE WHEN u.n > 1 THEN 's' ELSE '' END), ', ' ORDER BY u.n DESC, u.l COLLATE "C")
         FROM unnest(state.labels, state.votes) AS u (l, n)),
        CASE WHEN last.current THEN format('; case %s ("%s") stands no more', last.case_id, last.label) END);
END $$;
COMMENT ON FUNCTION annoqa.adjudicate(text, text, text, text, text, text, boolean, boolean, timestamp with time zone, text) IS 'Decides what the right label of an item is, and says what it did. A decision on the same item before stands no more, and is kept. blind: the adjudicator saw labels without names and votes. at and record are for cases that happened before: dump_adjudications writes them.';

CREATE FUNCTION annoqa.reopen(source text, item text, reason text,
    by text DEFAULT current_user, at timestamp with time zone DEFAULT NULL)
    RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    who text := coalesce(by, current_user);
    key text := coalesce(to_json(annoqa.key_parts(item))::text, item);
    last annoqa.stored_cases;
BEGIN
    PERFORM annoqa.require_stored(source);
    PERFORM annoqa.require_value('item', item), annoqa.require_text('reason', reason),
            annoqa.require_text('by', who);
    -- a key of one column may look like an array
    last := annoqa.last_case(source, item);
    IF last.case_id IS NOT NULL THEN
        key := item;
    END IF;
    PERFORM annoqa.lock_item(source, key);
    last := annoqa.last_case(source, key);
    IF last.case_id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'no_data_found',
            MESSAGE = format('item "%s" of source "%s" was never adjudicated', item, source),
            HINT = 'The view annoqa.case_law shows what was.';
    ELSIF last.reopened_at IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('item "%s" of source "%s" is open: %s reopened case %s', item,
                             source, last.reopened_by, last.case_id);
    END IF;
    BEGIN
        INSERT INTO annoqa.reopening_entry (source, item, revision, reason, reopened_by, reopened_at)
        VALUES (source, key, last.revision, reason, who, annoqa.decision_time(last, at));
    EXCEPTION WHEN unique_violation THEN
        PERFORM annoqa.raise_decided_meanwhile(source, key);
    END;
    RETURN format('item "%s" of source "%s" is open again: case %s ("%s", by %s) was reopened by %s',
                  key, source, last.case_id, last.label, last.adjudicator, who);
END $$;
COMMENT ON FUNCTION annoqa.reopen(text, text, text, text, timestamp with time zone) IS 'Takes a decision back, so that the item waits for a judge again, and says what it did. The case is kept.';

-- What the verbs write through: as the owner, for those who may call the verb and
-- see what is stored of the source.  Nothing is updated or deleted here, no
-- revision is left out, and who recorded a row, and when, nobody can say for another.
CREATE VIEW annoqa.adjudication_entry WITH (security_barrier) AS
    SELECT a.* FROM annoqa.adjudication AS a
    WHERE has_function_privilege('annoqa.adjudicate(text, text, text, text, text, text, boolean, boolean, timestamp with time zone, text)'::regprocedure, 'EXECUTE')
          AND EXISTS (SELECT FROM annoqa.source_stored AS s WHERE s.name = a.source)
          AND (a.revision = 1
               OR EXISTS (SELECT FROM annoqa.adjudication AS p
                          WHERE p.source = a.source AND p.item = a.item
                                AND p.revision = a.revision - 1))
    WITH CASCADED CHECK OPTION;
COMMENT ON VIEW annoqa.adjudication_entry IS 'internal: where adjudicate writes';
CREATE VIEW annoqa.reopening_entry WITH (security_barrier) AS
    SELECT a.* FROM annoqa.reopening AS a
    WHERE has_function_privilege('annoqa.reopen(text, text, text, text, timestamp with time zone)'::regprocedure, 'EXECUTE')
          AND EXISTS (SELECT FROM annoqa.source_stored AS s WHERE s.name = a.source)
    WITH CASCADED CHECK OPTION;
COMMENT ON VIEW annoqa.reopening_entry IS 'internal: where reopen writes';
GRANT SELECT, INSERT (source, item, revision, label, overruled, edge_case, adjudicator,
        reasoning, guideline, blind, saw, waiting_since, adjudicated_at)
    ON annoqa.adjudication_entry TO PUBLIC;
GRANT SELECT, INSERT (source, item, revision, reason, reopened_by, reopened_at)
    ON annoqa.reopening_entry TO PUBLIC;

DO $$
DECLARE
    owner text := (SELECT quote_ident(pg_get_userbyid(extowner)) FROM pg_extension
                   WHERE extname = 'annoqa');
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc AS p
             WHERE p.pronamespace = 'annoqa'::regnamespace
                   AND p.proname IN ('adjudicate', 'reopen')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s WITH GRANT OPTION', f, owner);
    END LOOP;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON annoqa.adjudication, annoqa.reopening TO %s WITH GRANT OPTION', owner);
    EXECUTE format('GRANT ALL ON SEQUENCE annoqa.adjudication_case_id_seq TO %s WITH GRANT OPTION', owner);
END $$;

SET LOCAL search_path = annoqa, pg_temp;
