/*
 * item_figures.c
 *		How well the labels of one item agree.
 *
 * The agreement of an item is the mean weight over the ordered pairs of its
 * labels: P_i of Fleiss 1971, equation 2, when unweighted; p_a|i of Gwet 2008
 * with weights.
 */
#include "postgres.h"

#include "item_figures.h"

/* Compute the figures of one item. */
void
item_figures(const Design *design, int64 item, const Scale *scale,
			 CategoryTally *tally, ItemFigures *result)
{
	int64		size = design->start[item + 1] - design->start[item];

	item_tally(design, item, tally);
	result->n_labels = size;
	result->n_distinct = tally->n_used;
	result->defined = size >= 2;
	result->agreement = 0;
	if (result->defined)
		result->agreement = 1 - tally_disagreement(tally, scale) /
			((double) size * (double) (size - 1));
	tally_clear(tally);
}
