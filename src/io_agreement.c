/*
 * io_agreement.c
 *		The type agreement as text, as bytes and as JSON.
 *
 * Text: {"kind": "text", "labels": ["a", "b"], "patterns": [[10, [0, 2]], ...]}
 * where a pattern is how many items have it, then its cells: code and votes.
 * Bytes: first bytes (wire.h), dictionary, number of patterns, and for each its
 * count, the number of its cells, and the cells.
 */
#include "postgres.h"

#include "agreement.h"
#include "compat.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "state_json.h"

/* an agreement that is being read */
typedef struct AgreementReader
{
	WireReader *r;
	WireDict	dict;
	PatternTable *table;
	PatternCell *cells;			/* of the pattern being read */
	uint32		n_cells;
	uint32		cap;
	int64		n_labels;		/* totals, to see that they do not overflow */
	int64		n_items;
	int64		size;			/* labels of the pattern being read */
} AgreementReader;

/* Check what must always hold; compiled under assertions. */
static inline Agreement *
check_agreement(Agreement *a)
{
#ifdef USE_ASSERT_CHECKING
	PatternTable *t = AgreementTable(a);
	Dict	   *d = AgreementDict(a);
	PatternCell *cells = TableCells(t);

	Assert(a->header.type == STATE_AGREEMENT);
	Assert(a->table + t->size <= a->dict);
	Assert(a->dict + d->size <= VARSIZE(a) && dict_is_valid(d));
	Assert(t->n <= t->cap && t->n_cells <= t->cell_cap);
	Assert(TableStarts(t)[0] == 0 && TableStarts(t)[t->n] == t->n_cells);
	for (uint32 i = 0; i < t->n; i++)
	{
		Assert(TableCounts(t)[i] > 0);
		for (uint32 j = TableStarts(t)[i]; j < TableStarts(t)[i + 1]; j++)
		{
			Assert(cells[j].code >= 0 && cells[j].code < d->n);
			Assert(cells[j].votes > 0);
			Assert(j == TableStarts(t)[i] ||
				   cells[j - 1].code < cells[j].code);
		}
	}
#endif
	return a;
}

/* The agreement of an argument. */
static Agreement *
get_agreement(FunctionCallInfo fcinfo)
{
	return check_agreement((Agreement *) state_detoast(PG_GETARG_DATUM(0),
													   STATE_AGREEMENT));
}

/* Start to read patterns; the dictionary is there. */
static void
reader_start(AgreementReader *ar, WireReader *r)
{
	ar->r = r;
	ar->table = table_create(4, 8);
	ar->cap = 8;
	ar->cells = palloc(sizeof(PatternCell) * ar->cap);
	ar->n_cells = 0;
	ar->n_labels = 0;
	ar->n_items = 0;
	ar->size = 0;
}

/* Take a cell of the pattern being read. */
static void
reader_cell(AgreementReader *ar, int32 code, int64 votes)
{
	if (votes > PG_INT32_MAX)
		wire_fail(ar->r, "%lld votes are more than an item can have.",
				  (long long) votes);
	if (ar->n_cells > 0 && code <= ar->cells[ar->n_cells - 1].code)
		wire_fail(ar->r, "The codes of a pattern do not rise.");
	wire_total(ar->r, &ar->size, votes, 1);
	if (ar->r->failed)
		return;
	if (ar->n_cells == ar->cap)
		ar->cells = repalloc(ar->cells,
							 sizeof(PatternCell) * (Size) (ar->cap *= 2));
	ar->cells[ar->n_cells].code = code;
	ar->cells[ar->n_cells++].votes = (int32) votes;
}

/* Take the pattern whose cells were read. */
static void
reader_pattern(AgreementReader *ar, int64 count)
{
	uint32		hash = pattern_hash(ar->cells, ar->n_cells);

	if (ar->n_cells == 0)
		wire_fail(ar->r, "A pattern has no votes.");
	wire_total(ar->r, &ar->n_items, count, 1);
	wire_total(ar->r, &ar->n_labels, count, ar->size);
	if (ar->r->failed)
		return;
	if (table_find(ar->table, ar->cells, ar->n_cells, hash) >= 0)
	{
		wire_fail(ar->r, "A pattern stands there twice.");
		return;
	}
	if (!table_has_room(ar->table, ar->n_cells))
		ar->table = table_enlarge(ar->table, ar->n_cells);
	TableCounts(ar->table)[table_append(ar->table, ar->cells, ar->n_cells,
										hash)] = count;
	ar->n_cells = 0;
	ar->size = 0;
	CHECK_FOR_INTERRUPTS();
}

/* The agreement that was read. */
static Agreement *
reader_finish(AgreementReader *ar)
{
	return check_agreement(agreement_create(ar->table,
											wire_dict_make(&ar->dict)));
}

