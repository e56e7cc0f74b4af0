-- Charts that watch a sequence of right and wrong answers.

CREATE FUNCTION e_detector(
    answers boolean[], threshold float8, run_length float8 DEFAULT 10000,
    OUT statistic float8, OUT bound float8, OUT alarm_at bigint, OUT n bigint)
RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION e_detector(boolean[], float8, float8) IS
    'Watches answers, true where right, in their order, for an accuracy below threshold: alarm_at is the first answer at which the statistic reaches the bound, NULL if none; statistic is that of this answer, else of the last. A false alarm comes after run_length answers or more on average, whatever the accuracy from threshold upwards. (Shin, Ramdas and Rinaldo 2024)';

CREATE FUNCTION cusum(
    answers boolean[], in_control float8, out_of_control float8,
    run_length float8 DEFAULT 10000,
    OUT statistic float8, OUT bound float8, OUT alarm_at bigint, OUT n bigint)
RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION cusum(boolean[], float8, float8, float8) IS
    'Watches answers, true where right, in their order, with a CUSUM of errors tuned to notice a fall of accuracy from in_control to out_of_control. The limit is the least whose average run length at in_control is run_length or more. (Page 1954; Brook and Evans 1972)';

CREATE FUNCTION ewma(
    answers boolean[], in_control float8, out_of_control float8,
    run_length float8 DEFAULT 10000,
    OUT statistic float8, OUT bound float8, OUT alarm_at bigint, OUT n bigint)
RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ewma(boolean[], float8, float8, float8) IS
    'Watches answers, true where right, in their order, with an exponentially weighted moving average of errors. The weight is the one that notices out_of_control soonest, the limit the least whose average run length at in_control is run_length or more. (Roberts 1959; Brook and Evans 1972)';

CREATE FUNCTION chart_design(
    method text, in_control float8, out_of_control float8,
    run_length float8 DEFAULT 10000,
    OUT reference_value float8, OUT weight float8, OUT bound float8,
    OUT in_control_run_length float8, OUT out_of_control_run_length float8)
RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION chart_design(text, float8, float8, float8) IS
    'What a ''cusum'' or ''ewma'' would be: its reference value or weight, its limit, and the average number of answers to an alarm in and out of control.';
