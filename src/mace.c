/*
 * mace.c
 *		MACE: an annotator knows the truth, or spams.
 *
 * Parameters of an annotator: counts of knowing and of spamming, and of each
 * category when spamming, those of the priors included.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "distribution.h"
#include "informativeness.h"
#include "interrupts.h"
#include "mace.h"
#include "model_summary.h"
#include "random.h"
#include "vote_scores.h"

#define KNOWS			0
#define SPAMS			1
#define STRATEGY		2

/* random starts lie so close to "as often known as spammed, all labels alike" */
#define NOISE			0.5

/* what counts may be; those of a fit lie far inside */
#define LEAST_STORED		1e-9
#define MOST_STORED		1e18

/* what reading by a model needs */
typedef struct MaceCache
{
	double	   *weight;			/* by annotator and category */
	double	   *strategies;		/* by annotator: sum of their counts */
} MaceCache;

typedef struct Mace
{
	const Design *design;
	const MacePrior *prior;
	int			q;
	int			width;
	double	   *count;			/* width numbers an annotator */
	double	   *log_spam;		/* by annotator and category */
	double	   *weight;			/* ln of (knew or spammed) / spammed */
	double	   *known;			/* share of knew in this */
	VoteScores	scores;
} Mace;

#define counts_of(mace, j)	((mace)->count + (int64) (j) * (mace)->width)

/* The sum of the counts of spammed categories. */
static double
strategies(const double *count, int q)
{
	double		total = 0.0;

	for (int k = 0; k < q; k++)
		total += count[STRATEGY + k];
	return total;
}

/* expected logarithms that all labels of an annotator share */
typedef struct Expected
{
	double		odds;			/* knowing over spamming */
	double		spams;			/* spamming */
	double		strategies;		/* digamma of the sum of their counts */
} Expected;

/* Find what all labels of an annotator share. */
static void
find_expected(const double *count, int q, Expected *expected)
{
	double		spams = digamma(count[SPAMS]);

	expected->odds = digamma(count[KNOWS]) - spams;
	expected->spams = spams - digamma(count[KNOWS] + count[SPAMS]);
	expected->strategies = digamma(strategies(count, q));
}

/*
 * Find the expected logarithm of spamming a category with this count, and by
 * how much a label makes its category likelier than the others.
 */
static void
spam_and_weight(const Expected *expected, double count, double *log_spam,
				double *weight)
{
	double		strategy = digamma(count) - expected->strategies;
	double		odds = expected->odds - strategy;

	*log_spam = expected->spams + strategy;
	*weight = odds > 0.0 ? odds + log1p(exp(-odds)) : log1p(exp(odds));
}

/* Divergence of a Dirichlet distribution from a symmetric or Beta prior. */
static double
divergence(const double *count, int n, double prior_first, double prior_rest)
{
	double		total = 0.0;
	double		prior_total = 0.0;
	double		sum = 0.0;

	for (int k = 0; k < n; k++)
	{
		double		prior = k == 0 ? prior_first : prior_rest;

		total += count[k];
		prior_total += prior;
		sum += lgamma(prior) - lgamma(count[k]) +
			(count[k] - prior) * digamma(count[k]);
	}
	return sum + lgamma(total) - lgamma(prior_total) -
		(total - prior_total) * digamma(total);
}

/* Prepare what a label says; return the divergence from the priors. */
static double
prepare_labels(Mace *mace)
{
	double		sum = 0.0;

	for (int j = 0; j < mace->design->n_annotators; j++)
	{
		const double *count = counts_of(mace, j);
		Expected	expected;

		CHECK_FOR_INTERRUPTS();
		find_expected(count, mace->q, &expected);
		for (int k = 0; k < mace->q; k++)
		{
			int64		at = (int64) j * mace->q + k;

			spam_and_weight(&expected, count[STRATEGY + k],
							&mace->log_spam[at], &mace->weight[at]);
			mace->known[at] = -expm1(-mace->weight[at]);
		}
		sum += divergence(count, 2, mace->prior->knows, mace->prior->spams);
		sum += divergence(count + STRATEGY, mace->q, mace->prior->strategy,
						  mace->prior->strategy);
	}
	return sum;
}

