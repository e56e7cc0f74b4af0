/*
 * numeric_consensus.c
 *		Consensus of numbers, with a bias and a variance of each annotator.
 *
 * Label of annotator j on item i: y_ij = t_i + b_j + e_ij, e_ij ~ N(0, v_j), all
 * independent; t_i flat, which makes it residual maximum likelihood (Patterson
 * and Thompson, Biometrika 58 (1971) 545-554), b_j ~ N(0, s).  That is the model
 * of Grubbs, Journal of the American Statistical Association 43 (1948) 243-264,
 * with biases.  Variances are held to the crowd's by PRIOR_LABELS imagined
 * labels of variance v0, the common variance when all v_j are one, which is
 * found first; s by PRIOR_ANNOTATORS imagined ones of bias v0.
 *
 * Variational EM (Jordan et al., Machine Learning 37 (1999) 183-233, section
 * 5): the t_i are integrated out exactly, the b_j are taken as independent with
 * mean b_j and variance c_j.  With w_j = 1 / v_j, W_i the sum of w_j on item i,
 * a_ij = w_j / W_i and r_ij = y_ij - b_j - t_i,
 *
 *	t_i	 = sum of a_ij (y_ij - b_j)
 *	c_j	 = 1 / (sum of w_j (1 - a_ij) + 1 / s)
 *	b_j += (sum of w_j r_ij - b_j / s) / (n_j w_j + 1 / s)
 *	q_ij = r_ij^2 + 1 / W_i + (1 - a_ij)^2 c_j + sum over others of a_il^2 c_l
 *	v_j	 = (sum of q_ij + PRIOR_LABELS v0) / (n_j + PRIOR_LABELS)
 *	s	 = (sum of b_j^2 + c_j + PRIOR_ANNOTATORS v0) / (J + PRIOR_ANNOTATORS)
 *
 * and the b_j of a block, within which shared items link all annotators, are
 * moved together so that they add up to 0, where their prior is largest.  All
 * sums go over items with two labels or more: others tell nothing of b and v.
 * The variance of a value is 1 / W_i + sum of a_ij^2 c_j.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "miscadmin.h"
#include "numeric_consensus.h"

#define MAX_ITERATIONS 1000
#define TOLERANCE 1e-8

/* a variance as small as this, where all values lie within 1, is none */
#define NO_VARIANCE 1e-24

#define ItemLabels(d, i) ((d)->start[(i) + 1] - (d)->start[i])

/* the fit at work */
typedef struct Work
{
	const Design *d;
	double	   *y;				/* of each label, centred and scaled */
	int			outer;			/* y = (value / 2^outer - centre) / 2^inner */
	double		centre;
	int			inner;
	int64	   *n;				/* shared labels of each annotator */
	int			n_active;		/* annotators with any */
	int		   *block;			/* an annotator of the same block, the first */
	int64		n_shared;		/* labels on shared items */
	double	   *b;
	double	   *c;
	double	   *v;
	double		s;
	double		v0;
	double	   *pull;			/* sums of a sweep: w_j r_ij, */
	double	   *hold;			/* w_j (1 - a_ij), */
	double	   *square;			/* and q_ij */
	double	   *sum;			/* of the biases of a block, */
	int		   *size;			/* and how many they are */
} Work;

#define ST_SORT sort_numbers
#define ST_ELEMENT_TYPE double
#define ST_COMPARE(x, y) (*(x) < *(y) ? -1 : *(x) > *(y))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* The power of two that is just beyond the largest number of so many. */
static int
largest_exponent(const double *x, int64 n)
{
	double		furthest = 0;
	int			exponent = 0;

	for (int64 j = 0; j < n; j++)
		furthest = Max(furthest, fabs(x[j]));
	if (furthest > 0)
		(void) frexp(furthest, &exponent);
	return exponent;
}

/*
 * Take their mean from the labels and scale them by powers of two, so that no
 * square can overflow and none is lost.
 */
static void
scale_labels(Work *w, const double *value)
{
	const Design *d = w->d;
	double		sum = 0;

	for (int64 j = 0; j < d->n_labels; j++)
		w->y[j] = value[d->code[j]];
	w->outer = largest_exponent(w->y, d->n_labels);
	for (int64 j = 0; j < d->n_labels; j++)
		sum += w->y[j] = ldexp(w->y[j], -w->outer);
	w->centre = d->n_labels > 0 ? sum / (double) d->n_labels : 0;
	for (int64 j = 0; j < d->n_labels; j++)
		w->y[j] -= w->centre;
	w->inner = largest_exponent(w->y, d->n_labels);
	for (int64 j = 0; j < d->n_labels; j++)
		w->y[j] = ldexp(w->y[j], -w->inner);
}

