-- Arguments that are wrong, each with its message and hint.  Figures here are
-- by hand.
SET client_min_messages = warning;
CREATE SCHEMA arguments;
SET search_path = arguments;
CREATE TABLE rows (item int, annotator int, label int, word text);
INSERT INTO rows VALUES
  (1, 1, 1, 'low'), (1, 2, 1, 'low'), (2, 1, 2, 'mid'), (2, 2, 3, 'high'),
  (3, 1, 3, 'high'), (3, 2, 3, 'high'), (4, 1, 2, 'mid'), (4, 2, 2, 'mid');
CREATE TABLE states AS
SELECT annoqa.agreement_agg(item, label) AS a,
       annoqa.ratings_agg(item, annotator, label) AS d,
       annoqa.item_labels_agg(item, label) AS l,
       annoqa.confusion_agg(label, label) AS c,
       annoqa.votes_agg(label) AS v,
       annoqa.agreement_agg(item, word) AS words
FROM rows;

-- The SQLSTATE of what goes wrong, for checks in bulk
CREATE FUNCTION state_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  hint text;
BEGIN
  EXECUTE query;
  RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
  RETURN SQLSTATE || CASE WHEN hint <> '' THEN ' with hint' ELSE '' END;
END $$;

--
-- Level and weights
--
SELECT annoqa.krippendorff_alpha(item, label, 'banana') FROM rows;
SELECT annoqa.krippendorff_alpha(a, 'Nominal') FROM states;
SELECT annoqa.krippendorff_alpha(a, level => '') FROM states;
SELECT annoqa.fleiss_kappa(item, label, 'banana') FROM rows;
SELECT annoqa.cohen_kappa(label, label, 'squared') FROM rows;
SELECT annoqa.fleiss_kappa(a, 'interval') FROM states;
SELECT annoqa.krippendorff_alpha(item, label, 'linear') FROM rows;
SELECT 1 FROM states, annoqa.coefficients(a, level => 'quadratic');
SELECT annoqa.krippendorff_alpha(a, level => 'ordinal', weights => 'ordinal')
FROM states;
SELECT 1 FROM states,
  annoqa.coefficients(d, level => 'nominal', weights => 'unweighted');
-- every accessor that takes a level or weights
SELECT call, state_of('SELECT ' || call || ' FROM states')
FROM (VALUES
  ('annoqa.percent_agreement(a, ''x'')'), ('annoqa.gwet_ac2(a, ''x'')'),
  ('annoqa.brennan_prediger(d, ''x'')'), ('annoqa.conger_kappa(d, ''x'')'),
  ('annoqa.light_kappa(d, ''x'')'), ('annoqa.scott_pi(c, ''x'')'),
  ('annoqa.pairwise_agreement(d, ''x'')'), ('annoqa.item_agreement(d, ''x'')'),
  ('annoqa.annotator_agreement(d, level => ''x'')'),
  ('annoqa.annotator_agreement(d, level => ''nominal'', weights => ''linear'')'),
  ('annoqa.compare(a, a, level => ''x'')'),
  ('annoqa.compare(a, a, level => ''nominal'', weights => ''linear'')'),
  ('annoqa.compare(a, a, coefficient => ''x'')'),
  ('annoqa.compare(a, a, method => ''x'')'),
  ('annoqa.icc(d, ''ICC(4,1)'')'), ('annoqa.interpretation(0.5, 0.1, ''x'')'),
  ('annoqa.coefficients(c, weights => ''x'')')) AS v(call);

-- NULL stands for the default
SELECT annoqa.krippendorff_alpha(item, label, NULL)
       = annoqa.krippendorff_alpha(item, label) AS level,
       annoqa.krippendorff_alpha(item, label, NULL, NULL)
       = annoqa.krippendorff_alpha(item, label) AS categories,
       annoqa.cohen_kappa(label, label, NULL, NULL) AS kappa
FROM rows;
-- constant within a group, free to differ between groups
SELECT annoqa.krippendorff_alpha(item, label, CASE item WHEN 1 THEN 'nominal'
                                              ELSE 'interval' END) FROM rows;
SELECT annoqa.gwet_ac2(item, label, CASE item WHEN 1 THEN 'linear'
                                    ELSE 'quadratic' END) FROM rows;
