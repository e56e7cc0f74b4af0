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
SELECT p.* FROM pg_proc AS p JOIN members ON objid = p.oid
WHERE classid = 'pg_proc'::regclass;

-- What there is, by kind
SELECT classid::regclass AS catalog, count(*) > 0 AS some
FROM members GROUP BY classid ORDER BY classid::regclass::text;
-- every object has a comment, and none says nothing
SELECT object FROM members
WHERE coalesce(length(obj_description(objid, classid::regclass::name)), 0) < 10
  -- array types and row types come with their types
  AND object !~ '\[\]$' ORDER BY object;
-- all in one schema
SELECT object FROM members
WHERE classid = 'pg_proc'::regclass AND object !~ '(function|aggregate) annoqa\.'
   OR classid = 'pg_type'::regclass AND object !~ 'type annoqa\.';
SELECT extnamespace::regnamespace, extrelocatable, extconfig
FROM pg_extension WHERE extname = 'annoqa';

-- PARALLEL SAFE, but for what calls a user's function
SELECT oid::regprocedure FROM functions WHERE proparallel <> 's' ORDER BY oid::regprocedure::text;
-- IMMUTABLE, but for the same
SELECT oid::regprocedure, provolatile FROM functions
WHERE provolatile <> 'i' ORDER BY oid::regprocedure::text;
-- none LEAKPROOF, none SECURITY DEFINER, none with settings of its own
SELECT oid::regprocedure FROM functions
WHERE proleakproof OR prosecdef OR proconfig IS NOT NULL ORDER BY oid::regprocedure::text;
-- written in C, or aggregates
SELECT f.oid::regprocedure, lanname FROM functions AS f
     JOIN pg_language AS l ON l.oid = prolang
WHERE lanname <> 'c' AND NOT (lanname = 'internal' AND prokind = 'a');

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
WHERE NOT proisstrict AND prokind = 'f'
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
WHERE prokind = 'a' AND proname !~ '_text$'
  AND 'text'::regtype = ANY (proargtypes[0:1]::oid[]);

-- Anybody may use it: the schema, every function, every type
CREATE ROLE regress_annoqa_nobody;
SELECT has_schema_privilege('regress_annoqa_nobody', 'annoqa', 'USAGE') AS usage,
       has_schema_privilege('regress_annoqa_nobody', 'annoqa', 'CREATE')
       AS create,
       bool_and(has_function_privilege('regress_annoqa_nobody', oid, 'EXECUTE'))
       AS execute FROM functions;
SET ROLE regress_annoqa_nobody;
SELECT annoqa.krippendorff_alpha(i / 2, i / 2) FROM generate_series(0, 3) AS i;
RESET ROLE;
DROP ROLE regress_annoqa_nobody;

DROP SCHEMA catalog CASCADE;
