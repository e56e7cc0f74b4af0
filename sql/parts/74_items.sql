-- The workbench: items, and what to do next with them.
SET LOCAL search_path = pg_catalog, pg_temp;

-- The engine judges annotators by gold as it reads: accuracies drawn towards their
-- mean, and whether they meet the floor, as judge_accuracy has it.
CREATE FUNCTION annoqa.judged_settings(r annoqa.source_reading) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN r.settings || jsonb_build_object('judge_floor', (r.registered).quality_floor);
COMMENT ON FUNCTION annoqa.judged_settings(annoqa.source_reading) IS 'internal: the settings under which the engine also judges annotators';

CREATE TYPE annoqa.item_consensus_row AS (
    item text, stratum text, batch text, consensus text, method text, n_votes bigint,
    n_labels bigint, n_distinct bigint, confidence double precision,
    agreement double precision, probability double precision, tied boolean,
    margin double precision, entropy double precision, votes text, majority text,
    differs_from_majority boolean, edge_case boolean, gold_label text,
    matches_gold boolean, settled_label text, settled_by text,
    first_labeled_at timestamp with time zone,
    last_labeled_at timestamp with time zone
);
COMMENT ON TYPE annoqa.item_consensus_row IS 'internal: a row of item_consensus, but for source';

CREATE FUNCTION annoqa.item_consensus(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.item_consensus_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'confidence',
        'guideline', 'price', 'review', 'suggestion');
    RETURN QUERY
    SELECT i.item, i.stratum, i.batch, i.consensus, (r.registered).consensus, i.n_votes,
           i.n_labels, i.n_distinct, i.confidence, i.agreement,
           CASE WHEN (r.registered).consensus = 'model' THEN i.probability END,
           i.tied, i.margin, i.entropy, i.votes, i.majority, i.differs_from_majority,
           i.edge_case, i.gold_label, i.matches_gold, i.settled_label, i.settled_by,
           i.first_labeled_at, i.last_labeled_at
    FROM annoqa.facts_items(r.rows_query, r.gold_query, r.settings, 'voted') AS i;
END
$$;
COMMENT ON FUNCTION annoqa.item_consensus(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view item_consensus for one source. since and until choose by the newest label of an item, vendor and annotator items that they labeled.';

CREATE VIEW annoqa.item_consensus WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.item_consensus_row, 'item_consensus', s.name) AS v;
GRANT SELECT ON annoqa.item_consensus TO PUBLIC;
COMMENT ON VIEW annoqa.item_consensus IS 'One row an item with a vote.';
COMMENT ON COLUMN annoqa.item_consensus.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.item_consensus.item IS 'Key of the item; of several columns the JSON array of their texts.';
COMMENT ON COLUMN annoqa.item_consensus.stratum IS 'Stratum of its newest label.';
COMMENT ON COLUMN annoqa.item_consensus.batch IS 'Batch of its newest label.';
COMMENT ON COLUMN annoqa.item_consensus.consensus IS 'The answer that the votes give under the method; NULL on a tie.';
COMMENT ON COLUMN annoqa.item_consensus.method IS 'majority, weighted, model, median or none.';
COMMENT ON COLUMN annoqa.item_consensus.n_votes IS 'Votes: labels of people, and of models where models_vote is on, whose phase is production or probation.';
COMMENT ON COLUMN annoqa.item_consensus.n_labels IS 'All labels, those of models and of people without a vote too.';
COMMENT ON COLUMN annoqa.item_consensus.n_distinct IS 'Different labels among the votes.';
COMMENT ON COLUMN annoqa.item_consensus.confidence IS 'The consensus''s share of the votes'' weight; NULL below two votes, for one vote agrees with itself.';
COMMENT ON COLUMN annoqa.item_consensus.agreement IS 'Share of pairs of votes that are equal; NULL below two.';
COMMENT ON COLUMN annoqa.item_consensus.probability IS 'Of the consensus under the stored model; NULL for other methods.';
COMMENT ON COLUMN annoqa.item_consensus.tied IS 'Whether two answers have the most weight; under a model, whether two are equally likely.';
COMMENT ON COLUMN annoqa.item_consensus.margin IS 'First minus second share of the votes'' weight; NULL below two votes.';
COMMENT ON COLUMN annoqa.item_consensus.entropy IS 'Entropy of the shares, in nats.';
COMMENT ON COLUMN annoqa.item_consensus.votes IS 'JSON object of label to share of the votes'' weight, most first.';
COMMENT ON COLUMN annoqa.item_consensus.majority IS 'The answer of most votes, whatever their weights; NULL on a tie.';
COMMENT ON COLUMN annoqa.item_consensus.differs_from_majority IS 'Whether the consensus is another, or there is one and no majority.';
COMMENT ON COLUMN annoqa.item_consensus.edge_case IS 'Marked as one by an adjudicator, in one of edge_strata, or two votes or more that tie or stay below the threshold.';
COMMENT ON COLUMN annoqa.item_consensus.gold_label IS 'Gold answer; a JSON array when several are right.';
COMMENT ON COLUMN annoqa.item_consensus.matches_gold IS 'Whether the consensus is a gold answer.';
COMMENT ON COLUMN annoqa.item_consensus.settled_label IS 'The latest adjudication that is not reopened, else gold.';
COMMENT ON COLUMN annoqa.item_consensus.settled_by IS 'adjudication or gold; NULL while nothing is settled.';
COMMENT ON COLUMN annoqa.item_consensus.first_labeled_at IS 'Time of its first label.';
COMMENT ON COLUMN annoqa.item_consensus.last_labeled_at IS 'Time of its newest label.';

