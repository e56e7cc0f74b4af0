/*
 * mace.h
 *		MACE: an annotator knows the truth, or spams.
 *
 * Hovy, Berg-Kirkpatrick, Vaswani and Hovy 2013, "Learning whom to trust with
 * MACE", NAACL-HLT, section 3, with variational Bayes.  Label a_ij of item i
 * by annotator j: with chance theta_j, the competence, it is the truth, else it
 * is drawn from xi_j, whatever the truth.  Truths are uniform over the K
 * categories, theta_j has a Beta prior and xi_j a symmetric Dirichlet one.
 *
 * An iteration finds the posterior of the truths and of "knew or spammed" from
 * exp(E ln theta), exp(E ln (1 - theta)) and exp(E ln xi), and from these the
 * Beta and Dirichlet distributions.  The evidence bound is the sum of the
 * logarithms that the posteriors were divided by, less the divergence of the
 * distributions from their priors.  Of several random starts the one with the
 * greatest bound is kept.
 */
#ifndef ANNOQA_MACE_H
#define ANNOQA_MACE_H

#include "consensus_model.h"

/* prior counts: of knowing, of spamming, of each category of a spammer */
typedef struct MacePrior
{
	double		knows;
	double		spams;
	double		strategy;
} MacePrior;

extern const ModelRoutine mace_routine;

extern ConsensusModel *mace_fit(const ModelData *data,
								const FitOptions *options,
								const MacePrior *prior);

#endif							/* ANNOQA_MACE_H */
