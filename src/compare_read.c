/*
 * compare_read.c
 *		compare() and interpretation() as SQL calls them.
 */
#include "postgres.h"

#include <math.h>

#include "compare.h"
#include "interpretation.h"
#include "options.h"
#include "reading.h"
#include "rows.h"
#include "utils/builtins.h"

/* one of the two states compared, with its estimate */
typedef struct Side
{
	Reading		reading;
	Estimate	estimate;
	ErrorInterval interval;
} Side;

/* Read a coefficient's name. */
static Coefficient
coefficient_from_name(const char *name)
{
	static const struct
	{
		const char *name;
		Coefficient which;
	}			known[] = {
		{"percent_agreement", PERCENT_AGREEMENT},
		{"krippendorff_alpha", KRIPPENDORFF_ALPHA},
		{"fleiss_kappa", FLEISS_KAPPA},
		{"gwet_ac1", GWET_AC},
		{"gwet_ac2", GWET_AC},
		{"brennan_prediger", BRENNAN_PREDIGER}
	};

	for (int i = 0; i < lengthof(known); i++)
		if (strcmp(name, known[i].name) == 0)
			return known[i].which;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown coefficient \"%s\"", name),
			 errhint("Valid ones are percent_agreement, krippendorff_alpha, fleiss_kappa, gwet_ac1, gwet_ac2, brennan_prediger.")));
	return PERCENT_AGREEMENT;
}

/* Estimate one side. */
static void
read_side(Side *side, FunctionCallInfo fcinfo, int arg, Coefficient which,
		  const ReadArgs *args, const IntervalOptions *options)
{
	Reading    *r = &side->reading;
	Scale		scale;

	reading_open(r, PG_GETARG_DATUM(arg));
	reading_interpret(r, args, fcinfo);
	scale = r->scale;
	if (which != KRIPPENDORFF_ALPHA && !reading_other_scale(r, &scale) &&
		which != PERCENT_AGREEMENT)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("this coefficient is not defined at level \"%s\"",
						args->level),
				 errhint("Compare krippendorff_alpha, or give weights.")));
	coefficient_estimate(r->patterns, &scale, which, options->drop_singles,
						 &side->estimate);
	memset(&side->interval, 0, sizeof(ErrorInterval));
	if (r->patterns->n_items > 0)
		coefficient_interval(r->patterns, &scale, which, &side->estimate,
							 options, &side->interval);
}

/* Degrees of freedom of a side's error. */
static double
side_degrees(const Side *side, const IntervalOptions *options)
{
	const Patterns *p = side->reading.patterns;

	return (double) (options->drop_singles ? p->n_pairable : p->n_items) - 1;
}

/*
 * compare(agreement, agreement, coefficient, level, weights, categories,
 * confidence, method, seed)
 */
PG_FUNCTION_INFO_V1(compare_agreements);
Datum
compare_agreements(PG_FUNCTION_ARGS)
{
	char	   *name = text_argument(fcinfo, 2);
	ReadArgs	args;
	IntervalOptions options;
	Coefficient which;
	Side		a,
				b;
	Compared	first,
				second;
	Difference	d;
	Rows		rows;

	memset(&args, 0, sizeof(args));
	args.level = text_argument(fcinfo, 3);
	args.weights = text_argument(fcinfo, 4);
	args.categories = array_argument(fcinfo, 5);
	memset(&options, 0, sizeof(options));
	options.confidence = confidence_argument(fcinfo, 6);
	options.method = PG_ARGISNULL(7) ? ERROR_BAYESIAN :
		method_argument(fcinfo, 7);
	options.seed = seed_argument(fcinfo, 8);
	which = coefficient_from_name(name ? name : "krippendorff_alpha");
	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	read_side(&a, fcinfo, 0, which, &args, &options);
	read_side(&b, fcinfo, 1, which, &args, &options);
	first.estimate = &a.estimate;
	first.interval = &a.interval;
	first.df = side_degrees(&a, &options);
	second.estimate = &b.estimate;
	second.interval = &b.interval;
	second.df = side_degrees(&b, &options);
	compare_estimates(&first, &second, options.method, options.confidence, &d);
	put_text(&rows, name ? name : "krippendorff_alpha");
	put_float(&rows, a.estimate.defined, a.estimate.value);
	put_float(&rows, b.estimate.defined, b.estimate.value);
	put_float(&rows, d.defined, d.value);
	put_float(&rows, d.has_error, d.std_error);
	put_float(&rows, d.has_bounds, d.lower);
	put_float(&rows, d.has_bounds, d.upper);
	put_count(&rows, a.reading.patterns->n_items);
	put_count(&rows, b.reading.patterns->n_items);
	put_text(&rows, reason_name(d.reason));
	row_end(&rows);
	return (Datum) 0;
}

/* interpretation(estimate, std_error, scale, coefficient) */
PG_FUNCTION_INFO_V1(interpretation);
Datum
interpretation(PG_FUNCTION_ARGS)
{
	char	   *name = text_argument(fcinfo, 2);
	char	   *coefficient = text_argument(fcinfo, 3);
	double		error = float_argument(fcinfo, 1, 0);
	double		estimate;
	BandScale	scale = BANDS_FIELD;
	Interpretation result;
	Rows		rows;

	if (name != NULL && !band_scale_from_name(name, &scale))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown scale \"%s\"", name),
				 errhint("Valid scales are %s.", band_scale_names())));
	if (coefficient != NULL && strcmp(coefficient, "percent_agreement") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there are no bands for percent agreement"),
				 errhint("Interpret a coefficient that is corrected for chance.")));
	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	estimate = PG_GETARG_FLOAT8(0);
	if (!(estimate >= -1 && estimate <= 1) || isnan(error) || error < 0 ||
		isinf(error))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("estimate %g with standard error %g is not that of a coefficient",
						estimate, error),
				 errhint("The estimate lies between -1 and 1, the error is not negative.")));
	interpret_estimate(estimate, error, scale, &result);
	put_text(&rows, result.band);
	put_float(&rows, !result.point_only, result.probability);
	put_text(&rows, result.point_only ? "point only" : NULL);
	row_end(&rows);
	return (Datum) 0;
}
