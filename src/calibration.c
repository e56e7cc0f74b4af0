/*
 * calibration.c
 *		Stated confidence against what was right.
 *
 * Brier 1950, Monthly Weather Review 78:1.  The calibration error is that of
 * Naeini, Cooper and Hauskrecht 2015 (AAAI): the mean over answers of the
 * distance of their bin's accuracy from its mean confidence.
 *
 * Even somebody whose confidence is right to the letter has a calibration error
 * above 0, for a bin's accuracy varies.  With the number right in each bin
 * binomial of n and mean confidence p, De Moivre's mean deviation
 *
 *		E|X - n p| = 2 k C(n, k) p^k (1 - p)^(n - k + 1),   k = floor(n p) + 1
 *
 * (Diaconis and Zabell 1991, Statistical Science 6:284) gives the expected one.
 * Confidences that differ within the bin make X less variable: the deviation is
 * scaled by the ratio of standard deviations.  It is exact when those of each
 * bin are equal.
 */
#include "postgres.h"

#include <math.h>

#include "calibration.h"
#include "common/int.h"
#include "distribution.h"

/* Allocate an empty calibration. */
Calibration *
calibration_allocate(int32 n_bins)
{
	Size		size = offsetof(Calibration, bin) +
		sizeof(CalibrationBin) * (Size) n_bins;
	Calibration *c = palloc0(size);

	SET_VARSIZE(c, size);
	c->header.type = STATE_CALIBRATION;
	c->header.format = STATE_FORMAT;
	c->n_bins = n_bins;
	return c;
}

/* Carry whole units out of a part of up to two units. */
static inline void
unit_carry(UnitSum *sum, uint64 part)
{
	if (part >= (uint64) UNIT)
	{
		part -= (uint64) UNIT;
		sum->whole++;
	}
	sum->part = (int64) part;
}

/* Add a number of [0, 1], put on the grid. */
void
unit_add(UnitSum *sum, double x)
{
	unit_carry(sum, (uint64) sum->part + (uint64) rint(ldexp(x, 62)));
}

/* Add another sum. */
void
unit_merge(UnitSum *sum, const UnitSum *other)
{
	sum->whole += other->whole;
	unit_carry(sum, (uint64) sum->part + (uint64) other->part);
}

/* The sum, rounded. */
double
unit_value(const UnitSum *sum)
{
	return (double) sum->whole + ldexp((double) sum->part, -62);
}

/* Which bin a confidence belongs to. */
static int32
bin_of(double confidence, int32 n_bins)
{
	int32		b = (int32) ceil(confidence * n_bins) - 1;

	b = Max(0, Min(b, n_bins - 1));
	/* the product is rounded: the quotients decide */
	while (b > 0 && confidence <= (double) b / n_bins)
		b--;
	while (b < n_bins - 1 && confidence > (double) (b + 1) / n_bins)
		b++;
	return b;
}

/* Add one to the number of answers. */
static void
count_answer(Calibration *c)
{
	if (pg_add_s64_overflow(c->n, 1, &c->n))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of answers is out of range")));
}

/* Count an answer. */
void
calibration_count(Calibration *c, double confidence, bool correct)
{
	CalibrationBin *bin = &c->bin[bin_of(confidence, c->n_bins)];
	double		error = correct ? 1.0 - confidence : confidence;

	count_answer(c);
	bin->n++;
	bin->n_correct += correct;
	unit_add(&bin->confidence, confidence);
	unit_add(&bin->square, confidence * confidence);
	unit_add(&c->error, error * error);
}

/* Count an answer of which only the squared error is known. */
void
calibration_count_error(Calibration *c, double error)
{
	count_answer(c);
	c->bin[0].n++;
	unit_add(&c->error, error);
}

/* The mean squared distance of confidence from what was right. */
double
brier_score(const Calibration *c)
{
	return unit_value(&c->error) / (double) c->n;
}

/* Mean confidence less accuracy. */
double
overconfidence(const Calibration *c)
{
	UnitSum		sum = {0, 0};

	for (int32 b = 0; b < c->n_bins; b++)
	{
		unit_merge(&sum, &c->bin[b].confidence);
		sum.whole -= c->bin[b].n_correct;
	}
	return unit_value(&sum) / (double) c->n;
}

/* The calibration error. */
double
calibration_error(const Calibration *c)
{
	double		sum = 0.0;

	for (int32 b = 0; b < c->n_bins; b++)
	{
		UnitSum		gap = c->bin[b].confidence;

		gap.whole -= c->bin[b].n_correct;
		sum += fabs(unit_value(&gap));
	}
	return sum / (double) c->n;
}

/* E|X - n p| of a binomial X, 0 < p < 1. */
static double
mean_deviation(double n, double p)
{
	double		k = floor(n * p) + 1.0;

	/* n p has been rounded up to n */
	if (k > n)
		return 0.0;
	/* k C(n, k) = 1 / B(k, n - k + 1) */
	return 2.0 * exp(log_beta_kernel(p, 1.0 - p, k, n - k + 1.0));
}

/* What the error would be on average, were each confidence the chance. */
double
calibration_error_expected(const Calibration *c)
{
	double		sum = 0.0;

	for (int32 b = 0; b < c->n_bins; b++)
	{
		const CalibrationBin *bin = &c->bin[b];
		double		n = (double) bin->n;
		double		p = unit_value(&bin->confidence) / Max(n, 1.0);
		UnitSum		variance = bin->confidence;

		if (!(p > 0.0 && p < 1.0))
			continue;
		variance.whole -= bin->square.whole;
		variance.part -= bin->square.part;
		sum += mean_deviation(n, p) *
			sqrt(Max(unit_value(&variance), 0.0) / (n * p * (1.0 - p)));
	}
	return sum / (double) c->n;
}
