/*
 * facts_keys.c
 *		Which group each row belongs to.
 *
 * A group's key is one number, the codes of its parts in mixed radix; groups
 * stand in the order of that number, which is canonical because codes are.
 */
#include "postgres.h"

#include "array.h"
#include "common/hashfn.h"
#include "facts_groups.h"
#include "interrupts.h"

/* up to so many keys a table of all of them */
#define DENSE_KEYS (INT64CONST(1) << 22)

#define NO_KEY PG_UINT64_MAX

typedef struct KeyEntry
{
	uint64		key;
	int32		id;
	int32		event;			/* the last of its events; -1: none */
	char		status;
} KeyEntry;

#define SH_PREFIX key
#define SH_ELEMENT_TYPE KeyEntry
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(tb, k) \
	hash_combine(murmurhash32((uint32) (k)), (uint32) ((k) >> 32))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define ST_SORT sort_keys
#define ST_ELEMENT_TYPE KeyEntry
#define ST_COMPARE(a, b) ((a)->key < (b)->key ? -1 : (a)->key > (b)->key)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* a part of a key other than the bucket */
typedef struct KeyPart
{
	GroupKey	key;
	const int32 *codes;			/* by row; NULL: to be found otherwise */
	uint64		weight;
} KeyPart;

typedef struct KeyMaker
{
	const Facts *f;
	const Grouping *by;
	uint64		radix[N_GROUP_KEYS];
	KeyPart		part[N_GROUP_KEYS];
	int			n_parts;
	uint64		bucket_weight;	/* 0: not by buckets */
	uint64		n_keys;
	int32	   *dense;			/* id by key, -1: none; or NULL */
	key_hash   *hash;
	KeyEntry   *entry;			/* by id */
	int64		n;
	int64		cap;
} KeyMaker;

/* The number of codes, no value included, that a part of a key can have. */
static uint64
key_radix(const KeyMaker *m, GroupKey key)
{
	const Facts *f = m->f;

	switch (key)
	{
		case KEY_ANNOTATOR:
			return (uint64) f->annotators.n + 1;
		case KEY_VENDOR:
			return (uint64) f->vendors.n + 1;
		case KEY_STRATUM:
			return (uint64) f->strata.n + 1;
		case KEY_GUIDELINE:
			return (uint64) f->guidelines.n + 1;
		case KEY_BATCH:
			return (uint64) f->batches.n + 1;
		case KEY_BUCKET:
			return (uint64) m->by->buckets->n + 1;
		case KEY_BIN:
			return 12;
		default:
			return 4;
	}
}

/* The tenth that a confidence lies in, from 1; closed at the right. */
static int32
confidence_bin(const Facts *f, int64 r)
{
	int32		bin;

	if (f->confidence == NULL || isnan(f->confidence[r]))
		return 0;
	bin = (int32) ceil(f->confidence[r] * 10);
	/* 0.3 * 10 is 3, but 0.7 * 10 is above 7 */
	if (bin > 1 && f->confidence[r] <= (bin - 1) / 10.0)
		bin--;
	return Max(bin, 1);
}

/* The codes of a column of rows; NULL where there is none. */
static const int32 *
key_codes(const Facts *f, GroupKey key)
{
	switch (key)
	{
		case KEY_ANNOTATOR:
			return f->annotator;
		case KEY_VENDOR:
			return f->vendor;
		case KEY_STRATUM:
			return f->stratum;
		case KEY_GUIDELINE:
			return f->guideline;
		case KEY_BATCH:
			return f->batch;
		default:
			return NULL;
	}
}

/* A part of a row's key that is in no column of codes. */
static int32
key_part(const Facts *f, GroupKey key, int64 item, int64 r)
{
	switch (key)
	{
		case KEY_KIND:
			return row_kind(f, r);
		case KEY_ITEM_SET:
			return (f->item_flags[item] & ITEM_GOLD) != 0;
		case KEY_EDGE:
			return row_has(f, r, BIT_EDGE);
		case KEY_SUGGESTED:
			return row_has(f, r, BIT_SUGGESTED);
		case KEY_BIN:
			return confidence_bin(f, r);
		default:
			return -1;			/* a column that no row has a value of */
	}
}

/* The key of a row, but for its bucket. */
static inline uint64
row_key(const KeyMaker *m, int64 item, int64 r)
{
	uint64		key = 0;

	for (int i = 0; i < m->n_parts; i++)
	{
		const KeyPart *part = &m->part[i];
		int32		code = part->codes != NULL ? part->codes[r] :
			key_part(m->f, part->key, item, r);

		key += (uint64) (code + 1) * part->weight;
	}
	return key;
}

