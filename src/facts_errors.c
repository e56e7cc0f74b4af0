/*
 * facts_errors.c
 *		Whose errors coincide: the scored labels of a source for
 *		error_agreement.c.
 */
#include "postgres.h"

#include "array.h"
#include "facts_errors.h"
#include "interrupts.h"

/* an item with gold, to be told apart by its answers */
typedef struct GoldItem
{
	const int32 *answer;
	int64		n_answers;
	int64		place;			/* among the items of the design */
} GoldItem;

/* Order items by their gold answers. */
static int
compare_gold(const GoldItem *x, const GoldItem *y)
{
	for (int64 i = 0; i < x->n_answers && i < y->n_answers; i++)
		if (x->answer[i] != y->answer[i])
			return x->answer[i] < y->answer[i] ? -1 : 1;
	return (x->n_answers > y->n_answers) - (x->n_answers < y->n_answers);
}

#define ST_SORT sort_gold_items
#define ST_ELEMENT_TYPE GoldItem
#define ST_COMPARE(x, y) compare_gold(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Give items with the same gold answers one class. */
static void
find_classes(ErrorDesign *e, GoldItem *items)
{
	int64		n = e->design.n_items;

	e->class = array_alloc(Max(n, 1), sizeof(int32), false);
	sort_gold_items(items, n);
	for (int64 i = 0; i < n; i++)
	{
		if (i == 0 || compare_gold(&items[i - 1], &items[i]) != 0)
			e->n_classes++;
		e->class[items[i].place] = e->n_classes - 1;
	}
}

/* Take the scored labels that are asked for. */
static void
scored_labels(const Facts *f, ErrorDesign *e)
{
	Design	   *d = &e->design;
	GoldItem   *items = array_alloc(f->items.n, sizeof(GoldItem), false);

	memset(e, 0, sizeof(ErrorDesign));
	d->q = f->labels.n;
	d->n_annotators = f->annotators.n;
	d->start = array_alloc(f->items.n + 1, sizeof(int64), true);
	d->annotator = array_alloc(f->n_rows, sizeof(int32), false);
	d->code = array_alloc(f->n_rows, sizeof(int32), false);
	e->wrong = array_alloc(f->n_rows, sizeof(int32), false);
	for (int64 i = 0; i < f->items.n; i++)
	{
		if (!(f->item_flags[i] & ITEM_GOLD))
			continue;
		for (int64 r = f->start[i]; r < f->start[i + 1]; r++)
		{
			int64		k = d->n_labels;

			CHECK_NOW_AND_THEN(r);
			if (!row_has(f, r, BIT_SCORED) || !row_wanted(f, r, r))
				continue;
			d->annotator[k] = f->annotator[r];
			d->code[k] = (int32) k;
			e->wrong[k] = row_has(f, r, BIT_CORRECT) ? -1 : f->code[r];
			d->n_labels++;
		}
		if (d->n_labels == d->start[d->n_items])
			continue;
		items[d->n_items].answer = f->gold_code + f->gold_start[i];
		items[d->n_items].n_answers = f->gold_start[i + 1] - f->gold_start[i];
		items[d->n_items].place = d->n_items;
		d->start[++d->n_items] = d->n_labels;
	}
	find_classes(e, items);
	pfree(items);
}

/* Judge the errors of pairs of annotators with a common scored item. */
ErrorPair *
facts_errors(const Facts *f, bool only_tested, int64 *n_pairs)
{
	ErrorDesign errors;

	scored_labels(f, &errors);
	return error_agreement(&errors, only_tested, n_pairs);
}

/*
 * Do the errors of a pair coincide?  1, 0, or -1 when that cannot be tested:
 * by the same wrong label where there are several, else by how often both err.
 */
int
errors_coincide(const ErrorPair *pair)
{
	if (pair->same.has_p)
		return pair->same.q_value <= COINCIDING_RATE;
	if (pair->joint.has_p)
		return pair->joint.q_value <= COINCIDING_RATE;
	return -1;
}

/* Count for each annotator the others whose errors coincide with theirs; -1
 * when none could be tested. */
int64 *
facts_coinciding(const Facts *f)
{
	int64		n_pairs;
	ErrorPair  *pairs = facts_errors(f, true, &n_pairs);
	int64	   *count = array_alloc(f->annotators.n, sizeof(int64), false);

	for (int32 a = 0; a < f->annotators.n; a++)
		count[a] = -1;
	for (int64 k = 0; k < n_pairs; k++)
	{
		int			coincide = errors_coincide(&pairs[k]);

		CHECK_NOW_AND_THEN(k);
		if (coincide < 0)
			continue;
		count[pairs[k].a] = Max(count[pairs[k].a], 0) + coincide;
		count[pairs[k].b] = Max(count[pairs[k].b], 0) + coincide;
	}
	pfree(pairs);
	return count;
}
