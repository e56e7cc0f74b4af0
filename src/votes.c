/*
 * votes.c
 *		The type votes: the labels that one item got, counted.
 */
#include "postgres.h"

#include "common/int.h"
#include "intern.h"
#include "merge.h"
#include "utils/memutils.h"
#include "view.h"
#include "votes.h"

/* Allocate empty votes; the dictionary is initialised. */
Votes *
votes_allocate(int32 dict_cap, uint32 text_cap)
{
	Size		dict = MAXALIGN(offsetof(Votes, count) +
								sizeof(int64) * (Size) dict_cap);
	Size		size = dict + dict_size(dict_cap, text_cap);
	Votes	   *v;

	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the votes of one item would exceed %zu bytes",
						(Size) MaxAllocSize)));
	v = palloc0(size);
	SET_VARSIZE(v, size);
	v->header.type = STATE_VOTES;
	v->header.format = STATE_FORMAT;
	v->dict = dict;
	dict_init(VotesDict(v), dict_cap, text_cap);
	return v;
}

/* Move votes to a block with room for more labels. */
static Votes *
votes_enlarge(const Votes *v, int n_more, Size text_more)
{
	Dict	   *d = VotesDict(v);
	int32		cap;
	uint32		text_cap;
	Votes	   *larger;

	dict_check_categories(d->n + n_more);
	dict_growth(d, n_more, text_more, &cap, &text_cap);
	larger = votes_allocate(cap, text_cap);
	memcpy(larger->count, v->count, sizeof(int64) * d->n);
	dict_copy(VotesDict(larger), cap, text_cap, d);
	return larger;
}

/* The code of a label, entered if new; the votes may move. */
static int32
votes_code(Votes **v, Intern *in, const Spelling *sp)
{
	int32		code;

	while (!intern_enter(in, VotesDict(*v), sp, &code))
		*v = votes_enlarge(*v, 1, strlen(sp->text) + 1);
	return code;
}

/* Add to the count of a label. */
static void
votes_count(Votes *v, int32 code, int64 count)
{
	if (pg_add_s64_overflow(v->count[code], count, &v->count[code]))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of votes is out of range")));
}

/* Votes that may be written to: themselves in an aggregate, else a copy. */
static Votes *
votes_writable(FunctionCallInfo fcinfo)
{
	Votes	   *v = (Votes *) state_detoast(PG_GETARG_DATUM(0), STATE_VOTES);

	if (!AggCheckCallContext(fcinfo, NULL))
	{
		v = state_copy(v);
		dict_new_serial(VotesDict(v));
	}
	return v;
}

/* votes_add(votes, label) -> votes */
PG_FUNCTION_INFO_V1(votes_add);
Datum
votes_add(PG_FUNCTION_ARGS)
{
	Intern	   *in = (Intern *) fcinfo->flinfo->fn_extra;
	Votes	   *v;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (in == NULL)
	{
		Oid			type = get_fn_expr_argtype(fcinfo->flinfo, 1);

		check_not_own_type(fcinfo, type, "label");
		in = fcinfo->flinfo->fn_extra =
			intern_create(fcinfo->flinfo->fn_mcxt, type, PG_GET_COLLATION(),
						  "label");
	}
	v = PG_ARGISNULL(0) ? NULL : votes_writable(fcinfo);
	if (v == NULL || VotesDict(v)->kind == LABEL_NONE)
	{
		v = votes_allocate(Max(in->n_categories, 2),
						   Max(intern_template_text(in), 16));
		intern_fill_template(in, VotesDict(v));
	}
	if (VotesDict(v)->token != in->token)
		intern_check_space(in, VotesDict(v));
	votes_count(v, votes_code(&v, in, intern_value(in, PG_GETARG_DATUM(1))), 1);
	PG_RETURN_POINTER(v);
}

/* Add all of one to another. */
static void
votes_merge(Votes **to, const Votes *from, Intern *in)
{
	Dict	   *d = VotesDict(from);

	for (int32 i = 0; i < d->n; i++)
	{
		int32		code = votes_code(to, in,
									  intern_text(in, DictText(d, i)));

		votes_count(*to, code, from->count[i]);
	}
}

/* votes_combine(votes, votes) -> votes: of the same item */
PG_FUNCTION_INFO_V1(votes_combine);
Datum
votes_combine(PG_FUNCTION_ARGS)
{
	Votes	   *first,
			   *second;
	Intern	   *in;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	second = (Votes *) state_detoast(PG_GETARG_DATUM(1), STATE_VOTES);
	first = PG_ARGISNULL(0) ? NULL : votes_writable(fcinfo);
	if (first != NULL && VotesDict(second)->kind == LABEL_NONE)
		PG_RETURN_POINTER(first);
	if (first == NULL || VotesDict(first)->kind == LABEL_NONE)
	{
		second = state_copy(second);
		dict_new_serial(VotesDict(second));
		PG_RETURN_POINTER(second);
	}
	merge_check(VotesDict(first), VotesDict(second), "label");
	in = merge_intern((Intern **) &fcinfo->flinfo->fn_extra,
					  fcinfo->flinfo->fn_mcxt, VotesDict(first), "label");
	if ((VotesDict(first)->declared || VotesDict(second)->declared) &&
		merge_into_second(in, VotesDict(first), VotesDict(second)))
	{
		Votes	   *base = state_copy(second);

		dict_new_serial(VotesDict(base));
		votes_merge(&base, first, in);
		PG_RETURN_POINTER(base);
	}
	votes_merge(&first, second, in);
	PG_RETURN_POINTER(first);
}

/*
 * The final function of votes_agg: labels in canonical order, no room to spare.
 * No votes at all are no NULL.
 */
PG_FUNCTION_INFO_V1(votes_final);
Datum
votes_final(PG_FUNCTION_ARGS)
{
	Votes	   *v,
			   *stored;
	LabelView  *view;
	Dict	   *d;

	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(votes_allocate(1, 1));
	v = (Votes *) state_detoast(PG_GETARG_DATUM(0), STATE_VOTES);
	view = label_view(VotesDict(v));
	d = view_dict(VotesDict(v), view, NULL, NULL);
	stored = votes_allocate(Max(d->n, 1), d->text_used);
	dict_copy(VotesDict(stored), Max(d->n, 1), d->text_used, d);
	for (int32 i = 0; i < d->n; i++)
		stored->count[view->rank[i]] = v->count[i];
	PG_RETURN_POINTER(stored);
}
