-- A user's own names come first on the path: tables, functions and operators
-- named like ours, or like the server's, change nothing in what we do.
SET client_min_messages = warning;
CREATE SCHEMA names;
SET search_path = names, annoqa;

CREATE TABLE labels (item int, annotator text, label text, n int);
INSERT INTO labels VALUES
  (1, 'x', 'a', 1), (1, 'y', 'a', 1), (2, 'x', 'b', 2), (2, 'y', 'a', 1),
  (3, 'x', 'b', 2), (3, 'y', 'b', 2), (3, 'z', 'b', 1);
CREATE TABLE before AS
SELECT krippendorff_alpha(item, label) AS alpha,
       krippendorff_alpha(item, n, 'interval') AS interval,
       krippendorff_alpha(item, ARRAY[label], 'jaccard') AS sets,
       cohen_kappa(label, annotator) AS kappa,
       agreement_agg(item, label)::text AS a,
       item_labels_agg(item, label)::text AS l,
       ratings_agg(item, annotator, label)::text AS d,
       votes_agg(label)::text AS v, confusion_agg(label, annotator)::text AS c
FROM labels;
CREATE FUNCTION now_() RETURNS before LANGUAGE sql AS $$
SELECT annoqa.krippendorff_alpha(item, label),
       annoqa.krippendorff_alpha(item, n, 'interval'),
       annoqa.krippendorff_alpha(item, ARRAY[label], 'jaccard'),
       annoqa.cohen_kappa(label, annotator),
       annoqa.agreement_agg(item, label)::pg_catalog.text,
       annoqa.item_labels_agg(item, label)::pg_catalog.text,
       annoqa.ratings_agg(item, annotator, label)::pg_catalog.text,
       annoqa.votes_agg(label)::pg_catalog.text,
       annoqa.confusion_agg(label, annotator)::pg_catalog.text
FROM names.labels $$;

-- Tables named like our types: their row types take the names
CREATE TABLE votes (id int);
CREATE TABLE ratings (id int);
CREATE TABLE agreement (id int);
CREATE TABLE item_labels (id int);
CREATE TABLE confusion (id int);
INSERT INTO votes VALUES (1);
SELECT '(1)'::votes AS a_row;
SELECT pg_typeof(annoqa.votes_agg(1)) AS ours;
SELECT now_()::text = before::text AS same FROM before;
-- a stored state, read and merged, with these in front
CREATE TABLE kept (d annoqa.ratings, a annoqa.agreement, v annoqa.votes,
                   l annoqa.item_labels, c annoqa.confusion);
INSERT INTO kept SELECT d::annoqa.ratings, a::annoqa.agreement, v::annoqa.votes,
                        l::annoqa.item_labels, c::annoqa.confusion FROM before;
SELECT krippendorff_alpha(kept.d) = alpha AS ratings,
       krippendorff_alpha(kept.a) = alpha AS agreement,
       krippendorff_alpha(agreement(kept.l)) = alpha AS item_labels,
       cohen_kappa(kept.c) = kappa AS confusion,
       (SELECT count(*) FROM pairwise_agreement(kept.d)) AS pairs,
       jsonb_typeof(kept.v::jsonb) AS votes
FROM kept, before AS b;
SELECT ratings_agg(kept.d)::text = min(b.d) AS merged FROM kept, before AS b;

