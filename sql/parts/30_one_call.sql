-- The coefficients over rows (item, label), in one call.

CREATE FUNCTION krippendorff_alpha_final(item_labels) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION krippendorff_alpha_final(item_labels) IS 'internal: final function of krippendorff_alpha';

CREATE AGGREGATE krippendorff_alpha("any", anyelement) (
    SFUNC = item_labels_add,
    STYPE = item_labels,
    FINALFUNC = krippendorff_alpha_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE krippendorff_alpha("any", anyelement) IS 'Krippendorff''s alpha of rows (item, label), NULL where undefined. Nominal unless a level is given: nominal, ordinal, interval, ratio, circular, polar, jaccard, masi, overlap. A row is one annotator''s one label: repeats count twice. (Krippendorff 2011)';

CREATE AGGREGATE krippendorff_alpha("any", anyelement, text) (
    SFUNC = item_labels_add_level,
    STYPE = item_labels,
    FINALFUNC = krippendorff_alpha_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE krippendorff_alpha("any", anyelement, text) IS 'Krippendorff''s alpha of rows (item, label, level), NULL where undefined. A row is one annotator''s one label: repeats count twice. (Krippendorff 2011)';

CREATE AGGREGATE krippendorff_alpha("any", anyelement, text, text[]) (
    SFUNC = item_labels_add_level_categories,
    STYPE = item_labels,
    FINALFUNC = krippendorff_alpha_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE krippendorff_alpha("any", anyelement, text, text[]) IS 'Krippendorff''s alpha of rows (item, label, level, categories): categories declare the domain and its order. A row is one annotator''s one label: repeats count twice. (Krippendorff 2011)';

CREATE FUNCTION percent_agreement_final(item_labels) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percent_agreement_final(item_labels) IS 'internal: final function of percent_agreement';

CREATE AGGREGATE percent_agreement("any", anyelement) (
    SFUNC = item_labels_add,
    STYPE = item_labels,
    FINALFUNC = percent_agreement_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE percent_agreement("any", anyelement) IS 'Percent agreement of rows (item, label), NULL where undefined. Share of agreeing pairs of labels, mean over items. A row is one annotator''s one label: repeats count twice. (Gwet 2014)';

CREATE AGGREGATE percent_agreement("any", anyelement, text) (
    SFUNC = item_labels_add_weights,
    STYPE = item_labels,
    FINALFUNC = percent_agreement_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE percent_agreement("any", anyelement, text) IS 'Percent agreement of rows (item, label, weights), NULL where undefined. A row is one annotator''s one label: repeats count twice. (Gwet 2014)';

CREATE AGGREGATE percent_agreement("any", anyelement, text, text[]) (
    SFUNC = item_labels_add_weights_categories,
    STYPE = item_labels,
    FINALFUNC = percent_agreement_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE percent_agreement("any", anyelement, text, text[]) IS 'Percent agreement of rows (item, label, weights, categories): categories declare the domain and its order. A row is one annotator''s one label: repeats count twice. (Gwet 2014)';

CREATE FUNCTION fleiss_kappa_final(item_labels) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION fleiss_kappa_final(item_labels) IS 'internal: final function of fleiss_kappa';

CREATE AGGREGATE fleiss_kappa("any", anyelement) (
    SFUNC = item_labels_add,
    STYPE = item_labels,
    FINALFUNC = fleiss_kappa_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE fleiss_kappa("any", anyelement) IS 'Fleiss'' kappa of rows (item, label), NULL where undefined. Chance agreement from the mean margins; Scott''s pi for two labels an item. A row is one annotator''s one label: repeats count twice. (Fleiss 1971; Gwet 2014 for missing labels)';

CREATE AGGREGATE fleiss_kappa("any", anyelement, text) (
    SFUNC = item_labels_add_weights,
    STYPE = item_labels,
    FINALFUNC = fleiss_kappa_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE fleiss_kappa("any", anyelement, text) IS 'Fleiss'' kappa of rows (item, label, weights), NULL where undefined. A row is one annotator''s one label: repeats count twice. (Fleiss 1971; Gwet 2014 for missing labels)';

CREATE AGGREGATE fleiss_kappa("any", anyelement, text, text[]) (
    SFUNC = item_labels_add_weights_categories,
    STYPE = item_labels,
    FINALFUNC = fleiss_kappa_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE fleiss_kappa("any", anyelement, text, text[]) IS 'Fleiss'' kappa of rows (item, label, weights, categories): categories declare the domain and its order. A row is one annotator''s one label: repeats count twice. (Fleiss 1971; Gwet 2014 for missing labels)';

CREATE FUNCTION brennan_prediger_final(item_labels) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION brennan_prediger_final(item_labels) IS 'internal: final function of brennan_prediger';

CREATE AGGREGATE brennan_prediger("any", anyelement) (
    SFUNC = item_labels_add,
    STYPE = item_labels,
    FINALFUNC = brennan_prediger_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE brennan_prediger("any", anyelement) IS 'The Brennan-Prediger coefficient of rows (item, label), NULL where undefined. Chance agreement of even categories; depends on how many are declared. A row is one annotator''s one label: repeats count twice. (Brennan and Prediger 1981)';

CREATE AGGREGATE brennan_prediger("any", anyelement, text) (
    SFUNC = item_labels_add_weights,
    STYPE = item_labels,
    FINALFUNC = brennan_prediger_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE brennan_prediger("any", anyelement, text) IS 'The Brennan-Prediger coefficient of rows (item, label, weights), NULL where undefined. A row is one annotator''s one label: repeats count twice. (Brennan and Prediger 1981)';

CREATE AGGREGATE brennan_prediger("any", anyelement, text, text[]) (
    SFUNC = item_labels_add_weights_categories,
    STYPE = item_labels,
    FINALFUNC = brennan_prediger_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE brennan_prediger("any", anyelement, text, text[]) IS 'The Brennan-Prediger coefficient of rows (item, label, weights, categories): categories declare the domain and its order. A row is one annotator''s one label: repeats count twice. (Brennan and Prediger 1981)';

CREATE FUNCTION gwet_ac_final(item_labels) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION gwet_ac_final(item_labels) IS 'internal: final function of gwet_ac1 and gwet_ac2';

CREATE AGGREGATE gwet_ac1("any", anyelement) (
    SFUNC = item_labels_add,
    STYPE = item_labels,
    FINALFUNC = gwet_ac_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE gwet_ac1("any", anyelement) IS 'Gwet''s AC1 of rows (item, label), NULL where undefined. Depends on how many categories are declared, else seen. A row is one annotator''s one label: repeats count twice. (Gwet 2008)';

CREATE AGGREGATE gwet_ac1("any", anyelement, text[]) (
    SFUNC = item_labels_add_categories,
    STYPE = item_labels,
    FINALFUNC = gwet_ac_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE gwet_ac1("any", anyelement, text[]) IS 'Gwet''s AC1 of rows (item, label, categories): categories declare the domain. A row is one annotator''s one label: repeats count twice. (Gwet 2008)';

CREATE AGGREGATE gwet_ac2("any", anyelement, text) (
    SFUNC = item_labels_add_weights,
    STYPE = item_labels,
    FINALFUNC = gwet_ac_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE gwet_ac2("any", anyelement, text) IS 'Gwet''s AC2, the weighted AC1, of rows (item, label, weights). A row is one annotator''s one label: repeats count twice. (Gwet 2014)';

CREATE AGGREGATE gwet_ac2("any", anyelement, text, text[]) (
    SFUNC = item_labels_add_weights_categories,
    STYPE = item_labels,
    FINALFUNC = gwet_ac_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE gwet_ac2("any", anyelement, text, text[]) IS 'Gwet''s AC2, the weighted AC1, of rows (item, label, weights, categories). A row is one annotator''s one label: repeats count twice. (Gwet 2014)';
