/*
 * light.c
 *		Light's kappa: the mean of Cohen's over the pairs of annotators.
 *
 * Light, Measures of response agreement for qualitative data: some
 * generalizations and alternatives, Psychological Bulletin 76 (1971) 365-377.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "light.h"
#include "miscadmin.h"
#include "pair_table.h"

/* what leaving out an item does to the sum of kappas over pairs */
typedef struct LightItem
{
	double		change;
	int64		lost;			/* pairs that no longer have a kappa */
} LightItem;

/* Add the changes of a pair's kappa to those of its items. */
static void
spread_changes(const PairTable *table, const Pair *pair, LightItem *items)
{
	int			c = 0;

	for (int64 i = 0; i < pair->n; i++)
	{
		const PairItem *from = &pair->item[i];
		LightItem  *to = &items[from->item];

		if (table->dense)
			c = table->slot[from->code_a * table->q + from->code_b];
		else if (from->code_a != table->cell[c].i ||
				 from->code_b != table->cell[c].j)
			c++;
		to->change += table->deletion[c].change;
		to->lost += table->deletion[c].lost;
	}
}

/* Tell whether all labels are of one category. */
static bool
one_category(const Design *design)
{
	for (int64 l = 1; l < design->n_labels; l++)
		if (design->code[l] != design->code[0])
			return false;
	return true;
}

/* Say why Light's kappa is not defined. */
static Reason
light_reason(const Design *design, int64 n_pairs)
{
	if (design->n_items == 0)
		return REASON_NO_ITEMS;
	if (design->n_annotators < 2)
		return REASON_ONE_ANNOTATOR;
	if (n_pairs == 0)
		return REASON_NO_PAIRABLE_ITEMS;
	if (one_category(design))
		return REASON_ONE_CATEGORY;
	return REASON_NO_DEFINED_PAIRS;
}

/* Find the jackknife's interval from the changes of all items. */
static void
light_interval(const Design *design, const LightItem *items, int64 n_pairs,
			   double value, const IntervalOptions *options,
			   ErrorInterval *result)
{
	Replicates	replicates = {0};
	ItemVariance found;
	int64		n = 0;

	for (int64 i = 0; i < design->n_items; i++)
	{
		double		left = (double) (n_pairs - items[i].lost);
		Deletion	deletion = {.lost = left == 0};

		CHECK_FOR_INTERRUPTS();
		if (options->drop_singles &&
			design->start[i + 1] - design->start[i] < 2)
			continue;
		n++;
		if (!deletion.lost)
			deletion.change = (items[i].change +
							   (double) items[i].lost * value) / left;
		replicates_add(&replicates, &deletion, 1);
	}
	replicates_variance(&replicates, COEFFICIENT_TERMS(value), &found);
	found.variance *= population_factor(options->population,
										design->n_items);
	student_interval(value, &found, (double) n - 1, options->confidence,
					 result);
}

/* Compute Light's kappa with its error and interval. */
void
light_kappa(const Design *design, const Scale *scale,
			const IntervalOptions *options, LightFigures *result)
{
	PairWalk   *walk = pairs_begin(design);
	PairTable  *table = pair_table_create(design->q);
	LightItem  *items = array_alloc(design->n_items, sizeof(LightItem), true);
	double		sum = 0;
	int64		defined;
	Pair		pair;

	memset(result, 0, sizeof(LightFigures));
	while (pairs_next(walk, &pair))
	{
		double		agreement;
		Estimate	kappa;

		result->n_pairs++;
		pair_estimate(table, &pair, scale, &agreement, &kappa);
		if (!kappa.defined)
		{
			result->n_pairs_undefined++;
			continue;
		}
		sum += kappa.value;
		pair_leave_out(table, scale, kappa.value);
		spread_changes(table, &pair, items);
	}
	pair_table_free(table);
	pairs_end(walk);

	defined = result->n_pairs - result->n_pairs_undefined;
	if (defined == 0)
		result->estimate.reason = light_reason(design, result->n_pairs);
	result->interval.reason = result->estimate.reason;
	if (defined > 0)
	{
		result->estimate.defined = true;
		result->estimate.value = sum / (double) defined;
		light_interval(design, items, defined, result->estimate.value,
					   options, &result->interval);
	}
	pfree(items);
}