/* Put the bucket into a key. */
static inline uint64
bucket_key(const KeyMaker *m, uint64 key, int32 bucket)
{
	if (m->bucket_weight == 0)
		return key;
	return bucket < 0 ? NO_KEY :
		key + (uint64) (bucket + 1) * m->bucket_weight;
}

/* Refuse what no table of groups holds. */
static void
too_many_groups(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many groups of vendors, annotators, strata and times"),
			 errhint("Ask for fewer dates, or name fewer columns in the source.")));
}

/* The number of a key, a new one if it is new. */
static inline int32
key_id(KeyMaker *m, uint64 key)
{
	int32	   *id;
	KeyEntry   *e;
	bool		found;

	if (key == NO_KEY)
		return -1;
	if (m->dense != NULL)
	{
		id = &m->dense[key];
		found = *id >= 0;
	}
	else
	{
		e = key_insert(m->hash, key, &found);
		id = &e->id;
	}
	if (found)
		return *id;
	if (m->n == m->cap)
	{
		m->cap *= 2;
		m->entry = repalloc_huge(m->entry, m->cap * sizeof(KeyEntry));
	}
	if (m->n >= PG_INT32_MAX / 8)
		too_many_groups();
	m->entry[m->n].key = key;
	m->entry[m->n].event = -1;
	m->entry[m->n].id = (int32) m->n;
	return *id = (int32) m->n++;
}

/* Set up the keys of a grouping. */
static void
keys_begin(KeyMaker *m, const Facts *f, const Grouping *by)
{
	memset(m, 0, sizeof(KeyMaker));
	m->f = f;
	m->by = by;
	m->n_keys = 1;
	/* the last part weighs 1 */
	for (int k = N_GROUP_KEYS - 1; k >= 0; k--)
	{
		if (!by->by[k])
			continue;
		m->radix[k] = key_radix(m, k);
		if (k == KEY_BUCKET)
			m->bucket_weight = m->n_keys;
		else
		{
			m->part[m->n_parts].key = k;
			m->part[m->n_parts].codes = key_codes(f, k);
			m->part[m->n_parts++].weight = m->n_keys;
		}
		if (m->n_keys > PG_UINT64_MAX / 2 / m->radix[k])
			too_many_groups();
		m->n_keys *= m->radix[k];
	}
	if (m->n_keys <= DENSE_KEYS)
	{
		m->dense = array_alloc(m->n_keys, sizeof(int32), false);
		memset(m->dense, 0xFF, m->n_keys * sizeof(int32));
	}
	else
		m->hash = key_create(CurrentMemoryContext, 1024, NULL);
	m->cap = 64;
	m->entry = array_alloc(m->cap, sizeof(KeyEntry), false);
}

/* Split the key of a group into its parts. */
static void
split_key(const KeyMaker *m, uint64 key, FactGroup *g)
{
	for (int k = N_GROUP_KEYS - 1; k >= 0; k--)
	{
		g->key[k] = -1;
		if (!m->by->by[k])
			continue;
		g->key[k] = (int32) (key % m->radix[k]) - 1;
		key /= m->radix[k];
	}
}

/* Make the groups, in the order of their keys. */
static void
make_groups(KeyMaker *m, GroupRows *rows)
{
	int32	   *rank = array_alloc(m->n, sizeof(int32), false);

	sort_keys(m->entry, m->n);
	rows->n = m->n;
	rows->group = array_alloc(m->n, sizeof(FactGroup), true);
	for (int64 g = 0; g < m->n; g++)
	{
		FactGroup  *group = &rows->group[g];

		rank[m->entry[g].id] = (int32) g;
		split_key(m, m->entry[g].key, group);
		group->pairs.item = group->other_vendors.item =
			group->scores.item = -1;
		group->last_item = group->last_labeled = group->last_completed = -1;
		group->first_at = group->last_at = NO_TIME;
		group->last_row = group->top_expected = -1;
	}
	for (int64 r = 0; r < m->f->n_rows; r++)
	{
		CHECK_NOW_AND_THEN(r);
		if (rows->of_row[r] >= 0)
			rows->of_row[r] = rank[rows->of_row[r]];
		if (rows->of_item != rows->of_row && rows->of_item[r] >= 0)
			rows->of_item[r] = rank[rows->of_item[r]];
	}
	for (int64 e = 0; e < rows->n_events; e++)
	{
		CHECK_NOW_AND_THEN(e);
		rows->event[e].group = rank[rows->event[e].group];
	}
	pfree(rank);
}

