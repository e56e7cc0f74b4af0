/*
 * facts_pairs_read.c
 *		One row a pair of annotators with a common item: facts_pairs(rows query,
 *		gold query, settings).
 */
#include "postgres.h"

#include "array.h"
#include "facts_errors.h"
#include "facts_groups.h"
#include "facts_load.h"
#include "facts_show.h"
#include "interrupts.h"
#include "pair_table.h"
#include "utils/builtins.h"

/* what two annotators got wrong together */
typedef struct PairErrors
{
	int64		gold_items;
	int64		both_scored;
	int64		both_wrong;
	int64		same_wrong;
} PairErrors;

/* Copy the labels, those of models too, as a design. */
static void
facts_design(const Facts *f, Design *d)
{
	int64		n = 0;

	d->q = f->labels.n;
	d->n_annotators = f->annotators.n;
	d->n_items = f->items.n;
	d->start = array_alloc(f->items.n + 1, sizeof(int64), false);
	d->annotator = array_alloc(f->n_rows, sizeof(int32), false);
	d->code = array_alloc(f->n_rows, sizeof(int32), false);
	for (int64 i = 0; i < f->items.n; i++)
	{
		d->start[i] = n;
		for (int64 r = f->start[i]; r < f->start[i + 1]; r++)
		{
			CHECK_NOW_AND_THEN(r);
			if (!row_has(f, r, BIT_LABEL) || !row_wanted(f, r, r))
				continue;
			d->annotator[n] = f->annotator[r];
			d->code[n++] = f->code[r];
		}
	}
	d->start[f->items.n] = d->n_labels = n;
}

/* Is the label of an annotator on an item one that gold scores? */
static bool
is_scored(const Facts *f, int64 item, int32 annotator)
{
	if (!(f->item_flags[item] & ITEM_GOLD_AUTHOR))
		return true;
	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
		if (f->annotator[r] == annotator && row_has(f, r, BIT_LABEL))
			return row_has(f, r, BIT_SCORED);
	return false;
}

/* Count what gold says of the items of a pair. */
static void
count_errors(const Facts *f, const Pair *pair, PairErrors *n)
{
	memset(n, 0, sizeof(PairErrors));
	for (int64 i = 0; i < pair->n; i++)
	{
		const PairItem *p = &pair->item[i];

		if (!(f->item_flags[p->item] & ITEM_GOLD))
			continue;
		n->gold_items++;
		if (!is_scored(f, p->item, pair->a) || !is_scored(f, p->item, pair->b))
			continue;
		n->both_scored++;
		if (is_gold_answer(f, p->item, p->code_a) ||
			is_gold_answer(f, p->item, p->code_b))
			continue;
		n->both_wrong++;
		n->same_wrong += p->code_a == p->code_b;
	}
}

/* Find the vendor of each annotator's newest label. */
static int32 *
last_vendors(const Facts *f)
{
	int32	   *vendor = array_alloc(f->annotators.n, sizeof(int32), false);
	int64	   *at = array_alloc(f->annotators.n, sizeof(int64), false);

	for (int32 a = 0; a < f->annotators.n; a++)
	{
		vendor[a] = -1;
		at[a] = NO_TIME;
	}
	for (int64 r = 0; f->vendor != NULL && r < f->n_rows; r++)
	{
		if (!row_has(f, r, BIT_LABEL) ||
			time_at(f->at, r) < at[f->annotator[r]])
			continue;
		at[f->annotator[r]] = time_at(f->at, r);
		vendor[f->annotator[r]] = f->vendor[r];
	}
	pfree(at);
	return vendor;
}

/* Put a pair. */
static void
put_pair(Rows *rows, const Facts *f, const int32 *vendor,
		 const PairFigures *p, const PairErrors *n, const ErrorPair *e)
{
	put_text(rows, f->annotators.text[p->a]);
	put_text(rows, f->annotators.text[p->b]);
	put_key_name(rows, &f->vendors, vendor[p->a]);
	put_key_name(rows, &f->vendors, vendor[p->b]);
	put_count(rows, p->n_items);
	put_count(rows, n->gold_items);
	put_float(rows, true, p->agreement);
	put_float(rows, p->kappa.defined, p->kappa.estimate);
	put_float(rows, p->kappa.has_error, p->kappa.std_error);
	put_float(rows, p->kappa.has_error, p->kappa.lower);
	put_float(rows, p->kappa.has_error, p->kappa.upper);
	put_count(rows, n->both_scored);
	put_count(rows, n->both_wrong);
	put_count(rows, n->same_wrong);
	put_float(rows, e != NULL, e ? e->same.expected : 0);
	put_float(rows, e != NULL && e->same.has_p, e ? e->same.p_value : 0);
	if (e != NULL && errors_coincide(e) >= 0)
		put_bool(rows, errors_coincide(e) == 1);
	else
		put_null(rows);
	row_end(rows);
}

/* facts_pairs(rows_query, gold_query, settings) */
PG_FUNCTION_INFO_V1(facts_pairs);
Datum
facts_pairs(PG_FUNCTION_ARGS)
{
	Rows		rows;
	FactSettings s;
	Facts	   *f;
	Design		design;
	PairWalk   *walk;
	PairTable  *table;
	Pair		pair;
	int32	   *vendor;
	ErrorPair  *judged;
	ErrorPair  *end;
	int64		n_judged;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	f = facts_open(fcinfo, &s, false);
	facts_design(f, &design);
	vendor = last_vendors(f);
	judged = facts_errors(f, false, &n_judged);
	end = judged + n_judged;
	walk = pairs_begin(&design);
	table = pair_table_create(design.q);
	while (pairs_next(walk, &pair))
	{
		PairFigures figures;
		PairErrors	errors;

		/* both go by rising a, then b */
		while (judged < end && (judged->a < pair.a ||
								(judged->a == pair.a && judged->b < pair.b)))
			judged++;
		count_errors(f, &pair, &errors);
		pair_figures(table, &pair, NULL, FACTS_CONFIDENCE, &figures);
		put_pair(&rows, f, vendor, &figures, &errors,
				 judged < end && judged->a == pair.a && judged->b == pair.b ?
				 judged : NULL);
	}
	facts_close(&s);
	return (Datum) 0;
}
