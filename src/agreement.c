/*
 * agreement.c
 *		The type agreement: building it and merging.
 */
#include "postgres.h"

#include "common/int.h"
#include "agreement.h"
#include "interrupts.h"
#include "item_labels.h"
#include "merge.h"
#include "ratings.h"
#include "tabulate.h"
#include "utils/memutils.h"
#include "votes.h"

/* Allocate an empty agreement; its table and dictionary are initialised. */
Agreement *
agreement_allocate(uint32 cap, uint32 cell_cap, int32 dict_cap,
				   uint32 text_cap)
{
	Size		table = MAXALIGN(sizeof(Agreement));
	Size		dict = table + table_size(cap, cell_cap);
	Size		size = dict + dict_size(dict_cap, text_cap);
	Agreement  *a;

	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a histogram of vote patterns would exceed %zu bytes",
						(Size) MaxAllocSize)));
	a = palloc0(size);
	SET_VARSIZE(a, size);
	a->header.type = STATE_AGREEMENT;
	a->header.format = STATE_FORMAT;
	a->table = table;
	a->dict = dict;
	table_init(AgreementTable(a), cap, cell_cap);
	dict_init(AgreementDict(a), dict_cap, text_cap);
	return a;
}

/*
 * An agreement to be stored: labels that have a vote, or are declared, and
 * patterns, in canonical order, and no room to spare.
 */
Agreement *
agreement_create(const PatternTable *table, const Dict *dict)
{
	LabelView  *view = label_view(dict);
	Patterns   *p = table_patterns(table, view->rank, view->n);
	int64		n_cells = p->start[p->n_patterns];
	bool	   *used = palloc0(sizeof(bool) * Max(view->n, 1));
	int32	   *new_code = palloc(sizeof(int32) * Max(view->n, 1));
	PatternTable *t;
	Dict	   *d;
	Agreement  *a;

	for (int64 i = 0; i < n_cells; i++)
		used[p->cell[i].code] = true;
	d = view_dict(dict, view, dict->declared ? NULL : used, new_code);
	a = agreement_allocate(Max(p->n_patterns, 1), Max(n_cells, 1),
						   Max(d->n, 1), d->text_used);
	dict_copy(AgreementDict(a), Max(d->n, 1), d->text_used, d);
	for (int64 i = 0; i < n_cells; i++)
		p->cell[i].code = new_code[p->cell[i].code];
	t = AgreementTable(a);
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		const PatternCell *cells = p->cell + p->start[i];
		uint32		n = p->start[i + 1] - p->start[i];

		CHECK_NOW_AND_THEN(i);
		TableCounts(t)[table_append(t, cells, n, pattern_hash(cells, n))] =
			p->count[i];
	}
	return a;
}

/* An agreement without an item. */
static Agreement *
agreement_empty(void)
{
	return agreement_allocate(1, 1, 1, 1);
}

/* Make room for a pattern of n_cells and for n_more labels; may move. */
static Agreement *
agreement_reserve(Agreement *a, uint32 n_cells, int n_more, Size text_more)
{
	PatternTable *t = AgreementTable(a);
	Dict	   *d = AgreementDict(a);
	uint32		cap = t->cap,
				cell_cap = t->cell_cap,
				text_cap = d->text_cap;
	int32		dict_cap = d->cap;
	Agreement  *b;

	if (n_cells > 0)
		table_growth(t, n_cells, &cap, &cell_cap);
	if (table_size(cap, cell_cap) + d->size > MaxAllocSize)
	{
		/* what is twice as large does not fit: then just what is needed */
		cap = t->n + 1;
		cell_cap = t->n_cells + n_cells;
	}
	if (n_more > 0 || text_more > 0)
	{
		dict_check_categories(d->n + n_more);
		dict_growth(d, n_more, text_more, &dict_cap, &text_cap);
	}
	b = agreement_allocate(cap, cell_cap, dict_cap, text_cap);
	table_copy(AgreementTable(b), cap, cell_cap, t);
	dict_copy(AgreementDict(b), dict_cap, text_cap, d);
	return b;
}

/* The code of a label, entered if new; the agreement may move. */
static int32
agreement_code(Agreement **a, Intern *in, const char *text)
{
	const Spelling *sp = intern_text(in, text);
	int32		code;

	while (!intern_enter(in, AgreementDict(*a), sp, &code))
		*a = agreement_reserve(*a, 0, 1, strlen(sp->text) + 1);
	return code;
}

