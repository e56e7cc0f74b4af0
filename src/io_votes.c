/*
 * io_votes.c
 *		The type votes as text, as bytes and as a soft label.
 *
 * Text: {"kind": "text", "labels": ["cat", "dog"], "counts": [2, 1]}, with
 * weights also "weights": [1.5, [0.3, 2.7755575615628914e-17]], where a sum
 * that is no double is the doubles that add up to it, and "threshold" where an
 * aggregate over sets was given one.
 * Bytes: first bytes (wire.h), dictionary, count of each label, threshold, sum
 * of the weights of each label.
 */
#include "postgres.h"

#include <math.h>

#include "compat.h"
#include "libpq/pqformat.h"
#include "state_json.h"
#include "utils/json.h"
#include "votes.h"

/* votes that are being read */
typedef struct VotesReader
{
	WireReader	r;
	WireDict	w;
	uint8		layout;
	int64	   *counts;
	ExactSum  **sums;
	double		threshold;
} VotesReader;

/* Take the sum of weights of the label that comes next. */
static void
take_sum(VotesReader *vr, int32 i, const ExactSum *sum)
{
	if (exact_sum_sign(sum) < 0 || isinf(exact_sum_read(sum)))
		wire_fail(&vr->r, "A weight is negative or out of range.");
	else if (sum->n > 0 && vr->counts[i] == 0)
		wire_fail(&vr->r, "A label without votes has a weight.");
	if (vr->r.failed)
		return;
	vr->sums[i] = palloc(ExactSumUsed(sum));
	memcpy(vr->sums[i], sum, ExactSumUsed(sum));
}

/* Make votes of what was read; counts of 0 are of declared labels. */
static Datum
make_votes(FunctionCallInfo fcinfo, VotesReader *vr)
{
	WireDict   *w = &vr->w;
	int64		total = 0;
	int			room = 0;
	Votes	   *v;

	for (int32 i = 0; i < w->n; i++)
		if (vr->counts[i] != 0 || !w->declared)
			wire_total(&vr->r, &total, vr->counts[i], 1);
	if ((vr->layout & VOTES_THRESHOLD) &&
		!(vr->threshold >= 0 && vr->threshold < 1))
		wire_fail(&vr->r, "Threshold %g is not at least 0 and below 1.",
				  vr->threshold);
	if (vr->r.failed)
		PG_RETURN_NULL();
	if (vr->layout & VOTES_WEIGHTED)
		for (int32 i = 0; i < w->n; i++)
			room = Max(room, vr->sums[i]->n);
	v = votes_allocate(Max(w->n, 1), (uint32) w->text_size, vr->layout, room);
	wire_dict_fill(w, VotesDict(v));
	memcpy(v->count, vr->counts, sizeof(int64) * w->n);
	if (VotesHaveThreshold(v))
		*VotesThreshold(v) = vr->threshold;
	if (VotesWeighted(v))
		for (int32 i = 0; i < w->n; i++)
			memcpy(VotesSum(v, i), vr->sums[i], ExactSumUsed(vr->sums[i]));
	PG_RETURN_POINTER(v);
}

/* Make room for the numbers of as many labels as were read. */
static void
start_numbers(VotesReader *vr)
{
	vr->counts = palloc(sizeof(int64) * Max(vr->w.n, 1));
	vr->sums = palloc(sizeof(ExactSum *) * Max(vr->w.n, 1));
}

/* Read an array of one entry a label: counts, or weights. */
static void
json_numbers(JsonObject *o, VotesReader *vr, const char *key, bool weights)
{
	JsonWalk	walk;
	WideSum		sum;
	int32		n = 0;

	if (!json_walk(o, key, &walk))
		return;
	while (!json_leave(&walk))
	{
		if (weights)
		{
			json_sum(&walk, &sum);
			if (n < vr->w.n)
				take_sum(vr, n, &sum.sum);
		}
		else
		{
			int64		count = json_integer(&walk);

			if (n < vr->w.n)
				vr->counts[n] = count;
		}
		n++;
	}
	if (n != vr->w.n)
		wire_fail(&vr->r, "Labels and %s differ in number: %d and %d.", key,
				  vr->w.n, n);
}

PG_FUNCTION_INFO_V1(votes_in);
Datum
votes_in(PG_FUNCTION_ARGS)
{
	VotesReader vr = {.r = {"votes", true, annoqa_context(fcinfo), false, NULL}};
	JsonObject	o;

	if (!json_open(&o, &vr.r, PG_GETARG_CSTRING(0)) ||
		!json_get_dict(&o, &vr.w))
		PG_RETURN_NULL();
	start_numbers(&vr);
	json_numbers(&o, &vr, "counts", false);
	if (json_has(&o, "weights"))
	{
		vr.layout |= VOTES_WEIGHTED;
		json_numbers(&o, &vr, "weights", true);
	}
	if (json_has(&o, "threshold"))
	{
		vr.layout |= VOTES_THRESHOLD;
		vr.threshold = json_get_float(&o, "threshold");
	}
	if (!json_close(&o))
		PG_RETURN_NULL();
	return make_votes(fcinfo, &vr);
}

