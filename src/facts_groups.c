/*
 * facts_groups.c
 *		Counting the facts of groups of rows, all in one pass over the rows.
 *
 * Counts are integers and sums exact, so that the order of rows does not show.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "distribution.h"
#include "facts_groups.h"
#include "facts_met.h"
#include "interrupts.h"
#include "item_variance.h"
#include "port/pg_bitutils.h"

typedef struct Counting
{
	const Facts *f;
	const Grouping *by;
	GroupRows  *rows;
	MetSet		annotators;
	MetSet		vendors;
	MetSet		days;
	int32	   *count;			/* labels of people on the item, by code */
	int64		n_people;
	int32	   *vendor;			/* by vendor, 0 for none, */
	int32	   *vendor_code;	/* and by both; or NULL: too many */
} Counting;

/* up to so many vendors and labels a table of both */
#define DENSE_VENDORS (INT64CONST(1) << 22)

/* Close the item that is open in the sums. */
static void
pair_sums_close(PairSums *s)
{
	if (s->item_pairs > 0)
	{
		s->items++;
		s->pairs += s->item_pairs;
		s->equal += s->item_equal;
		s->pp += (int128) s->item_pairs * s->item_pairs;
		s->pe += (int128) s->item_pairs * s->item_equal;
		s->ee += (int128) s->item_equal * s->item_equal;
	}
	s->item_pairs = s->item_equal = 0;
}

/* Add pairs of an item. */
static inline void
pair_sums_add(PairSums *s, int64 item, int64 pairs, int64 equal)
{
	if (s->item != item)
	{
		pair_sums_close(s);
		s->item = item;
	}
	s->item_pairs += pairs;
	s->item_equal += equal;
}

/* Student's quantile for bounds, kept once found: many groups are as large. */
static double
bounds_quantile(int64 df)
{
	static double known[1024];	/* 0: not yet */
	double		found;

	if (df < lengthof(known) && known[df] != 0)
		return known[df];
	found = df == 0 ? 0 : -student_quantile((1 - FACTS_CONFIDENCE) / 2,
											(double) df);
	if (df < lengthof(known))
		known[df] = found;
	return found;
}

/*
 * The share of equal pairs, and its error: a ratio of sums over items,
 * linearised (Cochran, Sampling Techniques, 1977, equation 6.13).
 */
void
pair_sums_error(const PairSums *s, Estimate *estimate, ErrorInterval *error)
{
	double		n = (double) s->items;
	double		p;
	double		squares;
	ItemVariance found;

	memset(estimate, 0, sizeof(Estimate));
	memset(error, 0, sizeof(ErrorInterval));
	if (s->pairs == 0)
	{
		estimate->reason = error->reason = REASON_NO_PAIRABLE_ITEMS;
		return;
	}
	p = (double) s->equal / (double) s->pairs;
	estimate->defined = true;
	estimate->value = p;
	memset(&found, 0, sizeof(found));
	squares = (double) s->ee - 2 * p * (double) s->pe + p * p * (double) s->pp;
	found.zero = squares <= 1e-12 * ((double) s->ee + p * p * (double) s->pp);
	if (n > 1 && !found.zero)
		found.variance = n / (n - 1) * squares /
			((double) s->pairs * (double) s->pairs);
	error_bounds(p, &found, bounds_quantile(s->items - 1), error);
	error->lower = Max(error->lower, 0);
}

/* Empty the planes of a group into its counts. */
static void
empty_planes(FactGroup *g)
{
	for (int p = 0; p < N_PLANES; p++)
	{
		for (uint64 bits = g->plane[p]; bits != 0; bits &= bits - 1)
			g->bits[pg_rightmost_one_pos64(bits)] += INT64CONST(1) << p;
		g->plane[p] = 0;
	}
	g->n_planed = 0;
}

/*
 * Count the facts in a row's flags: a binary counter for each bit, all of them
 * counted up at once, with the bits of equal weight in one plane.
 */
static inline void
add_bits(FactGroup *g, uint64 flags)
{
	if (unlikely(g->n_planed == MAX_PLANED))
		empty_planes(g);
	g->n_planed++;
	for (int p = 0; flags != 0; p++)
	{
		uint64		carry = g->plane[p] & flags;

		g->plane[p] ^= flags;
		flags = carry;
	}
}

/* Add how long a row took, label or not. */
static inline void
add_seconds(const Facts *f, FactGroup *g, int64 r)
{
	Exact		seconds;

	if (f->seconds == NULL || isnan(f->seconds[r]))
		return;
	seconds = decimal_from(f->seconds[r]);
	g->seconds_all += seconds;
	if (row_has(f, r, BIT_TIMED))
		g->seconds += seconds;
}

