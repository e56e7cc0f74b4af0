-- Votes with weights: exact sums, ties, what votes tell, and votes as aggregates
-- that return a label.  Where figures come from is said beside each.
SET client_min_messages = warning;
CREATE SCHEMA votes_test;
SET search_path = votes_test, annoqa, public;
CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
CREATE TYPE mood AS ENUM ('bad', 'ok', 'good');
CREATE COLLATION votes_no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SET extra_float_digits = 1;
SET max_parallel_workers_per_gather = 0;

-- The classic example of trust-weighted confidence: 4.4703 of 7.2505 is 0.6166
CREATE TABLE trusted (label text, trust float8);
INSERT INTO trusted VALUES ('yes', 0.9), ('yes', 0.88), ('yes', 0.8903), ('yes', 0.9), ('yes', 0.9),
    ('no', 0.9302), ('no', 0.95), ('unsure', 0.9);
SELECT winner(v), tied(v), tied_labels(v), round(confidence(v)::numeric, 4) AS confidence,
       round(margin(v)::numeric, 4) AS margin
FROM (SELECT votes_agg(label, trust) AS v FROM trusted) AS t;
SELECT label, n, round(weight::numeric, 4) AS weight, round(share::numeric, 4) AS share
FROM shares((SELECT votes_agg(label, trust) FROM trusted));
-- entropy by its definition, over shares from a GROUP BY
SELECT abs(entropy(v) - e) < 1e-12 AS entropy,
       abs(normalized_entropy(v) - e / ln(3)) < 1e-12 AS normalized_entropy
FROM (SELECT votes_agg(label, trust) AS v FROM trusted) AS t,
     (SELECT -sum(p * ln(p)) AS e FROM (SELECT sum(trust) / sum(sum(trust)) OVER () AS p
                                        FROM trusted GROUP BY label) AS s) AS d;

-- Without weights: what a GROUP BY counts
CREATE TABLE plain AS
SELECT i % 50 AS item, 'l' || (i * i / 7 + i / 50) % 4 AS label FROM generate_series(0, 399) AS i;
CREATE TABLE counted AS
SELECT item, label, count(*) AS n, sum(count(*)) OVER (PARTITION BY item) AS total,
       rank() OVER (PARTITION BY item ORDER BY count(*) DESC) AS place
FROM plain GROUP BY item, label;
CREATE TABLE expected AS
SELECT item, max(n) / max(total) AS share, count(*) FILTER (WHERE place = 1) AS leaders,
       array_agg(label ORDER BY label COLLATE "C") FILTER (WHERE place = 1) AS first,
       (max(n) - coalesce((array_agg(n ORDER BY n DESC))[2], 0)) / max(total) AS margin,
       -sum(n / total * ln(n / total)) AS entropy, count(*) AS labels
FROM counted GROUP BY item;
SELECT count(*) AS items, count(*) FILTER (WHERE leaders > 1) > 0 AS some_tied,
       bool_and(winner(v) IS NOT DISTINCT FROM CASE WHEN leaders = 1 THEN first[1] END) AS winner,
       bool_and(tied(v) = (leaders > 1)) AS tied,
       bool_and(tied_labels(v) IS NOT DISTINCT FROM CASE WHEN leaders > 1 THEN first END) AS tied_labels,
       bool_and(abs(confidence(v) - share) < 1e-12) AS confidence,
       bool_and(abs(margin(v) - margin) < 1e-12) AS margin,
       bool_and(abs(entropy(v) - entropy) < 1e-12) AS entropy,
       bool_and(abs(normalized_entropy(v)
                    - CASE WHEN labels > 1 THEN entropy / ln(labels) ELSE 0 END) < 1e-12) AS normalized,
       bool_and(mv IS NOT DISTINCT FROM winner(v)) AS majority_vote,
       bool_and(wc IS NOT DISTINCT FROM winner(v)) AS weighted_consensus,
       bool_and(votes_send(v) = votes_send(w)) AS weights_of_one
FROM expected JOIN (SELECT item, votes_agg(label) AS v, votes_agg(label, 1) AS w,
                           majority_vote(label) AS mv, weighted_consensus(label, 3) AS wc
                    FROM plain GROUP BY item) AS o USING (item);
