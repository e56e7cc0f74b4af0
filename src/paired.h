/*
 * paired.h
 *		The difference of two estimates of items that they may share.
 */
#ifndef ANNOQA_PAIRED_H
#define ANNOQA_PAIRED_H

#include "compare.h"
#include "design.h"
#include "item_variance.h"

/* one of the two: its estimate, and what leaving out each item does to it */
typedef struct PairedSide
{
	const Estimate *estimate;
	int64		n_items;
	const Deletion *deletion;	/* n_items entries, if it is defined */
} PairedSide;

/*
 * The difference with its delete-one-item jackknife over all items that either
 * has; an item that both have is left out of both at once.  partner[j] is the
 * item of the first that item j of the second is, or -1.
 */
extern void paired_difference(const PairedSide *a, const PairedSide *b,
							  const int64 *partner, double confidence,
							  Difference *result);

/* Give each item of a design the deletion of its pattern among p. */
extern void spread_deletions(const Patterns *p, const Deletion *of_pattern,
							 const Design *design, Deletion *of_item);

#endif							/* ANNOQA_PAIRED_H */
