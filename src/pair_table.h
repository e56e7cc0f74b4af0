/*
 * pair_table.h
 *		What two annotators said of the items that they share.
 */
#ifndef ANNOQA_PAIR_TABLE_H
#define ANNOQA_PAIR_TABLE_H

#include "cohen.h"
#include "item_variance.h"
#include "pairs.h"
#include "tally.h"

/* their labels counted, and the sums that kappa is made of */
typedef struct PairTable
{
	int			q;
	int64		n;
	int			n_cells;
	int64		room;
	CohenCell  *cell;			/* by rising i, then j */
	int64		deletion_room;
	Deletion   *deletion;		/* of an item of each cell, by leave_out */
	bool		dense;			/* slot tells where the cells stand */
	int32	   *slot;			/* q by q, if that is not many */
	CategoryTally a;				/* margins */
	CategoryTally b;
	double		observed;		/* sum of disagreements over items */
	double		expected;		/* a' D b */
	/* with weights, by category: */
	double	   *from_a;			/* a' D, at the categories of b */
	double	   *from_b;			/* D b, at those of a */
	double	   *value;			/* scratch */
	double	   *out;
	int32	   *number;			/* of a category among those used */
	Scale		nominal;		/* for no scale */
} PairTable;

extern PairTable *pair_table_create(int q);
extern void pair_table_free(PairTable *table);

typedef struct PairFigures
{
	int32		a;
	int32		b;
	int64		n_items;
	double		agreement;		/* mean weight */
	CohenResult kappa;
} PairFigures;

/*
 * Agreement and Cohen's kappa of a pair, with its error and bounds; the scale
 * may be NULL for the unweighted forms.
 */
extern void pair_figures(PairTable *table, const Pair *pair,
						 const Scale *scale, double confidence,
						 PairFigures *result);

/* Agreement and Cohen's kappa alone. */
extern void pair_estimate(PairTable *table, const Pair *pair,
						  const Scale *scale, double *agreement,
						  Estimate *kappa);

/*
 * For the pair estimated last, which has a kappa: find how this changes when
 * an item of each cell is left out.
 */
extern void pair_leave_out(PairTable *table, const Scale *scale,
						   double value);

#endif							/* ANNOQA_PAIR_TABLE_H */
