/*
 * reference.sql
 *		The statistics of agreement a second time, in plain SQL.
 *
 * Written from the definitions in the papers and not from the library: sums
 * over annotators, items and categories as they stand on paper, with no
 * histogram of patterns, no shortcut and nothing of ours in C.  Slow, and
 * meant to be.  The tests hold the library against it, and it against the
 * figures of other packages.
 *
 * A design is an array of ratings whose labels are categories 1 .. q; a scale
 * is a q by q matrix of agreement weights, 1 on the diagonal.  For a level of
 * Krippendorff's the weights are 1 less the squared difference, which may be
 * below 0.  Results that are not defined are NULL.  Run it with jit = off: the
 * planner takes these queries for far longer than they are.
 */
DROP SCHEMA IF EXISTS reference CASCADE;
CREATE SCHEMA reference;

CREATE TYPE reference.rating AS (item int, annotator int, label int);

-- Values that differ from 0 by rounding alone are 0.
CREATE FUNCTION reference.divide(a float8, b float8) RETURNS float8
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN abs(b) > 1e-12 THEN a / b END
$$;

-- Weights of Gwet (2014), section 3.5 and irrCAC's documentation.
CREATE FUNCTION reference.weights(scheme text, score float8[],
								  period float8 DEFAULT NULL)
RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
	WITH bound AS (
		SELECT min(x) AS low, max(x) AS high, count(*)::float8 AS q
		FROM unnest(score) x
	), raw AS (
		SELECT a.k AS k, b.k AS l,
			   CASE scheme
			   WHEN 'unweighted' THEN (a.k <> b.k)::int::float8
			   WHEN 'linear' THEN abs(a.x - b.x)
			   WHEN 'quadratic' THEN (a.x - b.x) ^ 2
			   WHEN 'radical' THEN sqrt(abs(a.x - b.x))
			   WHEN 'ordinal' THEN
				(abs(a.k - b.k) + 1) * abs(a.k - b.k) / 2.0
			   WHEN 'ratio' THEN
				CASE WHEN a.x = b.x THEN 0
					 ELSE ((a.x - b.x) / (a.x + b.x)) ^ 2 END
			   WHEN 'circular' THEN
				sin(pi() * (a.x - b.x) / coalesce(period, q)) ^ 2
			   WHEN 'bipolar' THEN
				CASE WHEN a.x = b.x THEN 0
					 ELSE (a.x - b.x) ^ 2 / ((a.x + b.x - 2 * low)
											 * (2 * high - a.x - b.x)) END
			   END AS d
		FROM bound,
			 unnest(score) WITH ORDINALITY a(x, k),
			 unnest(score) WITH ORDINALITY b(x, k)
	), scaled AS (
		SELECT k, l, 1 - coalesce(d / nullif(max(d) OVER (), 0), 0) AS w
		FROM raw
	)
	SELECT array_agg(row ORDER BY k)
	FROM (SELECT k, array_agg(w ORDER BY l) AS row
		  FROM scaled GROUP BY k) t
$$;

-- Votes of each item, category by category.
CREATE FUNCTION reference.items(r reference.rating[], q int)
RETURNS TABLE (item int, n float8, v float8[]) LANGUAGE sql IMMUTABLE AS $$
	SELECT item, sum(c), array_agg(c ORDER BY k)
	FROM (SELECT x.item, k, count(*) FILTER (WHERE x.label = k)::float8 AS c
		  FROM unnest(r) x, generate_series(1, q) k
		  WHERE x.label IS NOT NULL
		  GROUP BY x.item, k) t
	GROUP BY item
$$;

-- Krippendorff (2011), coincidences of pairable labels.
CREATE FUNCTION reference.coincidences(r reference.rating[], q int)
RETURNS TABLE (c int, k int, o float8) LANGUAGE sql IMMUTABLE AS $$
	SELECT c, k, coalesce(sum(v[c] * (v[k] - (c = k)::int) / (n - 1)), 0)
	FROM generate_series(1, q) c CROSS JOIN generate_series(1, q) k
		 LEFT JOIN reference.items(r, q) ON n > 1
	GROUP BY c, k
$$;

-- 1 less the squared differences of Krippendorff (2011), section 4.
CREATE FUNCTION reference.level(level text, score float8[],
								r reference.rating[],
								period float8 DEFAULT NULL,
								bounds float8[] DEFAULT NULL)
RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
	WITH margin AS MATERIALIZED (
		SELECT c AS k, score[c] AS x, sum(o) AS n
		FROM reference.coincidences(r, cardinality(score))
		GROUP BY c
	), bound AS (
		SELECT coalesce(bounds[1], min(x)) AS low,
			   coalesce(bounds[2], max(x)) AS high,
			   count(*)::float8 AS q
		FROM unnest(score) x
	), delta AS (
		SELECT a.k AS k, b.k AS l,
			   CASE level
			   WHEN 'nominal' THEN (a.k <> b.k)::int::float8
			   WHEN 'ordinal' THEN
				((SELECT sum(g.n) FROM margin g
				  WHERE g.k BETWEEN least(a.k, b.k) AND greatest(a.k, b.k))
				 - (a.n + b.n) / 2) ^ 2
			   WHEN 'interval' THEN (a.x - b.x) ^ 2
			   WHEN 'ratio' THEN
				CASE WHEN a.x = b.x THEN 0
					 ELSE ((a.x - b.x) / (a.x + b.x)) ^ 2 END
			   WHEN 'circular' THEN
				sin(pi() * (a.x - b.x) / coalesce(period, q)) ^ 2
			   WHEN 'polar' THEN
				CASE WHEN a.x = b.x THEN 0
					 ELSE (a.x - b.x) ^ 2 / ((a.x + b.x - 2 * low)
											 * (2 * high - a.x - b.x)) END
			   END AS d
		FROM margin a, margin b, bound
	)
	SELECT array_agg(row ORDER BY k)
	FROM (SELECT k, array_agg(1 - d ORDER BY l) AS row
		  FROM delta GROUP BY k) t
$$;

-- Krippendorff (2011), alpha = 1 - Do/De, from the coincidence matrix.
CREATE FUNCTION reference.alpha(r reference.rating[], w float8[],
								OUT estimate float8,
								OUT observed float8, OUT expected float8)
LANGUAGE sql IMMUTABLE AS $$
	WITH o AS MATERIALIZED (
		SELECT * FROM reference.coincidences(r, array_length(w, 1))
	), margin AS MATERIALIZED (
		SELECT c AS k, sum(o) AS n FROM o GROUP BY c
	), total AS (
		SELECT sum(n) AS n FROM margin
	), d AS (
		SELECT (SELECT sum(o.o * (1 - w[o.c][o.k])) FROM o)
			   / nullif(n, 0) AS observed,
			   (SELECT sum(a.n * b.n * (1 - w[a.k][b.k]))
				FROM margin a, margin b)
			   / nullif(n * (n - 1), 0) AS expected
		FROM total
	)
	SELECT 1 - reference.divide(observed, expected), observed, expected
	FROM d
$$;

/*
 * The coefficients of the form (p_a - p_e)/(1 - p_e), values only: Gwet
 * (2008; 2014), Fleiss (1971), Brennan and Prediger (1981).
 */
CREATE FUNCTION reference.estimates(r reference.rating[], w float8[],
									drop_singles boolean DEFAULT false)
RETURNS TABLE (coefficient text, estimate float8, pa float8, pe float8)
LANGUAGE sql IMMUTABLE AS $$
	WITH category AS (
		SELECT generate_series(1, array_length(w, 1)) AS k,
			   array_length(w, 1)::float8 AS q
	), item AS MATERIALIZED (
		SELECT * FROM reference.items(r, array_length(w, 1))
		WHERE n > 1 OR NOT drop_singles
	), agreed AS (
		SELECT item, sum(w[a.k][b.k] * v[a.k] * (v[b.k] - (a.k = b.k)::int))
			   / (n * (n - 1)) AS p
		FROM item, category a, category b
		WHERE n > 1
		GROUP BY item, n
	), mean AS (
		SELECT avg(p) AS pa FROM agreed
	), margin AS MATERIALIZED (
		SELECT k, avg(v[k] / n) AS p FROM item, category GROUP BY k
	), weight AS (
		SELECT sum(w[a.k][b.k]) AS t FROM category a, category b
	), chance(coefficient, pe) AS (
		SELECT 'percent_agreement', 0::float8
		UNION ALL
		SELECT 'fleiss_kappa', sum(w[a.k][b.k] * a.p * b.p)
		FROM margin a, margin b
		UNION ALL
		SELECT 'gwet', t / nullif(max(q) * (max(q) - 1), 0)
					   * sum(p * (1 - p))
		FROM weight, margin JOIN category USING (k)
		GROUP BY t
		UNION ALL
		SELECT 'brennan_prediger', t / max(q) ^ 2
		FROM weight, category
		GROUP BY t
	)
	SELECT coefficient,
		   CASE WHEN array_length(w, 1) > 1
		   THEN reference.divide(pa - pe, 1 - pe) END, pa, pe
	FROM chance, mean
