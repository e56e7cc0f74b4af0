/*
 * clusters_read.c
 *		Reading an array of agreements, one for each cluster of items.
 */
#include "postgres.h"

#include "array.h"
#include "clusters_read.h"
#include "merge.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"

#define ST_SORT sort_parts
#define ST_ELEMENT_TYPE GroupPart
#define ST_COMPARE(x, y) \
	((x)->pattern < (y)->pattern ? -1 : (x)->pattern > (y)->pattern)
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Open the elements that are not NULL and have an item. */
static void
open_elements(ClusterArray *c, ArrayType *array)
{
	int16		length;
	bool		by_value;
	char		align;
	Datum	   *values;
	bool	   *nulls;
	int			n;

	get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
	deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align,
					  &values, &nulls, &n);
	c->cluster = palloc(sizeof(Agreement *) * Max(n, 1));
	c->n = 0;
	for (int i = 0; i < n; i++)
	{
		Agreement  *a;

		if (nulls[i])
			continue;
		a = (Agreement *) state_detoast(values[i], STATE_AGREEMENT);
		if (AgreementTable(a)->n > 0)
			c->cluster[c->n++] = a;
	}
}

/* Open an array of agreements, and take their items together. */
void
clusters_open(ClusterArray *c, ArrayType *array)
{
	open_elements(c, array);
	c->intern = NULL;
	if (c->n == 0)
	{
		c->all = agreement_allocate(1, 1, 1, 1);
		return;
	}
	c->all = state_copy(c->cluster[0]);
	dict_new_serial(AgreementDict(c->all));
	for (int i = 1; i < c->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		c->all = agreement_union(c->all, c->cluster[i], &c->intern,
								 CurrentMemoryContext);
	}
	/* also when there was nothing to merge */
	c->intern = merge_intern(&c->intern, CurrentMemoryContext,
							 AgreementDict(c->all), "label");
	intern_bind(c->intern, AgreementDict(c->all));
}

/* Give the canonical position of each label of a cluster. */
static int32 *
label_positions(const ClusterArray *c, const Reading *r, Dict *labels)
{
	Dict	   *all = AgreementDict(c->all);
	int32	   *position = array_alloc(labels->n, sizeof(int32), false);

	for (int32 i = 0; i < labels->n; i++)
	{
		const Spelling *sp = intern_text(c->intern, DictText(labels, i));
		int32		code = intern_code(c->intern, all, sp);

		if (code < 0)
			elog(ERROR, "label \"%s\" of a cluster was lost", sp->text);
		position[i] = r->view->rank[code];
	}
	return position;
}

/* Find the patterns of one cluster among those of all items. */
static void
find_patterns(const PatternTable *t, const int32 *position, const Patterns *p,
			  ItemGroup *group)
{
	const uint32 *starts = TableStarts(t);
	GroupPart  *part = array_alloc(t->n, sizeof(GroupPart), false);
	PatternCell *cells = array_alloc(t->n_cells, sizeof(PatternCell), false);

	for (uint32 i = 0; i < t->n; i++)
	{
		uint32		n = starts[i + 1] - starts[i];

		for (uint32 j = 0; j < n; j++)
		{
			cells[j] = TableCells(t)[starts[i] + j];
			cells[j].code = position[cells[j].code];
		}
		cells_sort(cells, n);
		part[i].pattern = patterns_find(p, cells, n);
		part[i].count = TableCounts(t)[i];
		if (part[i].pattern < 0)
			elog(ERROR, "vote pattern of a cluster was lost");
	}
	pfree(cells);
	sort_parts(part, t->n);
	group->n = t->n;
	group->part = part;
}

/* Describe the clusters by the patterns of all items. */
void
clusters_interpret(const ClusterArray *c, const Reading *r,
				   Clusters *clusters)
{
	clusters->n = c->n;
	clusters->group = array_alloc(c->n, sizeof(ItemGroup), false);
	for (int i = 0; i < c->n; i++)
	{
		int32	   *position;

		CHECK_FOR_INTERRUPTS();
		position = label_positions(c, r, AgreementDict(c->cluster[i]));
		find_patterns(AgreementTable(c->cluster[i]), position, r->patterns,
					  &clusters->group[i]);
		pfree(position);
	}
}
