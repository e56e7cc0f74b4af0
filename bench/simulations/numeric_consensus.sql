-- How well numeric_consensus() does: the table in docs/numeric_consensus.md.
--
-- Crowds are drawn from the model itself, 100 a row; beside the plain mean and
-- the value stands what could be had if biases and variances were known.  To be
-- run by psql on any server with annoqa; about a minute.  Draws are those of
-- random() from fixed seeds, which change with the server's major version.
SET search_path = annoqa, pg_temp;
SET max_parallel_workers_per_gather = 0;

CREATE FUNCTION pg_temp.normal() RETURNS float8 LANGUAGE sql VOLATILE AS
  'SELECT sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())';

CREATE TEMP TABLE result (setting int, crowd int, mean_error float8, value_error float8,
                          known_error float8, covered float8, bias_covered float8);

CREATE FUNCTION pg_temp.simulate(setting int, items int, people int, labels int,
                                 spread float8) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  FOR crowd IN 1 .. 100 LOOP
    PERFORM setseed((crowd * 10 + setting) / 10000.0);
    CREATE TEMP TABLE annotators ON COMMIT DROP AS
    SELECT annotator, b - avg(b) OVER () AS bias, v AS variance
    FROM (SELECT annotator, 0.5 * pg_temp.normal() AS b,
                 exp(spread * pg_temp.normal()) AS v
          FROM generate_series(1, people) AS annotator) AS a;
    CREATE TEMP TABLE data ON COMMIT DROP AS
    SELECT item, truth, annotator, bias, variance,
           truth + bias + sqrt(variance) * pg_temp.normal() AS label
    FROM (SELECT item, 2 * pg_temp.normal() AS truth
          FROM generate_series(1, items) AS item OFFSET 0) AS i,
         LATERAL (SELECT * FROM annotators
                  ORDER BY random() + 0 * item LIMIT labels) AS a;
    CREATE TEMP TABLE design ON COMMIT DROP AS
    SELECT ratings_agg(item, annotator, label) AS r FROM data;
    INSERT INTO result
    SELECT setting, crowd, avg((o.mean - t.truth) ^ 2), avg((o.value - t.truth) ^ 2),
           avg((t.known - t.truth) ^ 2),
           avg((abs(o.value - t.truth) < 1.96 * o.std_error)::int),
           (SELECT avg((abs(p.bias - a.bias) < 1.96 * p.bias_std_error)::int)
            FROM design, numeric_annotators(r) AS p
                 JOIN annotators AS a ON a.annotator::text = p.annotator)
    FROM design, numeric_consensus(r) AS o
         JOIN (SELECT item::text, min(truth) AS truth,
                      sum((label - bias) / variance) / sum(1 / variance) AS known
               FROM data GROUP BY item) AS t USING (item);
    DROP TABLE annotators, data, design;
  END LOOP;
END $$;

SELECT pg_temp.simulate(1, 60, 10, 3, 0), pg_temp.simulate(2, 60, 10, 3, 1),
       pg_temp.simulate(3, 60, 10, 5, 1), pg_temp.simulate(4, 100, 3, 3, 1),
       pg_temp.simulate(5, 200, 40, 3, 1), pg_temp.simulate(6, 100, 2, 2, 1)
\g /dev/null
SELECT setting, round(avg(mean_error)::numeric, 3) AS mean, round(avg(value_error)::numeric, 3) AS value,
       round(avg(known_error)::numeric, 3) AS all_known, round(avg(covered)::numeric, 2) AS covered,
       round(avg(bias_covered)::numeric, 2) AS bias_covered
FROM result GROUP BY setting ORDER BY setting;