CREATE TYPE annoqa.adjudication_backlog_row AS (
    item text, stratum text, batch text, reason text, reasons text, consensus text,
    confidence double precision, n_votes bigint, n_distinct bigint, top_label text,
    runner_up text, margin double precision, votes text, voters text,
    lone_dissenter text, dissenter_accuracy double precision,
    dissenter_upheld_rate double precision, dissenter_upheld_rate_n bigint,
    dissenter_upheld_rate_lower double precision,
    dissenter_upheld_rate_upper double precision, gold_label text,
    priority double precision, waiting_since timestamp with time zone,
    similar_cases bigint, suggested_adjudicator text, suggested_adjudicator_2 text,
    suggested_adjudicator_3 text
);
COMMENT ON TYPE annoqa.adjudication_backlog_row IS 'internal: a row of adjudication_backlog, but for source';

CREATE FUNCTION annoqa.adjudication_backlog(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.adjudication_backlog_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
    settings jsonb := annoqa.judged_settings(r);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'confidence',
        'guideline', 'price', 'review', 'suggestion');
    RETURN QUERY
    SELECT i.item, i.stratum, i.batch, i.backlog_reason, i.backlog_reasons, i.consensus,
           i.confidence, i.n_votes, i.n_distinct, i.top_label, i.runner_up, i.margin, i.votes,
           i.voters, i.lone_dissenter, i.dissenter_accuracy, upheld.*, i.gold_label,
           i.priority, i.waiting_since, i.similar_cases, i.suggested[1], i.suggested[2],
           i.suggested[3]
    FROM annoqa.facts_items(r.rows_query, r.gold_query, settings,
                            'backlog') AS i,
         annoqa.rate(i.dissents_upheld, i.dissents_settled) AS upheld
    ORDER BY i.priority DESC, i.waiting_since, i.item COLLATE "C";
