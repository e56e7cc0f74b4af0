/*
 * proportion.c
 *		A proportion: intervals at one look, and tests and intervals that hold
 *		at every look.
 *
 * At one look: Wilson 1927, JASA 22:209; Clopper and Pearson 1934, Biometrika
 * 26:404; equal tails of the posterior under Jeffreys' prior, Brown, Cai and
 * DasGupta 2001, Statistical Science 16:101, section 3.1.
 *
 * At every look: with s hits and f misses, the likelihood ratio of a mixture
 * of alternatives p ~ Beta(a, b) against the value t,
 *
 *		E = B(a + s, b + f) / (B(a, b) t^s (1 - t)^f),
 *
 * is a nonnegative martingale of mean 1 if the accuracy is t, so that it ever
 * passes 1/alpha with probability alpha at most (Ville 1939; Robbins 1970,
 * Annals of Mathematical Statistics 41:1397).  The mixture of p < t alone tests
 * "at least t": E is multiplied by I_t(a + s, b + f) / I_t(a, b).
 *
 * With K(x; a, b) = x^a (1 - x)^b / B(a, b) and R = I / K the two are
 * K(t; a, b) / K(t; a + s, b + f) and R(t; a + s, b + f) / R(t; a, b): nothing
 * of the size of the likelihood is left to cancel.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "distribution.h"
#include "proportion.h"

/* the widest logit that still gives a proportion apart from 0 */
#define MAX_LOGIT	740.0

/* Give the bounds of no answers; true when there are none. */
static bool
nothing_known(const Trials *t, Bounds *bounds)
{
	bounds->lower = 0.0;
	bounds->upper = 1.0;
	return t->hits + t->misses <= 0.0;
}

/* Wilson's score interval: the roots of (p - s/n)^2 = z^2 p (1 - p) / n. */
void
wilson_bounds(const Trials *t, double confidence, Bounds *bounds)
{
	double		n = t->hits + t->misses;
	double		z = -normal_quantile(0.5 * (1.0 - confidence));
	double		share;
	double		p;
	double		half;

	if (nothing_known(t, bounds))
		return;
	share = z * z / n;
	p = t->hits / n;
	half = z * sqrt(p * (t->misses / n) / n + share / n / 4.0);
	if (t->misses > 0.0)
		bounds->upper = Max(Min((p + share / 2.0 + half) / (1.0 + share), 1.0),
							p);
	/* by the product of the roots, for their difference would cancel */
	if (t->hits > 0.0)
		bounds->lower = Min(p * p / ((1.0 + share) * bounds->upper), p);
}

/*
 * So many trials as would give a share its variance, where answers on one item
 * depend on each other; never more than items, for near 0 and 1 a variance is
 * known badly, and 0 says nothing (after Korn and Graubard 1998, Survey Methodology
 * 24:193, without their factor for few items).  The variance is one with the factor n / (n - 1) of a sample: one
 * answer an item counts as one trial.
 */
void
effective_trials(double share, double variance, double items, Trials *t)
{
	double		n = items;
	double		one = share * (1 - share);	/* the variance of one trial */
	double		all = variance * (items - 1);

	if (all > one)
		n = items * one / all;
	t->hits = share * n;
	t->misses = (1 - share) * n;
}

/* How far the end of a difference lies from it. */
static double
difference_reach(double a, double b, double correlation)
{
	return sqrt(Max(a * a - 2 * correlation * a * b + b * b, 0.0));
}

/*
 * The difference of two figures: each end lies as far from it as the two bounds
 * on that side together (Zou and Donner 2008, Statistics in Medicine 27:1693; of
 * proportions with Wilson's bounds Newcombe 1998, Statistics in Medicine 17:873,
 * method 10, and of paired ones 17:2635, method 10).
 */
void
difference_bounds(double x, const Bounds *of_x, double y, const Bounds *of_y,
				  double correlation, Bounds *bounds)
{
	bounds->lower = x - y - difference_reach(x - of_x->lower, of_y->upper - y,
											 correlation);
	bounds->upper = x - y + difference_reach(of_x->upper - x, y - of_y->lower,
											 correlation);
}

/* Clopper and Pearson's interval, whose tails are exact binomial ones. */
void
clopper_pearson_bounds(const Trials *t, double confidence, Bounds *bounds)
{
	double		tail = 0.5 * (1.0 - confidence);

	if (nothing_known(t, bounds))
		return;
	if (t->hits > 0.0)
		bounds->lower = beta_quantile(tail, t->hits, t->misses + 1.0);
	if (t->misses > 0.0)
		bounds->upper = beta_upper_quantile(tail, t->hits + 1.0, t->misses);
}

