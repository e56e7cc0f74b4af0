/*
 * mmsr.h
 *		Skills by robust completion of a rank-one matrix (M-MSR).
 *
 * Ma and Olshevsky 2020, "Adversarial crowdsourcing through robust rank-one
 * matrix completion", NeurIPS 33.  With K categories and one chance p_j of a
 * right label for each annotator, errors evenly spread, let s_j = (K p_j - 1) /
 * (K - 1).  Two annotators who agree on a share a of the items that they share
 * have
 *
 *		C_jk = (K a - 1) / (K - 1),    E C_jk = s_j s_k.
 *
 * |C| is completed as u v' by alternating steps: u_j becomes the mean of
 * |C_jk| / v_k without the F greatest of those above u_j and the F least of
 * those below, and v likewise.  |s_j| = sqrt(u_j v_j).  Signs climb from "all are
 * better than chance": whoever gains most in the sum of C_jk s_j s_k changes,
 * until nobody gains; the sum of the s_j is positive.  A label weighs ln((K - 1) p_j / (1 - p_j)), with s_j held
 * 1/sqrt(items) away from its ends.
 */
#ifndef ANNOQA_MMSR_H
#define ANNOQA_MMSR_H

#include "consensus_model.h"

extern const ModelRoutine mmsr_routine;

extern ConsensusModel *mmsr_fit(const ModelData *data,
								const FitOptions *options);

#endif							/* ANNOQA_MMSR_H */
