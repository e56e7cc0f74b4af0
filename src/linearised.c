/*
 * linearised.c
 *		Errors of the anonymous coefficients by linearisation.
 *
 * Gwet, Computing inter-rater reliability and its variance in the presence of
 * high agreement, British Journal of Mathematical and Statistical Psychology
 * 61 (2008) 29-48, and Handbook of Inter-Rater Reliability (2014), chapter 5.
 *
 * With the sums of coefficient.h, a coefficient is 1 - o / e, and the
 * deviation of item i is
 *		{(o b_i - o_i) n / B - 2 (o / e) (e_i - e)} / e
 * where b_i and o_i are its weight and disagreement, B is the sum of weights,
 * n the number of items, and e_i - e half of what the item moves the expected
 * disagreement by.  That is the infinitesimal jackknife, 'ratio'.  The
 * published form holds n / B for a constant, which adds (1 - o / e)
 * (b_i n / B - 1): nothing if there are no items with a single label.  For
 * alpha and for specific agreement the two are one.
 *
 * Distances of the ordinal level are made of the margins, and their own
 * movement is differentiated with the rest.  The norm of weights that follow
 * the range of the scores does not move with the weight of an item: its
 * derivative is 0.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "linearised.h"
#include "miscadmin.h"

typedef struct Linearisation
{
	AgreementSums sums;
	bool		published;
	double		n;				/* items that the sums are made of */
	double		o;
	double		e;
	double		value;
	double	   *slope;			/* half the gradient of sums.quadratic */
	double	   *metric_slope;	/* ordinal: gradient of sums.observed */
	double		small_slope[SMALL_Q];
} Linearisation;

/* Find how observed disagreement follows the ordinal distances. */
void
ordinal_observed_gradient(const Patterns *p, const Scale *scale,
						  double *gradient)
{
	const double *x = scale->midrank;
	double		above = 0;

	/* first by the midrank of each category */
	for (int k = 0; k < p->q; k++)
		gradient[k] = 0;
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		double		r = (double) p->size[i];
		double		sum = 0;

		CHECK_FOR_INTERRUPTS();
		if (p->count[i] == 0 || p->size[i] < 2)
			continue;
		for (int64 j = p->start[i]; j < p->start[i + 1]; j++)
			sum += p->cell[j].votes * x[p->cell[j].code];
		for (int64 j = p->start[i]; j < p->start[i + 1]; j++)
			gradient[p->cell[j].code] += (double) p->count[i] *
				(4 * p->cell[j].votes *
				 (r * x[p->cell[j].code] - sum) / (r - 1));
	}
	/* a vote for g lifts its own midrank by half, and by 1 all above it */
	for (int k = p->q - 1; k >= 0; k--)
	{
		double		own = gradient[k];

		gradient[k] = above + own / 2;
		above += own;
	}
}

/*
 * Find half the gradient of the quadratic form of the margins.  At the ordinal
 * level the form is N (N^3 - sum of n_k^3) / 6, the sum of squared midranks.
 */
static void
quadratic_slope(const AgreementSums *sums, double *slope)
{
	double		total = sums->mass;

	if (sums->chance->kind != LEVEL_ORDINAL)
	{
		scale_apply(sums->chance, sums->margin, slope);
		return;
	}
	for (int k = 0; k < sums->q; k++)
	{
		double		n = sums->margin[k];

		slope[k] = sums->quadratic / total / 2 +
			total * (total - n) * (total + n) / 4;
	}
}

/* Collect what the deviations need. */
static void
linearisation_begin(Linearisation *l, const Patterns *p, Scale *scale,
					Coefficient which, bool drop_singles, bool ratio)
{
	AgreementSums *sums = &l->sums;

	sums_collect(sums, p, scale, which, drop_singles);
	l->published = !ratio && which != KRIPPENDORFF_ALPHA &&
		which != SPECIFIC_AGREEMENT;
	l->n = (double) (which == KRIPPENDORFF_ALPHA || drop_singles ?
					 sums->n_pairable : sums->n_items);
	l->o = sums->observed / sums->weight;
	l->e = sums->base + sums->factor *
		(sums->quadratic / sums->mass / sums->mass);
	/* 0 / 0 stands for agreement in the one category that is used */
	if (l->e == 0)
		l->e = 1;
	l->value = 1 - l->o / l->e;
	l->slope = l->metric_slope = NULL;
	if (sums->chance != NULL)
	{
		l->slope = sums->q <= SMALL_Q ? l->small_slope :
			array_alloc(sums->q, sizeof(double), false);
		quadratic_slope(sums, l->slope);
	}
	if (which == KRIPPENDORFF_ALPHA && scale->kind == LEVEL_ORDINAL)
	{
		l->metric_slope = array_alloc(sums->q, sizeof(double), false);
		ordinal_observed_gradient(p, scale, l->metric_slope);
	}
}

/* Free what linearisation_begin has allocated. */
static void
linearisation_end(Linearisation *l)
{
	if (l->slope != NULL && l->slope != l->small_slope)
		pfree(l->slope);
	if (l->metric_slope != NULL)
		pfree(l->metric_slope);
	sums_release(&l->sums);
}

/*
 * Give the deviation of an item of pattern i, and in *size that of the terms
 * it is made of.
 */
static double
item_deviation(const Linearisation *l, const Patterns *p, int64 i,
			   double *size)
{
	const AgreementSums *sums = &l->sums;
	double		scale_up = l->n / sums->weight;
	double		moved = 0;
	double		chance = 0;
	double		deviation;
	ItemPart	part;

	*size = 0;
	if (!sums_item(sums, p, i, &part))
		return 0;
	for (int64 j = p->start[i]; l->slope && j < p->start[i + 1]; j++)
	{
		int32		code = p->cell[j].code;
		double		share = sums_share(sums, p, i, p->cell[j].votes);

		moved += share * l->slope[code];
		if (l->metric_slope)
			part.observed += share * l->metric_slope[code];
	}
	if (l->slope)
	{
		double		unit = sums->factor * (l->n / sums->mass);
		double		whole = sums->quadratic / sums->mass / sums->mass;

		/* both sides of e_i - e, which is positive where e_i is small */
		chance = unit * (part.mass * whole - moved / sums->mass);
		*size = fabs(unit) * (fabs(part.mass * whole) +
							  fabs(moved / sums->mass));
	}
	deviation = ((l->o * part.weight - part.observed) * scale_up -
				 2 * (l->o / l->e) * chance) / l->e;
	*size = ((fabs(l->o * part.weight) + fabs(part.observed)) * scale_up +
			 2 * fabs(l->o / l->e) * *size) / fabs(l->e);
	if (l->published)
	{
		deviation += l->value * (part.weight * scale_up - 1);
		*size += fabs(l->value);
	}
	return deviation;
}

/* Find the variance of an estimate by linearisation. */
void
linearised_variance(const Patterns *p, Scale *scale, Coefficient which,
					bool drop_singles, bool ratio, ItemVariance *result)
{
	Linearisation l;
	Deviations	deviations = {0};

	linearisation_begin(&l, p, scale, which, drop_singles, ratio);
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		double		size;
		double		deviation;

		CHECK_FOR_INTERRUPTS();
		if (p->count[i] == 0)
			continue;
		deviation = item_deviation(&l, p, i, &size);
		deviations_add(&deviations, deviation, size, (double) p->count[i]);
	}
	deviations_variance(&deviations, l.n, result);
	linearisation_end(&l);
}
