/*
 * io_calibration.c
 *		The type calibration as text and as bytes.
 *
 * Text: {"error": [whole, part], "bins": [[n, n_correct, whole, part, whole,
 * part], ...]}, sums as whole + part / 2^62: of the squared error, of a bin's
 * confidence and of its squares.
 * Bytes: first bytes (wire.h), number of bins, the same numbers.
 */
#include "postgres.h"

#include "calibration.h"
#include "common/int.h"
#include "libpq/pqformat.h"
#include "state_json.h"

/* The calibration of an argument. */
static Calibration *
get_calibration(FunctionCallInfo fcinfo)
{
	return (Calibration *) state_detoast(PG_GETARG_DATUM(0),
										 STATE_CALIBRATION);
}

/* Is a sum a number from 0 to another one? */
static bool
sum_within(const UnitSum *sum, const UnitSum *top)
{
	if (sum->whole < 0 || sum->part < 0 || sum->part >= UNIT)
		return false;
	return sum->whole < top->whole ||
		(sum->whole == top->whole && sum->part <= top->part);
}

/* Check what must hold, and count the answers. */
static Calibration *
check_calibration(WireReader *r, Calibration *c)
{
	UnitSum		all = {0, 0};

	c->n = 0;
	for (int32 b = 0; b < c->n_bins && !r->failed; b++)
	{
		const CalibrationBin *bin = &c->bin[b];
		UnitSum		top = {bin->n, 0};

		if (bin->n < 0 || bin->n_correct < 0 || bin->n_correct > bin->n)
			wire_fail(r, "Of %lld answers %lld are correct.",
					  (long long) bin->n, (long long) bin->n_correct);
		else if (!sum_within(&bin->confidence, &top) ||
				 !sum_within(&bin->square, &bin->confidence))
			wire_fail(r, "The sums of %lld confidences are out of range.",
					  (long long) bin->n);
		else if (pg_add_s64_overflow(c->n, bin->n, &c->n))
			wire_fail(r, "The counts add up to more than a bigint holds.");
	}
	all.whole = c->n;
	if (!r->failed && !sum_within(&c->error, &all))
		wire_fail(r, "The squared error is out of range.");
	return r->failed ? NULL : c;
}

/* Read a sum from text. */
static void
read_sum(JsonWalk *walk, UnitSum *sum)
{
	sum->whole = json_integer(walk);
	sum->part = json_integer(walk);
}

/* See that an array ends here. */
static void
leave_array(JsonWalk *walk)
{
	if (!json_leave(walk))
		wire_fail(walk->r, "An array has too many numbers.");
}

/* Read the bins from text. */
static Calibration *
read_bins(JsonObject *o)
{
	Calibration *c = calibration_allocate(MAX_BINS);
	JsonWalk	walk;
	int32		n = 0;

	if (!json_walk(o, "bins", &walk))
		return NULL;
	while (!json_leave(&walk))
	{
		CalibrationBin *bin = &c->bin[n];

		if (n++ == MAX_BINS)
		{
			wire_fail(o->r, "It has more than %d bins.", MAX_BINS);
			return NULL;
		}
		json_enter(&walk);
		bin->n = json_integer(&walk);
		bin->n_correct = json_integer(&walk);
		read_sum(&walk, &bin->confidence);
		read_sum(&walk, &bin->square);
		leave_array(&walk);
	}
	if (n == 0)
		wire_fail(o->r, "It has no bins.");
	c->n_bins = n;
	SET_VARSIZE(c, offsetof(Calibration, bin) + sizeof(CalibrationBin) * n);
	return o->r->failed ? NULL : c;
}

