/*
 * confusion.c
 *		The type confusion: counting label against reference, and merging.
 */
#include "postgres.h"

#include "common/int.h"
#include "confusion.h"
#include "intern.h"
#include "merge.h"
#include "reading.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#define INITIAL_SLOTS 4

/* what the transition function remembers between rows */
typedef struct ConfusionCache
{
	Intern	   *interns;		/* of both columns, for all declarations */
	OptionCache option;			/* weights */
} ConfusionCache;

/* Allocate an empty confusion; the dictionary is initialised. */
Confusion *
confusion_allocate(uint32 n_slots, int32 dict_cap, uint32 text_cap)
{
	Size		dict = MAXALIGN(offsetof(Confusion, cell) +
								sizeof(ConfusionCell) * (Size) n_slots);
	Size		size = dict + dict_size(dict_cap, text_cap);
	Confusion  *c;

	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a confusion table would exceed %zu bytes",
						(Size) MaxAllocSize)));
	c = palloc0(size);
	SET_VARSIZE(c, size);
	c->header.type = STATE_CONFUSION;
	c->header.format = STATE_FORMAT;
	c->n_slots = n_slots;
	c->dict = dict;
	dict_init(ConfusionDict(c), dict_cap, text_cap);
	return c;
}

/* The slot of a cell, used or free. */
static inline ConfusionCell *
find_slot(Confusion *c, int32 label, int32 reference)
{
	uint32		mask = c->n_slots - 1;
	uint64		hash = ((uint64) (uint32) label << 32 | (uint32) reference) *
		UINT64CONST(0x9E3779B97F4A7C15);
	uint32		at = (uint32) (hash >> 32) & mask;

	while (c->cell[at].count != 0 &&
		   (c->cell[at].label != label || c->cell[at].reference != reference))
		at = (at + 1) & mask;
	return &c->cell[at];
}

/* Add to a cell; the confusion must have a free slot. */
void
confusion_count(Confusion *c, int32 label, int32 reference, int64 count)
{
	ConfusionCell *cell = find_slot(c, label, reference);

	if (cell->count == 0)
	{
		cell->label = label;
		cell->reference = reference;
		c->n++;
	}
	if (pg_add_s64_overflow(cell->count, count, &cell->count))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of labels is out of range")));
}

/* Move a confusion to a block with more slots, or room for more labels. */
static Confusion *
confusion_enlarge(const Confusion *c, uint32 n_slots, int n_more,
				  Size text_more)
{
	Dict	   *d = ConfusionDict(c);
	int32		cap = d->cap;
	uint32		text_cap = d->text_cap;
	Confusion  *larger;

	if (n_more > 0 || text_more > 0)
	{
		dict_check_categories(d->n + n_more);
		dict_growth(d, n_more, text_more, &cap, &text_cap);
	}
	larger = confusion_allocate(n_slots, cap, text_cap);
	larger->scale = c->scale;
	dict_copy(ConfusionDict(larger), cap, text_cap, d);
	for (uint32 i = 0; i < c->n_slots; i++)
		if (c->cell[i].count != 0)
			confusion_count(larger, c->cell[i].label, c->cell[i].reference,
							c->cell[i].count);
	return larger;
}

/* The code of a label that may be new, or spelled anew. */
static pg_noinline int32
confusion_code_slow(Confusion **c, Intern *in, const Spelling *sp)
{
	int32		code;

	while (!intern_enter(in, ConfusionDict(*c), sp, &code))
		*c = confusion_enlarge(*c, (*c)->n_slots, 1, strlen(sp->text) + 1);
	return code;
}

/* The code of a label, entered if new; the confusion may move. */
static inline int32
confusion_code(Confusion **c, Intern *in, const Spelling *sp)
{
	Dict	   *d = ConfusionDict(*c);
	const LabelClass *known = &in->classes[sp->cls];

	if (likely(d->token == in->token && known->serial == d->serial &&
			   in->type.by_text))
		return known->code;
	return confusion_code_slow(c, in, sp);
}

/* Add to a cell; the confusion may move. */
static inline Confusion *
confusion_add_cell(Confusion *c, int32 label, int32 reference, int64 count)
{
	if (c->n + 1 > c->n_slots / 4 * 3)
		c = confusion_enlarge(c, c->n_slots * 2, 0, 0);
	confusion_count(c, label, reference, count);
	return c;
}

/* A confusion that may be written to: itself in an aggregate, else a copy. */
static Confusion *
confusion_writable(FunctionCallInfo fcinfo)
{
	Confusion  *c = (Confusion *) state_detoast(PG_GETARG_DATUM(0),
												STATE_CONFUSION);

	if (!AggCheckCallContext(fcinfo, NULL))
	{
		c = state_copy(c);
		dict_new_serial(ConfusionDict(c));
	}
	return c;
}

/*
 * Count a row in the common case: no weights, both labels known to this table,
 * their cell not empty.
 */
static inline bool
count_known(FunctionCallInfo fcinfo, const ConfusionCache *cache)
{
	Intern	   *in = cache->interns;
	Confusion  *c = (Confusion *) DatumGetPointer(PG_GETARG_DATUM(0));
	Dict	   *d = ConfusionDict(c);
	const Spelling *given,
			   *expected;
	const LabelClass *label,
			   *reference;
	ConfusionCell *cell;

	if (VARATT_IS_EXTENDED(c) || d->token != in->token ||
		!in->type.by_text || c->scale != 0)
		return false;
	given = intern_value(in, PG_GETARG_DATUM(1));
	expected = intern_value(in, PG_GETARG_DATUM(2));
	label = &in->classes[given->cls];
	reference = &in->classes[expected->cls];
	if (label->serial != d->serial || reference->serial != d->serial)
		return false;
	cell = find_slot(c, label->code, reference->code);
	if (cell->count == 0 || cell->count == PG_INT64_MAX)
		return false;
	cell->count++;
	return true;
}

