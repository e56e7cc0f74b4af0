/*
 * pairs.c
 *		Pairs of annotators: walking them, Cohen's kappa of each, Light's.
 *
 * Cohen's kappa is that of cohen.c on the items that both labeled.  Light,
 * Measures of response agreement for qualitative data: some generalizations
 * and alternatives, Psychological Bulletin 76 (1971) 365-377, takes the mean
 * over pairs.
 *
 * With O the sum of disagreements over the n items of a pair, a and b its
 * margins and E = a' D b, kappa is 1 - n O / E.  Without an item labeled x and
 * y, O loses d_xy and E becomes E - (D b)_x - (a' D)_y + d_xy, so that all
 * deletions cost no more than the items that pairs share.
 */
#include "postgres.h"

#include <math.h>

#include "conger.h"
#include "item_figures.h"
#include "miscadmin.h"
#include "pairs.h"

/*
 * Most cells of a table that is counted in place; beyond it the items are
 * sorted.  A pair shares a few dozen items in large crowds, and going over
 * many empty cells would cost more than the sort.
 */
#define DENSE_CELLS 256

/* an expected sum below this share of the whole has lost too many digits */
#define LOST_DIGITS 1e-6

/*
 * Meetings are sorted for as many annotators at a time as have about half as
 * many of them as there are labels, and not less than this.
 */
#define MIN_MEETINGS (1024 * 1024)

/* two labels of one item, the first by an annotator of the current block */
typedef struct Meeting
{
	int64		item;
	int32		b;
	int32		code_a;
	int32		code_b;
} Meeting;

struct PairWalk
{
	const Design *design;
	int64	   *n_meetings;		/* of each annotator with later ones */
	int32		block;			/* first annotator of the block, */
	int32		block_end;		/* and the first after it */
	Meeting    *meeting;		/* of the block, by annotator, then item */
	int64		meeting_room;
	int64	   *meeting_end;	/* of each annotator of the block */
	int32		a;				/* whose partners are listed; -1: none yet */
	int			n_partners;
	int			next;			/* partner to return next */
	int32	   *partner;		/* rising */
	int64	   *end;			/* of each partner's items in shared, else 0 */
	PairItem   *shared;			/* items of a and its partners */
	int64		shared_room;
};

#define ST_SORT sort_annotators
#define ST_ELEMENT_TYPE int32
#define ST_COMPARE(x, y) (*(x) < *(y) ? -1 : *(x) > *(y))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Make room for so many elements; what was there is lost. */
static void *
pairs_room(void *array, int64 *room, int64 n, Size width)
{
	if (array != NULL && n <= *room)
		return array;
	if (array != NULL)
		pfree(array);
	*room = n;
	return array_alloc(n, width, false);
}

/* Begin to walk the pairs of annotators. */
PairWalk *
pairs_begin(const Design *design)
{
	PairWalk   *walk = palloc0(sizeof(PairWalk));
	int			n = design->n_annotators;

	walk->design = design;
	walk->a = -1;
	walk->n_meetings = array_alloc(n, sizeof(int64), true);
	walk->meeting_end = array_alloc(n, sizeof(int64), false);
	walk->end = array_alloc(n, sizeof(int64), true);
	walk->partner = array_alloc(n, sizeof(int32), false);
	for (int64 i = 0; i < design->n_items; i++)
	{
		int64		last = design->start[i + 1] - 1;

		CHECK_FOR_INTERRUPTS();
		for (int64 l = design->start[i]; l < last; l++)
			walk->n_meetings[design->annotator[l]] += last - l;
	}
	return walk;
}

/* Choose the annotators of the next block, and make room for its meetings. */
static void
choose_block(PairWalk *walk)
{
	int64		most = Max(MIN_MEETINGS, walk->design->n_labels / 2);
	int64		sum = 0;
	int32		g;

	walk->block = g = walk->block_end;
	do
	{
		walk->meeting_end[g] = sum;
		sum += walk->n_meetings[g++];
	} while (g < walk->design->n_annotators &&
			 walk->n_meetings[g] <= most - sum);
	walk->block_end = g;
	walk->meeting = pairs_room(walk->meeting, &walk->meeting_room, sum,
							   sizeof(Meeting));
}

