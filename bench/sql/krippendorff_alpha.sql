-- Krippendorff's alpha, nominal, in plain SQL: Krippendorff 2011, "Computing
-- Krippendorff's Alpha-Reliability", section C, with the coincidences of an
-- item summed as (m^2 - sum n_k^2) / (m - 1).
WITH cells AS (
	SELECT item, label, count(*) AS n
	FROM labels
	GROUP BY item, label
), pairable AS (
	SELECT label, n, sum(n) OVER (PARTITION BY item) AS m
	FROM cells
), margins AS (
	SELECT label, sum(n) AS n,
		sum(n * (m - n)::float8 / (m - 1)) AS disagreement
	FROM pairable
	WHERE m > 1
	GROUP BY label
)
SELECT 1 - (sum(n) - 1) * sum(disagreement)
	/ (sum(n) * sum(n) - sum(n * n))::float8
FROM margins;
