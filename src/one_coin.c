/*
 * one_coin.c
 *		One chance of being right for each annotator.
 *
 * The model of Dawid and Skene (1979) with error rates in which an annotator is
 * right with one chance p whatever the class, and wrong in all ways alike
 * ("homogeneous Dawid-Skene"; Li and Yu 2014, arXiv 1411.4086).  By EM as in
 * dawid_skene.c: the same start, prior counts and objective.  Memory and time
 * do not depend on classes squared.
 *
 * Parameters of an annotator: the counts that p rests on, right and in all,
 * prior counts included.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "array.h"
#include "em.h"
#include "informativeness.h"
#include "interrupts.h"
#include "model_rows.h"

enum
{
	N_RIGHT,
	N_ALL,
	WIDTH
};

/* what a label says: so much of all classes, and so much more of its own */
typedef struct Evidence
{
	double		base;
	double		gain;
} Evidence;

typedef struct CoinSteps
{
	Em			em;
	double	   *gold;			/* right gold answers of each annotator ... */
	double	   *n_gold;			/* ... and all of them */
	double	   *count;			/* right answers that the step rests on */
	double	   *next;			/* those that it adds up */
	Evidence   *evidence;		/* of each annotator's labels */
	double		prior_right;	/* counts */
	double		prior_wrong;
} CoinSteps;

/* The chance of being right. */
static inline double
chance_right(const double *parameter)
{
	return parameter[N_RIGHT] / parameter[N_ALL];
}

/* The chance of one wrong label. */
static inline double
chance_wrong(const double *parameter, int q)
{
	return (parameter[N_ALL] - parameter[N_RIGHT]) / parameter[N_ALL] /
		Max(q - 1, 1);
}

/* Set an annotator's parameters by his counts. */
static void
set_parameter(double *parameter, double right, double wrong)
{
	right = Max(right, LEAST_COUNT);
	wrong = Max(wrong, LEAST_COUNT);
	/* also of millions of right answers, one wrong one must be told apart */
	parameter[N_ALL] = Max(right + wrong, right * (1 + 4 * DBL_EPSILON));
	parameter[N_RIGHT] = right;
}

/* What the labels of an annotator say. */
static inline Evidence
label_evidence(const double *parameter, int q)
{
	Evidence	e;

	e.base = log(chance_wrong(parameter, q));
	e.gain = log(chance_right(parameter)) - e.base;
	return e;
}

/* Enter the gold answers. */
static void
create_counts(CoinSteps *s)
{
	const ModelData *data = s->em.data;
	int			n = s->em.m->n_annotators;

	s->gold = array_alloc(n, sizeof(double), true);
	s->n_gold = array_alloc(n, sizeof(double), true);
	s->count = array_alloc(n, sizeof(double), true);
	s->next = array_alloc(n, sizeof(double), true);
	s->evidence = array_alloc(n, sizeof(Evidence), false);
	for (int64 j = 0; j < data->n_answers; j++)
	{
		const GoldAnswer *g = &data->answer[j];

		s->n_gold[g->annotator] += g->weight;
		if (g->code == g->truth)
			s->gold[g->annotator] += g->weight;
	}
}

/* Begin to add up counts. */
static void
begin_counts(Em *em)
{
	CoinSteps  *s = (CoinSteps *) em;

	memcpy(s->next, s->gold, sizeof(double) * em->m->n_annotators);
}

/* Add an item's posterior to the counts of its annotators. */
static void
add_to_counts(Em *em, int64 item, const double *posterior)
{
	CoinSteps  *s = (CoinSteps *) em;
	const Design *d = &em->data->design;

	for (int64 j = d->start[item]; j < d->start[item + 1]; j++)
		s->next[d->annotator[j]] += posterior[d->code[j]];
}

