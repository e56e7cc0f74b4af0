/*
 * category.c
 *		Agreement on one category, against all the rest.
 *
 * Specific agreement: Cicchetti and Feinstein, High agreement but low kappa:
 * II, Journal of Clinical Epidemiology 43 (1990) 551-558, for any number of
 * labels the sum of r_ik (r_ik - 1) over that of r_ik (r_i - 1).  Kappa and
 * alpha are those of the data with all other categories made one; with equal
 * numbers of labels the kappa is that of Fleiss 1971, equation 23.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "category.h"
#include "item_variance.h"
#include "miscadmin.h"

/* items of so many labels with so many votes for the category */
typedef struct Split
{
	int64		size;
	int64		votes;
	int64		count;
} Split;

struct CategoryWalk
{
	const Patterns *p;
	const IntervalOptions *options;
	Scale		scale;			/* nominal, of two categories */
	int			next;			/* category */
	int64	   *start;			/* of each category in held */
	Split	   *held;			/* the patterns that hold it */
	int64		n_sizes;
	Split	   *sizes;			/* all items, by size; no votes */
	/* scratch: the splits of one category, and the patterns that they are */
	Split	   *split;
	int64		n_splits;
	Patterns	collapsed;
	int64		room;
};

#define ST_SORT sort_splits
#define ST_ELEMENT_TYPE Split
#define ST_COMPARE(x, y) \
	((x)->size != (y)->size ? ((x)->size < (y)->size ? -1 : 1) : \
	 ((x)->votes < (y)->votes ? -1 : (x)->votes > (y)->votes))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Sort splits, and make one of those that are equal; give their number. */
static int64
merge_splits(Split *split, int64 n)
{
	int64		end = 0;

	sort_splits(split, n);
	for (int64 s = 0; s < n; s++)
	{
		if (end > 0 && split[end - 1].size == split[s].size &&
			split[end - 1].votes == split[s].votes)
			split[end - 1].count += split[s].count;
		else
			split[end++] = split[s];
	}
	return end;
}

/* List the patterns that hold each category. */
static void
list_holders(CategoryWalk *walk)
{
	const Patterns *p = walk->p;
	int64		cells = p->start[p->n_patterns];
	int64	   *next = array_alloc((int64) p->q + 1, sizeof(int64), false);

	walk->start = array_alloc((int64) p->q + 1, sizeof(int64), false);
	walk->held = array_alloc(cells, sizeof(Split), false);
	memset(walk->start, 0, sizeof(int64) * ((Size) p->q + 1));
	for (int64 c = 0; c < cells; c++)
		walk->start[p->cell[c].code + 1]++;
	for (int k = 0; k < p->q; k++)
		walk->start[k + 1] += walk->start[k];
	memcpy(next, walk->start, sizeof(int64) * ((Size) p->q + 1));
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 c = p->start[i]; c < p->start[i + 1]; c++)
		{
			Split	   *to = &walk->held[next[p->cell[c].code]++];

			to->size = p->size[i];
			to->votes = p->cell[c].votes;
			to->count = p->count[i];
		}
	}
	pfree(next);
}

/* Count the items by their number of labels. */
static void
list_sizes(CategoryWalk *walk)
{
	const Patterns *p = walk->p;

	walk->sizes = array_alloc(p->n_patterns, sizeof(Split), false);
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		walk->sizes[i].size = p->size[i];
		walk->sizes[i].votes = 0;
		walk->sizes[i].count = p->count[i];
	}
	walk->n_sizes = merge_splits(walk->sizes, p->n_patterns);
}

/* Begin to walk the categories. */
CategoryWalk *
categories_begin(const Patterns *p, const IntervalOptions *options)
{
	CategoryWalk *walk = palloc0(sizeof(CategoryWalk));

	walk->p = p;
	walk->options = options;
	walk->scale.kind = LEVEL_NOMINAL;
	walk->scale.q = 2;
	scale_prepare(&walk->scale);
	list_holders(walk);
	list_sizes(walk);
	return walk;
}

/* Free the scratch, if there is any. */
static void
free_scratch(CategoryWalk *walk)
{
	if (walk->room == 0)
		return;
	pfree(walk->split);
	pfree(walk->collapsed.count);
	pfree(walk->collapsed.size);
	pfree(walk->collapsed.start);
	pfree(walk->collapsed.cell);
}

/* Make room for so many splits. */
static void
make_room(CategoryWalk *walk, int64 n)
{
	Patterns   *c = &walk->collapsed;

	if (n <= walk->room)
		return;
	free_scratch(walk);
	walk->room = n;
	walk->split = array_alloc(n, sizeof(Split), false);
	c->count = array_alloc(n, sizeof(int64), false);
	c->size = array_alloc(n, sizeof(int64), false);
	c->start = array_alloc(n + 1, sizeof(int64), false);
	c->cell = array_alloc(2 * n, sizeof(PatternCell), false);
}

/* Find the splits of category k, those without a vote for it too. */
static void
split_category(CategoryWalk *walk, int k)
{
	int64		n = walk->start[k + 1] - walk->start[k];
	int64		held;
	int64		h = 0;
	Split	   *split;

	make_room(walk, n + walk->n_sizes);
	split = walk->split;
	if (n > 0)
		memcpy(split, &walk->held[walk->start[k]], sizeof(Split) * (Size) n);
	walk->n_splits = held = merge_splits(split, n);
	for (int64 s = 0; s < walk->n_sizes; s++)
	{
		Split		rest = walk->sizes[s];

		for (; h < held && split[h].size == rest.size; h++)
			rest.count -= split[h].count;
		if (rest.count > 0)
			split[walk->n_splits++] = rest;
	}
}

