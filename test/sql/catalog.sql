-- What the catalogs say of the extension's objects.
SET client_min_messages = warning;
CREATE SCHEMA catalog;
SET search_path = catalog;

CREATE VIEW members AS
SELECT classid, objid, pg_describe_object(classid, objid, 0) AS object
FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
      AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'annoqa');
CREATE VIEW functions AS
SELECT p.*, CASE WHEN pronargs > 10 THEN p.oid::regproc || '(...)'
                 ELSE p.oid::regprocedure::text END AS signature
FROM pg_proc AS p JOIN members ON objid = p.oid
WHERE classid = 'pg_proc'::regclass;

-- What there is, by kind
SELECT classid::regclass AS catalog, count(*) > 0 AS some
FROM members GROUP BY classid ORDER BY classid::regclass::text;
-- every object has a comment, and none says nothing
SELECT object FROM members
WHERE coalesce(length(obj_description(objid, classid::regclass::name)), 0) < 10
  -- array types come with their types, and row types with their relations
  AND object !~ '\[\]$'
  AND NOT (classid = 'pg_type'::regclass AND EXISTS (
        SELECT FROM pg_type AS t JOIN pg_class AS c ON c.oid = t.typrelid
        WHERE t.oid = objid AND c.relkind <> 'c'))
ORDER BY object;
-- all in one schema
SELECT object FROM members
WHERE classid = 'pg_proc'::regclass AND object !~ '(function|aggregate) annoqa\.'
   OR classid = 'pg_type'::regclass AND object !~ 'type annoqa\.';
SELECT extnamespace::regnamespace, extrelocatable
FROM pg_extension WHERE extname = 'annoqa';

-- the registry and what else users fill is dumped, and no table besides; none
-- holds an OID or a reg type, none is under row-level security, and none but
-- its owner and the extension's may read it
SELECT m.object FROM members AS m JOIN pg_class AS c ON c.oid = m.objid
WHERE classid = 'pg_class'::regclass AND relkind IN ('r', 'S')
      AND c.oid <> ALL (SELECT unnest(extconfig) FROM pg_extension WHERE extname = 'annoqa');
SELECT c.oid::regclass, a.attname
FROM members JOIN pg_class AS c ON c.oid = objid JOIN pg_attribute AS a ON attrelid = c.oid
     JOIN pg_type AS t ON t.oid = atttypid
WHERE classid = 'pg_class'::regclass AND relkind = 'r' AND attnum > 0
      AND (typname ~ '^_?(oid$|reg|xid|cid$|tid$)' OR typname = 'pg_lsn');
SELECT c.oid::regclass FROM members JOIN pg_class AS c ON c.oid = objid
WHERE classid = 'pg_class'::regclass AND relkind IN ('r', 'S')
      AND (relrowsecurity OR has_table_privilege('pg_monitor', c.oid, 'SELECT'));
-- views: every one may be selected from, those over the tables as barriers; those
-- that are not internal have comments on every column, columns of five types,
-- and source or time first
SELECT c.oid::regclass FROM members JOIN pg_class AS c ON c.oid = objid
WHERE classid = 'pg_class'::regclass AND relkind = 'v'
      AND (NOT has_table_privilege('pg_monitor', c.oid, 'SELECT')
           OR reloptions IS NULL
           OR NOT reloptions && '{security_barrier=true,security_invoker=true}');
CREATE VIEW view_columns AS
SELECT c.oid::regclass AS view, attrelid, attname, atttypid, attnum FROM members JOIN pg_class AS c ON c.oid = objid
     JOIN pg_attribute AS a ON attrelid = c.oid
WHERE classid = 'pg_class'::regclass AND relkind = 'v' AND attnum > 0
      AND obj_description(c.oid, 'pg_class') NOT LIKE 'internal:%';
SELECT view, attname, atttypid::regtype FROM view_columns
WHERE atttypid NOT IN ('text'::regtype, 'bigint'::regtype, 'double precision'::regtype,
                       'boolean'::regtype, 'timestamptz'::regtype)
      OR coalesce(length(col_description(attrelid, attnum)), 0) < 5;
