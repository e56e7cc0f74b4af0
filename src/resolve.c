/*
 * resolve.c
 *		From a log of ratings to a design: repeats are resolved, and items,
 *		annotators and labels put in canonical order.
 *
 * Equal repeats count once.  Of differing ones the greatest time wins; without
 * times the last wins if the call had an ORDER BY, else they are an error.
 */
#include "postgres.h"

#include "array.h"
#include "miscadmin.h"
#include "resolve.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "view.h"

/* a label on its way to the design */
typedef struct Rating
{
	uint64		key;
	int32		annotator;		/* of predictions: the code */
	int32		code;
	int64		at;				/* or the order of arrival, or a probability */
} Rating;

/* so few are sorted at once */
#define FEW_RATINGS 32

#define ST_SORT sort_ratings
#define ST_ELEMENT_TYPE Rating
#define ST_COMPARE(a, b) \
	((a)->key != (b)->key ? ((a)->key < (b)->key ? -1 : 1) : \
	 (a)->annotator != (b)->annotator ? \
	 ((a)->annotator < (b)->annotator ? -1 : 1) : \
	 (a)->at != (b)->at ? ((a)->at < (b)->at ? -1 : 1) : \
	 ((a)->code > (b)->code) - ((a)->code < (b)->code))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* an item, and where its labels stand */
typedef struct ItemRef
{
	int64		value;			/* the number, or the rank of the name */
	int64		start;
	int32		n;
} ItemRef;

#define ST_SORT sort_items
#define ST_ELEMENT_TYPE ItemRef
#define ST_COMPARE(a, b) \
	((a)->value < (b)->value ? -1 : (a)->value > (b)->value)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* the labels of a partition on their way to be sorted */
typedef struct Scratch
{
	int64		cap;
	Rating	   *rating;
	Rating	   *sorted;
	int32	   *end;			/* of each bucket */
} Scratch;

typedef struct Resolution
{
	const Log  *log;
	const LogInfo *info;
	LabelView  *view[LOG_DICTS];
	Rating	   *rating;			/* resolved, in the order of partitions */
	int64		n_ratings;
	ItemRef    *item;
	int64		n_items;
	int64		cap_items;
} Resolution;

/* The text of an item; buffer holds at least MAXINT8LEN + 1 bytes. */
static const char *
item_text(const Resolution *r, uint64 key, char *buffer)
{
	if (r->view[LOG_ITEM_NAMES])
		return r->view[LOG_ITEM_NAMES]->text[key];
	pg_lltoa((int64) key_unmix(key), buffer);
	return buffer;
}

/* Refuse a second probability of one label. */
static void
second_probability(const Resolution *r, const Rating *a)
{
	char		number[32];

	ereport(ERROR,
			(errcode(ERRCODE_CARDINALITY_VIOLATION),
			 errmsg("label \"%s\" of item \"%s\" has more than one probability",
					r->view[LOG_LABELS]->text[a->code],
					item_text(r, a->key, number)),
			 errhint("Give predictions_agg one row an item and label.")));
}

/* Refuse differing repeats. */
static void
conflict(const Resolution *r, const Rating *a, const Rating *b)
{
	char		number[32];
	const char *item = item_text(r, a->key, number);
	bool		timed = (r->info->flags & LOG_AT) != 0;

	ereport(ERROR,
			(errcode(ERRCODE_CARDINALITY_VIOLATION),
			 errmsg("annotator \"%s\" gave item \"%s\" more than one label",
					r->view[LOG_ANNOTATOR_NAMES]->text[a->annotator], item),
			 errdetail("They are \"%s\" and \"%s\"%s.",
					   r->view[LOG_LABELS]->text[a->code],
					   r->view[LOG_LABELS]->text[b->code],
					   timed ? ", at the same time" : ""),
			 timed ?
			 errhint("Give a finer time, or remove one of the rows.") :
			 errhint("Give the time of each label, as in ratings_agg(item, annotator, label, at), and the latest wins; or order the call, as in ratings_agg(item, annotator, label ORDER BY ...), and the last wins.")));
}

/* The one that stands, of an annotator's labels on one item. */
static const Rating *
winner(const Resolution *r, const Rating *first, int64 n)
{
	const Rating *last = first + n - 1;

	if (r->info->flags & LOG_LAST)
		return last;
	if (r->view[LOG_ANNOTATOR_NAMES] == NULL && n > 1)
		second_probability(r, last);
	for (const Rating *other = first; other < last; other++)
		if (other->code != last->code &&
			(!(r->info->flags & LOG_AT) || other->at == last->at))
			conflict(r, other, last);
	return last;
}

