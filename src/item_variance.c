/*
 * item_variance.c
 *		From what single items do to an estimate to its error and interval.
 *
 * By linearisation the variance is that of the mean of the items' deviations;
 * by leaving out items, that of the pseudo-values n t - (n - 1) t_(i): Efron
 * and Stein, The jackknife estimate of variance, Annals of Statistics 9 (1981)
 * 586-596.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "distribution.h"
#include "item_variance.h"

/*
 * A variance is zero when the deviations are smaller than this share of the
 * terms whose difference they are.  Sums over patterns leave some 1e-14; the
 * least that data can give is one item unlike the others, 1 / n.
 */
#define ZERO_DEVIATION 1e-12

/*
 * Deletions leave estimates that differ by the order of 1 / n, and rounding
 * moves them by a few units in the last place.
 */
#define ZERO_SPREAD (64 * DBL_EPSILON)

/* Give the variance of the mean of n deviations. */
void
deviations_variance(const Deviations *deviations, double n,
					ItemVariance *result)
{
	result->n_undefined = 0;
	result->zero = n < 2 || deviations->squares <=
		ZERO_DEVIATION * ZERO_DEVIATION * deviations->sizes;
	result->variance = result->zero ? 0 : deviations->squares / n / (n - 1);
}

/* Take in a deletion that so many items make alike. */
void
replicates_add(Replicates *replicates, const Deletion *deletion, int64 count)
{
	double		off = deletion->change - replicates->mean;

	if (deletion->lost)
	{
		replicates->n_undefined += count;
		return;
	}
	replicates->n += (double) count;
	replicates->mean += (double) count / replicates->n * off;
	replicates->squares += (double) count * off *
		(deletion->change - replicates->mean);
}

/* Give the jackknife's variance. */
void
replicates_variance(const Replicates *replicates, double terms,
					ItemVariance *result)
{
	double		n = replicates->n;

	result->n_undefined = replicates->n_undefined;
	result->variance = n > 0 ? replicates->squares * (n - 1) / n : 0;
	result->zero = n < 2 ||
		sqrt(replicates->squares / n) <= ZERO_SPREAD * terms;
}

/* Give the part of a variance that a finite population leaves. */
double
population_factor(double population, int64 n_items)
{
	if (population <= 0)
		return 1;
	if (population < (double) n_items)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("population %.0f is smaller than the number of items, %lld",
						population, (long long) n_items)));
	return 1 - (double) n_items / population;
}

/*
 * Build an interval that reaches so many errors to either side.  Bounds are cut
 * at -1 and 1, the lower one not where the value itself is below -1, as that of
 * Brennan-Prediger can be.
 */
void
error_bounds(double value, const ItemVariance *found, double quantile,
			 ErrorInterval *result)
{
	double		reach;

	memset(result, 0, sizeof(ErrorInterval));
	result->n_undefined = found->n_undefined;
	if (found->n_undefined > 0)
		result->reason = REASON_UNDEFINED_RESAMPLES;
	else if (found->zero || found->variance <= 0)
		result->reason = REASON_ZERO_VARIANCE;
	if (result->reason != REASON_NONE)
		return;
	result->has_error = result->has_bounds = true;
	result->std_error = sqrt(found->variance);
	reach = quantile * result->std_error;
	result->lower = value - reach;
	if (result->lower < -1)
		result->lower = Min(-1, value);
	result->upper = Min(1, value + reach);
}

/* Build the t interval and the Wald test. */
void
student_interval(double value, const ItemVariance *found, double df,
				 double confidence, ErrorInterval *result)
{
	error_bounds(value, found, df > 0 ?
				 -student_quantile((1 - confidence) / 2, df) : 0, result);
	if (!result->has_error)
		return;
	result->has_p = true;
	result->p_value = 2 * student_tail(fabs(value / result->std_error), df);
}
