/*
 * tabulate.c
 *		From a log of labels to the histogram of vote patterns.
 *
 * Partition by partition, so that the work stays in cache: a small table from
 * item to its first seven labels, one byte each; then each item's labels, as
 * one word, are looked up in a memo of patterns met.  Items with more labels,
 * and logs with more than 256 distinct labels, are sorted instead.
 */
#include "postgres.h"

#include "interrupts.h"
#include "port/pg_bitutils.h"
#include "tabulate.h"
#include "utils/memutils.h"

/* up to so many entries sorting is faster than a table */
#define SORT_LIMIT 64

/* a label on its way to be sorted */
typedef struct Entry
{
	uint64		key;
	uint32		code;
} Entry;

#define ST_SORT sort_entries
#define ST_ELEMENT_TYPE Entry
#define ST_COMPARE(a, b) \
	((a)->key != (b)->key ? ((a)->key < (b)->key ? -1 : 1) : \
	 ((a)->code > (b)->code) - ((a)->code < (b)->code))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* an item's labels: seven bytes of codes, and in the top byte their number */
typedef struct Tally
{
	uint64		key;
	uint64		word;
} Tally;

#define WORD_LABELS		7
#define WORD_COUNT(w)	((int) ((w) >> 56))
#define WORD_OVERFLOW	(UINT64CONST(0xFF) << 56)

/* patterns met lately, by the word as it came */
typedef struct PatternMemo
{
	uint64		word;
	uint32		id;
} PatternMemo;

#define MEMO_SIZE 4096

typedef struct Tabulation
{
	PatternTable *table;
	Tally	   *tallies;
	uint64		n_slots;
	uint64		n_used;
	Entry	   *rest;			/* labels of items with many labels */
	int64		n_rest;
	int64		cap_rest;
	PatternMemo *memo;
	PatternCell *cells;			/* scratch for one pattern */
	uint32		cap_cells;
} Tabulation;

/* Count a pattern whose cells stand by rising code. */
static uint32
count_pattern(Tabulation *t, const PatternCell *cells, uint32 n_cells)
{
	uint32		hash = pattern_hash(cells, n_cells);
	int64		id = table_find(t->table, cells, n_cells, hash);

	if (id < 0)
	{
		if (!table_has_room(t->table, n_cells))
			t->table = table_enlarge(t->table, n_cells);
		id = table_append(t->table, cells, n_cells, hash);
	}
	TableCounts(t->table)[id]++;
	return (uint32) id;
}

/* Keep a label to be sorted. */
static void
rest_add(Tabulation *t, uint64 key, uint32 code)
{
	if (t->n_rest == t->cap_rest)
	{
		t->cap_rest = Max(t->cap_rest * 2, 256);
		if (t->rest == NULL)
			t->rest = MemoryContextAllocHuge(CurrentMemoryContext,
											 t->cap_rest * sizeof(Entry));
		else
			t->rest = repalloc_huge(t->rest, t->cap_rest * sizeof(Entry));
	}
	t->rest[t->n_rest].key = key;
	t->rest[t->n_rest].code = code;
	t->n_rest++;
}

/* Count the patterns of labels that are to be sorted. */
static void
count_sorted(Tabulation *t, Entry *entries, int64 n)
{
	int64		i = 0;

	sort_entries(entries, n);
	while (i < n)
	{
		uint64		key = entries[i].key;
		uint32		n_cells = 0;

		CHECK_NOW_AND_THEN(i);
		while (i < n && entries[i].key == key)
		{
			int64		first = i;

			if (n_cells == t->cap_cells)
			{
				t->cap_cells *= 2;
				t->cells = repalloc_huge(t->cells,
										 t->cap_cells * sizeof(PatternCell));
			}
			while (i < n && entries[i].key == key &&
				   entries[i].code == entries[first].code)
				i++;
			if (i - first > PG_INT32_MAX)
				ereport(ERROR,
						(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						 errmsg("more than %d equal labels on one item",
								PG_INT32_MAX)));
			t->cells[n_cells].code = (int32) entries[first].code;
			t->cells[n_cells].votes = (int32) (i - first);
			n_cells++;
		}
		count_pattern(t, t->cells, n_cells);
	}
}

