/*
 * facts_labels_read.c
 *		One row a label: facts_labels(rows query, gold query, settings, choice).
 */
#include "postgres.h"

#include <math.h>

#include "facts_load.h"
#include "facts_show.h"
#include "interrupts.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* which labels are asked for */
static const char *const choices[] = {
	"all", "settled_differently", "dissent", "nonvoting", "scored",
	"adjudicated", "suggested", "stated", "settled"
};

typedef enum LabelChoice
{
	LABELS_ALL,
	LABELS_DIFFERENT,
	LABELS_DISSENT,
	LABELS_NONVOTING,			/* of people whose phase lets them not vote */
	LABELS_SCORED,
	LABELS_ADJUDICATED,
	LABELS_SUGGESTED,
	LABELS_STATED,
	LABELS_SETTLED				/* on an item that is settled */
} LabelChoice;

/* a label as it is shown */
typedef struct LabelShown
{
	const Facts *f;
	const FactSettings *settings;
	int64		item;
	int64		row;
	ItemVotes  *votes;			/* of the item */
	VoteConsensus whole;
	bool		collected;		/* for this item already */
} LabelShown;

/* Is this one of the labels asked for? */
static bool
label_chosen(const Facts *f, int64 item, int64 r, LabelChoice choice)
{
	switch (choice)
	{
		case LABELS_DIFFERENT:
			return item_settled(f, item) && !row_has(f, r, BIT_GOLD_AUTHOR) &&
				!is_settled_answer(f, item, f->code[r]);
		case LABELS_DISSENT:
			return row_has(f, r, BIT_DISSENT);
		case LABELS_NONVOTING:
			return !f->person[f->annotator[r]].votes;
		case LABELS_SCORED:
			return row_has(f, r, BIT_SCORED);
		case LABELS_ADJUDICATED:
			return row_has(f, r, BIT_ADJUDICATED);
		case LABELS_SUGGESTED:
			return row_has(f, r, BIT_SUGGESTED);
		case LABELS_STATED:
			return row_has(f, r, BIT_STATED);
		case LABELS_SETTLED:
			return item_settled(f, item);
		default:
			return true;
	}
}

/* Put a number that may be NaN, for none. */
static void
put_number(Rows *rows, const double *column, int64 r)
{
	bool		known = column != NULL && !isnan(column[r]);

	put_float(rows, known, known ? column[r] : 0);
}

/* Put whose label it is, and what it states. */
static void
put_given(Rows *rows, const LabelShown *s)
{
	const Facts *f = s->f;
	int64		r = s->row;
	const char *phase = f->person[f->annotator[r]].phase;

	put_text(rows, f->items.text[s->item]);
	put_text(rows, f->annotators.text[f->annotator[r]]);
	put_text(rows, fact_kind_names[row_kind(f, r)]);
	put_text(rows, phase ? phase : "production");
	put_key_name(rows, &f->vendors, code_at(f->vendor, r));
	put_key_name(rows, &f->strata, code_at(f->stratum, r));
	put_key_name(rows, &f->batches, code_at(f->batch, r));
	put_key_name(rows, &f->guidelines, code_at(f->guideline, r));
	put_text(rows, f->labels.text[f->code[r]]);
	put_time(rows, time_at(f->at, r));
	put_number(rows, f->seconds, r);
	put_number(rows, f->confidence, r);
	put_number(rows, f->price, r);
	put_code(rows, &f->labels, code_at(f->suggestion, r));
}

/* Put a fact, or NULL where it does not apply. */
static void
put_fact(Rows *rows, const Facts *f, int64 r, FactBit applies, FactBit bit)
{
	if (row_has(f, r, applies))
		put_bool(rows, row_has(f, r, bit));
	else
		put_null(rows);
}