END
$$;
COMMENT ON FUNCTION annoqa.adjudication_backlog(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view adjudication_backlog for one source. Most urgent first.';

CREATE VIEW annoqa.adjudication_backlog WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.adjudication_backlog_row, 'adjudication_backlog', s.name) AS v;
GRANT SELECT ON annoqa.adjudication_backlog TO PUBLIC;
COMMENT ON VIEW annoqa.adjudication_backlog IS 'One row an item that needs a judge: nothing has settled it, or its consensus contradicts gold. Too few labels is no dispute and goes to label_next.';
COMMENT ON COLUMN annoqa.adjudication_backlog.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.adjudication_backlog.item IS 'Key of the item, as adjudicate takes it.';
COMMENT ON COLUMN annoqa.adjudication_backlog.stratum IS 'Stratum of its newest label.';
COMMENT ON COLUMN annoqa.adjudication_backlog.batch IS 'Batch of its newest label.';
COMMENT ON COLUMN annoqa.adjudication_backlog.reason IS 'The first that holds: reopened, gold_conflict (a consensus at the threshold contradicts gold), expert_dissent (an expert differs from the consensus of the others), and from max_labels votes on tie, below_threshold.';
COMMENT ON COLUMN annoqa.adjudication_backlog.reasons IS 'All that hold, comma-separated.';
COMMENT ON COLUMN annoqa.adjudication_backlog.consensus IS 'The answer that the votes give; NULL on a tie.';
COMMENT ON COLUMN annoqa.adjudication_backlog.confidence IS 'Its share of the votes'' weight; NULL below two votes.';
COMMENT ON COLUMN annoqa.adjudication_backlog.n_votes IS 'Votes on the item.';
COMMENT ON COLUMN annoqa.adjudication_backlog.n_distinct IS 'Different labels among them.';
COMMENT ON COLUMN annoqa.adjudication_backlog.top_label IS 'The label with most weight.';
COMMENT ON COLUMN annoqa.adjudication_backlog.runner_up IS 'The label with second most.';
COMMENT ON COLUMN annoqa.adjudication_backlog.margin IS 'First minus second share; NULL below two votes.';
COMMENT ON COLUMN annoqa.adjudication_backlog.votes IS 'JSON object of label to share of the votes'' weight, most first.';
COMMENT ON COLUMN annoqa.adjudication_backlog.voters IS 'JSON object of label to the annotators who gave it.';
COMMENT ON COLUMN annoqa.adjudication_backlog.lone_dissenter IS 'On an item with three or more votes, the author of the one vote against otherwise unanimous ones.';
COMMENT ON COLUMN annoqa.adjudication_backlog.dissenter_accuracy IS 'Their gold accuracy, drawn towards the mean of all annotators; NULL without scored labels.';
COMMENT ON COLUMN annoqa.adjudication_backlog.dissenter_upheld_rate IS 'Their lone dissents that were upheld, over those that were settled.';
COMMENT ON COLUMN annoqa.adjudication_backlog.dissenter_upheld_rate_n IS 'Denominator of dissenter_upheld_rate.';
COMMENT ON COLUMN annoqa.adjudication_backlog.dissenter_upheld_rate_lower IS 'Lower 95% bound of dissenter_upheld_rate (Wilson).';
COMMENT ON COLUMN annoqa.adjudication_backlog.dissenter_upheld_rate_upper IS 'Upper 95% bound of dissenter_upheld_rate (Wilson).';
COMMENT ON COLUMN annoqa.adjudication_backlog.gold_label IS 'Gold answer; a JSON array when several are right.';
COMMENT ON COLUMN annoqa.adjudication_backlog.priority IS '0 to 1: 1 for reopened, gold_conflict and expert_dissent, else 1 - margin.';
COMMENT ON COLUMN annoqa.adjudication_backlog.waiting_since IS 'Time of the label, gold or reopening that put it here; NULL where that has no time.';
COMMENT ON COLUMN annoqa.adjudication_backlog.similar_cases IS 'Other settled items with the same two leading labels.';
COMMENT ON COLUMN annoqa.adjudication_backlog.suggested_adjudicator IS 'Not removed, no model, no label on the item, best shrunken accuracy on its stratum with 10 or more scored labels there.';
COMMENT ON COLUMN annoqa.adjudication_backlog.suggested_adjudicator_2 IS 'Second best.';
COMMENT ON COLUMN annoqa.adjudication_backlog.suggested_adjudicator_3 IS 'Third best.';

CREATE TYPE annoqa.label_next_row AS (
    item text, stratum text, reason text, n_votes bigint, missing_labels bigint,
    confidence double precision, entropy double precision,
    expected_gain double precision, expected_gain_per_price double precision,
    suggested_annotator text, rank bigint
);
COMMENT ON TYPE annoqa.label_next_row IS 'internal: a row of label_next, but for source';