$$;

/*
 * The same with their linearised errors (Gwet 2008): as published, and with
 * the number of pairable items taken for the random number that it is.
 */
CREATE FUNCTION reference.coefficients(r reference.rating[], w float8[],
									   drop_singles boolean DEFAULT false)
RETURNS TABLE (coefficient text, estimate float8, linearised float8,
			   ratio float8, pa float8, pe float8)
LANGUAGE sql IMMUTABLE AS $$
	WITH category AS (
		SELECT generate_series(1, array_length(w, 1)) AS k,
			   array_length(w, 1)::float8 AS q
	), item AS MATERIALIZED (
		SELECT * FROM reference.items(r, array_length(w, 1))
		WHERE n > 1 OR NOT drop_singles
	), total AS (
		SELECT count(*)::float8 AS n,
			   count(*) FILTER (WHERE n > 1)::float8 AS pairable
		FROM item
	), agreed AS MATERIALIZED (
		SELECT item, sum(w[a.k][b.k] * v[a.k] * (v[b.k] - (a.k = b.k)::int))
			   / (n * (n - 1)) AS p
		FROM item, category a, category b
		WHERE n > 1
		GROUP BY item, n
	), margin AS MATERIALIZED (
		SELECT k, avg(v[k] / n) AS p FROM item, category GROUP BY k
	), weighted AS MATERIALIZED (
		SELECT a.k, sum((w[a.k][b.k] + w[b.k][a.k]) * b.p) / 2 AS p
		FROM margin a, margin b
		GROUP BY a.k
	), weight AS (
		SELECT sum(w[a.k][b.k]) AS t, max(a.q) AS q
		FROM category a, category b
	), item_chance(coefficient, item, p) AS (
		SELECT 'percent_agreement', item, 0::float8 FROM item
		UNION ALL
		SELECT 'fleiss_kappa', item, sum(p * v[k] / n)
		FROM item, weighted GROUP BY item
		UNION ALL
		SELECT 'gwet', item,
			   t / nullif(q * (q - 1), 0) * sum((1 - p) * v[k] / n)
		FROM item, margin, weight GROUP BY item, t, q
		UNION ALL
		SELECT 'brennan_prediger', item, t / q ^ 2 FROM item, weight
	), parted AS (
		SELECT e.coefficient, e.estimate, e.pa, e.pe, total.n, pairable,
			   coalesce((agreed.p - e.pe) / nullif(1 - e.pe, 0)
						* total.n / pairable, 0) AS published,
			   coalesce(((agreed.p - e.pe) / nullif(1 - e.pe, 0) - e.estimate)
						* total.n / pairable, 0) AS random,
			   2 * (1 - e.estimate) * (c.p - e.pe) / nullif(1 - e.pe, 0)
			   AS chance
		FROM reference.estimates(r, w, drop_singles) e
			 CROSS JOIN total
			 LEFT JOIN item_chance c ON c.coefficient = e.coefficient
			 LEFT JOIN agreed ON agreed.item = c.item
	)
	SELECT coefficient, estimate,
		   sqrt(sum((published - chance - estimate) ^ 2)
				/ nullif(n * (n - 1), 0)),
		   sqrt(sum((random - chance) ^ 2) / nullif(n * (n - 1), 0)),
		   pa, pe
	FROM parted
	GROUP BY coefficient, estimate, pa, pe, n
$$;

/*
 * The linearised error of alpha: Gwet (2014), section 5.4, as irrCAC for R
 * has it.
 */
