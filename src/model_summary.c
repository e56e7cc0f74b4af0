/*
 * model_summary.c
 *		What is said of a model once its annotators are known.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "miscadmin.h"
#include "model_summary.h"

/* Set the class prior to the mean posterior. */
void
summarise_classes(ConsensusModel *m, const ModelData *data)
{
	const Design *d = &data->design;
	double	   *posterior = array_alloc(m->q, sizeof(double), false);

	model_prepare(m);
	for (int64 i = 0; i < d->n_items; i++)
	{
		int64		at = d->start[i];

		CHECK_FOR_INTERRUPTS();
		model_posterior(m, d->start[i + 1] - at, d->annotator + at,
						d->code + at, 1.0, posterior);
		for (int k = 0; k < m->q; k++)
			m->class_prior[k] += posterior[k];
	}
	for (int k = 0; k < m->q; k++)
		m->class_prior[k] /= Max(d->n_items, 1);
	pfree(posterior);
}

/* Give an unknown annotator the mean of what labels carry. */
void
summarise_crowd(ConsensusModel *m)
{
	double		sum = 0.0;

	for (int j = 0; j < m->n_annotators; j++)
		sum += m->parameter[j] * m->n_labels[j];
	m->parameter[m->n_annotators] = m->n_all_labels > 0 ?
		sum / m->n_all_labels : 1.0;
}

/* x ln x, which is 0 where x is */
static inline double
entropy_term(double x)
{
	return x > 0.0 ? x * log(x) : 0.0;
}

/* What labels tell where a class touches only the chance of its own label. */
double
own_label_information(const ConsensusModel *m, int annotator)
{
	const ModelRoutine *r = model_routine(m->method);
	double		nats = 0.0;

	for (int k = 0; k < m->q && m->q > 1; k++)
	{
		double		prior = m->class_prior[k];
		double		own = r->chance(m, annotator, k, k);
		double		other = r->chance(m, annotator, k == 0 ? 1 : 0, k);

		nats += prior * entropy_term(own) +
			(1.0 - prior) * entropy_term(other) -
			entropy_term(prior * own + (1.0 - prior) * other);
	}
	return fmax(nats, 0.0);
}
