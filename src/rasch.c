/*
 * rasch.c
 *		Errors of annotators on items of unequal difficulty, given how many err
 *		on each item.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "array.h"
#include "interrupts.h"
#include "rasch.h"

/* items with more labels are approximated (Hajek 1964): by then within 1e-3 */
#define EXACT_LABELS	32
/* of the priors */
#define LEVEL_PRECISION	0.25
#define SLOPE_PRECISION	4.0
#define MAX_ITERATIONS	1000
/* of the gradient, in standard errors */
#define TOLERANCE		1e-7
/* a step along each annotator alone, for together they overshoot: see step_size */
#define SAFE_STEP		0.6
/* odds nearer than this are told apart too badly to divide by */
#define NEAR			1e-4

/* ln w of the annotator of a label. */
static inline double
log_odds(const Rasch *m, int64 item, int64 label)
{
	const RaschLine *line = &m->line[m->design->annotator[label]];

	return line->level + line->slope * m->difficulty[item];
}

/* The odds of an item's annotators, the largest being 1. */
static void
item_odds(const Rasch *m, int64 item, int64 n, double *w)
{
	int64		start = m->design->start[item];
	double		top = -DBL_MAX;

	for (int64 k = 0; k < n; k++)
	{
		w[k] = log_odds(m, item, start + k);
		top = Max(top, w[k]);
	}
	for (int64 k = 0; k < n; k++)
		w[k] = exp(w[k] - top);
}

/* Multiply a polynomial of degree up to n, kept up to degree t, by 1 + w z. */
static inline void
times_binomial(double *e, int n, int t, double w)
{
	for (int k = Min(n + 1, t); k > 0; k--)
		e[k] += w * e[k - 1];
}

/* Chances of an item with few labels, exact: prefixes times suffixes. */
static void
exact_chances(const Rasch *m, int64 item, int n, int t, double *chance)
{
	double		w[EXACT_LABELS];
	double		suffix[EXACT_LABELS + 1][EXACT_LABELS + 1];
	double		prefix[EXACT_LABELS + 1] = {1.0};

	item_odds(m, item, n, w);
	memset(suffix[n], 0, sizeof(double) * (t + 1));
	suffix[n][0] = 1.0;
	for (int k = n - 1; k >= 0; k--)
	{
		memcpy(suffix[k], suffix[k + 1], sizeof(double) * (t + 1));
		times_binomial(suffix[k], n - 1 - k, t, w[k]);
	}
	for (int k = 0; k < n; k++)
	{
		double		others = 0.0;

		for (int s = 0; s < t; s++)
			others += prefix[s] * suffix[k + 1][t - 1 - s];
		chance[k] = w[k] * others / suffix[0][t];
		times_binomial(prefix, k, t, w[k]);
	}
}

/* Chances of an item with many labels: independent ones that sum to T. */
static void
approximate_chances(Rasch *m, int64 item, int64 n, int64 t, double *chance)
{
	int64		start = m->design->start[item];
	double		low = -100.0,
				high = 100.0,
				shift = m->shift[item];

	for (int i = 0; i < 100; i++)
	{
		double		sum = 0.0,
					slope = 0.0,
					next;

		for (int64 k = 0; k < n; k++)
		{
			CHECK_NOW_AND_THEN(k);
			chance[k] = 1.0 / (1.0 + exp(-shift - log_odds(m, item, start + k)));
			sum += chance[k];
			slope += chance[k] * (1.0 - chance[k]);
		}
		if (fabs(sum - t) < 1e-10 * t)
			break;
		if (sum < t)
			low = shift;
		else
			high = shift;
		next = shift + (t - sum) / slope;
		shift = next > low && next < high ? next : (low + high) / 2.0;
	}
	m->shift[item] = shift;
}