SELECT bool_and(n = s_n AND weight = n AND abs(share - n / total) < 1e-12) AS shares
FROM counted JOIN (SELECT item, s.label, s.n AS s_n, weight, share
                   FROM (SELECT item, votes_agg(label) AS v FROM plain GROUP BY item) AS o,
                        shares(v) AS s) AS o USING (item, label);
-- the soft label
SELECT votes_agg(label)::jsonb AS jsonb, votes_agg(label)::json AS json,
       votes_agg(label, CASE label WHEN 'l0' THEN 0.5 ELSE 0.25 END)::jsonb AS weighted
FROM plain WHERE item = 1;

-- Ties are decided on exact sums.  As doubles 0.1 + 0.2 exceeds 0.3 by 2^-55 and
-- 0.1 + 0.2 + 0.3 exceeds 0.6 by 2^-55 (fractions of Python); 0.25 + 0.5 is 0.75
CREATE TABLE close (test text, label text, weight float8);
INSERT INTO close VALUES ('over', 'a', 0.1), ('over', 'a', 0.2), ('over', 'b', 0.3),
    ('over 2', 'a', 0.1), ('over 2', 'a', 0.2), ('over 2', 'a', 0.3), ('over 2', 'b', 0.6),
    ('equal', 'a', 0.25), ('equal', 'a', 0.5), ('equal', 'b', 0.75),
    ('absorbed', 'a', 1e16), ('absorbed', 'a', 1), ('absorbed', 'b', 1e16), ('absorbed', 'b', 0.5),
    ('tiny', 'a', 1), ('tiny', 'a', 5e-324), ('tiny', 'b', 1),
    ('cross', 'a', 0.1), ('cross', 'a', 0.7), ('cross', 'b', 0.7), ('cross', 'b', 0.1);
-- every order of the rows of a test, one after the other by ORDER BY in the call
CREATE FUNCTION orders(n int) RETURNS SETOF int[] LANGUAGE sql AS $$
  WITH RECURSIVE p AS (
    SELECT ARRAY[]::int[] AS done
    UNION ALL
    SELECT done || i FROM p, generate_series(1, n) AS i WHERE i <> ALL (done))
  SELECT done FROM p WHERE cardinality(done) = n $$;
CREATE TABLE ordered AS
SELECT test, votes_agg(label, weight ORDER BY o[place]) AS v,
       weighted_consensus(label, weight ORDER BY o[place]) AS wc, o
FROM (SELECT *, row_number() OVER (PARTITION BY test) AS place,
             count(*) OVER (PARTITION BY test) AS size FROM close) AS c,
     LATERAL orders(size::int) AS o
GROUP BY test, o;
SELECT test, count(*) AS orders, count(DISTINCT votes_send(v)) AS forms,
       count(DISTINCT v::text) AS texts,
       min(winner(v)) AS winner, bool_or(tied(v)) AS tied, min(wc) AS consensus,
       bool_and(margin(v) > 0) AS margin
FROM ordered GROUP BY test ORDER BY test;
SELECT test, v FROM ordered WHERE o[1] < o[2] AND o[2] < o[3] AND coalesce(o[3] < o[4], true)
ORDER BY test;

-- Sums of weights that a numeric holds exactly, too: whole numbers of 2^-20,
-- up to 2^40 of them
CREATE TABLE many AS
SELECT i, i % 7 AS part, 'label ' || (i * 31 + i / 13) % 5 AS label,
       hashint8(i)::bigint + 2147483648 AS units
FROM generate_series(1, 2000) AS i;
SELECT bool_and(weight = exact::float8 AND s.n = g.n) AS sums,
       bool_and(share = exact::float8 / (SELECT sum(units) / 2 ^ 20 FROM many)) AS shares,
       count(*) AS labels
FROM (SELECT label, sum(units::numeric) / 1048576 AS exact, count(*) AS n FROM many GROUP BY label) AS g
JOIN shares((SELECT votes_agg(label, units / 1048576.0::float8) FROM many)) AS s USING (label);

