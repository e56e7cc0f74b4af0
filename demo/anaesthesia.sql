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

\echo 'So which class does each patient belong to, and what is each observer worth?'
\echo 'Nobody knows the truth; the model of the same paper finds both at once.  Shares of'
\echo 'the four classes, beside those that the paper printed (of all 315 readings; here'
\echo 'the first reading of each observer counts, 225):'

SELECT label AS fitness, round(probability::numeric, 2) AS share, published
FROM class_prior((SELECT dawid_skene(ratings_agg(patient, observer, fitness), prior => 'none', tolerance => 0)
                  FROM anaesthesia WHERE reading = 1))
JOIN (VALUES ('1', .40), ('2', .42), ('3', .11), ('4', .07)) AS paper (label, published) USING (label)
ORDER BY label;

\echo 'How observer 1 reads a patient of each class; what the paper has is from three'
\echo 'readings of each:'

SELECT reference AS truly, label AS read_as, round(probability::numeric, 2) AS probability, published
FROM annotator_confusion((SELECT dawid_skene(ratings_agg(patient, observer, fitness), prior => 'none', tolerance => 0)
                          FROM anaesthesia WHERE reading = 1), '1')
JOIN (VALUES ('1', '1', .89), ('1', '2', .11), ('2', '1', .07), ('2', '2', .88), ('2', '3', .05),
             ('3', '2', .34), ('3', '3', .66), ('4', '3', .56), ('4', '4', .44)) AS paper (reference, label, published)
     USING (reference, label)
ORDER BY reference, label;

\echo 'The default prior makes an observer with little evidence look like the others.'
\echo 'Skill is the expected accuracy:'

SELECT annotator AS observer, n_labels, round(skill::numeric, 2) AS skill,
       round(skill_lower::numeric, 2) AS lower, round(skill_upper::numeric, 2) AS upper
FROM annotator_skill((SELECT dawid_skene(ratings_agg(patient, observer, fitness))
                      FROM anaesthesia WHERE reading = 1))
ORDER BY skill DESC;

\echo 'The patients on whom the model and the most votes differ, or who stay in doubt:'

SELECT item AS patient, string_agg(fitness::text, ' ' ORDER BY observer) AS votes,
       label AS consensus, round(probability::numeric, 3) AS probability, round(share::numeric, 1) AS share_of_votes
FROM (SELECT ratings_agg(patient, observer, fitness) AS r FROM anaesthesia WHERE reading = 1) AS r,
     consensus(r, dawid_skene(r)) AS c
JOIN anaesthesia AS a ON a.patient::text = c.item AND reading = 1
GROUP BY item, label, probability, share
HAVING probability < 0.95 OR share < 0.5
ORDER BY probability;
