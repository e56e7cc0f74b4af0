/*
 * facts_codes.c
 *		Which labels a group uses, how often by chance it would agree, and what
 *		it takes for what.
 *
 * Cohen's kappa is pooled: of all pairs of an own label and another's on the
 * item, the share that is equal against the share expected from the margins of
 * both sides of those pairs (Cohen 1960, with pairs in place of items).
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "common/hashfn.h"
#include "facts_groups.h"
#include "interrupts.h"

/* a label as a group uses it */
typedef struct CodeCount
{
	int64		labels;
	int64		own;			/* pairs in which it is the own label, */
	int64		others;			/* or the other */
} CodeCount;

/* up to so many a table of all groups and labels */
#define DENSE_COUNTS (INT64CONST(1) << 22)

typedef struct CodeEntry
{
	uint64		key;
	char		status;
	CodeCount	count;
} CodeEntry;

#define SH_PREFIX code
#define SH_ELEMENT_TYPE CodeEntry
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(tb, k) \
	hash_combine(murmurhash32((uint32) (k)), (uint32) ((k) >> 32))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define ST_SORT sort_codes_used
#define ST_ELEMENT_TYPE CodeEntry
#define ST_COMPARE(a, b) ((a)->key < (b)->key ? -1 : (a)->key > (b)->key)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct CodeCounting
{
	const Facts *f;
	GroupRows  *rows;
	int64		q;
	CodeCount  *dense;
	code_hash  *hash;
	int32	   *count;			/* people's labels on the item, by code */
	int32	   *used;			/* codes that have any */
	int			n_used;
} CodeCounting;

/* an error, and how often a group makes it */
typedef struct ErrorKey
{
	int32		group;
	int32		expected;
	int32		given;
} ErrorKey;

typedef struct ErrorEntry
{
	ErrorKey	key;
	char		status;
	int64		count;
} ErrorEntry;

#define SH_PREFIX confused
#define SH_ELEMENT_TYPE ErrorEntry
#define SH_KEY_TYPE ErrorKey
#define SH_KEY key
#define SH_HASH_KEY(tb, k) \
	hash_combine(hash_combine(murmurhash32((uint32) (k).group), \
							  murmurhash32((uint32) (k).expected)), \
				 murmurhash32((uint32) (k).given))
#define SH_EQUAL(tb, a, b) ((a).group == (b).group && \
							(a).expected == (b).expected && \
							(a).given == (b).given)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* The counts of a label in a group. */
static inline CodeCount *
count_of(CodeCounting *c, int64 group, int32 code)
{
	CodeEntry  *e;
	bool		found;

	if (c->dense != NULL)
		return &c->dense[group * c->q + code];
	e = code_insert(c->hash, (uint64) group * (uint64) c->q + (uint64) code,
					&found);
	if (!found)
		memset(&e->count, 0, sizeof(CodeCount));
	return &e->count;
}

/* Count the pairs of a label with the others on its item. */
static void
count_pairs(CodeCounting *c, int64 r)
{
	const Facts *f = c->f;
	int32		group = c->rows->of_item[r];
	int			self = is_people(f, r);
	int64		n = 0;

	for (int u = 0; u < c->n_used; u++)
	{
		int32		code = c->used[u];
		int64		others = c->count[code] - (code == f->code[r] ? self : 0);

		n += others;
		if (others > 0)
			count_of(c, group, code)->others += others;
	}
	if (n > 0)
		count_of(c, group, f->code[r])->own += n;
}

/* Count the labels of an item. */
static void
count_item(CodeCounting *c, int64 item)
{
	const Facts *f = c->f;
	bool		kappa = c->rows->by->by[KEY_ANNOTATOR];

	c->n_used = 0;
	for (int64 r = f->start[item]; kappa && r < f->start[item + 1]; r++)
		if (is_people(f, r) && c->count[f->code[r]]++ == 0)
			c->used[c->n_used++] = f->code[r];
	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
	{
		CHECK_NOW_AND_THEN(r);
		if (!row_has(f, r, BIT_LABEL))
			continue;
		if (c->rows->of_row[r] >= 0)
			count_of(c, c->rows->of_row[r], f->code[r])->labels++;
		if (kappa && c->rows->of_item[r] >= 0)
			count_pairs(c, r);
	}
	for (int u = 0; u < c->n_used; u++)
		c->count[c->used[u]] = 0;
}

