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

#include "array.h"
#include "category.h"
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

/*
 * Estimate specific agreement, kappa and alpha, with their intervals: from the
 * same draws, where the method draws.
 */
static void
estimate_figures(CategoryWalk *walk, CategoryFigures *result)
{
	static const Coefficient which[N_CATEGORY_FIGURES] = {
		[CATEGORY_SPECIFIC] = SPECIFIC_AGREEMENT,
		[CATEGORY_KAPPA] = FLEISS_KAPPA,
		[CATEGORY_ALPHA] = KRIPPENDORFF_ALPHA
	};
	const Patterns *c = &walk->collapsed;
	const IntervalOptions *options = walk->options;

	for (int i = 0; i < N_CATEGORY_FIGURES; i++)
		coefficient_estimate(c, &walk->scale, which[i], options->drop_singles,
							 &result->estimate[i]);
	coefficient_intervals(c, &walk->scale, N_CATEGORY_FIGURES, which,
						  result->estimate, options, result->interval);
}

/* Give the figures of the next category; false when there is none. */
bool
categories_next(CategoryWalk *walk, CategoryFigures *result)
{
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
	estimate_figures(walk, result);
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
