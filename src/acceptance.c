/*
 * acceptance.c
 *		Accepting a delivery by a sample of its labels.
 *
 * Single sampling by attributes: the sample is accepted with at most c errors,
 * c being such that a delivery below the target passes with a small probability
 * (Schilling and Neubauer, Acceptance Sampling in Quality Control, chapters 5
 * and 6).  Errors are binomial, or hypergeometric in a batch of known size:
 * there "below the target" begins with the least number of errors that is too
 * much, and probabilities are products of binomial ones in the saddle-point
 * form of Loader 2000, section 5.
 *
 * At every look of a batch: the ratio of prior and posterior of the number of
 * errors in it (Waudby-Smith and Ramdas 2020, "Confidence sequences for
 * sampling without replacement", section 2), for a beta-binomial prior with
 * a = b = 1.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "acceptance.h"
#include "distribution.h"
#include "interrupts.h"

/* How many of a batch may be wrong while a share of it is right? */
int64
errors_allowed(int64 batch, double share)
{
	double		right = share * (double) batch;
	double		whole = rint(right);

	/* a share such as .9 is no binary fraction: 9 of 10 must still reach it */
	if (fabs(right - whole) > 4.0 * DBL_EPSILON * right)
		whole = ceil(right);
	return batch - (int64) whole;
}

/* ln of the probability of k successes in n, each with probability x = 1 - y */
static double
log_binomial(double k, double n, double x, double y)
{
	if (k <= 0.0)
		return n * log1p(-x);
	if (k >= n)
		return n * log1p(-y);
	return log_beta_kernel(x, y, k, n - k) + log(n / k / (n - k));
}

/* The probability of k errors in n of a batch with d errors, 0 < n < batch. */
static double
hypergeometric(double k, double n, double d, double batch)
{
	double		x = n / batch;
	double		y = (batch - n) / batch;

	return exp(log_binomial(k, d, x, y) +
			   log_binomial(n - k, batch - d, x, y) -
			   log_binomial(n, batch, x, y));
}

/*
 * The probability of at most c errors in n of a batch with d errors: the terms
 * of the tail on whose side c lies, from the largest on.
 */
static double
hypergeometric_cdf(int64 c, int64 n, int64 d, int64 batch)
{
	int64		least = Max(0, n - (batch - d));
	int64		most = Min(n, d);
	bool		below = (double) c * batch < (double) n * d;
	int64		k = below ? c : c + 1;
	double		term,
				sum;

	if (c < least)
		return 0.0;
	if (c >= most)
		return 1.0;
	if (n >= batch)
		return d <= c ? 1.0 : 0.0;
	term = sum = hypergeometric(k, n, d, batch);
	while (below ? k > least : k < most)
	{
		CHECK_NOW_AND_THEN(k);
		if (below)
			term *= (double) k / (d - k + 1) *
				(double) (batch - d - n + k) / (n - k + 1);
		else
			term *= (double) (d - k) / (k + 1) *
				(double) (n - k) / (batch - d - n + k + 1);
		k += below ? -1 : 1;
		/* the largest term may have been too small for a double */
		if (term <= sum * DBL_EPSILON / 4.0)
			break;
		sum += term;
	}
	return Min(below ? sum : 1.0 - sum, 1.0);
}

/* The probability of at most c errors in n, when a share is right. */
static double
binomial_cdf(int64 c, int64 n, double share)
{
	if (c >= n)
		return 1.0;
	return beta_cdf(share, n - c, c + 1);
}

/* The probability of accepting the best work that is below the target. */
static double
risk_of(const Quality *q, int64 max_errors, int64 n)
{
	if (q->batch == 0)
		return binomial_cdf(max_errors, n, q->target);
	return hypergeometric_cdf(max_errors, n,
							  errors_allowed(q->batch, q->target) + 1,
							  q->batch);
}

/* The probability of accepting the worst work that is still good. */
static double
passes_of(const Quality *q, double good, int64 max_errors, int64 n)
{
	if (q->batch == 0)
		return good >= 1.0 ? 1.0 : binomial_cdf(max_errors, n, good);
	return hypergeometric_cdf(max_errors, n, errors_allowed(q->batch, good),
							  q->batch);
}

/*
 * The smallest sample above a size that keeps the risk; -1: none.  The risk
 * falls in n: steps are doubled, then halved.
 */
