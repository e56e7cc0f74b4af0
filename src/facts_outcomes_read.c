/*
 * facts_outcomes_read.c
 *		Answers that count for or against an annotator and never change, in
 *		the order of time: facts_outcomes(rows query, gold query, settings,
 *		metric, only the newest guideline).
 *
 * The first row of an annotator on an item counts, those without a time last;
 * of later rows the first, as a repeat.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "catalog/pg_type.h"
#include "facts_load.h"
#include "facts_show.h"
#include "interrupts.h"
#include "utils/array.h"

typedef enum OutcomeKind
{
	OUTCOME_GOLD,
	OUTCOME_SKIP,
	OUTCOME_FAST,
	OUTCOME_REPEAT
} OutcomeKind;

typedef struct Outcome
{
	int64		at;				/* the greatest: none */
	int64		row;
	int32		annotator;
	bool		hit;
} Outcome;

#define ST_SORT sort_outcomes
#define ST_ELEMENT_TYPE Outcome
#define ST_COMPARE(a, b) \
	((a)->annotator != (b)->annotator ? \
	 ((a)->annotator < (b)->annotator ? -1 : 1) : \
	 (a)->at != (b)->at ? ((a)->at < (b)->at ? -1 : 1) : \
	 ((a)->row > (b)->row) - ((a)->row < (b)->row))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct Outcomes
{
	const Facts *f;
	OutcomeKind kind;
	bool		newest;			/* under the newest guideline alone */
	Outcome    *outcome;
	int64		n;
} Outcomes;

/* The time of a row, none being the last. */
static int64
outcome_time(const Facts *f, int64 row)
{
	int64		at = time_at(f->at, row);

	return at == NO_TIME ? PG_INT64_MAX : at;
}

/* Put an outcome. */
static void
add_outcome(Outcomes *o, int64 row, bool hit)
{
	Outcome    *outcome;

	if (o->newest &&
		(o->f->newest_guideline < 0 ||
		 code_at(o->f->guideline, row) != o->f->newest_guideline))
		return;
	outcome = &o->outcome[o->n++];
	outcome->at = outcome_time(o->f, row);
	outcome->row = row;
	outcome->annotator = o->f->annotator[row];
	outcome->hit = hit;
}

/* The first row of a run with one of these facts; -1: none. */
static int64
first_row(const Facts *f, int64 from, int64 to, uint64 facts)
{
	int64		first = -1;

	for (int64 r = from; r < to; r++)
		if ((f->flags[r] & facts) != 0 &&
			(first < 0 || outcome_time(f, r) < outcome_time(f, first)))
			first = r;
	return first;
}

/*
 * Put the first repeat of a label.  Further ones are held against the same
 * label: one slip in that would count against them all.
 */
static void
add_repeat(Outcomes *o, int64 first, int64 from, int64 to)
{
	const Facts *f = o->f;
	int64		repeat = -1;

	for (int64 r = from; r < to; r++)
		if (r != first && row_has(f, r, BIT_LABELING) &&
			(repeat < 0 || outcome_time(f, r) < outcome_time(f, repeat)))
			repeat = r;
	if (repeat >= 0)
		add_outcome(o, repeat, f->code[repeat] == f->code[first]);
}

/* Find the outcomes of the rows of one annotator on one item. */
static void
run_outcomes(Outcomes *o, int64 item, int64 from, int64 to)
{
	const Facts *f = o->f;
	int64		first = first_row(f, from, to, FactFlag(BIT_LABELING) |
								  (o->kind == OUTCOME_SKIP ? FactFlag(BIT_SKIP) : 0));

	if (first < 0)
		return;
	switch (o->kind)
	{
		case OUTCOME_GOLD:
			if ((f->item_flags[item] & ITEM_GOLD) != 0 &&
				first_row(f, from, to, FactFlag(BIT_GOLD_AUTHOR)) < 0)
				add_outcome(o, first, is_gold_answer(f, item, f->code[first]));
			break;
		case OUTCOME_SKIP:
			add_outcome(o, first, row_has(f, first, BIT_SKIP));
			break;
		case OUTCOME_FAST:
			if (f->seconds != NULL && !isnan(f->seconds[first]) &&
				row_kind(f, first) != KIND_MODEL)
				add_outcome(o, first, is_fast(f, first));
			break;
		case OUTCOME_REPEAT:
			add_repeat(o, first, from, to);
			break;
	}
}

