/*
 * hierarchy.c
 *		The crowd's rows estimated with the annotators' own.
 *
 * An annotator's row of class k is a draw from a Dirichlet with parameters
 * 1 + a_kl, a_kl = crowd * m_kl + diagonal and even counts; the pooled row m_k
 * has itself 1 count on the right label and 1 spread evenly, b_kl.  With the
 * annotators' rows t held, what depends on m_k,
 *
 *		sum_l [ crowd m_kl sum_a ln t_akl - A lnGamma(1 + a_kl) + b_kl ln m_kl ]
 *
 * is concave, and at its top on the simplex the derivatives by all m_kl are
 * equal.  Each falls in its m_kl, so that for a common value there is one m_kl,
 * found by Newton's steps inside a bracket, and the value for which they sum to
 * 1 is found likewise.  Taking turns with the M step, neither lets the
 * objective fall (an ECM algorithm: Meng and Rubin 1993, Biometrika 80).
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "distribution.h"
#include "hierarchy.h"
#include "interrupts.h"

#define MAX_STEPS 100
#define SMALLEST_SHARE 1e-300

/* one class: what the derivatives are made of */
typedef struct PooledRow
{
	int			q;
	double		crowd;			/* strength */
	double		n;				/* annotators */
	double	   *slope;			/* crowd * sum of the logarithms */
	double	   *other;			/* 1 + diagonal and even counts */
	double	   *hyper;			/* b_kl */
	double	   *share;			/* m_kl */
} PooledRow;

/* The derivative by one share, and its own derivative. */
static double
share_slope(const PooledRow *r, int l, double share, double *derivative)
{
	double		count = r->other[l] + r->crowd * share;

	*derivative = -r->n * r->crowd * r->crowd * trigamma(count) -
		r->hyper[l] / (share * share);
	return r->slope[l] - r->n * r->crowd * digamma(count) +
		r->hyper[l] / share;
}

/* The share whose derivative is this value, at most 1. */
static double
solve_share(const PooledRow *r, int l, double value, double *derivative)
{
	double		low = SMALLEST_SHARE,
				high = 1;
	double		x = Min(Max(r->share[l], low), high);

	if (share_slope(r, l, 1, derivative) >= value)
		return 1;
	for (int i = 0; i < MAX_STEPS; i++)
	{
		double		excess = share_slope(r, l, x, derivative) - value;
		double		next;

		if (excess > 0)
			low = x;
		else
			high = x;
		/* hyper / share is what bends: step in the logarithm */
		next = x * exp(-excess / (*derivative * x));
		if (fabs(next - x) <= 1e-14 * x || high - low <= 1e-15 * high)
			break;
		x = next > low && next < high ? next : sqrt(low) * sqrt(high);
	}
	return x;
}

/* Set the shares to those of one value; returns their sum. */
static double
shares_at(PooledRow *r, double value, double *derivative)
{
	double		sum = 0;

	*derivative = 0;
	for (int l = 0; l < r->q; l++)
	{
		double		bend;

		r->share[l] = solve_share(r, l, value, &bend);
		sum += r->share[l];
		if (r->share[l] < 1)
			*derivative += 1 / bend;
	}
	return sum;
}

/* Find the shares of one class that sum to 1. */
static void
solve_row(PooledRow *r)
{
	double		low = INFINITY,
				high = -INFINITY,
				value,
				sum = 1,
				ignored;

	for (int l = 0; l < r->q; l++)
	{
		low = Min(low, share_slope(r, l, 1, &ignored));
		high = Max(high, share_slope(r, l, 1.0 / r->q, &ignored));
	}
	value = (low + high) / 2;
	for (int i = 0; i < MAX_STEPS; i++)
	{
		double		derivative;
		double		next;

		CHECK_FOR_INTERRUPTS();
		sum = shares_at(r, value, &derivative);
		if (fabs(sum - 1) <= 1e-13)
			break;
		if (sum > 1)
			low = value;
		else
			high = value;
		next = value - (sum - 1) / derivative;
		if (next == value || high <= low)
			break;
		value = next > low && next < high ? next : (low + high) / 2;
	}
	for (int l = 0; l < r->q; l++)
		r->share[l] /= sum;
}

/* Add up the logarithms of the annotators' chances: [label * q + class]. */
static void
sum_log_chances(const RowPrior *p, int n_annotators, const ModelRows *rows,
				double *sum)
{
	int			q = p->q;
	double	   *total = array_alloc(q, sizeof(double), false);
	double	   *all = array_alloc(q, sizeof(double), true);

	memset(sum, 0, sizeof(double) * q * q);
	for (int a = 0; a < n_annotators; a++)
	{
		CHECK_FOR_INTERRUPTS();
		rows_totals(rows, p, a, total);
		for (int k = 0; k < q; k++)
			all[k] += log(total[k]);
		for (int64 c = rows->start[a]; c < rows->start[a + 1]; c++)
			for (int k = 0; k < q; k++)
			{
				Size		at = (Size) rows->label[c] * q + k;
				double		x = rows->count[c * q + k] + p->count[at];

				sum[at] += log(Max(x, LEAST_COUNT)) - p->log_floored[at];
			}
	}
	for (int l = 0; l < q; l++)
		for (int k = 0; k < q; k++)
		{
			Size		at = (Size) l * q + k;

			sum[at] += n_annotators * p->log_floored[at] - all[k];
		}
	pfree(total);
	pfree(all);
}

/* Set the pooled rows to those that fit the annotators' rows best. */
void
hierarchy_step(RowPrior *p, const PriorCounts *counts, int n_annotators,
			   ModelRows *rows)
{
	int			q = p->q;
	double	   *sum = array_alloc((int64) q * q, sizeof(double), false);
	double	   *room = array_alloc((int64) q * 4, sizeof(double), false);
	PooledRow	r = {q, counts->crowd, n_annotators, room, room + q,
	room + 2 * q, room + 3 * q};

	sum_log_chances(p, n_annotators, rows, sum);
	for (int k = 0; k < q; k++)
	{
		for (int l = 0; l < q; l++)
		{
			Size		at = (Size) l * q + k;

			r.slope[l] = counts->crowd * sum[at];
			r.other[l] = 1 + counts->even / q + (l == k ? counts->diagonal : 0);
			r.hyper[l] = 1.0 / q + (l == k ? 1 : 0);
			r.share[l] = rows->pooled[at];
		}
		solve_row(&r);
		for (int l = 0; l < q; l++)
			rows->pooled[(Size) l * q + k] = r.share[l];
	}
	row_prior_set(p, counts, rows->pooled);
	pfree(sum);
	pfree(room);
}

/* What the pooled rows, and their norms, add to the objective. */
double
hierarchy_terms(const RowPrior *p, const PriorCounts *counts,
				int n_annotators, const double *pooled)
{
	int			q = p->q;
	double		norm = q * lgamma(q + p->total);
	double		terms = 0;

	for (int l = 0; l < q; l++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < q; k++)
		{
			Size		at = (Size) l * q + k;

			norm -= lgamma(1 + p->count[at]);
			terms += (1.0 / q + (l == k ? 1 : 0)) * log(pooled[at]);
		}
	}
	return terms + n_annotators * norm;
}