/* Count a pattern whose cells are in this agreement's codes; may move. */
static void
agreement_count(Agreement **a, PatternCell *cells, uint32 n_cells,
				int64 count)
{
	uint32		hash;
	int64		id;
	int64	   *total;

	cells_sort(cells, n_cells);
	hash = pattern_hash(cells, n_cells);
	id = table_find(AgreementTable(*a), cells, n_cells, hash);
	if (id < 0)
	{
		if (!table_has_room(AgreementTable(*a), n_cells))
			*a = agreement_reserve(*a, n_cells, 0, 0);
		id = table_append(AgreementTable(*a), cells, n_cells, hash);
	}
	total = &TableCounts(AgreementTable(*a))[id];
	if (pg_add_s64_overflow(*total, count, total))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of items is out of range")));
}

/* A dictionary of this space, with what the other declares. */
static Agreement *
agreement_start(const Dict *like)
{
	int32		cap = like->declared ? Max(like->n, 4) : 4;
	uint32		text_cap = like->declared ? like->text_used :
		Max(like->qualifier_len + 1, 32);
	Agreement  *a = agreement_allocate(4, 8, cap, text_cap);
	Dict	   *d = AgreementDict(a);

	if (like->declared)
	{
		dict_copy(d, cap, text_cap, like);
		dict_new_serial(d);
	}
	else
		dict_set_space(d, (LabelKind) like->kind, DictQualifier(like));
	return a;
}

/* Add all patterns of one agreement to another. */
static void
agreement_merge(Agreement **to, const Agreement *from, Intern *in)
{
	const PatternTable *t = AgreementTable(from);
	const Dict *d = AgreementDict(from);
	const uint32 *starts = TableStarts(t);
	int32	   *map = MemoryContextAllocHuge(CurrentMemoryContext,
											 sizeof(int32) * Max(d->n, 1));
	PatternCell *cells = NULL;
	uint32		cap = 0;

	for (int32 i = 0; i < d->n; i++)
		map[i] = agreement_code(to, in, DictText(d, i));
	for (uint32 i = 0; i < t->n; i++)
	{
		uint32		n = starts[i + 1] - starts[i];

		if (n > cap)
		{
			if (cells)
				pfree(cells);
			cap = n * 2;
			cells = palloc(sizeof(PatternCell) * cap);
		}
		for (uint32 j = 0; j < n; j++)
		{
			cells[j] = TableCells(t)[starts[i] + j];
			cells[j].code = map[cells[j].code];
		}
		agreement_count(to, cells, n, TableCounts(t)[i]);
	}
	if (cells)
		pfree(cells);
	pfree(map);
}

/*
 * Add an agreement to another one that may be written to; the two share no
 * item, and both have one.  Returns the sum, which may have moved.
 */
Agreement *
agreement_union(Agreement *first, const Agreement *second, Intern **cached,
				MemoryContext cxt)
{
	Intern	   *in;

	merge_check(AgreementDict(first), AgreementDict(second), "label");
	in = merge_intern(cached, cxt, AgreementDict(first), "label");
	if ((AgreementDict(first)->declared || AgreementDict(second)->declared) &&
		merge_into_second(in, AgreementDict(first), AgreementDict(second)))
	{
		Agreement  *base = agreement_start(AgreementDict(second));

		agreement_merge(&base, first, in);
		first = base;
	}
	agreement_merge(&first, second, in);
	return first;
}

/*
 * agreement_combine(agreement, agreement) -> agreement: of items that the two
 * do not share.
 */
PG_FUNCTION_INFO_V1(agreement_combine);
Datum
agreement_combine(PG_FUNCTION_ARGS)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL);
	Agreement  *first,
			   *second;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	second = (Agreement *) state_detoast(PG_GETARG_DATUM(1), STATE_AGREEMENT);
	if (PG_ARGISNULL(0))
	{
		second = state_copy(second);
		dict_new_serial(AgreementDict(second));
		PG_RETURN_POINTER(second);
	}
	first = (Agreement *) state_detoast(PG_GETARG_DATUM(0), STATE_AGREEMENT);
	if (AgreementDict(second)->kind == LABEL_NONE)
		PG_RETURN_POINTER(first);
	if (!in_aggregate || AgreementDict(first)->kind == LABEL_NONE)
	{
		bool		empty = AgreementDict(first)->kind == LABEL_NONE;

		first = state_copy(empty ? second : first);
		dict_new_serial(AgreementDict(first));
		if (empty)
			PG_RETURN_POINTER(first);
	}
	PG_RETURN_POINTER(agreement_union(first, second,
									  (Intern **) &fcinfo->flinfo->fn_extra,
									  fcinfo->flinfo->fn_mcxt));
}

