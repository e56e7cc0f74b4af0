/*
 * intervals_read.c
 *		Intervals and e-values of a proportion, and acceptance: arguments and
 *		results.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "acceptance.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "options.h"
#include "proportion.h"
#include "reading.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

/* a prior apart from any use is more likely a slip */
#define MIN_PRIOR 1e-6
#define MAX_PRIOR 1e9

/* Refuse a number of answers out of range. */
static void
check_trials(const char *name, int64 count, int64 n)
{
	if (n < 0 || n > MAX_TRIALS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("n must lie between 0 and " INT64_FORMAT ", not " INT64_FORMAT,
						MAX_TRIALS, n)));
	if (count < 0 || count > n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must lie between 0 and n, which is " INT64_FORMAT ", not " INT64_FORMAT,
						name, n, count)));
}

/* The arguments (successes, n), from this one on. */
static Trials
trials_at(FunctionCallInfo fcinfo, int arg)
{
	int64		successes = PG_GETARG_INT64(arg);
	int64		n = PG_GETARG_INT64(arg + 1);
	Trials		t;

	check_trials("successes", successes, n);
	t.hits = (double) successes;
	t.misses = (double) (n - successes);
	return t;
}

/* The arguments (successes, n). */
static Trials
trials_arguments(FunctionCallInfo fcinfo)
{
	return trials_at(fcinfo, 0);
}

/* Refuse a number that is not inside (0, 1). */
static double
check_share(const char *name, double share)
{
	if (!(share > 0.0 && share < 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must lie between 0 and 1, not %g", name, share),
				 percentage_hint(share)));
	return share;
}

/* The prior: two positive numbers. */
static BetaPrior
prior_argument(FunctionCallInfo fcinfo, int arg)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg);
	BetaPrior	prior;
	double	   *ab = (double *) ARR_DATA_PTR(array);

	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != 2 || ARR_HASNULL(array) ||
		!(ab[0] >= MIN_PRIOR && ab[0] <= MAX_PRIOR) ||
		!(ab[1] >= MIN_PRIOR && ab[1] <= MAX_PRIOR))
	{
		FmgrInfo	out;

		fmgr_info(F_ARRAY_OUT, &out);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("prior must be two numbers between %g and %g, not %s",
						MIN_PRIOR, MAX_PRIOR,
						OutputFunctionCall(&out, PointerGetDatum(array))),
				 errhint("The default, {1,1}, gives all accuracies the same weight.")));
	}
	prior.a = ab[0];
	prior.b = ab[1];
	return prior;
}

/* The side of an interval by name. */
static Side
side_argument(FunctionCallInfo fcinfo, int arg)
{
	char	   *name = text_argument(fcinfo, arg);

	if (strcmp(name, "both") == 0)
		return SIDE_BOTH;
	if (strcmp(name, "lower") == 0)
		return SIDE_LOWER;
	if (strcmp(name, "upper") == 0)
		return SIDE_UPPER;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown side \"%s\"", name),
			 errhint("Valid sides are both, lower, upper.")));
	return SIDE_BOTH;
}

/* The row type of this call's result, looked up once. */
static TupleDesc
result_row(FunctionCallInfo fcinfo)
{
	TupleDesc	desc = (TupleDesc) fcinfo->flinfo->fn_extra;
	MemoryContext old;

	if (desc != NULL)
		return desc;
	old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	desc = BlessTupleDesc(desc);
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = desc;
	return desc;
}

/* Return a row of two bounds. */
static Datum
bounds_row(FunctionCallInfo fcinfo, const Bounds *bounds)
{
	Datum		values[2];
	bool		nulls[2] = {false, false};

	values[0] = Float8GetDatum(bounds->lower);
	values[1] = Float8GetDatum(bounds->upper);
	return HeapTupleGetDatum(heap_form_tuple(result_row(fcinfo), values,
											 nulls));
}

/* The arguments (successes, n, confidence) to an interval at one look. */
static Datum
interval(FunctionCallInfo fcinfo,
		 void (*compute) (const Trials *, double, Bounds *))
{
	Trials		t = trials_arguments(fcinfo);
	Bounds		bounds;

	compute(&t, confidence_argument(fcinfo, 2), &bounds);
	return bounds_row(fcinfo, &bounds);
}

