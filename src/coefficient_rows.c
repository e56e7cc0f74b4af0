/*
 * coefficient_rows.c
 *		coefficients() and category_agreement(): rows with errors and reasons.
 */
#include "postgres.h"

#include "category.h"
#include "clusters_read.h"
#include "coefficient_rows.h"
#include "conger.h"
#include "item_variance.h"
#include "light.h"
#include "options.h"
#include "reading.h"

/* Put the columns of an estimate's error, and why a part is missing. */
static void
put_interval(Rows *rows, const ErrorInterval *interval)
{
	put_float(rows, interval->has_error, interval->std_error);
	put_float(rows, interval->has_bounds, interval->lower);
	put_float(rows, interval->has_bounds, interval->upper);
}

/* The reason to show: that of the estimate, else that of its error. */
static const char *
shown_reason(const Estimate *e, const ErrorInterval *interval)
{
	return reason_name(e->reason != REASON_NONE ? e->reason :
					   interval->reason);
}

/* Give out the row of one coefficient; Light's kappa has pairs besides. */
void
coefficient_row(Rows *rows, const RowContext *context, const char *name,
				const char *level, const char *weights, const Estimate *e,
				const ErrorInterval *interval, const LightFigures *light)
{
	const Patterns *p = context->patterns;

	put_text(rows, name);
	put_text(rows, level);
	put_text(rows, weights);
	put_float(rows, e->defined, e->value);
	put_interval(rows, interval);
	put_float(rows, interval->has_p, interval->p_value);
	put_count(rows, p->n_items);
	put_count(rows, p->n_pairable);
	put_count(rows, p->n_labels);
	put_count(rows, context->n_annotators);
	put_count(rows, p->q);
	put_count(rows, p->n_used);
	put_count(rows, interval->n_undefined);
	put_count(rows, light ? light->n_pairs : -1);
	put_count(rows, light ? light->n_pairs_undefined : -1);
	put_float(rows, e->defined && !light, e->observed);
	put_float(rows, e->defined && !light, e->expected);
	put_text(rows, shown_reason(e, interval));
	row_end(rows);
}

/* An estimate and interval that a reason forbids. */
static void
refuse(Estimate *e, ErrorInterval *interval, Reason reason)
{
	memset(e, 0, sizeof(Estimate));
	memset(interval, 0, sizeof(ErrorInterval));
	e->reason = reason;
}

/*
 * Estimates and intervals of several coefficients on one scale; by clusters of
 * items, if there are any.
 */
static void
compute(const Patterns *p, Scale *scale, int n, const Coefficient *which,
		const Clusters *clusters, const IntervalOptions *options, Estimate *e,
		ErrorInterval *intervals)
{
	for (int i = 0; i < n; i++)
		coefficient_estimate(p, scale, which[i], options->drop_singles, &e[i]);
	memset(intervals, 0, sizeof(ErrorInterval) * n);
	if (p->n_items == 0)
		return;
	if (clusters != NULL)
		for (int i = 0; i < n; i++)
			cluster_interval(p, scale, which[i], &e[i], clusters, options,
							 &intervals[i]);
	else
		coefficient_intervals(p, scale, n, which, e, options, intervals);
}

/* The SQL name of a coefficient. */
const char *
coefficient_name(Coefficient which, bool weighted)
{
	switch (which)
	{
		case PERCENT_AGREEMENT:
			return "percent_agreement";
		case KRIPPENDORFF_ALPHA:
			return "krippendorff_alpha";
		case FLEISS_KAPPA:
			return "fleiss_kappa";
		case GWET_AC:
			return weighted ? "gwet_ac2" : "gwet_ac1";
		case BRENNAN_PREDIGER:
			return "brennan_prediger";
		case SPECIFIC_AGREEMENT:
			break;				/* it has no row here */
	}
	return NULL;
}