CREATE FUNCTION reference.alpha_error(r reference.rating[], w float8[])
RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	WITH category AS (
		SELECT generate_series(1, array_length(w, 1)) AS k
	), item AS MATERIALIZED (
		SELECT * FROM reference.items(r, array_length(w, 1)) WHERE n > 1
	), total AS (
		SELECT count(*)::float8 AS n, avg(n) AS mean FROM item
	), margin AS MATERIALIZED (
		SELECT k, sum(v[k]) / (total.n * mean) AS p
		FROM item, category, total
		GROUP BY k, total.n, mean
	), weighted AS MATERIALIZED (
		SELECT a.k, sum((w[a.k][b.k] + w[b.k][a.k]) * b.p) / 2 AS p
		FROM margin a, margin b
		GROUP BY a.k
	), agreed AS MATERIALIZED (
		SELECT item, sum(w[a.k][b.k] * v[a.k] * (v[b.k] - (a.k = b.k)::int))
			   / (mean * (item.n - 1)) AS p, (item.n - mean) / mean AS d
		FROM item, category a, category b, total
		GROUP BY item, item.n, mean
	), whole AS (
		SELECT (SELECT avg(p) FROM agreed) AS pa,
			   (SELECT sum(w[a.k][b.k] * a.p * b.p)
				FROM margin a, margin b) AS pe
	), chance AS (
		SELECT item, sum(p * v[k]) / mean - pe * (item.n - mean) / mean AS p
		FROM item, weighted, total, whole
		GROUP BY item, item.n, mean, pe
	), influence AS (
		SELECT (agreed.p - pa * d - pe) / nullif(1 - pe, 0)
			   - 2 * (1 - (pa - pe) / nullif(1 - pe, 0))
				 * (chance.p - pe) / nullif(1 - pe, 0)
			   - (pa - pe) / nullif(1 - pe, 0) AS x
		FROM agreed JOIN chance USING (item), whole
	)
	SELECT sqrt(sum(x ^ 2) / nullif(count(*) * (count(*) - 1), 0))
	FROM influence
$$;

-- Conger (1980): chance from what each pair of annotators would do.
CREATE FUNCTION reference.conger(r reference.rating[], w float8[],
								 OUT estimate float8, OUT std_error float8,
								 OUT pa float8, OUT pe float8)
LANGUAGE sql IMMUTABLE AS $$
	WITH category AS (
		SELECT generate_series(1, array_length(w, 1)) AS k
	), rating AS MATERIALIZED (
		SELECT * FROM unnest(r) x WHERE label IS NOT NULL
	), annotator AS MATERIALIZED (
		SELECT annotator, count(*)::float8 AS n FROM rating GROUP BY annotator
	), share AS MATERIALIZED (
		SELECT annotator, k,
			   count(*) FILTER (WHERE label = k)::float8 / count(*) AS p
		FROM rating, category
		GROUP BY annotator, k
	), crowd AS MATERIALIZED (
		SELECT k, sum(p) AS p, (SELECT count(*)::float8 FROM annotator) AS n
		FROM share GROUP BY k
	), others AS MATERIALIZED (
		-- k by this annotator against the labels of all the others
		SELECT share.annotator, category.k,
			   sum((w[category.k][share.k] + w[share.k][category.k])
				   * (crowd.p - share.p)) / 2 AS p
		FROM category, share JOIN crowd USING (k)
		GROUP BY share.annotator, category.k
	), own AS MATERIALIZED (
		SELECT annotator, sum(share.p * others.p) AS p
		FROM share JOIN others USING (annotator, k)
		GROUP BY annotator
	), whole AS MATERIALIZED (
		SELECT (SELECT pa FROM reference.estimates(r, w)
				WHERE coefficient = 'percent_agreement') AS pa,
			   (SELECT sum(p) FROM own)
			   / nullif((SELECT count(*) * (count(*) - 1)
						 FROM annotator), 0) AS pe,
			   (SELECT count(DISTINCT item)::float8 FROM rating) AS n
	), value AS (
		SELECT reference.divide(pa - pe, 1 - pe) AS kappa, pa, pe, n FROM whole
	), item AS MATERIALIZED (
		SELECT * FROM reference.items(r, array_length(w, 1))
	), agreed AS (
		SELECT item, sum(w[a.k][b.k] * v[a.k] * (v[b.k] - (a.k = b.k)::int))
			   / (n * (n - 1)) AS p, count(*) OVER () AS pairable
		FROM item, category a, category b
		WHERE n > 1
		GROUP BY item, n
	), chance AS (
		SELECT item, sum(value.n / annotator.n * 2 * (others.p - own.p)
						 / nullif(crowd.n * (crowd.n - 1), 0)) AS p
		FROM rating JOIN annotator USING (annotator)
			 JOIN own USING (annotator)
			 JOIN others ON others.annotator = rating.annotator
							AND others.k = rating.label
			 JOIN crowd ON crowd.k = rating.label
			 CROSS JOIN value
		GROUP BY item
	), influence AS (
		SELECT coalesce((agreed.p - pe) / nullif(1 - pe, 0) * value.n
						/ pairable, 0)
			   - (1 - kappa) * chance.p / nullif(1 - pe, 0) - kappa AS x
		FROM chance LEFT JOIN agreed USING (item) CROSS JOIN value
	)
	SELECT CASE WHEN array_length(w, 1) > 1 THEN kappa END,
		   (SELECT CASE WHEN array_length(w, 1) > 1
				   THEN sqrt(sum(x ^ 2) / nullif(count(*) * (count(*) - 1), 0))
				   END FROM influence), pa, pe
	FROM value
