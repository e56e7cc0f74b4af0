/*
 * io_annotator_model.c
 *		The type annotator_model as bytes, and as text, the base64 of the bytes.
 *
 * Bytes: first bytes (wire.h), method, flags, number of the reason; iterations,
 * items, labels, blocks; objective, likelihood, prior counts; dictionaries of
 * labels and annotators; where there are rows, the number of their cells; class
 * prior, parameters, informativeness and its error, labels of each annotator;
 * of rows for each annotator his number of cells and of each its label and
 * counts, and last the pooled rows.
 */
#include "postgres.h"

#include <math.h>

#include "annotator_model.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "view.h"
#include "wire.h"

#define FLAG_HIERARCHICAL	0x01
#define FLAG_CONVERGED		0x02
#define FLAG_IDENTIFIED		0x04
#define FLAG_ROWS			0x08
#define FLAGS_KNOWN			0x0F

/* no count or figure that a fit finds is larger */
#define MOST 1e18

/* how far from 1 shares may sum by rounding */
#define ROUNDING 1e-6

/* Write an array of numbers. */
static void
put_numbers(StringInfo buf, const double *number, int64 n)
{
	for (int64 i = 0; i < n; i++)
		pq_sendfloat8(buf, number[i]);
}

/* Write the rows. */
static void
put_rows(StringInfo buf, const ConsensusModel *m)
{
	const ModelRows *rows = m->rows;
	int			width = wire_width(m->q);

	for (int a = 0; a < m->n_annotators; a++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint32(buf, (uint32) (rows->start[a + 1] - rows->start[a]));
		for (int64 c = rows->start[a]; c < rows->start[a + 1]; c++)
		{
			wire_put(buf, width, (uint32) rows->label[c]);
			put_numbers(buf, rows->count + c * m->q, m->q);
		}
	}
	put_numbers(buf, rows->pooled, (int64) m->q * m->q);
}

/* The binary form of an argument. */
static bytea *
write_model(FunctionCallInfo fcinfo)
{
	OpenModel	open;
	ConsensusModel *m = &open.model;
	AnnotatorModel *v;
	StringInfoData buf;

	annotator_model_open(&open, PG_GETARG_DATUM(0));
	v = (AnnotatorModel *) state_detoast(PG_GETARG_DATUM(0),
										 STATE_ANNOTATOR_MODEL);
	wire_start(&buf, STATE_ANNOTATOR_MODEL);
	pq_sendint8(&buf, v->method);
	pq_sendint8(&buf, (m->hierarchical ? FLAG_HIERARCHICAL : 0) |
				(m->converged ? FLAG_CONVERGED : 0) |
				(m->identified ? FLAG_IDENTIFIED : 0) |
				(m->rows ? FLAG_ROWS : 0));
	pq_sendint8(&buf, v->reason);
	pq_sendint32(&buf, (uint32) m->iterations);
	pq_sendint64(&buf, (uint64) m->n_items);
	pq_sendint64(&buf, (uint64) m->n_all_labels);
	pq_sendint64(&buf, (uint64) m->n_blocks);
	pq_sendfloat8(&buf, m->objective);
	pq_sendfloat8(&buf, m->log_likelihood);
	pq_sendfloat8(&buf, m->prior.class_total);
	pq_sendfloat8(&buf, m->prior.crowd);
	pq_sendfloat8(&buf, m->prior.diagonal);
	pq_sendfloat8(&buf, m->prior.even);
	wire_put_dict(&buf, open.labels, label_view(open.labels));
	wire_put_dict(&buf, open.annotators, label_view(open.annotators));
	if (m->rows != NULL)
		pq_sendint32(&buf, (uint32) m->rows->n_cells);
	put_numbers(&buf, m->class_prior, m->q);
	put_numbers(&buf, m->parameter, (int64) (m->n_annotators + 1) *
				model_width(m));
	put_numbers(&buf, m->informativeness, m->n_annotators);
	put_numbers(&buf, m->informativeness_error, m->n_annotators);
	for (int a = 0; a < m->n_annotators; a++)
		pq_sendint64(&buf, (uint64) m->n_labels[a]);
	if (m->rows != NULL)
		put_rows(&buf, m);
	return pq_endtypsend(&buf);
}