/* Add what a row costs, label or not. */
static inline void
add_price(const Facts *f, FactGroup *g, int64 r, bool in_parts)
{
	Exact		price;

	if (f->price == NULL || isnan(f->price[r]))
		return;
	price = decimal_from(f->price[r]);
	g->priced++;
	g->price += price;
	if (!in_parts)
		return;
	if (row_has(f, r, BIT_REWORK))
		g->rework_price += price;
	if (time_at(f->at, r) != NO_TIME && f->newest != NO_TIME &&
		time_between(f->at[r], f->newest) < f->rules.period)
		g->recent_price += price;
}

/* Add what a label states. */
static void
add_stated(const Facts *f, FactGroup *g, int64 r)
{
	double		c = f->confidence[r];
	double		off = c - row_has(f, r, BIT_CORRECT);

	g->confidence += exact_from(c);
	if (!row_has(f, r, BIT_STATED_SCORED))
		return;
	g->confidence_scored += exact_from(c);
	g->brier += exact_from(off * off);
}

/* Hours from when the item could be labeled to the label; NaN: not known. */
static double
turnaround(const Facts *f, int64 r)
{
	if (f->available == NULL || time_at(f->at, r) == NO_TIME ||
		f->available[r] == NO_TIME)
		return NAN;
	return (double) time_between(f->available[r], f->at[r]) / 3.6e9;
}

/* Add the time of a label to its group. */
static inline void
add_time(const Facts *f, FactGroup *g, int64 r)
{
	int64		at = time_at(f->at, r);

	if (g->last_row < 0 || at >= time_at(f->at, g->last_row))
		g->last_row = r;
	if (at == NO_TIME)
		return;
	if (g->first_at == NO_TIME || at < g->first_at)
		g->first_at = at;
	g->last_at = Max(g->last_at, at);
}

/* Add a label to its group. */
static void
add_label(Counting *c, int64 item, int64 r, int32 group)
{
	const Facts *f = c->f;
	FactGroup  *g = &c->rows->group[group];

	if (g->last_labeled != item)
	{
		g->last_labeled = item;
		g->labeled_items++;
		g->revisited_items += (f->item_flags[item] & ITEM_REVISITED) != 0;
	}
	if (c->by->depth == DEPTH_ALL && code_at(f->vendor, r) >= 0)
		g->vendors += met_new(&c->vendors, group, f->vendor[r]);
	if (row_has(f, r, BIT_STATED))
		add_stated(f, g, r);
	if (f->available != NULL && !isnan(turnaround(f, r)))
		g->turnarounds++;
	if (c->by->depth == DEPTH_ALL && c->by->days != NULL &&
		time_at(f->at, r) != NO_TIME)
		g->active_days += met_new(&c->days, group, c->by->days->of_row[r]);
}

/* Add a row to its group. */
static void
add_row(Counting *c, int64 item, int64 r, int32 group)
{
	const Facts *f = c->f;
	FactGroup  *g = &c->rows->group[group];
	uint64		flags = f->flags[r];

	g->rows++;
	add_bits(g, flags & ~(FACTS_OF_ITEM | FLAG_LATER));
	if (flags & FactFlag(BIT_LABEL))
		add_time(f, g, r);
	if (flags & FactFlag(BIT_SCORED))
		pair_sums_add(&g->scores, item, 1, row_has(f, r, BIT_CORRECT));
	if (c->by->depth == DEPTH_EXTENT)
		return;
	if (c->by->depth >= DEPTH_FIGURES)
		add_price(f, g, r, c->by->depth == DEPTH_ALL);
	if (c->by->depth == DEPTH_ALL)
		add_seconds(f, g, r);
	if (flags & FactFlag(BIT_TASK))
	{
		if (g->last_item != item)
		{
			g->last_item = item;
			g->items++;
		}
		g->annotators += met_new(&c->annotators, group, f->annotator[r]);
	}
	if (flags & FactFlag(BIT_LABEL))
		add_label(c, item, r, group);
}

/* Where the labels of this one's vendor, and those equal to it, are counted. */
static inline int32 *
vendor_code(Counting *c, int64 r)
{
	return &c->vendor_code[(int64) (code_at(c->f->vendor, r) + 1) *
						   c->f->labels.n + c->f->code[r]];
}

/* Count the labels of people on an item; add is 1, or 0 to empty the counts. */
static void
count_people(Counting *c, int64 item, int add)
{
	const Facts *f = c->f;

	c->n_people *= add;
	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
	{
		if (!is_compared(f, r))
			continue;
		c->n_people += add;
		c->count[f->code[r]] = (c->count[f->code[r]] + 1) * add;
		if (c->vendor_code == NULL)
			continue;
		c->vendor[code_at(f->vendor, r) + 1] =
			(c->vendor[code_at(f->vendor, r) + 1] + 1) * add;
		*vendor_code(c, r) = (*vendor_code(c, r) + 1) * add;
	}
}

