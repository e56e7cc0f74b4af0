/*
 * tally.c
 *		Votes by category, and what they disagree by.
 */
#include "postgres.h"

#include "array.h"
#include "miscadmin.h"
#include "scale_geometry.h"
#include "tally.h"

#define ST_SORT sort_codes
#define ST_ELEMENT_TYPE int32
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Set up an empty tally over q categories. */
void
tally_init(CategoryTally *tally, int q)
{
	tally->q = q;
	tally->n_used = 0;
	tally->used = array_alloc(q, sizeof(int32), false);
	tally->votes = array_alloc(q, sizeof(int64), true);
	tally->cell = array_alloc(q, sizeof(PatternCell), false);
}

/* Give back the memory of a tally. */
void
tally_free(CategoryTally *tally)
{
	pfree(tally->used);
	pfree(tally->votes);
	pfree(tally->cell);
}

/* Put the categories that have votes in rising order. */
void
tally_sort(CategoryTally *tally)
{
	sort_codes(tally->used, tally->n_used);
}

/* Make the cells of a pattern of the votes. */
const PatternCell *
tally_cells(CategoryTally *tally)
{
	tally_sort(tally);
	for (int u = 0; u < tally->n_used; u++)
	{
		tally->cell[u].code = tally->used[u];
		tally->cell[u].votes = (int32) tally->votes[tally->used[u]];
	}
	return tally->cell;
}

/* Sum the disagreement over all ordered pairs of the votes. */
double
tally_disagreement(CategoryTally *tally, const Scale *scale)
{
	double		total = 0;
	double		same = 0;

	if (!scale_is_nominal(scale))
		return scale_within(scale, tally_cells(tally), tally->n_used);
	for (int u = 0; u < tally->n_used; u++)
	{
		double		votes = (double) tally->votes[tally->used[u]];

		total += votes;
		same += votes * votes;
	}
	return total * total - same;
}

/* Apply the disagreements to a sparse vector, at some categories only. */
void
sparse_apply(const Scale *scale, int n, const int32 *code,
			 const double *value, int m, const int32 *target, double *out)
{
	/* setting up and sorting cost some twenty steps a category */
	if (scale_geometry(scale->kind) != GEOMETRY_PAIRS &&
		(double) n * m > 20.0 * scale->q)
	{
		double	   *dense = array_alloc(scale->q, sizeof(double), true);
		double	   *applied = array_alloc(scale->q, sizeof(double), false);

		for (int s = 0; s < n; s++)
			dense[code[s]] = value[s];
		scale_apply(scale, dense, applied);
		for (int t = 0; t < m; t++)
			out[t] = applied[target[t]];
		pfree(dense);
		pfree(applied);
		return;
	}

	for (int t = 0; t < m; t++)
	{
		double		sum = 0;

		CHECK_FOR_INTERRUPTS();
		for (int s = 0; s < n; s++)
			if (code[s] != target[t])
				sum += value[s] * scale_disagreement(scale, code[s], target[t]);
		out[t] = sum;
	}
}

/* Fill an empty tally with the labels of one item. */
void
item_tally(const Design *design, int64 item, CategoryTally *tally)
{
	int64		end = design->start[item + 1];

	Assert(tally->n_used == 0);
	for (int64 l = design->start[item]; l < end; l++)
		tally_vote(tally, design->code[l], 1);
}
