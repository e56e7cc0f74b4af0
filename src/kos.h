/*
 * kos.h
 *		The message passing of Karger, Oh and Shah, for two categories.
 *
 * Karger, Oh and Shah 2014, "Budget-optimal task allocation for reliable
 * crowdsourcing systems", Operations Research 62:1, algorithm 1.  With A_ij = 1
 * or -1 for the second or first category, messages run between items i and
 * annotators j along the labels:
 *
 *		x_(i->j) = sum over j' of i, not j, of A_ij' y_(j'->i)
 *		y_(j->i) = sum over i' of j, not i, of A_i'j x_(i'->j)
 *
 * The weight of an annotator is the last sum without the exception, which
 * decides every item as the messages do once they have settled: summed over
 * the n labels of an item, it is n times the sum of the messages.
 *
 * The paper starts from random messages near 1.  Here they start from the
 * leading singular vector of A, to which the paper likens its algorithm, with
 * the sign by which most labels come from annotators of positive weight.
 * Messages are scaled after each step, in each block of annotators who share
 * items, directly or through others: the scale of a block says nothing.
 */
#ifndef ANNOQA_KOS_H
#define ANNOQA_KOS_H

#include "consensus_model.h"

extern const ModelRoutine kos_routine;

/* the design has two categories, or is empty */
extern ConsensusModel *kos_fit(const ModelData *data,
							   const FitOptions *options);

#endif							/* ANNOQA_KOS_H */
