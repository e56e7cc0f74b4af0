/*
 * facts_backlog.c
 *		When items began to wait for a judge, and when a judge decided.
 *
 * An item that waits, or was judged, opened with the newest vote before the
 * first decision (or what else put it there), and again whenever a case was
 * reopened; a decision closes it.  What left the backlog otherwise, by gold or
 * by further votes, leaves no trace and is in no event.
 */
#include "postgres.h"

#include "array.h"
#include "facts_groups.h"
#include "interrupts.h"

#define ST_SORT sort_cases
#define ST_ELEMENT_TYPE FactCase
#define ST_COMPARE(a, b) \
	((a)->item != (b)->item ? ((a)->item < (b)->item ? -1 : 1) : \
	 (a)->at != (b)->at ? ((a)->at < (b)->at ? -1 : 1) : \
	 ((a)->reopened_at == NO_TIME) - ((b)->reopened_at == NO_TIME))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* The time of an item's newest vote, up to a time. */
static int64
newest_vote_at(const Facts *f, int64 item, int64 until)
{
	int64		newest = NO_TIME;

	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
		if (row_has(f, r, BIT_VOTE) && time_at(f->at, r) <= until)
			newest = Max(newest, time_at(f->at, r));
	return newest;
}

/* Since when an item of the backlog waits. */
int64
waiting_since(const Facts *f, int64 item)
{
	uint32		flags = f->item_flags[item];
	int64		vote = newest_vote_at(f, item, PG_INT64_MAX);

	if (flags & ITEM_REOPENED)
		return f->reopened_at[item];
	if (flags & ITEM_GOLD_DISSENT)
		return Max(time_at(f->gold_at, item), vote);
	return vote;
}

/* Add an event; one without a time is in no bucket. */
static void
add_event(Backlog *b, int32 item, int64 at, int change)
{
	b->event[b->n].at = at;
	b->event[b->n].item = item;
	b->event[b->n++].change = change;
}

/* Add the events of an item's n cases, first to last. */
static void
add_cases(const Facts *f, Backlog *b, const FactCase *c, int64 n)
{
	int64		vote = newest_vote_at(f, c->item, c->at);

	add_event(b, c->item, vote == NO_TIME ? c->at : vote, 1);
	add_event(b, c->item, c->at, -1);
	for (int64 i = 0; i < n; i++)
	{
		if (c[i].reopened_at == NO_TIME)
			continue;
		if (i + 1 == n)
			add_event(b, c->item, c[i].reopened_at, 1);
		else if (c[i + 1].at > c[i].reopened_at)
		{
			add_event(b, c->item, c[i].reopened_at, 1);
			add_event(b, c->item, c[i + 1].at, -1);
		}
	}
}

/* Find all events, item by item. */
void
facts_backlog(const Facts *f, Backlog *b)
{
	FactCase   *cases = array_alloc(f->n_cases, sizeof(FactCase), false);
	int64		n = 0;
	int64		waiting = 0;

	for (int64 i = 0; i < f->n_cases; i++)
		if (f->cases[i].item >= 0)
			cases[n++] = f->cases[i];
	sort_cases(cases, n);
	for (int64 i = 0; i < f->items.n; i++)
		waiting += (f->item_flags[i] & ITEM_BACKLOG) != 0;
	b->n = 0;
	b->event = array_alloc(waiting + 2 * n, sizeof(BacklogEvent), false);
	for (int32 i = 0, c = 0; i < f->items.n; i++)
	{
		int64		first = c;

		CHECK_NOW_AND_THEN(i);
		while (c < n && cases[c].item == i)
			c++;
		if (c > first)
			add_cases(f, b, &cases[first], c - first);
		else if (f->item_flags[i] & ITEM_BACKLOG)
			add_event(b, i, waiting_since(f, i), 1);
	}
	pfree(cases);
}