-- 2,000 votes with weights of all sizes: any order, parts, workers and frames
-- give the same bits
ALTER TABLE many ADD weight float8;
UPDATE many SET weight = units * (2.0::float8 ^ (i % 90 - 60)) / 3;
CREATE TABLE whole AS SELECT votes_agg(label, weight) AS v FROM many;
SELECT count(*), bool_and(votes_send(whole.v) = votes_send(o.v)
                          AND whole.v::text = o.v::text) AS same
FROM whole, (
    SELECT votes_agg(label, weight ORDER BY i DESC) AS v FROM many
    UNION ALL SELECT votes_agg(label, weight ORDER BY weight) FROM many
    UNION ALL SELECT votes_agg(label, weight ORDER BY weight DESC) FROM many
    UNION ALL SELECT votes_agg(label, weight ORDER BY hashint4(i)) FROM many
    UNION ALL SELECT votes_agg(v) FROM (SELECT votes_agg(label, weight) AS v FROM many GROUP BY part) AS p
    UNION ALL SELECT votes_agg(v ORDER BY part DESC)
              FROM (SELECT part, votes_agg(label, weight) AS v FROM many GROUP BY part) AS p
    UNION ALL SELECT votes_agg(v::text::votes)
              FROM (SELECT votes_agg(label, weight) AS v FROM many GROUP BY part, label) AS p
    UNION ALL (SELECT votes_agg(label, weight) OVER (ORDER BY i) FROM many ORDER BY i DESC LIMIT 1)) AS o;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SET max_parallel_workers_per_gather = 4;
ALTER TABLE many SET (parallel_workers = 4);
ALTER TABLE plain SET (parallel_workers = 4);
SELECT votes_send(whole.v) = votes_send(o.v) AS parallel, o.wc = winner(whole.v) AS consensus
FROM whole, (SELECT votes_agg(label, weight) AS v, weighted_consensus(label, weight) AS wc FROM many) AS o;
SELECT majority_vote(label) IS NOT DISTINCT FROM (SELECT winner(votes_agg(label)) FROM plain) AS majority,
       majority_elements(ARRAY[label, 'x']) AS elements, majority_elements(ARRAY[label, 'x'], 0.2) IS NOT NULL AS some
FROM plain;
SET max_parallel_workers_per_gather = 0;
-- a frame that slides counts its own rows only
SELECT count(*) AS frames, bool_and(slid = (SELECT votes_agg(label, weight)::text FROM many AS f
                                            WHERE f.i BETWEEN o.i - 4 AND o.i)) AS same,
       bool_and(mv IS NOT DISTINCT FROM (SELECT winner(votes_agg(label)) FROM many AS f
                                         WHERE f.i BETWEEN o.i - 4 AND o.i)) AS majority
FROM (SELECT i, votes_agg(label, weight) OVER w::text AS slid, majority_vote(label) OVER w AS mv
      FROM many WINDOW w AS (ORDER BY i ROWS 4 PRECEDING)) AS o WHERE i % 10 = 0;

-- Weights and none merge; a weight other than 1 is remembered where the sum is
-- that of the counts
SELECT votes_agg(v) FROM (SELECT votes_agg('a'::text) AS v UNION ALL SELECT votes_agg('b'::text, 0.5)) AS s;
SELECT votes_agg(v ORDER BY n) FROM (SELECT 2 AS n, votes_agg('a'::text) AS v UNION ALL SELECT 1, votes_agg('b'::text, 0.5)) AS s;
SELECT votes_agg(l, w) AS votes FROM (VALUES ('a', 0.5), ('a', 1.5)) AS t (l, w);
SELECT votes_agg(l, w) AS votes FROM (VALUES ('a', 1), ('a', 1)) AS t (l, w);
-- votes of one weight a label stay small
SELECT pg_column_size(votes_agg(l)) <= 128 AS counts, pg_column_size(votes_agg(l, 2)) <= 168 AS whole,
       pg_column_size(votes_agg(l, 0.7)) <= 176 AS fractions
FROM (VALUES ('cat'), ('dog'), ('cat')) AS t (l);