/* wilson_interval(successes, n, confidence) -> lower, upper */
PG_FUNCTION_INFO_V1(wilson_interval);
Datum
wilson_interval(PG_FUNCTION_ARGS)
{
	return interval(fcinfo, wilson_bounds);
}

/* of proportions that views show */
#define SHOWN_CONFIDENCE 0.95

/* A proportion and its bounds; false where nothing is counted. */
static bool
shown_rate(FunctionCallInfo fcinfo, int arg, double *x, Bounds *bounds)
{
	Trials		t;

	if (PG_ARGISNULL(arg) || PG_ARGISNULL(arg + 1))
		return false;
	t = trials_at(fcinfo, arg);
	if (t.hits + t.misses <= 0)
		return false;
	*x = t.hits / (t.hits + t.misses);
	wilson_bounds(&t, SHOWN_CONFIDENCE, bounds);
	return true;
}

/* rate(hits, total) -> x, x_n, x_lower, x_upper */
PG_FUNCTION_INFO_V1(rate);
Datum
rate(PG_FUNCTION_ARGS)
{
	Datum		values[4] = {0};
	bool		nulls[4] = {true, true, true, true};
	double		x;
	Bounds		bounds;

	if (!PG_ARGISNULL(0) && !PG_ARGISNULL(1))
	{
		values[1] = PG_GETARG_DATUM(1);
		nulls[1] = false;
	}
	if (shown_rate(fcinfo, 0, &x, &bounds))
	{
		values[0] = Float8GetDatum(x);
		values[2] = Float8GetDatum(bounds.lower);
		values[3] = Float8GetDatum(bounds.upper);
		nulls[0] = nulls[2] = nulls[3] = false;
	}
	return HeapTupleGetDatum(heap_form_tuple(result_row(fcinfo), values,
											 nulls));
}

/* share_interval(share, std_error, items, confidence) -> lower, upper */
PG_FUNCTION_INFO_V1(share_interval);
Datum
share_interval(PG_FUNCTION_ARGS)
{
	Datum		values[2];
	bool		nulls[2] = {true, true};
	double		error = PG_ARGISNULL(1) ? 0 : PG_GETARG_FLOAT8(1);
	Trials		trials;
	Bounds		bounds;

	if (!PG_ARGISNULL(0) && !PG_ARGISNULL(2) && !PG_ARGISNULL(3))
	{
		effective_trials(PG_GETARG_FLOAT8(0), error * error,
						 (double) PG_GETARG_INT64(2), &trials);
		wilson_bounds(&trials, PG_GETARG_FLOAT8(3), &bounds);
		values[0] = Float8GetDatum(bounds.lower);
		values[1] = Float8GetDatum(bounds.upper);
		nulls[0] = nulls[1] = false;
	}
	return HeapTupleGetDatum(heap_form_tuple(result_row(fcinfo), values,
											 nulls));
}

/* Return a difference, if it is known, and its bounds, if they are. */
static Datum
difference_row(FunctionCallInfo fcinfo, bool known, double difference,
			   bool bounded, const Bounds *bounds)
{
	Datum		values[3] = {0};
	bool		nulls[3] = {!known, !bounded, !bounded};

	if (known)
		values[0] = Float8GetDatum(difference);
	if (bounded)
	{
		values[1] = Float8GetDatum(bounds->lower);
		values[2] = Float8GetDatum(bounds->upper);
	}
	return HeapTupleGetDatum(heap_form_tuple(result_row(fcinfo), values,
											 nulls));
}

/* bounded_difference(x, x_lower, x_upper, y, y_lower, y_upper) -> difference,
 * lower, upper */
PG_FUNCTION_INFO_V1(bounded_difference);
Datum
bounded_difference(PG_FUNCTION_ARGS)
{
	bool		known = !PG_ARGISNULL(0) && !PG_ARGISNULL(3);
	bool		bounded = known && !PG_ARGISNULL(1) && !PG_ARGISNULL(2) &&
		!PG_ARGISNULL(4) && !PG_ARGISNULL(5);
	double		x = known ? PG_GETARG_FLOAT8(0) : 0;
	double		y = known ? PG_GETARG_FLOAT8(3) : 0;
	Bounds		of_x,
				of_y,
				bounds;

	if (bounded)
	{
		of_x.lower = PG_GETARG_FLOAT8(1);
		of_x.upper = PG_GETARG_FLOAT8(2);
		of_y.lower = PG_GETARG_FLOAT8(4);
		of_y.upper = PG_GETARG_FLOAT8(5);
		difference_bounds(x, &of_x, y, &of_y, 0, &bounds);
	}
	return difference_row(fcinfo, known, x - y, bounded, &bounds);
}

