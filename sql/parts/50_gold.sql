-- Labels against gold: accuracy, reports, sliding accuracy.

CREATE FUNCTION accuracy(confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'confusion_accuracy';
COMMENT ON FUNCTION accuracy(confusion) IS 'Share of rows whose label is the reference. NULL without rows.';

CREATE FUNCTION macro_f1(confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'confusion_macro_f1';
COMMENT ON FUNCTION macro_f1(confusion) IS 'Mean F1 of the classes that occur as label or as reference. NULL without rows.';

CREATE FUNCTION mcc(confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'confusion_mcc';
COMMENT ON FUNCTION mcc(confusion) IS 'Matthews'' correlation of labels and reference, any number of classes. NULL where either has one class only. (Gorodkin 2004)';

CREATE FUNCTION class_report(confusion)
RETURNS TABLE (
    label text, "precision" float8, recall float8, f1 float8, support bigint,
    n_predicted bigint)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 5
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION class_report(confusion) IS 'One row a class, declared or seen: precision, recall, F1, rows with it as reference and as label. An undefined ratio is NULL.';

CREATE FUNCTION top_confusions(confusion, k int DEFAULT 10)
RETURNS TABLE (
    label text, reference text, n bigint, share_of_errors float8)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION top_confusions(confusion, int) IS 'The k commonest errors, most first.';

CREATE FUNCTION gold_accuracy_add(bigint[], anycompatible, anycompatible) RETURNS bigint[]
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION gold_accuracy_add(bigint[], anycompatible, anycompatible) IS 'internal: transition over (label, gold)';

CREATE FUNCTION gold_accuracy_remove(bigint[], anycompatible, anycompatible) RETURNS bigint[]
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION gold_accuracy_remove(bigint[], anycompatible, anycompatible) IS 'internal: inverse transition over (label, gold)';

CREATE FUNCTION gold_accuracy_add(bigint[], anycompatible, anycompatiblearray) RETURNS bigint[]
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION gold_accuracy_add(bigint[], anycompatible, anycompatiblearray) IS 'internal: transition over (label, accepted answers)';

CREATE FUNCTION gold_accuracy_remove(bigint[], anycompatible, anycompatiblearray) RETURNS bigint[]
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION gold_accuracy_remove(bigint[], anycompatible, anycompatiblearray) IS 'internal: inverse transition over (label, accepted answers)';

CREATE FUNCTION gold_accuracy_add_text(bigint[], text, text) RETURNS bigint[]
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gold_accuracy_add';
COMMENT ON FUNCTION gold_accuracy_add_text(bigint[], text, text) IS 'internal: transition of gold_accuracy_text';

CREATE FUNCTION gold_accuracy_remove_text(bigint[], text, text) RETURNS bigint[]
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gold_accuracy_remove';
COMMENT ON FUNCTION gold_accuracy_remove_text(bigint[], text, text) IS 'internal: inverse transition of gold_accuracy_text';

CREATE FUNCTION gold_accuracy_combine(bigint[], bigint[]) RETURNS bigint[]
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION gold_accuracy_combine(bigint[], bigint[]) IS 'internal: adds two pairs of counts';

CREATE FUNCTION gold_accuracy_final(bigint[]) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION gold_accuracy_final(bigint[]) IS 'internal: final function of gold_accuracy';

CREATE FUNCTION gold_correct_final(bigint[]) RETURNS bigint
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION gold_correct_final(bigint[]) IS 'internal: final function of gold_correct';

CREATE FUNCTION gold_scored_final(bigint[]) RETURNS bigint
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION gold_scored_final(bigint[]) IS 'internal: final function of gold_scored';

CREATE AGGREGATE gold_accuracy(anycompatible, anycompatible) (
    SFUNC = gold_accuracy_add,
    STYPE = bigint[],
    FINALFUNC = gold_accuracy_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = gold_accuracy_combine,
    MSFUNC = gold_accuracy_add,
    MINVFUNC = gold_accuracy_remove,
    MSTYPE = bigint[],
    MFINALFUNC = gold_accuracy_final,
    MFINALFUNC_MODIFY = READ_ONLY,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE gold_accuracy(anycompatible, anycompatible) IS
    'Share of labels that equal gold; rows without label or gold do not count. NULL when none counts.';

CREATE AGGREGATE gold_accuracy(anycompatible, anycompatiblearray) (
    SFUNC = gold_accuracy_add,
    STYPE = bigint[],
    FINALFUNC = gold_accuracy_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = gold_accuracy_combine,
    MSFUNC = gold_accuracy_add,
    MINVFUNC = gold_accuracy_remove,
    MSTYPE = bigint[],
    MFINALFUNC = gold_accuracy_final,
    MFINALFUNC_MODIFY = READ_ONLY,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE gold_accuracy(anycompatible, anycompatiblearray) IS
    'Share of labels that are among the accepted answers; rows without label or answer do not count. NULL when none counts.';

CREATE AGGREGATE gold_correct(anycompatible, anycompatible) (
    SFUNC = gold_accuracy_add,
    STYPE = bigint[],
    FINALFUNC = gold_correct_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = gold_accuracy_combine,
    MSFUNC = gold_accuracy_add,
    MINVFUNC = gold_accuracy_remove,
    MSTYPE = bigint[],
    MFINALFUNC = gold_correct_final,
    MFINALFUNC_MODIFY = READ_ONLY,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE gold_correct(anycompatible, anycompatible) IS
    'Number of labels that equal gold.';

CREATE AGGREGATE gold_correct(anycompatible, anycompatiblearray) (
    SFUNC = gold_accuracy_add,
    STYPE = bigint[],
    FINALFUNC = gold_correct_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = gold_accuracy_combine,
    MSFUNC = gold_accuracy_add,
    MINVFUNC = gold_accuracy_remove,
    MSTYPE = bigint[],
    MFINALFUNC = gold_correct_final,
    MFINALFUNC_MODIFY = READ_ONLY,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE gold_correct(anycompatible, anycompatiblearray) IS
    'Number of labels that are among the accepted answers.';

CREATE AGGREGATE gold_scored(anycompatible, anycompatible) (
    SFUNC = gold_accuracy_add,
    STYPE = bigint[],
    FINALFUNC = gold_scored_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = gold_accuracy_combine,
    MSFUNC = gold_accuracy_add,
    MINVFUNC = gold_accuracy_remove,
    MSTYPE = bigint[],
    MFINALFUNC = gold_scored_final,
    MFINALFUNC_MODIFY = READ_ONLY,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE gold_scored(anycompatible, anycompatible) IS
    'Number of labels with gold: the n of gold_accuracy.';

CREATE AGGREGATE gold_scored(anycompatible, anycompatiblearray) (
    SFUNC = gold_accuracy_add,
    STYPE = bigint[],
    FINALFUNC = gold_scored_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = gold_accuracy_combine,
    MSFUNC = gold_accuracy_add,
    MINVFUNC = gold_accuracy_remove,
    MSTYPE = bigint[],
    MFINALFUNC = gold_scored_final,
    MFINALFUNC_MODIFY = READ_ONLY,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE gold_scored(anycompatible, anycompatiblearray) IS
    'Number of labels with accepted answers: the n of gold_accuracy.';

CREATE AGGREGATE gold_accuracy_text(text, text) (
    SFUNC = gold_accuracy_add_text,
    STYPE = bigint[],
    FINALFUNC = gold_accuracy_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = gold_accuracy_combine,
    MSFUNC = gold_accuracy_add_text,
    MINVFUNC = gold_accuracy_remove_text,
    MSTYPE = bigint[],
    MFINALFUNC = gold_accuracy_final,
    MFINALFUNC_MODIFY = READ_ONLY,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE gold_accuracy_text(text, text) IS
    'gold_accuracy for engines that cannot push down polymorphic aggregates: for label::text only.';