/* Count the labels of other vendors on the item, and those equal to this. */
static void
add_other_vendors(Counting *c, int64 item, int64 r, FactGroup *g)
{
	const Facts *f = c->f;
	int64		pairs = 0;
	int64		equal = 0;

	if (c->vendor_code != NULL)
	{
		pairs = c->n_people - c->vendor[code_at(f->vendor, r) + 1];
		equal = c->count[f->code[r]] - *vendor_code(c, r);
	}
	else
		for (int64 o = f->start[item]; o < f->start[item + 1]; o++)
		{
			CHECK_NOW_AND_THEN(o);
			if (is_compared(f, o) &&
				code_at(f->vendor, o) != code_at(f->vendor, r))
			{
				pairs++;
				equal += f->code[o] == f->code[r];
			}
		}
	pair_sums_add(&g->other_vendors, item, pairs, equal);
}

/* Add what a label is among the others on its item. */
static void
add_joint(Counting *c, int64 item, int64 r, int32 group)
{
	const Facts *f = c->f;
	FactGroup  *g = &c->rows->group[group];
	bool		people = is_people(f, r);

	add_bits(g, f->flags[r] & FACTS_OF_ITEM);
	if (g->last_completed != item)
	{
		g->last_completed = item;
		g->completed_items++;
		g->disputed_items += (f->item_flags[item] & ITEM_DISPUTED) != 0;
	}
	/* a model's own pairs count where models stand apart */
	if ((f->flags[r] & FLAG_LATER) ||
		(!people && !c->by->by[KEY_ANNOTATOR] && !c->by->by[KEY_KIND]))
		return;
	pair_sums_add(&g->pairs, item, c->n_people - people,
				  c->count[f->code[r]] - people);
	if (c->by->other_vendors)
		add_other_vendors(c, item, r, g);
}

/* Add the rows of an item to their groups. */
static void
add_item(Counting *c, int64 item)
{
	const Facts *f = c->f;
	int64		from = f->start[item];
	int64		end = f->start[item + 1];
	bool		joint = c->by->depth >= DEPTH_FIGURES;

	if (joint)
		count_people(c, item, 1);
	for (int64 r = from; r < end; r++)
	{
		CHECK_NOW_AND_THEN(r);
		if (c->rows->of_row[r] >= 0)
			add_row(c, item, r, c->rows->of_row[r]);
		if (joint && row_has(f, r, BIT_LABEL) &&
			c->rows->of_item[r] >= 0)
			add_joint(c, item, r, c->rows->of_item[r]);
	}
	if (joint)
		count_people(c, item, 0);
}

/* Add the labels of each group's first period. */
static void
add_initial(const Facts *f, GroupRows *rows)
{
	if (f->at == NULL)
		return;
	for (int64 r = 0; r < f->n_rows; r++)
	{
		FactGroup  *g;

		CHECK_NOW_AND_THEN(r);
		if (rows->of_row[r] < 0 || f->at[r] == NO_TIME)
			continue;
		g = &rows->group[rows->of_row[r]];
		if (g->first_at == NO_TIME ||
			time_between(g->first_at, f->at[r]) >= f->rules.period)
			continue;
		if (f->price != NULL && !isnan(f->price[r]))
			g->initial_price += decimal_from(f->price[r]);
		g->initial += row_has(f, r, BIT_LABEL);
		g->initial_scored += row_has(f, r, BIT_SCORED);
		g->initial_correct += row_has(f, r, BIT_CORRECT);
	}
}

/*
 * Gather a number of the labels of each group, group by group: end[g] is where
 * those of group g end.
 */
static double *
gather(const Facts *f, const GroupRows *rows, bool hours, int64 *end)
{
	double	   *values;
	int64		sum = 0;

	for (int64 g = 0; g < rows->n; g++)
	{
		end[g] = sum;
		sum += hours ? rows->group[g].turnarounds :
			rows->group[g].bits[BIT_TIMED];
	}
	values = array_alloc(Max(sum, 1), sizeof(double), false);
	for (int64 r = 0; r < f->n_rows; r++)
	{
		double		x;

		CHECK_NOW_AND_THEN(r);
		if (rows->of_row[r] < 0 || !row_has(f, r, hours ? BIT_LABEL : BIT_TIMED))
			continue;
		x = hours ? turnaround(f, r) : f->seconds[r];
		if (!isnan(x))
			values[end[rows->of_row[r]]++] = x;
	}
	return values;
}

