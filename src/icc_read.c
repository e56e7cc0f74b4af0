/*
 * icc_read.c
 *		Intraclass correlations as SQL calls them.
 */
#include "postgres.h"

#include <math.h>

#include "icc_read.h"
#include "options.h"
#include "ratings.h"
#include "reading.h"
#include "rows.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#define N_ICC_MODELS 6

/* The values of ratings as numbers. */
static void
icc_design(const Ratings *r, IccDesign *design)
{
	Dict	   *labels = RatingsDict(r, LOG_LABELS);
	double	   *value = MemoryContextAllocHuge(CurrentMemoryContext,
											   sizeof(double) *
											   Max(r->n_labels, 1));

	if (labels->n > 0 && labels->kind != LABEL_NUMBER)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("an intraclass correlation needs labels that are numbers"),
				 errhint("For categories use krippendorff_alpha.")));
	for (int64 i = 0; i < r->n_labels; i++)
	{
		value[i] = label_score(DictText(labels, RatingsCodes(r)[i]));
		if (!isfinite(value[i]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("value \"%s\" is not a finite number",
							DictText(labels, RatingsCodes(r)[i])),
					 errhint("Leave out the rows that have it.")));
	}
	design->n_annotators = RatingsDict(r, LOG_ANNOTATOR_NAMES)->n;
	design->n_items = r->n_items;
	design->start = RatingsStarts(r);
	design->annotator = RatingsAnnotators(r);
	design->value = value;
}

/* Read the name of a model. */
IccModel
icc_model_argument(const text *argument)
{
	char	   *name = text_to_cstring(argument);
	IccModel	model;

	if (!icc_model_from_name(name, &model))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown model \"%s\"", name),
				 errhint("Valid models are ICC(1,1), ICC(2,1), ICC(3,1), ICC(1,k), ICC(2,k), ICC(3,k), and ICC(1), ICC(A,1), ICC(C,1), ICC(k), ICC(A,k), ICC(C,k).")));
	return model;
}

/* Put the columns of one model. */
static void
put_icc(Rows *rows, const IccDesign *design, IccModel model,
		double confidence)
{
	IccResult	icc;

	icc_compute(design, model, confidence, &icc);
	put_text(rows, icc_model_name(model));
	put_float(rows, icc.defined, icc.icc);
	put_float(rows, icc.has_error, icc.f);
	put_float(rows, icc.has_error, icc.df1);
	put_float(rows, icc.has_error, icc.df2);
	put_float(rows, icc.has_error, icc.p_value);
	put_float(rows, icc.has_lower, icc.lower);
	put_float(rows, icc.has_upper, icc.upper);
	put_count(rows, icc.n_items);
	put_count(rows, icc.n_dropped);
	put_count(rows, icc.n_annotators);
	put_text(rows, reason_name(icc.reason));
}

/*
 * The final function of icc(item, annotator, value, model): one row, as a
 * value of type icc_result.
 */
PG_FUNCTION_INFO_V1(icc_final);
Datum
icc_final(PG_FUNCTION_ARGS)
{
	Rows		row;
	Ratings    *r;
	IccDesign	design;

	if (get_call_result_type(fcinfo, NULL, &row.desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	r = ratings_open(PG_GETARG_DATUM(0));
	if (r->info.scale == 0)
		PG_RETURN_NULL();
	icc_design(r, &design);
	row.n = 0;
	row.texts = CurrentMemoryContext;
	put_icc(&row, &design, (IccModel) (r->info.scale - 1),
			DEFAULT_CONFIDENCE);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row.desc),
													  row.values,
													  row.nulls)));
}

/* icc(ratings, model, confidence) -> rows; all models when none is named */
PG_FUNCTION_INFO_V1(icc_read);
Datum
icc_read(PG_FUNCTION_ARGS)
{
	double		confidence = confidence_argument(fcinfo, 2);
	int			only = PG_ARGISNULL(1) ? -1 :
		(int) icc_model_argument(PG_GETARG_TEXT_PP(1));
	Rows		rows;
	IccDesign	design;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	icc_design(ratings_open(PG_GETARG_DATUM(0)), &design);
	for (int m = 0; m < N_ICC_MODELS; m++)
	{
		if (only >= 0 && m != only)
			continue;
		put_icc(&rows, &design, (IccModel) m, confidence);
		row_end(&rows);
	}
	return (Datum) 0;
}
