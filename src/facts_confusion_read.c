/*
 * facts_confusion_read.c
 *		What is taken for what: facts_confusion(rows query, gold query,
 *		settings).
 */
#include "postgres.h"

#include "array.h"
#include "common/hashfn.h"
#include "facts_load.h"
#include "facts_met.h"
#include "facts_show.h"
#include "interrupts.h"
#include "utils/builtins.h"

typedef enum Reference
{
	REFERENCE_GOLD,
	REFERENCE_ADJUDICATION,
	REFERENCE_CONSENSUS,		/* of the others */
	REFERENCE_ANNOTATOR			/* another's label on the item */
} Reference;

static const char *const reference_names[] = {
	"gold", "adjudication", "consensus", "annotator"
};

typedef struct CellKey
{
	int32		reference;
	int32		expected;
	int32		given;
} CellKey;

typedef struct Cell
{
	CellKey		key;
	char		status;
	int32		id;
	int64		labels;
	int64		annotators;
	int64		cases;			/* items so decided, on which this was given */
	int64		new_cases;		/* since the newest guideline */
} Cell;

#define SH_PREFIX cell
#define SH_ELEMENT_TYPE Cell
#define SH_KEY_TYPE CellKey
#define SH_KEY key
#define SH_HASH_KEY(tb, k) \
	hash_combine(hash_combine(murmurhash32((uint32) (k).reference), \
							  murmurhash32((uint32) (k).expected)), \
				 murmurhash32((uint32) (k).given))
#define SH_EQUAL(tb, a, b) ((a).reference == (b).reference && \
							(a).expected == (b).expected && \
							(a).given == (b).given)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define ST_SORT sort_cells_met
#define ST_ELEMENT_TYPE Cell
#define ST_COMPARE(a, b) \
	((a)->key.reference != (b)->key.reference ? \
	 (a)->key.reference - (b)->key.reference : \
	 (a)->key.expected != (b)->key.expected ? \
	 (a)->key.expected - (b)->key.expected : \
	 (a)->key.given - (b)->key.given)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct Confusions
{
	const Facts *f;
	cell_hash  *cells;
	MetSet		met;			/* cells and annotators */
	MetSet		judged;			/* cells and items */
} Confusions;

/* Find or make a cell. */
static Cell *
cell_of(Confusions *c, Reference reference, int32 expected, int32 given)
{
	CellKey		key = {reference, expected, given};
	bool		found;
	Cell	   *cell = cell_insert(c->cells, key, &found);

	if (!found)
	{
		cell->id = (int32) c->cells->members - 1;
		cell->labels = cell->annotators = cell->cases = cell->new_cases = 0;
	}
	return cell;
}

/* Count labels of an annotator in a cell. */
static void
count_cell(Confusions *c, Reference reference, int32 expected, int64 r,
		   int64 labels)
{
	Cell	   *cell = cell_of(c, reference, expected, c->f->code[r]);

	cell->labels += labels;
	cell->annotators += met_new(&c->met, cell->id, c->f->annotator[r]);
}

/* Count a decision in the cell of a label that was given on the item. */
static void
count_case(Confusions *c, int64 item, int64 r)
{
	const Facts *f = c->f;
	Cell	   *cell = cell_of(c, REFERENCE_ADJUDICATION,
							   f->adjudicated[item], f->code[r]);

	if (!met_new(&c->judged, cell->id, item))
		return;
	cell->cases++;
	cell->new_cases += f->newest_guideline_at == NO_TIME ||
		f->adjudicated_at[item] >= f->newest_guideline_at;
}

/* Count the other labels on the item as what a label is held against. */
static void
count_others(Confusions *c, int64 item, int64 r, const int32 *count,
			 const int32 *used, int n_used)
{
	const Facts *f = c->f;

	for (int u = 0; u < n_used; u++)
	{
		int64		others = count[used[u]] -
			(used[u] == f->code[r] && is_people(f, r));

		if (others > 0)
			count_cell(c, REFERENCE_ANNOTATOR, used[u], r, others);
	}
}

/* Count the labels of an item. */
static void
count_item(Confusions *c, int64 item, int32 *count, int32 *used)
{
	const Facts *f = c->f;
	int			n_used = 0;

	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
		if (is_people(f, r) && count[f->code[r]]++ == 0)
			used[n_used++] = f->code[r];
	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
	{
		CHECK_NOW_AND_THEN(r);
		if (!row_has(f, r, BIT_LABEL) || !row_wanted(f, r, r))
			continue;
		if (row_has(f, r, BIT_SCORED))
			count_cell(c, REFERENCE_GOLD, row_has(f, r, BIT_CORRECT) ?
					   f->code[r] : f->gold_code[f->gold_start[item]], r, 1);
		if (row_has(f, r, BIT_ADJUDICATED) && f->adjudicated[item] >= 0)
		{
			count_cell(c, REFERENCE_ADJUDICATION, f->adjudicated[item], r, 1);
			count_case(c, item, r);
		}
		if (f->others[r] >= 0)
			count_cell(c, REFERENCE_CONSENSUS, f->others[r], r, 1);
		if (f->rules.consensus != CONSENSUS_NONE)
			count_others(c, item, r, count, used, n_used);
	}
	for (int u = 0; u < n_used; u++)
		count[used[u]] = 0;
}

/* Put the cells in their order. */
static void
put_cells(Rows *rows, Confusions *c)
{
	int64		n = c->cells->members;
	Cell	   *cells = array_alloc(n, sizeof(Cell), false);
	cell_iterator it;
	Cell	   *cell;
	int64		i = 0;

	cell_start_iterate(c->cells, &it);
	while ((cell = cell_iterate(c->cells, &it)) != NULL)
		cells[i++] = *cell;
	sort_cells_met(cells, n);
	for (i = 0; i < n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		put_text(rows, reference_names[cells[i].key.reference]);
		put_text(rows, c->f->labels.text[cells[i].key.expected]);
		put_text(rows, c->f->labels.text[cells[i].key.given]);
		put_count(rows, cells[i].labels);
		put_count(rows, cells[i].annotators);
		put_count(rows, cells[i].cases);
		put_count(rows, cells[i].new_cases);
		row_end(rows);
	}
}

/* facts_confusion(rows_query, gold_query, settings) */
PG_FUNCTION_INFO_V1(facts_confusion);
Datum
facts_confusion(PG_FUNCTION_ARGS)
{
	Rows		rows;
	FactSettings s;
	Confusions	c;
	int32	   *count;
	int32	   *used;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	c.f = facts_open(fcinfo, &s, false);
	c.cells = cell_create(CurrentMemoryContext, 256, NULL);
	/* cells are not known beforehand: always by a hash */
	met_begin(&c.met, PG_INT64_MAX, c.f->annotators.n);
	met_begin(&c.judged, PG_INT64_MAX, c.f->items.n);
	count = array_alloc(c.f->labels.n, sizeof(int32), true);
	used = array_alloc(c.f->labels.n, sizeof(int32), false);
	for (int64 i = 0; i < c.f->items.n; i++)
		count_item(&c, i, count, used);
	put_cells(&rows, &c);
	facts_close(&s);
	return (Datum) 0;
}