/* rate_difference(hits, total, other_hits, other_total) -> difference, lower,
 * upper */
PG_FUNCTION_INFO_V1(rate_difference);
Datum
rate_difference(PG_FUNCTION_ARGS)
{
	double		x = 0,
				y = 0;
	Bounds		of_x,
				of_y,
				bounds;
	bool		known = shown_rate(fcinfo, 0, &x, &of_x) &&
		shown_rate(fcinfo, 2, &y, &of_y);

	if (known)
		difference_bounds(x, &of_x, y, &of_y, 0, &bounds);
	return difference_row(fcinfo, known, x - y, known, &bounds);
}

PG_FUNCTION_INFO_V1(clopper_pearson_interval);
Datum
clopper_pearson_interval(PG_FUNCTION_ARGS)
{
	return interval(fcinfo, clopper_pearson_bounds);
}

PG_FUNCTION_INFO_V1(bayes_interval);
Datum
bayes_interval(PG_FUNCTION_ARGS)
{
	return interval(fcinfo, jeffreys_bounds);
}

/* anytime_interval(successes, n, confidence, side, prior) -> lower, upper */
PG_FUNCTION_INFO_V1(anytime_interval);
Datum
anytime_interval(PG_FUNCTION_ARGS)
{
	Trials		t = trials_arguments(fcinfo);
	double		confidence = confidence_argument(fcinfo, 2);
	Side		side = side_argument(fcinfo, 3);
	BetaPrior	prior = prior_argument(fcinfo, 4);
	Bounds		bounds;

	anytime_bounds(&t, confidence, side, &prior, &bounds);
	return bounds_row(fcinfo, &bounds);
}

/*
 * The arguments (successes, n, threshold, prior) to an e-value, which is the
 * largest double where it would be more.
 */
static Datum
e_value(FunctionCallInfo fcinfo,
		double (*compute) (const Trials *, double, const BetaPrior *))
{
	Trials		t = trials_arguments(fcinfo);
	double		threshold = check_share("threshold", PG_GETARG_FLOAT8(2));
	BetaPrior	prior = prior_argument(fcinfo, 3);
	double		log_e = compute(&t, threshold, &prior);

	PG_RETURN_FLOAT8(log_e >= log(DBL_MAX) ? DBL_MAX : exp(log_e));
}

/* accuracy_below(successes, n, threshold, prior) -> e-value */
PG_FUNCTION_INFO_V1(accuracy_below);
Datum
accuracy_below(PG_FUNCTION_ARGS)
{
	return e_value(fcinfo, log_e_below);
}

PG_FUNCTION_INFO_V1(accuracy_above);
Datum
accuracy_above(PG_FUNCTION_ARGS)
{
	return e_value(fcinfo, log_e_above);
}

/* The size of a batch among the arguments; 0 when it is not given. */
static int64
batch_argument(FunctionCallInfo fcinfo, int arg)
{
	int64		batch;

	if (PG_ARGISNULL(arg))
		return 0;
	batch = PG_GETARG_INT64(arg);
	if (batch < 1 || batch > MAX_TRIALS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("batch_size must lie between 1 and " INT64_FORMAT ", not " INT64_FORMAT,
						MAX_TRIALS, batch)));
	return batch;
}

/* The accuracy of good work among the arguments; 0 when it is not given. */
static double
good_argument(FunctionCallInfo fcinfo, int arg, double target)
{
	double		good;

	if (PG_ARGISNULL(arg))
		return 0.0;
	good = PG_GETARG_FLOAT8(arg);
	if (!(good > target && good <= 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("good must lie above the target, which is %g, and be at most 1, not %g",
						target, good),
				 percentage_hint(good)));
	return good;
}

