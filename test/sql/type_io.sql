-- Text and binary forms of all stored types: complete, exact, canonical, and
-- refused when malformed.  Every figure is compared with a GROUP BY over the
-- rows themselves.
SET client_min_messages = warning;
CREATE SCHEMA type_io;
SET search_path = type_io, annoqa, public;
CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
CREATE TYPE mood AS ENUM ('bad', 'ok', 'good', 'best');
CREATE COLLATION no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SET client_min_messages = notice;

-- 60 labels: 20 items, 3 annotators, one column for each kind of label
CREATE TABLE io_rows AS
SELECT i / 3 AS item,
       'item ' || i / 3 AS item_name,
       'annotator ' || i % 3 AS who,
       timestamptz '2026-01-01 00:00Z' + i * interval '1 hour' AS at,
       (ARRAY['cat', 'a "quoted" \ dog', 'čaj', ''])[1 + k] AS t,
       k * 1000000000::bigint - 1000000000 AS i,
       (ARRAY['1.50', '-0.000', '12345678901234567890.5', '1.5'])[1 + k]::numeric AS n,
       (ARRAY['0.30000000000000004', '1e300', '-5e-324', 'NaN'])[1 + k]::float8 AS f,
       (ARRAY['good', 'bad', 'ok'])[1 + k % 3]::mood AS e,
       k = 1 AS b,
       (ARRAY['Cat', 'cat', 'DOG', 'dog'])[1 + k]::public.citext AS c,
       (ARRAY['Cat', 'cat', 'DOG', 'dog'])[1 + k] COLLATE no_case AS l,
       (ARRAY['{b,a}', '{a,b,a}', '{}', '{"x y",NULL1}'])[1 + k]::text[] AS s,
       int4range(k, 3 * k + 1) AS r,
       date '2026-02-01' + k AS d,
       timestamptz '2026-03-04 05:06:07.000008Z' + k * interval '7 hours' AS z,
       k * interval '1 month 2 days 03:04:05.5' AS v,
       decode(repeat('00ff', k), 'hex') AS y
  FROM (SELECT i, (i * i / 7 + i / 5) % 4 AS k FROM generate_series(0, 59) i) AS x;

-- all types over each column, the rows as they come and in reverse
CREATE TABLE io_states (col text, reverse bool, v votes, i item_labels,
                        a agreement, c confusion, r ratings, m ratings);
DO $$
DECLARE
    name text;
    backwards bool;
BEGIN
    FOR name IN SELECT attname FROM pg_attribute
                WHERE attrelid = 'io_rows'::regclass AND attnum > 4
                ORDER BY attnum
    LOOP
        FOREACH backwards IN ARRAY ARRAY[false, true]
        LOOP
            EXECUTE format($q$
                INSERT INTO io_states
                SELECT %1$L, %2$L, votes_agg(x.%1$I), item_labels_agg(item, x.%1$I),
                       agreement_agg(item, x.%1$I), confusion_agg(x.%1$I, g.%1$I),
                       ratings_agg(item, who, x.%1$I),
                       ratings_agg(item_name, who, x.%1$I, x.at)
                  FROM (SELECT * FROM io_rows
                         ORDER BY at - timestamptz '2026-01-01 00:00Z' %3$s) AS x
                  JOIN LATERAL (SELECT %1$I FROM io_rows AS y
                                 WHERE y.item = x.item
                                 ORDER BY who LIMIT 1) AS g ON true $q$,
                name, backwards, CASE WHEN backwards THEN 'DESC' ELSE 'ASC' END);
        END LOOP;
    END LOOP;
    INSERT INTO io_states
    SELECT 'empty', reverse, votes_agg(i), item_labels_agg(item, i),
           agreement_agg(item, i), confusion_agg(i, i), ratings_agg(item, who, i),
           ratings_agg(item_name, who, i, at)
      FROM (VALUES (false), (true)) AS x (reverse) LEFT JOIN io_rows ON false
     GROUP BY reverse;
END $$;

-- the order of the rows does not show
SELECT x.col,
       votes_send(x.v) = votes_send(y.v) AS votes,
       item_labels_send(x.i) = item_labels_send(y.i) AS item_labels,
       agreement_send(x.a) = agreement_send(y.a) AS agreement,
       confusion_send(x.c) = confusion_send(y.c) AS confusion,
       ratings_send(x.r) = ratings_send(y.r) AS ratings,
       ratings_send(x.m) = ratings_send(y.m) AS named_ratings
  FROM io_states AS x JOIN io_states AS y USING (col)
 WHERE NOT x.reverse AND y.reverse
 ORDER BY x.col COLLATE "C";
