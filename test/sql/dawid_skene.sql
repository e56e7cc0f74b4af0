-- Dawid-Skene and one coin, against a second implementation: EM in plain SQL,
-- over tables, written from the formulas in docs/dawid_skene.md.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA models;
SET search_path = models, annoqa, public;
-- without statistics the tables of EM look large, and would be compiled for
SET jit = off;

-- uniform on (0, 1), the same on every machine
CREATE FUNCTION u(what text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT (((hashtextextended(what, 5) >> 11) & ((1::bigint << 53) - 1)) + 0.5::float8) / (1::bigint << 53)
$$;

-- Dawid and Skene 1979, Applied Statistics 28:20, Table 1: the first reading of
-- observer 1, and observers 2 to 5
CREATE TABLE anaesthesia AS
SELECT patient::text AS item, observer::text AS annotator, fitness AS label
FROM string_to_table('11111 34334 12122 23121 23222 23322 12111 33433 22223 22223 44444 23343 11111 23212 11111 '
  '12111 11111 11111 22221 21322 22222 22221 23222 22222 11111 11111 22222 11111 11111 11121 11111 33233 11111 '
  '22222 23232 44343 22232 23233 33432 11111 11111 12111 22222 11111 22222', ' ') WITH ORDINALITY AS t(labels, patient),
  string_to_table(labels, NULL) WITH ORDINALITY AS l(fitness, observer);

-- a crowd of 40, most with few labels, one item in five with a single label
CREATE TABLE crowd AS
SELECT i::text AS item, 'w' || lpad(a::text, 2, '0') AS annotator,
       chr(97 + CASE WHEN u('right' || i || '/' || a) < 0.5 + 0.45 * u('skill' || a) THEN truth
                     ELSE (truth + 1 + (u('wrong' || i || '/' || a) * 2)::int) % 3 END) AS label,
       chr(97 + truth) AS truth
FROM generate_series(1, 120) AS i,
     LATERAL (SELECT floor(3 * u('truth' || i) ^ 1.3)::int AS truth) AS t,
     LATERAL (SELECT a FROM generate_series(1, 40) AS a
              ORDER BY ln(u('who' || i || '/' || a)) * a DESC
              LIMIT CASE WHEN i % 5 = 0 THEN 1 ELSE 2 + i % 4 END) AS p;

--
-- EM in plain SQL.  em_gold: accepted answers, or empty; em_extra: counts of
-- gold answers.
--
CREATE TABLE em_label (item text, annotator text, label text);
CREATE TABLE em_gold (item text, k text);
CREATE TABLE em_extra (annotator text, k text, l text, w float8);
CREATE TABLE em_class (k text);
CREATE TABLE em_post (item text, k text, p float8);
CREATE TABLE em_pooled (k text, l text, p float8);
CREATE TABLE em_theta (annotator text, k text, l text, e float8, prior float8, p float8);
CREATE TABLE em_prior (k text, p float8);

CREATE FUNCTION em_run(steps int, class float8, crowd float8, diagonal float8, even float8,
                       OUT objective float8, OUT log_likelihood float8)
LANGUAGE plpgsql AS $$
DECLARE
  q float8;
  n float8 := (SELECT count(DISTINCT item) FROM em_label);
BEGIN
  TRUNCATE em_class, em_post, em_pooled;
  INSERT INTO em_class SELECT label FROM em_label UNION SELECT g.k FROM em_gold AS g UNION SELECT x.l FROM em_extra AS x;
  q := (SELECT count(*) FROM em_class);
  -- start: shares of the votes, of a gold item among the accepted answers
  INSERT INTO em_post
  SELECT item, k, CASE WHEN sum(v) OVER w > 0 THEN v / sum(v) OVER w ELSE 1.0 / count(*) OVER w END
  FROM (SELECT i.item, c.k, (SELECT count(*) FROM em_label AS l WHERE l.item = i.item AND l.label = c.k)::float8 AS v
        FROM (SELECT DISTINCT item FROM em_label) AS i, em_class AS c
        WHERE NOT EXISTS (SELECT FROM em_gold AS g WHERE g.item = i.item)
              OR EXISTS (SELECT FROM em_gold AS g WHERE g.item = i.item AND g.k = c.k)) AS votes
  WINDOW w AS (PARTITION BY item);
  FOR step IN 1 .. steps LOOP
    TRUNCATE em_theta, em_prior;
    -- M step
    INSERT INTO em_theta
    SELECT a.annotator, k.k, l.k, coalesce(e.e, 0), 0, 0
    FROM (SELECT annotator FROM em_label UNION SELECT annotator FROM em_extra) AS a
    CROSS JOIN em_class AS k CROSS JOIN em_class AS l
    LEFT JOIN (SELECT annotator, k, label, sum(e) AS e
               FROM (SELECT y.annotator, p.k, y.label, p.p AS e FROM em_label AS y JOIN em_post AS p USING (item)
                     UNION ALL SELECT x.annotator, x.k, x.l, x.w FROM em_extra AS x) AS parts
               GROUP BY 1, 2, 3) AS e ON e.annotator = a.annotator AND e.k = k.k AND e.label = l.k;
    IF step = 1 THEN
      INSERT INTO em_pooled
      SELECT k, l, (sum(e) + CASE WHEN k = l THEN 1 ELSE 0 END + 1 / q) / (sum(sum(e)) OVER (PARTITION BY k) + 2)
      FROM em_theta GROUP BY k, l;
    END IF;
    UPDATE em_theta AS t
    SET prior = crowd * o.p + even / q + CASE WHEN t.k = t.l THEN diagonal ELSE 0 END
    FROM em_pooled AS o WHERE o.k = t.k AND o.l = t.l;
    UPDATE em_theta AS t SET p = greatest(t.e + t.prior, 1e-10) / s.s
    FROM (SELECT annotator, k, sum(greatest(e + prior, 1e-10)) AS s FROM em_theta GROUP BY annotator, k) AS s
    WHERE s.annotator = t.annotator AND s.k = t.k;
    INSERT INTO em_prior SELECT c.k, (coalesce(sum(p.p), 0) + class / q) / (n + class)
    FROM em_class AS c LEFT JOIN em_post AS p USING (k) GROUP BY c.k;
    -- E step
    TRUNCATE em_post;
    INSERT INTO em_post
    SELECT i.item, c.k, ln(c.p) + sum(ln(t.p))
    FROM (SELECT DISTINCT item FROM em_label) AS i CROSS JOIN em_prior AS c
    JOIN em_label AS y USING (item) JOIN em_theta AS t ON t.annotator = y.annotator AND t.l = y.label AND t.k = c.k
    WHERE NOT EXISTS (SELECT FROM em_gold AS g WHERE g.item = i.item)
          OR EXISTS (SELECT FROM em_gold AS g WHERE g.item = i.item AND g.k = c.k)
    GROUP BY i.item, c.k, c.p;
    SELECT sum(most + ln(total)) INTO log_likelihood
    FROM (SELECT most, sum(exp(p - most)) AS total
          FROM (SELECT p, item, max(p) OVER (PARTITION BY item) AS most FROM em_post) AS m GROUP BY item, most) AS i;
    UPDATE em_post AS x SET p = exp(x.p - m.most) / m.total
    FROM (SELECT item, most, sum(exp(p - most)) AS total
          FROM (SELECT p, item, max(p) OVER (PARTITION BY item) AS most FROM em_post) AS m GROUP BY item, most) AS m
    WHERE m.item = x.item;
  END LOOP;
  objective := log_likelihood
    + (SELECT sum((prior + coalesce(x.w, 0)) * ln(p))
       FROM em_theta AS t LEFT JOIN (SELECT annotator, k, l, sum(w) AS w FROM em_extra GROUP BY 1, 2, 3) AS x
         USING (annotator, k, l))
    + (SELECT coalesce(sum(class / q * ln(p)), 0) FROM em_prior WHERE class > 0);
END $$;

-- does a model say the same as the last em_run()?
CREATE FUNCTION same_as_em(m annotator_model, objective float8, log_likelihood float8,
                           OUT posteriors bool, OUT class_prior bool, OUT confusion bool, OUT counts bool, OUT figures bool)
LANGUAGE plpgsql AS $$
DECLARE
  r ratings := (SELECT ratings_agg(item, annotator, label) FROM em_label);
  g ratings := (SELECT ratings_agg(item, 'gold'::text, k) FROM (SELECT DISTINCT ON (item) * FROM em_gold) AS one);
BEGIN
  posteriors := (SELECT max(abs(p.probability - coalesce(e.p, 0))) < 1e-12 AND count(*) >= (SELECT count(*) FROM em_post)
                 FROM posterior(r, m, gold => g) AS p LEFT JOIN em_post AS e ON e.item = p.item AND e.k = p.label);
  class_prior := (SELECT max(abs(p.probability - e.p)) < 1e-12 FROM class_prior(m) AS p JOIN em_prior AS e ON e.k = p.label);
  confusion := (SELECT max(abs(c.probability - t.p)) < 1e-12 AND count(*) = (SELECT count(*) FROM em_theta)
                FROM annotator_confusion(m) AS c
                JOIN em_theta AS t ON t.annotator = c.annotator AND t.k = c.reference AND t.l = c.label);
  counts := (SELECT max(abs(c.expected_count - t.e)) < 1e-9 FROM annotator_confusion(m) AS c
             JOIN em_theta AS t ON t.annotator = c.annotator AND t.k = c.reference AND t.l = c.label);
  figures := (SELECT abs(f.objective - same_as_em.objective) < 1e-9 AND abs(f.log_likelihood - same_as_em.log_likelihood) < 1e-9
              FROM fit(m) AS f);
END $$;

-- the table of the paper, as in the paper and with priors, step by step
INSERT INTO em_label SELECT * FROM anaesthesia;
CREATE TABLE r AS SELECT ratings_agg(item, annotator, label) AS a,
       (SELECT ratings_agg(item, annotator, label) FROM crowd) AS c FROM anaesthesia;
SELECT prior, steps, s.*
FROM (VALUES ('none', 1, 0, 0, 0, 0), ('none', 8, 0, 0, 0, 0), ('crowd', 1, 1, 8, 0, 0), ('crowd', 5, 1, 8, 0, 0),
             ('{"class": 3, "crowd": 0.5, "diagonal": 2, "even": 1.5}', 4, 3, 0.5, 2, 1.5)) AS p(prior, steps, class, crowd, diagonal, even),
     r, em_run(steps, class, crowd, diagonal, even) AS e,
     same_as_em(dawid_skene(r.a, prior, max_iterations => steps, tolerance => 0), e.objective, e.log_likelihood) AS s;
-- the fixed point.  The paper has .40 .42 .11 .07 for all 315 readings; these
-- are the 225 first ones.
SELECT method, n_items, n_annotators, n_labels, n_categories, iterations, converged, round(log_likelihood::numeric, 6) AS log_likelihood,
       objective = log_likelihood AS no_prior, identified, n_blocks, reason
FROM r, fit(dawid_skene(a, 'none', tolerance => 0)) AS f;
SELECT label, round(probability::numeric, 4) AS probability FROM r, class_prior(dawid_skene(a, 'none', tolerance => 0));

-- a thin crowd
TRUNCATE em_label;
INSERT INTO em_label SELECT item, annotator, label FROM crowd;
SELECT prior, s.*
FROM (VALUES ('none', 0, 0, 0, 0), ('crowd', 1, 8, 0, 0), ('{"crowd": 0, "diagonal": 1, "even": 1}', 1, 0, 1, 1)) AS p(prior, class, crowd, diagonal, even),
     r, em_run(4, class, crowd, diagonal, even) AS e,
     same_as_em(dawid_skene(r.c, prior, max_iterations => 4, tolerance => 0), e.objective, e.log_likelihood) AS s;

-- gold: accepted answers of some items, two of them for one item, one that
-- nobody gave, some of items that nobody labeled
CREATE TABLE gold AS
SELECT item, 'gold' AS who, truth AS label FROM crowd WHERE item::int % 7 = 0 GROUP BY item, truth
UNION ALL SELECT '14', 'second', 'b'
UNION ALL SELECT 'elsewhere', 'gold', 'a';
UPDATE gold SET label = 'unheard of' WHERE item = '28';
INSERT INTO em_gold SELECT DISTINCT item, label FROM gold;
SELECT prior, s.*
FROM (VALUES ('none', 0, 0, 0, 0), ('crowd', 1, 8, 0, 0)) AS p(prior, class, crowd, diagonal, even),
     r, (SELECT ratings_agg(item, who, label) AS g FROM gold) AS g, em_run(3, class, crowd, diagonal, even) AS e,
     LATERAL (SELECT s.class_prior, s.confusion, s.counts, s.figures
              FROM same_as_em(dawid_skene(r.c, prior, g, max_iterations => 3, tolerance => 0), e.objective, e.log_likelihood) AS s) AS s;
SELECT p.item, label, round(probability::numeric, 6) AS probability
FROM r, (SELECT ratings_agg(item, who, label) AS g FROM gold) AS g, posterior(r.c, dawid_skene(r.c, gold => g), gold => g) AS p
WHERE item IN ('14', '28') AND probability > 0 ORDER BY item, label;

-- gold answers: what annotators said of gold items that are not in the ratings,
-- one of them known from nothing else; 'g3' accepts two answers
CREATE TABLE answers (item text, annotator text, label text);
INSERT INTO answers VALUES ('g1', 'w01', 'a'), ('g1', 'w02', 'b'), ('g2', 'w01', 'c'), ('g3', 'w01', 'a'),
  ('g3', 'w02', 'c'), ('g3', 'new', 'b'), ('g1', 'new', 'a');
CREATE TABLE answer_gold (item text, who text, label text);
INSERT INTO answer_gold VALUES ('g1', 'gold', 'a'), ('g2', 'gold', 'c'), ('g3', 'gold', 'a'), ('g3', 'other', 'b');
TRUNCATE em_gold;
INSERT INTO em_extra VALUES ('w01', 'a', 'a', 1), ('w02', 'a', 'b', 1), ('w01', 'c', 'c', 1), ('w01', 'a', 'a', 1),
  ('w02', 'a', 'c', 0.5), ('w02', 'b', 'c', 0.5), ('new', 'b', 'b', 1), ('new', 'a', 'a', 1);
SELECT prior, s.*
FROM (VALUES ('none', 0, 0, 0, 0), ('crowd', 1, 8, 0, 0)) AS p(prior, class, crowd, diagonal, even), r,
     (SELECT ratings_agg(item, annotator, label) AS x FROM answers) AS x,
     (SELECT ratings_agg(item, who, label) AS g FROM answer_gold) AS g, em_run(3, class, crowd, diagonal, even) AS e,
     same_as_em(dawid_skene(r.c, prior, g, max_iterations => 3, tolerance => 0, gold_answers => x), e.objective, e.log_likelihood) AS s;
SELECT s.annotator, s.n_labels - count(c.item) AS answers FROM r,
     (SELECT ratings_agg(item, annotator, label) AS x FROM answers) AS x,
     (SELECT ratings_agg(item, who, label) AS g FROM answer_gold) AS g,
     annotator_skill(dawid_skene(r.c, gold => g, gold_answers => x)) AS s LEFT JOIN crowd AS c USING (annotator)
GROUP BY s.annotator, s.n_labels HAVING s.n_labels > count(c.item) ORDER BY 1;
TRUNCATE em_extra;

-- The objective never falls: 40 steps of each, and the same with gold (from
-- one start, for with gold the better of two is taken).
SELECT which, prior, bool_and(objective >= last - 1e-12 * abs(last)) AS rises, count(*) AS steps
FROM (SELECT which, prior, f.objective, lag(f.objective) OVER (PARTITION BY which, prior, g IS NULL, data ORDER BY n) AS last
      FROM unnest(ARRAY['dawid_skene', 'hierarchical', 'one_coin']) AS which,
           unnest(ARRAY['none', 'crowd', '{"crowd": 1, "diagonal": 3, "even": 2}']) AS prior,
           (SELECT 'a' AS data, a AS x, NULL::ratings AS g, NULL::annotator_model AS first FROM r UNION ALL SELECT 'c', c, NULL, NULL FROM r
            UNION ALL SELECT 'c', c, (SELECT ratings_agg(item, who, label) FROM gold), one_coin(c) FROM r) AS d,
           generate_series(1, 40) AS n,
           LATERAL fit(CASE which
             WHEN 'one_coin' THEN one_coin(x, prior, g, first, max_iterations => n, tolerance => 0)
             ELSE dawid_skene(x, prior, g, first, max_iterations => n, tolerance => 0, hierarchical => which = 'hierarchical') END) AS f
      WHERE which <> 'hierarchical' OR prior <> 'none') AS steps
WHERE last IS NOT NULL
GROUP BY which, prior ORDER BY which, prior;

--
-- one coin, in plain SQL
--
CREATE FUNCTION coin_run(steps int, class float8, crowd float8, diagonal float8, even float8, OUT objective float8)
LANGUAGE plpgsql AS $$
DECLARE
  q float8 := (SELECT count(DISTINCT label) FROM em_label);
  n float8 := (SELECT count(DISTINCT item) FROM em_label);
  share float8;
BEGIN
  TRUNCATE em_class, em_post;
  INSERT INTO em_class SELECT DISTINCT label FROM em_label;
  INSERT INTO em_post SELECT i.item, c.k, (SELECT avg((l.label = c.k)::int) FROM em_label AS l WHERE l.item = i.item)
  FROM (SELECT DISTINCT item FROM em_label) AS i, em_class AS c;
  FOR step IN 1 .. steps LOOP
    TRUNCATE em_theta, em_prior;
    -- in em_theta: e right answers, p the chance of being right
    INSERT INTO em_theta (annotator, e, prior)
    SELECT annotator, sum(p.p), count(*) FROM em_label AS y JOIN em_post AS p ON p.item = y.item AND p.k = y.label GROUP BY annotator;
    IF step = 1 THEN
      share := (SELECT (sum(e) + 1 + 1 / q) / (sum(prior) + 2) FROM em_theta);
    END IF;
    UPDATE em_theta SET p = greatest(e + crowd * share + diagonal + even / q, 1e-10)
      / (greatest(e + crowd * share + diagonal + even / q, 1e-10)
         + greatest(prior - e + crowd * (1 - share) + even * (1 - 1 / q), 1e-10));
    INSERT INTO em_prior SELECT k, (sum(p) + class / q) / (n + class) FROM em_post GROUP BY k;
    TRUNCATE em_post;
    INSERT INTO em_post
    SELECT i.item, c.k, ln(c.p) + sum(ln(CASE WHEN y.label = c.k THEN t.p ELSE (1 - t.p) / (q - 1) END))
    FROM (SELECT DISTINCT item FROM em_label) AS i CROSS JOIN em_prior AS c
    JOIN em_label AS y USING (item) JOIN em_theta AS t USING (annotator) GROUP BY i.item, c.k, c.p;
    SELECT sum(most + ln(total)) INTO objective
    FROM (SELECT most, sum(exp(p - most)) AS total
          FROM (SELECT p, item, max(p) OVER (PARTITION BY item) AS most FROM em_post) AS m GROUP BY item, most) AS i;
    UPDATE em_post AS x SET p = exp(x.p - m.most) / m.total
    FROM (SELECT item, most, sum(exp(p - most)) AS total
          FROM (SELECT p, item, max(p) OVER (PARTITION BY item) AS most FROM em_post) AS m GROUP BY item, most) AS m
    WHERE m.item = x.item;
  END LOOP;
  objective := objective
    + (SELECT sum((crowd * share + diagonal + even / q) * ln(p)
                  + (crowd * (1 - share) + even * (1 - 1 / q)) * ln((1 - p) / (q - 1))) FROM em_theta)
    + (SELECT sum(class / q * ln(p)) FROM em_prior);
END $$;
CREATE FUNCTION same_as_coin(m annotator_model, OUT posteriors bool, OUT skills bool) LANGUAGE plpgsql AS $$
BEGIN
  posteriors := (SELECT max(abs(p.probability - e.p)) < 1e-12
                 FROM posterior((SELECT ratings_agg(item, annotator, label) FROM em_label), m) AS p
                 JOIN em_post AS e ON e.item = p.item AND e.k = p.label);
  skills := (SELECT max(abs(s.skill - t.p)) < 1e-12 FROM annotator_skill(m) AS s JOIN em_theta AS t USING (annotator));
END $$;
SELECT prior, s.*, abs(f.objective - e.objective) < 1e-9 AS objective
FROM (VALUES ('none', 0, 0, 0, 0), ('crowd', 1, 8, 0, 0), ('{"class": 3, "crowd": 0.5, "diagonal": 2, "even": 1.5}', 3, 0.5, 2, 1.5))
     AS p(prior, class, crowd, diagonal, even),
     r, coin_run(5, class, crowd, diagonal, even) AS e,
     LATERAL (SELECT one_coin(r.c, prior, max_iterations => 5, tolerance => 0) AS m OFFSET 0) AS m,
     fit(m) AS f, same_as_coin(m) AS s;

--
-- Start, order of rows, stopping
--
CREATE TABLE m AS SELECT dawid_skene(c) AS c, one_coin(c) AS o, dawid_skene(a, 'none', tolerance => 0) AS a FROM r;
SELECT f.iterations AS warm, g.iterations > 5 AS cold_takes_longer, abs(f.objective - g.objective) < 1e-3 AS same_objective
FROM r, m, fit(dawid_skene(r.c, start => m.c)) AS f, fit(m.c) AS g;
-- from a model of another method and other annotators, and from one that knows
-- a class more
SELECT k, f.n_categories, f.converged, abs(f.log_likelihood - g.log_likelihood) < CASE k WHEN 3 THEN 1e-5 ELSE 5 END AS same
FROM r, m, unnest(ARRAY[3, 4]) AS k,
     LATERAL (SELECT one_coin(ratings_agg(i, 'x' || w, chr(97 + i % k))) AS other
              FROM generate_series(1, 40) AS i, generate_series(1, 3) AS w) AS o,
     fit(dawid_skene(r.c, start => other, tolerance => 0, max_iterations => 5000)) AS f,
     fit(dawid_skene(r.c, tolerance => 0, max_iterations => 5000)) AS g;
-- the same bits whatever the order of rows, and as stored text
SELECT dawid_skene(ratings_agg(item, annotator, label ORDER BY u(item || annotator)))::text = (SELECT c::text FROM m) AS dawid_skene,
       one_coin(ratings_agg(item, annotator, label ORDER BY label, item DESC))::text = (SELECT o::text FROM m) AS one_coin
FROM crowd;
SELECT f.iterations, f.converged FROM r, fit(dawid_skene(c, max_iterations => 3)) AS f;

--
-- Skill, its bounds, informativeness
--
-- the part of a Beta below x, by 2,000 midpoints of its density
CREATE FUNCTION beta_below(x float8, a float8, b float8) RETURNS float8 LANGUAGE sql AS $$
  SELECT sum(d) FILTER (WHERE t < x) / sum(d)
  FROM (SELECT (i - 0.5) / 2000 AS t, exp((a - 1) * ln((i - 0.5) / 2000) + (b - 1) * ln(1 - (i - 0.5) / 2000)) AS d
        FROM generate_series(1, 2000) AS i) AS density
$$;
CREATE TABLE skill AS
SELECT s.*, x.* FROM m, annotator_skill(m.c, 0.9) AS s,
LATERAL (
  -- the prior has 8 counts a row
  SELECT sum(p.probability * c.probability) AS mean,
         sum(p.probability ^ 2 * c.probability * (1 - c.probability) / (8 + n + 1)) AS variance
  FROM class_prior(m.c) AS p
  JOIN annotator_confusion(m.c, s.annotator) AS c ON c.reference = p.label AND c.label = p.label
  JOIN (SELECT reference, sum(expected_count) AS n FROM annotator_confusion(m.c, s.annotator) GROUP BY reference) AS n ON n.reference = p.label) AS x;
SELECT max(abs(skill - mean)) < 1e-12 AS skill,
       max(abs(beta_below(skill_lower, mean * n, (1 - mean) * n) - 0.05)) < 0.003 AS lower,
       max(abs(beta_below(skill_upper, mean * n, (1 - mean) * n) - 0.95)) < 0.003 AS upper,
       bool_and(conditional) AS conditional
FROM skill, LATERAL (SELECT mean * (1 - mean) / variance - 1 AS n) AS n WHERE annotator IN ('w01', 'w09', 'w30');
-- mutual information, and its error: the derivative by each count, times posteriors
CREATE TABLE informed AS
WITH cell AS (
  SELECT c.*, p.probability AS prior, sum(p.probability * c.probability) OVER (PARTITION BY c.annotator, c.label) AS margin,
         8 + sum(c.expected_count) OVER (PARTITION BY c.annotator, c.reference) AS n
  FROM m, annotator_confusion(m.c) AS c JOIN class_prior(m.c) AS p ON p.label = c.reference
), slope AS (
  SELECT *, prior / n * (ln(probability / margin) - sum(probability * ln(probability / margin)) OVER (PARTITION BY annotator, reference)) AS slope
  FROM cell
), influence AS (
  SELECT y.annotator, y.item, sum(p.probability * s.slope) AS u
  FROM r, m, posterior(r.c, m.c) AS p JOIN crowd AS y USING (item)
  JOIN slope AS s ON s.annotator = y.annotator AND s.label = y.label AND s.reference = p.label GROUP BY 1, 2
)
SELECT annotator, information, error
FROM (SELECT annotator, sum(prior * probability * ln(probability / margin)) AS information FROM cell GROUP BY annotator) AS i
LEFT JOIN (SELECT annotator, sqrt(count(*) * var_samp(u)) AS error FROM influence GROUP BY annotator) AS e USING (annotator);
SELECT max(abs(s.informativeness - i.information)) < 1e-12 AS informativeness,
       max(abs(s.informativeness_upper - i.information - 1.6448536269514722 * i.error)) < 1e-12 AS upper,
       bool_and((s.informativeness_upper IS NULL) = (i.error IS NULL)) AS nulls
FROM skill AS s JOIN informed AS i USING (annotator);
-- one coin is the same formula with its own confusion
SELECT max(abs(s.informativeness - i.information)) < 1e-12 AS one_coin
FROM m, annotator_skill(m.o) AS s,
LATERAL (SELECT sum(prior * probability * ln(probability / margin)) AS information
         FROM (SELECT c.*, p.probability AS prior, sum(p.probability * c.probability) OVER (PARTITION BY c.label) AS margin
               FROM annotator_confusion(m.o, s.annotator) AS c JOIN class_prior(m.o) AS p ON p.label = c.reference) AS c) AS i;

-- Spammers: one always says 'a', one tosses a coin, one is honestly bad, one
-- lies.  19 labels are too few to tell.
CREATE TABLE suspects AS
SELECT i AS item, who, CASE
         WHEN who LIKE 'good%' THEN CASE WHEN u('e' || i || who) < 0.85 THEN truth ELSE other END
         WHEN who = 'always a' THEN 'a'
         WHEN who = 'coin' THEN chr(97 + (u('coin' || i) * 2)::int % 2)
         WHEN who = 'poor' THEN CASE WHEN u('poor' || i) < 0.7 THEN truth ELSE other END
         ELSE CASE WHEN u('liar' || i) < 0.85 THEN other ELSE truth END END AS label, truth
FROM generate_series(1, 300) AS i,
     LATERAL (SELECT CASE WHEN u('t' || i) < 0.6 THEN 'a' ELSE 'b' END AS truth) AS t,
     LATERAL (SELECT CASE truth WHEN 'a' THEN 'b' ELSE 'a' END AS other) AS o,
     unnest(ARRAY['good 1', 'good 2', 'good 3', 'good 4', 'always a', 'coin', 'poor', 'liar']) AS who;
INSERT INTO suspects SELECT item, 'new', 'a', truth FROM suspects WHERE who = 'coin' AND item <= 19;
SELECT annotator, n_labels, round(skill::numeric, 2) AS skill, round(informativeness::numeric, 3) AS informativeness,
       informativeness_upper < 0.05 AS little, spammer
FROM annotator_skill((SELECT dawid_skene(ratings_agg(item, who, label)) FROM suspects));
SELECT avg((c.label = s.truth)::int) > 0.95 AS right_with_liar
FROM consensus((SELECT ratings_agg(item, who, label) FROM suspects), (SELECT dawid_skene(ratings_agg(item, who, label)) FROM suspects)) AS c
JOIN suspects AS s ON s.item::text = c.item AND s.who = 'coin';
-- most of them lie: votes cannot know, gold can
CREATE TABLE liars AS SELECT item, who, CASE WHEN who IN ('good 1', 'good 2', 'good 3') THEN CASE label WHEN 'a' THEN 'b' ELSE 'a' END
                                             ELSE label END AS label, truth
FROM suspects WHERE who LIKE 'good%' OR who = 'poor';
SELECT gold, round(avg((c.label = l.truth)::int), 2) AS accuracy
FROM (VALUES (false), (true)) AS v(gold), (SELECT ratings_agg(item, who, label) AS r FROM liars) AS r,
     LATERAL (SELECT ratings_agg(item, 'gold'::text, truth) AS g FROM liars WHERE item % 10 = 0 AND gold) AS g,
     consensus(r, dawid_skene(r, gold => CASE WHEN gold THEN g END)) AS c
JOIN liars AS l ON l.item::text = c.item AND l.who = 'poor'
GROUP BY gold ORDER BY gold;

--
-- What is identified
--
CREATE FUNCTION why(r ratings, g ratings DEFAULT NULL, x ratings DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws(' ', identified, n_blocks, reason) FROM fit(dawid_skene(r, gold => g, gold_answers => x))
$$;
SELECT why(ratings_agg(i, 'x'::text, 'a'::text)) AS nothing FROM generate_series(1, 0) AS i;
SELECT why(ratings_agg(i, a, 'a'::text)) AS one_class FROM generate_series(1, 9) AS i, generate_series(1, 3) AS a;
SELECT why(ratings_agg(i, 'x'::text, i % 2)) AS one_annotator FROM generate_series(1, 9) AS i;
SELECT why(ratings_agg(i, a, (i + a) % 2)) AS two FROM generate_series(1, 9) AS i, generate_series(1, 2) AS a;
SELECT why(ratings_agg(i, a, i % 2)) AS three FROM generate_series(1, 9) AS i, generate_series(1, 3) AS a;
-- two labels an item are never enough, three on one item or gold are
SELECT why(ratings_agg(i, (i + a) % 5, i % 2)) AS pairs_of_five FROM generate_series(1, 20) AS i, generate_series(1, 2) AS a;
SELECT why(ratings_agg(i, (i + a) % 5, i % 2)) AS and_one_more FROM generate_series(1, 20) AS i, generate_series(1, 3) AS a WHERE a < 3 OR i = 1;
SELECT why(ratings_agg(i, (i + a) % 5, i % 2), ratings_agg(i, 0, i % 2) FILTER (WHERE i = 2)) AS and_gold FROM generate_series(1, 20) AS i, generate_series(1, 2) AS a;
-- in parts that share nobody gold must show all classes but one of each part
SELECT gold, why(ratings_agg(b * 100 + i, b * 10 + a, i % 3), ratings_agg(b * 100 + i, 0, i % 3) FILTER (WHERE i % 3 < classes AND b <= parts)) AS says
FROM (VALUES ('none', 0, 2), ('one class', 1, 2), ('two classes', 2, 2), ('three', 3, 2), ('three, in one part', 3, 1)) AS g (gold, classes, parts),
     generate_series(1, 2) AS b, generate_series(1, 12) AS i, generate_series(1, 3) AS a
GROUP BY gold ORDER BY min(classes), min(parts) DESC;
SELECT classes, why(ratings_agg(b * 100 + i, b * 10 + a, i % 3) FILTER (WHERE i < 13), ratings_agg(b * 100 + i, 0, i % 3) FILTER (WHERE i > 12 AND i % 3 < classes),
                    ratings_agg(b * 100 + i, b * 10 + a, i % 3) FILTER (WHERE i > 12 AND i % 3 < classes)) AS answers_to_gold
FROM generate_series(1, 2) AS classes, generate_series(1, 2) AS b, generate_series(1, 18) AS i, generate_series(1, 3) AS a GROUP BY 1 ORDER BY 1;
-- where several answers are accepted they do not say which class is which
SELECT why(ratings_agg(b * 100 + i, b * 10 + a, i % 3), ratings_agg(b * 100 + i, k, (i + k) % 3) FILTER (WHERE i < 7)) AS accepted_two
FROM generate_series(1, 2) AS b, generate_series(1, 12) AS i, generate_series(1, 3) AS a, generate_series(0, 1) AS k;
-- teams of which each has one class of its own: the parts may exchange classes
CREATE TABLE teams AS
SELECT b * 100 + i AS item, b * 10 + a AS who, CASE WHEN i * 7 % 10 = a * 3 THEN 'c' || (b + i) % 4 ELSE 'c' || b END AS label, 'c' || b AS truth
FROM generate_series(0, 3) AS b, generate_series(1, 100) AS i, generate_series(1, 3) AS a;
CREATE TABLE team_models AS
SELECT m.method, m.model, t.r
FROM (SELECT ratings_agg(item, who, label) AS r, ratings_agg(item, 0, truth) FILTER (WHERE item % 5 = 0) AS g FROM teams) AS t,
     LATERAL (VALUES ('dawid_skene', dawid_skene(t.r, gold => t.g)), ('one_coin', one_coin(t.r, gold => t.g))) AS m (method, model);
SELECT t.method, f.identified, f.n_blocks, f.reason FROM team_models AS t, fit(t.model) AS f ORDER BY 1;
SELECT method, count(*) FILTER (WHERE c.label <> t.truth) > 0 AS any_wrong FROM team_models, consensus(r, model) AS c
JOIN (SELECT DISTINCT item::text, truth FROM teams) AS t USING (item) GROUP BY method ORDER BY method;
SELECT count(*) FILTER (WHERE v IS DISTINCT FROM truth) AS wrong_by_majority FROM (SELECT majority_vote(label) AS v, min(truth) AS truth FROM teams GROUP BY item) AS t;
-- for a model of one chance an annotator they are
SELECT identified, reason FROM fit((SELECT one_coin(ratings_agg(i, (i + a) % 5, i % 2)) FROM generate_series(1, 20) AS i, generate_series(1, 2) AS a));
/*
 * Half of class 1 and rows {.8, .2}, {.2, .8}; 3/5 of it and rows of the same
 * covariance .6^2 / 4 of two annotators, d^2 * 3/5 * 2/5, and the same mean: the
 * two tables that two of these annotators fill are the same.
 */
WITH two(name, prior, low, high) AS (
  VALUES ('even', 0.5::float8, 0.2::float8, 0.8::float8),
         ('uneven', 0.6, 0.5 - 0.6 * sqrt(0.09 / 0.24), 0.5 + 0.4 * sqrt(0.09 / 0.24)))
SELECT name, round(prior::numeric, 2) AS prior, round(low::numeric, 4) AS low, round(high::numeric, 4) AS high,
       round((prior * high * high + (1 - prior) * low * low)::numeric, 12) AS both_1,
       round((prior * high * (1 - high) + (1 - prior) * low * (1 - low))::numeric, 12) AS differ
FROM two;
SELECT why(ratings_agg(i, 10 * (i % 2) + a, i % 2)) AS two_blocks FROM generate_series(1, 9) AS i, generate_series(1, 3) AS a;
SELECT why(ratings_agg(i, 10 * (i % 2) + a, i % 2), ratings_agg(i, 0, i % 2) FILTER (WHERE i = 2)) AS one_held FROM generate_series(1, 9) AS i, generate_series(1, 3) AS a;
SELECT why(ratings_agg(i, 10 * (i % 2) + a, i % 2), ratings_agg(i, 0, i % 2) FILTER (WHERE i <= 2)) AS both_held FROM generate_series(1, 9) AS i, generate_series(1, 3) AS a;
SELECT why(ratings_agg(i, a, (i + a) % 2), ratings_agg(i + 100, 0, i % 2), ratings_agg(i + 100, a, i % 2) FILTER (WHERE a = 1)) AS two_with_answers
FROM generate_series(1, 9) AS i, generate_series(1, 2) AS a;

--
-- Corners
--
-- a tie stays one, and a thousandth decides it
SELECT c.* FROM (SELECT ratings_agg(i, a, (i + a) % 2) AS r FROM generate_series(1, 2) AS i, generate_series(1, 2) AS a) AS r,
  consensus(r, dawid_skene(r)) AS c;
-- 2,000 votes on an item do not underflow
SELECT item, label, probability > 1 - 1e-9 AS certain, c.n_labels, tied, f.log_likelihood < -10000 AS far_below
FROM (SELECT ratings_agg(i, a, CASE WHEN u('x' || i || '/' || a) < 0.7 THEN 1 + i % 2 ELSE 2 - i % 2 END) AS r
      FROM generate_series(1, 12) AS i, generate_series(1, 2000) AS a) AS r,
     LATERAL (SELECT dawid_skene(r) AS m) AS m, consensus(r, m) AS c, fit(m) AS f
WHERE item IN ('1', '2') AND round(share::numeric, 1) = 0.7;
SELECT label IS NULL, tied, entropy <= ln(2) + 1e-9 FROM (SELECT ratings_agg(1, a, a % 2) AS r FROM generate_series(1, 2000) AS a) AS r, consensus(r, dawid_skene(r));
-- gold against all of them
SELECT bool_and(c.label = 'no' AND c.probability = 1 AND c.share = 0) AS gold_stands
FROM (SELECT ratings_agg(i, a, 'yes'::text) AS r, ratings_agg(i, 'g'::text, 'no'::text) AS g FROM generate_series(1, 9) AS i, generate_series(1, 5) AS a) AS r,
     consensus(r, dawid_skene(r, gold => g), gold => g) AS c;
-- hundreds of classes: sparse rows; ten thousand are refused, but not by one_coin
SELECT n_categories, converged FROM fit((SELECT dawid_skene(ratings_agg(i % 2000, 'x' || i / 2000 + i % 2, (i % 2000) / 4)) FROM generate_series(1, 6000) AS i));
CREATE TABLE wide AS SELECT ratings_agg(1, a, a) AS r FROM generate_series(1, 10001) AS a;
SELECT dawid_skene(r) FROM wide;
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT n_categories, converged FROM wide, fit(one_coin(r, max_iterations => 2, tolerance => 0.9));
-- cancelled within a second
CREATE TABLE noise AS SELECT ratings_agg(i, a, (7 * u('noise' || i || '/' || a))::int) AS r FROM generate_series(1, 20000) AS i, generate_series(1, 3) AS a;
SET statement_timeout = '300ms';
SELECT clock_timestamp() AS began \gset
SELECT fit(dawid_skene(r, 'none', tolerance => 0, max_iterations => 2000000000)) FROM noise;
SET statement_timeout = 0;
SELECT clock_timestamp() - :'began' < interval '1.3 s' AS in_time;

--
-- Errors
--
SELECT dawid_skene(c, 'some') FROM r;
SELECT dawid_skene(c, '{"crowds": 4}') FROM r;
SELECT dawid_skene(c, '{"crowd": -1}') FROM r;
SELECT dawid_skene(c, '{"crowd": "many"}') FROM r;
SELECT dawid_skene(c, '[{"crowd": 4}]') FROM r;
SELECT dawid_skene(c, '{"crowd": 4') FROM r;
SELECT dawid_skene(c, 'none', hierarchical => true) FROM r;
SELECT dawid_skene(c, max_iterations => 0) FROM r;
SELECT dawid_skene(c, tolerance => -1) FROM r;
SELECT one_coin(c, tolerance => 'NaN') FROM r;
SELECT dawid_skene(ratings_agg(1, 1, ARRAY['a', 'b']));
SELECT dawid_skene(ratings_agg(1, 1, int4range(1, 2)));
SELECT dawid_skene(c, gold => (SELECT ratings_agg('1'::text, 1, 7))) FROM r;
SELECT dawid_skene(c, gold => (SELECT ratings_agg(1, 1, 'a'::text))) FROM r;
SELECT dawid_skene(r.c, start => m.a) FROM r, m;
SELECT dawid_skene(r.c, gold_answers => (SELECT ratings_agg(item, annotator, label) FROM answers)) FROM r;
SELECT dawid_skene(r.c, gold => g, gold_answers => (SELECT ratings_agg(item, annotator, label) FROM crowd WHERE item = '7'))
FROM r, (SELECT ratings_agg(item, who, label) AS g FROM gold) AS g;
SELECT dawid_skene(r.c, gold => g, gold_answers => (SELECT ratings_agg('nowhere'::text, 'w01'::text, 'a'::text)))
FROM r, (SELECT ratings_agg(item, who, label) AS g FROM gold) AS g;
SELECT dawid_skene(NULL) IS NULL, one_coin(NULL) IS NULL,
       dawid_skene(c, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::text = (SELECT m.c::text FROM m) AS nulls_are_defaults FROM r;
DROP SCHEMA models CASCADE;
