/*
 * patterns.h
 *		The histogram of vote patterns: how many items got exactly these votes.
 *
 * Every coefficient that does not ask who labeled is a function of this
 * histogram alone, and so are its linearised error, the delete-one jackknife
 * and the bootstrap over items.  Categories are codes 0 .. q - 1 in canonical
 * order (numbers by value, declared categories as declared, other labels by
 * the bytes of their text), and patterns stand in canonical order too, so that
 * every sum over them is made in one order, whatever the plan was.
 */
#ifndef ANNOQA_PATTERNS_H
#define ANNOQA_PATTERNS_H

#include "postgres.h"

/* one category of a pattern, and the votes that it got */
typedef struct PatternCell
{
	int32		code;
	int32		votes;
} PatternCell;

typedef struct Patterns
{
	int			q;				/* categories; 0 .. q - 1 are the codes */
	int64		n_patterns;
	int64		n_items;		/* items with at least one label: sum of count */
	int64		n_pairable;		/* items with at least two labels */
	int64		n_labels;
	int			n_used;			/* categories that have a vote */
	int64	   *count;			/* items of each pattern, at least 1 */
	int64	   *size;			/* labels on such an item, at least 1 */
	int64	   *start;			/* index of its first cell; n_patterns + 1 entries */
	PatternCell *cell;			/* by rising code within a pattern, votes > 0 */
} Patterns;

#endif							/* ANNOQA_PATTERNS_H */
