-- The calibration error of people who are right exactly as often as they say,
-- against what calibration_error_expected() says of them: means over people.

CREATE FUNCTION answers(stated text, n int, people int,
                        OUT person int, OUT p float8, OUT correct boolean)
RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
  PERFORM setseed((1000 * length(stated) + n) / 100000.0);
  FOR i IN 0 .. n * people - 1 LOOP
    person := i / n;
    p := CASE stated WHEN 'anything from .5 to 1' THEN 0.5 + 0.5 * random()
                     WHEN '.6, .8 or .95' THEN (ARRAY[0.6, 0.8, 0.95])[1 + floor(3 * random())::int]
                     ELSE 1 - 0.1 * random() END;
    correct := random() < p;
    RETURN NEXT;
  END LOOP;
END $$;

\echo 'Perfectly calibrated annotators, ten bins'
SELECT stated, n, people, round(avg(error)::numeric, 4) AS error,
       round(avg(expected)::numeric, 4) AS expected,
       round((avg(expected) / avg(error) - 1)::numeric, 3) AS off,
       round((stddev(error) / sqrt(count(*)) / avg(error))::numeric, 3) AS "its error"
FROM (SELECT stated, n, people, calibration_error(c) AS error,
             calibration_error_expected(c) AS expected
      FROM unnest(ARRAY['anything from .5 to 1', '.6, .8 or .95', '.9 to 1']) AS stated,
           (VALUES (20, 20000), (100, 10000), (1000, 4000)) AS v (n, people),
           LATERAL (SELECT calibration_agg(a.p, a.correct) AS c
                    FROM answers(stated, n, people) AS a GROUP BY person) AS s) AS t
GROUP BY stated, n, people ORDER BY stated, n;