/* A place among the labels in their own units. */
static double
unscaled(const Work *w, double y)
{
	return ldexp(ldexp(y, w->inner) + w->centre, w->outer);
}

/* A distance in the units of the labels. */
static double
unscaled_distance(const Work *w, double y)
{
	return ldexp(y, w->inner + w->outer);
}

/* The mean and the median of each item's labels, as they are. */
static void
plain_figures(Work *w, NumericItem *item)
{
	const Design *d = w->d;
	int64		most = 1;
	double	   *sorted;

	for (int64 i = 0; i < d->n_items; i++)
		most = Max(most, ItemLabels(d, i));
	sorted = array_alloc(most, sizeof(double), false);
	for (int64 i = 0; i < d->n_items; i++)
	{
		int64		n = ItemLabels(d, i);
		double		sum = 0;

		CHECK_FOR_INTERRUPTS();
		for (int64 l = 0; l < n; l++)
			sum += sorted[l] = w->y[d->start[i] + l];
		sort_numbers(sorted, n);
		item[i].mean = sum / (double) n;
		item[i].median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
		item[i].value = item[i].mean;
		item[i].std_error = NAN;
	}
	pfree(sorted);
}

/* The first annotator of a block, by the way shortened. */
static int
find_block(int *block, int a)
{
	while (block[a] != a)
	{
		block[a] = block[block[a]];
		a = block[a];
	}
	return a;
}

/* Find the blocks within which shared items link all annotators. */
static void
find_blocks(Work *w)
{
	const Design *d = w->d;

	for (int a = 0; a < d->n_annotators; a++)
		w->block[a] = a;
	for (int64 i = 0; i < d->n_items; i++)
		for (int64 l = d->start[i] + 1; l < d->start[i + 1]; l++)
		{
			int			x = find_block(w->block, d->annotator[l - 1]);
			int			y = find_block(w->block, d->annotator[l]);

			w->block[Max(x, y)] = Min(x, y);
		}
	for (int a = 0; a < d->n_annotators; a++)
		w->block[a] = find_block(w->block, a);
}

/* Start with no bias and the variance of labels within items. */
static void
start_fit(Work *w, const NumericItem *item)
{
	const Design *d = w->d;
	double		squares = 0;
	int64		n_items = 0;

	for (int64 i = 0; i < d->n_items; i++)
	{
		if (ItemLabels(d, i) < 2)
			continue;
		n_items++;
		for (int64 l = d->start[i]; l < d->start[i + 1]; l++)
		{
			double		r = w->y[l] - item[i].mean;

			squares += r * r;
			w->n[d->annotator[l]]++;
			w->n_shared++;
		}
	}
	w->v0 = w->n_shared > 0 ? squares / (double) (w->n_shared - n_items) : 0;
	w->s = w->v0 / 4;
	for (int a = 0; a < d->n_annotators; a++)
	{
		w->n_active += w->n[a] > 0;
		w->v[a] = w->v0;
	}
}

/* The precisions of an item's labels, added up. */
static double
item_precision(const Work *w, int64 item)
{
	double		sum = 0;

	for (int64 l = w->d->start[item]; l < w->d->start[item + 1]; l++)
		sum += 1 / w->v[w->d->annotator[l]];
	return sum;
}

/* The weighted mean of an item's labels without their biases. */
static double
item_value(const Work *w, int64 item, double precision)
{
	double		sum = 0;

	for (int64 l = w->d->start[item]; l < w->d->start[item + 1]; l++)
	{
		int32		a = w->d->annotator[l];

		sum += (w->y[l] - w->b[a]) / (w->v[a] * precision);
	}
	return sum;
}

/* What the errors of the biases add to the variance of an item's value. */
static double
item_bias_variance(const Work *w, int64 item, double precision)
{
	double		sum = 0;

	for (int64 l = w->d->start[item]; l < w->d->start[item + 1]; l++)
	{
		int32		a = w->d->annotator[l];
		double		share = 1 / (w->v[a] * precision);

		sum += share * share * w->c[a];
	}
	return sum;
}