/* Make patterns of two categories, 0 and the rest, from the splits. */
static void
collapse(CategoryWalk *walk)
{
	Patterns   *c = &walk->collapsed;
	int64		cells = 0;

	c->q = 2;
	c->n_patterns = walk->n_splits;
	c->n_items = walk->p->n_items;
	c->n_pairable = walk->p->n_pairable;
	c->n_labels = walk->p->n_labels;
	c->n_used = 0;
	for (int64 s = 0; s < walk->n_splits; s++)
	{
		const Split *split = &walk->split[s];
		int64		rest = split->size - split->votes;

		c->count[s] = split->count;
		c->size[s] = split->size;
		c->start[s] = cells;
		if (split->votes > 0)
		{
			c->cell[cells].code = 0;
			c->cell[cells++].votes = (int32) split->votes;
		}
		if (rest > 0)
		{
			c->cell[cells].code = 1;
			c->cell[cells++].votes = (int32) rest;
		}
		c->n_used |= (split->votes > 0 ? 1 : 0) | (rest > 0 ? 2 : 0);
	}
	c->start[walk->n_splits] = cells;
	/* the bits of what was met become their number */
	c->n_used = c->n_used - c->n_used / 2;
}

/* Find specific agreement, and the sum that it is a share of. */
static double
estimate_specific(const CategoryWalk *walk, Estimate *result)
{
	double		same = 0;
	double		whole = 0;

	memset(result, 0, sizeof(Estimate));
	for (int64 s = 0; s < walk->n_splits; s++)
	{
		const Split *split = &walk->split[s];
		double		votes = (double) split->count * (double) split->votes;

		same += votes * (double) (split->votes - 1);
		whole += votes * (double) (split->size - 1);
	}
	result->defined = whole > 0;
	if (whole > 0)
		result->value = same / whole;
	else if (walk->p->n_items == 0)
		result->reason = REASON_NO_ITEMS;
	else
		result->reason = REASON_NO_PAIRABLE_ITEMS;
	return whole;
}

/* Find the variance of specific agreement; n is the number of items. */
static void
specific_variance(const CategoryWalk *walk, double value, double whole,
				  double n, ItemVariance *result)
{
	Replicates	replicates = {0};
	Deviations	deviations = {0};

	for (int64 s = 0; s < walk->n_splits; s++)
	{
		const Split *split = &walk->split[s];
		double		same = (double) split->votes * (split->votes - 1);
		double		all = (double) split->votes * (split->size - 1);
		double		unit = n / whole;
		double		deviation = same - value * all;
		Deletion	deletion = {.lost = whole - all <= 0};

		if (split->size < 2 && walk->options->drop_singles)
			continue;
		if (!deletion.lost)
			deletion.change = -deviation / (whole - all);
		replicates_add(&replicates, &deletion, split->count);
		deviations_add(&deviations, unit * deviation,
					   unit * (same + value * all), (double) split->count);
	}
	if (walk->options->method == ERROR_JACKKNIFE)
		replicates_variance(&replicates, COEFFICIENT_TERMS(value), result);
	else
		deviations_variance(&deviations, n, result);
}

/* Compute specific agreement with its interval. */
static void
specific_agreement(const CategoryWalk *walk, CategoryFigures *result)
{
	const IntervalOptions *options = walk->options;
	double		n = (double) (options->drop_singles ? walk->p->n_pairable :
							  walk->p->n_items);
	double		whole = estimate_specific(walk, &result->specific);
	ItemVariance found;

	memset(&result->specific_interval, 0, sizeof(ErrorInterval));
	result->specific_interval.reason = result->specific.reason;
	if (!result->specific.defined)
		return;
	specific_variance(walk, result->specific.value, whole, n, &found);
	found.variance *= population_factor(options->population,
										walk->p->n_items);
	student_interval(result->specific.value, &found, n - 1,
					 options->confidence, &result->specific_interval);
	interval_untested(&result->specific_interval);
}

/* Give the figures of the next category; false when there is none. */
bool
categories_next(CategoryWalk *walk, CategoryFigures *result)
{
	const Patterns *c = &walk->collapsed;
	const IntervalOptions *options = walk->options;

	if (walk->next >= walk->p->q)
		return false;
	CHECK_FOR_INTERRUPTS();
	result->code = walk->next++;
	split_category(walk, result->code);
	collapse(walk);
	result->n_labels = 0;
	for (int64 s = 0; s < walk->n_splits; s++)
		result->n_labels += walk->split[s].votes * walk->split[s].count;
	result->share = walk->p->n_labels == 0 ? 0 :
		(double) result->n_labels / (double) walk->p->n_labels;
	specific_agreement(walk, result);
	coefficient_estimate(c, &walk->scale, FLEISS_KAPPA,
						 options->drop_singles, &result->kappa);
	coefficient_interval(c, &walk->scale, FLEISS_KAPPA, &result->kappa,
						 options, &result->kappa_interval);
	coefficient_estimate(c, &walk->scale, KRIPPENDORFF_ALPHA,
						 options->drop_singles, &result->alpha);
	coefficient_interval(c, &walk->scale, KRIPPENDORFF_ALPHA, &result->alpha,
						 options, &result->alpha_interval);
	return true;
}

/* Give back the memory of a walk. */
void
categories_end(CategoryWalk *walk)
{
	free_scratch(walk);
	pfree(walk->start);
	pfree(walk->held);
	pfree(walk->sizes);
	pfree(walk);
}
