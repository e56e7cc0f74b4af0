/*
 * facts_derive.c
 *		What follows for each row and item: docs/views/README.md, "Words".
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "facts.h"
#include "interrupts.h"

/* a label, to be put by vendor */
typedef struct VendorRow
{
	int64		row;
	int32		vendor;
} VendorRow;

#define ST_SORT sort_by_vendor
#define ST_ELEMENT_TYPE VendorRow
#define ST_COMPARE(a, b) \
	((a)->vendor != (b)->vendor ? ((a)->vendor < (b)->vendor ? -1 : 1) : \
	 ((a)->row > (b)->row) - ((a)->row < (b)->row))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* a label, to be put by time */
typedef struct TimedRow
{
	int64		at;
	int64		row;
} TimedRow;

#define ST_SORT sort_by_time
#define ST_ELEMENT_TYPE TimedRow
#define ST_COMPARE(a, b) \
	((a)->at != (b)->at ? ((a)->at < (b)->at ? -1 : 1) : \
	 ((a)->row > (b)->row) - ((a)->row < (b)->row))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* scratch for one item */
typedef struct Derivation
{
	Facts	   *f;
	int64		item;
	ItemVotes	votes;
	VoteConsensus whole;
	bool		alike;			/* all votes weigh the same */
	VoteConsensus *others;		/* then: without one vote for each answer */
	bool	   *known;
	VendorRow  *row;
} Derivation;

/* Is this an answer that the item's gold accepts? */
bool
is_gold_answer(const Facts *f, int64 item, int32 code)
{
	for (int64 g = f->gold_start[item]; g < f->gold_start[item + 1]; g++)
		if (f->gold_code[g] == code)
			return true;
	return false;
}

/* Has an adjudication that stands, or gold, settled the item? */
bool
item_settled(const Facts *f, int64 item)
{
	return (f->item_flags[item] & (ITEM_ADJUDICATED | ITEM_GOLD)) != 0;
}

/* Is this what a settled item was settled as? */
bool
is_settled_answer(const Facts *f, int64 item, int32 code)
{
	if (f->item_flags[item] & ITEM_ADJUDICATED)
		return f->adjudicated[item] == code;
	return is_gold_answer(f, item, code);
}

/* Find votes, the newest label of each item, and of the source. */
static void
derive_votes(Facts *f)
{
	f->newest = NO_TIME;
	for (int64 i = 0; i < f->items.n; i++)
	{
		f->last_row[i] = -1;
		for (int64 r = f->start[i]; r < f->start[i + 1]; r++)
		{
			uint8		kind = row_kind(f, r);
			int64		at = time_at(f->at, r);

			CHECK_NOW_AND_THEN(r);
			if (!row_has(f, r, BIT_LABEL))
				continue;
			if (kind == KIND_MODEL)
				f->flags[r] |= FactFlag(BIT_MODEL);
			else if (kind == KIND_EXPERT)
				f->flags[r] |= FactFlag(BIT_EXPERT);
			f->item_flags[i] |= ITEM_LABELED;
			if ((kind != KIND_MODEL || f->rules.models_vote) &&
				f->person[f->annotator[r]].votes)
				f->flags[r] |= FactFlag(BIT_VOTE);
			if (f->last_row[i] < 0 ||
				at > time_at(f->at, f->start[i] + f->last_row[i]))
				f->last_row[i] = (int32) (r - f->start[i]);
			f->newest = Max(f->newest, at);
		}
	}
}

/* Find the median of the seconds that people's labels state. */
static void
derive_median(Facts *f)
{
	double	   *values;
	int64		n = 0;

	if (f->seconds == NULL)
		return;
	values = array_alloc(f->n_rows, sizeof(double), false);
	for (int64 r = 0; r < f->n_rows; r++)
		if (is_people(f, r) && !isnan(f->seconds[r]))
			values[n++] = f->seconds[r];
	f->has_median = n > 0;
	if (n > 0)
		f->median_seconds = quantile(values, n, 0.5);
	pfree(values);
}

