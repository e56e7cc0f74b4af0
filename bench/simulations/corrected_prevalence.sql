-- How often the interval of corrected_prevalence() holds the true share.

CREATE FUNCTION draw(seed int, share float8, items int, gold int,
                     OUT positive bigint, OUT tp bigint, OUT tn bigint)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM setseed(seed / 100000.0);
  positive := (SELECT count(*) FROM generate_series(1, items)
               WHERE random() < share * 0.9 + (1 - share) * 0.05);
  tp := (SELECT count(*) FROM generate_series(1, gold) WHERE random() < 0.9);
  tn := (SELECT count(*) FROM generate_series(1, gold) WHERE random() < 0.95);
END $$;

\echo 'Two classes, sensitivity .90, specificity .95, 2,000 samples each'
SELECT share, items, gold, round(avg((lower <= share AND share <= upper)::int), 3) AS coverage,
       round(avg(upper - lower)::numeric, 3) AS width,
       count(reason) AS not_identified
FROM (VALUES (0.02, 1000, 200), (0.05, 300, 50), (0.2, 300, 50), (0.5, 300, 50),
             (0.2, 1000, 20), (0.2, 1000, 5)) AS s (share, items, gold),
     generate_series(1, 2000) AS sample,
     draw(sample, share, items, gold),
     corrected_prevalence(positive, items, tp, gold, tn, gold)
GROUP BY share, items, gold ORDER BY share, items, gold DESC;

-- a label is right with probability .8, else any of the three
CREATE FUNCTION labels(seed int, n int, OUT label text, OUT truth text)
RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
  u float8;
BEGIN
  PERFORM setseed(seed / 100000.0);
  FOR i IN 1 .. n LOOP
    u := random();
    truth := CASE WHEN u < 0.6 THEN 'a' WHEN u < 0.9 THEN 'b' ELSE 'c' END;
    label := CASE WHEN random() < 0.8 THEN truth
                  ELSE (ARRAY['a', 'b', 'c'])[1 + floor(3 * random())::int] END;
    RETURN NEXT;
  END LOOP;
END $$;
\echo 'Three classes, 400 items, 300 samples each'
SELECT label, share, gold, count(*) AS answers,
       round(avg((lower <= share AND share <= upper)::int), 3) AS coverage,
       round(avg(upper - lower)::numeric, 3) AS width
FROM unnest(ARRAY[50, 150, 600]) AS gold, generate_series(1, 300) AS sample,
     LATERAL (SELECT confusion_agg(label, truth) AS c FROM labels(sample, gold)) AS g,
     LATERAL (SELECT array_agg(label) AS seen, array_agg(n) AS counts
              FROM (SELECT label, count(*) AS n FROM labels(1000 + sample, 400) GROUP BY label) AS t) AS l,
     LATERAL corrected_prevalence(c, seen, counts, 0.95, 400) AS p
     JOIN (VALUES ('a', 0.6), ('b', 0.3), ('c', 0.1)) AS t (label, share) USING (label)
WHERE prevalence IS NOT NULL
GROUP BY gold, label, share ORDER BY gold, label;
