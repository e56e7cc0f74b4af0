\echo Use "CREATE EXTENSION floor" to load this file. \quit

CREATE FUNCTION floor_transition(internal, "any", "any") RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION floor_transition(internal, "any", "any", "any")
	RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION floor_final(internal) RETURNS bigint
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE floor_agg("any", "any") (
	SFUNC = floor_transition,
	STYPE = internal,
	FINALFUNC = floor_final,
	PARALLEL = SAFE
);
CREATE AGGREGATE floor_agg("any", "any", "any") (
	SFUNC = floor_transition,
	STYPE = internal,
	FINALFUNC = floor_final,
	PARALLEL = SAFE
);