/* Find the guideline that began last. */
static void
derive_guidelines(Facts *f)
{
	int64	   *first;

	f->newest_guideline = -1;
	f->newest_guideline_at = NO_TIME;
	if (f->guideline == NULL || f->at == NULL)
		return;
	first = array_alloc(f->guidelines.n, sizeof(int64), false);
	for (int32 g = 0; g < f->guidelines.n; g++)
		first[g] = PG_INT64_MAX;
	for (int64 r = 0; r < f->n_rows; r++)
		if (row_has(f, r, BIT_LABEL) && f->guideline[r] >= 0 &&
			f->at[r] != NO_TIME)
			first[f->guideline[r]] = Min(first[f->guideline[r]], f->at[r]);
	for (int32 g = 0; g < f->guidelines.n; g++)
		if (first[g] != PG_INT64_MAX && first[g] >= f->newest_guideline_at)
		{
			f->newest_guideline = g;
			f->newest_guideline_at = first[g];
		}
	pfree(first);
}

/* Compare a label with the gold of its item. */
static uint64
gold_facts(const Facts *f, int64 item, int64 r)
{
	uint64		found = 0;
	int32		suggestion = code_at(f->suggestion, r);

	if (suggestion >= 0)
		found |= FactFlag(BIT_SUGGESTED) |
			(suggestion != f->code[r] ? FactFlag(BIT_SUGGESTION_CHANGED) : 0);
	if (!(f->item_flags[item] & ITEM_GOLD) || row_has(f, r, BIT_GOLD_AUTHOR))
		return found;
	found |= FactFlag(BIT_SCORED);
	if (is_gold_answer(f, item, f->code[r]))
		found |= FactFlag(BIT_CORRECT);
	if (suggestion >= 0 && !is_gold_answer(f, item, suggestion))
		found |= FactFlag(BIT_SUGGESTION_WRONG) |
			(suggestion == f->code[r] ? FactFlag(BIT_WRONG_KEPT) : 0);
	return found;
}

/* Is a row that states its seconds faster than a tenth of people's median? */
bool
is_fast(const Facts *f, int64 row)
{
	return f->seconds[row] < f->median_seconds / 10;
}

/* What a label alone, and the source as a whole, say of it. */
static uint64
own_facts(const Facts *f, int64 r)
{
	uint64		found = 0;
	int64		at = time_at(f->at, r);

	if (f->seconds != NULL && !isnan(f->seconds[r]))
	{
		found |= FactFlag(BIT_TIMED);
		if (is_people(f, r))
			found |= FactFlag(BIT_PACED) |
				(is_fast(f, r) ? FactFlag(BIT_FAST) : 0);
	}
	if (f->confidence != NULL && !isnan(f->confidence[r]))
		found |= FactFlag(BIT_STATED);
	if (at == NO_TIME)
		return found | FactFlag(BIT_UNTIMED);
	if (code_at(f->guideline, r) >= 0 && at >= f->newest_guideline_at &&
		f->guideline[r] != f->newest_guideline)
		found |= FactFlag(BIT_STALE);
	if (time_between(at, f->newest) < f->rules.period)
		found |= FactFlag(BIT_RECENT);
	else if (time_between(at, f->newest) / 2 < f->rules.period)
		found |= FactFlag(BIT_BEFORE);
	return found;
}

/* The consensus of the others; remembered where votes weigh the same. */
static const VoteConsensus *
others_consensus(Derivation *d, int64 r)
{
	const Facts *f = d->f;
	OwnVote		own = {.code = f->code[r], .votes = 1};
	int			i = 0;

	if (!row_has(f, r, BIT_VOTE))
		return &d->whole;
	if (d->alike)
		i = share_of(&d->votes, own.code);
	if (d->alike && d->known[i])
		return &d->others[i];
	own.weight = row_weight(f, r);
	fact_consensus(f, &d->votes, &own, &d->others[i]);
	d->known[i] = true;
	return &d->others[i];
}

