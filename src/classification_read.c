/*
 * classification_read.c
 *		Accuracy, reports by class and the commonest errors of a confusion.
 */
#include "postgres.h"

#include "array.h"
#include "classification.h"
#include "confusion.h"
#include "interrupts.h"
#include "rows.h"

/* a confusion as the figures read it */
typedef struct Report
{
	LabelView  *view;
	CohenCell  *cells;
	int64		n_cells;
	Classification counts;
} Report;

/* Read the confusion that is the first argument. */
static void
read_report(FunctionCallInfo fcinfo, Report *r)
{
	const Confusion *c = (const Confusion *) state_detoast(PG_GETARG_DATUM(0),
														   STATE_CONFUSION);

	r->view = label_view(ConfusionDict(c));
	r->cells = confusion_cells_in_order(c, r->view);
	r->n_cells = c->n;
	r->counts.n_classes = r->view->n;
	r->counts.tally = array_alloc(Max(r->view->n, 1), sizeof(ClassTally),
								  true);
	classify_cells(&r->counts, r->cells, r->n_cells);
}

/* Return one figure of a confusion. */
static Datum
figure(FunctionCallInfo fcinfo,
	   bool (*compute) (const Classification *, double *))
{
	Report		r;
	double		value;

	read_report(fcinfo, &r);
	if (!compute(&r.counts, &value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

/* accuracy(confusion) */
PG_FUNCTION_INFO_V1(confusion_accuracy);
Datum
confusion_accuracy(PG_FUNCTION_ARGS)
{
	return figure(fcinfo, classification_accuracy);
}

PG_FUNCTION_INFO_V1(confusion_macro_f1);
Datum
confusion_macro_f1(PG_FUNCTION_ARGS)
{
	return figure(fcinfo, classification_macro_f1);
}

PG_FUNCTION_INFO_V1(confusion_mcc);
Datum
confusion_mcc(PG_FUNCTION_ARGS)
{
	return figure(fcinfo, classification_mcc);
}

/* Put a figure of a class, or NULL where it is undefined. */
static void
put_figure(Rows *rows, const ClassTally *t,
		   bool (*compute) (const ClassTally *, double *))
{
	double		value = 0.0;
	bool		known = compute(t, &value);

	put_float(rows, known, value);
}

/*
 * class_report(confusion) -> label, precision, recall, f1, support, n_predicted
 */
PG_FUNCTION_INFO_V1(class_report);
Datum
class_report(PG_FUNCTION_ARGS)
{
	Report		r;
	Rows		rows;

	read_report(fcinfo, &r);
	rows_begin(&rows, fcinfo);
	for (int k = 0; k < r.view->n; k++)
	{
		const ClassTally *t = &r.counts.tally[k];

		CHECK_NOW_AND_THEN(k);
		put_text(&rows, r.view->text[k]);
		put_figure(&rows, t, class_precision);
		put_figure(&rows, t, class_recall);
		put_figure(&rows, t, class_f1);
		put_count(&rows, t->support);
		put_count(&rows, t->given);
		row_end(&rows);
	}
	return (Datum) 0;
}

/* Order of errors: most first, then by label and reference. */
static int
compare_errors(const void *a, const void *b)
{
	const CohenCell *x = (const CohenCell *) a;
	const CohenCell *y = (const CohenCell *) b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->i != y->i)
		return x->i < y->i ? -1 : 1;
	return (x->j > y->j) - (x->j < y->j);
}

/* top_confusions(confusion, k) -> label, reference, n, share_of_errors */
PG_FUNCTION_INFO_V1(top_confusions);
Datum
top_confusions(PG_FUNCTION_ARGS)
{
	int32		k = PG_GETARG_INT32(1);
	Report		r;
	Rows		rows;
	int64		n = 0,
				errors;

	if (k < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("k must be positive, not %d", k)));
	read_report(fcinfo, &r);
	rows_begin(&rows, fcinfo);
	for (int64 i = 0; i < r.n_cells; i++)
		if (r.cells[i].i != r.cells[i].j)
			r.cells[n++] = r.cells[i];
	qsort(r.cells, n, sizeof(CohenCell), compare_errors);
	errors = r.counts.n - r.counts.hits;
	for (int64 i = 0; i < Min(n, k); i++)
	{
		put_text(&rows, r.view->text[r.cells[i].i]);
		put_text(&rows, r.view->text[r.cells[i].j]);
		put_count(&rows, r.cells[i].count);
		put_float(&rows, true, (double) r.cells[i].count / errors);
		row_end(&rows);
	}
	return (Datum) 0;
}