/*
 * The error of a median of n values, from two of them around it (Price and
 * Bonett 2001, Journal of Statistical Computation and Simulation 68:295): the
 * c-th from either end, c = (n + 1)/2 - sqrt(n), which so many errors of a
 * binomial variable lie apart.  Where these are equal so is the median, and it
 * has no error; false where there are too few.
 */
static bool
median_error(double *values, int64 n, double *error)
{
	int64		c = (int64) rint((n + 1) / 2.0 - sqrt((double) n));
	double		outside;

	if (c < 1 || n < 5)
		return false;
	outside = beta_tail(0.5, (double) c, (double) (n - c + 1));
	*error = (select_place(values, n, n - c) -
			  select_place(values, n, c - 1)) / (-2 * normal_quantile(outside));
	return true;
}

/* Find the medians of each group. */
static void
add_medians(const Facts *f, GroupRows *rows)
{
	int64	   *end = array_alloc(rows->n, sizeof(int64), false);
	double	   *values;

	for (int hours = 0; hours < 2; hours++)
	{
		if (hours ? f->available == NULL : f->seconds == NULL)
			continue;
		values = gather(f, rows, hours, end);
		for (int64 g = 0, from = 0; g < rows->n; from = end[g++])
		{
			FactGroup  *group = &rows->group[g];
			int64		n = end[g] - from;

			CHECK_FOR_INTERRUPTS();
			if (n == 0)
				continue;
			if (!hours)
			{
				group->seconds_median = quantile(values + from, n, 0.5);
				/* versions of the guideline are compared by it */
				if (rows->by->by[KEY_GUIDELINE])
					group->has_seconds_error =
						median_error(values + from, n, &group->seconds_error);
				continue;
			}
			group->turnaround_median = quantile(values + from, n, 0.5);
			if (rows->by->depth == DEPTH_ALL)
				group->turnaround_p90 = quantile(values + from, n, 0.9);
		}
		pfree(values);
	}
	pfree(end);
}

/* Count what came to wait for a judge, and left, in each group. */
static void
add_events(const Backlog *b, GroupRows *rows)
{
	for (int64 i = 0; i < rows->n_events; i++)
	{
		FactGroup  *g = &rows->group[rows->event[i].group];

		if (b->event[rows->event[i].event].change > 0)
			g->opened++;
		else
			g->closed++;
	}
}

/* Count all facts of the groups of a grouping. */
void
facts_group(const Facts *f, const Grouping *by, GroupRows *rows)
{
	Counting	c;

	group_rows(f, by, rows);
	memset(&c, 0, sizeof(c));
	c.f = f;
	c.by = by;
	c.rows = rows;
	c.count = array_alloc(f->labels.n, sizeof(int32), true);
	if (by->other_vendors &&
		(int64) f->labels.n * (f->vendors.n + 1) <= DENSE_VENDORS)
	{
		c.vendor = array_alloc(f->vendors.n + 1, sizeof(int32), true);
		c.vendor_code = array_alloc((int64) f->labels.n * (f->vendors.n + 1),
									sizeof(int32), true);
	}
	met_begin(&c.annotators, rows->n, f->annotators.n);
	met_begin(&c.vendors, rows->n, f->vendors.n + 1);
	met_begin(&c.days, rows->n, by->days ? by->days->n : 0);
	for (int64 i = 0; i < f->items.n; i++)
		add_item(&c, i);
	for (int64 g = 0; g < rows->n; g++)
	{
		empty_planes(&rows->group[g]);
		pair_sums_close(&rows->group[g].pairs);
		pair_sums_close(&rows->group[g].other_vendors);
		pair_sums_close(&rows->group[g].scores);
	}
	met_end(&c.annotators);
	met_end(&c.vendors);
	met_end(&c.days);
	pfree(c.count);
	if (c.vendor_code != NULL)
	{
		pfree(c.vendor);
		pfree(c.vendor_code);
	}
	if (by->depth < DEPTH_FIGURES)
		return;
	if (by->backlog != NULL)
		add_events(by->backlog, rows);
	if (by->by[KEY_BATCH])
		group_checks(f, rows);
	add_medians(f, rows);
	if (by->alpha)
		group_alpha(f, rows);
	if (by->depth < DEPTH_ALL)
		return;
	add_initial(f, rows);
	group_codes(f, rows);
	group_confusions(f, rows);
}

/* Give back the memory of groups. */
void
facts_group_free(GroupRows *rows)
{
	pfree(rows->group);
	if (rows->of_item != rows->of_row)
		pfree(rows->of_item);
	pfree(rows->of_row);
	if (rows->event != NULL)
		pfree(rows->event);
}