/* Rows of the anonymous coefficients. */
static void
anonymous_rows(Rows *rows, Reading *r, const RowContext *context,
			   const Clusters *clusters, const IntervalOptions *options,
			   Reason forbidden)
{
	static const Coefficient alpha[] = {KRIPPENDORFF_ALPHA};
	static const Coefficient others[] = {
		PERCENT_AGREEMENT, FLEISS_KAPPA, GWET_AC, BRENNAN_PREDIGER
	};
	Estimate	e[N_COEFFICIENTS];
	ErrorInterval intervals[N_COEFFICIENTS];
	Scale		other;
	bool		all = reading_other_scale(r, &other);
	int			n = 1 + (all ? lengthof(others) : 1);
	Coefficient which[N_COEFFICIENTS];

	which[0] = others[0];
	which[1] = alpha[0];
	for (int i = 2; i < n; i++)
		which[i] = others[i - 1];
	compute(r->patterns, &other, 1, others, clusters, options, e, intervals);
	compute(r->patterns, &r->scale, 1, alpha, clusters, options, e + 1,
			intervals + 1);
	if (all)
		compute(r->patterns, &other, n - 2, others + 1, clusters, options,
				e + 2, intervals + 2);
	for (int i = 0; i < n; i++)
	{
		bool		is_alpha = which[i] == KRIPPENDORFF_ALPHA;
		bool		weighted = other.kind != WEIGHTS_UNWEIGHTED;

		if (forbidden != REASON_NONE)
			refuse(&e[i], &intervals[i], forbidden);
		coefficient_row(rows, context, coefficient_name(which[i], weighted),
						is_alpha ? r->level : NULL,
						is_alpha ? r->weights :
						r->weights ? r->weights : scale_name(other.kind),
						&e[i], &intervals[i], NULL);
	}
}

/*
 * Rows of the coefficients that know who labeled.  Vote patterns do not, so
 * where the method draws them the error is the jackknife's; as there, without
 * a test.
 */
static void
annotator_rows(Rows *rows, Reading *r, const RowContext *context,
			   const IntervalOptions *given, Reason forbidden)
{
	IntervalOptions options = *given;
	Design		design;
	Scale		scale;
	Estimate	e;
	ErrorInterval interval;
	LightFigures light;
	const char *weights;

	if (!reading_other_scale(r, &scale))
		return;
	if (method_draws(given->method))
		options.method = ERROR_JACKKNIFE;
	reading_design(r, &design);
	weights = r->weights ? r->weights : scale_name(scale.kind);
	if (forbidden == REASON_NONE)
	{
		conger_kappa(&design, &scale, &options, &e, &interval);
		light_kappa(&design, &scale, &options, &light);
	}
	else
	{
		refuse(&e, &interval, forbidden);
		refuse(&light.estimate, &light.interval, forbidden);
		light.n_pairs = light.n_pairs_undefined = 0;
	}
	if (method_draws(given->method))
	{
		interval_untested(&interval);
		interval_untested(&light.interval);
	}
	coefficient_row(rows, context, "conger_kappa", NULL, weights, &e,
					&interval, NULL);
	coefficient_row(rows, context, "light_kappa", NULL, weights,
					&light.estimate, &light.interval, &light);
}

/* Read the options of coefficients(), which begin at this argument. */
static void
read_options(FunctionCallInfo fcinfo, int arg, IntervalOptions *options)
{
	memset(options, 0, sizeof(IntervalOptions));
	options->confidence = confidence_argument(fcinfo, arg);
	options->drop_singles = singles_argument(fcinfo, arg + 1);
	options->method = method_argument(fcinfo, arg + 2);
	options->resamples = resamples_argument(fcinfo, arg + 3);
	options->seed = seed_argument(fcinfo, arg + 4);
	options->population = population_argument(fcinfo, arg + 5);
}

/* Give out all rows for a state. */
static void
coefficient_rows(FunctionCallInfo fcinfo, const ReadArgs *args,
				 const IntervalOptions *options)
{
	Rows		rows;
	Reading		r;
	RowContext	context;
	Reason		forbidden = REASON_NONE;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return;
	reading_open(&r, PG_GETARG_DATUM(0));
	reading_interpret(&r, args, fcinfo);
	context.patterns = r.patterns;
	context.n_annotators = reading_annotators(&r);
	if (context.n_annotators == 1)
		forbidden = REASON_ONE_ANNOTATOR;
	/* an error also where no estimate would meet it */
	(void) population_factor(options->population, r.patterns->n_items);
	anonymous_rows(&rows, &r, &context, NULL, options, forbidden);
	if (r.ratings != NULL)
		annotator_rows(&rows, &r, &context, options, forbidden);
}

/* coefficients(agreement | ratings, level, weights, categories, ...) */
PG_FUNCTION_INFO_V1(coefficients_read);
Datum
coefficients_read(PG_FUNCTION_ARGS)
{
	ReadArgs	args;
	IntervalOptions options;

	memset(&args, 0, sizeof(args));
	args.level = text_argument(fcinfo, 1);
	args.weights = text_argument(fcinfo, 2);
	args.categories = array_argument(fcinfo, 3);
	read_options(fcinfo, 4, &options);
	args.period = period_argument(fcinfo, 10);
	args.bounds = array_argument(fcinfo, 11);
	coefficient_rows(fcinfo, &args, &options);
	return (Datum) 0;
}

