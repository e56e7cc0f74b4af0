/*
 * votes.c
 *		The type votes: the labels that one item got, counted and weighed.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "common/int.h"
#include "intern.h"
#include "merge.h"
#include "options.h"
#include "utils/float.h"
#include "utils/memutils.h"
#include "votes.h"
#include "wire.h"

/* digits of a sum to begin with: those of doubles of about one size */
#define INITIAL_DIGITS 4
/* the place of the highest digit that a double can have */
#define LAST_DOUBLE_DIGIT 65

/* Allocate empty votes of this layout; the dictionary is initialised. */
Votes *
votes_allocate(int32 dict_cap, uint32 text_cap, uint8 layout, int room)
{
	/* 64 bits, for sums with all their room may pass what a Size holds */
	uint64		dict = offsetof(Votes, count) + sizeof(int64) * (uint64) dict_cap;
	uint64		size;
	Votes	   *v;

	if (layout & VOTES_THRESHOLD)
		dict += sizeof(double);
	if (layout & VOTES_WEIGHTED)
		dict += ExactSumSize(room) * (uint64) dict_cap;
	dict = MAXALIGN64(dict);
	size = dict + dict_size(dict_cap, text_cap);
	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the votes of one item would exceed %zu bytes",
						(Size) MaxAllocSize)));
	v = palloc0((Size) size);
	SET_VARSIZE(v, (Size) size);
	v->header.type = STATE_VOTES;
	v->header.format = STATE_FORMAT;
	v->header.layout = layout;
	v->dict = (uint32) dict;
	v->room = (layout & VOTES_WEIGHTED) ? room : 0;
	dict_init(VotesDict(v), dict_cap, text_cap);
	return v;
}

/* Make the counts of unweighted votes the sums of weights of others. */
static void
sums_from_counts(Votes *to, const Votes *from)
{
	for (int32 i = 0; i < VotesDict(from)->n; i++)
		(void) exact_sum_add_int(VotesSum(to, i), to->room, from->count[i]);
}

/* Move votes to a block of another size, layout, or room for each sum. */
static Votes *
votes_move(const Votes *v, int32 cap, uint32 text_cap, uint8 layout, int room)
{
	Dict	   *d = VotesDict(v);
	Votes	   *moved = votes_allocate(cap, text_cap, layout, room);

	memcpy(moved->count, v->count, sizeof(int64) * d->n);
	dict_copy(VotesDict(moved), cap, text_cap, d);
	if (VotesHaveThreshold(v) && VotesHaveThreshold(moved))
		*VotesThreshold(moved) = *VotesThreshold(v);
	if (VotesWeighted(v))
		for (int32 i = 0; i < d->n; i++)
			memcpy(VotesSum(moved, i), VotesSum(v, i),
				   ExactSumUsed(VotesSum(v, i)));
	else if (VotesWeighted(moved))
		sums_from_counts(moved, v);
	return moved;
}

/* Move votes to a block with room for more labels. */
static Votes *
votes_enlarge(const Votes *v, int n_more, Size text_more)
{
	Dict	   *d = VotesDict(v);
	int32		cap;
	uint32		text_cap;

	dict_check_categories(d->n + n_more);
	dict_growth(d, n_more, text_more, &cap, &text_cap);
	return votes_move(v, cap, text_cap, v->header.layout, v->room);
}

/* Move votes to a block with sums of weights, or with more room for each. */
static Votes *
votes_widen(const Votes *v)
{
	Dict	   *d = VotesDict(v);
	int			room = VotesWeighted(v) ?
		Min(2 * (int) v->room, EXACT_SUM_DIGITS) : INITIAL_DIGITS;

	return votes_move(v, d->cap, d->text_cap,
					  v->header.layout | VOTES_WEIGHTED, room);
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

/*
 * Refuse more votes in all than a bigint holds, which could be written but not
 * read back.
 */
static void
check_total(const Votes *v)
{
	int64		total = 0;

	for (int32 i = 0; i < VotesDict(v)->n; i++)
		if (pg_add_s64_overflow(total, v->count[i], &total))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("number of votes is out of range")));
}

/* The result of a transition; of a plain call it may be stored as it is. */
static inline Datum
votes_result(FunctionCallInfo fcinfo, Votes *v)
{
	if (unlikely(!in_aggregate(fcinfo)))
		check_total(v);
	return PointerGetDatum(v);
}

