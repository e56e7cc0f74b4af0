-- Who is accused of erring together, and who is found.
--
-- An item has a difficulty, normal on the logit with mean -1.5; an annotator has
-- a skill with deviation 0.7 and errs with the logistic chance of slope times
-- difficulty plus skill.  One of three wrong labels is chosen, the first of them
-- with a chance that differs by item.  In the second table one annotator copies
-- a share of another one's answers, right and wrong alike.

CREATE FUNCTION normal() RETURNS float8 LANGUAGE sql VOLATILE AS
$$ SELECT sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) $$;

-- one crowd; labels: how many an item gets, NULL for one of everybody
CREATE FUNCTION crowd(seed int, people int, items int, spread float8,
                      labels int[], slopes float8, copied float8,
                      OUT item int, OUT who int, OUT label text)
RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
  skill float8[];
  slope float8[];
  difficulty float8;
  usual float8;
  asked int[];
  source text;
BEGIN
  PERFORM setseed(seed / 100000.0);
  FOR a IN 1 .. people LOOP
    skill[a] := 0.7 * normal();
    slope[a] := exp(slopes * normal());
  END LOOP;
  FOR i IN 1 .. items LOOP
    item := i;
    difficulty := spread * normal() - 1.5;
    usual := random();
    source := NULL;
    asked := NULL;
    IF labels IS NOT NULL THEN
      SELECT array_agg(a) INTO asked
      FROM (SELECT a FROM generate_series(1, people) AS a ORDER BY random()
            LIMIT labels[1] + floor(random() * (labels[2] - labels[1] + 1))) AS t;
    END IF;
    FOR a IN 1 .. people LOOP
      CONTINUE WHEN a <> ALL (asked);
      who := a;
      label := CASE
        WHEN random() > 1 / (1 + exp(-slope[a] * difficulty - skill[a])) THEN 'right'
        WHEN random() < usual THEN 'wrong 1'
        ELSE 'wrong ' || 2 + floor(2 * random()) END;
      IF a = 1 THEN
        source := label;
      ELSIF a = 2 AND source IS NOT NULL AND random() < copied THEN
        label := source;
      END IF;
      RETURN NEXT;
    END LOOP;
  END LOOP;
END $$;

CREATE TABLE settings (setting text, crowds int, people int, items int,
                       spread float8, labels int[], slopes float8,
                       copied float8);
INSERT INTO settings VALUES
  ('20 people, 300 items', 100, 20, 300, 1.5, NULL, 0, 0),
  ('harder: spread 2.5', 100, 20, 300, 2.5, NULL, 0, 0),
  ('slopes differ, deviation .3', 100, 20, 300, 1.5, NULL, 0.3, 0),
  ('slopes differ, deviation .6', 100, 20, 300, 1.5, NULL, 0.6, 0),
  ('6 people', 100, 6, 300, 1.5, NULL, 0, 0),
  ('60 people', 10, 60, 300, 1.5, NULL, 0, 0),
  ('3 to 5 of 20 label each of 1500', 50, 20, 1500, 1.5, '{3,5}', 0, 0),
  ('3 to 5 of 20, slopes differ .3', 50, 20, 1500, 1.5, '{3,5}', 0.3, 0),
  ('copies 10% of 300', 100, 20, 300, 1.5, NULL, 0, 0.1),
  ('copies 20% of 300', 100, 20, 300, 1.5, NULL, 0, 0.2),
  ('copies 30% of 300', 100, 20, 300, 1.5, NULL, 0, 0.3),
  ('copies 50% of 300', 100, 20, 300, 1.5, NULL, 0, 0.5),
  ('copies 10% of 1000', 40, 20, 1000, 1.5, NULL, 0, 0.1),
  ('copies 20% of 1000', 40, 20, 1000, 1.5, NULL, 0, 0.2),
  ('copies 30% of 1000', 40, 20, 1000, 1.5, NULL, 0, 0.3),
  ('copies 30%, 3 to 5 of 20, 6000 items', 20, 20, 6000, 1.5, '{3,5}', 0, 0.3);

CREATE TABLE found AS
SELECT setting, copied, seed, e.*
FROM settings, generate_series(1, crowds) AS seed,
     LATERAL (SELECT ratings_agg(c.item, c.who, c.label) AS r,
                     ratings_agg(c.item, 0, 'right'::text) AS g
              FROM crowd(seed, people, items, spread, labels, slopes, copied) AS c) AS s,
     error_agreement(r, g) AS e;

\echo 'Independent annotators: shares of tested pairs with a p value below'
SELECT setting, count(p_value) AS pairs,
       round(avg((p_value < 0.05)::int), 3) AS "joint .05",
       round(avg((p_value < 0.01)::int), 3) AS ".01",
       round(avg((p_value < 0.001)::int), 4) AS ".001",
       round(avg((same_p_value < 0.05)::int), 3) AS "same .05",
       round(avg((same_p_value < 0.01)::int), 3) AS ".01",
       round(count(DISTINCT seed) FILTER (WHERE q_value < 0.05)::numeric
             / count(DISTINCT seed), 2) AS "crowds with q < .05"
FROM found JOIN settings USING (setting, copied) WHERE copied = 0
GROUP BY setting ORDER BY min(settings.ctid);

