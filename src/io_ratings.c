/*
 * io_ratings.c
 *		The type ratings as bytes, and as text, the base64 of the bytes.
 *
 * What is written is the design, whatever layout the value has.
 *
 * Bytes: first bytes (wire.h), flags, kind of the items, kind of the times,
 * scale; dictionaries of labels, annotators and, where items are not integers,
 * items; number of labels, number of items, most labels on an item; then for
 * each item its integer, if it is one, how many labels beyond the first it has,
 * and of each label the code of its annotator, its own code, and its time, if
 * there are times.
 */
#include "postgres.h"

#include "compat.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "ratings.h"
#include "utils/memutils.h"
#include "wire.h"

#define FLAGS_KNOWN (LOG_ANNOTATORS | LOG_AT)

static const char *const roles[LOG_DICTS] = {"label", "annotator", "item"};

/* how wide the numbers of one value are */
typedef struct RatingsWidths
{
	int			code;
	int			annotator;
	int			count;
} RatingsWidths;

/* Check what must always hold; compiled under assertions. */
static inline Ratings *
check_ratings(Ratings *r)
{
#ifdef USE_ASSERT_CHECKING
	Design		d;

	Assert(r->header.type == STATE_RATINGS);
	Assert(r->header.layout == RATINGS_DESIGN);
	for (int i = 0; i < LOG_DICTS; i++)
		if (r->dict[i] != 0)
			Assert(r->dict[i] + RatingsDict(r, i)->size <= VARSIZE(r) &&
				   dict_is_valid(RatingsDict(r, i)));
	ratings_design(r, &d);
	Assert((char *) (d.code + d.n_labels) <= (char *) r + r->dict[LOG_LABELS]);
	Assert(d.start[0] == 0 && d.start[d.n_items] == d.n_labels);
	for (int64 i = 0; i < d.n_items; i++)
	{
		Assert(d.start[i] < d.start[i + 1]);
		Assert(i == 0 || !RatingsHasNumbers(r) ||
			   RatingsItems(r)[i - 1] < RatingsItems(r)[i]);
		for (int64 j = d.start[i]; j < d.start[i + 1]; j++)
		{
			Assert(d.annotator[j] >= 0 && d.annotator[j] < d.n_annotators);
			Assert(d.code[j] >= 0 && d.code[j] < d.q);
			Assert(j == d.start[i] || d.annotator[j - 1] < d.annotator[j]);
		}
	}
#endif
	return r;
}

/* Write the dictionaries, which stand in canonical order. */
static void
write_dicts(StringInfo buf, const Ratings *r)
{
	for (int i = 0; i < LOG_DICTS; i++)
		if (i != LOG_ITEM_NAMES || r->info.item_kind == ITEMS_NAMED)
		{
			Dict	   *d = RatingsDict(r, i);

			wire_put_dict(buf, d, label_view(d));
		}
}

/* Write all items with their labels. */
static void
write_items(StringInfo buf, const Ratings *r)
{
	Design		d;
	int64		most = 0;
	RatingsWidths w;

	ratings_design(r, &d);
	for (int64 i = 0; i < d.n_items; i++)
		most = Max(most, d.start[i + 1] - d.start[i]);
	pq_sendint32(buf, (uint32) d.n_labels);
	pq_sendint32(buf, (uint32) d.n_items);
	pq_sendint32(buf, (uint32) most);
	w.code = wire_width(d.q);
	w.annotator = wire_width(d.n_annotators);
	w.count = wire_width(most);
	for (int64 i = 0; i < d.n_items; i++)
	{
		if (RatingsHasNumbers(r))
			pq_sendint64(buf, (uint64) RatingsItems(r)[i]);
		wire_put(buf, w.count, (uint32) (d.start[i + 1] - d.start[i] - 1));
		for (int64 j = d.start[i]; j < d.start[i + 1]; j++)
		{
			wire_put(buf, w.annotator, (uint32) d.annotator[j]);
			wire_put(buf, w.code, (uint32) d.code[j]);
			if (RatingsHasTimes(r))
				pq_sendint64(buf, (uint64) RatingsTimes(r)[j]);
		}
		CHECK_FOR_INTERRUPTS();
	}
}

/* The binary form of an argument. */
static bytea *
write_ratings(FunctionCallInfo fcinfo)
{
	Ratings    *r = check_ratings(ratings_open(PG_GETARG_DATUM(0)));
	StringInfoData buf;

	wire_start(&buf, STATE_RATINGS);
	pq_sendint8(&buf, r->info.flags);
	pq_sendint8(&buf, r->info.item_kind);
	pq_sendint8(&buf, r->info.at_kind);
	wire_put_scale(&buf, r->info.scale);
	write_dicts(&buf, r);
	write_items(&buf, r);
	return pq_endtypsend(&buf);
}

