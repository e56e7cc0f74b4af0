/*
 * facts_vote.c
 *		The votes on an item, and the answer that they give.
 *
 * Weights are added exactly, and ties decided on the exact sums.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "facts.h"
#include "interrupts.h"

/* beyond so many answers they are sorted, not searched */
#define SEARCH_LIMIT 24

#define ST_SORT sort_shares
#define ST_ELEMENT_TYPE VoteShare
#define ST_COMPARE(a, b) (((a)->code > (b)->code) - ((a)->code < (b)->code))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* The most rows that an item has. */
int64
most_rows(const Facts *f)
{
	int64		most = 0;

	for (int64 i = 0; i < f->items.n; i++)
		most = Max(most, f->start[i + 1] - f->start[i]);
	return most;
}

/* Make room for the votes on any item. */
void
fact_votes_init(ItemVotes *v, int64 most)
{
	memset(v, 0, sizeof(ItemVotes));
	v->cap = most;
	v->share = array_alloc(most, sizeof(VoteShare), false);
}

/* The weight of a vote. */
Exact
row_weight(const Facts *f, int64 row)
{
	const FactPerson *p = &f->person[f->annotator[row]];

	if (f->rules.consensus != CONSENSUS_WEIGHTED || !p->has_weight)
		return exact_from(1);
	return p->weight;
}

/* Bring shares of equal answers together; they stand by rising code. */
static void
merge_shares(ItemVotes *v)
{
	int			n = 0;

	for (int i = 0; i < v->n; i++)
	{
		if (n > 0 && v->share[n - 1].code == v->share[i].code)
		{
			v->share[n - 1].votes += v->share[i].votes;
			v->share[n - 1].weight += v->share[i].weight;
		}
		else
			v->share[n++] = v->share[i];
	}
	v->n = n;
}

/* Begin with no votes. */
void
fact_votes_begin(ItemVotes *v)
{
	v->n = 0;
	v->n_votes = 0;
	v->total = 0;
}

/* Add a vote. */
void
fact_votes_add(const Facts *f, ItemVotes *v, int64 row)
{
	Exact		weight = row_weight(f, row);
	int			i = v->n;

	v->n_votes++;
	v->total += weight;
	if (v->n <= SEARCH_LIMIT)
		for (i = 0; i < v->n && v->share[i].code != f->code[row]; i++);
	if (i == v->n)
	{
		v->share[v->n].code = f->code[row];
		v->share[v->n].votes = 0;
		v->share[v->n++].weight = 0;
	}
	v->share[i].votes++;
	v->share[i].weight += weight;
}

/* Put the shares in order, now that all votes were added. */
void
fact_votes_end(ItemVotes *v)
{
	if (v->n > 1)
	{
		sort_shares(v->share, v->n);
		merge_shares(v);
	}
}

/* Collect the votes on an item. */
void
fact_votes_collect(const Facts *f, int64 item, ItemVotes *v)
{
	fact_votes_begin(v);
	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
		if (row_has(f, r, BIT_VOTE))
			fact_votes_add(f, v, r);
	fact_votes_end(v);
}

