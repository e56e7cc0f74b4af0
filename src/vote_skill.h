/*
 * vote_skill.h
 *		Wawa and zero-based skill: how often an annotator agrees with the vote.
 *
 * Wawa ("worker agreement with aggregate", Appen): the skill is the share of
 * an annotator's labels that equal the majority's.  Zero-based skill (Toloka):
 * the vote is weighted by the skills, and both are repeated until they agree;
 * step t moves a skill by a rate that falls by half every 20 steps,
 *
 *		s_j <- s_j + rate_t (agreement of j with the weighted vote - s_j).
 *
 * Where m categories of an item are tied, a label among them counts 1/m: what
 * breaking the tie by lot gives on average.
 */
#ifndef ANNOQA_VOTE_SKILL_H
#define ANNOQA_VOTE_SKILL_H

#include "consensus_model.h"

extern const ModelRoutine wawa_routine;
extern const ModelRoutine zero_based_routine;

extern ConsensusModel *wawa_fit(const ModelData *data);
extern ConsensusModel *zero_based_fit(const ModelData *data,
									  const FitOptions *options);

#endif							/* ANNOQA_VOTE_SKILL_H */
