/*
 * predictions.c
 *		The type predictions: filling it from rows, and its rows back.
 */
#include "postgres.h"

#include <math.h>

#include "interrupts.h"
#include "log_merge.h"
#include "predictions.h"
#include "rows.h"

/* Find an item whose probabilities do not add up to 1; -1 when all do. */
int64
predictions_odd_item(const Ratings *p, double *sum)
{
	const int64 *start = RatingsStarts(p);
	const double *probability = PredictionsProbabilities(p);

	for (int64 i = 0; i < p->n_items; i++)
	{
		*sum = 0;
		CHECK_NOW_AND_THEN(i);
		for (int64 j = start[i]; j < start[i + 1]; j++)
			*sum += probability[j];
		if (!(fabs(*sum - 1) <= PREDICTIONS_TOLERANCE))
			return i;
	}
	return -1;
}

/* A predictions argument as a design, whose sums have been checked. */
Ratings *
predictions_open(Datum value)
{
	bool		was_log;
	Ratings    *p = design_open(value, STATE_PREDICTIONS, &was_log);
	double		sum;
	int64		odd;
	char		number[32];

	/* a design was checked when it was made */
	odd = was_log ? predictions_odd_item(p, &sum) : -1;
	if (odd >= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("probabilities of item \"%s\" add up to %.10g, not to 1",
						ratings_item_text(p, odd, number), sum),
				 errhint("Give one row for each label that the classifier knows; a label without a row has probability 0.")));
	return p;
}

/* predictions_add(predictions, item, label, probability) -> predictions */
PG_FUNCTION_INFO_V1(predictions_add);
Datum
predictions_add(PG_FUNCTION_ARGS)
{
	static const RowShape shape = {STATE_PREDICTIONS, 0, 2, 3};

	if (!PG_ARGISNULL(3))
	{
		double		p = PG_GETARG_FLOAT8(3);

		if (!(p >= 0 && p <= 1))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("probability %g is not between 0 and 1", p),
					 errhint("A classifier's scores must first be made probabilities, for example by a softmax.")));
	}
	return ratings_add_row(fcinfo, &shape);
}

/* predictions_combine(predictions, predictions) -> predictions */
PG_FUNCTION_INFO_V1(predictions_combine);
Datum
predictions_combine(PG_FUNCTION_ARGS)
{
	return log_combine(fcinfo, STATE_PREDICTIONS);
}

/* The final function of predictions_agg: repeats and odd sums are refused. */
PG_FUNCTION_INFO_V1(predictions_final);
Datum
predictions_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(ratings_empty(LOG_AT, AT_FLOAT));
	PG_RETURN_POINTER(predictions_open(PG_GETARG_DATUM(0)));
}

/* probabilities(predictions) -> item, label, probability */
PG_FUNCTION_INFO_V1(predictions_rows);
Datum
predictions_rows(PG_FUNCTION_ARGS)
{
	Ratings    *p = predictions_open(PG_GETARG_DATUM(0));
	Dict	   *labels = RatingsDict(p, LOG_LABELS);
	const int64 *start = RatingsStarts(p);
	Rows		rows;
	char		number[32];

	rows_begin(&rows, fcinfo);
	for (int64 i = 0; i < p->n_items; i++)
	{
		const char *item = ratings_item_text(p, i, number);

		CHECK_FOR_INTERRUPTS();
		for (int64 j = start[i]; j < start[i + 1]; j++)
		{
			put_text(&rows, item);
			put_text(&rows, DictText(labels, RatingsCodes(p)[j]));
			put_float(&rows, true, PredictionsProbabilities(p)[j]);
			row_end(&rows);
		}
	}
	return (Datum) 0;
}