-- Operators and functions of the server's names
CREATE FUNCTION hostile(text, text) RETURNS bool LANGUAGE plpgsql
AS $$ BEGIN RAISE 'a hostile function was called'; END $$;
CREATE FUNCTION hostile(int, int) RETURNS bool LANGUAGE plpgsql
AS $$ BEGIN RAISE 'a hostile function was called'; END $$;
CREATE FUNCTION hostile(float8, float8) RETURNS bool LANGUAGE plpgsql
AS $$ BEGIN RAISE 'a hostile function was called'; END $$;
CREATE OPERATOR = (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile);
CREATE OPERATOR < (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile);
CREATE OPERATOR = (LEFTARG = int, RIGHTARG = int, FUNCTION = hostile);
CREATE OPERATOR = (LEFTARG = float8, RIGHTARG = float8, FUNCTION = hostile);
CREATE FUNCTION hostile_text(anyelement) RETURNS text LANGUAGE plpgsql
AS $$ BEGIN RAISE 'a hostile function was called'; END $$;
CREATE FUNCTION upper(text) RETURNS text LANGUAGE plpgsql
AS $$ BEGIN RAISE 'a hostile function was called'; END $$;
CREATE FUNCTION hash_any(text) RETURNS int LANGUAGE plpgsql
AS $$ BEGIN RAISE 'a hostile function was called'; END $$;
CREATE FUNCTION textout(text) RETURNS text LANGUAGE plpgsql
AS $$ BEGIN RAISE 'a hostile function was called'; END $$;
CREATE DOMAIN text AS int;
CREATE DOMAIN "numeric" AS int;
SET search_path = names, annoqa, pg_catalog;
SELECT 'a'::pg_catalog.text = 'a'::pg_catalog.text;
SELECT (x.alpha OPERATOR(pg_catalog.=) y.alpha)
       AND (x.interval OPERATOR(pg_catalog.=) y.interval)
       AND (x.sets OPERATOR(pg_catalog.=) y.sets)
       AND (x.kappa OPERATOR(pg_catalog.=) y.kappa) AS figures,
       (x.a OPERATOR(pg_catalog.=) y.a) AND (x.l OPERATOR(pg_catalog.=) y.l)
       AND (x.d OPERATOR(pg_catalog.=) y.d) AND (x.v OPERATOR(pg_catalog.=) y.v)
       AND (x.c OPERATOR(pg_catalog.=) y.c) AS states
FROM before AS x, now_() AS y;
SELECT krippendorff_alpha(kept.d) OPERATOR(pg_catalog.=) alpha AS ratings,
       krippendorff_alpha(kept.a) OPERATOR(pg_catalog.=) alpha AS agreement,
       cohen_kappa(kept.c) OPERATOR(pg_catalog.=) kappa AS confusion
FROM kept, before;
SELECT pg_catalog.count(*) FROM kept, coefficients(d, level => 'ordinal',
  categories => '{a,b}', method => 'bootstrap');
SELECT pg_catalog.count(*) FROM kept, annotator_agreement(d);
SELECT pg_catalog.count(*) FROM kept, category_agreement(kept.a);
-- merging, where labels are brought back from their texts
SELECT krippendorff_alpha(ratings_agg(d)) IS NOT NULL AS ratings,
       krippendorff_alpha(agreement_agg(agreement(d))) IS NOT NULL AS agreement
FROM kept;
SELECT agreement_agg(s) IS NOT NULL AS of_dates
FROM (SELECT agreement_agg(1, '2026-01-01'::date) AS s
      UNION ALL SELECT agreement_agg(2, '2026-01-02'::date)) AS p;

-- Nothing of ours on the path at all
SET search_path = names;
SELECT annoqa.krippendorff_alpha(d) IS NOT NULL AS alpha FROM kept;
SET search_path = '';
SELECT annoqa.krippendorff_alpha(annoqa.agreement_agg(annoqa.agreement(d)))
       IS NOT NULL AS merged FROM names.kept;

-- A type of the user's, found again by its qualified name when states merge
CREATE SCHEMA "Odd ""Names"".";
CREATE TYPE "Odd ""Names""."."Kind, of" AS (x int, y pg_catalog.text);
SELECT annoqa.percent_agreement(annoqa.agreement(annoqa.item_labels_agg(s)))
FROM (SELECT annoqa.item_labels_agg(1, ROW(1, 'a')::"Odd ""Names""."."Kind, of")
             AS s
      UNION ALL
      SELECT annoqa.item_labels_agg(1, ROW(2, 'b')::"Odd ""Names""."."Kind, of"))
     AS p;
DROP SCHEMA names CASCADE;
DROP SCHEMA "Odd ""Names""." CASCADE;
