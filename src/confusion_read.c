/*
 * confusion_read.c
 *		Cohen's kappa and Scott's pi, and the cells of a confusion.
 */
#include "postgres.h"

#include "agreement.h"
#include "coefficient_rows.h"
#include "cohen.h"
#include "confusion.h"
#include "options.h"
#include "reading.h"
#include "utils/memutils.h"

/* Order of cells: by label, then by reference. */
static int
compare_cells(const void *a, const void *b)
{
	const CohenCell *x = (const CohenCell *) a;
	const CohenCell *y = (const CohenCell *) b;

	if (x->i != y->i)
		return x->i < y->i ? -1 : 1;
	return (x->j > y->j) - (x->j < y->j);
}

/* Which codes have a count. */
static bool *
seen_codes(const Confusion *c)
{
	bool	   *seen = palloc0(sizeof(bool) * Max(ConfusionDict(c)->n, 1));

	for (uint32 i = 0; i < c->n_slots; i++)
		if (c->cell[i].count != 0)
			seen[c->cell[i].label] = seen[c->cell[i].reference] = true;
	return seen;
}

/* The cells in canonical order. */
CohenCell *
confusion_cells_in_order(const Confusion *c, const LabelView *view)
{
	CohenCell  *cells = MemoryContextAllocHuge(CurrentMemoryContext,
											   sizeof(CohenCell) *
											   Max(c->n, 1));
	uint32		n = 0;

	for (uint32 i = 0; i < c->n_slots; i++)
		if (c->cell[i].count != 0)
		{
			cells[n].i = view->rank[c->cell[i].label];
			cells[n].j = view->rank[c->cell[i].reference];
			cells[n++].count = c->cell[i].count;
		}
	qsort(cells, n, sizeof(CohenCell), compare_cells);
	return cells;
}

/* a confusion as it is read */
typedef struct ConfusionReading
{
	const Confusion *confusion;
	LabelView  *view;
	Scale		scale;
	CohenCell  *cells;
	const char *weights;
} ConfusionReading;

/* Read a confusion by weights and declared categories. */
static void
read_confusion(ConfusionReading *r, Datum value, ReadArgs *args,
			   FunctionCallInfo fcinfo)
{
	const Confusion *c = (const Confusion *) state_detoast(value,
														   STATE_CONFUSION);
	const char *level;

	r->confusion = c;
	need_categories((LabelKind) ConfusionDict(c)->kind);
	if (args->weights == NULL && args->matrix == NULL)
		scale_code_names(c->scale, &level, &args->weights);
	if (args->weights == NULL && args->matrix == NULL)
		args->weights = "unweighted";
	r->weights = args->matrix ? "custom" : args->weights;
	r->view = reading_view(ConfusionDict(c), args->categories,
						   args->categories ? seen_codes(c) : NULL);
	reading_scale(&r->scale, r->view, args, fcinfo);
	r->cells = confusion_cells_in_order(c, r->view);
}

/* Cohen's kappa or Scott's pi as a number. */
static Datum
cohen(FunctionCallInfo fcinfo, bool scott, ReadArgs *args)
{
	ConfusionReading r;
	CohenResult result;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	read_confusion(&r, PG_GETARG_DATUM(0), args, fcinfo);
	cohen_coefficient(r.cells, r.confusion->n, &r.scale, scott,
					  DEFAULT_CONFIDENCE, &result);
	if (!result.defined)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result.estimate);
}

/*
 * The arguments (confusion, weights text, categories text[], period), with
 * bounds at a place of their own.
 */
static void
text_arguments(FunctionCallInfo fcinfo, int bounds, ReadArgs *args)
{
	memset(args, 0, sizeof(ReadArgs));
	args->weights = text_argument(fcinfo, 1);
	args->categories = array_argument(fcinfo, 2);
	args->period = period_argument(fcinfo, 3);
	args->bounds = array_argument(fcinfo, bounds);
}

/* The arguments (confusion, weights float8[] [, categories text[]]). */
static void
matrix_arguments(FunctionCallInfo fcinfo, ReadArgs *args)
{
	memset(args, 0, sizeof(ReadArgs));
	args->matrix = array_argument(fcinfo, 1);
	args->categories = array_argument(fcinfo, 2);
}

/* final function of cohen_kappa(label_a, label_b), and accessor */
PG_FUNCTION_INFO_V1(cohen_kappa_read);
Datum
cohen_kappa_read(PG_FUNCTION_ARGS)
{
	ReadArgs	args;

	text_arguments(fcinfo, 4, &args);
	return cohen(fcinfo, false, &args);
}

PG_FUNCTION_INFO_V1(cohen_kappa_matrix);
Datum
cohen_kappa_matrix(PG_FUNCTION_ARGS)
{
	ReadArgs	args;

	matrix_arguments(fcinfo, &args);
	return cohen(fcinfo, false, &args);
}

/* final function of scott_pi(label_a, label_b), and accessor */
PG_FUNCTION_INFO_V1(scott_pi_read);
Datum
scott_pi_read(PG_FUNCTION_ARGS)
{
	ReadArgs	args;

	text_arguments(fcinfo, 4, &args);
	return cohen(fcinfo, true, &args);
}

