-- A labeling project of :labels labels for the views of the workbench: 25 labels
-- on each item, 500 annotators of 20 vendors, two of them models and ten experts;
-- a tenth of the items has gold, nearly every row states all columns.
CREATE EXTENSION IF NOT EXISTS annoqa;
DROP TABLE IF EXISTS public.work;
CREATE UNLOGGED TABLE public.work (
    item int, annotator text, label text, gold text, labeled_at timestamptz,
    available_at timestamptz, seconds float8, confidence float8, vendor text,
    kind text, guideline text, batch text, stratum text, price float8,
    skipped boolean, review text, suggestion text);

-- A number below sides, the same for the same two keys
CREATE FUNCTION pg_temp.dice(a bigint, b int, sides int) RETURNS int
    LANGUAGE sql IMMUTABLE RETURN (hashint8extended(a, b) & 2147483647)::int % sides;

INSERT INTO public.work
SELECT i, 'annotator ' || who, given, CASE WHEN i % 10 = 0 THEN truth END, at,
       at - make_interval(hours => pg_temp.dice(n, 1, 72)),
       4 + pg_temp.dice(n, 2, 600) / 10.0, round(0.5 + pg_temp.dice(n, 3, 50) / 100.0, 2),
       'vendor ' || who % 20, CASE WHEN who < 2 THEN 'model' WHEN who < 12 THEN 'expert' END,
       'v' || i / (:labels / 25 / 5 + 1), 'batch ' || i / (:labels / 25 / 40 + 1), 'stratum ' || i % 11,
       0.05 + who % 7 / 100.0, pg_temp.dice(n, 4, 60) = 0,
       (ARRAY['accepted', 'accepted', 'accepted', 'fixed', 'rejected', NULL, NULL, NULL])[1 + pg_temp.dice(n, 5, 8)],
       CASE WHEN pg_temp.dice(n, 6, 5) = 0 THEN 'label ' || pg_temp.dice(i, 9, 5) END
FROM (SELECT n, i, who, truth,
             timestamptz '2024-01-01 00:00Z' + i * interval '90 s'
                 + pg_temp.dice(n, 7, 100000) * interval '1 s' AS at,
             -- harder items and weaker annotators err more, in a few ways
             CASE WHEN pg_temp.dice(n, 8, 100) < 4 + pg_temp.dice(i, 10, 20) + who % 13
                  THEN 'label ' || pg_temp.dice(i + pg_temp.dice(n, 11, 3), 12, 5)
                  ELSE truth END AS given
      FROM (SELECT n, (n / 25)::int AS i, ((n % 25) * 20 + pg_temp.dice(n, 13, 20))::int AS who,
                   'label ' || pg_temp.dice(n / 25, 9, 5) AS truth
            FROM generate_series(0::bigint, :labels - 1) AS n) AS d) AS w;
VACUUM ANALYZE public.work;
SELECT annoqa.create_source('work', 'public.work', 'item', 'annotator', 'label', gold => 'gold',
    labeled_at => 'labeled_at', available_at => 'available_at', seconds => 'seconds',
    confidence => 'confidence', vendor => 'vendor', annotator_kind => 'kind',
    guideline => 'guideline', batch => 'batch', stratum => 'stratum', price => 'price',
    skipped => 'skipped', review => 'review', suggestion => 'suggestion',
    required_labels => 3);
