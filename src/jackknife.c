/*
 * jackknife.c
 *		Errors of the anonymous coefficients by leaving out one item.
 *
 * Items of one pattern leave the same estimate behind, so there is one
 * deletion for each pattern, and it is made on the sums of coefficient.h: with a_k the sum over l of chance(k, l) margin[l], and x the masses of the
 * item, the quadratic form of the margins becomes
 *		quadratic - 2 sum a_k x_k + sum over k, l of chance(k, l) x_k x_l
 * For the ordinal level, whose distances move too, see ordinal_deletion.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
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
 * Most categories for which the ordinal level keeps a table of coincidences
 * (8 MB); beyond it every deletion goes over all patterns.
 */
#define TABLE_CATEGORIES 1024

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
void
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
		array_alloc(sums->q, sizeof(double), false);
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
void
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

/* Change the counts of a group's patterns, to leave it out or put it back. */
static void
change_counts(int64 *count, const ItemGroup *group, int sign)
{
	for (int64 g = 0; g < group->n; g++)
		count[group->part[g].pattern] += sign * group->part[g].count;
}

/* Estimate anew without a group of items. */
bool
jackknife_anew(Jackknife *jack, const ItemGroup *group, double *value)
{
	const Patterns *p = jack->p;
	Estimate	estimate;

	if (jack->lessened.count == NULL)
	{
		jack->lessened.count = array_alloc(p->n_patterns, sizeof(int64),
										   false);
		memcpy(jack->lessened.count, p->count,
			   sizeof(int64) * (Size) p->n_patterns);
	}
	change_counts(jack->lessened.count, group, -1);
	coefficient_estimate(&jack->lessened, jack->scale, jack->sums.which,
						 jack->sums.drop_singles, &estimate);
	change_counts(jack->lessened.count, group, 1);
	/* the distances are those of all items again */
	if (jack->sums.which == KRIPPENDORFF_ALPHA)
		scale_set_margins(jack->scale, jack->sums.margin);
	*value = estimate.value;
	return estimate.defined;
}

/* Estimate from what a group leaves of the sums. */
bool
jackknife_value(Jackknife *jack, const ItemGroup *group,
				const Remainder *left, double *value)
{
	const AgreementSums *sums = &jack->sums;
	double		all = sums_expected(sums, sums->mass, sums->quadratic);
	double		expected;

	if (left->weight <= 0)
		return false;
	expected = sums_expected(sums, left->mass, left->quadratic);
	if (fabs(expected) <= LOST_DIGITS * fabs(all))
		return jackknife_anew(jack, group, value);
	*value = 1 - left->observed / left->weight / expected;
	return true;
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
ordinal_deletion(const Jackknife *jack, int64 i, Remainder *left)
{
	const PatternCell *cell = &jack->p->cell[jack->p->start[i]];
	int64		cells = jack->p->start[i + 1] - jack->p->start[i];
	double		cubes = jack->cubes;
	double		own = 0;
	double		below_j = 0;

	left->mass -= (double) jack->p->size[i];
	for (int64 j = 0; j < cells; j++)
	{
		int			g = cell[j].code;
		double		r = cell[j].votes;
		double		x = jack->scale->midrank[g] - below_j - r / 2;
		double		n = jack->sums.margin[g];
		double		below_k = below_j + r;

		cubes += pow(n - r, 3) - pow(n, 3);
		left->observed += r * r * (straddling(jack, g, g) +
							  straddling(jack, g + 1, g + 1) +
							  2 * straddling(jack, g, g + 1)) / 2 -
			r * jack->slope[g];
		for (int64 k = j + 1; k < cells; k++)
		{
			int			h = cell[k].code;
			double		s = cell[k].votes;
			double		apart = jack->scale->midrank[h] - below_k - s / 2 -
				x;

			left->observed += r * s * (straddling(jack, g, h) +
								  straddling(jack, g, h + 1) +
								  straddling(jack, g + 1, h) +
								  straddling(jack, g + 1, h + 1));
			own += r * s * apart * apart;
			below_k += s;
		}
		below_j += r;
	}
	left->observed -= 2 * own / (double) (jack->p->size[i] - 1);
	left->quadratic = left->mass * (pow(left->mass, 3) - cubes) / 6;
}

/* Take an item of pattern i out of the sums of any other coefficient. */
static void
plain_deletion(const Jackknife *jack, int64 i, const ItemPart *part,
			   Remainder *left)
{
	const AgreementSums *sums = &jack->sums;
	const Patterns *p = jack->p;
	double		own;

	left->observed -= part->observed;
	left->mass -= part->mass;
	if (sums->chance == NULL)
		return;
	own = scale_within(sums->chance, &p->cell[p->start[i]],
					   (int) (p->start[i + 1] - p->start[i]));
	if (sums->which != KRIPPENDORFF_ALPHA)
		own /= (double) p->size[i] * (double) p->size[i];
	left->quadratic += own;
	for (int64 j = p->start[i]; j < p->start[i + 1]; j++)
		left->quadratic -= 2 * jack->slope[p->cell[j].code] *
			sums_share(sums, p, i, p->cell[j].votes);
}

/*
 * Estimate without one item of pattern i; false if that is not defined.  An
 * item that does not enter leaves *value as it is.
 */
static bool
estimate_without(Jackknife *jack, int64 i, double *value)
{
	const AgreementSums *sums = &jack->sums;
	GroupPart	once = {.pattern = i, .count = 1};
	ItemGroup	item = {.n = 1, .part = &once};
	Remainder	left = {sums->observed, sums->weight, sums->mass,
	sums->quadratic};
	ItemPart	part;

	if (!sums_item(sums, jack->p, i, &part))
		return true;
	left.weight -= part.weight;
	if (left.weight <= 0)
		return false;
	if (sums->chance == NULL || sums->chance->kind != LEVEL_ORDINAL)
		plain_deletion(jack, i, &part, &left);
	else if (jack->straddle != NULL)
		ordinal_deletion(jack, i, &left);
	else
		return jackknife_anew(jack, &item, value);
	return jackknife_value(jack, &item, &left, value);
}

/* Find what leaving out one item of each pattern does to an estimate. */
void
jackknife_deletions(const Patterns *p, Scale *scale, Coefficient which,
					bool drop_singles, const Estimate *estimate,
					Deletion *deletions)
{
	Jackknife	jack;

	jackknife_begin(&jack, p, scale, which, drop_singles);
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		double		value = estimate->value;

		CHECK_FOR_INTERRUPTS();
		deletions[i].lost = p->count[i] > 0 &&
			!estimate_without(&jack, i, &value);
		deletions[i].change = value - estimate->value;
	}
	jackknife_end(&jack);
}

/* Find the variance of an estimate by leaving out one item at a time. */
void
jackknife_variance(const Patterns *p, Scale *scale, Coefficient which,
				   bool drop_singles, const Estimate *estimate,
				   ItemVariance *result)
{
	Deletion   *deletions = array_alloc(p->n_patterns, sizeof(Deletion),
										false);
	Replicates	replicates = {0};

	jackknife_deletions(p, scale, which, drop_singles, estimate, deletions);
	for (int64 i = 0; i < p->n_patterns; i++)
		if (p->count[i] > 0 && (p->size[i] >= 2 || !drop_singles))
			replicates_add(&replicates, &deletions[i], p->count[i]);
	replicates_variance(&replicates, COEFFICIENT_TERMS(estimate->value),
						result);
	pfree(deletions);
}