/* Compare a label with the consensus of the others. */
static uint64
others_facts(Derivation *d, int64 r, int32 *others, bool *unclear)
{
	const Facts *f = d->f;
	const VoteConsensus *c = others_consensus(d, r);

	*others = c->code;
	*unclear = c->unclear;
	if (c->tied)
		return FactFlag(BIT_OTHERS_TIED);
	if (c->code < 0 && !c->has_value)
		return 0;
	return FactFlag(BIT_OTHERS) |
		(c->code == f->code[r] ? FactFlag(BIT_OTHERS_EQUAL) : 0);
}

/* Is this vote the one against otherwise unanimous ones, and was it right? */
static uint64
dissent_facts(const Derivation *d, int64 r)
{
	const Facts *f = d->f;
	const VoteShare *share = d->votes.share;
	int			own;

	if (d->votes.n_votes < 3 || d->votes.n != 2 || !row_has(f, r, BIT_VOTE) ||
		f->rules.consensus == CONSENSUS_NONE)
		return 0;
	own = share[0].code == f->code[r] ? 0 : 1;
	if (share[own].votes != 1)
		return 0;
	if (!item_settled(f, d->item))
		return FactFlag(BIT_DISSENT) | FactFlag(BIT_OPEN);
	if (is_settled_answer(f, d->item, f->code[r]))
		return FactFlag(BIT_DISSENT) | FactFlag(BIT_UPHELD);
	if (is_settled_answer(f, d->item, share[1 - own].code))
		return FactFlag(BIT_DISSENT) | FactFlag(BIT_OVERRULED);
	return FactFlag(BIT_DISSENT) | FactFlag(BIT_NEITHER);
}

/* Facts that are made of others. */
static uint64
joint_facts(const Facts *f, int64 item, int64 r, uint64 found)
{
	uint64		joint = 0;
	bool		signal = row_has(f, r, BIT_SKIPPED) ||
		(found & FactFlag(BIT_DISSENT)) != 0 ||
		((found & FactFlag(BIT_STATED)) && f->confidence[r] < 0.5);

	if (found & FactFlag(BIT_SCORED))
	{
		bool		correct = (found & FactFlag(BIT_CORRECT)) != 0;

		if (found & FactFlag(BIT_EDGE))
			joint |= FactFlag(BIT_EDGE_SCORED) |
				(correct ? FactFlag(BIT_EDGE_CORRECT) : 0);
		if (found & FactFlag(BIT_RECENT))
			joint |= FactFlag(BIT_RECENT_SCORED) |
				(correct ? FactFlag(BIT_RECENT_CORRECT) : 0);
		if (found & FactFlag(BIT_STATED))
			joint |= FactFlag(BIT_STATED_SCORED) |
				(correct ? FactFlag(BIT_STATED_CORRECT) : 0);
	}
	if (signal && row_has(f, r, BIT_TASK))
	{
		joint |= FactFlag(BIT_SIGNAL);
		if ((f->item_flags[item] & ITEM_MARKED) ||
			(found & FactFlag(BIT_UPHELD)))
			joint |= FactFlag(BIT_CONFIRMED);
	}
	return joint;
}

