/*
 * io_votes.c
 *		The type votes as text, as bytes and as a soft label.
 *
 * Text: {"kind": "text", "labels": ["cat", "dog"], "counts": [2, 1]}
 * Bytes: first bytes (wire.h), dictionary, count of each label.
 */
#include "postgres.h"

#include "common/int.h"
#include "common/shortest_dec.h"
#include "compat.h"
#include "libpq/pqformat.h"
#include "state_json.h"
#include "utils/json.h"
#include "votes.h"

/* Check what must always hold; compiled under assertions. */
static inline Votes *
check_votes(Votes *v)
{
#ifdef USE_ASSERT_CHECKING
	Dict	   *d = VotesDict(v);

	Assert(v->header.type == STATE_VOTES && v->header.reserved == 0);
	Assert(v->dict + d->size <= VARSIZE(v) && dict_is_valid(d));
	Assert(offsetof(Votes, count) + sizeof(int64) * d->cap <= v->dict);
	for (int32 i = 0; i < d->n; i++)
		Assert(v->count[i] >= 0);
#endif
	return v;
}

/* The votes of an argument. */
static Votes *
get_votes(FunctionCallInfo fcinfo)
{
	return check_votes((Votes *) state_detoast(PG_GETARG_DATUM(0),
											   STATE_VOTES));
}

/* Their counts in canonical order. */
static int64 *
canonical_counts(const Votes *v, const LabelView *view)
{
	int64	   *counts = palloc(sizeof(int64) * Max(view->n, 1));

	for (int i = 0; i < view->n; i++)
		counts[view->rank[i]] = v->count[i];
	return counts;
}

/* Make votes of what was read; counts of 0 are of declared labels. */
static Votes *
make_votes(WireReader *r, const WireDict *w, const int64 *counts)
{
	int64		total = 0;
	Votes	   *v;

	for (int32 i = 0; i < w->n; i++)
		if (counts[i] != 0 || !w->declared)
			wire_total(r, &total, counts[i], 1);
	if (r->failed)
		return NULL;
	v = votes_allocate(Max(w->n, 1), (uint32) w->text_size);
	wire_dict_fill(w, VotesDict(v));
	memcpy(v->count, counts, sizeof(int64) * w->n);
	return check_votes(v);
}

PG_FUNCTION_INFO_V1(votes_in);
Datum
votes_in(PG_FUNCTION_ARGS)
{
	WireReader	r = {"votes", true, annoqa_context(fcinfo), false, NULL};
	JsonObject	o;
	JsonWalk	walk;
	WireDict	w;
	int64	   *counts;
	int32		n = 0;
	Votes	   *v;

	if (!json_open(&o, &r, PG_GETARG_CSTRING(0)) || !json_get_dict(&o, &w) ||
		!json_walk(&o, "counts", &walk))
		PG_RETURN_NULL();
	counts = palloc(sizeof(int64) * Max(w.n, 1));
	while (!json_leave(&walk))
	{
		int64		count = json_integer(&walk);

		if (n < w.n)
			counts[n] = count;
		n++;
	}
	if (n != w.n)
		wire_fail(&r, "Labels and counts differ in number: %d and %d.",
				  w.n, n);
	if (!json_close(&o) || (v = make_votes(&r, &w, counts)) == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(v);
}

/* Write votes as JSON. */
static void
write_votes(StringInfo buf, const Votes *v)
{
	Dict	   *d = VotesDict(v);
	LabelView  *view = label_view(d);
	int64	   *counts = canonical_counts(v, view);

	json_start(buf, d, view);
	appendStringInfoString(buf, ", \"counts\": [");
	for (int i = 0; i < view->n; i++)
	{
		if (i > 0)
			appendStringInfoString(buf, ", ");
		json_number(buf, counts[i]);
	}
	appendStringInfoString(buf, "]}");
}

PG_FUNCTION_INFO_V1(votes_out);
Datum
votes_out(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_votes(&buf, get_votes(fcinfo));
	PG_RETURN_CSTRING(buf.data);
}

PG_FUNCTION_INFO_V1(votes_recv);
Datum
votes_recv(PG_FUNCTION_ARGS)
{
	WireReader	r = {"votes", false, NULL, false,
	(StringInfo) PG_GETARG_POINTER(0)};
	WireDict	w;
	int64	   *counts;

	wire_open(&r, STATE_VOTES);
	if (!wire_get_dict(&r, &w, "label"))
		PG_RETURN_NULL();
	counts = palloc(sizeof(int64) * Max(w.n, 1));
	for (int32 i = 0; i < w.n; i++)
		counts[i] = wire_get_int64(&r);
	wire_close(&r);
	PG_RETURN_POINTER(make_votes(&r, &w, counts));
}

PG_FUNCTION_INFO_V1(votes_send);
Datum
votes_send(PG_FUNCTION_ARGS)
{
	Votes	   *v = get_votes(fcinfo);
	Dict	   *d = VotesDict(v);
	LabelView  *view = label_view(d);
	int64	   *counts = canonical_counts(v, view);
	StringInfoData buf;

	wire_start(&buf, STATE_VOTES);
	wire_put_dict(&buf, d, view);
	for (int i = 0; i < view->n; i++)
		pq_sendint64(&buf, (uint64) counts[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* Write the share of each label, a declared one without votes included. */
static void
write_shares(StringInfo buf, const Votes *v)
{
	LabelView  *view = label_view(VotesDict(v));
	int64	   *counts = canonical_counts(v, view);
	int64		total = 0;
	char		number[DOUBLE_SHORTEST_DECIMAL_LEN];

	for (int i = 0; i < view->n; i++)
		if (pg_add_s64_overflow(total, counts[i], &total))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("number of votes is out of range")));
	initStringInfo(buf);
	appendStringInfoChar(buf, '{');
	for (int i = 0; i < view->n; i++)
	{
		if (i > 0)
			appendStringInfoString(buf, ", ");
		escape_json(buf, view->text[i]);
		double_to_shortest_decimal_buf(total == 0 ? 0.0 :
									   (double) counts[i] / (double) total,
									   number);
		appendStringInfo(buf, ": %s", number);
	}
	appendStringInfoChar(buf, '}');
}

PG_FUNCTION_INFO_V1(votes_json);
Datum
votes_json(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_shares(&buf, get_votes(fcinfo));
	PG_RETURN_DATUM(json_datum(&buf));
}

PG_FUNCTION_INFO_V1(votes_jsonb);
Datum
votes_jsonb(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_shares(&buf, get_votes(fcinfo));
	PG_RETURN_DATUM(jsonb_datum(&buf));
}
