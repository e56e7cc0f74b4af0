/*
 * pairs.h
 *		Pairs of annotators: walking them, Cohen's kappa of each, Light's.
 */
#ifndef ANNOQA_PAIRS_H
#define ANNOQA_PAIRS_H

#include "coefficient.h"
#include "cohen.h"
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

/* what two annotators said of the items that they share */
typedef struct PairTable PairTable;

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

typedef struct LightFigures
{
	Estimate	estimate;		/* no observed or expected disagreement */
	ErrorInterval interval;
	int64		n_pairs;		/* that share an item */
	int64		n_pairs_undefined;
} LightFigures;

/*
 * Light's kappa, the mean kappa of all pairs where it is defined, with the
 * error of the delete-one-item jackknife; the method of the options is not
 * asked.  O(items shared by pairs) when unweighted; with weights besides, for
 * each pair, the product of the numbers of categories that both used.
 */
extern void light_kappa(const Design *design, const Scale *scale,
						const IntervalOptions *options,
						LightFigures *result);

#endif							/* ANNOQA_PAIRS_H */