/* Find all outcomes. */
static void
gather_outcomes(Outcomes *o)
{
	const Facts *f = o->f;

	o->outcome = array_alloc(f->n_rows, sizeof(Outcome), false);
	for (int64 i = 0; i < f->items.n; i++)
		for (int64 r = f->start[i], next; r < f->start[i + 1]; r = next)
		{
			CHECK_NOW_AND_THEN(r);
			for (next = r + 1; next < f->start[i + 1] &&
				 f->annotator[next] == f->annotator[r]; next++);
			if (f->annotator[r] >= 0)
				run_outcomes(o, i, r, next);
		}
	sort_outcomes(o->outcome, o->n);
}

/* The vendor of the last outcome, of those with a time if there are such. */
static int32
last_vendor(const Outcomes *o, int64 from, int64 to)
{
	int64		last = to - 1;

	while (last > from && o->outcome[last].at == PG_INT64_MAX)
		last--;
	if (o->outcome[last].at == PG_INT64_MAX)
		last = to - 1;
	return code_at(o->f->vendor, o->outcome[last].row);
}

/* Put the outcomes of one annotator: hits and times, as arrays. */
static void
put_outcomes(Rows *rows, const Outcomes *o, int64 from, int64 to)
{
	const Facts *f = o->f;
	int			n = (int) (to - from);
	int			lower = 1;
	Datum	   *value = array_alloc(n, sizeof(Datum), false);
	bool	   *null = array_alloc(n, sizeof(bool), true);
	ArrayType  *hits,
			   *times;

	for (int i = 0; i < n; i++)
		value[i] = BoolGetDatum(o->outcome[from + i].hit);
	hits = construct_array(value, n, BOOLOID, 1, true, TYPALIGN_CHAR);
	for (int i = 0; i < n; i++)
	{
		value[i] = Int64GetDatum(o->outcome[from + i].at);
		null[i] = o->outcome[from + i].at == PG_INT64_MAX;
	}
	times = construct_md_array(value, null, 1, &n, &lower, TIMESTAMPTZOID,
							   sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
	put_code(rows, &f->annotators, o->outcome[from].annotator);
	put_code(rows, &f->vendors, last_vendor(o, from, to));
	put_datum(rows, PointerGetDatum(hits));
	put_datum(rows, PointerGetDatum(times));
	put_count(rows, o->newest ? f->guidelines.n : 1);
	row_end(rows);
	pfree(hits);
	pfree(times);
	pfree(value);
	pfree(null);
}

PG_FUNCTION_INFO_V1(facts_outcomes);
Datum
facts_outcomes(PG_FUNCTION_ARGS)
{
	static const char *const kinds[] = {
		"gold_accuracy", "skip_rate", "fast_rate", "self_agreement"
	};
	FactSettings settings;
	Outcomes	o;
	Rows		rows;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	memset(&o, 0, sizeof(Outcomes));
	o.kind = (OutcomeKind) fact_choice(fcinfo, 3, kinds, lengthof(kinds));
	o.newest = !PG_ARGISNULL(4) && PG_GETARG_BOOL(4);
	o.f = facts_open(fcinfo, &settings, false);
	gather_outcomes(&o);
	for (int64 from = 0, to; from < o.n; from = to)
	{
		CHECK_FOR_INTERRUPTS();
		for (to = from + 1; to < o.n &&
			 o.outcome[to].annotator == o.outcome[from].annotator; to++);
		put_outcomes(&rows, &o, from, to);
	}
	facts_close(&settings);
	return (Datum) 0;
}
