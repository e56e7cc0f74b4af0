/*
 * pairs.h
 *		Walking the pairs of annotators.
 */
#ifndef ANNOQA_PAIRS_H
#define ANNOQA_PAIRS_H

#include "design.h"

/* an item that both labeled */
typedef struct PairItem
{
	int32		code_a;
	int32		code_b;
	int64		item;
} PairItem;

/* two annotators who share an item; a < b */
typedef struct Pair
{
	int32		a;
	int32		b;
	int64		n;				/* items that they share, at least 1 */
	PairItem   *item;			/* by rising item; the caller may reorder them */
} Pair;

typedef struct PairWalk PairWalk;

/*
 * Walk all pairs that share an item, by rising a, then b.  What a pair points
 * to lasts until the next.
 *
 * The design is read once for every block of annotators; a block takes 24
 * bytes for each second label and its partner, at most 12 bytes a label in all
 * (or those of one annotator), and there is no table of pairs, or of
 * categories.
 */
extern PairWalk *pairs_begin(const Design *design);
extern bool pairs_next(PairWalk *walk, Pair *pair);
extern void pairs_end(PairWalk *walk);

#endif							/* ANNOQA_PAIRS_H */
