/*
 * vote_scores.c
 *		Weighted votes for the categories of one item.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "vote_scores.h"

/* what sums that are equal but for rounding may differ by */
#define ROUNDING		1e-12

/* Set up without votes for q categories. */
void
scores_init(VoteScores *s, int q)
{
	s->n_used = 0;
	s->weight = 0.0;
	s->used = array_alloc(q, sizeof(int32), false);
	s->score = array_alloc(q, sizeof(double), true);
	s->seen = array_alloc(q, sizeof(bool), true);
}

/* Give back the memory. */
void
scores_free(VoteScores *s)
{
	pfree(s->used);
	pfree(s->score);
	pfree(s->seen);
}

/* Find the greatest score and how many categories have it. */
double
scores_best(const VoteScores *s, int *n_best)
{
	double		best = -INFINITY;

	for (int u = 0; u < s->n_used; u++)
		best = fmax(best, s->score[s->used[u]]);
	best -= ROUNDING * s->weight;

	*n_best = 0;
	for (int u = 0; u < s->n_used; u++)
		*n_best += s->score[s->used[u]] >= best;
	return best;
}

/* Add up exp(score) over all categories, in logs. */
double
scores_log_sum(const VoteScores *s, int q)
{
	double		top = s->n_used < q ? 0.0 : -INFINITY;
	double		sum;

	for (int u = 0; u < s->n_used; u++)
		top = fmax(top, s->score[s->used[u]]);
	sum = (q - s->n_used) * exp(-top);
	for (int u = 0; u < s->n_used; u++)
		sum += exp(s->score[s->used[u]] - top);
	return top + log(sum);
}
