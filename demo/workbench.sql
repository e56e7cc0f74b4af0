-- workbench.sql
--      The generated project as a source: what an operations person asks.
--
-- Continues project.sql, whose table of labels is registered as it stands.

\echo
\echo '=== 4. The workbench: the same table, registered once'
\echo

SET timezone = 'UTC';

SELECT create_source('project', 'labels', 'item', 'annotator', 'label',
                     gold => 'gold', labeled_at => 'labeled_at', seconds => 'seconds',
                     vendor => 'vendor', required_labels => 3);

\echo 'What waits for a judge, the most disputed first?'

SELECT item, reason, voters, waiting_since::timestamp(0), suggested_adjudicator AS ask
FROM adjudication_backlog
WHERE source = 'project'
ORDER BY priority DESC, waiting_since
LIMIT 3;

\echo 'The best annotators and the worst.  Is the floor of 0.85 on gold met?  Empty: the evidence does not say yet.'

WITH ranked AS (
    SELECT *, rank() OVER (ORDER BY shrunken_accuracy DESC) AS rank, count(*) OVER () AS n
    FROM annotator_scorecard
    WHERE source = 'project'
)
SELECT rank, annotator, labels, gold_accuracy_n AS scored,
       round(gold_accuracy::numeric, 3) AS gold_accuracy,
       round(consensus_agreement::numeric, 3) AS consensus_agreement,
       meets_floor, top_confusion, round(labels_per_hour) AS labels_per_hour
FROM ranked
WHERE rank <= 2 OR rank > n - 2
ORDER BY rank;

\echo 'What does each vendor deliver?'

SELECT vendor, annotators, labels,
       round(gold_accuracy::numeric, 3) AS gold_accuracy,
       round(gold_accuracy_lower::numeric, 3) || ' to ' || round(gold_accuracy_upper::numeric, 3) AS interval,
       round(alpha::numeric, 3) AS alpha,
       round(adjudication_rate::numeric, 3) AS adjudication_rate,
       round(correct_labels_per_hour) AS correct_an_hour
FROM vendor_scorecard
WHERE source = 'project'
ORDER BY gold_accuracy DESC;

\echo 'How does it move?  Alpha of what has no gold / accuracy on gold: south slips from 16 February.'

SELECT time::date AS week, vendor,
       round(alpha::numeric, 2) || ' / ' || round(gold_accuracy::numeric, 2) AS quality
FROM quality_trend
WHERE source = 'project' AND scope = 'vendor' AND time BETWEEN '2026-02-09' AND '2026-03-02'
ORDER BY time, vendor
\crosstabview week vendor quality

\echo 'What may leave for training, and what is held back?'

SELECT origin, coalesce(held_back, 'released') AS state, count(*) AS items,
       round(avg(confidence)::numeric, 3) AS mean_confidence
FROM training_labels
WHERE source = 'project'
GROUP BY origin, held_back
ORDER BY origin, held_back NULLS FIRST;

\echo 'Rules look at each statement that labels.  A newcomer, whose role may INSERT and nothing more:'

SELECT create_rule('project', preset => 'gold accuracy below 0.85');
SELECT watch('project');

CREATE ROLE demo_labeler;
GRANT INSERT ON labels TO demo_labeler;
SET ROLE demo_labeler;
INSERT INTO labels
SELECT 32000 + i, 'east-11', 'east', 'harmless', CASE WHEN i % 2 = 0 THEN 'harmless' ELSE 'scam' END,
       timestamptz '2026-03-27 10:00+00' + i * interval '1 minute', 12
FROM generate_series(1, 30) AS i;
RESET ROLE;

SELECT annotator, vendor, rule, value, value_n, round(value_upper::numeric, 3) AS value_upper, severity, status
FROM flags
WHERE source = 'project';
