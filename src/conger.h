/*
 * conger.h
 *		Conger's kappa: chance agreement from each annotator's own margins.
 */
#ifndef ANNOQA_CONGER_H
#define ANNOQA_CONGER_H

#include "design.h"
#include "item_variance.h"

/*
 * Estimate Conger's kappa with its error and interval.  The scale may be NULL
 * for the unweighted form.  Of the methods, 'linearised', 'ratio' and
 * 'jackknife' exist: the others draw vote patterns, which do not tell who
 * labeled.  Memory is O(labels + items + categories).
 *
 * The jackknife costs, for each item, the distinct categories that its
 * annotators ever used, when unweighted; with weights that of a
 * scale_quadratic over them.
 */
extern void conger_kappa(const Design *design, const Scale *scale,
						 const IntervalOptions *options,
						 Estimate *estimate, ErrorInterval *interval);

/*
 * The estimate alone, and if it is defined what leaving out each item does to
 * it; one entry an item.
 */
extern void conger_deletions(const Design *design, const Scale *scale,
							 bool drop_singles, Estimate *estimate,
							 Deletion *deletions);

#endif							/* ANNOQA_CONGER_H */
