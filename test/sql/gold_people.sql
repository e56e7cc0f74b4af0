-- What gold tells of annotators together: shrinkage, coinciding errors and
-- prevalence, each against a second implementation in SQL.
SET client_min_messages = warning;
CREATE SCHEMA gold_people;
SET search_path = gold_people, annoqa, public;
SET extra_float_digits = 1;

--
-- Shrinkage
--
-- strength 20 and 2 around .9: (strength * .9 + correct) / (strength + n); above
-- the bounds lie 95% and 5% of the beta density, integrated by Simpson's rule
-- over u = (1 - x)^c, c the lesser of b and 1
CREATE FUNCTION beta_mass(a float8, b float8, u float8) RETURNS float8 LANGUAGE sql AS $$
    SELECT sum(CASE WHEN i IN (0, 4000) THEN 1 WHEN i % 2 = 1 THEN 4 ELSE 2 END
               * (u * i / 4000) ^ (b / least(b, 1) - 1)
               * greatest(1 - (u * i / 4000) ^ (1 / least(b, 1)), 10 ^ (-250 / (a - 1))) ^ (a - 1)) * u
    FROM generate_series(0, 4000) AS i
$$;
CREATE FUNCTION beta_above(a float8, b float8, x float8) RETURNS float8 LANGUAGE sql AS
    'SELECT beta_mass(a, b, (1 - x) ^ least(b, 1)) / beta_mass(a, b, 1)';
SELECT correct, n, strength, round(shrunken::numeric, 3) AS shrunken, round(lower::numeric, 3) AS lower,
       round(beta_above(strength * 0.9 + correct, strength * (1 - 0.9::float8) + n - correct, lower)::numeric, 5) AS above_lower,
       round(beta_above(strength * 0.9 + correct, strength * (1 - 0.9::float8) + n - correct, upper)::numeric, 5) AS above_upper
FROM (VALUES (3, 3), (190, 200)) AS v (correct, n), (VALUES (20::float8), (2)) AS s (strength),
     shrink_accuracy(correct, n, 0.9, strength, 0.9)
ORDER BY strength DESC, n;
-- nobody's answers: the crowd; very many: their own
SELECT round(shrunken::numeric, 6) AS shrunken FROM shrink_accuracy(0, 0, 0.8, 10)
UNION ALL SELECT round(shrunken::numeric, 6) FROM shrink_accuracy(500000000000, 1000000000000, 0.8, 10);
-- Beta by marginal likelihood.  Second implementation: the likelihood as sums
-- of logarithms, which no mean or strength nearby may exceed
CREATE TABLE people AS
SELECT 'a' || i AS who, (5 + i * 7 % 40)::bigint AS n,
       round((5 + i * 7 % 40) * (0.6 + (i * 13 % 8) * 0.05))::bigint AS correct
FROM generate_series(1, 12) AS i;
CREATE FUNCTION plain_likelihood(mean float8, strength float8) RETURNS float8 LANGUAGE sql AS $$
    SELECT sum((SELECT coalesce(sum(ln(strength * mean + j)), 0) FROM generate_series(0, correct - 1) AS j)
               + (SELECT coalesce(sum(ln(strength * (1 - mean) + j)), 0) FROM generate_series(0, n - correct - 1) AS j)
               - (SELECT sum(ln(strength + j)) FROM generate_series(0, n - 1) AS j))
    FROM people
$$;
CREATE TABLE shrunken AS
SELECT s.* FROM (SELECT array_agg(who) AS who, array_agg(correct) AS correct, array_agg(n) AS n FROM people) AS p,
     shrunken_accuracy(who, correct, n) AS s;
SELECT count(*) AS people, count(DISTINCT (strength, crowd_mean)) AS priors, count(reason) AS reasons,
       bool_and(abs(shrunken - (strength * crowd_mean + n_correct) / (strength + n_gold)) < 1e-12) AS mean,
       bool_and(lower < shrunken AND shrunken < upper) AS inside FROM shrunken;
SELECT round(strength::numeric, 3) AS strength, round(crowd_mean::numeric, 5) AS mean,
       bool_and(plain_likelihood(crowd_mean, strength)
                > plain_likelihood(crowd_mean + dm, strength * f)) AS highest
FROM (SELECT DISTINCT strength, crowd_mean FROM shrunken) AS s,
     (VALUES (0.002, 1.0), (-0.002, 1), (0, 1.02), (0, 0.98), (0, 5), (0, 0.2), (0.002, 1.02), (-0.002, 0.98)) AS d (dm, f)
