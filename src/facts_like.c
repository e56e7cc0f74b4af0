/*
 * facts_like.c
 *		What is known of the source as a whole that an item is seen against:
 *		settled items with the same leading labels, dissents, deliveries that
 *		were rejected, the price of a label.
 */
#include "postgres.h"

#include <math.h>

#include "acceptance.h"
#include "array.h"
#include "common/hashfn.h"
#include "facts_advice.h"
#include "facts_groups.h"
#include "facts_show.h"
#include "interrupts.h"

typedef struct LikeEntry
{
	uint64		key;			/* both labels, the smaller code first */
	int64		items;
	char		status;
} LikeEntry;

#define SH_PREFIX like
#define SH_ELEMENT_TYPE LikeEntry
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(tb, k) \
	hash_combine(murmurhash32((uint32) (k)), (uint32) ((k) >> 32))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* One number for two labels, whichever leads; -1 is none. */
static uint64
like_key(int32 a, int32 b)
{
	return (uint64) (Min(a, b) + 1) << 32 | (uint64) (Max(a, b) + 1);
}

/* Count the settled items by the two labels that lead among their votes. */
void
like_items(const Facts *f, LikeItems *result)
{
	ItemVotes	v;

	fact_votes_init(&v, most_rows(f));
	result->hash = like_create(CurrentMemoryContext, 256, NULL);
	for (int64 i = 0; i < f->items.n; i++)
	{
		LikeEntry  *e;
		bool		found;

		CHECK_NOW_AND_THEN(i);
		if (!item_settled(f, i) || !(f->item_flags[i] & ITEM_PRESENT))
			continue;
		fact_votes_collect(f, i, &v);
		shares_order(&v);
		if (v.n == 0)
			continue;
		e = like_insert(result->hash,
						like_key(v.share[0].code,
								 v.n > 1 ? v.share[1].code : -1), &found);
		e->items = found ? e->items + 1 : 1;
	}
	pfree(v.share);
}

/* How many settled items these two labels lead. */
int64
like_items_of(const LikeItems *l, int32 a, int32 b)
{
	LikeEntry  *e = like_lookup(l->hash, like_key(a, b));

	return e == NULL ? 0 : e->items;
}

/* Count the settled dissents of each annotator. */
DissentCount *
dissent_counts(const Facts *f)
{
	DissentCount *count = array_alloc(f->annotators.n, sizeof(DissentCount),
									  true);

	for (int64 r = 0; r < f->n_rows; r++)
		if (row_has(f, r, BIT_DISSENT) && !row_has(f, r, BIT_OPEN))
		{
			count[f->annotator[r]].settled++;
			count[f->annotator[r]].upheld += row_has(f, r, BIT_UPHELD);
		}
	return count;
}

/* Find the items with a vote from a delivery that is rejected; NULL: none. */
bool *
rejected_items(const Facts *f, double target, double confidence)
{
	Facts		all = *f;
	Quality		q = {.target = target, .risk = 1 - confidence};
	Grouping	by;
	GroupRows	rows;
	bool	   *rejected;
	bool	   *fails;

	if (f->batch == NULL || !(target > 0 && target < 1))
		return NULL;
	memset(&by, 0, sizeof(by));
	by.by[KEY_BATCH] = by.by[KEY_VENDOR] = true;
	by.item_set = -1;
	all.since = all.until = NO_TIME;
	all.only_vendor = all.only_annotator = ONLY_ALL;
	group_rows(&all, &by, &rows);
	group_checks(&all, &rows);
	fails = array_alloc(rows.n, sizeof(bool), true);
	for (int64 g = 0; g < rows.n; g++)
		fails[g] = rows.group[g].checked > 0 &&
			judge_anytime(&q, rows.group[g].check_errors,
						  rows.group[g].checked) == VERDICT_REJECT;
	rejected = array_alloc(f->items.n, sizeof(bool), true);
	for (int64 i = 0; i < f->items.n; i++)
		for (int64 r = f->start[i]; r < f->start[i + 1]; r++)
			if (row_has(f, r, BIT_VOTE) && rows.of_row[r] >= 0)
				rejected[i] |= fails[rows.of_row[r]];
	pfree(fails);
	facts_group_free(&rows);
	return rejected;
}

/* Find the median price of a person's label; false when there is none. */
bool
median_price(const Facts *f, double *price)
{
	double	   *values;
	int64		n = 0;

	if (f->price == NULL)
		return false;
	values = array_alloc(f->n_rows, sizeof(double), false);
	for (int64 r = 0; r < f->n_rows; r++)
		if (is_people(f, r) && !isnan(f->price[r]))
			values[n++] = f->price[r];
	if (n > 0)
		*price = quantile(values, n, 0.5);
	pfree(values);
	return n > 0;
}