/* Set all counts to those of the priors. */
static void
clear_counts(Mace *mace)
{
	for (int j = 0; j < mace->design->n_annotators; j++)
	{
		double	   *count = counts_of(mace, j);

		CHECK_FOR_INTERRUPTS();
		count[KNOWS] = mace->prior->knows;
		count[SPAMS] = mace->prior->spams;
		for (int k = 0; k < mace->q; k++)
			count[STRATEGY + k] = mace->prior->strategy;
	}
}

/* Count one item's labels as known or spammed; return ln of its evidence. */
static double
count_item(Mace *mace, int64 item)
{
	const Design *design = mace->design;
	VoteScores *scores = &mace->scores;
	double		evidence = -log((double) mace->q);
	double		log_sum;

	scores_clear(scores);
	for (int64 l = design->start[item]; l < design->start[item + 1]; l++)
	{
		int64		at = (int64) design->annotator[l] * mace->q + design->code[l];

		evidence += mace->log_spam[at];
		scores_vote(scores, design->code[l], mace->weight[at]);
	}
	log_sum = scores_log_sum(scores, mace->q);
	for (int64 l = design->start[item]; l < design->start[item + 1]; l++)
	{
		int32		code = design->code[l];
		double	   *count = counts_of(mace, design->annotator[l]);
		double		knew = exp(scores->score[code] - log_sum) *
			mace->known[(int64) design->annotator[l] * mace->q + code];

		count[KNOWS] += knew;
		count[SPAMS] += 1.0 - knew;
		count[STRATEGY + code] += 1.0 - knew;
	}
	return evidence + log_sum;
}

/* Find the truths, count anew; return the bound that the old counts gave. */
static double
mace_step(Mace *mace)
{
	double		bound = -prepare_labels(mace);

	clear_counts(mace);
	for (int64 i = 0; i < mace->design->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		bound += count_item(mace, i);
	}
	return bound;
}

/* Spread a number over n cells in parts that differ by no more than a half. */
static void
spread_at_random(RandomStream *stream, double number, double *cell, int n)
{
	double		total = 0.0;
	double	   *part = array_alloc(n, sizeof(double), false);

	for (int k = 0; k < n; k++)
	{
		part[k] = 1.0 + NOISE * random_uniform(stream);
		total += part[k];
	}
	for (int k = 0; k < n; k++)
		cell[k] += number * part[k] / total;
	pfree(part);
}

/* Draw counts to start from; those of an annotator have a stream of their own. */
static void
random_counts(Mace *mace, const int64 *n_labels, uint64 seed, int restart)
{
	int			n = mace->design->n_annotators;

	clear_counts(mace);
	for (int j = 0; j < n; j++)
	{
		RandomStream stream;
		double	   *count = counts_of(mace, j);

		CHECK_FOR_INTERRUPTS();
		random_start(&stream, seed, (uint64) restart * n + j);
		spread_at_random(&stream, n_labels[j], count, STRATEGY);
		spread_at_random(&stream, count[SPAMS] - mace->prior->spams,
						 count + STRATEGY, mace->q);
	}
}

/* Iterate from one start; return the bound of the counts that are left. */
static double
mace_run(Mace *mace, const FitOptions *options, int *iterations,
		 bool *converged)
{
	Size		size = sizeof(double) * mace->width *
		mace->design->n_annotators;
	double	   *kept = array_alloc(size, 1, false);
	double		bound;

	memcpy(kept, mace->count, size);
	bound = mace_step(mace);
	*converged = false;
	for (*iterations = 0; *iterations < options->max_iterations && !*converged;)
	{
		double		before = bound;

		CHECK_FOR_INTERRUPTS();
		++*iterations;
		memcpy(kept, mace->count, size);
		bound = mace_step(mace);
		*converged = fabs(bound - before) <=
			options->tolerance * fmax(fabs(bound), 1.0);
	}
	memcpy(mace->count, kept, size);
	pfree(kept);
	return bound;
}

/* The competence: the expected chance of knowing. */
static double
mace_skill(const ConsensusModel *m, int annotator)
{
	const double *count = m->parameter + (int64) annotator * (STRATEGY + m->q);

	return count[KNOWS] / (count[KNOWS] + count[SPAMS]);
}

