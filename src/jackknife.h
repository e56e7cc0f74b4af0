/*
 * jackknife.h
 *		Errors of the anonymous coefficients by leaving out one item.
 */
#ifndef ANNOQA_JACKKNIFE_H
#define ANNOQA_JACKKNIFE_H

#include "item_variance.h"

/*
 * Variance of a defined estimate, before the factor of a finite population.
 * The categories and their scores stay as they are when an item goes.
 */
extern void jackknife_variance(const Patterns *p, Scale *scale,
							   Coefficient which, bool drop_singles,
							   const Estimate *estimate,
							   ItemVariance *result);

/* What leaving out one item of each pattern does; one entry a pattern. */
extern void jackknife_deletions(const Patterns *p, Scale *scale,
								Coefficient which, bool drop_singles,
								const Estimate *estimate,
								Deletion *deletions);

/*
 * The rest is for leaving out groups of items: the sums of coefficient.h, and
 * what is left of them.
 */
typedef struct Jackknife
{
	const Patterns *p;
	Scale	   *scale;
	AgreementSums sums;
	double	   *slope;			/* scale_apply of the margins; ordinal: see
								 * ordinal_deletion */
	double		small_slope[SMALL_Q];
	double	   *straddle;		/* ordinal: see build_straddle */
	double		cubes;			/* ordinal: sum of margin[k]^3 */
	Patterns	lessened;		/* p with a count of its own, when asked for */
} Jackknife;

/* items that are left out together: so many of each of n patterns */
typedef struct GroupPart
{
	int64		pattern;
	int64		count;
} GroupPart;

typedef struct ItemGroup
{
	int64		n;
	const GroupPart *part;		/* by rising pattern */
} ItemGroup;

typedef struct Remainder
{
	double		observed;
	double		weight;
	double		mass;
	double		quadratic;
} Remainder;

extern void jackknife_begin(Jackknife *jack, const Patterns *p, Scale *scale,
							Coefficient which, bool drop_singles);
extern void jackknife_end(Jackknife *jack);

/* Estimate without a group, false if that is not defined: from all items, */
extern bool jackknife_anew(Jackknife *jack, const ItemGroup *group,
						   double *value);

/* or from what it leaves, if that has kept its digits. */
extern bool jackknife_value(Jackknife *jack, const ItemGroup *group,
							const Remainder *left, double *value);

#endif							/* ANNOQA_JACKKNIFE_H */
