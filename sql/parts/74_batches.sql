-- The workbench: deliveries.
SET LOCAL search_path = pg_catalog, pg_temp;

-- Steps are doubled, then halved: further checks without error only speak for a batch.
CREATE FUNCTION annoqa.checks_needed(errors bigint, checked bigint,
    target double precision, confidence double precision)
    RETURNS bigint
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    low bigint := -1;
    high bigint := 0;
    middle bigint;
BEGIN
    WHILE annoqa.accuracy_above(checked + high - errors, checked + high, target)
            < 1 / (1 - confidence) LOOP
        low := high;
        high := greatest(2 * high, 1);
        IF high > 1000000 THEN
            RETURN NULL;
        END IF;
    END LOOP;
    WHILE high - low > 1 LOOP
        middle := (low + high) / 2;
        IF annoqa.accuracy_above(checked + middle - errors, checked + middle, target)
            < 1 / (1 - confidence) THEN
            low := middle;
        ELSE
            high := middle;
        END IF;
    END LOOP;
    RETURN high;
END $$;
COMMENT ON FUNCTION annoqa.checks_needed(bigint, bigint, double precision, double precision) IS 'internal: checks without error after which a batch is accepted by the anytime bound';

CREATE TYPE annoqa.batch_acceptance_row AS (
    batch text, vendor text, items bigint, checked_items bigint, errors bigint,
    accuracy double precision, accuracy_n bigint, accuracy_lower double precision,
    accuracy_upper double precision, target double precision,
    confidence_level double precision, verdict text, more_checks_needed bigint,
    first_labeled_at timestamp with time zone,
    last_labeled_at timestamp with time zone
);
COMMENT ON TYPE annoqa.batch_acceptance_row IS 'internal: a row of batch_acceptance, but for source';

CREATE FUNCTION annoqa.batch_acceptance(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL, annotator text DEFAULT NULL,
    target double precision DEFAULT NULL, confidence_level double precision DEFAULT 0.95)
    RETURNS SETOF annoqa.batch_acceptance_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
    s annoqa.source := r.registered;
BEGIN
    target := coalesce(target, s.quality_floor);
    IF NOT (target > 0 AND target < 1) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('target must lie between 0 and 1, not %s', target),
            HINT = 'It is quality_floor of the source unless you give one.';
    END IF;
    -- without the column there are no deliveries
    IF s.batch IS NULL THEN
        RETURN;
    END IF;
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'confidence',
        'guideline', 'stratum', 'price', 'review', 'suggestion');
    RETURN QUERY
    SELECT g.batch, g.vendor, g.labeled_items, g.checked, g.check_errors, accuracy.*,
           target, confidence_level,
           annoqa.accept_batch(g.check_errors, g.checked, target, confidence_level,
                               looks => 'anytime'),
           -- without votes no check reaches it
           CASE WHEN g.votes > 0 THEN annoqa.checks_needed(g.check_errors, g.checked, target, confidence_level) END,
           g.first_labeled_at, g.last_labeled_at
    FROM annoqa.facts_groups(r.rows_query, r.gold_query, r.settings,
                             ARRAY['batch,vendor']) AS g,
         annoqa.rate(g.checked - g.check_errors, g.checked) AS accuracy
    WHERE g.labels > 0;
END
$$;
COMMENT ON FUNCTION annoqa.batch_acceptance(text, timestamp with time zone, timestamp with time zone, text, text, double precision, double precision) IS 'The rows of the view batch_acceptance for one source. target and confidence_level take the place of quality_floor and 0.95.';

CREATE VIEW annoqa.batch_acceptance WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.batch_acceptance_row, 'batch_acceptance', s.name) AS v;
GRANT SELECT ON annoqa.batch_acceptance TO PUBLIC;
COMMENT ON VIEW annoqa.batch_acceptance IS 'One row a batch and vendor: may this delivery be accepted. The checked items should be a random sample of it that the vendor does not know.';
COMMENT ON COLUMN annoqa.batch_acceptance.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.batch_acceptance.batch IS 'The delivery; (none) for labels that name none.';
COMMENT ON COLUMN annoqa.batch_acceptance.vendor IS 'The vendor; (none) for labels that name none.';
COMMENT ON COLUMN annoqa.batch_acceptance.items IS 'Items that they labeled in it.';
COMMENT ON COLUMN annoqa.batch_acceptance.checked_items IS 'Of these, items with gold and a vote from this batch.';
COMMENT ON COLUMN annoqa.batch_acceptance.errors IS 'Checked items whose answer from this batch''s votes alone is no gold answer, or tied.';
COMMENT ON COLUMN annoqa.batch_acceptance.accuracy IS 'Checked items without error, over checked items.';
COMMENT ON COLUMN annoqa.batch_acceptance.accuracy_n IS 'Denominator of accuracy.';
COMMENT ON COLUMN annoqa.batch_acceptance.accuracy_lower IS 'Lower 95% bound of accuracy (Wilson).';
COMMENT ON COLUMN annoqa.batch_acceptance.accuracy_upper IS 'Upper 95% bound of accuracy (Wilson).';
COMMENT ON COLUMN annoqa.batch_acceptance.target IS 'Accuracy to reach: quality_floor of the source, or what the function is asked for.';
COMMENT ON COLUMN annoqa.batch_acceptance.confidence_level IS 'Confidence of the verdict, 0.95.';
COMMENT ON COLUMN annoqa.batch_acceptance.verdict IS 'accept (lower bound at least the target), reject (upper bound below it), not enough evidence; by bounds that hold however often one looks.';
COMMENT ON COLUMN annoqa.batch_acceptance.more_checks_needed IS 'Checks without a further error, to accept; NULL beyond a million, and where the batch has no votes.';
COMMENT ON COLUMN annoqa.batch_acceptance.first_labeled_at IS 'Time of its first label.';
COMMENT ON COLUMN annoqa.batch_acceptance.last_labeled_at IS 'Time of its newest label.';

SET LOCAL search_path = annoqa, pg_temp;
