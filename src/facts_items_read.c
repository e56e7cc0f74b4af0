/*
 * facts_items_read.c
 *		One row an item: facts_items(rows query, gold query, settings).
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "catalog/pg_type.h"
#include "facts_advice.h"
#include "facts_load.h"
#include "facts_show.h"
#include "interrupts.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* so many are suggested for an item */
#define MAX_SUGGESTED 3

/* which items are asked for */
static const char *const choices[] = {
	"all", "voted", "backlog", "next", "dissent", "gold", "disputed",
	"nonvoting"
};

typedef enum ItemChoice
{
	ITEMS_ALL,					/* labeled or settled */
	ITEMS_VOTED,
	ITEMS_BACKLOG,
	ITEMS_NEXT,
	ITEMS_DISSENT,
	ITEMS_GOLD,
	ITEMS_DISPUTED,				/* waits for a judge, or had one */
	ITEMS_NONVOTING				/* labeled by one whose phase has no vote */
} ItemChoice;

/* what items are seen against */
typedef struct Background
{
	double		quality;		/* median accuracy of annotators; NaN */
	bool		has_price;
	double		price;
	bool		has_like;		/* and dissents, and skills: */
	LikeItems	like;
	DissentCount *dissents;
	Skills		skills;
	bool		ask_voters;		/* suggest those whose labels are votes */
	bool	   *rejected;
	double	   *chance;			/* scratch */
} Background;

/* an item as it is shown */
typedef struct ItemShown
{
	const Facts *f;
	int64		item;
	uint32		flags;
	ItemVotes  *votes;			/* most first */
	VoteConsensus c;
	int64		labels;
	int64		model_labels;
	int64		people_votes;
	int64		expert_votes;
	int64		first_at;
	int64		last_at;
	int64		last_vote_at;
	int64		newest_vote;	/* row, -1: none */
	int64		dissent;		/* row, -1: none */
	int64		single;			/* row of the one vote, -1 */
	bool		nonvoting;		/* a label is of one whose phase has no vote */
	Background	back;
} ItemShown;

/* Look at the rows of an item. */
static void
look_at_item(ItemShown *s)
{
	const Facts *f = s->f;

	s->flags = f->item_flags[s->item];
	s->labels = s->model_labels = s->people_votes = s->expert_votes = 0;
	s->first_at = s->last_at = s->last_vote_at = NO_TIME;
	s->newest_vote = s->dissent = s->single = -1;
	s->nonvoting = false;
	for (int64 r = f->start[s->item]; r < f->start[s->item + 1]; r++)
	{
		int64		at = time_at(f->at, r);

		if (!row_has(f, r, BIT_LABEL))
			continue;
		s->labels++;
		s->model_labels += row_has(f, r, BIT_MODEL);
		s->nonvoting |= !f->person[f->annotator[r]].votes;
		if (at != NO_TIME && (s->first_at == NO_TIME || at < s->first_at))
			s->first_at = at;
		s->last_at = Max(s->last_at, at);
		if (row_has(f, r, BIT_DISSENT))
			s->dissent = r;
		if (!row_has(f, r, BIT_VOTE))
			continue;
		s->people_votes += !row_has(f, r, BIT_MODEL);
		s->expert_votes += row_has(f, r, BIT_EXPERT);
		s->single = r;
		s->last_vote_at = Max(s->last_vote_at, at);
		if (s->newest_vote < 0 || at >= time_at(f->at, s->newest_vote))
			s->newest_vote = r;
	}
	fact_votes_collect(f, s->item, s->votes);
	item_consensus(f, s->item, s->votes, &s->c);
	shares_order(s->votes);
	if (s->votes->n_votes != 1)
		s->single = -1;
}

/* May the one vote on an item leave for training? */
static bool
single_may_leave(const ItemShown *s)
{
	if (s->f->rules.release_singles != RELEASE_PROVEN)
		return s->f->rules.release_singles == RELEASE_ALL;
	return s->f->person[s->f->annotator[s->single]].meets_floor == 1;
}

/* Why the item needs one more label; NULL when it does not. */
static const char *
next_reason(const ItemShown *s)
{
	if ((s->flags & ITEM_BACKLOG) || item_settled(s->f, s->item))
		return NULL;
	if (s->votes->n_votes < s->f->rules.required_labels)
		return "too_few_labels";
	if (s->c.unclear && s->votes->n_votes < s->f->rules.max_labels)
		return "unclear";
	if (s->single >= 0 && !single_may_leave(s))
		return "single_unproven";
	return NULL;
}

