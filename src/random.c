/*
 * random.c
 *		A deterministic generator of random numbers, and draws from it.
 *
 * Normal: Marsaglia's polar method.  Gamma: Marsaglia and Tsang 2000, "A simple
 * method for generating gamma variables", with their boost for shapes below 1.
 * Binomial: inversion for small means, else BTRS of Hoermann 1993, "The
 * generation of binomial random variates", J. Stat. Comput. Simul. 46:101.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "distribution.h"
#include "random.h"

/* an odd constant that spreads the indexes of streams over 64 bits */
#define STREAM_STEP		UINT64CONST(0x9E3779B97F4A7C15)

/* the mean from which on rejection is quicker than inversion */
#define BINOMIAL_INVERSION_MEAN	10.0

/* what draws of a constant may differ by */
#define ROUNDING		1e-13

/* Start the stream of this index. */
void
random_start(RandomStream *stream, uint64 seed, uint64 index)
{
	pg_prng_seed(&stream->bits, seed);
	pg_prng_seed(&stream->bits,
				 pg_prng_uint64(&stream->bits) + index * STREAM_STEP);
	stream->has_spare = false;
	stream->spare = 0.0;
}

/* Draw a multiple of 2^-53 from [0, 1). */
double
random_uniform(RandomStream *stream)
{
	return (double) (pg_prng_uint64(&stream->bits) >> 11) * 0x1p-53;
}

/* Draw an odd multiple of 2^-53 from (0, 1). */
double
random_open_uniform(RandomStream *stream)
{
	return ((double) (pg_prng_uint64(&stream->bits) >> 12) + 0.5) * 0x1p-52;
}

/* Draw from the standard normal distribution. */
double
random_normal(RandomStream *stream)
{
	double		u;
	double		v;
	double		square;
	double		factor;

	if (stream->has_spare)
	{
		stream->has_spare = false;
		return stream->spare;
	}
	do
	{
		u = 2.0 * random_uniform(stream) - 1.0;
		v = 2.0 * random_uniform(stream) - 1.0;
		square = u * u + v * v;
	} while (square >= 1.0 || square == 0.0);
	factor = sqrt(-2.0 * log(square) / square);
	stream->spare = v * factor;
	stream->has_spare = true;
	return u * factor;
}

/* Draw from the gamma distribution with a shape of at least 1. */
static double
gamma_from_one(RandomStream *stream, double shape)
{
	double		d = shape - 1.0 / 3.0;
	double		c = 1.0 / sqrt(9.0 * d);

	for (;;)
	{
		double		x = random_normal(stream);
		double		v = 1.0 + c * x;
		double		u;

		if (v <= 0.0)
			continue;
		v = v * v * v;
		u = random_open_uniform(stream);
		if (u < 1.0 - 0.0331 * (x * x) * (x * x) ||
			log(u) < 0.5 * x * x + d * (1.0 - v + log(v)))
			return d * v;
	}
}

/*
 * Draw the logarithm of a gamma variable.  For shapes below 1 it is that of
 * shape + 1 times a uniform to the power 1 / shape, which as a number may be
 * too small for a double, and as a logarithm never is.
 */
double
random_log_gamma(RandomStream *stream, double shape)
{
	double		boosted;

	if (shape >= 1.0)
		return log(gamma_from_one(stream, shape));
	boosted = log(gamma_from_one(stream, shape + 1.0));
	return boosted + log(random_open_uniform(stream)) / shape;
}

/* Draw from the gamma distribution. */
double
random_gamma(RandomStream *stream, double shape)
{
	if (shape >= 1.0)
		return gamma_from_one(stream, shape);
	return exp(random_log_gamma(stream, shape));
}

/* Draw from the beta distribution. */
double
random_beta(RandomStream *stream, double a, double b)
{
	double		x = random_log_gamma(stream, a);
	double		y = random_log_gamma(stream, b);

	return 1.0 / (1.0 + exp(y - x));
}

/* Draw shares from the Dirichlet distribution, as logarithms. */
void
random_log_dirichlet(RandomStream *stream, int n, const double *parameter,
					 double *log_share)
{
	double		largest = -INFINITY;
	double		sum = 0.0;
	int			k;

	for (k = 0; k < n; k++)
	{
		log_share[k] = random_log_gamma(stream, parameter[k]);
		largest = Max(largest, log_share[k]);
	}
	for (k = 0; k < n; k++)
		sum += exp(log_share[k] - largest);
	sum = largest + log(sum);
	for (k = 0; k < n; k++)
		log_share[k] -= sum;
}

/* Draw from the binomial distribution with p <= 1/2 and a small mean. */
static int64
binomial_by_inversion(RandomStream *stream, int64 n, double p)
{
	double		odds = p / (1.0 - p);
	double		none = exp((double) n * log1p(-p));

	for (;;)
	{
		double		u = random_uniform(stream);
		double		chance = none;
		int64		k;

		/* the chance is nil long before k leaves this range */
		for (k = 0; k <= n && k <= 200; k++)
		{
			if (u < chance)
				return k;
			u -= chance;
			chance *= odds * ((double) (n - k) / (double) (k + 1));
		}
	}
}

/* the constants of BTRS for one n and p */
typedef struct BinomialShape
{
	double		n;
	double		odds;
	double		mode;
	double		peak;			/* what the mode adds to the logarithm */
} BinomialShape;