/* Refuse votes that were weighed: pairs of labels have no weights. */
static void
refuse_weights(const Votes *v)
{
	if (VotesWeighted(v))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("votes have weights other than 1"),
				 errdetail("Agreement counts pairs of labels, which have no weights."),
				 errhint("Count each vote once with agreement_agg(votes, true), which ignores weights.")));
}

/*
 * agreement_add_votes(agreement, votes [, ignore_weights]) -> agreement: one
 * more item
 */
PG_FUNCTION_INFO_V1(agreement_add_votes);
Datum
agreement_add_votes(PG_FUNCTION_ARGS)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL);
	Agreement  *a;
	Votes	   *v;
	Dict	   *d;
	Intern	   *in;
	PatternCell local[16];
	PatternCell *cells = local;
	uint32		n = 0;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	v = (Votes *) state_detoast(PG_GETARG_DATUM(1), STATE_VOTES);
	d = VotesDict(v);
	if (PG_NARGS() < 3 || PG_ARGISNULL(2) || !PG_GETARG_BOOL(2))
		refuse_weights(v);
	if (PG_ARGISNULL(0))
		a = agreement_start(d);
	else
	{
		a = (Agreement *) state_detoast(PG_GETARG_DATUM(0), STATE_AGREEMENT);
		if (AgreementDict(a)->kind == LABEL_NONE)
			a = agreement_start(d);
		else if (!in_aggregate)
		{
			a = state_copy(a);
			dict_new_serial(AgreementDict(a));
		}
	}
	if (d->kind == LABEL_NONE)
		PG_RETURN_POINTER(a);
	merge_check(AgreementDict(a), d, "label");
	in = merge_intern((Intern **) &fcinfo->flinfo->fn_extra,
					  fcinfo->flinfo->fn_mcxt, AgreementDict(a), "label");
	if ((AgreementDict(a)->declared || d->declared) &&
		merge_into_second(in, AgreementDict(a), d))
	{
		Agreement  *base = agreement_start(d);

		agreement_merge(&base, a, in);
		a = base;
	}
	if (d->n > lengthof(local))
		cells = palloc(sizeof(PatternCell) * d->n);
	for (int32 i = 0; i < d->n; i++)
	{
		if (v->count[i] == 0)
			continue;
		if (v->count[i] > PG_INT32_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("more than %d equal labels on one item",
							PG_INT32_MAX)));
		cells[n].code = agreement_code(&a, in, DictText(d, i));
		cells[n].votes = (int32) v->count[i];
		n++;
	}
	if (n > 0)
		agreement_count(&a, cells, n, 1);
	PG_RETURN_POINTER(a);
}

/* The final function of agreement_agg over votes and over agreements. */
PG_FUNCTION_INFO_V1(agreement_final);
Datum
agreement_final(PG_FUNCTION_ARGS)
{
	Agreement  *a;

	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(agreement_empty());
	a = (Agreement *) state_detoast(PG_GETARG_DATUM(0), STATE_AGREEMENT);
	PG_RETURN_POINTER(agreement_create(AgreementTable(a), AgreementDict(a)));
}

/*
 * agreement(item_labels), and the final function of agreement_agg over
 * (item, label).
 */
PG_FUNCTION_INFO_V1(item_labels_agreement);
Datum
item_labels_agreement(PG_FUNCTION_ARGS)
{
	Log			log;
	PatternTable *table;
	Agreement  *a;

	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(agreement_empty());
	log_open(&log, PG_GETARG_DATUM(0), STATE_ITEM_LABELS);
	table = log_table(&log);
	a = agreement_create(table, log_dict(&log, LOG_LABELS));
	PG_RETURN_POINTER(a);
}

/* agreement(ratings) -> agreement: the same labels, annotators forgotten */
PG_FUNCTION_INFO_V1(ratings_agreement);
Datum
ratings_agreement(PG_FUNCTION_ARGS)
{
	Ratings    *r = ratings_open(PG_GETARG_DATUM(0));

	PG_RETURN_POINTER(agreement_create(ratings_patterns(r),
									   RatingsDict(r, LOG_LABELS)));
}