/* Why the item waits for a judge: all reasons that hold, the first first. */
static char *
backlog_reasons(const ItemShown *s)
{
	StringInfoData buf;
	bool		full = s->votes->n_votes >= s->f->rules.max_labels;
	bool		settled = (s->flags & ITEM_GOLD) != 0;
	const char *const names[] = {
		"reopened", "gold_conflict", "expert_dissent", "tie",
		"below_threshold"
	};
	bool		holds[lengthof(names)];

	if (!(s->flags & ITEM_BACKLOG))
		return NULL;
	holds[0] = (s->flags & ITEM_REOPENED) != 0;
	holds[1] = (s->flags & ITEM_GOLD_DISSENT) != 0;
	holds[2] = !settled && (s->flags & ITEM_EXPERT_DISSENT);
	holds[3] = !settled && full && s->c.unclear && s->c.tied;
	holds[4] = !settled && full && s->c.unclear && !s->c.tied;
	initStringInfo(&buf);
	for (int i = 0; i < (int) lengthof(names); i++)
		if (holds[i])
			appendStringInfo(&buf, "%s%s", buf.len > 0 ? "," : "", names[i]);
	return buf.data;
}

/* The first of some reasons. */
static char *
first_reason(const char *reasons)
{
	return reasons == NULL ? NULL :
		pnstrdup(reasons, strcspn(reasons, ","));
}

/* The share of pairs of votes that are equal; false below two votes. */
static bool
vote_agreement(const ItemVotes *v, double *result)
{
	double		equal = 0;
	double		n = (double) v->n_votes;

	for (int i = 0; i < v->n; i++)
		equal += (double) v->share[i].votes * (v->share[i].votes - 1);
	if (v->n_votes < 2)
		return false;
	*result = equal / (n * (n - 1));
	return true;
}

/* First less second share of the votes' weight. */
static double
vote_margin(const ItemVotes *v)
{
	Exact		second = v->n > 1 ? v->share[1].weight : 0;

	return exact_value(v->share[0].weight - second) / exact_value(v->total);
}

/* Entropy of the shares, in nats. */
static double
vote_entropy(const ItemVotes *v)
{
	double		entropy = 0;

	for (int i = 0; i < v->n; i++)
	{
		double		p = exact_value(v->share[i].weight) /
			exact_value(v->total);

		if (p > 0)
			entropy -= p * log(p);
	}
	return Max(entropy, 0);
}

/* Put what the votes on an item are. */
static void
put_votes(Rows *rows, ItemShown *s)
{
	const Facts *f = s->f;
	ItemVotes  *v = s->votes;
	bool		comparable = f->rules.consensus != CONSENSUS_NONE;
	bool		weighed = comparable && v->total > 0;
	double		agreement = 0;
	int32		majority = comparable ? fact_majority(v) : -1;

	put_consensus(rows, f, &s->c);
	put_count(rows, v->n_votes);
	put_count(rows, s->labels);
	put_count(rows, v->n);
	put_float(rows, s->c.has_confidence, s->c.confidence);
	if (comparable && vote_agreement(v, &agreement))
		put_float(rows, true, agreement);
	else
		put_null(rows);
	put_bool(rows, s->c.tied && v->n_votes > 0);
	put_float(rows, weighed && v->n_votes >= 2, weighed ? vote_margin(v) : 0);
	put_float(rows, weighed, weighed ? vote_entropy(v) : 0);
	put_text(rows, v->n_votes > 0 ? show_shares(f, v) : NULL);
	put_code(rows, &f->labels, majority);
	if (s->c.code >= 0 || s->c.has_value)
		put_bool(rows, majority < 0 || majority != s->c.code);
	else
		put_null(rows);
}

