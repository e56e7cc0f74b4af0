/*
 * em.c
 *		The EM algorithm over the items of a design.
 *
 * A. P. Dempster, N. M. Laird and D. B. Rubin, "Maximum Likelihood from
 * Incomplete Data via the EM Algorithm", Journal of the Royal Statistical
 * Society B 39 (1977), 1-38; with priors as in their section 1, so that the
 * likelihood times the priors does not fall.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "array.h"
#include "em.h"
#include "interrupts.h"

/* posteriors that move no more have arrived, when the tolerance is 0 */
#define STILL 1e-13

/* by so many nats one fit must be better than another to be preferred */
#define CLEARLY_BETTER 1.0

/* Prepare to fit a model. */
void
em_init(Em *em, const EmRoutine *routine, const ModelData *data,
		const FitOptions *options, ConsensusModel *m)
{
	em->routine = routine;
	em->data = data;
	em->options = options;
	em->m = m;
	em->q = m->q;
	em->class_count = array_alloc(m->q, sizeof(double), true);
	em->next_class_count = array_alloc(m->q, sizeof(double), true);
	em->log_class = array_alloc(m->q, sizeof(double), false);
	em->posterior = options->tolerance > 0 ? NULL :
		array_alloc(data->design.n_items * m->q, sizeof(double), true);
}

/* Begin to add up counts. */
static void
begin_counts(Em *em)
{
	memset(em->next_class_count, 0, sizeof(double) * em->q);
	em->change = 0;
	em->routine->begin(em);
}

/* Add an item's posterior to the counts. */
static inline void
add_item(Em *em, int64 item, const double *posterior)
{
	em->routine->add(em, item, posterior);
	for (int k = 0; k < em->q; k++)
		em->next_class_count[k] += posterior[k];
	if (em->posterior != NULL)
	{
		double	   *last = em->posterior + (Size) item * em->q;

		for (int k = 0; k < em->q; k++)
		{
			em->change = Max(em->change, fabs(posterior[k] - last[k]));
			last[k] = posterior[k];
		}
	}
}

/* What has been added up becomes what the next step rests on. */
static void
take_counts(Em *em)
{
	double	   *class_count = em->class_count;

	em->class_count = em->next_class_count;
	em->next_class_count = class_count;
	em->routine->take(em);
}

/*
 * The posteriors before the first step: of a model, or of the votes, which also
 * say what gold leaves open.
 */
static void
start_from(Em *em, ModelReader *model)
{
	const ModelData *data = em->data;
	double	   *posterior = array_alloc(em->q, sizeof(double), false);

	begin_counts(em);
	for (int64 i = 0; i < data->design.n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (model == NULL || ItemIsGold(data, i))
			item_vote_shares(data, i, posterior);
		else
			reader_posterior(model, &data->design, i, 1, posterior);
		add_item(em, i, posterior);
	}
	take_counts(em);
	pfree(posterior);
}

/* The class prior from the counts; returns what its prior counts add. */
static double
maximise_class_prior(Em *em)
{
	double		added = em->options->prior.class_total / Max(em->q, 1);
	double		n = em->options->prior.class_total;
	double		terms = 0;

	for (int k = 0; k < em->q; k++)
		n += em->class_count[k];
	for (int k = 0; k < em->q; k++)
	{
		double		share = n > 0 ? (em->class_count[k] + added) / n :
			1.0 / em->q;

		em->m->class_prior[k] = share;
		em->log_class[k] = log(Max(share, DBL_MIN));
		terms += added * em->log_class[k];
	}
	return terms;
}

/* The posterior of an item under the last M step. */
double
em_posterior(Em *em, int64 item, double *posterior)
{
	memcpy(posterior, em->log_class, sizeof(double) * em->q);
	em->routine->score(em, item, posterior);
	return scores_normalise(posterior, em->q, ItemAccepted(em->data, item),
							ItemAnswers(em->data, item));
}

/* Add to a sum, keeping what rounding loses (Neumaier 1974). */
static inline void
add_exactly(double *sum, double *lost, double term)
{
	double		next = *sum + term;

	*lost += fabs(*sum) >= fabs(term) ? (*sum - next) + term :
		(term - next) + *sum;
	*sum = next;
}