/* Find the facts of one label. */
static void
derive_label(Derivation *d, int64 r, bool edge_item)
{
	Facts	   *f = d->f;
	bool		unclear;
	uint64		found = own_facts(f, r) | gold_facts(f, d->item, r) |
		others_facts(d, r, &f->others[r], &unclear) | dissent_facts(d, r);

	if (edge_item || unclear)
		found |= FactFlag(BIT_EDGE);
	if (f->item_flags[d->item] & ITEM_ADJUDICATED)
		found |= FactFlag(BIT_ADJUDICATED) |
			(f->adjudicated[d->item] == f->code[r] ?
			 FactFlag(BIT_ADJUDICATED_EQUAL) : FactFlag(BIT_REWORK));
	if (row_has(f, r, BIT_EXPERT) && row_has(f, r, BIT_VOTE) &&
		(found & FactFlag(BIT_OTHERS)) &&
		!(found & FactFlag(BIT_OTHERS_EQUAL)))
		f->item_flags[d->item] |= ITEM_EXPERT_DISSENT;
	f->flags[r] |= found | joint_facts(f, d->item, r, found);
}

/* Take the votes of one vendor out of the item's, or put them back. */
static void
move_votes(Derivation *d, const VendorRow *row, int64 n, int sign)
{
	const Facts *f = d->f;
	ItemVotes  *v = &d->votes;

	for (int64 k = 0; k < n; k++)
	{
		Exact		weight;
		int			i;

		if (!row_has(f, row[k].row, BIT_VOTE))
			continue;
		i = share_of(v, f->code[row[k].row]);
		weight = row_weight(f, row[k].row);
		v->share[i].votes += sign;
		v->share[i].weight += sign * weight;
		v->total += sign * weight;
		v->n_votes += sign;
	}
}

/* Compare the labels of one vendor with the consensus of the others' votes. */
static void
derive_vendor(Derivation *d, const VendorRow *row, int64 n)
{
	Facts	   *f = d->f;
	VoteConsensus c;

	move_votes(d, row, n, -1);
	fact_consensus(f, &d->votes, NULL, &c);
	move_votes(d, row, n, 1);
	if (c.n_votes == 0 || c.tied || (c.code < 0 && !c.has_value))
		return;
	for (int64 k = 0; k < n; k++)
		f->flags[row[k].row] |= FactFlag(BIT_VENDORS) |
			(c.code == f->code[row[k].row] ?
			 FactFlag(BIT_VENDORS_EQUAL) : 0);
}

/* Compare the labels of each vendor of an item with the other vendors'. */
static void
derive_vendors(Derivation *d)
{
	const Facts *f = d->f;
	int64		n = 0;

	for (int64 r = f->start[d->item]; r < f->start[d->item + 1]; r++)
		if (row_has(f, r, BIT_LABEL))
		{
			d->row[n].vendor = f->vendor[r];
			d->row[n++].row = r;
		}
	sort_by_vendor(d->row, n);
	for (int64 from = 0, next; from < n; from = next)
	{
		for (next = from + 1; next < n &&
			 d->row[next].vendor == d->row[from].vendor; next++);
		derive_vendor(d, d->row + from, next - from);
	}
}

/* Does the item wait for a judge? */
static bool
in_backlog(const Facts *f, int64 item, const VoteConsensus *c)
{
	uint32		flags = f->item_flags[item];

	if (flags & ITEM_ADJUDICATED)
		return false;
	if (flags & (ITEM_REOPENED | ITEM_GOLD_DISSENT))
		return true;
	if (flags & ITEM_GOLD)
		return false;
	return (flags & ITEM_EXPERT_DISSENT) ||
		(c->unclear && c->n_votes >= f->rules.max_labels);
}

/* Find what its votes say of an item, before its labels are looked at. */
static bool
derive_item(Derivation *d)
{
	Facts	   *f = d->f;
	uint32	   *flags = &f->item_flags[d->item];
	int32		stratum = -1;

	fact_votes_collect(f, d->item, &d->votes);
	item_consensus(f, d->item, &d->votes, &d->whole);
	f->consensus[d->item] = d->whole.code;
	memset(d->known, 0, sizeof(bool) * d->votes.n);
	if (f->start[d->item] < f->start[d->item + 1])
		stratum = code_at(f->stratum, item_row(f, d->item));
	if (d->whole.tied)
		*flags |= ITEM_TIED;
	if (d->whole.unclear)
		*flags |= ITEM_UNCLEAR;
	if ((*flags & ITEM_MARKED) ||
		(stratum >= 0 && f->edge_stratum[stratum]))
		*flags |= ITEM_EDGE;
	if ((*flags & ITEM_GOLD) && d->whole.code >= 0 &&
		d->whole.has_confidence && !d->whole.unclear &&
		!is_gold_answer(f, d->item, d->whole.code))
		*flags |= ITEM_GOLD_DISSENT;
	return (*flags & ITEM_EDGE) != 0;
}

