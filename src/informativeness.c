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

#include <math.h>

#include "array.h"
#include "informativeness.h"
#include "interrupts.h"

/* one annotator's rows */
typedef struct FullRows
{
	double	   *chance;			/* p_kl at [label * q + class] */
	double	   *total;			/* n_k */
	double	   *margin;			/* m_l */
	double	   *told;			/* sum_l p_kl ln (p_kl / m_l) */
} FullRows;

/* Work out an annotator's rows, labels that he never used included. */
static void
fill_rows(const ConsensusModel *m, const RowPrior *prior, int a, FullRows *f)
{
	const ModelRows *rows = m->rows;
	int			q = m->q;
	int64		cell = rows->start[a];

	rows_totals(rows, prior, a, f->total);
	memset(f->told, 0, sizeof(double) * q);
	for (int l = 0; l < q; l++)
	{
		bool		used = cell < rows->start[a + 1] && rows->label[cell] == l;
		double	   *chance = f->chance + (Size) l * q;

		f->margin[l] = 0;
		for (int k = 0; k < q; k++)
		{
			double		x = prior->count[(Size) l * q + k];

			if (used)
				x += rows->count[cell * q + k];
			chance[k] = Max(x, LEAST_COUNT) / f->total[k];
			f->margin[l] += m->class_prior[k] * chance[k];
		}
		for (int k = 0; k < q; k++)
			if (f->margin[l] > 0)
				f->told[k] += chance[k] * log(chance[k] / f->margin[l]);
		cell += used;
	}
}

/* Fill in the informativeness of all annotators. */
void
rows_informativeness(ConsensusModel *m, const RowPrior *prior, double *slope)
{
	const ModelRows *rows = m->rows;
	int64		q = m->q;
	double	   *room = array_alloc(q * (q + 3), sizeof(double), false);
	FullRows	f = {room, room + q * q, room + q * (q + 1),
	room + q * (q + 2)};

	for (int a = 0; a < m->n_annotators; a++)
	{
		double		told = 0;

		CHECK_FOR_INTERRUPTS();
		fill_rows(m, prior, a, &f);
		for (int k = 0; k < q; k++)
			told += m->class_prior[k] * f.told[k];
		m->informativeness[a] = Max(told, 0);
		for (int64 c = rows->start[a]; c < rows->start[a + 1]; c++)
			for (int k = 0; k < q; k++)
			{
				int			l = rows->label[c];
				double		chance = f.chance[l * q + k];

				slope[c * q + k] = f.margin[l] <= 0 ? 0 :
					m->class_prior[k] / f.total[k] *
					(log(chance / f.margin[l]) - f.told[k]);
			}
	}
	pfree(room);
}
