-- One step of the EM algorithm of Dawid and Skene 1979 in plain SQL, from the
-- shares of the votes: equations (2.3) to (2.5), and the log-likelihood.
WITH post AS (
	SELECT item, label AS class, count(*)::float8
		/ sum(count(*)) OVER (PARTITION BY item) AS p
	FROM labels_small
	GROUP BY item, label
), class AS (
	SELECT class, sum(p) / sum(sum(p)) OVER () AS share
	FROM post
	GROUP BY class
), expected AS (
	SELECT annotator, class, label, sum(p) AS n
	FROM labels_small JOIN post USING (item)
	GROUP BY annotator, class, label
), rate AS (
	SELECT annotator, class, label,
		ln(n / sum(n) OVER (PARTITION BY annotator, class)) AS log_rate
	FROM (
		SELECT a.annotator, c.class, l.class AS label,
			greatest(coalesce(n, 0), 1e-10) AS n
		FROM (SELECT DISTINCT annotator FROM labels_small) AS a
			CROSS JOIN class AS c CROSS JOIN class AS l
			LEFT JOIN expected AS e ON e.annotator = a.annotator
				AND e.class = c.class AND e.label = l.class
	) AS filled
), score AS (
	SELECT item, class, ln(share) + sum(log_rate) AS s
	FROM labels_small JOIN rate USING (annotator, label) JOIN class USING (class)
	GROUP BY item, class, share
), most AS (
	SELECT item, s, max(s) OVER (PARTITION BY item) AS m FROM score
)
SELECT sum(ln(total) + m)
FROM (SELECT m, sum(exp(s - m)) AS total FROM most GROUP BY item, m) AS items;