/* Sort the meetings of the next block of annotators, in one pass. */
static void
read_block(PairWalk *walk)
{
	const Design *d = walk->design;

	choose_block(walk);
	for (int64 i = 0; i < d->n_items; i++)
	{
		int64		end = d->start[i + 1];

		CHECK_FOR_INTERRUPTS();
		for (int64 l = d->start[i]; l < end; l++)
		{
			int32		a = d->annotator[l];
			Meeting    *to;

			if (a >= walk->block_end)
				break;
			if (a < walk->block)
				continue;
			to = &walk->meeting[walk->meeting_end[a]];
			walk->meeting_end[a] += end - l - 1;
			for (int64 m = l + 1; m < end; m++, to++)
			{
				to->item = i;
				to->b = d->annotator[m];
				to->code_a = d->code[l];
				to->code_b = d->code[m];
			}
		}
	}
}

/* Put the partners in rising order. */
static void
order_partners(PairWalk *walk)
{
	int			n = walk->design->n_annotators;

	if (walk->n_partners < (n - walk->a) / 16)
	{
		sort_annotators(walk->partner, walk->n_partners);
		return;
	}
	walk->n_partners = 0;
	for (int32 b = walk->a + 1; b < n; b++)
		if (walk->end[b] > 0)
			walk->partner[walk->n_partners++] = b;
}

/* Sort the meetings of annotator a by partner. */
static void
gather_partners(PairWalk *walk)
{
	int64		end = walk->meeting_end[walk->a];
	int64		start = end - walk->n_meetings[walk->a];
	int64		sum = 0;

	CHECK_FOR_INTERRUPTS();
	for (int64 m = start; m < end; m++)
		if (walk->end[walk->meeting[m].b]++ == 0)
			walk->partner[walk->n_partners++] = walk->meeting[m].b;
	order_partners(walk);
	walk->shared = pairs_room(walk->shared, &walk->shared_room, end - start,
							  sizeof(PairItem));
	/* numbers become starts, and the scatter makes them ends */
	for (int u = 0; u < walk->n_partners; u++)
	{
		int64		n = walk->end[walk->partner[u]];

		walk->end[walk->partner[u]] = sum;
		sum += n;
	}
	for (int64 m = start; m < end; m++)
	{
		const Meeting *from = &walk->meeting[m];
		PairItem   *to = &walk->shared[walk->end[from->b]++];

		to->code_a = from->code_a;
		to->code_b = from->code_b;
		to->item = from->item;
	}
}

/* Give the next pair; false when there is none. */
bool
pairs_next(PairWalk *walk, Pair *pair)
{
	int64		start;

	while (walk->next >= walk->n_partners)
	{
		for (int u = 0; u < walk->n_partners; u++)
			walk->end[walk->partner[u]] = 0;
		walk->n_partners = walk->next = 0;
		if (walk->a + 1 >= walk->design->n_annotators)
			return false;
		if (++walk->a >= walk->block_end)
			read_block(walk);
		gather_partners(walk);
	}
	start = walk->next == 0 ? 0 : walk->end[walk->partner[walk->next - 1]];
	pair->a = walk->a;
	pair->b = walk->partner[walk->next++];
	pair->n = walk->end[pair->b] - start;
	pair->item = &walk->shared[start];
	return true;
}

/* Give back the memory of a walk. */
void
pairs_end(PairWalk *walk)
{
	pfree(walk->n_meetings);
	pfree(walk->meeting_end);
	pfree(walk->end);
	pfree(walk->partner);
	if (walk->meeting != NULL)
		pfree(walk->meeting);
	if (walk->shared != NULL)
		pfree(walk->shared);
	pfree(walk);
}

/* what leaving out an item of a cell does to kappa */
typedef struct CellChange
{
	double		change;
	bool		lost;			/* kappa is then no longer defined */
} CellChange;