-- Weight 0 is a vote that says nothing: it is counted, and leads nobody
SELECT winner(v), tied(v), tied_labels(v), confidence(v), margin(v), entropy(v), normalized_entropy(v), v::jsonb
FROM (SELECT votes_agg(l, w) AS v FROM (VALUES ('a', 0), ('b', 0)) AS t (l, w)) AS s;
SELECT s.* FROM shares((SELECT votes_agg(l, w) FROM (VALUES ('a', 0), ('b', 0)) AS t (l, w))) AS s;
SELECT winner(v), tied(v), confidence(v), margin(v), entropy(v), normalized_entropy(v)
FROM (SELECT votes_agg(l, w) AS v FROM (VALUES ('a', 0), ('b', 1e-300::float8), ('c', 0)) AS t (l, w)) AS s;
-- no votes, NULLs, one label, one vote
SELECT winner(v), tied(v), tied_labels(v), confidence(v), margin(v), entropy(v), normalized_entropy(v), v::jsonb, v
FROM (SELECT votes_agg(l, w) AS v
      FROM (VALUES (NULL, 1::float8), ('a', NULL), (NULL, NULL)) AS t (l, w)) AS s;
SELECT count(*) FROM shares((SELECT votes_agg(NULL::text)));
SELECT majority_vote(NULL::int), weighted_consensus('a'::text, NULL), weighted_consensus('a'::text, 0),
       majority_elements(NULL), majority_elements(NULL, 0.5);
SELECT majority_vote(1) IS NULL AS majority FROM plain WHERE false;
SELECT winner(v), tied(v), confidence(v), margin(v), entropy(v), normalized_entropy(v)
FROM (SELECT votes_agg('a'::text) AS v) AS s;
-- declared labels count in the normalised entropy, and have their row
SELECT winner(v), confidence(v), round(entropy(v)::numeric, 12) AS entropy,
       abs(normalized_entropy(v) - ln(2) / ln(3)) < 1e-12 AS normalized, tied_labels(v)
FROM (SELECT votes_agg(e) AS v FROM unnest('{good,bad}'::mood[]) AS e) AS s;
SELECT * FROM shares((SELECT votes_agg(e, 2) FROM unnest('{good,bad,good}'::mood[]) AS e));
SELECT normalized_entropy(votes_agg(b)) FROM unnest('{t,t,f,f}'::bool[]) AS b;

-- Weights that are none: each error names the value
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    EXECUTE query;
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint <> '' THEN ' / ' || hint ELSE '' END;
END $$;
SELECT w, error_of(format('SELECT votes_agg(1, %L::float8)', w)) FROM unnest(ARRAY['-1', '-5e-324', 'NaN', 'Infinity', '-Infinity', '-0']) AS w;
SELECT error_of('SELECT weighted_consensus(1, -0.5)') AS consensus,
       error_of('SELECT votes_agg_text(''a'', ''NaN'')') AS text_form;
SELECT error_of('SELECT votes_agg(1, 1e308) FROM generate_series(1, 20)') AS one_label,
       error_of('SELECT votes_agg(v) FROM (SELECT votes_agg(1, 1e308) AS v FROM generate_series(1, 20) AS i GROUP BY i) AS s') AS merged,
       error_of('SELECT confidence(votes_agg(i, 1e308)) FROM generate_series(1, 20) AS i') AS all_labels;
SELECT winner(v), confidence(v) FROM (SELECT votes_agg(1, 1.7976931348623157e308) AS v) AS s;

-- Pairs have no weights
SELECT error_of('SELECT agreement_agg(v) FROM (SELECT votes_agg(label, trust) AS v FROM trusted) AS s') AS refused,
       error_of('SELECT agreement_agg(v, false) FROM (SELECT votes_agg(label, trust) AS v FROM trusted) AS s') AS false,
       error_of('SELECT agreement_agg(v, NULL) FROM (SELECT votes_agg(label, trust) AS v FROM trusted) AS s') AS unknown;
SELECT agreement_agg(w, true)::text = agreement_agg(v)::text AS ignored,
       agreement_agg(v, false)::text = agreement_agg(v)::text AS no_weights
