/*
 * calibration_read.c
 *		Building and reading the type calibration, and the Brier score of soft
 *		labels.
 */
#include "postgres.h"

#include <math.h>

#include "calibration.h"
#include "common/int.h"
#include "fmgr.h"
#include "options.h"
#include "proportion.h"
#include "rows.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

/* Check a confidence, which must lie in [0, 1]. */
static double
check_confidence(double confidence)
{
	if (!(confidence >= 0.0 && confidence <= 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence must lie between 0 and 1, not %g",
						confidence),
				 percentage_hint(confidence)));
	return confidence;
}

/* How many bins an argument asks for. */
static int32
bins_argument(FunctionCallInfo fcinfo, int arg)
{
	int32		n = arg >= PG_NARGS() || PG_ARGISNULL(arg) ? DEFAULT_BINS :
		PG_GETARG_INT32(arg);

	if (n < 1 || n > MAX_BINS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("n_bins must lie between 1 and %d, not %d",
						MAX_BINS, n)));
	return n;
}

/* A calibration that may be written to: itself in an aggregate, else a copy. */
static Calibration *
writable(FunctionCallInfo fcinfo)
{
	Calibration *c = (Calibration *) state_detoast(PG_GETARG_DATUM(0),
												   STATE_CALIBRATION);

	return in_aggregate(fcinfo) ? c : state_copy(c);
}

/* Refuse to bring two numbers of bins together. */
static void
check_bins(int32 a, int32 b)
{
	if (a != b)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot add calibrations with %d and %d bins", a, b)));
}

/* calibration_add(calibration, confidence, correct [, n_bins]) */
PG_FUNCTION_INFO_V1(calibration_add);
Datum
calibration_add(PG_FUNCTION_ARGS)
{
	int32		n_bins = bins_argument(fcinfo, 3);
	Calibration *c;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	c = PG_ARGISNULL(0) ? calibration_allocate(n_bins) : writable(fcinfo);
	check_bins(c->n_bins, n_bins);
	calibration_count(c, check_confidence(PG_GETARG_FLOAT8(1)),
					  PG_GETARG_BOOL(2));
	PG_RETURN_POINTER(c);
}

/* calibration_combine(calibration, calibration) */
PG_FUNCTION_INFO_V1(calibration_combine);
Datum
calibration_combine(PG_FUNCTION_ARGS)
{
	Calibration *c,
			   *other;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	other = (Calibration *) state_detoast(PG_GETARG_DATUM(1),
										  STATE_CALIBRATION);
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(state_copy(other));
	c = writable(fcinfo);
	check_bins(c->n_bins, other->n_bins);
	if (pg_add_s64_overflow(c->n, other->n, &c->n))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of answers is out of range")));
	unit_merge(&c->error, &other->error);
	for (int32 b = 0; b < c->n_bins; b++)
	{
		c->bin[b].n += other->bin[b].n;
		c->bin[b].n_correct += other->bin[b].n_correct;
		unit_merge(&c->bin[b].confidence, &other->bin[b].confidence);
		unit_merge(&c->bin[b].square, &other->bin[b].square);
	}
	PG_RETURN_POINTER(c);
}

/* The argument of a figure; NULL when it is NULL or empty. */
static Calibration *
answers(FunctionCallInfo fcinfo)
{
	Calibration *c;

	if (PG_ARGISNULL(0))
		return NULL;
	c = (Calibration *) state_detoast(PG_GETARG_DATUM(0), STATE_CALIBRATION);
	return c->n > 0 ? c : NULL;
}

/* A figure of a calibration. */
static Datum
figure(FunctionCallInfo fcinfo, double (*of) (const Calibration *))
{
	Calibration *c = answers(fcinfo);

	if (c == NULL)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(of(c));
}

PG_FUNCTION_INFO_V1(brier_score_read);
Datum
brier_score_read(PG_FUNCTION_ARGS)
{
	return figure(fcinfo, brier_score);
}

PG_FUNCTION_INFO_V1(calibration_error_read);
Datum
calibration_error_read(PG_FUNCTION_ARGS)
{
	return figure(fcinfo, calibration_error);
}

PG_FUNCTION_INFO_V1(calibration_error_expected_read);
Datum
calibration_error_expected_read(PG_FUNCTION_ARGS)
{
	return figure(fcinfo, calibration_error_expected);
}

PG_FUNCTION_INFO_V1(overconfidence_read);
Datum
overconfidence_read(PG_FUNCTION_ARGS)
{
	return figure(fcinfo, overconfidence);
}

