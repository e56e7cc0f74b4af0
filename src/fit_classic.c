/*
 * fit_classic.c
 *		The functions that fit the other models of annotators, as SQL calls
 *		them: votes weighed by skill, GLAD, MACE, MMSR, KOS.
 */
#include "postgres.h"

#include <math.h>

#include "annotator_model.h"
#include "glad.h"
#include "kos.h"
#include "mace.h"
#include "mmsr.h"
#include "options.h"
#include "reading.h"
#include "vote_skill.h"

/* defaults */
#define ZERO_BASED_ITERATIONS	100
#define ZERO_BASED_TOLERANCE	1e-9
#define GLAD_ITERATIONS			500
#define GLAD_TOLERANCE			1e-6
#define MACE_RESTARTS			10
#define MACE_ITERATIONS			500
#define MACE_TOLERANCE			1e-6
#define MACE_KNOWS				0.5
#define MACE_STRATEGY			10.0
#define MMSR_ITERATIONS			10000
#define MMSR_TOLERANCE			1e-10
#define KOS_ITERATIONS			100
#define KOS_TOLERANCE			1e-6

/* the most random starts, and prior counts */
#define MOST_RESTARTS			10000
#define MOST_PRIOR				1e9
#define LEAST_PRIOR				1e-3

/* Read the ratings: none of these models takes gold or starts from another. */
static void
read_ratings(FitInput *in, FunctionCallInfo fcinfo)
{
	static const FitArguments args = {0, 0, 0};

	fit_input_open(in, fcinfo, &args);
}

/* Store a model. */
static Datum
store_model(const ConsensusModel *m, const FitInput *in)
{
	return PointerGetDatum(annotator_model_make(m, in->labels,
												in->annotators));
}

/* Read bounds of the iteration: this argument and the next. */
static void
read_bounds(FitOptions *options, FunctionCallInfo fcinfo, int arg,
			int iterations, double tolerance)
{
	memset(options, 0, sizeof(FitOptions));
	options->max_iterations = iterations_argument(fcinfo, arg, iterations);
	options->tolerance = tolerance_argument(fcinfo, arg + 1, tolerance);
}

/* wawa(ratings) -> annotator_model */
PG_FUNCTION_INFO_V1(wawa);
Datum
wawa(PG_FUNCTION_ARGS)
{
	FitInput	in;

	read_ratings(&in, fcinfo);
	return store_model(wawa_fit(&in.data), &in);
}

/* Fit ratings within bounds: arguments 1 and 2. */
static Datum
fit_bounded(FunctionCallInfo fcinfo,
			ConsensusModel *(*fit) (const ModelData *data,
									const FitOptions *options),
			int iterations, double tolerance)
{
	FitInput	in;
	FitOptions	options;

	read_bounds(&options, fcinfo, 1, iterations, tolerance);
	read_ratings(&in, fcinfo);
	return store_model(fit(&in.data, &options), &in);
}

/* zero_based_skill(ratings, max_iterations, tolerance) -> annotator_model */
PG_FUNCTION_INFO_V1(zero_based_skill);
Datum
zero_based_skill(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return fit_bounded(fcinfo, zero_based_fit, ZERO_BASED_ITERATIONS,
					   ZERO_BASED_TOLERANCE);
}

/* glad(ratings, max_iterations, tolerance) -> annotator_model */
PG_FUNCTION_INFO_V1(glad);
Datum
glad(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return fit_bounded(fcinfo, glad_fit, GLAD_ITERATIONS, GLAD_TOLERANCE);
}

/* A prior count of MACE. */
static double
count_argument(FunctionCallInfo fcinfo, int arg, const char *name,
			   double otherwise)
{
	double		count = float_argument(fcinfo, arg, otherwise);

	if (!(count >= LEAST_PRIOR && count <= MOST_PRIOR))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a number of counts from %g to %g, not %g",
						name, LEAST_PRIOR, MOST_PRIOR, count)));
	return count;
}

/* The number of random starts. */
static int
restarts_argument(FunctionCallInfo fcinfo, int arg)
{
	int32		n = MACE_RESTARTS;

	if (!PG_ARGISNULL(arg))
		n = PG_GETARG_INT32(arg);
	if (n < 1 || n > MOST_RESTARTS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("restarts must lie between 1 and %d, not %d",
						MOST_RESTARTS, n)));
	return n;
}

/*
 * mace(ratings, restarts, max_iterations, tolerance, alpha, beta, strategy,
 * seed) -> annotator_model
 */
PG_FUNCTION_INFO_V1(mace);
Datum
mace(PG_FUNCTION_ARGS)
{
	FitInput	in;
	FitOptions	options;
	MacePrior	prior;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	read_bounds(&options, fcinfo, 2, MACE_ITERATIONS, MACE_TOLERANCE);
	options.restarts = restarts_argument(fcinfo, 1);
	options.seed = seed_argument(fcinfo, 7);
	prior.knows = count_argument(fcinfo, 4, "alpha", MACE_KNOWS);
	prior.spams = count_argument(fcinfo, 5, "beta", MACE_KNOWS);
	prior.strategy = count_argument(fcinfo, 6, "strategy", MACE_STRATEGY);
	read_ratings(&in, fcinfo);
	return store_model(mace_fit(&in.data, &options, &prior), &in);
}

/* mmsr(ratings, max_iterations, tolerance) -> annotator_model */
PG_FUNCTION_INFO_V1(mmsr);
Datum
mmsr(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return fit_bounded(fcinfo, mmsr_fit, MMSR_ITERATIONS, MMSR_TOLERANCE);
}

/* kos(ratings, max_iterations, tolerance) -> annotator_model */
PG_FUNCTION_INFO_V1(kos);
Datum
kos(PG_FUNCTION_ARGS)
{
	FitInput	in;
	FitOptions	options;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	read_bounds(&options, fcinfo, 1, KOS_ITERATIONS, KOS_TOLERANCE);
	read_ratings(&in, fcinfo);
	if (in.data.design.q > 2 ||
		(in.data.design.n_labels > 0 && in.data.design.q != 2))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("kos needs labels of two categories, not of %d",
						in.data.design.q),
				 errhint("Other models, such as one_coin or dawid_skene, take any number.")));
	return store_model(kos_fit(&in.data, &options), &in);
}