/* Remember that an item's labels begin here. */
static ItemRef *
item_begin(Resolution *r, uint64 key)
{
	ItemRef    *item;

	if (r->n_items == r->cap_items)
	{
		r->cap_items *= 2;
		r->item = repalloc_huge(r->item, r->cap_items * sizeof(ItemRef));
	}
	item = &r->item[r->n_items++];
	item->value = r->view[LOG_ITEM_NAMES] ? (int64) key :
		(int64) key_unmix(key);
	item->start = r->n_ratings;
	item->n = 0;
	return item;
}

/* Make room for the labels of a partition. */
static void
scratch_room(Scratch *s, int64 n)
{
	if (n <= s->cap)
		return;
	if (s->rating)
		pfree(s->rating);
	if (s->sorted)
	{
		pfree(s->sorted);
		pfree(s->end);
	}
	s->cap = n;
	s->rating = array_alloc(n, sizeof(Rating), false);
	if (n < FEW_RATINGS)
		return;
	s->sorted = array_alloc(n, sizeof(Rating), false);
	s->end = array_alloc(n, sizeof(int32), false);
}

/*
 * Sort the labels of a partition.  Mixed keys are spread evenly, and so are the
 * ranks of names: put into as many buckets as there are labels, by their keys,
 * only a few are left to be compared with each other.
 */
static const Rating *
sort_partition(Scratch *s, int64 n)
{
	uint64		least = PG_UINT64_MAX,
				most = 0;
	int			shift = 0;
	int32		at = 0;

	if (n < FEW_RATINGS || n > PG_INT32_MAX)
	{
		sort_ratings(s->rating, n);
		return s->rating;
	}
	for (int64 i = 0; i < n; i++)
	{
		least = Min(least, s->rating[i].key);
		most = Max(most, s->rating[i].key);
	}
	while ((most - least) >> shift >= (uint64) n)
		shift++;
	memset(s->end, 0, sizeof(int32) * n);
	for (int64 i = 0; i < n; i++)
		s->end[(s->rating[i].key - least) >> shift]++;
	for (int64 b = 0; b < n; b++)
	{
		int32		size = s->end[b];

		s->end[b] = at;
		at += size;
	}
	for (int64 i = 0; i < n; i++)
		s->sorted[s->end[(s->rating[i].key - least) >> shift]++] = s->rating[i];
	at = 0;
	for (int64 b = 0; b < n; b++)
	{
		if (s->end[b] - at > 1)
			sort_ratings(s->sorted + at, s->end[b] - at);
		at = s->end[b];
	}
	return s->sorted;
}

/* Resolve the labels of one partition. */
static void
resolve_partition(Resolution *r, const LogRow *rows, int64 n, Scratch *scratch)
{
	const Rating *sorted;
	int64		i;

	for (i = 0; i < n; i++)
	{
		Rating	   *s = &scratch->rating[i];

		s->key = rows[i].key;
		if (r->view[LOG_ITEM_NAMES])
			s->key = r->view[LOG_ITEM_NAMES]->rank[key_unmix(rows[i].key)];
		s->code = r->view[LOG_LABELS]->rank[rows[i].code];
		s->annotator = r->view[LOG_ANNOTATOR_NAMES] == NULL ? s->code :
			r->view[LOG_ANNOTATOR_NAMES]->rank[rows[i].annotator];
		s->at = (r->info->flags & LOG_LAST) ? i : rows[i].at;
	}
	sorted = sort_partition(scratch, n);
	i = 0;
	while (i < n)
	{
		uint64		key = sorted[i].key;
		ItemRef    *item = item_begin(r, key);

		while (i < n && sorted[i].key == key)
		{
			int64		first = i;

			while (i < n && sorted[i].key == key &&
				   sorted[i].annotator == sorted[first].annotator)
				i++;
			r->rating[r->n_ratings++] = *winner(r, &sorted[first], i - first);
			item->n++;
		}
	}
}