GROUP BY strength, crowd_mean;
-- 3 of 3 do not beat 190 of 200 by the lower bound
SELECT annotator, round(accuracy::numeric, 3) AS accuracy, round(lower::numeric, 3) AS lower
FROM shrunken_accuracy(ARRAY['new', 'old', 'c', 'd', 'e', 'f'], ARRAY[3, 190, 80, 88, 93, 70], ARRAY[3, 200, 100, 100, 100, 100])
ORDER BY lower DESC;
-- equal accuracies have no spread; four people are too few; nobody answered
SELECT DISTINCT strength, round(crowd_mean::numeric, 6) AS mean, reason
FROM shrunken_accuracy(ARRAY['a', 'b', 'c', 'd', 'e'], ARRAY[90, 91, 89, 90, 90], ARRAY[100, 100, 100, 100, 100]);
SELECT DISTINCT strength, crowd_mean, reason
FROM shrunken_accuracy(ARRAY['a', 'b', 'c', 'd'], ARRAY[9, 5, 7, 3], ARRAY[10, 10, 10, 10]);
-- single answers do not tell how much people differ, however many there are
SELECT strength, round(crowd_mean::numeric, 6) AS mean, reason, count(*)
FROM (SELECT array_agg('p' || i) AS who, array_agg((i % 4 > 0)::int::bigint) AS correct, array_agg(CASE WHEN i < 5 THEN 2 ELSE 1 END::bigint) AS n
      FROM generate_series(1, 40) AS i) AS r, shrunken_accuracy(who, correct, n)
GROUP BY 1, 2, 3;
SELECT DISTINCT strength, reason
FROM (SELECT array_agg('p' || i / 3) AS who, array_agg('s' || i % 3) AS stratum, array_agg((i % 4 > 0)::int::bigint) AS correct, array_agg(1::bigint) AS n
      FROM generate_series(0, 59) AS i) AS r, shrunken_accuracy_by_stratum(who, stratum, correct, n);
SELECT annotator, strength, round(crowd_mean::numeric, 6) AS mean, round(shrunken::numeric, 6) AS shrunken, reason
FROM shrunken_accuracy(ARRAY['a', 'b', 'c', 'd', 'e', 'f'], ARRAY[5, 5, 5, 5, 5, 0], ARRAY[5, 5, 5, 5, 5, 0]);
SELECT DISTINCT strength, round(crowd_mean::numeric, 6) AS mean, reason
FROM shrunken_accuracy(ARRAY['a', 'b', 'c', 'd', 'e'], ARRAY[0, 0, 0, 0, 0], ARRAY[5, 5, 5, 5, 5]);
SELECT * FROM shrunken_accuracy(ARRAY['a', 'b'], ARRAY[0, 0], ARRAY[0, 0]);
-- all or nothing: the least strength
SELECT DISTINCT strength, round(crowd_mean::numeric, 6) AS mean, reason
FROM shrunken_accuracy(ARRAY['a', 'b', 'c', 'd', 'e', 'f'], ARRAY[50, 50, 50, 0, 0, 0], ARRAY[50, 50, 50, 50, 50, 50]);
-- order and splitting do not matter
SELECT count(*) AS people, bool_and(s = t) AS same
FROM shrunken AS s JOIN (
    SELECT t.* FROM (SELECT array_agg(who ORDER BY r) AS who, array_agg(correct ORDER BY r) AS correct, array_agg(n ORDER BY r) AS n
                     FROM (SELECT who, correct - correct / 2 AS correct, n - n / 2 AS n, hashtext(who) AS r FROM people
                           UNION ALL SELECT who, correct / 2, n / 2, hashtext(who || 'x') FROM people) AS p) AS p,
         shrunken_accuracy(who, correct, n) AS t) AS t ON t.annotator = s.annotator;

-- of ratings: every distinct label of an item in gold is accepted
CREATE TABLE labels AS
SELECT i AS item, 'a' || a AS who, (ARRAY['cat', 'dog', 'fox'])[1 + abs(hashint4(i * 100 + a)) % 3] AS label
FROM generate_series(1, 40) AS i, generate_series(1, 7) AS a WHERE abs(hashint4(i * 31 + a)) % 4 > 0;
CREATE TABLE gold AS
SELECT i AS item, 'expert' || k AS who, (ARRAY['cat', 'dog', 'fox'])[1 + abs(hashint4(i * k)) % 3] AS label
FROM generate_series(11, 60) AS i, generate_series(1, 2) AS k;
SELECT count(*) AS people, bool_and(s.n_gold = p.n AND s.n_correct = p.correct) AS same
FROM shrunken_accuracy((SELECT ratings_agg(item, who, label) FROM labels), (SELECT ratings_agg(item, who, label) FROM gold)) AS s
     JOIN (SELECT who, count(*) AS n, count(*) FILTER (WHERE label = ANY (accepted)) AS correct
           FROM labels JOIN (SELECT item, array_agg(label) AS accepted FROM gold GROUP BY item) AS g USING (item)
           GROUP BY who) AS p ON p.who = s.annotator;
SELECT bool_and(t.upper - t.lower < s.upper - s.lower) AS narrower
FROM (SELECT ratings_agg(item, who, label) AS r FROM labels) AS r, (SELECT ratings_agg(item, who, label) AS g FROM gold) AS g,
     LATERAL shrunken_accuracy(r, g) AS s JOIN LATERAL shrunken_accuracy(r, g, 0.5) AS t USING (annotator);
