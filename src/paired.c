/*
 * paired.c
 *		The difference of two estimates of items that they may share.
 *
 * The delete-one jackknife (Efron and Stein, The jackknife estimate of
 * variance, Annals of Statistics 9 (1981) 586-596) of the difference: where
 * both groups labeled an item, what it does to the one estimate and to the
 * other is taken together, and the covariance of the two with it.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "miscadmin.h"
#include "paired.h"
#include "pattern_table.h"
#include "tally.h"

/* Give each item the deletion of its pattern. */
void
spread_deletions(const Patterns *p, const Deletion *of_pattern,
				 const Design *design, Deletion *of_item)
{
	CategoryTally tally;

	tally_init(&tally, design->q);
	for (int64 i = 0; i < design->n_items; i++)
	{
		const PatternCell *cells;
		int64		pattern;

		CHECK_FOR_INTERRUPTS();
		item_tally(design, i, &tally);
		cells = tally_cells(&tally);
		pattern = patterns_find(p, cells, (uint32) tally.n_used);
		if (pattern < 0)
			elog(ERROR, "item %lld has no vote pattern", (long long) i);
		of_item[i] = of_pattern[pattern];
		tally_clear(&tally);
	}
	tally_free(&tally);
}

/* Collect the deletions of the difference; returns the number of items. */
static int64
collect_deletions(const PairedSide *a, const PairedSide *b,
				  const int64 *partner, Replicates *replicates)
{
	Deletion   *joint = array_alloc(a->n_items, sizeof(Deletion), false);
	int64		n = a->n_items;

	memcpy(joint, a->deletion, sizeof(Deletion) * (Size) a->n_items);
	for (int64 j = 0; j < b->n_items; j++)
	{
		Deletion	alone = {.lost = b->deletion[j].lost,
			.change = -b->deletion[j].change};

		CHECK_FOR_INTERRUPTS();
		if (partner[j] >= 0)
		{
			joint[partner[j]].lost |= alone.lost;
			joint[partner[j]].change += alone.change;
			continue;
		}
		replicates_add(replicates, &alone, 1);
		n++;
	}
	for (int64 i = 0; i < a->n_items; i++)
		replicates_add(replicates, &joint[i], 1);
	pfree(joint);
	return n;
}

/* Compare two estimates of items that they may share. */
void
paired_difference(const PairedSide *a, const PairedSide *b,
				  const int64 *partner, double confidence,
				  Difference *result)
{
	Replicates	replicates = {0};
	ItemVariance found;
	int64		n;

	memset(result, 0, sizeof(Difference));
	result->reason = first_reason(a->estimate->reason, b->estimate->reason);
	result->defined = a->estimate->defined && b->estimate->defined;
	if (!result->defined)
		return;
	result->value = a->estimate->value - b->estimate->value;
	n = collect_deletions(a, b, partner, &replicates);
	replicates_variance(&replicates, COEFFICIENT_TERMS(a->estimate->value) +
						COEFFICIENT_TERMS(b->estimate->value), &found);
	if (found.n_undefined > 0)
		result->reason = REASON_UNDEFINED_RESAMPLES;
	else if (found.zero)
		result->reason = REASON_ZERO_VARIANCE;
	if (result->reason != REASON_NONE)
		return;
	result->has_error = true;
	result->std_error = sqrt(found.variance);
	difference_interval(result, (double) n - 1, confidence);
}
