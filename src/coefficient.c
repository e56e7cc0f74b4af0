/*
 * coefficient.c
 *		The anonymous coefficients of agreement.
 *
 * Percent agreement, Fleiss' kappa, AC1/AC2 and Brennan-Prediger for any
 * number of labels on an item follow Gwet, Handbook of Inter-Rater Reliability
 * (2014), chapters 2 to 4; alpha follows Krippendorff, Computing
 * Krippendorff's Alpha-Reliability (2011).  All are computed as
 * 1 - observed / expected disagreement, which keeps the digits where agreement
 * is near 1.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "array.h"
#include "coefficient.h"
#include "item_variance.h"
#include "jackknife.h"
#include "linearised.h"
#include "miscadmin.h"

/* Choose what the coefficient compares, inside items and by chance. */
static void
sums_begin(AgreementSums *sums, Scale *scale, Coefficient which,
		   bool drop_singles, int q)
{
	sums->which = which;
	sums->drop_singles = drop_singles;
	sums->q = q;
	sums->within = scale;
	sums->chance = NULL;
	sums->base = 0;
	sums->factor = 1;
	sums->margin = NULL;
	if (ScaleIsLevel(scale) && scale->kind != LEVEL_NOMINAL &&
		which != KRIPPENDORFF_ALPHA && which != PERCENT_AGREEMENT)
		elog(ERROR, "level \"%s\" is not a weight scheme",
			 scale_name(scale->kind));
	if (which == GWET_AC ||
		(which == PERCENT_AGREEMENT && ScaleIsLevel(scale)))
	{
		memset(&sums->nominal, 0, sizeof(Scale));
		sums->nominal.kind = WEIGHTS_UNWEIGHTED;
		sums->nominal.q = q;
		sums->nominal.norm = 1;
	}
	switch (which)
	{
		case PERCENT_AGREEMENT:
			sums->base = 1;
			if (ScaleIsLevel(scale))
				sums->within = &sums->nominal;
			break;
		case SPECIFIC_AGREEMENT:
			sums->base = 1;
			break;
		case KRIPPENDORFF_ALPHA:
		case FLEISS_KAPPA:
			sums->chance = scale;
			break;
		case GWET_AC:
			sums->base = 1;
			sums->chance = &sums->nominal;
			if (q > 1)
				sums->factor = scale_total(scale) / ((double) q * (q - 1)) -
					(double) q / (q - 1);
			break;
		case BRENNAN_PREDIGER:
			sums->base = scale_total(scale) / ((double) q * q);
			break;
	}
	if (sums->chance == NULL)
		sums->factor = 0;
}

/* Tell whether items of this many labels enter the coefficient at all. */
static inline bool
size_enters(const AgreementSums *sums, int64 size)
{
	return size >= 2 ||
		(!sums->drop_singles && sums->which != KRIPPENDORFF_ALPHA);
}

/* Give the mass that so many votes on an item of pattern i bring. */
double
sums_share(const AgreementSums *sums, const Patterns *p, int64 i, int votes)
{
	return sums->which == KRIPPENDORFF_ALPHA ? (double) votes :
		(double) votes / (double) p->size[i];
}

/* Say what one item of pattern i brings; false if it does not enter. */
bool
sums_item(const AgreementSums *sums, const Patterns *p, int64 i,
		  ItemPart *part)
{
	int64		size = p->size[i];
	int64		start = p->start[i];
	double		within;

	if (!size_enters(sums, size))
		return false;
	part->mass = sums->which == KRIPPENDORFF_ALPHA ? (double) size : 1;
	part->weight = part->observed = 0;
	if (size < 2)
		return true;
	if (sums->which == SPECIFIC_AGREEMENT)
	{
		double		votes = p->cell[start].code == 0 ?
			p->cell[start].votes : 0;

		part->weight = votes * (double) (size - 1);
		part->observed = votes * ((double) size - votes);
		return true;
	}
	within = scale_within(sums->within, &p->cell[start],
						  (int) (p->start[i + 1] - start));
	part->weight = part->mass;
	part->observed = within / (double) (size - 1);
	if (sums->which != KRIPPENDORFF_ALPHA)
		part->observed /= (double) size;
	return true;
}

/* Add up the margins. */
static void
collect_margins(AgreementSums *sums, const Patterns *p)
{
	sums->margin = sums->q <= SMALL_Q ? sums->small_margin :
		array_alloc(sums->q, sizeof(double), false);
	for (int k = 0; k < sums->q; k++)
		sums->margin[k] = 0;
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (p->count[i] == 0 || !size_enters(sums, p->size[i]))
			continue;
		for (int64 j = p->start[i]; j < p->start[i + 1]; j++)
			sums->margin[p->cell[j].code] += (double) p->count[i] *
				sums_share(sums, p, i, p->cell[j].votes);
	}
}

/* Add up what the items of all patterns bring. */
static void
collect_items(AgreementSums *sums, const Patterns *p)
{
	sums->n_items = sums->n_pairable = 0;
	sums->weight = sums->observed = sums->mass = 0;
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		double		count = (double) p->count[i];
		ItemPart	part;

		CHECK_FOR_INTERRUPTS();
		sums->n_items += p->count[i];
		if (p->size[i] >= 2)
			sums->n_pairable += p->count[i];
		if (p->count[i] == 0 || !sums_item(sums, p, i, &part))
			continue;
		sums->mass += count * part.mass;
		sums->weight += count * part.weight;
		sums->observed += count * part.observed;
	}
}

/*
 * Collect all sums of a coefficient.  Margins come first: the ordinal level
 * takes its distances from them.
 */
