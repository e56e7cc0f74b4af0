--
-- Many pairs of annotators, some of whom use only the last categories: every
-- figure of pairwise_agreement against cohen_kappa over the joined rows, and
-- against the agreement counted in plain SQL.
--
SET client_min_messages = warning;
CREATE SCHEMA pairs;
SET search_path = pairs, public;
CREATE TABLE labels AS
	SELECT item, annotator,
		   (4 - abs(hashint4(item * 1000 + annotator)::bigint)
			% (1 + annotator % 5))::int AS label
	FROM generate_series(1, 60) AS item, generate_series(1, 40) AS annotator
	WHERE abs(hashint4(item * 77 + annotator * 5)::bigint) % 3 > 0;
WITH joined AS (
	SELECT a.annotator::text AS annotator_a, b.annotator::text AS annotator_b,
		   count(*) AS n, avg((a.label = b.label)::int) AS agreement,
		   annoqa.cohen_kappa(a.label, b.label) AS kappa
	FROM labels AS a JOIN labels AS b USING (item)
	WHERE a.annotator < b.annotator
	GROUP BY a.annotator, b.annotator)
SELECT count(*) AS pairs,
	   count(*) FILTER (WHERE p.n_items IS DISTINCT FROM j.n
						OR abs(p.agreement - j.agreement) > 1e-12
						OR (p.cohen_kappa IS NULL) <> (j.kappa IS NULL)
						OR abs(p.cohen_kappa - j.kappa) > 1e-12) AS wrong
FROM joined AS j FULL JOIN
	 annoqa.pairwise_agreement((SELECT annoqa.ratings_agg(item, annotator, label)
								FROM labels)) AS p
	 USING (annotator_a, annotator_b);
DROP SCHEMA pairs CASCADE;
