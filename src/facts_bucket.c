/*
 * facts_bucket.c
 *		Days, weeks and months of times, in the time zone of a source.
 */
#include "postgres.h"

#include "array.h"
#include "facts_groups.h"
#include "facts_load.h"
#include "interrupts.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

typedef enum BucketKind
{
	BUCKET_DAY,
	BUCKET_WEEK,
	BUCKET_MONTH
} BucketKind;

/* a bucket met lately */
typedef struct BucketSlot
{
	int64		start;
	int64		end;			/* 0 with start 0: empty */
	int32		id;
} BucketSlot;

#define SLOTS 1024

/* which bucket begins then */
typedef struct StartEntry
{
	int64		start;
	int64		end;
	int32		id;
	char		status;
} StartEntry;

#define SH_PREFIX start
#define SH_ELEMENT_TYPE StartEntry
#define SH_KEY_TYPE int64
#define SH_KEY start
#define SH_HASH_KEY(tb, k) murmurhash32((uint32) ((k) / USECS_PER_MINUTE))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "common/hashfn.h"
#include "lib/simplehash.h"

#define ST_SORT sort_starts
#define ST_ELEMENT_TYPE StartEntry
#define ST_COMPARE(a, b) \
	((a)->start < (b)->start ? -1 : (a)->start > (b)->start)
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Midnight of a day, by its Julian number, as a time. */
static int64
midnight(int day, pg_tz *zone)
{
	struct pg_tm tm;
	int			offset;
	Timestamp	result;

	memset(&tm, 0, sizeof(tm));
	j2date(day, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	tm.tm_isdst = -1;
	offset = DetermineTimeZoneOffset(&tm, zone);
	if (tm2timestamp(&tm, 0, &offset, &result) != 0)
		return PG_INT64_MAX;
	return result;
}

/* Find the bucket of a time. */
static void
bucket_of(int64 at, BucketKind kind, pg_tz *zone, BucketSlot *slot)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			offset;
	int			first;
	int			next;

	if (timestamp2tm(at, &offset, &tm, &fsec, NULL, zone) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	first = date2j(tm.tm_year, tm.tm_mon, tm.tm_mday);
	next = first + 1;
	if (kind == BUCKET_WEEK)
	{
		first -= (j2day(first) + 6) % 7;
		next = first + 7;
	}
	else if (kind == BUCKET_MONTH)
	{
		first = date2j(tm.tm_year, tm.tm_mon, 1);
		next = tm.tm_mon == 12 ? date2j(tm.tm_year + 1, 1, 1) :
			date2j(tm.tm_year, tm.tm_mon + 1, 1);
	}
	slot->start = midnight(first, zone);
	slot->end = midnight(next, zone);
}

/* The kind of bucket that a word names. */
static BucketKind
bucket_kind(const char *name)
{
	if (name == NULL || strcmp(name, "week") == 0)
		return BUCKET_WEEK;
	if (strcmp(name, "day") == 0)
		return BUCKET_DAY;
	if (strcmp(name, "month") == 0)
		return BUCKET_MONTH;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("bucket \"%s\" is not known", name),
			 errhint("Buckets are day, week and month.")));
	return BUCKET_WEEK;
}

/* Put the buckets of so many times in order. */
static void
order_buckets(start_hash *starts, Buckets *result, int64 n_times)
{
	StartEntry *entries = array_alloc(starts->members, sizeof(StartEntry),
									  false);
	int32	   *rank = array_alloc(starts->members, sizeof(int32), false);
	start_iterator it;
	StartEntry *e;
	int32		n = 0;

	start_start_iterate(starts, &it);
	while ((e = start_iterate(starts, &it)) != NULL)
		entries[n++] = *e;
	sort_starts(entries, n);
	result->n = n;
	result->start = array_alloc(n, sizeof(int64), false);
	result->end = array_alloc(n, sizeof(int64), false);
	for (int32 i = 0; i < n; i++)
	{
		result->start[i] = entries[i].start;
		result->end[i] = entries[i].end;
		rank[entries[i].id] = i;
	}
	for (int64 r = 0; r < n_times; r++)
		if (result->of_row[r] >= 0)
			result->of_row[r] = rank[result->of_row[r]];
	pfree(entries);
	pfree(rank);
}

/* Find the bucket of each row, and of each event of the backlog, if any. */
void
facts_buckets(const Facts *f, const Backlog *backlog, const char *name,
			  void *zone, Buckets *result)
{
	BucketKind	kind = bucket_kind(name);
	BucketSlot *slots = palloc0(sizeof(BucketSlot) * SLOTS);
	start_hash *starts = start_create(CurrentMemoryContext, 64, NULL);
	int64		n;

	n = f->n_rows + (backlog == NULL ? 0 : backlog->n);
	result->of_row = array_alloc(n, sizeof(int32), false);
	result->of_event = result->of_row + f->n_rows;
	for (int64 r = 0; r < n; r++)
	{
		int64		at = r < f->n_rows ? time_at(f->at, r) :
			backlog->event[r - f->n_rows].at;
		BucketSlot *slot = &slots[(at / USECS_PER_HOUR) & (SLOTS - 1)];

		CHECK_NOW_AND_THEN(r);
		result->of_row[r] = -1;
		if (at == NO_TIME)
			continue;
		if (unlikely(at < slot->start || at >= slot->end))
		{
			StartEntry *e;
			bool		found;

			bucket_of(at, kind, zone, slot);
			e = start_insert(starts, slot->start, &found);
			if (!found)
				e->id = (int32) starts->members - 1;
			e->end = slot->end;
			slot->id = e->id;
		}
		result->of_row[r] = slot->id;
	}
	order_buckets(starts, result, n);
	start_destroy(starts);
	pfree(slots);
}