-- labels that gold never has, items of other types
SELECT DISTINCT n_correct, strength, reason
FROM shrunken_accuracy((SELECT ratings_agg(item, who, label) FROM labels), (SELECT ratings_agg(item, 0, 'emu'::text) FROM gold));
SELECT * FROM shrunken_accuracy((SELECT ratings_agg(item, who, label) FROM labels), (SELECT ratings_agg(item::text, who, label) FROM gold));
SELECT * FROM shrunken_accuracy((SELECT ratings_agg(item, who, label) FROM labels), (SELECT ratings_agg(item, who, length(label)) FROM gold));
SELECT count(*) AS people, count(shrunken) AS shrunken, min(reason) AS reason
FROM shrunken_accuracy((SELECT ratings_agg(item, who, label) FROM labels), (SELECT ratings_agg(item, who, label) FROM gold WHERE false));
SELECT count(*) AS rows
FROM shrunken_accuracy((SELECT ratings_agg(item, who, label) FROM labels WHERE false), (SELECT ratings_agg(item, who, label) FROM gold));

-- by stratum: the mean of each is the annotator's own shrunken accuracy, the
-- strength that of the largest likelihood around these means
CREATE TABLE strata AS
SELECT 'a' || i AS who, 's' || k AS stratum, (20 + i * k % 7)::bigint AS n,
       round((20 + i * k % 7) * (0.45 + 0.05 * (i % 5) + 0.25 * (i * k % 4 / 2)))::bigint AS correct
FROM generate_series(1, 8) AS i, generate_series(1, 3) AS k;
CREATE TABLE by_stratum AS
SELECT s.* FROM (SELECT array_agg(who) AS who, array_agg(stratum) AS stratum, array_agg(correct) AS correct, array_agg(n) AS n FROM strata) AS p,
     shrunken_accuracy_by_stratum(who, stratum, correct, n) AS s;
CREATE FUNCTION plain_stratum_likelihood(k float8) RETURNS float8 LANGUAGE sql AS $$
    SELECT sum((SELECT coalesce(sum(ln(k * annotator_mean + j)), 0) FROM generate_series(0, n_correct - 1) AS j)
               + (SELECT coalesce(sum(ln(k * (1 - annotator_mean) + j)), 0) FROM generate_series(0, n_gold - n_correct - 1) AS j)
               - (SELECT sum(ln(k + j)) FROM generate_series(0, n_gold - 1) AS j))
    FROM by_stratum
$$;
SELECT count(*) AS rows, count(DISTINCT b.strength) AS strengths,
       bool_and(abs(b.annotator_mean - t.shrunken) < 1e-12) AS means,
       bool_and(abs(b.shrunken - (b.strength * annotator_mean + b.n_correct) / (b.strength + b.n_gold)) < 1e-12) AS shrunken
FROM by_stratum AS b JOIN (
    SELECT s.* FROM (SELECT array_agg(who) AS who, array_agg(correct) AS correct, array_agg(n) AS n FROM strata) AS p,
         shrunken_accuracy(who, correct, n) AS s) AS t USING (annotator);
SELECT round(strength::numeric, 3) AS strength, bool_and(plain_stratum_likelihood(strength) > plain_stratum_likelihood(strength * f)) AS highest
FROM (SELECT DISTINCT strength FROM by_stratum) AS s, unnest(ARRAY[0.2, 0.98, 1.02, 5]) AS f GROUP BY strength;
-- one stratum each: nothing tells how strata differ
SELECT DISTINCT strength, reason
FROM shrunken_accuracy_by_stratum(ARRAY['a', 'b', 'c', 'd', 'e'], ARRAY['x', 'x', 'y', 'y', 'x'], ARRAY[9, 5, 7, 3, 8], ARRAY[10, 10, 10, 10, 10]);

-- bad input
SELECT * FROM shrunken_accuracy(ARRAY['a', 'b'], ARRAY[1], ARRAY[1, 2]);
SELECT * FROM shrunken_accuracy(ARRAY['a', NULL], ARRAY[1, 1], ARRAY[1, 2]);
SELECT * FROM shrunken_accuracy(ARRAY['a', 'b'], ARRAY[1, NULL], ARRAY[1, 2]);
SELECT * FROM shrunken_accuracy(ARRAY['a', 'b'], ARRAY[1, 3], ARRAY[1, 2]);
SELECT * FROM shrunken_accuracy(ARRAY['a', 'b'], ARRAY[1, -1], ARRAY[1, 2]);
SELECT * FROM shrunken_accuracy(ARRAY['a', 'a'], ARRAY[0, 0], ARRAY[9223372036854775807, 1]);
SELECT * FROM shrunken_accuracy(ARRAY['a'], ARRAY[1], ARRAY[1], 95);
SELECT * FROM shrunken_accuracy(NULL, ARRAY[1], ARRAY[1]);
SELECT * FROM shrunken_accuracy('{}'::text[], '{}', '{}');
SELECT * FROM shrunken_accuracy_by_stratum(ARRAY['a'], ARRAY[NULL], ARRAY[1], ARRAY[1]);
SELECT * FROM shrunken_accuracy_by_stratum(ARRAY['a'], ARRAY['x', 'y'], ARRAY[1], ARRAY[1]);
SELECT * FROM shrunken_accuracy_by_stratum('{}', '{}', '{}', '{}');
SELECT * FROM shrink_accuracy(4, 3, 0.9, 20);
SELECT * FROM shrink_accuracy(3, 4, 1, 20);
SELECT * FROM shrink_accuracy(3, 4, 'NaN', 20);
SELECT * FROM shrink_accuracy(3, 4, 0.9, 0);
SELECT * FROM shrink_accuracy(3, 4, 0.9, 'Infinity');
SELECT * FROM shrink_accuracy(3, 4, 0.9, 20, 1);
SELECT count(*) AS rows FROM shrink_accuracy(NULL, 4, 0.9, 20);

