-- The calibration error of people who are right exactly as often as they say,
-- against what calibration_error_expected() says of them: means over 2,000
-- people for each number of answers and way to be confident.

SELECT setseed(0.5) \g /dev/null
\echo 'Perfectly calibrated annotators, ten bins'
SELECT stated, n, round(avg(calibration_error(c))::numeric, 4) AS error,
       round(avg(calibration_error_expected(c))::numeric, 4) AS expected,
       round((avg(calibration_error_expected(c)) / avg(calibration_error(c)) - 1)::numeric, 3) AS off
FROM (SELECT stated, n, person, calibration_agg(p, random() < p) AS c
      FROM (SELECT stated, n, person,
                   CASE stated WHEN 'anything from .5 to 1' THEN 0.5 + 0.5 * random()
                               WHEN '.6, .8 or .95' THEN (ARRAY[0.6, 0.8, 0.95])[1 + floor(3 * random())::int]
                               ELSE 1 - 0.1 * random() END AS p
            FROM unnest(ARRAY['anything from .5 to 1', '.6, .8 or .95', '.9 to 1']) AS stated,
                 unnest(ARRAY[20, 100, 1000]) AS n, generate_series(1, 2000) AS person,
                 generate_series(1, n)
            OFFSET 0) AS answers
      GROUP BY stated, n, person) AS people
GROUP BY stated, n ORDER BY stated, n;