/* Put the resolved labels into a design. */
static Ratings *
build_design(Resolution *r)
{
	LabelView  *labels = r->view[LOG_LABELS];
	bool	   *used = palloc0(sizeof(bool) * Max(labels->n, 1));
	int32	   *new_code = palloc(sizeof(int32) * Max(labels->n, 1));
	const Dict *label_dict = log_dict(r->log, LOG_LABELS);
	const Dict *dicts[LOG_DICTS] = {NULL, NULL, NULL};
	LogInfo		info = *r->info;
	Ratings    *design;
	int64		at = 0;

	for (int64 i = 0; i < r->n_ratings; i++)
		used[r->rating[i].code] = true;
	dicts[LOG_LABELS] = view_dict(label_dict, labels,
									   label_dict->declared ? NULL : used,
									   new_code);
	for (int d = LOG_ANNOTATOR_NAMES; d <= LOG_ITEM_NAMES; d++)
		if (r->view[d])
			dicts[d] = view_dict(log_dict(r->log, d), r->view[d], NULL,
									  NULL);
	info.flags &= ~LOG_LAST;
	design = ratings_allocate(&info, r->n_items, r->n_ratings, dicts);
	for (int64 i = 0; i < r->n_items; i++)
	{
		const ItemRef *item = &r->item[i];

		if (RatingsHasNumbers(design))
			RatingsItems(design)[i] = item->value;
		RatingsStarts(design)[i] = at;
		for (int32 j = 0; j < item->n; j++, at++)
		{
			const Rating *from = &r->rating[item->start + j];

			if (RatingsHasAnnotators(design))
				RatingsAnnotators(design)[at] = from->annotator;
			RatingsCodes(design)[at] = new_code[from->code];
			if (RatingsHasTimes(design))
				RatingsTimes(design)[at] = from->at;
		}
	}
	return design;
}

/* Resolve a log of ratings into a design. */
Ratings *
resolve_log(const Log *log)
{
	Resolution	r;
	LogRow	   *rows = NULL;
	Scratch		scratch = {0, NULL, NULL, NULL};
	int64		n,
				cap = 0;
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext work = NULL;
	Ratings    *design;

	/* a context of its own only for a log that is worth it */
	if (log->big)
	{
		work = AllocSetContextCreate(caller, "annoqa resolution",
									 ALLOCSET_DEFAULT_SIZES);
		MemoryContextSwitchTo(work);
	}
	memset(&r, 0, sizeof(r));
	r.log = log;
	r.info = log->big ? &log->big->info : &log->flat->info;
	for (int d = 0; d < LOG_DICTS; d++)
		if (log_dict(log, d) != NULL)
			r.view[d] = label_view(log_dict(log, d));
	r.rating = MemoryContextAllocHuge(CurrentMemoryContext,
									  sizeof(Rating) * Max(log_count(log), 1));
	r.cap_items = Max(log_count(log) / 4, 16);
	r.item = MemoryContextAllocHuge(CurrentMemoryContext,
									sizeof(ItemRef) * r.cap_items);
	for (int p = 0; p < log_partitions(log); p++)
	{
		log_read(log, p, &rows, &n, &cap);
		scratch_room(&scratch, n);
		resolve_partition(&r, rows, n, &scratch);
		CHECK_FOR_INTERRUPTS();
	}
	sort_items(r.item, r.n_items);
	MemoryContextSwitchTo(caller);
	design = build_design(&r);
	if (work)
		MemoryContextDelete(work);
	return design;
}

/* A design as a flat log again, to be merged with others. */
void
design_to_log(Log *log, const Ratings *r)
{
	const Dict *dicts[LOG_DICTS] = {NULL, NULL, NULL};
	Design		design;
	LogRow		row;

	for (int i = 0; i < LOG_DICTS; i++)
		if (r->dict[i] != 0)
			dicts[i] = RatingsDict(r, i);
	log_create_from(log, (StateType) r->header.type, &r->info, dicts,
					r->n_labels);
	ratings_design(r, &design);
	for (int64 i = 0; i < r->n_items; i++)
	{
		row.key = key_mix((uint64) (RatingsHasNumbers(r) ?
									RatingsItems(r)[i] : i));
		for (int64 j = design.start[i]; j < design.start[i + 1]; j++)
		{
			row.annotator = RatingsHasAnnotators(r) ? design.annotator[j] : 0;
			row.code = design.code[j];
			row.at = RatingsHasTimes(r) ? RatingsTimes(r)[j] : 0;
			log_append(log, &row);
		}
	}
}