/* The chance of a label: known, or spammed; by a prepared model. */
static double
mace_chance(const ConsensusModel *m, int annotator, int class, int label)
{
	const MaceCache *cache = m->cache;
	const double *count = m->parameter + (int64) annotator * (STRATEGY + m->q);
	double		knows = mace_skill(m, annotator);

	return (class == label ? knows : 0.0) + (1.0 - knows) *
		count[STRATEGY + label] / cache->strategies[annotator];
}

/* Give an unknown annotator the mean counts of the crowd. */
static void
counts_of_crowd(ConsensusModel *m, const Mace *mace)
{
	double	   *crowd = m->parameter + (int64) m->n_annotators * mace->width;

	if (m->n_annotators == 0)
	{
		crowd[KNOWS] = mace->prior->knows;
		crowd[SPAMS] = mace->prior->spams;
		return;
	}
	for (int k = 0; k < mace->width; k++)
	{
		CHECK_FOR_INTERRUPTS();
		crowd[k] = 0.0;
		for (int j = 0; j < m->n_annotators; j++)
			crowd[k] += m->parameter[(int64) j * mace->width + k];
		crowd[k] /= m->n_annotators;
	}
}

/*
 * How what an annotator's labels tell changes, to the first order, with the
 * competence (slope[q]) and with the count of each category when spamming
 * (slope[k]): with s_k = (1 - theta) xi_k the chance to spam k and c the class
 * prior, the information has slope D_k = (1 - c_k) ln s_k + c_k ln(theta + s_k)
 * - ln(c_k theta + s_k) in s_k.
 */
static void
information_slopes(const ConsensusModel *m, int annotator, double *slope)
{
	const double *count = m->parameter + (int64) annotator * (STRATEGY + m->q);
	double		total = strategies(count, m->q);
	double		knows = mace_skill(m, annotator);
	double		mean = 0.0;

	slope[m->q] = 0.0;
	for (int k = 0; k < m->q; k++)
	{
		double		spam = (1.0 - knows) * count[STRATEGY + k] / total;
		double		prior = m->class_prior[k];
		double		margin = log(prior * knows + spam);
		double		own = log(knows + spam);

		slope[k] = (1.0 - prior) * log(spam) + prior * own - margin;
		slope[m->q] += prior * (own - margin);
		mean += slope[k] * count[STRATEGY + k] / total;
	}
	slope[m->q] -= mean;
	for (int k = 0; k < m->q; k++)
		slope[k] = (slope[k] - mean) * (1.0 - knows) / total;
}

/*
 * What the labels of each annotator tell, with its error over the items, their
 * posteriors held.
 */
static void
find_informativeness(ConsensusModel *m, const Design *design)
{
	const MaceCache *cache = m->cache;
	double	   *posterior = array_alloc(m->q, sizeof(double), false);
	double	   *slope = array_alloc((int64) m->n_annotators * (m->q + 1),
									sizeof(double), false);
	Influence  *influence = array_alloc(m->n_annotators, sizeof(Influence),
										true);

	for (int j = 0; j < m->n_annotators; j++)
	{
		CHECK_FOR_INTERRUPTS();
		information_slopes(m, j, slope + (int64) j * (m->q + 1));
	}
	for (int64 i = 0; i < design->n_items; i++)
	{
		int64		first = design->start[i];

		CHECK_FOR_INTERRUPTS();
		model_posterior(m, design->start[i + 1] - first,
						design->annotator + first, design->code + first, 1.0,
						posterior);
		for (int64 l = first; l < design->start[i + 1]; l++)
		{
			int32		j = design->annotator[l];
			int32		code = design->code[l];
			const double *by = slope + (int64) j * (m->q + 1);
			double		knew = posterior[code] *
				-expm1(-cache->weight[(int64) j * m->q + code]);
			const double *count = m->parameter +
				(int64) j * (STRATEGY + m->q);

			influence_add(&influence[j], (1.0 - knew) * by[code] +
						  (knew - mace_skill(m, j)) * by[m->q] /
						  (count[KNOWS] + count[SPAMS]));
		}
	}
	for (int j = 0; j < m->n_annotators; j++)
	{
		CHECK_FOR_INTERRUPTS();
		m->informativeness[j] = own_label_information(m, j);
		m->informativeness_error[j] = influence_error(&influence[j]);
	}
	pfree(posterior);
	pfree(slope);
	pfree(influence);
}