SELECT annoqa.cohen_kappa(label, label, CASE item WHEN 1 THEN 'linear'
                                        ELSE 'quadratic' END) FROM rows;
SELECT state_of($$ SELECT annoqa.gwet_ac1(item, label,
  CASE item WHEN 1 THEN '{1,2,3}' ELSE '{1,2,3,4}' END::text[]) FROM rows $$)
  AS categories;
SELECT level, round(annoqa.krippendorff_alpha(item, label, level)::numeric, 4)
              = round(CASE level
                  WHEN 'nominal' THEN annoqa.krippendorff_alpha(item, label)
                  ELSE annoqa.krippendorff_alpha(item, label, 'interval')
                END::numeric, 4) AS by_group
FROM rows, unnest(ARRAY['nominal', 'interval']) AS level
GROUP BY level ORDER BY level;
-- aggregates take no names
SELECT annoqa.krippendorff_alpha(item, label, level => 'ordinal') FROM rows;

--
-- Period and bounds
--
SELECT annoqa.krippendorff_alpha(a, 'circular') FROM states;
SELECT annoqa.krippendorff_alpha(a, 'polar') FROM states;
SELECT annoqa.krippendorff_alpha(item, label, 'circular') FROM rows;
SELECT annoqa.fleiss_kappa(a, 'circular') FROM states;
SELECT annoqa.krippendorff_alpha(a, 'circular', period => 0) FROM states;
SELECT annoqa.krippendorff_alpha(a, 'circular', period => 'NaN') FROM states;
SELECT annoqa.krippendorff_alpha(a, 'circular', period => 'Infinity')
FROM states;
SELECT annoqa.krippendorff_alpha(a, 'polar', bounds => '{3}') FROM states;
SELECT annoqa.krippendorff_alpha(a, 'polar', bounds => '{3,1}') FROM states;
SELECT annoqa.krippendorff_alpha(a, 'polar', bounds => '{1,NULL}') FROM states;
SELECT annoqa.krippendorff_alpha(a, 'polar', bounds => '{0,Infinity}')
FROM states;
SELECT annoqa.krippendorff_alpha(a, 'polar', bounds => '{0,2}') FROM states;
-- a whole turn away is the same place
SELECT abs(annoqa.krippendorff_alpha(
         annoqa.agreement_agg(item, hour), 'circular', period => 24)
       - annoqa.krippendorff_alpha(
         annoqa.agreement_agg(item, hour + 24 * item), 'circular',
         period => 24)) < 1e-12 AS same
FROM (VALUES (1, 23), (1, 1), (2, 12), (2, 13), (3, 6), (3, 6))
     AS v(item, hour);
SELECT annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label - 2), 'ratio')
FROM rows;