/* Find the facts of one item and its rows. */
static void
derive_one(Derivation *d, bool vendors)
{
	Facts	   *f = d->f;
	uint32	   *flags = &f->item_flags[d->item];
	bool		edge = derive_item(d);
	int64		from = f->start[d->item];
	int64		end = f->start[d->item + 1];

	for (int64 r = from; r < end; r++)
	{
		CHECK_NOW_AND_THEN(r);
		f->others[r] = -1;
		if (row_has(f, r, BIT_LABEL))
			derive_label(d, r, edge);
		else if (row_has(f, r, BIT_TASK))
			f->flags[r] |= joint_facts(f, d->item, r, 0);
		if (row_has(f, r, BIT_REPEAT))
			*flags |= ITEM_REVISITED;
	}
	if (vendors)
		derive_vendors(d);
	if (d->whole.unclear)
		*flags |= ITEM_EDGE;
	if (in_backlog(f, d->item, &d->whole))
		*flags |= ITEM_BACKLOG;
	if (*flags & (ITEM_BACKLOG | ITEM_ADJUDICATED | ITEM_REOPENED))
		*flags |= ITEM_DISPUTED;
}

/*
 * Mark the labels of people after the first ones of their item, by time; those
 * without a time come last.
 */
static void
derive_later(Facts *f, int64 most)
{
	TimedRow   *label = array_alloc(most, sizeof(TimedRow), false);

	for (int64 i = 0; i < f->items.n; i++)
	{
		int64		n = 0;

		CHECK_NOW_AND_THEN(i);
		for (int64 r = f->start[i]; r < f->start[i + 1]; r++)
			if (is_people(f, r))
			{
				int64		at = time_at(f->at, r);

				label[n].at = at == NO_TIME ? PG_INT64_MAX : at;
				label[n++].row = r;
			}
		if (n <= f->rules.first_labels)
			continue;
		sort_by_time(label, n);
		for (int64 k = f->rules.first_labels; k < n; k++)
			f->flags[label[k].row] |= FLAG_LATER;
	}
	pfree(label);
}

/* Find all facts. */
void
facts_derive(Facts *f, bool by_vendor)
{
	Derivation	d;
	int64		most = most_rows(f);

	memset(&d, 0, sizeof(d));
	d.f = f;
	f->last_row = array_alloc(f->items.n, sizeof(int32), false);
	f->consensus = array_alloc(f->items.n, sizeof(int32), false);
	f->others = array_alloc(f->n_rows, sizeof(int32), false);
	fact_votes_init(&d.votes, most);
	d.alike = f->rules.consensus != CONSENSUS_WEIGHTED;
	d.others = array_alloc(most + 1, sizeof(VoteConsensus), false);
	d.known = array_alloc(most + 1, sizeof(bool), true);
	d.row = array_alloc(most, sizeof(VendorRow), false);
	derive_votes(f);
	derive_median(f);
	derive_guidelines(f);
	if (f->rules.first_labels > 0)
		derive_later(f, most);
	for (d.item = 0; d.item < f->items.n; d.item++)
	{
		CHECK_NOW_AND_THEN(d.item);
		derive_one(&d, by_vendor && f->vendor != NULL);
	}
	pfree(d.votes.share);
	pfree(d.others);
	pfree(d.known);
	pfree(d.row);
}
