-- How soon annotator_skill() marks a spammer, and how often the bounds of drift()
-- hold.
--
-- Spammers: crowds of 40 annotators with five labels an item, right with a
-- chance of .70 to .95 whatever the class, but for every fifth one, who answers
-- without looking: 'same' always the same, 'any' any label.
--
-- Drift: 30 annotators label 500 items twice, with the error rates of
-- model_intervals.sql.  Every third one has lost three tenths of each chance to
-- be right the second time, the others are as they were.
--
-- Draws are hashes of what is drawn, so that every machine draws the same.

CREATE FUNCTION draw(what text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT (((hashtextextended(what, 4) >> 11) & ((1::bigint << 53) - 1)) + 0.5::float8)
         / (1::bigint << 53)
$$;

CREATE TABLE crowds AS
SELECT kind || k || '/' || items || '/' || seed AS crowd, kind, k, items
FROM unnest(ARRAY['same', 'any']) AS kind, unnest(ARRAY[2, 4, 8]) AS k, unnest(ARRAY[200, 800, 3200]) AS items,
     generate_series(1, 2) AS seed;

CREATE TABLE gathered AS
SELECT c.crowd, ratings_agg(i, a, CASE
         WHEN a % 5 > 0 AND draw(c.crowd || 'u' || i || '/' || a) < 0.7 + 0.25 * draw(c.crowd || 's' || a) THEN t
         WHEN a % 5 = 0 AND kind = 'same' THEN a / 5 % k
         WHEN a % 5 = 0 THEN floor(k * draw(c.crowd || 'v' || i || '/' || a))::int
         ELSE (t + 1 + floor((k - 1) * draw(c.crowd || 'w' || i || '/' || a))::int) % k END) AS r
FROM crowds AS c, generate_series(1, items) AS i,
     LATERAL (SELECT floor(k * draw(c.crowd || 't' || i))::int AS t) AS item,
     LATERAL (SELECT a FROM generate_series(1, 40) AS a ORDER BY draw(c.crowd || 'who' || i || '/' || a) LIMIT 5) AS w
GROUP BY c.crowd;

\echo Share of spammers who are marked as such, and of others
SELECT k AS classes, items / 8 AS labels, kind,
       round(avg(spammer::int) FILTER (WHERE model = 'dawid_skene' AND annotator::int % 5 = 0), 2) AS dawid_skene,
       round(avg(spammer::int) FILTER (WHERE model = 'one_coin' AND annotator::int % 5 = 0), 2) AS one_coin,
       round(avg(spammer::int) FILTER (WHERE model = 'mace' AND annotator::int % 5 = 0), 2) AS mace,
       round(avg(spammer::int) FILTER (WHERE model = 'dawid_skene' AND annotator::int % 5 > 0), 3) AS others,
       round(avg(spammer::int) FILTER (WHERE model = 'one_coin' AND annotator::int % 5 > 0), 3) AS "others, one_coin",
       round(avg(spammer::int) FILTER (WHERE model = 'mace' AND annotator::int % 5 > 0), 3) AS "others, mace"
FROM gathered JOIN crowds USING (crowd),
     LATERAL (VALUES ('dawid_skene', dawid_skene(r)), ('one_coin', one_coin(r)), ('mace', mace(r))) AS x(model, m),
     LATERAL annotator_skill(m) AS s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

CREATE TABLE weeks AS
SELECT 'd' || k || '/' || per_item || '/' || seed AS crowd, k, per_item
FROM unnest(ARRAY[2, 4]) AS k, unnest(ARRAY[3, 5, 10]) AS per_item, generate_series(1, 6) AS seed;

CREATE TABLE people AS
SELECT crowd, a, t, week, (0.45 + 0.5 * (0.5 * draw(crowd || 'skill' || a) + 0.5 * draw(crowd || 'class' || a || '/' || t))) *
       CASE WHEN week = 2 AND a % 3 = 0 THEN 0.7 ELSE 1 END AS right
FROM weeks, generate_series(1, 30) AS a, generate_series(0, k - 1) AS t, generate_series(1, 2) AS week;

CREATE TABLE fitted AS
SELECT crowd, week, dawid_skene(r) AS m
FROM (SELECT c.crowd, time.week, ratings_agg(i, w.a, CASE
               WHEN draw(c.crowd || 'v' || time.week || '/' || i || '/' || w.a) < p.right THEN item.t
               ELSE (item.t + 1 + floor((k - 1) * draw(c.crowd || 'w' || time.week || '/' || i || '/' || w.a))::int) % k END) AS r
      FROM weeks AS c, generate_series(1, 500) AS i, generate_series(1, 2) AS time(week),
           LATERAL (SELECT floor(k * draw(c.crowd || 't' || time.week || '/' || i))::int AS t) AS item,
           LATERAL (SELECT a FROM generate_series(1, 30) AS a
                    ORDER BY ln(draw(c.crowd || 'who' || time.week || '/' || i || '/' || a)) * (a + 3) DESC LIMIT per_item) AS w
           JOIN people AS p USING (a)
      WHERE p.crowd = c.crowd AND p.t = item.t AND p.week = time.week
      GROUP BY c.crowd, time.week) AS gathered;

\echo Coverage of the bounds of drift, annotators with 20 labels or more both times
SELECT k AS classes, per_item AS labels_per_item, true_difference < 0 AS worse, count(*) AS annotators,
       round(avg((difference_lower <= true_difference AND true_difference <= difference_upper)::int), 3) AS coverage,
       round(avg(difference_upper - difference_lower)::numeric, 3) AS width,
       round(avg(difference - true_difference)::numeric, 3) AS bias
FROM weeks JOIN fitted AS x ON x.crowd = weeks.crowd AND x.week = 1 JOIN fitted AS y ON y.crowd = weeks.crowd AND y.week = 2,
     LATERAL drift(x.m, y.m) AS d,
     LATERAL (SELECT avg(p.right) FILTER (WHERE p.week = 2) - avg(p.right) FILTER (WHERE p.week = 1) AS true_difference
              FROM people AS p WHERE p.crowd = weeks.crowd AND p.a::text = d.annotator) AS t
WHERE n_labels_before >= 20 AND n_labels_after >= 20
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