/* confusion_add(confusion, label, reference [, weights [, categories]]) */
PG_FUNCTION_INFO_V1(confusion_add);
Datum
confusion_add(PG_FUNCTION_ARGS)
{
	ConfusionCache *cache = (ConfusionCache *) fcinfo->flinfo->fn_extra;
	Confusion  *c;
	Intern	   *in;
	int32		label,
				reference;
	uint8		scale;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (unlikely(cache == NULL))
		cache = fcinfo->flinfo->fn_extra =
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt,
								   sizeof(ConfusionCache));
	else if (PG_NARGS() == 3 && !PG_ARGISNULL(0) && in_aggregate(fcinfo) &&
			 likely(count_known(fcinfo, cache)))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	in = intern_for_row(fcinfo, &cache->interns, 1, 4);
	scale = scale_option(fcinfo, 3, false, &cache->option);
	c = PG_ARGISNULL(0) ? NULL : confusion_writable(fcinfo);
	if (c == NULL || ConfusionDict(c)->kind == LABEL_NONE)
	{
		c = confusion_allocate(INITIAL_SLOTS, Max(in->n_categories, 4),
							   Max(intern_template_text(in), 32));
		c->scale = scale;
		intern_fill_template(in, ConfusionDict(c));
	}
	if (unlikely(ConfusionDict(c)->token != in->token))
		intern_check_space(in, ConfusionDict(c));
	if (unlikely(c->scale != scale))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weights differ within one group")));
	label = confusion_code(&c, in, intern_value(in, PG_GETARG_DATUM(1)));
	reference = confusion_code(&c, in, intern_value(in, PG_GETARG_DATUM(2)));
	PG_RETURN_POINTER(confusion_add_cell(c, label, reference, 1));
}

/* Add all cells of one to another, which may move. */
static Confusion *
confusion_merge(Confusion *to, const Confusion *from, Intern *in)
{
	Dict	   *d = ConfusionDict(from);
	int32	   *map = MemoryContextAllocHuge(CurrentMemoryContext,
											 sizeof(int32) * Max(d->n, 1));

	for (int32 i = 0; i < d->n; i++)
		map[i] = confusion_code(&to, in, intern_text(in, DictText(d, i)));
	for (uint32 i = 0; i < from->n_slots; i++)
		if (from->cell[i].count != 0)
			to = confusion_add_cell(to, map[from->cell[i].label],
									map[from->cell[i].reference],
									from->cell[i].count);
	pfree(map);
	return to;
}

/* confusion_combine(confusion, confusion) -> confusion */
PG_FUNCTION_INFO_V1(confusion_combine);
Datum
confusion_combine(PG_FUNCTION_ARGS)
{
	Confusion  *first,
			   *second;
	Dict	   *d1,
			   *d2;
	Intern	   *in;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	second = (Confusion *) state_detoast(PG_GETARG_DATUM(1), STATE_CONFUSION);
	first = PG_ARGISNULL(0) ? NULL : confusion_writable(fcinfo);
	d2 = ConfusionDict(second);
	if (first != NULL && d2->kind == LABEL_NONE)
		PG_RETURN_POINTER(first);
	if (first == NULL || ConfusionDict(first)->kind == LABEL_NONE)
	{
		second = state_copy(second);
		dict_new_serial(ConfusionDict(second));
		PG_RETURN_POINTER(second);
	}
	d1 = ConfusionDict(first);
	merge_check(d1, d2, "label");
	if (first->scale != second->scale)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weights differ within one group")));
	in = merge_intern((Intern **) &fcinfo->flinfo->fn_extra,
					  fcinfo->flinfo->fn_mcxt, d1, "label");
	if ((d1->declared || d2->declared) && merge_into_second(in, d1, d2))
	{
		Confusion  *base = state_copy(second);

		dict_new_serial(ConfusionDict(base));
		PG_RETURN_POINTER(confusion_merge(base, first, in));
	}
	PG_RETURN_POINTER(confusion_merge(first, second, in));
}

/*
 * The final function of confusion_agg: labels in canonical order, no room to
 * spare.  No rows at all are no NULL.
 */
PG_FUNCTION_INFO_V1(confusion_final);
Datum
confusion_final(PG_FUNCTION_ARGS)
{
	Confusion  *c,
			   *stored;
	LabelView  *view;
	CohenCell  *cells;
	Dict	   *d;
	uint32		n_slots = INITIAL_SLOTS;

	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(confusion_allocate(INITIAL_SLOTS, 1, 1));
	c = (Confusion *) state_detoast(PG_GETARG_DATUM(0), STATE_CONFUSION);
	view = label_view(ConfusionDict(c));
	cells = confusion_cells_in_order(c, view);
	d = view_dict(ConfusionDict(c), view, NULL, NULL);
	while (c->n + 1 > n_slots / 4 * 3)
		n_slots *= 2;
	stored = confusion_allocate(n_slots, Max(d->n, 1), d->text_used);
	stored->scale = c->scale;
	dict_copy(ConfusionDict(stored), Max(d->n, 1), d->text_used, d);
	for (uint32 i = 0; i < c->n; i++)
		confusion_count(stored, cells[i].i, cells[i].j, cells[i].count);
	PG_RETURN_POINTER(stored);
}
