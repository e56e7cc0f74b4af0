/*
 * jackknife.c
 *		Errors of the anonymous coefficients by leaving out one item.
 *
 * The variance of the pseudo-values n t - (n - 1) t_(i), divided by n: Efron
 * and Stein, The jackknife estimate of variance, Annals of Statistics 9 (1981)
 * 586-596.  Items of one pattern leave the same estimate behind, so there is
 * one deletion for each pattern, and it is made on the sums of coefficient.h:
 * with a_k the sum over l of chance(k, l) margin[l], and x the masses of the
 * item, the quadratic form of the margins becomes
 *		quadratic - 2 sum a_k x_k + sum over k, l of chance(k, l) x_k x_l
 * For the ordinal level, whose distances move too, see ordinal_deletion.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "jackknife.h"
#include "linearised.h"
#include "miscadmin.h"

/*
 * Where a deletion takes away nearly all of the expected disagreement, the
 * difference of the sums has lost its digits, and the estimate is made anew.
 * It can be so for one item only, unless there are few.
 */
#define LOST_DIGITS 1e-6

/*
 * Deletions leave estimates that differ by the order of 1 / n, and rounding
 * moves them by a few units in the last place.
 */
#define ZERO_SPREAD (64 * DBL_EPSILON)

/*
 * Most categories for which the ordinal level keeps a table of coincidences
 * (8 MB); beyond it every deletion goes over all patterns.
 */
#define TABLE_CATEGORIES 1024

typedef struct Jackknife
{
	const Patterns *p;
	Scale	   *scale;
	AgreementSums sums;
	double	   *slope;			/* a_k; ordinal: of the observed sum */
	double		small_slope[SMALL_Q];
	double	   *straddle;		/* ordinal: see build_straddle */
	double		cubes;			/* ordinal: sum of margin[k]^3 */
	Patterns	lessened;		/* p with a count of its own, when asked for */
} Jackknife;

/*
 * Build for the ordinal level the table T(a, b), a <= b: coincidences of a
 * category below a with one that is b or above.
 */
static double *
build_straddle(const Patterns *p)
{
	int			side = p->q + 1;
	double	   *table = palloc0(sizeof(double) * (Size) side * side);

	for (int64 i = 0; i < p->n_patterns; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (p->count[i] == 0 || p->size[i] < 2)
			continue;
		for (int64 j = p->start[i]; j < p->start[i + 1]; j++)
			for (int64 k = j + 1; k < p->start[i + 1]; k++)
				table[(p->cell[j].code + 1) * side + p->cell[k].code] +=
					(double) p->count[i] * p->cell[j].votes *
					p->cell[k].votes / (double) (p->size[i] - 1);
	}
	for (int a = 1; a < side; a++)
	{
		for (int b = side - 2; b >= 0; b--)
			table[a * side + b] += table[a * side + b + 1];
		for (int b = 0; b < side; b++)
			table[a * side + b] += table[(a - 1) * side + b];
	}
	return table;
}

/* Collect what the deletions need. */
static void
jackknife_begin(Jackknife *jack, const Patterns *p, Scale *scale,
				Coefficient which, bool drop_singles)
{
	AgreementSums *sums = &jack->sums;

	jack->p = p;
	jack->scale = scale;
	jack->slope = jack->straddle = NULL;
	jack->cubes = 0;
	jack->lessened = *p;
	jack->lessened.count = NULL;
	sums_collect(sums, p, scale, which, drop_singles);
	if (sums->chance == NULL)
		return;
	jack->slope = sums->q <= SMALL_Q ? jack->small_slope :
		category_array(sums->q);
	if (sums->chance->kind != LEVEL_ORDINAL)
		scale_apply(sums->chance, sums->margin, jack->slope);
	else if (sums->q <= TABLE_CATEGORIES)
	{
		ordinal_observed_gradient(p, scale, jack->slope);
		jack->straddle = build_straddle(p);
		for (int k = 0; k < sums->q; k++)
			jack->cubes += pow(sums->margin[k], 3);
	}
}

/* Free what the jackknife has allocated. */
static void
jackknife_end(Jackknife *jack)
{
	if (jack->slope != NULL && jack->slope != jack->small_slope)
		pfree(jack->slope);
	if (jack->straddle != NULL)
		pfree(jack->straddle);
	if (jack->lessened.count != NULL)
		pfree(jack->lessened.count);
	sums_release(&jack->sums);
}

/* Estimate anew without one item of pattern i. */
static bool
estimate_anew(Jackknife *jack, int64 i, double *value)
{
	const Patterns *p = jack->p;
	Estimate	estimate;

	if (jack->lessened.count == NULL)
	{
		jack->lessened.count =
			palloc_extended(sizeof(int64) * (Size) p->n_patterns,
							MCXT_ALLOC_HUGE);
		memcpy(jack->lessened.count, p->count,
			   sizeof(int64) * (Size) p->n_patterns);
	}
	jack->lessened.count[i]--;
	coefficient_estimate(&jack->lessened, jack->scale, jack->sums.which,
						 jack->sums.drop_singles, &estimate);
	jack->lessened.count[i]++;
	/* the distances are those of all items again */
	if (jack->sums.which == KRIPPENDORFF_ALPHA)
		scale_set_margins(jack->scale, jack->sums.margin);
	*value = estimate.value;
	return estimate.defined;
}

/* Look up coincidences that straddle both steps. */
static inline double
straddling(const Jackknife *jack, int a, int b)
{
	return jack->straddle[a * (jack->p->q + 1) + b];
}