/*
 * Give ln of the probability of k over that of the mode.
 *
 * Factorials by Stirling's formula with its error, in the arrangement of
 * Hoermann's step 3.4, which takes no difference of large logarithms.
 */
static double
binomial_log_ratio(const BinomialShape *shape, double k)
{
	double		n = shape->n;

	return shape->peak
		+ (n + 1.0) * log1p((k - shape->mode) / (n - k + 1.0))
		+ (k + 0.5) * log(shape->odds * ((n - k + 1.0) / (k + 1.0)))
		- stirling_error(k + 1.0) - stirling_error(n - k + 1.0);
}

/* Draw from the binomial distribution with p <= 1/2 and a large mean: BTRS. */
static int64
binomial_by_rejection(RandomStream *stream, int64 n, double p)
{
	BinomialShape shape;
	double		spread = sqrt((double) n * p * (1.0 - p));
	double		b = 1.15 + 2.53 * spread;
	double		a = -0.0873 + 0.0248 * b + 0.01 * p;
	double		center = (double) n * p + 0.5;
	double		alpha = (2.83 + 5.1 / b) * spread;
	double		v_r = 0.92 - 4.2 / b;

	shape.n = (double) n;
	shape.odds = p / (1.0 - p);
	shape.mode = floor(((double) n + 1.0) * p);
	shape.peak = (shape.mode + 0.5) *
		log((shape.mode + 1.0) / (shape.odds * (shape.n - shape.mode + 1.0)))
		+ stirling_error(shape.mode + 1.0)
		+ stirling_error(shape.n - shape.mode + 1.0);
	for (;;)
	{
		double		u = random_uniform(stream) - 0.5;
		double		v = random_open_uniform(stream);
		double		us = 0.5 - fabs(u);
		double		k = floor((2.0 * a / us + b) * u + center);

		if (us >= 0.07 && v <= v_r)
			return (int64) k;
		if (us <= 0.0 || k < 0.0 || k > shape.n)
			continue;
		if (log(v * alpha / (a / (us * us) + b)) <=
			binomial_log_ratio(&shape, k))
			return (int64) k;
	}
}

/* Draw the number of successes among n, each with chance p. */
int64
random_binomial(RandomStream *stream, int64 n, double p)
{
	bool		flip = p > 0.5;
	double		small = flip ? 1.0 - p : p;
	int64		k;

	if (n <= 0 || small <= 0.0)
		k = 0;
	else if ((double) n * small < BINOMIAL_INVERSION_MEAN)
		k = binomial_by_inversion(stream, n, small);
	else
		k = binomial_by_rejection(stream, n, small);
	return flip ? Max(n, 0) - k : k;
}

/* Spread n over k cells, by a binomial for each given those before it. */
void
random_multinomial(RandomStream *stream, int64 n, int64 k,
				   const double *weight, double total, int64 *count)
{
	double		weight_left = total;
	int64		left = n;
	int64		last = -1;
	int64		i;

	for (i = 0; i < k; i++)
	{
		double		p;

		if ((i & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		count[i] = 0;
		if (left == 0 || weight[i] <= 0.0)
			continue;
		p = weight_left > 0.0 ? weight[i] / weight_left : 1.0;
		count[i] = random_binomial(stream, left, Min(p, 1.0));
		left -= count[i];
		weight_left -= weight[i];
		last = i;
	}

	/* rounding of fractional weights may leave the last cell short of 1 */
	if (left > 0 && last >= 0)
		count[last] += left;
}

/* Compare two draws for qsort. */
static int
compare_draws(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/* Give the p quantile of sorted draws. */
static double
draws_quantile(const double *sorted, int n, double p)
{
	double		place = (n - 1) * p;
	int			below = Min((int) floor(place), n - 1);
	int			above = Min(below + 1, n - 1);

	return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/* Sort the draws and take their spread and quantiles. */
void
draws_summarise(double *draw, int n, double confidence, DrawSummary *summary)
{
	double		mean = 0.0;
	double		sum = 0.0;
	int			i;

	qsort(draw, n, sizeof(double), compare_draws);

	/* from the first one, so that equal draws deviate by exactly 0 */
	for (i = 0; i < n; i++)
		mean += draw[i] - draw[0];
	mean /= n;
	for (i = 0; i < n; i++)
		sum += (draw[i] - draw[0] - mean) * (draw[i] - draw[0] - mean);
	summary->deviation = n < 2 ? 0.0 : sqrt(sum / (n - 1));
	summary->lower = draws_quantile(draw, n, (1.0 - confidence) / 2.0);
	summary->upper = draws_quantile(draw, n, (1.0 + confidence) / 2.0);
	summary->constant = draw[n - 1] - draw[0] <=
		ROUNDING * Max(1.0, fabs(draw[0]));
}

/* Pull the summary towards the center, as a smaller variance does. */
void
draws_shrink(DrawSummary *summary, double center, double part)
{
	double		factor = sqrt(part);

	if (part == 1.0)
		return;
	summary->deviation *= factor;
	summary->lower = center + factor * (summary->lower - center);
	summary->upper = center + factor * (summary->upper - center);
	if (factor == 0.0)
		summary->constant = true;
}