/* Bytes not yet read. */
static Size
bytes_left(const WireReader *r)
{
	return r->failed ? 0 : (Size) (r->buf->len - r->buf->cursor);
}

/* Read a number from low to MOST, or NaN where that is allowed. */
static double
get_number(WireReader *r, double low, bool may_lack)
{
	int64		bits = wire_get_int64(r);
	double		x;

	memcpy(&x, &bits, sizeof(x));
	if (!r->failed && !(isnan(x) ? may_lack : x >= low && x <= MOST))
		wire_fail(r, "A number is out of range.");
	return r->failed ? 0 : x;
}

/* Read an array of numbers. */
static void
get_numbers(WireReader *r, double *number, int64 n, double low, bool may_lack)
{
	for (int64 i = 0; i < n && !r->failed; i++)
		number[i] = get_number(r, low, may_lack);
}

/* Read a count of things that are not in the value. */
static int64
get_total(WireReader *r)
{
	int64		n = wire_get_int64(r);

	if (!r->failed && n < 0)
		wire_fail(r, "Count %lld is negative.", (long long) n);
	return r->failed ? 0 : n;
}

/* Read method, flags and figures. */
static void
get_header(WireReader *r, AnnotatorModel *v)
{
	uint32		flags;
	Reason		reason;

	memset(v, 0, sizeof(AnnotatorModel));
	v->method = (uint8) wire_get(r, 1);
	flags = wire_get(r, 1);
	v->reason = (uint8) wire_get(r, 1);
	v->iterations = (int32) wire_get(r, 4);
	v->n_items = get_total(r);
	v->n_all_labels = get_total(r);
	v->n_blocks = get_total(r);
	v->objective = get_number(r, -MOST, true);
	v->log_likelihood = get_number(r, -MOST, true);
	v->prior.class_total = get_number(r, 0, false);
	v->prior.crowd = get_number(r, 0, false);
	v->prior.diagonal = get_number(r, 0, false);
	v->prior.even = get_number(r, 0, false);
	if (r->failed)
		return;
	v->hierarchical = (flags & FLAG_HIERARCHICAL) != 0;
	v->converged = (flags & FLAG_CONVERGED) != 0;
	v->identified = (flags & FLAG_IDENTIFIED) != 0;
	v->has_rows = (flags & FLAG_ROWS) != 0;
	if (model_routine((ModelMethod) v->method) == NULL)
		wire_fail(r, "Method %d is not known.", v->method);
	else if ((flags & ~FLAGS_KNOWN) != 0 || !model_reason(v->reason, &reason))
		wire_fail(r, "Its flags are not known.");
	else if (v->iterations < 0)
		wire_fail(r, "It has a negative number of iterations.");
	else if ((v->method == MODEL_DAWID_SKENE) != (v->has_rows != 0))
		wire_fail(r, "It has rows that it should not have, or lacks them.");
}

/* See that the shares of each of n things, width apart, sum to 1. */
static void
check_shares(WireReader *r, const double *share, int q, int64 apart, int64 n)
{
	for (int64 i = 0; i < n && !r->failed; i++)
	{
		double		sum = 0;

		for (int k = 0; k < q; k++)
			sum += share[i + k * apart];
		if (fabs(sum - 1) > ROUNDING)
			wire_fail(r, "Shares sum to %g, not to 1.", sum);
	}
}

/* Read the rows. */
static void
get_rows(WireReader *r, OpenModel *to)
{
	ModelRows  *rows = &to->rows;
	int			q = to->model.q;
	int			width = wire_width(q);
	int64		at = 0;

	rows->start[0] = 0;
	for (int a = 0; a < to->model.n_annotators; a++)
	{
		int64		n = (int64) wire_get(r, 4);

		CHECK_FOR_INTERRUPTS();
		if (n > rows->n_cells - at)
			wire_fail(r, "It has more cells than it says.");
		if (r->failed)
			return;
		for (int64 c = at; c < at + n && !r->failed; c++)
		{
			rows->label[c] = wire_get_code(r, width, q);
			if (c > at && rows->label[c] <= rows->label[c - 1])
				wire_fail(r, "The labels of an annotator do not rise.");
			get_numbers(r, rows->count + c * q, q, 0, false);
		}
		at += n;
		rows->start[a + 1] = at;
	}
	if (at != rows->n_cells)
		wire_fail(r, "It has fewer cells than it says.");
	get_numbers(r, rows->pooled, (int64) q * q, 0, false);
	check_shares(r, rows->pooled, q, q, q);
}

