/*
 * facts_aside.c
 *		Running the queries of a source, and reading what stands beside its
 *		rows: gold of another relation, cases, annotators.
 */
#include "postgres.h"

#include "array.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "facts_load.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#define ROWS_BETWEEN_RESETS 512

/* Learn the types of the rows that will come. */
static void
receive_start(DestReceiver *self, int operation, TupleDesc desc)
{
	FactLoad   *load = (FactLoad *) self;
	MemoryContext old = MemoryContextSwitchTo(load->cxt);

	load->start(load, desc);
	MemoryContextSwitchTo(old);
}

/* Take a row. */
static bool
receive_row(TupleTableSlot *slot, DestReceiver *self)
{
	FactLoad   *load = (FactLoad *) self;
	MemoryContext old = MemoryContextSwitchTo(load->row_cxt);

	slot_getallattrs(slot);
	load->take_row(load, slot);
	MemoryContextSwitchTo(old);
	if (++load->n_taken % ROWS_BETWEEN_RESETS == 0)
		MemoryContextReset(load->row_cxt);
	return true;
}

/* There is nothing to do at the end. */
static void
receive_nothing(DestReceiver *self)
{
}

/* Run a query as the caller, and take its rows as they come. */
void
facts_query(FactLoad *load, const char *query,
			void (*start) (FactLoad *load, TupleDesc desc),
			void (*take) (FactLoad *load, TupleTableSlot *slot))
{
	SPIExecuteOptions options;
	int			result;

	load->dest.rStartup = receive_start;
	load->dest.receiveSlot = receive_row;
	load->dest.rShutdown = receive_nothing;
	load->dest.rDestroy = receive_nothing;
	load->dest.mydest = DestTransientRel; /* DestNone counts as a utility */
	load->start = start;
	load->take_row = take;
	load->started = false;
	memset(&options, 0, sizeof(options));
	options.read_only = true;
	options.must_return_tuples = true;
	options.dest = &load->dest;
	SPI_connect();
	result = SPI_execute_extended(query, &options);
	if (result != SPI_OK_SELECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the query of a source must be a SELECT")));
	SPI_finish();
	MemoryContextReset(load->row_cxt);
}

/* Refuse columns other than these. */
void
check_types(TupleDesc desc, const char *what, const Oid *types, int n,
			int n_least)
{
	if (desc->natts < n_least || desc->natts > n)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the query of %s must have %d columns, not %d",
						what, n, desc->natts)));
	for (int c = 0; c < desc->natts; c++)
		if (OidIsValid(types[c]) &&
			TupleDescAttr(desc, c)->atttypid != types[c])
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column %d of the query of %s must be of type %s, not %s",
							c + 1, what, format_type_be(types[c]),
							format_type_be(TupleDescAttr(desc, c)->atttypid))));
}

/* Are the two types of one representation and equality? */
static bool
same_labels(Oid a, Oid b)
{
	return a == b || ((a == TEXTOID || a == VARCHAROID) &&
					  (b == TEXTOID || b == VARCHAROID));
}

/* Find how values of a type are labels: as such, as arrays, or by text. */
void
answer_type_init(FactLoad *load, AnswerType *t, Oid type)
{
	Oid			label = load->labels.intern->type.type;
	Oid			element;

	memset(t, 0, sizeof(AnswerType));
	type = getBaseType(type);
	if (same_labels(type, label))
		return;
	element = get_element_type(type);
	if (OidIsValid(element) && same_labels(getBaseType(element), label))
	{
		t->element = getBaseType(element);
		return;
	}
	t->by_text = true;
	label_type_init(&t->type, type, InvalidOid, "gold answer", load->cxt);
}

/* The class of a label given as a value of such a type. */
int32
load_label(FactLoad *load, AnswerType *t, Datum value)
{
	const Spelling *sp;

	if (OidIsValid(t->element))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("an array cannot be one label")));
	if (!t->by_text)
		return (int32) name_enter(&load->labels, value)->cls;
	sp = intern_category(load->labels.intern, label_text(&t->type, value));
	return (int32) name_spelled(&load->labels, sp)->cls;
}