PG_FUNCTION_INFO_V1(agreement_in);
Datum
agreement_in(PG_FUNCTION_ARGS)
{
	WireReader	r = {"agreement", true, annoqa_context(fcinfo), false, NULL};
	AgreementReader ar;
	JsonObject	o;
	JsonWalk	walk;

	if (!json_open(&o, &r, PG_GETARG_CSTRING(0)) ||
		!json_get_dict(&o, &ar.dict) || !json_walk(&o, "patterns", &walk))
		PG_RETURN_NULL();
	reader_start(&ar, &r);
	while (!json_leave(&walk))
	{
		int64		count;

		json_enter(&walk);
		count = json_integer(&walk);
		while (!json_leave(&walk))
		{
			int32		code;

			json_enter(&walk);
			code = json_code(&walk, ar.dict.n);
			reader_cell(&ar, code, json_integer(&walk));
			if (!json_leave(&walk))
				wire_fail(&r, "A cell is not a code and its votes.");
		}
		reader_pattern(&ar, count);
	}
	if (!json_close(&o))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(reader_finish(&ar));
}

/* Write an agreement as JSON. */
static void
write_agreement(StringInfo buf, const Agreement *a)
{
	LabelView  *view = label_view(AgreementDict(a));
	Patterns   *p = table_patterns(AgreementTable(a), view->rank, view->n);

	json_start(buf, AgreementDict(a), view);
	appendStringInfoString(buf, ", \"patterns\": [");
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		appendStringInfoString(buf, i > 0 ? ", [" : "[");
		json_number(buf, p->count[i]);
		for (int64 j = p->start[i]; j < p->start[i + 1]; j++)
		{
			appendStringInfoString(buf, ", [");
			json_number(buf, p->cell[j].code);
			appendStringInfoString(buf, ", ");
			json_number(buf, p->cell[j].votes);
			appendStringInfoChar(buf, ']');
		}
		appendStringInfoChar(buf, ']');
		CHECK_FOR_INTERRUPTS();
	}
	appendStringInfoString(buf, "]}");
}

PG_FUNCTION_INFO_V1(agreement_out);
Datum
agreement_out(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_agreement(&buf, get_agreement(fcinfo));
	PG_RETURN_CSTRING(buf.data);
}

PG_FUNCTION_INFO_V1(agreement_recv);
Datum
agreement_recv(PG_FUNCTION_ARGS)
{
	WireReader	r = {"agreement", false, NULL, false,
	(StringInfo) PG_GETARG_POINTER(0)};
	AgreementReader ar;
	int			width;
	int64		n;

	wire_open(&r, STATE_AGREEMENT);
	if (!wire_get_dict(&r, &ar.dict, "label"))
		PG_RETURN_NULL();
	reader_start(&ar, &r);
	width = wire_width(ar.dict.n);
	n = wire_get_count(&r, sizeof(int64) + sizeof(uint32));
	for (int64 i = 0; i < n && !r.failed; i++)
	{
		int64		count = wire_get_int64(&r);
		int64		n_cells = wire_get_count(&r, width + sizeof(uint32));

		for (int64 j = 0; j < n_cells && !r.failed; j++)
		{
			int32		code = wire_get_code(&r, width, ar.dict.n);

			reader_cell(&ar, code, wire_get(&r, 4));
		}
		reader_pattern(&ar, count);
	}
	wire_close(&r);
	PG_RETURN_POINTER(reader_finish(&ar));
}

PG_FUNCTION_INFO_V1(agreement_send);
Datum
agreement_send(PG_FUNCTION_ARGS)
{
	Agreement  *a = get_agreement(fcinfo);
	LabelView  *view = label_view(AgreementDict(a));
	Patterns   *p = table_patterns(AgreementTable(a), view->rank, view->n);
	int			width = wire_width(view->n);
	StringInfoData buf;

	wire_start(&buf, STATE_AGREEMENT);
	wire_put_dict(&buf, AgreementDict(a), view);
	pq_sendint32(&buf, (uint32) p->n_patterns);
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		pq_sendint64(&buf, (uint64) p->count[i]);
		pq_sendint32(&buf, (uint32) (p->start[i + 1] - p->start[i]));
		for (int64 j = p->start[i]; j < p->start[i + 1]; j++)
		{
			wire_put(&buf, width, (uint32) p->cell[j].code);
			pq_sendint32(&buf, (uint32) p->cell[j].votes);
		}
		CHECK_FOR_INTERRUPTS();
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(agreement_json);
Datum
agreement_json(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_agreement(&buf, get_agreement(fcinfo));
	PG_RETURN_DATUM(json_datum(&buf));
}

PG_FUNCTION_INFO_V1(agreement_jsonb);
Datum
agreement_jsonb(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	write_agreement(&buf, get_agreement(fcinfo));
	PG_RETURN_DATUM(jsonb_datum(&buf));
}