--
-- Coinciding errors
--
-- 5 annotators, 90 items of three gold classes and unequal difficulty, not all
-- labeled by all; 'e' copies half of what 'd' says
CREATE FUNCTION draw(i int) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT abs(hashint4(i)::float8) / 2147483648';
CREATE TABLE truth AS SELECT i AS item, (ARRAY['x', 'y', 'z'])[1 + i % 3] AS label FROM generate_series(1, 90) AS i;
CREATE TABLE given AS
SELECT i AS item, chr(96 + a) AS who,
       CASE WHEN draw(i * 997 + a * 13) < 0.25 + 0.6 * draw(i * 7919) - 0.05 * a
            THEN (ARRAY['x', 'y', 'z', 'w', 'v'])[1 + (i % 3 + 1 + (draw(i * 31 + a * 1009) ^ 2 * 4)::int) % 5]
            ELSE (ARRAY['x', 'y', 'z'])[1 + i % 3] END AS label
FROM generate_series(1, 90) AS i, generate_series(1, 5) AS a;
UPDATE given AS e SET label = d.label FROM given AS d
WHERE e.who = 'e' AND d.who = 'd' AND d.item = e.item AND draw(e.item * 51) < 0.5;
DELETE FROM given WHERE draw(item * 17 + ascii(who)) < 0.12;

-- Second implementation, from the definition.  P(S | T) over all sets S of T of
-- an item's annotators, listed one by one; levels and slopes by steps of
-- Newton's method on the whole vector
CREATE TABLE wrong AS
SELECT g.item, ascii(who) - 96 AS a, (g.label <> t.label)::int AS x, g.label, t.label AS class
FROM given AS g JOIN truth AS t USING (item);
CREATE TABLE z AS
SELECT item, count(*) AS n, sum(x) AS t, ln(sum(x) + 0.5::float8) - ln(count(*) - sum(x) + 0.5::float8) AS z FROM wrong GROUP BY item;
UPDATE z SET z = z.z - (SELECT sum(n * z) / sum(n) FROM z);
CREATE TABLE subsets AS
SELECT w.item, s, array_agg(a ORDER BY a) AS errs
FROM wrong AS w JOIN z USING (item), generate_series(0, 31) AS s
WHERE s >> (a - 1) & 1 = 1
GROUP BY w.item, s, t
HAVING count(*) = t AND (SELECT bool_and(EXISTS (SELECT FROM wrong AS v WHERE v.item = w.item AND v.a = b))
                         FROM generate_series(1, 5) AS b WHERE s >> (b - 1) & 1 = 1);
-- parameter 2a - 1 is the level, 2a the slope of annotator a
CREATE FUNCTION chances(par float8[]) RETURNS TABLE (item int, errs int[], p float8) LANGUAGE sql AS $$
    SELECT item, errs, w / sum(w) OVER (PARTITION BY item)
    FROM (SELECT item, errs, exp((SELECT sum(par[2 * a - 1] + par[2 * a] * z) FROM unnest(errs) AS a)) AS w
          FROM subsets JOIN z USING (item)) AS t
$$;
CREATE FUNCTION invert(m float8[]) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
    n int := array_length(m, 1);
    r float8[] := (SELECT array_agg(row_ ORDER BY i) FROM (SELECT i, array_agg((i = j)::int::float8 ORDER BY j) AS row_
                   FROM generate_series(1, n) AS i, generate_series(1, n) AS j GROUP BY i) AS t);
    f float8;
BEGIN
    FOR k IN 1..n LOOP
        f := m[k][k];
        FOR j IN 1..n LOOP m[k][j] := m[k][j] / f; r[k][j] := r[k][j] / f; END LOOP;
        FOR i IN 1..n LOOP
            CONTINUE WHEN i = k;
            f := m[i][k];
            FOR j IN 1..n LOOP m[i][j] := m[i][j] - f * m[k][j]; r[i][j] := r[i][j] - f * r[k][j]; END LOOP;
        END LOOP;
    END LOOP;
    RETURN r;
