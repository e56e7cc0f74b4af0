-- The workbench: evaluating rules, flags, and what people say of them.
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE FUNCTION annoqa.flag_reason(r annoqa.rule, e annoqa.rule_evidence) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('%s is %s%s over %s%s %s %s%s.',
            upper(left(replace(r.metric, '_', ' '), 1)) || substr(replace(r.metric, '_', ' '), 2),
            annoqa.number_text(e.value),
            CASE WHEN e.value_lower IS NOT NULL
                 THEN format(' (%s to %s)', annoqa.number_text(e.value_lower), annoqa.number_text(e.value_upper))
                 ELSE '' END,
            replace(e.evidence_window, ' (not error-controlled)', ''),
            CASE WHEN r.method IN ('e_detector', 'cusum', 'ewma') THEN ': by the chart it is of late' ELSE ',' END,
            annoqa.operator_words(r.operator), annoqa.number_text(e.threshold),
            CASE WHEN r.method = 'anytime' AND r.per = 'annotator'
                 THEN format('; by chance this happens to a good annotator with probability at most %s', annoqa.number_text(r.error))
                 WHEN r.method = 'anytime'
                 THEN format('; of those found by this rule at one look at most %s are found wrongly on average', annoqa.number_text(r.error))
                 WHEN r.margin IS NOT NULL
                 THEN format('; the median annotator reaches %s', annoqa.number_text(e.threshold
                      + CASE WHEN annoqa.looks_below(r.operator) THEN r.margin ELSE -r.margin END))
                 WHEN r.method IN ('raw', 'wilson') THEN '; this is not error-controlled' ELSE '' END);
    $$;
COMMENT ON FUNCTION annoqa.flag_reason(annoqa.rule, annoqa.rule_evidence) IS 'internal: why a flag is raised, in a sentence';

-- Whoever changes flags of an annotator holds this until the transaction ends; who
-- cannot have it at once leaves the flags alone, so that nobody waits.  Some
-- annotators share it.
CREATE FUNCTION annoqa.hold_flags(source text, annotator text) RETURNS boolean
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT annoqa.own_lock('flag', source, annotator);
    $$;
COMMENT ON FUNCTION annoqa.hold_flags(text, text) IS 'internal: lets one transaction at a time change flags of an annotator; false when another does';

-- The source and the flag, never a person or a value: any role may listen.
CREATE FUNCTION annoqa.notify_flag(source text, flag_id bigint) RETURNS void
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT pg_notify('annoqa_flag', json_build_object('source', source, 'flag_id', flag_id)::text);
    $$;
COMMENT ON FUNCTION annoqa.notify_flag(text, bigint) IS 'internal: tells listeners that a flag changed';

CREATE FUNCTION annoqa.raise_flag(r annoqa.rule, e annoqa.rule_evidence) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    id bigint;
BEGIN
    INSERT INTO annoqa.flag_entry (source, annotator, vendor, rule, metric, operator, threshold,
        method, value, value_n, value_lower, value_upper, evidence_window, severity, reason,
        evidence_from, evidence_until, notify)
    VALUES (r.source, e.annotator, e.vendor, r.name, r.metric, r.operator, e.threshold,
        r.method, e.value, e.n, e.value_lower, e.value_upper, e.evidence_window, r.severity,
        annoqa.flag_reason(r, e), e.evidence_from, e.evidence_until, r.notify)
    ON CONFLICT DO NOTHING
    RETURNING flag_id INTO id;
    IF id IS NOT NULL AND r.notify THEN
        PERFORM annoqa.notify_flag(r.source, id);
    END IF;
    RETURN id;
END $$;
COMMENT ON FUNCTION annoqa.raise_flag(annoqa.rule, annoqa.rule_evidence) IS 'internal: raises a flag; NULL if there is one already';

