/*
 * ratings_read.c
 *		What ratings tell of items, annotators and pairs of annotators.
 */
#include "postgres.h"

#include "annotators.h"
#include "conger.h"
#include "item_figures.h"
#include "light.h"
#include "miscadmin.h"
#include "options.h"
#include "pair_table.h"
#include "reading.h"
#include "rows.h"
#include "utils/builtins.h"

/*
 * Open ratings with weights text and categories text[] behind them, and period
 * and bounds from some place on.
 */
static void
open_weighted(Reading *r, FunctionCallInfo fcinfo, int period, Scale *scale)
{
	ReadArgs	args;

	memset(&args, 0, sizeof(args));
	args.weights = text_argument(fcinfo, 1);
	args.categories = array_argument(fcinfo, 2);
	args.period = period_argument(fcinfo, period);
	args.bounds = array_argument(fcinfo, period + 1);
	if (args.weights == NULL)
		args.weights = "unweighted";
	reading_open(r, PG_GETARG_DATUM(0));
	reading_interpret(r, &args, fcinfo);
	*scale = r->scale;
}

/* conger_kappa(ratings, weights, categories, period, bounds) -> float8 */
PG_FUNCTION_INFO_V1(conger_kappa_read);
Datum
conger_kappa_read(PG_FUNCTION_ARGS)
{
	Reading		r;
	Scale		scale;
	Design		design;
	IntervalOptions options;
	Estimate	e;
	ErrorInterval interval;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	open_weighted(&r, fcinfo, 3, &scale);
	need_categories(r.view->kind);
	reading_design(&r, &design);
	memset(&options, 0, sizeof(options));
	options.confidence = DEFAULT_CONFIDENCE;
	conger_kappa(&design, &scale, &options, &e, &interval);
	if (!e.defined)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(e.value);
}

/* light_kappa(ratings, weights, categories, period, bounds) -> float8 */
PG_FUNCTION_INFO_V1(light_kappa_read);
Datum
light_kappa_read(PG_FUNCTION_ARGS)
{
	Reading		r;
	Scale		scale;
	Design		design;
	IntervalOptions options;
	LightFigures f;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	open_weighted(&r, fcinfo, 3, &scale);
	need_categories(r.view->kind);
	reading_design(&r, &design);
	memset(&options, 0, sizeof(options));
	options.confidence = DEFAULT_CONFIDENCE;
	light_kappa(&design, &scale, &options, &f);
	if (!f.estimate.defined)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(f.estimate.value);
}

/*
 * pairwise_agreement(ratings, weights, categories, confidence, period, bounds)
 */
PG_FUNCTION_INFO_V1(pairwise_agreement);
Datum
pairwise_agreement(PG_FUNCTION_ARGS)
{
	Rows		rows;
	Reading		r;
	Scale		scale;
	Design		design;
	Dict	   *names;
	double		confidence = confidence_argument(fcinfo, 3);
	PairWalk   *walk;
	PairTable  *table;
	Pair		pair;
	PairFigures f;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	open_weighted(&r, fcinfo, 4, &scale);
	reading_design(&r, &design);
	names = RatingsDict(r.ratings, LOG_ANNOTATOR_NAMES);
	walk = pairs_begin(&design);
	table = pair_table_create(design.q);
	while (pairs_next(walk, &pair))
	{
		pair_figures(table, &pair, &scale, confidence, &f);
		put_text(&rows, DictText(names, f.a));
		put_text(&rows, DictText(names, f.b));
		put_count(&rows, f.n_items);
		put_float(&rows, true, f.agreement);
		put_float(&rows, f.kappa.defined, f.kappa.estimate);
		put_float(&rows, f.kappa.has_error, f.kappa.std_error);
		put_float(&rows, f.kappa.has_error, f.kappa.lower);
		put_float(&rows, f.kappa.has_error, f.kappa.upper);
		row_end(&rows);
	}
	pair_table_free(table);
	pairs_end(walk);
	return (Datum) 0;
}

/*
 * annotator_agreement(ratings, level, weights, categories, period, bounds)
 */
