-- annotator_model: what a consensus model learned of each annotator.

CREATE TYPE annotator_model;

CREATE FUNCTION annotator_model_in(cstring) RETURNS annotator_model
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annotator_model_in(cstring) IS 'internal: input of type annotator_model';

CREATE FUNCTION annotator_model_out(annotator_model) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annotator_model_out(annotator_model) IS 'internal: output of type annotator_model';

CREATE FUNCTION annotator_model_recv(internal) RETURNS annotator_model
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annotator_model_recv(internal) IS 'internal: binary input of type annotator_model';

CREATE FUNCTION annotator_model_send(annotator_model) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annotator_model_send(annotator_model) IS 'internal: binary output of type annotator_model';

CREATE TYPE annotator_model (
    INPUT = annotator_model_in,
    OUTPUT = annotator_model_out,
    RECEIVE = annotator_model_recv,
    SEND = annotator_model_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE annotator_model IS 'A fitted consensus model: what each annotator is worth, and how to read labels by it, today''s or tomorrow''s. Build with dawid_skene, one_coin, glad, mace, wawa, zero_based_skill, mmsr or kos, read with fit, annotator_skill, annotator_confusion, class_prior, consensus, posterior, drift.';