--
-- Confidence, method, singletons, resamples, population
--
SELECT confidence,
       state_of(format('SELECT * FROM states, annoqa.coefficients(a,
                       confidence => %L)', confidence)) AS coefficients,
       state_of(format('SELECT * FROM states, annoqa.pairwise_agreement(d,
                       confidence => %L)', confidence)) AS pairwise,
       state_of(format('SELECT * FROM states, annoqa.category_agreement(a,
                       confidence => %L)', confidence)) AS category,
       state_of(format('SELECT * FROM states, annoqa.coefficients(c,
                       confidence => %L)', confidence)) AS confusion,
       state_of(format('SELECT * FROM states, annoqa.icc(d,
                       confidence => %L)', confidence)) AS icc,
       state_of(format('SELECT * FROM states, annoqa.compare(a, a,
                       confidence => %L)', confidence)) AS compare
FROM unnest('{0,1,95,-0.5,NaN,Infinity,0.5,1e-300,0.9999999999999999}'::text[])
     AS confidence;
SELECT 1 FROM states, annoqa.coefficients(a, confidence => 95);
SELECT 1 FROM states, annoqa.coefficients(a, method => 'magic');
SELECT 1 FROM states, annoqa.coefficients(a, singletons => 'maybe');
SELECT 1 FROM states, annoqa.coefficients(a, method => 'bootstrap',
                                          resamples => 0);
SELECT 1 FROM states, annoqa.coefficients(a, method => 'bootstrap',
                                          resamples => -5);
SELECT 1 FROM states, annoqa.coefficients(a, method => 'bootstrap',
                                          resamples => 2147483647);
SELECT 1 FROM states, annoqa.coefficients(a, population => 3);
SELECT 1 FROM states, annoqa.coefficients(a, population => 0);
SELECT 1 FROM states, annoqa.coefficients(a, population => -1);
-- of 4 items in 8 the error is sqrt(1/2) of that of 4 in infinitely many, of 4
-- in 4 none
SELECT count(*) AS rows,
       bool_and(abs(half.std_error / all_.std_error - sqrt(0.5)) < 1e-12)
         AS of_half,
       bool_and(whole.std_error IS NULL AND whole.reason = 'zero_variance'
                AND whole.estimate = all_.estimate) AS of_all
FROM states, annoqa.coefficients(a) AS all_
     JOIN annoqa.coefficients(a, population => 8) AS half USING (coefficient)
     JOIN annoqa.coefficients(a, population => 4) AS whole USING (coefficient)
WHERE all_.coefficient = half.coefficient;
-- the confidence moves bounds, and neither error nor p
SELECT bool_and(x.ci_lower < y.ci_lower AND x.ci_upper >= y.ci_upper) AS wider,
       bool_and(x.std_error = y.std_error) AS error,
       bool_and(x.p_value IS NOT DISTINCT FROM y.p_value) AS p
FROM states, annoqa.coefficients(a, confidence => 0.8) AS x
     JOIN annoqa.coefficients(a, confidence => 0.5) AS y USING (coefficient)
WHERE x.coefficient = y.coefficient;
-- the seed fixes the draws
SELECT method,
       count(*) FILTER (WHERE x.ci_lower = y.ci_lower) AS same_seed,
       count(*) FILTER (WHERE x.std_error <> z.std_error) > 0 AS other_seed
FROM states, unnest(ARRAY['bootstrap', 'bayesian']) AS method,
     LATERAL (SELECT * FROM annoqa.coefficients(a, method => method,
       seed => 5, resamples => 300)) AS x
     JOIN LATERAL (SELECT * FROM annoqa.coefficients(a, method => method,
       seed => 5, resamples => 300)) AS y USING (coefficient)
     JOIN LATERAL (SELECT * FROM annoqa.coefficients(a, method => method,
       seed => -6, resamples => 300)) AS z USING (coefficient)
GROUP BY method ORDER BY method;

--
-- A matrix of weights
--
SELECT annoqa.fleiss_kappa(a, '{{1,0.5,0},{0.5,1,0.5},{0,0.5,1}}'::float8[])
       = annoqa.fleiss_kappa(a, 'linear') AS as_linear,
       annoqa.krippendorff_alpha(a, '{{1,0,0},{0,1,0},{0,0,1}}'::float8[])
       = annoqa.krippendorff_alpha(a) AS as_nominal
FROM states;
SELECT annoqa.fleiss_kappa(a, '{{1,0},{0,1}}'::float8[]) FROM states;
SELECT annoqa.fleiss_kappa(a, '{{1,0},{0,1},{0,0}}'::float8[]) FROM states;
SELECT annoqa.fleiss_kappa(a, '{1,0,0}'::float8[]) FROM states;
SELECT annoqa.fleiss_kappa(a, '{}'::float8[]) FROM states;
SELECT annoqa.fleiss_kappa(a, '{{{1,0,0},{0,1,0},{0,0,1}}}'::float8[])
FROM states;
SELECT annoqa.fleiss_kappa(a, '{{1,0.5,0},{0.4,1,0},{0,0,1}}'::float8[])
FROM states;
SELECT annoqa.fleiss_kappa(a, '{{1,0,0},{0,0.9,0},{0,0,1}}'::float8[])
FROM states;
SELECT annoqa.fleiss_kappa(a, '{{1,NaN,0},{NaN,1,0},{0,0,1}}'::float8[])
FROM states;
SELECT annoqa.fleiss_kappa(a, '{{1,Infinity,0},{Infinity,1,0},{0,0,1}}'::float8[])
FROM states;
SELECT annoqa.fleiss_kappa(a, '{{1,NULL,0},{NULL,1,0},{0,0,1}}'::float8[])
FROM states;
SELECT call, state_of(format('SELECT annoqa.%s FROM states', call))
FROM (VALUES ('krippendorff_alpha(a, m)'), ('percent_agreement(a, m)'),
             ('brennan_prediger(d, m)'), ('gwet_ac2(a, m)'),
             ('coefficients(a, m)'), ('coefficients(d, m)'),
             ('cohen_kappa(c, m)'), ('scott_pi(c, m)')) AS v(name),
     replace(name, 'm)', '''{{1,2},{3,1}}''::float8[])') AS call;
-- weights that leave nothing to expect
SELECT coefficient, estimate, reason
FROM states, annoqa.coefficients(a, '{{1,1,1},{1,1,1},{1,1,1}}'::float8[])
ORDER BY coefficient;

--
-- Our own types where an item, an annotator or a label belongs
--
SELECT annoqa.krippendorff_alpha(a, ARRAY['a', 'b']) FROM states;
SELECT annoqa.krippendorff_alpha(v, 'ordinal'::text) FROM states;
SELECT own, call, state_of(format('SELECT annoqa.%s FROM states', called))
FROM unnest(ARRAY['v', 'l', 'a', 'c', 'd']) AS own,
     unnest(ARRAY['krippendorff_alpha(own, 1.5)', 'krippendorff_alpha(1, own)',
                  'krippendorff_alpha(1, own, ''nominal''::text)',
                  'fleiss_kappa(1, own)', 'fleiss_kappa(own, 1)',
                  'gwet_ac1(1, own)', 'gwet_ac2(1, own, ''linear''::text)',
                  'brennan_prediger(own, 1)', 'percent_agreement(1, own)',
                  'agreement_agg(1, own)', 'agreement_agg(own, 1)',
                  'item_labels_agg(own, 1)', 'item_labels_agg(1, own)',
                  'ratings_agg(own, 1, 1)', 'ratings_agg(1, own, 1)',
                  'ratings_agg(1, 1, own)', 'ratings_agg(1, 1, 1, own)',
                  'self_agreement(own, 1, 1)', 'self_agreement(1, own, 1)',
                  'self_agreement(1, 1, own)', 'cohen_kappa(own, own)',
                  'scott_pi(own, own)', 'confusion_agg(own, own)']) AS call,
     replace(call, 'own', own) AS called
WHERE state_of(format('SELECT annoqa.%s FROM states', called))
      <> '42883 with hint'
ORDER BY 1, 2;
SELECT state_of('SELECT annoqa.votes_agg(a) FROM states') AS agreement,
       state_of('SELECT annoqa.votes_agg(l) FROM states') AS item_labels,
       state_of('SELECT annoqa.votes_agg(d) FROM states') AS ratings,
       state_of('SELECT annoqa.votes_agg(c) FROM states') AS confusion,
       state_of('SELECT annoqa.votes_agg(v) FROM states') AS votes;

--
-- Sets have no number of categories: no AC, no kappa, no named weights
--
CREATE TABLE sets AS
SELECT annoqa.agreement_agg(i, ARRAY[i::text]) AS a,
       annoqa.ratings_agg(i, i, ARRAY[i::text]) AS d,
       annoqa.confusion_agg(ARRAY[i::text], ARRAY['1']) AS c
FROM generate_series(1, 2) AS i;
SELECT annoqa.gwet_ac1(1, ARRAY['a']) FROM sets;
SELECT annoqa.gwet_ac1(a) FROM sets;
SELECT call, state_of('SELECT annoqa.' || call || ' FROM sets')
FROM unnest(ARRAY['gwet_ac2(a, ''linear'')', 'brennan_prediger(a)',
                  'fleiss_kappa(d)', 'conger_kappa(d)', 'light_kappa(d)',
                  'cohen_kappa(c)', 'scott_pi(c)', 'coefficients(c)',
                  'cohen_kappa(ARRAY[''a''], ARRAY[''a''])',
                  'scott_pi(ARRAY[''a''], ARRAY[''a''])',
                  'percent_agreement(a, ''linear'')',
                  'krippendorff_alpha(a, weights => ''linear'')',
                  'krippendorff_alpha(a, ''ordinal'')']) AS call;
SELECT string_agg(DISTINCT coefficient, ', ')
FROM sets, annoqa.coefficients(d, level => 'jaccard');
-- and what is no set has no level of sets
SELECT annoqa.krippendorff_alpha(a, 'masi') FROM states;
SELECT annoqa.krippendorff_alpha(item, word, 'jaccard') FROM rows;

DROP SCHEMA arguments CASCADE;
