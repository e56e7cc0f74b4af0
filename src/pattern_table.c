/*
 * pattern_table.c
 *		Filling a table of vote patterns, and putting it in canonical order.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "common/int.h"
#include "interrupts.h"
#include "pattern_table.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

/* below so many patterns a scan is faster than an index */
#define TABLE_SCAN_LIMIT 16

#define ST_SORT sort_cells
#define ST_ELEMENT_TYPE PatternCell
#define ST_COMPARE(a, b) (((a)->code > (b)->code) - ((a)->code < (b)->code))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Sort the cells of a pattern by code. */
void
cells_sort(PatternCell *cells, uint32 n)
{
	sort_cells(cells, n);
}

/* Slots of the index that a table of this capacity has. */
static uint32
index_slots(uint32 cap)
{
	return cap <= TABLE_SCAN_LIMIT ? 0 : pg_nextpower2_32(cap + cap / 2);
}

/* Bytes of a table of this capacity. */
Size
table_size(uint32 cap, uint32 cell_cap)
{
	uint32		n_index = index_slots(cap);
	Size		size = TABLE_HEADER;

	size += (Size) cap * (sizeof(int64) + 2 * sizeof(uint32));
	size += ((Size) n_index + 1 + ((n_index + 1) & 1)) * sizeof(uint32);
	size += (Size) cell_cap * sizeof(PatternCell);
	return MAXALIGN(size);
}

/* Make an empty table of this capacity. */
void
table_init(PatternTable *t, uint32 cap, uint32 cell_cap)
{
	memset(t, 0, TABLE_HEADER);
	t->size = table_size(cap, cell_cap);
	t->cap = cap;
	t->cell_cap = cell_cap;
	t->n_index = index_slots(cap);
	TableStarts(t)[0] = 0;
	memset(TableIndex(t), 0xFF, t->n_index * sizeof(uint32));
}

/* Enter one pattern into the index. */
static void
index_insert(PatternTable *t, uint32 id)
{
	uint32	   *slots = TableIndex(t);
	uint32		mask = t->n_index - 1;
	uint32		at = TableHashes(t)[id] & mask;

	while (slots[at] != PG_UINT32_MAX)
		at = (at + 1) & mask;
	slots[at] = id;
}

/* Copy a table into a block of another capacity. */
void
table_copy(PatternTable *to, uint32 cap, uint32 cell_cap,
		   const PatternTable *from)
{
	Assert(cap >= from->n && cell_cap >= from->n_cells);
	table_init(to, cap, cell_cap);
	to->n = from->n;
	to->n_cells = from->n_cells;
	memcpy(TableCounts(to), TableCounts(from), from->n * sizeof(int64));
	memcpy(TableHashes(to), TableHashes(from), from->n * sizeof(uint32));
	memcpy(TableStarts(to), TableStarts(from),
		   (from->n + 1) * sizeof(uint32));
	memcpy(TableCells(to), TableCells(from),
		   from->n_cells * sizeof(PatternCell));
	if (to->n_index > 0)
		for (uint32 i = 0; i < to->n; i++)
			index_insert(to, i);
}

/* The capacities to grow to, so that a pattern of n_cells fits. */
void
table_growth(const PatternTable *t, uint32 n_cells,
			 uint32 *cap, uint32 *cell_cap)
{
	uint64		need = (uint64) t->n_cells + n_cells;
	uint64		cells = t->cell_cap;

	if (t->n >= (1U << 30) || need >= (1U << 31))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many distinct vote patterns")));
	*cap = t->n == t->cap ? Max(t->cap * 2, 4) : t->cap;
	while (cells < need)
		cells = Max(cells * 2, 8);
	*cell_cap = cells;
}

/* Make an empty table in the current memory context. */
PatternTable *
table_create(uint32 cap, uint32 cell_cap)
{
	PatternTable *t = palloc(table_size(cap, cell_cap));

	table_init(t, cap, cell_cap);
	return t;
}

