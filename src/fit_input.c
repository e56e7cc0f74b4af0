/*
 * fit_input.c
 *		What a consensus model is fitted to, as SQL gives it.
 *
 * Labels of ratings, gold and gold answers, and the classes of a model to start
 * from, are the classes of the model to be; annotators are those of ratings and
 * gold answers.
 */
#include "postgres.h"

#include <math.h>

#include "annotator_model.h"
#include "array.h"
#include "dict_union.h"
#include "interrupts.h"
#include "match.h"
#include "miscadmin.h"
#include "reading.h"

/* the hint where they differ */
static const char one_type[] = "Cast the item to one type in the ratings and in gold.";

/* Refuse labels that are no categories. */
static void
check_kind(const Dict *labels)
{
	if (labels->kind == LABEL_SET || labels->kind == LABEL_SPAN)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("there is no model of annotators for labels of kind \"%s\"",
						label_kind_name((LabelKind) labels->kind)),
				 labels->kind == LABEL_SET ?
				 errhint("Take each element as a question of its own, or use majority_elements.") :
				 errhint("For ranges and boxes use matched_consensus.")));
}

/* A ratings argument, NULL when it is NULL or not there. */
static Ratings *
ratings_argument(FunctionCallInfo fcinfo, int arg)
{
	if (arg == 0 || arg >= PG_NARGS() || PG_ARGISNULL(arg))
		return NULL;
	return ratings_open(PG_GETARG_DATUM(arg));
}

/* Codes as a dictionary of several states has them. */
static int32 *
translate(const int32 *code, int64 n, const int32 *map)
{
	int32	   *to;

	if (map == NULL)
		return unconstify(int32 *, code);
	to = array_alloc(n, sizeof(int32), false);
	for (int64 j = 0; j < n; j++)
		to[j] = map[code[j]];
	return to;
}

#define ST_SORT sort_codes
#define ST_ELEMENT_TYPE int32
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Put distinct labels of a gold item to a list, rising; returns how many. */
static int64
distinct_labels(const Design *gold, int64 item, const int32 *map, int32 *to)
{
	int64		at = gold->start[item];
	int64		n = gold->start[item + 1] - at;
	int64		kept = 0;

	for (int64 j = 0; j < n; j++)
		to[j] = map ? map[gold->code[at + j]] : gold->code[at + j];
	sort_codes(to, n);
	for (int64 j = 0; j < n; j++)
		if (j == 0 || to[j] != to[kept - 1])
			to[kept++] = to[j];
	return kept;
}

/* Take the gold of the items of ratings. */
void
gold_accept(const Ratings *ratings, const Ratings *gold, const int32 *map,
			ModelData *data)
{
	int64	   *partner = match_items(gold, ratings, one_type);
	int64	   *start = array_alloc(ratings->n_items + 1, sizeof(int64), false);
	int32	   *accepted = array_alloc(gold->n_labels, sizeof(int32), false);
	int64		at = 0;
	Design		d;

	ratings_design(gold, &d);
	for (int64 i = 0; i < ratings->n_items; i++)
	{
		CHECK_NOW_AND_THEN(i);
		start[i] = at;
		if (partner[i] >= 0)
			at += distinct_labels(&d, partner[i], map, accepted + at);
	}
	start[ratings->n_items] = at;
	data->accepted_start = start;
	data->accepted = accepted;
	pfree(partner);
}

/* See that gold answers are to items that have gold and are not in ratings. */
static int64 *
match_answers(const Ratings *ratings, const Ratings *gold,
			  const Ratings *answers)
{
	int64	   *in_ratings = match_items(ratings, answers, one_type);
	int64	   *in_gold;
	char		number[32];

	if (gold == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("gold_answers needs gold"),
				 errhint("Give gold => ratings_agg(item, who, label): the accepted answers of these items.")));
	in_gold = match_items(gold, answers, one_type);
	for (int64 i = 0; i < answers->n_items; i++)
	{
		if (in_ratings[i] >= 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("item \"%s\" of gold_answers is also among the ratings",
							ratings_item_text(answers, i, number)),
					 errhint("Its labels would count twice. Leave it in one of the two: gold applies to both.")));
		if (in_gold[i] < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("item \"%s\" of gold_answers has no gold label",
							ratings_item_text(answers, i, number)),
					 errhint("Leave it out, or give its label in gold.")));
	}
	pfree(in_ratings);
	return in_gold;
}

/*
 * Enter one gold answer: an accepted one is right, another one was given to one
 * of the classes accepted, nobody knows to which.
 */
