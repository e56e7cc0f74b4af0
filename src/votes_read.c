/*
 * votes_read.c
 *		What votes say, and votes as aggregates that return a label.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "options.h"
#include "rows.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "votes.h"

/* Return the code of the only label that leads, or -1. */
static int
winner_code(const Votes *v)
{
	VoteList	list = votes_list(v, NULL);
	int			n_leaders;
	int			leader = vote_leader(&list, &n_leaders);

	return n_leaders == 1 ? leader : -1;
}

/* winner(votes) -> text */
PG_FUNCTION_INFO_V1(votes_winner);
Datum
votes_winner(PG_FUNCTION_ARGS)
{
	Votes	   *v = votes_argument(fcinfo, 0);
	int			code = winner_code(v);

	if (code < 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(DictText(VotesDict(v), code)));
}

/* tied(votes) -> boolean */
PG_FUNCTION_INFO_V1(votes_tied);
Datum
votes_tied(PG_FUNCTION_ARGS)
{
	VoteList	list = votes_list(votes_argument(fcinfo, 0), NULL);
	int			n_leaders;

	(void) vote_leader(&list, &n_leaders);
	PG_RETURN_BOOL(n_leaders > 1);
}

/* tied_labels(votes) -> text[]; NULL where no two labels share the lead */
PG_FUNCTION_INFO_V1(votes_tied_labels);
Datum
votes_tied_labels(PG_FUNCTION_ARGS)
{
	Votes	   *v = votes_argument(fcinfo, 0);
	LabelView  *view = label_view(VotesDict(v));
	VoteList	list = votes_list(v, view);
	int			n_leaders;
	int			leader = vote_leader(&list, &n_leaders);
	Datum	   *labels;
	int			n = 0;

	if (n_leaders < 2)
		PG_RETURN_NULL();
	labels = palloc(sizeof(Datum) * n_leaders);
	for (int i = leader; i < list.n; i++)
		if (vote_compare(&list, i, leader) == 0)
			labels[n++] = CStringGetTextDatum(view->text[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(labels, n, TEXTOID, -1, false,
										  TYPALIGN_INT));
}

/* Read votes; false when they have no weight. */
static bool
read_votes(FunctionCallInfo fcinfo, VoteList *list, LabelView **view,
		   double *total)
{
	Votes	   *v = votes_argument(fcinfo, 0);

	*view = label_view(VotesDict(v));
	*list = votes_list(v, *view);
	*total = votes_total(list);
	return *total > 0;
}

/* confidence(votes) -> float8: the share of the winner, or of each leader */
PG_FUNCTION_INFO_V1(votes_confidence);
Datum
votes_confidence(PG_FUNCTION_ARGS)
{
	VoteList	list;
	LabelView  *view;
	double		total;
	int			n_leaders;

	if (!read_votes(fcinfo, &list, &view, &total))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(vote_weight(&list, vote_leader(&list, &n_leaders)) / total);
}

/* margin(votes) -> float8 */
PG_FUNCTION_INFO_V1(votes_margin);
Datum
votes_margin(PG_FUNCTION_ARGS)
{
	VoteList	list;
	LabelView  *view;
	double		total;

	if (!read_votes(fcinfo, &list, &view, &total))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(vote_margin(&list));
}

/* entropy(votes) -> float8, in nats */
PG_FUNCTION_INFO_V1(votes_entropy);
Datum
votes_entropy(PG_FUNCTION_ARGS)
{
	VoteList	list;
	LabelView  *view;
	double		total;

	if (!read_votes(fcinfo, &list, &view, &total))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(vote_entropy(&list));
}

/* normalized_entropy(votes) -> float8, between 0 and 1 */
PG_FUNCTION_INFO_V1(votes_normalized_entropy);
Datum
votes_normalized_entropy(PG_FUNCTION_ARGS)
{
	VoteList	list;
	LabelView  *view;
	double		total;
	int			n;

	if (!read_votes(fcinfo, &list, &view, &total))
		PG_RETURN_NULL();
	n = view->declared ? view->n : vote_n_weighty(&list);
	if (n < 2)
		PG_RETURN_FLOAT8(0);
	PG_RETURN_FLOAT8(Min(vote_entropy(&list) / log(n), 1));
}

/* Order of labels: most weight first, then as they stand. */
static inline int
compare_places(int a, int b, const VoteList *list)
{
	int			order = vote_compare(list, b, a);

	return order != 0 ? order : (a > b) - (a < b);
}

#define ST_SORT sort_places
#define ST_ELEMENT_TYPE int
#define ST_COMPARE_ARG_TYPE const VoteList
#define ST_COMPARE(a, b, list) compare_places(*(a), *(b), list)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* shares(votes) -> label, n, weight, share */
PG_FUNCTION_INFO_V1(votes_shares);
Datum
votes_shares(PG_FUNCTION_ARGS)
{
	Rows		rows;
	VoteList	list;
	LabelView  *view;
	double		total;
	bool		known = read_votes(fcinfo, &list, &view, &total);

	rows_begin(&rows, fcinfo);
	votes_put_rows(&rows, &list, view->text, known, total);
	return (Datum) 0;
}

/* Put a row for each label or element, most weight first. */
void
votes_put_rows(Rows *rows, VoteList *list, const char **text, bool known,
			   double total)
{
	int		   *place = array_alloc(Max(list->n, 1), sizeof(int), false);

	for (int i = 0; i < list->n; i++)
		place[i] = i;
	sort_places(place, list->n, list);
	for (int i = 0; i < list->n; i++)
	{
		double		weight = vote_weight(list, place[i]);

		CHECK_FOR_INTERRUPTS();
		put_text(rows, text[place[i]]);
		put_count(rows, list->count[place[i]]);
		put_float(rows, true, weight);
		put_float(rows, known, known ? weight / total : 0);
		row_end(rows);
	}
}

/* what a call site knows of the type that it returns */
typedef struct WinnerSite
{
	LabelType	type;
	int32		typmod;			/* a domain may say how long a string is */
	bool		domain;
	void	   *domain_cache;
} WinnerSite;

/* What this call site knows of its type; found out on the first call. */
static WinnerSite *
winner_site(FunctionCallInfo fcinfo, Oid type)
{
	WinnerSite *site = (WinnerSite *) fcinfo->flinfo->fn_extra;

	if (site != NULL)
		return site;
	site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(WinnerSite));
	label_type_init(&site->type, type, PG_GET_COLLATION(), "label",
					fcinfo->flinfo->fn_mcxt);
	site->typmod = -1;
	(void) getBaseTypeAndTypmod(type, &site->typmod);
	site->domain = get_typtype(type) == TYPTYPE_DOMAIN;
	fcinfo->flinfo->fn_extra = site;
	return site;
}