END $$;
-- mean of each (annotator, item) and covariance of each two of an item
CREATE FUNCTION moments(par float8[]) RETURNS TABLE (item int, a int, b int, pa float8, pb float8, pab float8) LANGUAGE sql AS $$
    WITH c AS MATERIALIZED (SELECT * FROM chances(par))
    SELECT u.item, u.a, v.a, coalesce(sum(p) FILTER (WHERE u.a = ANY (errs)), 0), coalesce(sum(p) FILTER (WHERE v.a = ANY (errs)), 0),
           coalesce(sum(p) FILTER (WHERE u.a = ANY (errs) AND v.a = ANY (errs)), 0)
    FROM wrong AS u JOIN wrong AS v USING (item) LEFT JOIN c USING (item)
    GROUP BY u.item, u.a, v.a
$$;
CREATE FUNCTION fitted() RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
    par float8[] := array_fill(0::float8, ARRAY[10]);
    g float8[];
    h float8[];
BEGIN
    FOR i IN 1..8 LOOP
        CREATE TEMP TABLE m AS SELECT * FROM moments(par) JOIN z USING (item);
        SELECT array_agg((SELECT sum((x - pa) * CASE k WHEN 0 THEN 1 ELSE z END) FROM m JOIN wrong USING (item, a) WHERE m.a = m.b AND a = (q + 1) / 2)
                         - par[q] * CASE k WHEN 0 THEN 0.25 ELSE 4 END ORDER BY q)
        INTO g FROM (SELECT q, (q + 1) % 2 AS k FROM generate_series(1, 10) AS q) AS t;
        SELECT array_agg(row_ ORDER BY q) INTO h FROM (
            SELECT q, array_agg(coalesce((SELECT sum((pab - pa * pb) * CASE q % 2 WHEN 1 THEN 1 ELSE z END * CASE s % 2 WHEN 1 THEN 1 ELSE z END)
                                          FROM m WHERE m.a = (q + 1) / 2 AND m.b = (s + 1) / 2), 0)
                                + CASE WHEN q = s THEN CASE q % 2 WHEN 1 THEN 0.25 ELSE 4 END ELSE 0 END ORDER BY s) AS row_
            FROM generate_series(1, 10) AS q, generate_series(1, 10) AS s GROUP BY q) AS t;
        h := invert(h);
        SELECT array_agg(par[q] + (SELECT sum(h[q][s] * g[s]) FROM generate_series(1, 10) AS s) ORDER BY q) INTO par FROM generate_series(1, 10) AS q;
        DROP TABLE m;
    END LOOP;
    RETURN par;
END $$;
-- the upper normal tail, by Simpson's rule
CREATE FUNCTION plain_tail(x float8) RETURNS float8 LANGUAGE sql AS $$
    SELECT sum(CASE WHEN i IN (0, 4000) THEN 1 WHEN i % 2 = 1 THEN 4 ELSE 2 END * exp(-((x + i * 0.003) ^ 2) / 2)) * 0.001 / sqrt(2 * pi())
    FROM generate_series(0, 4000) AS i
$$;
CREATE TABLE reference AS
WITH m AS MATERIALIZED (SELECT * FROM (SELECT fitted() AS par) AS f, moments(par) JOIN z USING (item)),
     pair AS (SELECT a, b, count(*) AS n, sum(pab) AS expected, sum(pab * (1 - pab)) AS v,
                     ARRAY[sum(pab * (1 - pa)), sum(pab * (1 - pa) * z), sum(pab * (1 - pb)), sum(pab * (1 - pb) * z)] AS c,
                     sum(pab - pa * pb) AS k00, sum((pab - pa * pb) * z) AS k01, sum((pab - pa * pb) * z * z) AS k11
              FROM m WHERE a < b GROUP BY a, b),
     own AS (SELECT a, sum(pa * (1 - pa)) + 0.25 AS i00, sum(pa * (1 - pa) * z) AS i01, sum(pa * (1 - pa) * z * z) + 4 AS i11
             FROM m WHERE a = b GROUP BY a),
     inverse AS (SELECT pair.*, invert(ARRAY[[u.i00, u.i01, k00, k01], [u.i01, u.i11, k01, k11],
                                             [k00, k01, w.i00, w.i01], [k01, k11, w.i01, w.i11]]) AS i
                 FROM pair JOIN own AS u USING (a) JOIN own AS w ON w.a = pair.b)
SELECT chr(96 + a) AS annotator_a, chr(96 + b) AS annotator_b, n, expected,
       v - (SELECT sum(c[k] * i[k][l] * c[l]) FROM generate_series(1, 4) AS k, generate_series(1, 4) AS l) AS variance
FROM inverse;
CREATE TABLE found AS
SELECT * FROM error_agreement((SELECT ratings_agg(item, who, label) FROM given), (SELECT ratings_agg(item, 0, label) FROM truth));
SELECT annotator_a AS a, annotator_b AS b, n_items = n AS n, f.joint_errors = p.joint AS joint,
       abs(f.expected - r.expected) < 1e-5 AS expected, abs(f.ratio - p.joint / r.expected) < 1e-6 AS plain_ratio,
       abs(f.p_value - plain_tail((p.joint - 0.5 - r.expected) / sqrt(variance))) < 1e-6 AS p,
       round(f.ratio::numeric, 2) AS ratio, round(f.p_value::numeric, 4) AS p_value, reason