/* Order of two classes. */
static int
compare_classes(const void *a, const void *b)
{
	int32		x = *(const int32 *) a;
	int32		y = *(const int32 *) b;

	return (x > y) - (x < y);
}

/*
 * The classes of the labels in a value, sorted, each once; their number.  A few
 * are put in the buffer, which has room for 16.
 */
int
load_labels(FactLoad *load, AnswerType *t, Datum value, int32 *buffer,
			int32 **codes)
{
	ArrayType  *array;
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	int			m = 0;
	LabelType  *label = &load->labels.intern->type;

	*codes = buffer;
	if (!OidIsValid(t->element))
	{
		buffer[0] = load_label(load, t, value);
		return 1;
	}
	array = DatumGetArrayTypeP(value);
	deconstruct_array(array, t->element, label->typlen, label->byval,
					  label->typalign, &elements, &nulls, &n);
	if (n > 16)
		*codes = palloc(sizeof(int32) * n);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			(*codes)[m++] = (int32) name_enter(&load->labels,
											   elements[i])->cls;
	qsort(*codes, m, sizeof(int32), compare_classes);
	n = m;
	m = 0;
	for (int i = 0; i < n; i++)
		if (m == 0 || (*codes)[i] != (*codes)[m - 1])
			(*codes)[m++] = (*codes)[i];
	return m;
}

/* Learn the columns of the gold relation. */
static void
start_gold(FactLoad *load, TupleDesc desc)
{
	static const Oid types[] = {InvalidOid, InvalidOid, TIMESTAMPTZOID};
	Oid			item;

	check_types(desc, "gold", types, 3, 2);
	item = getBaseType(TupleDescAttr(desc, 0)->atttypid);
	if (!same_labels(item, load->item_type))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("items of the gold are of type %s, those of the source of type %s",
						format_type_be(item),
						format_type_be(load->item_type)),
				 errhint("Cast them to one type.")));
	answer_type_init(load, &load->answer, TupleDescAttr(desc, 1)->atttypid);
}

/* Keep the time of an item's gold, the latest. */
static void
keep_gold_at(FactLoad *load, int32 item, TimestampTz at)
{
	if (item >= load->cap_gold_at)
	{
		int64		cap = load->cap_items;

		load->gold_at = load->gold_at == NULL ?
			MemoryContextAllocHuge(load->cxt, cap * sizeof(int64)) :
			repalloc_huge(load->gold_at, cap * sizeof(int64));
		for (int64 i = load->cap_gold_at; i < cap; i++)
			load->gold_at[i] = NO_TIME;
		load->cap_gold_at = cap;
	}
	load->gold_at[item] = Max(load->gold_at[item], at);
}

/* Take a row of the gold relation: every answer of an item is accepted. */
static void
take_gold_row(FactLoad *load, TupleTableSlot *slot)
{
	int32		buffer[16];
	int32	   *codes;
	int			n;
	int32		item;

	if (slot->tts_isnull[0] || slot->tts_isnull[1])
		return;
	item = load_item(load, slot->tts_values[0]);
	n = load_labels(load, &load->answer, slot->tts_values[1], buffer, &codes);
	for (int i = 0; i < n; i++)
		load_gold(load, item, codes[i]);
	if (slot->tts_tupleDescriptor->natts > 2 && !slot->tts_isnull[2] &&
		!TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(slot->tts_values[2])))
		keep_gold_at(load, item, DatumGetTimestampTz(slot->tts_values[2]));
}

/* Read the gold relation. */
void
facts_read_gold(FactLoad *load, const char *query)
{
	facts_query(load, query, start_gold, take_gold_row);
}

/* Learn the columns of the cases. */
static void
start_cases(FactLoad *load, TupleDesc desc)
{
	static const Oid types[] = {
		TEXTOID, TEXTOID, BOOLOID, TIMESTAMPTZOID, TIMESTAMPTZOID
	};

	check_types(desc, "cases", types, 5, 5);
}

