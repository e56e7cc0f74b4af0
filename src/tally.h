/*
 * tally.h
 *		Votes by category, and what they disagree by.
 */
#ifndef ANNOQA_TALLY_H
#define ANNOQA_TALLY_H

#include "design.h"
#include "patterns.h"
#include "scale.h"

/*
 * Votes by category.  The categories that have any are listed in the order in
 * which they were first seen, so that clearing costs no more than filling.
 */
typedef struct CategoryTally
{
	int			q;
	int			n_used;
	int32	   *used;
	int64	   *votes;
	PatternCell *cell;			/* scratch */
} CategoryTally;

/* Every two different categories disagree alike; no scale means just that. */
static inline bool
scale_is_nominal(const Scale *scale)
{
	return scale == NULL || scale->kind == WEIGHTS_UNWEIGHTED ||
		scale->kind == LEVEL_NOMINAL;
}

/* Add votes for one category. */
static inline void
tally_vote(CategoryTally *tally, int32 code, int64 votes)
{
	if (tally->votes[code] == 0)
		tally->used[tally->n_used++] = code;
	tally->votes[code] += votes;
}

/* Forget all votes. */
static inline void
tally_clear(CategoryTally *tally)
{
	for (int u = 0; u < tally->n_used; u++)
		tally->votes[tally->used[u]] = 0;
	tally->n_used = 0;
}

extern void tally_init(CategoryTally *tally, int q);
extern void tally_free(CategoryTally *tally);
extern void tally_sort(CategoryTally *tally);

/* The votes as cells by rising code, n_used of them, until the tally moves. */
extern const PatternCell *tally_cells(CategoryTally *tally);

/*
 * Sum over ordered pairs of votes of the disagreement of their categories.
 * Weighted sums put the categories in rising order.
 */
extern double tally_disagreement(CategoryTally *tally,
								 const Scale *scale);

/*
 * out[t] = sum over s of value[s] * disagreement(code[s], target[t]), for a
 * vector that is zero but at n codes, wanted at m targets.  O(n * m), or that
 * of scale_apply where this is less.
 */
extern void sparse_apply(const Scale *scale, int n, const int32 *code,
						 const double *value, int m, const int32 *target,
						 double *out);

/* Fill an empty tally with the labels of one item. */
extern void item_tally(const Design *design, int64 item,
							   CategoryTally *tally);

#endif							/* ANNOQA_TALLY_H */
