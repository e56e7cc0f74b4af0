/*
 * cohen.c
 *		Cohen's kappa and Scott's pi of two annotators.
 *
 * Cohen 1960, 1968; Scott 1955; errors by Fleiss, Cohen and Everitt 1969,
 * "Large sample standard errors of kappa and weighted kappa", Psychological
 * Bulletin 72:323 (those of weighted kappa; without weights w is 1 or 0).
 *
 * All is written in disagreements d = 1 - w.  With D_i. and D_.j the mean
 * disagreement of i with the other's margin and of j with the one's,
 *		1 - kappa = q_o / q_e, q_o = sum p_ij d_ij, q_e = sum p_i. p_.j d_ij,
 * and the bracket of their error is the variance over the cells of
 *		d_ij - (D_i. + D_.j) q_o / q_e, whose mean is -q_o,
 * that of their null error the variance over independent margins of
 *		d_ij - D_i. - D_.j, whose mean is -q_e.
 * As sums of squares of deviations they are never negative, and exactly 0
 * where all items agree.  Scott's pi has the mean of both margins for each.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "array.h"
#include "cohen.h"
#include "distribution.h"

/* a variance of a coefficient, times n, that is but rounding */
#define ROUNDING		1e-20

/* both margins and the mean disagreement with them */
typedef struct Margins
{
	int			q;
	double	   *row;			/* p_i. */
	double	   *column;			/* p_.j */
	double	   *from_row;		/* of i with the columns: D_i. */
	double	   *from_column;	/* of j with the rows: D_.j */
} Margins;

/* Add up the margins, and apply the scale to them. */
static void
collect_margins(const CohenCell *cell, int64 n_cells, const Scale *scale,
				bool scott, double n, Margins *m)
{
	m->q = scale->q;
	m->row = array_alloc(m->q, sizeof(double), true);
	m->column = array_alloc(m->q, sizeof(double), true);
	m->from_row = array_alloc(m->q, sizeof(double), true);
	m->from_column = array_alloc(m->q, sizeof(double), true);
	for (int64 c = 0; c < n_cells; c++)
	{
		CHECK_FOR_INTERRUPTS();
		m->row[cell[c].i] += (double) cell[c].count;
		m->column[cell[c].j] += (double) cell[c].count;
	}
	for (int k = 0; k < m->q; k++)
	{
		double		both = m->row[k] + m->column[k];

		m->row[k] = scott ? both / (2.0 * n) : m->row[k] / n;
		m->column[k] = scott ? m->row[k] : m->column[k] / n;
	}
	scale_apply(scale, m->column, m->from_row);
	scale_apply(scale, m->row, m->from_column);
}

/* Free the margins. */
static void
free_margins(Margins *m)
{
	pfree(m->row);
	pfree(m->column);
	pfree(m->from_row);
	pfree(m->from_column);
}

/* Tell whether both gave but one and the same category. */
static bool
one_category_used(const Margins *m)
{
	int			used = 0;

	for (int k = 0; k < m->q; k++)
		if (m->row[k] > 0 || m->column[k] > 0)
			used++;
	return used <= 1;
}

/* Give n times the variance of the estimate. */
static double
scaled_variance(const CohenCell *cell, int64 n_cells, const Scale *scale,
				const Margins *m, const CohenResult *result)
{
	double		ratio = result->observed / result->expected;
	double		sum = 0;

	for (int64 c = 0; c < n_cells; c++)
	{
		int			i = cell[c].i;
		int			j = cell[c].j;
		double		deviation;

		CHECK_FOR_INTERRUPTS();
		deviation = scale_disagreement(scale, i, j) + result->observed -
			(m->from_row[i] + m->from_column[j]) * ratio;
		deviation /= result->expected;
		sum += (double) cell[c].count / (double) result->n * deviation *
			deviation;
	}
	return sum;
}

/*
 * Give the mean squared disagreement under independent margins.  Without
 * weights that is the mean disagreement; else a sum over the categories that
 * both annotators used.
 */
static double
mean_square(const Scale *scale, const Margins *m, double expected)
{
	double		sum = 0;

	if (scale->kind == WEIGHTS_UNWEIGHTED)
		return expected;
	for (int i = 0; i < m->q; i++)
	{
		double		row = 0;

		CHECK_FOR_INTERRUPTS();
		if (m->row[i] == 0)
			continue;
		for (int j = 0; j < m->q; j++)
			if (m->column[j] > 0)
			{
				double		d = scale_disagreement(scale, i, j);

				row += m->column[j] * d * d;
			}
		sum += m->row[i] * row;
	}
	return sum;
}

/*
 * Give n times the variance of the estimate if annotators were independent:
 * the mean square less what rows and columns explain.
 */
static double
scaled_null_variance(const Scale *scale, const Margins *m,
					 const CohenResult *result)
{
	double		expected = result->expected;
	double		sum = mean_square(scale, m, expected) - expected * expected;

	for (int k = 0; k < m->q; k++)
	{
		double		row = m->from_row[k] - expected;
		double		column = m->from_column[k] - expected;

		sum -= m->row[k] * row * row + m->column[k] * column * column;
	}
	return sum / (expected * expected);
}

/* Add error, bounds and p value to a defined estimate. */
static void
add_error(const CohenCell *cell, int64 n_cells, const Scale *scale,
		  const Margins *m, double confidence, CohenResult *result)
{
	double		variance = scaled_variance(cell, n_cells, scale, m, result);
	double		null_variance = scaled_null_variance(scale, m, result);
	double		reach;

	if (null_variance > ROUNDING)
		result->null_error = sqrt(null_variance / (double) result->n);
	if (variance <= ROUNDING)
	{
		result->reason = REASON_ZERO_VARIANCE;
		return;
	}
	result->has_error = true;
	result->std_error = sqrt(variance / (double) result->n);
	reach = -normal_quantile((1.0 - confidence) / 2.0) * result->std_error;
	result->lower = Max(result->estimate - reach, -1.0);
	result->upper = Min(result->estimate + reach, 1.0);
	if (result->null_error > 0)
	{
		result->has_p = true;
		result->p_value = 2.0 * normal_tail(fabs(result->estimate) /
											result->null_error);
	}
}

/* Compute Cohen's kappa, or Scott's pi, of the cells of a table. */
void
cohen_coefficient(const CohenCell *cell, int64 n_cells, const Scale *scale,
				  bool scott, double confidence, CohenResult *result)
{
	Margins		margins;

	memset(result, 0, sizeof(CohenResult));
	for (int64 c = 0; c < n_cells; c++)
		result->n += cell[c].count;
	if (result->n == 0)
	{
		result->reason = REASON_NO_ITEMS;
		return;
	}
	collect_margins(cell, n_cells, scale, scott, (double) result->n,
					&margins);
	for (int64 c = 0; c < n_cells; c++)
		result->observed += (double) cell[c].count *
			scale_disagreement(scale, cell[c].i, cell[c].j);
	result->observed /= (double) result->n;
	for (int k = 0; k < margins.q; k++)
		result->expected += margins.row[k] * margins.from_row[k];
	if (one_category_used(&margins))
		result->reason = REASON_ONE_CATEGORY;
	else if (result->expected <= 0)
		result->reason = REASON_NO_EXPECTED_DISAGREEMENT;
	else
	{
		result->defined = true;
		result->estimate = 1.0 - result->observed / result->expected;
		add_error(cell, n_cells, scale, &margins, confidence, result);
	}
	free_margins(&margins);
}