/* coefficients(agreement | ratings, weights float8[] [, categories]) */
PG_FUNCTION_INFO_V1(coefficients_matrix);
Datum
coefficients_matrix(PG_FUNCTION_ARGS)
{
	ReadArgs	args;
	IntervalOptions options;

	memset(&args, 0, sizeof(args));
	args.matrix = array_argument(fcinfo, 1);
	args.categories = array_argument(fcinfo, 2);
	read_options(fcinfo, PG_NARGS(), &options);
	coefficient_rows(fcinfo, &args, &options);
	return (Datum) 0;
}

/*
 * coefficients(clusters agreement[], level, weights, categories, confidence,
 * singletons, population, period, bounds)
 */
PG_FUNCTION_INFO_V1(coefficients_clusters);
Datum
coefficients_clusters(PG_FUNCTION_ARGS)
{
	ReadArgs	args;
	IntervalOptions options;
	Rows		rows;
	Reading		r;
	RowContext	context;
	ClusterArray array;
	Clusters	clusters;

	memset(&args, 0, sizeof(args));
	args.level = text_argument(fcinfo, 1);
	args.weights = text_argument(fcinfo, 2);
	args.categories = array_argument(fcinfo, 3);
	memset(&options, 0, sizeof(options));
	options.confidence = confidence_argument(fcinfo, 4);
	options.drop_singles = singles_argument(fcinfo, 5);
	options.population = population_argument(fcinfo, 6);
	args.period = period_argument(fcinfo, 7);
	args.bounds = array_argument(fcinfo, 8);
	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	clusters_open(&array, PG_GETARG_ARRAYTYPE_P(0));
	reading_open(&r, PointerGetDatum(array.all));
	reading_interpret(&r, &args, fcinfo);
	clusters_interpret(&array, &r, &clusters);
	context.patterns = r.patterns;
	context.n_annotators = reading_annotators(&r);
	(void) population_factor(options.population, r.patterns->n_items);
	anonymous_rows(&rows, &r, &context, &clusters, &options, REASON_NONE);
	return (Datum) 0;
}

/* The reason to show for a category: why the first part of it is missing. */
static const char *
category_reason(const CategoryFigures *f)
{
	for (int i = 0; i < N_CATEGORY_FIGURES; i++)
		if (f->estimate[i].reason != REASON_NONE)
			return reason_name(f->estimate[i].reason);
	for (int i = 0; i < N_CATEGORY_FIGURES; i++)
		if (f->interval[i].reason != REASON_NONE)
			return reason_name(f->interval[i].reason);
	return NULL;
}

/* Give out the row of a category. */
static void
category_row(Rows *rows, const Reading *r, const CategoryFigures *f)
{
	put_text(rows, r->view->text[f->code]);
	put_count(rows, f->n_labels);
	put_float(rows, r->patterns->n_labels > 0, f->share);
	for (int i = 0; i < N_CATEGORY_FIGURES; i++)
	{
		put_float(rows, f->estimate[i].defined, f->estimate[i].value);
		put_interval(rows, &f->interval[i]);
	}
	put_text(rows, category_reason(f));
	row_end(rows);
}

/* category_agreement(agreement | ratings, categories, confidence, ...) */
PG_FUNCTION_INFO_V1(category_agreement);
Datum
category_agreement(PG_FUNCTION_ARGS)
{
	Rows		rows;
	Reading		r;
	ReadArgs	args;
	IntervalOptions options;
	CategoryWalk *walk;
	CategoryFigures f;

	memset(&args, 0, sizeof(args));
	args.level = "nominal";
	args.categories = array_argument(fcinfo, 1);
	read_options(fcinfo, 2, &options);
	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	reading_open(&r, PG_GETARG_DATUM(0));
	reading_interpret(&r, &args, fcinfo);
	(void) population_factor(options.population, r.patterns->n_items);
	walk = categories_begin(r.patterns, &options);
	while (categories_next(walk, &f))
	{
		if (reading_annotators(&r) == 1)
			for (int i = 0; i < N_CATEGORY_FIGURES; i++)
				refuse(&f.estimate[i], &f.interval[i], REASON_ONE_ANNOTATOR);
		category_row(&rows, &r, &f);
	}
	categories_end(walk);
	return (Datum) 0;
}