static int64
smallest_sample(const Quality *q, int64 max_errors, int64 above)
{
	int64		most = q->batch == 0 ? MAX_SAMPLE :
		Min(q->batch, MAX_SAMPLE);
	int64		low = above;
	int64		step = Max(1, (int64) (0.5 / (1.0 - q->target)));
	int64		high;

	if (low >= most)
		return -1;
	for (;;)
	{
		high = Min(low + step, most);
		if (risk_of(q, max_errors, high) <= q->risk)
			break;
		if (high == most)
			return -1;
		low = high;
		step *= 2;
	}
	while (high - low > 1)
	{
		int64		middle = low + (high - low) / 2;

		if (risk_of(q, max_errors, middle) <= q->risk)
			high = middle;
		else
			low = middle;
	}
	return high;
}

/* Complete a plan of this size. */
static void
plan_fill(const Quality *q, double good, int64 max_errors, int64 n,
		  SamplingPlan *plan)
{
	plan->n = n;
	plan->max_errors = max_errors;
	plan->risk = risk_of(q, max_errors, n);
	plan->passes = good > 0.0 ? passes_of(q, good, max_errors, n) : 0.0;
}

/* The smallest sample that keeps the risk with so many errors. */
bool
plan_for_errors(const Quality *q, double good, int64 max_errors,
				SamplingPlan *plan)
{
	int64		n = smallest_sample(q, max_errors, max_errors);

	if (n < 0)
		return false;
	plan_fill(q, good, max_errors, n, plan);
	return true;
}

/*
 * The smallest sample that also lets good work pass: for each number of errors
 * the smallest that keeps the risk, for larger ones pass less.
 */
bool
plan_for_power(const Quality *q, double good, double power, SamplingPlan *plan)
{
	int64		n = 0;

	for (int64 c = 0; c < MAX_SAMPLE; c++)
	{
		CHECK_FOR_INTERRUPTS();
		n = smallest_sample(q, c, Max(n, c));
		if (n < 0)
			return false;
		if (passes_of(q, good, c, n) >= power)
		{
			plan_fill(q, good, c, n, plan);
			return true;
		}
	}
	return false;
}

/*
 * Judge by exact bounds at one look: accepted when the worst case below the
 * target would seldom show so few errors, rejected when the worst case that
 * reaches it would seldom show so many.
 */
Verdict
judge_once(const Quality *q, int64 errors, int64 n)
{
	double		many;

	if (risk_of(q, errors, n) <= q->risk)
		return VERDICT_ACCEPT;
	if (errors == 0)
		return VERDICT_OPEN;
	if (q->batch > 0)
		many = 1.0 - hypergeometric_cdf(errors - 1, n,
										errors_allowed(q->batch, q->target),
										q->batch);
	else
		many = beta_tail(q->target, n - errors + 1, errors);
	return many < q->risk ? VERDICT_REJECT : VERDICT_OPEN;
}

/* ln of n over k */
static double
log_choose(double n, double k)
{
	return k <= 0.0 || k >= n ? 0.0 :
		-log1p(n) - log_beta(n - k + 1.0, k + 1.0);
}

/* Does what was drawn of a batch refute that it holds so many errors? */
static bool
batch_refuted(const Quality *q, int64 errors, int64 n, int64 d)
{
	double		mixture = log_beta(1.0 + n - errors, 1.0 + errors);

	if (d < errors || q->batch - d < n - errors)
		return true;
	return mixture - (log_choose(q->batch - n, d - errors) -
					  log_choose(q->batch, d)) >= -log(q->risk);
}

/*
 * Judge by e-values, which hold at every look.  Of a batch the two-sided one
 * of its number of errors rises on both sides of the likeliest number, so that
 * the numbers nearest to the target decide.
 */
Verdict
judge_anytime(const Quality *q, int64 errors, int64 n)
{
	Trials		t = {(double) (n - errors), (double) errors};
	BetaPrior	uniform = {1.0, 1.0};
	int64		allowed;

	if (q->batch > 0)
	{
		allowed = errors_allowed(q->batch, q->target);
		if ((double) errors * q->batch < (double) n * (allowed + 1) &&
			batch_refuted(q, errors, n, allowed + 1))
			return VERDICT_ACCEPT;
		if ((double) errors * q->batch > (double) n * allowed &&
			batch_refuted(q, errors, n, allowed))
			return VERDICT_REJECT;
		return VERDICT_OPEN;
	}
	if (log_e_above(&t, q->target, &uniform) >= -log(q->risk))
		return VERDICT_ACCEPT;
	if (log_e_below(&t, q->target, &uniform) >= -log(q->risk))
		return VERDICT_REJECT;
	return VERDICT_OPEN;
}