$$;

/*
 * Cohen (1960; 1968) with the error of Fleiss, Cohen and Everitt (1969),
 * equation 13, and the error under chance, equation 14; Scott (1955) likewise
 * with the mean of both margins.
 */
CREATE FUNCTION reference.two(a int[], b int[], w float8[], scott boolean,
							  OUT n bigint, OUT agreement float8,
							  OUT kappa float8, OUT std_error float8,
							  OUT null_error float8)
LANGUAGE sql IMMUTABLE AS $$
	WITH pair AS (
		SELECT x AS i, y AS j FROM unnest(a, b) t(x, y)
		WHERE x IS NOT NULL AND y IS NOT NULL
	), category AS (
		SELECT generate_series(1, array_length(w, 1)) AS k
	), total AS (
		SELECT count(*)::float8 AS n FROM pair
	), cell AS MATERIALIZED (
		SELECT x.k AS i, y.k AS j, coalesce(c / nullif(n, 0), 0) AS p
		FROM category x CROSS JOIN category y CROSS JOIN total
			 LEFT JOIN (SELECT i, j, count(*)::float8 AS c
						FROM pair GROUP BY i, j) t ON i = x.k AND j = y.k
	), margin AS MATERIALIZED (
		SELECT k,
			   CASE WHEN scott THEN (p + q) / 2 ELSE p END AS p,
			   CASE WHEN scott THEN (p + q) / 2 ELSE q END AS q
		FROM category
			 JOIN (SELECT i AS k, sum(p) AS p FROM cell GROUP BY i) x USING (k)
			 JOIN (SELECT j AS k, sum(p) AS q FROM cell GROUP BY j) y USING (k)
	), weighted AS MATERIALIZED (
		-- mean weight of a row against the columns, of a column against rows
		SELECT x.k, sum(w[x.k][y.k] * y.q) AS p, sum(w[y.k][x.k] * y.p) AS q
		FROM margin x, margin y
		GROUP BY x.k
	), whole AS (
		SELECT (SELECT sum(w[i][j] * p) FROM cell) AS po,
			   (SELECT sum(x.p * weighted.p)
				FROM margin x JOIN weighted USING (k)) AS pe
	), value AS (
		SELECT po, pe, reference.divide(po - pe, 1 - pe) AS kappa FROM whole
	), variance AS (
		-- both are variances of a sum of weights; taken about its mean they
		-- are 0 where they should be
		SELECT sum(cell.p * (w[i][j] - (wi.p + wj.q) * (1 - kappa)
							 - (kappa - pe * (1 - kappa))) ^ 2) AS v,
			   sum(mi.p * mj.q * (w[i][j] - (wi.p + wj.q) + pe) ^ 2) AS v0
		FROM cell JOIN weighted wi ON wi.k = i JOIN weighted wj ON wj.k = j
			 JOIN margin mi ON mi.k = i JOIN margin mj ON mj.k = j
			 CROSS JOIN value
		GROUP BY kappa, pe
	)
	SELECT total.n::bigint,
		   (SELECT avg((i = j)::int::float8) FROM pair),
		   CASE WHEN total.n > 0 THEN kappa END,
		   sqrt(greatest(reference.divide(v, total.n * (1 - pe) ^ 2), 0)
				+ kappa * 0),
		   sqrt(greatest(reference.divide(v0, total.n * (1 - pe) ^ 2), 0)
				+ kappa * 0)
	FROM total, value, variance
$$;

