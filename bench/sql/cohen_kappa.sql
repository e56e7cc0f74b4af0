-- Cohen's kappa of two columns in plain SQL: Cohen 1960, equation 1.
WITH cells AS (
	SELECT label AS a, gold AS b, count(*)::float8 AS n
	FROM labels
	WHERE label IS NOT NULL AND gold IS NOT NULL
	GROUP BY label, gold
), total AS (
	SELECT sum(n) AS n, sum(n) FILTER (WHERE a = b) AS agreed
	FROM cells
), by_a AS (
	SELECT a AS category, sum(n) AS n FROM cells GROUP BY a
), by_b AS (
	SELECT b AS category, sum(n) AS n FROM cells GROUP BY b
), chance AS (
	SELECT sum(by_a.n * by_b.n) AS products
	FROM by_a JOIN by_b USING (category)
)
SELECT (agreed / n - products / (n * n)) / (1 - products / (n * n))
FROM total, chance;
