/*
 * dict.c
 *		The dictionary of a state, one block of memory without pointers.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "common/pg_prng.h"
#include "dict.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

/* set at random first, for states are passed between backends */
static uint64 last_serial = 0;

/* Slots of the index that a dictionary of this capacity has. */
static uint32
index_slots(int32 cap)
{
	return cap <= DICT_SCAN_LIMIT ? 0 :
		pg_nextpower2_32((uint32) cap + (uint32) cap / 2);
}

/* Bytes of a dictionary of this capacity. */
Size
dict_size(int32 cap, uint32 text_cap)
{
	Size		size = DICT_HEADER;

	size += (Size) cap * 2 * sizeof(uint32);
	size += (Size) index_slots(cap) * sizeof(uint32);
	size += text_cap;
	return MAXALIGN(size);
}

/* Give the dictionary a serial number that no other in this backend has. */
void
dict_new_serial(Dict *d)
{
	while (last_serial == 0)
		last_serial = pg_prng_uint64(&pg_global_prng_state);
	d->serial = ++last_serial;
	d->token = 0;
}

/* Remove what only this backend understands, from a dictionary to be stored. */
void
dict_forget(Dict *d)
{
	d->serial = 0;
	d->token = 0;
}

/* Make an empty dictionary of this capacity. */
void
dict_init(Dict *d, int32 cap, uint32 text_cap)
{
	memset(d, 0, DICT_HEADER);
	d->size = dict_size(cap, text_cap);
	d->cap = cap;
	d->n_index = index_slots(cap);
	d->text_cap = text_cap;
	memset(DictIndex(d), 0xFF, d->n_index * sizeof(uint32));
	DictTexts(d)[0] = '\0';		/* no qualifier */
	d->text_used = 1;
	dict_new_serial(d);
}

/* Copy a dictionary into a block of another capacity; classes stay valid. */
void
dict_copy(Dict *to, int32 cap, uint32 text_cap, const Dict *from)
{
	uint64		serial = from->serial;

	Assert(cap >= from->n && text_cap >= from->text_used);
	memset(to, 0, DICT_HEADER);
	to->size = dict_size(cap, text_cap);
	to->cap = cap;
	to->n_index = index_slots(cap);
	to->text_cap = text_cap;
	to->serial = serial;
	to->n = from->n;
	to->token = from->token;
	to->kind = from->kind;
	to->declared = from->declared;
	to->qualifier_len = from->qualifier_len;
	to->text_used = from->text_used;
	memcpy(DictClasses(to), DictClasses(from), from->n * sizeof(uint32));
	memcpy(DictOffsets(to), DictOffsets(from), from->n * sizeof(uint32));
	memcpy(DictTexts(to), DictTexts(from), from->text_used);
	dict_reindex(to);
}

/* Name the space that the labels belong to; the dictionary is empty yet. */
void
dict_set_space(Dict *d, LabelKind kind, const char *qualifier)
{
	Size		len = strlen(qualifier);

	Assert(d->n == 0 && len + 1 <= d->text_cap);
	d->kind = kind;
	d->qualifier_len = len;
	memcpy(DictTexts(d), qualifier, len + 1);
	d->text_used = len + 1;
}

/* Is there room for n_more entries with text_more bytes of text? */
bool
dict_has_room(const Dict *d, int n_more, Size text_more)
{
	return d->n + n_more <= d->cap &&
		d->text_used + text_more <= d->text_cap;
}

/* The capacities to grow to, so that n_more entries fit. */
void
dict_growth(const Dict *d, int n_more, Size text_more,
			int32 *cap, uint32 *text_cap)
{
	Size		need = (Size) d->text_used + text_more;

	if (need > MaxAllocSize / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the texts of distinct values exceed %zu bytes in one state",
						(Size) MaxAllocSize / 2)));
	*cap = d->cap;
	while (*cap < d->n + n_more)
		*cap = Max(*cap * 2, 4);
	*text_cap = d->text_cap;
	while (*text_cap < need)
		*text_cap = Max(*text_cap * 2, 16);
}