CREATE FUNCTION annoqa.end_flag(id bigint, who text, note text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    f record;
BEGIN
    UPDATE annoqa.flag_end AS u
    SET cleared_at = clock_timestamp(), cleared_by = who, note = coalesce(end_flag.note, u.note)
    WHERE u.flag_id = id
    RETURNING u.source, u.flag_id, u.notify INTO f;
    IF f.notify THEN
        PERFORM annoqa.notify_flag(f.source, f.flag_id);
    END IF;
    RETURN f.flag_id IS NOT NULL;
END $$;
COMMENT ON FUNCTION annoqa.end_flag(bigint, text, text) IS 'internal: clears a flag with its rule; false if it is cleared already';

CREATE FUNCTION annoqa.evaluate_rule(r annoqa.rule, INOUT watched bigint, INOUT raised bigint,
    INOUT cleared bigint, INOUT busy bigint)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    found_all annoqa.rule_evidence[];
    c record;
BEGIN
    -- as it is now, and until the flags are written
    SELECT u.* INTO r FROM annoqa.rule_evaluation AS u
    WHERE u.source = r.source AND u.name = r.name FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    found_all := ARRAY(SELECT e FROM annoqa.rule_evidence(r) AS e);
    watched := greatest(watched, cardinality(found_all));
    UPDATE annoqa.rule_evaluation AS u
    SET evaluated_at = clock_timestamp(), watched = cardinality(found_all),
        answers = (SELECT coalesce(sum(e.answers), 0) FROM unnest(found_all) AS e)
    WHERE u.source = r.source AND u.name = r.name;
    FOR c IN
        SELECT coalesce(e.annotator, f.annotator) AS annotator, f.flag_id, e.raises, e AS evidence
        FROM unnest(found_all) AS e
             FULL JOIN (SELECT o.flag_id, o.annotator FROM annoqa.flag_stored AS o
                        WHERE o.source = r.source AND o.rule = r.name AND o.status <> 'cleared') AS f
             ON f.annotator = e.annotator
        WHERE e.raises AND f.flag_id IS NULL
              OR f.flag_id IS NOT NULL AND (e.annotator IS NULL OR e.clears)
        ORDER BY 1
    LOOP
        IF NOT annoqa.hold_flags(r.source, c.annotator) THEN
            busy := busy + 1;
        ELSIF c.flag_id IS NULL THEN
            raised := raised + (annoqa.raise_flag(r, c.evidence) IS NOT NULL)::int;
        ELSE
            cleared := cleared + annoqa.end_flag(c.flag_id, 'rule',
                CASE WHEN c.annotator IN (SELECT x.annotator FROM annoqa.exempt_annotators(r.source) AS x)
                     THEN 'the annotator is exempt'
                     WHEN c.evidence IS NULL OR (c.evidence).n = 0 THEN 'no answers are left' END)::int;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION annoqa.evaluate_rule(annoqa.rule, bigint, bigint, bigint, bigint) IS 'internal: raises and clears the flags of a rule, and counts';

CREATE FUNCTION annoqa.evaluate_source(s annoqa.source) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.rule;
    n bigint := 0;
    watched bigint := 0;
    raised bigint := 0;
    cleared bigint := 0;
    busy bigint := 0;
    folds record;
    unseen text;
BEGIN
    PERFORM annoqa.require_all_rows(s);
    -- one at a time
    PERFORM annoqa.own_lock('evaluate', s.name, NULL);
    IF annoqa.is_watched(s) THEN
        folds := annoqa.fold_changes(s);
        IF folds.missed <> 0 THEN
            unseen := format('%s came or went that no trigger saw: a partition added, attached or detached, replication, or triggers switched off; all were counted again', annoqa.counted(abs(folds.missed), 'row'));
        END IF;
    END IF;
    FOR r IN SELECT u.* FROM annoqa.rule_stored AS u WHERE u.source = s.name ORDER BY u.name COLLATE "C" LOOP
        n := n + 1;
        SELECT v.* INTO watched, raised, cleared, busy
        FROM annoqa.evaluate_rule(r, watched, raised, cleared, busy) AS v;
    END LOOP;
    DELETE FROM annoqa.source_error_entry AS e WHERE e.source = s.name;
    IF unseen IS NOT NULL THEN
        INSERT INTO annoqa.source_error_entry (source, message, at)
        VALUES (s.name, unseen, clock_timestamp());
    END IF;
    RETURN format('source "%s": %s over %s, %s raised, %s cleared', s.name,
        annoqa.counted(n, 'rule'), annoqa.counted(watched, 'annotator'),
        annoqa.counted(raised, 'flag'), cleared)
        || CASE WHEN busy > 0 THEN format('; %s left to the next call, for their flags are being changed just now', busy) ELSE '' END
        || coalesce('; ' || unseen, '');
END $$;
COMMENT ON FUNCTION annoqa.evaluate_source(annoqa.source) IS 'internal: what evaluate_rules does for one source';

CREATE FUNCTION annoqa.evaluate_rules(source text DEFAULT NULL) RETURNS SETOF text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 10
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    s annoqa.source;
    message text;
BEGIN
    IF source IS NOT NULL THEN
        RETURN NEXT annoqa.evaluate_source(annoqa.stored_source(source));
        RETURN;
    END IF;
    -- one that cannot be read keeps no other from being evaluated
    FOR s IN SELECT (v.registered).* FROM annoqa.source_visible AS v
             WHERE v.reads_stored AND EXISTS (SELECT FROM annoqa.rule_stored AS r WHERE r.source = v.name)
             ORDER BY v.name COLLATE "C"
    LOOP
        BEGIN
            RETURN NEXT annoqa.evaluate_source(s);
        EXCEPTION
        WHEN operator_intervention OR transaction_rollback THEN
            RAISE;
        WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
            RAISE WARNING USING MESSAGE = format('rules of source "%s" were not evaluated: %s', s.name, message);
            -- the last one is shown
            DELETE FROM annoqa.source_error_entry AS e WHERE e.source = s.name;
            INSERT INTO annoqa.source_error_entry (source, message, at)
            SELECT v.name, message, clock_timestamp() FROM annoqa.source_visible AS v
            WHERE v.name = s.name AND v.reads_stored;
        END;
    END LOOP;
END $$;
COMMENT ON FUNCTION annoqa.evaluate_rules(text) IS 'Evaluates the rules of a source, or of all, from its rows as they are now: raises flags, clears those whose evidence has turned, and says so in a sentence a source. For cron.';

-- Writing rules.
CREATE FUNCTION annoqa.write_rule(s annoqa.source, given jsonb, before annoqa.rule)
    RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    SET extra_float_digits = 3 SET IntervalStyle = postgres
    AS $$
DECLARE
    r annoqa.rule;
    counts record;
BEGIN
    r := jsonb_populate_record(NULL::annoqa.rule, annoqa.rule_defaults(given) || jsonb_build_object(
        'source', s.name));
    PERFORM annoqa.check_rule(r, s);
    IF r.method IN ('cusum', 'ewma') THEN
        IF r.in_control IS NULL THEN
            PERFORM annoqa.require_all_rows(s);
            SELECT sum(cardinality(array_positions(o.hits, true))) AS s, sum(cardinality(o.hits)) AS n
            INTO counts FROM annoqa.rule_outcomes(s.name, r.metric, r.by_guideline) AS o;
            IF coalesce(counts.n, 0) < 200 THEN
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('an in-control level cannot be estimated from %s answers', coalesce(counts.n, 0)),
                    HINT = 'It takes 200. State in_control, or use method e_detector, which needs none.';
            END IF;
            r.in_control := (counts.s + 0.5) / (counts.n + 1)::float8;
        END IF;
        PERFORM annoqa.chart_design(r.method,
            CASE WHEN annoqa.looks_below(r.operator) THEN r.in_control ELSE 1 - r.in_control END,
            CASE WHEN annoqa.looks_below(r.operator) THEN r.out_of_control ELSE 1 - r.out_of_control END,
            r.run_length);
    END IF;
    IF before.name IS NULL THEN
        INSERT INTO annoqa.rule_entry (source, name, metric, operator, threshold, margin, method,
            error, per, min_n, last_n, period, confidence, in_control, out_of_control, run_length,
            clear_at, severity, by_guideline, notify)
        VALUES (r.source, r.name, r.metric, r.operator, r.threshold, r.margin, r.method,
            r.error, r.per, r.min_n, r.last_n, r.period, r.confidence, r.in_control,
            r.out_of_control, r.run_length, r.clear_at, r.severity, r.by_guideline, r.notify);
    ELSE
        UPDATE annoqa.rule_change AS u
        SET metric = r.metric, operator = r.operator, threshold = r.threshold, margin = r.margin,
            method = r.method, error = r.error, per = r.per, min_n = r.min_n, last_n = r.last_n,
            period = r.period, confidence = r.confidence, in_control = r.in_control,
            out_of_control = r.out_of_control, run_length = r.run_length, clear_at = r.clear_at,
            severity = r.severity, by_guideline = r.by_guideline, notify = r.notify,
            evaluated_at = NULL, watched = NULL, answers = NULL
        WHERE u.source = before.source AND u.name = before.name;
    END IF;
    IF annoqa.is_watched(s) AND r.method = 'anytime' THEN
        PERFORM annoqa.require_all_rows(s);
        PERFORM annoqa.fold_changes(s);
    END IF;
    RETURN format('rule "%s" of source "%s" %s: %s', r.name, r.source,
        CASE WHEN before.name IS NULL THEN 'created' ELSE 'altered' END, annoqa.describe_rule(r));
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_object',
        MESSAGE = format('rule "%s" of source "%s" already exists', r.name, s.name),
        HINT = 'Give it a name of its own, or use alter_rule.';
END $$;
COMMENT ON FUNCTION annoqa.write_rule(annoqa.source, jsonb, annoqa.rule) IS 'internal: what create_rule and alter_rule do';

CREATE FUNCTION annoqa.create_rule(source text, name text DEFAULT NULL,
    metric text DEFAULT NULL, operator text DEFAULT NULL,
    threshold double precision DEFAULT NULL, method text DEFAULT NULL,
    error double precision DEFAULT NULL, per text DEFAULT NULL,
    min_n integer DEFAULT NULL, severity text DEFAULT NULL, last_n integer DEFAULT NULL,
    period interval DEFAULT NULL, confidence double precision DEFAULT NULL,
    in_control double precision DEFAULT NULL, out_of_control double precision DEFAULT NULL,
    run_length double precision DEFAULT NULL, clear_at double precision DEFAULT NULL,
    margin double precision DEFAULT NULL, by_guideline boolean DEFAULT NULL,
    notify boolean DEFAULT NULL, preset text DEFAULT NULL)
    RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    SET extra_float_digits = 3 SET IntervalStyle = postgres
    AS $$
DECLARE
    s annoqa.source := annoqa.stored_source(source);
    given jsonb := jsonb_strip_nulls(jsonb_build_object('name', name, 'metric', metric,
        'operator', operator, 'threshold', threshold, 'method', method, 'error', error,
        'per', per, 'min_n', min_n, 'severity', severity, 'last_n', last_n, 'period', period,
        'confidence', confidence, 'in_control', in_control, 'out_of_control', out_of_control,
        'run_length', run_length, 'clear_at', clear_at, 'margin', margin,
        'by_guideline', by_guideline, 'notify', notify));
BEGIN
    IF preset IS NOT NULL THEN
        given := annoqa.rule_preset(preset, s) - CASE WHEN given ? 'threshold' THEN 'margin'
                                                      WHEN given ? 'margin' THEN 'threshold' ELSE '' END
            || given;
    END IF;
    RETURN annoqa.write_rule(s, given, NULL);
END $$;
COMMENT ON FUNCTION annoqa.create_rule IS 'Makes a rule that flags annotators of a source: by a metric and a threshold, or by a preset in words (''gold accuracy below 0.85'', ''fast answers'', ''skips in a row'', ''agreement with consensus'', ''drift''). Says what the rule promises.';

CREATE FUNCTION annoqa.stored_rule(s annoqa.source, name text) RETURNS annoqa.rule
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.rule;
BEGIN
    SELECT u.* INTO r FROM annoqa.rule_stored AS u
    WHERE u.source = s.name AND u.name = stored_rule.name;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format('rule %s of source "%s" does not exist',
                             coalesce('"' || name || '"', 'NULL'), s.name),
            HINT = 'The view annoqa.rules lists the rules.';
    END IF;
    RETURN r;
END $$;
COMMENT ON FUNCTION annoqa.stored_rule(annoqa.source, text) IS 'internal: a rule of a source, or an error';

CREATE FUNCTION annoqa.alter_rule(source text, name text,
    metric text DEFAULT NULL, operator text DEFAULT NULL,
    threshold double precision DEFAULT NULL, method text DEFAULT NULL,
    error double precision DEFAULT NULL, per text DEFAULT NULL,
    min_n integer DEFAULT NULL, severity text DEFAULT NULL, last_n integer DEFAULT NULL,
    period interval DEFAULT NULL, confidence double precision DEFAULT NULL,
    in_control double precision DEFAULT NULL, out_of_control double precision DEFAULT NULL,
    run_length double precision DEFAULT NULL, clear_at double precision DEFAULT NULL,
    margin double precision DEFAULT NULL, by_guideline boolean DEFAULT NULL,
    notify boolean DEFAULT NULL, reset text[] DEFAULT NULL)
    RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    SET extra_float_digits = 3 SET IntervalStyle = postgres
    AS $$
DECLARE
    s annoqa.source := annoqa.stored_source(source);
    before annoqa.rule;
    wrong text;
BEGIN
    -- one at a time, each from what the other left
    PERFORM FROM annoqa.rule_change AS u WHERE u.source = s.name AND u.name = alter_rule.name FOR NO KEY UPDATE;
    before := annoqa.stored_rule(s, name);
    SELECT string_agg(format('"%s"', u.argument), ', ') INTO wrong
    FROM unnest(reset) AS u (argument)
    WHERE coalesce(NOT to_jsonb(before) ? u.argument OR u.argument IN ('source', 'name', 'metric',
              'created_by', 'created_at', 'evaluated_at', 'watched', 'answers'), true);
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('there is no default to reset %s to', wrong);
    END IF;
    RETURN annoqa.write_rule(s, jsonb_strip_nulls(to_jsonb(before)) - '{evaluated_at,watched,answers}'::text[]
        - coalesce(reset, '{}')
        || jsonb_strip_nulls(jsonb_build_object('metric', metric, 'operator', operator,
               'threshold', threshold, 'method', method, 'error', error, 'per', per,
               'min_n', min_n, 'severity', severity, 'last_n', last_n, 'period', period,
               'confidence', confidence, 'in_control', in_control,
               'out_of_control', out_of_control, 'run_length', run_length,
               'clear_at', clear_at, 'margin', margin, 'by_guideline', by_guideline,
               'notify', notify)), before);
END $$;
COMMENT ON FUNCTION annoqa.alter_rule IS 'Changes what is given of a rule; reset names arguments that go back to their default. Open flags stay until the next evaluation.';

CREATE FUNCTION annoqa.drop_rule(source text, name text) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    s annoqa.source := annoqa.stored_source(source);
    r annoqa.rule := annoqa.stored_rule(s, name);
    n bigint;
BEGIN
    DELETE FROM annoqa.rule_end AS u WHERE u.source = r.source AND u.name = r.name;
    SELECT count(*) FILTER (WHERE annoqa.end_flag(f.flag_id, current_user, 'the rule was dropped'))
    INTO n
    FROM (SELECT u.flag_id FROM annoqa.flag_stored AS u
          WHERE u.source = r.source AND u.rule = r.name AND u.status <> 'cleared') AS f;
    RETURN format('rule "%s" of source "%s" dropped; %s cleared', r.name, r.source,
                  annoqa.counted(n, 'flag'));
END $$;
COMMENT ON FUNCTION annoqa.drop_rule(text, text) IS 'Drops a rule and clears its open flags; flags stay in the view flags.';

-- What people say of flags.
CREATE FUNCTION annoqa.raise_cleared_meanwhile(id bigint) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
        MESSAGE = format('flag %s was cleared meanwhile', id),
        HINT = 'The view annoqa.flags says by whom.';
END $$;
COMMENT ON FUNCTION annoqa.raise_cleared_meanwhile(bigint) IS 'internal: an error for a flag that somebody else cleared first';

CREATE FUNCTION annoqa.open_flag(id bigint) RETURNS annoqa.flag
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    f annoqa.flag;
BEGIN
    SELECT u.* INTO f FROM annoqa.flag_stored AS u WHERE u.flag_id = id;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format('flag %s does not exist', coalesce(id::text, 'NULL')),
            HINT = 'The view annoqa.flags lists the flags of sources that you may see.';
    ELSIF f.status = 'cleared' THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('flag %s was cleared by %s', id,
                             CASE f.cleared_by WHEN 'rule' THEN 'its rule' ELSE f.cleared_by END);
    ELSIF NOT annoqa.hold_flags(f.source, f.annotator) THEN
        RAISE EXCEPTION USING ERRCODE = 'lock_not_available',
            MESSAGE = format('flags are being changed just now, and flag %s may be among them', id), HINT = 'Try again.';
    END IF;
    -- as it is now that nobody else changes it
    SELECT u.* INTO f FROM annoqa.flag_stored AS u WHERE u.flag_id = id AND u.status <> 'cleared';
    IF NOT FOUND THEN
        PERFORM annoqa.raise_cleared_meanwhile(id);
    END IF;
    RETURN f;
END $$;
COMMENT ON FUNCTION annoqa.open_flag(bigint) IS 'internal: a flag that is not cleared, held for a change';

CREATE FUNCTION annoqa.acknowledge_flag(flag_id bigint, note text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    f annoqa.flag := annoqa.open_flag(flag_id);
BEGIN
    UPDATE annoqa.flag_acknowledgement AS u
    SET acknowledged_at = clock_timestamp(), note = coalesce(acknowledge_flag.note, u.note)
    WHERE u.flag_id = f.flag_id;
    IF NOT FOUND THEN
        PERFORM annoqa.raise_cleared_meanwhile(f.flag_id);
    END IF;
    IF f.notify AND f.status = 'raised' THEN
        PERFORM annoqa.notify_flag(f.source, f.flag_id);
    END IF;
    RETURN format('flag %s of source "%s" acknowledged by %s', f.flag_id, f.source, current_user);
END $$;
COMMENT ON FUNCTION annoqa.acknowledge_flag(bigint, text) IS 'Says that someone has seen a flag and takes care of it. It stays open.';

CREATE FUNCTION annoqa.clear_flag(flag_id bigint, note text DEFAULT NULL,
    restart boolean DEFAULT true)
    RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    f annoqa.flag := annoqa.open_flag(flag_id);
    again boolean := coalesce(restart, true);
    v annoqa.source_visible;
    after bigint;
    after_hits bigint;
BEGIN
    -- what was answered so far is told by its time, or without one by its number
    SELECT u.* INTO v FROM annoqa.source_visible AS u WHERE u.name = f.source;
    IF again AND f.method <> 'interval'
        AND (v.reads AND v.problem IS NULL AND NOT annoqa.hides_rows(v.registered)
             OR v.labeled_at IS NULL) THEN
        PERFORM annoqa.require_all_rows(v.registered);
        SELECT cardinality(o.hits), cardinality(array_positions(o.hits, true)) INTO after, after_hits
        FROM annoqa.rule_outcomes(f.source, f.metric, false) AS o WHERE o.annotator = f.annotator;
    END IF;
    UPDATE annoqa.flag_settlement AS u
    SET cleared_at = clock_timestamp(), note = coalesce(clear_flag.note, u.note),
        restart = again, restart_after = after, restart_hits = after_hits
    WHERE u.flag_id = f.flag_id;
    IF NOT FOUND THEN
        PERFORM annoqa.raise_cleared_meanwhile(f.flag_id);
    END IF;
    IF f.notify THEN
        PERFORM annoqa.notify_flag(f.source, f.flag_id);
    END IF;
    RETURN format('flag %s of source "%s" cleared by %s%s', f.flag_id, f.source, current_user,
        CASE WHEN NOT EXISTS (SELECT FROM annoqa.rule_stored AS r
                              WHERE r.source = f.source AND r.name = f.rule AND r.metric = f.metric
                                    AND r.created_at <= f.raised_at) THEN '; its rule is no more what it was'
             WHEN again THEN '; the rule starts anew with the next answers of this annotator'
             ELSE '; it is raised again as long as the evidence stands' END);
END $$;
COMMENT ON FUNCTION annoqa.clear_flag(bigint, text, boolean) IS 'Clears a flag. By default the rule starts anew with the next answers, and spends a smaller part of its error on this annotator: 6 / (pi k)^2 of it in the k-th run.';

CREATE VIEW annoqa.rules WITH (security_barrier) AS
    SELECT r.source, r.name AS rule, r.metric, r.operator, r.threshold, r.margin, r.method,
           r.error, r.per, r.min_n::bigint AS min_answers, r.severity,
           r.last_n::bigint AS last_answers,
           annoqa.interval_text(r.period) AS period, r.confidence, r.in_control,
           r.out_of_control, r.run_length, r.clear_at, r.by_guideline, r.notify,
           annoqa.describe_rule(r) AS description, r.watched AS annotators_watched,
           f.open_flags,
           CASE WHEN r.method = 'anytime' AND r.per = 'annotator' THEN r.error * r.watched
                WHEN r.method = 'interval' THEN (1 - r.confidence) * r.watched
                WHEN r.method IN ('e_detector', 'cusum', 'ewma') THEN r.answers / r.run_length
                END AS expected_wrong_flags,
           r.evaluated_at, r.created_by, r.created_at
    FROM annoqa.source_stored AS s JOIN annoqa.rule AS r ON r.source = s.name
         CROSS JOIN LATERAL (SELECT count(*) AS open_flags FROM annoqa.flag AS f
                             WHERE f.source = r.source AND f.rule = r.name
                                   AND f.status <> 'cleared') AS f;
GRANT SELECT ON annoqa.rules TO PUBLIC;

COMMENT ON VIEW annoqa.rules IS 'One row a rule: what it flags, and what it promises.';
COMMENT ON COLUMN annoqa.rules.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.rules.rule IS 'Name of the rule.';
COMMENT ON COLUMN annoqa.rules.metric IS 'What is watched of each annotator: a column of quality_trend, or skips_in_row.';
COMMENT ON COLUMN annoqa.rules.operator IS '<, <=, > or >=: on which side of the threshold an annotator is flagged.';
COMMENT ON COLUMN annoqa.rules.threshold IS 'The threshold; NULL where it is the median annotator and a margin.';
COMMENT ON COLUMN annoqa.rules.margin IS 'How far from the median annotator the threshold lies.';
COMMENT ON COLUMN annoqa.rules.method IS 'How it is decided: anytime, e_detector, cusum, ewma, interval, or raw and wilson, which are not error-controlled.';
COMMENT ON COLUMN annoqa.rules.error IS 'Of anytime: the probability that a good annotator is ever flagged, or, per source, the share of those found at one look that are found wrongly, on average.';
COMMENT ON COLUMN annoqa.rules.per IS 'annotator: the error is that of each annotator; source: that of all flags of the rule.';
COMMENT ON COLUMN annoqa.rules.min_answers IS 'Argument min_n: answers below which nobody is flagged.';
COMMENT ON COLUMN annoqa.rules.severity IS 'info, warning or critical.';
COMMENT ON COLUMN annoqa.rules.last_answers IS 'Argument last_n: the rule reads so many newest answers; NULL for all.';
COMMENT ON COLUMN annoqa.rules.period IS 'The rule reads answers of so long a time back from the newest; NULL for all.';
COMMENT ON COLUMN annoqa.rules.confidence IS 'Of the bounds shown, and of interval and wilson at one look.';
COMMENT ON COLUMN annoqa.rules.in_control IS 'Of cusum and ewma: the rate that is good.';
COMMENT ON COLUMN annoqa.rules.out_of_control IS 'Of cusum and ewma: the rate that must be noticed.';
COMMENT ON COLUMN annoqa.rules.run_length IS 'Of e_detector, cusum and ewma: answers until a false alarm, on average.';
COMMENT ON COLUMN annoqa.rules.clear_at IS 'Value at which a flag is cleared; NULL for the default.';
COMMENT ON COLUMN annoqa.rules.by_guideline IS 'Whether only answers under the newest guideline count.';
COMMENT ON COLUMN annoqa.rules.notify IS 'Whether a change of a flag is told to those who LISTEN annoqa_flag.';
COMMENT ON COLUMN annoqa.rules.description IS 'The rule and its promise in a sentence.';
COMMENT ON COLUMN annoqa.rules.annotators_watched IS 'Annotators at the last evaluation, without the exempt.';
COMMENT ON COLUMN annoqa.rules.open_flags IS 'Flags that are not cleared.';
COMMENT ON COLUMN annoqa.rules.expected_wrong_flags IS 'At most so many wrong flags are expected if all annotators watched are good: in their lifetime (anytime), at each look anew (interval), in the answers that were read (charts); NULL per source, where error is a share of those found, and where no error is controlled.';
COMMENT ON COLUMN annoqa.rules.evaluated_at IS 'Last call of evaluate_rules.';
COMMENT ON COLUMN annoqa.rules.created_by IS 'Role that created the rule.';
COMMENT ON COLUMN annoqa.rules.created_at IS 'When that was.';

CREATE VIEW annoqa.flags WITH (security_barrier) AS
    SELECT f.source, f.flag_id, f.annotator, coalesce(f.vendor, '(none)') AS vendor, f.rule,
           f.metric, f.operator, f.threshold, f.method, f.value, f.value_n, f.value_lower,
           f.value_upper, f.evidence_window, f.severity, f.status, f.reason, f.evidence_from,
           f.evidence_until, f.raised_at, f.acknowledged_at, f.acknowledged_by, f.cleared_at,
           f.cleared_by, f.note
    FROM annoqa.source_stored AS s JOIN annoqa.flag AS f ON f.source = s.name;
GRANT SELECT ON annoqa.flags TO PUBLIC;

COMMENT ON VIEW annoqa.flags IS 'One row a flag: an annotator whom a rule found, with the evidence as it was when the flag was raised.';
COMMENT ON COLUMN annoqa.flags.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.flags.flag_id IS 'Number of the flag: what acknowledge_flag and clear_flag take.';
COMMENT ON COLUMN annoqa.flags.annotator IS 'Who is flagged.';
COMMENT ON COLUMN annoqa.flags.vendor IS 'Vendor of their last answer; (none) without.';
COMMENT ON COLUMN annoqa.flags.rule IS 'Rule that raised it.';
COMMENT ON COLUMN annoqa.flags.metric IS 'What the rule watches.';
COMMENT ON COLUMN annoqa.flags.operator IS 'On which side of the threshold an annotator is flagged.';
COMMENT ON COLUMN annoqa.flags.threshold IS 'The threshold as it was.';
COMMENT ON COLUMN annoqa.flags.method IS 'How it was decided.';
COMMENT ON COLUMN annoqa.flags.value IS 'The metric when the flag was raised.';
COMMENT ON COLUMN annoqa.flags.value_n IS 'Answers that it rests on.';
COMMENT ON COLUMN annoqa.flags.value_lower IS 'Lower bound: of the anytime interval under method anytime, of the method''s own under interval and wilson, else NULL.';
COMMENT ON COLUMN annoqa.flags.value_upper IS 'Upper bound, likewise.';
COMMENT ON COLUMN annoqa.flags.evidence_window IS 'Which answers those are, in words; not error-controlled where the method is not.';
COMMENT ON COLUMN annoqa.flags.severity IS 'info, warning or critical.';
COMMENT ON COLUMN annoqa.flags.status IS 'raised, acknowledged or cleared.';
COMMENT ON COLUMN annoqa.flags.reason IS 'Why, in a sentence.';
COMMENT ON COLUMN annoqa.flags.evidence_from IS 'Time of the first of these answers.';
COMMENT ON COLUMN annoqa.flags.evidence_until IS 'Time of the last of them.';
COMMENT ON COLUMN annoqa.flags.raised_at IS 'When it was raised.';
COMMENT ON COLUMN annoqa.flags.acknowledged_at IS 'When someone took it up.';
COMMENT ON COLUMN annoqa.flags.acknowledged_by IS 'Who did.';
COMMENT ON COLUMN annoqa.flags.cleared_at IS 'When it was cleared.';
COMMENT ON COLUMN annoqa.flags.cleared_by IS 'Who cleared it: a role, or rule when the evidence turned.';
COMMENT ON COLUMN annoqa.flags.note IS 'What was said of it.';

CREATE FUNCTION annoqa.flags(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.flags
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    PERFORM annoqa.require_stored(source);
    RETURN QUERY
    SELECT f.* FROM annoqa.flags AS f
    WHERE f.source = flags.source
          AND (since IS NULL OR f.raised_at >= since) AND (until IS NULL OR f.raised_at < until)
          AND (flags.vendor IS NULL OR f.vendor = flags.vendor)
          AND (flags.annotator IS NULL OR f.annotator = flags.annotator);
END $$;
COMMENT ON FUNCTION annoqa.flags(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The flags of a source, raised since and before until.';

CREATE VIEW annoqa.source_errors WITH (security_barrier) AS
    SELECT DISTINCT ON (e.source) e.source, e.message, e.at
    FROM annoqa.source_stored AS s JOIN annoqa.source_error AS e ON e.source = s.name
    ORDER BY e.source, e.at DESC;
COMMENT ON VIEW annoqa.source_errors IS 'internal: the last error of a scheduled call or a trigger, for source_status';
GRANT SELECT ON annoqa.source_errors TO PUBLIC;

-- Who writes rules decides what is said of people.
DO $$
DECLARE
    verb regprocedure;
BEGIN
    FOR verb IN SELECT p.oid FROM pg_proc AS p
                WHERE p.pronamespace = 'annoqa'::regnamespace
                      AND p.proname IN ('create_rule', 'alter_rule', 'drop_rule', 'evaluate_rules',
                                        'acknowledge_flag', 'clear_flag')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', verb);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s WITH GRANT OPTION', verb,
            (SELECT quote_ident(pg_get_userbyid(extowner)) FROM pg_extension
             WHERE extname = 'annoqa'));
    END LOOP;
END $$;

SET LOCAL search_path = annoqa, pg_temp;