FROM found AS f JOIN reference AS r USING (annotator_a, annotator_b)
     JOIN (SELECT chr(96 + u.a) AS annotator_a, chr(96 + v.a) AS annotator_b, sum(u.x * v.x) AS joint
           FROM wrong AS u JOIN wrong AS v USING (item) WHERE u.a < v.a GROUP BY u.a, v.a) AS p USING (annotator_a, annotator_b)
ORDER BY 1, 2;
-- the same wrong label: where three or more err, any two of them agree alike;
-- where two err, the item is one of its class
WITH err AS (SELECT item, a, label, class, count(*) OVER (PARTITION BY item) AS m FROM wrong WHERE x = 1),
     same AS (SELECT u.item, avg((u.label = v.label)::int)::float8 AS p FROM err AS u JOIN err AS v USING (item) WHERE u.a <> v.a GROUP BY u.item),
     alone AS (SELECT class, count(*)::float8 AS n, avg(p) AS p FROM same JOIN (SELECT DISTINCT item, class FROM err WHERE m = 2) AS t USING (item) GROUP BY class),
     pair AS (SELECT u.a, v.a AS b, u.class, u.m = 2 AS two, count(*) AS n, sum((u.label = v.label)::int) AS same, sum(p) AS e, sum(p * (1 - p)) AS var
              FROM err AS u JOIN err AS v USING (item) JOIN same USING (item) WHERE u.a < v.a GROUP BY 1, 2, 3, 4),
     total AS (SELECT a, b, sum(pair.same) AS same, sum(CASE WHEN two THEN pair.n * alone.p ELSE e END) AS e,
                      sum(CASE WHEN NOT two THEN var WHEN alone.n > 1 THEN pair.n * alone.p * (1 - alone.p) * (alone.n - pair.n) / (alone.n - 1) ELSE 0 END) AS var
               FROM pair LEFT JOIN alone USING (class) GROUP BY a, b)
SELECT count(*) AS pairs, bool_and(f.same_wrong = t.same) AS same, bool_and(abs(f.same_expected - t.e) < 1e-12) AS expected,
       bool_and(CASE WHEN t.e < 5 THEN f.same_reason = 'too_few' AND same_p_value IS NULL
                     ELSE abs(f.same_p_value - plain_tail((t.same - 0.5 - t.e) / sqrt(t.var))) < 1e-9 END) AS p,
       count(same_p_value) AS tested
FROM found AS f JOIN total AS t ON f.annotator_a = chr(96 + t.a) AND f.annotator_b = chr(96 + t.b);
-- q values: of the k-th smallest of m, the least p m / j from there on
SELECT bool_and(abs(q_value - q) < 1e-15) AS q, bool_and(same_p_value IS NULL OR abs(same_q_value - same_q) < 1e-15) AS same_q
FROM (SELECT *, least(1, min(p_value * m / k) OVER (ORDER BY k DESC)) AS q,
             least(1, min(same_p_value * sm / sk) OVER (ORDER BY sk DESC)) AS same_q
      FROM (SELECT *, count(p_value) OVER () AS m, row_number() OVER (ORDER BY p_value) AS k,
                   count(same_p_value) OVER () AS sm, row_number() OVER (ORDER BY same_p_value) AS sk FROM found) AS t) AS t;

-- many labels an item: given how many err, the pairs that err are given; the
-- approximation from 33 labels on keeps their sum
SELECT people, bool_and(abs(sum_expected / sum_joint - 1) < CASE WHEN people <= 32 THEN 1e-9 ELSE 0.005 END) AS kept
FROM (SELECT people, sum(expected) AS sum_expected, sum(joint_errors) AS sum_joint
      FROM (VALUES (2), (8), (32), (33), (60)) AS v (people),
           LATERAL (SELECT ratings_agg(i, a, CASE WHEN draw(i * 101 + a * 7) < 0.8 * draw(i * 3) THEN 'no' ELSE 'yes' END) AS r,
                           ratings_agg(i, 0, 'yes'::text) AS g
                    FROM generate_series(1, 100) AS i, generate_series(1, people) AS a) AS s,
           error_agreement(r, g)
      GROUP BY people) AS t
GROUP BY people ORDER BY people;

-- two classes have only one wrong label: no variance to judge by
SELECT DISTINCT same_wrong = joint_errors AS all_same, same_ratio, same_p_value, same_reason
FROM (SELECT ratings_agg(i, a, draw(i * 101 + a * 7) < 0.8 * draw(i * 3)) AS r, ratings_agg(i, 0, false) AS g
      FROM generate_series(1, 200) AS i, generate_series(1, 4) AS a) AS s, error_agreement(r, g);
