/*
 * glad.h
 *		GLAD: abilities of annotators and difficulties of items.
 *
 * Whitehill, Ruvolo, Wu, Bergsma and Movellan 2009, "Whose vote should count
 * more: optimal integration of labels from labelers of unknown expertise",
 * NIPS 22, equations 1 to 5.  A label of item i by annotator j is right with
 * chance 1 / (1 + exp(-alpha_j beta_i)), beta_i = exp(b_i) > 0 the inverse
 * difficulty; errors are spread evenly over the other K - 1 categories, truths
 * uniform.  alpha_j and b_i have normal priors with mean and deviation 1.
 *
 * The logarithm of the posterior density, the truths summed out, is maximised
 * in all alpha and b at once, from the means of the priors, by the method of
 * Broyden, Fletcher, Goldfarb and Shanno with limited memory (Nocedal and
 * Wright 2006, algorithm 7.4).  Its gradient is that of the expected complete
 * likelihood of the paper at the present posterior, so both end where EM ends.
 */
#ifndef ANNOQA_GLAD_H
#define ANNOQA_GLAD_H

#include "consensus_model.h"

extern const ModelRoutine glad_routine;

extern ConsensusModel *glad_fit(const ModelData *data,
								const FitOptions *options);

#endif							/* ANNOQA_GLAD_H */
