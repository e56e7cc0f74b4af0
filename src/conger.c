/*
 * conger.c
 *		Conger's kappa: chance agreement from each annotator's own margins.
 *
 * Conger, Integration and generalization of kappas for multiple raters,
 * Psychological Bulletin 88 (1980) 322-328; with missing labels, weights and
 * linearised error: Gwet, Handbook of Inter-Rater Reliability (2014), chapters
 * 2, 3 and 5.
 *
 * With D the disagreements, p_g the shares of categories in what annotator g
 * labeled and P the sum of them over the r annotators, expected disagreement
 * is
 *		e = sum over g of p_g' D (P - p_g) / (r (r - 1))
 * so that each annotator needs but the categories that they used.  A label x by
 * g moves it, to first order, by
 *		2 / (r (r - 1)) / n_g ((D (P - p_g))_x - p_g' D (P - p_g))
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "conger.h"
#include "miscadmin.h"
#include "tally.h"

/* expected disagreement below this share of the whole is rounding */
#define ZERO_EXPECTED 1e-12

typedef struct Conger
{
	const Design *design;
	const Scale *scale;
	bool		drop_singles;
	int64		n_items;		/* that enter */
	int64		n_pairable;
	int64		n_labels;		/* that enter */
	int			r;				/* annotators who gave one */
	int			n_used;			/* categories that got one */
	int64	   *total;			/* labels of each category */
	int64	   *labels_by;		/* n_g */
	int64	   *start;			/* of each annotator in the next three */
	int32	   *code;			/* categories that they used, rising */
	double	   *share;			/* p_g */
	double	   *own;			/* D p_g */
	double	   *within;			/* p_g' D p_g */
	double	   *across;			/* p_g' D P */
	double	   *all;			/* P */
	double	   *all_applied;	/* D P */
	double		sum_within;
	double		sum_across;		/* P' D P */
	double	   *disagreement;	/* of each item */
	double		sum_disagreement;
	double		observed;
	double		expected;
	CategoryTally tally;
	/* the jackknife's scratch, one entry a category */
	double	   *delta;
	double	   *packed;
	double	   *applied;
} Conger;

/* Number of labels of an item that enter. */
static inline int64
entering(const Conger *c, int64 item)
{
	int64		size = c->design->start[item + 1] - c->design->start[item];

	return size < 2 && c->drop_singles ? 0 : size;
}

/* Count what enters, and find the observed disagreement. */
static void
collect_items(Conger *c)
{
	const Design *d = c->design;

	for (int64 i = 0; i < d->n_items; i++)
	{
		int64		size = entering(c, i);

		CHECK_FOR_INTERRUPTS();
		c->disagreement[i] = 0;
		c->n_items += size > 0;
		c->n_labels += size;
		for (int64 l = d->start[i]; l < d->start[i] + size; l++)
		{
			c->labels_by[d->annotator[l]]++;
			c->n_used += c->total[d->code[l]]++ == 0;
		}
		if (size < 2)
			continue;
		c->n_pairable++;
		item_tally(d, i, &c->tally);
		c->disagreement[i] = tally_disagreement(&c->tally, c->scale) /
			((double) size * (double) (size - 1));
		c->sum_disagreement += c->disagreement[i];
		tally_clear(&c->tally);
	}
}

/* Gather the codes that each annotator gave; next[g] is where those of g end. */
static int32 *
codes_by_annotator(const Conger *c, int64 *next)
{
	const Design *d = c->design;
	int32	   *codes = array_alloc(c->n_labels, sizeof(int32), false);
	int64		sum = 0;

	for (int g = 0; g < d->n_annotators; g++)
	{
		next[g] = sum;
		sum += c->labels_by[g];
	}
	for (int64 i = 0; i < d->n_items; i++)
	{
		int64		end = d->start[i] + entering(c, i);

		CHECK_FOR_INTERRUPTS();
		for (int64 l = d->start[i]; l < end; l++)
			codes[next[d->annotator[l]]++] = d->code[l];
	}
	return codes;
}