/* Make the table of items anew, for so many at least. */
static void
tallies_reset(Tabulation *t, uint64 n_items)
{
	uint64		slots = pg_nextpower2_64(Max(n_items, 64));

	if (slots > t->n_slots)
	{
		if (t->tallies)
			pfree(t->tallies);
		t->tallies = MemoryContextAllocHuge(CurrentMemoryContext,
											slots * sizeof(Tally));
		t->n_slots = slots;
	}
	memset(t->tallies, 0, t->n_slots * sizeof(Tally));
	t->n_used = 0;
}

/* Double the table of items. */
static void
tallies_grow(Tabulation *t)
{
	Tally	   *old = t->tallies;
	uint64		n_old = t->n_slots;

	t->n_slots *= 2;
	t->tallies = MemoryContextAllocExtended(CurrentMemoryContext,
											t->n_slots * sizeof(Tally),
											MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint64 i = 0; i < n_old; i++)
	{
		uint64		at;

		CHECK_NOW_AND_THEN(i);
		if (old[i].word == 0)
			continue;
		at = old[i].key & (t->n_slots - 1);
		while (t->tallies[at].word != 0)
			at = (at + 1) & (t->n_slots - 1);
		t->tallies[at] = old[i];
	}
	pfree(old);
}

/* Enter one label into the table of items. */
static inline void
tally_add(Tabulation *t, uint64 key, uint8 code)
{
	uint64		mask = t->n_slots - 1;
	uint64		at = key & mask;
	Tally	   *e;
	int			n;

	while (t->tallies[at].word != 0 && t->tallies[at].key != key)
		at = (at + 1) & mask;
	e = &t->tallies[at];
	n = WORD_COUNT(e->word);
	if (n == 0)
	{
		e->key = key;
		e->word = (UINT64CONST(1) << 56) | code;
		if (++t->n_used > t->n_slots / 4 * 3)
			tallies_grow(t);
	}
	else if (n < WORD_LABELS)
		e->word += (UINT64CONST(1) << 56) | ((uint64) code << (8 * n));
	else
	{
		if (n == WORD_LABELS)
		{
			for (int i = 0; i < WORD_LABELS; i++)
				rest_add(t, key, (uint8) (e->word >> (8 * i)));
			e->word = WORD_OVERFLOW;
		}
		rest_add(t, key, code);
	}
}

/* Count the pattern of an item with few labels. */
static uint32
count_word(Tabulation *t, uint64 word)
{
	int			n = WORD_COUNT(word);
	uint8		codes[WORD_LABELS];
	PatternCell cells[WORD_LABELS];
	uint32		n_cells = 0;

	for (int i = 0; i < n; i++)
	{
		uint8		code = (uint8) (word >> (8 * i));
		int			j = i;

		for (; j > 0 && codes[j - 1] > code; j--)
			codes[j] = codes[j - 1];
		codes[j] = code;
	}
	for (int i = 0; i < n; i++)
	{
		if (n_cells > 0 && cells[n_cells - 1].code == codes[i])
			cells[n_cells - 1].votes++;
		else
		{
			cells[n_cells].code = codes[i];
			cells[n_cells].votes = 1;
			n_cells++;
		}
	}
	return count_pattern(t, cells, n_cells);
}

/* Count the patterns of all items in the table. */
static void
count_tallies(Tabulation *t)
{
	for (uint64 i = 0; i < t->n_slots; i++)
	{
		uint64		word = t->tallies[i].word;
		PatternMemo *m;

		CHECK_NOW_AND_THEN(i);
		if (word == 0 || word == WORD_OVERFLOW)
			continue;
		m = &t->memo[(word * UINT64CONST(0x9E3779B97F4A7C15)) >> 52];
		if (likely(m->word == word))
			TableCounts(t->table)[m->id]++;
		else
		{
			m->id = count_word(t, word);
			m->word = word;
		}
	}
	if (t->n_rest > 0)
		count_sorted(t, t->rest, t->n_rest);
	t->n_rest = 0;
}

