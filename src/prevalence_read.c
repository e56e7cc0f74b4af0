/*
 * prevalence_read.c
 *		corrected_prevalence() as SQL calls it.
 */
#include "postgres.h"

#include "array.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "confusion.h"
#include "match.h"
#include "options.h"
#include "prevalence.h"
#include "rows.h"
#include "utils/builtins.h"

#define DEFAULT_RESAMPLES 1000
/* a table of all errors is held, and gone through at every step */
#define MAX_CLASSES	1000
/* items that a double counts exactly */
#define MAX_ITEMS	(INT64CONST(1) << 53)

/* Read a share from two arguments: so many of so many. */
static Proportion
proportion_argument(FunctionCallInfo fcinfo, int hits, int n)
{
	static const char *const names[] = {"n_positive", "n", "true_positive",
	"n_gold_positive", "true_negative", "n_gold_negative"};
	Proportion	p;

	if (PG_GETARG_INT64(hits) < 0 || PG_GETARG_INT64(hits) > PG_GETARG_INT64(n))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must lie between 0 and %s, which is %lld, not %lld",
						names[hits], names[n],
						(long long) PG_GETARG_INT64(n),
						(long long) PG_GETARG_INT64(hits))));
	p.hits = (double) PG_GETARG_INT64(hits);
	p.n = (double) PG_GETARG_INT64(n);
	return p;
}

/* Put a share, NULL without answers. */
static void
put_share(Rows *rows, const Proportion *p)
{
	put_float(rows, p->n > 0.0, p->n > 0.0 ? p->hits / p->n : 0.0);
}

/* Put the corrected share and all that goes with it. */
static void
put_prevalence(Rows *rows, const Prevalence *p, const Proportion *apparent,
			   const Proportion *sensitivity, const Proportion *specificity)
{
	put_float(rows, p->defined, p->value);
	put_float(rows, p->defined, p->lower);
	put_float(rows, p->defined, p->upper);
	put_share(rows, apparent);
	put_share(rows, sensitivity);
	put_share(rows, specificity);
	if (p->defined)
		put_bool(rows, p->clipped);
	else
		put_null(rows);
	put_text(rows, reason_name(p->reason));
	row_end(rows);
}

/*
 * corrected_prevalence(n_positive, n, true_positive, n_gold_positive,
 * true_negative, n_gold_negative [, confidence])
 */
PG_FUNCTION_INFO_V1(corrected_prevalence_two);
Datum
corrected_prevalence_two(PG_FUNCTION_ARGS)
{
	double		confidence = confidence_argument(fcinfo, 6);
	Proportion	apparent,
				sensitivity,
				specificity;
	Prevalence	p;
	Rows		rows;

	rows_begin(&rows, fcinfo);
	for (int i = 0; i < 6; i++)
		if (PG_ARGISNULL(i))
			return (Datum) 0;
	apparent = proportion_argument(fcinfo, 0, 1);
	sensitivity = proportion_argument(fcinfo, 2, 3);
	specificity = proportion_argument(fcinfo, 4, 5);
	prevalence_two(&apparent, &sensitivity, &specificity, confidence, &p);
	put_prevalence(&rows, &p, &apparent, &sensitivity, &specificity);
	return (Datum) 0;
}

/* Add the counts of labels, given by their texts, to a dictionary's places. */
static void
read_apparent(FunctionCallInfo fcinfo, const Dict *d, const LabelView *view,
			  double *apparent)
{
	Datum	   *label,
			   *count;
	bool	   *label_null,
			   *count_null;
	int			n_labels,
				n_counts;
	int64		total = 0;
	Matcher		m;

	matcher_open(&m, d, "label");
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false,
					  TYPALIGN_INT, &label, &label_null, &n_labels);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), INT8OID, sizeof(int64),
					  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &count, &count_null,
					  &n_counts);
	if (n_labels != n_counts)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("the arrays differ in length: %d and %d",
						n_labels, n_counts)));
	for (int i = 0; i < n_labels; i++)
	{
		char	   *spelling;
		int32		code;

		if (label_null[i] || count_null[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("labels and counts must not contain NULL")));
		spelling = TextDatumGetCString(label[i]);
		code = matcher_code(&m, spelling);
		if (code < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("label \"%s\" is not in the gold", spelling),
					 errhint("Only labels whose errors gold has shown can be corrected: leave it out, or add gold of it.")));
		if (DatumGetInt64(count[i]) < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("label \"%s\" cannot have %lld items", spelling,
							(long long) DatumGetInt64(count[i]))));
		if (pg_add_s64_overflow(total, DatumGetInt64(count[i]), &total) ||
			total > MAX_ITEMS)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("number of items is out of range")));
		apparent[view->rank[code]] += (double) DatumGetInt64(count[i]);
	}
}

/* Return one row a class. */
static void
put_classes(Rows *rows, const LabelErrors *e, const LabelView *view,
			double confidence, int n_resamples, uint64 seed)
{
	Prevalence *result = array_alloc(e->q, sizeof(Prevalence), false);
	Proportion *sensitivity = array_alloc(e->q, sizeof(Proportion), false);
	Proportion *specificity = array_alloc(e->q, sizeof(Proportion), false);
	double		total = 0.0;

	gold_against_rest(e, sensitivity, specificity);
	for (int k = 0; k < e->q; k++)
		total += e->apparent[k];
	if (e->q > 2)
		prevalence_all(e, confidence, n_resamples, seed, result);
	for (int k = 0; k < e->q; k++)
	{
		Proportion	apparent = {e->apparent[k], total};

		if (e->q <= 2)
			prevalence_two(&apparent, &sensitivity[k], &specificity[k],
						   confidence, &result[k]);
		put_text(rows, view->text[k]);
		put_prevalence(rows, &result[k], &apparent, &sensitivity[k],
					   &specificity[k]);
	}
}

/* corrected_prevalence(gold, labels, n, confidence, resamples, seed) */
PG_FUNCTION_INFO_V1(corrected_prevalence_all);
Datum
corrected_prevalence_all(PG_FUNCTION_ARGS)
{
	double		confidence = confidence_argument(fcinfo, 3);
	int			resamples = resamples_argument(fcinfo, 4);
	Confusion  *c;
	LabelView  *view;
	CohenCell  *cells;
	double	   *apparent,
			   *gold;
	LabelErrors e;
	Rows		rows;

	rows_begin(&rows, fcinfo);
	for (int i = 0; i < 3; i++)
		if (PG_ARGISNULL(i))
			return (Datum) 0;
	c = (Confusion *) state_detoast(PG_GETARG_DATUM(0), STATE_CONFUSION);
	if (ConfusionDict(c)->n == 0)
		return (Datum) 0;
	view = label_view(ConfusionDict(c));
	if (view->n > MAX_CLASSES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("shares of %d classes cannot be corrected together, at most of %d",
						view->n, MAX_CLASSES),
				 errhint("Put rare labels together as one.")));
	cells = confusion_cells_in_order(c, view);
	e.q = view->n;
	e.apparent = apparent = array_alloc(e.q, sizeof(double), true);
	e.gold = gold = array_alloc((int64) e.q * e.q, sizeof(double), true);
	for (uint32 i = 0; i < c->n; i++)
		gold[(int64) cells[i].j * e.q + cells[i].i] += (double) cells[i].count;
	read_apparent(fcinfo, ConfusionDict(c), view, apparent);
	put_classes(&rows, &e, view, confidence,
				resamples == 0 ? DEFAULT_RESAMPLES : resamples,
				seed_argument(fcinfo, 5));
	return (Datum) 0;
}