/* Take the counts of one label into the sums of a group. */
static void
take_count(FactGroup *g, const CodeCount *n, double *expected)
{
	if (n->labels > 0)
	{
		double		share = (double) n->labels / (double) g->bits[BIT_LABEL];

		g->entropy -= share * log(share);
		g->categories++;
	}
	*expected += (double) n->own * (double) n->others;
}

/* Turn the sums of a group into kappa. */
static void
finish_kappa(FactGroup *g, double expected)
{
	double		pairs = (double) g->pairs.pairs;

	g->entropy = Max(g->entropy, 0);
	if (pairs == 0)
		return;
	expected /= pairs * pairs;
	g->has_kappa = expected < 1;
	if (g->has_kappa)
		g->kappa = 1 - (1 - (double) g->pairs.equal / pairs) / (1 - expected);
}

/* Take the counts of all labels, by group and rising code. */
static void
finish_codes(CodeCounting *c)
{
	bool		kappa = c->rows->by->by[KEY_ANNOTATOR];
	CodeEntry  *entries = NULL;
	int64		n = 0;
	int64		at = 0;

	if (c->dense == NULL)
	{
		code_iterator it;
		CodeEntry  *e;

		entries = array_alloc(c->hash->members, sizeof(CodeEntry), false);
		code_start_iterate(c->hash, &it);
		while ((e = code_iterate(c->hash, &it)) != NULL)
			entries[n++] = *e;
		sort_codes_used(entries, n);
	}
	for (int64 g = 0; g < c->rows->n; g++)
	{
		FactGroup  *group = &c->rows->group[g];
		double		expected = 0;

		CHECK_NOW_AND_THEN(g);
		if (c->dense != NULL)
			for (int64 k = 0; k < c->q; k++)
				take_count(group, &c->dense[g * c->q + k], &expected);
		else
			for (; at < n && (int64) (entries[at].key / c->q) == g; at++)
				take_count(group, &entries[at].count, &expected);
		if (kappa)
			finish_kappa(group, expected);
	}
	if (entries != NULL)
		pfree(entries);
}

/* Find entropy and kappa of each group. */
void
group_codes(const Facts *f, GroupRows *rows)
{
	CodeCounting c;

	memset(&c, 0, sizeof(c));
	c.f = f;
	c.rows = rows;
	c.q = Max(f->labels.n, 1);
	if (rows->n <= DENSE_COUNTS / c.q)
		c.dense = array_alloc(rows->n * c.q, sizeof(CodeCount), true);
	else
		c.hash = code_create(CurrentMemoryContext, 1024, NULL);
	c.count = array_alloc(c.q, sizeof(int32), true);
	c.used = array_alloc(c.q, sizeof(int32), false);
	for (int64 i = 0; i < f->items.n; i++)
		count_item(&c, i);
	finish_codes(&c);
	if (c.dense != NULL)
		pfree(c.dense);
	else
		code_destroy(c.hash);
	pfree(c.count);
	pfree(c.used);
}

/* Is this error of the group before the one kept so far? */
static bool
error_leads(const FactGroup *g, const ErrorEntry *e)
{
	if (g->top_expected < 0 || e->count != g->top_count)
		return g->top_expected < 0 || e->count > g->top_count;
	if (e->key.expected != g->top_expected)
		return e->key.expected < g->top_expected;
	return e->key.given < g->top_given;
}

/* Find the commonest error of each group. */
void
group_confusions(const Facts *f, GroupRows *rows)
{
	confused_hash *errors = confused_create(CurrentMemoryContext, 1024, NULL);
	confused_iterator it;
	ErrorEntry *e;

	for (int64 i = 0; i < f->items.n; i++)
	{
		if (!(f->item_flags[i] & ITEM_GOLD))
			continue;
		for (int64 r = f->start[i]; r < f->start[i + 1]; r++)
		{
			ErrorKey	key;
			bool		found;

			CHECK_NOW_AND_THEN(r);
			if (rows->of_row[r] < 0 || !row_has(f, r, BIT_SCORED) ||
				row_has(f, r, BIT_CORRECT))
				continue;
			key.group = rows->of_row[r];
			key.expected = f->gold_code[f->gold_start[i]];
			key.given = f->code[r];
			e = confused_insert(errors, key, &found);
			e->count = found ? e->count + 1 : 1;
		}
	}
	confused_start_iterate(errors, &it);
	while ((e = confused_iterate(errors, &it)) != NULL)
	{
		FactGroup  *g = &rows->group[e->key.group];

		if (!error_leads(g, e))
			continue;
		g->top_expected = e->key.expected;
		g->top_given = e->key.given;
		g->top_count = e->count;
	}
	confused_destroy(errors);
}