DELETE FROM io_states WHERE reverse;

-- the text is the same under every setting, and every setting reads it
CREATE TABLE io_texts AS
SELECT col, v::text, i::text, a::text, c::text, r::text, m::text FROM io_states;
SET DateStyle = 'SQL, DMY';
SET IntervalStyle = iso_8601;
SET TimeZone = 'Asia/Tokyo';
SET extra_float_digits = -10;
SET bytea_output = escape;
SET search_path = annoqa, public, type_io;
SELECT count(*) AS texts,
       bool_and((x.v::text, x.i::text, x.a::text, x.c::text, x.r::text, x.m::text) =
                (y.v, y.i, y.a, y.c, y.r, y.m)) AS equal
  FROM io_states AS x JOIN io_texts AS y USING (col);
SELECT x.col,
       votes_send(x.v) = votes_send(y.v::votes) AS votes,
       item_labels_send(x.i) = item_labels_send(y.i::item_labels) AS item_labels,
       agreement_send(x.a) = agreement_send(y.a::agreement) AS agreement,
       confusion_send(x.c) = confusion_send(y.c::confusion) AS confusion,
       ratings_send(x.r) = ratings_send(y.r::ratings) AS ratings,
       ratings_send(x.m) = ratings_send(y.m::ratings) AS named_ratings
  FROM io_states AS x JOIN io_texts AS y USING (col)
 ORDER BY x.col COLLATE "C";

-- and so it goes with the bytes
\copy io_states TO results/type_io.data WITH (FORMAT binary)
CREATE TABLE type_io.io_copies (LIKE io_states);
\copy io_copies FROM results/type_io.data WITH (FORMAT binary)
RESET DateStyle;
RESET IntervalStyle;
RESET TimeZone;
RESET extra_float_digits;
RESET bytea_output;
SET search_path = type_io, annoqa, public;
SELECT count(*) AS copies,
       bool_and((x.v::text, x.i::text, x.a::text, x.c::text, x.r::text, x.m::text) =
                (y.v, y.i, y.a, y.c, y.r, y.m)) AS equal
  FROM io_copies AS x JOIN io_texts AS y USING (col);
-- base64 of the bytes is the text of the two big types
SELECT bool_and(decode(i::text, 'base64') = item_labels_send(i)) AS item_labels,
       bool_and(decode(r::text, 'base64') = ratings_send(r)) AS ratings
  FROM io_states;

-- a text is read into the same bytes each time: the planner compares literals by
-- their bytes, in GROUP BY and for an index on an expression
SELECT bool_and(x.v *= y.v) AS votes, bool_and(x.i *= y.i) AS item_labels,
       bool_and(x.a *= y.a) AS agreement, bool_and(x.c *= y.c) AS confusion,
       bool_and(x.r *= y.r) AS ratings
  FROM (SELECT col, ROW(v::votes) AS v, ROW(i::item_labels) AS i, ROW(a::agreement) AS a,
               ROW(c::confusion) AS c, ROW(r::ratings) AS r FROM io_texts OFFSET 0) AS x
  JOIN (SELECT col, ROW(v::votes) AS v, ROW(i::item_labels) AS i, ROW(a::agreement) AS a,
               ROW(c::confusion) AS c, ROW(r::ratings) AS r FROM io_texts OFFSET 0) AS y
       USING (col);

-- what was read back merges with what was built, and merging leaves no trace
SELECT x.col,
       votes_send(votes_combine(x.v, y.v)) = votes_send(votes_combine(y.v, x.v)) AS votes,
       item_labels_send(item_labels_combine(x.i, y.i)) =
       item_labels_send(item_labels_combine(y.i, x.i)) AS item_labels,
       agreement_send(agreement_combine(x.a, y.a)) =
       agreement_send(agreement_combine(y.a, x.a)) AS agreement,
       confusion_send(confusion_combine(x.c, y.c)) =
       confusion_send(confusion_combine(y.c, x.c)) AS confusion,
       ratings_send(ratings_combine(x.r, y.r)) = ratings_send(x.r) AS ratings,
       ratings_send(ratings_combine(x.m, y.m)) = ratings_send(x.m) AS named_ratings
  FROM io_states AS x JOIN io_copies AS y USING (col)
 ORDER BY x.col COLLATE "C";