/*
 * The E step, which adds up the counts of the next M step.  What posteriors are
 * divided by lies between 1 and the number of classes: the logarithms of some
 * are taken at once, of their product.
 */
static double
e_step(Em *em)
{
	double	   *posterior = array_alloc(em->q, sizeof(double), false);
	double		product = 1;
	double		sum = 0,
				lost = 0;

	begin_counts(em);
	for (int64 i = 0; i < em->data->design.n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (ItemIsGold(em->data, i))
			add_exactly(&sum, &lost, em_posterior(em, i, posterior));
		else
		{
			double		total;

			memcpy(posterior, em->log_class, sizeof(double) * em->q);
			em->routine->score(em, i, posterior);
			add_exactly(&sum, &lost,
						scores_exponentiate(posterior, em->q, &total));
			product *= total;
			total = 1 / total;
			for (int k = 0; k < em->q; k++)
				posterior[k] *= total;
		}
		add_item(em, i, posterior);
		if ((i & 31) == 31)
		{
			add_exactly(&sum, &lost, log(product));
			product = 1;
		}
	}
	pfree(posterior);
	return sum + (lost + log(product));
}

/* Step until the objective hardly rises, or no posterior moves any more. */
void
em_run(Em *em)
{
	const FitOptions *o = em->options;
	ConsensusModel *m = em->m;
	double		last = 0;

	start_from(em, NULL);
	if (em->routine->votes != NULL)
		em->routine->votes(em);
	if (o->start != NULL)
		start_from(em, o->start);
	for (m->iterations = 1;; m->iterations++)
	{
		double		terms = em->routine->maximise(em);

		terms += maximise_class_prior(em);
		m->log_likelihood = e_step(em);
		m->objective = m->log_likelihood + terms;
		m->converged = o->tolerance == 0 ? em->change <= STILL :
			m->iterations > 1 &&
			m->objective - last <= o->tolerance * fabs(m->objective);
		if (m->converged || m->iterations >= o->max_iterations)
			break;
		last = m->objective;
		if (em->routine->between != NULL)
			em->routine->between(em);
		take_counts(em);
	}
}

/* The gold items of the data alone. */
static void
gold_items(const ModelData *data, ModelData *gold)
{
	const Design *d = &data->design;
	Design	   *g = &gold->design;
	int64	   *accepted_start = array_alloc(d->n_items + 1, sizeof(int64),
											 false);

	*gold = *data;
	gold->accepted_start = accepted_start;
	g->n_items = 0;
	g->n_labels = 0;
	g->start = array_alloc(d->n_items + 1, sizeof(int64), false);
	g->annotator = array_alloc(d->n_labels, sizeof(int32), false);
	g->code = array_alloc(d->n_labels, sizeof(int32), false);
	for (int64 i = 0; i < d->n_items; i++)
	{
		CHECK_NOW_AND_THEN(i);
		if (!ItemIsGold(data, i))
			continue;
		g->start[g->n_items] = g->n_labels;
		accepted_start[g->n_items++] = data->accepted_start[i];
		for (int64 j = d->start[i]; j < d->start[i + 1]; j++)
		{
			g->annotator[g->n_labels] = d->annotator[j];
			g->code[g->n_labels++] = d->code[j];
		}
	}
	g->start[g->n_items] = g->n_labels;
	accepted_start[g->n_items] = data->accepted_start ?
		data->accepted_start[d->n_items] : 0;
}

/* Fit from the votes, and where there is gold from what gold alone says. */
ConsensusModel *
em_fit(const ModelData *data, const FitOptions *options,
	   ConsensusModel *(*fit) (const ModelData *data,
							   const FitOptions *options))
{
	ConsensusModel *m = fit(data, options);
	ConsensusModel *other;
	FitOptions	from_gold = *options;
	ModelData	gold;

	if ((m->n_gold_items == 0 && data->n_answers == 0) ||
		options->start != NULL)
		return m;
	gold_items(data, &gold);
	from_gold.start = reader_create(fit(&gold, options));
	other = fit(data, &from_gold);
	/* the votes come first: what is as good may differ by where it stopped */
	if (other->objective > m->objective + CLEARLY_BETTER)
		return other;
	return m;
}