/* The chance of each label of an item to be wrong, given how many are. */
static void
item_chances(Rasch *m, int64 item)
{
	int64		start = m->design->start[item];
	int64		n = m->design->start[item + 1] - start;
	int64		t = m->n_wrong[item];
	double	   *chance = m->chance + start;

	if (t == 0 || t == n)
		for (int64 k = 0; k < n; k++)
			chance[k] = t == 0 ? 0.0 : 1.0;
	else if (n <= EXACT_LABELS)
		exact_chances(m, item, (int) n, (int) t, chance);
	else
		approximate_chances(m, item, n, t, chance);
	m->spread[item] = 0.0;
	for (int64 k = 0; k < n; k++)
		m->spread[item] += chance[k] * (1.0 - chance[k]);
}

/* what the likelihood says of an annotator's line */
typedef struct Gradient
{
	double		level;
	double		slope;
} Gradient;

/* Find all chances, the gradient and the information. */
static void
find_chances(Rasch *m, Gradient *gradient)
{
	const Design *d = m->design;

	for (int a = 0; a < d->n_annotators; a++)
	{
		RaschLine  *line = &m->line[a];

		gradient[a].level = -LEVEL_PRECISION * line->level;
		gradient[a].slope = -SLOPE_PRECISION * line->slope;
		line->information[0] = LEVEL_PRECISION;
		line->information[1] = 0.0;
		line->information[2] = SLOPE_PRECISION;
	}
	for (int64 i = 0; i < d->n_items; i++)
	{
		double		z = m->difficulty[i];

		CHECK_FOR_INTERRUPTS();
		item_chances(m, i);
		for (int64 j = d->start[i]; j < d->start[i + 1]; j++)
		{
			int			a = d->annotator[j];
			double		p = m->chance[j];
			double		excess = (m->wrong[j] ? 1.0 : 0.0) - p;

			gradient[a].level += excess;
			gradient[a].slope += excess * z;
			m->line[a].information[0] += p * (1.0 - p);
			m->line[a].information[1] += p * (1.0 - p) * z;
			m->line[a].information[2] += p * (1.0 - p) * z * z;
		}
	}
}

/*
 * Center levels and slopes: where all annotators meet, moving them together
 * changes nothing but the prior.
 */
static void
center_lines(Rasch *m)
{
	int			n = m->design->n_annotators;
	double		level = 0.0,
				slope = 0.0;

	for (int a = 0; a < n; a++)
	{
		level += m->line[a].level / n;
		slope += m->line[a].slope / n;
	}
	for (int a = 0; a < n; a++)
	{
		m->line[a].level -= level;
		m->line[a].slope -= slope;
	}
}

/*
 * How much of the step that each annotator alone would take all may take at
 * once.  Given T the n errors of an item are bound to one another, so that the
 * information of all is up to n / (n - 1) of that of each.  Where all items have
 * about as many labels that makes it nearly Newton's step.
 */
static double
step_size(const Rasch *m)
{
	const Design *d = m->design;
	double		labels = 0.0,
				share = 0.0;

	for (int64 i = 0; i < d->n_items; i++)
	{
		double		n = (double) (d->start[i + 1] - d->start[i]);

		CHECK_NOW_AND_THEN(i);
		if (m->n_wrong[i] == 0 || m->n_wrong[i] == (int64) n)
			continue;
		labels += n;
		share += n - 1.0;
	}
	return labels > 0.0 ? Max(SAFE_STEP, share / labels) : SAFE_STEP;
}

/* Go a step up the hill; gives the largest gradient in standard errors. */
static double
climb(Rasch *m, const Gradient *gradient, double step)
{
	double		largest = 0.0;

	for (int a = 0; a < m->design->n_annotators; a++)
	{
		RaschLine  *line = &m->line[a];
		const double *i = line->information;
		const Gradient *g = &gradient[a];
		double		det = i[0] * i[2] - i[1] * i[1];
		double		level = step * (i[2] * g->level - i[1] * g->slope) / det;
		double		slope = step * (i[0] * g->slope - i[1] * g->level) / det;

		largest = Max(largest, fabs(g->level) / sqrt(i[0]));
		largest = Max(largest, fabs(g->slope) / sqrt(i[2]));
		line->level += Max(-1.0, Min(1.0, level));
		line->slope += Max(-1.0, Min(1.0, slope));
	}
	center_lines(m);
	return largest;
}

