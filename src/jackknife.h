/*
 * jackknife.h
 *		Errors of the anonymous coefficients by leaving out one item.
 */
#ifndef ANNOQA_JACKKNIFE_H
#define ANNOQA_JACKKNIFE_H

#include "coefficient.h"

/*
 * Variance of a defined estimate, before the factor of a finite population.
 * The categories and their scores stay as they are when an item goes.
 */
extern void jackknife_variance(const Patterns *p, Scale *scale,
							   Coefficient which, bool drop_singles,
							   const Estimate *estimate,
							   ItemVariance *result);

#endif							/* ANNOQA_JACKKNIFE_H */
