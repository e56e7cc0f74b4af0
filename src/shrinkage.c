/*
 * shrinkage.c
 *		Accuracies of annotators, shrunk to the crowd's by empirical Bayes.
 *
 * The accuracies of annotators are draws from Beta(a, b), their correct answers
 * beta-binomial: a and b are those of the largest marginal likelihood (Griffin
 * and Krutchkoff 1971, Biometrika 58:425; Efron 2010, Large-Scale Inference,
 * chapter 1), in the form mean a / (a + b) and strength a + b.  Given the
 * strength the log-likelihood is concave in the mean; the strength is sought on
 * a grid and then by the golden section.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "distribution.h"
#include "interrupts.h"
#include "shrinkage.h"

#define GRID_POINTS		41
#define GOLDEN_STEPS	45
#define GOLDEN			0.6180339887498949

/* what is fitted: means are given, or one is common to all */
typedef struct StrengthFit
{
	const GoldCount *count;
	const double *mean;			/* NULL: common */
	int			n;
	double		edge;			/* of the common mean, from 0 and from 1 */
} StrengthFit;

/* How the log-likelihood changes with the common mean. */
static double
mean_slope(const StrengthFit *f, double strength, double mean)
{
	double		a = strength * mean;
	double		b = strength * (1.0 - mean);
	double		at_a = digamma(a);
	double		at_b = digamma(b);
	double		slope = 0.0;

	for (int i = 0; i < f->n; i++)
	{
		const GoldCount *c = &f->count[i];

		slope += digamma(a + c->correct) - at_a;
		slope -= digamma(b + c->n - c->correct) - at_b;
	}
	return slope;
}

/* The common mean at which the slope is 0: false position (Illinois). */
static double
best_mean(const StrengthFit *f, double strength)
{
	double		low = f->edge,
				high = 1.0 - f->edge,
				at_low = mean_slope(f, strength, low),
				at_high = mean_slope(f, strength, high);
	int			last = 0;

	if (at_low <= 0.0)
		return low;
	if (at_high >= 0.0)
		return high;
	for (int i = 0; i < 200 && high - low > 1e-14; i++)
	{
		/* every fourth step halves, so that the end is sure to come */
		double		mean = i % 4 == 3 ? (low + high) / 2.0 :
			(low * at_high - high * at_low) / (at_high - at_low);
		double		slope = mean_slope(f, strength, mean);

		CHECK_FOR_INTERRUPTS();
		if (slope == 0.0 || mean <= low || mean >= high)
			return mean;
		if (slope > 0.0)
		{
			low = mean;
			at_low = slope;
			if (last > 0)
				at_high /= 2.0;
			last = 1;
		}
		else
		{
			high = mean;
			at_high = slope;
			if (last < 0)
				at_low /= 2.0;
			last = -1;
		}
	}
	return (low + high) / 2.0;
}

/* The log-likelihood of a strength, at the best mean or at those given. */
static double
log_likelihood(const StrengthFit *f, double strength)
{
	double		common = f->mean == NULL ? best_mean(f, strength) : 0.0;
	double		sum = 0.0;

	for (int i = 0; i < f->n; i++)
	{
		const GoldCount *c = &f->count[i];
		double		mean = f->mean == NULL ? common : f->mean[i];
		double		a = strength * mean;
		double		b = strength * (1.0 - mean);

		CHECK_NOW_AND_THEN(i);
		sum += log_beta(a + c->correct, b + c->n - c->correct) - log_beta(a, b);
	}
	return sum;
}

/* The strength of the largest likelihood. */
static double
best_strength(const StrengthFit *f)
{
	double		top = log(MAX_STRENGTH / MIN_STRENGTH);
	double		step = top / (GRID_POINTS - 1);
	double		best = -HUGE_VAL;
	double		value = 0.0;
	int			at = 0;
	double		low,
				high;

	for (int i = 0; i < GRID_POINTS; i++)
	{
		value = log_likelihood(f, MIN_STRENGTH * exp(i * step));
		if (value >= best)
		{
			best = value;
			at = i;
		}
	}
	low = Max(at - 1, 0) * step;
	high = Min(at + 1, GRID_POINTS - 1) * step;
	for (int i = 0; i < GOLDEN_STEPS; i++)
	{
		double		left = high - GOLDEN * (high - low);
		double		right = low + GOLDEN * (high - low);

		if (log_likelihood(f, MIN_STRENGTH * exp(left)) >
			log_likelihood(f, MIN_STRENGTH * exp(right)))
			high = right;
		else
			low = left;
	}
	/* "value" is that of the largest strength; an end wins a tie */
	best = log_likelihood(f, MIN_STRENGTH * exp((low + high) / 2.0));
	if (value >= best)
		return MAX_STRENGTH;
	if (low == 0.0 && log_likelihood(f, MIN_STRENGTH) >= best)
		return MIN_STRENGTH;
	return MIN_STRENGTH * exp((low + high) / 2.0);
}