/* Refuse a sum that no double can hold. */
static void
check_sum(const ExactSum *sum)
{
	/* without that digit it is less than the greatest double */
	if (sum->low + sum->n > LAST_DOUBLE_DIGIT && isinf(exact_sum_read(sum)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sum of weights is out of range")));
}

/* Add a weight to a label that is about to be counted; the votes may move. */
static void
votes_weigh(Votes **v, int32 code, double weight)
{
	if (!VotesWeighted(*v))
	{
		if (weight == 1)
			return;
		*v = votes_widen(*v);
	}
	while (!exact_sum_add(VotesSum(*v, code), (*v)->room, weight))
		*v = votes_widen(*v);
	check_sum(VotesSum(*v, code));
}

/* Add all that a label has elsewhere; the votes may move. */
static void
votes_weigh_all(Votes **v, int32 code, const Votes *from, int32 from_code)
{
	WideSum		sum = {{0}};

	if (VotesWeighted(from))
		(void) exact_sum_merge(&sum.sum, EXACT_SUM_DIGITS,
							   VotesSum(from, from_code));
	else
		(void) exact_sum_add_int(&sum.sum, EXACT_SUM_DIGITS,
								 from->count[from_code]);
	if (!VotesWeighted(*v))
		*v = votes_widen(*v);
	while (!exact_sum_merge(VotesSum(*v, code), (*v)->room, &sum.sum))
		*v = votes_widen(*v);
	check_sum(VotesSum(*v, code));
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

/* The state that a transition was given, when a row does not count. */
static Datum
votes_as_before(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* The intern of a call site whose second argument is the label. */
static inline Intern *
votes_intern(FunctionCallInfo fcinfo)
{
	Intern	   *in = (Intern *) fcinfo->flinfo->fn_extra;
	Oid			type;

	if (likely(in != NULL))
		return in;
	type = call_argtype(fcinfo, 1);
	check_not_own_type(fcinfo, type, "label");
	return fcinfo->flinfo->fn_extra =
		intern_create(fcinfo->flinfo->fn_mcxt, type, PG_GET_COLLATION(),
					  "label");
}

/* The votes that a row is to be added to, new ones of this layout. */
static inline Votes *
votes_of_row(FunctionCallInfo fcinfo, Intern *in, uint8 layout)
{
	Votes	   *v = PG_ARGISNULL(0) ? NULL : votes_writable(fcinfo);

	if (v == NULL || VotesDict(v)->kind == LABEL_NONE)
	{
		v = votes_allocate(Max(in->n_categories, 2),
						   Max(intern_template_text(in), 16), layout, 0);
		intern_fill_template(in, VotesDict(v));
	}
	if (VotesDict(v)->token != in->token)
		intern_check_space(in, VotesDict(v));
	return v;
}

/* votes_add(votes, label) -> votes */
PG_FUNCTION_INFO_V1(votes_add);
Datum
votes_add(PG_FUNCTION_ARGS)
{
	Intern	   *in;
	Votes	   *v;
	int32		code;

	if (PG_ARGISNULL(1))
		return votes_as_before(fcinfo);
	in = votes_intern(fcinfo);
	v = votes_of_row(fcinfo, in, 0);
	code = votes_code(&v, in, intern_value(in, PG_GETARG_DATUM(1)));
	if (unlikely(VotesWeighted(v)))
		votes_weigh(&v, code, 1);
	votes_count(v, code, 1);
	return votes_result(fcinfo, v);
}

/* votes_add_weight(votes, label, weight) -> votes */
PG_FUNCTION_INFO_V1(votes_add_weight);
Datum
votes_add_weight(PG_FUNCTION_ARGS)
{
	Intern	   *in;
	Votes	   *v;
	double		weight;
	int32		code;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return votes_as_before(fcinfo);
	weight = PG_GETARG_FLOAT8(2);
	if (!isfinite(weight) || weight < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weight \"%s\" is not a finite number of at least 0",
						float8out_internal(weight)),
				 errhint("Leave out the row, or give NULL as its weight.")));
	in = votes_intern(fcinfo);
	v = votes_of_row(fcinfo, in, 0);
	code = votes_code(&v, in, intern_value(in, PG_GETARG_DATUM(1)));
	votes_weigh(&v, code, weight);
	votes_count(v, code, 1);
	return votes_result(fcinfo, v);
}

/* Refuse two thresholds within one group. */
static void
check_thresholds(double a, double b)
{
	if (a != b)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("thresholds differ within one group: %s and %s",
						float8out_internal(Min(a, b)),
						float8out_internal(Max(a, b))),
				 errhint("Give the same threshold for every row of a group.")));
}