SELECT view, attname FROM view_columns WHERE attnum = 1 AND attname NOT IN ('source', 'time');
-- a column x_n stands with x, x_lower and x_upper: a rate, or an estimate, and bounds;
-- rules have settings of such names
SELECT n.view, n.attname FROM view_columns AS n
WHERE n.attname ~ '[^_]_n$' AND n.view <> 'annoqa.rules'::regclass AND (n.atttypid <> 'bigint'::regtype OR 3 <> (
    SELECT count(*) FROM view_columns AS x
    WHERE x.attrelid = n.attrelid AND x.atttypid = 'double precision'::regtype
          AND x.attname IN (regexp_replace(n.attname, '_n$', ''), regexp_replace(n.attname, '_n$', '_lower'),
                            regexp_replace(n.attname, '_n$', '_upper'))));
-- a view that reads sources is the face of a function of its name: its columns,
-- but for source, in their order, by source, dates, vendor and annotator
CREATE VIEW faces AS
SELECT c.oid, c.relname FROM members JOIN pg_class AS c ON c.oid = objid
WHERE classid = 'pg_class'::regclass AND relkind = 'v' AND pg_get_viewdef(c.oid) ~ 'rows_or_warning';
SELECT count(*) > 10 AS many FROM faces;
SELECT v.relname, string_agg(f.signature, ', ') FROM faces AS v LEFT JOIN functions AS f ON f.proname = v.relname
GROUP BY v.relname
HAVING NOT coalesce(bool_and(proargnames[1:5] = '{source,since,until,vendor,annotator}' AND pronargdefaults = pronargs - 1
    AND proretset AND provolatile = 's' AND proparallel = 'u' AND prorettype = ('annoqa.' || v.relname || '_row')::regtype), false);
SELECT v.relname FROM faces AS v
WHERE (SELECT array_agg((attname, atttypid)::text ORDER BY attnum) FROM pg_attribute
       WHERE attrelid = v.oid AND attname <> 'source' AND attnum > 0) IS DISTINCT FROM
      (SELECT array_agg((attname, atttypid)::text ORDER BY attnum) FROM pg_attribute
       WHERE attrelid = (SELECT typrelid FROM pg_type WHERE oid = ('annoqa.' || v.relname || '_row')::regtype)
             AND attnum > 0 AND NOT attisdropped);

-- What answers from states and rows is in C or an aggregate; the workbench, which
-- reads the catalogs and the registry, is in SQL and plpgsql too
CREATE VIEW workbench AS
SELECT f.*, lanname FROM functions AS f JOIN pg_language AS l ON l.oid = prolang
WHERE lanname IN ('sql', 'plpgsql');
SELECT f.oid::regprocedure, lanname FROM functions AS f
     JOIN pg_language AS l ON l.oid = prolang
WHERE lanname NOT IN ('c', 'sql', 'plpgsql') AND NOT (lanname = 'internal' AND prokind = 'a');
-- it pins the search path, or was parsed when it was made
SELECT oid::regprocedure, proconfig FROM workbench
WHERE prosqlbody IS NULL
      AND 'search_path=pg_catalog, pg_temp' <> ALL (coalesce(proconfig, '{}'));
-- what may not run everywhere in a parallel plan: it has an exception block, reads
-- as the caller or locks
SELECT signature FROM functions
WHERE proparallel <> 's' AND oid NOT IN (SELECT oid FROM workbench)
ORDER BY signature;
SELECT signature FROM workbench
WHERE proparallel = 's' AND (provolatile = 'v' OR prosrc ~* 'EXCEPTION\s+WHEN')
ORDER BY signature;
-- C functions: IMMUTABLE, but for what calls a user's function, reads the catalogs or writes
SELECT signature, provolatile FROM functions
WHERE provolatile <> 'i' AND oid NOT IN (SELECT oid FROM workbench)
ORDER BY signature;
-- none LEAKPROOF; none SECURITY DEFINER; in C none with settings of its own, but
-- the engine, which runs queries over a source
SELECT oid::regprocedure FROM functions
WHERE proleakproof OR prosecdef
      OR proconfig IS NOT NULL AND oid NOT IN (SELECT oid FROM workbench)
         AND proname !~ '^facts_'