/* Put what is known of a label. */
static void
put_facts(Rows *rows, const LabelShown *s)
{
	const Facts *f = s->f;
	int64		r = s->row;

	put_bool(rows, row_has(f, r, BIT_VOTE));
	put_fact(rows, f, r, BIT_SCORED, BIT_CORRECT);
	put_text(rows, show_gold(f, s->item));
	put_code(rows, &f->labels, f->others[r]);
	put_fact(rows, f, r, BIT_OTHERS, BIT_OTHERS_EQUAL);
	put_bool(rows, row_has(f, r, BIT_EDGE));
	put_bool(rows, row_has(f, r, BIT_DISSENT));
	put_text(rows, outcome_name(f->flags[r]));
	put_text(rows, show_settled(f, s->item));
	put_text(rows, settled_by(f, s->item));
	put_time(rows, settled_at(f, s->item));
	put_fact(rows, f, r, BIT_ADJUDICATED, BIT_ADJUDICATED_EQUAL);
	put_bool(rows, row_has(f, r, BIT_REWORK));
	put_fact(rows, f, r, BIT_REVIEWED, BIT_FIRST_ACCEPTED);
	put_fact(rows, f, r, BIT_REVIEWED, BIT_ACCEPTED);
	put_fact(rows, f, r, BIT_PACED, BIT_FAST);
	put_bool(rows, row_has(f, r, BIT_STALE));
	put_bool(rows, row_has(f, r, BIT_SIGNAL));
	put_bool(rows, row_has(f, r, BIT_CONFIRMED));
}

/* The answer that the votes and this label give together. */
static void
consensus_with(LabelShown *s, VoteConsensus *c)
{
	/* take it out of the votes with a sign turned round */
	OwnVote		added = {.code = s->f->code[s->row], .votes = -1};

	*c = s->whole;
	if (row_has(s->f, s->row, BIT_VOTE))
		return;
	added.weight = -row_weight(s->f, s->row);
	fact_consensus(s->f, s->votes, &added, c);
}

/* Put the consensus of the item with this label and without it. */
static void
put_consensus_pair(Rows *rows, LabelShown *s)
{
	const Facts *f = s->f;
	OwnVote		own = {.code = -1};
	VoteConsensus with;
	VoteConsensus without;

	/* an answer that nobody else gives needs a place of its own */
	if (share_of(s->votes, f->code[s->row]) < 0)
		fact_votes_insert(s->votes, f->code[s->row]);
	consensus_with(s, &with);
	if (row_has(f, s->row, BIT_VOTE))
	{
		own.code = f->code[s->row];
		own.votes = 1;
		own.weight = row_weight(f, s->row);
	}
	fact_consensus(f, s->votes, &own, &without);
	put_consensus(rows, f, &with);
	put_consensus(rows, f, &without);
	put_count(rows, without.n_votes);
	put_count(rows, s->votes->n_votes);
}

/* Put a label. */
static void
put_label(Rows *rows, LabelShown *s)
{
	double		accuracy;

	if (!s->collected)
	{
		fact_votes_collect(s->f, s->item, s->votes);
		item_consensus(s->f, s->item, s->votes, &s->whole);
		s->collected = true;
	}
	put_given(rows, s);
	put_facts(rows, s);
	put_consensus_pair(rows, s);
	accuracy = s->f->person[s->f->annotator[s->row]].accuracy;
	put_float(rows, !isnan(accuracy), isnan(accuracy) ? 0 : accuracy);
	row_end(rows);
}

/* facts_labels(rows_query, gold_query, settings, choice) */
PG_FUNCTION_INFO_V1(facts_labels);
Datum
facts_labels(PG_FUNCTION_ARGS)
{
	Rows		rows;
	FactSettings settings;
	MemoryContext row_cxt;
	LabelShown	s;
	ItemVotes	votes;
	LabelChoice choice;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	choice = (LabelChoice) fact_choice(fcinfo, 3, choices, lengthof(choices));
	s.f = facts_open(fcinfo, &settings, false);
	s.settings = &settings;
	fact_votes_init(&votes, most_rows(s.f) + 1);
	s.votes = &votes;
	row_cxt = AllocSetContextCreate(CurrentMemoryContext, "annoqa label",
									ALLOCSET_SMALL_SIZES);
	MemoryContextSwitchTo(row_cxt);
	for (s.item = 0; s.item < s.f->items.n; s.item++)
	{
		s.collected = false;
		for (s.row = s.f->start[s.item]; s.row < s.f->start[s.item + 1];
			 s.row++)
		{
			CHECK_NOW_AND_THEN(s.row);
			if (!row_has(s.f, s.row, BIT_LABEL) ||
				!row_wanted(s.f, s.row, s.row) ||
				!label_chosen(s.f, s.item, s.row, choice))
				continue;
			put_label(&rows, &s);
			MemoryContextReset(row_cxt);
		}
	}
	facts_close(&settings);
	return (Datum) 0;
}
