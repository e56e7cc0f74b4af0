/*
 * item_figures.h
 *		How well the labels of one item agree, and the tally that says so.
 */
#ifndef ANNOQA_ITEM_FIGURES_H
#define ANNOQA_ITEM_FIGURES_H

#include "design.h"
#include "patterns.h"
#include "scale.h"

/*
 * Votes by category.  The categories that have any are listed in the order in
 * which they were first seen, so that clearing costs no more than filling.
 */
typedef struct Tally
{
	int			q;
	int			n_used;
	int32	   *used;
	int64	   *votes;
	PatternCell *cell;			/* scratch */
} Tally;

typedef struct ItemFigures
{
	int64		n_labels;
	int64		n_distinct;
	bool		defined;		/* at least two labels */
	double		agreement;		/* mean weight of two of its labels */
} ItemFigures;

/* Every two different categories disagree alike; no scale means just that. */
static inline bool
scale_is_nominal(const Scale *scale)
{
	return scale == NULL || scale->kind == WEIGHTS_UNWEIGHTED ||
		scale->kind == LEVEL_NOMINAL;
}

/* Add votes for one category. */
static inline void
tally_add(Tally *tally, int32 code, int64 votes)
{
	if (tally->votes[code] == 0)
		tally->used[tally->n_used++] = code;
	tally->votes[code] += votes;
}

/* Forget all votes. */
static inline void
tally_clear(Tally *tally)
{
	for (int u = 0; u < tally->n_used; u++)
		tally->votes[tally->used[u]] = 0;
	tally->n_used = 0;
}

/* an array of n elements, which may pass 1 GB; an error beyond all memory */
extern void *array_alloc(int64 n, Size width, bool zero);

extern void tally_init(Tally *tally, int q);
extern void tally_free(Tally *tally);
extern void tally_sort(Tally *tally);

/*
 * Sum over ordered pairs of votes of the disagreement of their categories.
 * Weighted sums put the categories in rising order.
 */
extern double tally_disagreement(Tally *tally, const Scale *scale);

/*
 * out[t] = sum over s of value[s] * disagreement(code[s], target[t]), for a
 * vector that is zero but at n codes, wanted at m targets.  O(n * m), or that
 * of scale_apply where this is less.
 */
extern void sparse_apply(const Scale *scale, int n, const int32 *code,
						 const double *value, int m, const int32 *target,
						 double *out);

/* Fill an empty tally with the labels of one item. */
extern void item_tally(const Design *design, int64 item, Tally *tally);

/* Figures of one item; the tally is scratch, and left empty. */
extern void item_figures(const Design *design, int64 item,
						 const Scale *scale, Tally *tally,
						 ItemFigures *result);

#endif							/* ANNOQA_ITEM_FIGURES_H */
