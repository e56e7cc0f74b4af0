/*
 * dawid_skene.c
 *		Error rates of annotators by the EM algorithm.
 *
 * A. P. Dawid and A. M. Skene, "Maximum Likelihood Estimation of Observer
 * Error-Rates Using the EM Algorithm", Applied Statistics 28 (1979), 20-28:
 * posteriors of an item by (2.5), error rates by (2.3), class prior by (2.4).
 * The start is the shares of the votes.  To the counts of (2.3) and (2.4) prior
 * counts are added in every M step, so that the step finds the mode under
 * Dirichlet priors with parameters of 1 more than these counts.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "em.h"
#include "hierarchy.h"
#include "informativeness.h"
#include "interrupts.h"
#include "model_rows.h"

typedef struct RowSteps
{
	Em			em;
	int32	   *cell;			/* of each label */
	ModelRows  *rows;			/* counts: those that the step rests on */
	double	   *gold;			/* counts of gold answers, or NULL */
	double	   *gold_total;		/* of each annotator's classes */
	double	   *next;			/* counts that the step adds up */
	double	   *chance;			/* logarithms, as the counts lie */
	RowPrior	prior;
} RowSteps;

/* Enter the gold answers. */
static void
enter_answers(RowSteps *s, const int32 *answer_cell)
{
	const ModelData *data = s->em.data;
	int			q = s->em.q;

	if (data->n_answers == 0)
		return;
	s->gold = array_alloc(s->rows->n_cells * q, sizeof(double), true);
	s->gold_total = array_alloc((int64) data->design.n_annotators * q,
								sizeof(double), true);
	for (int64 j = 0; j < data->n_answers; j++)
	{
		const GoldAnswer *g = &data->answer[j];

		s->gold[(Size) answer_cell[j] * q + g->truth] += g->weight;
		s->gold_total[(Size) g->annotator * q + g->truth] += g->weight;
	}
}

/* Make room for the counts. */
static void
create_rows(RowSteps *s)
{
	const ModelData *data = s->em.data;
	int64		q = s->em.q;
	int32	   *answer_cell = array_alloc(data->n_answers, sizeof(int32), false);
	int64		n;

	rows_check_size(0, s->em.q);
	s->cell = array_alloc(data->design.n_labels, sizeof(int32), false);
	s->rows = rows_create(data, s->cell, answer_cell);
	n = s->rows->n_cells * q;
	s->rows->count = array_alloc(n, sizeof(double), true);
	s->rows->pooled = array_alloc(q * q, sizeof(double), false);
	s->next = array_alloc(n, sizeof(double), false);
	s->chance = array_alloc(n, sizeof(double), false);
	enter_answers(s, answer_cell);
	pfree(answer_cell);
}

/* Begin to add up counts. */
static void
begin_rows(Em *em)
{
	RowSteps   *s = (RowSteps *) em;
	Size		size = sizeof(double) * s->rows->n_cells * em->q;

	if (s->gold != NULL)
		memcpy(s->next, s->gold, size);
	else
		memset(s->next, 0, size);
}

/* Add an item's posterior to the cells of its labels. */
static void
add_to_rows(Em *em, int64 item, const double *posterior)
{
	RowSteps   *s = (RowSteps *) em;
	const int64 *start = em->data->design.start;
	int			q = em->q;

	for (int64 j = start[item]; j < start[item + 1]; j++)
	{
		double	   *to = s->next + (Size) s->cell[j] * q;

		for (int k = 0; k < q; k++)
			to[k] += posterior[k];
	}
}

/* Add to the scores of an item's classes what its labels say. */
static void
score_by_rows(Em *em, int64 item, double *score)
{
	RowSteps   *s = (RowSteps *) em;
	const int64 *start = em->data->design.start;
	int			q = em->q;

	for (int64 j = start[item]; j < start[item + 1]; j++)
	{
		const double *row = s->chance + (Size) s->cell[j] * q;

		for (int k = 0; k < q; k++)
			score[k] += row[k];
	}
}

/* What has been added up becomes what the next step rests on. */
static void
take_rows(Em *em)
{
	RowSteps   *s = (RowSteps *) em;
	double	   *count = s->rows->count;

	s->rows->count = s->next;
	s->next = count;
}

/* Hold the pooled rows of the votes. */
static void
pool_votes(Em *em)
{
	RowSteps   *s = (RowSteps *) em;

	rows_pool(s->rows, em->m->n_annotators, em->q, s->rows->pooled);
	row_prior_init(&s->prior, &em->options->prior, em->q, s->rows->pooled);
}

/* Chances of an annotator's cells; returns what his prior counts add. */
static double
annotator_chances(RowSteps *s, int a, double *total)
{
	const ModelRows *rows = s->rows;
	const RowPrior *p = &s->prior;
	int			q = s->em.q;
	double		terms = 0;

	rows_totals(rows, p, a, total);
	for (int k = 0; k < q; k++)
		total[k] = log(total[k]);
	for (int64 c = rows->start[a]; c < rows->start[a + 1]; c++)
	{
		Size		at = (Size) rows->label[c] * q;

		for (int k = 0; k < q; k++)
		{
			double		prior = p->count[at + k];
			double		x = rows->count[c * q + k] + prior;
			double		gold = s->gold ? s->gold[c * q + k] : 0;
			double		log_count = log(Max(x, LEAST_COUNT));

			s->chance[c * q + k] = log_count - total[k];
			terms += (prior + gold) * log_count - prior * p->log_floored[at + k];
		}
	}
	for (int k = 0; k < q; k++)
	{
		double		gold = s->gold ? s->gold_total[(Size) a * q + k] : 0;

		terms += p->term[k] - (p->total + gold) * total[k];
	}
	return terms;
}

