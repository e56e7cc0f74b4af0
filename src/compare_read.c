/*
 * compare_read.c
 *		compare() and interpretation() as SQL calls them.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "compare.h"
#include "conger.h"
#include "interpretation.h"
#include "jackknife.h"
#include "match.h"
#include "miscadmin.h"
#include "options.h"
#include "paired.h"
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

/* beside those that do not ask who labeled */
#define CONGER_KAPPA ((Coefficient) (SPECIFIC_AGREEMENT + 1))

/* The name of the coefficient that is compared. */
static const char *
coefficient_argument(FunctionCallInfo fcinfo)
{
	const char *name = text_argument(fcinfo, 2);

	return name ? name : "krippendorff_alpha";
}

/* Read a coefficient's name; Conger's kappa needs to know annotators. */
static Coefficient
coefficient_from_name(const char *name, bool annotators)
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
		{"brennan_prediger", BRENNAN_PREDIGER},
		{"conger_kappa", CONGER_KAPPA}
	};

	for (int i = 0; i < lengthof(known) - !annotators; i++)
		if (strcmp(name, known[i].name) == 0)
			return known[i].which;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown coefficient \"%s\"", name),
			 errhint("Valid ones are percent_agreement, krippendorff_alpha, fleiss_kappa, gwet_ac1, gwet_ac2, brennan_prediger%s.",
					 annotators ? ", conger_kappa" : "")));
	return PERCENT_AGREEMENT;
}

/* Refuse AC1 with weights and AC2 without, for one is not the other. */
static void
check_ac_name(const char *name, const ReadArgs *args, const Scale *scale)
{
	bool		weighted = scale->kind != WEIGHTS_UNWEIGHTED;

	if (strcmp(name, "gwet_ac1") == 0 && weighted)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("gwet_ac1 takes no weights, but was given \"%s\"",
						args->weights ? args->weights : scale_name(scale->kind)),
				 errhint("With weights it is gwet_ac2.")));
	if (strcmp(name, "gwet_ac2") == 0 && !weighted && args->weights == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("gwet_ac2 needs weights"),
				 errhint("Give weights, such as 'quadratic'; without them it is gwet_ac1.")));
}

/* Read one side's state, and the scale that the coefficient asks for. */
static void
open_side(Side *side, FunctionCallInfo fcinfo, int arg, Coefficient which,
		  const ReadArgs *args, Scale *scale)
{
	Reading    *r = &side->reading;
	const char *name = coefficient_argument(fcinfo);

	reading_open(r, PG_GETARG_DATUM(arg));
	reading_interpret(r, args, fcinfo);
	*scale = r->scale;
	if (which != KRIPPENDORFF_ALPHA && !reading_other_scale(r, scale) &&
		which != PERCENT_AGREEMENT)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("this coefficient is not defined at level \"%s\"",
						args->level),
				 errhint("Compare krippendorff_alpha, or give weights.")));
	check_ac_name(name, args, scale);
}

/* Estimate one side. */
static void
read_side(Side *side, FunctionCallInfo fcinfo, int arg, Coefficient which,
		  const ReadArgs *args, const IntervalOptions *options)
{
	const Patterns *p;
	Scale		scale;

	open_side(side, fcinfo, arg, which, args, &scale);
	p = side->reading.patterns;
	coefficient_estimate(p, &scale, which, options->drop_singles,
						 &side->estimate);
	memset(&side->interval, 0, sizeof(ErrorInterval));
	if (p->n_items > 0)
		coefficient_intervals(p, &scale, 1, &which, &side->estimate, options,
							  &side->interval);
}

/* Degrees of freedom of a side's error. */
static double
side_degrees(const Side *side, const IntervalOptions *options)
{
	const Patterns *p = side->reading.patterns;

	return (double) (options->drop_singles ? p->n_pairable : p->n_items) - 1;
}

/* Give out the row of a comparison. */
static void
put_difference(Rows *rows, const char *name, const Side *a, const Side *b,
			   const Difference *d)
{
	put_text(rows, name);
	put_float(rows, a->estimate.defined, a->estimate.value);
	put_float(rows, b->estimate.defined, b->estimate.value);
	put_float(rows, d->defined, d->value);
	put_float(rows, d->has_error, d->std_error);
	put_float(rows, d->has_bounds, d->lower);
	put_float(rows, d->has_bounds, d->upper);
	put_count(rows, a->reading.patterns->n_items);
	put_count(rows, b->reading.patterns->n_items);
	put_text(rows, reason_name(d->reason));
	row_end(rows);
}

