/*
 * proportion.h
 *		A proportion: intervals at one look, and tests and intervals that hold
 *		at every look.
 */
#ifndef ANNOQA_PROPORTION_H
#define ANNOQA_PROPORTION_H

#include "postgres.h"

/* more answers than this would take too long to sum over */
#define MAX_TRIALS INT64CONST(1000000000000)

/* successes and failures */
typedef struct Trials
{
	double		hits;
	double		misses;
} Trials;

/* Beta(a, b) over the alternatives of an e-value */
typedef struct BetaPrior
{
	double		a;
	double		b;
} BetaPrior;

typedef struct Bounds
{
	double		lower;
	double		upper;
} Bounds;

typedef enum Side
{
	SIDE_BOTH,
	SIDE_LOWER,
	SIDE_UPPER
} Side;

/* at one look, confidence in (0, 1) */
extern void wilson_bounds(const Trials *t, double confidence, Bounds *bounds);
extern void clopper_pearson_bounds(const Trials *t, double confidence,
								   Bounds *bounds);
extern void jeffreys_bounds(const Trials *t, double confidence,
							Bounds *bounds);

/* what a share is worth whose items are not alike (Korn and Graubard 1998) */
extern void effective_trials(double share, double variance, double items,
							 Trials *t);

/* of x - y, from the bounds of both (Zou and Donner 2008); 0: independent */
extern void difference_bounds(double x, const Bounds *of_x, double y,
							  const Bounds *of_y, double correlation,
							  Bounds *bounds);

/* at every look: ln of e-values, threshold in (0, 1) */
extern double log_e_below(const Trials *t, double threshold,
						  const BetaPrior *prior);
extern double log_e_above(const Trials *t, double threshold,
						  const BetaPrior *prior);
extern void anytime_bounds(const Trials *t, double confidence, Side side,
						   const BetaPrior *prior, Bounds *bounds);

#endif							/* ANNOQA_PROPORTION_H */