/* Put what gold and adjudication say of an item. */
static void
put_settled(Rows *rows, ItemShown *s)
{
	const Facts *f = s->f;

	put_bool(rows, (s->flags & ITEM_EDGE) != 0);
	put_text(rows, show_gold(f, s->item));
	if ((s->flags & ITEM_GOLD) && (s->c.code >= 0 || s->c.has_value))
		put_bool(rows, is_gold_answer(f, s->item, s->c.code));
	else
		put_null(rows);
	put_text(rows, show_settled(f, s->item));
	put_text(rows, settled_by(f, s->item));
	put_time(rows, settled_at(f, s->item));
	put_time(rows, s->first_at);
	put_time(rows, s->last_at);
}

/* Since when the item waits, or, if it was judged, waited for that. */
static int64
disputed_since(const ItemShown *s, bool waits)
{
	if (waits)
		return waiting_since(s->f, s->item);
	if (!(s->flags & ITEM_ADJUDICATED))
		return NO_TIME;
	return Min(s->last_vote_at, s->f->adjudicated_at[s->item]);
}

/* Put why the item waits for a judge, and what the judge should know. */
static void
put_backlog(Rows *rows, ItemShown *s)
{
	const Facts *f = s->f;
	ItemVotes  *v = s->votes;
	char	   *reasons = backlog_reasons(s);
	const FactPerson *p = s->dissent < 0 ? NULL :
		&f->person[f->annotator[s->dissent]];
	bool		first = (s->flags & (ITEM_REOPENED | ITEM_GOLD_DISSENT |
									 ITEM_EXPERT_DISSENT)) != 0;

	put_text(rows, first_reason(reasons));
	put_text(rows, reasons);
	put_code(rows, &f->labels, v->n > 0 ? v->share[0].code : -1);
	put_code(rows, &f->labels, v->n > 1 ? v->share[1].code : -1);
	put_text(rows, v->n_votes > 0 ? show_voters(f, s->item, v) : NULL);
	put_code(rows, &f->annotators,
			 s->dissent < 0 ? -1 : f->annotator[s->dissent]);
	put_code(rows, &f->labels, s->dissent < 0 ? -1 : f->code[s->dissent]);
	put_text(rows, s->dissent < 0 ? NULL :
			 outcome_name(f->flags[s->dissent]));
	put_float(rows, p != NULL && !isnan(p->accuracy), p ? p->accuracy : 0);
	put_float(rows, reasons != NULL,
			  first || v->total <= 0 ? 1 : 1 - vote_margin(v));
	put_time(rows, reasons == NULL ? NO_TIME : waiting_since(f, s->item));
	put_time(rows, disputed_since(s, reasons != NULL));
}

/* What the stored model says of the item; NULL where it says nothing. */
static const ModelAnswer *
model_answer(const ItemShown *s)
{
	return s->f->answer != NULL && s->f->answer[s->item].known ?
		&s->f->answer[s->item] : NULL;
}

/*
 * Put how likely the answer and each other is, from the accuracies of those
 * who voted; NULL unless all are known.
 */
static bool
put_chance(Rows *rows, ItemShown *s)
{
	bool		known = vote_chances(s->f, s->item, s->votes, s->back.chance);
	bool		voted = known && s->votes->n > 0;
	const ModelAnswer *m = model_answer(s);
	int			place = 0;

	if (m != NULL)
	{
		put_float(rows, m->code >= 0 && !isnan(m->probability),
				  m->probability);
		put_text(rows, m->soft_label);
		return known;
	}
	/* the answer of most votes comes first, but the median may be another */
	while (place < s->votes->n && s->votes->share[place].code != s->c.code)
		place++;
	put_float(rows, voted && place < s->votes->n, s->back.chance[place]);
	put_text(rows, voted ?
			 show_chances(s->f, s->votes, s->back.chance) : NULL);
	return known;
}

/* Put what one more label is expected to bring. */
static void
put_gain(Rows *rows, ItemShown *s, bool known)
{
	const Background *b = &s->back;
	ConsensusRule rule = s->f->rules.consensus;

	known = known && !isnan(b->quality) && rule != CONSENSUS_MEDIAN &&
		rule != CONSENSUS_NONE;
	if (model_answer(s) != NULL)
		put_float(rows, !isnan(model_answer(s)->gain), model_answer(s)->gain);
	else
		put_float(rows, known, known ?
				  label_gain_of(s->f, s->votes, b->chance, b->quality) : 0);
	put_float(rows, b->has_price, b->price);
}