/* The equal-tailed posterior interval under Jeffreys' prior Beta(1/2, 1/2). */
void
jeffreys_bounds(const Trials *t, double confidence, Bounds *bounds)
{
	double		tail = 0.5 * (1.0 - confidence);

	if (nothing_known(t, bounds))
		return;
	bounds->lower = beta_quantile(tail, t->hits + 0.5, t->misses + 0.5);
	bounds->upper = beta_upper_quantile(tail, t->hits + 0.5,
										t->misses + 0.5);
}

/* ln of the e-value of "accuracy >= x", x = 1 - y. */
static double
log_e_one_sided(double x, double y, const Trials *t, const BetaPrior *prior)
{
	if (t->hits + t->misses <= 0.0)
		return 0.0;
	return log_beta_ratio(x, y, prior->a + t->hits, prior->b + t->misses) -
		log_beta_ratio(x, y, prior->a, prior->b);
}

/* ln of the e-value of "accuracy >= threshold". */
double
log_e_below(const Trials *t, double threshold, const BetaPrior *prior)
{
	return log_e_one_sided(threshold, 1.0 - threshold, t, prior);
}

/* ln of the e-value of "accuracy <= threshold": the mirror image. */
double
log_e_above(const Trials *t, double threshold, const BetaPrior *prior)
{
	Trials		mirror = {t->misses, t->hits};
	BetaPrior	mirror_prior = {prior->b, prior->a};

	return log_e_one_sided(1.0 - threshold, threshold, &mirror, &mirror_prior);
}

/*
 * Give ln E of the two-sided e-value, or of that of "accuracy >= x", at the
 * value with this logit, and its slope there.
 */
static double
log_e_at_logit(double u, const Trials *t, bool one_sided,
			   const BetaPrior *prior, double *slope)
{
	double		e = exp(-fabs(u));
	double		x = (u < 0.0 ? e : 1.0) / (1.0 + e);
	double		y = (u < 0.0 ? 1.0 : e) / (1.0 + e);
	double		a = prior->a + t->hits;
	double		b = prior->b + t->misses;
	double		before;
	double		after;

	*slope = t->misses * x - t->hits * y;
	if (!one_sided)
		return log_beta_kernel(x, y, prior->a, prior->b) -
			log_beta_kernel(x, y, a, b);
	before = log_beta_ratio(x, y, prior->a, prior->b);
	after = log_beta_ratio(x, y, a, b);
	*slope += exp(-after) - exp(-before);
	return after - before;
}

/*
 * Give the logit above that of hits / n where ln E reaches a limit >= 0, given
 * that there are misses.
 *
 * Between the two E rises from 1 or less; Newton's steps are guarded by a
 * bracket, and start where the normal distribution would have the bound.
 */
static double
upper_logit(const Trials *t, double limit, bool one_sided,
			const BetaPrior *prior)
{
	double		n = t->hits + t->misses;
	double		low = t->hits > 0.0 ? log(t->hits / t->misses) : -MAX_LOGIT;
	double		high = MAX_LOGIT;
	double		u = log((t->hits + 0.5) / (t->misses + 0.5)) +
		sqrt(2.0 * (limit + 0.5 * log(n + 1.0)) * (n + 1.0) /
			 ((t->hits + 0.5) * (t->misses + 0.5)));
	int			i;

	for (i = 0; i < 200; i++)
	{
		double		slope;
		double		excess = log_e_at_logit(u, t, one_sided, prior, &slope) -
			limit;
		double		next = u - excess / slope;
		double		close = 4.0 * DBL_EPSILON * Max(1.0, fabs(u));

		if (excess < 0.0)
			low = u;
		else
			high = u;
		if (!(slope > 0.0 && next > low && next < high))
			next = 0.5 * (low + high);
		if (fabs(next - u) <= close || high - low <= close)
			return next;
		u = next;
	}
	return u;
}

/* Give the proportion whose logit is u. */
static double
from_logit(double u)
{
	return u < 0.0 ? exp(u) / (1.0 + exp(u)) : 1.0 / (1.0 + exp(-u));
}

/*
 * The values that no look so far has refuted: of the two-sided e-value, or
 * below the smallest x refuted as "accuracy >= x", or above the largest refuted
 * as "accuracy <= x".
 */
void
anytime_bounds(const Trials *t, double confidence, Side side,
			   const BetaPrior *prior, Bounds *bounds)
{
	double		limit = -log1p(-confidence);
	Trials		mirror = {t->misses, t->hits};
	BetaPrior	mirror_prior = {prior->b, prior->a};

	if (nothing_known(t, bounds))
		return;
	if (t->misses > 0.0 && side != SIDE_LOWER)
		bounds->upper = from_logit(upper_logit(t, limit, side == SIDE_UPPER,
											   prior));
	if (t->hits > 0.0 && side != SIDE_UPPER)
		bounds->lower = from_logit(-upper_logit(&mirror, limit,
												side == SIDE_LOWER,
												&mirror_prior));
}