CREATE FUNCTION reference.cohen(a int[], b int[], w float8[],
								OUT n bigint, OUT agreement float8,
								OUT kappa float8, OUT std_error float8,
								OUT null_error float8)
LANGUAGE sql IMMUTABLE AS $$
	SELECT * FROM reference.two(a, b, w, false)
$$;

CREATE FUNCTION reference.scott(a int[], b int[], w float8[],
								OUT n bigint, OUT agreement float8,
								OUT kappa float8, OUT std_error float8,
								OUT null_error float8)
LANGUAGE sql IMMUTABLE AS $$
	SELECT * FROM reference.two(a, b, w, true)
$$;

-- Cohen's kappa of every two annotators, on the items that both labeled.
CREATE FUNCTION reference.pairwise(r reference.rating[], w float8[])
RETURNS TABLE (annotator_a int, annotator_b int, n bigint, agreement float8,
			   kappa float8, std_error float8)
LANGUAGE sql IMMUTABLE AS $$
	SELECT x, y, c.n, c.agreement, c.kappa, c.std_error
	FROM (SELECT a.annotator AS x, b.annotator AS y,
				 array_agg(a.label) AS i, array_agg(b.label) AS j
		  FROM unnest(r) a JOIN unnest(r) b
			   ON a.item = b.item AND a.annotator < b.annotator
		  WHERE a.label IS NOT NULL AND b.label IS NOT NULL
		  GROUP BY 1, 2) t, reference.cohen(i, j, w) c
$$;

-- Light (1971): the mean of the kappas that are defined.
CREATE FUNCTION reference.light(r reference.rating[], w float8[])
RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT avg(kappa) FROM reference.pairwise(r, w)
$$;

-- One category against the rest.
CREATE FUNCTION reference.one_against_rest(r reference.rating[], k int)
RETURNS reference.rating[] LANGUAGE sql IMMUTABLE AS $$
	SELECT array_agg((item, annotator, CASE WHEN label = k THEN 1
											ELSE 2 END)::reference.rating)
	FROM unnest(r) x WHERE label IS NOT NULL
$$;

CREATE FUNCTION reference.category_agreement(r reference.rating[], q int)
RETURNS TABLE (category int, n_labels bigint, share float8,
			   specific_agreement float8, kappa float8, kappa_error float8,
			   alpha float8, alpha_error float8)
LANGUAGE sql IMMUTABLE AS $$
	SELECT k,
		   (SELECT count(*) FROM unnest(r) x WHERE label = k),
		   (SELECT count(*) FILTER (WHERE label = k)::float8
				   / nullif(count(label), 0) FROM unnest(r) x),
		   (SELECT sum(v[k] * (v[k] - 1)) / nullif(sum(v[k] * (n - 1)), 0)
			FROM reference.items(r, q)),
		   c.estimate, c.linearised,
		   (reference.alpha(one, w)).estimate, reference.alpha_error(one, w)
	FROM generate_series(1, q) k,
		 LATERAL (SELECT reference.one_against_rest(r, k) AS one,
						 '{{1,0},{0,1}}'::float8[] AS w) o,
		 LATERAL (SELECT * FROM reference.coefficients(one, w)
				  WHERE coefficient = 'fleiss_kappa') c
$$;

CREATE FUNCTION reference.item_agreement(r reference.rating[])
RETURNS TABLE (item int, n_labels bigint, agreement float8)
LANGUAGE sql IMMUTABLE AS $$
	SELECT a.item, count(DISTINCT a.annotator),
		   avg((a.label = b.label)::int::float8)
		   FILTER (WHERE a.annotator <> b.annotator)
	FROM unnest(r) a JOIN unnest(r) b USING (item)
	WHERE a.label IS NOT NULL AND b.label IS NOT NULL
	GROUP BY a.item
$$;

-- How often a label is given again when an annotator meets an item again.
CREATE FUNCTION reference.self_agreement(r reference.rating[])
RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	WITH cell AS (
		SELECT item, annotator, label, count(*)::float8 AS c,
			   sum(count(*)) OVER (PARTITION BY item, annotator)::float8 AS n
		FROM unnest(r) x
		WHERE label IS NOT NULL
		GROUP BY item, annotator, label
	)
	SELECT avg(p)
	FROM (SELECT sum(c * (c - 1)) / (n * (n - 1)) AS p
		  FROM cell WHERE n > 1 GROUP BY item, annotator, n) t
