/*
 * io_confusion.c
 *		The type confusion as text, as bytes and as JSON.
 *
 * Text: {"kind": "text", "labels": ["a", "b"], "cells": [[0, 1, 5], ...]}
 * where a cell is a code of the label, one of the reference, and a count.
 * Bytes: first bytes (wire.h), weights, dictionary, number of cells, cells.
 */
#include "postgres.h"

#include "compat.h"
#include "confusion.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "reading.h"
#include "state_json.h"
#include "utils/json.h"
#include "utils/memutils.h"

#define ST_SORT sort_confusion
#define ST_ELEMENT_TYPE ConfusionCell
#define ST_COMPARE(a, b) \
	((a)->label != (b)->label ? ((a)->label < (b)->label ? -1 : 1) : \
	 ((a)->reference > (b)->reference) - ((a)->reference < (b)->reference))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* cells that are being read */
typedef struct CellReader
{
	WireReader *r;
	ConfusionCell *cells;
	int64		n;
	int64		cap;
	int64		total;
} CellReader;

/* Check what must always hold; compiled under assertions. */
static inline Confusion *
check_confusion(Confusion *c)
{
#ifdef USE_ASSERT_CHECKING
	Dict	   *d = ConfusionDict(c);
	uint32		n = 0;

	Assert(c->header.type == STATE_CONFUSION);
	Assert(c->n < c->n_slots && (c->n_slots & (c->n_slots - 1)) == 0);
	Assert(offsetof(Confusion, cell) +
		   sizeof(ConfusionCell) * c->n_slots <= c->dict);
	Assert(c->dict + d->size <= VARSIZE(c) && dict_is_valid(d));
	for (uint32 i = 0; i < c->n_slots; i++)
	{
		if (c->cell[i].count == 0)
			continue;
		Assert(c->cell[i].count > 0);
		Assert(c->cell[i].label >= 0 && c->cell[i].label < d->n);
		Assert(c->cell[i].reference >= 0 && c->cell[i].reference < d->n);
		n++;
	}
	Assert(n == c->n);
#endif
	return c;
}

/* The confusion of an argument. */
static Confusion *
get_confusion(FunctionCallInfo fcinfo)
{
	return check_confusion((Confusion *) state_detoast(PG_GETARG_DATUM(0),
													   STATE_CONFUSION));
}

/* Its cells in canonical order. */
static ConfusionCell *
canonical_cells(const Confusion *c, const LabelView *view)
{
	ConfusionCell *cells = MemoryContextAllocHuge(CurrentMemoryContext,
												  sizeof(ConfusionCell) *
												  Max(c->n, 1));
	uint32		n = 0;

	for (uint32 i = 0; i < c->n_slots; i++)
		if (c->cell[i].count != 0)
		{
			cells[n] = c->cell[i];
			cells[n].label = view->rank[cells[n].label];
			cells[n].reference = view->rank[cells[n].reference];
			n++;
		}
	sort_confusion(cells, n);
	return cells;
}

/* Start to read cells. */
static void
reader_start(CellReader *cr, WireReader *r)
{
	cr->r = r;
	cr->n = 0;
	cr->cap = 8;
	cr->cells = palloc(sizeof(ConfusionCell) * cr->cap);
	cr->total = 0;
}

/* Take a cell. */
static void
reader_cell(CellReader *cr, int32 label, int32 reference, int64 count)
{
	ConfusionCell *last = cr->n > 0 ? &cr->cells[cr->n - 1] : NULL;

	wire_total(cr->r, &cr->total, count, 1);
	if (last != NULL && (label < last->label ||
						 (label == last->label &&
						  reference <= last->reference)))
		wire_fail(cr->r, "The cells do not rise.");
	if (cr->r->failed)
		return;
	if (cr->n == cr->cap)
		cr->cells = repalloc_huge(cr->cells,
								  sizeof(ConfusionCell) * (cr->cap *= 2));
	cr->cells[cr->n].label = label;
	cr->cells[cr->n].reference = reference;
	cr->cells[cr->n++].count = count;
	CHECK_FOR_INTERRUPTS();
}

/* The confusion that was read: at most three slots in four are used. */
static Confusion *
reader_finish(const CellReader *cr, const WireDict *w, uint8 scale)
{
	uint32		n_slots = pg_nextpower2_32((uint32) Max(cr->n + cr->n / 3 + 1,
														4));
	Confusion  *c = confusion_allocate(n_slots, Max(w->n, 1),
									   (uint32) w->text_size);

	c->scale = scale;
	wire_dict_fill(w, ConfusionDict(c));
	for (int64 i = 0; i < cr->n; i++)
		confusion_count(c, cr->cells[i].label, cr->cells[i].reference,
						cr->cells[i].count);
	return check_confusion(c);
}