PG_FUNCTION_INFO_V1(annotator_agreement);
Datum
annotator_agreement(PG_FUNCTION_ARGS)
{
	Rows		rows;
	Reading		r;
	ReadArgs	args;
	Scale		weights;
	Design		design;
	Dict	   *names;
	AnnotatorFigures *figures;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	memset(&args, 0, sizeof(args));
	args.level = text_argument(fcinfo, 1);
	args.weights = text_argument(fcinfo, 2);
	args.categories = array_argument(fcinfo, 3);
	args.period = period_argument(fcinfo, 4);
	args.bounds = array_argument(fcinfo, 5);
	reading_open(&r, PG_GETARG_DATUM(0));
	reading_interpret(&r, &args, fcinfo);
	(void) reading_other_scale(&r, &weights);
	reading_design(&r, &design);
	names = RatingsDict(r.ratings, LOG_ANNOTATOR_NAMES);
	figures = palloc(sizeof(AnnotatorFigures) * Max(design.n_annotators, 1));
	annotator_figures(&design, &weights, &r.scale, figures);
	for (int i = 0; i < design.n_annotators; i++)
	{
		const AnnotatorFigures *f = &figures[i];

		put_text(&rows, DictText(names, i));
		put_count(&rows, f->n_labels);
		put_count(&rows, f->n_items);
		put_float(&rows, f->has_agreement, f->mean_agreement);
		put_float(&rows, f->has_kappa, f->mean_kappa);
		put_float(&rows, f->alpha_without.defined, f->alpha_without.value);
		row_end(&rows);
	}
	return (Datum) 0;
}

/* item_agreement(ratings, weights, categories, period, bounds) */
PG_FUNCTION_INFO_V1(item_agreement);
Datum
item_agreement(PG_FUNCTION_ARGS)
{
	Rows		rows;
	Reading		r;
	Scale		scale;
	Design		design;
	CategoryTally tally;
	ItemFigures f;
	char		number[32];

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	open_weighted(&r, fcinfo, 3, &scale);
	reading_design(&r, &design);
	tally_init(&tally, design.q);
	for (int64 i = 0; i < design.n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		item_figures(&design, i, &scale, &tally, &f);
		put_text(&rows, ratings_item_text(r.ratings, i, number));
		put_count(&rows, f.n_labels);
		put_count(&rows, f.n_distinct);
		put_float(&rows, f.defined, f.agreement);
		row_end(&rows);
	}
	tally_free(&tally);
	return (Datum) 0;
}

/* items(ratings) -> item, n_labels */
PG_FUNCTION_INFO_V1(ratings_items);
Datum
ratings_items(PG_FUNCTION_ARGS)
{
	Ratings    *r = ratings_open(PG_GETARG_DATUM(0));
	Rows		rows;
	char		number[32];

	rows_begin(&rows, fcinfo);
	for (int64 i = 0; i < r->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_text(&rows, ratings_item_text(r, i, number));
		put_count(&rows, RatingsStarts(r)[i + 1] - RatingsStarts(r)[i]);
		row_end(&rows);
	}
	return (Datum) 0;
}

/* annotators(ratings) -> annotator, n_labels */
PG_FUNCTION_INFO_V1(ratings_annotators);
Datum
ratings_annotators(PG_FUNCTION_ARGS)
{
	Ratings    *r = ratings_open(PG_GETARG_DATUM(0));
	Dict	   *names = RatingsDict(r, LOG_ANNOTATOR_NAMES);
	int64	   *counts = palloc0(sizeof(int64) * Max(names->n, 1));
	Rows		rows;

	rows_begin(&rows, fcinfo);
	for (int64 i = 0; i < r->n_labels; i++)
		counts[RatingsAnnotators(r)[i]]++;
	for (int32 i = 0; i < names->n; i++)
	{
		put_text(&rows, DictText(names, i));
		put_count(&rows, counts[i]);
		row_end(&rows);
	}
	return (Datum) 0;
}

/* labels(ratings) -> item, annotator, label */
PG_FUNCTION_INFO_V1(ratings_labels);
Datum
ratings_labels(PG_FUNCTION_ARGS)
{
	Ratings    *r = ratings_open(PG_GETARG_DATUM(0));
	Dict	   *annotators = RatingsDict(r, LOG_ANNOTATOR_NAMES);
	Dict	   *labels = RatingsDict(r, LOG_LABELS);
	Rows		rows;
	char		number[32];

	rows_begin(&rows, fcinfo);
	for (int64 i = 0; i < r->n_items; i++)
	{
		const char *item = ratings_item_text(r, i, number);

		CHECK_FOR_INTERRUPTS();
		for (int64 j = RatingsStarts(r)[i]; j < RatingsStarts(r)[i + 1]; j++)
		{
			put_text(&rows, item);
			put_text(&rows, DictText(annotators, RatingsAnnotators(r)[j]));
			put_text(&rows, DictText(labels, RatingsCodes(r)[j]));
			row_end(&rows);
		}
	}
	return (Datum) 0;
}