CREATE FUNCTION annoqa.label_next(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.label_next_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
    settings jsonb := annoqa.judged_settings(r);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'confidence',
        'guideline', 'batch', 'review', 'suggestion');
    RETURN QUERY
    SELECT i.item, i.stratum, i.next_reason, i.n_votes, i.missing_labels, i.confidence,
           i.entropy, i.expected_gain, i.expected_gain / nullif(i.price_median, 0),
           i.suggested[1],
           row_number() OVER (ORDER BY i.expected_gain DESC NULLS LAST, i.missing_labels DESC,
                                       i.entropy DESC NULLS LAST, i.item COLLATE "C")
    FROM annoqa.facts_items(r.rows_query, r.gold_query, settings, 'next') AS i;
END
$$;
COMMENT ON FUNCTION annoqa.label_next(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view label_next for one source. Best first.';

CREATE VIEW annoqa.label_next WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.label_next_row, 'label_next', s.name) AS v;
GRANT SELECT ON annoqa.label_next TO PUBLIC;
COMMENT ON VIEW annoqa.label_next IS 'One row an item where one more label pays, best first; never an item of the backlog.';
COMMENT ON COLUMN annoqa.label_next.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.label_next.item IS 'Key of the item.';
COMMENT ON COLUMN annoqa.label_next.stratum IS 'Stratum of its newest label.';
COMMENT ON COLUMN annoqa.label_next.reason IS 'too_few_labels, unclear (tied or below the threshold, fewer than max_labels votes), or single_unproven (one vote that release_singles does not let go).';
COMMENT ON COLUMN annoqa.label_next.n_votes IS 'Votes on the item.';
COMMENT ON COLUMN annoqa.label_next.missing_labels IS 'Votes that it lacks to required_labels.';
COMMENT ON COLUMN annoqa.label_next.confidence IS 'The consensus''s share of the votes'' weight; NULL below two votes.';
COMMENT ON COLUMN annoqa.label_next.entropy IS 'Entropy of the shares, in nats.';
COMMENT ON COLUMN annoqa.label_next.expected_gain IS 'Fall in the chance of a wrong answer from one more label of median quality: by the stored model, or by the voters'' shrunken gold accuracies; NULL where one of these is unknown.';
COMMENT ON COLUMN annoqa.label_next.expected_gain_per_price IS 'The same over the median price of people''s labels in the source.';
COMMENT ON COLUMN annoqa.label_next.suggested_annotator IS 'Whose labels are votes, no model, no label on the item, best shrunken accuracy on its stratum with 10 or more scored labels there.';
COMMENT ON COLUMN annoqa.label_next.rank IS 'By expected_gain, then by missing_labels and entropy.';

-- No voter comes before too few labels, which it implies.
CREATE FUNCTION annoqa.held_back(backlog_reason text, settled_by text, n_votes bigint,
    next_reason text, answer text, in_rejected_batch boolean)
    RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN backlog_reason IS NOT NULL THEN 'in_backlog'
                WHEN settled_by IS NOT NULL THEN NULL
                WHEN n_votes = 0 THEN 'no_voter'
                WHEN next_reason IS NOT NULL THEN next_reason
                WHEN answer IS NULL THEN 'unclear'
                WHEN in_rejected_batch THEN 'batch_rejected' END;
COMMENT ON FUNCTION annoqa.held_back(text, text, bigint, text, text, boolean) IS 'internal: why an item may not leave for training, NULL when it may';

CREATE FUNCTION annoqa.release_settings(r annoqa.source_reading) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN annoqa.judged_settings(r)
        || jsonb_build_object('batch_target', (r.registered).quality_floor);
COMMENT ON FUNCTION annoqa.release_settings(annoqa.source_reading) IS 'internal: the settings under which batches are judged, for the release of labels';

CREATE TYPE annoqa.training_labels_row AS (
    item text, label text, release boolean, held_back text, origin text,
    probability double precision, confidence double precision, n_votes bigint,
    soft_label text, entropy double precision, is_gold boolean, edge_case boolean,
    human boolean, stratum text, batch text, guideline text, stale_guideline boolean,
    last_labeled_at timestamp with time zone, settled_at timestamp with time zone
);
COMMENT ON TYPE annoqa.training_labels_row IS 'internal: a row of training_labels, but for source';