ORDER BY oid::regprocedure::text;

-- Aggregates: PARALLEL SAFE with a combine function, a state that can be stored,
-- finals that only read; two return the label in its own type
SELECT f.oid::regprocedure FROM functions AS f JOIN pg_aggregate ON aggfnoid = f.oid
WHERE aggcombinefn = 0 OR aggtranstype = 'internal'::regtype
      OR aggserialfn <> 0 OR aggfinalmodify <> 'r' OR agginitval IS NOT NULL
      OR (aggfinalextra AND f.proname NOT IN ('majority_vote', 'weighted_consensus'));
-- transitions and combines know NULL: not strict; each is called with every
-- pattern of NULLs in the test plain_calls
SELECT f.oid::regprocedure FROM functions AS f
WHERE proisstrict AND f.oid IN (SELECT unnest(ARRAY[aggtransfn, aggcombinefn,
  aggfinalfn]) FROM pg_aggregate) ORDER BY f.oid::regprocedure::text;

-- Every other C function is strict, or survives NULL for every argument.
CREATE FUNCTION null_call(f oid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  call text;
BEGIN
  SELECT format('SELECT count(*) FROM annoqa.%I(%s) AS c', proname,
           string_agg('NULL::' || type::regtype, ', ' ORDER BY n))
  INTO call FROM pg_proc, unnest(proargtypes) WITH ORDINALITY AS u(type, n)
  WHERE pg_proc.oid = f GROUP BY proname;
  EXECUTE call;
  RETURN 'survives';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT f.oid::regprocedure, null_call(f.oid)
FROM functions AS f
WHERE NOT proisstrict AND prokind = 'f' AND prorettype <> 'trigger'::regtype
  AND oid NOT IN (SELECT oid FROM workbench)
  AND NOT EXISTS (SELECT FROM unnest(proargtypes) AS t
                  WHERE t IN ('"any"'::regtype, 'anyelement'::regtype,
                              'anycompatible'::regtype))
  AND null_call(f.oid) <> 'survives';
-- types: varlena, toastable, with text and binary forms, without operators
SELECT t.oid::regtype, typlen, typstorage, typalign,
       typreceive <> 0 AND typsend <> 0 AS binary,
       EXISTS (SELECT FROM pg_opclass WHERE opcintype = t.oid) AS operators
FROM pg_type AS t JOIN members ON objid = t.oid
WHERE classid = 'pg_type'::regclass AND typtype = 'b' AND typelem = 0
ORDER BY typname;

-- Of overloads of one name at most one has defaults for each first argument
SELECT proname, proargtypes[0]::regtype
FROM functions WHERE prokind = 'f' AND pronargdefaults > 0
GROUP BY 1, 2 HAVING count(*) > 1;
-- no polymorphic aggregate has an overload that takes text for its label
SELECT f.oid::regprocedure FROM functions AS f
WHERE prokind = 'a' AND 'text'::regtype = ANY (proargtypes[0:1]::oid[])
  AND EXISTS (SELECT FROM functions AS p, unnest(p.proargtypes) AS t WHERE p.proname = f.proname
              AND t IN ('anyelement'::regtype, 'anycompatible'::regtype));

-- Anybody may use it: the schema, every type, every function
CREATE ROLE regress_annoqa_nobody;
SELECT has_schema_privilege('regress_annoqa_nobody', 'annoqa', 'USAGE') AS usage,
       has_schema_privilege('regress_annoqa_nobody', 'annoqa', 'CREATE')
       AS create;
-- but for what writes: whoever may, can run code as every reader
SELECT proname FROM functions
WHERE NOT has_function_privilege('regress_annoqa_nobody', oid, 'EXECUTE') ORDER BY proname;
SET ROLE regress_annoqa_nobody;
SELECT annoqa.krippendorff_alpha(i / 2, i / 2) FROM generate_series(0, 3) AS i;
RESET ROLE;
DROP ROLE regress_annoqa_nobody;

DROP SCHEMA catalog CASCADE;