/* Move a table of the current memory context to a larger block. */
PatternTable *
table_enlarge(PatternTable *t, uint32 n_cells)
{
	uint32		cap,
				cell_cap;
	PatternTable *larger;

	table_growth(t, n_cells, &cap, &cell_cap);
	larger = MemoryContextAllocHuge(CurrentMemoryContext,
									table_size(cap, cell_cap));
	table_copy(larger, cap, cell_cap, t);
	pfree(t);
	return larger;
}

/* Hash of a pattern whose cells stand by rising code. */
uint32
pattern_hash(const PatternCell *cells, uint32 n_cells)
{
	uint32		hash = n_cells;

	for (uint32 i = 0; i < n_cells; i++)
	{
		hash = hash_combine(hash, murmurhash32((uint32) cells[i].code));
		hash = hash_combine(hash, murmurhash32((uint32) cells[i].votes));
	}
	return hash;
}

/* Is this the pattern with that number? */
static inline bool
same_pattern(const PatternTable *t, uint32 id, const PatternCell *cells,
			 uint32 n_cells, uint32 hash)
{
	const uint32 *starts = TableStarts(t);

	return TableHashes(t)[id] == hash &&
		starts[id + 1] - starts[id] == n_cells &&
		memcmp(TableCells(t) + starts[id], cells,
			   n_cells * sizeof(PatternCell)) == 0;
}

/* The number of a pattern, or -1. */
int64
table_find(const PatternTable *t, const PatternCell *cells, uint32 n_cells,
		   uint32 hash)
{
	if (t->n_index == 0)
	{
		for (uint32 i = 0; i < t->n; i++)
			if (same_pattern(t, i, cells, n_cells, hash))
				return i;
	}
	else
	{
		const uint32 *slots = TableIndex(t);
		uint32		mask = t->n_index - 1;
		uint32		at = hash & mask;

		for (; slots[at] != PG_UINT32_MAX; at = (at + 1) & mask)
			if (same_pattern(t, slots[at], cells, n_cells, hash))
				return slots[at];
	}
	return -1;
}

/* Is there room for one more pattern of n_cells? */
bool
table_has_room(const PatternTable *t, uint32 n_cells)
{
	return t->n < t->cap && t->n_cells + n_cells <= t->cell_cap;
}

/* Add a pattern for which there is room, with count 0. */
uint32
table_append(PatternTable *t, const PatternCell *cells, uint32 n_cells,
			 uint32 hash)
{
	uint32		id = t->n++;

	memcpy(TableCells(t) + t->n_cells, cells, n_cells * sizeof(PatternCell));
	t->n_cells += n_cells;
	TableStarts(t)[id + 1] = t->n_cells;
	TableHashes(t)[id] = hash;
	TableCounts(t)[id] = 0;
	if (t->n_index > 0)
		index_insert(t, id);
	return id;
}

/* a pattern to be sorted */
typedef struct PatternRef
{
	int64		size;
	const PatternCell *cells;
	uint32		n_cells;
	uint32		id;
} PatternRef;

/* Canonical order: by size, then cell by cell. */
static inline int
compare_patterns(const PatternRef *a, const PatternRef *b)
{
	uint32		n = Min(a->n_cells, b->n_cells);

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	for (uint32 i = 0; i < n; i++)
	{
		if (a->cells[i].code != b->cells[i].code)
			return a->cells[i].code < b->cells[i].code ? -1 : 1;
		if (a->cells[i].votes != b->cells[i].votes)
			return a->cells[i].votes < b->cells[i].votes ? -1 : 1;
	}
	return (a->n_cells > b->n_cells) - (a->n_cells < b->n_cells);
}

