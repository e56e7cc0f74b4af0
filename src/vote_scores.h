/*
 * vote_scores.h
 *		Weighted votes for the categories of one item.
 *
 * All the models here decide by a sum of weights for each category.  Only the
 * categories that were voted for are kept, so that an item costs its labels
 * and not the categories that there are.
 */
#ifndef ANNOQA_VOTE_SCORES_H
#define ANNOQA_VOTE_SCORES_H

#include "postgres.h"

typedef struct VoteScores
{
	int			n_used;
	int32	   *used;			/* categories voted for, as first seen */
	double	   *score;			/* by category: sum of weights */
	bool	   *seen;			/* by category */
	double		weight;			/* sum of absolute weights */
} VoteScores;

/* Add a vote of this weight, which may be negative. */
static inline void
scores_vote(VoteScores *s, int32 code, double weight)
{
	if (!s->seen[code])
	{
		s->seen[code] = true;
		s->used[s->n_used++] = code;
	}
	s->score[code] += weight;
	s->weight += weight < 0 ? -weight : weight;
}

/* Forget all votes. */
static inline void
scores_clear(VoteScores *s)
{
	for (int u = 0; u < s->n_used; u++)
	{
		s->score[s->used[u]] = 0.0;
		s->seen[s->used[u]] = false;
	}
	s->n_used = 0;
	s->weight = 0.0;
}

extern void scores_init(VoteScores *s, int q);
extern void scores_free(VoteScores *s);

/*
 * The least score that counts as the greatest among the categories voted for,
 * less what summing may have rounded; *n_best: how many reach it.
 */
extern double scores_best(const VoteScores *s, int *n_best);

/*
 * The logarithm of the sum of exp(score) over all q categories, those without
 * a vote at 0.
 */
extern double scores_log_sum(const VoteScores *s, int q);

#endif							/* ANNOQA_VOTE_SCORES_H */