/* Choose the strength, or state one. */
static void
choose_strength(const StrengthFit *f, int n_informative, CrowdPrior *prior)
{
	prior->defined = true;
	prior->reason = REASON_NONE;
	if (n_informative < MIN_ANNOTATORS)
	{
		prior->strength = FEW_STRENGTH;
		prior->reason = REASON_FEW_ANNOTATORS;
		return;
	}
	prior->strength = best_strength(f);
	if (prior->strength == MAX_STRENGTH)
		prior->reason = REASON_NO_SPREAD;
}

/* Fit mean and strength. */
void
crowd_fit(const GoldCount *count, int n, CrowdPrior *prior)
{
	StrengthFit f = {count, NULL, n, 0.0};
	double		correct = 0.0,
				all = 0.0;
	int			n_informative = 0;

	memset(prior, 0, sizeof(CrowdPrior));
	for (int i = 0; i < n; i++)
	{
		correct += count[i].correct;
		all += count[i].n;
		/* one answer is right with the mean's chance, whatever the strength */
		n_informative += count[i].n > 1.0;
	}
	if (all == 0.0)
	{
		prior->reason = REASON_NO_ITEMS;
		return;
	}
	f.edge = 0.5 / (all + 1.0);
	choose_strength(&f, n_informative, prior);
	if (prior->reason == REASON_FEW_ANNOTATORS)
		prior->mean = Max(f.edge, Min(correct / all, 1.0 - f.edge));
	else if (correct == 0.0 || correct == all)
	{
		/* the mean lies at its edge, where the likelihood of a strength is flat */
		prior->strength = MAX_STRENGTH;
		prior->reason = REASON_NO_SPREAD;
		prior->mean = correct == 0.0 ? f.edge : 1.0 - f.edge;
	}
	else
		prior->mean = best_mean(&f, prior->strength);
}

/*
 * Add up the counts of each annotator; says how many have answers in several
 * strata, and in one of them more than one, which alone tells of the strength.
 */
static int
annotator_totals(const int32 *annotator, const GoldCount *count, int n,
				 GoldCount *total)
{
	int			informative = 0;
	int			strata = 0;
	bool		tells = false;

	for (int i = 0; i < n; i++)
	{
		GoldCount  *t = &total[annotator[i]];

		if (i > 0 && annotator[i] != annotator[i - 1])
		{
			informative += strata > 1 && tells;
			strata = 0;
			tells = false;
		}
		strata += count[i].n > 0.0;
		tells |= count[i].n > 1.0;
		t->correct += count[i].correct;
		t->n += count[i].n;
	}
	return informative + (strata > 1 && tells);
}

/* Fit the strength of strata around the shrunken means of their annotators. */
void
strata_fit(const int32 *annotator, const GoldCount *count, int n,
		   double *mean, CrowdPrior *within)
{
	StrengthFit f = {count, mean, n, 0.0};
	int			n_annotators = n == 0 ? 0 : annotator[n - 1] + 1;
	GoldCount  *total = array_alloc(Max(n_annotators, 1), sizeof(GoldCount),
									true);
	int			n_informative = annotator_totals(annotator, count, n, total);
	CrowdPrior	crowd;

	crowd_fit(total, n_annotators, &crowd);
	*within = crowd;
	if (!crowd.defined)
		return;
	for (int i = 0; i < n; i++)
	{
		const GoldCount *t = &total[annotator[i]];
		double		a = crowd.strength * crowd.mean + t->correct;
		double		b = crowd.strength * (1.0 - crowd.mean) + t->n - t->correct;

		mean[i] = a / (a + b);
	}
	memset(within, 0, sizeof(CrowdPrior));
	choose_strength(&f, n_informative, within);
}

/* Shrink one count. */
void
shrink(const GoldCount *count, double mean, double strength,
	   double confidence, ShrunkenShare *share)
{
	double		a = strength * mean + count->correct;
	double		b = strength * (1.0 - mean) + count->n - count->correct;

	share->mean = a / (a + b);
	share->lower = beta_quantile(0.5 * (1.0 - confidence), a, b);
	share->upper = beta_upper_quantile(0.5 * (1.0 - confidence), a, b);
}