/* Add up over all items what the next biases and variances need. */
static void
sweep(Work *w)
{
	const Design *d = w->d;
	Size		size = sizeof(double) * d->n_annotators;

	memset(w->pull, 0, size);
	memset(w->hold, 0, size);
	memset(w->square, 0, size);
	for (int64 i = 0; i < d->n_items; i++)
	{
		double		precision,
					t,
					spread;

		CHECK_FOR_INTERRUPTS();
		if (ItemLabels(d, i) < 2)
			continue;
		precision = item_precision(w, i);
		t = item_value(w, i, precision);
		spread = item_bias_variance(w, i, precision);
		for (int64 l = d->start[i]; l < d->start[i + 1]; l++)
		{
			int32		a = d->annotator[l];
			double		share = 1 / (w->v[a] * precision);
			double		r = w->y[l] - w->b[a] - t;

			w->pull[a] += r / w->v[a];
			w->hold[a] += (1 - share) / w->v[a];
			w->square[a] += r * r + 1 / precision + spread +
				(1 - 2 * share) * w->c[a];
		}
	}
}

/* Move the biases and their variance; says how far they went. */
static double
move_biases(Work *w)
{
	double		furthest = 0;

	for (int a = 0; a < w->d->n_annotators; a++)
	{
		double		step;

		if (w->n[a] == 0)
			continue;
		step = (w->pull[a] - w->b[a] / w->s) /
			((double) w->n[a] / w->v[a] + 1 / w->s);
		w->b[a] += step;
		w->c[a] = 1 / (w->hold[a] + 1 / w->s);
		furthest = Max(furthest, fabs(step) / sqrt(w->v0));
	}
	return furthest;
}

/*
 * Move the biases of each block together: the labels do not tell where their
 * mean is.
 */
static void
centre_biases(Work *w)
{
	int			n = w->d->n_annotators;

	memset(w->sum, 0, sizeof(double) * n);
	memset(w->size, 0, sizeof(int) * n);
	for (int a = 0; a < n; a++)
	{
		w->sum[w->block[a]] += w->b[a];
		w->size[w->block[a]]++;
	}
	for (int a = 0; a < n; a++)
		w->b[a] -= w->sum[w->block[a]] / w->size[w->block[a]];
}

/* Move the variances, common or each; says how far they went, in logs. */
static double
move_variances(Work *w, bool common)
{
	double		furthest = 0;
	double		all = 0;

	for (int a = 0; a < w->d->n_annotators; a++)
		all += w->square[a];
	if (common)
		w->v0 = all / (double) w->n_shared;
	for (int a = 0; a < w->d->n_annotators; a++)
	{
		double		v = common ? w->v0 :
			(w->square[a] + PRIOR_LABELS * w->v0) /
			((double) w->n[a] + PRIOR_LABELS);

		v = Max(v, NO_VARIANCE);
		if (w->n[a] > 0)
			furthest = Max(furthest, fabs(log(v / w->v[a])));
		w->v[a] = v;
	}
	w->v0 = Max(w->v0, NO_VARIANCE);
	return furthest;
}

/* Move the variance of the biases. */
static void
move_spread(Work *w)
{
	double		sum = PRIOR_ANNOTATORS * w->v0;

	for (int a = 0; a < w->d->n_annotators; a++)
		if (w->n[a] > 0)
			sum += w->b[a] * w->b[a] + w->c[a];
	w->s = sum / (w->n_active + PRIOR_ANNOTATORS);
}

/* Iterate to convergence, with one variance or one of each annotator. */
static void
iterate(Work *w, bool common, NumericFit *fit)
{
	fit->converged = false;
	for (int n = 0; n < MAX_ITERATIONS && !fit->converged; n++)
	{
		double		biases,
					variances;

		sweep(w);
		biases = move_biases(w);
		centre_biases(w);
		variances = move_variances(w, common);
		move_spread(w);
		fit->iterations++;
		fit->converged = Max(biases, variances) < TOLERANCE;
	}
}

/*
 * Mark annotators of all blocks but the one with most shared labels: their
 * biases cannot be compared with the others'.
 */
static void
mark_blocks(const Work *w, NumericAnnotator *annotator)
{
	int			n = w->d->n_annotators;
	int64	   *size = array_alloc(Max(n, 1), sizeof(int64), true);
	int			largest = -1;

	for (int a = 0; a < n; a++)
		size[w->block[a]] += w->n[a];
	for (int a = 0; a < n; a++)
		if (largest < 0 || size[a] > size[largest])
			largest = a;
	for (int a = 0; a < n; a++)
		if (annotator[a].reason == REASON_NONE && w->block[a] != largest)
			annotator[a].reason = REASON_DISCONNECTED;
	pfree(size);
}

