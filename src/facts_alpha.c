/*
 * facts_alpha.c
 *		Krippendorff's alpha and percent agreement among the labels of people in
 *		each group, with their linearised errors over items.
 */
#include "postgres.h"

#include "array.h"
#include "facts_groups.h"
#include "interrupts.h"
#include "pattern_table.h"

/* a label on its way to a pattern */
typedef struct GroupLabel
{
	int32		group;
	int32		code;
} GroupLabel;

#define ST_SORT sort_labels
#define ST_ELEMENT_TYPE GroupLabel
#define ST_COMPARE(a, b) \
	((a)->group != (b)->group ? ((a)->group < (b)->group ? -1 : 1) : \
	 ((a)->code > (b)->code) - ((a)->code < (b)->code))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct Tables
{
	PatternTable **table;		/* of each group and set, NULL: no label */
	int			n_sets;
	GroupLabel *label;			/* of one item */
	PatternCell *cell;
} Tables;

/* Count a pattern of a group and set. */
static void
count_pattern(Tables *t, int64 group, const PatternCell *cell, uint32 n)
{
	PatternTable **table = &t->table[group];
	uint32		hash = pattern_hash(cell, n);
	int64		id;

	if (*table == NULL)
		*table = table_create(4, 8);
	id = table_find(*table, cell, n, hash);
	if (id < 0)
	{
		if (!table_has_room(*table, n))
			*table = table_enlarge(*table, n);
		id = table_append(*table, cell, n, hash);
	}
	TableCounts(*table)[id]++;
}

/* Count the patterns that the labels of an item make in their groups. */
static void
tabulate_item(const Facts *f, const GroupRows *rows, Tables *t, int64 item)
{
	int			set = (f->item_flags[item] & ITEM_GOLD) != 0;
	int			n = 0;

	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
		if (is_compared(f, r) && rows->of_item[r] >= 0)
		{
			t->label[n].group = rows->of_item[r];
			t->label[n++].code = f->code[r];
		}
	sort_labels(t->label, n);
	for (int i = 0; i < n;)
	{
		int32		group = t->label[i].group;
		uint32		n_cells = 0;

		for (; i < n && t->label[i].group == group; i++)
		{
			if (n_cells > 0 && t->cell[n_cells - 1].code == t->label[i].code)
			{
				t->cell[n_cells - 1].votes++;
				continue;
			}
			t->cell[n_cells].code = t->label[i].code;
			t->cell[n_cells++].votes = 1;
		}
		for (int k = 0; k < t->n_sets; k++)
			if (t->n_sets == 1 || k != 1 - set)
				count_pattern(t, (int64) group * t->n_sets + k, t->cell,
							  n_cells);
	}
}

#define ST_SORT sort_code
#define ST_ELEMENT_TYPE int32
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * Count the patterns of votes of each group: one table a group, of the items of
 * a set (-1: all), or with three sets a table each of production items, gold
 * items and all.
 */
PatternTable **
group_tables(const Facts *f, const GroupRows *rows, int n_sets, int item_set)
{
	int64		most = most_rows(f);
	Tables		t;

	t.n_sets = n_sets;
	t.table = array_alloc(rows->n * n_sets, sizeof(PatternTable *), true);
	t.label = array_alloc(most, sizeof(GroupLabel), false);
	t.cell = array_alloc(most, sizeof(PatternCell), false);
	for (int64 i = 0; i < f->items.n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		if (item_set < 0 ||
			item_set == ((f->item_flags[i] & ITEM_GOLD) != 0))
			tabulate_item(f, rows, &t, i);
	}
	pfree(t.label);
	pfree(t.cell);
	return t.table;
}

/* Number the codes that a table uses, in their order; how many. */
static int
used_codes(const Facts *f, const PatternTable *table, GroupPatterns *p)
{
	int32	   *codes = array_alloc(table->n_cells, sizeof(int32), false);
	int			q = 0;

	for (uint32 i = 0; i < table->n_cells; i++)
		codes[i] = TableCells(table)[i].code;
	sort_code(codes, table->n_cells);
	for (uint32 i = 0; i < table->n_cells; i++)
		if (q == 0 || codes[q - 1] != codes[i])
			codes[q++] = codes[i];
	p->score = f->score ? array_alloc(q, sizeof(double), false) : NULL;
	for (int i = 0; i < q; i++)
	{
		p->rank[codes[i]] = i;
		if (f->score)
			p->score[i] = f->score[codes[i]];
	}
	p->code = codes;
	return q;
}

/* Read a table of patterns, and lay out its categories. */
void
patterns_open(const Facts *f, ScaleKind level, const PatternTable *table,
			  GroupPatterns *p)
{
	int			q;

	memset(p, 0, sizeof(GroupPatterns));
	p->rank = array_alloc(f->labels.n, sizeof(int32), false);
	q = used_codes(f, table, p);
	p->patterns = table_patterns(table, p->rank, q);
	p->scale.kind = p->score ? level : LEVEL_NOMINAL;
	p->scale.q = q;
	p->scale.score = p->score;
	scale_prepare(&p->scale);
}

/* Give back what patterns_open made. */
void
patterns_close(GroupPatterns *p)
{
	pfree(p->rank);
	pfree(p->code);
	pfree(p->patterns);
	if (p->score)
		pfree(p->score);
}

/* Estimate alpha and percent agreement of a group. */
static void
estimate_group(const Facts *f, const Grouping *by, FactGroup *g,
			   const PatternTable *table)
{
	static const Coefficient alpha = KRIPPENDORFF_ALPHA;
	static const Coefficient percent = PERCENT_AGREEMENT;
	IntervalOptions options = {.confidence = FACTS_CONFIDENCE};
	GroupPatterns p;

	patterns_open(f, by->level, table, &p);
	coefficient_estimate(p.patterns, &p.scale, alpha, false, &g->alpha);
	coefficient_intervals(p.patterns, &p.scale, 1, &alpha, &g->alpha, &options,
						  &g->alpha_error);
	p.scale.kind = WEIGHTS_UNWEIGHTED;
	scale_prepare(&p.scale);
	coefficient_estimate(p.patterns, &p.scale, percent, false, &g->percent);
	coefficient_intervals(p.patterns, &p.scale, 1, &percent, &g->percent,
						  &options, &g->percent_error);
	g->percent_error.lower = Max(g->percent_error.lower, 0);
	g->pairable_items = p.patterns->n_pairable;
	g->alpha_labels = p.patterns->n_labels;
	patterns_close(&p);
}

/* Find alpha and percent agreement of all groups. */
void
group_alpha(const Facts *f, GroupRows *rows)
{
	const Grouping *by = rows->by;
	PatternTable **table = group_tables(f, rows, 1, by->alpha_item_set);

	for (int64 g = 0; g < rows->n; g++)
	{
		FactGroup  *group = &rows->group[g];

		CHECK_FOR_INTERRUPTS();
		if (table[g] == NULL)
		{
			group->alpha.reason = group->percent.reason = REASON_NO_ITEMS;
			continue;
		}
		estimate_group(f, by, group, table[g]);
		pfree(table[g]);
	}
	pfree(table);
}