/* A column of text, copied to stay; NULL for none. */
char *
kept_text(FactLoad *load, const TupleTableSlot *slot, int column)
{
	if (column >= slot->tts_tupleDescriptor->natts || slot->tts_isnull[column])
		return NULL;
	return MemoryContextStrdup(load->cxt,
							   TextDatumGetCString(slot->tts_values[column]));
}

/* Take a case (item, label, edge_case, at, reopened_at). */
static void
take_case(FactLoad *load, TupleTableSlot *slot)
{
	LoadedCase *c;

	if (slot->tts_isnull[0])
		return;
	if (load->n_cases == load->cap_cases)
	{
		load->cap_cases = Max(load->cap_cases * 2, 64);
		load->cases = load->cases == NULL ?
			MemoryContextAllocHuge(load->cxt,
								   load->cap_cases * sizeof(LoadedCase)) :
			repalloc_huge(load->cases, load->cap_cases * sizeof(LoadedCase));
	}
	c = &load->cases[load->n_cases++];
	c->item = kept_text(load, slot, 0);
	c->label = kept_text(load, slot, 1);
	c->found.item = c->found.code = -1;
	c->found.edge = !slot->tts_isnull[2] && DatumGetBool(slot->tts_values[2]);
	c->found.at = slot->tts_isnull[3] ? NO_TIME :
		DatumGetTimestampTz(slot->tts_values[3]);
	c->found.reopened_at = slot->tts_isnull[4] ? NO_TIME :
		DatumGetTimestampTz(slot->tts_values[4]);
}

/* Read the adjudications. */
void
facts_read_cases(FactLoad *load, const char *query)
{
	facts_query(load, query, start_cases, take_case);
}

/* Learn the columns of the annotators. */
static void
start_annotators(FactLoad *load, TupleDesc desc)
{
	static const Oid types[] = {
		TEXTOID, TEXTOID, FLOAT8OID, BOOLOID, FLOAT8OID
	};

	check_types(desc, "annotators", types, 5, 2);
}

/* Make room for what is known of an annotator. */
static void
grow_person(FactLoad *load, int64 n)
{
	int64		cap = Max(load->cap_person * 2, 64);

	while (cap < n)
		cap *= 2;
	load->person = load->person == NULL ?
		MemoryContextAllocHuge(load->cxt, cap * sizeof(FactPerson)) :
		repalloc_huge(load->person, cap * sizeof(FactPerson));
	for (int64 i = load->cap_person; i < cap; i++)
	{
		memset(&load->person[i], 0, sizeof(FactPerson));
		load->person[i].meets_floor = -1;
		load->person[i].accuracy = get_float8_nan();
	}
	load->cap_person = cap;
}

/* Is column c there, and not NULL? */
static bool
has_value(const TupleTableSlot *slot, int c)
{
	return c < slot->tts_tupleDescriptor->natts && !slot->tts_isnull[c];
}

/* Take an annotator (annotator, phase, weight, meets_floor, accuracy). */
static void
take_annotator(FactLoad *load, TupleTableSlot *slot)
{
	FactPerson *p;
	uint32		cls;

	if (slot->tts_isnull[0])
		return;
	cls = name_spelled(&load->annotators,
					   intern_text(load->annotators.intern,
								   kept_text(load, slot, 0)))->cls;
	if (cls >= load->cap_person)
		grow_person(load, (int64) cls + 1);
	p = &load->person[cls];
	p->phase = kept_text(load, slot, 1);
	if (has_value(slot, 2))
	{
		double		weight = DatumGetFloat8(slot->tts_values[2]);

		if (!(weight >= 0) || !exact_fits(weight))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("weight %g of annotator \"%s\" is not a number from 0 to %g",
							weight, TextDatumGetCString(slot->tts_values[0]),
							EXACT_LIMIT)));
		p->has_weight = true;
		p->weight = exact_from(weight);
	}
	if (has_value(slot, 3))
		p->meets_floor = DatumGetBool(slot->tts_values[3]);
	if (has_value(slot, 4))
		p->accuracy = DatumGetFloat8(slot->tts_values[4]);
}

/* Read what is known of the annotators. */
void
facts_read_annotators(FactLoad *load, const char *query)
{
	facts_query(load, query, start_annotators, take_annotator);
}