/* The number of errors that a plan is to allow, or -1. */
static int64
errors_argument(FunctionCallInfo fcinfo, int arg, const Quality *q)
{
	int64		errors;
	int64		most;

	if (PG_ARGISNULL(arg))
		return -1;
	errors = PG_GETARG_INT64(arg);
	most = q->batch > 0 ? errors_allowed(q->batch, q->target) :
		MAX_SAMPLE - 1;
	if (errors < 0 || errors > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("errors_allowed must lie between 0 and " INT64_FORMAT ", not " INT64_FORMAT,
						most, errors),
				 q->batch > 0 ?
				 errhint("With more errors than that the batch is below the target.") : 0));
	return errors;
}

/* Find the plan that the arguments ask for. */
static bool
find_plan(FunctionCallInfo fcinfo, const Quality *q, double good,
		  SamplingPlan *plan)
{
	int64		errors = errors_argument(fcinfo, 5, q);
	double		power = float_argument(fcinfo, 3, 0.8);

	if (!PG_ARGISNULL(3))
	{
		check_share("power", power);
		if (good <= 0.0 || errors >= 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("power is that of good work to pass, when the number of errors is to be found"),
					 errhint("Give good, and not errors_allowed; or leave out power.")));
	}
	if (good > 0.0 && errors < 0)
		return plan_for_power(q, good, power, plan);
	return plan_for_errors(q, good, Max(errors, 0), plan);
}

/*
 * acceptance_plan(target, good, confidence, power, batch_size, errors_allowed)
 * -> n, max_errors, consumer_risk, good_passes
 */
PG_FUNCTION_INFO_V1(acceptance_plan);
Datum
acceptance_plan(PG_FUNCTION_ARGS)
{
	Quality		q;
	SamplingPlan		plan;
	double		good;
	Datum		values[4];
	bool		nulls[4] = {false, false, false, false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	q.target = check_share("target", PG_GETARG_FLOAT8(0));
	q.risk = 1.0 - confidence_argument(fcinfo, 2);
	q.batch = batch_argument(fcinfo, 4);
	good = good_argument(fcinfo, 1, q.target);
	if (!find_plan(fcinfo, &q, good, &plan))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the plan would need more than %d answers",
						MAX_SAMPLE),
				 errhint("Ask for less power or confidence, or for a greater distance between target and good.")));
	values[0] = Int64GetDatum(plan.n);
	values[1] = Int64GetDatum(plan.max_errors);
	values[2] = Float8GetDatum(plan.risk);
	values[3] = Float8GetDatum(plan.passes);
	nulls[3] = good <= 0.0;
	return HeapTupleGetDatum(heap_form_tuple(result_row(fcinfo), values,
											 nulls));
}

/* Is a verdict to hold at every look? */
static bool
looks_argument(FunctionCallInfo fcinfo, int arg)
{
	char	   *name = text_argument(fcinfo, arg);

	if (name == NULL || strcmp(name, "once") == 0)
		return false;
	if (strcmp(name, "anytime") == 0)
		return true;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown looks \"%s\"", name),
			 errhint("Valid ones are once, anytime.")));
	return false;
}

/* accept_batch(errors, n, target, confidence, batch_size, looks) -> verdict */
PG_FUNCTION_INFO_V1(accept_batch);
Datum
accept_batch(PG_FUNCTION_ARGS)
{
	static const char *const verdicts[] = {
		"not enough evidence", "accept", "reject"
	};
	Quality		q;
	int64		errors,
				n;
	bool		anytime;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	errors = PG_GETARG_INT64(0);
	n = PG_GETARG_INT64(1);
	check_trials("errors", errors, n);
	q.target = check_share("target", PG_GETARG_FLOAT8(2));
	q.risk = 1.0 - confidence_argument(fcinfo, 3);
	q.batch = batch_argument(fcinfo, 4);
	anytime = looks_argument(fcinfo, 5);
	if (q.batch > 0 && n > q.batch)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("n must be at most the batch_size, which is " INT64_FORMAT ", not " INT64_FORMAT,
						q.batch, n)));
	PG_RETURN_TEXT_P(cstring_to_text(verdicts[anytime ?
											  judge_anytime(&q, errors, n) :
											  judge_once(&q, errors, n)]));
}