/* Add to the scores of an item's classes what its labels say. */
static void
score_by_coins(Em *em, int64 item, double *score)
{
	CoinSteps  *s = (CoinSteps *) em;
	const Design *d = &em->data->design;
	double		all = 0;

	for (int64 j = d->start[item]; j < d->start[item + 1]; j++)
	{
		const Evidence *e = &s->evidence[d->annotator[j]];

		all += e->base;
		score[d->code[j]] += e->gain;
	}
	for (int k = 0; k < em->q; k++)
		score[k] += all;
}

/* What has been added up becomes what the next step rests on. */
static void
take_counts(Em *em)
{
	CoinSteps  *s = (CoinSteps *) em;
	double	   *count = s->count;

	s->count = s->next;
	s->next = count;
}

/* Right answers of the crowd and all: 1 right one and 1 spread evenly more. */
static void
pool_counts(const CoinSteps *s, double *right, double *n)
{
	const ConsensusModel *m = s->em.m;

	*right = 1 + 1.0 / Max(m->q, 1);
	*n = 2;
	for (int a = 0; a < m->n_annotators; a++)
	{
		*right += s->count[a];
		*n += (double) m->n_labels[a];
	}
}

/* Set the prior counts, which are the same for all annotators. */
static void
pool_votes(Em *em)
{
	CoinSteps  *s = (CoinSteps *) em;
	const PriorCounts *p = &em->options->prior;
	double		right,
				n;

	pool_counts(s, &right, &n);
	s->prior_right = p->crowd * right / n + p->diagonal +
		p->even / Max(em->q, 1);
	s->prior_wrong = p->crowd + p->diagonal + p->even - s->prior_right;
	s->prior_wrong = Max(s->prior_wrong, 0);
}

/* The chances of being right from the counts. */
static double
maximise_coins(Em *em)
{
	CoinSteps  *s = (CoinSteps *) em;
	ConsensusModel *m = em->m;
	double		terms = 0;
	double		right,
				n;

	for (int a = 0; a < m->n_annotators; a++)
	{
		double	   *parameter = m->parameter + (Size) a * WIDTH;
		double		wrong = (double) m->n_labels[a] - s->count[a];

		CHECK_NOW_AND_THEN(a);
		set_parameter(parameter, s->count[a] + s->prior_right,
					  Max(wrong, 0) + s->prior_wrong);
		s->evidence[a] = label_evidence(parameter, m->q);
		terms += (s->n_gold[a] + s->prior_right + s->prior_wrong) *
			s->evidence[a].base +
			(s->gold[a] + s->prior_right) * s->evidence[a].gain;
	}
	pool_counts(s, &right, &n);
	set_parameter(m->parameter + (Size) m->n_annotators * WIDTH, right,
				  Max(n - right, 0));
	return terms;
}

/*
 * Informativeness of an annotator with this chance of being right, and its
 * derivative by the chance.
 */
static double
coin_information(const ConsensusModel *m, double right, double *slope)
{
	double		others = m->q - 1;
	double		wrong = (1 - right) / others;
	double		value = right * log(right) + (1 - right) * log(wrong);

	*slope = log(right) - log(wrong);
	for (int k = 0; k < m->q; k++)
	{
		double		prior = m->class_prior[k];
		double		margin = wrong + prior * (right - wrong);

		value -= margin * log(margin);
		*slope -= (prior - (1 - prior) / others) * log(margin);
	}
	return Max(value, 0);
}

/* What each annotator's labels tell, with its error over the items. */
static void
find_informativeness(CoinSteps *s)
{
	ConsensusModel *m = s->em.m;
	const Design *d = &s->em.data->design;
	double	   *posterior = array_alloc(d->q, sizeof(double), false);
	Influence  *influence = array_alloc(m->n_annotators, sizeof(Influence),
										true);

	for (int64 i = 0; i < d->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		(void) em_posterior(&s->em, i, posterior);
		for (int64 j = d->start[i]; j < d->start[i + 1]; j++)
			influence_add(&influence[d->annotator[j]], posterior[d->code[j]]);
	}
	for (int a = 0; a < m->n_annotators; a++)
	{
		const double *parameter = m->parameter + (Size) a * WIDTH;
		double		slope = 0;

		CHECK_FOR_INTERRUPTS();
		m->informativeness[a] = m->q < 2 ? 0 :
			coin_information(m, chance_right(parameter), &slope);
		/* an item more adds (posterior - p) / n to p */
		m->informativeness_error[a] = influence_error(&influence[a]) *
			fabs(slope) / parameter[N_ALL];
	}
	pfree(posterior);
	pfree(influence);
}