PG_FUNCTION_INFO_V1(calibration_in);
Datum
calibration_in(PG_FUNCTION_ARGS)
{
	WireReader	r = {"calibration", true, annoqa_context(fcinfo), false, NULL};
	JsonObject	o;
	JsonWalk	walk;
	Calibration *c;

	if (!json_open(&o, &r, PG_GETARG_CSTRING(0)) ||
		(c = read_bins(&o)) == NULL || !json_walk(&o, "error", &walk))
		PG_RETURN_NULL();
	read_sum(&walk, &c->error);
	leave_array(&walk);
	if (!json_close(&o) || (c = check_calibration(&r, c)) == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(c);
}

/* Write a calibration as JSON. */
static void
write_calibration(StringInfo buf, const Calibration *c)
{
	initStringInfo(buf);
	appendStringInfoString(buf, "{\"error\": [");
	json_number(buf, c->error.whole);
	appendStringInfoString(buf, ", ");
	json_number(buf, c->error.part);
	appendStringInfoString(buf, "], \"bins\": [");
	for (int32 b = 0; b < c->n_bins; b++)
	{
		const CalibrationBin *bin = &c->bin[b];
		const int64 number[] = {
			bin->n, bin->n_correct, bin->confidence.whole,
			bin->confidence.part, bin->square.whole, bin->square.part
		};

		appendStringInfoString(buf, b > 0 ? ", [" : "[");
		for (int k = 0; k < lengthof(number); k++)
		{
			if (k > 0)
				appendStringInfoString(buf, ", ");
			json_number(buf, number[k]);
		}
		appendStringInfoChar(buf, ']');
	}
	appendStringInfoString(buf, "]}");
}

PG_FUNCTION_INFO_V1(calibration_out);
Datum
calibration_out(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_calibration(&buf, get_calibration(fcinfo));
	PG_RETURN_CSTRING(buf.data);
}

PG_FUNCTION_INFO_V1(calibration_json);
Datum
calibration_json(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_calibration(&buf, get_calibration(fcinfo));
	PG_RETURN_DATUM(json_datum(&buf));
}

PG_FUNCTION_INFO_V1(calibration_jsonb);
Datum
calibration_jsonb(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_calibration(&buf, get_calibration(fcinfo));
	PG_RETURN_DATUM(jsonb_datum(&buf));
}

/* Read a sum from bytes. */
static void
get_sum(WireReader *r, UnitSum *sum)
{
	sum->whole = wire_get_int64(r);
	sum->part = wire_get_int64(r);
}

PG_FUNCTION_INFO_V1(calibration_recv);
Datum
calibration_recv(PG_FUNCTION_ARGS)
{
	WireReader	r = {"calibration", false, NULL, false,
	(StringInfo) PG_GETARG_POINTER(0)};
	int64		n;
	Calibration *c;

	wire_open(&r, STATE_CALIBRATION);
	n = wire_get_count(&r, 6 * sizeof(int64));
	if (!r.failed && (n == 0 || n > MAX_BINS))
		wire_fail(&r, "It has %lld bins, not 1 to %d.", (long long) n, MAX_BINS);
	if (r.failed)
		PG_RETURN_NULL();
	c = calibration_allocate((int32) n);
	get_sum(&r, &c->error);
	for (int32 b = 0; b < c->n_bins; b++)
	{
		c->bin[b].n = wire_get_int64(&r);
		c->bin[b].n_correct = wire_get_int64(&r);
		get_sum(&r, &c->bin[b].confidence);
		get_sum(&r, &c->bin[b].square);
	}
	wire_close(&r);
	PG_RETURN_POINTER(check_calibration(&r, c));
}

/* Write a sum as bytes. */
static void
put_sum(StringInfo buf, const UnitSum *sum)
{
	pq_sendint64(buf, (uint64) sum->whole);
	pq_sendint64(buf, (uint64) sum->part);
}

PG_FUNCTION_INFO_V1(calibration_send);
Datum
calibration_send(PG_FUNCTION_ARGS)
{
	Calibration *c = get_calibration(fcinfo);
	StringInfoData buf;

	wire_start(&buf, STATE_CALIBRATION);
	pq_sendint32(&buf, (uint32) c->n_bins);
	put_sum(&buf, &c->error);
	for (int32 b = 0; b < c->n_bins; b++)
	{
		pq_sendint64(&buf, (uint64) c->bin[b].n);
		pq_sendint64(&buf, (uint64) c->bin[b].n_correct);
		put_sum(&buf, &c->bin[b].confidence);
		put_sum(&buf, &c->bin[b].square);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}
