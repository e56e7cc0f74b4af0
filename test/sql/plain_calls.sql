-- The functions behind the aggregates, called as plain functions, in a query
-- and in a trigger: with NULL in every place, and with states.  A state given
-- to one of them stays as it is.
SET client_min_messages = warning;
CREATE SCHEMA plain_calls;
SET search_path = plain_calls;

CREATE TABLE rows AS
SELECT i % 40 AS item, i % 3 AS annotator, (i * 7 + i / 40) % 4 AS label,
       'w' || (i + i / 40) % 5 AS word
FROM generate_series(0, 119) AS i;
CREATE TABLE states AS
SELECT annoqa.votes_agg(label) AS votes,
       annoqa.item_labels_agg(item, label) AS item_labels,
       annoqa.agreement_agg(item, label) AS agreement,
       annoqa.confusion_agg(label, annotator) AS confusion,
       annoqa.ratings_agg(item, annotator, label) AS ratings,
       annoqa.ratings_agg(item, annotator, label, label) AS ratings_at,
       annoqa.calibration_agg(label / 4.0, word = 'w1', 1) AS calibration,
       (SELECT annoqa.predictions_agg(item, label, p)
        FROM (VALUES (1, 0, 0.5), (1, 1, 0.5), (2, 1, 1)) AS v(item, label, p))
       AS predictions
FROM rows;

-- Every transition, combine and final function of the extension, but those of
-- matched_consensus, which take boxes and ranges: they have their own test.
CREATE TABLE functions AS
SELECT DISTINCT p.oid::regprocedure AS function, p.proname,
       p.proargtypes::oid[] AS types, p.pronargs AS n
FROM pg_aggregate AS a
     JOIN pg_proc AS agg ON agg.oid = a.aggfnoid
     JOIN pg_proc AS p ON p.oid IN (aggtransfn, aggcombinefn, aggfinalfn)
WHERE agg.pronamespace = 'annoqa'::regnamespace AND p.proname !~ '^matched_';
SELECT count(*) > 20 AS many FROM functions;

-- A value for an argument: of its own types a state, else something plausible
CREATE FUNCTION sample(type oid, arg int) RETURNS text LANGUAGE sql AS $$
  SELECT CASE
    WHEN type::regtype::text LIKE 'annoqa.%'
      THEN replace(type::regtype::text, 'annoqa.', 's.')
    WHEN type = 'text'::regtype THEN CASE arg WHEN 0 THEN '''x''::text'
                                     ELSE '''nominal''::text' END
    WHEN type = 'text[]'::regtype THEN '''{0,1,2,3}''::text[]'
    WHEN type = 'boolean'::regtype THEN 'true'
    WHEN type = 'float8'::regtype THEN '0.5'
    WHEN type = 'jsonb'::regtype THEN '''{"x": 1}''::jsonb'
    WHEN type = 'bigint[]'::regtype THEN '''{1,2}''::bigint[]'
    WHEN type = 'anycompatiblearray'::regtype THEN '''{1,2}''::int[]'
    ELSE '2' END $$;
CREATE FUNCTION null_of(type oid) RETURNS text LANGUAGE sql AS $$
  SELECT CASE
    WHEN type::regtype::text IN ('"any"', 'anyelement', 'anycompatible')
      THEN 'NULL::int'
    WHEN type = 'anycompatiblearray'::regtype THEN 'NULL::int[]'
    ELSE 'NULL::' || type::regtype END $$;

-- Call each with NULL in every subset of places; which fail, and how?
CREATE TABLE outcomes (function text, call text, outcome text);
DO $$
DECLARE
  f functions;
  call text;
  outcome text;
  same bool;
BEGIN
  FOR f IN SELECT * FROM functions LOOP
    FOR mask IN 0 .. (1 << f.n) - 1 LOOP
      SELECT format('annoqa.%I(%s)', f.proname, string_agg(
               CASE WHEN mask >> (i - 1) & 1 = 1
                    THEN null_of(f.types[i - 1])
                    ELSE sample(f.types[i - 1], i) END, ', ' ORDER BY i))
      INTO call FROM generate_series(1, f.n) AS i;
      call := replace(call, 'nominal',
                      CASE WHEN f.proname ~ 'level' THEN 'nominal'
                           WHEN f.proname ~ 'icc' THEN 'ICC(1,1)'
                           ELSE 'unweighted' END);
      BEGIN
        EXECUTE format('SELECT (%s) IS NULL FROM states AS s', call)
          INTO outcome;
      EXCEPTION WHEN OTHERS THEN
        outcome := SQLSTATE || ' ' || SQLERRM;
      END;
      INSERT INTO outcomes VALUES (f.function, call, outcome);
    END LOOP;
  END LOOP;
END $$;
-- A state built without a level does not take a row with one, one without times
-- none with a time, one of items none of (item, annotator), one of numbers no
-- text and no set; nothing else may fail.
SELECT outcome, count(*) > 0 AS some FROM outcomes
WHERE outcome NOT IN ('true', 'false')
GROUP BY outcome ORDER BY outcome;
-- a NULL state and a NULL row make no state that differs from none
SELECT function FROM outcomes
WHERE outcome = 'false' AND function ~ '_combine'
      AND call ~ 'NULL.*NULL' ORDER BY function;

