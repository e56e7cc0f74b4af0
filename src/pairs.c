/*
 * pairs.c
 *		Walking the pairs of annotators.
 */
#include "postgres.h"

#include "array.h"
#include "miscadmin.h"
#include "pairs.h"

/*
 * Meetings are sorted for as many annotators at a time as have about half as
 * many of them as there are labels, and not less than this.
 */
#define MIN_MEETINGS (1024 * 1024)

/* two labels of one item, the first by an annotator of the current block */
typedef struct Meeting
{
	int64		item;
	int32		b;
	int32		code_a;
	int32		code_b;
} Meeting;

struct PairWalk
{
	const Design *design;
	int64	   *n_meetings;		/* of each annotator with later ones */
	int32		block;			/* first annotator of the block, */
	int32		block_end;		/* and the first after it */
	Meeting    *meeting;		/* of the block, by annotator, then item */
	int64		meeting_room;
	int64	   *meeting_end;	/* of each annotator of the block */
	int32		a;				/* whose partners are listed; -1: none yet */
	int			n_partners;
	int			next;			/* partner to return next */
	int32	   *partner;		/* rising */
	int64	   *end;			/* of each partner's items in shared, else 0 */
	PairItem   *shared;			/* items of a and its partners */
	int64		shared_room;
};

#define ST_SORT sort_annotators
#define ST_ELEMENT_TYPE int32
#define ST_COMPARE(x, y) (*(x) < *(y) ? -1 : *(x) > *(y))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Begin to walk the pairs of annotators. */
PairWalk *
pairs_begin(const Design *design)
{
	PairWalk   *walk = palloc0(sizeof(PairWalk));
	int			n = design->n_annotators;

	walk->design = design;
	walk->a = -1;
	walk->n_meetings = array_alloc(n, sizeof(int64), true);
	walk->meeting_end = array_alloc(n, sizeof(int64), false);
	walk->end = array_alloc(n, sizeof(int64), true);
	walk->partner = array_alloc(n, sizeof(int32), false);
	for (int64 i = 0; i < design->n_items; i++)
	{
		int64		last = design->start[i + 1] - 1;

		CHECK_FOR_INTERRUPTS();
		for (int64 l = design->start[i]; l < last; l++)
			walk->n_meetings[design->annotator[l]] += last - l;
	}
	return walk;
}

/* Choose the annotators of the next block, and make room for its meetings. */
static void
choose_block(PairWalk *walk)
{
	int64		most = Max(MIN_MEETINGS, walk->design->n_labels / 2);
	int64		sum = 0;
	int32		g;

	walk->block = g = walk->block_end;
	do
	{
		walk->meeting_end[g] = sum;
		sum += walk->n_meetings[g++];
	} while (g < walk->design->n_annotators &&
			 walk->n_meetings[g] <= most - sum);
	walk->block_end = g;
	walk->meeting = array_room(walk->meeting, &walk->meeting_room, sum,
							   sizeof(Meeting));
}

/* Sort the meetings of the next block of annotators, in one pass. */
static void
read_block(PairWalk *walk)
{
	const Design *d = walk->design;

	choose_block(walk);
	for (int64 i = 0; i < d->n_items; i++)
	{
		int64		end = d->start[i + 1];

		CHECK_FOR_INTERRUPTS();
		for (int64 l = d->start[i]; l < end; l++)
		{
			int32		a = d->annotator[l];
			Meeting    *to;

			if (a >= walk->block_end)
				break;
			if (a < walk->block)
				continue;
			to = &walk->meeting[walk->meeting_end[a]];
			walk->meeting_end[a] += end - l - 1;
			for (int64 m = l + 1; m < end; m++, to++)
			{
				to->item = i;
				to->b = d->annotator[m];
				to->code_a = d->code[l];
				to->code_b = d->code[m];
			}
		}
	}
}

/* Put the partners in rising order. */
static void
order_partners(PairWalk *walk)
{
	int			n = walk->design->n_annotators;

	if (walk->n_partners < (n - walk->a) / 16)
	{
		sort_annotators(walk->partner, walk->n_partners);
		return;
	}
	walk->n_partners = 0;
	for (int32 b = walk->a + 1; b < n; b++)
		if (walk->end[b] > 0)
			walk->partner[walk->n_partners++] = b;
}

/* Sort the meetings of annotator a by partner. */
static void
gather_partners(PairWalk *walk)
{
	int64		end = walk->meeting_end[walk->a];
	int64		start = end - walk->n_meetings[walk->a];
	int64		sum = 0;

	CHECK_FOR_INTERRUPTS();
	for (int64 m = start; m < end; m++)
		if (walk->end[walk->meeting[m].b]++ == 0)
			walk->partner[walk->n_partners++] = walk->meeting[m].b;
	order_partners(walk);
	walk->shared = array_room(walk->shared, &walk->shared_room, end - start,
							  sizeof(PairItem));
	/* numbers become starts, and the scatter makes them ends */
	for (int u = 0; u < walk->n_partners; u++)
	{
		int64		n = walk->end[walk->partner[u]];

		walk->end[walk->partner[u]] = sum;
		sum += n;
	}
	for (int64 m = start; m < end; m++)
	{
		const Meeting *from = &walk->meeting[m];
		PairItem   *to = &walk->shared[walk->end[from->b]++];

		to->code_a = from->code_a;
		to->code_b = from->code_b;
		to->item = from->item;
	}
}

/* Give the next pair; false when there is none. */
bool
pairs_next(PairWalk *walk, Pair *pair)
{
	int64		start;

	while (walk->next >= walk->n_partners)
	{
		for (int u = 0; u < walk->n_partners; u++)
			walk->end[walk->partner[u]] = 0;
		walk->n_partners = walk->next = 0;
		if (walk->a + 1 >= walk->design->n_annotators)
			return false;
		if (++walk->a >= walk->block_end)
			read_block(walk);
		gather_partners(walk);
	}
	start = walk->next == 0 ? 0 : walk->end[walk->partner[walk->next - 1]];
	pair->a = walk->a;
	pair->b = walk->partner[walk->next++];
	pair->n = walk->end[pair->b] - start;
	pair->item = &walk->shared[start];
	return true;
}

/* Give back the memory of a walk. */
void
pairs_end(PairWalk *walk)
{
	pfree(walk->n_meetings);
	pfree(walk->meeting_end);
	pfree(walk->end);
	pfree(walk->partner);
	if (walk->meeting != NULL)
		pfree(walk->meeting);
	if (walk->shared != NULL)
		pfree(walk->shared);
	pfree(walk);
}