/*
 * Take an item of pattern i out of the sums of ordinal alpha.
 *
 * Without the item the midranks are x - u, where u are midranks of the item's
 * own votes.  The observed sum is a quadratic form B of the midranks, so it is
 * B(x) - 2 B(x, u) + B(u), less the item's own disagreement at x - u.  The
 * gradient gives 2 B(x, u).  A vote for g makes in u a half step at g and one
 * above it, and two steps meet in B(u) in the coincidences that straddle both.
 */
static void
ordinal_deletion(const Jackknife *jack, int64 i, double *observed,
				 double *mass, double *quadratic)
{
	const PatternCell *cell = &jack->p->cell[jack->p->start[i]];
	int64		cells = jack->p->start[i + 1] - jack->p->start[i];
	double		cubes = jack->cubes;
	double		own = 0;
	double		below_j = 0;

	*mass -= (double) jack->p->size[i];
	for (int64 j = 0; j < cells; j++)
	{
		int			g = cell[j].code;
		double		r = cell[j].votes;
		double		x = jack->scale->midrank[g] - below_j - r / 2;
		double		n = jack->sums.margin[g];
		double		below_k = below_j + r;

		cubes += pow(n - r, 3) - pow(n, 3);
		*observed += r * r * (straddling(jack, g, g) +
							  straddling(jack, g + 1, g + 1) +
							  2 * straddling(jack, g, g + 1)) / 2 -
			r * jack->slope[g];
		for (int64 k = j + 1; k < cells; k++)
		{
			int			h = cell[k].code;
			double		s = cell[k].votes;
			double		apart = jack->scale->midrank[h] - below_k - s / 2 -
				x;

			*observed += r * s * (straddling(jack, g, h) +
								  straddling(jack, g, h + 1) +
								  straddling(jack, g + 1, h) +
								  straddling(jack, g + 1, h + 1));
			own += r * s * apart * apart;
			below_k += s;
		}
		below_j += r;
	}
	*observed -= 2 * own / (double) (jack->p->size[i] - 1);
	*quadratic = *mass * (*mass * *mass * *mass - cubes) / 6;
}

/* Take an item of pattern i out of the sums of any other coefficient. */
static void
plain_deletion(const Jackknife *jack, int64 i, const ItemPart *part,
			   double *observed, double *mass, double *quadratic)
{
	const AgreementSums *sums = &jack->sums;
	const Patterns *p = jack->p;
	double		own;

	*observed -= part->observed;
	*mass -= part->mass;
	if (sums->chance == NULL)
		return;
	own = scale_within(sums->chance, &p->cell[p->start[i]],
					   (int) (p->start[i + 1] - p->start[i]));
	if (sums->which != KRIPPENDORFF_ALPHA)
		own /= (double) p->size[i] * (double) p->size[i];
	*quadratic += own;
	for (int64 j = p->start[i]; j < p->start[i + 1]; j++)
		*quadratic -= 2 * jack->slope[p->cell[j].code] *
			sums_share(sums, p, i, p->cell[j].votes);
}

/* Estimate without one item of pattern i; false if that is not defined. */
static bool
estimate_without(Jackknife *jack, int64 i, double *value)
{
	const AgreementSums *sums = &jack->sums;
	double		observed = sums->observed;
	double		mass = sums->mass;
	double		quadratic = sums->quadratic;
	double		all = sums_expected(sums, mass, quadratic);
	double		weight;
	double		expected;
	ItemPart	part;

	if (!sums_item(sums, jack->p, i, &part))
		return true;			/* *value stays the estimate */
	weight = sums->weight - part.weight;
	if (weight <= 0)
		return false;
	if (sums->chance == NULL || sums->chance->kind != LEVEL_ORDINAL)
		plain_deletion(jack, i, &part, &observed, &mass, &quadratic);
	else if (jack->straddle != NULL)
		ordinal_deletion(jack, i, &observed, &mass, &quadratic);
	else
		return estimate_anew(jack, i, value);
	expected = sums_expected(sums, mass, quadratic);
	if (fabs(expected) <= LOST_DIGITS * fabs(all))
		return estimate_anew(jack, i, value);
	*value = 1 - observed / weight / expected;
	return true;
}

/* Find the variance of an estimate by leaving out one item at a time. */
void
jackknife_variance(const Patterns *p, Scale *scale, Coefficient which,
				   bool drop_singles, const Estimate *estimate,
				   ItemVariance *result)
{
	Jackknife	jack;
	double		n = 0;
	double		mean = 0;
	double		squares = 0;

	result->n_undefined = 0;
	jackknife_begin(&jack, p, scale, which, drop_singles);
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		double		count = (double) p->count[i];
		double		value = estimate->value;
		double		apart;

		CHECK_FOR_INTERRUPTS();
		if (p->count[i] == 0 || (drop_singles && p->size[i] < 2))
			continue;
		if (!estimate_without(&jack, i, &value))
		{
			result->n_undefined += p->count[i];
			continue;
		}
		n += count;
		apart = value - estimate->value - mean;
		mean += count / n * apart;
		squares += count * apart * (value - estimate->value - mean);
	}
	jackknife_end(&jack);
	result->variance = n > 0 ? squares * (n - 1) / n : 0;
	result->zero = n < 2 ||
		sqrt(squares / n) <= ZERO_SPREAD * (1 + fabs(1 - estimate->value));
}