/* Read flags and kinds. */
static void
read_info(WireReader *r, LogInfo *info)
{
	memset(info, 0, sizeof(LogInfo));
	info->flags = (uint8) wire_get(r, 1);
	info->item_kind = (uint8) wire_get(r, 1);
	info->at_kind = (uint8) wire_get(r, 1);
	info->scale = wire_get_scale(r);
	if ((info->flags & LOG_ANNOTATORS) == 0 ||
		(info->flags & ~FLAGS_KNOWN) != 0)
		wire_fail(r, "Its flags are not known.");
	else if (info->item_kind > ITEMS_NAMED || info->item_kind == ITEMS_HASHED)
		wire_fail(r, "The items are of no known kind.");
	else if (info->at_kind > AT_TIMESTAMPTZ ||
			 ((info->flags & LOG_AT) != 0) != (info->at_kind != AT_NONE))
		wire_fail(r, "The times are of no known kind.");
}

/* Read the dictionaries, whose order gives the codes. */
static void
read_dicts(WireReader *r, const LogInfo *info, const Dict *dict[LOG_DICTS])
{
	WireDict	w;

	for (int i = 0; i < LOG_DICTS; i++)
	{
		dict[i] = NULL;
		if (i == LOG_ITEM_NAMES && info->item_kind != ITEMS_NAMED)
			continue;
		if (!wire_get_dict(r, &w, roles[i]))
			return;
		dict[i] = wire_dict_make(&w);
		if (!wire_dict_sorted(r, dict[i]))
			return;
	}
}

/* Read one label. */
static bool
read_label(WireReader *r, Ratings *to, const Design *d,
		   const RatingsWidths *w, int64 j, bool first)
{
	d->annotator[j] = wire_get_code(r, w->annotator, d->n_annotators);
	d->code[j] = wire_get_code(r, w->code, d->q);
	if (RatingsHasTimes(to))
		RatingsTimes(to)[j] = wire_get_int64(r);
	if (!first && d->annotator[j] <= d->annotator[j - 1])
		wire_fail(r, "The annotators of an item do not rise.");
	return !r->failed;
}

/* Read all items with their labels. */
static void
read_items(WireReader *r, Ratings *to, const RatingsWidths *w)
{
	Design		d;
	int64		at = 0;

	ratings_design(to, &d);
	for (int64 i = 0; i < d.n_items; i++)
	{
		int64		n;

		d.start[i] = at;
		if (RatingsHasNumbers(to))
		{
			RatingsItems(to)[i] = wire_get_int64(r);
			if (i > 0 && RatingsItems(to)[i] <= RatingsItems(to)[i - 1])
				wire_fail(r, "The items do not rise.");
		}
		n = (int64) wire_get(r, w->count) + 1;
		if (n > d.n_labels - at)
			wire_fail(r, "It has more labels than it says.");
		if (r->failed)
			return;
		for (int64 j = at; j < at + n; j++)
			if (!read_label(r, to, &d, w, j, j == at))
				return;
		at += n;
		CHECK_FOR_INTERRUPTS();
	}
	if (at != d.n_labels)
		wire_fail(r, "It has fewer labels than it says.");
}

/* Read the binary form; NULL after a soft error. */
static Ratings *
read_ratings(WireReader *r)
{
	LogInfo		info;
	const Dict *dict[LOG_DICTS];
	RatingsWidths w;
	int64		n_labels,
				n_items;
	Ratings    *to;

	wire_open(r, STATE_RATINGS);
	read_info(r, &info);
	read_dicts(r, &info, dict);
	if (r->failed)
		return NULL;
	w.code = wire_width(dict[LOG_LABELS]->n);
	w.annotator = wire_width(dict[LOG_ANNOTATOR_NAMES]->n);
	n_labels = wire_get_count(r, w.annotator + w.code);
	n_items = wire_get_count(r, 1 + w.annotator + w.code);
	w.count = wire_width(wire_get(r, 4));
	if (info.item_kind == ITEMS_NONE && n_items > 0)
		wire_fail(r, "The items have no type.");
	if (info.item_kind == ITEMS_NAMED && n_items != dict[LOG_ITEM_NAMES]->n)
		wire_fail(r, "It has not as many items as names of them.");
	if (r->failed)
		return NULL;
	to = ratings_allocate(&info, n_items, n_labels, dict);
	read_items(r, to, &w);
	return wire_close(r) ? check_ratings(to) : NULL;
}

PG_FUNCTION_INFO_V1(ratings_in);
Datum
ratings_in(PG_FUNCTION_ARGS)
{
	WireReader	r = {"ratings", true, annoqa_context(fcinfo), false, NULL};
	Ratings    *ratings;

	if (!wire_unbase64(&r, PG_GETARG_CSTRING(0)) ||
		(ratings = read_ratings(&r)) == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(ratings);
}

PG_FUNCTION_INFO_V1(ratings_out);
Datum
ratings_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(wire_base64(write_ratings(fcinfo)));
}

PG_FUNCTION_INFO_V1(ratings_recv);
Datum
ratings_recv(PG_FUNCTION_ARGS)
{
	WireReader	r = {"ratings", false, NULL, false,
	(StringInfo) PG_GETARG_POINTER(0)};

	PG_RETURN_POINTER(read_ratings(&r));
}

PG_FUNCTION_INFO_V1(ratings_send);
Datum
ratings_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(write_ratings(fcinfo));
}