/* reliability(calibration, confidence_level) */
PG_FUNCTION_INFO_V1(reliability);
Datum
reliability(PG_FUNCTION_ARGS)
{
	double		level = confidence_argument(fcinfo, 1);
	Calibration *c = answers(fcinfo);
	Rows		rows;

	rows_begin(&rows, fcinfo);
	for (int32 b = 0; c != NULL && b < c->n_bins; b++)
	{
		const CalibrationBin *bin = &c->bin[b];
		double		n = (double) bin->n;
		UnitSum		gap = bin->confidence;
		Trials		trials = {(double) bin->n_correct, n - bin->n_correct};
		Bounds		bounds;

		if (bin->n == 0)
			continue;
		gap.whole -= bin->n_correct;
		wilson_bounds(&trials, level, &bounds);
		put_float(&rows, true, (double) b / c->n_bins);
		put_float(&rows, true, (double) (b + 1) / c->n_bins);
		put_count(&rows, bin->n);
		put_float(&rows, true, unit_value(&bin->confidence) / n);
		put_float(&rows, true, (double) bin->n_correct / n);
		put_float(&rows, true, bounds.lower);
		put_float(&rows, true, bounds.upper);
		put_float(&rows, true, unit_value(&gap) / n);
		row_end(&rows);
	}
	return (Datum) 0;
}

/* how far from 1 the probabilities of a soft label may sum */
#define SUM_TOLERANCE 1e-6

/* The probability that a soft label gives to a label. */
static double
probability(const JsonbValue *label, const JsonbValue *value)
{
	double		p = -1.0;

	if (value->type == jbvNumeric)
		p = DatumGetFloat8(DirectFunctionCall1(numeric_float8,
											   NumericGetDatum(value->val.numeric)));
	if (!(p >= 0.0 && p <= 1.0 + SUM_TOLERANCE))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 value->type == jbvNumeric ?
				 errmsg("the probability of label \"%s\" must lie between 0 and 1, not %g",
						pnstrdup(label->val.string.val, label->val.string.len), p) :
				 errmsg("the probability of label \"%s\" is not a number",
						pnstrdup(label->val.string.val, label->val.string.len))));
	return p;
}

/* The squared distance of a soft label from a label, in [0, 2]. */
static double
squared_distance(Jsonb *posterior, const char *gold, int gold_len)
{
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	key,
				value;
	double		total = 0.0,
				distance = 0.0;
	bool		found = false;

	if (!JB_ROOT_IS_OBJECT(posterior))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a soft label must be an object of labels and probabilities")));
	it = JsonbIteratorInit(&posterior->root);
	(void) JsonbIteratorNext(&it, &key, true);
	while ((token = JsonbIteratorNext(&it, &key, true)) == WJB_KEY)
	{
		double		p;
		bool		is_gold = key.val.string.len == gold_len &&
			memcmp(key.val.string.val, gold, gold_len) == 0;

		(void) JsonbIteratorNext(&it, &value, true);
		p = probability(&key, &value);
		total += p;
		distance += is_gold ? (1.0 - p) * (1.0 - p) : p * p;
		found |= is_gold;
	}
	if (fabs(total - 1.0) > SUM_TOLERANCE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the probabilities of a soft label must sum to 1, not %g",
						total)));
	return Min(distance + (found ? 0.0 : 1.0), 2.0);
}

/*
 * brier_multiclass_add(calibration, posterior, gold): a calibration of one bin,
 * of which only the number of answers and half the distances are used
 */
PG_FUNCTION_INFO_V1(brier_multiclass_add);
Datum
brier_multiclass_add(PG_FUNCTION_ARGS)
{
	Calibration *c;
	text	   *gold;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	c = PG_ARGISNULL(0) ? calibration_allocate(1) : writable(fcinfo);
	check_bins(c->n_bins, 1);
	gold = PG_GETARG_TEXT_PP(2);
	calibration_count_error(c, squared_distance(PG_GETARG_JSONB_P(1),
												VARDATA_ANY(gold),
												VARSIZE_ANY_EXHDR(gold)) / 2.0);
	PG_RETURN_POINTER(c);
}

/* Twice the Brier score. */
static double
twice_brier_score(const Calibration *c)
{
	return 2.0 * brier_score(c);
}

/* brier_multiclass_final(calibration) */
PG_FUNCTION_INFO_V1(brier_multiclass_final);
Datum
brier_multiclass_final(PG_FUNCTION_ARGS)
{
	return figure(fcinfo, twice_brier_score);
}
