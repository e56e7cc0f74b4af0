/*
 * compare.h
 *		The difference of two independent estimates.
 */
#ifndef ANNOQA_COMPARE_H
#define ANNOQA_COMPARE_H

#include "coefficient.h"

typedef struct Difference
{
	bool		defined;
	double		value;			/* the first less the second */
	bool		has_error;
	double		std_error;
	bool		has_bounds;
	double		lower;
	double		upper;
	Reason		reason;			/* why a part is missing */
} Difference;

/*
 * One of the two.  df are the degrees of freedom of its error, infinite for a
 * normal one; used only for methods whose interval is estimate and error.
 */
typedef struct Compared
{
	const Estimate *estimate;
	const ErrorInterval *interval;
	double		df;
} Compared;

/* Both intervals have this confidence and come from this method. */
extern void compare_estimates(const Compared *a, const Compared *b,
							  ErrorMethod method, double confidence,
							  Difference *result);

/* Bound a difference by its error, which has df degrees of freedom. */
extern void difference_interval(Difference *result, double df,
								double confidence);

/* Of two reasons the first that is one. */
extern Reason first_reason(Reason a, Reason b);

#endif							/* ANNOQA_COMPARE_H */
