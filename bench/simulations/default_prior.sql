-- Which prior serves dawid_skene() best by default.
--
-- Crowds of five kinds are drawn, with 2, 4 and 8 classes, 1,000 items, 3 to 7
-- labels an item, and from 20 annotators with hundreds of labels each to 400 of
-- whom most have a handful.  Each prior is fitted to the same crowds; shown are
-- the mean accuracy against the truth, and the mean of -ln of the probability
-- given to the truth.
--
--   coin      one chance of being right each, errors anywhere
--   habits    all confuse each class with the next one, each in his own measure
--   own       rows of one's own: a favourite label, and one annotator in six
--             who always gives it
--   hard      as habits, but on three items in ten most are misled to one label
--   against   as coin, but one annotator in six gives the next class wherever
--             others like them are right
--
-- The default is the strength with the smallest log loss among those, held and
-- not hierarchical, whose accuracy is within .001 of the best strength's.  Shown
-- too, as harmed: for which share of the crowds the accuracy is more than .005
-- below that of no prior at all, the EM of the paper.  And priors that do not
-- spread all counts as the crowd's row: they do as well here, but real people who
-- share a confusion are where they fall behind.
--
-- Draws are hashes of what is drawn, so that every machine draws the same.

CREATE FUNCTION draw(what text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT (((hashtextextended(what, 1) >> 11) & ((1::bigint << 53) - 1)) + 0.5::float8)
         / (1::bigint << 53)
$$;

CREATE FUNCTION draw_crowd(crowd text, kind text, k int, n_annotators int, per_item int)
RETURNS TABLE (item int, annotator int, label text, truth text) LANGUAGE sql AS $$
  WITH people AS MATERIALIZED (
    SELECT a, 1 / (a + 5.0) ^ 0.9 AS activity,
           0.45 + 0.5 * draw(crowd || 'skill' || a) AS skill,
           draw(crowd || 'measure' || a) AS measure,
           (draw(crowd || 'favourite' || a) * k)::int % k AS favourite,
           draw(crowd || 'constant' || a) < 1 / 6.0 AS constant
    FROM generate_series(1, n_annotators) AS a
  ), items AS MATERIALIZED (
    -- class 0 is twice as frequent as any other
    SELECT i, greatest(floor(draw(crowd || 'truth' || i) * (k + 1))::int - 1, 0) AS t,
           draw(crowd || 'hard' || i) < 0.3 AS hard,
           (draw(crowd || 'lure' || i) * k)::int % k AS lure
    FROM generate_series(1, 1000) AS i
  ), labels AS (
    SELECT i.*, p.*, draw(crowd || 'right' || i || '/' || a) AS u,
           (draw(crowd || 'wrong' || i || '/' || a) * k)::int % k AS anything
    FROM items AS i,
    LATERAL (SELECT * FROM people
             ORDER BY -ln(draw(crowd || 'who' || i.i || '/' || a)) / activity
             LIMIT per_item) AS p
  )
  SELECT i, a, chr(97 + CASE kind
           WHEN 'coin' THEN CASE WHEN u < skill THEN t ELSE anything END
           WHEN 'against' THEN CASE WHEN u >= skill THEN anything
                                    WHEN constant THEN (t + 1) % k
                                    ELSE t END
           WHEN 'own' THEN CASE WHEN constant THEN favourite
                                WHEN u < skill THEN t
                                WHEN u < skill + (1 - skill) * measure THEN favourite
                                ELSE anything END
           ELSE CASE WHEN kind = 'hard' AND hard AND u < 0.55 THEN lure
                     WHEN u < skill THEN t
                     WHEN u < skill + (1 - skill) * measure THEN (t + 1) % k
                     ELSE anything END
         END), chr(97 + t)
  FROM labels
$$;

CREATE TABLE crowds AS
SELECT kind || k || '/' || n_annotators || '/' || per_item || '/' || seed AS crowd,
       kind, k, n_annotators, per_item, seed
FROM unnest(ARRAY['coin', 'habits', 'own', 'hard', 'against']) AS kind,
     unnest(ARRAY[2, 4, 8]) AS k,
     (VALUES (20, 3), (20, 7), (100, 5), (400, 3), (400, 7)) AS d(n_annotators, per_item),
     generate_series(1, 2) AS seed;

CREATE TABLE labels AS
SELECT crowd, l.* FROM crowds, draw_crowd(crowd, kind, k, n_annotators, per_item) AS l;
CREATE INDEX ON labels (crowd);

-- counts spread as the crowd's row, on the right label, and evenly
CREATE TABLE priors AS
SELECT row_number() OVER () AS place, crowd, diagonal, even, hierarchical,
       CASE WHEN crowd + diagonal + even = 0 THEN 'none'
            ELSE format('{"crowd": %s, "diagonal": %s, "even": %s}', crowd, diagonal, even) END AS prior
FROM (VALUES (0, 0, 0, false), (1, 0, 0, false), (2, 0, 0, false), (4, 0, 0, false), (8, 0, 0, false), (16, 0, 0, false),
             (32, 0, 0, false), (0, 2, 2, false), (0, 4, 2, false), (0, 4, 4, false), (4, 1, 1, false), (2, 2, 2, false),
             (4, 2, 2, false), (2, 2, 2, true), (4, 0, 0, true), (8, 0, 0, true), (16, 0, 0, true))
       AS p(crowd, diagonal, even, hierarchical);

CREATE TABLE gathered AS
SELECT crowd, ratings_agg(item, annotator, label) AS r FROM labels GROUP BY crowd;

CREATE TABLE truths AS SELECT DISTINCT crowd, item::text AS item, truth FROM labels;

CREATE TABLE outcome AS
SELECT g.crowd, p.place, o.*
FROM gathered AS g, priors AS p,
LATERAL (
  SELECT sum(CASE WHEN q.label = t.truth AND q.probability = q.best THEN 1 ELSE 0 END)
           / count(DISTINCT q.item)::float8 AS accuracy,
         sum(CASE WHEN q.label = t.truth THEN -ln(greatest(q.probability, 1e-6)) ELSE 0 END)
           / count(DISTINCT q.item) AS log_loss
  FROM (SELECT x.*, max(x.probability) OVER (PARTITION BY x.item) AS best
        FROM posterior(g.r, dawid_skene(g.r, p.prior, hierarchical => p.hierarchical)) AS x) AS q
  JOIN truths AS t ON t.crowd = g.crowd AND t.item = q.item) AS o;

\echo Accuracy, by kind of crowd
SELECT p.crowd, diagonal, even, p.hierarchical,
       round(avg(accuracy)::numeric, 4) AS accuracy,
       round(avg((accuracy < plain - 0.005 - 1e-9)::int), 3) AS harmed,
       round(avg(accuracy) FILTER (WHERE kind = 'coin')::numeric, 4) AS coin,
       round(avg(accuracy) FILTER (WHERE kind = 'habits')::numeric, 4) AS habits,
       round(avg(accuracy) FILTER (WHERE kind = 'own')::numeric, 4) AS own,
       round(avg(accuracy) FILTER (WHERE kind = 'hard')::numeric, 4) AS hard,
       round(avg(accuracy) FILTER (WHERE kind = 'against')::numeric, 4) AS against,
       round(avg(log_loss)::numeric, 3) AS log_loss
FROM (SELECT *, min(accuracy) FILTER (WHERE place = 1) OVER (PARTITION BY crowd) AS plain FROM outcome) AS o
JOIN priors AS p USING (place) JOIN crowds AS c ON c.crowd = o.crowd
GROUP BY place, 1, 2, 3, 4 ORDER BY place;

\echo Accuracy, by annotators and labels an item, and by classes
SELECT p.crowd, diagonal, even, p.hierarchical,
       round(avg(accuracy) FILTER (WHERE n_annotators = 20 AND per_item = 3)::numeric, 4) AS "20, 3",
       round(avg(accuracy) FILTER (WHERE n_annotators = 20 AND per_item = 7)::numeric, 4) AS "20, 7",
       round(avg(accuracy) FILTER (WHERE n_annotators = 100)::numeric, 4) AS "100, 5",
       round(avg(accuracy) FILTER (WHERE n_annotators = 400 AND per_item = 3)::numeric, 4) AS "400, 3",
       round(avg(accuracy) FILTER (WHERE n_annotators = 400 AND per_item = 7)::numeric, 4) AS "400, 7",
       round(avg(accuracy) FILTER (WHERE k = 2)::numeric, 4) AS "2 classes",
       round(avg(accuracy) FILTER (WHERE k = 4)::numeric, 4) AS "4",
       round(avg(accuracy) FILTER (WHERE k = 8)::numeric, 4) AS "8"
FROM outcome AS o JOIN priors AS p USING (place) JOIN crowds AS c ON c.crowd = o.crowd
GROUP BY place, 1, 2, 3, 4 ORDER BY place;