/* Tabulate one partition of a big log. */
static void
tabulate_partition(Tabulation *t, const BigLog *big, int partition)
{
	bool		narrow = !big->wide;
	int64		n = 0;

	for (LogChunk *c = big->first[partition]; c != NULL; c = c->next)
		n += c->n;
	if (narrow)
		tallies_reset(t, n / 2);
	for (LogChunk *c = big->first[partition]; c != NULL; c = c->next)
	{
		if (narrow)
			for (int32 i = 0; i < c->n; i++)
				tally_add(t, c->word[i] >> 8, (uint8) c->word[i]);
		else
			for (int32 i = 0; i < c->n; i++)
				rest_add(t, c->word[i] >> 8,
						 (uint32) (c->word[i] & 0xFF) |
						 (c->high ? (uint32) c->high[i] << 8 : 0));
	}
	if (narrow)
		count_tallies(t);
	else
	{
		count_sorted(t, t->rest, t->n_rest);
		t->n_rest = 0;
	}
	CHECK_FOR_INTERRUPTS();
}

/* Tabulate a flat log. */
static void
tabulate_flat(Tabulation *t, const FlatLog *flat)
{
	const uint64 *keys = FlatLogKeys(flat);
	const uint8 *codes = FlatLogCodes(flat);
	int32		n = flat->n;

	if (n <= SORT_LIMIT)
	{
		Entry		entries[SORT_LIMIT];

		for (int32 i = 0; i < n; i++)
		{
			entries[i].key = keys[i];
			entries[i].code = flat->width == 1 ? codes[i] :
				(uint32) ((const int32 *) codes)[i];
		}
		count_sorted(t, entries, n);
	}
	else if (flat->width == 1)
	{
		tallies_reset(t, n / 2);
		for (int32 i = 0; i < n; i++)
		{
			CHECK_NOW_AND_THEN(i);
			tally_add(t, keys[i], codes[i]);
		}
		count_tallies(t);
	}
	else
	{
		for (int32 i = 0; i < n; i++)
		{
			CHECK_NOW_AND_THEN(i);
			rest_add(t, keys[i], (uint32) ((const int32 *) codes)[i]);
		}
		count_sorted(t, t->rest, t->n_rest);
	}
}

/* Tabulate a log, in the current memory context. */
PatternTable *
tabulate(const Log *log)
{
	Tabulation	t;

	memset(&t, 0, sizeof(t));
	t.table = table_create(8, 32);
	t.cap_cells = 16;
	t.cells = palloc(sizeof(PatternCell) * t.cap_cells);
	if (log_count(log) > SORT_LIMIT)
		t.memo = palloc0(sizeof(PatternMemo) * MEMO_SIZE);
	if (log->flat)
		tabulate_flat(&t, log->flat);
	else
	{
		biglog_sync(log->big);
		for (int p = 0; p < LOG_PARTITIONS; p++)
			tabulate_partition(&t, log->big, p);
	}
	pfree(t.cells);
	if (t.memo)
		pfree(t.memo);
	if (t.tallies)
		pfree(t.tallies);
	if (t.rest)
		pfree(t.rest);
	return t.table;
}

/* Tabulate a design, in the current memory context. */
PatternTable *
tabulate_design(const Design *design)
{
	Tabulation	t;
	Entry	   *entries = NULL;
	int64		cap = 0;

	memset(&t, 0, sizeof(t));
	t.table = table_create(8, 32);
	t.cap_cells = 16;
	t.cells = palloc(sizeof(PatternCell) * t.cap_cells);
	for (int64 i = 0; i < design->n_items; i++)
	{
		int64		start = design->start[i];
		int64		n = design->start[i + 1] - start;

		if (n > cap)
		{
			if (entries)
				pfree(entries);
			cap = n * 2;
			entries = MemoryContextAllocHuge(CurrentMemoryContext,
											 sizeof(Entry) * cap);
		}
		for (int64 j = 0; j < n; j++)
		{
			entries[j].key = 0;
			entries[j].code = (uint32) design->code[start + j];
		}
		count_sorted(&t, entries, n);
		if (i % 4096 == 0)
			CHECK_FOR_INTERRUPTS();
	}
	if (entries)
		pfree(entries);
	pfree(t.cells);
	return t.table;
}