/* Find the shares of categories of every annotator, and their sum. */
static void
collect_shares(Conger *c)
{
	const Design *d = c->design;
	int64	   *next = array_alloc(d->n_annotators, sizeof(int64), false);
	int32	   *codes = codes_by_annotator(c, next);
	int64		room = Min(c->n_labels, (int64) d->n_annotators * d->q);
	int64		end = 0;

	c->code = array_alloc(room, sizeof(int32), false);
	c->share = array_alloc(room, sizeof(double), false);
	c->own = array_alloc(room, sizeof(double), false);
	for (int g = 0; g < d->n_annotators; g++)
	{
		int64		n = c->labels_by[g];

		CHECK_FOR_INTERRUPTS();
		c->start[g] = end;
		c->r += n > 0;
		for (int64 l = next[g] - n; l < next[g]; l++)
			tally_vote(&c->tally, codes[l], 1);
		tally_sort(&c->tally);
		for (int u = 0; u < c->tally.n_used; u++, end++)
		{
			int32		code = c->tally.used[u];

			c->code[end] = code;
			c->share[end] = (double) c->tally.votes[code] / (double) n;
			c->all[code] += c->share[end];
		}
		tally_clear(&c->tally);
	}
	c->start[d->n_annotators] = end;
	pfree(codes);
	pfree(next);
}

/* Apply the disagreements to the shares, and find expected disagreement. */
static void
collect_expected(Conger *c)
{
	const Design *d = c->design;
	double		numerator = 0;

	if (scale_is_nominal(c->scale))
		for (int k = 0; k < d->q; k++)
			c->all_applied[k] = c->r - c->all[k];
	else
		scale_apply(c->scale, c->all, c->all_applied);
	for (int g = 0; g < d->n_annotators; g++)
	{
		int64		start = c->start[g];
		int			n = (int) (c->start[g + 1] - start);

		CHECK_FOR_INTERRUPTS();
		if (!scale_is_nominal(c->scale))
			sparse_apply(c->scale, n, &c->code[start], &c->share[start],
						 n, &c->code[start], &c->own[start]);
		c->within[g] = c->across[g] = 0;
		for (int64 e = start; e < start + n; e++)
		{
			if (scale_is_nominal(c->scale))
				c->own[e] = 1 - c->share[e];
			c->within[g] += c->share[e] * c->own[e];
			c->across[g] += c->share[e] * c->all_applied[c->code[e]];
		}
		c->sum_within += c->within[g];
		c->sum_across += c->across[g];
		numerator += c->across[g] - c->within[g];
	}
	if (c->r >= 2)
		c->expected = numerator / ((double) c->r * (c->r - 1));
}

/* Collect all that estimate and errors are made of. */
static void
conger_begin(Conger *c, const Design *design, const Scale *scale,
			 bool drop_singles)
{
	int			a = design->n_annotators;
	int			q = design->q;

	memset(c, 0, sizeof(Conger));
	c->design = design;
	c->scale = scale;
	c->drop_singles = drop_singles;
	c->total = array_alloc(q, sizeof(int64), true);
	c->labels_by = array_alloc(a, sizeof(int64), true);
	c->start = array_alloc((int64) a + 1, sizeof(int64), true);
	c->within = array_alloc(a, sizeof(double), true);
	c->across = array_alloc(a, sizeof(double), true);
	c->all = array_alloc(q, sizeof(double), true);
	c->all_applied = array_alloc(q, sizeof(double), true);
	c->disagreement = array_alloc(design->n_items, sizeof(double), false);
	tally_init(&c->tally, q);
	collect_items(c);
	collect_shares(c);
	collect_expected(c);
	if (c->n_pairable > 0)
		c->observed = c->sum_disagreement / (double) c->n_pairable;
}

/* Free what conger_begin has allocated. */
static void
conger_end(Conger *c)
{
	void	   *parts[] = {c->total, c->labels_by, c->start, c->code, c->share,
		c->own, c->within, c->across, c->all, c->all_applied,
	c->disagreement};

	for (int i = 0; i < (int) lengthof(parts); i++)
		pfree(parts[i]);
	tally_free(&c->tally);
}

/* Turn the sums into an estimate. */
static void
conger_estimate(const Conger *c, Estimate *result)
{
	memset(result, 0, sizeof(Estimate));
	result->observed = c->observed;
	result->expected = c->expected;
	if (c->design->n_items == 0)
		result->reason = REASON_NO_ITEMS;
	else if (c->design->n_annotators < 2)
		result->reason = REASON_ONE_ANNOTATOR;
	else if (c->n_pairable == 0)
		result->reason = REASON_NO_PAIRABLE_ITEMS;
	else if (c->n_used < 2)
		result->reason = REASON_ONE_CATEGORY;
	else if (c->expected <= 0)
		result->reason = REASON_NO_EXPECTED_DISAGREEMENT;
	if (result->reason != REASON_NONE)
		return;
	result->value = 1 - c->observed / c->expected;
	result->defined = true;
}