FROM (SELECT item, votes_agg(label, 0.3) AS w, votes_agg(label) AS v FROM plain GROUP BY item) AS s;

-- The label comes back in its own type: the bytewise smallest of equal spellings
CREATE DOMAIN short AS varchar(3) CHECK (VALUE <> '');
CREATE DOMAIN padded AS char(5);
CREATE FUNCTION back(type text, label_values text[], collation_name text DEFAULT '') RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('SELECT pg_typeof(m) || '': '' || m::text || '' | '' || (m IS NOT DISTINCT FROM w)
                    FROM (SELECT majority_vote(v::%1$s %2$s) AS m, weighted_consensus(v::%1$s %2$s, 0.1) AS w
                          FROM unnest(%3$L::text[]) AS v) AS s', type, collation_name, label_values) INTO result;
    RETURN result;
END $$;
SELECT back(type, label_values) FROM (VALUES
    ('text', '{"a b","a b",c}'::text[]), ('varchar', '{x,x,y}'), ('char(4)', '{ab,ab,c}'), ('name', '{n,n,m}'),
    ('citext', '{B,b,B,A}'), ('short', '{abc,abc,d}'), ('padded', '{ab,ab,c}'), ('mood', '{good,bad,good}'),
    ('boolean', '{t,f,t}'), ('int', '{2,2,10}'), ('bigint', '{9007199254740993,9007199254740993,1}'),
    ('numeric', '{1.00,1.0,1,2}'), ('numeric', '{12345678901234567890.5,12345678901234567890.50,2}'),
    ('float8', '{0.1,0.1,3}'), ('float8', '{-0,0,1}'), ('float8', '{5e-324,5e-324,1}'), ('float4', '{0.1,0.1,3}'),
    ('float8', '{NaN,NaN,1}'), ('float8', '{-Infinity,-Infinity,1}'),
    ('text[]', '{"{b,a}","{a,b,a}","{c}"}'), ('text[]', '{"{}","{}","{c}"}'), ('varchar[]', '{"{b,a}","{a,b}","{c}"}'),
    ('int[]', '{"{2,1}","{2,1}","{1,2}"}'),
    ('jsonb', '{"{\"a\":1}","{\"a\": 1.0}","[]"}'), ('uuid', '{00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000002}'),
    ('box', '{"(1.1,1),(0,0)","(1.1,1),(0,0)","(2,2),(0,0)"}'), ('int4range', '{"[1,3)","[1,2]",empty}'),
    ('int4multirange', '{"{[1,3)}","{[1,2]}","{}"}'), ('numrange', '{"[1.0,2)","[1.00,2)",empty}'),
    ('date', '{2026-01-02,2026-01-02,2026-02-01}'), ('timestamptz', '{2026-01-02 00:00+00,2026-01-02 01:00+01,2026-01-03 00:00+00}'),
    ('interval', '{1 day,24 hours,1 hour}'), ('bytea', '{\\x00ff,\\x00ff,\\x01}'), ('inet', '{10.0.0.1,10.0.0.1,::1}'),
    ('bit(3)', '{101,101,111}'), ('"char"', '{a,a,b}')) AS t (type, label_values);
SELECT back('text', '{B,b,a}', 'COLLATE votes_no_case') AS no_case;
-- a domain's length pads, char(n) alone is known without its n
SELECT octet_length(majority_vote('ab'::padded)) AS padded, majority_vote('ab'::char(5)) = 'ab'::char(5) AS equal;
-- under settings that a text heeds
SET DateStyle = 'SQL, DMY';
SET IntervalStyle = iso_8601;
SET TimeZone = 'Asia/Tokyo';
SET extra_float_digits = -10;
SET bytea_output = escape;
SELECT bool_and(m = v) AS same
FROM (SELECT v, majority_vote(v) AS m FROM (VALUES (date '2026-02-01'), ('2026-12-11')) AS t (v) GROUP BY v) AS s;
SELECT majority_vote(f) = 0.1::float8 + 0.2::float8 AS float8, majority_vote(z) = timestamptz '2026-01-02 03:04:05Z' AS timestamptz,
       majority_vote(y) = '\x00ff'::bytea AS bytea, majority_vote(i) = interval '1 month 2 days 3 seconds' AS interval,
       majority_vote(p) ~= '((0.30000000000000004,1),(0,0))'::box AS box
FROM (VALUES (0.1::float8 + 0.2::float8, timestamptz '2026-01-02 03:04:05Z', '\x00ff'::bytea,
              interval '1 month 2 days 3 seconds', '((0.30000000000000004,1),(0,0))'::box)) AS t (f, z, y, i, p);
RESET DateStyle;
RESET IntervalStyle;
RESET TimeZone;
SET extra_float_digits = 1;
RESET bytea_output;
-- and of types that are refused, as ever
SELECT error_of('SELECT majority_vote(''{}''::json)') AS json, error_of('SELECT majority_vote(v) FROM whole') AS votes,
       error_of('SELECT weighted_consensus(v, 1) FROM whole') AS weighted;

-- What a vote deserves: ln(p (K - 1) / (1 - p)) by the definition
SELECT k, p, round(vote_weight(p, k)::numeric, 12) AS weight,
       abs(vote_weight(p, k) - ln(p * (k - 1) / (1 - p))) < 1e-12 AS defined
FROM (VALUES (2, 0.75::float8), (2, 0.9), (3, 0.9), (10, 0.2), (2, 0.50001), (1000000, 0.999)) AS t (k, p);
SELECT k, p, vote_weight(p, k) AS weight
FROM (VALUES (2, 0::float8), (2, 0.5), (4, 0.25), (3, 0.3333333333333333), (2, 0.1)) AS t (k, p);
SELECT vote_weight(1, 2) = vote_weight(0.999999, 2) AS held, round(vote_weight(1, 2)::numeric, 4) AS greatest,
       vote_weight(0.9999999, 5) = vote_weight(1, 5) AS above;
SELECT error_of('SELECT vote_weight(' || call || ')')
FROM unnest(ARRAY['1.5, 2', '-0.1, 2', '''NaN'', 2', '''Infinity'', 2', '0.5, 1', '0.5, -3']) AS call;
SELECT vote_weight(NULL, 2), vote_weight(0.5, NULL);

-- Sets, element by element: shares from an unnest of the rows
CREATE TABLE tagged (who int, tags text[], weight float8);
INSERT INTO tagged VALUES (1, '{a,b}', 0.5), (2, '{b,a,a}', 0.25), (3, '{c}', 1), (4, '{}', 0.125), (5, '{b,"x y","{}"}', 0.125), (6, NULL, 9);
SELECT s.element, s.n = g.n AND s.weight = g.n AND s.share = g.n / 5.0::float8 AS counted, w.n = g.n AND w.weight = g.weight AND w.share = g.weight / 2 AS weighed
FROM (SELECT element, count(*) AS n, sum(weight) AS weight
      FROM (SELECT DISTINCT who, weight, unnest(tags) AS element FROM tagged) AS u GROUP BY element) AS g
     FULL JOIN element_shares((SELECT votes_agg(tags) FROM tagged)) AS s USING (element)
     FULL JOIN element_shares((SELECT votes_agg(tags, weight) FROM tagged)) AS w USING (element)
ORDER BY element COLLATE "C";
SELECT * FROM element_shares((SELECT votes_agg(tags, weight) FROM tagged));
SELECT elements(v) AS half, elements(v, 0.4) AS above_2_of_5, elements(v, 0.39) AS below, elements(v, 0) AS all, elements(v, 0.99) AS none, elements(v, NULL) AS default
FROM (SELECT votes_agg(tags) AS v FROM tagged) AS s;
SELECT majority_elements(tags) AS half, majority_elements(tags, 0.4) AS above_2_of_5, majority_elements(tags, 0.39) AS below FROM tagged;
-- half is not more than half, and a unit in the last place above it is
SELECT w, elements(votes_agg(s, CASE s WHEN '{a}' THEN w ELSE 0.3 END)) AS elements
FROM (VALUES (0.3::float8), (0.30000000000000004), (0.29999999999999993)) AS t (w), unnest(ARRAY['a', 'b']) AS e, LATERAL (SELECT ARRAY[e] AS s) AS a GROUP BY w ORDER BY w;
SELECT elements(votes_agg(s, w)) AS exactly_more
FROM (VALUES ('{a}'::text[], 1e16), ('{a}', 1), ('{b}', 1e16)) AS t (s, w);
-- no sets
SELECT elements(v), (SELECT count(*) FROM element_shares(v)) AS rows FROM (SELECT votes_agg(NULL::text[]) AS v) AS s;
SELECT elements(votes_agg(tags, 0)) AS no_weight, majority_elements('{}') AS empty_set FROM tagged;
SELECT error_of('SELECT elements(votes_agg(''a''::text))') AS text,
       error_of('SELECT element_shares(votes_agg(1))') AS number,
       error_of('SELECT elements(votes_agg(tags), 1) FROM tagged') AS one,
       error_of('SELECT majority_elements(tags, ''NaN'') FROM tagged') AS nan,
       error_of('SELECT majority_elements(tags, -0.1) FROM tagged') AS negative,
       error_of('SELECT majority_elements(tags, who / 10.0) FROM tagged') AS varying,
       error_of('SELECT majority_elements(ARRAY[NULL])') AS null_element;

-- Text and bytes of votes with weights
CREATE TABLE kept AS SELECT 1 AS n, v FROM whole UNION ALL SELECT 2, votes_agg(label, trust) FROM trusted
UNION ALL SELECT 3, votes_agg(e, 0.1) FROM unnest('{good,bad,good}'::mood[]) AS e
UNION ALL SELECT 4, votes_agg(tags, weight) FROM tagged UNION ALL SELECT 5, votes_agg(1, 0)
UNION ALL SELECT 6, votes_add_set(NULL, '{a}', 0.3);
\copy kept TO results/votes.data WITH (FORMAT binary)
CREATE TABLE copied (LIKE kept);
\copy copied FROM results/votes.data WITH (FORMAT binary)
SELECT n, votes_send(k.v) = votes_send(c.v) AS bytes, votes_send(k.v) = votes_send(k.v::text::votes) AS text,
       k.v::text = c.v::text AS both,
       votes_send(votes_combine(k.v, c.v)) = votes_send(votes_combine(c.v, k.v)) AS merges
FROM kept AS k JOIN copied AS c USING (n) ORDER BY n;
SELECT v FROM kept WHERE n IN (3, 5, 6) ORDER BY n;
SELECT encode(votes_send(votes_agg('a'::text, 0.75)), 'hex') AS bytes;
-- a sum may be written in any parts; it is kept as one
SELECT '{"kind": "text", "labels": ["a"], "counts": [2], "weights": [[0.2, 0.1]]}'::votes,
       '{"kind": "text", "labels": ["a"], "counts": [1], "weights": [[]]}'::votes AS nothing,
       '{"kind": "text", "labels": ["a"], "counts": [1], "weights": [[5, -3]]}'::votes AS difference;
CREATE FUNCTION try(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    RETURN value::annoqa.votes;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || detail;
END $$;
SELECT w, try('{"kind": "text", "labels": ["a", "b"], "counts": [1, 1], "weights": ' || w || '}')
FROM unnest(ARRAY['[1]', '[1, 2, 3]', '[1, -1]', '[1, [1, -2]]', '[1, "x"]', '[1, null]', '[1, [1, [2]]]', '[1, {}]', '[[1e308, 1e308], 1]', '[1e400, 1]', '[1, 1e-400]', '{}', '3', '[-0.0, 1]', '[1, 2], "weight": 3']) AS w;
SELECT try('{"kind": "ordered", "declared": true, "labels": ["a", "b"], "counts": [1, 0], "weights": [1, 2]}') AS unvoted,
       try('{"kind": "text", "labels": ["a"], "counts": [1], "threshold": 1}') AS threshold,
       try('{"kind": "text", "labels": ["a"], "counts": [1], "threshold": "x"}') AS word,
       try('{"kind": "none", "labels": [], "counts": [], "weights": []}') AS no_labels;

-- as plain functions, with NULLs and states of every layout
SELECT votes_add(NULL, 'a'::text, NULL) IS NULL AS no_weight, votes_add(NULL, NULL::text, 2) IS NULL AS no_label,
       votes_add(votes_agg('a'::text, 2), 'a'::text) AS unweighed_after, votes_add(votes_agg('a'::text), 'b'::text, 2) AS weighed_after,
       votes_combine(votes_agg('a'::text, 2), NULL) AS one, votes_combine(NULL, votes_agg('a'::text, 2)) AS other
FROM (VALUES (1)) AS t;
SELECT votes_add_set(votes_add_set(NULL, '{a}', 0.25), '{b}') AS kept_threshold,
       votes_combine(votes_add_set(NULL, '{a}'), votes_add_set(NULL, '{b}', 0.25)) AS taken_threshold,
       majority_elements_final(votes_combine(votes_add_set(NULL, '{a}'), votes_add_set(NULL, '{b}', 0.25))) AS elements,
       majority_elements_final(NULL) AS nothing;
SELECT error_of('SELECT votes_combine(votes_add_set(NULL, ''{a}'', 0.5), votes_add_set(NULL, ''{b}'', 0.25))') AS thresholds;
SELECT majority_vote_final(NULL, NULL::int), majority_vote_final(votes_agg(7), NULL::int),
       weighted_consensus_final(votes_agg(7, 2), NULL::text, NULL) FROM (VALUES (1)) AS t;
SELECT error_of('SELECT majority_vote_final(votes_agg(''x''::text), NULL::int)') AS no_int;
-- a state that a plain call was given stays as it is
SELECT k.v::text = before AS same
FROM (SELECT v, v::text AS before, votes_add(v, 'label 1'::text, 1e-30), votes_combine(v, v) FROM kept WHERE n = 1 OFFSET 0) AS k;

-- Text forms: for text what the others give
SELECT votes_send(votes_agg_text(label)) = votes_send(votes_agg(label)) AS votes,
       votes_send(votes_agg_text(label, trust)) = votes_send(votes_agg(label, trust)) AS weighted,
       confusion_send(confusion_agg_text(label, 'yes')) = confusion_send(confusion_agg(label, 'yes')) AS confusion
FROM trusted;
SELECT cohen_kappa_text(a, b) = cohen_kappa(a, b) AS kappa
FROM (SELECT label AS a, lag(label) OVER (PARTITION BY item) AS b FROM plain) AS p;
SELECT left(error_of('SELECT votes_agg_text(1)'), 5) AS number, left(error_of('SELECT votes_agg_text(''good''::mood)'), 5) AS enum;

-- more votes in all than a bigint counts are refused when they would be stored,
-- for they could not be read back
SELECT votes_combine('{"kind": "number", "labels": ["1"], "counts": [9223372036854775807]}',
    '{"kind": "number", "labels": ["2"], "counts": [1]}');
SELECT votes_add('{"kind": "number", "labels": ["1"], "counts": [9223372036854775807]}', 2);
SELECT votes_agg(v)
FROM (VALUES ('{"kind": "number", "labels": ["1"], "counts": [9223372036854775807]}'::votes),
    ('{"kind": "number", "labels": ["2"], "counts": [1]}')) AS s (v);

-- votes of another type do not get round the constraint of a domain
CREATE DOMAIN positive AS integer CHECK (value > 0);
SELECT majority_vote_final('{"kind": "number", "labels": ["-1"], "counts": [1]}', NULL::positive);
SELECT majority_vote(x) = 2 AS two, pg_typeof(majority_vote(x)) AS type
FROM (VALUES (2::positive), (2::positive), (1::positive)) AS v (x);

-- a value by its bits, whichever way its word is extended
SELECT * FROM shares((SELECT votes_agg(coalesce(o, 3000000000::oid)) FROM (VALUES (3000000000::oid), (NULL), (3000000000)) AS v (o)));

DROP SCHEMA votes_test CASCADE;
