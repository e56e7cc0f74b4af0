/*
 * random.h
 *		A deterministic generator of random numbers, and draws from it.
 *
 * A stream is fixed by a seed and an index, so that draw i of a computation
 * does not depend on how many numbers draw i - 1 took.  The bits come from the
 * server's xoroshiro128** (Blackman and Vigna 2021); everything above them is
 * here, so that a seed means the same in every version of the server.
 */
#ifndef ANNOQA_RANDOM_H
#define ANNOQA_RANDOM_H

#include "postgres.h"

#include "common/pg_prng.h"

typedef struct RandomStream
{
	pg_prng_state bits;
	bool		has_spare;		/* the polar method gives normals in pairs */
	double		spare;
} RandomStream;

extern void random_start(RandomStream *stream, uint64 seed, uint64 index);

/* uniform: a multiple of 2^-53 in [0, 1), and one never 0 in (0, 1) */
extern double random_uniform(RandomStream *stream);
extern double random_open_uniform(RandomStream *stream);

extern double random_normal(RandomStream *stream);

/* shape > 0, scale 1; the logarithm is finite for the tiniest shapes */
extern double random_gamma(RandomStream *stream, double shape);
extern double random_log_gamma(RandomStream *stream, double shape);

extern double random_beta(RandomStream *stream, double a, double b);

/* log_share[k] = ln of the k-th share; parameters > 0 */
extern void random_log_dirichlet(RandomStream *stream, int n,
								 const double *parameter, double *log_share);

extern int64 random_binomial(RandomStream *stream, int64 n, double p);

/* spread n over k cells with chances weight[i] / total */
extern void random_multinomial(RandomStream *stream, int64 n, int64 k,
							   const double *weight, double total,
							   int64 *count);

/*
 * What the draws of a coefficient say.  The p quantile of n values is the
 * linear interpolation at 1 + (n - 1) p (type 7 of Hyndman and Fan 1996).
 */
typedef struct DrawSummary
{
	bool		constant;		/* all equal, within rounding */
	double		deviation;		/* standard deviation, with n - 1 */
	double		lower;			/* quantiles around the middle */
	double		upper;
} DrawSummary;

/* draws is sorted in place; n >= 1 */
extern void draws_summarise(double *draw, int n, double confidence,
							DrawSummary *summary);

/*
 * Make the variance this part of what it was, and so all distances from the
 * center its root.
 */
extern void draws_shrink(DrawSummary *summary, double center, double part);

#endif							/* ANNOQA_RANDOM_H */