PG_FUNCTION_INFO_V1(scott_pi_matrix);
Datum
scott_pi_matrix(PG_FUNCTION_ARGS)
{
	ReadArgs	args;

	matrix_arguments(fcinfo, &args);
	return cohen(fcinfo, true, &args);
}

/* What coefficients() shows of the rows that a confusion was made of. */
static void
describe(const ConfusionReading *r, Patterns *p)
{
	bool	   *used = palloc0(sizeof(bool) * Max(r->view->n, 1));

	memset(p, 0, sizeof(Patterns));
	p->q = r->view->n;
	for (uint32 i = 0; i < r->confusion->n; i++)
	{
		p->n_items += r->cells[i].count;
		used[r->cells[i].i] = used[r->cells[i].j] = true;
	}
	p->n_pairable = p->n_items;
	p->n_labels = 2 * p->n_items;
	for (int k = 0; k < p->q; k++)
		p->n_used += used[k];
}

/* Give out the row of one coefficient of two annotators. */
static void
cohen_row(Rows *rows, const ConfusionReading *r, const RowContext *context,
		  bool scott, double confidence)
{
	CohenResult c;
	Estimate	e;
	ErrorInterval interval;

	cohen_coefficient(r->cells, r->confusion->n, &r->scale, scott, confidence,
					  &c);
	memset(&interval, 0, sizeof(interval));
	e.defined = c.defined;
	e.value = c.estimate;
	e.observed = c.observed;
	e.expected = c.expected;
	e.reason = c.reason;
	interval.has_error = interval.has_bounds = c.has_error;
	interval.std_error = c.std_error;
	interval.lower = c.lower;
	interval.upper = c.upper;
	interval.has_p = c.has_p;
	interval.p_value = c.p_value;
	coefficient_row(rows, context, scott ? "scott_pi" : "cohen_kappa", NULL,
					r->weights, &e, &interval, NULL);
}

/* Give out the rows of coefficients(confusion). */
static void
cohen_rows(FunctionCallInfo fcinfo, ReadArgs *args, double confidence)
{
	Rows		rows;
	ConfusionReading r;
	Patterns	totals;
	RowContext	context = {&totals, 2};

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return;
	read_confusion(&r, PG_GETARG_DATUM(0), args, fcinfo);
	describe(&r, &totals);
	cohen_row(&rows, &r, &context, false, confidence);
	cohen_row(&rows, &r, &context, true, confidence);
}

/* coefficients(confusion, weights, categories, period, confidence, bounds) */
PG_FUNCTION_INFO_V1(confusion_coefficients);
Datum
confusion_coefficients(PG_FUNCTION_ARGS)
{
	ReadArgs	args;

	text_arguments(fcinfo, 5, &args);
	cohen_rows(fcinfo, &args, confidence_argument(fcinfo, 4));
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(confusion_coefficients_matrix);
Datum
confusion_coefficients_matrix(PG_FUNCTION_ARGS)
{
	ReadArgs	args;

	matrix_arguments(fcinfo, &args);
	cohen_rows(fcinfo, &args, confidence_argument(fcinfo, 3));
	return (Datum) 0;
}

/* cells(confusion) -> label, reference, count */
PG_FUNCTION_INFO_V1(confusion_cells);
Datum
confusion_cells(PG_FUNCTION_ARGS)
{
	const Confusion *c = (const Confusion *) state_detoast(PG_GETARG_DATUM(0),
														   STATE_CONFUSION);
	LabelView  *view = label_view(ConfusionDict(c));
	CohenCell  *cells = confusion_cells_in_order(c, view);
	Rows		rows;

	rows_begin(&rows, fcinfo);
	for (uint32 i = 0; i < c->n; i++)
	{
		put_text(&rows, view->text[cells[i].i]);
		put_text(&rows, view->text[cells[i].j]);
		put_count(&rows, cells[i].count);
		row_end(&rows);
	}
	return (Datum) 0;
}

/* agreement(confusion) -> agreement: each row an item with two labels */
PG_FUNCTION_INFO_V1(confusion_agreement);
Datum
confusion_agreement(PG_FUNCTION_ARGS)
{
	const Confusion *c = (const Confusion *) state_detoast(PG_GETARG_DATUM(0),
														   STATE_CONFUSION);
	PatternTable *t = table_create(Max(c->n, 1), Max(c->n * 2, 1));

	for (uint32 i = 0; i < c->n_slots; i++)
	{
		const ConfusionCell *cell = &c->cell[i];
		PatternCell pair[2];
		uint32		n,
					hash;
		int64		id;

		if (cell->count == 0)
			continue;
		pair[0].code = cell->label;
		pair[0].votes = cell->label == cell->reference ? 2 : 1;
		pair[1].code = cell->reference;
		pair[1].votes = 1;
		n = cell->label == cell->reference ? 1 : 2;
		cells_sort(pair, n);
		hash = pattern_hash(pair, n);
		id = table_find(t, pair, n, hash);
		if (id < 0)
			id = table_append(t, pair, n, hash);
		TableCounts(t)[id] += cell->count;
	}
	PG_RETURN_POINTER(agreement_create(t, ConfusionDict(c)));
}