static int64
enter_answer(GoldAnswer *to, int64 item, int32 annotator, int32 code,
			 int64 n_accepted, const int32 *accepted)
{
	bool		right = false;

	for (int64 i = 0; i < n_accepted; i++)
		right |= accepted[i] == code;
	if (right)
		n_accepted = 1;
	for (int64 i = 0; i < n_accepted; i++)
	{
		to[i].item = item;
		to[i].annotator = annotator;
		to[i].code = code;
		to[i].truth = right ? code : accepted[i];
		to[i].weight = 1.0 / (double) n_accepted;
	}
	return n_accepted;
}

/* Take the gold answers, by item and annotator. */
static void
take_answers(ModelData *data, const Ratings *answers, const Ratings *gold,
			 const int64 *in_gold, const int32 *annotator,
			 const int32 *code, const int32 *gold_map)
{
	int64		room = Max(answers->n_labels, 16);
	GoldAnswer *answer = array_alloc(room, sizeof(GoldAnswer), false);
	int32	   *accepted = array_alloc(gold->n_labels, sizeof(int32), false);
	const int64 *start = RatingsStarts(answers);
	Design		d;

	ratings_design(gold, &d);
	for (int64 i = 0; i < answers->n_items; i++)
	{
		int64		n = distinct_labels(&d, in_gold[i], gold_map, accepted);
		int64		most = (start[i + 1] - start[i]) * n;

		CHECK_FOR_INTERRUPTS();
		if (data->n_answers + most > room)
		{
			room = 2 * room + most;
			answer = repalloc_huge(answer, room * sizeof(GoldAnswer));
		}
		for (int64 j = start[i]; j < start[i + 1]; j++)
			data->n_answers += enter_answer(answer + data->n_answers, i,
											annotator[j], code[j], n,
											accepted);
	}
	data->answer = answer;
	pfree(accepted);
}

/* Read what a model is fitted to. */
void
fit_input_open(FitInput *in, FunctionCallInfo fcinfo, const FitArguments *args)
{
	Ratings    *r = ratings_open(PG_GETARG_DATUM(0));
	Ratings    *gold = ratings_argument(fcinfo, args->gold);
	Ratings    *answers = ratings_argument(fcinfo, args->gold_answers);
	Design	   *d = &in->data.design;
	Dict	   *labels[4] = {RatingsDict(r, LOG_LABELS)};
	Dict	   *people[2] = {RatingsDict(r, LOG_ANNOTATOR_NAMES)};
	int32	   *label_map[4];
	int32	   *people_map[2];

	memset(in, 0, sizeof(FitInput));
	if (gold != NULL)
		labels[1] = RatingsDict(gold, LOG_LABELS);
	if (answers != NULL)
	{
		labels[2] = RatingsDict(answers, LOG_LABELS);
		people[1] = RatingsDict(answers, LOG_ANNOTATOR_NAMES);
	}
	if (args->start > 0 && !PG_ARGISNULL(args->start))
	{
		in->start = palloc(sizeof(OpenModel));
		annotator_model_open(in->start, PG_GETARG_DATUM(args->start));
		labels[3] = in->start->labels;
	}
	in->labels = dict_union(4, labels, label_map, "label");
	in->annotators = dict_union(2, people, people_map, "annotator");
	check_kind(in->labels);
	ratings_design(r, d);
	d->q = in->labels->n;
	d->n_annotators = in->annotators->n;
	d->code = translate(d->code, d->n_labels, label_map[0]);
	d->annotator = translate(d->annotator, d->n_labels, people_map[0]);
	if (gold != NULL)
		gold_accept(r, gold, label_map[1], &in->data);
	if (answers != NULL)
		take_answers(&in->data, answers, gold, match_answers(r, gold, answers),
					 translate(RatingsAnnotators(answers), answers->n_labels,
							   people_map[1]),
					 translate(RatingsCodes(answers), answers->n_labels,
							   label_map[2]), label_map[1]);
	if (in->start != NULL)
		in->start_reader = model_reader_open(in->start, d, in->labels,
											 in->annotators);
}

/* The most iterations. */
int
iterations_argument(FunctionCallInfo fcinfo, int arg, int otherwise)
{
	int32		n;

	if (arg >= PG_NARGS() || PG_ARGISNULL(arg))
		return otherwise;
	n = PG_GETARG_INT32(arg);
	if (n < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_iterations must be at least 1, not %d", n)));
	return n;
}

/* By how much of itself the objective must rise for another iteration. */
double
tolerance_argument(FunctionCallInfo fcinfo, int arg, double otherwise)
{
	double		tolerance = float_argument(fcinfo, arg, otherwise);

	if (!(tolerance >= 0 && tolerance < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tolerance must lie between 0 and 1, not %g", tolerance),
				 errhint("0 runs until no posterior moves, or to max_iterations.")));
	return tolerance;
}