/* Find where the share of a category stands that annotator g has used. */
static inline int64
share_of(const Conger *c, int32 g, int32 code)
{
	int64		low = c->start[g];
	int64		high = c->start[g + 1] - 1;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (c->code[middle] < code)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Give what the labels of an item move expected disagreement by, scaled up to
 * all items, and add the size of the terms that it is made of.
 */
static double
expected_deviation(const Conger *c, int64 item, double *size)
{
	const Design *d = c->design;
	double		unit = 2 * (double) c->n_items /
		((double) c->r * (c->r - 1));
	double		sum = 0;

	for (int64 l = d->start[item]; l < d->start[item + 1]; l++)
	{
		int32		g = d->annotator[l];
		double		at = c->all_applied[d->code[l]] -
			c->own[share_of(c, g, d->code[l])];
		double		mean = c->across[g] - c->within[g];

		sum += (at - mean) / (double) c->labels_by[g];
		*size += unit * (at + mean) / (double) c->labels_by[g];
	}
	return unit * sum;
}

/* Find the variance by linearisation, as published or of a ratio. */
static void
conger_linearised(const Conger *c, bool published, ItemVariance *result)
{
	double		n = (double) c->n_items;
	double		scale_up = n / (double) c->n_pairable;
	double		quotient = c->observed / c->expected;
	Deviations	deviations = {0};

	for (int64 i = 0; i < c->design->n_items; i++)
	{
		int64		labels = entering(c, i);
		double		size = 0;
		double		deviation;

		CHECK_FOR_INTERRUPTS();
		if (labels == 0)
			continue;
		deviation = quotient * expected_deviation(c, i, &size);
		size *= quotient;
		if (labels >= 2)
		{
			deviation += scale_up * (c->observed - c->disagreement[i]);
			size += scale_up * (c->observed + c->disagreement[i]);
		}
		deviation /= c->expected;
		size /= c->expected;
		if (published)
		{
			deviation += (1 - quotient) * ((labels >= 2) * scale_up - 1);
			size += fabs(1 - quotient);
		}
		deviations_add(&deviations, deviation, size, 1);
	}
	deviations_variance(&deviations, n, result);
}

/* Tell whether without an item all labels are of one category. */
static bool
one_category_without(Conger *c, int64 item)
{
	int			left = c->n_used;

	if (left > c->design->start[item + 1] - c->design->start[item] + 1)
		return false;
	item_tally(c->design, item, &c->tally);
	for (int u = 0; u < c->tally.n_used; u++)
		left -= c->tally.votes[c->tally.used[u]] ==
			c->total[c->tally.used[u]];
	tally_clear(&c->tally);
	return left <= 1;
}

/* Give the quadratic form of c->delta, and make it all 0 again. */
static double
delta_quadratic(Conger *c)
{
	int			n = c->tally.n_used;
	double		sum = 0;
	double		squares = 0;

	tally_sort(&c->tally);
	for (int u = 0; u < n; u++)
	{
		c->packed[u] = c->delta[c->tally.used[u]];
		c->delta[c->tally.used[u]] = 0;
		sum += c->packed[u];
		squares += c->packed[u] * c->packed[u];
	}
	if (!scale_is_nominal(c->scale))
	{
		sparse_apply(c->scale, n, c->tally.used, c->packed,
					 n, c->tally.used, c->applied);
		sum = 0;
		for (int u = 0; u < n; u++)
			sum += c->packed[u] * c->applied[u];
		tally_clear(&c->tally);
		return sum;
	}
	tally_clear(&c->tally);
	return sum * sum - squares;
}

/*
 * Give expected disagreement without an item.
 *
 * Without a label x of annotator g, p_g becomes p_g + c (p_g - e_x) with
 * c = 1 / (n_g - 1), or vanishes, and g with it, when it was the only one.
 */
static double
expected_without(Conger *c, int64 item)
{
	const Design *d = c->design;
	double		across = c->sum_across;
	double		within = c->sum_within;
	int			r = c->r;

	for (int64 l = d->start[item]; l < d->start[item + 1]; l++)
	{
		int32		g = d->annotator[l];
		int32		x = d->code[l];
		double		left = (double) (c->labels_by[g] - 1);
		double		factor = left > 0 ? 1 / left : -1;

		across += 2 * factor * c->across[g];
		for (int64 e = c->start[g]; e < c->start[g + 1]; e++)
		{
			tally_vote(&c->tally, c->code[e], 1);
			c->delta[c->code[e]] += factor * c->share[e];
		}
		if (left <= 0)
		{
			within -= c->within[g];
			r--;
			continue;
		}
		across -= 2 * factor * c->all_applied[x];
		c->delta[x] -= factor;
		within += factor * (2 + factor) * c->within[g] -
			2 * factor * (1 + factor) * c->own[share_of(c, g, x)];
	}
	across += delta_quadratic(c);
	return r < 2 ? 0 : (across - within) / ((double) r * (r - 1));
}

/* Find what leaving out each item does; c->delta and so on are its scratch. */
static void
leave_out_items(Conger *c, double value, Deletion *deletions)
{
	int			q = c->design->q;

	c->delta = array_alloc(q, sizeof(double), true);
	c->packed = array_alloc(q, sizeof(double), false);
	c->applied = array_alloc(q, sizeof(double), false);
	for (int64 i = 0; i < c->design->n_items; i++)
	{
		int64		labels = entering(c, i);
		int64		pairable = c->n_pairable - (labels >= 2);
		double		expected = 0;

		CHECK_FOR_INTERRUPTS();
		deletions[i].lost = false;
		deletions[i].change = 0;
		if (labels == 0)
			continue;
		if (pairable > 0 && !one_category_without(c, i))
			expected = expected_without(c, i);
		deletions[i].lost = expected <= ZERO_EXPECTED * c->expected;
		if (!deletions[i].lost)
			deletions[i].change = 1 - value -
				(c->sum_disagreement - c->disagreement[i]) /
				(double) pairable / expected;
	}
	pfree(c->delta);
	pfree(c->packed);
	pfree(c->applied);
}

/* Find the variance by leaving out one item at a time. */
static void
conger_jackknife(Conger *c, double value, ItemVariance *result)
{
	Deletion   *deletions = array_alloc(c->design->n_items, sizeof(Deletion),
										false);
	Replicates	replicates = {0};

	leave_out_items(c, value, deletions);
	for (int64 i = 0; i < c->design->n_items; i++)
		if (entering(c, i) > 0)
			replicates_add(&replicates, &deletions[i], 1);
	replicates_variance(&replicates, COEFFICIENT_TERMS(value), result);
	pfree(deletions);
}

/* Estimate Conger's kappa, and find what leaving out each item does to it. */
void
conger_deletions(const Design *design, const Scale *scale, bool drop_singles,
				 Estimate *estimate, Deletion *deletions)
{
	Conger		c;

	conger_begin(&c, design, scale, drop_singles);
	conger_estimate(&c, estimate);
	if (estimate->defined)
		leave_out_items(&c, estimate->value, deletions);
	conger_end(&c);
}

/* Estimate Conger's kappa with its error and interval. */
void
conger_kappa(const Design *design, const Scale *scale,
			 const IntervalOptions *options, Estimate *estimate,
			 ErrorInterval *interval)
{
	Conger		c;
	ItemVariance found = {0};

	conger_begin(&c, design, scale, options->drop_singles);
	conger_estimate(&c, estimate);
	memset(interval, 0, sizeof(ErrorInterval));
	interval->reason = estimate->reason;
	if (estimate->defined)
	{
		if (options->method == ERROR_JACKKNIFE)
			conger_jackknife(&c, estimate->value, &found);
		else if (options->method == ERROR_LINEARISED ||
				 options->method == ERROR_RATIO)
			conger_linearised(&c, options->method == ERROR_LINEARISED, &found);
		else
			elog(ERROR, "Conger's kappa has no error by method %d",
				 (int) options->method);
		found.variance *= population_factor(options->population,
											design->n_items);
		student_interval(estimate->value, &found, (double) c.n_items - 1,
						 options->confidence, interval);
	}
	conger_end(&c);
}