/*
 * Read the arguments that say how labels are compared; those of the scale's
 * ends stand behind the others.
 */
static void
read_how(FunctionCallInfo fcinfo, int period, ReadArgs *args)
{
	memset(args, 0, sizeof(ReadArgs));
	args->level = text_argument(fcinfo, 3);
	args->weights = text_argument(fcinfo, 4);
	args->categories = array_argument(fcinfo, 5);
	args->period = period_argument(fcinfo, period);
	args->bounds = array_argument(fcinfo, period + 1);
}

/*
 * compare(agreement, agreement, coefficient, level, weights, categories,
 * confidence, method, seed, period, bounds)
 */
PG_FUNCTION_INFO_V1(compare_agreements);
Datum
compare_agreements(PG_FUNCTION_ARGS)
{
	ReadArgs	args;
	const char *name = coefficient_argument(fcinfo);
	Coefficient which = coefficient_from_name(name, false);
	IntervalOptions options;
	Side		a,
				b;
	Compared	first,
				second;
	Difference	d;
	Rows		rows;

	memset(&options, 0, sizeof(options));
	options.confidence = confidence_argument(fcinfo, 6);
	options.method = PG_ARGISNULL(7) ? ERROR_BAYESIAN :
		method_argument(fcinfo, 7);
	options.seed = seed_argument(fcinfo, 8);
	read_how(fcinfo, 9, &args);
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
	put_difference(&rows, name, &a, &b, &d);
	return (Datum) 0;
}

/* Estimate one side, and find what leaving out each of its items does. */
static void
read_paired_side(Side *side, PairedSide *paired, FunctionCallInfo fcinfo,
				 int arg, Coefficient which, const ReadArgs *args)
{
	Estimate   *e = &side->estimate;
	const Patterns *p;
	Design		design;
	Scale		scale;
	Deletion   *of_item;
	Deletion   *of_pattern;

	open_side(side, fcinfo, arg, which, args, &scale);
	p = side->reading.patterns;
	reading_design(&side->reading, &design);
	of_item = array_alloc(design.n_items, sizeof(Deletion), false);
	paired->estimate = e;
	paired->n_items = design.n_items;
	paired->deletion = of_item;
	if (which == CONGER_KAPPA)
	{
		conger_deletions(&design, &scale, false, e, of_item);
		return;
	}
	coefficient_estimate(p, &scale, which, false, e);
	if (!e->defined)
	{
		if (design.n_annotators == 1)
			e->reason = REASON_ONE_ANNOTATOR;
		return;
	}
	of_pattern = array_alloc(p->n_patterns, sizeof(Deletion), false);
	jackknife_deletions(p, &scale, which, false, e, of_pattern);
	spread_deletions(p, of_pattern, &design, of_item);
	pfree(of_pattern);
}

/*
 * compare(ratings, ratings, coefficient, level, weights, categories,
 * confidence, period, bounds)
 */
PG_FUNCTION_INFO_V1(compare_ratings);
Datum
compare_ratings(PG_FUNCTION_ARGS)
{
	ReadArgs	args;
	const char *name = coefficient_argument(fcinfo);
	Coefficient which = coefficient_from_name(name, true);
	double		confidence = confidence_argument(fcinfo, 6);
	Side		a,
				b;
	PairedSide	first,
				second;
	Difference	d;
	Rows		rows;

	read_how(fcinfo, 7, &args);
	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	read_paired_side(&a, &first, fcinfo, 0, which, &args);
	read_paired_side(&b, &second, fcinfo, 1, which, &args);
	paired_difference(&first, &second,
					  match_items(a.reading.ratings, b.reading.ratings,
								  "Cast the item to one type in both, or compare agreement(ratings) if they share no item."),
					  confidence, &d);
	put_difference(&rows, name, &a, &b, &d);
	return (Datum) 0;
}

/* how far above 1 an estimate may be by rounding */
#define ROUNDING 1e-9

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
	if (!isfinite(estimate) || estimate > 1 + ROUNDING ||
		!isfinite(error) || error < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("estimate %g with standard error %g is not that of a coefficient",
						estimate, error),
				 errhint("The estimate is at most 1, the error is not negative.")));
	interpret_estimate(estimate, error, scale, &result);
	put_text(&rows, result.band);
	put_float(&rows, !result.point_only, result.probability);
	put_text(&rows, result.point_only ? "point only" :
			 result.lowest ? "no higher band reached" : NULL);
	row_end(&rows);
	return (Datum) 0;
}
