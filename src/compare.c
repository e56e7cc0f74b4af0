/*
 * compare.c
 *		The difference of two independent estimates.
 *
 * Where an interval is an estimate and its error, errors add in quadrature and
 * the difference is referred to Student's t with Welch's degrees of freedom
 * (Welch 1947, Biometrika 34:28).  Where an interval has a shape of its own,
 * the method of variance estimates recovery takes over its shape (MOVER;
 * Newcombe 1998, Statistics in Medicine 17:873, and Zou and Donner 2008,
 * Statistics in Medicine 27:1693): the lower bound of the difference lies below
 * it by the root of the squared distances of the first to its lower and of the
 * second to its upper bound.
 */
#include "postgres.h"

#include <math.h>

#include "compare.h"
#include "distribution.h"

/* Add errors in quadrature, and give Welch's degrees of freedom. */
static double
add_errors(const Compared *a, const Compared *b, double *df)
{
	double		va = a->interval->std_error * a->interval->std_error;
	double		vb = b->interval->std_error * b->interval->std_error;
	double		spread = va * va / a->df + vb * vb / b->df;

	*df = spread > 0 ? (va + vb) * (va + vb) / spread : INFINITY;
	return sqrt(va + vb);
}

/* Give the length of two distances at right angles; none counts below 0. */
static double
joint_distance(double x, double y)
{
	return hypot(Max(x, 0), Max(y, 0));
}

/* Bound the difference by the bounds of both. */
static void
recover_bounds(const Compared *a, const Compared *b, Difference *result)
{
	double		x = a->estimate->value;
	double		y = b->estimate->value;

	result->lower = result->value -
		joint_distance(x - a->interval->lower, b->interval->upper - y);
	result->upper = result->value +
		joint_distance(a->interval->upper - x, y - b->interval->lower);
}

/* Cut the bounds to the range of a difference of two coefficients. */
static void
cut_bounds(Difference *result)
{
	result->has_bounds = true;
	result->lower = Max(result->lower, Min(-2, result->value));
	result->upper = Min(result->upper, Max(2, result->value));
}

/* Bound a difference by its error. */
void
difference_interval(Difference *result, double df, double confidence)
{
	double		reach = -student_quantile((1 - confidence) / 2, df) *
		result->std_error;

	result->lower = result->value - reach;
	result->upper = result->value + reach;
	cut_bounds(result);
}

/* Say why one of the two keeps the difference from a part. */
Reason
first_reason(Reason a, Reason b)
{
	return a != REASON_NONE ? a : b;
}

/* Compare two estimates of disjoint items. */
void
compare_estimates(const Compared *a, const Compared *b, ErrorMethod method,
				  double confidence, Difference *result)
{
	double		df = INFINITY;

	memset(result, 0, sizeof(Difference));
	result->defined = a->estimate->defined && b->estimate->defined;
	if (!result->defined)
	{
		result->reason = first_reason(a->estimate->reason,
									  b->estimate->reason);
		return;
	}
	result->value = a->estimate->value - b->estimate->value;
	result->reason = first_reason(a->interval->reason, b->interval->reason);
	result->has_error = a->interval->has_error && b->interval->has_error;
	if (result->has_error)
		result->std_error = add_errors(a, b, &df);
	if (!a->interval->has_bounds || !b->interval->has_bounds)
		return;
	if (method_draws(method))
	{
		recover_bounds(a, b, result);
		cut_bounds(result);
	}
	else
		difference_interval(result, df, confidence);
}