-- what the text says: against the rows
SELECT v::text = (SELECT format('{"kind": "number", "labels": [%s], "counts": [%s]}',
                                string_agg(format('"%s"', i), ', ' ORDER BY i),
                                string_agg(n::text, ', ' ORDER BY i))
                    FROM (SELECT i, count(*) AS n FROM io_rows GROUP BY i) AS x) AS votes,
       a::text::jsonb -> 'patterns' =
       (SELECT jsonb_agg(jsonb_build_array(n) || cells ORDER BY size, key)
          FROM (SELECT cells, key, size, count(*) AS n
                  FROM (SELECT jsonb_agg(jsonb_build_array(code, votes) ORDER BY code) AS cells,
                               array_agg(code * 10 + votes ORDER BY code) AS key,
                               sum(votes) AS size
                          FROM (SELECT item, (i + 1000000000) / 1000000000 AS code, count(*) AS votes
                                  FROM io_rows GROUP BY item, i) AS x
                         GROUP BY item) AS y
                 GROUP BY cells, key, size) AS z) AS patterns,
       c::text::jsonb -> 'cells' =
       (SELECT jsonb_agg(jsonb_build_array(code, reference, n) ORDER BY code, reference)
          FROM (SELECT (x.i + 1000000000) / 1000000000 AS code,
                       (y.i + 1000000000) / 1000000000 AS reference, count(*) AS n
                  FROM io_rows AS x JOIN io_rows AS y USING (item)
                 WHERE y.who = 'annotator 0' GROUP BY x.i, y.i) AS z) AS cells,
       agreement_send(agreement(i)) = agreement_send(a) AS of_item_labels,
       agreement_send(agreement(r)) = agreement_send(a) AS of_ratings
  FROM io_states WHERE col = 'i';
