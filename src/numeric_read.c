/*
 * numeric_read.c
 *		Consensus of numbers as SQL calls it.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "miscadmin.h"
#include "numeric_consensus.h"
#include "ratings.h"
#include "rows.h"
#include "view.h"

/* The numbers that the labels of ratings spell. */
static double *
label_values(const Ratings *r)
{
	const Dict *labels = RatingsDict(r, LOG_LABELS);
	double	   *value = array_alloc(Max(labels->n, 1), sizeof(double), false);

	if (labels->kind != LABEL_NUMBER && r->n_labels > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("labels of kind \"%s\" are no numbers",
						label_kind_name((LabelKind) labels->kind)),
				 errhint("Cast the label to a number, as in ratings_agg(item, annotator, label::numeric).")));
	for (int32 k = 0; k < labels->n; k++)
	{
		value[k] = label_score(DictText(labels, k));
		if (!isfinite(value[k]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("label \"%s\" is no finite number",
							DictText(labels, k)),
					 errhint("Leave out the rows that have it.")));
	}
	return value;
}

/* Open ratings and fit; says whether there is anything to tell of. */
static bool
numeric_begin(Rows *rows, FunctionCallInfo fcinfo, Ratings **r,
			  NumericFit *fit)
{
	Design		design;

	rows_begin(rows, fcinfo);
	*r = ratings_open(PG_GETARG_DATUM(0));
	ratings_design(*r, &design);
	numeric_fit(&design, label_values(*r), fit);
	return design.n_items > 0;
}

/* numeric_consensus(ratings) */
PG_FUNCTION_INFO_V1(numeric_consensus);
Datum
numeric_consensus(PG_FUNCTION_ARGS)
{
	Rows		rows;
	Ratings    *r;
	NumericFit	fit;
	char		number[32];

	if (!numeric_begin(&rows, fcinfo, &r, &fit))
		return (Datum) 0;
	for (int64 i = 0; i < r->n_items; i++)
	{
		const NumericItem *item = &fit.item[i];

		CHECK_FOR_INTERRUPTS();
		put_text(&rows, ratings_item_text(r, i, number));
		put_float(&rows, true, item->value);
		put_float(&rows, !isnan(item->std_error), item->std_error);
		put_float(&rows, true, item->mean);
		put_float(&rows, true, item->median);
		put_count(&rows, RatingsStarts(r)[i + 1] - RatingsStarts(r)[i]);
		put_text(&rows, reason_name(fit.reason));
		row_end(&rows);
	}
	return (Datum) 0;
}

/* numeric_annotators(ratings) */
PG_FUNCTION_INFO_V1(numeric_annotators);
Datum
numeric_annotators(PG_FUNCTION_ARGS)
{
	Rows		rows;
	Ratings    *r;
	Dict	   *names;
	NumericFit	fit;

	if (!numeric_begin(&rows, fcinfo, &r, &fit))
		return (Datum) 0;
	names = RatingsDict(r, LOG_ANNOTATOR_NAMES);
	for (int a = 0; a < names->n; a++)
	{
		const NumericAnnotator *f = &fit.annotator[a];
		bool		known = numeric_known(f->reason);
		bool		exact = f->reason == REASON_ZERO_VARIANCE && f->n_shared > 0;

		put_text(&rows, DictText(names, a));
		put_count(&rows, f->n_labels);
		put_float(&rows, known || exact, f->bias);
		put_float(&rows, known, f->bias_error);
		put_float(&rows, known || exact, exact ? 0 : f->std_dev);
		put_float(&rows, known, f->weight);
		put_text(&rows, reason_name(f->reason));
		row_end(&rows);
	}
	return (Datum) 0;
}