/* Fit the model once. */
static ConsensusModel *
fit_once(const ModelData *data, const FitOptions *options)
{
	static const EmRoutine routine = {
		begin_counts, add_to_counts, take_counts, pool_votes, maximise_coins,
		NULL, score_by_coins
	};
	ConsensusModel *m = model_create(MODEL_ONE_COIN, data);
	CoinSteps	s;

	memset(&s, 0, sizeof(s));
	m->prior = options->prior;
	em_init(&s.em, &routine, data, options, m);
	create_counts(&s);
	em_run(&s.em);
	find_informativeness(&s);
	return m;
}

/* Fit the model. */
ConsensusModel *
one_coin_fit(const ModelData *data, const FitOptions *options)
{
	return em_fit(data, options, fit_once);
}

/* Score the classes of an item by its labels. */
static void
one_coin_score(const ConsensusModel *m, int64 n, const int32 *annotator,
			   const int32 *code, double *score)
{
	double		all = 0;

	for (int k = 0; k < m->q; k++)
		score[k] = log(Max(m->class_prior[k], DBL_MIN));
	for (int64 j = 0; j < n; j++)
	{
		Evidence	e = label_evidence(m->parameter +
									   (Size) annotator[j] * WIDTH, m->q);

		all += e.base;
		score[code[j]] += e.gain;
	}
	for (int k = 0; k < m->q; k++)
		score[k] += all;
}

/* The chance that an annotator gives a label to an item of a class. */
static double
one_coin_chance(const ConsensusModel *m, int annotator, int class, int label)
{
	const double *parameter = m->parameter + (Size) annotator * WIDTH;

	return class == label ? chance_right(parameter) :
		chance_wrong(parameter, m->q);
}

/* The chance of being right. */
static double
one_coin_skill(const ConsensusModel *m, int annotator)
{
	return chance_right(m->parameter + (Size) annotator * WIDTH);
}

/*
 * Its spread: a Beta on expected and prior counts, with half a count (Jeffreys)
 * on either side where there is less than one prior count.
 */
static bool
one_coin_spread(const ConsensusModel *m, int annotator, double *mean,
				double *variance)
{
	const double *parameter = m->parameter + (Size) annotator * WIDTH;
	double		prior = m->prior.crowd + m->prior.diagonal + m->prior.even;
	double		half = prior < 1 ? 0.5 : 0;
	double		n = parameter[N_ALL] + 2 * half;

	*mean = (parameter[N_RIGHT] + half) / n;
	*variance = *mean * (1 - *mean) / (n + 1);
	return true;
}

/* Are all counts positive, and none of right answers above all? */
static bool
one_coin_valid(const ConsensusModel *m)
{
	for (int64 a = 0; a <= m->n_annotators; a++)
	{
		const double *parameter = m->parameter + a * WIDTH;

		if (!(parameter[N_RIGHT] > 0 && parameter[N_ALL] > parameter[N_RIGHT] &&
			  parameter[N_ALL] <= 1e18))
			return false;
	}
	return true;
}

const ModelRoutine one_coin_routine = {
	.name = "one_coin",
	.width = WIDTH,
	.valid = one_coin_valid,
	.score_item = one_coin_score,
	.skill = one_coin_skill,
	.skill_spread = one_coin_spread,
	.chance = one_coin_chance
};
