/*
 * model_fit.c
 *		The functions that fit a model of annotators, as SQL calls them.
 */
#include "postgres.h"

#include <math.h>

#include "annotator_model.h"
#include "reading.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

#define DEFAULT_ITERATIONS 500
#define DEFAULT_TOLERANCE 1e-7
#define MOST_COUNTS 1e9

/* what 'crowd' stands for */
static const PriorCounts crowd_prior = {1, 8, 0, 0};

/* Take a count of a prior by its key. */
static void
set_prior_key(PriorCounts *prior, const char *key, const JsonbValue *value)
{
	double		count;

	if (value->type != jbvNumeric)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" of a prior must be a number of counts", key)));
	count = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
											   NumericGetDatum(value->val.numeric)));
	if (!(count >= 0 && count <= MOST_COUNTS))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" of a prior must lie between 0 and %g, not %g",
						key, MOST_COUNTS, count)));
	if (strcmp(key, "class") == 0)
		prior->class_total = count;
	else if (strcmp(key, "crowd") == 0)
		prior->crowd = count;
	else if (strcmp(key, "diagonal") == 0)
		prior->diagonal = count;
	else if (strcmp(key, "even") == 0)
		prior->even = count;
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown key \"%s\" of a prior", key),
				 errhint("Valid keys are class, crowd, diagonal, even.")));
}

/* Take the counts of a prior from a JSON object. */
static void
read_prior(PriorCounts *prior, Jsonb *json)
{
	JsonbIterator *it = JsonbIteratorInit(&json->root);
	JsonbIteratorToken token;
	JsonbValue	value;

	*prior = crowd_prior;
	token = JsonbIteratorNext(&it, &value, true);
	while ((token = JsonbIteratorNext(&it, &value, true)) == WJB_KEY)
	{
		char	   *key = pnstrdup(value.val.string.val, value.val.string.len);

		(void) JsonbIteratorNext(&it, &value, true);
		set_prior_key(prior, key, &value);
	}
}

/* A prior: 'none', 'crowd', or an object of counts. */
void
prior_argument(FunctionCallInfo fcinfo, int arg, PriorCounts *prior)
{
	char	   *text = text_argument(fcinfo, arg);
	Jsonb	   *json;

	memset(prior, 0, sizeof(PriorCounts));
	if (text == NULL || strcmp(text, "crowd") == 0)
		*prior = crowd_prior;
	if (text == NULL || strcmp(text, "crowd") == 0 ||
		strcmp(text, "none") == 0)
		return;
	if (strchr(text, '{') == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown prior \"%s\"", text),
				 errhint("Valid priors are none, crowd, or counts such as {\"crowd\": 10}.")));
	json = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
	if (!JB_ROOT_IS_OBJECT(json))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a prior must be a JSON object, not \"%s\"", text)));
	read_prior(prior, json);
}

/* Read prior, start and bounds: arguments 1, 3, 4 and 5. */
static void
read_options(FitOptions *o, const FitInput *in, FunctionCallInfo fcinfo)
{
	memset(o, 0, sizeof(FitOptions));
	prior_argument(fcinfo, 1, &o->prior);
	o->max_iterations = iterations_argument(fcinfo, 4, DEFAULT_ITERATIONS);
	o->tolerance = tolerance_argument(fcinfo, 5, DEFAULT_TOLERANCE);
	o->start = in->start_reader;
}

/*
 * dawid_skene(ratings, prior, gold, start, max_iterations, tolerance,
 * hierarchical, gold_answers) -> annotator_model
 */
PG_FUNCTION_INFO_V1(dawid_skene);
Datum
dawid_skene(PG_FUNCTION_ARGS)
{
	static const FitArguments args = {2, 3, 7};
	FitInput	in;
	FitOptions	options;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	fit_input_open(&in, fcinfo, &args);
	read_options(&options, &in, fcinfo);
	options.hierarchical = !PG_ARGISNULL(6) && PG_GETARG_BOOL(6);
	if (options.hierarchical && options.prior.crowd == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("hierarchical needs a prior with counts spread as the crowd's"),
				 errhint("Use prior => 'crowd', or {\"crowd\": 10}.")));
	PG_RETURN_POINTER(annotator_model_make(dawid_skene_fit(&in.data, &options),
										   in.labels, in.annotators));
}

/*
 * one_coin(ratings, prior, gold, start, max_iterations, tolerance,
 * gold_answers) -> annotator_model
 */
PG_FUNCTION_INFO_V1(one_coin);
Datum
one_coin(PG_FUNCTION_ARGS)
{
	static const FitArguments args = {2, 3, 6};
	FitInput	in;
	FitOptions	options;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	fit_input_open(&in, fcinfo, &args);
	read_options(&options, &in, fcinfo);
	PG_RETURN_POINTER(annotator_model_make(one_coin_fit(&in.data, &options),
										   in.labels, in.annotators));
}
