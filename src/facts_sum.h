/*
 * facts_sum.h
 *		Sums that do not depend on the order of their terms.
 *
 * A term is taken to the nearest multiple of 2^-60 and added as an integer of
 * 128 bits: exact for every double of at least 2^-8 in size, and off by at most
 * 4.4e-19 for a smaller one.  Sums reach 1.4e20.
 *
 * Prices and seconds are decimal fractions by nature: they are taken to the
 * nearest multiple of 1e-9, so that ten times 0.1 make 1, as in numeric.
 */
#ifndef ANNOQA_FACTS_SUM_H
#define ANNOQA_FACTS_SUM_H

#include "postgres.h"

#include <math.h>

#ifndef HAVE_INT128
#error "annoqa requires a compiler with 128-bit integers"
#endif

typedef int128 Exact;

#define EXACT_UNIT	1152921504606846976.0	/* 2^60 */
#define EXACT_LIMIT	1e12		/* of one term, so that 2^40 of them fit */

/* May this be a term? */
static inline bool
exact_fits(double x)
{
	return fabs(x) <= EXACT_LIMIT;	/* false for NaN */
}

static inline Exact
exact_from(double x)
{
	double		whole = floor(x);

	return ((Exact) (int64) whole << 60) +
		(Exact) (int64) rint((x - whole) * EXACT_UNIT);
}

static inline double
exact_value(Exact sum)
{
	return (double) sum / EXACT_UNIT;
}

/* the same for decimal fractions */
static inline Exact
decimal_from(double x)
{
	double		whole = floor(x);

	return (Exact) (int64) whole * 1000000000 +
		(Exact) (int64) rint((x - whole) * 1e9);
}

static inline double
decimal_value(Exact sum)
{
	return (double) sum / 1e9;
}

#endif							/* ANNOQA_FACTS_SUM_H */
