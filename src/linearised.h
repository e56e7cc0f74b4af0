/*
 * linearised.h
 *		Errors of the anonymous coefficients by linearisation.
 */
#ifndef ANNOQA_LINEARISED_H
#define ANNOQA_LINEARISED_H

#include "item_variance.h"

/*
 * Variance of a defined estimate, before the factor of a finite population:
 * as published, or with the number of pairable items as a random denominator.
 */
extern void linearised_variance(const Patterns *p, Scale *scale,
								Coefficient which, bool drop_singles,
								bool ratio, ItemVariance *result);

/*
 * For the ordinal level, whose margins are set: how the sum of observed
 * disagreement moves through its distances when the votes for g grow by 1,
 * for all g.
 */
extern void ordinal_observed_gradient(const Patterns *p, const Scale *scale,
									  double *gradient);

#endif							/* ANNOQA_LINEARISED_H */