PG_FUNCTION_INFO_V1(votes_out);
Datum
votes_out(PG_FUNCTION_ARGS)
{
	Votes	   *v = votes_argument(fcinfo, 0);
	LabelView  *view = label_view(VotesDict(v));
	VoteList	list = votes_list(v, view);
	StringInfoData buf;

	json_start(&buf, VotesDict(v), view);
	appendStringInfoString(&buf, ", \"counts\": [");
	for (int i = 0; i < list.n; i++)
	{
		if (i > 0)
			appendStringInfoString(&buf, ", ");
		json_number(&buf, list.count[i]);
	}
	if (list.sum != NULL)
	{
		appendStringInfoString(&buf, "], \"weights\": [");
		for (int i = 0; i < list.n; i++)
		{
			if (i > 0)
				appendStringInfoString(&buf, ", ");
			json_put_sum(&buf, list.sum[i]);
		}
	}
	appendStringInfoChar(&buf, ']');
	if (VotesHaveThreshold(v))
	{
		appendStringInfoString(&buf, ", \"threshold\": ");
		json_put_float(&buf, *VotesThreshold(v));
	}
	appendStringInfoChar(&buf, '}');
	PG_RETURN_CSTRING(buf.data);
}

PG_FUNCTION_INFO_V1(votes_recv);
Datum
votes_recv(PG_FUNCTION_ARGS)
{
	VotesReader vr = {.r = {"votes", false, NULL, false,
	(StringInfo) PG_GETARG_POINTER(0)}};
	WideSum		sum;

	vr.layout = wire_open_layout(&vr.r, STATE_VOTES, VOTES_LAYOUTS);
	if (!wire_get_dict(&vr.r, &vr.w, "label"))
		PG_RETURN_NULL();
	start_numbers(&vr);
	for (int32 i = 0; i < vr.w.n; i++)
		vr.counts[i] = wire_get_int64(&vr.r);
	if (vr.layout & VOTES_THRESHOLD)
	{
		int64		bits = wire_get_int64(&vr.r);

		memcpy(&vr.threshold, &bits, sizeof(double));
	}
	if (vr.layout & VOTES_WEIGHTED)
		for (int32 i = 0; i < vr.w.n && !vr.r.failed; i++)
		{
			wire_get_sum(&vr.r, &sum);
			take_sum(&vr, i, &sum.sum);
		}
	wire_close(&vr.r);
	return make_votes(fcinfo, &vr);
}

PG_FUNCTION_INFO_V1(votes_send);
Datum
votes_send(PG_FUNCTION_ARGS)
{
	Votes	   *v = votes_argument(fcinfo, 0);
	LabelView  *view = label_view(VotesDict(v));
	VoteList	list = votes_list(v, view);
	StringInfoData buf;

	wire_start_layout(&buf, STATE_VOTES, v->header.layout);
	wire_put_dict(&buf, VotesDict(v), view);
	for (int i = 0; i < list.n; i++)
		pq_sendint64(&buf, (uint64) list.count[i]);
	if (VotesHaveThreshold(v))
		pq_sendfloat8(&buf, *VotesThreshold(v));
	for (int i = 0; list.sum != NULL && i < list.n; i++)
		wire_put_sum(&buf, list.sum[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* Write the share of each label, a declared one without votes included. */
static void
write_shares(StringInfo buf, const Votes *v)
{
	LabelView  *view = label_view(VotesDict(v));
	VoteList	list = votes_list(v, view);
	double		total = votes_total(&list);

	initStringInfo(buf);
	appendStringInfoChar(buf, '{');
	for (int i = 0; i < view->n; i++)
	{
		if (i > 0)
			appendStringInfoString(buf, ", ");
		escape_json(buf, view->text[i]);
		appendStringInfoString(buf, ": ");
		json_put_float(buf, total == 0 ? 0.0 : vote_weight(&list, i) / total);
	}
	appendStringInfoChar(buf, '}');
}

PG_FUNCTION_INFO_V1(votes_json);
Datum
votes_json(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_shares(&buf, votes_argument(fcinfo, 0));
	PG_RETURN_DATUM(json_datum(&buf));
}

PG_FUNCTION_INFO_V1(votes_jsonb);
Datum
votes_jsonb(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_shares(&buf, votes_argument(fcinfo, 0));
	PG_RETURN_DATUM(jsonb_datum(&buf));
}