/* Read the arrays. */
static void
get_arrays(WireReader *r, OpenModel *to)
{
	ConsensusModel *m = &to->model;

	get_numbers(r, m->class_prior, m->q, 0, false);
	check_shares(r, m->class_prior, m->q, 1, m->q > 0 ? 1 : 0);
	get_numbers(r, m->parameter, (int64) (m->n_annotators + 1) *
				model_width(m), -MOST, false);
	get_numbers(r, m->informativeness, m->n_annotators, 0, true);
	get_numbers(r, m->informativeness_error, m->n_annotators, 0, true);
	for (int a = 0; a < m->n_annotators && !r->failed; a++)
		m->n_labels[a] = get_total(r);
}

/* Can there be bytes for the arrays of a model of this size? */
static bool
enough_bytes(WireReader *r, const AnnotatorModel *v)
{
	ConsensusModel sizes;
	Size		n = (Size) v->n_annotators;
	Size		numbers;

	sizes.method = (ModelMethod) v->method;
	sizes.q = v->q;
	numbers = (Size) v->q + (n + 1) * (Size) model_width(&sizes) + 3 * n;
	if (v->has_rows)
		numbers += (Size) v->q * (Size) v->q;
	if (numbers > bytes_left(r) / sizeof(double))
		wire_fail(r, "It ends too early.");
	return !r->failed;
}

/* Read the binary form; NULL after a soft error. */
static AnnotatorModel *
read_model(WireReader *r)
{
	AnnotatorModel sizes;
	AnnotatorModel *v;
	WireDict	labels,
				people;
	OpenModel	to;

	wire_open(r, STATE_ANNOTATOR_MODEL);
	get_header(r, &sizes);
	if (r->failed || !wire_get_dict(r, &labels, "label") ||
		!wire_get_dict(r, &people, "annotator"))
		return NULL;
	sizes.q = labels.n;
	sizes.n_annotators = people.n;
	if (sizes.has_rows)
		sizes.n_cells = wire_get_count(r, 1 + sizeof(double) * (Size) sizes.q);
	if (r->failed || !enough_bytes(r, &sizes))
		return NULL;
	v = annotator_model_allocate(&sizes, wire_dict_make(&labels),
								 wire_dict_make(&people), &to);
	if (!wire_dict_sorted(r, to.labels) || !wire_dict_sorted(r, to.annotators))
		return NULL;
	get_arrays(r, &to);
	if (sizes.has_rows && !r->failed)
		get_rows(r, &to);
	if (!wire_close(r))
		return NULL;
	if (!model_routine(to.model.method)->valid(&to.model))
		wire_fail(r, "Its parameters cannot be.");
	return r->failed ? NULL : v;
}

PG_FUNCTION_INFO_V1(annotator_model_in);
Datum
annotator_model_in(PG_FUNCTION_ARGS)
{
	WireReader	r = {"annotator_model", true, annoqa_context(fcinfo), false,
	NULL};
	AnnotatorModel *v;

	if (!wire_unbase64(&r, PG_GETARG_CSTRING(0)) ||
		(v = read_model(&r)) == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(v);
}

PG_FUNCTION_INFO_V1(annotator_model_out);
Datum
annotator_model_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(wire_base64(write_model(fcinfo)));
}

PG_FUNCTION_INFO_V1(annotator_model_recv);
Datum
annotator_model_recv(PG_FUNCTION_ARGS)
{
	WireReader	r = {"annotator_model", false, NULL, false,
	(StringInfo) PG_GETARG_POINTER(0)};

	PG_RETURN_POINTER(read_model(&r));
}

PG_FUNCTION_INFO_V1(annotator_model_send);
Datum
annotator_model_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(write_model(fcinfo));
}