-- several accepted answers: none of them is an error
SELECT joint_errors, n_items, reason
FROM error_agreement((SELECT ratings_agg(i, a, CASE a WHEN 1 THEN 'x' ELSE 'y' END) FROM generate_series(1, 9) AS i, generate_series(1, 2) AS a),
                     (SELECT ratings_agg(i, a, CASE a WHEN 1 THEN 'x' ELSE 'y' END) FROM generate_series(1, 5) AS i, generate_series(1, 2) AS a));
-- too few, always wrong, one annotator, no gold, other types, NULL
SELECT n_items, joint_errors, round(expected::numeric, 6) AS expected, p_value, reason, same_expected, same_reason
FROM error_agreement((SELECT ratings_agg(i, a, 'x'::text) FROM generate_series(1, 3) AS i, generate_series(1, 2) AS a),
                     (SELECT ratings_agg(i, 0, 'y'::text) FROM generate_series(1, 9) AS i));
SELECT n_items, joint_errors, expected, p_value, reason, same_expected, same_reason
FROM error_agreement((SELECT ratings_agg(i, a, 'x'::text) FROM generate_series(1, 30) AS i, generate_series(1, 2) AS a),
                     (SELECT ratings_agg(i, 0, 'y'::text) FROM generate_series(1, 30) AS i));
SELECT count(*) AS rows FROM error_agreement((SELECT ratings_agg(i, 1, 'x'::text) FROM generate_series(1, 30) AS i),
                                             (SELECT ratings_agg(i, 0, 'y'::text) FROM generate_series(1, 30) AS i));
SELECT count(*) AS rows FROM error_agreement((SELECT ratings_agg(item, who, label) FROM given), (SELECT ratings_agg(item, 0, label) FROM truth WHERE false));
SELECT count(*) AS rows FROM error_agreement((SELECT ratings_agg(item, who, label) FROM given WHERE false), (SELECT ratings_agg(item, 0, label) FROM truth));
SELECT count(*) AS rows FROM error_agreement((SELECT ratings_agg(item, who, label) FROM given), (SELECT ratings_agg(item, 0, 1) FROM truth));
SELECT count(*) AS rows FROM error_agreement(NULL, NULL);

--
-- Prevalence
--
-- Rogan and Gladen, and the interval written out after Lang and Reiczigel
SELECT n_pos, round(prevalence::numeric, 4) AS prevalence, round(c.lower::numeric, 4) AS lower, round(c.upper::numeric, 4) AS upper, clipped,
       abs(prevalence - least(greatest((n_pos / 200.0 + 0.9 - 1) / (0.9 + 0.9 - 1), 0), 1)) < 1e-12 AS rogan_gladen,
       abs(c.lower - greatest(0, least(prevalence, p + d - h))) < 1e-12
       AND abs(c.upper - least(1, greatest(prevalence, p + d + h))) < 1e-12 AS lang_reiczigel
FROM (VALUES (2), (30), (100), (170), (199)) AS v (n_pos),
     LATERAL corrected_prevalence(n_pos, 200, 45, 50, 180, 200) AS c,
     LATERAL (SELECT 1.959963984540054::float8 AS z, 46 / 52.0::float8 AS se, 181 / 202.0::float8 AS sp) AS t,
     LATERAL (SELECT (n_pos + z * z / 2) / (200 + z * z) AS ap) AS a,
     LATERAL (SELECT (ap + sp - 1) / (se + sp - 1) AS p) AS q,
     LATERAL (SELECT 2 * z * z * (p * se * (1 - se) / 52 - (1 - p) * sp * (1 - sp) / 202) AS d,
                     z * sqrt(ap * (1 - ap) / (200 + z * z) + p * p * se * (1 - se) / 52
                              + (1 - p) * (1 - p) * sp * (1 - sp) / 202) / (se + sp - 1) AS h) AS e;
SELECT c.upper - c.lower < w.upper - w.lower AS narrower
FROM corrected_prevalence(30, 200, 45, 50, 180, 200, 0.5) AS c, corrected_prevalence(30, 200, 45, 50, 180, 200) AS w;
-- what cannot be told apart
SELECT * FROM corrected_prevalence(30, 200, 25, 50, 100, 200);
SELECT * FROM corrected_prevalence(30, 200, 5, 50, 20, 200);
SELECT * FROM corrected_prevalence(30, 200, 1, 1, 1, 1);
SELECT * FROM corrected_prevalence(30, 200, 0, 0, 180, 200);
SELECT * FROM corrected_prevalence(0, 0, 45, 50, 180, 200);
SELECT * FROM corrected_prevalence(3, 2, 45, 50, 180, 200);
SELECT * FROM corrected_prevalence(3, 20, 45, 50, -1, 200);
SELECT * FROM corrected_prevalence(3, 20, 45, 50, 180, 200, 95);
SELECT count(*) AS rows FROM corrected_prevalence(NULL, 20, 45, 50, 180, 200);

-- several classes: where the inverse of the table is a distribution it is the
-- solution, which gives back the shares seen
CREATE TABLE audit AS
SELECT label, reference
FROM (VALUES ('a', 'a', 40), ('b', 'a', 5), ('c', 'a', 5), ('a', 'b', 3), ('b', 'b', 45), ('c', 'b', 2),
             ('c', 'c', 30), ('a', 'c', 10)) AS t (label, reference, n), generate_series(1, n);
