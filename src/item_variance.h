/*
 * item_variance.h
 *		From what single items do to an estimate to its error and interval.
 */
#ifndef ANNOQA_ITEM_VARIANCE_H
#define ANNOQA_ITEM_VARIANCE_H

#include "coefficient.h"

/* what an error by an item-wise method found */
typedef struct ItemVariance
{
	bool		zero;			/* within rounding */
	double		variance;
	int64		n_undefined;	/* deletions without an estimate */
} ItemVariance;

/* deviations of items from an estimate, by linearisation */
typedef struct Deviations
{
	double		squares;
	double		sizes;			/* squares of the terms they are made of */
} Deviations;

/* Take in the deviation of so many items, and the size of its terms. */
static inline void
deviations_add(Deviations *deviations, double deviation, double size,
			   double count)
{
	deviations->squares += count * deviation * deviation;
	deviations->sizes += count * size * size;
}

extern void deviations_variance(const Deviations *deviations, double n,
								ItemVariance *result);

/* what leaving out an item, or a group of them, does to an estimate */
typedef struct Deletion
{
	bool		lost;			/* the estimate is then not defined */
	double		change;			/* its value then, less the whole value */
} Deletion;

/* deletions taken together; to begin with all 0 */
typedef struct Replicates
{
	double		n;
	double		mean;
	double		squares;		/* sum of squared deviations from the mean */
	int64		n_undefined;
} Replicates;

extern void replicates_add(Replicates *replicates, const Deletion *deletion,
						   int64 count);

/* terms: what the value is a difference of; tells rounding from variance */
extern void replicates_variance(const Replicates *replicates, double terms,
								ItemVariance *result);

/* the terms of a coefficient, which is 1 less a quotient */
#define COEFFICIENT_TERMS(value) (1 + fabs(1 - (value)))

/*
 * The part of a variance that a finite population leaves, 1 - n / N, of which
 * n items were seen; N = 0 stands for an infinite one.  N below n is an error.
 */
extern double population_factor(double population, int64 n_items);

/* Build an interval of so many errors, or say why there is none. */
extern void error_bounds(double value, const ItemVariance *found,
						 double quantile, ErrorInterval *result);

/*
 * Build the t interval with df degrees of freedom and the Wald test of "the
 * value is 0", or say why there is none.
 */
extern void student_interval(double value, const ItemVariance *found,
							 double df, double confidence,
							 ErrorInterval *result);

/* Take the test away from a value for which 0 is not what chance gives. */
static inline void
interval_untested(ErrorInterval *interval)
{
	interval->has_p = false;
	interval->p_value = 0;
}

#endif							/* ANNOQA_ITEM_VARIANCE_H */