/* Refuse more distinct labels than a state can tell apart. */
void
dict_check_categories(int64 n)
{
	if (n > MAX_CATEGORIES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d distinct labels in one state",
						MAX_CATEGORIES)));
}

/* Make an empty dictionary in a memory context. */
Dict *
dict_create(MemoryContext cxt, int32 cap, uint32 text_cap)
{
	Dict	   *d = MemoryContextAllocExtended(cxt, dict_size(cap, text_cap),
											   MCXT_ALLOC_HUGE |
											   MCXT_ALLOC_ZERO);

	dict_init(d, cap, text_cap);
	return d;
}

/* Move a dictionary that lies in a memory context to a larger block. */
Dict *
dict_enlarge(Dict *d, MemoryContext cxt, int n_more, Size text_more)
{
	int32		cap;
	uint32		text_cap;
	Dict	   *larger;

	dict_growth(d, n_more, text_more, &cap, &text_cap);
	larger = MemoryContextAllocHuge(cxt, dict_size(cap, text_cap));
	dict_copy(larger, cap, text_cap, d);
	pfree(d);
	return larger;
}

/* Enter one code into the index. */
static void
index_insert(Dict *d, int32 code)
{
	uint32	   *slots = DictIndex(d);
	uint32		mask = d->n_index - 1;
	uint32		at = murmurhash32(DictClasses(d)[code]) & mask;

	while (slots[at] != PG_UINT32_MAX)
		at = (at + 1) & mask;
	slots[at] = (uint32) code;
}

/* Make the index anew from the classes. */
void
dict_reindex(Dict *d)
{
	if (d->n_index == 0)
		return;
	memset(DictIndex(d), 0xFF, d->n_index * sizeof(uint32));
	for (int32 i = 0; i < d->n; i++)
		index_insert(d, i);
}

/* The code of a class, or -1. */
int32
dict_find_class(const Dict *d, uint32 cls)
{
	const uint32 *classes = DictClasses(d);

	if (d->n_index == 0)
	{
		for (int32 i = 0; i < d->n; i++)
			if (classes[i] == cls)
				return i;
	}
	else
	{
		const uint32 *slots = DictIndex(d);
		uint32		mask = d->n_index - 1;
		uint32		at = murmurhash32(cls) & mask;

		for (; slots[at] != PG_UINT32_MAX; at = (at + 1) & mask)
			if (classes[slots[at]] == cls)
				return (int32) slots[at];
	}
	return -1;
}

/* Add an entry for which there is room, and return its code. */
int32
dict_append(Dict *d, uint32 cls, const char *text)
{
	int32		code = d->n;
	Size		len = strlen(text) + 1;

	Assert(dict_has_room(d, 1, len));
	DictClasses(d)[code] = cls;
	DictOffsets(d)[code] = d->text_used;
	memcpy(DictTexts(d) + d->text_used, text, len);
	d->text_used += len;
	d->n++;
	if (d->n_index > 0)
		index_insert(d, code);
	return code;
}

/* Give an entry another spelling, for which there is room. */
void
dict_replace_text(Dict *d, int32 code, const char *text)
{
	Size		len = strlen(text) + 1;

	if (len <= strlen(DictText(d, code)) + 1)
	{
		memcpy(DictText(d, code), text, len);
		return;
	}
	Assert(dict_has_room(d, 0, len));
	DictOffsets(d)[code] = d->text_used;
	memcpy(DictTexts(d) + d->text_used, text, len);
	d->text_used += len;
}

/* Do two dictionaries speak of the same kind of labels? */
bool
dict_same_space(const Dict *a, const Dict *b)
{
	return a->kind == b->kind &&
		strcmp(DictQualifier(a), DictQualifier(b)) == 0;
}