/* Put names as an array. */
static void
put_names(Rows *rows, const FactNames *names, const int32 *code, int n)
{
	Datum		text[MAX_SUGGESTED];

	for (int i = 0; i < n; i++)
		text[i] = CStringGetTextDatum(names->text[code[i]]);
	put_datum(rows, PointerGetDatum(
			  construct_array(text, n, TEXTOID, -1, false, TYPALIGN_INT)));
}

/* Put what items like it became, and who may be asked. */
static void
put_advice(Rows *rows, ItemShown *s)
{
	const Facts *f = s->f;
	const Background *b = &s->back;
	ItemVotes  *v = s->votes;
	DissentCount none = {0, 0};
	DissentCount *dissents = &none;
	int32		asked[MAX_SUGGESTED];
	int64		like;

	if (!b->has_like)
	{
		for (int i = 0; i < 4; i++)
			put_null(rows);
		return;
	}
	like = v->n == 0 ? 0 :
		like_items_of(&b->like, v->share[0].code,
					  v->n > 1 ? v->share[1].code : -1);
	if (s->dissent >= 0)
		dissents = &b->dissents[f->annotator[s->dissent]];
	put_count(rows, like - (v->n > 0 && item_settled(f, s->item)));
	put_count(rows, s->dissent < 0 ? -1 : dissents->settled);
	put_count(rows, s->dissent < 0 ? -1 : dissents->upheld);
	put_names(rows, &f->annotators, asked,
			  suggest(f, &b->skills, s->item, b->ask_voters, asked,
					  MAX_SUGGESTED));
}

/* The label that the item is taken to have; -1: none. */
static int32
item_answer(const ItemShown *s)
{
	const Facts *f = s->f;

	if (s->flags & ITEM_ADJUDICATED)
		return f->adjudicated[s->item];
	if ((s->flags & ITEM_GOLD) &&
		(s->c.code < 0 || !is_gold_answer(f, s->item, s->c.code)))
		return f->gold_code[f->gold_start[s->item]];
	return s->single >= 0 ? f->code[s->single] : s->c.code;
}

/* Put the label that the item is taken to have, and whether a person says so. */
static void
put_answer(Rows *rows, const ItemShown *s)
{
	const Facts *f = s->f;
	int32		code = item_answer(s);
	bool		value = code < 0 && !item_settled(f, s->item);
	bool		people = value && s->c.has_value && s->people_votes > 0;

	if (value)
		put_consensus(rows, f, &s->c);
	else
		put_code(rows, &f->labels, code);
	for (int64 r = f->start[s->item]; r < f->start[s->item + 1]; r++)
		people |= row_has(f, r, BIT_VOTE) && !row_has(f, r, BIT_MODEL) &&
			f->code[r] == code;
	put_bool(rows, people);
}

/* Put whether and why the item needs a label, and who voted. */
static void
put_next(Rows *rows, ItemShown *s)
{
	const Facts *f = s->f;
	int64		missing = f->rules.required_labels - s->votes->n_votes;
	int32		guideline = s->newest_vote < 0 ? -1 :
		code_at(f->guideline, s->newest_vote);

	put_text(rows, next_reason(s));
	put_count(rows, Max(missing, 0));
	put_count(rows, s->people_votes);
	put_count(rows, s->expert_votes);
	put_count(rows, s->model_labels);
	put_code(rows, &f->annotators,
			 s->single < 0 ? -1 : f->annotator[s->single]);
	if (s->single >= 0 &&
		f->person[f->annotator[s->single]].meets_floor >= 0)
		put_bool(rows, f->person[f->annotator[s->single]].meets_floor == 1);
	else
		put_null(rows);
	put_code(rows, &f->guidelines, guideline);
	put_bool(rows, guideline >= 0 && guideline != f->newest_guideline);
	put_bool(rows, (s->flags & ITEM_DISPUTED) != 0);
	put_bool(rows, (s->flags & ITEM_REOPENED) != 0);
	put_bool(rows, (s->flags & ITEM_REVISITED) != 0);
	put_bool(rows, (s->flags & ITEM_MARKED) != 0);
	put_bool(rows, (s->flags & ITEM_GOLD_CONFLICT) != 0);
	put_bool(rows, (s->flags & ITEM_LABELED) != 0);
	put_gain(rows, s, put_chance(rows, s));
	put_advice(rows, s);
	if (s->back.rejected != NULL)
		put_bool(rows, s->back.rejected[s->item]);
	else
		put_null(rows);
	put_answer(rows, s);
}

