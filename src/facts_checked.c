/*
 * facts_checked.c
 *		Whether the votes of a group alone give an answer that gold accepts.
 *
 * Used for deliveries: the votes of one vendor in one batch.  Gold was planted,
 * or drawn at random; what was adjudicated was disputed, and speaks for no
 * delivery as a whole.
 */
#include "postgres.h"

#include "array.h"
#include "facts_groups.h"
#include "interrupts.h"

/* a vote of a group */
typedef struct GroupVote
{
	int64		row;
	int32		group;
} GroupVote;

#define ST_SORT sort_votes
#define ST_ELEMENT_TYPE GroupVote
#define ST_COMPARE(a, b) \
	((a)->group != (b)->group ? ((a)->group < (b)->group ? -1 : 1) : \
	 ((a)->row > (b)->row) - ((a)->row < (b)->row))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Check the answers of the groups that voted on an item with gold. */
static void
check_item(const Facts *f, GroupRows *rows, int64 item, GroupVote *vote,
		   ItemVotes *votes)
{
	int64		n = 0;

	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
		if (row_has(f, r, BIT_VOTE) && rows->of_row[r] >= 0)
		{
			vote[n].row = r;
			vote[n++].group = rows->of_row[r];
		}
	sort_votes(vote, n);
	for (int64 from = 0, i = 0; from < n; from = i)
	{
		FactGroup  *g = &rows->group[vote[from].group];
		VoteConsensus c;

		fact_votes_begin(votes);
		for (; i < n && vote[i].group == vote[from].group; i++)
			fact_votes_add(f, votes, vote[i].row);
		fact_votes_end(votes);
		fact_consensus(f, votes, NULL, &c);
		g->checked++;
		g->check_errors += c.code < 0 || !is_gold_answer(f, item, c.code);
	}
}

/* Count the items of each group with gold, and those it answered otherwise. */
void
group_checks(const Facts *f, GroupRows *rows)
{
	int64		most = most_rows(f);
	GroupVote  *vote = array_alloc(most, sizeof(GroupVote), false);
	ItemVotes	votes;

	fact_votes_init(&votes, most);
	for (int64 i = 0; i < f->items.n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		if (f->item_flags[i] & ITEM_GOLD)
			check_item(f, rows, i, vote, &votes);
	}
	pfree(votes.share);
	pfree(vote);
}