void
sums_collect(AgreementSums *sums, const Patterns *p, Scale *scale,
			 Coefficient which, bool drop_singles)
{
	sums_begin(sums, scale, which, drop_singles, p->q);
	if (sums->chance != NULL)
		collect_margins(sums, p);
	if (which == KRIPPENDORFF_ALPHA)
		scale_set_margins(scale, sums->margin);
	collect_items(sums, p);
	sums->quadratic = sums->chance == NULL ? 0 :
		scale_quadratic(sums->chance, sums->margin);
}

/* Free what sums_collect has allocated. */
void
sums_release(AgreementSums *sums)
{
	if (sums->margin != NULL && sums->margin != sums->small_margin)
		pfree(sums->margin);
	sums->margin = NULL;
}

/* Give the disagreement that chance would bring. */
double
sums_expected(const AgreementSums *sums, double mass, double quadratic)
{
	double		other = sums->which == KRIPPENDORFF_ALPHA ? mass - 1 : mass;

	if (sums->chance == NULL)
		return sums->base;
	return sums->base + sums->factor * (quadratic / (mass * other));
}

/* Tell whether all labels that enter are of one category. */
static bool
one_category_used(const AgreementSums *sums, const Patterns *p)
{
	int32		code = -1;

	for (int64 i = 0; i < p->n_patterns; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (p->count[i] == 0 || !size_enters(sums, p->size[i]))
			continue;
		if (p->start[i + 1] - p->start[i] > 1 ||
			(code >= 0 && p->cell[p->start[i]].code != code))
			return false;
		code = p->cell[p->start[i]].code;
	}
	return true;
}

/*
 * Turn sums into an estimate.  Expected disagreement is an exact 0 when one
 * category is used, whatever the scale; that of AC is 1 less a quotient, so
 * for weights that are all 1 it is 0 within rounding.
 */
static void
sums_estimate(const AgreementSums *sums, const Patterns *p, Estimate *result)
{
	double		observed;
	double		expected;

	if (sums->n_items == 0)
		result->reason = REASON_NO_ITEMS;
	else if (sums->n_pairable == 0)
		result->reason = REASON_NO_PAIRABLE_ITEMS;
	else if (sums->weight <= 0)	/* of specific agreement only */
		result->reason = one_category_used(sums, p) ?
			REASON_ONE_CATEGORY : REASON_NO_PAIRABLE_ITEMS;
	else if (sums->q <= 1)
		result->reason = REASON_ONE_CATEGORY;
	if (result->reason != REASON_NONE)
		return;

	observed = sums->observed / sums->weight;
	expected = sums_expected(sums, sums->mass, sums->quadratic);
	if (!isfinite(observed) || !isfinite(expected))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("disagreement is out of range for type double precision")));
	if (sums->which == GWET_AC && fabs(expected) < 8 * DBL_EPSILON)
		expected = 0;
	result->observed = observed;
	result->expected = expected;
	if (expected != 0)
		result->value = 1 - observed / expected;
	else if (!one_category_used(sums, p))
		result->reason = REASON_NO_EXPECTED_DISAGREEMENT;
	else if (sums->which == KRIPPENDORFF_ALPHA ||
			 sums->which == FLEISS_KAPPA)
		result->reason = REASON_ONE_CATEGORY;
	else
		result->value = 1;
	result->defined = result->reason == REASON_NONE;
}

/* Estimate one coefficient. */
void
coefficient_estimate(const Patterns *p, Scale *scale, Coefficient which,
					 bool drop_singles, Estimate *result)
{
	AgreementSums sums;

	result->defined = false;
	result->value = result->observed = result->expected = 0;
	result->reason = REASON_NONE;
	sums_collect(&sums, p, scale, which, drop_singles);
	sums_estimate(&sums, p, result);
	sums_release(&sums);
}

/* Count the items that the degrees of freedom rest on. */
static int64
count_items(const Patterns *p, bool drop_singles)
{
	int64		n = 0;

	for (int64 i = 0; i < p->n_patterns; i++)
		if (p->size[i] >= 2 || !drop_singles)
			n += p->count[i];
	return n;
}

/* Give the error and interval of an estimate by what single items do to it. */
static void
item_interval(const Patterns *p, Scale *scale, Coefficient which,
			  const Estimate *estimate, const IntervalOptions *options,
			  ErrorInterval *result)
{
	ItemVariance found;

	memset(result, 0, sizeof(ErrorInterval));
	result->reason = estimate->reason;
	if (!estimate->defined)
		return;

	if (options->method == ERROR_JACKKNIFE)
		jackknife_variance(p, scale, which, options->drop_singles, estimate,
						   &found);
	else
		linearised_variance(p, scale, which, options->drop_singles,
							options->method == ERROR_RATIO, &found);
	found.variance *= population_factor(options->population, p->n_items);
	student_interval(estimate->value, &found,
					 (double) count_items(p, options->drop_singles) - 1,
					 options->confidence, result);
	if (which == PERCENT_AGREEMENT || which == SPECIFIC_AGREEMENT)
		interval_untested(result);
}

/* Give the errors and intervals of estimates, from the same draws if any. */
void
coefficient_intervals(const Patterns *p, Scale *scale, int n,
					  const Coefficient *which, const Estimate *estimates,
					  const IntervalOptions *options, ErrorInterval *results)
{
	if (options->method == ERROR_BOOTSTRAP)
		bootstrap_intervals(p, scale, n, which, estimates, options, results);
	else if (options->method == ERROR_BAYESIAN)
		imagined_intervals(p, scale, n, which, estimates, options, results);
	else
		for (int i = 0; i < n; i++)
			item_interval(p, scale, which[i], &estimates[i], options,
						  &results[i]);
}