/* Is this one of the items asked for? */
static bool
item_chosen(const ItemShown *s, ItemChoice choice)
{
	switch (choice)
	{
		case ITEMS_VOTED:
			return s->votes->n_votes > 0;
		case ITEMS_BACKLOG:
			return (s->flags & ITEM_BACKLOG) != 0;
		case ITEMS_NEXT:
			return s->labels > 0 && next_reason(s) != NULL;
		case ITEMS_DISSENT:
			return s->dissent >= 0;
		case ITEMS_GOLD:
			return (s->flags & ITEM_GOLD) != 0;
		case ITEMS_DISPUTED:
			return (s->flags & ITEM_DISPUTED) != 0;
		case ITEMS_NONVOTING:
			return s->nonvoting;
		default:
			return s->labels > 0 || item_settled(s->f, s->item);
	}
}

/* Does the item have a row that the filters want? */
static bool
item_wanted(const Facts *f, int64 item)
{
	if (!(f->item_flags[item] & ITEM_PRESENT))
		return false;
	if (f->since == NO_TIME && f->until == NO_TIME && f->only_vendor == ONLY_ALL &&
		f->only_annotator == ONLY_ALL)
		return true;
	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
		if (row_has(f, r, BIT_LABEL) &&
			row_wanted(f, r, item_row(f, item)))
			return true;
	return false;
}

/* Put an item. */
static void
put_item(Rows *rows, ItemShown *s)
{
	const Facts *f = s->f;
	bool		has_row = f->start[s->item] < f->start[s->item + 1];
	int64		row = has_row ? item_row(f, s->item) : -1;

	put_text(rows, f->items.text[s->item]);
	put_key_name(rows, &f->strata, row < 0 ? -1 : code_at(f->stratum, row));
	put_key_name(rows, &f->batches, row < 0 ? -1 : code_at(f->batch, row));
	put_votes(rows, s);
	put_settled(rows, s);
	put_backlog(rows, s);
	put_next(rows, s);
	row_end(rows);
}

/* Find what items are seen against, as far as the choice needs it. */
static void
find_background(const Facts *f, const FactSettings *settings,
				ItemChoice choice, Background *b)
{
	memset(b, 0, sizeof(Background));
	b->chance = array_alloc(most_rows(f) + 1, sizeof(double), false);
	b->quality = median_accuracy(f);
	b->rejected = rejected_items(f, settings->batch_target,
								 settings->batch_confidence);
	if (choice == ITEMS_NEXT || choice == ITEMS_NONVOTING)
		b->has_price = median_price(f, &b->price);
	if (choice != ITEMS_BACKLOG && choice != ITEMS_NEXT)
		return;
	b->has_like = true;
	like_items(f, &b->like);
	b->dissents = dissent_counts(f);
	facts_skills(f, &b->skills);
	b->ask_voters = choice == ITEMS_NEXT;
}

/* facts_items(rows_query, gold_query, settings, choice) */
PG_FUNCTION_INFO_V1(facts_items);
Datum
facts_items(PG_FUNCTION_ARGS)
{
	Rows		rows;
	MemoryContext item_cxt;
	FactSettings settings;
	ItemShown	s;
	ItemVotes	votes;
	ItemChoice	choice;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	choice = (ItemChoice) fact_choice(fcinfo, 3, choices, lengthof(choices));
	s.f = facts_open(fcinfo, &settings, false);
	fact_votes_init(&votes, most_rows(s.f));
	s.votes = &votes;
	find_background(s.f, &settings, choice, &s.back);
	item_cxt = AllocSetContextCreate(CurrentMemoryContext, "annoqa item",
									 ALLOCSET_SMALL_SIZES);
	for (s.item = 0; s.item < s.f->items.n; s.item++)
	{
		CHECK_NOW_AND_THEN(s.item);
		if (!item_wanted(s.f, s.item))
			continue;
		look_at_item(&s);
		if (!item_chosen(&s, choice))
			continue;
		MemoryContextSwitchTo(item_cxt);
		put_item(&rows, &s);
		MemoryContextReset(item_cxt);
	}
	facts_close(&settings);
	return (Datum) 0;
}
