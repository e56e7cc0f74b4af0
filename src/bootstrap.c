/*
 * bootstrap.c
 *		Errors of the anonymous coefficients by the bootstrap over items.
 *
 * Items drawn with replacement are multinomial counts over the vote patterns
 * (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 6
 * and 13: the standard error and the percentile interval).  Resample b comes
 * from stream b of the seed, so the result is a function of the histogram, its
 * canonical order and the seed.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "array.h"
#include "item_variance.h"
#include "random.h"

#define DEFAULT_RESAMPLES	1000

/* the share of undefined resamples above which there are no bounds */
#define MAX_UNDEFINED_SHARE	0.05

/* the values of the coefficients on the resamples where they are defined */
typedef struct Resamples
{
	int			n;				/* coefficients */
	int			size;			/* resamples */
	double	   *value;			/* n rows of size */
	int		   *defined;		/* entries in each row */
} Resamples;

/*
 * Say how many items of each pattern the data have, as chances.  Items with
 * one label are no part of the sample where they are dropped.
 */
static double *
pattern_weights(const Patterns *p, bool drop_singles, double *total)
{
	double	   *weight = array_alloc(p->n_patterns, sizeof(double), false);
	int64		i;

	*total = 0.0;
	for (i = 0; i < p->n_patterns; i++)
	{
		weight[i] = drop_singles && p->size[i] < 2 ? 0.0 :
			(double) p->count[i];
		*total += weight[i];
	}
	return weight;
}

/* Estimate all coefficients on one resample. */
static void
estimate_resample(const Patterns *resample, Scale *scale,
				  const Coefficient *which, bool drop_singles,
				  Resamples *resamples)
{
	int			j;

	for (j = 0; j < resamples->n; j++)
	{
		Estimate	estimate;

		coefficient_estimate(resample, scale, which[j], drop_singles,
							 &estimate);
		if (estimate.defined)
			resamples->value[(Size) j * resamples->size +
							 resamples->defined[j]++] = estimate.value;
	}
}

/* Draw all resamples and estimate the coefficients on them. */
static void
draw_resamples(const Patterns *p, Scale *scale, const Coefficient *which,
			   const IntervalOptions *options, Resamples *resamples)
{
	Patterns	resample = *p;
	double		total;
	double	   *weight = pattern_weights(p, options->drop_singles, &total);
	int			b;

	resample.count = array_alloc(p->n_patterns, sizeof(int64), false);
	for (b = 0; b < resamples->size; b++)
	{
		RandomStream stream;

		CHECK_FOR_INTERRUPTS();
		random_start(&stream, options->seed, b);
		random_multinomial(&stream, (int64) total, p->n_patterns, weight,
						   total, resample.count);
		estimate_resample(&resample, scale, which, options->drop_singles,
						  resamples);
	}
	pfree(resample.count);
	pfree(weight);
}

/* Turn the draws of one coefficient into its error and percentile bounds. */
static void
percentile_interval(const Patterns *p, double *value, int n_defined,
					const Resamples *resamples, const Estimate *estimate,
					const IntervalOptions *options, ErrorInterval *result)
{
	DrawSummary summary = {.constant = true};

	result->n_undefined = resamples->size - n_defined;
	if (n_defined > 0)
	{
		draws_summarise(value, n_defined, options->confidence, &summary);
		draws_shrink(&summary, estimate->value,
					 population_factor(options->population, p->n_items));
	}
	result->has_error = !summary.constant;
	result->std_error = summary.deviation;
	if (result->n_undefined > MAX_UNDEFINED_SHARE * resamples->size)
		result->reason = REASON_UNDEFINED_RESAMPLES;
	else if (summary.constant)
		result->reason = REASON_ZERO_VARIANCE;
	else
	{
		result->has_bounds = true;
		result->lower = Max(summary.lower, Min(-1.0, estimate->value));
		result->upper = Min(summary.upper, 1.0);
	}
}

/* Give errors and percentile intervals, all from the same resamples. */
void
bootstrap_intervals(const Patterns *p, Scale *scale, int n,
					const Coefficient *which, const Estimate *estimates,
					const IntervalOptions *options, ErrorInterval *results)
{
	Resamples	resamples;
	bool		any = false;
	int			j;

	for (j = 0; j < n; j++)
	{
		memset(&results[j], 0, sizeof(ErrorInterval));
		results[j].reason = estimates[j].reason;
		any |= estimates[j].defined;
	}
	if (!any)
		return;

	resamples.n = n;
	resamples.size = options->resamples > 0 ? options->resamples :
		DEFAULT_RESAMPLES;
	resamples.value = array_alloc((int64) n * resamples.size, sizeof(double),
								  false);
	resamples.defined = palloc0(sizeof(int) * n);
	draw_resamples(p, scale, which, options, &resamples);
	for (j = 0; j < n; j++)
		if (estimates[j].defined)
			percentile_interval(p,
								&resamples.value[(Size) j * resamples.size],
								resamples.defined[j], &resamples,
								&estimates[j], options, &results[j]);
	pfree(resamples.value);
	pfree(resamples.defined);
}
