/*
 * light.h
 *		Light's kappa: the mean of Cohen's over the pairs of annotators.
 */
#ifndef ANNOQA_LIGHT_H
#define ANNOQA_LIGHT_H

#include "coefficient.h"
#include "design.h"

typedef struct LightFigures
{
	Estimate	estimate;		/* no observed or expected disagreement */
	ErrorInterval interval;
	int64		n_pairs;		/* that share an item */
	int64		n_pairs_undefined;
} LightFigures;

/*
 * Light's kappa, the mean kappa of all pairs where it is defined, with the
 * error of the delete-one-item jackknife; the method of the options is not
 * asked.  O(items shared by pairs) when unweighted; with weights besides, for
 * each pair, the product of the numbers of categories that both used.
 */
extern void light_kappa(const Design *design, const Scale *scale,
						const IntervalOptions *options,
						LightFigures *result);

#endif							/* ANNOQA_LIGHT_H */
