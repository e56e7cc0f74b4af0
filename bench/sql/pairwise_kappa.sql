-- Cohen's kappa of every pair of annotators, on the items that both labeled,
-- in plain SQL: a self-join of the labels.  Returns the mean of those that are
-- defined.
WITH both_labeled AS (
	SELECT x.annotator AS first, y.annotator AS second,
		x.label AS a, y.label AS b, count(*)::float8 AS n
	FROM labels_small AS x
		JOIN labels_small AS y
			ON y.item = x.item AND y.annotator > x.annotator
	GROUP BY 1, 2, 3, 4
), by_a AS (
	SELECT first, second, a AS category, sum(n) AS n
	FROM both_labeled
	GROUP BY 1, 2, 3
), by_b AS (
	SELECT first, second, b AS category, sum(n) AS n
	FROM both_labeled
	GROUP BY 1, 2, 3
), chance AS (
	SELECT first, second, sum(by_a.n * by_b.n) AS products
	FROM by_a JOIN by_b USING (first, second, category)
	GROUP BY 1, 2
), observed AS (
	SELECT first, second, sum(n) AS n,
		coalesce(sum(n) FILTER (WHERE a = b), 0) AS agreed
	FROM both_labeled
	GROUP BY 1, 2
), pairs AS (
	SELECT n, agreed / n AS p_o, coalesce(products, 0) / (n * n) AS p_e
	FROM observed LEFT JOIN chance USING (first, second)
)
SELECT avg((p_o - p_e) / (1 - p_e))
FROM pairs
WHERE p_e < 1;