/* Error rates from the counts. */
static double
maximise_rows(Em *em)
{
	RowSteps   *s = (RowSteps *) em;
	int			n = em->m->n_annotators;
	double	   *total = array_alloc(em->q, sizeof(double), false);
	double		terms = 0;

	for (int a = 0; a < n; a++)
	{
		CHECK_FOR_INTERRUPTS();
		terms += annotator_chances(s, a, total);
	}
	if (em->options->hierarchical)
		terms += hierarchy_terms(&s->prior, &em->options->prior, n,
								 s->rows->pooled);
	pfree(total);
	return terms;
}

/* Estimate the pooled rows anew, where they are not held. */
static void
estimate_pooled(Em *em)
{
	RowSteps   *s = (RowSteps *) em;

	if (em->options->hierarchical)
		hierarchy_step(&s->prior, &em->options->prior, em->m->n_annotators,
					   s->rows);
}

/* What each annotator's labels tell, with its error over the items. */
static void
find_informativeness(RowSteps *s)
{
	ConsensusModel *m = s->em.m;
	const Design *d = &s->em.data->design;
	int			q = m->q;
	double	   *posterior = array_alloc(q, sizeof(double), false);
	Influence  *influence = array_alloc(m->n_annotators, sizeof(Influence),
										true);

	/* the counts of the next step are not needed any more */
	rows_informativeness(m, &s->prior, s->next);
	for (int64 i = 0; i < d->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		(void) em_posterior(&s->em, i, posterior);
		for (int64 j = d->start[i]; j < d->start[i + 1]; j++)
		{
			const double *slope = s->next + (Size) s->cell[j] * q;
			double		value = 0;

			for (int k = 0; k < q; k++)
				value += posterior[k] * slope[k];
			influence_add(&influence[d->annotator[j]], value);
		}
	}
	for (int a = 0; a < m->n_annotators; a++)
		m->informativeness_error[a] = influence_error(&influence[a]);
	pfree(posterior);
	pfree(influence);
}

/*
 * Would the crowd be right more often if two classes were exchanged?  From the
 * shares of the votes that is seldom reached, and then a sign that the classes
 * have changed their meaning on the way.
 */
static bool
classes_exchanged(const ModelRows *rows, int q)
{
	double	   *together = array_alloc((int64) q * q, sizeof(double), true);
	bool		exchanged = false;

	for (int64 c = 0; c < rows->n_cells; c++)
		for (int k = 0; k < q; k++)
			together[(Size) rows->label[c] * q + k] += rows->count[c * q + k];
	for (Size l = 0; l < q && !exchanged; l++)
	{
		CHECK_FOR_INTERRUPTS();
		for (Size k = 0; k < l && !exchanged; k++)
			exchanged = together[l * q + k] + together[k * q + l] >
				together[l * q + l] + together[k * q + k];
	}
	pfree(together);
	return exchanged;
}

/*
 * Has an item the three labels without which class prior and error rates cannot
 * be told apart?  Pairs of labels have the chances A D B' of one annotator's
 * rows A, another one's B and the class prior D on the diagonal, which stay the
 * same when the rows are turned about in sqrt(D), every annotator's alike
 * (Allman, Matias and Rhodes 2009, Annals of Statistics 37:3099: three do tell).
 */
static bool
has_three_labels(const Design *d)
{
	for (int64 i = 0; i < d->n_items; i++)
	{
		CHECK_NOW_AND_THEN(i);
		if (d->start[i + 1] - d->start[i] > 2)
			return true;
	}
	return false;
}

/* Fit the model once. */
static ConsensusModel *
fit_once(const ModelData *data, const FitOptions *options)
{
	static const EmRoutine routine = {
		begin_rows, add_to_rows, take_rows, pool_votes, maximise_rows,
		estimate_pooled, score_by_rows
	};
	ConsensusModel *m = model_create(MODEL_DAWID_SKENE, data);
	RowSteps	s;

	memset(&s, 0, sizeof(s));
	m->prior = options->prior;
	m->hierarchical = options->hierarchical;
	em_init(&s.em, &routine, data, options, m);
	create_rows(&s);
	em_run(&s.em);
	m->rows = s.rows;
	find_informativeness(&s);
	if (m->identified && !m->gold_tells &&
		(!has_three_labels(&data->design) || classes_exchanged(s.rows, m->q)))
	{
		m->identified = false;
		m->reason = REASON_NOT_IDENTIFIED;
	}
	return m;
}

/* Fit the model. */
ConsensusModel *
dawid_skene_fit(const ModelData *data, const FitOptions *options)
{
	return em_fit(data, options, fit_once);
}