PG_FUNCTION_INFO_V1(confusion_in);
Datum
confusion_in(PG_FUNCTION_ARGS)
{
	WireReader	r = {"confusion", true, annoqa_context(fcinfo), false, NULL};
	CellReader	cr;
	WireDict	w;
	JsonObject	o;
	JsonWalk	walk;
	const char *weights;

	if (!json_open(&o, &r, PG_GETARG_CSTRING(0)) || !json_get_dict(&o, &w) ||
		!json_walk(&o, "cells", &walk))
		PG_RETURN_NULL();
	reader_start(&cr, &r);
	while (!json_leave(&walk))
	{
		int32		label,
					reference;

		json_enter(&walk);
		label = json_code(&walk, w.n);
		reference = json_code(&walk, w.n);
		reader_cell(&cr, label, reference, json_integer(&walk));
		if (!json_leave(&walk))
			wire_fail(&r, "A cell is not two codes and a count.");
	}
	weights = json_get_text(&o, "weights", NULL);
	if (!json_close(&o))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(reader_finish(&cr, &w, weights == NULL ? 0 :
									scale_code_from_name(weights, false)));
}

/* Write a confusion as JSON. */
static void
write_confusion(StringInfo buf, const Confusion *c)
{
	LabelView  *view = label_view(ConfusionDict(c));
	ConfusionCell *cells = canonical_cells(c, view);
	const char *level,
			   *weights;

	json_start(buf, ConfusionDict(c), view);
	scale_code_names(c->scale, &level, &weights);
	if (weights != NULL)
	{
		appendStringInfoString(buf, ", \"weights\": ");
		escape_json(buf, weights);
	}
	appendStringInfoString(buf, ", \"cells\": [");
	for (uint32 i = 0; i < c->n; i++)
	{
		appendStringInfoString(buf, i > 0 ? ", [" : "[");
		json_number(buf, cells[i].label);
		appendStringInfoString(buf, ", ");
		json_number(buf, cells[i].reference);
		appendStringInfoString(buf, ", ");
		json_number(buf, cells[i].count);
		appendStringInfoChar(buf, ']');
	}
	appendStringInfoString(buf, "]}");
}

PG_FUNCTION_INFO_V1(confusion_out);
Datum
confusion_out(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_confusion(&buf, get_confusion(fcinfo));
	PG_RETURN_CSTRING(buf.data);
}

PG_FUNCTION_INFO_V1(confusion_recv);
Datum
confusion_recv(PG_FUNCTION_ARGS)
{
	WireReader	r = {"confusion", false, NULL, false,
	(StringInfo) PG_GETARG_POINTER(0)};
	CellReader	cr;
	WireDict	w;
	uint8		scale;
	int			width;
	int64		n;

	wire_open(&r, STATE_CONFUSION);
	scale = wire_get_scale(&r);
	if (!wire_get_dict(&r, &w, "label"))
		PG_RETURN_NULL();
	reader_start(&cr, &r);
	width = wire_width(w.n);
	n = wire_get_count(&r, 2 * width + sizeof(int64));
	for (int64 i = 0; i < n && !r.failed; i++)
	{
		int32		label = wire_get_code(&r, width, w.n);
		int32		reference = wire_get_code(&r, width, w.n);

		reader_cell(&cr, label, reference, wire_get_int64(&r));
	}
	wire_close(&r);
	PG_RETURN_POINTER(reader_finish(&cr, &w, scale));
}

PG_FUNCTION_INFO_V1(confusion_send);
Datum
confusion_send(PG_FUNCTION_ARGS)
{
	Confusion  *c = get_confusion(fcinfo);
	LabelView  *view = label_view(ConfusionDict(c));
	ConfusionCell *cells = canonical_cells(c, view);
	int			width = wire_width(view->n);
	StringInfoData buf;

	wire_start(&buf, STATE_CONFUSION);
	wire_put_scale(&buf, c->scale);
	wire_put_dict(&buf, ConfusionDict(c), view);
	pq_sendint32(&buf, c->n);
	for (uint32 i = 0; i < c->n; i++)
	{
		wire_put(&buf, width, (uint32) cells[i].label);
		wire_put(&buf, width, (uint32) cells[i].reference);
		pq_sendint64(&buf, (uint64) cells[i].count);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(confusion_json);
Datum
confusion_json(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_confusion(&buf, get_confusion(fcinfo));
	PG_RETURN_DATUM(json_datum(&buf));
}

PG_FUNCTION_INFO_V1(confusion_jsonb);
Datum
confusion_jsonb(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_confusion(&buf, get_confusion(fcinfo));
	PG_RETURN_DATUM(jsonb_datum(&buf));
}