CREATE FUNCTION annoqa.training_labels(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.training_labels_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
    settings jsonb := annoqa.release_settings(r);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'confidence', 'price',
        'review', 'suggestion');
    RETURN QUERY
    SELECT i.item, i.answer, h.held_back IS NULL AND i.answer IS NOT NULL, h.held_back,
           coalesce(i.settled_by, CASE WHEN i.n_votes = 1 THEN 'single'
                                       WHEN i.n_votes > 1 THEN 'consensus' END),
           CASE WHEN i.settled_by IS NULL THEN i.probability
                WHEN i.answer IS NOT NULL THEN 1 END,
           i.confidence, i.n_votes,
           CASE WHEN i.settled_by IS NULL THEN i.soft_label
                ELSE format('{%s: 1}', to_json(i.answer)) END,
           i.entropy, i.gold_label IS NOT NULL, i.edge_case, i.answer_by_people,
           i.stratum, i.batch, i.guideline,
           CASE WHEN (r.registered).guideline IS NOT NULL THEN i.stale_guideline END,
           i.last_labeled_at,
           i.settled_at
    FROM annoqa.facts_items(r.rows_query, r.gold_query, settings, 'all') AS i,
         annoqa.held_back(i.backlog_reason, i.settled_by, i.n_votes, i.next_reason,
                          i.answer, i.in_rejected_batch) AS h (held_back);
END
$$;
COMMENT ON FUNCTION annoqa.training_labels(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view training_labels for one source.';

CREATE VIEW annoqa.training_labels WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.training_labels_row, 'training_labels', s.name) AS v;
GRANT SELECT ON annoqa.training_labels TO PUBLIC;
COMMENT ON VIEW annoqa.training_labels IS 'One row an item with a label or a settled answer: what may leave for training, and why the rest may not.';
COMMENT ON COLUMN annoqa.training_labels.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.training_labels.item IS 'Key of the item.';
COMMENT ON COLUMN annoqa.training_labels.label IS 'The settled answer, else the consensus, else the one label; of several gold answers the one that is the consensus, else the first.';
COMMENT ON COLUMN annoqa.training_labels.release IS 'Whether it may leave for training: there is a label and nothing holds it back.';
COMMENT ON COLUMN annoqa.training_labels.held_back IS 'The first that holds: in_backlog, no_voter (only non-voters labeled it), too_few_labels, unclear (both as in label_next, or the votes give no answer), single_unproven (one vote that release_singles does not let go), batch_rejected (a vote is of a batch that batch_acceptance rejects); NULL when released.';
COMMENT ON COLUMN annoqa.training_labels.origin IS 'adjudication, else gold, else consensus, else single; NULL without a vote.';
COMMENT ON COLUMN annoqa.training_labels.probability IS 'That the label is right: 1 when settled, the model''s, or from the voters'' accuracies; NULL when one of these is unknown.';
COMMENT ON COLUMN annoqa.training_labels.confidence IS 'The consensus''s share of the votes'' weight; NULL below two votes.';
COMMENT ON COLUMN annoqa.training_labels.n_votes IS 'Votes on the item.';
COMMENT ON COLUMN annoqa.training_labels.soft_label IS 'JSON object of label to probability; labels that nobody gave are left out, but for a model''s.';
COMMENT ON COLUMN annoqa.training_labels.entropy IS 'Entropy of the votes'' shares, in nats.';
COMMENT ON COLUMN annoqa.training_labels.is_gold IS 'The item has gold: keep it out of what you evaluate on.';
COMMENT ON COLUMN annoqa.training_labels.edge_case IS 'As in item_consensus.';
COMMENT ON COLUMN annoqa.training_labels.human IS 'A vote of a human or expert is this label.';
COMMENT ON COLUMN annoqa.training_labels.stratum IS 'Stratum of its newest label.';
COMMENT ON COLUMN annoqa.training_labels.batch IS 'Batch of its newest label.';
COMMENT ON COLUMN annoqa.training_labels.guideline IS 'Guideline of its newest vote.';
COMMENT ON COLUMN annoqa.training_labels.stale_guideline IS 'That is not the newest in use.';
COMMENT ON COLUMN annoqa.training_labels.last_labeled_at IS 'Time of its newest label.';
COMMENT ON COLUMN annoqa.training_labels.settled_at IS 'When it was settled; NULL for gold that names no time.';