/* The value of a type that this text spells. */
static Datum
value_of_text(FunctionCallInfo fcinfo, Oid type, const char *text)
{
	WinnerSite *site = winner_site(fcinfo, type);
	Datum		value = label_from_text_typmod(&site->type, text,
											   site->typmod);

	/* votes that were built of another type may hold what a domain refuses */
	if (site->domain)
		domain_check(value, false, type, &site->domain_cache,
					 fcinfo->flinfo->fn_mcxt);
	return value;
}

/*
 * majority_vote_final(votes, label) and weighted_consensus_final(votes, label,
 * weight): the winner in the type of the labels.
 */
PG_FUNCTION_INFO_V1(votes_winner_value);
Datum
votes_winner_value(PG_FUNCTION_ARGS)
{
	Votes	   *v;
	int			code;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	v = votes_argument(fcinfo, 0);
	code = winner_code(v);
	if (code < 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(value_of_text(fcinfo, call_argtype(fcinfo, 1),
								  DictText(VotesDict(v), code)));
}

/* vote_weight(accuracy, n_categories) -> float8 */
PG_FUNCTION_INFO_V1(accuracy_vote_weight);
Datum
accuracy_vote_weight(PG_FUNCTION_ARGS)
{
	double		accuracy = PG_GETARG_FLOAT8(0);
	int32		n = PG_GETARG_INT32(1);

	if (!(accuracy >= 0 && accuracy <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("accuracy must lie between 0 and 1, not %s",
						float8out_internal(accuracy)),
				 percentage_hint(accuracy)));
	if (n < 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there must be at least two categories, not %d", n)));
	PG_RETURN_FLOAT8(vote_weight_of(accuracy, n));
}
