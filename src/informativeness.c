/*
 * informativeness.c
 *		What an annotator's labels tell of the truth.
 *
 * I = sum_k prior_k sum_l p_kl ln (p_kl / m_l) with m_l = sum_k prior_k p_kl,
 * in nats (Cover and Thomas, Elements of Information Theory, 2.4).  As p_kl is
 * n_kl / n_k, the derivative by a count is
 *
 *		dI / dn_kl = prior_k / n_k (ln (p_kl / m_l) - sum_x p_kx ln (p_kx / m_x))
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "array.h"
#include "informativeness.h"
#include "interrupts.h"

/* what an annotator's rows add up to; x_kl: counts, prior counts included */
typedef struct RowSums
{
	double	   *total;			/* n_k */
	double	   *weight;			/* prior_k / n_k */
	double	   *log_margin;		/* ln m_l */
	double	   *told;			/* sum_l p_kl ln (p_kl / m_l) */
	double	   *count;			/* x_kl of one label */
	double	   *unused;			/* sum_l x_kl ln x_kl of the prior counts alone */
} RowSums;

/* Add up what the rows of an annotator who never labeled would be. */
static void
sum_unused(const RowPrior *prior, double *unused)
{
	int			q = prior->q;

	memset(unused, 0, sizeof(double) * q);
	for (Size l = 0; l < q; l++)
		for (int k = 0; k < q; k++)
			unused[k] += prior->floored[l * q + k] *
				prior->log_floored[l * q + k];
}

/* The counts of a label that is used; to told goes what they change. */
static void
add_used(const ModelRows *rows, const RowPrior *prior, int64 cell, RowSums *s)
{
	int			q = prior->q;
	const double *count = rows->count + cell * q;
	Size		at = (Size) rows->label[cell] * q;

	for (int k = 0; k < q; k++)
	{
		double		x = Max(count[k] + prior->count[at + k], LEAST_COUNT);

		s->count[k] = x;
		s->told[k] += x * log(x) -
			prior->floored[at + k] * prior->log_floored[at + k];
	}
}

/*
 * Add up an annotator's rows, labels that he never used included: of those no
 * logarithm is taken, as sum_l p_kl ln (p_kl / m_l) is
 * (sum_l x_kl ln x_kl - sum_l x_kl ln m_l) / n_k - ln n_k.
 */
static void
sum_rows(const ConsensusModel *m, const RowPrior *prior, int a, RowSums *s)
{
	const ModelRows *rows = m->rows;
	int			q = m->q;
	int64		cell = rows->start[a];

	rows_totals(rows, prior, a, s->total);
	for (int k = 0; k < q; k++)
		s->weight[k] = m->class_prior[k] / s->total[k];
	memcpy(s->told, s->unused, sizeof(double) * q);
	for (int l = 0; l < q; l++)
	{
		const double *x = prior->floored + (Size) l * q;
		double		margin = 0;

		if (cell < rows->start[a + 1] && rows->label[cell] == l)
		{
			add_used(rows, prior, cell++, s);
			x = s->count;
		}
		for (int k = 0; k < q; k++)
			margin += s->weight[k] * x[k];
		s->log_margin[l] = log(Max(margin, DBL_MIN));
		for (int k = 0; k < q; k++)
			s->told[k] -= x[k] * s->log_margin[l];
	}
	for (int k = 0; k < q; k++)
		s->told[k] = s->told[k] / s->total[k] - log(s->total[k]);
}

/* Fill in the informativeness of all annotators. */
void
rows_informativeness(ConsensusModel *m, const RowPrior *prior, double *slope)
{
	const ModelRows *rows = m->rows;
	int64		q = m->q;
	double	   *room = array_alloc(q * 6, sizeof(double), false);
	RowSums		s = {room, room + q, room + q * 2, room + q * 3,
	room + q * 4, room + q * 5};

	sum_unused(prior, s.unused);
	for (int a = 0; a < m->n_annotators; a++)
	{
		double		told = 0;

		CHECK_FOR_INTERRUPTS();
		sum_rows(m, prior, a, &s);
		for (int k = 0; k < q; k++)
			told += m->class_prior[k] * s.told[k];
		m->informativeness[a] = Max(told, 0);
		for (int64 c = rows->start[a]; c < rows->start[a + 1]; c++)
			for (int k = 0; k < q; k++)
			{
				int			l = rows->label[c];
				double		x = rows->count[c * q + k] +
					prior->count[(Size) l * q + k];

				slope[c * q + k] = s.weight[k] *
					(log(Max(x, LEAST_COUNT) / s.total[k]) -
					 s.log_margin[l] - s.told[k]);
			}
	}
	pfree(room);
}