/* Set up for such data. */
static void
mace_init(Mace *mace, const Design *design, const MacePrior *prior)
{
	int64		cells = (int64) design->n_annotators * design->q;

	mace->design = design;
	mace->prior = prior;
	mace->q = design->q;
	mace->width = STRATEGY + design->q;
	mace->count = array_alloc(cells + (int64) design->n_annotators * STRATEGY,
							  sizeof(double), false);
	mace->log_spam = array_alloc(cells, sizeof(double), false);
	mace->weight = array_alloc(cells, sizeof(double), false);
	mace->known = array_alloc(cells, sizeof(double), false);
	scores_init(&mace->scores, design->q);
}

/* Fit from random starts and keep the one with the greatest evidence bound. */
ConsensusModel *
mace_fit(const ModelData *data, const FitOptions *options,
		 const MacePrior *prior)
{
	ConsensusModel *m = model_create(MODEL_MACE, data);
	Mace		mace;

	mace_init(&mace, &data->design, prior);
	m->converged = data->design.n_labels == 0;
	for (int r = 0; r < options->restarts && data->design.n_labels > 0; r++)
	{
		int			iterations;
		bool		converged;
		double		bound;

		random_counts(&mace, m->n_labels, options->seed, r);
		bound = mace_run(&mace, options, &iterations, &converged);
		if (r > 0 && !(bound > m->objective))
			continue;
		memcpy(m->parameter, mace.count,
			   sizeof(double) * mace.width * m->n_annotators);
		m->iterations = iterations;
		m->converged = converged;
		m->objective = bound;
	}
	counts_of_crowd(m, &mace);
	summarise_classes(m, data);
	find_informativeness(m, &data->design);
	return m;
}

/* Work out what each label of each annotator weighs. */
static void
mace_prepare(ConsensusModel *m)
{
	int			width = STRATEGY + m->q;
	int64		n = (int64) m->n_annotators + 1;
	MaceCache  *cache = palloc(sizeof(MaceCache));
	double		log_spam;

	cache->weight = array_alloc(n * m->q, sizeof(double), false);
	cache->strategies = array_alloc(n, sizeof(double), false);

	for (int j = 0; j <= m->n_annotators; j++)
	{
		const double *count = m->parameter + (int64) j * width;
		Expected	expected;

		CHECK_FOR_INTERRUPTS();
		find_expected(count, m->q, &expected);
		cache->strategies[j] = strategies(count, m->q);
		for (int k = 0; k < m->q; k++)
			spam_and_weight(&expected, count[STRATEGY + k], &log_spam,
							&cache->weight[(int64) j * m->q + k]);
	}
	m->cache = cache;
}

/* Score the classes by how much likelier the labels make them. */
static void
mace_score_item(const ConsensusModel *m, int64 n, const int32 *annotator,
				const int32 *code, double *score)
{
	const double *weight = ((const MaceCache *) m->cache)->weight;

	memset(score, 0, sizeof(double) * m->q);
	for (int64 l = 0; l < n; l++)
		score[code[l]] += weight[(int64) annotator[l] * m->q + code[l]];
}

/* Are all counts positive and of sensible size? */
static bool
mace_valid(const ConsensusModel *m)
{
	int64		n = ((int64) m->n_annotators + 1) * (STRATEGY + m->q);

	for (int64 p = 0; p < n; p++)
		if (!(m->parameter[p] >= LEAST_STORED && m->parameter[p] <= MOST_STORED))
			return false;
	return true;
}

const ModelRoutine mace_routine = {
	.name = "mace",
	.width = STRATEGY,
	.width_per_class = 1,
	.valid = mace_valid,
	.prepare = mace_prepare,
	.score_item = mace_score_item,
	.skill = mace_skill,
	.chance = mace_chance
};