CREATE TABLE corrected AS
SELECT * FROM corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit), ARRAY['c', 'a', 'b', 'a'], ARRAY[200, 400, 300, 100]);
SELECT label, round(prevalence::numeric, 4) AS prevalence, apparent, sensitivity, round(specificity::numeric, 4) AS specificity,
       lower < prevalence AND prevalence < upper AS inside, clipped, reason FROM corrected;
SELECT abs(sum(DISTINCT prevalence) - 1) < 1e-9 AS one FROM corrected;
SELECT t.label, abs(sum(c.prevalence * t.share) - min(k.apparent)) < 1e-6 AS given_back
FROM corrected AS c
     JOIN (SELECT label, reference, count(*)::float8 / sum(count(*)) OVER (PARTITION BY reference)::float8 AS share
           FROM audit GROUP BY label, reference) AS t ON t.reference = c.label
     JOIN corrected AS k ON k.label = t.label
GROUP BY t.label ORDER BY t.label;
SELECT count(*) AS same FROM corrected AS c
     JOIN corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit), ARRAY['a', 'b', 'c'], ARRAY[500, 300, 200]) AS d
     ON (c.*) = (d.*);
-- two classes are the two-class formula
SELECT c.label, c.prevalence = t.prevalence AS value, abs(c.lower - t.lower) < 1e-12 AND abs(c.upper - t.upper) < 1e-12 AS bounds
FROM corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit WHERE label IN ('a', 'b') AND reference IN ('a', 'b')), ARRAY['a', 'b'], ARRAY[500, 300]) AS c
     JOIN (SELECT 'a' AS label, * FROM corrected_prevalence(500, 800, 40, 45, 45, 48)
           UNION ALL SELECT 'b', * FROM corrected_prevalence(300, 800, 45, 48, 40, 45)) AS t USING (label);
-- a class without gold, a class pushed out, nothing seen, labels that gold does not know
SELECT label, prevalence IS NULL AS none, reason
FROM corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit WHERE reference <> 'c'), ARRAY['a', 'b', 'c'], ARRAY[500, 300, 200]);
SELECT label, round(prevalence::numeric, 4) AS prevalence, clipped, reason
FROM corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit), ARRAY['a', 'b', 'c'], ARRAY[500, 1, 80], resamples => 100);
SELECT label, prevalence, lower, reason FROM corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit), '{}', '{}');
SELECT label, prevalence, reason FROM corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit WHERE label = 'a' AND reference = 'a'), ARRAY['a'], ARRAY[5]);
SELECT * FROM corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit), ARRAY['a', 'd'], ARRAY[500, 300]);
SELECT * FROM corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit), ARRAY['a', 'b'], ARRAY[500]);
SELECT * FROM corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit), ARRAY['a', NULL], ARRAY[500, 1]);
SELECT * FROM corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit), ARRAY['a'], ARRAY[-1]);
SELECT * FROM corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit), ARRAY['a'], ARRAY[1], resamples => 5);
SELECT count(*) AS rows FROM corrected_prevalence((SELECT confusion_agg(label, reference) FROM audit WHERE false), ARRAY['a'], ARRAY[1]);
SELECT count(*) AS rows FROM corrected_prevalence(NULL, ARRAY['a'], ARRAY[1]);

-- a confidence that is nearly 1 is as good as any
SELECT lower < prevalence AND prevalence < upper AND upper < 1 AS wide
FROM corrected_prevalence(5000, 10000, 900, 1000, 900, 1000, 0.9999999999999999);
SELECT upper < 1 AS below_one
FROM shrink_accuracy(900, 1000, 0.9, 10, 0.9999999999999999);

-- items that no double counts
SELECT * FROM corrected_prevalence(
    (SELECT confusion_agg(l, g) FROM (VALUES ('a', 'a'), ('b', 'b'), ('c', 'c')) AS v (l, g)),
    '{a,b,c}', '{9000000000000000000,9000000000000000000,9}');

-- each class against the rest, beside its definition
WITH rows AS (
    SELECT (i * i) % 4 + i % 3 AS l, i % 4 AS g FROM generate_series(1, 97) AS i)
SELECT label, sensitivity = s AND specificity = p AS by_definition
FROM corrected_prevalence((SELECT confusion_agg(l, g) FROM rows), '{0}', '{10}',
    resamples => 100),
    LATERAL (SELECT avg((l = label::int)::int) FILTER (WHERE g = label::int),
        avg((l <> label::int)::int) FILTER (WHERE g <> label::int)
        FROM rows) AS d (s, p)
WHERE s IS NOT NULL;

-- a table of errors of very many classes is refused
SELECT count(*) FROM corrected_prevalence(
    (SELECT confusion_agg(i, i) FROM generate_series(1, 1001) AS i), '{1,2}', '{1,2}');

DROP SCHEMA gold_people CASCADE;
