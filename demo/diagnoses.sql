-- diagnoses.sql
--      Six psychiatrists a patient: the first kappa of many raters.
--
-- Source: J. L. Fleiss, "Measuring nominal scale agreement among many raters",
-- Psychological Bulletin 76(5), 1971, pages 378 to 382, Table 1: how many of six
-- psychiatrists gave each of 30 patients each of five diagnoses.

\echo
\echo '=== 2. Thirty patients, six diagnoses each (Fleiss 1971)'
\echo
\echo 'Who made a diagnosis is not known, nor need it be:'

CREATE TABLE diagnoses (patient int, diagnosis text);

INSERT INTO diagnoses
SELECT patient, diagnosis
FROM (VALUES
        ( 1, 0, 0, 0, 6, 0), ( 2, 0, 3, 0, 0, 3), ( 3, 0, 1, 4, 0, 1),
        ( 4, 0, 0, 0, 0, 6), ( 5, 0, 3, 0, 3, 0), ( 6, 2, 0, 4, 0, 0),
        ( 7, 0, 0, 4, 0, 2), ( 8, 2, 0, 3, 1, 0), ( 9, 2, 0, 0, 4, 0),
        (10, 0, 0, 0, 0, 6), (11, 1, 0, 0, 5, 0), (12, 1, 1, 0, 4, 0),
        (13, 0, 3, 3, 0, 0), (14, 1, 0, 0, 5, 0), (15, 0, 2, 0, 3, 1),
        (16, 0, 0, 5, 0, 1), (17, 3, 0, 0, 1, 2), (18, 5, 1, 0, 0, 0),
        (19, 0, 2, 0, 4, 0), (20, 1, 0, 2, 0, 3), (21, 0, 0, 0, 0, 6),
        (22, 0, 1, 0, 5, 0), (23, 0, 2, 0, 1, 3), (24, 2, 0, 0, 4, 0),
        (25, 1, 0, 0, 4, 1), (26, 0, 5, 0, 1, 0), (27, 4, 0, 0, 0, 2),
        (28, 0, 2, 0, 4, 0), (29, 1, 0, 5, 0, 0), (30, 0, 0, 0, 0, 6)
    ) AS t (patient, depression, personality, schizophrenia, neurosis, other),
    (VALUES ('depression', 1), ('personality disorder', 2), ('schizophrenia', 3),
            ('neurosis', 4), ('other', 5)) AS d (diagnosis, place),
    generate_series(1, (ARRAY[depression, personality, schizophrenia, neurosis, other])[place]);

SELECT round(fleiss_kappa(patient, diagnosis)::numeric, 3) AS fleiss_kappa,
       0.430 AS published
FROM diagnoses;

\echo 'Each coefficient from one small state, which can be stored and merged:'

SELECT coefficient,
       round(estimate::numeric, 3) AS estimate,
       round(std_error::numeric, 3) AS std_error,
       round(ci_lower::numeric, 3) AS ci_lower,
       round(ci_upper::numeric, 3) AS ci_upper,
       n_items, n_labels, n_categories
FROM coefficients(
    (SELECT agreement_agg(patient, diagnosis) FROM diagnoses),
    method => 'bayesian');

\echo 'Which diagnoses are the trouble?  Beside them the figures of the package irr for R:'

SELECT category, n_labels,
       round(kappa::numeric, 3) AS kappa,
       irr
FROM category_agreement((SELECT agreement_agg(patient, diagnosis) FROM diagnoses))
JOIN (VALUES ('depression', 0.245), ('personality disorder', 0.245),
             ('schizophrenia', 0.520), ('neurosis', 0.471), ('other', 0.566))
     AS peer (category, irr) USING (category)
ORDER BY kappa, category;
