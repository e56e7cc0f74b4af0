/*
 * conger.h
 *		Conger's kappa: chance agreement from each annotator's own margins.
 */
#ifndef ANNOQA_CONGER_H
#define ANNOQA_CONGER_H

#include "coefficient.h"
#include "design.h"

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
 * Build the t interval with df degrees of freedom and the Wald test from a
 * variance, or say why there is none.
 */
extern void item_interval(double value, const ItemVariance *found, double df,
						  double confidence, ErrorInterval *result);

/* values of a statistic with one item left out each, less the whole value */
typedef struct Replicates
{
	double		n;
	double		mean;
	double		squares;		/* sum of squared deviations from the mean */
	int64		n_undefined;
} Replicates;

extern void replicates_add(Replicates *replicates, double apart,
						   double count);
extern void replicates_variance(const Replicates *replicates, double value,
								ItemVariance *result);

#endif							/* ANNOQA_CONGER_H */
