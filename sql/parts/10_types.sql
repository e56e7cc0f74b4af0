-- The types. Every text form is complete and exact under any setting.

CREATE TYPE votes;

CREATE FUNCTION votes_in(cstring) RETURNS votes
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION votes_in(cstring) IS 'internal: input of type votes';

CREATE FUNCTION votes_out(votes) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION votes_out(votes) IS 'internal: output of type votes';

CREATE FUNCTION votes_recv(internal) RETURNS votes
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION votes_recv(internal) IS 'internal: binary input of type votes';

CREATE FUNCTION votes_send(votes) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION votes_send(votes) IS 'internal: binary output of type votes';

CREATE TYPE votes (
    INPUT = votes_in,
    OUTPUT = votes_out,
    RECEIVE = votes_recv,
    SEND = votes_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE votes IS 'The labels that one item got, counted and weighed. Build with votes_agg, read with winner, confidence, margin, entropy and shares, cast to jsonb for the soft label.';

CREATE TYPE item_labels;

CREATE FUNCTION item_labels_in(cstring) RETURNS item_labels
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_labels_in(cstring) IS 'internal: input of type item_labels';

CREATE FUNCTION item_labels_out(item_labels) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_labels_out(item_labels) IS 'internal: output of type item_labels';

CREATE FUNCTION item_labels_recv(internal) RETURNS item_labels
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_labels_recv(internal) IS 'internal: binary input of type item_labels';

CREATE FUNCTION item_labels_send(item_labels) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_labels_send(item_labels) IS 'internal: binary output of type item_labels';

CREATE TYPE item_labels (
    INPUT = item_labels_in,
    OUTPUT = item_labels_out,
    RECEIVE = item_labels_recv,
    SEND = item_labels_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE item_labels IS 'A log of (item, label), annotators anonymous; exact however the rows are split. Build with item_labels_agg, read with agreement(item_labels).';

CREATE TYPE agreement;

CREATE FUNCTION agreement_in(cstring) RETURNS agreement
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION agreement_in(cstring) IS 'internal: input of type agreement';

CREATE FUNCTION agreement_out(agreement) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION agreement_out(agreement) IS 'internal: output of type agreement';

CREATE FUNCTION agreement_recv(internal) RETURNS agreement
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION agreement_recv(internal) IS 'internal: binary input of type agreement';

CREATE FUNCTION agreement_send(agreement) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION agreement_send(agreement) IS 'internal: binary output of type agreement';

CREATE TYPE agreement (
    INPUT = agreement_in,
    OUTPUT = agreement_out,
    RECEIVE = agreement_recv,
    SEND = agreement_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE agreement IS 'A histogram of vote patterns: how many items got exactly these votes. Build with agreement_agg, read with coefficients() and the coefficients'' accessors.';

CREATE TYPE confusion;

CREATE FUNCTION confusion_in(cstring) RETURNS confusion
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION confusion_in(cstring) IS 'internal: input of type confusion';

CREATE FUNCTION confusion_out(confusion) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION confusion_out(confusion) IS 'internal: output of type confusion';

CREATE FUNCTION confusion_recv(internal) RETURNS confusion
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION confusion_recv(internal) IS 'internal: binary input of type confusion';

CREATE FUNCTION confusion_send(confusion) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION confusion_send(confusion) IS 'internal: binary output of type confusion';

CREATE TYPE confusion (
    INPUT = confusion_in,
    OUTPUT = confusion_out,
    RECEIVE = confusion_recv,
    SEND = confusion_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE confusion IS 'Labels against a reference, cell by cell. Build with confusion_agg, read with accuracy, class_report, top_confusions, mcc, cohen_kappa, scott_pi and cells().';

CREATE TYPE ratings;

CREATE FUNCTION ratings_in(cstring) RETURNS ratings
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ratings_in(cstring) IS 'internal: input of type ratings';

CREATE FUNCTION ratings_out(ratings) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ratings_out(ratings) IS 'internal: output of type ratings';

CREATE FUNCTION ratings_recv(internal) RETURNS ratings
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ratings_recv(internal) IS 'internal: binary input of type ratings';

CREATE FUNCTION ratings_send(ratings) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ratings_send(ratings) IS 'internal: binary output of type ratings';

CREATE TYPE ratings (
    INPUT = ratings_in,
    OUTPUT = ratings_out,
    RECEIVE = ratings_recv,
    SEND = ratings_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE ratings IS 'Who gave which label to which item, names kept. Build with ratings_agg, read with coefficients(), pairwise_agreement(), dawid_skene(), consensus() and others.';
