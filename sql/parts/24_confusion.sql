-- confusion: label against a reference.

CREATE FUNCTION confusion_add(confusion, anycompatible, anycompatible) RETURNS confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION confusion_add(confusion, anycompatible, anycompatible) IS 'internal: transition over (label, reference)';

CREATE FUNCTION confusion_add(confusion, anycompatible, anycompatible, text) RETURNS confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION confusion_add(confusion, anycompatible, anycompatible, text) IS 'internal: transition over (label, reference, weights)';

CREATE FUNCTION confusion_add(confusion, anycompatible, anycompatible, text, text[]) RETURNS confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION confusion_add(confusion, anycompatible, anycompatible, text, text[]) IS 'internal: transition over (label, reference, weights, categories)';

CREATE FUNCTION confusion_combine(confusion, confusion) RETURNS confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION confusion_combine(confusion, confusion) IS 'internal: adds two tables';

CREATE FUNCTION confusion_final(confusion) RETURNS confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION confusion_final(confusion) IS 'internal: final function of confusion_agg';

CREATE AGGREGATE confusion_agg(anycompatible, anycompatible) (
    SFUNC = confusion_add,
    STYPE = confusion,
    FINALFUNC = confusion_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = confusion_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE confusion_agg(anycompatible, anycompatible) IS 'Labels against a reference (gold, or another annotator), one row an item.';

CREATE AGGREGATE confusion_agg(confusion) (
    SFUNC = confusion_combine,
    STYPE = confusion,
    FINALFUNC = confusion_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = confusion_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE confusion_agg(confusion) IS 'Adds tables of labels against references.';
