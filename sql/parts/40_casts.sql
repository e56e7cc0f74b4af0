-- Casts to json and jsonb.

CREATE FUNCTION votes_json(votes) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION votes_json(votes) IS 'The soft label: each label and its share of the votes, in canonical order; declared labels without votes have 0.';

CREATE FUNCTION votes_jsonb(votes) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION votes_jsonb(votes) IS 'The soft label: each label and its share of the votes; declared labels without votes have 0.';

CREATE CAST (votes AS json) WITH FUNCTION votes_json(votes);
COMMENT ON CAST (votes AS json) IS 'The soft label: each label and its share of the votes.';
CREATE CAST (votes AS jsonb) WITH FUNCTION votes_jsonb(votes);
COMMENT ON CAST (votes AS jsonb) IS 'The soft label: each label and its share of the votes.';

CREATE FUNCTION agreement_json(agreement) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION agreement_json(agreement) IS 'The text form: kind of the labels, labels in canonical order, and patterns as [items, [code, votes], ...].';

CREATE FUNCTION agreement_jsonb(agreement) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION agreement_jsonb(agreement) IS 'The text form: kind of the labels, labels in canonical order, and patterns as [items, [code, votes], ...].';

CREATE CAST (agreement AS json) WITH FUNCTION agreement_json(agreement);
COMMENT ON CAST (agreement AS json) IS 'The histogram of vote patterns, as the text form has it.';
CREATE CAST (agreement AS jsonb) WITH FUNCTION agreement_jsonb(agreement);
COMMENT ON CAST (agreement AS jsonb) IS 'The histogram of vote patterns, as the text form has it.';

CREATE FUNCTION confusion_json(confusion) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION confusion_json(confusion) IS 'The text form: kind of the labels, labels in canonical order, and cells as [label, reference, count].';

CREATE FUNCTION confusion_jsonb(confusion) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION confusion_jsonb(confusion) IS 'The text form: kind of the labels, labels in canonical order, and cells as [label, reference, count].';

CREATE CAST (confusion AS json) WITH FUNCTION confusion_json(confusion);
COMMENT ON CAST (confusion AS json) IS 'The cells of the confusion table, as the text form has it.';
CREATE CAST (confusion AS jsonb) WITH FUNCTION confusion_jsonb(confusion);
COMMENT ON CAST (confusion AS jsonb) IS 'The cells of the confusion table, as the text form has it.';
