/*
 * informativeness.c
 *		What an annotator's labels tell of the truth, with its error.
 *
 * I = H(label) - sum_k prior_k H(label | class k), in nats (Cover and Thomas,
 * Elements of Information Theory, 2.4).  With counts n_kl, their sums n_k and
 * f(x) = x ln x the entropy of a row is ln n_k - sum_l f(n_kl) / n_k, so that
 * leaving out an item touches one term of each class that its posterior gives
 * weight to.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "informativeness.h"
#include "interrupts.h"

/* an item of less posterior in a class changes nothing there */
#define NO_WEIGHT 1e-9

struct Informativeness
{
	ConsensusModel *m;
	const RowPrior *prior;
	LeftOut    *left;			/* of each annotator */
	double	   *row_entropy;	/* sum_k prior_k H_k of each annotator */
	double	   *total;			/* n_k of each annotator */
	double	   *terms;			/* sum_l f(n_kl) of each annotator */
	double	   *margin;			/* P(label) of each annotator */
	double	   *changed;		/* margin without an item */
};

/* x ln x */
static inline double
x_log_x(double x)
{
	return x > 0 ? x * log(x) : 0;
}

/* A count as the M step takes it. */
static inline double
count_at(const Informativeness *f, int64 cell, int label, int class)
{
	double		x = f->prior->count[(Size) label * f->m->q + class];

	if (cell >= 0)
		x += f->m->rows->count[cell * f->m->q + class];
	return Max(x, LEAST_COUNT);
}

/* The entropy of a margin. */
static double
margin_entropy(const double *margin, int q)
{
	double		entropy = 0;

	for (int l = 0; l < q; l++)
		entropy -= x_log_x(margin[l]);
	return entropy;
}

/* Work out one annotator's sums, and what his labels tell. */
static void
begin_annotator(Informativeness *f, int a)
{
	ConsensusModel *m = f->m;
	int			q = m->q;
	double	   *total = f->total + (Size) a * q;
	double	   *terms = f->terms + (Size) a * q;
	double	   *margin = f->margin + (Size) a * q;
	int64		cell = m->rows->start[a];

	memset(margin, 0, sizeof(double) * q);
	memset(terms, 0, sizeof(double) * q);
	rows_totals(m->rows, f->prior, a, total);
	for (int l = 0; l < q; l++)
	{
		bool		used = cell < m->rows->start[a + 1] &&
			m->rows->label[cell] == l;

		for (int k = 0; k < q; k++)
		{
			double		x = count_at(f, used ? cell : -1, l, k);

			terms[k] += x_log_x(x);
			margin[l] += m->class_prior[k] * x / total[k];
		}
		cell += used;
	}
	f->row_entropy[a] = 0;
	for (int k = 0; k < q; k++)
		f->row_entropy[a] += m->class_prior[k] *
			(log(total[k]) - terms[k] / total[k]);
	m->informativeness[a] = Max(margin_entropy(margin, q) -
								f->row_entropy[a], 0);
}

/* Begin with all annotators of a model that has rows. */
Informativeness *
informativeness_begin(ConsensusModel *m, const RowPrior *prior)
{
	Informativeness *f = palloc(sizeof(Informativeness));
	int64		n = (int64) m->n_annotators * m->q;

	f->m = m;
	f->prior = prior;
	f->left = array_alloc(m->n_annotators, sizeof(LeftOut), true);
	f->row_entropy = array_alloc(m->n_annotators, sizeof(double), false);
	f->total = array_alloc(n, sizeof(double), false);
	f->terms = array_alloc(n, sizeof(double), false);
	f->margin = array_alloc(n, sizeof(double), false);
	f->changed = array_alloc(m->q, sizeof(double), false);
	for (int a = 0; a < m->n_annotators; a++)
	{
		CHECK_FOR_INTERRUPTS();
		begin_annotator(f, a);
	}
	return f;
}

/*
 * Take an item's weight from one class: returns what the entropy of the rows
 * rises by, and changes the margin.
 */
static double
leave_class(Informativeness *f, int a, int64 cell, int k, double weight)
{
	const ModelRows *rows = f->m->rows;
	int			q = f->m->q;
	double		prior = f->m->class_prior[k];
	double		n = f->total[(Size) a * q + k];
	double		terms = f->terms[(Size) a * q + k];
	double		x = count_at(f, cell, rows->label[cell], k);
	double		left = Max(x - weight, LEAST_COUNT);
	double		n_left = n - (x - left);
	double		shift = prior * (1 / n_left - 1 / n);
	int64		c = rows->start[a];

	for (int l = 0; l < q; l++)
	{
		bool		used = c < rows->start[a + 1] && rows->label[c] == l;

		f->changed[l] += count_at(f, used ? c : -1, l, k) * shift;
		c += used;
	}
	f->changed[rows->label[cell]] -= prior * (x - left) / n_left;
	return prior * ((log(n_left) -
					 (terms - x_log_x(x) + x_log_x(left)) / n_left) -
					(log(n) - terms / n));
}

/* Leave out one label. */
void
informativeness_leave_out(Informativeness *f, int annotator, int64 cell,
						  const double *posterior)
{
	int			q = f->m->q;
	double		rows = f->row_entropy[annotator];

	memcpy(f->changed, f->margin + (Size) annotator * q, sizeof(double) * q);
	for (int k = 0; k < q; k++)
		if (posterior[k] > NO_WEIGHT)
			rows += leave_class(f, annotator, cell, k, posterior[k]);
	left_out_add(&f->left[annotator],
				 Max(margin_entropy(f->changed, q) - rows, 0));
}

/* Fill in the model's errors. */
void
informativeness_end(Informativeness *f)
{
	for (int a = 0; a < f->m->n_annotators; a++)
		f->m->informativeness_error[a] = left_out_error(&f->left[a]);
	pfree(f->left);
	pfree(f->row_entropy);
	pfree(f->total);
	pfree(f->terms);
	pfree(f->margin);
	pfree(f->changed);
	pfree(f);
}