/* Count the errors on each item, and rate its difficulty by them. */
static void
rate_items(Rasch *m)
{
	const Design *d = m->design;
	double		mean = 0.0;

	for (int64 i = 0; i < d->n_items; i++)
	{
		int64		n = d->start[i + 1] - d->start[i];

		CHECK_NOW_AND_THEN(i);
		for (int64 j = d->start[i]; j < d->start[i + 1]; j++)
			m->n_wrong[i] += m->wrong[j];
		m->difficulty[i] = log((double) m->n_wrong[i] + 0.5) -
			log((double) (n - m->n_wrong[i]) + 0.5);
		mean += m->difficulty[i] * ((double) n / (double) d->n_labels);
	}
	for (int64 i = 0; i < d->n_items; i++)
		m->difficulty[i] -= mean;
}

/* Keep the odds of all labels. */
static void
keep_odds(Rasch *m)
{
	const Design *d = m->design;

	m->odds = array_alloc(Max(d->n_labels, 1), sizeof(double), false);
	for (int64 i = 0; i < d->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		item_odds(m, i, d->start[i + 1] - d->start[i], m->odds + d->start[i]);
	}
}

/* Fit the annotators' odds. */
Rasch *
rasch_fit(const Design *d, const bool *wrong)
{
	Rasch	   *m = palloc(sizeof(Rasch));
	int64		n = Max(d->n_annotators, 1);
	int64		n_items = Max(d->n_items, 1);
	Gradient   *gradient = array_alloc(n, sizeof(Gradient), false);
	double		step,
				before = DBL_MAX;

	m->design = d;
	m->wrong = wrong;
	m->line = array_alloc(n, sizeof(RaschLine), true);
	m->chance = array_alloc(Max(d->n_labels, 1), sizeof(double), false);
	m->n_wrong = array_alloc(n_items, sizeof(int64), true);
	m->difficulty = array_alloc(n_items, sizeof(double), false);
	m->spread = array_alloc(n_items, sizeof(double), false);
	m->shift = array_alloc(n_items, sizeof(double), true);
	rate_items(m);
	step = step_size(m);
	for (int i = 0; i < MAX_ITERATIONS; i++)
	{
		double		largest;

		find_chances(m, gradient);
		largest = climb(m, gradient, step);
		if (largest < TOLERANCE)
			break;
		if (largest > before)
			step = SAFE_STEP;
		before = largest;
	}
	find_chances(m, gradient);
	keep_odds(m);
	pfree(gradient);
	return m;
}

/* Both of two of an item's few annotators err, from its definition. */
static double
exact_both(const Rasch *m, int64 item, int n, int t, int first, int second)
{
	const double *w = m->odds + m->design->start[item];
	double		e[EXACT_LABELS + 1] = {1.0};
	double		others;

	for (int k = 0, degree = 0; k < n; k++)
		if (k != first && k != second)
			times_binomial(e, degree++, t, w[k]);
	others = e[t - 2];
	times_binomial(e, n - 2, t, w[first]);
	times_binomial(e, n - 1, t, w[second]);
	return w[first] * w[second] * others / e[t];
}

/*
 * Give the chance that two labels of an item are both wrong.  For odds v, w and
 * chances p, q it is (v q - w p) / (v - w), as writing all three out shows.
 */
double
rasch_both(const Rasch *m, int64 item, int64 j, int64 k)
{
	const Design *d = m->design;
	int64		start = d->start[item];
	int64		n = d->start[item + 1] - start;
	int64		t = m->n_wrong[item];
	double		p = m->chance[j],
				q = m->chance[k];
	double		v,
				w;

	if (t < 2 || t == n)
		return t < 2 ? 0.0 : 1.0;
	if (n > EXACT_LABELS)
		return p * q * (1.0 - (1.0 - p) * (1.0 - q) / m->spread[item]);
	v = m->odds[j];
	w = m->odds[k];
	if (fabs(v - w) < NEAR * v)
		return exact_both(m, item, (int) n, (int) t,
						  (int) (j - start), (int) (k - start));
	return (v * q - w * p) / (v - w);
}
