/*
 * options.c
 *		Arguments that say how an error is to be found.
 */
#include "postgres.h"

#include <math.h>

#include "options.h"
#include "reading.h"

/* in the order of ErrorMethod */
static const char *const methods[] = {
	"linearised", "ratio", "jackknife", "bootstrap", "bayesian"
};

#define DEFAULT_SEED 20260101

/* Hint, in an ereport, at a share that was meant as a percentage. */
int
percentage_hint(double share)
{
	if (share >= 2 && share <= 100)
		errhint("If it is a percentage, divide it by 100.");
	return 0;
}

/* The confidence of intervals, inside (0, 1). */
double
confidence_argument(FunctionCallInfo fcinfo, int arg)
{
	double		c = float_argument(fcinfo, arg, DEFAULT_CONFIDENCE);

	if (!(c > 0 && c < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence must lie between 0 and 1, not %g", c),
				 errhint("For 95%% write 0.95.")));
	return c;
}

/* The share that elements must pass, inside [0, 1). */
double
threshold_argument(FunctionCallInfo fcinfo, int arg)
{
	double		t = float_argument(fcinfo, arg, DEFAULT_THRESHOLD);

	if (!(t >= 0 && t < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("threshold must be at least 0 and below 1, not %g", t),
				 errhint("For more than half write 0.5.")));
	return t;
}

/* The method by name. */
ErrorMethod
method_argument(FunctionCallInfo fcinfo, int arg)
{
	char	   *name = text_argument(fcinfo, arg);

	if (name == NULL)
		return ERROR_LINEARISED;
	for (int i = 0; i < lengthof(methods); i++)
		if (strcmp(name, methods[i]) == 0)
			return (ErrorMethod) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown method \"%s\"", name),
			 errhint("Valid methods are linearised, ratio, jackknife, bootstrap, bayesian.")));
	return ERROR_LINEARISED;
}

/* Are items with one label left out of the margins? */
bool
singles_argument(FunctionCallInfo fcinfo, int arg)
{
	char	   *name = text_argument(fcinfo, arg);

	if (name == NULL || strcmp(name, "keep") == 0)
		return false;
	if (strcmp(name, "drop") == 0)
		return true;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown treatment of singletons \"%s\"", name),
			 errhint("Valid ones are keep, drop.")));
	return false;
}

/* The number of resamples; 0 for the method's default. */
int
resamples_argument(FunctionCallInfo fcinfo, int arg)
{
	int32		n;

	if (arg >= PG_NARGS() || PG_ARGISNULL(arg))
		return 0;
	n = PG_GETARG_INT32(arg);
	if (n < 100 || n > MAX_RESAMPLES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("resamples must lie between 100 and %d, not %d",
						MAX_RESAMPLES, n)));
	return n;
}

/* The seed of draws; always the same unless it is given. */
uint64
seed_argument(FunctionCallInfo fcinfo, int arg)
{
	if (arg >= PG_NARGS() || PG_ARGISNULL(arg))
		return DEFAULT_SEED;
	return (uint64) PG_GETARG_INT64(arg);
}

/* The number of items that there are in all; 0 for infinitely many. */
double
population_argument(FunctionCallInfo fcinfo, int arg)
{
	if (arg >= PG_NARGS() || PG_ARGISNULL(arg))
		return 0;
	if (PG_GETARG_INT64(arg) < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("population must be positive, not " INT64_FORMAT,
						PG_GETARG_INT64(arg))));
	return (double) PG_GETARG_INT64(arg);
}
