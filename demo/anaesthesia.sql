-- anaesthesia.sql
--      Five anaesthetists and 45 patients: the classical table.
--
-- Source: A. P. Dawid and A. M. Skene, "Maximum Likelihood Estimation of
-- Observer Error-Rates Using the EM Algorithm", Applied Statistics 28(1), 1979,
-- pages 20 to 28, Table 1.  Fitness for a general anaesthetic, from 1 to 4;
-- observer 1 read every form three times.

\echo
\echo '=== 1. Five anaesthetists, 45 patients (Dawid and Skene 1979)'
\echo
\echo 'One row a label, as any labeling table has it:'

CREATE TABLE anaesthesia (patient int, observer int, reading int, fitness int);

-- a patient, the three readings of observer 1, then observers 2 to 5
INSERT INTO anaesthesia
SELECT patient,
       greatest(place - 2, 1),
       CASE WHEN place <= 3 THEN place ELSE 1 END,
       fitness::int
FROM (VALUES
        ( 1, '111 1 1 1 1'), ( 2, '333 4 3 3 4'), ( 3, '112 2 1 2 2'),
        ( 4, '222 3 1 2 1'), ( 5, '222 3 2 2 2'), ( 6, '222 3 3 2 2'),
        ( 7, '122 2 1 1 1'), ( 8, '333 3 4 3 3'), ( 9, '222 2 2 2 3'),
        (10, '232 2 2 2 3'), (11, '444 4 4 4 4'), (12, '222 3 3 4 3'),
        (13, '111 1 1 1 1'), (14, '222 3 2 1 2'), (15, '121 1 1 1 1'),
        (16, '111 2 1 1 1'), (17, '111 1 1 1 1'), (18, '111 1 1 1 1'),
        (19, '222 2 2 2 1'), (20, '222 1 3 2 2'), (21, '222 2 2 2 2'),
        (22, '222 2 2 2 1'), (23, '222 3 2 2 2'), (24, '221 2 2 2 2'),
        (25, '111 1 1 1 1'), (26, '111 1 1 1 1'), (27, '232 2 2 2 2'),
        (28, '111 1 1 1 1'), (29, '111 1 1 1 1'), (30, '112 1 1 2 1'),
        (31, '111 1 1 1 1'), (32, '333 3 2 3 3'), (33, '111 1 1 1 1'),
        (34, '222 2 2 2 2'), (35, '222 3 2 3 2'), (36, '433 4 3 4 3'),
        (37, '221 2 2 3 2'), (38, '232 3 2 3 3'), (39, '333 3 4 3 2'),
        (40, '111 1 1 1 1'), (41, '111 1 1 1 1'), (42, '121 2 1 1 1'),
        (43, '232 2 2 2 2'), (44, '121 1 1 1 1'), (45, '222 2 2 2 2')
    ) AS t (patient, labels),
    string_to_table(replace(labels, ' ', ''), NULL) WITH ORDINALITY AS l (fitness, place);

SELECT * FROM anaesthesia ORDER BY patient, observer, reading LIMIT 8;

\echo 'How well do they agree?  One call.  The second reads 1 to 4 as an order, so that'
\echo '1 against 4 counts as worse than 1 against 2:'

SELECT round(krippendorff_alpha(patient, fitness)::numeric, 4) AS alpha,
       round(krippendorff_alpha(patient, fitness, 'ordinal')::numeric, 4) AS ordinal_alpha
FROM anaesthesia
WHERE reading = 1;

\echo 'How sure is that, with 45 patients?  All coefficients, with 95% intervals made for'
\echo 'small samples:'

SELECT coefficient,
       round(estimate::numeric, 3) AS estimate,
       round(ci_lower::numeric, 3) AS ci_lower,
       round(ci_upper::numeric, 3) AS ci_upper,
       n_items, n_labels, n_annotators
FROM coefficients(
    (SELECT ratings_agg(patient, observer, fitness) FROM anaesthesia WHERE reading = 1),
    method => 'bayesian');

\echo 'Who agrees with whom?'

SELECT annotator_a, annotator_b, n_items,
       round(agreement::numeric, 3) AS agreement,
       round(cohen_kappa::numeric, 3) AS cohen_kappa,
       round(ci_lower::numeric, 3) AS ci_lower,
       round(ci_upper::numeric, 3) AS ci_upper
FROM pairwise_agreement(
    (SELECT ratings_agg(patient, observer, fitness) FROM anaesthesia WHERE reading = 1))
ORDER BY cohen_kappa DESC;

\echo 'And with oneself?  Observer 1 read each form three times:'

SELECT observer, round(self_agreement(patient, observer, fitness)::numeric, 3) AS self_agreement
FROM anaesthesia
WHERE observer = 1
GROUP BY observer;