$$;

-- One annotator against the others.
CREATE FUNCTION reference.annotator_agreement(r reference.rating[], q int)
RETURNS TABLE (annotator int, n_labels bigint, n_items bigint,
			   mean_agreement float8, mean_kappa float8, alpha_without float8)
LANGUAGE sql IMMUTABLE AS $$
	WITH w AS (
		SELECT reference.weights('unweighted',
								 array_agg(k::float8 ORDER BY k)) AS w
		FROM generate_series(1, q) k
	), pair AS MATERIALIZED (
		SELECT p.* FROM w, reference.pairwise(r, w) p
	), rating AS MATERIALIZED (
		SELECT * FROM unnest(r) x WHERE label IS NOT NULL
	)
	SELECT a, count(*),
		   count(*) FILTER (WHERE EXISTS
							(SELECT FROM rating o
							 WHERE o.item = g.item AND o.annotator <> a)),
		   (SELECT sum(agreement * n) / sum(n) FROM pair
			WHERE a IN (annotator_a, annotator_b)),
		   (SELECT avg(kappa) FROM pair
			WHERE a IN (annotator_a, annotator_b)),
		   (SELECT (reference.alpha(array_agg(o::reference.rating),
									(SELECT w FROM w))).estimate
			FROM rating o WHERE o.annotator <> a)
	FROM rating g, LATERAL (SELECT g.annotator AS a) t
	GROUP BY a
$$;

/*
 * The delete-one-item jackknife by brute force (Miller 1974), level or
 * weights computed anew each time.  n_undefined counts the deletions that
 * leave no coefficient; the error is then NULL.
 */
CREATE FUNCTION reference.jackknife(r reference.rating[], level text,
									weights text, score float8[],
									drop_singles boolean DEFAULT false)
RETURNS TABLE (coefficient text, std_error float8, n_undefined bigint)
LANGUAGE sql IMMUTABLE AS $$
	WITH rest AS MATERIALIZED (
		SELECT i.item,
			   (SELECT array_agg(x::reference.rating) FROM unnest(r) x
				WHERE x.item <> i.item) AS r
		FROM reference.items(r, cardinality(score)) i
		WHERE i.n > 1 OR NOT drop_singles
	), scaled AS MATERIALIZED (
		SELECT rest.*,
			   CASE WHEN level IS NULL
			   THEN reference.weights(weights, score)
			   ELSE reference.level(level, score, rest.r) END AS w
		FROM rest
	), value AS (
		SELECT e.coefficient, e.estimate AS x
		FROM scaled LEFT JOIN LATERAL
			 reference.estimates(scaled.r, w, drop_singles) e ON true
		UNION ALL
		SELECT 'krippendorff_alpha', (reference.alpha(scaled.r, w)).estimate
		FROM scaled
		UNION ALL
		SELECT 'conger_kappa', (reference.conger(scaled.r, w)).estimate
		FROM scaled WHERE level IS NULL
		UNION ALL
		SELECT 'light_kappa', reference.light(scaled.r, w)
		FROM scaled WHERE level IS NULL
	)
	SELECT coefficient,
		   CASE WHEN count(*) = count(x) AND count(*) > 1
		   THEN sqrt((count(*) - 1) * var_pop(x)) END,
		   count(*) - count(x)
	FROM value
	GROUP BY coefficient
$$;