/* Write down what was found of items, in the units of the labels. */
static void
finish_items(const Work *w, bool fitted, NumericFit *fit)
{
	for (int64 i = 0; i < w->d->n_items; i++)
	{
		NumericItem *item = &fit->item[i];

		CHECK_FOR_INTERRUPTS();
		if (fitted)
		{
			double		precision = item_precision(w, i);

			item->value = item_value(w, i, precision);
			if (fit->reason == REASON_NONE)
				item->std_error =
					unscaled_distance(w, sqrt(1 / precision +
											  item_bias_variance(w, i, precision)));
		}
		item->value = unscaled(w, item->value);
		item->mean = unscaled(w, item->mean);
		item->median = unscaled(w, item->median);
	}
}

/* Write down what was found of annotators. */
static void
finish_annotators(const Work *w, NumericFit *fit)
{
	const Design *d = w->d;

	for (int64 l = 0; l < d->n_labels; l++)
		fit->annotator[d->annotator[l]].n_labels++;
	for (int a = 0; a < d->n_annotators; a++)
	{
		NumericAnnotator *f = &fit->annotator[a];

		f->n_shared = w->n[a];
		f->reason = fit->reason != REASON_NONE ? fit->reason :
			w->n[a] == 0 ? REASON_NO_PAIRABLE_ITEMS : REASON_NONE;
		f->bias = unscaled_distance(w, w->b[a]);
		f->bias_error = unscaled_distance(w, sqrt(w->c[a]));
		f->std_dev = unscaled_distance(w, sqrt(w->v[a]));
		f->weight = w->v[a] > 0 ? w->v0 / w->v[a] : 1;
	}
	mark_blocks(w, fit->annotator);
	/* of two only the sum of variances is told by the labels */
	for (int a = 0; a < d->n_annotators && w->n_active == 2; a++)
		if (fit->annotator[a].reason == REASON_NONE)
			fit->annotator[a].reason = REASON_TWO_ANNOTATORS;
}

/* Allocate what the fit works with. */
static void
work_allocate(Work *w, const Design *d)
{
	int			n = Max(d->n_annotators, 1);

	memset(w, 0, sizeof(Work));
	w->d = d;
	w->y = array_alloc(Max(d->n_labels, 1), sizeof(double), false);
	w->n = array_alloc(n, sizeof(int64), true);
	w->b = array_alloc(n, sizeof(double), true);
	w->c = array_alloc(n, sizeof(double), true);
	w->v = array_alloc(n, sizeof(double), true);
	w->pull = array_alloc(n, sizeof(double), true);
	w->hold = array_alloc(n, sizeof(double), true);
	w->square = array_alloc(n, sizeof(double), true);
	w->sum = array_alloc(n, sizeof(double), true);
	w->size = array_alloc(n, sizeof(int), true);
	w->block = array_alloc(n, sizeof(int), true);
}

/* Why no error can be known, before the fit is tried. */
static Reason
reason_before(const Work *w)
{
	if (w->d->n_items == 0)
		return REASON_NO_ITEMS;
	if (w->d->n_annotators == 1)
		return REASON_ONE_ANNOTATOR;
	if (w->n_shared == 0)
		return REASON_NO_PAIRABLE_ITEMS;
	return w->v0 <= NO_VARIANCE ? REASON_ZERO_VARIANCE : REASON_NONE;
}

/* Fit the model. */
void
numeric_fit(const Design *design, const double *value, NumericFit *fit)
{
	Work		w;
	bool		fitted;

	memset(fit, 0, sizeof(NumericFit));
	fit->item = array_alloc(Max(design->n_items, 1), sizeof(NumericItem), true);
	fit->annotator = array_alloc(Max(design->n_annotators, 1),
								 sizeof(NumericAnnotator), true);
	work_allocate(&w, design);
	scale_labels(&w, value);
	plain_figures(&w, fit->item);
	find_blocks(&w);
	start_fit(&w, fit->item);
	fit->reason = reason_before(&w);
	fitted = fit->reason == REASON_NONE;
	if (fitted)
	{
		iterate(&w, true, fit);
		iterate(&w, false, fit);
		/* a bias that no shared item tells of is anybody's */
		for (int a = 0; a < design->n_annotators; a++)
			if (w.n[a] == 0)
				w.c[a] = w.s;
		/* nothing but biases sets the labels apart */
		if (w.v0 <= NO_VARIANCE)
			fit->reason = REASON_ZERO_VARIANCE;
	}
	finish_items(&w, fitted, fit);
	finish_annotators(&w, fit);
}
