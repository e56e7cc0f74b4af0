-- project.sql
--      A generated annotation project, and what one asks of it.
--
-- About 100,000 labels of 32,000 texts: four vendors, forty annotators, twelve
-- weeks, every tenth text with a gold label.  Everything random is drawn from
-- a hash, so the table is the same on every machine.
--
-- What is hidden in it: vendor south slips from week 7 on, annotator east-07
-- guesses, and north-02 calls every scam spam.

\echo
\echo '=== 3. A project: 32,000 texts, four vendors, forty annotators, twelve weeks'
\echo

CREATE TABLE labels (
    item bigint,
    annotator text,
    vendor text,
    label text,
    gold text,
    labeled_at timestamptz,
    seconds numeric
);

-- a number in [0, 1) for each text
CREATE FUNCTION pg_temp.draw(text) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN ('x' || substr(md5($1), 1, 8))::bit(32)::bigint / 4294967296.0;

-- the category at a point of [0, 1)
CREATE FUNCTION pg_temp.category(float8) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN $1 < 0.60 THEN 'harmless' WHEN $1 < 0.82 THEN 'spam'
            WHEN $1 < 0.94 THEN 'scam' ELSE 'abuse' END;

WITH text AS MATERIALIZED (
    SELECT item,
           item % 12 AS week,
           pg_temp.category(pg_temp.draw('truth ' || item)) AS truth,
           pg_temp.draw('gold ' || item) < 0.1 AS has_gold,
           (ARRAY['home', 'north', 'east', 'south'])[1 + (item / 12) % 4] AS vendor,
           floor(10 * pg_temp.draw('team ' || item))::int AS first_annotator,
           CASE WHEN pg_temp.draw('effort ' || item) < 0.15 THEN 4 ELSE 3 END AS n_labels
    FROM generate_series(1, 32000) AS item
), assignment AS MATERIALIZED (
    -- three or four different annotators of one vendor
    SELECT *,
           vendor || '-' || to_char(1 + (first_annotator + 3 * turn) % 10, 'FM00') AS annotator,
           pg_temp.draw('right ' || item || ' ' || turn) AS luck,
           pg_temp.draw('guess ' || item || ' ' || turn) AS guess,
           pg_temp.draw('pace ' || item || ' ' || turn) AS pace
    FROM text, generate_series(1, n_labels) AS turn
), labeled AS (
    SELECT *,
           CASE WHEN annotator = 'east-07' THEN 0
                WHEN vendor = 'home' THEN 0.95
                WHEN vendor = 'north' THEN 0.91
                WHEN vendor = 'east' THEN 0.86
                WHEN week < 6 THEN 0.88
                ELSE 0.88 - 0.05 * (week - 5)
           END - 0.06 * pg_temp.draw('skill ' || annotator) AS skill
    FROM assignment
)
INSERT INTO labels
SELECT item, annotator, vendor,
       CASE WHEN annotator = 'north-02' AND truth = 'scam' THEN 'spam'
            WHEN luck < skill THEN truth
            ELSE pg_temp.category(guess) END,
       CASE WHEN has_gold THEN truth END,
       timestamptz '2026-01-05 08:00+00' + week * interval '7 days'
           + floor(5 * pace) * interval '1 day'
           + floor(luck * 32400) * interval '1 second',
       round((CASE WHEN annotator = 'east-07' THEN 2 ELSE 8 END + 20 * pace)::numeric, 1)
FROM labeled
ORDER BY pg_temp.draw('arrival ' || item || annotator);

ANALYZE labels;
SET timezone = 'UTC';

SELECT * FROM labels LIMIT 5;

SELECT count(*) AS labels, count(DISTINCT item) AS items,
       count(DISTINCT annotator) AS annotators, count(gold) AS labels_of_gold_items
FROM labels;

\echo 'How well do the annotators agree, and how sure is that?'

SELECT coefficient,
       round(estimate::numeric, 4) AS estimate,
       round(ci_lower::numeric, 4) AS ci_lower,
       round(ci_upper::numeric, 4) AS ci_upper,
       n_items, n_labels, n_annotators
FROM coefficients(
    (SELECT ratings_agg(item, annotator, label) FROM labels),
    method => 'bayesian');

\echo 'Which vendor, since when?  Krippendorff''s alpha BY vendor, week: south slips from week 7.'

SELECT extract(week FROM labeled_at)::int - 1 AS week,
       vendor,
       round(krippendorff_alpha(item, label)::numeric, 3) AS alpha
FROM labels
GROUP BY vendor, week
ORDER BY week, vendor
\crosstabview week vendor alpha

\echo 'Who departs most from gold?'

SELECT annotator,
       count(gold) AS gold_labels,
       round(avg((label = gold)::int), 3) AS accuracy,
       round(cohen_kappa(label, gold)::numeric, 3) AS cohen_kappa,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median_seconds
FROM labels
GROUP BY annotator
ORDER BY cohen_kappa(label, gold), annotator
LIMIT 6;

\echo 'Without gold: whose absence would help most?  alpha_without is the alpha of the others.'

SELECT annotator, n_labels,
       round(mean_agreement::numeric, 3) AS mean_agreement,
       round(mean_kappa::numeric, 3) AS mean_kappa,
       round(alpha_without::numeric, 4) AS alpha_without
FROM annotator_agreement((SELECT ratings_agg(item, annotator, label) FROM labels WHERE vendor = 'east'))
ORDER BY alpha_without DESC
LIMIT 3;

\echo 'The pairs of vendor north that agree least, of those with 100 items in common:'

SELECT annotator_a, annotator_b, n_items,
       round(agreement::numeric, 3) AS agreement,
       round(cohen_kappa::numeric, 3) AS cohen_kappa,
       round(ci_lower::numeric, 3) AS ci_lower,
       round(ci_upper::numeric, 3) AS ci_upper
FROM pairwise_agreement((SELECT ratings_agg(item, annotator, label) FROM labels WHERE vendor = 'north'))
WHERE n_items >= 100
ORDER BY cohen_kappa
LIMIT 5;

\echo 'Which category is hard for north?'

SELECT category, n_labels,
       round(share::numeric, 3) AS share,
       round(specific_agreement::numeric, 3) AS specific_agreement,
       round(alpha::numeric, 3) AS alpha
FROM category_agreement((SELECT agreement_agg(item, label) FROM labels WHERE vendor = 'north'))
ORDER BY alpha;

\echo 'States are stored once and merged ever after: a row a vendor and week ...'

CREATE TABLE weekly AS
SELECT vendor, date_trunc('week', labeled_at) AS week, agreement_agg(item, label) AS state
FROM labels
GROUP BY vendor, date_trunc('week', labeled_at);

\echo '... gives each vendor''s alpha without reading a label again, to the last bit:'

SELECT vendor,
       count(*) AS states,
       round(krippendorff_alpha(agreement_agg(state))::numeric, 4) AS from_states,
       krippendorff_alpha(agreement_agg(state))
           = (SELECT krippendorff_alpha(item, label) FROM labels WHERE vendor = w.vendor) AS same
FROM weekly AS w
GROUP BY vendor
ORDER BY vendor;