CREATE TYPE annoqa.relabel_queue_row AS (
    item text, removed_annotator text, vendor text, label text, consensus_before text,
    consensus_after text, flips boolean, n_votes_after bigint, needs_label boolean,
    in_training boolean, price double precision, removed_at timestamp with time zone,
    labeled_at timestamp with time zone
);
COMMENT ON TYPE annoqa.relabel_queue_row IS 'internal: a row of relabel_queue, but for source';

CREATE FUNCTION annoqa.relabel_queue(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.relabel_queue_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
BEGIN
    IF NOT EXISTS (SELECT FROM annoqa.reading_annotators(r) AS p WHERE p.phase = 'removed') THEN
        RETURN;
    END IF;
    -- the items as training_labels has them, whichever labels are asked for
    RETURN QUERY
    SELECT l.item, l.annotator, l.vendor, l.label, l.consensus_with, l.consensus_without,
           l.consensus_with IS DISTINCT FROM l.consensus_without, l.n_votes_without,
           l.n_votes_without < (r.registered).required_labels,
           i.answer IS NOT NULL AND annoqa.held_back(i.backlog_reason, i.settled_by, i.n_votes,
               i.next_reason, i.answer, i.in_rejected_batch) IS NULL,
           i.price_median, p.since, l.labeled_at
    FROM annoqa.facts_labels(r.rows_query, r.gold_query, r.settings, 'nonvoting') AS l
         JOIN annoqa.facts_items(r.rows_query, r.gold_query,
             annoqa.release_settings(r) - '{since,until,vendor,annotator}'::text[],
             'nonvoting') AS i ON i.item = l.item
         LEFT JOIN annoqa.current_phases((r.registered).name) AS p ON p.annotator = l.annotator
    WHERE l.phase = 'removed';
END
$$;
COMMENT ON FUNCTION annoqa.relabel_queue(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view relabel_queue for one source.';

CREATE VIEW annoqa.relabel_queue WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.relabel_queue_row, 'relabel_queue', s.name) AS v;
GRANT SELECT ON annoqa.relabel_queue TO PUBLIC;
COMMENT ON VIEW annoqa.relabel_queue IS 'One row a label of a removed annotator: what it did to the consensus, and what replacing it takes.';
COMMENT ON COLUMN annoqa.relabel_queue.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.relabel_queue.item IS 'Key of the item.';
COMMENT ON COLUMN annoqa.relabel_queue.removed_annotator IS 'Who was removed.';
COMMENT ON COLUMN annoqa.relabel_queue.vendor IS 'Vendor of the label.';
COMMENT ON COLUMN annoqa.relabel_queue.label IS 'The label that they gave.';
COMMENT ON COLUMN annoqa.relabel_queue.consensus_before IS 'The answer of the votes with it.';
COMMENT ON COLUMN annoqa.relabel_queue.consensus_after IS 'The answer of the votes without it.';
COMMENT ON COLUMN annoqa.relabel_queue.flips IS 'Whether the two differ.';
COMMENT ON COLUMN annoqa.relabel_queue.n_votes_after IS 'Votes that are left.';
COMMENT ON COLUMN annoqa.relabel_queue.needs_label IS 'Whether fewer than required_labels are left.';
COMMENT ON COLUMN annoqa.relabel_queue.in_training IS 'Whether training_labels releases the item today.';
COMMENT ON COLUMN annoqa.relabel_queue.price IS 'Of a replacement: the median price of people''s labels in the source.';
COMMENT ON COLUMN annoqa.relabel_queue.removed_at IS 'When the annotator was removed.';
COMMENT ON COLUMN annoqa.relabel_queue.labeled_at IS 'When the label was given.';

SET LOCAL search_path = annoqa, pg_temp;