struct PairTable
{
	int			q;
	int64		n;
	int			n_cells;
	int64		room;
	CohenCell  *cell;			/* by rising i, then j */
	int64		change_room;
	CellChange *change;			/* of each cell, for Light's jackknife */
	bool		dense;			/* slot tells where the cells stand */
	int32	   *slot;			/* q by q, if that is not many */
	Tally		a;				/* margins */
	Tally		b;
	double		observed;		/* sum of disagreements over items */
	double		expected;		/* a' D b */
	/* with weights, by category: */
	double	   *from_a;			/* a' D, at the categories of b */
	double	   *from_b;			/* D b, at those of a */
	double	   *value;			/* scratch */
	double	   *out;
	int32	   *number;			/* of a category among those used */
	Scale		nominal;		/* for no scale */
};

#define ST_SORT sort_pair_items
#define ST_ELEMENT_TYPE PairItem
#define ST_COMPARE(x, y) \
	((x)->code_a != (y)->code_a ? \
	 ((x)->code_a < (y)->code_a ? -1 : 1) : \
	 ((x)->code_b < (y)->code_b ? -1 : (x)->code_b > (y)->code_b))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Set up an empty table of q by q categories. */
PairTable *
pair_table_create(int q)
{
	PairTable  *table = palloc0(sizeof(PairTable));

	table->q = q;
	table->nominal.kind = WEIGHTS_UNWEIGHTED;
	table->nominal.q = q;
	scale_prepare(&table->nominal);
	tally_init(&table->a, q);
	tally_init(&table->b, q);
	if ((int64) q * q <= DENSE_CELLS)
		table->slot = palloc0(sizeof(int32) * Max(q * q, 1));
	table->from_a = array_alloc(q, sizeof(double), false);
	table->from_b = array_alloc(q, sizeof(double), false);
	table->value = array_alloc(q, sizeof(double), false);
	table->out = array_alloc(q, sizeof(double), false);
	table->number = array_alloc(q, sizeof(int32), false);
	return table;
}

/* Give back the memory of a table. */
void
pair_table_free(PairTable *table)
{
	tally_free(&table->a);
	tally_free(&table->b);
	if (table->slot != NULL)
		pfree(table->slot);
	if (table->cell != NULL)
		pfree(table->cell);
	if (table->change != NULL)
		pfree(table->change);
	pfree(table->from_a);
	pfree(table->from_b);
	pfree(table->value);
	pfree(table->out);
	pfree(table->number);
	pfree(table);
}

/* Append a cell. */
static void
add_cell(PairTable *table, int32 code_a, int32 code_b, int64 n)
{
	CohenCell  *cell = &table->cell[table->n_cells++];

	cell->i = code_a;
	cell->j = code_b;
	cell->count = n;
	tally_add(&table->a, code_a, n);
	tally_add(&table->b, code_b, n);
}

/* Count the items of a pair in the table of all cells. */
static void
count_cells(PairTable *table, const Pair *pair)
{
	int			q = table->q;

	for (int64 i = 0; i < pair->n; i++)
		table->slot[pair->item[i].code_a * q + pair->item[i].code_b]++;
	for (int c = 0; c < q * q; c++)
	{
		if (table->slot[c] == 0)
			continue;
		add_cell(table, c / q, c % q, table->slot[c]);
		table->slot[c] = table->n_cells - 1;
	}
}

/* Sort the items of a pair, and count them by cell. */
static void
sort_cells(PairTable *table, const Pair *pair)
{
	int64		run = 0;

	sort_pair_items(pair->item, pair->n);
	for (int64 i = 1; i <= pair->n; i++)
	{
		const PairItem *first = &pair->item[run];

		if (i < pair->n && pair->item[i].code_a == first->code_a &&
			pair->item[i].code_b == first->code_b)
			continue;
		add_cell(table, first->code_a, first->code_b, i - run);
		run = i;
	}
}

