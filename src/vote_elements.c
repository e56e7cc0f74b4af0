/*
 * vote_elements.c
 *		Votes over sets, element by element.
 *
 * A voter votes for each element of the set given; the share of an element is
 * that of the voters whose set contains it, so that shares need not add up to
 * one.  A voter of the empty set is a voter, too.
 */
#include "postgres.h"

#include "array.h"
#include "catalog/pg_type.h"
#include "interrupts.h"
#include "options.h"
#include "rows.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "votes.h"

/* an element of a label */
typedef struct Member
{
	const char *text;
	int32		code;			/* of the label */
} Member;

#define ST_SORT sort_members
#define ST_ELEMENT_TYPE Member
#define ST_COMPARE(a, b) strcmp((a)->text, (b)->text)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* all elements of the labels, in the order of their bytes */
typedef struct Elements
{
	VoteList	list;
	const char **text;
	double		total;			/* of the voters */
	WideSum		exact_total;
} Elements;

/* Refuse labels that are no sets. */
static void
check_sets(const Dict *d)
{
	if (d->kind != LABEL_SET && d->kind != LABEL_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("labels of kind \"%s\" have no elements",
						label_kind_name((LabelKind) d->kind)),
				 errhint("Elements are those of set-valued labels, of type text[].")));
}

/* The elements of all labels, sorted. */
static Member *
read_members(const Dict *d, int64 *n_members)
{
	int64		room = 16;
	int64		n = 0;
	Member	   *members = array_alloc(room, sizeof(Member), false);
	LabelType	lt;

	label_type_init(&lt, TEXTARRAYOID, InvalidOid, "label",
					CurrentMemoryContext);
	for (int32 code = 0; code < d->n; code++)
	{
		Datum		set = label_from_text(&lt, DictText(d, code));
		Datum	   *elems;
		bool	   *nulls;
		int			n_elems;

		CHECK_FOR_INTERRUPTS();
		deconstruct_array(DatumGetArrayTypeP(set), TEXTOID, -1, false,
						  TYPALIGN_INT, &elems, &nulls, &n_elems);
		if (n + n_elems > room)
		{
			room = Max(2 * room, n + n_elems);
			members = repalloc_huge(members, sizeof(Member) * room);
		}
		for (int i = 0; i < n_elems; i++)
		{
			members[n].text = TextDatumGetCString(elems[i]);
			members[n++].code = code;
		}
	}
	sort_members(members, n);
	*n_members = n;
	return members;
}

/* Add up a run of equal elements. */
static void
add_element(Elements *e, const Votes *v, const Member *run, int64 n)
{
	int			at = e->list.n++;
	WideSum		sum = {{0}};
	ExactSum   *kept;

	e->text[at] = run->text;
	e->list.count[at] = 0;
	for (int64 i = 0; i < n; i++)
		e->list.count[at] += v->count[run[i].code];
	if (e->list.sum == NULL)
		return;
	for (int64 i = 0; i < n; i++)
		(void) exact_sum_merge(&sum.sum, EXACT_SUM_DIGITS,
							   VotesSum(v, run[i].code));
	kept = palloc(ExactSumUsed(&sum.sum));
	memcpy(kept, &sum.sum, ExactSumUsed(&sum.sum));
	e->list.sum[at] = kept;
}

/* Find all elements and their votes. */
static void
read_elements(Elements *e, const Votes *v)
{
	VoteList	voters = votes_list(v, NULL);
	int64		n_members;
	Member	   *members;

	check_sets(VotesDict(v));
	members = read_members(VotesDict(v), &n_members);
	e->total = votes_total(&voters);
	memset(&e->exact_total, 0, sizeof(WideSum));
	vote_sum(&voters, &e->exact_total);
	e->list.n = 0;
	e->list.count = array_alloc(n_members, sizeof(int64), false);
	e->list.sum = VotesWeighted(v) ?
		array_alloc(n_members, sizeof(ExactSum *), false) : NULL;
	e->text = array_alloc(n_members, sizeof(char *), false);
	for (int64 i = 0, end; i < n_members; i = end)
	{
		CHECK_NOW_AND_THEN(i);
		for (end = i + 1; end < n_members; end++)
			if (strcmp(members[i].text, members[end].text) != 0)
				break;
		add_element(e, v, members + i, end - i);
	}
}

/* element_shares(votes) -> element, n, weight, share */
PG_FUNCTION_INFO_V1(votes_element_shares);
Datum
votes_element_shares(PG_FUNCTION_ARGS)
{
	Rows		rows;
	Elements	e;

	read_elements(&e, votes_argument(fcinfo, 0));
	rows_begin(&rows, fcinfo);
	votes_put_rows(&rows, &e.list, e.text, e.total > 0, e.total);
	return (Datum) 0;
}

/* Is an element on the sets of more than half of the voters? */
static bool
in_more_than_half(const Elements *e, int i)
{
	WideSum		more = {{0}};

	for (int twice = 0; twice < 2; twice++)
	{
		if (e->list.sum != NULL)
			(void) exact_sum_merge(&more.sum, EXACT_SUM_DIGITS,
								   e->list.sum[i]);
		else
			(void) exact_sum_add_int(&more.sum, EXACT_SUM_DIGITS,
									 e->list.count[i]);
	}
	(void) exact_sum_subtract(&more.sum, EXACT_SUM_DIGITS,
							  &e->exact_total.sum);
	return exact_sum_sign(&more.sum) > 0;
}

/*
 * Does an element's share pass the threshold?  Half is decided on the exact
 * sums, any other threshold on the share as it is shown: 3 of 5 do not pass 0.6.
 */
static bool
passes(const Elements *e, int i, double threshold)
{
	double		share = vote_weight(&e->list, i) / e->total;

	return share > threshold ||
		(share == 0.5 && threshold == 0.5 && in_more_than_half(e, i));
}

/* The elements whose share is above a threshold; NULL without any weight. */
static Datum
elements_above(FunctionCallInfo fcinfo, const Votes *v, double threshold)
{
	Elements	e;
	Datum	   *passed;
	int			n = 0;

	read_elements(&e, v);
	if (!(e.total > 0))
		PG_RETURN_NULL();
	passed = palloc(sizeof(Datum) * Max(e.list.n, 1));
	for (int i = 0; i < e.list.n; i++)
		if (passes(&e, i, threshold))
			passed[n++] = CStringGetTextDatum(e.text[i]);
	if (n == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(TEXTOID));
	PG_RETURN_ARRAYTYPE_P(construct_array(passed, n, TEXTOID, -1, false,
										  TYPALIGN_INT));
}

/* elements(votes, threshold) -> text[] */
PG_FUNCTION_INFO_V1(votes_elements);
Datum
votes_elements(PG_FUNCTION_ARGS)
{
	return elements_above(fcinfo, votes_argument(fcinfo, 0),
						  threshold_argument(fcinfo, 1));
}

/* The final function of majority_elements: its threshold is in the state. */
PG_FUNCTION_INFO_V1(votes_elements_final);
Datum
votes_elements_final(PG_FUNCTION_ARGS)
{
	Votes	   *v;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	v = votes_argument(fcinfo, 0);
	return elements_above(fcinfo, v, VotesHaveThreshold(v) ?
						  *VotesThreshold(v) : DEFAULT_THRESHOLD);
}