/* votes_add_set(votes, set, threshold) -> votes */
PG_FUNCTION_INFO_V1(votes_add_threshold);
Datum
votes_add_threshold(PG_FUNCTION_ARGS)
{
	Intern	   *in;
	Votes	   *v;
	double		threshold;
	int32		code;

	threshold = threshold_argument(fcinfo, 2);
	if (PG_ARGISNULL(1))
		return votes_as_before(fcinfo);
	in = votes_intern(fcinfo);
	v = votes_of_row(fcinfo, in, VOTES_THRESHOLD);
	if (!VotesHaveThreshold(v))
		v = votes_move(v, VotesDict(v)->cap, VotesDict(v)->text_cap,
					   v->header.layout | VOTES_THRESHOLD, v->room);
	else if (VotesDict(v)->n > 0)
		check_thresholds(*VotesThreshold(v), threshold);
	*VotesThreshold(v) = threshold;
	code = votes_code(&v, in, intern_value(in, PG_GETARG_DATUM(1)));
	if (unlikely(VotesWeighted(v)))
		votes_weigh(&v, code, 1);
	votes_count(v, code, 1);
	return votes_result(fcinfo, v);
}

/* Add all of one to another. */
static void
votes_merge(Votes **to, const Votes *from, Intern *in)
{
	Dict	   *d = VotesDict(from);

	if (VotesHaveThreshold(from) && VotesHaveThreshold(*to))
		check_thresholds(*VotesThreshold(*to), *VotesThreshold(from));
	else if (VotesHaveThreshold(from))
	{
		*to = votes_move(*to, VotesDict(*to)->cap, VotesDict(*to)->text_cap,
						 (*to)->header.layout | VOTES_THRESHOLD, (*to)->room);
		*VotesThreshold(*to) = *VotesThreshold(from);
	}
	for (int32 i = 0; i < d->n; i++)
	{
		int32		code = votes_code(to, in,
									  intern_text(in, DictText(d, i)));

		if (VotesWeighted(*to) || VotesWeighted(from))
			votes_weigh_all(to, code, from, i);
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
		return votes_as_before(fcinfo);
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
		return votes_result(fcinfo, base);
	}
	votes_merge(&first, second, in);
	return votes_result(fcinfo, first);
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
	int			room = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(votes_allocate(1, 1, 0, 0));
	v = (Votes *) state_detoast(PG_GETARG_DATUM(0), STATE_VOTES);
	check_total(v);
	view = label_view(VotesDict(v));
	d = view_dict(VotesDict(v), view, NULL, NULL);
	if (VotesWeighted(v))
		for (int32 i = 0; i < d->n; i++)
			room = Max(room, VotesSum(v, i)->n);
	stored = votes_allocate(Max(d->n, 1), d->text_used,
							v->header.layout & VOTES_WEIGHTED, room);
	dict_copy(VotesDict(stored), Max(d->n, 1), d->text_used, d);
	for (int32 i = 0; i < d->n; i++)
	{
		stored->count[view->rank[i]] = v->count[i];
		if (VotesWeighted(v))
			memcpy(VotesSum(stored, view->rank[i]), VotesSum(v, i),
				   ExactSumUsed(VotesSum(v, i)));
	}
	PG_RETURN_POINTER(stored);
}

/* Check what must always hold; compiled under assertions. */
static inline Votes *
check_votes(Votes *v)
{
#ifdef USE_ASSERT_CHECKING
	Dict	   *d = VotesDict(v);

	Assert(v->header.type == STATE_VOTES && v->header.reserved == 0);
	Assert((v->header.layout & ~VOTES_LAYOUTS) == 0);
	Assert(v->dict + d->size <= VARSIZE(v) && dict_is_valid(d));
	Assert(VotesSums(v) <= (char *) d);
	if (VotesWeighted(v))
		Assert((char *) VotesSum(v, d->cap) <= (char *) d);
	for (int32 i = 0; i < d->n; i++)
	{
		Assert(v->count[i] >= 0);
		if (VotesWeighted(v))
			Assert(VotesSum(v, i)->n <= v->room &&
				   exact_sum_is_valid(VotesSum(v, i)) &&
				   exact_sum_sign(VotesSum(v, i)) >= 0);
	}
#endif
	return v;
}

/* The votes of an argument. */
Votes *
votes_argument(FunctionCallInfo fcinfo, int arg)
{
	return check_votes((Votes *) state_detoast(PG_GETARG_DATUM(arg),
											   STATE_VOTES));
}

/* The numbers of votes in canonical order, or by code without a view. */
VoteList
votes_list(const Votes *v, const LabelView *view)
{
	VoteList	l = {VotesDict(v)->n, NULL, NULL};

	l.count = array_alloc(Max(l.n, 1), sizeof(int64), false);
	if (VotesWeighted(v))
		l.sum = array_alloc(Max(l.n, 1), sizeof(ExactSum *), false);
	for (int i = 0; i < l.n; i++)
	{
		int			at = view != NULL ? view->rank[i] : i;

		l.count[at] = v->count[i];
		if (l.sum != NULL)
			l.sum[at] = VotesSum(v, i);
	}
	return l;
}

/* The weight of all labels, which must be a double's. */
double
votes_total(const VoteList *list)
{
	double		total = vote_total(list);

	if (isinf(total))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sum of weights is out of range")));
	return total;
}