/* Fill the table with the items of a pair, in place of what it held. */
static void
tabulate_pair(PairTable *table, const Pair *pair)
{
	int64		cells = Min(pair->n, (int64) table->q * table->q);

	CHECK_FOR_INTERRUPTS();
	for (int c = 0; table->dense && c < table->n_cells; c++)
		table->slot[table->cell[c].i * table->q + table->cell[c].j] = 0;
	tally_clear(&table->a);
	tally_clear(&table->b);
	table->n_cells = 0;
	table->n = pair->n;
	if (cells > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("two annotators share too many items")));
	table->cell = pairs_room(table->cell, &table->room, cells,
							 sizeof(CohenCell));
	/* few items are quicker sorted than all cells looked at */
	table->dense = table->slot != NULL &&
		pair->n >= table->q * table->q / 4;
	if (table->dense)
		count_cells(table, pair);
	else
		sort_cells(table, pair);
}

/* Apply the weighted disagreements to one margin, at categories of the other. */
static void
apply_margin(PairTable *table, const Scale *scale, const Tally *from,
			 const Tally *to, double *applied)
{
	for (int u = 0; u < from->n_used; u++)
		table->value[u] = (double) from->votes[from->used[u]];
	sparse_apply(scale, from->n_used, from->used, table->value,
				 to->n_used, to->used, table->out);
	for (int u = 0; u < to->n_used; u++)
		applied[to->used[u]] = table->out[u];
}

/* Sum observed and expected disagreement of the table. */
static void
sum_table(PairTable *table, const Scale *scale)
{
	double		n = (double) table->n;

	table->observed = table->expected = 0;
	if (scale_is_nominal(scale))
	{
		double		same = 0;

		for (int c = 0; c < table->n_cells; c++)
			if (table->cell[c].i != table->cell[c].j)
				table->observed += (double) table->cell[c].count;
		for (int u = 0; u < table->a.n_used; u++)
			same += (double) table->a.votes[table->a.used[u]] *
				(double) table->b.votes[table->a.used[u]];
		table->expected = n * n - same;
		return;
	}
	for (int c = 0; c < table->n_cells; c++)
		table->observed += (double) table->cell[c].count *
			scale_disagreement(scale, table->cell[c].i, table->cell[c].j);
	apply_margin(table, scale, &table->a, &table->b, table->from_a);
	for (int u = 0; u < table->b.n_used; u++)
		table->expected += table->from_a[table->b.used[u]] *
			(double) table->b.votes[table->b.used[u]];
}

/* Turn the sums of a table into agreement and kappa. */
void
pair_estimate(PairTable *table, const Pair *pair, const Scale *scale,
			  double *agreement, Estimate *kappa)
{
	double		n = (double) pair->n;

	tabulate_pair(table, pair);
	sum_table(table, scale);
	memset(kappa, 0, sizeof(Estimate));
	kappa->observed = table->observed / n;
	kappa->expected = table->expected / n / n;
	*agreement = 1 - kappa->observed;
	kappa->defined = table->expected > 0;
	if (kappa->defined)
		kappa->value = 1 - n * table->observed / table->expected;
	else if (table->n_cells == 1 && table->cell[0].i == table->cell[0].j)
		kappa->reason = REASON_ONE_CATEGORY;
	else
		kappa->reason = REASON_NO_EXPECTED_DISAGREEMENT;
}

/* Number the categories that a pair used, and rewrite its cells so. */
static void
renumber_cells(PairTable *table)
{
	for (int u = 0; u < table->b.n_used; u++)
		if (table->a.votes[table->b.used[u]] == 0)
			tally_add(&table->a, table->b.used[u], 1);
	tally_sort(&table->a);
	for (int u = 0; u < table->a.n_used; u++)
		table->number[table->a.used[u]] = u;
	for (int c = 0; c < table->n_cells; c++)
	{
		table->cell[c].i = table->number[table->cell[c].i];
		table->cell[c].j = table->number[table->cell[c].j];
	}
}

/*
 * Compute kappa over the categories that the pair used alone: with thousands
 * of categories and few items they are but some of them.
 */
static void
renumbered_kappa(PairTable *table, const Scale *scale, double confidence,
				 CohenResult *result)
{
	Scale		used = {0};
	double	   *matrix = NULL;

	renumber_cells(table);
	used.kind = WEIGHTS_UNWEIGHTED;
	used.q = table->a.n_used;
	if (!scale_is_nominal(scale))
	{
		matrix = array_alloc((int64) used.q * used.q, sizeof(double), false);
		for (int k = 0; k < used.q; k++)
			for (int l = 0; l < used.q; l++)
				matrix[k * used.q + l] = scale_weight(scale, table->a.used[k],
													  table->a.used[l]);
		used.kind = WEIGHTS_CUSTOM;
		used.matrix = matrix;
	}
	scale_prepare(&used);
	cohen_coefficient(table->cell, table->n_cells, &used, false, confidence,
					  result);
	if (matrix != NULL)
		pfree(matrix);
}