\echo 'A copying pair among 20: how often it is found'
SELECT setting, count(*) FILTER (WHERE tested) AS crowds,
       round(avg(ratio) FILTER (WHERE tested)::numeric, 2) AS ratio,
       round(avg((p_value < 0.05)::int) FILTER (WHERE tested), 2) AS "joint p < .05",
       round(avg((q_value < 0.05)::int) FILTER (WHERE tested), 2) AS "q < .05",
       round(avg((same_p_value < 0.05)::int) FILTER (WHERE tested), 2) AS "same p < .05",
       round(avg((p_value < 0.05)::int) FILTER (WHERE NOT tested), 3) AS "other pairs p < .05"
FROM (SELECT *, annotator_a = '1' AND annotator_b = '2' AS tested FROM found) AS f
     JOIN settings USING (setting, copied)
WHERE copied > 0
GROUP BY setting ORDER BY min(settings.ctid);

-- Other nulls, on the crowds of the first setting: errors independent over all
-- items, and within items on which equally many of the others err
CREATE TABLE errors AS
SELECT seed, c.item, c.who, (c.label <> 'right')::int AS x,
       sum((c.label <> 'right')::int) OVER (PARTITION BY seed, c.item) AS total
FROM generate_series(1, 20) AS seed,
     crowd(seed, 20, 300, 1.5, NULL, 0, 0) AS c;

CREATE FUNCTION rejected(stratified boolean) RETURNS numeric LANGUAGE sql AS $$
  SELECT round(avg((observed - 0.5 - expected > 1.645 * sqrt(variance))::int), 3)
  FROM (SELECT sum(n11) AS observed, sum(na * nb / n) AS expected,
               sum(na * nb * (n - na) * (n - nb) / (n * n * greatest(n - 1, 1))) AS variance
        FROM (SELECT a.seed, a.who, b.who, count(*)::float8 AS n,
                     sum(a.x * b.x)::float8 AS n11, sum(a.x)::float8 AS na,
                     sum(b.x)::float8 AS nb
              FROM errors AS a JOIN errors AS b USING (seed, item)
              WHERE a.who < b.who
              GROUP BY a.seed, a.who, b.who,
                       CASE WHEN stratified THEN a.total - a.x - b.x END)
             AS t (seed, a, b, n, n11, na, nb)
        GROUP BY seed, a, b) AS pairs
  WHERE expected >= 5
$$;
\echo 'The same pairs by other nulls: share with p < .05'
SELECT rejected(false) AS "all items alike",
       rejected(true) AS "by the number of others who err";

-- Skills that differ by gold class: 15 people, 400 items of four classes, to each
-- person's skill another normal number is added for each class.  All items in
-- one call, and one call for each class.
CREATE FUNCTION crowd_of_classes(seed int, by_class float8, OUT item int, OUT who int, OUT gold text, OUT label text)
RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
  skill float8[];
  difficulty float8;
  class int;
BEGIN
  PERFORM setseed(seed / 100000.0);
  FOR a IN 1 .. 60 LOOP
    -- of person (a - 1) / 4 + 1 in one class
    skill[a] := CASE WHEN a % 4 = 1 THEN 0.7 * normal() ELSE skill[a - 1] END;
  END LOOP;
  FOR a IN 1 .. 60 LOOP
    skill[a] := skill[a] + by_class * normal();
  END LOOP;
  FOR i IN 1 .. 400 LOOP
    item := i;
    difficulty := 1.5 * normal() - 1.5;
    class := 1 + floor(4 * random());
    gold := 'class ' || class;
    FOR a IN 1 .. 15 LOOP
      who := a;
      label := CASE WHEN random() > 1 / (1 + exp(-difficulty - skill[4 * (a - 1) + class])) THEN gold
                    ELSE 'class ' || 1 + (class + floor(3 * random())::int) % 4 END;
      RETURN NEXT;
    END LOOP;
  END LOOP;
END $$;

CREATE TABLE by_class AS
SELECT by_class, seed, c.* FROM unnest(ARRAY[0, 0.4, 0.8]) AS by_class, generate_series(1, 40) AS seed,
     crowd_of_classes(seed, by_class) AS c;

\echo 'Skills that differ by class: share of pairs with a joint p value below, and crowds with q < .05'
SELECT by_class AS deviation, alone IS NOT NULL AS class_by_class, count(p_value) AS pairs,
       round(avg((p_value < 0.05)::int), 3) AS ".05", round(avg((p_value < 0.01)::int), 3) AS ".01",
       round(avg((p_value < 0.001)::int), 4) AS ".001",
       round(count(DISTINCT seed) FILTER (WHERE q_value < 0.05)::numeric / count(DISTINCT seed), 2) AS "crowds with q < .05"
FROM (SELECT by_class, seed, alone, ratings_agg(item, who, label) AS r,
             ratings_agg(item, 0, gold) FILTER (WHERE gold = COALESCE(alone, gold)) AS g
      FROM by_class, unnest(ARRAY[NULL, 'class 1', 'class 2', 'class 3', 'class 4']) AS alone
      GROUP BY by_class, seed, alone) AS s,
     error_agreement(r, g)
GROUP BY 1, 2 ORDER BY 1, 2;
