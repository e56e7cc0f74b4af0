/*
 * vote_skill.c
 *		Wawa and zero-based skill: how often an annotator agrees with the vote.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "interrupts.h"
#include "model_summary.h"
#include "vote_scores.h"
#include "vote_skill.h"

/* the schedule of zero-based skill, as published */
#define FIRST_RATE		1.0
#define RATE_STEPS		20
#define RATE_FACTOR		0.5

/*
 * Find the share of each annotator's labels that the vote with these weights
 * (NULL: one each) decides for.
 */
static void
agreement_with_vote(const Design *design, const double *weight,
					const int64 *n_labels, VoteScores *scores,
					double *agreement)
{
	memset(agreement, 0, sizeof(double) * design->n_annotators);
	for (int64 i = 0; i < design->n_items; i++)
	{
		int64		end = design->start[i + 1];
		double		best;
		int			n_best;

		CHECK_NOW_AND_THEN(i);
		scores_clear(scores);
		for (int64 l = design->start[i]; l < end; l++)
			scores_vote(scores, design->code[l],
						weight == NULL ? 1.0 : weight[design->annotator[l]]);
		best = scores_best(scores, &n_best);
		for (int64 l = design->start[i]; l < end; l++)
			if (scores->score[design->code[l]] >= best)
				agreement[design->annotator[l]] += 1.0 / n_best;
	}
	for (int j = 0; j < design->n_annotators; j++)
		agreement[j] = fmin(agreement[j] / Max(n_labels[j], 1), 1.0);
}

/* Measure each annotator by the plain majority vote. */
ConsensusModel *
wawa_fit(const ModelData *data)
{
	ConsensusModel *m = model_create(MODEL_WAWA, data);
	VoteScores	scores;

	scores_init(&scores, m->q);
	agreement_with_vote(&data->design, NULL, m->n_labels, &scores,
						m->parameter);
	summarise_crowd(m);
	summarise_classes(m, data);
	m->iterations = 1;
	m->converged = true;
	scores_free(&scores);
	return m;
}

/*
 * Move the skills this part of the way to how often the annotators agree with
 * the vote that they weigh; return the longest way.
 */
static double
zero_based_step(ConsensusModel *m, const Design *design, VoteScores *scores,
				double rate, double *agreement)
{
	double		longest = 0.0;

	agreement_with_vote(design, m->parameter, m->n_labels, scores, agreement);
	for (int j = 0; j < m->n_annotators; j++)
	{
		double		way = agreement[j] - m->parameter[j];

		longest = fmax(longest, fabs(way));
		m->parameter[j] += rate * way;
	}
	return longest;
}

/* Measure each annotator by a vote that is weighted by the measure. */
ConsensusModel *
zero_based_fit(const ModelData *data, const FitOptions *options)
{
	ConsensusModel *m = model_create(MODEL_ZERO_BASED_SKILL, data);
	double	   *agreement = array_alloc(m->n_annotators, sizeof(double), false);
	double		rate = FIRST_RATE;
	VoteScores	scores;

	scores_init(&scores, m->q);
	for (int j = 0; j < m->n_annotators; j++)
		m->parameter[j] = 1.0 / m->q;
	m->converged = false;
	for (m->iterations = 0;
		 m->iterations < options->max_iterations && !m->converged;)
	{
		CHECK_FOR_INTERRUPTS();
		if (++m->iterations % RATE_STEPS == 0)
			rate *= RATE_FACTOR;
		m->converged = zero_based_step(m, &data->design, &scores, rate,
									   agreement) <= options->tolerance;
	}
	summarise_crowd(m);
	summarise_classes(m, data);
	scores_free(&scores);
	pfree(agreement);
	return m;
}

/* Score the classes by the logarithm of the skills that voted for them. */
static void
vote_score_item(const ConsensusModel *m, int64 n, const int32 *annotator,
				const int32 *code, double *score)
{
	double		total = 0.0;

	for (int64 l = 0; l < n; l++)
		total += m->parameter[annotator[l]];
	memset(score, 0, sizeof(double) * m->q);
	for (int64 l = 0; l < n; l++)
		score[code[l]] += total > 0.0 ? m->parameter[annotator[l]] : 1.0;
	for (int k = 0; k < m->q; k++)
		score[k] = log(score[k]);
}

/* The share of agreement. */
static double
vote_skill(const ConsensusModel *m, int annotator)
{
	return m->parameter[annotator];
}

/* Is every skill a share? */
static bool
vote_skill_valid(const ConsensusModel *m)
{
	for (int j = 0; j <= m->n_annotators; j++)
		if (!(m->parameter[j] >= 0.0 && m->parameter[j] <= 1.0))
			return false;
	return true;
}

const ModelRoutine wawa_routine = {
	.name = "wawa",
	.width = 1,
	.valid = vote_skill_valid,
	.score_item = vote_score_item,
	.skill = vote_skill
};

const ModelRoutine zero_based_routine = {
	.name = "zero_based_skill",
	.width = 1,
	.valid = vote_skill_valid,
	.score_item = vote_score_item,
	.skill = vote_skill
};