#define ST_SORT sort_patterns
#define ST_ELEMENT_TYPE PatternRef
#define ST_COMPARE(a, b) compare_patterns(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Find the pattern with these cells, by rising code; -1 if there is none. */
int64
patterns_find(const Patterns *p, const PatternCell *cells, uint32 n_cells)
{
	PatternRef	wanted = {.cells = cells, .n_cells = n_cells};
	int64		low = 0;
	int64		high = p->n_patterns;

	for (uint32 i = 0; i < n_cells; i++)
		wanted.size += cells[i].votes;
	while (low < high)
	{
		int64		middle = low + (high - low) / 2;
		PatternRef	met = {.size = p->size[middle],
			.cells = p->cell + p->start[middle],
			.n_cells = (uint32) (p->start[middle + 1] - p->start[middle])};
		int			order = compare_patterns(&met, &wanted);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

/* Translate the cells to canonical codes; returns them and fills refs. */
static PatternCell *
translate_cells(const PatternTable *t, const int32 *rank, PatternRef *refs)
{
	PatternCell *cells = MemoryContextAllocHuge(CurrentMemoryContext,
												Max(t->n_cells, 1) *
												sizeof(PatternCell));
	const PatternCell *from = TableCells(t);
	const uint32 *starts = TableStarts(t);

	for (uint32 i = 0; i < t->n; i++)
	{
		bool		sorted = true;

		CHECK_NOW_AND_THEN(i);
		refs[i].size = 0;
		refs[i].cells = cells + starts[i];
		refs[i].n_cells = starts[i + 1] - starts[i];
		refs[i].id = i;
		for (uint32 j = starts[i]; j < starts[i + 1]; j++)
		{
			cells[j].code = rank ? rank[from[j].code] : from[j].code;
			cells[j].votes = from[j].votes;
			refs[i].size += from[j].votes;
			if (j > starts[i] && cells[j].code < cells[j - 1].code)
				sorted = false;
		}
		if (!sorted)
			sort_cells(cells + starts[i], refs[i].n_cells);
	}
	return cells;
}

/* Allocate a histogram for so many patterns and cells, in one piece. */
static Patterns *
patterns_allocate(uint32 n, uint32 n_cells)
{
	Size		head = MAXALIGN(sizeof(Patterns));
	Size		size = head + (3 * (Size) n + 1) * sizeof(int64) +
		(Size) n_cells * sizeof(PatternCell);
	Patterns   *p = MemoryContextAllocHuge(CurrentMemoryContext, size);

	memset(p, 0, sizeof(Patterns));
	p->count = (int64 *) ((char *) p + head);
	p->size = p->count + n;
	p->start = p->size + n;
	p->cell = (PatternCell *) (p->start + n + 1);
	p->n_patterns = n;
	return p;
}

/* Add a count to a total that must not overflow. */
static void
add_total(int64 *total, int64 count, int64 times)
{
	int64		product;

	if (pg_mul_s64_overflow(count, times, &product) ||
		pg_add_s64_overflow(*total, product, total))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of labels is out of range")));
}

/*
 * The histogram in canonical order.  rank gives the canonical position of each
 * code (NULL: codes are canonical already) among q categories.
 */
Patterns *
table_patterns(const PatternTable *t, const int32 *rank, int q)
{
	PatternRef	local[8];
	PatternRef *refs = t->n <= lengthof(local) ? local :
		MemoryContextAllocHuge(CurrentMemoryContext,
							   t->n * sizeof(PatternRef));
	PatternCell *cells = translate_cells(t, rank, refs);
	Patterns   *p = patterns_allocate(t->n, t->n_cells);
	bool	   *used = palloc0(Max(q, 1));
	int64		at = 0;

	sort_patterns(refs, t->n);
	p->q = q;
	for (uint32 i = 0; i < t->n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		p->count[i] = TableCounts(t)[refs[i].id];
		p->size[i] = refs[i].size;
		p->start[i] = at;
		memcpy(p->cell + at, refs[i].cells,
			   refs[i].n_cells * sizeof(PatternCell));
		for (uint32 j = 0; j < refs[i].n_cells; j++)
			used[p->cell[at + j].code] = true;
		at += refs[i].n_cells;
		add_total(&p->n_items, p->count[i], 1);
		if (p->size[i] >= 2)
			p->n_pairable += p->count[i];
		add_total(&p->n_labels, p->count[i], p->size[i]);
	}
	p->start[t->n] = at;
	for (int k = 0; k < q; k++)
		p->n_used += used[k];
	pfree(used);
	pfree(cells);
	if (refs != local)
		pfree(refs);
	return p;
}
