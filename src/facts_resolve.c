/*
 * facts_resolve.c
 *		Which row of an annotator on an item is the label.
 *
 * Rows of one annotator on one item stand by time, those without a time first.
 * Of differing labels the latest stands, or the first; if two differ at that
 * time, or at any under 'error', there is a conflict.
 */
#include "postgres.h"

#include "facts.h"
#include "interrupts.h"

/* Refuse differing labels of one annotator on one item. */
static void
refuse_conflict(const Facts *f, int64 item, int64 a, int64 b)
{
	ereport(ERROR,
			(errcode(ERRCODE_CARDINALITY_VIOLATION),
			 errmsg("annotator \"%s\" gave item \"%s\" more than one label",
					f->annotators.text[f->annotator[a]],
					f->items.text[item]),
			 errdetail("They are \"%s\" and \"%s\".",
					   f->labels.text[f->code[a]], f->labels.text[f->code[b]]),
			 errhint("Name the column labeled_at, and the latest label stands; or set resolve to 'collect' if a row is one of several labels.")));
}

/*
 * Find the labeling row that stands among those of a run; -1 when there is
 * none, -2 when there is a conflict.
 */
static int64
standing_row(const Facts *f, int64 item, int64 from, int64 to)
{
	ResolveRule rule = f->rules.resolve;
	int64		best = -1;

	for (int64 r = from; r < to; r++)
	{
		if (!row_has(f, r, BIT_LABELING))
			continue;
		/* no time loses to a time, under either rule */
		if (best < 0 || rule != RESOLVE_FIRST ||
			time_at(f->at, best) == NO_TIME)
			best = r;
	}
	if (best < 0 || rule == RESOLVE_COLLECT)
		return best;
	for (int64 r = from; r < to; r++)
	{
		if (!row_has(f, r, BIT_LABELING) || f->code[r] == f->code[best])
			continue;
		if (rule == RESOLVE_ERROR && !f->rules.count_conflicts)
			refuse_conflict(f, item, r, best);
		if (rule == RESOLVE_ERROR || time_at(f->at, r) == time_at(f->at, best))
			return -2;
	}
	return best;
}

/* Set the labeling rows of a run aside. */
static void
set_aside(Facts *f, int64 from, int64 to)
{
	f->counts.conflicting_pairs++;
	for (int64 r = from; r < to; r++)
		if (row_has(f, r, BIT_LABELING))
			f->flags[r] = (f->flags[r] & ~FactFlag(BIT_LABELING)) |
				FactFlag(BIT_ASIDE);
}

/* Find what repeats and reviews say of the label of a run. */
static void
mark_run(Facts *f, int64 from, int64 to, int64 label)
{
	int64		first = -1;
	uint8		last_review = REVIEW_NONE;
	uint64		found = 0;

	for (int64 r = from; r < to; r++)
	{
		uint8		review = f->review == NULL ? REVIEW_NONE : f->review[r];

		if (!row_has(f, r, BIT_LABELING))
			continue;
		if (first < 0)
			first = r;
		else if (f->rules.resolve != RESOLVE_COLLECT)
		{
			f->flags[r] |= FactFlag(BIT_REPEAT);
			if (f->code[r] == f->code[first])
				f->flags[r] |= FactFlag(BIT_REPEAT_EQUAL);
			else
				found |= FactFlag(BIT_REWORK);
		}
		if (review == REVIEW_NONE)
			continue;
		if (last_review == REVIEW_NONE)
			found |= FactFlag(BIT_REVIEWED) | (review == REVIEW_ACCEPTED ?
											   FactFlag(BIT_FIRST_ACCEPTED) : 0);
		if (review != REVIEW_ACCEPTED)
			found |= FactFlag(BIT_REWORK);
		last_review = review;
	}
	if (last_review == REVIEW_ACCEPTED || last_review == REVIEW_FIXED)
		found |= FactFlag(BIT_ACCEPTED);
	f->flags[label] |= found | FactFlag(BIT_LABEL);
}

/* Of an author's gold rows on an item only those that stand are answers. */
static void
resolve_gold_rows(Facts *f, int64 from, int64 to)
{
	int64		best = -1;

	if (f->annotator[from] < 0 || f->rules.resolve == RESOLVE_ERROR ||
		f->rules.resolve == RESOLVE_COLLECT)
		return;
	for (int64 r = from; r < to; r++)
		if (row_has(f, r, BIT_GOLD_ROW) &&
			(best < 0 || f->rules.resolve == RESOLVE_LATEST ||
			 time_at(f->at, best) == NO_TIME))
			best = r;
	for (int64 r = from; r < to; r++)
		if (row_has(f, r, BIT_GOLD_ROW) &&
			time_at(f->at, r) != time_at(f->at, best))
			f->flags[r] = (f->flags[r] & ~FactFlag(BIT_GOLD_ROW)) |
				FactFlag(BIT_ASIDE);
}

/* Resolve the rows of one annotator on one item. */
static void
resolve_run(Facts *f, int64 item, int64 from, int64 to)
{
	int64		label = standing_row(f, item, from, to);
	int64		task = label;
	int64		skip = -1;
	bool		gold = false;

	if (label == -2)
	{
		set_aside(f, from, to);
		task = label = -1;
	}
	else if (label >= 0)
		mark_run(f, from, to, label);
	for (int64 r = from; r < to; r++)
	{
		if (row_has(f, r, BIT_SKIP) && skip < 0)
			skip = r;
		gold |= row_has(f, r, BIT_GOLD_ROW);
	}
	if (gold)
		resolve_gold_rows(f, from, to);
	if (gold && label >= 0)
	{
		f->flags[label] |= FactFlag(BIT_GOLD_AUTHOR);
		f->item_flags[item] |= ITEM_GOLD_AUTHOR;
	}
	if (f->annotator[from] < 0)
		return;
	if (task < 0)
		task = skip;
	if (task >= 0)
		f->flags[task] |= FactFlag(BIT_TASK) |
			(skip >= 0 ? FactFlag(BIT_SKIPPED) : 0);
}

/* Resolve all rows. */
void
facts_resolve(Facts *f)
{
	for (int64 i = 0; i < f->items.n; i++)
		for (int64 r = f->start[i], next; r < f->start[i + 1]; r = next)
		{
			CHECK_NOW_AND_THEN(r);
			for (next = r + 1; next < f->start[i + 1] &&
				 f->annotator[next] == f->annotator[r]; next++);
			resolve_run(f, i, r, next);
		}
}