-- What the plain calls return is what the aggregates do.
SELECT annoqa.votes_combine(votes, votes)::text
       = (SELECT annoqa.votes_agg(label)
          FROM (SELECT label FROM rows UNION ALL SELECT label FROM rows) AS r)
         ::text AS votes,
       annoqa.agreement_combine(agreement, agreement)::text
       = (SELECT annoqa.agreement_agg(item, label)
          FROM (SELECT item, label FROM rows
                UNION ALL SELECT -1 - item, label FROM rows) AS r)::text
       AS agreement,
       annoqa.ratings_combine(ratings, ratings)::text = ratings::text AS ratings,
       annoqa.confusion_combine(confusion, NULL)::text = confusion::text
       AS confusion,
       annoqa.item_labels_combine(NULL, item_labels)::text = item_labels::text
       AS item_labels
FROM states;
SELECT annoqa.krippendorff_alpha_final(item_labels)
       = (SELECT annoqa.krippendorff_alpha(item, label) FROM rows) AS alpha,
       annoqa.fleiss_kappa_final(item_labels)
       = (SELECT annoqa.fleiss_kappa(item, label) FROM rows) AS fleiss,
       annoqa.cohen_kappa_final(confusion)
       = (SELECT annoqa.cohen_kappa(label, annotator) FROM rows) AS cohen,
       annoqa.ratings_final(ratings)::text = ratings::text AS ratings
FROM states;
-- row by row
CREATE FUNCTION alpha_in_a_loop() RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  state annoqa.item_labels;
  before text;
  row rows;
BEGIN
  FOR row IN SELECT * FROM rows LOOP
    state := annoqa.item_labels_add(state, row.item, row.word);
    IF row.item = 20 THEN
      -- a copy is added to, the state stays
      before := state::text;
      PERFORM annoqa.item_labels_add(state, -1, 'another'::text),
              annoqa.item_labels_combine(state, state);
      IF before <> state::text THEN
        RAISE 'the state changed';
      END IF;
    END IF;
  END LOOP;
  RETURN annoqa.krippendorff_alpha(annoqa.agreement(state));
END $$;
SELECT alpha_in_a_loop()
       = (SELECT annoqa.krippendorff_alpha(item, word) FROM rows) AS alpha;
CREATE FUNCTION states_in_a_loop(OUT v text, OUT d text, OUT c text)
LANGUAGE plpgsql AS $$
DECLARE
  votes annoqa.votes;
  design annoqa.ratings;
  cells annoqa.confusion;
  row rows;
BEGIN
  FOR row IN SELECT * FROM rows LOOP
    votes := annoqa.votes_add(votes, row.word);
    design := annoqa.ratings_add(design, row.item, row.annotator, row.word);
    cells := annoqa.confusion_add(cells, row.label, row.annotator);
  END LOOP;
  v := annoqa.votes_final(votes);
  d := annoqa.ratings_final(design);
  c := annoqa.confusion_final(cells);
END $$;
SELECT v = annoqa.votes_agg(word)::text AS votes,
       d = annoqa.ratings_agg(item, annotator, word)::text AS ratings,
       c = annoqa.confusion_agg(label, annotator)::text AS confusion
FROM rows, states_in_a_loop() AS s GROUP BY v, d, c;

-- A trigger that keeps states up to date, several rows and transactions long
CREATE TABLE kept (v annoqa.votes, l annoqa.item_labels, d annoqa.ratings,
                   a annoqa.agreement);
INSERT INTO kept VALUES (NULL, NULL, NULL, NULL);
CREATE TABLE incoming (LIKE rows);
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE kept SET
    v = annoqa.votes_add(v, NEW.word),
    l = annoqa.item_labels_add(l, NEW.item, NEW.word),
    d = annoqa.ratings_combine(d, (SELECT annoqa.ratings_agg(NEW.item,
                                   NEW.annotator, NEW.word))),
    a = annoqa.agreement_add_votes(a, annoqa.votes_add(NULL, NEW.word));
  RETURN NULL;
END $$;
CREATE TRIGGER keep AFTER INSERT ON incoming
FOR EACH ROW EXECUTE FUNCTION keep();
INSERT INTO incoming SELECT * FROM rows WHERE item < 20;
INSERT INTO incoming SELECT * FROM rows WHERE item >= 20;
INSERT INTO incoming VALUES (NULL, NULL, NULL, NULL);
SELECT annoqa.votes_final(v)::text
       = (SELECT annoqa.votes_agg(word) FROM rows)::text AS votes,
       annoqa.krippendorff_alpha(annoqa.agreement(l))
       = (SELECT annoqa.krippendorff_alpha(item, word) FROM rows) AS item_labels,
       annoqa.ratings_final(d)::text
       = (SELECT annoqa.ratings_agg(item, annotator, word) FROM rows)::text
       AS ratings,
       (SELECT n_items FROM annoqa.coefficients(a) LIMIT 1) AS n_items
FROM kept;

DROP SCHEMA plain_calls CASCADE;
