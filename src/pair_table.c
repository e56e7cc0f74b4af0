/*
 * pair_table.c
 *		What two annotators said of the items that they share.
 *
 * Cohen's kappa is that of cohen.c on the items that both labeled.  With O the
 * sum of disagreements over the n items of a pair, a and b its margins and
 * E = a' D b, kappa is 1 - n O / E.  Without an item labeled x and y, O loses
 * d_xy and E becomes E - (D b)_x - (a' D)_y + d_xy, so that all deletions cost
 * no more than the items that pairs share.
 */
#include "postgres.h"

#include "array.h"
#include "miscadmin.h"
#include "pair_table.h"

/*
 * Most cells of a table that is counted in place; beyond it the items are
 * sorted.  A pair shares a few dozen items in large crowds, and going over
 * many empty cells would cost more than the sort.
 */
#define DENSE_CELLS 256

/* an expected sum below this share of the whole has lost too many digits */
#define LOST_DIGITS 1e-6

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
	if (table->deletion != NULL)
		pfree(table->deletion);
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
	tally_vote(&table->a, code_a, n);
	tally_vote(&table->b, code_b, n);
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

/* Empty the table of all cells, while the cells still have their own codes. */
static void
clear_slots(PairTable *table)
{
	for (int c = 0; table->dense && c < table->n_cells; c++)
		table->slot[table->cell[c].i * table->q + table->cell[c].j] = 0;
	table->dense = false;
}

/* Fill the table with the items of a pair, in place of what it held. */
static void
tabulate_pair(PairTable *table, const Pair *pair)
{
	int64		cells = Min(pair->n, (int64) table->q * table->q);

	CHECK_FOR_INTERRUPTS();
	clear_slots(table);
	tally_clear(&table->a);
	tally_clear(&table->b);
	table->n_cells = 0;
	table->n = pair->n;
	if (cells > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("two annotators share too many items")));
	table->cell = array_room(table->cell, &table->room, cells,
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
apply_margin(PairTable *table, const Scale *scale, const CategoryTally *from,
			 const CategoryTally *to, double *applied)
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
	clear_slots(table);
	for (int u = 0; u < table->b.n_used; u++)
		if (table->a.votes[table->b.used[u]] == 0)
			tally_vote(&table->a, table->b.used[u], 1);
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
void
pair_leave_out(PairTable *table, const Scale *scale, double value)
{
	bool		nominal = scale_is_nominal(scale);
	double		n = (double) table->n;

	table->deletion = array_room(table->deletion, &table->deletion_room,
								 table->n_cells, sizeof(Deletion));
	if (!nominal)
		apply_margin(table, scale, &table->b, &table->a, table->from_b);
	for (int c = 0; c < table->n_cells; c++)
	{
		Deletion   *deletion = &table->deletion[c];
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
		deletion->lost = expected <= 0;
		deletion->change = deletion->lost ? -value : 1 - value -
			(n - 1) * (table->observed - apart) / expected;
	}
}