/* Note that an event of the backlog is one of a group's. */
static void
note_event(KeyMaker *m, GroupRows *rows, int32 id, int32 event)
{
	if (id < 0 || m->entry[id].event == event)
		return;
	m->entry[id].event = event;
	if (rows->n_events == rows->cap_events)
	{
		rows->cap_events = Max(rows->cap_events * 2, 64);
		rows->event = rows->event == NULL ?
			array_alloc(rows->cap_events, sizeof(GroupEvent), false) :
			repalloc_huge(rows->event,
						  rows->cap_events * sizeof(GroupEvent));
	}
	rows->event[rows->n_events].group = id;
	rows->event[rows->n_events++].event = event;
}

/* Is a row of those whom the grouping takes? */
static inline bool
row_of_kind(const KeyMaker *m, int64 r)
{
	return !m->by->people || row_kind(m->f, r) != KIND_MODEL;
}

/* Give the events of the backlog to the groups with a label on their item. */
static void
group_events(KeyMaker *m, GroupRows *rows)
{
	const Facts *f = m->f;
	const Backlog *b = m->by->backlog;
	bool		bucketed = m->by->by[KEY_BUCKET];

	for (int32 e = 0; e < b->n; e++)
	{
		int32		item = b->event[e].item;
		int32		bucket = bucketed ? m->by->buckets->of_event[e] : -1;
		int64		end = f->start[item + 1];

		CHECK_NOW_AND_THEN(e);
		if (m->by->item_set >= 0 && m->by->item_set !=
			((f->item_flags[item] & ITEM_GOLD) != 0))
			continue;
		for (int64 r = f->start[item]; r < end; r++)
		{
			CHECK_NOW_AND_THEN(r);
			if (row_has(f, r, BIT_LABEL) && row_of_wanted(f, r) &&
				row_of_kind(m, r))
				note_event(m, rows, key_id(m, bucket_key(m, row_key(m, item, r),
														 bucket)), e);
		}
	}
}

/* Find the groups of the rows of one item. */
static void
group_item(KeyMaker *m, int64 item, GroupRows *rows)
{
	const Facts *f = m->f;
	bool		bucketed = m->by->by[KEY_BUCKET];
	int64		newest = item_row(f, item);
	int32		bucket = bucketed && f->last_row[item] >= 0 ?
		m->by->buckets->of_row[newest] : -1;
	bool		in_set = m->by->item_set < 0 ||
		m->by->item_set == ((f->item_flags[item] & ITEM_GOLD) != 0);

	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
	{
		bool		taken = in_set && f->annotator[r] >= 0 &&
			row_of_kind(m, r);
		uint64		key = taken ? row_key(m, item, r) : NO_KEY;

		CHECK_NOW_AND_THEN(r);
		rows->of_row[r] = taken && row_wanted(f, r, r) ?
			key_id(m, bucket_key(m, key,
								 bucketed ? m->by->buckets->of_row[r] : -1)) : -1;
		if (rows->of_item != rows->of_row)
			rows->of_item[r] = taken && row_has(f, r, BIT_LABEL) &&
				row_wanted(f, r, newest) ?
				key_id(m, bucket_key(m, key, bucket)) : -1;
	}
}

/* Find the group of each row. */
void
group_rows(const Facts *f, const Grouping *by, GroupRows *result)
{
	KeyMaker	m;
	bool		apart = by->by[KEY_BUCKET] || f->since != NO_TIME ||
		f->until != NO_TIME;

	keys_begin(&m, f, by);
	memset(result, 0, sizeof(GroupRows));
	result->by = by;
	result->of_row = array_alloc(f->n_rows, sizeof(int32), false);
	result->of_item = apart ?
		array_alloc(f->n_rows, sizeof(int32), false) : result->of_row;
	for (int64 i = 0; i < f->items.n; i++)
		if (f->start[i] < f->start[i + 1])
			group_item(&m, i, result);
	if (by->backlog != NULL)
		group_events(&m, result);
	/* the whole is a group even without rows */
	if (m.n_keys == 1)
		(void) key_id(&m, 0);
	make_groups(&m, result);
	if (m.dense)
		pfree(m.dense);
	else
		key_destroy(m.hash);
	pfree(m.entry);
}