/* Compute agreement and kappa of a pair, with error and bounds. */
void
pair_figures(PairTable *table, const Pair *pair, const Scale *scale,
			 double confidence, PairFigures *result)
{
	double		used;

	tabulate_pair(table, pair);
	used = table->a.n_used + table->b.n_used;
	result->a = pair->a;
	result->b = pair->b;
	result->n_items = pair->n;
	if (scale_is_nominal(scale) ? used < table->q : used * used < table->q)
		renumbered_kappa(table, scale, confidence, &result->kappa);
	else
		cohen_coefficient(table->cell, table->n_cells,
						  scale == NULL ? &table->nominal : scale, false,
						  confidence, &result->kappa);
	result->agreement = 1 - result->kappa.observed;
}

/* Sum expected disagreement anew, without an item labeled x and y. */
static double
expected_anew(const PairTable *table, const Scale *scale, int32 x, int32 y)
{
	double		sum = 0;

	for (int u = 0; u < table->a.n_used; u++)
	{
		int32		k = table->a.used[u];
		double		row = 0;

		CHECK_FOR_INTERRUPTS();
		if (table->a.votes[k] == (k == x))
			continue;
		for (int v = 0; v < table->b.n_used; v++)
		{
			int32		l = table->b.used[v];

			if (k != l && table->b.votes[l] > (l == y))
				row += (double) (table->b.votes[l] - (l == y)) *
					scale_disagreement(scale, k, l);
		}
		sum += (double) (table->a.votes[k] - (k == x)) * row;
	}
	return sum;
}

/* Find how kappa changes when an item of each cell is left out. */
static void
leave_out(PairTable *table, const Scale *scale, double value)
{
	bool		nominal = scale_is_nominal(scale);
	double		n = (double) table->n;

	table->change = pairs_room(table->change, &table->change_room,
							   table->n_cells, sizeof(CellChange));
	if (!nominal)
		apply_margin(table, scale, &table->b, &table->a, table->from_b);
	for (int c = 0; c < table->n_cells; c++)
	{
		CellChange *change = &table->change[c];
		int32		x = table->cell[c].i;
		int32		y = table->cell[c].j;
		double		apart;
		double		expected;

		CHECK_FOR_INTERRUPTS();
		if (nominal)
		{
			apart = x != y;
			expected = table->expected - (n - (double) table->b.votes[x]) -
				(n - (double) table->a.votes[y]) + apart;
		}
		else
		{
			apart = x == y ? 0 : scale_disagreement(scale, x, y);
			expected = table->expected - table->from_b[x] -
				table->from_a[y] + apart;
			if (expected <= LOST_DIGITS * table->expected)
				expected = expected_anew(table, scale, x, y);
		}
		change->lost = expected <= 0;
		change->change = change->lost ? -value : 1 - value -
			(n - 1) * (table->observed - apart) / expected;
	}
}

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
		to->change += table->change[c].change;
		to->lost += table->change[c].lost;
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
	int64		n_items = 0;
	int64		n = 0;

	for (int64 i = 0; i < design->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		n_items++;
		if (options->drop_singles &&
			design->start[i + 1] - design->start[i] < 2)
			continue;
		n++;
		if (items[i].lost == n_pairs)
			replicates.n_undefined++;
		else
			replicates_add(&replicates,
						   (items[i].change + (double) items[i].lost * value) /
						   (double) (n_pairs - items[i].lost), 1);
	}
	replicates_variance(&replicates, value, &found);
	if (options->population > 0)
		found.variance *= 1 - (double) n_items / options->population;
	item_interval(value, &found, (double) n - 1, options->confidence, result);
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
		leave_out(table, scale, kappa.value);
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
