/*
 * io_ratings.c
 *		The types ratings and predictions as bytes, and as text, the base64 of
 *		the bytes.
 *
 * What is written is the design, whatever layout the value has.
 *
 * Bytes: first bytes (wire.h), flags, kind of the items, kind of the times,
 * scale; dictionaries of labels, annotators, if there are any, and, where items
 * are not integers, items; number of labels, number of items, most labels on an
 * item; then for each item its integer, if it is one, how many labels beyond
 * the first it has, and of each label the code of its annotator, if it has one,
 * its own code, and its time, if there are times, or its probability.
 */
#include "postgres.h"

#include "compat.h"
#include "interrupts.h"
#include "libpq/pqformat.h"
#include "predictions.h"
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
			int32	   *rising = RatingsHasAnnotators(r) ? d.annotator : d.code;

			Assert(d.code[j] >= 0 && d.code[j] < d.q);
			Assert(rising[j] >= 0);
			Assert(j == d.start[i] || rising[j - 1] < rising[j]);
			Assert(!RatingsHasAnnotators(r) || d.annotator[j] < d.n_annotators);
		}
	}
#endif
	return r;
}

/* Does a value of these flags and kinds have the dictionary? */
static bool
has_dict(const LogInfo *info, LogDict which)
{
	if (which == LOG_ANNOTATOR_NAMES)
		return (info->flags & LOG_ANNOTATORS) != 0;
	return which != LOG_ITEM_NAMES || info->item_kind == ITEMS_NAMED;
}

/* Write the dictionaries, which stand in canonical order. */
static void
write_dicts(StringInfo buf, const Ratings *r)
{
	for (int i = 0; i < LOG_DICTS; i++)
		if (has_dict(&r->info, i))
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
			if (RatingsHasAnnotators(r))
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
write_ratings(FunctionCallInfo fcinfo, StateType type)
{
	Datum		value = PG_GETARG_DATUM(0);
	Ratings    *r = check_ratings(type == STATE_RATINGS ?
								  ratings_open(value) :
								  predictions_open(value));
	StringInfoData buf;

	wire_start(&buf, type);
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
read_info(WireReader *r, StateType type, LogInfo *info)
{
	bool		flags_fit;

	memset(info, 0, sizeof(LogInfo));
	info->flags = (uint8) wire_get(r, 1);
	info->item_kind = (uint8) wire_get(r, 1);
	info->at_kind = (uint8) wire_get(r, 1);
	info->scale = wire_get_scale(r);
	flags_fit = type == STATE_PREDICTIONS ?
		info->flags == LOG_AT && info->at_kind == AT_FLOAT && info->scale == 0 :
		(info->flags & LOG_ANNOTATORS) != 0 &&
		(info->flags & ~FLAGS_KNOWN) == 0;
	if (!flags_fit)
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
		if (!has_dict(info, i))
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
	int32	   *rising = RatingsHasAnnotators(to) ? d->annotator : d->code;

	if (RatingsHasAnnotators(to))
		d->annotator[j] = wire_get_code(r, w->annotator, d->n_annotators);
	d->code[j] = wire_get_code(r, w->code, d->q);
	if (RatingsHasTimes(to))
		RatingsTimes(to)[j] = wire_get_int64(r);
	if (!first && rising[j] <= rising[j - 1])
		wire_fail(r, "The %s of an item do not rise.",
				  RatingsHasAnnotators(to) ? "annotators" : "labels");
	return !r->failed;
}

/* Check what was read as probabilities. */
static void
check_probabilities(WireReader *r, const Ratings *p)
{
	double		sum;

	for (int64 j = 0; j < p->n_labels && !r->failed; j++)
	{
		double		probability = PredictionsProbabilities(p)[j];

		CHECK_NOW_AND_THEN(j);
		/* nor negative zero, which is no canonical one */
		if (!(probability <= 1) || RatingsTimes(p)[j] < 0)
			wire_fail(r, "A probability is not between 0 and 1.");
	}
	if (!r->failed && predictions_odd_item(p, &sum) >= 0)
		wire_fail(r, "The probabilities of an item add up to %g.", sum);
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
read_ratings(WireReader *r, StateType type)
{
	LogInfo		info;
	const Dict *dict[LOG_DICTS];
	RatingsWidths w;
	int64		n_labels,
				n_items;
	Ratings    *to;

	wire_open(r, type);
	read_info(r, type, &info);
	read_dicts(r, &info, dict);
	if (r->failed)
		return NULL;
	w.code = wire_width(dict[LOG_LABELS]->n);
	w.annotator = dict[LOG_ANNOTATOR_NAMES] == NULL ? 0 :
		wire_width(dict[LOG_ANNOTATOR_NAMES]->n);
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
	if (type == STATE_PREDICTIONS)
		check_probabilities(r, to);
	return wire_close(r) ? check_ratings(to) : NULL;
}

/* Read the text form. */
static Datum
ratings_from_text(FunctionCallInfo fcinfo, const char *name, StateType type)
{
	WireReader	r = {name, true, annoqa_context(fcinfo), false, NULL};
	Ratings    *ratings;

	if (!wire_unbase64(&r, PG_GETARG_CSTRING(0)) ||
		(ratings = read_ratings(&r, type)) == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(ratings);
}

/* Read the binary form. */
static Datum
ratings_from_bytes(FunctionCallInfo fcinfo, const char *name, StateType type)
{
	WireReader	r = {name, false, NULL, false,
	(StringInfo) PG_GETARG_POINTER(0)};

	PG_RETURN_POINTER(read_ratings(&r, type));
}

PG_FUNCTION_INFO_V1(ratings_in);
Datum
ratings_in(PG_FUNCTION_ARGS)
{
	return ratings_from_text(fcinfo, "ratings", STATE_RATINGS);
}

PG_FUNCTION_INFO_V1(ratings_out);
Datum
ratings_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(wire_base64(write_ratings(fcinfo, STATE_RATINGS)));
}

PG_FUNCTION_INFO_V1(ratings_recv);
Datum
ratings_recv(PG_FUNCTION_ARGS)
{
	return ratings_from_bytes(fcinfo, "ratings", STATE_RATINGS);
}

PG_FUNCTION_INFO_V1(ratings_send);
Datum
ratings_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(write_ratings(fcinfo, STATE_RATINGS));
}

PG_FUNCTION_INFO_V1(predictions_in);
Datum
predictions_in(PG_FUNCTION_ARGS)
{
	return ratings_from_text(fcinfo, "predictions", STATE_PREDICTIONS);
}

PG_FUNCTION_INFO_V1(predictions_out);
Datum
predictions_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(wire_base64(write_ratings(fcinfo, STATE_PREDICTIONS)));
}

PG_FUNCTION_INFO_V1(predictions_recv);
Datum
predictions_recv(PG_FUNCTION_ARGS)
{
	return ratings_from_bytes(fcinfo, "predictions", STATE_PREDICTIONS);
}

PG_FUNCTION_INFO_V1(predictions_send);
Datum
predictions_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(write_ratings(fcinfo, STATE_PREDICTIONS));
}