-- Shrout and Fleiss (1979), complete items; one-way with any number of labels.
CREATE FUNCTION reference.icc(item int[], annotator int[], value float8[])
RETURNS TABLE (model text, icc float8) LANGUAGE sql IMMUTABLE AS $$
	WITH cell AS MATERIALIZED (
		SELECT i, a, x FROM unnest(item, annotator, value) t(i, a, x)
		WHERE x IS NOT NULL
	), pairable AS (
		SELECT i, count(*)::float8 AS n, avg(x) AS mean, sum(x) AS s
		FROM cell GROUP BY i
	), one AS (
		SELECT (SELECT sum(n * (mean - (SELECT avg(x) FROM cell)) ^ 2)
				FROM pairable)
			   / nullif(count(*) - 1, 0) AS msb,
			   (SELECT sum((x - mean) ^ 2)
				FROM cell JOIN pairable USING (i))
			   / nullif(sum(n) - count(*), 0) AS msw,
			   (sum(n) - sum(n ^ 2) / sum(n)) / nullif(count(*) - 1, 0) AS k
		FROM pairable
	), whole AS MATERIALIZED (
		SELECT cell.* FROM cell JOIN pairable USING (i)
		WHERE pairable.n = (SELECT count(DISTINCT a) FROM cell)
	), size AS (
		SELECT count(DISTINCT i)::float8 AS n, count(DISTINCT a)::float8 AS k,
			   avg(x) AS mean
		FROM whole
	), square AS (
		SELECT n, k, (SELECT sum((x - mean) ^ 2) FROM whole) AS sst,
			   k * (SELECT sum((m - mean) ^ 2)
					FROM (SELECT avg(x) AS m FROM whole GROUP BY i) t) AS ssr,
			   n * (SELECT sum((m - mean) ^ 2)
					FROM (SELECT avg(x) AS m FROM whole GROUP BY a) t) AS ssc
		FROM size
	), two AS (
		SELECT n, k, ssr / nullif(n - 1, 0) AS msr,
			   ssc / nullif(k - 1, 0) AS msc,
			   (sst - ssr - ssc) / nullif((n - 1) * (k - 1), 0) AS mse
		FROM square
	)
	SELECT 'ICC(1,1)', reference.divide(msb - msw, msb + (k - 1) * msw)
	FROM one
	UNION ALL
	SELECT 'ICC(1,k)', reference.divide(msb - msw, msb) FROM one
	UNION ALL
	SELECT 'ICC(2,1)', reference.divide(msr - mse, msr + (k - 1) * mse
												   + k * (msc - mse) / n)
	FROM two
	UNION ALL
	-- a variance in the denominator that is estimated below 0 is none
	SELECT 'ICC(2,k)', CASE WHEN msr + (msc - mse) / n > 0 THEN
		   reference.divide(msr - mse, msr + (msc - mse) / n) END
	FROM two
	UNION ALL
	SELECT 'ICC(3,1)', reference.divide(msr - mse, msr + (k - 1) * mse)
	FROM two
	UNION ALL
	SELECT 'ICC(3,k)', reference.divide(msr - mse, msr) FROM two
$$;

/*
 * The infinitesimal jackknife of alpha by differences: each pairable item is
 * counted a little more and a little less, and the metric moves along with
 * the margins.  Meets alpha_error where the metric does not move.
 */
CREATE FUNCTION reference.alpha_influence(r reference.rating[], level text,
										  score float8[],
										  h float8 DEFAULT 1e-4)
RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	WITH item AS MATERIALIZED (
		SELECT * FROM reference.items(r, cardinality(score)) WHERE n > 1
	), category AS (
		SELECT generate_series(1, cardinality(score)) AS k
	), part AS MATERIALIZED (
		SELECT item, c.k AS c, k.k AS k,
			   v[c.k] * (v[k.k] - (c.k = k.k)::int) / (n - 1) AS o
		FROM item, category c, category k
	), moved AS MATERIALIZED (
		SELECT item, s, c, k,
			   sum(o) OVER (PARTITION BY s, c, k) + s * h * o AS o
		FROM part, (VALUES (-1), (1)) t(s)
	), margin AS MATERIALIZED (
		SELECT item, s, c AS k, sum(o) AS n,
			   sum(sum(o)) OVER (PARTITION BY item, s ORDER BY c)
			   - sum(o) / 2 AS midrank
		FROM moved GROUP BY item, s, c
	), alpha AS (
		SELECT item, s, 1 - sum(o * d) * sum(o) / sum(a.n * b.n * d) AS x
		FROM moved
			 JOIN margin a USING (item, s) JOIN margin b USING (item, s),
			 LATERAL (SELECT CASE level
					  WHEN 'nominal' THEN (c <> moved.k)::int::float8
					  WHEN 'ordinal' THEN (a.midrank - b.midrank) ^ 2
					  WHEN 'interval' THEN (score[c] - score[moved.k]) ^ 2
					  END AS d) t
		WHERE a.k = c AND b.k = moved.k
		GROUP BY item, s
		HAVING sum(a.n * b.n * d) > 0
	), influence AS (
		SELECT count(*) OVER () * sum(s * x) / (2 * h) AS x
		FROM alpha GROUP BY item
	)
	SELECT sqrt(sum(x ^ 2) / nullif(count(*) * (count(*) - 1), 0))
	FROM influence
$$;