/* The place of an answer among shares that stand by rising code; -1: none. */
int
share_of(const ItemVotes *v, int32 code)
{
	int			low = 0;
	int			high = v->n;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (v->share[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return low < v->n && v->share[low].code == code ? low : -1;
}

/* Give an answer without a vote its place among the shares. */
void
fact_votes_insert(ItemVotes *v, int32 code)
{
	v->share[v->n].code = code;
	v->share[v->n].votes = 0;
	v->share[v->n++].weight = 0;
	sort_shares(v->share, v->n);
}

/* The k-th smallest answer of numbers, the first being 0. */
static int32
kth_answer(const ItemVotes *v, const OwnVote *without, int64 k)
{
	for (int i = 0; i < v->n; i++)
	{
		int64		votes = v->share[i].votes;

		if (v->share[i].code == without->code)
			votes -= without->votes;
		if (k < votes)
			return v->share[i].code;
		k -= votes;
	}
	return -1;
}

/* The median of numbers: between two middle ones their mean. */
static void
median_consensus(const Facts *f, const ItemVotes *v, const OwnVote *without,
				 VoteConsensus *c)
{
	int32		low = kth_answer(v, without, (c->n_votes - 1) / 2);
	int32		high = kth_answer(v, without, c->n_votes / 2);
	int64		agreeing = 0;

	c->has_value = true;
	/* not by their difference, which may be infinite */
	c->value = low == high ? f->score[low] :
		f->score[low] / 2 + f->score[high] / 2;
	if (isnan(c->value))
	{
		/* nothing lies between two infinities */
		c->has_value = false;
		c->tied = true;
		return;
	}
	for (int i = 0; i < v->n; i++)
		if (f->score[v->share[i].code] == c->value)
		{
			c->code = v->share[i].code;
			agreeing = v->share[i].votes -
				(c->code == without->code ? without->votes : 0);
		}
	c->has_confidence = c->n_votes >= 2;
	c->confidence = (double) agreeing / (double) c->n_votes;
}

/* The answer with most weight, unless two have as much. */
static void
weight_consensus(const ItemVotes *v, const OwnVote *without, VoteConsensus *c)
{
	Exact		total = v->total - without->weight;
	Exact		most = 0;

	for (int i = 0; i < v->n; i++)
	{
		Exact		weight = v->share[i].weight;

		if (v->share[i].code == without->code)
			weight -= without->weight;
		if (weight == most)
			c->code = -1;
		else if (weight > most)
		{
			most = weight;
			c->code = v->share[i].code;
		}
	}
	c->tied = c->code < 0;
	c->has_confidence = c->n_votes >= 2 && total > 0;
	c->confidence = total > 0 ? exact_value(most) / exact_value(total) : 0;
}

/* Find the answer that votes give, without the one left out. */
void
fact_consensus(const Facts *f, const ItemVotes *v, const OwnVote *without,
				VoteConsensus *c)
{
	static const OwnVote nothing = {.code = -1};

	CHECK_BEFORE_LONG(v->n);
	if (without == NULL)
		without = &nothing;
	memset(c, 0, sizeof(VoteConsensus));
	c->code = -1;
	c->n_votes = v->n_votes - without->votes;
	if (c->n_votes == 0 || f->rules.consensus == CONSENSUS_NONE)
		return;
	if (f->rules.consensus == CONSENSUS_MEDIAN && f->score != NULL)
		median_consensus(f, v, without, c);
	else
		weight_consensus(v, without, c);
	c->unclear = c->n_votes >= 2 &&
		(c->tied || c->confidence < f->rules.threshold);
}

/*
 * Find the answer of an item: that of its votes, or, where the model of the
 * source decides, the model's, with the share of the votes for it.
 */
void
item_consensus(const Facts *f, int64 item, const ItemVotes *v,
			   VoteConsensus *c)
{
	Exact		weight = 0;

	fact_consensus(f, v, NULL, c);
	if (f->answer == NULL || !f->answer[item].known || v->n_votes == 0)
		return;
	c->code = f->answer[item].code;
	c->tied = c->code < 0;
	for (int i = 0; i < v->n; i++)
		if (c->code < 0 ? v->share[i].weight > weight :
			v->share[i].code == c->code)
			weight = v->share[i].weight;
	c->confidence = v->total > 0 ?
		exact_value(weight) / exact_value(v->total) : 0;
	c->unclear = c->n_votes >= 2 &&
		(c->tied || c->confidence < f->rules.threshold);
}

/* The answer of most votes, whatever their weights; -1: a tie, or no vote. */
int32
fact_majority(const ItemVotes *v)
{
	int32		code = -1;
	int32		most = 0;

	for (int i = 0; i < v->n; i++)
		if (v->share[i].votes == most)
			code = -1;
		else if (v->share[i].votes > most)
		{
			most = v->share[i].votes;
			code = v->share[i].code;
		}
	return code;
}
