/*
 * facts_status_read.c
 *		The counts of a source as a whole: facts_status(rows query, gold query,
 *		settings).
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "facts_advice.h"
#include "facts_load.h"
#include "facts_show.h"
#include "interrupts.h"

/* what is counted over all rows and items */
typedef struct StatusCounts
{
	int64		items;
	int64		labeled_items;
	int64		gold_items;
	int64		multi_labeled;
	int64		backlog;
	int64		annotators;
	int64		vendors;
	int64		labels;
	int64		votes;
	int64		skips;
	int64		distinct_labels;
	int64		strange_gold;	/* labeled items whose gold nobody ever gave */
	int32		strange_answer; /* one such answer; -1: none */
	int64		early;			/* given before their item was available */
	int64		credits;		/* rows with a negative price */
	int64		first_at;
	bool		has_price;
	double		price;
} StatusCounts;

/* Count the rows of one item. */
static void
count_item(const Facts *f, int64 item, StatusCounts *n, bool *seen[3])
{
	bool		task = false;
	int64		votes = 0;

	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
	{
		CHECK_NOW_AND_THEN(r);
		n->skips += row_has(f, r, BIT_SKIP);
		n->credits += f->price != NULL && f->price[r] < 0;
		if (!row_has(f, r, BIT_TASK))
			continue;
		task = true;
		if (code_at(f->vendor, r) >= 0)
			seen[1][f->vendor[r]] = true;
		if (!row_has(f, r, BIT_LABEL))
			continue;
		seen[0][f->annotator[r]] = true;
		seen[2][f->code[r]] = true;
		n->labels++;
		n->early += f->available != NULL && f->available[r] != NO_TIME &&
			time_at(f->at, r) != NO_TIME && f->at[r] < f->available[r];
		votes += row_has(f, r, BIT_VOTE);
		if (time_at(f->at, r) != NO_TIME &&
			(n->first_at == NO_TIME || f->at[r] < n->first_at))
			n->first_at = f->at[r];
	}
	n->votes += votes;
	n->items += task;
	n->labeled_items += (f->item_flags[item] & ITEM_LABELED) != 0;
	n->gold_items += (f->item_flags[item] & (ITEM_GOLD | ITEM_PRESENT)) ==
		(ITEM_GOLD | ITEM_PRESENT);
	n->multi_labeled += votes >= 2;
	n->backlog += (f->item_flags[item] & ITEM_BACKLOG) != 0;
}

/* Count a labeled item if nobody gave an answer that its gold accepts, anywhere. */
static void
count_strange_gold(const Facts *f, int64 item, const bool *given,
				   StatusCounts *n)
{
	if ((f->item_flags[item] & ITEM_LABELED) == 0 ||
		(f->item_flags[item] & ITEM_GOLD) == 0)
		return;
	for (int64 g = f->gold_start[item]; g < f->gold_start[item + 1]; g++)
		if (given[f->gold_code[g]])
			return;
	if (n->strange_gold++ == 0)
		n->strange_answer = f->gold_code[f->gold_start[item]];
}

/* How many of some are true. */
static int64
count_true(const bool *seen, int64 n)
{
	int64		sum = 0;

	for (int64 i = 0; i < n; i++)
		sum += seen[i];
	return sum;
}

/* Count all of a source. */
static void
count_source(const Facts *f, StatusCounts *n)
{
	bool	   *seen[3];

	memset(n, 0, sizeof(StatusCounts));
	n->first_at = NO_TIME;
	n->strange_answer = -1;
	seen[0] = array_alloc(f->annotators.n, sizeof(bool), true);
	seen[1] = array_alloc(f->vendors.n, sizeof(bool), true);
	seen[2] = array_alloc(f->labels.n, sizeof(bool), true);
	for (int64 i = 0; i < f->items.n; i++)
		count_item(f, i, n, seen);
	for (int64 i = 0; i < f->items.n; i++)
		count_strange_gold(f, i, seen[2], n);
	n->annotators = count_true(seen[0], f->annotators.n);
	n->vendors = count_true(seen[1], f->vendors.n);
	n->distinct_labels = count_true(seen[2], f->labels.n);
	n->has_price = median_price(f, &n->price);
}

/* Put the counts of what was set aside. */
static void
put_aside(Rows *rows, const Facts *f, const bool *has)
{
	const FactCounts *c = &f->counts;

	put_count(rows, c->without_item);
	put_count(rows, c->without_annotator);
	put_count(rows, c->without_label);
	put_count(rows, has[SOURCE_LABELED_AT] ? c->without_time : -1);
	put_count(rows, has[SOURCE_VALID] ? c->invalid : -1);
	put_count(rows, c->conflicting_pairs);
	put_count(rows, has[SOURCE_GOLD] ? c->conflicting_gold : -1);
	put_count(rows, c->out_of_range);
	put_count(rows, c->cases_without_item);
}

/* facts_status(rows_query, gold_query, settings) */
PG_FUNCTION_INFO_V1(facts_status);
Datum
facts_status(PG_FUNCTION_ARGS)
{
	Rows		rows;
	FactSettings s;
	Facts	   *f;
	StatusCounts n;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	f = facts_open(fcinfo, &s, false);
	count_source(f, &n);
	put_count(&rows, f->counts.rows);
	put_count(&rows, n.items);
	put_count(&rows, n.labeled_items);
	put_count(&rows, n.annotators);
	put_count(&rows, s.has[SOURCE_VENDOR] ? n.vendors : -1);
	put_count(&rows, n.labels);
	put_count(&rows, n.votes);
	put_count(&rows, s.has[SOURCE_SKIPPED] ? n.skips : -1);
	put_count(&rows, s.has[SOURCE_GOLD] ? n.gold_items : -1);
	put_float(&rows, n.labeled_items > 0,
			  n.labeled_items > 0 ?
			  (double) n.votes / (double) n.labeled_items : 0);
	put_count(&rows, n.multi_labeled);
	put_count(&rows, n.distinct_labels);
	put_aside(&rows, f, s.has);
	put_time(&rows, n.first_at);
	put_time(&rows, f->newest);
	put_count(&rows, n.backlog);
	put_float(&rows, f->has_median, f->median_seconds);
	put_float(&rows, n.has_price, n.price);
	put_code(&rows, &f->guidelines, f->newest_guideline);
	put_time(&rows, f->newest_guideline_at);
	put_count(&rows, s.has[SOURCE_GOLD] ? n.strange_gold : -1);
	put_code(&rows, &f->labels, n.strange_answer);
	put_count(&rows, n.early);
	put_count(&rows, n.credits);
	row_end(&rows);
	facts_close(&s);
	return (Datum) 0;
}