-- and so with every column (but sets, which GROUP BY takes for arrays)
CREATE FUNCTION group_counts(col text) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    counts bigint[];
BEGIN
    EXECUTE format('SELECT array_agg(n ORDER BY n)
                      FROM (SELECT count(*) AS n FROM io_rows GROUP BY %I) AS x', col)
       INTO counts;
    RETURN counts;
END $$;
SELECT count(*) AS columns,
       bool_and(group_counts(col) =
                (SELECT array_agg(n::bigint ORDER BY n::bigint)
                   FROM jsonb_array_elements_text(v::text::jsonb -> 'counts') AS n
                  WHERE n <> '0')) AS equal
  FROM io_states WHERE col NOT IN ('empty', 's');
-- labels that are equal are one, spelled as the bytewise smallest
SELECT col, v FROM io_states WHERE col <> 'i' ORDER BY col COLLATE "C";
-- bytes of two items, three labels: key 3 has labels 0 and 1, key 7 label 1
SELECT substring(item_labels_send(item_labels_agg(item, label)) FROM 35) AS tail
  FROM (VALUES (7, 'b'), (3, 'b'), (3, 'a')) AS x (item, label);

-- casts to json and jsonb: the soft label, whatever the settings
SET extra_float_digits = -10;
SELECT v::json AS json, v::jsonb AS jsonb, to_jsonb(v) = v::jsonb AS to_jsonb,
       (SELECT bool_and((v::json ->> t)::float8 = n / 60.0)
          FROM (SELECT t, count(*)::float8 AS n FROM io_rows GROUP BY t) AS x) AS shares
  FROM io_states WHERE col = 't';
RESET extra_float_digits;
SELECT v::json FROM io_states WHERE col IN ('e', 'empty') ORDER BY col;
SELECT bool_and(a::json::text = a::text AND a::jsonb = a::text::jsonb) AS agreement,
       bool_and(c::json::text = c::text AND c::jsonb = c::text::jsonb) AS confusion,
       bool_and(jsonb_build_object('a', a) = jsonb_build_object('a', a::jsonb)) AS built
  FROM io_states;

-- 100,000 labels
CREATE TABLE io_many AS
SELECT votes_agg(t) AS v, item_labels_agg(i, t) AS i, agreement_agg(i, t) AS a,
       confusion_agg(t, t) AS c, ratings_agg(i, 1, t) AS r, ratings_agg(t, 1, i) AS m
  FROM (SELECT i, 'label ' || i AS t FROM generate_series(1, 100000) AS i) AS x;
SELECT votes_send(v::text::votes) = votes_send(v) AS votes,
       item_labels_send(i::text::item_labels) = item_labels_send(i) AS item_labels,
       agreement_send(a::text::agreement) = agreement_send(a) AS agreement,
       confusion_send(c::text::confusion) = confusion_send(c) AS confusion,
       ratings_send(r::text::ratings) = ratings_send(r) AS ratings,
       ratings_send(m::text::ratings) = ratings_send(m) AS named_ratings
  FROM io_many;

-- malformed text
CREATE FUNCTION try(type text, value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    state text; message text; detail text;
BEGIN
    EXECUTE format('SELECT %L::annoqa.%I', value, type);
    RETURN 'taken';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
                            detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' ', state, nullif(message, 'invalid input syntax for type ' || type), detail);
END $$;
SELECT value, try('votes', value) FROM (VALUES
    ('{"kind": "text", "labels": ["a", "b"], "counts": [1, 2]}'),
    ('{"counts": [1, 2], "labels": ["b", "a"], "kind": "text"}'),
    ('[]'), ('1'), ('{}'),
    ('{"kind": "text", "labels": ["a"]}'),
    ('{"kind": "text", "labels": ["a"], "counts": [1], "more": 1}'),
    ('{"kind": "texts", "labels": ["a"], "counts": [1]}'),
    ('{"kind": 1, "labels": ["a"], "counts": [1]}'),
    ('{"kind": "text", "labels": "a", "counts": [1]}'),
    ('{"kind": "text", "labels": {"a": 1}, "counts": [1]}'),
    ('{"kind": "text", "labels": [1], "counts": [1]}'),
    ('{"kind": "text", "labels": ["a", "a"], "counts": [1, 1]}'),
    ('{"kind": "text", "labels": ["a"], "counts": [1, 1]}'),
    ('{"kind": "text", "labels": ["a"], "counts": [0]}'),
    ('{"kind": "text", "labels": ["a"], "counts": [-1]}'),
    ('{"kind": "text", "labels": ["a"], "counts": [1.5]}'),
    ('{"kind": "text", "labels": ["a"], "counts": [1e3]}'),
    ('{"kind": "text", "labels": ["a"], "counts": ["1"]}'),
    ('{"kind": "text", "labels": ["a"], "counts": [[1]]}'),
    ('{"kind": "text", "labels": ["a"], "counts": [9223372036854775808]}'),
    ('{"kind": "text", "labels": ["a", "b"], "counts": [9223372036854775807, 1]}'),
    ('{"kind": "text", "declared": 1, "labels": ["a"], "counts": [1]}'),
    ('{"kind": "text", "declared": true, "labels": ["b", "a"], "counts": [0, 1]}'),
    ('{"kind": "text", "type": "pg_catalog.\"C\"", "labels": ["a"], "counts": [1]}'),
    ('{"kind": "text", "type": "nowhere.nothing", "labels": ["a"], "counts": [1]}'),
    ('{"kind": "none", "labels": ["a"], "counts": [1]}'),
    ('{"kind": "number", "labels": ["1", "1.0"], "counts": [1, 1]}'),
    ('{"kind": "number", "labels": ["1", "NaN", "-Infinity", "-0.5e-07"], "counts": [1, 1, 1, 1]}'),
    ('{"kind": "number", "labels": [" 1"], "counts": [1]}'),
    ('{"kind": "number", "labels": ["0x10"], "counts": [1]}'),
    ('{"kind": "number", "labels": ["1_000"], "counts": [1]}'),
    ('{"kind": "number", "labels": ["01"], "counts": [1]}'),
    ('{"kind": "number", "labels": ["1e999999"], "counts": [1]}'),
    ('{"kind": "number", "type": "pg_catalog.int4", "labels": ["1"], "counts": [1]}'),
    ('{"kind": "set", "labels": ["{a,b}", "{b,a}"], "counts": [1, 1]}'),
    ('{"kind": "set", "labels": ["a"], "counts": [1]}'),
    ('{"kind": "span", "labels": ["[1,2)"], "counts": [1]}'),
    ('{"kind": "span", "type": "pg_catalog.int4range", "labels": ["[1,2)", "[1,1]"], "counts": [1, 1]}'),
    ('{"kind": "span", "type": "pg_catalog.int4", "labels": ["1"], "counts": [1]}'),
    ('{"kind": "other", "type": "date", "labels": ["2026-01-01"], "counts": [1]}'),
    ('{"kind": "other", "type": "pg_catalog.date", "labels": ["2026-01-01"], "counts": [1]}'),
    ('{"kind": "other", "type": "pg_catalog.date", "labels": ["yesterwhen"], "counts": [1]}'),
    ('{"kind": "other", "type": "PG_CATALOG.date", "labels": ["2026-01-01"], "counts": [1]}'),
    ('{"kind": "other", "type": "pg_catalog.record", "labels": ["(1)"], "counts": [1]}'),
    ('{"kind": "other", "type": "pg_catalog.cstring", "labels": ["1"], "counts": [1]}'),
    ('{"kind": "other", "type": "a.b.c", "labels": ["1"], "counts": [1]}')) AS x (value);
SELECT value, try('agreement', '{"kind": "text", "labels": ["a", "b"], "patterns": ' || value || '}') FROM (VALUES
    ('[]'), ('[[1, [0, 2]]]'), ('[[2, [0, 1], [1, 1]], [1, [0, 2]]]'),
    ('[1]'), ('[[]]'), ('[[1]]'), ('[[[0, 1]]]'), ('[[1, [0]]]'), ('[[1, [0, 1, 1]]]'), ('[[1, 0, 1]]'),
    ('[[0, [0, 1]]]'), ('[[1, [0, 0]]]'), ('[[1, [2, 1]]]'), ('[[1, [-1, 1]]]'),
    ('[[1, [1, 1], [0, 1]]]'), ('[[1, [0, 1], [0, 1]]]'), ('[[1, [0, 1]], [1, [0, 1]]]'),
    ('[[1, [0, 2147483648]]]'), ('[[9223372036854775807, [0, 2]]]'),
    ('[[9223372036854775807, [0, 1]], [1, [1, 1]]]')) AS x (value);
SELECT value, try('confusion', '{"kind": "text", "labels": ["a", "b"], "cells": ' || value || '}') FROM (VALUES
    ('[]'), ('[[0, 0, 1], [0, 1, 1], [1, 0, 2]]'), ('[[0, 0, 1]], "weights": "linear"'),
    ('[[0, 0, 1]], "weights": "nominal"'), ('[0]'), ('[[0, 0]]'), ('[[0, 0, 1, 1]]'),
    ('[[0, 2, 1]]'), ('[[0, 0, 0]]'), ('[[0, 0, 1], [0, 0, 1]]'), ('[[1, 0, 1], [0, 0, 1]]'),
    ('[[0, 0, 9223372036854775807], [0, 1, 1]]')) AS x (value);
CREATE FUNCTION base64(bytea) RETURNS text LANGUAGE sql AS
    $$SELECT replace(encode($1, 'base64'), E'\n', '')$$;
-- of base64: not such, of another type, of a later format, cut, continued
SELECT what, try('item_labels', value) AS item_labels, try('ratings', value) AS ratings
  FROM (SELECT 'none' AS what, '***' AS value
        UNION ALL SELECT 'empty', ''
        UNION ALL SELECT 'other', base64(votes_send(v)) FROM io_states WHERE col = 'i'
        UNION ALL SELECT 'item_labels', base64(item_labels_send(i)) FROM io_states WHERE col = 'i'
        UNION ALL SELECT 'later', base64(set_byte(item_labels_send(i), 1, 2)) FROM io_states WHERE col = 'i'
        UNION ALL SELECT 'reserved', base64(set_byte(item_labels_send(i), 2, 1)) FROM io_states WHERE col = 'i'
        UNION ALL SELECT 'cut', base64(substring(item_labels_send(i) FOR 100)) FROM io_states WHERE col = 'i'
        UNION ALL SELECT 'continued', base64(item_labels_send(i) || '\x00') FROM io_states WHERE col = 'i'
        UNION ALL SELECT 'ratings', r::text FROM io_states WHERE col = 'i'
        UNION ALL SELECT 'cut', base64(substring(ratings_send(m) FOR 300)) FROM io_states WHERE col = 'i') AS x;
-- and no value at all
SELECT NULL::votes, NULL::item_labels, NULL::agreement, NULL::confusion, NULL::ratings;
SET client_min_messages = warning;
DROP SCHEMA type_io CASCADE;
